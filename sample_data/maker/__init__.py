"""The parts of the script that invents the sample office; see ``sample_data/make.py``."""

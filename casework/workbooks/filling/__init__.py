"""The parts that filling a template is made of: see :mod:`casework.workbooks.template`."""

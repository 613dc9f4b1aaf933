"""The parts of the monthly review: each shows one thing and knows nothing of the others."""

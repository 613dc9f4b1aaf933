"""Exports in. Each file that comes in is untrusted and is parsed in a limited child process."""

"""Exports in, workbooks out. Each file that comes in is untrusted and is parsed in a limited child process."""

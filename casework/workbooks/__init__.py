"""Workbooks and CSV out: reports, records, intake, problems. The only owner of the libraries that write them.

Text stays text in every file that leaves: see :mod:`casework.workbooks.live`.
"""

"""The tables of a review as people read them: one place for workbook, page, PDF and slides."""

from casework.tables.cells import WITHHELD, Column, Section, Table, is_withheld, printed
from casework.tables.sections import sections

__all__ = ["WITHHELD", "Column", "Section", "Table", "is_withheld", "printed", "sections"]

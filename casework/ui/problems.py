"""How export files were understood, why, and what in them could not be used: three tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.i18n import _
from casework.model import ExportSource
from casework.ui.table import Column, DataTable, fixed
from casework.words import ROLES, word


def short(file: str) -> str:
    """Return a file's name without its folder."""
    return file.replace("\\", "/").rsplit("/", 1)[-1]


def show_sources(table: DataTable, sources: Sequence[ExportSource]) -> None:
    """List each file: sheet, header row, rows, repeated rows, problems, and which column plays which role."""
    columns = [
        Column("0", _("File")),
        Column("1", _("Sheet")),
        Column("2", _("Header row"), align="right"),
        Column("3", _("Rows"), align="right"),
        Column("4", _("Repeated"), align="right"),
        Column("5", _("Problems"), align="right"),
        Column("6", _("Columns recognised")),
        Column("7", _("Remarks")),
    ]
    table.feed(fixed([_source_row(source) for source in sources]))
    table.show(columns, _("How the data were understood"), _("No data yet."))


def _source_row(source: ExportSource) -> tuple[object, ...]:
    if source.header_row is None:  # the office's own records need no guessing
        return (_("The office's own cases"), "", "", f"{source.rows:,}", "", "", "", "")
    roles = [f"{word(ROLES, role)} ← {header}" for role, header in source.columns]
    return (
        short(source.file),
        source.sheet,
        source.header_row,
        f"{source.rows:,}",
        f"{source.duplicates:,}",
        f"{source.problem_count:,}",
        _("; ").join(roles),
        _("; ").join(source.notes),
    )


def show_choices(table: DataTable, sources: Sequence[ExportSource]) -> None:
    """List why each column plays its role, how sure that is, and the columns that play none."""
    columns = [
        *(Column("0", _("File")), Column("1", _("What it is")), Column("2", _("Column in the file"))),
        *(
            Column("3", _("Certainty"), align="fixed"),
            Column("4", _("Reason")),
            Column("5", _("Other candidates")),
        ),
    ]
    rows = [row for source in sources for row in _choice_rows(source)]
    table.feed(fixed(rows))
    table.show(columns, _("Why the columns were understood so"), _("No data yet."))
    table.layout.display = "" if rows else "none"


def _choice_rows(source: ExportSource) -> Iterator[tuple[object, ...]]:
    file = short(source.file)
    for choice in source.choices:
        told = (word(ROLES, choice.role), choice.header, f"{choice.confidence:.0%}", choice.reason)
        yield file, *told, _("; ").join(choice.rivals)
    if source.unused:
        yield file, _("(not used)"), _("; ").join(source.unused), "", "", ""


def show_problems(table: DataTable, sources: Sequence[ExportSource]) -> None:
    """List the cells that could not be used, with file, row and column."""
    columns = [
        Column("0", _("File"), sortable=True),
        Column("1", _("Row"), align="right"),
        Column("2", _("Column"), sortable=True),
        Column("3", _("Value")),
        Column("4", _("Problem"), sortable=True),
    ]
    rows = [
        (short(source.file), problem.row, problem.column, problem.value, problem.problem)
        for source in sources
        for problem in source.problems
    ]
    total = sum(source.problem_count for source in sources)
    caption = _("Problems in the data: {total}").format(total=f"{total:,}")
    if total > len(rows):
        caption = _("Problems in the data: {total}, the first {shown} of them here").format(
            total=f"{total:,}", shown=len(rows)
        )
    table.feed(fixed(rows))
    table.show(columns, caption, _("No problems found."))
    table.layout.display = "" if rows else "none"

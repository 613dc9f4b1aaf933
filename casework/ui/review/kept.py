"""A review that a scheduled run leaves in its notebook: widgets where a browser has them, else a plain page."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Any

from casework.tables import printed, sections, words

if TYPE_CHECKING:
    from ipywidgets import VBox

    from casework.analytics.figures import Report
    from casework.tables import Table
    from casework.ui.review.board import Board


class Kept:
    """What the notebook displays. Every text in the plain page is escaped: names come from strangers."""

    def __init__(self, widget: VBox, report: Report, board: Board) -> None:
        self._widget, self._report, self._board = widget, report, board

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self._widget._repr_mimebundle_(**options)
        return {**bundle, "text/html": self.page()}

    def page(self) -> str:
        """The figures as HTML without scripts: headings, tables, pictures with their words."""
        period = words.period(self._report.period) if self._report.period else ""
        parts = [f"<h1>{escape(period)}</h1>"]
        for section in sections(self._report):
            parts.append(f"<h2>{escape(section.title)}</h2>")
            parts += [_picture(self._board, name) for name in section.charts]
            parts += [f"<p>{escape(note)}</p>" for note in section.notes]
            parts += [_table(table.first(50)) for table in section.tables]
        return "\n".join(part for part in parts if part)


def _picture(board: Board, name: str) -> str:
    chart = board.charts.get(name)
    if chart is None or not chart.data:
        return ""
    source = b64encode(chart.data).decode()
    return f'<img alt="{escape(chart.alt)}" src="data:image/png;base64,{source}" style="max-width:100%">'


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
    rows = (
        "".join(
            f"<td>{escape(printed(cell, column.kind))}</td>"
            for cell, column in zip(row, table.columns, strict=True)
        )
        for row in table.rows
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    return f"<table><caption>{escape(table.title)}</caption><tr>{head}</tr>{body}</table>{note}"

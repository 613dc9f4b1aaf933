"""The review in a workbook: a sheet for each section, its tables one below the other, each with a native chart below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.analytics.review import DIMENSIONS
from casework.i18n import _
from casework.tables import Section, Table, is_withheld, sections
from casework.tables.cells import STAR, Kind
from casework.workbooks.book import Book
from casework.workbooks.cells import width
from casework.workbooks.looks import GRID_LINES, PALETTE
from casework.workbooks.page import Page

if TYPE_CHECKING:
    from casework.analytics.figures import Report

_STYLES: dict[Kind, str] = {
    "text": "text",
    "count": "number",
    "share": "share",
    "days": "days",
    "money": "money",
    "change": "change",
    "p": "p",
    "number": "days",
}
_CHART_ROWS = 15  # of the usual height
_MOST_BARS = 20
_PAGE_POINTS = 450  # the height that an A4 page on its side prints


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a table is drawn: the kind of chart and the columns that are its series."""

    kind: str
    series: tuple[int, ...]
    stacked: bool = False


_CHARTS: dict[str, Drawn] = {
    "months": Drawn("column", (1, 2)),
    "control_received": Drawn("line", (1, 2, 3, 4)),
    "control_open": Drawn("line", (1, 2, 3, 4)),
    "clocks": Drawn("bar", (1, 2), stacked=True),
    "ends": Drawn("bar", (2, 3, 4, 5, 6), stacked=True),
    **{
        f"times_{stage}": Drawn("bar", (3,))
        for stage in ("resolution", "first_response", "acceptance", "handling")
    },
    **{name: Drawn("bar", (1,)) for name in DIMENSIONS},
}


def review_pages(book: Book, report: Report, comments: Mapping[str, str]) -> None:
    """Add the sheets of a review. ``comments`` are the supervisor's, by the name of a chart or section."""
    for section in sections(report):
        page = book.page(section.title, landscape=True)
        page.sheet.set_column(0, 0, 34)
        page.sheet.set_column(1, 20, 15)
        columns = max((len(table.columns) for table in section.tables), default=1)
        scale = min(70, 100 * 820 // (243 + 110 * (columns - 1)))
        page.sheet.set_print_scale(scale)
        row = _head(page, section, comments)
        paper = _Paper(_PAGE_POINTS * 100 // (18 * scale), row)
        for table in section.tables:
            paper.keep(row, _height(table))
            row = _table(book, page, table, row, paper)
        page.sheet.set_h_pagebreaks(paper.breaks)


class _Paper:
    """Where pages end on paper: before what would else be cut in two."""

    def __init__(self, rows: int, top: int) -> None:
        self._rows, self._top = rows, top
        self.breaks: list[int] = []

    def keep(self, row: int, height: int) -> None:
        """Begin a page at ``row`` where ``height`` rows from there do not fit on this one."""
        if row > self._top and row + height - self._top > self._rows:
            self.breaks.append(row)
            self._top = row


def _height(table: Table) -> int:
    drawn = _CHARTS.get(table.name)
    return 4 + len(table.rows) + (_CHART_ROWS + 1 if drawn and _can_draw(table, drawn) else 0)


def _head(page: Page, section: Section, comments: Mapping[str, str]) -> int:
    page.text(0, 0, section.title, "title")
    row = 1
    said = [comments[name] for name in dict.fromkeys((*section.charts, section.name)) if comments.get(name)]
    for text in (*section.notes, *(_("Comment: {title}").format(title=text) for text in said)):
        page.sheet.merge_range(row, 0, row, 7, "", page.formats["note"])
        page.text(row, 0, text, "note")
        page.sheet.set_row(row, 17 * max(1, -(-width(text) // 120) + text.count("\n")))
        row += 1
    return row + 1


def _table(book: Book, page: Page, table: Table, row: int, paper: _Paper) -> int:
    """Write a table from ``row`` on; returns the row after it and its chart."""
    page.text(row, 0, table.title, "title")
    for place, column in enumerate(table.columns):
        style = "header" if column.kind == "text" else "header_right"
        page.text(row + 1, place, column.title, style)
    page.sheet.set_row(row + 1, 34)
    first = row + 2
    for line, cells in enumerate(table.rows):
        for place, cell in enumerate(cells):
            _cell(page, first + line, place, cell, table.kind(line, place))
    after = first + len(table.rows)
    if table.name == "heat":
        _tint(page, first, after - 1, len(table.columns) - 1)
    if table.note:
        page.text(after, 0, table.note, "hint")
        page.sheet.set_row(after, 30)
        page.sheet.merge_range(after, 0, after, 7, "", page.formats["hint"])
        page.text(after, 0, table.note, "hint")
        after += 1
    drawn = _CHARTS.get(table.name)
    if drawn is not None and _can_draw(table, drawn):
        paper.keep(after + 1, _CHART_ROWS)
        _chart(book, page, table, drawn, first, after + 1)
        after += _CHART_ROWS + 1
    return after + 1


def _cell(page: Page, row: int, column: int, cell: str | float | None, kind: Kind) -> None:
    if is_withheld(cell):
        page.text(row, column, STAR, "star")
    elif isinstance(cell, str) or cell is None:
        page.cell(row, column, cell, "words" if column else "text")
    else:
        page.cell(row, column, cell / 100 if kind == "money" else cell, _STYLES[kind])


def _tint(page: Page, first: int, last: int, columns: int) -> None:
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#6BAED6"}
    page.sheet.conditional_format(first, 1, last, columns, scale)


def _can_draw(table: Table, drawn: Drawn) -> bool:
    """A chart needs a number, and none that is withheld: a missing bar would read as a 0."""
    places = [place for place in drawn.series if place < len(table.columns)]
    cells = [row[place] for row in table.rows for place in places]
    return any(isinstance(cell, int | float) for cell in cells) and not any(map(is_withheld, cells))


def _chart(book: Book, page: Page, table: Table, drawn: Drawn, first: int, row: int) -> None:
    rows = [place for place, cells in enumerate(table.rows) if cells[0] != _("Total")]
    count = min(len(rows), _MOST_BARS) if drawn.kind == "bar" else len(rows)
    name, last = page.sheet.get_name(), first + max(count, 1) - 1
    chart = book.xlsx.add_chart({"type": drawn.kind, **({"subtype": "stacked"} if drawn.stacked else {})})
    for order, place in enumerate(place for place in drawn.series if place < len(table.columns)):
        chart.add_series(
            {
                "name": [name, first - 1, place],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, place, last, place],
                **_look(drawn, order),
            }
        )
    chart.set_title({"name": table.title, "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"} if len(drawn.series) > 1 else {"none": True})
    if drawn.kind == "bar":
        chart.set_y_axis({"reverse": True})
    else:
        chart.set_y_axis({"major_gridlines": GRID_LINES, "min": 0})
    chart.set_size({"width": 900, "height": 24 * _CHART_ROWS - 12})
    page.sheet.insert_chart(row, 0, chart, {"description": table.title, "object_position": 1, "y_offset": 5})


def _look(drawn: Drawn, order: int) -> dict[str, Any]:
    color = PALETTE[order % len(PALETTE)]
    if drawn.kind != "line":
        return {"fill": {"color": color}, "gap": 50}
    if order == 0:
        return {"line": {"color": color, "width": 2}, "marker": {"type": "circle", "size": 5}}
    return {"line": {"color": "#808080", "width": 1, "dash_type": "solid" if order == 2 else "dash"}}

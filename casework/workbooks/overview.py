"""The first sheet of the records workbook: how many, by month and by channel, with charts that Excel can restyle."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from casework.i18n import _
from casework.workbooks.book import Book
from casework.workbooks.looks import GRID_LINES, PALETTE
from casework.workbooks.page import Page

if TYPE_CHECKING:
    import pyarrow as pa

_CHART_COLUMN = 5  # the charts stand beside the figures


def overview(book: Book, title: str, received: pa.ChunkedArray, channels: pa.ChunkedArray | None) -> None:
    """Write the sheet: cases by month of receipt, and filings by channel where there are filings."""
    page = book.page(_("Overview"), landscape=True)
    page.sheet.set_column(0, 0, 46)
    page.sheet.set_column(1, 3, 11)
    page.text(0, 0, title, "title")
    months = by_month(received)
    row = _table(page, 2, (_("Month"), _("Cases")), months)
    if months:
        _chart(book, page, "column", _("Cases received by month"), 3, len(months), 2)
    if channels is not None and len(channels):
        counted = [(name or _("not given"), count) for name, count in _counted(channels)]
        first = row + 2
        _table(page, first, (_("Channel"), _("Filings")), counted)
        _chart(book, page, "bar", _("Filings by channel"), first + 1, len(counted), 20)


def by_month(received: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Count by month (``YYYY-MM``), months without any included."""
    import pyarrow.compute as pc

    months = pc.add(pc.multiply(pc.year(received), 12), pc.subtract(pc.month(received), 1))
    counts = {row["values"]: row["counts"] for row in pc.value_counts(months).to_pylist()}
    present = [month for month in counts if month is not None]
    if not present:
        return []
    every = range(min(present), max(present) + 1)
    shown = (
        every if len(every) <= 240 else sorted(present)
    )  # one wrong year must not make a thousand empty months
    return [(f"{month // 12:04d}-{month % 12 + 1:02d}", counts.get(month, 0)) for month in shown]


def _counted(values: pa.ChunkedArray) -> list[tuple[str | None, int]]:
    import pyarrow.compute as pc

    counts = Counter({row["values"]: row["counts"] for row in pc.value_counts(values).to_pylist()})
    return counts.most_common()


def _table(page: Page, row: int, titles: tuple[str, str], lines: list[tuple[str, int]]) -> int:
    """Write two columns with their total; return the row below."""
    page.header(row, titles)
    for place, (label, count) in enumerate(lines, start=row + 1):
        page.text(place, 0, label)
        page.cell(place, 1, count)
    last = row + len(lines) + 1
    page.text(last, 0, _("Total"), "header")
    page.cell(last, 1, sum(count for _label, count in lines), "total")
    return last + 1


def _chart(book: Book, page: Page, kind: str, title: str, first: int, count: int, at: int) -> None:
    name = page.sheet.get_name()
    chart = book.xlsx.add_chart({"type": kind})
    chart.add_series(
        {
            "name": title,
            "categories": [name, first, 0, first + count - 1, 0],
            "values": [name, first, 1, first + count - 1, 1],
            "fill": {"color": PALETTE[0]},
            "gap": 50,
            "data_labels": {"value": count <= 24},
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    value_axis = {"min": 0, "num_format": "0", "major_gridlines": GRID_LINES}
    chart.set_y_axis({"reverse": True} if kind == "bar" else value_axis)
    if kind == "bar":
        chart.set_x_axis(value_axis)
    chart.set_size({"width": 700, "height": 320 if kind == "column" else max(240, 90 + 26 * min(count, 20))})
    page.sheet.insert_chart(at, _CHART_COLUMN, chart, {"description": title})

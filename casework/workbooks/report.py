"""A report as an Excel workbook that a supervisor can restyle: real dates, text identifiers, native charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from casework.analytics.definitions import (
    band_names,
    channel_name,
    definitions,
    no_closing_dates,
    resolution_titles,
)
from casework.analytics.figures import Report, Resolution
from casework.i18n import _
from casework.model import ExportSource
from casework.workbooks.book import Book
from casework.workbooks.looks import GRID_LINES, PALETTE
from casework.workbooks.notes import NotesPage
from casework.workbooks.page import Page
from casework.workbooks.review import review_pages
from casework.workbooks.sheets import Column, Sheet

_CASE_COLUMNS = (
    *("case_no", "received", "closed", "channel", "status", "conduct", "respondent", "amount"),
    *("kind", "region", "handler", "outcome", "recovered"),
)


def report_workbook(
    report: Report, made_at: dt.datetime | None, comments: Mapping[str, str] | None = None
) -> bytes:
    """Return a report as the bytes of an .xlsx file, in the language in force.

    Sheets: summary, volume, resolution, one for each section of the review, cases (where the report has them) and
    notes, in this order. ``made_at`` stands in the notes and in the document's properties; None, for a frozen pack: it
    stands nowhere. ``comments`` are the supervisor's, by the name of a chart or section.
    """
    title = _("Complaints: volume and resolution time by channel")
    moment = made_at or dt.datetime.combine(report.as_of, dt.time())
    book = Book(title, subject=report.month or "", made_at=moment)
    _summary(book.page(_("Summary")), report, title)
    _volume(book, book.page(_("Volume")), report)
    _resolution(book, book.page(_("Resolution")), report)
    review_pages(book, report, comments or {})
    if report.cases is not None:
        book.grid(_cases(report))
    _notes(NotesPage(book.page(_("Notes"))), report, made_at)
    return book.content()


def _summary(page: Page, report: Report, title: str) -> None:
    page.sheet.set_column(0, 0, 42)
    page.sheet.set_column(1, 12, 13)
    page.text(0, 0, title, "title")
    facts: list[tuple[str, object]] = [
        (
            _("Period"),
            report.month or _("{first} to {last}").format(first=_edge(report, 0), last=_edge(report, -1)),
        ),
        (_("As of"), report.as_of),
        (_("Received"), report.received),
        (_("Closed"), report.closed),
    ]
    if report.has_closing:
        facts.append((_("Open at the as-of date"), report.open))
    facts.append((_("Problems in the data"), sum(source.problem_count for source in report.sources)))
    for row, (label, value) in enumerate(facts, start=2):
        page.text(row, 0, label)
        page.cell(row, 1, value)
    row = len(facts) + 3
    page.header(
        row,
        (_("Channel"), _("Cases"), _("Resolved"), _("Open"), _("Median days"), _("95% low"), _("95% high")),
    )
    for line in report.resolution:
        row += 1
        page.text(row, 0, channel_name(line.channel))
        for place, count in enumerate((line.n, line.resolved, line.open), start=1):
            page.cell(row, place, count)
        for place, days in enumerate((line.median_days, line.median_low, line.median_high), start=4):
            page.cell(row, place, days, "days")
    if not report.has_closing:
        page.text(row + 1, 0, no_closing_dates(), "note")
    _backlog(page, report, row + 3)


def _backlog(page: Page, report: Report, row: int) -> None:
    if not report.backlog:
        return
    page.text(row, 0, _("Open cases by age (days since receipt)"), "title")
    page.header(row + 1, (_("Channel"), *band_names(), _("Total")))
    for place, line in enumerate(report.backlog, start=row + 2):
        page.text(place, 0, channel_name(line.channel))
        for column, count in enumerate((*line.open, sum(line.open)), start=1):
            page.cell(place, column, count)


def _edge(report: Report, place: int) -> str:
    return report.months[place] if report.months else "-"


def _volume(book: Book, page: Page, report: Report) -> None:
    """The list by month and channel; beside it the same as a grid of months by channels, which the chart draws."""
    page.sheet.freeze_panes(1, 0)
    page.sheet.repeat_rows(0)
    for column, width in enumerate((10, 24, 11, 11)):
        page.sheet.set_column(column, column, width)
    months = sorted({line.month for line in report.volume})
    channels = list(dict.fromkeys(line.channel for line in report.volume))
    received = {(line.month, line.channel): line.received for line in report.volume}
    first = 5
    page.sheet.set_column(first, first + len(channels), 12)
    page.header(0, (_("Month"), _("Channel"), _("Received"), _("Closed")), words=2)
    page.header(0, (_("Month"), *(channel_name(channel) for channel in channels)), first)
    for row in range(max(len(report.volume), len(months))):
        if row < len(report.volume):
            line = report.volume[row]
            page.text(row + 1, 0, line.month)
            page.text(row + 1, 1, channel_name(line.channel))
            page.cell(row + 1, 2, line.received)
            page.cell(row + 1, 3, line.closed)
        if row < len(months):
            page.text(row + 1, first, months[row])
            for place, channel in enumerate(channels, start=first + 1):
                page.cell(row + 1, place, received.get((months[row], channel), 0))
    if months:
        page.sheet.autofilter(0, 0, len(report.volume), 3)
        _volume_chart(book, page, months, channels, first)


def _volume_chart(
    book: Book, page: Page, months: list[str], channels: Sequence[str | None], first: int
) -> None:
    chart = book.xlsx.add_chart({"type": "column", "subtype": "stacked"})
    name = page.sheet.get_name()
    for place, _name in enumerate(channels, start=first + 1):
        chart.add_series(
            {
                "name": [name, 0, place],
                "categories": [name, 1, first, len(months), first],
                "values": [name, 1, place, len(months), place],
                "fill": {"color": PALETTE[(place - first - 1) % len(PALETTE)]},
                "gap": 40,
            }
        )
    chart.set_title({"name": _("Complaints received by month and channel"), "name_font": {"size": 12}})
    chart.set_y_axis({"name": _("cases"), "major_gridlines": GRID_LINES})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 400})
    page.sheet.insert_chart(
        1, first + len(channels) + 2, chart, {"description": _("Complaints received by month and channel")}
    )


def _resolution(book: Book, page: Page, report: Report) -> None:
    page.sheet.freeze_panes(1, 0)
    page.sheet.repeat_rows(0)
    page.sheet.set_column(0, 0, 24)
    page.sheet.set_column(1, 7, 13)
    page.sheet.set_column(8, 8, 26)
    page.sheet.set_row(0, 32)
    page.header(0, (*resolution_titles(), _("Remark"), _("below"), _("above")))
    for row, line in enumerate(report.resolution, start=1):
        page.text(row, 0, channel_name(line.channel))
        for column, count in enumerate((line.n, line.resolved, line.open), start=1):
            page.cell(row, column, count)
        for column, days in enumerate(
            (line.median_days, line.median_low, line.median_high, line.p90_days), start=4
        ):
            page.cell(row, column, days, "days")
        if line.too_few:
            page.text(row, 8, _("too few to compare"))
        elif line.median_days is not None and line.median_high is None:
            page.text(row, 8, _("the upper limit is not reached"))
        for column, span in enumerate(_spans(line), start=9):
            page.cell(row, column, span, "faint")
    if report.resolution:
        page.sheet.autofilter(0, 0, len(report.resolution), 8)
        _resolution_chart(book, page, report)
    elif not report.has_closing:
        page.text(1, 0, no_closing_dates(), "note")


def _spans(line: Resolution) -> tuple[float | None, float | None]:
    """How far the interval reaches below and above the median: what the chart's error bars draw."""
    if line.median_days is None:
        return None, None
    low = line.median_days if line.median_low is None else line.median_low
    high = line.median_days if line.median_high is None else line.median_high
    return line.median_days - low, high - line.median_days


def _resolution_chart(book: Book, page: Page, report: Report) -> None:
    lines = report.resolution
    name = page.sheet.get_name()
    quoted = "'" + name.replace("'", "''") + "'"
    chart = book.xlsx.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": _("Median days"),
            "categories": [name, 1, 0, len(lines), 0],
            "values": [name, 1, 4, len(lines), 4],
            "fill": {"color": PALETTE[0]},
            "gap": 60,
            "y_error_bars": {
                "type": "custom",
                "plus_values": f"={quoted}!$K$2:$K${len(lines) + 1}",
                "minus_values": f"={quoted}!$J$2:$J${len(lines) + 1}",
            },
        }
    )
    chart.set_title({"name": _("Median days to resolution, with 95% interval"), "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis(
        {
            "name": _("days (open cases counted)"),
            "min": 0,
            "major_gridlines": GRID_LINES,
        }
    )
    chart.set_legend({"none": True})
    chart.set_size({"width": 760, "height": max(300, 60 + 36 * len(lines))})
    page.sheet.insert_chart(
        len(lines) + 3, 0, chart, {"description": _("Median days to resolution, with 95% interval")}
    )


def _cases(report: Report) -> Sheet:
    """The rows that were measured. Columns that no source has are left out."""
    table = _in_yuan(report.cases)
    names = [name for name in _CASE_COLUMNS if table[name].null_count < table.num_rows]
    titles = {
        "row": _("Source row"),
        "case_no": _("Case number"),
        "received": _("Received"),
        "closed": _("Closed"),
        "channel": _("Channel"),
        "status": _("Status"),
        "conduct": _("Conduct"),
        "respondent": _("Respondent"),
        "amount": _("Amount"),
        "kind": _("Kind of request"),
        "region": _("Region"),
        "handler": _("Handler"),
        "outcome": _("Outcome"),
        "recovered": _("Recovered, yuan"),
    }
    dated = "stamp" if report.has_time else "day"
    styles = {"row": "left", "received": dated, "closed": dated, "case_no": "id"}
    styles |= {"amount": "money", "recovered": "money"}
    columns = tuple(Column(titles[name], styles.get(name, "text")) for name in ("row", *names))
    return Sheet(_("Cases"), table.select(["row", *names]), columns)


def _in_yuan(cases: Any) -> Any:
    """The cases with amounts in yuan beside those in cents."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in ("amount", "recovered"):
        yuan = pc.divide(cases[f"{name}_minor"].cast(pa.float64()), 100.0)
        cases = cases.append_column(name, yuan)
    return cases


def _notes(notes: NotesPage, report: Report, made_at: dt.datetime | None) -> None:
    notes.heading(_("Made from"))
    if made_at is not None:
        notes.line(_("Made at"), made_at)
    notes.line(_("As of"), report.as_of)
    for source in report.sources:
        notes.line(_("File"), source.file)
        notes.line("SHA-256", source.sha256)
        _source_notes(source, notes.line)
    notes.heading(_("Definitions"))
    for term, text in definitions():
        notes.line(term, text)
    notes.heading(_("Problems in the data"))
    _problems(report, notes.line)


def _source_notes(source: ExportSource, line: Callable[[str, object], None]) -> None:
    if source.sheet:
        line(_("Sheet"), source.sheet)
    if source.encoding:
        line(_("Encoding"), source.encoding)
    if source.header_row:
        line(_("Header row"), source.header_row)
    line(_("Rows"), source.rows)
    line(_("Rows that repeat a case"), source.duplicates)
    line(_("Columns"), "; ".join(f"{role}: {header}" for role, header in source.columns))
    for note in source.notes:
        line(_("Remark"), note)


def _problems(report: Report, line: Callable[[str, object], None]) -> None:
    total = 0
    for source in report.sources:
        total += source.problem_count
        for problem in source.problems:
            place = _("{file}, row {row}, {column}").format(
                file=source.file, row=problem.row, column=problem.column
            )
            line(place, f"{problem.value}  →  {problem.problem}" if problem.value else problem.problem)
        if source.problem_count > len(source.problems):
            line(
                _("and more"),
                _("{count} further problems are not listed.").format(
                    count=source.problem_count - len(source.problems)
                ),
            )
    if not total:
        line(_("none"), "")

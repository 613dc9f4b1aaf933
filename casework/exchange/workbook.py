"""A report as an Excel workbook that a supervisor can restyle: real dates, text identifiers, native charts."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter

from casework.analytics.definitions import (
    band_names,
    channel_name,
    definitions,
    no_closing_dates,
    resolution_titles,
)
from casework.analytics.report import Report, Resolution
from casework.i18n import _

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 1_048_575  # below the header row
MAX_TEXT = 32_767
_PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
_CASE_COLUMNS = ("case_no", "received", "closed", "channel", "status", "conduct", "respondent", "amount")


@dataclass(frozen=True)
class _Sheet:
    """One worksheet and the formats that its cells take."""

    sheet: Worksheet
    formats: dict[str, Any]

    def text(self, row: int, column: int, value: str, style: str = "text") -> None:
        """Write text as text: what looks like a formula or a link stays as typed."""
        safe = value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"
        style = "quoted" if style == "text" and _looks_live(safe) else style
        self.sheet.write_string(row, column, safe, self.formats[style])

    def cell(self, row: int, column: int, value: object, style: str = "") -> None:
        """Write a number, a date or text by its type; None leaves the cell empty."""
        if value is None:
            return
        if isinstance(value, dt.datetime):
            self.sheet.write_datetime(row, column, value, self.formats[style or "stamp"])
        elif isinstance(value, dt.date):
            midnight = dt.datetime.combine(value, dt.time())
            self.sheet.write_datetime(row, column, midnight, self.formats["day"])
        elif isinstance(value, int | float):
            self.sheet.write_number(row, column, value, self.formats[style or "number"])
        else:
            self.text(row, column, str(value), style or "text")

    def header(self, row: int, titles: Sequence[str], first: int = 0, *, words: int = 1) -> None:
        """Write a header row; the titles after the first ``words`` stand over numbers, on the right."""
        for place, title in enumerate(titles):
            style = "header" if place < words else "header_right"
            self.sheet.write_string(row, first + place, title, self.formats[style])


def _looks_live(text: str) -> bool:
    start = unicodedata.normalize("NFKC", text.lstrip())[:1]
    return start in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n")


def report_workbook(report: Report, made_at: dt.datetime) -> bytes:
    """Return a report as the bytes of an .xlsx file, in the language in force.

    Sheets: summary, volume, resolution, cases and notes, in this order. ``made_at`` stands in the notes and in
    the document's properties.
    """
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        title = _("Complaints: volume and resolution time by channel")
        book.set_properties(
            {
                "title": title,
                "subject": report.month or "",
                "author": "",
                "comments": "casework",
                "created": made_at,
            }
        )
        formats = _formats(book)

        def add(name: str) -> _Sheet:
            sheet = book.add_worksheet(name)
            sheet.set_default_row(18)
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer("&L&A&R&P / &N")
            return _Sheet(sheet, formats)

        _summary(add(_("Summary")), report, title)
        _volume(book, add(_("Volume")), report)
        _resolution(book, add(_("Resolution")), report)
        _cases(add(_("Cases")), report)
        _notes(add(_("Notes")), report, made_at)
    return buffer.getvalue()


_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_STYLES: dict[str, dict[str, object]] = {
    "text": {},
    "quoted": {"quote_prefix": True},
    "wrap": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14},
    "header": {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True},
    "header_right": {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "align": "right"},
    "faint": {"num_format": "0.00", "font_color": "#808080"},
    "number": {"num_format": "#,##0"},
    "days": {"num_format": "0.00"},
    "money": {"num_format": "#,##0.00"},
    "stamp": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "left": {"num_format": "0", "align": "left"},
}


def _formats(book: Any) -> dict[str, Any]:
    return {name: book.add_format({**_FONT, **style}) for name, style in _STYLES.items()}


def _summary(page: _Sheet, report: Report, title: str) -> None:
    page.sheet.set_column(0, 0, 30)
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
        page.text(row + 1, 0, no_closing_dates(), "wrap")
    _backlog(page, report, row + 3)


def _backlog(page: _Sheet, report: Report, row: int) -> None:
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


def _volume(book: Any, page: _Sheet, report: Report) -> None:
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
    book: Any, page: _Sheet, months: list[str], channels: Sequence[str | None], first: int
) -> None:
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    name = page.sheet.get_name()
    for place, _name in enumerate(channels, start=first + 1):
        chart.add_series(
            {
                "name": [name, 0, place],
                "categories": [name, 1, first, len(months), first],
                "values": [name, 1, place, len(months), place],
                "fill": {"color": _PALETTE[(place - first - 1) % len(_PALETTE)]},
                "gap": 40,
            }
        )
    chart.set_title({"name": _("Complaints received by month and channel"), "name_font": {"size": 12}})
    chart.set_y_axis({"name": _("cases"), "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 400})
    page.sheet.insert_chart(
        1, first + len(channels) + 2, chart, {"description": _("Complaints received by month and channel")}
    )


def _resolution(book: Any, page: _Sheet, report: Report) -> None:
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
        page.text(1, 0, no_closing_dates(), "wrap")


def _spans(line: Resolution) -> tuple[float | None, float | None]:
    """How far the interval reaches below and above the median: what the chart's error bars draw."""
    if line.median_days is None:
        return None, None
    low = line.median_days if line.median_low is None else line.median_low
    high = line.median_days if line.median_high is None else line.median_high
    return line.median_days - low, high - line.median_days


def _resolution_chart(book: Any, page: _Sheet, report: Report) -> None:
    lines = report.resolution
    name = page.sheet.get_name()
    quoted = "'" + name.replace("'", "''") + "'"
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": _("Median days"),
            "categories": [name, 1, 0, len(lines), 0],
            "values": [name, 1, 4, len(lines), 4],
            "fill": {"color": _PALETTE[0]},
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
            "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
        }
    )
    chart.set_legend({"none": True})
    chart.set_size({"width": 760, "height": max(300, 60 + 36 * len(lines))})
    page.sheet.insert_chart(
        len(lines) + 3, 0, chart, {"description": _("Median days to resolution, with 95% interval")}
    )


def _cases(page: _Sheet, report: Report) -> None:
    """The rows that were measured. Columns that no source has are left out."""
    names = [name for name in _CASE_COLUMNS if report.cases[name].null_count < report.cases.num_rows]
    titles = {
        "case_no": _("Case number"),
        "received": _("Received"),
        "closed": _("Closed"),
        "channel": _("Channel"),
        "status": _("Status"),
        "conduct": _("Conduct"),
        "respondent": _("Respondent"),
        "amount": _("Amount"),
    }
    dated = "stamp" if report.has_time else "day"
    styles = {"received": dated, "closed": dated, "amount": "money"}
    widths = {"received": 17, "closed": 17, "case_no": 22, "respondent": 28, "conduct": 24, "amount": 12}
    page.sheet.freeze_panes(1, 1)
    page.sheet.repeat_rows(0)
    page.sheet.set_landscape()
    for place, name in enumerate(["source_row", *names]):
        page.sheet.set_column(place, place, widths.get(name, 16))
    page.sheet.set_row(0, 20)
    page.header(0, (_("Source row"), *(titles[name] for name in names)), words=len(names) + 1)
    row = 0
    for batch in report.cases.select(["row", *names]).slice(0, MAX_ROWS).to_batches(max_chunksize=20_000):
        columns = [column.to_pylist() for column in batch.columns]
        for values in zip(*columns, strict=True):
            row += 1
            page.cell(row, 0, values[0], "left")
            for place, (name, value) in enumerate(zip(names, values[1:], strict=True), start=1):
                page.cell(row, place, value, styles.get(name, ""))
    if row:
        page.sheet.autofilter(0, 0, row, len(names))


_LABEL_WIDTH, _NOTE_WIDTH = 28, 90  # in characters of the usual width


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _notes(page: _Sheet, report: Report, made_at: dt.datetime) -> None:
    page.sheet.set_column(0, 0, _LABEL_WIDTH + 2)
    page.sheet.set_column(1, 1, _NOTE_WIDTH + 6)
    row = 0

    def line(label: str, value: object) -> None:
        nonlocal row
        lines = max(-(-_width(str(value)) // _NOTE_WIDTH), -(-_width(label) // _LABEL_WIDTH), 1)
        page.sheet.set_row(row, 17 * lines)  # a wrapped row does not grow by itself in every program
        page.text(row, 0, label, "wrap")
        page.cell(
            row, 1, value, "wrap" if isinstance(value, str) else "left" if isinstance(value, int) else ""
        )
        row += 1

    def heading(text: str) -> None:
        nonlocal row
        row += row > 0
        page.text(row, 0, text, "title")
        row += 1

    heading(_("Made from"))
    line(_("Made at"), made_at)
    line(_("As of"), report.as_of)
    for source in report.sources:
        line(_("File"), source.file)
        line("SHA-256", source.sha256)
        _source_notes(source, line)
    heading(_("Definitions"))
    for term, text in definitions():
        line(term, text)
    heading(_("Problems in the data"))
    _problems(report, line)


def _source_notes(source: Any, line: Callable[[str, object], None]) -> None:
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

"""``report`` and ``import``: exports in, measures out."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.desk import open_desk, write_whole
from casework.cli.printing import DONE, PROBLEMS, print_json, print_table
from casework.cli.progress import terminal_progress
from casework.errors import CaseworkError
from casework.i18n import _

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.model import ExportSource


def report(options: argparse.Namespace) -> int:
    from casework.analytics.periods import parse_span
    from casework.desk import WORKSPACE, report_exports
    from casework.exchange.read import find_files

    if options.out and options.out.suffix.lower() != ".xlsx":
        raise CaseworkError(
            _("A report is written as .xlsx."), where=str(options.out), remedy=_("Give the file that ending.")
        )
    if options.out and any(_same_file(options.out, source) for source in find_files(options.sources)):
        raise CaseworkError(
            _("The report would overwrite the export that it is made from."),
            where=str(options.out),
            remedy=_("Give it another name."),
        )
    _check_template(options)
    asked = {
        "period": parse_span(options.month) if options.month else None,
        "as_of": options.as_of,
        "day_first": day_first(options.dates),
    }
    made_at = dt.datetime.now().replace(microsecond=0)
    if options.sources and WORKSPACE not in options.sources:
        with terminal_progress() as progress:
            report = report_exports(
                options.sources, numbers_only=options.out is None, progress=progress, **asked
            )
        if options.out and options.template:
            from casework.workbooks.template import fill_report, read_template

            name = options.template.name
            write_whole(options.out, fill_report(read_template(options.template), report, made_at, name=name))
        elif options.out:
            from casework.workbooks.report import report_workbook

            write_whole(options.out, report_workbook(report, made_at))
    else:
        desk = open_desk(options)
        with terminal_progress() as progress:
            report = desk.report(options.sources, by_name=not options.json, progress=progress, **asked)
        if options.out and options.template:
            write_whole(options.out, desk.fill_template(report, options.template, made_at=made_at)[1])
        elif options.out:
            write_whole(options.out, desk.workbook(report, made_at=made_at)[1])
    if options.json:
        print_json(report_json(report))
    else:
        _print_report(report, options.out)
    return PROBLEMS if any(source.problem_count for source in report.sources) else DONE


def day_first(dates: str | None) -> bool | None:
    """The answer that ``--dates`` gives."""
    return None if dates is None else dates == "dmy"


def _check_template(options: argparse.Namespace) -> None:
    """Refuse a template that cannot serve before anything is measured."""
    if not options.template:
        return
    from casework.workbooks.template import read_template

    read_template(options.template)
    if not options.out:
        raise CaseworkError(
            _("A template is filled into a file."),
            where=str(options.template),
            remedy=_("Add --out FILE.xlsx."),
        )
    if _same_file(options.out, options.template):
        raise CaseworkError(
            _("The report would overwrite the template that it is made from."),
            where=str(options.out),
            remedy=_("Give it another name."),
        )


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def report_json(report: Report) -> dict[str, Any]:
    """A report as the JSON document of the command-line contract."""
    from casework.analytics.definitions import no_closing_dates

    document: dict[str, Any] = {
        "sources": [source_json(source) for source in report.sources],
        "as_of": report.as_of.isoformat(),
        "month": report.month,
        "volume": [
            {"month": row.month, "channel": row.channel, "received": row.received, "closed": row.closed}
            for row in report.volume
        ],
        "resolution": [
            {
                "channel": row.channel,
                "n": row.n,
                "resolved": row.resolved,
                "open": row.open,
                "median_days": row.median_days,
                "median_low": row.median_low,
                "median_high": row.median_high,
                "p90_days": row.p90_days,
                "too_few": row.too_few,
            }
            for row in report.resolution
        ],
    }
    if not report.has_closing:
        document["resolution_reason"] = no_closing_dates()
    return document


def source_json(source: ExportSource) -> dict[str, Any]:
    return {
        "file": source.file,
        "sha256": source.sha256,
        "sheet": source.sheet,
        "header_row": source.header_row,
        "encoding": source.encoding,
        "rows": source.rows,
        "duplicates": source.duplicates,
        "columns": dict(source.columns),
        "problems": [
            {"row": item.row, "column": item.column, "value": item.value, "problem": item.problem}
            for item in source.problems
        ],
        "problem_count": source.problem_count,
        "notes": list(source.notes),
        "choices": [
            {
                "role": choice.role,
                "header": choice.header,
                "confidence": choice.confidence,
                "reason": choice.reason,
                "rivals": list(choice.rivals),
            }
            for choice in source.choices
        ],
        "unused": list(source.unused),
    }


def _print_report(report: Report, out: Path | None) -> None:
    from casework.analytics.definitions import channel_name, no_closing_dates, resolution_titles

    for source in report.sources:
        print_source(source)
    print(
        _("As of {day}: {received} received, {closed} closed.").format(
            day=report.as_of, received=report.received, closed=report.closed
        )
    )
    if report.has_closing:
        rows = [
            (
                channel_name(row.channel),
                row.n,
                row.resolved,
                row.open,
                *map(_days, (row.median_days, row.median_low, row.median_high)),
            )
            for row in report.resolution
        ]
        print_table(resolution_titles()[:7], rows)
    else:
        print(no_closing_dates())
    if out:
        print(_("Written: {file}").format(file=out))


def print_source(source: ExportSource) -> None:
    sheet = f" [{source.sheet}]" if source.sheet else ""
    print(
        _("{file}{sheet}: {rows} rows, {duplicates} repeated, {problems} problems.").format(
            file=source.file,
            sheet=sheet,
            rows=source.rows,
            duplicates=source.duplicates,
            problems=source.problem_count,
        )
    )
    print("  " + ", ".join(f"{role} = {header}" for role, header in source.columns))
    if source.unused:
        shown = ", ".join(source.unused[:20]) + (" …" if len(source.unused) > 20 else "")
        print("  " + _("Columns without a role: {headers}.").format(headers=shown))
    for note in source.notes:
        print("  " + note)
    for item in source.problems[:20]:
        print(
            "  "
            + _("row {row}, {column}: {value} {problem}").format(
                row=item.row, column=item.column, value=item.value, problem=item.problem
            )
        )
    if source.problem_count > 20:
        print(
            "  "
            + _("… and {count} more (all with --json, or in the workbook's notes).").format(
                count=source.problem_count - 20
            )
        )


def _days(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"

"""``report`` and ``import``: exports in, measures out."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.desk import open_desk, write_whole
from casework.cli.printing import DONE, PROBLEMS, print_json, print_table
from casework.errors import CaseworkError
from casework.i18n import _

if TYPE_CHECKING:
    from casework.analytics.report import Report
    from casework.model import ExportSource


def report(options: argparse.Namespace) -> int:
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
    period = {"month": options.month, "as_of": options.as_of}
    made_at = dt.datetime.now().replace(microsecond=0)
    if options.sources and WORKSPACE not in options.sources:
        report = report_exports(options.sources, **period)
        if options.out:
            from casework.exchange.workbook import report_workbook

            write_whole(options.out, report_workbook(report, made_at))
    else:
        desk = open_desk(options)
        report = desk.report(options.sources, by_name=not options.json, **period)
        if options.out:
            write_whole(options.out, desk.workbook(report, made_at=made_at)[1])
    if options.json:
        print_json(report_json(report))
    else:
        _print_report(report, options.out)
    return PROBLEMS if any(source.problem_count for source in report.sources) else DONE


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def report_json(report: Report) -> dict[str, Any]:
    """A report as the JSON document of the command-line contract."""
    from casework.analytics.definitions import no_closing_dates

    document: dict[str, Any] = {
        "sources": [_source_json(source) for source in report.sources],
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


def _source_json(source: ExportSource) -> dict[str, Any]:
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
    }


def _print_report(report: Report, out: Path | None) -> None:
    from casework.analytics.definitions import channel_name, no_closing_dates, resolution_titles

    for source in report.sources:
        _print_source(source)
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


def _print_source(source: ExportSource) -> None:
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


def import_cases(options: argparse.Namespace) -> int:
    result = open_desk(options, create=True).import_export(options.file, dry_run=options.dry_run)
    if options.json:
        counts = {
            "new": result.new,
            "known": result.known,
            "skipped": result.skipped,
            "run": result.run,
            "dry_run": result.dry_run,
        }
        print_json({"source": _source_json(result.source), **counts})
    else:
        _print_source(result.source)
        sentence = _("Would add {new} cases") if result.dry_run else _("Added {new} cases")
        print(
            sentence.format(new=result.new)
            + _("; {known} were there already, {skipped} rows have no received date. Run: {run}").format(
                known=result.known, skipped=result.skipped, run=result.run
            )
        )
    return PROBLEMS if result.source.problem_count else DONE

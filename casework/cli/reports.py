"""``report``: exports in, measures out, printed, as files, or as a frozen pack; and ``report verify``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.desk import open_desk
from casework.cli.printing import DONE, PROBLEMS, print_findings, print_json, print_table
from casework.cli.progress import terminal_progress
from casework.errors import CaseworkError
from casework.i18n import _

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.desk import Desk
    from casework.model import ExportSource

VERIFY = "verify"


def report(options: argparse.Namespace) -> int:
    if options.sources[:1] == [VERIFY]:
        return _verify(options)
    from casework.cli import packs

    wanted = packs.wanted(options)
    desk = _desk(options)
    found = _measured(options, desk)
    shown, places = packs.write(options, wanted, desk, found)
    if options.json:
        from casework.pack.document import document

        print_json(document(shown))
    else:
        _print_report(shown, places)
    return PROBLEMS if any(source.problem_count for source in found.sources) else DONE


def _desk(options: argparse.Namespace) -> Desk | None:
    """The office's desk where its own cases are asked for."""
    from casework.measuring import WORKSPACE

    return None if options.sources and WORKSPACE not in options.sources else open_desk(options)


def _measured(options: argparse.Namespace, desk: Desk | None) -> Report:
    from casework.analytics.review import Filters
    from casework.measuring import report_exports

    asked: dict[str, Any] = {
        "period": _period(options),
        "filters": Filters(**_filters(options.filter)) if options.filter else None,
        "as_of": options.as_of,
        "day_first": day_first(options.dates),
        "engine": options.engine or "",
    }
    with terminal_progress() as progress:
        if desk is not None:
            return desk.report(options.sources, by_name=not options.json, progress=progress, **asked)
        bare = not (options.out or options.out_dir)
        return report_exports(options.sources, numbers_only=bare, progress=progress, **asked)


def _period(options: argparse.Namespace) -> Any:
    """``--month`` or ``--period``; the month ``last`` is the one before today's, or before that of ``--as-of``."""
    import datetime as dt

    from casework.analytics.periods import last_whole_month, parse_span

    if options.month and options.period:
        raise CaseworkError(
            _("Give --month or --period, not both."), where=f"{options.month}, {options.period}"
        )
    if options.month == "last":
        return last_whole_month(options.as_of or dt.date.today())
    asked = options.month or options.period
    return parse_span(asked) if asked else None


def _filters(pairs: list[tuple[str, str]]) -> dict[str, tuple[str | None, ...]]:
    """The values by dimension; an empty one means that it is not stated."""
    found: dict[str, tuple[str | None, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value or None)
    return found


def _verify(options: argparse.Namespace) -> int:
    """``casework report verify PACK…``: all that differs in each."""
    from casework.pack.verify import verify_pack

    paths = options.sources[1:]
    if not paths:
        raise CaseworkError(
            _("Name the pack to be verified."), remedy=_("For a file named verify write ./verify.")
        )
    findings = [
        finding for path in paths for finding in verify_pack(path, options.at, measure=_measured_again)
    ]
    return print_findings(
        findings, options.json, _("The pack is as it was made; its numbers come out the same.")
    )


def _measured_again(sources: list[str], *, period: Any, filters: Any, **asked: Any) -> Report:
    from casework.measuring import open_sources, reported

    with terminal_progress() as progress:
        held = open_sources(sources, progress=progress, **asked)
        try:
            return reported(held, period, filters)
        finally:
            held.close()


def day_first(dates: str | None) -> bool | None:
    """The answer that ``--dates`` gives."""
    return None if dates is None else dates == "dmy"


def _print_report(report: Report, places: list[Path]) -> None:
    from casework.analytics.definitions import channel_name, no_closing_dates, resolution_titles

    for source in report.sources:
        print_source(source)
    print(
        _("As of {day}: {received} received, {closed} closed.").format(
            day=report.as_of, received=_count(report.received), closed=_count(report.closed)
        )
    )
    for text in _left_out(report):
        print("  " + text)
    if report.has_closing:
        rows = [
            (
                channel_name(row.channel),
                *map(_count, (row.n, row.resolved, row.open)),
                *map(_days, (row.median_days, row.median_low, row.median_high)),
            )
            for row in report.resolution
        ]
        print_table(resolution_titles()[:7], rows)
    else:
        print(no_closing_dates())
    for place in places:
        print(_("Written: {file}").format(file=place))


def _left_out(report: Report) -> list[str]:
    """What does not count although the sources have it."""
    quality = report.review.quality
    told = {
        _("{count} cases with a received date after this day do not count."): quality.future,
        _("{count} rows without a received date do not count."): quality.undated,
        _("{count} cases are in several sources and count once."): quality.shared,
    }
    return [text.format(count=count) for text, count in told.items() if count]


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


def _count(value: int) -> str:
    from casework.tables.cells import STAR, is_withheld

    return STAR if is_withheld(value) else str(value)


def _days(value: float | None) -> str:
    from casework.tables.cells import STAR, is_withheld

    return "-" if value is None else STAR if is_withheld(value) else f"{value:.2f}"

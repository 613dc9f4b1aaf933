"""Sources to figures: exports, lakes and the office's own records, put into an engine and measured together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import NotFound
from casework.i18n import _, language
from casework.lake import Lake, is_lake, open_lake
from casework.model import ExportSource
from casework.progress import Progress, quiet
from casework.sources import ROLES
from casework.words import ROLES as NAMES
from casework.words import word

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from casework.analytics.dataset import Dataset, Known
    from casework.analytics.engines import Engine
    from casework.analytics.figures import Report
    from casework.analytics.periods import Span
    from casework.analytics.review import Filters, Rebase
    from casework.exchange.cache import Shelf
    from casework.exchange.read import Export
    from casework.workspace import Workspace

WORKSPACE = "workspace"  # a report's source that is the office's own records
_DAY_US = 86_400_000_000


def report_exports(
    sources: Sequence[str | Path],
    *,
    period: Span | None = None,
    filters: Filters | None = None,
    as_of: dt.date | None = None,
    numbers_only: bool = False,
    day_first: bool | None = None,
    engine: str = "",
    progress: Progress = quiet,
) -> Report:
    """Measure export files and lakes without a workspace. Raises :class:`CaseworkError` where one cannot be read.

    With ``numbers_only`` the report serves for its numbers, not for charts or a list of cases: it has no cases, and
    one of the same files and questions is recalled.
    """
    from casework.analytics.figures import as_document, from_document
    from casework.analytics.review import MEASURES_VERSION
    from casework.exchange.cache import Content, recall, remember
    from casework.exchange.read import find_files

    recalls = numbers_only and not engine and filters is None and not any(map(is_lake, sources))
    contents = [Content(path) for path in find_files(sources)] if recalls else []
    question = ("report", MEASURES_VERSION, period.label if period else None, as_of, day_first)
    told = recall(contents, question)
    if told is not None:
        return from_document(told)
    held = open_sources(
        sources, as_of=as_of, numbers_only=numbers_only, day_first=day_first, engine=engine, progress=progress
    )
    try:
        report = reported(held, period, filters)
    finally:
        held.close()
    if contents:
        remember(contents, question, as_document(report))
    return report


def reported(held: Dataset, period: Span | None, filters: Filters | None = None) -> Report:
    """The report of a period. Raises :class:`NotFound` where the data have no case in it."""
    report = held.report(period, filters)
    if period and not set(period.names()) & set(report.months) and not (filters and filters.given()):
        what = _("There are no cases in this month.")
        raise NotFound(
            what if period.months == 1 else _("There are no cases in this period."),
            where=period.label,
            remedy=_("The data run from {first} to {last}.").format(
                first=_edge(report, 0), last=_edge(report, -1)
            ),
        )
    return report


def _edge(report: Report, place: int) -> str:
    return report.months[place] if report.months else "-"


def open_sources(
    sources: Sequence[str | Path],
    *,
    workspace: Workspace | None = None,
    by_name: bool = True,
    as_of: dt.date | None = None,
    numbers_only: bool = False,
    day_first: bool | None = None,
    shelf: Shelf | None = None,
    engine: str = "",
    rebases: tuple[Rebase, ...] = (),
    with_tables: Sequence[Export] = (),
    progress: Progress = quiet,
) -> Dataset:
    """Put the cases of files, patterns, lakes and :data:`WORKSPACE` into an engine (a URL; empty: in this process).

    ``with_tables`` are tables that were read before, such as those of a frozen pack; they come first.
    """
    from casework.analytics.dataset import Known

    names = [source for source in sources if str(source) != WORKSPACE or workspace is None]
    lakes = [open_lake(source) for source in names if is_lake(source)]
    files = [source for source in names if not is_lake(source)]
    opened, exports = _read(files, numbers_only, day_first, shelf, engine, progress)
    try:
        own = workspace is not None and len(names) < len(sources)
        query = workspace.store.filings_query(engine) if workspace and own and engine else None
        if workspace and query and not names and not with_tables:
            return _in_place(workspace, query, opened, by_name=by_name, as_of=as_of, rebases=rebases)
        if workspace and own:
            exports.insert(0, own_cases(workspace, by_name=by_name))
        exports[:0] = with_tables
        told = [
            *(export.source for export in exports),
            *(source for lake in lakes for source in lake.sources),
        ]
        known = Known(
            sources=tuple(told),
            has_time=any([*(one.has_time for one in exports), *(one.has_time for one in lakes)]),
            rebases=rebases,
            drift=_missing_roles(told),
        )
        if lakes:
            return _with_lakes(lakes, exports, known, as_of, opened)
        return _of_tables(exports, known, as_of, opened, keep=not numbers_only)
    except BaseException:
        opened.close()
        raise


def _read(
    files: Sequence[str | Path],
    numbers_only: bool,
    day_first: bool | None,
    shelf: Shelf | None,
    engine: str,
    progress: Progress,
) -> tuple[Engine, list[Export]]:
    """Read the files in children while the engine loads here."""
    from casework.exchange.read import LISTED, MEASURED, PendingExports, refuse_questions

    roles = MEASURED if numbers_only else LISTED
    pending = PendingExports(files, roles=roles, day_first=day_first, shelf=shelf)
    from casework.analytics.engines import open_engine
    from casework.analytics.report import warm

    opened = open_engine(engine) if engine else warm()
    try:
        exports = pending.result(progress)
        refuse_questions(exports)
    except BaseException:
        opened.close()
        raise
    return opened, exports


def _of_tables(
    exports: Sequence[Export], known: Known, as_of: dt.date | None, engine: Engine, *, keep: bool
) -> Dataset:
    from casework.analytics.dataset import open_tables

    can_close = ["closed" in dict(export.source.columns) for export in exports]
    tables = [export.table for export in exports]
    held = open_tables(tables, can_close, known, as_of=as_of, today=dt.date.today(), engine=engine)
    return held if keep else replace(held, cases=None)


def _with_lakes(
    lakes: Sequence[Lake], exports: Sequence[Export], known: Known, as_of: dt.date | None, engine: Engine
) -> Dataset:
    """Lakes as they lie, with the cases of other sources beside them; a case that several have counts once."""
    from casework.analytics.cases import as_cases, latest, together
    from casework.analytics.dataset import open_cases
    from casework.analytics.overlap import keyed, once

    days, rows = [lake.latest for lake in lakes], sum(lake.rows for lake in lakes)
    tables: list[ir.Table] = []
    if exports:
        ready = [
            as_cases(export.table, can_close="closed" in dict(export.source.columns), source=place)
            for place, export in enumerate(exports)
        ]
        cases, shared = together(ready)
        days, rows = [*days, latest(cases, dt.date.today())], rows + cases.num_rows + shared
        tables.append(engine.table(keyed(cases)))
    place = len(exports)
    for lake in lakes:
        table = engine.parquet(lake.parquet)
        tables.append(table.mutate(source=(table.source + place).cast("int16")) if place else table)
        place += len(lake.sources)
    whole = tables[0] if len(tables) == 1 else tables[0].union(*tables[1:])
    if place > 1:
        whole = engine.keep(once(whole))
    held = open_cases(whole, engine, known, as_of or min(max(days), dt.date.today()))
    return replace(held, known=replace(known, shared=rows - held.facts["rows"]))


def _missing_roles(sources: Sequence[ExportSource]) -> tuple[str, ...]:
    """What some of several sources say and others do not, so that a hole is not read as a fall."""
    every = {role for source in sources for role, _header in source.columns} - {"case_no"}
    return tuple(
        _("{file} has no column for: {roles}; other sources have.").format(
            file=source.file, roles=_(", ").join(word(NAMES, role) for role in sorted(lacking))
        )
        for source in sources
        if (lacking := every - {role for role, _header in source.columns})
    )


# ------------------------------------------------------------------ the office's own records


def own_cases(workspace: Workspace, *, by_name: bool = True) -> Export:
    """The office's own filings as a table like that of an export, channels and conducts by their names or by their ids.

    ``due`` is by when the channel has to be done with a filing, where the rule pack says so.
    """
    import numpy as np
    import pyarrow as pa

    from casework.exchange.read import Export
    from casework.rules.clocks import due_columns

    table = workspace.store.filings_table()
    accepted = (
        table["accepted"]
        if "accepted" in table.column_names
        else pa.nulls(table.num_rows, pa.timestamp("us"))
    )
    due = due_columns(workspace.rules, table["channel"], table["received"], accepted)
    table = table.append_column("due", due).append_column("row", pa.array(np.arange(1, table.num_rows + 1)))
    for role, words in (_names(workspace) if by_name else {}).items():
        table = _named(table, role, words)
    stamps = {name: table[name].cast(pa.int64()) for name in ("received", "closed")}
    roles = [name for name in table.column_names if table[name].null_count < table.num_rows]
    return Export(_own_source(workspace, table.num_rows, roles), table, _has_time(stamps.values()))


def _names(workspace: Workspace) -> dict[str, dict[str, str]]:
    """What the rule pack calls its channels and conducts, in the language in force."""
    lang, rules = language(), workspace.rules
    return {
        "channel": {key: one.name(lang) for key, one in rules.channels.items()},
        "conduct": {key: one.name(lang) for key, one in rules.conducts.items()},
    }


def _in_place(
    workspace: Workspace,
    query: str,
    engine: Engine,
    *,
    by_name: bool,
    as_of: dt.date | None,
    rebases: tuple[Rebase, ...],
) -> Dataset:
    """The office's own records where they lie, in the database that is the engine as well."""
    from casework.analytics.dataset import Known, open_cases
    from casework.inplace import ROLES_KNOWN, facts_of, own_in_place

    table = own_in_place(query, engine, workspace.rules, _names(workspace) if by_name else {})
    latest, has_time = facts_of(table, engine)
    known = Known(has_time=has_time, rebases=rebases)
    held = open_cases(table, engine, known, as_of or latest)
    roles = [
        role for role in ROLES_KNOWN if held.facts[f"has_{'amount_minor' if role == 'amount' else role}"]
    ]
    source = _own_source(workspace, held.facts["rows"], roles)
    return replace(held, known=replace(known, sources=(source,)))


def _own_source(workspace: Workspace, rows: int, roles: Sequence[str]) -> ExportSource:
    return ExportSource(
        file=Path(workspace.location).name,  # not where on this machine it lies: reports are sent on
        sha256=workspace.store.audit_head(),
        sheet=None,
        header_row=None,
        encoding=None,
        rows=rows,
        duplicates=0,
        columns=tuple(
            (role, role)
            for role in dict.fromkeys((*("received", "closed", "channel"), *roles))
            if role in ROLES
        ),
        notes=(_("Of the office's own records every filing counts, and every case without one."),),
    )


def _named(table: pa.Table, role: str, names: dict[str, str]) -> pa.Table:
    """Put the rule pack's names in the place of its ids; other words stay as they are."""
    import pyarrow as pa

    coded = table[role].combine_chunks().dictionary_encode()
    shown = [names.get(key, key) for key in coded.dictionary.to_pylist()]
    named = pa.DictionaryArray.from_arrays(coded.indices, pa.array(shown, pa.string())).cast(pa.string())
    return table.set_column(table.schema.get_field_index(role), role, named)


def _has_time(columns: Iterable[Any]) -> bool:
    """Whether any stamp (microseconds) is not at midnight."""
    return any(bool((column.drop_null().to_numpy() % _DAY_US).any()) for column in columns)

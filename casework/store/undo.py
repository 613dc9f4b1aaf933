"""Take an import back: exactly, or not at all.

Cases that the run brought are removed with everything that belongs to them. Cases that it changed become what they
were, ids included; only their versions move on, as with every change. A case that someone edited since, or that a later
run changed, stands in the way.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, text, update
from sqlalchemy.sql.functions import coalesce

from casework.errors import CaseworkError, Incomplete, printable
from casework.i18n import _
from casework.model import Finding
from casework.progress import Progress, Step
from casework.sources import ImportRun
from casework.store import search, tables
from casework.store.changes import put_origins
from casework.store.checks import some
from casework.store.documents import document, revived
from casework.store.rows import load
from casework.store.runs import all_runs, find_run
from casework.store.writer import Edit, update_cases

#: Cases restored together, and keys of cases removed together.
_RESTORED, _REMOVED = 500, 20_000

_cases, _origin, _change = tables.cases.c, tables.imported.c, tables.import_changes.c


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a run did: how many cases were removed, and how many are again what they were."""

    run: str
    removed: int
    restored: int


def undo_run(connection: Connection, name: str, at: dt.datetime, progress: Progress) -> Undone:
    """Undo the run of this number (``R7``, ``7``).

    NotFound if there is none, CaseworkError if it was undone before; Incomplete with every case that stands in the
    way, who edited it and when.
    """
    run = find_run(connection, name, lock=True)
    if run.undone_at is not None:
        told = _("This import was undone already, on {day}.").format(day=f"{run.undone_at:%Y-%m-%d %H:%M}")
        raise CaseworkError(told, where=run.run)
    _lock(connection, run)
    in_the_way = list(_in_the_way(connection, run))
    if in_the_way:
        remedy = _("Undo the later imports first; take back the edits, or leave this import as it is.")
        raise Incomplete(_("This import cannot be undone."), in_the_way, where=run.run, remedy=remedy)
    restored = _restore(connection, run, progress)
    removed = _remove(connection, run, progress)
    _close(connection, run, at)
    return Undone(run.run, removed, restored)


def _lock(connection: Connection, run: ImportRun) -> None:
    """Keep others from editing the cases of a run until the end; on SQLite there is no other writer."""
    if connection.dialect.name == "postgresql":
        changed = select(_change.case_pk).where(_change.run == run.run)
        theirs = select(_cases.pk).where((_cases.run == run.run) | _cases.pk.in_(changed)).with_for_update()
        connection.execute(select(func.count()).select_from(theirs.subquery()))


# ------------------------------------------------------------------ what stands in the way


def _in_the_way(connection: Connection, run: ImportRun) -> Iterator[Finding]:
    touched = {
        row.case_no: row.run for query in (_touched(run), _changed(run)) for row in connection.execute(query)
    }
    if touched:
        yield from _edits(connection, run, touched)
    for query, expected in (
        (select(func.count()).where(_cases.run == run.run), run.new),
        (select(func.count()).where(_change.run == run.run), run.updated),
    ):
        there = int(connection.execute(query).scalar_one())
        if there != expected:
            problem = _("Of {expected} cases that it brought or changed, {there} are found.")
            yield Finding(run.run, problem.format(expected=expected, there=there))


def _touched(run: ImportRun) -> Select[Any]:
    """New cases of a run that are no longer as it left them; a case of an old run has no row in ``imported``."""
    same = (coalesce(_origin.version, 1) == _cases.version) & (coalesce(_origin.run, run.run) == run.run)
    joined = tables.cases.outerjoin(tables.imported, _origin.case_pk == _cases.pk)
    query = select(_cases.case_no, _origin.run).select_from(joined)
    return query.where(_cases.run == run.run, ~same).order_by(_cases.pk)


def _changed(run: ImportRun) -> Select[Any]:
    """Cases that a run changed and that are no longer as it left them."""
    same = (_origin.version == _cases.version) & (_origin.run == run.run)
    joined = tables.import_changes.join(tables.cases, _cases.pk == _change.case_pk).outerjoin(
        tables.imported, _origin.case_pk == _cases.pk
    )
    query = select(_cases.case_no, _origin.run).select_from(joined)
    return query.where(_change.run == run.run, ~coalesce(same, False)).order_by(_cases.pk)


def _edits(connection: Connection, run: ImportRun, touched: dict[str, str | None]) -> Iterator[Finding]:
    """Say of each case who edited it last, and when; of each later run, which cases it changed."""
    for later in all_runs(connection):
        if changed := [number for number, last in touched.items() if last == later.run != run.run]:
            place = _("Import {run}").format(run=printable(later.run))
            problem = _("It changed {count} of these cases later ({who}, {day}): {cases}.")
            day, cases = f"{later.at:%Y-%m-%d %H:%M}", some(changed)
            told = problem.format(count=len(changed), who=printable(later.who), day=day, cases=cases)
            yield Finding(place, told)
    saved = _last_saves(connection, run)
    for number in (number for number, last in touched.items() if last in (None, run.run)):
        place, problem = (
            _("Case {number}").format(number=printable(number)),
            _("It was edited after this import."),
        )
        if number in saved:
            who, at = saved[number]
            problem = _("{who} edited it on {day}.").format(who=printable(who), day=f"{at:%Y-%m-%d %H:%M}")
        yield Finding(place, problem)


def _last_saves(connection: Connection, run: ImportRun) -> dict[str, tuple[str, dt.datetime]]:
    """Return who saved a case last and when (on the wall), by case number, for saves after the import."""
    log = tables.audit.c
    start = select(func.min(log.seq)).where(log.action == "import", log.subject == run.run)
    query = (
        select(log.subject, log.who, log.at)
        .where(log.action == "case.save", log.seq > coalesce(start.scalar_subquery(), 0))
        .order_by(log.seq)
    )
    found = {}
    for subject, who, at in connection.execute(query):
        found[subject] = (who, dt.datetime.fromisoformat(at).astimezone())
    return found


# ------------------------------------------------------------------ back to what was


def _restore(connection: Connection, run: ImportRun, progress: Progress) -> int:
    """Make the cases that the run changed what they were."""
    for done in count(0, _RESTORED):
        progress(Step(_("Restoring the cases"), done, run.updated))
        query = select(_change.case_pk, _change.before).where(_change.run == run.run)
        kept = connection.execute(query.order_by(_change.case_pk).limit(_RESTORED)).all()
        if not kept:
            return run.updated
        pks = [row.case_pk for row in kept]
        _restore_some(connection, pks, [json.loads(row.before) for row in kept])
        done_with = delete(tables.import_changes)
        connection.execute(done_with.where(_change.run == run.run, _change.case_pk.in_(pks)))
    raise AssertionError  # the count has no end


def _restore_some(connection: Connection, pks: Sequence[int], kept: Sequence[dict[str, Any]]) -> None:
    query = select(tables.cases).where(_cases.pk.in_(pks)).order_by(_cases.pk).with_for_update()
    stored = load(connection, connection.execute(query).mappings().all())
    edits, origins = list[Edit](), list[tuple[int, dict[str, Any] | None]]()
    for pk, theirs, before in zip(pks, stored, kept, strict=True):
        was, origin = revived(before["case"]), before["imported"]
        differs = document(was) != document(theirs)
        if differs:
            edits.append(Edit(pk, theirs, was))
        # What an earlier run left untouched before this one is untouched again, at its new version.
        if origin is not None and origin["version"] == before["version"]:
            origin = {**origin, "version": theirs.version + 1 if differs else theirs.version}
        origins.append((pk, origin))
    update_cases(connection, edits)
    put_origins(connection, origins)


def _remove(connection: Connection, run: ImportRun, progress: Progress) -> int:
    """Remove the cases that the run brought, and everything that hangs on them."""
    query = select(func.min(_cases.pk), func.max(_cases.pk)).where(_cases.run == run.run)
    first, last = connection.execute(query).one()
    removed = 0
    if first is None:
        return removed
    with search.removing_many(connection):
        for start in range(first, last + 1, _REMOVED):
            progress(Step(_("Removing the cases"), removed, run.new))
            bounds = {"run": run.run, "first": start, "last": start + _REMOVED - 1}
            removed += _remove_some(connection, bounds)
    return removed


_SOME = "run = :run AND pk BETWEEN :first AND :last"
_PARTS = ("incidents", "remedies", "exhibits", "filings", "imported", "import_changes")


def _remove_some(connection: Connection, bounds: dict[str, Any]) -> int:
    search.forget(connection, _SOME, bounds)
    some = f"(SELECT pk FROM cases WHERE {_SOME})"  # noqa: S608  (our own words)
    links = f"DELETE FROM incident_exhibits WHERE incident_id IN (SELECT id FROM incidents WHERE case_pk IN {some})"  # noqa: S608
    connection.execute(text(links), bounds)
    for table in _PARTS:
        connection.execute(text(f"DELETE FROM {table} WHERE case_pk IN {some}"), bounds)  # noqa: S608
    return connection.execute(text(f"DELETE FROM cases WHERE {_SOME}"), bounds).rowcount  # noqa: S608


def _close(connection: Connection, run: ImportRun, at: dt.datetime) -> None:
    table = tables.import_runs
    change = update(table).where(table.c.run == run.run)
    connection.execute(change.values(undone_at=at, version=table.c.version + 1))

"""Cases that an import changes, and what they were before.

What a case was before is kept as canonical JSON: ``case`` is its document, ``version`` the version it had, ``imported``
its row in ``imported``, or null if no import had brought anything for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from casework.errors import Incomplete, printable
from casework.i18n import _
from casework.model import Case, Finding
from casework.progress import Progress, Step
from casework.store import tables
from casework.store.checks import faults, is_storable
from casework.store.documents import canonical, document
from casework.store.incoming import Digest
from casework.store.rows import load
from casework.store.writer import Edit, update_cases

#: Cases that are read and written together.
_TOGETHER = 500

_Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A stored case as an import wants it, with the version that was read; its number in the source, its facts."""

    case: Case
    number: str
    facts: str


def apply_changes(
    connection: Connection,
    run: str,
    source: str,
    changes: Iterable[Change],
    digest: Digest,
    progress: Progress,
) -> int:
    """Change the cases, remember what they were, and return how many. Incomplete with all that cannot be changed."""
    count, found, seen, rest = 0, list[Finding](), set[str](), iter(changes)
    while batch := list(islice(rest, _TOGETHER)):
        progress(Step(_("Changing the cases"), count))
        count += len(batch)
        stored = {case.id: (pk, case) for pk, case in locked(connection, [each.case.id for each in batch])}
        found += _refused(batch, stored, seen)
        if found:
            continue
        _change(connection, run, source, [(*stored[each.case.id], each) for each in batch])
        for each in batch:
            digest.add_change(canonical([each.number, each.facts, document(each.case)]))
    if found:
        remedy = _("Read the file again, so that the changes are made to the cases as they are now.")
        raise Incomplete(_("These cases cannot be changed."), found, remedy=remedy)
    return count


def locked(connection: Connection, ids: Sequence[str]) -> Iterator[tuple[int, Case]]:
    """Yield key and state of the stored cases of these ids, locked against other writers until the end."""
    query = select(tables.cases).where(tables.cases.c.id.in_(ids)).with_for_update()
    rows = connection.execute(query).mappings().all()
    yield from zip((int(row["pk"]) for row in rows), load(connection, rows), strict=True)


def origins(connection: Connection, pks: Sequence[int]) -> dict[int, _Row]:
    """Return the rows of ``imported`` of these cases, without the key."""
    table = tables.imported
    rows = connection.execute(select(table).where(table.c.case_pk.in_(pks))).mappings()
    return {row["case_pk"]: {name: row[name] for name in row if name != "case_pk"} for row in rows}


def put_origins(connection: Connection, rows: Sequence[tuple[int, _Row | None]]) -> None:
    """Make these the rows of ``imported`` of these cases; None: no import has brought anything for it."""
    table = tables.imported
    connection.execute(delete(table).where(table.c.case_pk.in_([pk for pk, _row in rows])))
    kept = [{**row, "case_pk": pk} for pk, row in rows if row is not None]
    if kept:
        connection.execute(insert(table), kept)


def _refused(
    batch: Sequence[Change], stored: dict[str, tuple[int, Case]], seen: set[str]
) -> Iterator[Finding]:
    for change in batch:
        place = _("Case {number}").format(number=printable(change.case.case_no))
        if change.case.id in seen:
            yield Finding(place, _("The number comes twice."))
        elif change.case.id not in stored:
            yield Finding(place, _("The case is not in this workspace."))
        elif stored[change.case.id][1].version != change.case.version:
            yield Finding(place, _("Someone else saved this case in the meantime."))
        elif stored[change.case.id][1].case_no != change.case.case_no:
            yield Finding(place, _("An import does not change the number of a case."))
        seen.add(change.case.id)
        yield from faults(change.case)
        if not is_storable(change.number + change.facts):
            yield Finding(place, _("The text holds a character that cannot be stored."))


def _change(connection: Connection, run: str, source: str, batch: Sequence[tuple[int, Case, Change]]) -> None:
    before = origins(connection, [pk for pk, _theirs, _change in batch])
    kept, edits, after = list[_Row](), list[Edit](), list[tuple[int, _Row | None]]()
    for pk, theirs, change in batch:
        was = document(theirs)
        told = {"case": was, "version": theirs.version, "imported": before.get(pk)}
        kept.append({"case_pk": pk, "run": run, "before": canonical(told)})
        differs = document(change.case) != was
        if differs:
            edits.append(Edit(pk, theirs, change.case))
        version = theirs.version + 1 if differs else theirs.version
        row = {
            "source": source,
            "number": change.number,
            "run": run,
            "facts": change.facts,
            "version": version,
        }
        after.append((pk, row))
    connection.execute(insert(tables.import_changes), kept)
    update_cases(connection, edits)
    put_origins(connection, after)

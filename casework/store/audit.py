"""The audit log: one entry for everything that was done, chained by hashes.

The hash of an entry is the SHA-256 of the canonical JSON of
``[previous hash, seq, who, at, action, subject, before, after]``, where ``before`` and ``after`` are JSON
texts or null. The first entry follows :data:`GENESIS` and has seq 1. So an entry that is edited, deleted,
moved or inserted breaks the chain. A cut tail leaves a shorter chain that is sound in itself: it shows only
against a head that was noted elsewhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, RowMapping, Select, cast, insert, select, text

from casework.i18n import _
from casework.model import Finding
from casework.store import tables
from casework.store.documents import canonical, storable

#: The hash that the first entry follows.
GENESIS = "0" * 64

_BODY = ("previous", "seq", "who", "at", "action", "subject", "before", "after")
#: Any number: the lock that keeps the chain linear on PostgreSQL.
_LOCK = 0x6361_7365


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the log. ``at`` is UTC; ``before`` and ``after`` hold what changed, or None."""

    seq: int
    who: str
    at: dt.datetime
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done in a unit of work that is not yet an entry."""

    action: str
    subject: str
    before: str | None
    after: str | None


def deed(
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Deed:
    """Return what was done, frozen as text at once. ValueError if it cannot be written as JSON."""
    return Deed(storable(action), storable(subject), _json(before), _json(after))


def append(connection: Connection, who: str, deeds: Iterable[Deed]) -> None:
    """Chain ``deeds`` to the log, last thing before the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    seq, previous = last(connection)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    entries = []
    for deed in deeds:
        seq += 1
        entry = {"previous": previous, "seq": seq, "who": storable(who), "at": at, **asdict(deed)}
        entry["hash"] = previous = digest(entry)
        entries.append(entry)
    if entries:
        connection.execute(insert(tables.audit), entries)


def digest(entry: Mapping[str, Any]) -> str:
    """Return the hash that belongs to an entry's row."""
    return hashlib.sha256(canonical([entry[name] for name in _BODY]).encode()).hexdigest()


def head(connection: Connection) -> str:
    """Return the hash of the last entry: note it elsewhere, and a cut tail will show."""
    return last(connection)[1]


def entries(connection: Connection, subject: str | None) -> Iterator[AuditEntry]:
    """Yield the entries in order, those about ``subject`` or all."""
    query = select(tables.audit).order_by(tables.audit.c.seq)
    if subject is not None:
        query = query.where(tables.audit.c.subject == subject)
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        yield _entry(row)


def verify(connection: Connection, head: str | None = None) -> list[Finding]:
    """Return everything that is wrong with the chain; an empty list means that it is whole.

    ``head`` is a hash noted earlier (see :func:`head`): it must still be in the chain.
    """
    found: list[Finding] = []
    previous, seq, seen = GENESIS, 0, head is None or head == GENESIS
    for row in _raw(connection):
        found += _broken(row, previous, seq)
        previous, seq = row["hash"], row["seq"]
        seen = seen or previous == head
    if not seen:
        found.append(_cut(seq, head or ""))
    return found


def last(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the last entry; 0 and :data:`GENESIS` where there is none."""
    query = select(tables.audit.c.seq, tables.audit.c.hash).order_by(tables.audit.c.seq.desc()).limit(1)
    row = connection.execute(query).first()
    return (0, GENESIS) if row is None else (row.seq, row.hash)


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else canonical(value)


def _entry(row: RowMapping) -> AuditEntry:
    values = dict(row)
    values["at"] = dt.datetime.fromisoformat(row["at"])
    for name in ("before", "after"):
        values[name] = None if row[name] is None else json.loads(row[name])
    return AuditEntry(**values)


def _raw(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield the rows as stored: someone who edits the file may leave bytes that are no text."""
    columns: list[ColumnElement[Any]] = list(tables.audit.c)
    if connection.dialect.name == "sqlite":
        columns = [
            column if column.name == "seq" else cast(column, LargeBinary).label(column.name)
            for column in columns
        ]
    query: Select[Any] = select(*columns).order_by(tables.audit.c.seq)
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        yield {name: _decoded(value) for name, value in row.items()}


def _decoded(value: object) -> object:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value


def _broken(row: Mapping[str, Any], previous: str, seq: int) -> Iterator[Finding]:
    place = _("Audit entry {number}").format(number=row["seq"])
    if row["seq"] != seq + 1:
        problem = _("It follows entry {number}: what stood between them is missing or was moved.")
        yield Finding(place, problem.format(number=seq))
    if row["previous"] != previous:
        yield Finding(place, _("It does not continue the entry before it."))
    if digest(row) != row["hash"]:
        yield Finding(place, _("It is not what was written: it was edited or moved."))


def _cut(last: int, head: str) -> Finding:
    place = _("Audit entry {number}").format(number=last)
    return Finding(
        place, _("This is the end, but an entry that was noted elsewhere is not in the log."), head
    )

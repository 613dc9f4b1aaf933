"""Import runs: their numbers, what is kept of each, the list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from casework.errors import NotFound, printable
from casework.i18n import _
from casework.sources import ImportRun
from casework.store import tables
from casework.store.checks import some

#: Any number: the lock under which a run gets its number on PostgreSQL.
_LOCK = 0x7275_6E73
_NUMBERED = re.compile(r"[Rr]?([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import comes from: the source's name, the file's name and SHA-256, when by the office's wall clock."""

    source: str
    file: str
    sha256: str
    at: dt.datetime


def next_run(connection: Connection) -> str:
    """Return the number of the next run: R1, R2, and so on, none twice. Nobody else gets one until the end."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    known = connection.execute(select(tables.import_runs.c.run)).scalars()
    numbers = [int(run[1:]) for run in known if re.fullmatch("R[0-9]{1,9}", run)]
    return f"R{max(numbers, default=0) + 1}"


def insert_run(connection: Connection, run: ImportRun, digest: str) -> None:
    """Store a run and the digest of what it brought."""
    row = {field: getattr(run, field) for field in ("run", "source", "file", "sha256", "who", "at", "new")}
    row |= {"updated": run.updated, "undone_at": run.undone_at, "digest": digest, "version": 1}
    connection.execute(insert(tables.import_runs), [row])


def all_runs(connection: Connection) -> list[ImportRun]:
    """Return all runs, the newest first."""
    table = tables.import_runs.c
    rows = connection.execute(select(*_columns()).order_by(table.at.desc(), table.run.desc())).all()
    return [_run(row) for row in sorted(rows, key=_number, reverse=True)]


def find_run(connection: Connection, run: str, *, lock: bool = False) -> ImportRun:
    """Return the run with this number, ``R7``, ``r7`` or ``7``; NotFound lists the runs that there are.

    With ``lock`` nobody else can change it until the end.
    """
    numbered = _NUMBERED.fullmatch(run.strip())
    names = [run] + ([f"R{int(numbered[1])}"] if numbered else [])
    query = select(*_columns()).where(tables.import_runs.c.run.in_(names))
    query = query.with_for_update() if lock else query
    found = {row.run: row for row in connection.execute(query)}
    for name in names:
        if name in found:
            return _run(found[name])
    known = [each.run for each in all_runs(connection)]
    remedy = (
        _("There are: {runs}.").format(runs=some(known)) if known else _("Nothing has been imported yet.")
    )
    raise NotFound(_("There is no import with this number."), where=printable(run), remedy=remedy)


def _columns() -> Sequence[tables.AnyColumn]:
    table = tables.import_runs.c
    return (
        *(table.run, table.source, table.file, table.sha256, table.who, table.at, table.new, table.updated),
        table.undone_at,
    )


def _run(row: Row[*tuple[Any, ...]]) -> ImportRun:
    return ImportRun(**row._mapping)


def _number(row: Row[*tuple[Any, ...]]) -> tuple[dt.datetime, int]:
    """Runs of one moment stand in the order of their numbers."""
    numbered = _NUMBERED.fullmatch(row.run)
    return row.at, int(numbered[1]) if numbered else 0

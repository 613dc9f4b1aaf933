"""The table of filings, kept in a file so that a large workspace opens at once.

The file says up to which entry of the audit log it holds. What was done since then tells whether it still is the
truth: nothing of it, a few cases that are read again, or so much that all are. It holds what the measures need and
nothing about complainants. Without it everything works, more slowly: it may be deleted at any time. ``CASEWORK_CACHE_MB=0``
turns it off, and beside an encrypted database there is none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, select

from casework.store import audit, tables

if TYPE_CHECKING:
    import pyarrow as pa

#: Raised whenever the columns or their meaning change.
_FORM = b"1"
#: A smaller table is read faster than the file is worth.
SMALLEST = 50_000
#: More changed cases than these, and all are read again.
_MOST_CHANGED = 1_000
#: What a unit of work notes of a change to one case, whose number is then the subject, and of a change to many. All other
#: entries change no case.
ONE_CASE = frozenset(("case.add", "case.save"))
MANY_CASES = frozenset(("import", "import.undo"))
_PLAIN = b"SQLite format 3\0"
_STALE = 3600  # seconds after which a half-written file was left by a crash


@dataclass(frozen=True)
class Kept:
    """The table, and the entry of the audit log up to which it is true."""

    table: pa.Table
    seq: int
    hash: str


def place(engine: Engine) -> Path | None:
    """Where the file of this database lies, or None where nothing may be kept.

    Beside SQLite's own; of a PostgreSQL in the user's cache folder, where what was read of exports is kept as well.
    """
    if os.environ.get("CASEWORK_CACHE_MB") == "0":
        return None
    if engine.dialect.name != "sqlite":
        address = engine.url.set(password=None).render_as_string()
        return _cache() / f"filings-{hashlib.sha256(address.encode()).hexdigest()[:32]}.arrow"
    database = Path(str(engine.url.database))
    try:
        with database.open("rb") as file:
            plain = file.read(len(_PLAIN)) == _PLAIN
    except OSError:
        return None
    return database.with_suffix(".filings.arrow") if plain else None


def _cache() -> Path:
    given = os.environ.get("CASEWORK_CACHE")
    if given:
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("casework", appauthor=False))


def read(path: Path) -> Kept | None:
    """What is kept, or None where there is nothing or it cannot be read."""
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
        told = table.schema.metadata or {}
        if told[b"form"] != _FORM:
            return None
        return Kept(table.replace_schema_metadata(None), int(told[b"seq"]), told[b"hash"].decode())
    except (OSError, pa.ArrowException, KeyError, ValueError):  # not there, or damaged: it is made anew
        return None


def write(path: Path, kept: Kept) -> None:
    """Keep a table, whole or not at all; where there is no room for it, nothing is kept."""
    import pyarrow as pa

    table = kept.table.replace_schema_metadata({b"form": _FORM, b"seq": str(kept.seq), b"hash": kept.hash})
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(path)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                with pa.ipc.new_file(file, table.schema) as out:
                    out.write_table(table)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise


def _sweep(path: Path) -> None:
    for left in path.parent.glob(f".{path.name}.*"):
        if time.time() - left.stat().st_mtime > _STALE:
            left.unlink(missing_ok=True)


def changed_since(connection: Connection, kept: Kept) -> list[int] | None:
    """The keys of the cases that were added or changed since then; None where everything may have changed."""
    log, case = tables.audit.c, tables.cases.c
    found = connection.execute(select(log.hash).where(log.seq == kept.seq)).scalar()
    if found != kept.hash and (kept.seq, kept.hash) != (0, audit.GENESIS):
        return None
    done = connection.execute(
        select(log.action, log.subject)
        .where(log.seq > kept.seq, log.action.in_(ONE_CASE | MANY_CASES))
        .distinct()
        .limit(_MOST_CHANGED + 1)
    ).all()
    if len(done) > _MOST_CHANGED or any(action in MANY_CASES for action, _subject in done):
        return None
    numbers = {subject for _action, subject in done}
    return list(
        connection.execute(select(case.pk).where(case.case_no.in_(numbers)).order_by(case.pk)).scalars()
    )

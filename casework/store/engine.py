"""The connection to the database: SQLite in one file, or PostgreSQL.

Transactions are begun by us, not by the driver: a unit of work takes SQLite's write lock at its start
(BEGIN IMMEDIATE), a reader sees one moment (snapshot). What the database refuses is said in a person's words.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError

from casework.errors import CaseworkError, Damaged, NotFound, Unavailable
from casework.i18n import _
from casework.store import migrations

#: The first SQLite without the WAL-reset bug that can corrupt a database used by two connections.
OLDEST_SQLITE = (3, 51, 3)

#: How long a writer waits for another, in seconds.
PATIENCE = 30

_PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "cache_size=-64000",  # 64 MB at most: bulk imports touch many pages
)
#: Bytes per page of a new database: a bulk import writes a quarter as many pages as with SQLite's own 4096.
_PAGE = 16_384
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_WRITES = "casework_writes"
#: Any number: the lock under which the tables are migrated on PostgreSQL.
_MIGRATION_LOCK = 0x6D69_6772


def open_engine(url: str | Path) -> Engine:
    """Return an engine on the migrated database at ``url``, a file path or a database URL."""
    target = _target(url)
    engine = _sqlite(target) if target.get_backend_name() == "sqlite" else _postgresql(target)
    try:
        _prepare(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def is_same(engine: Engine, url: str) -> bool:
    """Whether ``url`` is the address of the PostgreSQL database that ``engine`` is open on."""
    if engine.dialect.name != "postgresql":
        return False
    try:
        return _target(url) == engine.url
    except CaseworkError:
        return False


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection on which all queries see the same moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


def writing(engine: Engine) -> Connection:
    """Return a connection in a write transaction; closing it without a commit rolls back."""
    connection = engine.connect()
    try:
        connection.execution_options(**{_WRITES: True}).begin()
        if engine.dialect.name == "postgresql":  # SQLite has its busy_timeout
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
    except BaseException:
        connection.close()
        raise
    return connection


def _target(url: str | Path) -> URL:
    if isinstance(url, Path):
        return URL.create("sqlite", database=str(url))
    try:
        target = make_url(url)
        backend = target.get_backend_name()
    except ArgumentError:
        raise NotFound(
            _("This is not the address of a database."),
            where=url,
            remedy=_("Use a folder, or postgresql://user@host/name."),
        ) from None
    if backend == "postgresql":
        return target.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or target.database in {None, "", ":memory:"}:
        raise Unavailable(
            _("Only SQLite files and PostgreSQL are supported."),
            where=target.render_as_string(hide_password=True),
        )
    return target.set(drivername="sqlite")


def _sqlite(target: URL) -> Engine:
    from sqlcipher3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise Unavailable(
            _("This SQLite can damage a database: version {found}, at least {needed} is needed.").format(
                found=dbapi2.sqlite_version, needed=".".join(map(str, OLDEST_SQLITE))
            ),
            remedy=_("Install casework again with its own packages."),
        )
    engine = create_engine(target, module=dbapi2, json_serializer=_json)
    event.listen(engine, "handle_error", partial(_say, where=str(target.database)))
    event.listen(engine, "connect", partial(_sqlite_connected, where=str(target.database)))
    event.listen(engine, "begin", _sqlite_begins)
    return engine


def _postgresql(target: URL) -> Engine:
    try:
        engine = create_engine(target, json_serializer=_json, pool_pre_ping=True)
    except ModuleNotFoundError:
        raise Unavailable(
            _("The PostgreSQL driver is not installed."), remedy=_("Install casework[postgres].")
        ) from None
    event.listen(engine, "handle_error", partial(_say, where=target.render_as_string(hide_password=True)))
    return engine


_json = partial(json.dumps, ensure_ascii=False)


def _sqlite_connected(connection: Any, _record: object, *, where: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _sqlite_begins
    try:
        for pragma in (f"busy_timeout={PATIENCE * 1000}", *_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")
    except Exception as error:
        raise (explained(error, where=where) or error) from error


def _sqlite_begins(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        _switch_to_wal(engine)
    with reading(engine) as connection:
        if migrations.current(connection) == migrations.HEAD:
            return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            _require_utf8(connection)
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        migrations.upgrade(connection)
        connection.commit()


def _switch_to_wal(engine: Engine) -> None:
    """Make the file a WAL database. SQLite does not wait for others in this one switch, so we do."""
    where, end = str(engine.url.database), time.monotonic() + PATIENCE
    mode = None
    while mode is None:
        try:
            mode = _journal_mode(engine)
        except Exception as error:
            if not _is_busy(error) or time.monotonic() > end:
                raise (explained(error, where=where) or error) from error
            time.sleep(0.01)
    if mode != "wal":
        remedy = _("Put the workspace on a local disk.")
        raise Unavailable(_("SQLite cannot keep a write-ahead log here."), where=where, remedy=remedy)


def _journal_mode(engine: Engine) -> str:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA page_size={_PAGE}")  # of a new file; an old one keeps its own
        cursor.execute("PRAGMA journal_mode=WAL")
        [[mode]] = cursor.fetchall()
        return str(mode)
    finally:
        raw.close()


def _require_utf8(connection: Connection) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise Unavailable(
            _("The database does not store UTF-8 but {encoding}.").format(encoding=encoding),
            remedy=_("Create it with ENCODING 'UTF8'."),
        )


def _say(context: ExceptionContext, *, where: str) -> None:
    told = explained(context.original_exception, where=where)
    if told is not None:
        raise told from context.original_exception


def _is_busy(error: BaseException) -> bool:
    return str(getattr(error, "sqlite_errorname", "")).startswith(_BUSY)


def explained(error: BaseException, *, where: str) -> CaseworkError | None:
    """Return what a driver's error means to a person, or None where it is a programmer's mistake.

    SQLite gives names, PostgreSQL gives SQLSTATE codes: 40 and 55P03 are conflicts, 53 is a lack of room.
    """
    code = str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or "")
    if code.startswith((*_BUSY, "40001", "40P01", "55P03")):
        return Unavailable(_("Someone else is saving at this moment."), where=where, remedy=_("Try again."))
    if code.startswith(("SQLITE_FULL", "53")):
        what, remedy = _("The disk is full, nothing was saved."), _("Make room and try again.")
        return Unavailable(what, where=where, remedy=remedy)
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        what, remedy = _("The database file is damaged or is not a database."), _("Restore the last backup.")
        return Damaged(what, where=where, remedy=remedy)
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM", "SQLITE_AUTH")):
        what, remedy = _("The database file cannot be read or written."), _("Check the disk and the rights.")
        return Unavailable(what, where=where, remedy=remedy)
    if _is_unreachable(error, code):
        what, remedy = (
            _("The database server does not answer or refuses."),
            _("Check the address and the server."),
        )
        return Unavailable(what, where=where, remedy=remedy)
    return None


def _is_unreachable(error: BaseException, code: str) -> bool:
    """PostgreSQL: class 08 is the connection, 28 the password, 3D a missing database, 57P a shutdown."""
    if code:
        return code.startswith(("08", "28", "3D", "57P"))
    return type(error).__module__.startswith("psycopg") and type(error).__name__ == "OperationalError"

"""Write the new cases of an import, hundreds of thousands of them in seconds.

While the words of one piece are indexed, a thread prepares the next one. Rows go past SQLAlchemy's processing per value:
SQLite takes them in one statement many times, PostgreSQL by COPY.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from casework.i18n import _
from casework.progress import Progress, Step
from casework.store import search, tables
from casework.store.incoming import Digest, Texts, texts
from casework.store.writer import new_keys

if TYPE_CHECKING:
    import pyarrow

    from casework.store.bulk_tokens import Tokeniser

#: Cases per piece: some tenths of a second's work.
_PIECE = 10_000

#: What a person may look for in an imported case, in the order of :func:`casework.store.search.case_tokens`.
_SEARCHED = (
    *(
        "case_no",
        "summary",
        "handler",
        "region",
        "complainant_name",
        "complainant_phone",
        "respondent_company",
    ),
    *("remedy_text", "channel", "outcome"),
)
_CASE = (
    *("case_no", "received_at", "closed_at", "status", "summary", "handler", "region", "conducts"),
    *("complainant_name", "complainant_phone", "respondent_company"),
)
_EMPTY = (
    *("complainant_email", "complainant_address", "respondent_platform", "respondent_agent"),
    *("respondent_address", "respondent_credit_code", "respondent_contact"),
)
_FILING = ("channel", "filed_at", "status", "first_response_at", "closed_at", "outcome")
_REMEDY = ("text", "amount_minor")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows for one table: ``columns`` differ from row to row, ``constants`` are words of ours or numbers."""

    table: str
    columns: tuple[str, ...]
    constants: dict[str, str | int]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is written together: rows by table, and what is found by which words."""

    pks: Sequence[int]
    tables: tuple[_Rows, ...]
    words: list[str]


@dataclass(frozen=True, slots=True)
class _Run:
    """The run whose cases are written; ``ids`` are handed out in order, for the index is then written in order."""

    name: str
    source: str
    digest: Digest
    tokeniser: Tokeniser
    ids: Iterator[str]


def insert_incoming(
    connection: Connection, new: pyarrow.Table, run: str, source: str, digest: Digest, progress: Progress
) -> None:
    """Store the cases of a checked table (:func:`casework.store.incoming.checked`) with what belongs to them.

    Each gets a filing where it has a channel, a remedy where it has an amount, its row in ``imported`` and its words
    in the search index; ``digest`` takes all of it.
    """
    from casework.store.bulk_tokens import Tokeniser

    keys = new_keys(connection, new.num_rows)
    writing = _Run(run, source, digest, Tokeniser(), _fresh_ids(3 * new.num_rows))
    stage, starts = _("Writing the cases"), range(0, new.num_rows, _PIECE)

    def prepare(start: int) -> _Piece:
        return _prepared(writing, keys[start : start + _PIECE], texts(new.slice(start, _PIECE)))

    with _indexes_last(connection, new.num_rows), ThreadPoolExecutor(1, "prepare") as pool:
        pending = [pool.submit(prepare, start) for start in starts[:1]]
        for start in starts:
            progress(Step(stage, start, new.num_rows))
            piece = pending.pop().result()
            for rows in piece.tables:
                _write(connection, rows)
            # While the words are indexed, which needs no Python, the thread has the interpreter to itself.
            if start + _PIECE < new.num_rows:
                pending.append(pool.submit(prepare, start + _PIECE))
            search.index_words(connection, piece.pks, piece.words)
    progress(Step(stage, new.num_rows, new.num_rows))


@contextmanager
def _indexes_last(connection: Connection, count: int) -> Iterator[None]:
    """Build SQLite's indexes on cases anew after ``count`` cases, where those are more than there were before."""
    there = connection.execute(select(func.count()).select_from(tables.cases)).scalar_one()
    late = list(tables.cases.indexes) if connection.dialect.name == "sqlite" and count > there else []
    for index in late:
        index.drop(connection)
    yield
    for index in late:
        index.create(connection)


def _fresh_ids(count: int) -> Iterator[str]:
    """Yield random ids like :func:`casework.model.new_id`, roughly in order."""
    import numpy as np

    noise = np.frombuffer(os.urandom(16 * count), np.dtype(">u8")).reshape(count, 2)
    text = noise[noise[:, 0].argsort()].tobytes().hex()
    return (text[at : at + 32] for at in range(0, len(text), 32))


def _prepared(run: _Run, pks: Sequence[int], columns: dict[str, Texts]) -> _Piece:
    columns["outcome"] = _outcomes(columns)
    run.digest.add(columns)
    columns["remedy_text"] = _remedy_texts(columns)
    fields = zip(*(columns[name] for name in _SEARCHED), strict=True)
    words = run.tokeniser.words([search.BREAK.join(filter(None, row)) for row in fields])
    return _Piece(
        pks, (_cases(run, pks, columns), *_parts(run, pks, columns), _origin(run, pks, columns)), words
    )


def _remedy_texts(columns: dict[str, Texts]) -> Texts:
    """Return the texts of the remedies; without an amount there is none to be found."""
    listed = zip(columns["remedy_text"], columns["amount_minor"], strict=True)
    return ["" if amount is None else text or "" for text, amount in listed]


def _outcomes(columns: dict[str, Texts]) -> Texts:
    """Return the outcomes of the filings; without a channel there is none to have one."""
    listed = zip(columns["channel"], columns["outcome"], strict=True)
    return [outcome or None if channel is not None else None for channel, outcome in listed]


def _cases(run: _Run, pks: Sequence[int], columns: dict[str, Texts]) -> _Rows:
    rows = list(zip(pks, run.ids, *(columns[name] for name in _CASE)))  # noqa: B905  (the ids go on)
    constants: dict[str, str | int] = {**dict.fromkeys(_EMPTY, ""), "run": run.name, "version": 1}
    return _Rows("cases", ("pk", "id", *_CASE), constants, rows)


def _parts(run: _Run, pks: Sequence[int], columns: dict[str, Texts]) -> tuple[_Rows, _Rows]:
    ids, first = run.ids, {"position": 0, "version": 1}
    filings = zip(
        *(columns["channel"], pks, columns["received_at"], columns["filing_status"]),
        *(columns["first_response_at"], columns["closed_at"], columns["outcome"]),
        strict=True,
    )
    filed = [
        (next(ids), pk, channel, *rest, outcome or "")
        for channel, pk, *rest, outcome in filings
        if channel is not None
    ]
    remedies = zip(columns["amount_minor"], pks, columns["remedy_text"], strict=True)
    asked = [(next(ids), pk, text, amount) for amount, pk, text in remedies if amount is not None]
    return (
        _Rows("filings", ("id", "case_pk", *_FILING), {**first, "receipt_no": ""}, filed),
        _Rows("remedies", ("id", "case_pk", *_REMEDY), {**first, "kind": "other", "currency": "CNY"}, asked),
    )


def _origin(run: _Run, pks: Sequence[int], columns: dict[str, Texts]) -> _Rows:
    listed = zip(pks, columns["number"], columns["facts"], strict=True)
    rows = [(pk, run.source, number, facts) for pk, number, facts in listed]
    return _Rows("imported", ("case_pk", "source", "number", "facts"), {"run": run.name, "version": 1}, rows)


def _write(connection: Connection, rows: _Rows) -> None:
    if not rows.rows:
        return
    names = ", ".join((*rows.columns, *rows.constants))
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.driver_connection
        constants = tuple(rows.constants.values())
        with raw.cursor() as cursor, cursor.copy(f"COPY {rows.table}({names}) FROM STDIN") as copy:
            for row in rows.rows:
                copy.write_row((*row, *constants))
        return
    places = ", ".join(("?",) * len(rows.columns) + tuple(map(_literal, rows.constants.values())))
    statement = f"INSERT INTO {rows.table}({names}) VALUES ({places})"  # noqa: S608  (our own words)
    connection.exec_driver_sql(statement, rows.rows)


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"

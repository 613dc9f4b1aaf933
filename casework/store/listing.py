"""Lists of cases: what one line shows, which cases, in which order."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Select, Text, cast, func, select

from casework.store import tables
from casework.store.search import matching

_cases = tables.cases.c

#: Values that are looked up in one statement.
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """One line of a list of cases. ``complainant`` is a name, ``company`` the respondent's."""

    case_no: str
    received_at: dt.datetime
    complainant: str
    company: str
    status: str
    conducts: tuple[str, ...]
    summary: str
    handler: str
    exhibit_count: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases: None and "" leave a condition out; every word must be found."""

    status: str | None = None
    handler: str | None = None
    words: str = ""

    def on(self, query: Select[Any], dialect: str) -> Select[Any]:
        """Return ``query`` (on the table of cases) with these conditions."""
        if self.status is not None:
            query = query.where(_cases.status == self.status)
        if self.handler is not None:
            query = query.where(_cases.handler == self.handler)
        if self.words.strip():
            query = query.where(matching(dialect, self.words))
        return query


def summaries(connection: Connection, which: Filter, *, limit: int, offset: int) -> list[CaseSummary]:
    """Return the cases that pass, newest first."""
    exhibits = select(func.count()).where(tables.exhibits.c.case_pk == _cases.pk).scalar_subquery()
    query = select(
        *(_cases.case_no, _cases.received_at, _cases.status, _cases.conducts, _cases.summary, _cases.handler),
        _cases.complainant_name.label("complainant"),
        _cases.respondent_company.label("company"),
        exhibits.label("exhibit_count"),
    )
    query = which.on(query, connection.dialect.name).order_by(_cases.received_at.desc(), _cases.pk.desc())
    rows = connection.execute(query.limit(limit).offset(offset)).all()
    return [CaseSummary(**{**row._mapping, "conducts": tuple(row.conducts)}) for row in rows]


def known_numbers(connection: Connection, numbers: Iterable[str]) -> set[str]:
    """Return those of ``numbers`` that a case already has."""
    return known_values(connection, _cases.case_no, numbers)


def known_values(
    connection: Connection, column: Column[str], values: Iterable[str], *conditions: ColumnElement[bool]
) -> set[str]:
    """Return those of ``values`` that are in a column, in the rows that pass the conditions."""
    found, rest = set[str](), iter(values)
    if connection.execute(select(column).where(*conditions).limit(1)).first() is None:
        return found
    while batch := list(islice(rest, _AT_ONCE)):
        given: ColumnElement[bool]
        if connection.dialect.name == "sqlite":  # one parameter, however many values
            each = func.json_each(json.dumps(batch, ensure_ascii=False)).table_valued("value")
            given = column.in_(select(each.c.value))
        else:
            given = column == func.any(cast(batch, ARRAY(Text)))
        found.update(connection.execute(select(column).where(given, *conditions)).scalars())
    return found


def count(connection: Connection, which: Filter) -> int:
    """Return how many cases pass."""
    query = which.on(select(func.count()).select_from(tables.cases), connection.dialect.name)
    return int(connection.execute(query).scalar_one())

"""Whole cases, a page at a time, so that memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from casework.model import Case
from casework.store import tables
from casework.store.listing import Filter
from casework.store.rows import load

_PAGE = 500
_cases = tables.cases.c


def of_keys(connection: Connection, pks: Sequence[int]) -> Iterator[Case]:
    """Yield the cases of these keys, those that exist, in the order they came."""
    wanted = sorted(set(pks))
    for start in range(0, len(wanted), _PAGE):
        few = wanted[start : start + _PAGE]
        query = select(tables.cases).where(_cases.pk.in_(few)).order_by(_cases.pk)
        yield from load(connection, connection.execute(query).mappings().all())


def passing(connection: Connection, which: Filter) -> Iterator[Case]:
    """Yield the cases that pass, in the order they came."""
    keys = which.on(select(_cases.pk), connection.dialect.name).order_by(_cases.pk)
    yield from of_keys(connection, connection.execute(keys).scalars().all())

"""Write whole cases: rows in, rows changed, rows out, inside a transaction that someone else commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, text, update

from casework.model import Case
from casework.store import search, tables
from casework.store.documents import Document
from casework.store.rows import KINDS, Kind, Row, case_row, link_rows, part_rows

_PART_FIELDS = frozenset(kind.field for kind in KINDS)
_links = tables.incident_exhibits


def insert_cases(connection: Connection, cases: Sequence[Case], documents: Sequence[Document]) -> None:
    """Insert new cases with all their parts at version 1; ``documents`` are theirs, in the same order."""
    keys = _new_keys(connection, len(cases))
    rows = [
        {**_without_parts(whole), "pk": pk, "version": 1} for pk, whole in zip(keys, documents, strict=True)
    ]
    connection.execute(insert(tables.cases), rows)
    for kind in KINDS:
        owned = ((pk, whole[kind.field]) for pk, whole in zip(keys, documents, strict=True))
        _insert_parts(connection, kind, [(pk, id_, row) for pk, parts in owned for id_, row in parts.items()])
    search.index(connection, zip(keys, cases, strict=True), fresh=True)


def update_case(connection: Connection, pk: int, case: Case, theirs: Case) -> bool:
    """Turn the stored case ``theirs`` into ``case``; False if its version is no longer the one read."""
    table = tables.cases
    change = update(table).where(table.c.pk == pk, table.c.version == case.version)
    if connection.execute(change.values(**case_row(case), version=case.version + 1)).rowcount != 1:
        return False
    changes = [_Changes(kind, part_rows(theirs, kind), part_rows(case, kind)) for kind in KINDS]
    for part in changes:
        part.remove_links(connection)
    for part in changes:
        part.remove(connection)
    for part in changes:
        part.write(connection, pk)
    search.index(connection, [(pk, case)], fresh=False)
    return True


def count_again(connection: Connection) -> None:
    """Let PostgreSQL plan by what a bulk import brought; SQLite does not need it."""
    if connection.dialect.name == "postgresql":
        tables_ = ", ".join([tables.cases.name, *(kind.table.name for kind in KINDS), "search"])
        connection.execute(text(f"ANALYZE {tables_}"))


class _Changes:
    """What happened to one kind of part of one case."""

    def __init__(self, kind: Kind, before: Mapping[str, Row], after: Mapping[str, Row]) -> None:
        self.kind = kind
        self.gone = [id_ for id_ in before if id_ not in after]
        self.new = {id_: row for id_, row in after.items() if id_ not in before}
        self.changed = {id_: row for id_, row in after.items() if id_ in before and row != before[id_]}

    def remove_links(self, connection: Connection) -> None:
        if self.kind.field == "incidents":
            incidents = [*self.gone, *self.changed]
            connection.execute(delete(_links).where(_links.c.incident_id.in_(incidents)))

    def remove(self, connection: Connection) -> None:
        table = self.kind.table
        connection.execute(delete(table).where(table.c.id.in_(self.gone)))

    def write(self, connection: Connection, pk: int) -> None:
        _insert_parts(connection, self.kind, [(pk, id_, row) for id_, row in self.new.items()])
        table = self.kind.table
        for id_, row in self.changed.items():
            change = update(table).where(table.c.id == id_)
            connection.execute(change.values(**_own_columns(row), version=table.c.version + 1))
        _insert_links(connection, self.changed.items())


def _insert_parts(connection: Connection, kind: Kind, parts: Sequence[tuple[int, str, Row]]) -> None:
    rows = [{**_own_columns(row), "id": id_, "case_pk": pk, "version": 1} for pk, id_, row in parts]
    if rows:
        connection.execute(insert(kind.table), rows)
        _insert_links(connection, ((id_, row) for _pk, id_, row in parts))


def _insert_links(connection: Connection, incidents: Iterable[tuple[str, Row]]) -> None:
    links = [link for id_, row in incidents for link in link_rows(id_, row.get("exhibits", ()))]
    if links:
        connection.execute(insert(_links), links)


def _without_parts(whole: Document) -> Row:
    return {name: value for name, value in whole.items() if name not in _PART_FIELDS}


def _own_columns(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "exhibits"}


def _new_keys(connection: Connection, count: int) -> Sequence[int]:
    """Return keys for new cases. SQLite's only writer may count on; PostgreSQL has a sequence."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(tables.cases.c.pk))).scalar() or 0
        return range(last + 1, last + 1 + count)
    query = text("SELECT nextval(pg_get_serial_sequence('cases', 'pk')) FROM generate_series(1, :count)")
    return list(connection.execute(query, {"count": count}).scalars())

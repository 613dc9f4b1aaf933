"""Write whole cases: rows in, rows changed, rows out, inside a transaction that someone else commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, bindparam, delete, func, insert, select, text, update

from casework.model import Case
from casework.store import search, tables
from casework.store.documents import Document
from casework.store.rows import KINDS, Kind, Row, case_row, link_rows, part_rows

_PART_FIELDS = frozenset(kind.field for kind in KINDS)
_links = tables.incident_exhibits
#: Ids in one statement.
_AT_ONCE = 1000


def insert_cases(connection: Connection, cases: Sequence[Case], documents: Sequence[Document]) -> None:
    """Insert new cases with all their parts at version 1; ``documents`` are theirs, in the same order."""
    keys = new_keys(connection, len(cases))
    rows = [
        {**_without_parts(whole), "pk": pk, "version": 1} for pk, whole in zip(keys, documents, strict=True)
    ]
    connection.execute(insert(tables.cases), rows)
    for kind in KINDS:
        owned = ((pk, whole[kind.field]) for pk, whole in zip(keys, documents, strict=True))
        _insert_parts(connection, kind, [(pk, id_, row) for pk, parts in owned for id_, row in parts.items()])
    search.index(connection, zip(keys, cases, strict=True), fresh=True)


@dataclass(frozen=True, slots=True)
class Edit:
    """The stored case ``before``, which nobody else can change now, and what it is to become."""

    pk: int
    before: Case
    after: Case


def update_cases(connection: Connection, edits: Sequence[Edit]) -> None:
    """Turn each stored case into what it is to become, one version on."""
    if not edits:
        return
    table = tables.cases
    names = (*case_row(edits[0].after), "version")
    change = update(table).where(table.c.pk == bindparam("of_pk"))
    rows = [{**case_row(edit.after), "version": edit.before.version + 1, "of_pk": edit.pk} for edit in edits]
    connection.execute(change.values({name: bindparam(name) for name in names}), rows)
    changes = [_Changes(kind, edits) for kind in KINDS]
    for part in changes:
        part.remove_links(connection)
    for part in changes:
        part.remove(connection)
    for part in changes:
        part.write(connection)
    search.index(connection, [(edit.pk, edit.after) for edit in edits], fresh=False)


def count_again(connection: Connection) -> None:
    """Let PostgreSQL plan by what a bulk import brought; SQLite does not need it."""
    if connection.dialect.name == "postgresql":
        names = (tables.cases.name, *(kind.table.name for kind in KINDS), tables.imported.name, "search")
        tables_ = ", ".join(names)
        connection.execute(text(f"ANALYZE {tables_}"))


class _Changes:
    """What happened to one kind of part of some cases."""

    def __init__(self, kind: Kind, edits: Iterable[Edit]) -> None:
        self.kind = kind
        self.gone: list[str] = []
        self.new: list[tuple[int, str, Row]] = []
        self.changed: list[tuple[str, Row]] = []
        for edit in edits:
            before, after = part_rows(edit.before, kind), part_rows(edit.after, kind)
            self.gone += [id_ for id_ in before if id_ not in after]
            self.new += [(edit.pk, id_, row) for id_, row in after.items() if id_ not in before]
            self.changed += [(id_, row) for id_, row in after.items() if id_ in before and row != before[id_]]

    def remove_links(self, connection: Connection) -> None:
        if self.kind.field == "incidents":
            _delete(connection, _links.c.incident_id, [*self.gone, *(id_ for id_, _row in self.changed)])

    def remove(self, connection: Connection) -> None:
        _delete(connection, self.kind.table.c.id, self.gone)

    def write(self, connection: Connection) -> None:
        _insert_parts(connection, self.kind, self.new)
        if not self.changed:
            return
        table, rows = self.kind.table, [{**_own_columns(row), "of_id": id_} for id_, row in self.changed]
        values: Row = {name: bindparam(name) for name in rows[0] if name != "of_id"}
        change = update(table).where(table.c.id == bindparam("of_id"))
        connection.execute(change.values(**values, version=table.c.version + 1), rows)
        _insert_links(connection, self.changed)


def _delete(connection: Connection, column: Column[str], values: Sequence[str]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        few = values[start : start + _AT_ONCE]
        connection.execute(delete(column.table).where(column.in_(few)))


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


def new_keys(connection: Connection, count: int) -> Sequence[int]:
    """Return keys for new cases. SQLite's only writer may count on; PostgreSQL has a sequence."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(tables.cases.c.pk))).scalar() or 0
        return range(last + 1, last + 1 + count)
    query = text("SELECT nextval(pg_get_serial_sequence('cases', 'pk')) FROM generate_series(1, :count)")
    return list(connection.execute(query, {"count": count}).scalars())

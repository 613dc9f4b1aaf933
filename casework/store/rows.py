"""Model values to rows and back. A row is a dictionary from column name to value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from casework.model import Case, Complainant, Exhibit, Filing, Incident, Remedy, Respondent
from casework.store import tables
from casework.store.money import from_minor, to_minor

Row = dict[str, Any]
Part = Incident | Remedy | Exhibit | Filing
#: A row as the database gave it, or as it was written down.
Stored = Mapping[str, Any] | RowMapping


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of part of a case: the field of Case that holds it, and its table."""

    field: str
    table: Table


#: In the order in which rows are written: an incident's links need the exhibits, which come first.
KINDS = (
    Kind("exhibits", tables.exhibits),
    Kind("incidents", tables.incidents),
    Kind("remedies", tables.remedies),
    Kind("filings", tables.filings),
)

_COMPLAINANT = tuple(field.name for field in fields(Complainant))
_RESPONDENT = tuple(field.name for field in fields(Respondent))
_CASE = ("id", "case_no", "received_at", "closed_at", "status", "summary", "handler", "region", "run")
_PLAIN = {
    type_: tuple(
        field.name for field in fields(type_) if field.name not in {"id", "version", "exhibits", "amount"}
    )
    for type_ in (Incident, Remedy, Exhibit, Filing)
}


def case_row(case: Case) -> Row:
    """Return the row of a case itself, without its parts, ``pk`` and ``version``."""
    row = {name: getattr(case, name) for name in _CASE}
    row["conducts"] = list(case.conducts)
    for name in _COMPLAINANT:
        row[f"complainant_{name}"] = getattr(case.complainant, name)
    for name in _RESPONDENT:
        row[f"respondent_{name}"] = getattr(case.respondent, name)
    return row


def part_row(part: Part, position: int) -> Row:
    """Return the row of one part, without ``id``, ``case_pk`` and ``version``.

    An incident's row carries its links under ``exhibits``; they live in a table of their own.
    """
    row: Row = {"position": position}
    for name in _PLAIN[type(part)]:
        row[name] = getattr(part, name)
    if isinstance(part, Incident):
        row["exhibits"] = list(part.exhibits)
    elif isinstance(part, Remedy):
        row["amount_minor"] = None if part.amount is None else to_minor(part.amount, part.currency)
    return row


def part_rows(case: Case, kind: Kind) -> dict[str, Row]:
    """Return the rows of one kind of part by id, in order."""
    parts: tuple[Part, ...] = getattr(case, kind.field)
    return {part.id: part_row(part, position) for position, part in enumerate(parts)}


def link_rows(incident_id: str, exhibit_ids: Sequence[str]) -> list[Row]:
    """Return the rows that tie one incident to its exhibits, in order."""
    return [
        {"incident_id": incident_id, "position": position, "exhibit_id": exhibit_id}
        for position, exhibit_id in enumerate(exhibit_ids)
    ]


def load(connection: Connection, rows: Sequence[RowMapping]) -> list[Case]:
    """Return the whole cases of these rows of ``cases``, in their order."""
    pks = [row["pk"] for row in rows]
    links = _links(connection, pks)
    parts = {kind.field: _parts(connection, kind, pks, links) for kind in KINDS}
    return [
        case_of(row, {field: tuple(found.get(row["pk"], ())) for field, found in parts.items()})
        for row in rows
    ]


def _parts(
    connection: Connection, kind: Kind, pks: Sequence[int], links: Mapping[str, tuple[str, ...]]
) -> dict[int, list[Part]]:
    table = kind.table
    query = select(table).where(table.c.case_pk.in_(pks)).order_by(table.c.case_pk, table.c.position)
    found: dict[int, list[Part]] = {}
    for row in connection.execute(query).mappings():
        whole = {**row, "exhibits": links.get(row["id"], ())} if kind.field == "incidents" else row
        found.setdefault(row["case_pk"], []).append(part_of(kind, whole))
    return found


def _links(connection: Connection, pks: Sequence[int]) -> dict[str, tuple[str, ...]]:
    link, incident = tables.incident_exhibits, tables.incidents
    query = (
        select(link.c.incident_id, link.c.exhibit_id)
        .join(incident, incident.c.id == link.c.incident_id)
        .where(incident.c.case_pk.in_(pks))
        .order_by(link.c.incident_id, link.c.position)
    )
    found: dict[str, tuple[str, ...]] = {}
    for incident_id, exhibit_id in connection.execute(query):
        found[incident_id] = (*found.get(incident_id, ()), exhibit_id)
    return found


def part_of(kind: Kind, row: Stored) -> Part:
    """Return the part of a row that has ``id`` and ``version``, an incident's links under ``exhibits``."""
    if kind.field == "incidents":
        return Incident(exhibits=tuple(row["exhibits"]), **_own(Incident, row))
    if kind.field == "remedies":
        minor = row["amount_minor"]
        amount = None if minor is None else from_minor(minor, row["currency"])
        return Remedy(amount=amount, **_own(Remedy, row))
    if kind.field == "exhibits":
        return exhibit(row)
    return Filing(**_own(Filing, row))


def exhibit(row: Stored) -> Exhibit:
    """Return the exhibit of a row of ``exhibits``."""
    return Exhibit(**_own(Exhibit, row))


def _own(type_: type[Part], row: Stored) -> Row:
    return {name: row[name] for name in (*_PLAIN[type_], "id", "version")}


def case_of(row: Stored, parts: Mapping[str, tuple[Part, ...]]) -> Case:
    """Return the case of a row of ``cases`` and its parts by the names of their fields; its version is 1 or the row's."""
    known: dict[str, Any] = dict(parts)
    return Case(
        complainant=Complainant(**_prefixed(row, "complainant_", _COMPLAINANT)),
        respondent=Respondent(**_prefixed(row, "respondent_", _RESPONDENT)),
        conducts=tuple(row["conducts"]),
        version=row.get("version", 1),
        **{name: row[name] for name in _CASE},
        **known,
    )


def _prefixed(row: Stored, prefix: str, names: Iterable[str]) -> Row:
    return {name: row[prefix + name] for name in names}

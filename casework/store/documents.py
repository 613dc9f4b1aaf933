"""A case as a plain document, the difference of two, and the one way to write either as text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casework.model import Case
from casework.store.rows import KINDS, Kind, Part, case_of, case_row, part_of, part_rows

Document = dict[str, Any]


def document(case: Case) -> Document:
    """Return everything about a case but its versions; parts are keyed by id and carry their position."""
    whole: Document = case_row(case)
    for kind in KINDS:
        whole[kind.field] = part_rows(case, kind)
    return whole


def revived(whole: Mapping[str, Any]) -> Case:
    """Return the case of a document that was written as :func:`canonical` text and read again; all versions are 1."""
    row = {name: _typed(name, value) for name, value in whole.items()}
    return case_of(row, {kind.field: _listed(kind, whole[kind.field]) for kind in KINDS})


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Document, Document]:
    """Return what each side has that the other has not, going into dictionaries but not into lists."""
    only_before: Document = {}
    only_after: Document = {}
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old == new and (key in before) == (key in after):
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            old, new = difference(old, new)
        if key in before:
            only_before[key] = old
        if key in after:
            only_after[key] = new
    return only_before, only_after


def canonical(value: object) -> str:
    """Return the JSON text of a document: sorted keys, no spaces, dates in ISO form, characters as they are.

    Half a surrogate pair, which no database stores, becomes a JSON escape. ValueError for NaN and infinity.
    """
    return storable(_encoder.encode(value))


def storable(text: str) -> str:
    """Return ``text`` with NUL and half surrogate pairs written as escapes."""
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\0")


_DATES = frozenset(("on", "reply_by", "obtained_on"))
_TIMES = frozenset(("received_at", "closed_at", "filed_at", "first_response_at", "added_at"))


def _typed(name: str, value: Any) -> Any:
    """Return what JSON has no type for."""
    if value is None:
        return None
    if name in _TIMES:
        return dt.datetime.fromisoformat(value)
    return dt.date.fromisoformat(value) if name in _DATES else value


def _listed(kind: Kind, parts: Mapping[str, Mapping[str, Any]]) -> tuple[Part, ...]:
    rows = sorted(parts.items(), key=lambda item: int(item[1]["position"]))
    return tuple(
        part_of(kind, {name: _typed(name, value) for name, value in row.items()} | {"id": id_, "version": 1})
        for id_, row in rows
    )


def _plain(value: object) -> object:
    """Return what JSON can say of a value it does not know."""
    if isinstance(value, dt.date | dt.datetime | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


_encoder = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False
)

"""The memory of sources: how each system's export is read, as one JSON text per source.

The JSON names its form (``form``): 1 is ``name``, ``fingerprint``, ``columns`` as [role, header], ``day_first``,
``words`` as [role, word, meaning] and ``profile`` as [header, kind, form, blank].
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from casework.errors import CaseworkError, Damaged, NotFound, Unavailable, printable
from casework.i18n import _
from casework.sources import ColumnProfile, Mapping, Word
from casework.store import tables
from casework.store.checks import refuse_unstorable
from casework.store.documents import canonical

_FORM = 1
_table = tables.sources

Document = dict[str, Any]


def mapping_document(mapping: Mapping) -> Document:
    """Return a mapping as a plain document: see the module."""
    return {
        "form": _FORM,
        "name": mapping.name,
        "fingerprint": mapping.fingerprint,
        "columns": [list(pair) for pair in mapping.columns],
        "day_first": mapping.day_first,
        "words": [[word.role, word.word, word.meaning] for word in mapping.words],
        "profile": [[each.header, each.kind, each.form, each.blank] for each in mapping.profile],
    }


def mapping_of(text: str, name: str) -> Mapping:
    """Return the mapping of a source's JSON. Damaged if it is none; Unavailable if a newer casework wrote it."""
    try:
        whole = json.loads(text)
        if int(whole["form"]) > _FORM:
            raise Unavailable(
                _("What is remembered of this source was written by a newer version of casework."),
                where=printable(name),
                remedy=_("Install the newest casework and open it again."),
            )
        return _built(whole, name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(
            _("What is remembered of this source cannot be read."),
            where=printable(name),
            remedy=_("Forget the source, then confirm its columns once more."),
        ) from error


def all_mappings(connection: Connection) -> list[Mapping]:
    """Return everything that is remembered, by name."""
    rows = connection.execute(select(_table.c.name, _table.c.mapping).order_by(_table.c.name)).all()
    return [mapping_of(row.mapping, row.name) for row in rows]


def find_mapping(connection: Connection, name: str) -> Mapping:
    """Return what is remembered of a source. NotFound lists the sources that there are."""
    return mapping_of(_stored(connection, name), name)


def save_mapping(
    connection: Connection, mapping: Mapping, at: dt.datetime
) -> tuple[Document | None, Document]:
    """Remember a source and return what was remembered before and what is now. CaseworkError if it cannot be kept."""
    whole = mapping_document(mapping)
    _refuse_nameless(mapping)
    refuse_unstorable(*_texts(mapping))
    text = canonical(whole)
    query = select(_table.c.mapping).where(_table.c.name == mapping.name).with_for_update()
    before = connection.execute(query).scalar()
    values = {"fingerprint": mapping.fingerprint, "mapping": text, "updated_at": at}
    if before is None:
        connection.execute(insert(_table), [{"name": mapping.name, "version": 1, **values}])
        return None, whole
    if before != text:
        change = update(_table).where(_table.c.name == mapping.name)
        connection.execute(change.values(version=_table.c.version + 1, **values))
    return _read_back(before), whole


def forget_mapping(connection: Connection, name: str) -> Document:
    """Forget a source and return what was remembered. NotFound lists the sources that there are."""
    before = _stored(connection, name)
    connection.execute(delete(_table).where(_table.c.name == name))
    return _read_back(before)


def _stored(connection: Connection, name: str) -> str:
    found = connection.execute(select(_table.c.mapping).where(_table.c.name == name)).scalar()
    if found is None:
        known = connection.execute(select(_table.c.name).order_by(_table.c.name)).scalars().all()
        listed = ", ".join(map(printable, known))
        remedy = _("There are: {names}.").format(names=listed) if known else _("No source is remembered yet.")
        raise NotFound(_("There is no source of this name."), where=printable(name), remedy=remedy)
    return str(found)


def _built(whole: Document, name: str) -> Mapping:
    day_first = whole["day_first"]
    if whole["name"] != name or day_first not in (None, True, False):
        raise ValueError("the name or the order of dates is not what was written")
    return Mapping(
        name=name,
        fingerprint=_text(whole["fingerprint"]),
        columns=tuple((_text(role), _text(header)) for role, header in whole["columns"]),
        day_first=day_first,
        words=tuple(Word(*map(_text, word)) for word in whole["words"]),
        profile=tuple(
            ColumnProfile(_text(header), _text(kind), _text(form), float(blank))
            for header, kind, form, blank in whole["profile"]
        ),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("this is not a text")
    return value


def _read_back(text: str) -> Document:
    """Return a stored document for the audit log, even one that is damaged."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return {"text": text}
    return whole if isinstance(whole, dict) else {"text": text}


def _refuse_nameless(mapping: Mapping) -> None:
    if not mapping.name.strip():
        raise CaseworkError(_("The source has no name."), remedy=_("Give it one."))


def _texts(mapping: Mapping) -> Iterator[str]:
    yield from (mapping.name, mapping.fingerprint)
    for pair in mapping.columns:
        yield from pair
    for word in mapping.words:
        yield from (word.role, word.word, word.meaning)
    for column in mapping.profile:
        yield from (column.header, column.kind, column.form)

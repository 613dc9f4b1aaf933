"""Read one TOML table key by key; what is missing, wrong or left over is noted as a fault, not raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import fields
from typing import Any, TypeVar

from casework.i18n import _
from casework.model import Case, Complainant, Respondent
from casework.rules.pack import Extension, Material, Text

T = TypeVar("T")

PLACES = frozenset(
    [each.name for each in fields(Case)]
    + [f"complainant.{each.name}" for each in fields(Complainant)]
    + [f"respondent.{each.name}" for each in fields(Respondent)]
)
"""The places in a case that a channel's material may name."""


class TableReader:
    """One table at a named place. A faulty value reads as an empty one, so that reading goes on."""

    def __init__(self, table: object, place: str, faults: list[str]) -> None:
        """Read ``table``; faults are appended to ``faults``, each naming ``place``."""
        self._table: dict[str, Any] = table if isinstance(table, dict) else {}
        self._place, self._faults = place, faults
        self._read: set[str] = set()
        if not isinstance(table, dict):
            self.fault(_("is not a table"))

    def fault(self, what: str) -> None:
        """Note one fault of this table."""
        self._faults.append(_("{place}: {what}.").format(place=self._place, what=what))

    def _value(self, key: str, kind: type[T], *, required: bool) -> T | None:
        self._read.add(key)
        if key not in self._table:
            if required:
                self.fault(_("{key} is missing").format(key=key))
            return None
        value = self._table[key]
        if type(value) is not kind:
            self.fault(_("{key} is not of the right kind").format(key=key))
            return None
        return value

    def string(self, key: str) -> str:
        """Return a word or sentence that must be there."""
        value = self._value(key, str, required=True)
        if value is not None and not value.strip():
            self.fault(_("{key} is empty").format(key=key))
        return value or ""

    def maybe_string(self, key: str) -> str:
        """Return a word or sentence, or nothing."""
        return self._value(key, str, required=False) or ""

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """Return a word out of a fixed list."""
        value = self.string(key)
        if value and value not in allowed:
            self.fault(_("{key} is “{value}”, which is unknown").format(key=key, value=value))
        return value

    def number(self, key: str) -> int:
        """Return a whole number that must be there."""
        return self._value(key, int, required=True) or 0

    def flag(self, key: str) -> bool:
        """Return a yes or no that must be there."""
        return self._value(key, bool, required=True) or False

    def maybe_flag(self, key: str) -> bool | None:
        """Return a yes or no, or nothing."""
        return self._value(key, bool, required=False)

    def day(self, key: str) -> dt.date:
        """Return a date that must be there."""
        return self._value(key, dt.date, required=True) or dt.date.min

    def maybe_day(self, key: str) -> dt.date | None:
        """Return a date, or nothing."""
        return self._value(key, dt.date, required=False)

    def strings(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of words."""
        values: list[Any] = self._value(key, list, required=required) or []
        if any(not isinstance(value, str) for value in values):
            self.fault(_("{key} is not a list of words").format(key=key))
        return tuple(str(value) for value in values)

    def text(self, key: str) -> Text:
        """Return words in both languages that must be there."""
        return self._as_text(self._value(key, dict, required=True) or {}, key)

    def maybe_text(self, key: str) -> Text | None:
        """Return words in both languages, or nothing."""
        value = self._value(key, dict, required=False)
        return None if value is None else self._as_text(value, key)

    def texts(self, key: str) -> tuple[Text, ...]:
        """Return a list of words in both languages."""
        return tuple(self._as_text(value, key) for value in self._value(key, list, required=False) or [])

    def materials(self, key: str) -> tuple[Material, ...]:
        """Return a list of materials, each with the place in a case that it may name."""
        return tuple(self._as_material(value, key) for value in self._value(key, list, required=False) or [])

    def maybe_extension(self, key: str, units: Collection[str]) -> Extension | None:
        """Return how a period may be extended, or nothing."""
        value = self._value(key, dict, required=False)
        if value is None:
            return None
        reader = TableReader(value, f"{self._place}.{key}", self._faults)
        extension = Extension(reader.number("n"), reader.one_of("unit", units), reader.number("times"))
        reader.finish()
        return extension

    def _as_text(self, value: object, key: str) -> Text:
        reader = TableReader(value, f"{self._place}.{key}", self._faults)
        text = Text(reader.string("zh"), reader.string("en"))
        reader.finish()
        return text

    def _as_material(self, value: object, key: str) -> Material:
        reader = TableReader(value, f"{self._place}.{key}", self._faults)
        place = reader.one_of("field", PLACES) if isinstance(value, dict) and "field" in value else ""
        material = Material(Text(reader.string("zh"), reader.string("en")), place)
        reader.finish()
        return material

    def finish(self, *, also: Collection[str] = ()) -> None:
        """Note every key that nobody asked for: a misspelt one would otherwise be silently ignored."""
        for key in sorted(set(self._table) - self._read - set(also)):
            self.fault(_("{key} is unknown").format(key=key))

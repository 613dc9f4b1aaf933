"""Which festivals fall in a month, so that a peak is read beside the calendar (``festivals.toml``)."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from casework.i18n import mark

#: Every name that can come out, for the catalogue of translations.
NAMES = (
    mark("New Year"),
    mark("Spring Festival"),
    mark("Qingming"),
    mark("Labour Day"),
    mark("Dragon Boat Festival"),
    mark("National Day"),
    mark("Mid-Autumn Festival"),
    mark("Victory Day holiday"),
    mark("Consumer Rights Day (15 March)"),
    mark("618 shopping festival"),
    mark("Double 11 shopping festival"),
    mark("Double 12 shopping festival"),
)


def festivals(months: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Months (``YYYY-MM``) that have festivals, with their names: English message ids, to be shown through gettext.

    A month has a statutory festival where any of its days is a day off for it. Years for which no calendar has been
    published have no statutory festivals here: nothing is guessed.
    """
    statutory, told = _statutory(), _data()
    found = ((month, (*statutory.get(month, ()), *_yearly(month, told["yearly"]))) for month in months)
    return tuple((month, names) for month, names in found if names)


def _yearly(month: str, told: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    year, number = map(int, month.split("-"))
    return tuple(one["name"] for one in told if one["month"] == number and year >= one["since"])


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("festivals.toml").read_text(encoding="utf-8"))


@cache
def _statutory() -> dict[str, tuple[str, ...]]:
    """Names by month, in the order of their days; a holiday that the table does not name keeps its own name."""
    from chinese_calendar.constants import holidays

    known = _data()["statutory"]
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for day in sorted(holidays):
        name = holidays[day]
        found[f"{day:%Y-%m}"][known.get(name, name)] = None
    return {month: tuple(names) for month, names in found.items()}

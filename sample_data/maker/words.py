"""The vocabulary (words.toml), and chance that depends on the seed and a name only."""

from __future__ import annotations

import datetime as dt
import random
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SEED = "casework sample office 1"
FIRST_MONTH = dt.date(2024, 11, 1)
MONTHS = 24
AS_OF = dt.datetime(2026, 10, 31, 17, 30)  # the office's last look; later events have not happened yet

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def chance(*name: object) -> random.Random:
    """Return a generator that depends on ``name`` alone, so that one record's change moves no other's."""
    return random.Random("/".join(map(str, (SEED, *name))))


def pick(rng: random.Random, weights: Mapping[str, float]) -> str:
    """Return one key, as often as its weight says."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def one(rng: random.Random, values: Sequence[Any]) -> Any:
    """Return one of ``values``."""
    return values[rng.randrange(len(values))]


def office_hours(rng: random.Random, day: dt.date) -> dt.datetime:
    """Return a minute between 9:00 and 17:59 of ``day`` or of the Monday after a weekend."""
    if day.weekday() >= 5 and rng.random() < 0.85:
        day += dt.timedelta(days=7 - day.weekday())
    return dt.datetime.combine(day, dt.time(9 + rng.randrange(9), rng.randrange(60)))


def days_between(rng: random.Random, median: float, sigma: float) -> float:
    """Return a log-normal number of days: half of them below ``median``, with a long tail."""
    return median * 2.718281828459045 ** (sigma * rng.gauss(0.0, 1.0))

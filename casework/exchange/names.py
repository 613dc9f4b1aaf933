"""How other systems name the columns that matter: ``headers.toml``, ready to be compared."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casework.sources import ROLES

_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


@dataclass(frozen=True)
class Names:
    """How other systems name one role: whole headers (with their rank), parts of headers, parts that rule it out."""

    exact: dict[str, int]
    words: tuple[tuple[str, ...], ...]
    never: tuple[str, ...]

    def by_words(self, text: str) -> bool:
        """Whether every group contributes one part of the header."""
        return bool(self.words) and all(any(word in text for word in group) for group in self.words)


@cache
def normal(header: str) -> str:
    """A header as it is compared: NFKC, lower case, letters, digits and ``#`` only."""
    return re.sub(r"[^\w#]|_", "", unicodedata.normalize("NFKC", header).casefold())


def bare(header: str) -> str:
    """A header without what stands in brackets (a unit, a remark), as it is compared."""
    return normal(_BRACKETS.sub("", header)) or normal(header)


@cache
def names() -> dict[str, Names]:
    """The synonyms of each role, in the order of :data:`casework.sources.ROLES`."""
    data = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))
    return {
        role: Names(
            exact={normal(header): place for place, header in reversed(list(enumerate(data[role]["exact"])))},
            words=tuple(tuple(normal(word) for word in group) for group in data[role].get("words", ())),
            never=tuple(normal(word) for word in data[role].get("never", ())),
        )
        for role in ROLES
    }


@cache
def known_roles(header: str) -> frozenset[str]:
    """The roles that a header names. A title such as "2025 complaints" names none: only whole headers count."""
    text, short = normal(header), bare(header)
    return frozenset(
        role
        for role, known in names().items()
        if text in known.exact or short in known.exact or known.by_words(text)
    )

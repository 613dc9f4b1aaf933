"""The tokens of thousands of texts at once, the same as :func:`casework.store.search.text_tokens` finds one by one.

All texts are laid end to end as one array of code points. A table says for each code point how it is spelled and
whether it stands alone, belongs to a word or separates; the table is filled as code points are met. Where the
spelling of a character depends on its neighbours (combining marks) or is longer than one character, the whole text
goes the slow way. That is rare in Chinese and English.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from casework.store import search

_CODE_POINTS = 0x11_0000
_BETWEEN, _IN_WORD, _ALONE, _END, _SLOW = range(5)
_SPACE, _NEW_LINE = 32, 10
#: Parts of Korean syllables, which join without being marks.
_JOINING = (range(0x1100, 0x1200), range(0xA960, 0xA980), range(0xD7B0, 0xD800))
#: Unicode 16 has letters here that join; older tables do not know them.
_YOUNG = range(0x16D40, 0x16D80)

_Codes = npt.NDArray[np.uint32]


class Tokeniser:
    """Finds the tokens of many texts; what it has learnt of characters serves the next call."""

    def __init__(self) -> None:
        self._kind = np.zeros(_CODE_POINTS, np.uint8)
        self._spelled = np.zeros(_CODE_POINTS, np.uint32)
        self._known = np.zeros(_CODE_POINTS, np.bool_)
        self._learn(0)
        self._kind[0], self._spelled[0] = _END, _NEW_LINE  # a NUL ends each text: none has one of its own

    def words(self, texts: Sequence[str]) -> list[str]:
        """Return the tokens of each text, separated by spaces. No text may contain a NUL."""
        if not texts:
            return []
        codes = np.frombuffer("\0".join([*texts, ""]).encode("utf-32-le"), np.uint32)
        self._learn_all(codes)
        kinds = self._kind[codes]
        found = self._spaced(codes, kinds).tobytes().decode("utf-32-le").split("\n")
        for row in self._slow_rows(kinds):
            found[row] = " ".join(search.text_tokens(texts[row]))
        return found[:-1]

    def _learn_all(self, codes: _Codes) -> None:
        seen = np.zeros(_CODE_POINTS, np.bool_)
        seen[codes] = True
        for code in np.flatnonzero(seen & ~self._known).tolist():
            self._learn(code)

    def _learn(self, code: int) -> None:
        spelled = search.folded(chr(code))
        self._known[code] = True
        self._kind[code] = kind = _kind_of(chr(code), spelled)
        self._spelled[code] = ord(spelled) if kind in (_ALONE, _IN_WORD) else _SPACE

    def _spaced(self, codes: _Codes, kinds: npt.NDArray[np.uint8]) -> _Codes:
        """Return the spelling of all texts with a space on both sides of what stands alone."""
        alone = kinds == _ALONE
        gaps = alone.copy()
        gaps[1:] |= alone[:-1]
        places = np.cumsum(gaps, dtype=np.int32)
        places += np.arange(len(codes), dtype=np.int32)
        spaced = np.full(int(places[-1]) + 1, _SPACE, np.uint32)
        spaced[places] = self._spelled[codes]
        return spaced

    def _slow_rows(self, kinds: npt.NDArray[np.uint8]) -> Iterable[int]:
        """Return which texts hold a character that depends on others, or a token that must be cut."""
        ends = np.flatnonzero(kinds == _END)
        outside = np.flatnonzero(kinds != _IN_WORD)
        lengths = np.diff(outside, prepend=-1) - 1
        long = outside[lengths > search.LONGEST_TOKEN]
        slow = np.concatenate([np.flatnonzero(kinds == _SLOW), long])
        rows: list[int] = np.unique(np.searchsorted(ends, slow)).tolist()
        return rows


def _kind_of(char: str, spelled: str) -> int:
    if any(map(_depends, char + spelled)):
        return _SLOW
    if not any(search.stands_alone(part) or search.is_in_word(part) for part in spelled):
        return _BETWEEN
    if len(spelled) > 1:
        return _SLOW
    return _ALONE if search.stands_alone(spelled) else _IN_WORD


def _depends(char: str) -> bool:
    """Say whether the neighbours of a character may change how it is spelled."""
    joins = any(ord(char) in joining for joining in _JOINING) or ord(char) in _YOUNG
    return joins or unicodedata.category(char).startswith("M")

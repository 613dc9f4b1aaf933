"""How a case ended, from an export's own words: resolved, withdrawn, terminated, or not told (``ends.toml``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.analytics.review import ENDS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

#: Anything longer is a sentence, and a sentence is not read for single words.
LONGEST = 60
#: Lists in the order in which they are asked: a failure is told by more words than a success ("未达成和解").
_ASKED = ("terminated", "withdrawn", "resolved")
#: What takes back the word behind it, at most two words on.
_TURNED = re.compile(
    r"(?:[未不没无拒]|要求|请求|诉求|申请|希望|索要)\w{0,2}$|(?<![a-z])(?:not|no|non|never|without|cannot|un|asks?|wants?|seeks?)(?: [a-z]+){0,2} ?$"
)


@dataclass(frozen=True, slots=True)
class _Words:
    exact: dict[str, str]
    parts: tuple[tuple[str, re.Pattern[str]], ...]
    going: re.Pattern[str]


def ends_of(outcome: pa.Array, status: pa.Array, closed: pa.Array) -> pa.Array:
    """The end of each case, one of :data:`casework.analytics.review.ENDS` (strings); null where it is not closed.

    ``outcome`` and ``status`` are strings, ``closed`` is a mask, all of one length. The outcome's word counts first,
    then the status's; a closed case of which neither says anything is ``other``. Each distinct word is read once.
    """
    import numpy as np

    code = _codes(outcome)
    code = np.where(code >= 0, code, _codes(status))
    code = np.where(code >= 0, code, ENDS.index("other")).astype(np.int8)
    return _named(code, _flags(closed))


def _flags(mask: pa.Array) -> npt.NDArray[np.bool_]:
    """A mask as numpy, null as False."""
    import pyarrow as pa
    import pyarrow.compute as pc

    flat = _flat(mask)
    known = flat if flat.null_count == 0 else pc.and_kleene(flat, flat.is_valid())
    if pa.types.is_null(known.type):
        known = known.cast(pa.bool_())
    flags: npt.NDArray[np.bool_] = _bytes(known.cast(pa.uint8()), "uint8") > 0
    return flags


def _bytes(array: pa.Array, dtype: str) -> npt.NDArray[Any]:
    """Numbers without nulls, as they lie in memory: to_numpy() would import pandas."""
    import numpy as np

    buffer = array.buffers()[1]
    if buffer is None:
        return np.empty(0, dtype)
    return np.frombuffer(buffer, dtype)[array.offset : array.offset + len(array)]


def _named(code: npt.NDArray[np.int8], kept: npt.NDArray[np.bool_]) -> pa.Array:
    """The names of the ends by their place; null where not kept. Not pa.array(), which imports pandas."""
    import numpy as np
    import pyarrow as pa

    bounds = np.cumsum([0, *map(len, ENDS)]).astype(np.int32)
    names = pa.StringArray.from_buffers(len(ENDS), pa.py_buffer(bounds), pa.py_buffer("".join(ENDS).encode()))
    valid = pa.py_buffer(np.packbits(kept, bitorder="little"))
    return names.take(pa.Array.from_buffers(pa.int8(), len(code), [valid, pa.py_buffer(code)]))


def _codes(words: pa.Array) -> npt.NDArray[np.int8]:
    """The place in ENDS of what each word says; -1 where it says nothing."""
    import numpy as np
    import pyarrow as pa

    flat = _flat(words)
    if flat.null_count == len(flat):
        return np.full(len(flat), -1, np.int8)
    plain = flat.dictionary_decode() if pa.types.is_dictionary(flat.type) else flat
    coded = plain.dictionary_encode(null_encoding="encode")
    found = [end_of_word(word or "") for word in coded.dictionary.to_pylist()]
    places = np.array([ENDS.index(end) if end else -1 for end in found], dtype=np.int8)
    code: npt.NDArray[np.int8] = places[_bytes(coded.indices, "int32")]
    return code


def _flat(column: pa.Array) -> pa.Array:
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column


@cache
def end_of_word(text: str) -> str | None:
    """What one word of an export says of the end: resolved, withdrawn or terminated; None where it does not say.

    ``已办结`` and ``closed`` do not say. Words that mean the case is still open say nothing either.
    """
    word = _normal(text)
    if not word or len(word) > LONGEST:
        return None
    known = _words()
    if word in known.exact:
        return known.exact[word]
    if known.going.search(word):
        return None
    for end, pattern in known.parts:
        for found in pattern.finditer(word):
            if end == "terminated" or not _TURNED.search(word[: found.start()]):
                return end
    return None


def _normal(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


@cache
def _words() -> _Words:
    table = tomllib.loads(Path(__file__).with_name("ends.toml").read_text(encoding="utf-8"))
    return _Words(
        {_normal(word): end for end in _ASKED for word in table[end]["exact"]},
        tuple((end, _any_of(table[end]["parts"])) for end in _ASKED),
        _any_of(table["going"]),
    )


def _any_of(parts: list[str]) -> re.Pattern[str]:
    """Any of these; one of Latin letters must begin a word."""
    normal = (_normal(part) for part in sorted(parts, key=len, reverse=True))
    return re.compile(
        "|".join((r"(?<![a-z])" if part[0].isascii() else "") + re.escape(part) for part in normal)
    )

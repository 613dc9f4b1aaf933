"""Text that a spreadsheet program might run: found here, and made harmless in CSV.

A cell is *live* when its first character after white space and format characters is, in NFKC, one of ``= + - @``, or
when a tab, a line end or NUL stands before it. In .xlsx such text is typed as text and carries a quote prefix. CSV has
no types, so there it gets a leading apostrophe, unless the whole cell is *harmless*:

* a number, with sign, thousands, currency or unit: ``-1,234.50``, ``+3%``, ``-¥20``, ``-20元``;
* a telephone number that no program can work out as a sum: ``+8613800138000``, ``+86 138-0013-8000``, ``+86 (10) 6655``;
* nothing but dashes, as tables write for "none".

``+86-138-0013-8000`` is not: Excel computes it. Other text that starts with a dash gets the apostrophe too, for
Excel shows ``#NAME?`` in its place otherwise.
"""

from __future__ import annotations

import re
import unicodedata

#: White space, controls and format characters, as ranges that both ``re`` and Arrow's RE2 read.
_BLANK = (
    "\\x00-\\x20\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u2064\u2066-\u206f\u3000\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
#: Every character whose NFKC form starts with one of = + - @.
_SIGNS = "=+\\-@⁺⁼₊₌⩵⩶﬩﹢﹣﹦﹫＋－＝＠"
#: Live text, for ``re.match`` and for Arrow's ``match_substring_regex`` alike.
LIVE = f"^[{_BLANK}]*(?:[{_SIGNS}]|[\\t\\r\\n\\x00])"

_live = re.compile(LIVE)
_breaks = re.compile("[\t\r\n\0]")
_number = re.compile(
    r"[+-]?\s?[¥$€£]?\s?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\d|\.\d+|\d\.)(?:[eE][+-]?\d+)?\s?(?:%|‰|元|万元|分|天|日|件)?"
)
_phone = re.compile(r"\+\d{6,20}|\+\d{1,4} [\d() -]*\d[\d() -]*")
_dashes = re.compile("-+")


def is_live(text: str) -> bool:
    """Whether a spreadsheet program might take the text for a formula or split it: see the module."""
    return _live.match(text) is not None


def is_harmless(text: str) -> bool:
    """Whether live text is wholly a number, a telephone number or dashes."""
    plain = unicodedata.normalize("NFKC", text)
    if _breaks.search(plain):
        return False
    plain = plain.strip(" ")
    return any(form.fullmatch(plain) for form in (_number, _phone, _dashes))


def neutral(text: str) -> str:
    """Return the text as CSV may carry it: live text that is not harmless behind an apostrophe."""
    return "'" + text if is_live(text) and not is_harmless(text) else text

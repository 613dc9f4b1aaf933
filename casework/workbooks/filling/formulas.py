"""Where the references of a formula point after rows were put in, and what a formula may not do in a template.

Formulas are read only as far as needed: strings, references, brackets, words; everything else passes through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

LAST_ROW = 1_048_576
MOST_LENGTH = 16_384

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:[^"]|"")*")
  | (?P<ref>(?P<sheet>(?:'(?:[^']|'')*'|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!)?
      (?: (?P<c1>\$?[A-Za-z]{1,3})(?P<r1>\$?\d{1,7})
          (?: :(?P<c2>\$?[A-Za-z]{1,3})(?P<r2>\$?\d{1,7}) )?
        | (?P<w1>\$?\d{1,7}):(?P<w2>\$?\d{1,7})
        | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3} )
      (?![\w.(\[!]) )
  | (?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
  | (?P<quoted>'(?:[^']|'')*'!?)
  | (?P<word>[\w.\\?$]+!?)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_GATHERING = frozenset({
    "SUM", "AVERAGE", "COUNT", "COUNTA", "COUNTBLANK", "MIN", "MAX", "MEDIAN", "PRODUCT", "STDEV", "STDEV.S",
    "STDEV.P", "VAR", "VAR.S", "VAR.P", "SUMSQ", "SUBTOTAL", "AGGREGATE", "SUMIF", "SUMIFS", "COUNTIF",
    "COUNTIFS", "AVERAGEIF", "AVERAGEIFS", "SUMPRODUCT", "LARGE", "SMALL", "RANK", "RANK.EQ", "PERCENTILE",
    "QUARTILE", "MODE", "TEXTJOIN", "CONCAT", "GEOMEAN",
})  # fmt: skip
_REACHING = frozenset({
    "WEBSERVICE", "RTD", "DDE", "CALL", "REGISTER", "REGISTER.ID", "IMAGE", "EXEC", "EVALUATE", "SQL.REQUEST",
    "STOCKHISTORY", "CUBEVALUE", "CUBEMEMBER", "CUBESET", "CUBERANKEDMEMBER", "CUBEMEMBERPROPERTY",
    "CUBEKPIMEMBER", "CUBESETCOUNT", "DDEAUTO", "PY", "COPILOT",
})  # fmt: skip
_LINK = re.compile(r"\"(#|https?://|mailto:)[^\"]*\"", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Growth:
    """Rows put in below list rows of one sheet: (list row, rows more), in order. Rows count from 1."""

    lists: tuple[tuple[int, int], ...] = ()

    def row(self, row: int) -> int:
        """Where a row is afterwards; a list row itself stays above what was put in."""
        return row + sum(extra for place, extra in self.lists if place < row)

    def end(self, row: int) -> int:
        """Where a range that ends in ``row`` ends afterwards: it takes in all of a list whose row it holds."""
        return min(row + sum(extra for place, extra in self.lists if place <= row), LAST_ROW)

    def holds(self, row: int) -> bool:
        """Whether a list stands in this row."""
        return any(place == row for place, _extra in self.lists)


NO_GROWTH = Growth()
Growths = Mapping[str, Growth]  # by the sheet's name, casefolded


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    match: re.Match[str]
    gathered: bool  # a whole argument of SUM and its like


@lru_cache(maxsize=4096)
def _tokens(formula: str) -> tuple[_Token, ...]:
    matches = list(_TOKEN.finditer(formula))
    calls: list[str] = []
    tokens = []
    for place, match in enumerate(matches):
        text = match.group()
        before = matches[place - 1].group() if place else ""
        after = matches[place + 1].group() if place + 1 < len(matches) else ""
        if text == "(":
            calls.append(_function(before))
        elif text == ")" and calls:
            calls.pop()
        whole = before.strip() in ("(", ",", ";") and after.strip() in (")", ",", ";")
        tokens.append(_Token(_kind(match), text, match, whole and bool(calls) and calls[-1] in _GATHERING))
    return tuple(tokens)


def _kind(match: re.Match[str]) -> str:
    if match.group("ref") is not None:
        return "ref"
    return match.lastgroup or "other"


def _function(word: str) -> str:
    return word.upper().removeprefix("_XLFN.").removeprefix("_XLWS.").removeprefix("_XLFN.")


def _sheet(match: re.Match[str], home: str) -> str:
    named = match.group("sheet")
    if named is None:
        return home.casefold()
    named = named[:-1]
    return (named[1:-1].replace("''", "'") if named.startswith("'") else named).casefold()


def _rewritten(formula: str, change: Callable[[_Token], str | None]) -> str:
    if len(formula) > MOST_LENGTH:
        return formula
    tokens = _tokens(formula)
    return "".join((change(token) or token.text) if token.kind == "ref" else token.text for token in tokens)


def _number(row: str) -> int:
    return int(row.lstrip("$"))


def _put(row: str, number: int) -> str:
    return ("$" if row.startswith("$") else "") + str(number)


def _with_rows(match: re.Match[str], first: int, last: int | None) -> str:
    """The reference with other rows; a single cell becomes a range where ``last`` is given."""
    head = match.group("sheet") or ""
    if match.group("w1"):
        return f"{head}{_put(match['w1'], first)}:{_put(match['w2'], last or first)}"
    start = f"{head}{match['c1']}{_put(match['r1'], first)}"
    if last is None:
        return start
    return f"{start}:{match['c2'] or match['c1']}{_put(match['r2'] or match['r1'], last)}"


def _rows(match: re.Match[str]) -> tuple[str, str | None] | None:
    """The rows of a reference as written, the second None for a single cell; None where it names only columns."""
    if match.group("w1"):
        return match["w1"], match["w2"]
    return (match["r1"], match["r2"]) if match.group("c1") else None


def moved(formula: str, home: str, growths: Growths, *, spread: bool = False) -> str:
    """Return a formula of sheet ``home`` after the growth of sheets.

    A range that holds a list row takes in the whole list; a single cell of a list row does so as an argument of SUM
    and its like, or everywhere with ``spread`` (a chart's series, a name).
    """

    def change(token: _Token) -> str | None:
        growth, rows = growths.get(_sheet(token.match, home)), _rows(token.match)
        if not growth or not rows:
            return None
        first = _number(rows[0])
        if rows[1] is not None:
            return _with_rows(token.match, growth.row(first), growth.end(_number(rows[1])))
        if growth.holds(first) and (spread or token.gathered) and growth.end(first) > growth.row(first):
            return _with_rows(token.match, growth.row(first), growth.end(first))
        return _with_rows(token.match, growth.row(first), None)

    return _rewritten(formula, change) if growths else formula


def copied(formula: str, home: str, growths: Growths, row: int, step: int) -> str:
    """Return the formula of list row ``row`` as it stands in the record ``step`` (from 0).

    Cells of the list row itself, and of the row directly above it (running totals), move along unless held by ``$``;
    all others stay on their cell, wherever that has moved.
    """
    growth = growths.get(home.casefold(), NO_GROWTH)

    def place(written: str, last: bool, there: Growth, own: bool) -> int:
        number = _number(written)
        follows = not written.startswith("$") and (number in (row, row - 1) if own else there.holds(number))
        if follows:
            return there.row(number) + step
        return there.end(number) if last else there.row(number)

    def change(token: _Token) -> str | None:
        sheet, rows = _sheet(token.match, home), _rows(token.match)
        there = growths.get(sheet, NO_GROWTH)
        if not rows or (sheet != home.casefold() and not there.lists):
            return None
        own = sheet == home.casefold()
        first = place(rows[0], False, there, own)
        if rows[1] is not None:
            return _with_rows(token.match, first, place(rows[1], True, there, own))
        held = rows[0].startswith("$") and growth.holds(_number(rows[0])) and token.gathered
        return _with_rows(token.match, first, there.end(_number(rows[0])) if held else None)

    return _rewritten(formula, change)


def shifted(formula: str, down: int, right: int) -> str:
    """Return a formula as if filled ``down`` rows and ``right`` columns: what a shared formula means in its cells."""

    def cell(column: str, row: str) -> str:
        there = column if column.startswith("$") else letters(number_of(column) + right)
        return there + (row if row.startswith("$") else str(_number(row) + down))

    def change(token: _Token) -> str | None:
        match = token.match
        if not match.group("c1"):
            return None
        start = (match.group("sheet") or "") + cell(match["c1"], match["r1"])
        return start + (f":{cell(match['c2'], match['r2'])}" if match["r2"] else "")

    return _rewritten(formula, change)


def letters(column: int) -> str:
    """The letters of a column counted from 1."""
    text = ""
    while column > 0:
        column, place = divmod(column - 1, 26)
        text = chr(65 + place) + text
    return text


def number_of(column: str) -> int:
    """The number of a column, from 1, by its letters."""
    number = 0
    for letter in column.lstrip("$").upper():
        number = number * 26 + ord(letter) - 64
    return number


def areas(formula: str, home: str = "") -> list[tuple[str, int, int, int, int]] | None:
    """The areas that a plain reference names: (sheet casefolded, first column, first row, last column, last row).

    Whole rows have the columns 1 to 16384. None where the formula is anything but references and commas.
    """
    found = []
    for token in _tokens(formula) if len(formula) <= MOST_LENGTH else ():
        if token.kind == "ref" and (rows := _rows(token.match)):
            match = token.match
            first, last = _number(rows[0]), _number(rows[1] or rows[0])
            left = number_of(match["c1"]) if match["c1"] else 1
            right = (number_of(match["c2"]) if match["c2"] else left) if match["c1"] else 16_384
            found.append((_sheet(match, home), left, first, right, last))
        elif token.text.strip() not in ("", ",", "(", ")"):
            return None
    return found


def moved_areas(sqref: str, growth: Growth) -> str:
    """Return a list of ranges (``A1:B2 C3``) after a sheet's growth; one that holds a list row takes in the list."""
    return " ".join(moved(area, "", {"": growth}, spread=True) for area in sqref.split())


def reaches_out(formula: str) -> Iterator[str]:
    """Whatever in a formula reaches outside the workbook or runs something (DDE, other workbooks, web)."""
    if len(formula) > MOST_LENGTH:
        yield formula[:40] + "…"
        return
    tokens = _tokens(formula)
    for place, token in enumerate(tokens):
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if _is_foreign(token, following) or (token.text == "|" and token.kind == "other"):
            yield formula[:80]
            return
        if following == "(" and _function(token.text) in _REACHING:
            yield formula[:80]
            return
        if following == "(" and _function(token.text) == "HYPERLINK" and not _plain_link(tokens, place):
            yield formula[:80]
            return


def _is_foreign(token: _Token, following: str) -> bool:
    """Another workbook (``[0]`` is this one): ``[1]Sheet!A1``, ``'[book.xlsx]Sheet'!A1``, or ``'file:///x'#$Sheet.A1``."""
    if token.kind == "bracket":
        return token.text != "[0]" and (following.endswith("!") or "!" in following.split("$")[0])
    sheet = token.match.group("sheet") if token.kind == "ref" else token.text
    return (
        token.kind in ("ref", "quoted") and bool(sheet) and ("[" in sheet or "://" in sheet or "|" in sheet)
    )


def _plain_link(tokens: tuple[_Token, ...], place: int) -> bool:
    rest = [token.text for token in tokens[place + 2 : place + 6] if token.text.strip()]
    return len(rest) > 1 and bool(_LINK.fullmatch(rest[0])) and rest[1] in (")", ",", ";")


def spans_sheets(formula: str) -> bool:
    """Whether a formula names a row of several sheets at once (``January:March!B5``)."""
    if "!" not in formula or len(formula) > MOST_LENGTH:
        return False
    return any(
        token.kind == "ref" and ":" in (token.match.group("sheet") or "") for token in _tokens(formula)
    )

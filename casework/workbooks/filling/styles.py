"""Cell styles: the few that filling needs beside those of the template."""

from __future__ import annotations

import copy

from casework.workbooks.filling.package import Element, Package

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_GENERAL, _TEXT = "0", "49"
_FIRST_OWN_FORMAT = 164  # ECMA-376 part 1, 18.8.30: lower numbers are built in
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


class Styles:
    """The style sheet of a workbook. New styles are copies of old ones with one thing changed; old ones stay."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._package, self._part = package, part
        self._made: dict[tuple[int, str], int] = {}

    def _formats(self) -> Element | None:
        return None if self._part is None else self._package.tree(self._part).find(f"{_MAIN}cellXfs")

    def _number_format(self, style: int) -> str:
        formats = self._formats()
        if formats is None or not 0 <= style < len(formats):
            return _GENERAL
        return str(formats[style].get("numFmtId", _GENERAL))

    def is_text(self, style: int) -> bool:
        """Whether the style is Excel's format for text."""
        return self._number_format(style) == _TEXT

    def dated(self, style: int, *, timed: bool) -> int:
        """The style itself where it has a number format, else one like it that shows a date as a date."""
        if self._number_format(style) != _GENERAL:
            return style
        return self._like(style, _MOMENT if timed else _DAY)

    def quoted(self, style: int) -> int:
        """A style like this one for text that starts like a formula: typing in the cell leaves it text."""
        return self._like(style, "")

    def _like(self, style: int, code: str) -> int:
        """A copy of ``style`` with number format ``code``; quoted where that is empty."""
        formats = self._formats()
        if self._part is None or formats is None or not 0 <= style < len(formats):
            return style
        if (style, code) not in self._made:
            fresh = copy.deepcopy(formats[style])
            if code:
                fresh.set("numFmtId", self._format_id(code))
                fresh.set("applyNumberFormat", "1")
            else:
                fresh.set("quotePrefix", "1")
            formats.append(fresh)
            formats.set("count", str(len(formats)))
            self._package.change(self._part)
            self._made[style, code] = len(formats) - 1
        return self._made[style, code]

    def _format_id(self, code: str) -> str:
        root = self._package.change(self._part or "")
        known = root.find(f"{_MAIN}numFmts")
        if known is None:
            known = root.makeelement(f"{_MAIN}numFmts")
            root.insert(0, known)
        taken = [_FIRST_OWN_FORMAT - 1]
        for each in known:
            if each.get("formatCode") == code:
                return str(each.get("numFmtId"))
            taken.append(int(number) if (number := each.get("numFmtId", "")).isdecimal() else 0)
        fresh = str(max(taken) + 1)
        known.append(known.makeelement(f"{_MAIN}numFmt", {"numFmtId": fresh, "formatCode": code}))
        known.set("count", str(len(known)))
        return fresh

"""Marks outside of cells: chart titles, text boxes, and the header and footer of a printed page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casework.i18n import _
from casework.workbooks.filling.grid import tag
from casework.workbooks.filling.marks import Marked, as_text, half_mark, marked
from casework.workbooks.filling.names import Names
from casework.workbooks.filling.package import Element, Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PLACES = re.compile(r"xl/(charts|drawings)/[^/]*\.xml")
_LINES = tuple(f"{which}{what}" for which in ("odd", "even", "first") for what in ("Header", "Footer"))
_UNPRINTABLE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Caption:
    """One text with marks: the part and elements that hold it, and where a person finds it."""

    part: str
    place: str
    text: str
    texts: tuple[Element, ...]
    printed: bool  # a page's header or footer, where & begins a code

    @property
    def half(self) -> bool:
        """Whether a mark in it is not closed."""
        return half_mark(self.text)

    @property
    def marks(self) -> Marked | None:
        """The marks in it."""
        return marked(self.text)


def captions(package: Package, sheets: dict[str, str]) -> Iterator[Caption]:
    """Every caption that holds braces. ``sheets`` gives the name of each sheet's part."""
    for part in package.parts:
        if _PLACES.fullmatch(part):
            where = _("chart") if part.startswith("xl/charts/") else _("text box or picture")
            for paragraph in package.tree(part).iter(_A + "p"):
                texts = tuple(paragraph.iter(_A + "t"))
                yield from _caption(part, where, texts, printed=False)
        if part in sheets:
            where = _("sheet {sheet}, page header or footer").format(sheet=sheets[part])
            for name in _LINES:
                for line in package.tree(part).iter(tag(name)):
                    yield from _caption(part, where, (line,), printed=True)


def _caption(part: str, where: str, texts: tuple[Element, ...], *, printed: bool) -> Iterator[Caption]:
    text = "".join(each.text or "" for each in texts)
    if half_mark(text) or marked(text):
        yield Caption(part, where, text, texts, printed)


def fill_caption(package: Package, caption: Caption, names: Names) -> None:
    """Put the values in; the text takes the look of its first run."""
    marks = caption.marks
    if marks is None:
        return
    package.change(caption.part)
    filled = []
    for place, piece in enumerate(names.settled(marks).pieces):
        value = _UNPRINTABLE.sub(" ", as_text(names.values[piece])) if place % 2 else piece
        filled.append(value.replace("&", "&&") if place % 2 and caption.printed else value)
    first, *others = caption.texts
    first.text = "".join(filled)[: 255 if caption.printed else 8_000]
    for other in others:
        other.text = ""

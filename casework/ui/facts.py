"""Figures, ways on, notes and a sheet of paper: the plain things a panel shows besides forms and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import traitlets

from casework.ui.element import Element, script


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure with its name; with ``path`` it is a link to that panel's notebook."""

    label: str
    value: str = ""
    note: str = ""
    path: str = ""


class Facts(Element):
    """A row of figures or links."""

    _esm = script("facts")
    title = traitlets.Unicode("").tag(sync=True)
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def show(self, items: Sequence[Fact], title: str = "") -> None:
        """Replace what is shown."""
        with self.hold_sync():
            self.title, self.items = title, [asdict(item) for item in items]


class Notes(Element):
    """A heading and lines; ``kind`` is plain, case, missing or good. Without both it is not there."""

    _esm = script("notes")
    kind = traitlets.Unicode("plain").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def show(self, title: str, lines: Sequence[str] = (), kind: str = "plain") -> None:
        """Replace what is shown."""
        with self.hold_sync():
            self.kind, self.title, self.lines = kind, title, list(lines)


class Paper(Element):
    """Paragraphs and table rows of text on a sheet, by the kinds of :class:`casework.letters.Paragraph`."""

    _esm = script("paper")
    label = traitlets.Unicode("").tag(sync=True)
    lang = traitlets.Unicode("").tag(sync=True)
    paragraphs: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def show(self, paragraphs: Sequence[tuple[str, str]], *, label: str, lang: str) -> None:
        """Replace the letter: pairs of kind and text."""
        with self.hold_sync():
            self.label, self.lang = label, {"zh": "zh-CN"}.get(lang, lang)
            self.paragraphs = [{"kind": kind, "text": text} for kind, text in paragraphs]

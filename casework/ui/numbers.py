"""Tables of numbers whose cells narrow the page or open the cases behind them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import traitlets

from casework.i18n import _
from casework.ui.element import Element, script

#: Where a cell leads: row and column to the value to filter by, or to the cases to show, as text for the browser.
Links = Mapping[tuple[int, int], str]


@dataclass(frozen=True)
class Sheet:
    """One table as texts: column titles and whether they hold numbers, rows, and what cells lead to."""

    name: str
    caption: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    note: str = ""
    filters: Links = field(default_factory=dict)
    cases: Links = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """The table as the browser reads it."""
        return {
            "name": self.name,
            "caption": self.caption,
            "note": self.note,
            "columns": [{"title": title, "right": right} for title, right in self.columns],
            "rows": [
                [self._cell(text, at, place) for place, text in enumerate(row)]
                for at, row in enumerate(self.rows)
            ],
        }

    def _cell(self, text: str, row: int, column: int) -> dict[str, str]:
        told = {"text": text}
        for name, links in (("filter", self.filters), ("cases", self.cases)):
            if (row, column) in links:
                told[name] = links[row, column]
        return told


NO_SHEET = Sheet("", "", (), ())


def number_labels() -> dict[str, str]:
    """The words around a table of numbers."""
    return {
        "numbers": _("The numbers behind this chart"),
        "only": _("only these"),
        "cases": _("show the cases"),
    }


class Numbers(Element):
    """A heading, remarks and folded tables. ``on_wish`` hears ``filter`` and ``cases`` with their keys."""

    _esm = script("numbers")
    title = traitlets.Unicode("").tag(sync=True)
    anchor = traitlets.Unicode("").tag(sync=True)  # under which name a list of contents finds the heading
    notes: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tables: traitlets.List[Any] = traitlets.List().tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)

    def __init__(
        self, on_wish: Callable[[dict[str, Any]], None] = lambda _wish: None, anchor: str = ""
    ) -> None:
        super().__init__(anchor=anchor)
        self._on_wish = on_wish

    def show(self, title: str, notes: Sequence[str] = (), sheets: Sequence[Sheet] = ()) -> None:
        """Replace what is shown; a table that a person has opened stays open."""
        with self.hold_sync():
            self.title, self.notes, self.labels = title, list(notes), number_labels()
            self.tables = [sheet.told() for sheet in sheets]

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """A cell was pressed."""
        self._on_wish(content)


class Contents(Element):
    """The sections of a long page as buttons that go there."""

    _esm = script("contents")
    label = traitlets.Unicode("").tag(sync=True)
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def show(self, sections: Sequence[tuple[str, str]]) -> None:
        """Offer sections as pairs of anchor and title."""
        with self.hold_sync():
            self.label = _("Sections of this page")
            self.items = [{"name": name, "title": title} for name, title in sections]


def as_key(value: object) -> str:
    """A value as the text that comes back from the browser."""
    return json.dumps(value, ensure_ascii=False)

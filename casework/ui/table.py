"""A table of any length: the browser holds one page, a callable has the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import traitlets

from casework.i18n import _
from casework.ui.element import Element, script


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``align`` is "", right, or fixed (never broken into two lines)."""

    key: str
    label: str
    sortable: bool = False
    align: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What the browser wants to see: ``limit`` rows from ``offset``, sorted, matching ``words``."""

    offset: int = 0
    limit: int = 10
    sort: str = ""
    descending: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``key`` is what a choice of it returns."""

    key: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of rows and how many there are in all."""

    rows: Sequence[Row]
    total: int


def fixed(rows: Sequence[Sequence[object]]) -> Callable[[Query], Rows]:
    """Return a source over rows that are already at hand; the first cell is the key, sorting is by text."""
    listed = [Row(str(row[0]), tuple("" if cell is None else str(cell) for cell in row)) for row in rows]

    def source(query: Query) -> Rows:
        words = query.words.casefold()
        kept = [row for row in listed if not words or any(words in cell.casefold() for cell in row.cells)]
        if query.sort.isdigit():
            kept.sort(key=lambda row: row.cells[int(query.sort)], reverse=query.descending)
        return Rows(kept[query.offset : query.offset + query.limit], len(kept))

    return source


class DataTable(Element):
    """A real table: header buttons sort, the search box filters, rows can be chosen by mouse or keyboard."""

    _esm = script("table")
    caption = traitlets.Unicode("").tag(sync=True)
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    offset = traitlets.Int(0).tag(sync=True)
    page_size = traitlets.Int(10).tag(sync=True)
    sort = traitlets.Unicode("").tag(sync=True)
    descending = traitlets.Bool(False).tag(sync=True)
    query = traitlets.Unicode("").tag(sync=True)
    selectable = traitlets.Bool(False).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    folded = traitlets.Bool(False).tag(sync=True)  # the caption stands alone until a person opens it
    taken = traitlets.Int(0).tag(sync=True)  # each new number takes the focus, 0 gives it back
    beckon = traitlets.Int(0).tag(sync=True)  # each new number scrolls the table into view

    def __init__(
        self,
        source: Callable[[Query], Rows] | None = None,
        *,
        page_size: int = 10,
        searchable: bool = False,
        folded: bool = False,
        on_select: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(page_size=page_size, selectable=on_select is not None, folded=folded)
        self._source = source or fixed(())
        self._searchable, self._on_select = searchable, on_select

    def show(self, columns: Sequence[Column], caption: str, empty: str, search: str = "") -> None:
        """Set the headings and words (again, in another language) and load the page in view."""
        self._words = {"search": search if self._searchable else "", "empty": empty}
        self.columns, self.caption = [asdict(column) for column in columns], caption
        self.reload()

    def feed(self, source: Callable[[Query], Rows]) -> None:
        """Take rows from another source, from the first page on."""
        self._source, self.offset = source, 0
        if hasattr(self, "_words"):
            self.reload()

    def reload(self) -> None:
        """Ask the source for the page in view again."""
        query = Query(self.offset, self.page_size, self.sort, self.descending, self.query)
        page = self._source(query)
        if not page.rows and page.total and self.offset:
            self.offset = 0
            return self.reload()
        with self.hold_sync():
            self.total = page.total
            self.rows = [{"key": row.key, "cells": list(row.cells)} for row in page.rows]
            self.labels = self._words | {
                "before": _("Previous"),
                "after": _("Next"),
                "range": self._range(len(page.rows)),
            }
        return None

    def _range(self, here: int) -> str:
        if not self.total:
            return ""
        words = _("{first} to {last} of {total}")
        return words.format(first=self.offset + 1, last=self.offset + here, total=f"{self.total:,}")

    def ask(self, wanted: dict[str, Any]) -> None:
        """Show another page, order or search."""
        known = {column["key"] for column in self.columns if column["sortable"]}
        with self.hold_sync():
            self.offset = max(0, int(wanted.get("offset", 0)))
            self.sort = wanted.get("sort", "") if wanted.get("sort") in known else ""
            self.descending = bool(wanted.get("descending"))
            self.query = str(wanted.get("query", ""))[:200]
            self.reload()

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Answer the browser: another view of the rows, or a chosen row."""
        if "ask" in content:
            self.ask(content["ask"])
        elif "select" in content and self._on_select is not None:
            self.selected = str(content["select"])
            self._on_select(self.selected)

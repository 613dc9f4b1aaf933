"""Which cases count: values of every dimension, found by a search, shown as buttons that take them away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import traitlets

from casework.analytics.review import DIMENSIONS, Filters
from casework.i18n import _
from casework.tables import words
from casework.ui.element import Element, script
from casework.ui.numbers import as_key
from casework.ui.review.links import filter_of

#: What answers which values a dimension has: pairs of value and cases, and how many values there are in all.
Values = Callable[[str, str], tuple[list[tuple[str | None, int]], int]]


class FilterBar(Element):
    """One button a dimension opens the list of its values. ``on_filters(filters)`` is called at each change."""

    _esm = script("filters")
    dimensions: traitlets.List[Any] = traitlets.List().tag(sync=True)
    chosen: traitlets.List[Any] = traitlets.List().tag(sync=True)
    values: traitlets.Dict[str, Any] = traitlets.Dict({"dimension": "", "items": []}).tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)

    def __init__(self, on_filters: Callable[[Filters], None], values: Values) -> None:
        super().__init__()
        self._on_filters, self._values = on_filters, values
        self.filters = Filters()

    def show(self, dimensions: Sequence[str], filters: Filters) -> None:
        """Offer the dimensions that the data have; ``filters`` are chosen."""
        self.filters = filters
        with self.hold_sync():
            self.labels = {
                "title": _("Only cases with"),
                "search": _("Search the values"),
                "close": _("Close the list"),
                "none": _("No value found."),
                "remove": _("Remove the filter"),
                "clear": _("Remove all filters"),
            }
            self.dimensions = [{"key": name, "label": words.dimension(name)} for name in dimensions]
            self.chosen = [
                {
                    "dimension": name,
                    "key": as_key([name, value]),
                    "label": words.filtered(Filters(**{name: (value,)})),
                }
                for name, values in filters.given().items()
                for value in values
            ]

    def only(self, dimension: str, value: str | None) -> None:
        """Let one value of a dimension through and no other."""
        self._on_filters(replace(self.filters, **{dimension: (value,)}))

    def tick(self, dimension: str, value: str | None, is_on: bool) -> None:
        """Add a value of a dimension, or take it away."""
        kept = tuple(one for one in getattr(self.filters, dimension) if one != value)
        self._on_filters(replace(self.filters, **{dimension: (*kept, value) if is_on else kept}))

    def list_values(self, dimension: str, typed: str) -> None:
        """Send the values that contain what was typed; chosen ones first, whether they have cases now or not."""
        found, total = self._values(dimension, typed)
        chosen = [
            value for value in getattr(self.filters, dimension) if typed.lower() in words.value(value).lower()
        ]
        counts = dict(found)
        ordered = [*chosen, *(value for value, _cases in found if value not in chosen)]
        items = [
            {
                "key": as_key([dimension, value]),
                "label": words.value(value),
                "count": f"{counts.get(value, 0):,}",
            }
            for value in ordered
        ]
        more = ""
        if total > len(found):
            more = _("{count} more: type a part of the name.").format(count=f"{total - len(found):,}")
        self.values = {"dimension": dimension, "words": typed, "items": items, "more": more}

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """A list was opened or searched, a value ticked, everything cleared."""
        if content.get("list") in DIMENSIONS:
            self.list_values(str(content["list"]), str(content.get("words", ""))[:200])
        elif "tick" in content:
            dimension, value = filter_of(str(content["tick"]))
            self.tick(dimension, value, bool(content.get("on")))
        elif content.get("clear"):
            self._on_filters(Filters())

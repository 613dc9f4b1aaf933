"""The headline figures with what they were before, a spark line, and what the control chart says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from casework.i18n import _
from casework.tables import printed, words
from casework.tables.cells import Kind
from casework.tables.counts import change
from casework.ui.element import Element, script

if TYPE_CHECKING:
    from casework.analytics.review import Headline, Review

_KINDS: dict[str, Kind] = {
    "claimed": "money",
    "recovered": "money",
    "median_days": "days",
    "on_time": "share",
}


class Headlines(Element):
    """A row of figures."""

    _esm = script("headlines")
    title = traitlets.Unicode("").tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    stale = traitlets.Bool(False).tag(sync=True)  # others have been asked for
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def show(self, review: Review) -> None:
        """Replace what is shown."""
        note = _("A change is called unusual only where the control chart of the months says so.")
        with self.hold_sync():
            self.title = _("Headline figures")
            self.note = note if review.period else ""
            self.stale = False
            self.items = [_item(one) for one in review.headlines]


def _item(one: Headline) -> dict[str, Any]:
    label, kind = words.headline(one.name), _KINDS.get(one.name, "count")
    known = [(month, value) for month, value in one.series if value is not None]
    alt = ""
    if known:
        alt = _("{name} from {first} to {last}: lowest {low}, highest {high}").format(
            name=label,
            first=known[0][0],
            last=known[-1][0],
            low=printed(min(value for _month, value in known), kind),
            high=printed(max(value for _month, value in known), kind),
        )
    return {
        "name": one.name,
        "label": label,
        "value": printed(one.now, kind),
        "notes": _notes(one, kind),
        "points": [value for _month, value in one.series],
        "alt": alt,
        "verdict": words.verdict(one.verdict),
        "tone": one.verdict,
    }


def _notes(one: Headline, kind: Kind) -> list[str]:
    said = []
    for text, value in ((_("before"), one.before), (_("last year"), one.last_year)):
        if value is None:
            continue
        moved = None if kind in ("share", "days") else change(one.now, value)
        line = f"{text} {printed(value, kind)}"
        said.append(line if moved is None else f"{line} ({printed(moved, 'change')})")
    return said

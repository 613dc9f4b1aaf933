"""The data in view, ready to be measured again and again: one question at a time, from whatever thread."""

from __future__ import annotations

from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from casework.analytics.periods import Span
from casework.analytics.review import DIMENSIONS, Filters, Rebase

if TYPE_CHECKING:
    from casework.analytics.behind import Place
    from casework.analytics.dataset import Dataset
    from casework.analytics.figures import Report
    from casework.desk import Desk
    from casework.rules import RulePack


class Looking:
    """Sources that were read in one language. ``whole`` is the report on all of them without a filter."""

    def __init__(self, data: Dataset, lang: str) -> None:
        from casework.analytics.behind import coverage

        self.data, self.lang = data, lang
        self._lock = RLock()  # an engine answers one question at a time
        self.whole = data.report(None, Filters())
        self.coverage = coverage(data)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What the data can be narrowed by."""
        return tuple(name for name in DIMENSIONS if self.whole.review.breakdown(name))

    def report(self, period: Span | None, filters: Filters) -> Report:
        """Measure a period."""
        with self._lock:
            if period is None and not filters.given():
                return self.whole
            return self.data.report(period, filters)

    def behind(self, place: Place, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """One page of the cases behind a figure."""
        from casework.analytics.behind import behind

        with self._lock:
            return behind(self.data, place, offset=offset, limit=limit)

    def values(self, dimension: str, place: Place, words: str) -> tuple[list[tuple[str | None, int]], int]:
        """The values of a dimension, most cases first."""
        from casework.analytics.behind import values

        with self._lock:
            return values(self.data, dimension, place, words)

    def rebase(self, rebases: tuple[Rebase, ...]) -> None:
        """Use other limits from now on."""
        with self._lock:
            self.data = replace(self.data, known=replace(self.data.known, rebases=rebases))
            self.whole = self.data.report(None, Filters())

    def pack(self, desk: Desk, report: Report, **asked: Any) -> tuple[str, bytes]:
        """The frozen pack of a report on these data; see :meth:`casework.desk.Desk.pack`."""
        return desk.pack(self.data, report, **asked)

    def close(self) -> None:
        """Leave the engine."""
        with self._lock:
            self.data.close()


def renamed(filters: Filters, rules: RulePack, old: str, new: str) -> Filters:
    """The filters in another language: the office's own channels are known by their names."""
    names = {channel.name(old): channel.name(new) for channel in rules.channels.values()}
    return replace(filters, channel=tuple(names.get(one, one) if one else one for one in filters.channel))

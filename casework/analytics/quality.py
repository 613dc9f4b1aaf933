"""What the data are, before any chart is believed: holes, repeats, words nobody knows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from casework.analytics.periods import month_name
from casework.analytics.review import Gap, Quality

if TYPE_CHECKING:
    from casework.analytics.reviewing import Looked

#: A channel with at least this many cases in an ordinary month has none in one month out of twenty by chance (Poisson:
#: exp(-3) = 0.05); fewer, and an empty month says nothing.
_EXPECTED = 3


def quality(looked: Looked) -> Quality:
    """Count what keeps the data from being whole."""
    facts, sources = looked.data.facts, looked.data.known.sources
    months = [row.month for row in looked.monthly]
    return Quality(
        rows=sum(source.rows for source in sources) or facts["rows"],
        cases=facts["rows"] - facts["undated"] - facts["future"],
        duplicates=sum(source.duplicates for source in sources),
        shared=looked.data.known.shared,
        problems=sum(source.problem_count for source in sources),
        future=facts["future"],
        undated=facts["undated"],
        negative=facts["negative"],
        unmapped=looked.data.known.unmapped,
        first_month=months[0] if months else None,
        last_month=months[-1] if months else None,
        gaps=_gaps(looked),
        incomplete=looked.incomplete,
        drift=looked.data.known.drift,
    )


def _gaps(looked: Looked) -> tuple[Gap, ...]:
    """Channels without a case in a whole month in which cases were to be expected."""
    by_channel: dict[str | None, dict[int, int]] = defaultdict(dict)
    for row in looked.flow:
        if row["received"]:
            by_channel[row["value"]][row["month"]] = row["received"]
    last = max((max(counts) for counts in by_channel.values()), default=0)
    if looked.is_partial and last == looked.as_of_month:
        last -= 1
    found = [Gap(channel, _holes(counts, last)) for channel, counts in by_channel.items()]
    return tuple(
        sorted((gap for gap in found if gap.months), key=lambda gap: (gap.channel is None, gap.channel or ""))
    )


def _holes(counts: dict[int, int], last: int) -> tuple[str, ...]:
    first = min(counts)
    if sum(counts.values()) / len(counts) < _EXPECTED or last - first > 1200:
        return ()
    return tuple(month_name(month) for month in range(first, last + 1) if month not in counts)

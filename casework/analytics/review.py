"""The figures of a monthly review as frozen values: dashboard, workbook, pages, slides and JSON all read these.

Nothing heavy is imported here. Days are days with fractions, shares are 0 to 1, money is in cents (分), None is
"not known" or "not reached". A count of a period comes with that of the period before and of the same months last
year; these are None where the data do not reach back so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from casework.analytics.periods import Span

#: Raised whenever a measure's definition changes, so that a pack says by which definitions it was made.
MEASURES_VERSION = "1"
#: What cases are counted by, in the order in which it is shown.
DIMENSIONS = (*("channel", "kind", "conduct", "respondent", "region", "handler", "status", "outcome"),)
#: The days of "resolved within"; also the bounds of the age bands.
WITHIN_DAYS = (7, 15, 30, 60, 90)
#: How a case can end, beside being still open. ``other``: closed, and how is not known.
ENDS = ("resolved", "withdrawn", "terminated", "other")
#: What takes time: receipt to closing, to the first response, to acceptance; acceptance to closing.
STAGES = ("resolution", "first_response", "acceptance", "handling")
#: The most values of a dimension that are listed; the rest are counted together.
MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """Only the cases whose value is one of those named; an empty tuple lets every case through."""

    channel: tuple[str | None, ...] = ()
    kind: tuple[str | None, ...] = ()
    conduct: tuple[str | None, ...] = ()
    respondent: tuple[str | None, ...] = ()
    region: tuple[str | None, ...] = ()
    handler: tuple[str | None, ...] = ()
    status: tuple[str | None, ...] = ()
    outcome: tuple[str | None, ...] = ()

    def given(self) -> dict[str, tuple[str | None, ...]]:
        """The dimensions that are restricted."""
        return {name: getattr(self, name) for name in DIMENSIONS if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure at the head of the page, beside the two that it is compared with.

    ``name`` is received, closed, open, reopened, claimed, recovered (cents), median_days or on_time (share). ``series`` holds
    (month, value) of up to 13 months to the end of the period. ``verdict`` is what the control chart says of the last
    month: ``high``, ``low`` (a rule calls it unusual), ``usual``, or ``""`` where there is no chart or no limits yet.
    """

    name: str
    now: float | None
    before: float | None
    last_year: float | None
    series: tuple[tuple[str, float | None], ...]
    verdict: str = ""

    def __post_init__(self) -> None:
        """Counts become floats, so that a headline is written alike whether it was computed or read back."""
        for name in ("now", "before", "last_year"):
            object.__setattr__(self, name, _float(getattr(self, name)))
        object.__setattr__(self, "series", tuple((month, _float(value)) for month, value in self.series))


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)


@dataclass(frozen=True, slots=True)
class Part:
    """The cases of one value of a dimension (None: not stated). ``closed`` are those closed in the period."""

    value: str | None
    received: int
    before: int | None
    last_year: int | None
    closed: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Cases received in the period by one dimension, most first; ``parts`` and ``rest`` add up to ``total``.

    ``distinct`` counts the values stated in the period. ``rest`` are the values beyond :data:`MOST_PARTS` together.
    """

    dimension: str
    total: int
    distinct: int
    parts: tuple[Part, ...]
    rest: Part | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the whole data. ``open`` is the backlog at its end (None: no closing dates)."""

    month: str
    received: int
    closed: int
    open: int | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Timing:
    """How long a stage takes in one channel (``channel`` None: not stated; ``overall``: all channels together).

    ``n`` cases, of which ``ended`` have passed the stage; the rest wait and are counted as waiting (Kaplan-Meier).
    ``within`` are the shares that have passed it within each of :data:`WITHIN_DAYS`. ``curve`` is the whole curve
    (:class:`casework.analytics.survival.Curve`), None in a review that was recalled for its numbers.
    """

    stage: str
    channel: str | None
    overall: bool
    n: int
    ended: int
    median: Estimate
    p75: Estimate
    p90: Estimate
    within: tuple[Estimate, ...]
    curve: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Clock:
    """The limits of one channel. Of the cases closed in the period ``met`` were closed by their due date and ``missed``
    were not; of those open at as-of ``running`` are not due yet and ``overdue`` are. ``unknown``: no due date known,
    of either kind.
    """

    channel: str | None
    met: int
    missed: int
    running: int
    overdue: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Ends:
    """How the cases of one channel end, with the other ends as competing risks (Aalen-Johansen).

    ``counts`` are cases by :data:`ENDS`; ``incidence`` has for each of them the shares that have ended so within
    :data:`WITHIN_DAYS` (None: no case was followed for so long), and last the share at the end of what is known.
    """

    channel: str | None
    overall: bool
    n: int
    open: int
    counts: tuple[int, ...]
    incidence: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A log-rank test: chi-square ``statistic`` with ``df`` degrees of freedom and its ``p``."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two channels compared by the log-rank test; ``p_adjusted`` by Holm over all pairs."""

    one: str | None
    other: str | None
    statistic: float
    p: float
    p_adjusted: float


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A channel's median as it is, and as it would be if every channel handled the same mix of conducts.

    ``covered`` is the share of the common mix that the channel has enough cases for
    (:data:`casework.analytics.figures.MIN_CASES` of a conduct); where it is not 1 the adjusted median is over that
    share alone.
    """

    channel: str | None
    n: int
    median: float | None
    adjusted: float | None
    covered: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether channels differ in their time to resolution.

    ``channels`` were compared, ``too_few`` were not (fewer than :data:`casework.analytics.figures.MIN_CASES` cases).
    ``test`` is over all of them, ``stratified`` the same within each conduct; None where nothing can be compared, and ``reason``
    (an English message id for gettext) says why. ``mix_differs`` is whether the channels handle different conducts (then the adjusted medians are to
    be shown).
    """

    channels: tuple[str | None, ...]
    too_few: tuple[str | None, ...]
    test: Test | None
    stratified: Test | None
    pairs: tuple[Pair, ...]
    adjusted: tuple[Adjusted, ...]
    mix_differs: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One month of a control chart. ``rules`` that it breaks: ``beyond``, ``shift``, ``trend``, ``two_of_three``;
    ``verdict`` is high, low, usual, or ``""`` where there are no limits. An ``incomplete`` month is drawn but neither judged
    nor used for the limits.
    """

    month: str
    value: float
    rules: tuple[str, ...]
    verdict: str
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """Months that share limits: centre (mean) and 2.66 mean moving ranges to either side, not below ``floor`` 0."""

    first: str
    last: str
    centre: float
    moving_range: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ControlChart:
    """An XmR chart of ``name`` (received or open). ``reason`` says why there are no limits (an English message id)."""

    name: str
    points: tuple[ControlPoint, ...]
    phases: tuple[Phase, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Rebase:
    """A person's decision that a process changed: from ``month`` on the chart ``name`` has new limits."""

    name: str
    month: str
    who: str
    why: str
    at: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Cases received in the period by channel (rows) and conduct (columns), most first; None: not stated.

    At most 20 rows and 12 columns; what lies beyond is in ``other_rows``/``other_columns`` (how many values).
    """

    channels: tuple[str | None, ...]
    conducts: tuple[str | None, ...]
    counts: tuple[tuple[int, ...], ...]
    other_rows: int
    other_columns: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """A respondent, or an agent of one, with two or more cases in the twelve months to the end of the period."""

    respondent: str | None
    agent: str | None
    now: int
    year: int


@dataclass(frozen=True, slots=True)
class Money:
    """Sums in cents and of how many cases, for the period, the one before and last year's (None: not known).

    ``claimed`` by received month, ``recovered`` by closing month.
    """

    claimed: tuple[int | None, int | None, int | None]
    claimed_cases: tuple[int | None, int | None, int | None]
    recovered: tuple[int | None, int | None, int | None]
    recovered_cases: tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Handling:
    """Counts behind the rates of the period, the one before and last year's; a rate is over its own denominator.

    ``accepted``: accepted in the period. ``closed`` in it; ``how_known`` of these with a known end, ``resolved`` of
    these resolved (调解成功). ``on_time`` and ``late`` of the closed whose due date is known. ``asked`` and
    ``satisfied``: reply visits among the closed.
    """

    accepted: int | None
    closed: int | None
    how_known: int | None
    resolved: int | None
    on_time: int | None
    late: int | None
    asked: int | None
    satisfied: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A channel (None: not stated) that has no case in months where cases would be expected."""

    channel: str | None
    months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What the data are, before any chart is believed.

    ``rows`` as read, ``cases`` counted, ``duplicates`` within files, ``shared`` cases that several sources have (counted once),
    ``problems`` cells that could not be used, ``future`` cases received after as-of (left out), ``undated`` rows without a received date, ``negative`` closings before
    receipt. ``unmapped`` are (dimension, word, cases) that the office's vocabulary does not know. ``gaps`` are holes;
    ``incomplete`` months are not over at as-of. ``drift`` are sentences on how the sources differ from what they were.
    """

    rows: int
    cases: int
    duplicates: int
    shared: int
    problems: int
    future: int
    undated: int
    negative: int
    unmapped: tuple[tuple[str, str, int], ...]
    first_month: str | None
    last_month: str | None
    gaps: tuple[Gap, ...]
    incomplete: tuple[str, ...]
    drift: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """Everything a monthly meeting asks, from one set of cases.

    ``period`` is None where all of the data are looked at; then nothing is compared. ``festivals`` are (month, names).
    Money and dates that no source has leave their tuples empty: ``has`` names the roles that the data hold.
    """

    version: str
    period: Span | None
    filters: Filters
    has: tuple[str, ...]
    headlines: tuple[Headline, ...]
    breakdowns: tuple[Breakdown, ...]
    monthly: tuple[Month, ...]
    timings: tuple[Timing, ...]
    clocks: tuple[Clock, ...]
    ends: tuple[Ends, ...]
    comparison: Comparison
    controls: tuple[ControlChart, ...]
    rebases: tuple[Rebase, ...]
    heat: Heat
    repeats: tuple[Repeat, ...]
    money: Money
    handling: tuple[Handling, Handling, Handling]
    quality: Quality
    festivals: tuple[tuple[str, tuple[str, ...]], ...]

    def breakdown(self, dimension: str) -> Breakdown | None:
        """The breakdown by one dimension, where the data have it."""
        return next((one for one in self.breakdowns if one.dimension == dimension), None)

    def headline(self, name: str) -> Headline | None:
        """One headline, where the data have it."""
        return next((one for one in self.headlines if one.name == name), None)

    def timing(self, stage: str) -> tuple[Timing, ...]:
        """The timings of one stage, all channels together first."""
        return tuple(one for one in self.timings if one.stage == stage)

    def control(self, name: str) -> ControlChart | None:
        """The control chart of one series."""
        return next((one for one in self.controls if one.name == name), None)

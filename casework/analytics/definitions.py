"""What each measure means and is called, in words: one place for charts, workbook and command line."""

from __future__ import annotations

from casework.analytics.figures import MIN_CASES, age_bands
from casework.i18n import _


def definitions() -> tuple[tuple[str, str], ...]:
    """Every term of a report and its definition, in the language in force."""
    return (*_counts(), *_times(), *_comparisons(), *_handling(), *_data())


def _counts() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Received"),
            _("Cases with a received date in the month, by the wall clock that the source wrote."),
        ),
        (_("Closed"), _("Cases whose closing date lies in the month, whenever they were received.")),
        (
            _("Cases (n)"),
            _(
                "Every case with a received date in the period. Rows that repeat a case number count once; of the office's own records every filing with a channel counts."
            ),
        ),
        (
            _("Open"),
            _(
                "Cases not closed by the as-of date, or whose closing date cannot be used. They count: each is known to have taken at least this long."
            ),
        ),
        (
            _("Open at the end of a month"),
            _(
                "Cases received up to then less cases closed up to then, of sources that have closing dates. Ages are whole days since receipt at the as-of date."
            ),
        ),
        (
            _("Reopened"),
            _("Cases received in the period of which the source says that they were opened again."),
        ),
        (
            _("Period before, last year"),
            _(
                "The same number of months just before, and the same months of the year before. Not shown where the data do not reach back so far, nor for a period that lacks whole months."
            ),
        ),
        (
            _("Repeat respondents and agents"),
            _("Named in two or more cases received in the twelve months to the end of the period."),
        ),
        (
            _("Claimed, recovered"),
            _(
                "Sums of the amounts that the sources state, claimed by the month of receipt, recovered by the month of closing (of open cases by the month of receipt), each with the number of cases that state one."
            ),
        ),
    )


def _times() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("As of"),
            _(
                "The day up to which the data are taken: the latest received or closed date that is not in the future, unless another is given. Open cases are cut off at its end (at the day itself where dates have no time of day)."
            ),
        ),
        (
            _("Median days"),
            _(
                "The first time by which half of the cases are resolved, by the Kaplan-Meier curve with open cases counted; empty where the curve does not reach it."
            ),
        ),
        (
            _("95% low, 95% high"),
            _(
                "The interval of the median: where the bounds of the curve (95%, log-log, Greenwood) reach one half."
            ),
        ),
        (
            _("75%, 90% resolved within"),
            _("The first time by which three in four, nine in ten cases are resolved, by the same curve."),
        ),
        (
            _("Resolved within 7, 15, 30, 60, 90 days"),
            _("The share of cases that the same curve says are resolved by then, with its interval."),
        ),
        (
            _("First response, acceptance, handling"),
            _(
                "The same curves for the time from receipt to the first response, from receipt to acceptance, and from acceptance to closing. A case that was closed without it counts as waiting until its closing."
            ),
        ),
        (
            _("Ways to end"),
            _(
                "The share of cases that have ended as resolved, withdrawn, terminated or in a way that is not known, each beside the others (cumulative incidence, Aalen-Johansen)."
            ),
        ),
    )


def _comparisons() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Too few"),
            _("Channels with fewer than {count} cases are shown but not compared.").format(count=MIN_CASES),
        ),
        (
            _("Channels compared"),
            _(
                "The log-rank test over all channels that have enough cases; two channels differ where the test of the pair, corrected for the number of pairs (Holm), is below 5%."
            ),
        ),
        (
            _("Adjusted median"),
            _(
                "The median that a channel would have if every channel handled the same mix of conducts: its curves by conduct, weighted by the mix of all channels compared."
            ),
        ),
        (
            _("Control chart"),
            _(
                "Months around their mean, with limits at 2.66 times the mean difference from month to month (XmR); limits need 12 whole months. A month is called unusual only beyond a limit, in a run of one side or one direction, or where two of three are near a limit."
            ),
        ),
        (
            _("New limits"),
            _("From a month on that a person named, with a reason; the decision is recorded."),
        ),
    )


def _handling() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Closed on time"),
            _(
                "Of the cases closed in the period whose due date is known, those closed by it. Where a source has no due date but says itself whether a case was in time, that counts."
            ),
        ),
        (
            _("Running, overdue"),
            _("Open cases with a due date that is not over, or is, at the as-of date."),
        ),
        (
            _("Mediation rate"),
            _("Of the cases closed in the period whose way to end is known, those resolved."),
        ),
        (
            _("Satisfied"),
            _("Of the cases closed in the period with an answer at the reply visit, those satisfied."),
        ),
    )


def _data() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Shared between sources"),
            _(
                "Cases with the same number and day of receipt in several sources count once: as the last source that knows them as closed tells them, else as the last one."
            ),
        ),
        (
            _("Hole"),
            _(
                "A whole month without a case in a channel that has three or more in an ordinary month: by chance that happens in one month of twenty."
            ),
        ),
        (
            _("Incomplete month"),
            _("The month of the as-of date, where it is not over. It is drawn but not judged."),
        ),
    )


def resolution_titles() -> tuple[str, ...]:
    """The columns of a table of :class:`~casework.analytics.report.Resolution`: channel, three counts, four times."""
    return (
        _("Channel"),
        _("Cases"),
        _("Resolved"),
        _("Open"),
        _("Median days"),
        _("95% low"),
        _("95% high"),
        _("90% resolved within, days"),
    )


def channel_name(channel: str | None) -> str:
    """A channel as people see it."""
    return channel if channel is not None else _("(not stated)")


def band_names() -> tuple[str, ...]:
    """The age bands of the backlog in words: ``8–15``, ``over 90``."""
    return tuple(
        _("over {days}").format(days=first - 1) if last is None else f"{first}–{last}"
        for first, last in age_bands()
    )


def no_closing_dates() -> str:
    """Why there is no time to resolution."""
    return _("The source has no closing date, so no time to resolution can be computed.")

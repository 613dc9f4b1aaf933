"""What each measure means and is called, in words: one place for charts, workbook and command line."""

from __future__ import annotations

from casework.analytics.figures import MIN_CASES, age_bands
from casework.i18n import _


def definitions() -> tuple[tuple[str, str], ...]:
    """Every term of a report and its definition, in the language in force."""
    return (
        (
            _("Received"),
            _("Cases with a received date in the month, by the wall clock that the source wrote."),
        ),
        (_("Closed"), _("Cases whose closing date lies in the month, whenever they were received.")),
        (
            _("Cases (n)"),
            _("Every case with a received date in the period. Rows that repeat a case number count once."),
        ),
        (
            _("Open"),
            _(
                "Cases not closed by the as-of date, or whose closing date cannot be used. They count: each is known to have taken at least this long."
            ),
        ),
        (
            _("As of"),
            _(
                "The day up to which the data are taken: the latest received or closed date unless another is given. Open cases are cut off at its end (at the day itself where dates have no time of day)."
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
            _("90% resolved within"),
            _("The first time by which nine in ten cases are resolved, by the same curve."),
        ),
        (
            _("Too few"),
            _("Channels with fewer than {count} cases are shown but not compared.").format(count=MIN_CASES),
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

"""What the figures of a review are called, in the language in force."""

from __future__ import annotations

from casework.analytics.periods import Span, month_index
from casework.analytics.review import Filters
from casework.i18n import _


def dimension(name: str) -> str:
    """A dimension as a person calls it; an unknown one stays as it is."""
    return {
        "channel": _("Channel"),
        "kind": _("Kind of request"),
        "conduct": _("Conduct"),
        "respondent": _("Respondent"),
        "region": _("Region"),
        "handler": _("Handler"),
        "status": _("Status"),
        "outcome": _("Outcome"),
    }.get(name, name)


def headline(name: str) -> str:
    """A headline figure with its unit."""
    return {
        "received": _("Received"),
        "closed": _("Closed"),
        "open": _("Open at the end"),
        "reopened": _("Reopened"),
        "claimed": _("Claimed, yuan"),
        "recovered": _("Recovered, yuan"),
        "median_days": _("Median days to resolution"),
        "on_time": _("Closed on time"),
    }.get(name, name)


def stage(name: str) -> str:
    """A stage that takes time."""
    return {
        "resolution": _("Receipt to closing"),
        "first_response": _("Receipt to first response"),
        "acceptance": _("Receipt to acceptance"),
        "handling": _("Acceptance to closing"),
    }.get(name, name)


def end(name: str) -> str:
    """How a case ended."""
    return {
        "resolved": _("resolved").capitalize(),
        "withdrawn": _("Withdrawn"),
        "terminated": _("Terminated"),
        "other": _("Closed, how is not known"),
    }.get(name, name)


def verdict(name: str) -> str:
    """What the control chart says of a month."""
    return {"high": _("unusually high"), "low": _("unusually low"), "usual": _("within the usual")}.get(
        name, ""
    )


def rule(name: str) -> str:
    """A rule of the control chart."""
    return {
        "beyond": _("beyond the limits"),
        "shift": _("a run on one side of the centre"),
        "trend": _("a run in one direction"),
        "two_of_three": _("two of three near a limit"),
    }.get(name, name)


def control(name: str) -> str:
    """A control chart's series."""
    return {
        "received": _("Complaints received by month"),
        "open": _("Cases open at the end of the month"),
    }.get(name, name)


def value(found: str | None) -> str:
    """A value of a dimension as people see it."""
    return _("(not stated)") if found is None else found


def everything() -> str:
    """All channels together."""
    return _("All channels")


def filtered(filters: Filters) -> str:
    """The filters in words, or nothing where every case counts."""
    parts = [
        _("{dimension}: {values}").format(
            dimension=dimension(name), values=_(", ").join(value(one) for one in values)
        )
        for name, values in filters.given().items()
    ]
    return _("; ").join(parts)


def period(span: Span) -> str:
    """A period in words, such as ``2026年10月`` or ``2026, quarter 3``."""
    year, month = divmod(span.first, 12)
    if span.months == 1:
        return _("{year}-{month:02d}").format(year=year, month=month + 1)
    if span.months == 3 and month % 3 == 0:
        return _("{year}, quarter {quarter}").format(year=year, quarter=month // 3 + 1)
    if span.months == 6 and month % 6 == 0:
        half = _("first half of {year}") if month == 0 else _("second half of {year}")
        return half.format(year=year)
    if span.months == 12 and month == 0:
        return _("the year {year}").format(year=year)
    return span.label


def in_period(month: str, span: Span | None) -> bool:
    """Whether a month lies in the period (every month does where there is none)."""
    return span is None or month_index(month) in span

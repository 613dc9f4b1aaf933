"""The tables of time: how long each stage takes, whether channels differ, how cases end."""

from __future__ import annotations

from casework.analytics.figures import MIN_CASES
from casework.analytics.review import ENDS, STAGES, WITHIN_DAYS, Ends, Review, Timing
from casework.i18n import _
from casework.tables import words
from casework.tables.cells import Cell, Column, Table, is_withheld


def timings(review: Review) -> tuple[Table, ...]:
    """One table a stage with medians and their intervals, and one with the shares within so many days."""
    tables: list[Table] = []
    for stage in STAGES:
        rows = review.timing(stage)
        if rows:
            tables += [_times(stage, rows), _within(stage, rows)]
    return tuple(tables)


def _name(one: Timing | Ends) -> str:
    return words.everything() if one.overall else words.value(one.channel)


def _times(stage: str, timings: tuple[Timing, ...]) -> Table:
    columns = (
        Column(_("Channel"), "text"),
        Column(_("Cases")),
        Column(_("Done")),
        Column(_("Median days"), "days"),
        Column(_("95% low"), "days"),
        Column(_("95% high"), "days"),
        Column(_("75% within, days"), "days"),
        Column(_("90% within, days"), "days"),
        Column(_("Remark"), "text"),
    )
    rows = tuple(
        (
            _name(one),
            one.n,
            one.ended,
            *(one.median.value, one.median.low, one.median.high),
            *(one.p75.value, one.p90.value),
            _remark(one),
        )
        for one in timings
    )
    note = _("Cases that still wait count as waiting (Kaplan-Meier). A dash: the curve does not reach it.")
    return Table(f"times_{stage}", words.stage(stage), columns, rows, note)


def _remark(one: Timing) -> str:
    if is_withheld(one.n):
        return ""
    if one.n < MIN_CASES:
        return _("too few to compare")
    if one.median.value is not None and one.median.high is None:
        return _("the upper limit is not reached")
    return ""


def _within(stage: str, timings: tuple[Timing, ...]) -> Table:
    columns = (
        Column(_("Channel"), "text"),
        Column(_("Cases")),
        *(Column(_("within {days} days").format(days=days), "share") for days in WITHIN_DAYS),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_name(one), one.n, *(share.value for share in one.within)) for one in timings if one.within
    )
    title = _("{stage}: share done within").format(stage=words.stage(stage))
    return Table(f"within_{stage}", title, columns, rows)


def comparison(review: Review) -> tuple[Table, ...]:
    """The log-rank test over all channels and pair by pair, and the medians at the same mix of conducts."""
    found = review.comparison
    tests: tuple[tuple[Cell, ...], ...] = tuple(
        (title, test.statistic, test.df, test.p)
        for title, test in (
            (_("All channels"), found.test),
            (_("All channels, within each conduct"), found.stratified),
        )
        if test is not None
    )
    return (
        Table(
            "tests",
            _("Log-rank test: do the channels take equally long?"),
            (
                Column(_("Test"), "text"),
                Column(_("Chi-square"), "number"),
                Column(_("Degrees of freedom")),
                Column("p", "p"),
            ),
            tests,
        ),
        _pairs(review),
        _adjusted(review),
    )


def _pairs(review: Review) -> Table:
    columns = (
        Column(_("Channel"), "text"),
        Column(_("Compared with"), "text"),
        Column(_("Chi-square"), "number"),
        Column("p", "p"),
        Column(_("p, corrected for the number of comparisons (Holm)"), "p"),
    )
    rows = tuple(
        (words.value(one.one), words.value(one.other), one.statistic, one.p, one.p_adjusted)
        for one in sorted(review.comparison.pairs, key=lambda pair: pair.p_adjusted)
    )
    return Table("pairs", _("Channels compared two by two"), columns, rows)


def _adjusted(review: Review) -> Table:
    columns = (
        Column(_("Channel"), "text"),
        Column(_("Cases")),
        Column(_("Median days"), "days"),
        Column(_("Median days at the same mix of conducts"), "days"),
        Column(_("Share of the mix that the channel has"), "share"),
    )
    found = review.comparison
    rows = tuple(
        (words.value(one.channel), one.n, one.median, one.adjusted, one.covered) for one in found.adjusted
    )
    title = _("Medians if every channel handled the same conducts")
    return Table("adjusted", title, columns, rows if found.mix_differs else ())


def remarks(review: Review) -> tuple[str, ...]:
    """Why there is no comparison, and which channels are too small for one."""
    found = review.comparison
    told = [_(found.reason)] if found.reason else []
    if found.too_few:
        told.append(
            _("Too few cases to compare (fewer than {count}): {channels}.").format(
                count=MIN_CASES, channels=_(", ").join(map(words.value, found.too_few))
            )
        )
    if found.mix_differs:
        told.append(_("The channels handle different conducts: compare the adjusted medians."))
    return tuple(told)


def ends(review: Review) -> tuple[Table, ...]:
    """How cases end by channel, and the share that has ended so within so many days."""
    counted: tuple[tuple[Cell, ...], ...] = tuple(
        (_name(one), one.n, *one.counts, one.open) for one in review.ends
    )
    columns = (
        Column(_("Channel"), "text"),
        Column(_("Cases")),
        *(Column(words.end(name)) for name in ENDS),
        Column(_("Open")),
    )
    return (Table("ends", _("How cases end"), columns, counted), _incidence(review))


def _incidence(review: Review) -> Table:
    columns = (
        Column(_("Channel"), "text"),
        Column(_("End"), "text"),
        *(Column(_("within {days} days").format(days=days), "share") for days in WITHIN_DAYS),
        Column(_("as far as is known"), "share"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_name(one), words.end(name), *shares)
        for one in review.ends
        for name, shares in zip(ENDS, one.incidence, strict=False)
        if any(shares)
    )
    note = _("The other ends are competing risks (Aalen-Johansen).")
    return Table("incidence", _("Share that has ended so"), columns, rows, note)

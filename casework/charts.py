"""A report's numbers as matplotlib figures. Nothing here shows or saves anything by itself.

Figures are made without pyplot, so that no global state builds up in a long-lived kernel.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from casework.analytics.definitions import band_names, channel_name, resolution_titles
from casework.analytics.figures import MIN_CASES, Backlog, Report, Resolution, Volume
from casework.i18n import _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Formatter, Locator

# M. Okabe and K. Ito's palette: told apart by people with any common colour blindness.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo", "++")  # and in grey print by these
DASHES = ("-", "--", "-.", ":", "-", "--", "-.", ":")
MOST_CHANNELS = 8


@dataclass(frozen=True)
class Chart:
    """One chart: its figure, title, a text for those who cannot see it, and the table behind it.

    ``header`` and ``rows`` hold the same numbers that are drawn (None: not known or not reached).
    """

    name: str
    title: str
    alt: str
    figure: Figure
    header: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]

    def image(self, kind: Literal["png", "svg", "pdf"] = "png", dpi: int = 144) -> bytes:
        """Return the picture as a file's bytes."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format=kind, dpi=dpi)
        return buffer.getvalue()


def all_charts(report: Report) -> tuple[Chart, ...]:
    """Every chart of the dashboard, in its order; those of resolution only where closing dates are known."""
    charts = [volume_chart(report)]
    if report.has_closing and report.resolution:
        charts += [curves_chart(report), medians_chart(report)]
    if report.has_closing:
        charts.append(backlog_chart(report))
    return tuple(charts)


def volume_chart(report: Report) -> Chart:
    """Cases received by month, stacked by channel; the numbers of cases closed are in the table behind.

    One month is shown beside the twelve before it, so that it can be compared.
    """
    shown = [row for row in report.history if report.month is None or row.month <= report.month]
    months = (
        sorted({row.month for row in shown})[-13:] if report.month else sorted({row.month for row in shown})
    )
    shown = [row for row in shown if row.month in months]
    channels = _leading(shown)
    totals = {(row.month, row.channel): row.received for row in shown}
    lines = [
        (channel, [_height(totals, month, channel, channels) for month in months]) for channel in channels
    ]
    figure, axes = _figure()
    base = _stack(axes, months, lines, _styles(report))
    title = _("Complaints received by month and channel")
    _finish(figure, axes, report, title, y=_("cases"), legend=len(channels), n=sum(base))
    _month_labels(axes, months)
    alt = _("{title}: {count} cases from {first} to {last}; the most, {most}, in {month}.").format(
        title=title,
        count=sum(base),
        first=months[0] if months else "-",
        last=months[-1] if months else "-",
        most=max(base, default=0),
        month=months[base.index(max(base))] if months else "-",
    )
    rows = tuple((row.month, channel_name(row.channel), row.received, row.closed) for row in shown)
    return Chart("volume", title, alt, figure, (_("Month"), _("Channel"), _("Received"), _("Closed")), rows)


def curves_chart(report: Report) -> Chart:
    """The share still open against days since receipt, by channel, with 95% bands (Kaplan-Meier)."""
    figure, axes = _figure()
    shown = _comparable(report)[:MOST_CHANNELS]
    styles = _styles(report)
    for row in shown:
        curve, place = row.curve, styles[row.channel]
        label = f"{_legend(row.channel)} (n={row.n})"
        color, _hatch, dashes = _look(place)
        axes.step(curve.time, curve.open_share, where="post", label=label, color=color, linestyle=dashes)
        if len(shown) <= 4:  # more bands than that hide each other
            axes.fill_between(
                curve.time, curve.low, curve.high, step="post", alpha=0.15, linewidth=0, color=color
            )
    axes.axhline(0.5, color="#666666", linewidth=0.8, linestyle=":")
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=0)
    axes.yaxis.set_major_formatter(_percent())
    title = _("Share still open by days since receipt")
    _finish(
        figure,
        axes,
        report,
        title,
        x=_("days since receipt"),
        y=_("share still open"),
        legend=len(shown),
        n=sum(row.n for row in shown),
    )
    alt = title + ": " + "; ".join(_median_words(row) for row in report.resolution)
    return Chart("curves", title, alt, figure, *_resolution_table(report))


def medians_chart(report: Report) -> Chart:
    """The median time to resolution by channel with its 95% interval."""
    figure, axes = _figure()
    rows = [row for row in _comparable(report) if row.median_days is not None][:20]
    edge = max((row.median_high or row.median_days or 0 for row in rows), default=1.0)
    for place, row in enumerate(reversed(rows)):
        median = row.median_days or 0.0
        low = row.median_low if row.median_low is not None else median
        open_ended = row.median_high is None
        high = edge * 1.15 if row.median_high is None else row.median_high
        axes.plot([low, high], [place, place], color=PALETTE[0], linewidth=2)
        axes.plot([median], [place], "o", color=PALETTE[0], markersize=8)
        if open_ended:
            axes.plot([high], [place], ">", color=PALETTE[0], markersize=6)
    axes.set_yticks(range(len(rows)), [f"{_legend(row.channel)} (n={row.n})" for row in reversed(rows)])
    axes.set_ylim(-0.6, max(len(rows), 1) - 0.4)
    axes.set_xlim(left=0)
    title = _("Median days to resolution, with 95% interval")
    _finish(
        figure, axes, report, title, x=_("days (open cases counted)"), legend=0, n=sum(row.n for row in rows)
    )
    alt = title + ": " + "; ".join(_median_words(row) for row in report.resolution)
    return Chart("medians", title, alt, figure, *_resolution_table(report))


def backlog_chart(report: Report) -> Chart:
    """Cases open at ``as_of`` by age, stacked by channel."""
    bands = list(band_names())
    figure, axes = _figure()
    lines = _few(report.backlog)
    base = _stack(axes, bands, [(line.channel, list(line.open)) for line in lines], _styles(report))
    for place, total in enumerate(base):
        axes.annotate(
            str(total), (place, total), xytext=(0, 2), textcoords="offset points", ha="center", fontsize=9
        )
    title = _("Open cases by age")
    _finish(
        figure, axes, report, title, x=_("days since receipt"), y=_("cases"), legend=len(lines), n=sum(base)
    )
    alt = title + ": " + ", ".join(f"{band} {total}" for band, total in zip(bands, base, strict=True))
    rows: list[tuple[str | int | float | None, ...]] = [
        (channel_name(row.channel), *row.open, sum(row.open)) for row in report.backlog
    ]
    return Chart("backlog", title, alt, figure, (_("Channel"), *bands, _("Total")), tuple(rows))


def _stack(
    axes: Axes,
    labels: list[str],
    lines: Sequence[tuple[str | None, list[int]]],
    styles: dict[str | None, int],
) -> list[int]:
    """Draw bars stacked by channel and return their total heights."""
    base = [0] * len(labels)
    for channel, heights in lines:
        color, hatch, _dashes = _look(styles[channel])
        bars = axes.bar(labels, heights, bottom=base, width=0.8, label=_legend(channel), color=color)
        for bar in bars:
            bar.set(hatch=hatch, edgecolor="white", linewidth=0.5)
        base = [low + height for low, height in zip(base, heights, strict=True)]
    axes.set_ylim(0, max(1.0, 1.08 * max(base, default=1)))
    axes.yaxis.set_major_locator(_whole_numbers())
    return base


_OTHER = "\x00other"  # the channels beyond the leading ones, together


def _legend(channel: str | None) -> str:
    """A channel's name short enough to leave room for the drawing; the table behind has it whole."""
    name = _("other channels") if channel == _OTHER else channel_name(channel)
    return name if len(name) <= 24 else name[:23] + "…"


def _styles(report: Report) -> dict[str | None, int]:
    """Each channel's place in the palette: the same one in every chart of a report."""
    named: list[str | None] = [row.channel for row in report.resolution]
    named += [row.channel for row in report.history] + [row.channel for row in report.backlog]
    ordered = dict.fromkeys(named)
    places: dict[str | None, int] = {channel: place for place, channel in enumerate(ordered)}
    return places | {_OTHER: -1}


def _look(place: int) -> tuple[str, str, str]:
    """Colour, hatch and dashes of a place in the palette; grey is for the other channels together."""
    if place < 0:
        return PALETTE[-1], "", "-"
    colours = len(PALETTE) - 1
    turned = place + 3 * (place // colours)  # a colour used again comes with another hatch
    return PALETTE[place % colours], HATCHES[turned % len(HATCHES)], DASHES[turned % len(DASHES)]


def _leading(volume: Sequence[Volume]) -> list[str | None]:
    """The channels with most cases, most first; beyond eight, the rest become one."""
    totals: dict[str | None, int] = {}
    for row in volume:
        totals[row.channel] = totals.get(row.channel, 0) + row.received
    drawn = [channel for channel, count in totals.items() if count]
    ordered = sorted(drawn, key=lambda channel: (-totals[channel], channel is None, channel or ""))
    return ordered if len(ordered) <= MOST_CHANNELS else [*ordered[: MOST_CHANNELS - 1], _OTHER]


def _height(
    totals: dict[tuple[str, str | None], int], month: str, channel: str | None, channels: list[str | None]
) -> int:
    if channel != _OTHER:
        return totals.get((month, channel), 0)
    return sum(count for (when, name), count in totals.items() if when == month and name not in channels)


def _few(lines: Sequence[Backlog]) -> list[Backlog]:
    if len(lines) <= MOST_CHANNELS:
        return list(lines)
    rest = [line.open for line in lines[MOST_CHANNELS - 1 :]]
    return [*lines[: MOST_CHANNELS - 1], Backlog(_OTHER, tuple(map(sum, zip(*rest, strict=True))))]


def _comparable(report: Report) -> list[Resolution]:
    return [row for row in report.resolution if not row.too_few]


def _median_words(row: Resolution) -> str:
    name = channel_name(row.channel)
    if row.too_few:
        return _("{channel}: too few cases ({n})").format(channel=name, n=row.n)
    if row.median_days is None:
        return _("{channel}: less than half resolved (n={n})").format(channel=name, n=row.n)
    return _("{channel}: median {days:.1f} days (n={n})").format(channel=name, days=row.median_days, n=row.n)


def _resolution_table(
    report: Report,
) -> tuple[tuple[str, ...], tuple[tuple[str | int | float | None, ...], ...]]:
    header = (*resolution_titles(), _("Remark"))
    rows = tuple(
        (
            channel_name(row.channel),
            row.n,
            row.resolved,
            row.open,
            row.median_days,
            row.median_low,
            row.median_high,
            row.p90_days,
            _("too few to compare (fewer than {count})").format(count=MIN_CASES) if row.too_few else "",
        )
        for row in report.resolution
    )
    return header, rows


def _figure() -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    _font()
    figure = Figure(figsize=(8.4, 4.4), layout="constrained")
    return figure, figure.subplots()


@cache
def _font() -> None:
    """Make Chinese text draw as glyphs on a machine without any Chinese font."""
    import pylopdf_fonts_zh_cn
    from matplotlib import font_manager, rcParams

    path = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(path)
    name = font_manager.FontProperties(fname=path).get_name()
    rcParams["font.family"] = [name, "DejaVu Sans"]
    rcParams["axes.unicode_minus"] = False
    rcParams["text.parse_math"] = False  # a "$" in a channel name is a dollar sign
    rcParams["svg.fonttype"] = "path"
    rcParams["hatch.linewidth"] = 0.6


def _whole_numbers() -> Locator:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(integer=True)


def _percent() -> Formatter:
    from matplotlib.ticker import PercentFormatter

    return PercentFormatter(1.0, decimals=0)


def _month_labels(axes: Axes, months: list[str]) -> None:
    step = max(1, -(-len(months) // 12))
    axes.set_xticks(
        range(0, len(months), step),
        months[::step],
        rotation=45 if len(months) > 6 else 0,
        ha="right" if len(months) > 6 else "center",
    )


def _finish(
    figure: Figure,
    axes: Axes,
    report: Report,
    title: str,
    *,
    x: str = "",
    y: str = "",
    legend: int,
    n: int | None = None,
) -> None:
    axes.set_title(title, loc="left", fontsize=13)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    if legend:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    files = ", ".join(source.file.replace("\\", "/").rsplit("/", 1)[-1] for source in report.sources)
    shown = files if len(files) <= 60 else files[:57] + "…"
    note = _("n = {n} · source: {files} · as of {day}").format(n=n, files=shown, day=report.as_of.isoformat())
    figure.supxlabel(note, fontsize=8, color="#555555", x=0.01, ha="left")

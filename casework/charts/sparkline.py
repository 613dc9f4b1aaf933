"""A headline's last months as a tiny SVG line, made without matplotlib: some microseconds each."""

from __future__ import annotations

from html import escape

from casework.analytics.review import Headline


def sparkline(headline: Headline, width: int = 120, height: int = 28) -> str:
    """Return an SVG picture of the series in the colour of the text around it; empty where there are not two values.

    A month that is not known breaks the line. The last value is marked: a circle, or a triangle upwards or downwards where the
    control chart calls it high or low. Text that says the same stands beside it, so it is hidden from screen readers.
    """
    values = [value for _month, value in headline.series]
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    pad = 4.0
    across = (width - 2 * pad) / (len(values) - 1)
    up = (height - 2 * pad) / (high - low) if high > low else 0.0
    middle = height / 2 if high == low else height - pad
    points = [
        None if v is None else (pad + i * across, middle - (v - low) * up) for i, v in enumerate(values)
    ]
    first, last = headline.series[0][0], headline.series[-1][0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true" data-months="{escape(first)}/{escape(last)}">'
        f'<path d="{_path(points)}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>'
        f"{_mark(points[-1], headline.verdict)}</svg>"
    )


def _path(points: list[tuple[float, float] | None]) -> str:
    """Lines through neighbours that are known; a lone one is a dot."""
    steps, pen = [], "M"
    for place, point in enumerate(points):
        if point is None:
            pen = "M"
            continue
        steps.append(f"{pen}{point[0]:.1f} {point[1]:.1f}")
        alone = pen == "M" and (place + 1 == len(points) or points[place + 1] is None)
        steps += ["h.1"] if alone else []
        pen = "L"
    return "".join(steps)


def _mark(point: tuple[float, float] | None, verdict: str) -> str:
    if point is None:
        return ""
    x, y = point
    if verdict not in ("high", "low"):
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"/>'
    tip = -4.0 if verdict == "high" else 4.0
    return f'<path d="M{x - 3.5:.1f} {y - tip / 2:.1f}h7l-3.5 {tip * 1.5:.1f}z" fill="currentColor"/>'

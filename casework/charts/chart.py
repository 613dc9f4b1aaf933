"""One chart as a value: words and numbers at once, the picture when it is asked for."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

from casework.charts.lettering import lettering
from casework.i18n import use_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Cell = str | int | float | None
Rows = tuple[tuple[Cell, ...], ...]
_DRAWING = RLock()  # matplotlib's fonts and settings are shared by all threads
_UNDATED: dict[str, dict[str, str | None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@dataclass(frozen=True)
class Chart:
    """One chart: a picture, a text for those who cannot see it, and the table behind it.

    ``header`` and ``rows`` hold the numbers that are drawn, as machines know them and with names in full (None: not known or
    not reached); shares are 0 to 1. ``units`` says what is counted, ``n`` how many cases it rests on, ``source`` the files,
    ``remark`` what is incomplete or left out (whole sentences, or empty). Where nothing true can be drawn, ``reason`` says
    why in a line, there are no rows, and the picture shows that line.
    """

    name: str
    title: str
    alt: str
    units: str
    n: int | None
    source: str
    as_of: dt.date
    header: tuple[str, ...]
    rows: Rows
    remark: str = ""
    reason: str = ""
    language: str = "zh"
    draw: Callable[[], Figure] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def figure(self) -> Figure | None:
        """The picture as a matplotlib figure, drawn when first asked for; None for a chart without a way to draw."""
        if self.draw is None:
            return None
        with _DRAWING, lettering(), use_language(self.language):
            return self.draw()

    def image(self, kind: Literal["png", "svg", "pdf"] = "png", dpi: int = 144) -> bytes:
        """Return the picture as a file's bytes: the same bytes for the same numbers. Empty without a figure."""
        buffer = io.BytesIO()
        with _DRAWING, lettering():
            figure = self.figure
            if figure is None:
                return b""
            metadata = _UNDATED[kind] | ({} if kind == "png" else {"Title": self.title})
            options: Any = {"pil_kwargs": {"compress_level": 4}} if kind == "png" else {}
            figure.savefig(buffer, format=kind, dpi=dpi, metadata=metadata, **options)
        return buffer.getvalue()

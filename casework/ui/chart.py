"""A picture with alternative text and the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from casework.ui.element import Element, script


class Chart(Element):
    """A PNG or SVG image; ``alt`` says in words what it shows, ``columns`` and ``rows`` are its table."""

    _esm = script("chart")
    data = traitlets.Bytes(b"").tag(sync=True)
    media_type = traitlets.Unicode("image/png").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    summary = traitlets.Unicode("").tag(sync=True)
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)

    def show(
        self,
        data: bytes,
        alt: str,
        *,
        media_type: str = "image/png",
        summary: str = "",
        columns: Sequence[str] = (),
        rows: Sequence[Sequence[str]] = (),
    ) -> None:
        """Replace the picture, its words and its table in one step."""
        with self.hold_sync():
            self.media_type, self.alt, self.summary = media_type, alt, summary
            self.columns, self.rows = list(columns), [list(row) for row in rows]
            self.data = data

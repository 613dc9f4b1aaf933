"""A picture with alternative text, the numbers behind it, its buttons and the supervisor's comment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from casework.i18n import _
from casework.ui.element import Element, script
from casework.ui.numbers import Sheet, number_labels


class Chart(Element):
    """A PNG image; ``alt`` says in words what it shows, ``table`` holds its numbers, ``reason`` why there is none.

    ``on_wish(wish)`` hears ``filter`` and ``cases`` (keys of the table's links), ``comment``, ``visible``, ``told``
    (copied, refused, saved) and ``svg``.
    """

    _esm = script("chart")
    name = traitlets.Unicode("").tag(sync=True)
    data = traitlets.Bytes(b"").tag(sync=True)
    media_type = traitlets.Unicode("image/png").tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    reason = traitlets.Unicode("").tag(sync=True)
    file_name = traitlets.Unicode("").tag(sync=True)
    stale = traitlets.Bool(False).tag(sync=True)
    comment = traitlets.Unicode("").tag(sync=True)
    labels = traitlets.Dict().tag(sync=True)
    table = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, on_wish: Callable[[dict[str, Any]], None]) -> None:
        super().__init__(name=name)
        self._on_wish = on_wish

    def describe(self, title: str, alt: str, reason: str, sheet: Sheet, file_name: str) -> None:
        """Write everything but the picture, which follows by :meth:`picture`; until then the old one is faded."""
        with self.hold_sync():
            self.title, self.alt, self.reason, self.file_name = title, alt, reason, file_name
            self.table, self.labels = sheet.told(), number_labels() | _chart_labels()
            self.stale = not reason
            if reason:
                self.data = b""

    def picture(self, data: bytes) -> None:
        """Put the picture of what :meth:`describe` told in place of the one before."""
        with self.hold_sync():
            self.data, self.stale, self.revision = data, False, self.revision + 1

    def refuse(self, reason: str) -> None:
        """Say in one line why there is no picture; the numbers stay."""
        with self.hold_sync():
            self.reason, self.stale, self.data = reason, False, b""

    def give_svg(self, data: bytes) -> None:
        """Hand the browser the picture as an SVG file."""
        self.send({"svg": f"{self.file_name}.svg"}, buffers=[data])

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Pass on what a person did with the chart."""
        if "comment" in content:
            self.comment = str(content["comment"])[:4000]
        self._on_wish(content)


def _chart_labels() -> dict[str, str]:
    return {
        "png": _("Save PNG"),
        "svg": _("Save SVG"),
        "copy": _("Copy picture"),
        "comment": _("Comment for the pack"),
    }

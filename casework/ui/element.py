"""The base of the desk's own widgets: a few synchronised traits and one small script each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import anywidget

STATIC = Path(__file__).with_name("static")


@cache
def script(name: str) -> str:
    """Return the browser-side module ``name`` with what all of them share in front of it."""
    parts = (STATIC / "common.js", STATIC / f"{name}.js")
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


@cache
def style() -> str:
    """Return the style sheet of the desk."""
    return (STATIC / "desk.css").read_text(encoding="utf-8")


class Element(anywidget.AnyWidget):
    """A widget that hears messages from its own script through :meth:`hear`.

    ``around`` runs each of them; a page sets it so that errors are shown and the language is the person's.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.around: Callable[[Callable[[], None]], None] = lambda act: act()
        self.on_msg(lambda _widget, content, buffers: self.around(lambda: self.hear(content, buffers)))

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Answer one message of the browser side; nothing by default."""

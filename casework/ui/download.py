"""A button that makes a file and hands it to the browser in pieces, its name intact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import traitlets

from casework.ui.element import Element, script

PIECE = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Produced:
    """A file made for the person: its name, its content (bytes, or the path of a file) and its media type."""

    name: str
    content: bytes | Path
    media_type: str = "application/octet-stream"

    @property
    def size(self) -> int:
        """Size in bytes."""
        return self.content.stat().st_size if isinstance(self.content, Path) else len(self.content)

    def piece(self, offset: int) -> bytes:
        """Return up to 4 MB from ``offset``."""
        if isinstance(self.content, bytes):
            return self.content[offset : offset + PIECE]
        with self.content.open("rb") as file:
            file.seek(offset)
            return file.read(PIECE)


class Download(Element):
    """Calls ``produce`` when pressed; None from it means that it was refused and said so."""

    _esm = script("download")
    label = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    primary = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        produce: Callable[[], Produced | None],
        *,
        on_saved: Callable[[Produced], None] | None = None,
        **traits: Any,
    ) -> None:
        super().__init__(**traits)
        self._produce, self._on_saved = produce, on_saved
        self._file: Produced | None = None

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Make the file, then give piece after piece as the browser asks."""
        if content.get("ask"):
            self._begin()
        elif "next" in content and self._file is not None:
            self.send({"piece": True}, buffers=[self._file.piece(int(content["next"]))])
        elif content.get("saved") and self._file is not None:
            file, self._file = self._file, None
            if self._on_saved is not None:
                self._on_saved(file)

    def _begin(self) -> None:
        self._file, made = None, None
        try:
            made = self._produce()
        finally:
            if made is None:
                self._refuse()
        if made is not None:
            self._give(made)

    def _give(self, file: Produced) -> None:
        """Tell the browser what comes; it asks for the pieces."""
        self._file = file
        self.send({"begin": {"name": file.name, "size": file.size, "type": file.media_type}})

    def _refuse(self) -> None:
        self.send({"refused": True})

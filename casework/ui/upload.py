"""Files from the browser in pieces of 4 MB, each confirmed: any size, any name, little memory."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import traitlets

from casework.errors import BadFile, CaseworkError
from casework.evidence import display_name
from casework.i18n import _
from casework.ui.element import Element, script

LARGEST_PIECE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that came whole: its display name, where it lies for now, its size in bytes and its SHA-256."""

    name: str
    path: Path
    size: int
    sha256: str


def plain_name(name: str) -> str:
    """Return the last part of a path as a name that is safe on any disk."""
    return display_name(name.replace("\\", "/").rsplit("/", 1)[-1])


class Receiving:
    """One file on its way: written as it comes, hashed in the same pass, refused when a piece is wrong."""

    def __init__(self, folder: Path, name: str, size: int) -> None:
        self.name, self.size, self.received = plain_name(name), size, 0
        self._hash = hashlib.sha256()
        self.path = Path(tempfile.mkdtemp(dir=folder)) / self.name
        self._file: BinaryIO = self.path.open("wb")

    def piece(self, offset: int, sha256: str, data: memoryview) -> None:
        """Append one piece; its place, size and hash must be the expected ones."""
        good = not sha256 or hashlib.sha256(data).hexdigest() == sha256
        if offset != self.received or len(data) > LARGEST_PIECE or offset + len(data) > self.size or not good:
            raise BadFile(
                _("A piece of the file was damaged on its way."), where=self.name, remedy=_("Send it again.")
            )
        self._file.write(data)
        self._hash.update(data)
        self.received += len(data)

    def finish(self) -> Arrived:
        """Close the file and vouch for it."""
        self._file.close()
        if self.received != self.size:
            raise BadFile(_("The file did not arrive whole."), where=self.name, remedy=_("Send it again."))
        return Arrived(self.name, self.path, self.size, self._hash.hexdigest())

    def discard(self) -> None:
        """Remove what has come so far."""
        self._file.close()
        shutil.rmtree(self.path.parent, ignore_errors=True)


class Upload(Element):
    """A field that takes several files; ``on_files`` gets those of one go once all have arrived.

    The files lie in a temporary folder that is emptied after ``on_files`` returns unless ``keep`` is set.
    """

    _esm = script("upload")
    labels = traitlets.Dict().tag(sync=True)
    accept = traitlets.Unicode("").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self, on_files: Callable[[list[Arrived]], None], *, keep: bool = False, **traits: Any
    ) -> None:
        super().__init__(**traits)
        self._on_files, self._keep = on_files, keep
        self._folder = tempfile.TemporaryDirectory(prefix="casework-upload-")
        self._coming: dict[str, Receiving] = {}
        self._arrived: list[Arrived] = []

    def show(self, choose: str, done: str) -> None:
        """Set the words of the field."""
        self.labels = {"choose": choose, "done": done}

    def clear(self) -> None:
        """Empty the list of files in the browser."""
        self.send({"clear": True})

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Take the next step of a transfer and confirm it."""
        if content.get("finished"):
            self._hand_over()
        elif "abandon" in content:
            self._drop(str(content["abandon"]))
        else:
            self._answer(content, buffers)

    def _answer(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        error = ""
        try:
            self._step(content, buffers)
        except (CaseworkError, OSError) as problem:
            error = (
                str(problem) if isinstance(problem, CaseworkError) else _("The file cannot be stored here.")
            )
        self.send({"answer": content.get("ticket"), "error": error})

    def _step(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        if "begin" in content:
            folder = Path(self._folder.name)
            self._coming[content["begin"]] = Receiving(folder, str(content["name"]), int(content["size"]))
        elif "piece" in content:
            data = memoryview(buffers[0]).cast("B")
            self._coming[content["piece"]].piece(int(content["offset"]), content["sha256"], data)
        elif "end" in content:
            self._arrived.append(self._coming.pop(content["end"]).finish())

    def _drop(self, upload: str) -> None:
        if upload in self._coming:
            self._coming.pop(upload).discard()

    def _hand_over(self) -> None:
        arrived, self._arrived = self._arrived, []
        if not arrived:
            return
        try:
            self._on_files(arrived)
        finally:
            if not self._keep:
                for file in arrived:
                    shutil.rmtree(file.path.parent, ignore_errors=True)

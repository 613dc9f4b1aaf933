"""Export files to look at: uploaded here, or named by path or pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casework.i18n import _
from casework.ui.form import Field, Option
from casework.ui.upload import Arrived, Upload

KINDS = ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt,.xml,.html,.htm,.zip"


class ExportFiles:
    """The files uploaded in this session; ``on_new(names)`` is called when more have arrived.

    ``folder`` is the inbox, whose files need no upload.
    """

    def __init__(
        self, adopt: Callable[[Any], Any], on_new: Callable[[list[str]], None], folder: Path | None = None
    ) -> None:
        self._on_new, self._inbox = on_new, folder
        self.paths: dict[str, Path] = {}
        self.upload: Upload = adopt(Upload(self.take, keep=True, accept=KINDS))

    def draw(self) -> None:
        """Write the words in the language in force."""
        self.upload.show(
            _("Choose export files (Excel, CSV, ODS, HTML, XML, zip), or drop them here"), _("received")
        )

    def take(self, files: list[Arrived]) -> None:
        """Add files that came through the browser; a second one of the same name takes the place of the first."""
        self.paths |= {file.name: file.path for file in files}
        self._on_new([file.name for file in files])

    def field(self) -> Field | None:
        """Return ticks for the uploaded files, or nothing while there are none."""
        if not self.paths:
            return None
        options = tuple(Option(name, name) for name in self.paths)
        return Field("files", _("Uploaded files"), "ticks", options=options)

    def inbox_field(self) -> Field | None:
        """Return ticks for the files of the inbox folder, or nothing while there are none."""
        names = self.inbox_files()
        if not names:
            return None
        options = tuple(Option(name, name) for name in names)
        return Field("inbox", _("Files in the inbox folder"), "ticks", options=options, hint=str(self._inbox))

    def inbox_files(self) -> list[str]:
        """The names of the files in the inbox, in order; nothing hidden, no links."""
        if self._inbox is None or not self._inbox.is_dir():
            return []
        entries = [path for path in self._inbox.iterdir() if path.is_file() and not path.is_symlink()]
        kinds = tuple(KINDS.split(","))
        names = (path.name for path in entries if path.name.lower().endswith(kinds))
        return sorted(name for name in names if not name.startswith((".", "~$")))[:200]

    def path_field(self, width: str = "full") -> Field:
        """Return the field for paths on this computer."""
        hint = _("Several are separated by semicolons; * stands for anything.")
        return Field(
            "paths", _("Paths of export files on this computer"), hint=hint, width=width, enter="show"
        )

    def chosen(self, values: dict[str, Any]) -> list[Path | str]:
        """Return the files that ``values`` of a form with both fields name."""
        named = [part.strip().strip('"') for part in re.split(r"[;；\n]", values["paths"])]
        return [
            *(self.paths[name] for name in values["files"] if name in self.paths),
            *(self._inbox / name for name in self._ticked(values) if self._inbox),
            *(part for part in named if part),
        ]

    def _ticked(self, values: dict[str, Any]) -> list[str]:
        ticked = set(values.get("inbox", ()))
        return [name for name in self.inbox_files() if name in ticked] if ticked else []

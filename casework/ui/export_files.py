"""Export files to look at: uploaded here, or named by path or pattern."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casework.i18n import _
from casework.ui.form import Field, Option
from casework.ui.upload import Arrived, Upload

KINDS = ".xlsx,.xls,.csv,.tsv,.txt"


class ExportFiles:
    """The files uploaded in this session; ``on_new(names)`` is called when more have arrived."""

    def __init__(self, adopt: Callable[[Any], Any], on_new: Callable[[list[str]], None]) -> None:
        self._on_new = on_new
        self.paths: dict[str, Path] = {}
        self.upload: Upload = adopt(Upload(self.take, keep=True, accept=KINDS))

    def draw(self) -> None:
        """Write the words in the language in force."""
        self.upload.show(_("Choose export files (.xlsx, .xls, .csv), or drop them here"), _("received"))

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
            *(part for part in named if part),
        ]

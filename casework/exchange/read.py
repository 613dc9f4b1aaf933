"""Exports of other systems, as the rest of the product sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import NotFound
from casework.exchange.child import Parsing
from casework.i18n import _
from casework.model import ExportSource, Problem

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Export:
    """One export read: how it was understood, and its cases (columns as in :class:`casework.exchange.extract.Extract`)."""

    source: ExportSource
    table: pa.Table
    has_time: bool


class PendingExports:
    """Files being read in the background, each in its own limited child process."""

    def __init__(self, sources: Iterable[str | Path]) -> None:
        """Find the files and start reading. Raises :class:`NotFound` where a name or pattern matches nothing."""
        self._paths = find_files(sources)
        self._running = [Parsing(path) for path in self._paths[:1]]

    def result(self) -> list[Export]:
        """Wait for all files, in order. Raises the first refusal and stops the rest."""
        exports = []
        for place in range(len(self._paths)):
            following = place + 1
            if following < len(self._paths):
                self._running.append(Parsing(self._paths[following]))
            try:
                exports.append(_export(self._running[place]))
            except Exception:
                for parsing in self._running[following:]:
                    parsing.cancel()
                raise
        return exports


def read_export(path: str | Path) -> Export:
    """Read one export file. Raises :class:`casework.errors.BadFile` or :class:`NotFound`."""
    return PendingExports([path]).result()[0]


def find_files(sources: Iterable[str | Path]) -> list[Path]:
    """Expand names and patterns to files, in order, each once."""
    found: dict[Path, None] = {}
    for source in sources:
        text = str(source)
        path = Path(text)
        if path.exists() or not any(mark in text for mark in "*?["):
            found[path] = None
            continue
        folder = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else text
        matches = sorted(match for match in folder.glob(pattern) if match.is_file())
        if not matches:
            raise NotFound(
                _("No file matches this pattern."), where=text, remedy=_("Check the folder and the pattern.")
            )
        found.update(dict.fromkeys(matches))
    return list(found)


def _export(parsing: Parsing) -> Export:
    answer, table = parsing.result()
    source = ExportSource(
        file=answer["file"],
        sha256=answer["sha256"],
        sheet=answer["sheet"],
        header_row=answer["header_row"],
        encoding=answer["encoding"],
        rows=answer["rows"],
        duplicates=answer["duplicates"],
        columns=tuple(answer["columns"].items()),
        problems=tuple(Problem(**problem) for problem in answer["problems"]),
        problem_count=answer["problem_count"],
        notes=tuple(answer["notes"]),
    )
    return Export(source, table, answer["has_time"])

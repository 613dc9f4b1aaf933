"""Exports of other systems, as the rest of the product sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import NotFound
from casework.exchange.child import Parsing
from casework.i18n import _, language
from casework.model import ExportSource, Problem

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Export:
    """One export read: how it was understood, and its cases (columns as in :class:`casework.exchange.extract.Extract`)."""

    source: ExportSource
    table: pa.Table
    has_time: bool


class Shelf:
    """The exports looked at last: another month of an unchanged file needs no second reading.

    A file counts as unchanged while its path, size and time of change are the same.
    """

    def __init__(self, room: int = 4) -> None:
        """Keep at most ``room`` exports, the longest unused going first."""
        self._room = room
        self._exports: dict[tuple[object, ...], Export] = {}

    def find(self, path: Path) -> Export | None:
        """Return the export read from this file as it is now, or None."""
        export = self._exports.pop(_state(path), None)
        if export is not None:
            self.keep(path, export)
        return export

    def keep(self, path: Path, export: Export) -> None:
        """Remember the export of a file."""
        self._exports[_state(path)] = export
        while len(self._exports) > self._room:
            del self._exports[next(iter(self._exports))]


def _state(path: Path) -> tuple[object, ...]:
    try:
        found = path.stat()
    except OSError:
        return (path,)
    return path.absolute(), found.st_size, found.st_mtime_ns, language()  # problems are in words


class PendingExports:
    """Files being read in the background, each in its own limited child process."""

    def __init__(self, sources: Iterable[str | Path], shelf: Shelf | None = None) -> None:
        """Find the files and start reading the first that is not on the ``shelf``.

        Raises :class:`NotFound` where a pattern matches nothing.
        """
        self._paths = find_files(sources)
        self._shelf = shelf or Shelf(room=0)
        self._known = {path: export for path in self._paths if (export := self._shelf.find(path))}
        self._waiting = [path for path in self._paths if path not in self._known]
        self._running = [Parsing(path) for path in self._waiting[:1]]

    def result(self) -> list[Export]:
        """Wait for all files, in order. Raises the first refusal and stops the rest."""
        for place, path in enumerate(self._waiting):
            self._running += [Parsing(following) for following in self._waiting[place + 1 : place + 2]]
            try:
                self._known[path] = _export(self._running[place])
            except Exception:
                for parsing in self._running[place + 1 :]:
                    parsing.cancel()
                raise
            self._shelf.keep(path, self._known[path])
        return [self._known[path] for path in self._paths]


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

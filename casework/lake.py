"""A lake: many exports as Parquet files in one folder, by month of receipt, for reports over years.

Every file is in the form of :mod:`casework.analytics.cases` and lies in ``month=2026-10/`` (``month=none/`` for rows without a
date) under the first digits of its source's SHA-256; ``lake.json`` lists the sources and their files. Who complained,
telephone numbers and the words of complaints are never written.

A source is added whole or not at all: its files are written under the ending ``.part``, the list is replaced, and then
the files get their names. Opening a lake finishes what a crash interrupted after the list, and removes what it
interrupted before.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import glob
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import CaseworkError, Damaged, NotFound, Unavailable, printable
from casework.i18n import _
from casework.model import ExportSource
from casework.progress import Progress, Step, quiet

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from casework.analytics.engines import Engine
    from casework.exchange.read import Export

LIST = "lake.json"
_FORM = 1
_LOCK = "lake.lock"
_MOST_SOURCES = 1 << 15
_ROW_GROUP = 131_072
_EPOCH_MONTH = 1970 * 12
_NO_DATE = dt.date(1970, 1, 1)
#: What a file of a lake can be called: nothing from a list leads out of its folder.
_FILE = re.compile(r"month=(\d{4}-\d{2}|none)/[0-9a-f]{16}-\d+\.parquet", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One source of a lake and the files that hold its rows, named from the lake's folder on.

    ``can_close`` is whether it has closing dates, ``has_time`` whether any date has a time of day; ``latest`` is its
    latest received or closed date.
    """

    source: ExportSource
    files: tuple[str, ...]
    rows: int
    can_close: bool
    has_time: bool
    latest: dt.date | None


@dataclass(frozen=True)
class Lake:
    """A lake as it was when it was opened."""

    folder: Path
    entries: tuple[Entry, ...]

    @property
    def sources(self) -> tuple[ExportSource, ...]:
        """The sources in the order in which they were added: the places that the column ``source`` counts."""
        return tuple(entry.source for entry in self.entries)

    @property
    def parquet(self) -> str:
        """A pattern of all files, for :meth:`casework.analytics.engines.Engine.parquet`."""
        return str(Path(glob.escape(str(self.folder)), "month=*", "*.parquet"))

    @property
    def rows(self) -> int:
        """How many rows all sources have."""
        return sum(entry.rows for entry in self.entries)

    @property
    def has_time(self) -> bool:
        """Whether any date has a time of day."""
        return any(entry.has_time for entry in self.entries)

    @property
    def latest(self) -> dt.date:
        """The latest received or closed date; 1970 where there is none."""
        return max((entry.latest for entry in self.entries if entry.latest), default=_NO_DATE)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: ``already`` is whether the lake had it; ``namesake`` whether another of its name is there."""

    file: str
    sha256: str
    rows: int
    problem_count: int
    already: bool
    namesake: bool


def is_lake(path: str | Path) -> bool:
    """Whether a folder is a lake."""
    try:
        return Path(path, LIST).is_file()
    except (OSError, ValueError):
        return False


def open_lake(path: str | Path) -> Lake:
    """Open a lake for reading. :class:`NotFound` where there is none, :class:`Damaged` where its files are not those listed."""
    folder = Path(path)
    if not is_lake(folder):
        raise NotFound(
            _("There is no lake in this folder."),
            where=printable(folder),
            remedy=_("Fill one: casework lake add EXPORT --lake DIR"),
        )
    with _locked(folder):
        entries = _listed(folder)
        _settle(folder, entries)
    _refuse_strangers(folder, entries)
    return Lake(folder, entries)


def cases_of(lake: Lake, engine: Engine) -> ir.Table:
    """The table of the lake's cases in an engine; a case that several sources have is there once."""
    from casework.analytics.overlap import once

    return once(engine.parquet(lake.parquet))


def add_exports(
    folder: Path,
    sources: Iterable[str | Path],
    *,
    day_first: bool | None = None,
    progress: Progress = quiet,
) -> Iterator[Added]:
    """Add exports to the lake in ``folder``, which is made where it is not there; yields what became of each file.

    Files are added one by one, each whole or not at all; one that the lake has already is left alone. Raises
    :class:`casework.errors.BadFile` or :class:`NotFound` for one that cannot be read; those before it stay added.
    """
    from casework.exchange.cache import Content
    from casework.exchange.read import LISTED, PendingExports, find_files, refuse_questions

    for path in find_files(sources):
        known = _known(folder)
        sha256 = _sha256(Content(path))
        before = [entry for entry in known if entry.source.sha256 == sha256]
        if before:
            yield Added(
                path.name, sha256, sum(entry.rows for entry in before), 0, already=True, namesake=False
            )
            continue
        exports = PendingExports([path], roles=LISTED, day_first=day_first).result(progress)
        refuse_questions(exports)
        yield _added(folder, exports, progress)


def _known(folder: Path) -> tuple[Entry, ...]:
    return open_lake(folder).entries if is_lake(folder) else ()


def _sha256(content: Any) -> str:
    """The hash of a file, or nothing where reading it will say why it cannot be read."""
    try:
        return str(content.key.partition("-")[2])
    except OSError:
        return ""


def _added(folder: Path, exports: Sequence[Export], progress: Progress) -> Added:
    """Write the tables of one file. Nobody else writes meanwhile."""
    _make(folder)
    with _locked(folder):
        entries = _listed(folder)
        _settle(folder, entries)
        first = exports[0].source
        if any(entry.source.sha256 == first.sha256 for entry in entries):  # somebody was faster
            return Added(first.file, first.sha256, 0, 0, already=True, namesake=False)
        if len(entries) + len(exports) > _MOST_SOURCES:
            raise CaseworkError(
                _("A lake takes no more than {count} sources.").format(count=_MOST_SOURCES),
                where=printable(folder),
                remedy=_("Begin another folder."),
            )
        new = [
            _written(folder, one, len(entries) + place, place, progress) for place, one in enumerate(exports)
        ]
        _write_list(folder, (*entries, *new))
        _name_files(folder, new)
    names = {entry.source.file for entry in entries}
    return Added(
        first.file,
        first.sha256,
        sum(entry.rows for entry in new),
        sum(one.source.problem_count for one in exports),
        already=False,
        namesake=first.file in names,
    )


def _written(folder: Path, export: Export, source: int, place: int, progress: Progress) -> Entry:
    """Write the rows of one table under their temporary names."""
    from casework.analytics.cases import as_cases, latest
    from casework.analytics.overlap import keyed

    closes = "closed" in dict(export.source.columns)
    cases = as_cases(export.table, can_close=closes, source=source)
    last = latest(cases)
    name = f"{export.source.sha256[:16]}-{place}.parquet"
    files: list[str] = []
    for month, rows in _by_month(keyed(cases)):
        progress(Step(_("Writing"), len(files)))
        file = Path(f"month={month}", name)
        (folder / file.parent).mkdir(exist_ok=True)
        _write_rows(folder / file.with_suffix(".part"), rows)
        files.append(file.as_posix())
    return Entry(
        _without_cells(export.source),
        tuple(files),
        cases.num_rows,
        closes,
        export.has_time,
        last if last != _NO_DATE else None,
    )


def _without_cells(source: ExportSource) -> ExportSource:
    """What is told of a source, without what stands in its cells: nobody knows what a cell with a problem holds."""
    problems = tuple(replace(problem, value="") for problem in source.problems)
    return replace(source, problems=problems, questions=())


def _by_month(cases: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month of receipt, in the order in which they came; ``none`` for those without a date."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from casework.analytics.periods import month_name

    stamps = pc.fill_null(cases["received"].cast(pa.int64()), np.iinfo(np.int64).min)
    months = stamps.combine_chunks().to_numpy().view("datetime64[us]").astype("datetime64[M]")
    index = np.where(np.isnat(months), -1, months.astype(np.int64) + _EPOCH_MONTH)
    order = np.argsort(index, kind="stable")
    sorted_index = index[order]
    starts = [0, *(np.flatnonzero(np.diff(sorted_index)) + 1).tolist()] if len(order) else []
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        month = int(sorted_index[start])
        yield ("none" if month < 0 else month_name(month)), cases.take(pa.array(order[start:end]))


def _write_rows(path: Path, rows: pa.Table) -> None:
    from pyarrow import parquet

    with _no_room_said(path), path.open("wb") as file:
        parquet.write_table(rows.combine_chunks(), file, row_group_size=_ROW_GROUP, compression="zstd")
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _no_room_said(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = _("The folder cannot be made or written: {reason}.").format(reason=error.strerror or error)
        raise Unavailable(what, where=printable(path.parent), remedy=_("Choose another folder.")) from error


def _make(folder: Path) -> None:
    with _no_room_said(folder / LIST):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    strange = [one.name for one in folder.iterdir() if not one.name.startswith(("month=", "lake."))]
    if strange and not is_lake(folder):
        raise CaseworkError(
            _("A lake needs a folder of its own, and this one holds other things."),
            where=printable(folder),
            remedy=_("Name a new folder."),
        )


def _listed(folder: Path) -> tuple[Entry, ...]:
    path = folder / LIST
    if not path.exists():
        return ()
    try:
        told = json.loads(path.read_text("utf-8"))
        form = told["form"]
        entries = tuple(map(_entry, told["sources"])) if form == _FORM else ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(
            _("The list of this lake cannot be read."),
            where=printable(path),
            remedy=_("Restore it, or fill a new folder from the exports."),
        ) from error
    if form != _FORM:
        raise Unavailable(
            _("This lake was written by a newer version of casework."),
            where=printable(folder),
            remedy=_("Install the newest casework and open it again."),
        )
    return entries


def _entry(told: dict[str, Any]) -> Entry:
    latest = told["latest"]
    if not all(_FILE.fullmatch(file) for file in told["files"]):
        raise ValueError(told["files"])
    return Entry(
        ExportSource.from_document(told["source"]),
        tuple(told["files"]),
        told["rows"],
        told["can_close"],
        told["has_time"],
        dt.date.fromisoformat(latest) if latest else None,
    )


def _document(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"latest": entry.latest.isoformat() if entry.latest else None}


def _write_list(folder: Path, entries: Sequence[Entry]) -> None:
    """Replace the list: from here on its sources are the lake."""
    document = {"form": _FORM, "sources": [_document(entry) for entry in entries]}
    path = folder / f"{LIST}.part"
    with _no_room_said(path), path.open("w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    path.replace(folder / LIST)
    _sync_folder(folder)


def _name_files(folder: Path, entries: Iterable[Entry]) -> None:
    """Give listed files their names, where they do not have them yet."""
    for entry in entries:
        for file in entry.files:
            half = folder / Path(file).with_suffix(".part")
            if half.exists():
                half.replace(folder / file)
    _sync_months(folder, entries)


def _sync_months(folder: Path, entries: Iterable[Entry]) -> None:
    for month in {folder / Path(file).parent for entry in entries for file in entry.files}:
        _sync_folder(month)


def _settle(folder: Path, entries: Sequence[Entry]) -> None:
    """Finish or remove what a crash left: listed files get their names, others go."""
    halves = list(folder.glob("month=*/*.part"))
    if not halves and not (folder / f"{LIST}.part").exists():
        return
    _name_files(folder, entries)
    for half in (*folder.glob("month=*/*.part"), folder / f"{LIST}.part"):
        half.unlink(missing_ok=True)


def _refuse_strangers(folder: Path, entries: Sequence[Entry]) -> None:
    listed = {file for entry in entries for file in entry.files}
    there = {path.relative_to(folder).as_posix() for path in folder.glob("month=*/*.parquet")}
    for file in sorted(listed ^ there):
        what = (
            _("A file of the lake is missing.")
            if file in listed
            else _("This file is not in the lake's list.")
        )
        remedy = (
            _("Restore it, or fill a new folder from the exports.")
            if file in listed
            else _("Move it out of the folder.")
        )
        raise Damaged(what, where=printable(folder / file), remedy=remedy)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be synchronised there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Only one process at a time lists, adds and mends. A lake that cannot be written is only read."""
    try:
        file = (folder / _LOCK).open("a+b")
    except OSError:
        if (halves := next(folder.glob("month=*/*.part"), None)) is None:
            yield
            return
        raise Unavailable(
            _("Adding to this lake was interrupted, and it cannot be finished without writing to it."),
            where=printable(halves),
            remedy=_("Open it once as somebody who may write there."),
        ) from None
    with file:
        _lock(file.fileno())
        yield


def _lock(handle: int) -> None:
    """Wait for the lock; the system lets go of it when the file is closed, also in a crash."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]  # on Windows only
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)

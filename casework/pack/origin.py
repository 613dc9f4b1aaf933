"""What a pack was made from: the files by name, size and SHA-256, and the office's own cases as they were.

A file's place is kept relative to the pack, and only where it lies near it: a pack is sent on, and no folder of this
machine goes with it.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

CASES = "cases.parquet"
_FARTHEST = 3  # how many folders up a place may lead


@dataclass(frozen=True)
class Origin:
    """The files that a report read, and the office's own cases where it read them (``own``, with ``has_time``).

    ``folders`` are lakes: folders of Parquet whose every file counts.
    """

    files: tuple[Path, ...] = ()
    own: pa.Table | None = field(default=None, repr=False)
    has_time: bool = True


def file_entries(files: Sequence[Path], pack: Path) -> list[dict[str, Any]]:
    """Name, size, SHA-256 and place of every file, for the document of a pack in the folder ``pack``."""
    return [_entry(one, file, pack) for file in files for one in _every(file)]


def _every(path: Path) -> list[Path]:
    """The files of a folder, in order, or the file itself."""
    return sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]


def _entry(path: Path, given: Path, pack: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.name if path == given else f"{given.name}/{path.relative_to(given).as_posix()}"
    return {"name": name, "sha256": digest, "size": path.stat().st_size, "place": _place(path, pack)}


def _place(path: Path, pack: Path) -> str | None:
    try:
        way = Path(os.path.relpath(path.resolve(), pack.resolve()))
    except ValueError:  # another drive
        return None
    return way.as_posix() if way.parts.count("..") <= _FARTHEST else None


def measure_columns(table: pa.Table) -> pa.Table:
    """The columns that the measures read; nothing of the people who complained."""
    from casework.analytics.cases import COLUMNS

    return table.select([name for name in table.column_names if name in COLUMNS])


def as_parquet(table: pa.Table) -> bytes:
    """The cases as a Parquet file: the same cases give the same bytes."""
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(measure_columns(table), target, compression="zstd")
    return target.getvalue()


def find_file(entry: dict[str, Any], pack: Path, beside: Path | None) -> Path | None:
    """Where a source is now: in the folder ``beside`` where one is given; else beside the pack, at its place, or here."""
    name = Path(str(entry["name"]).replace("\\", "/")).as_posix()
    if ".." in Path(name).parts or Path(name).is_absolute():
        return None
    here = Path.cwd() if beside is None else None
    places = [folder / name for folder in (beside, pack, pack.parent, here) if folder is not None]
    place = entry.get("place")
    if beside is None and isinstance(place, str) and not Path(place).is_absolute():
        places.append(pack / place)
    return next((path for path in places if path.is_file()), None)

"""Grids as plain lists, for tests of the readers."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from casework.exchange.archive import read_members
from casework.exchange.grid import Grid
from casework.exchange.guard import file_kind
from casework.exchange.readers import open_tables


def grids(path: Path) -> list[Grid]:
    """All tables of a file."""
    return list(open_tables(path, file_kind(path)))


def first(path: Path) -> Grid:
    """The first table of a file."""
    return grids(path)[0]


def cells(grid: Grid, most: int | None = None) -> list[list[str]]:
    """All cells as they are, a blank one as ``""``."""
    columns = [column.slice(0, most).to_pylist() for column in grid.columns]
    return [[cell or "" for cell in row] for row in zip(*columns, strict=True)]


def trimmed(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows without blank cells at their ends, and without blank rows at the end."""
    kept = []
    for row in rows:
        width = max((place + 1 for place, cell in enumerate(row) if cell), default=0)
        kept.append(list(row[:width]))
    while kept and not kept[-1]:
        kept.pop()
    return kept


def members(path: Path) -> dict[str, list[list[str]]]:
    """The first table of each member of a zip."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: cells(first(file)) for name, file in read_members(path, Path(folder))}


def by_libreoffice(files: Sequence[Path], folder: Path, kind: str) -> list[Path]:
    """Convert files in one call; skips where LibreOffice is missing."""
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to",
        kind,
    ]
    try:
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, files)],
            check=True,
            capture_output=True,
            timeout=120,
        )
    except (FileNotFoundError, subprocess.SubprocessError) as error:
        pytest.skip(f"LibreOffice does not convert here: {error}")
    return [folder / f"{file.stem}.{kind.partition(':')[0]}" for file in files]

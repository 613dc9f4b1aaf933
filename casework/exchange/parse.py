"""The parsing child: reads one untrusted file under limits and hands back Arrow.

``python -m casework.exchange.parse FILE LANG MEMORY_BYTES SECONDS``; standard output is a line of JSON (what was
understood, or the refusal) and then, where it was understood, an Arrow IPC stream of the rows.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from casework.exchange.grid import Grid
    from casework.exchange.guard import Kind
    from casework.exchange.recognise import Layout


def limit_resources(memory: int, seconds: int) -> None:
    """Cap address space (bytes) and processor time where the system can; the parent holds the clock as well."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS does not take every limit
            continue


class _WithoutPandas(MetaPathFinder):
    """Make ``import pandas`` fail here: pyarrow tries it at the first array, for 0.4 s and 60 MB of no use."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Refuse pandas, know nothing else."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main(argv: list[str]) -> int:
    """Parse one file and write the answer; every foreseeable fault becomes a refusal in JSON."""
    path, lang, memory, seconds = Path(argv[0]), argv[1], int(argv[2]), int(argv[3])
    limit_resources(memory, seconds)
    sys.meta_path.insert(0, _WithoutPandas())
    from casework.errors import CaseworkError
    from casework.i18n import set_language

    set_language(lang)
    out = sys.stdout.buffer
    try:
        answer, table = parse(path)
    except CaseworkError as error:
        refusal = {
            "what": error.what,
            "where": error.where,
            "remedy": error.remedy,
            "kind": type(error).__name__,
        }
        out.write(json.dumps({"refused": refusal}).encode() + b"\n")
        return 0
    except MemoryError:
        return 3
    except Exception:  # a fault of ours, or a file nobody foresaw: the parent logs it and names the file
        out.write(json.dumps({"failed": traceback.format_exc()}).encode() + b"\n")
        return 1
    import pyarrow as pa

    out.write(json.dumps(answer).encode() + b"\n")
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    out.flush()
    os._exit(0)  # the answer is out: freeing a few hundred megabytes cell by cell would only take time


def parse(path: Path) -> tuple[dict[str, Any], pa.Table]:
    """Understand one file: the facts of an :class:`~casework.model.ExportSource` and the table of rows.

    Raises a :class:`CaseworkError` where the file cannot be read or holds no table with a received date.
    """
    from casework.exchange.guard import file_kind

    grids = iter(_grids(path, file_kind(path)))
    with ThreadPoolExecutor(max_workers=1) as background:
        reading = background.submit(next, grids, None)  # the reader works outside the interpreter ...
        from casework.exchange.recognise import recognise  # ... so the rest loads meanwhile

        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        grid = reading.result()
    seen: list[tuple[int, Grid, Layout | None]] = []
    while grid is not None:
        layout = recognise(grid)
        seen.append((len(layout.columns) if layout and not grid.hidden else 0, grid, layout))
        if seen[-1][0] >= _PLENTY:
            break
        grid = next(grids, None)
    _roles, chosen, layout = max(seen, key=lambda item: item[0], default=(0, None, None))
    if chosen is None or layout is None:
        raise _nothing_recognised(path, [item[1] for item in seen])
    return _answer(path, sha256, chosen, layout)


_PLENTY = 4  # a sheet that plays this many roles is the table of cases; otherwise the other sheets are looked at too


def _answer(path: Path, sha256: str, grid: Grid, layout: Layout) -> tuple[dict[str, Any], pa.Table]:
    from casework.errors import BadFile
    from casework.exchange.extract import extract
    from casework.i18n import _

    found = extract(grid, layout)
    if not found.rows:
        raise BadFile(
            _("The table has headers but no rows."),
            where=_place(path, grid.sheet),
            remedy=_("Export it again with its rows."),
        )
    answer = {
        "file": path.name,
        "sha256": sha256,
        "sheet": grid.sheet,
        "header_row": int(grid.row_numbers[layout.header]),
        "encoding": grid.encoding,
        "rows": found.rows,
        "duplicates": found.duplicates,
        "columns": {role: _header_text(grid, layout, column) for role, column in layout.columns.items()},
        "problems": [dataclasses.asdict(problem) for problem in found.problems],
        "problem_count": found.problem_count,
        "has_time": found.has_time,
        "notes": list(found.notes),
    }
    return answer, found.table


def _grids(path: Path, kind: Kind) -> Iterable[Grid]:
    if kind == "text":
        from casework.exchange.delimited import read_text

        return [read_text(path)]
    from casework.exchange.spreadsheet import read_sheets

    return read_sheets(path, kind)


def _header_text(grid: Grid, layout: Layout, column: int) -> str:
    return grid.row(layout.header)[column] or layout.headers[column]


def _place(path: Path, sheet: str | None) -> str:
    return f"{path.name}, {sheet}" if sheet else path.name


def _nothing_recognised(path: Path, grids: list[Grid]) -> Exception:
    from casework.errors import BadFile
    from casework.i18n import _

    filled = [grid for grid in grids if grid.height]
    if not filled:
        return BadFile(_("The workbook has no rows."), where=path.name, remedy=_("Export it again."))
    grid = filled[0]
    headers = next(
        (cells for cells in (grid.row(i) for i in range(min(grid.height, 40))) if sum(map(bool, cells)) > 1),
        grid.row(0),
    )
    shown = ", ".join(cell[:40] for cell in headers if cell)[:300]
    if grid.height == 1:
        return BadFile(
            _("The table has headers but no rows."),
            where=_place(path, grid.sheet),
            remedy=_("Export it again with its rows."),
        )
    return BadFile(
        _("No column holds a recognisable received date. Columns seen: {columns}.").format(
            columns=shown or "-"
        ),
        where=_place(path, grid.sheet),
        remedy=_("Name the column “received”, “created” or 接收日期 and try again."),
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

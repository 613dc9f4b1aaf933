"""One file to its tables: which sheets count, which columns are worth building, what is told about each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import BadFile
from casework.i18n import _

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from casework.exchange.extract import Extract
    from casework.exchange.grid import Grid
    from casework.exchange.recognise import Layout

_SAMPLES = 5
_LONGEST_SAMPLE = 80
_DEPTH = 40
_SPANS = 10
_BIG = 1 << 20  # bytes: below, looking twice takes longer than reading all


@dataclass(frozen=True)
class Request:
    """What is asked of one file.

    ``roles`` are those to build (None: all), ``wanted`` a person's own choice of columns (role to header), ``sheet``
    the one sheet to read. With ``raw`` the rows with problems come along as they are written.
    """

    path: str
    roles: tuple[str, ...] | None = None
    wanted: dict[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    sheet: str | None = None
    raw: bool = False


@dataclass(frozen=True)
class Understood:
    """One table: what is told about it (JSON can say it) and its rows; ``raw`` as asked.

    ``facts["refusal"]`` is there where no column holds a received date: then ``table`` has no rows.
    """

    facts: dict[str, Any]
    table: pa.Table
    raw: pa.Table | None


def understand(request: Request) -> list[Understood]:
    """Read every table of cases in a file, or in the files of a zip. Raises :class:`CaseworkError`.

    Of a workbook's visible sheets the one that plays most roles counts, and every other of the same layout;
    hidden ones only where no visible one does.
    """
    from casework.exchange.guard import file_kind

    path = Path(request.path)
    kind = file_kind(path)
    if kind != "zip":
        return _one_file(path, kind, path.name, request)
    with tempfile.TemporaryDirectory(prefix="casework-") as folder:
        return _archive(path, Path(folder), request)


def _archive(path: Path, folder: Path, request: Request) -> list[Understood]:
    from casework.exchange.archive import read_members
    from casework.exchange.guard import file_kind

    found: list[Understood] = []
    refused: list[str] = []
    for name, member in read_members(path, folder):
        try:
            found += _one_file(member, file_kind(member), f"{path.name}/{name}", request)
        except BadFile as error:
            refused.append(f"{name}: {error.what}")
        finally:
            member.unlink(missing_ok=True)
    if not found:
        raise BadFile(
            _("No file in the zip can be read: {reasons}").format(
                reasons="; ".join(refused) or _("it holds no spreadsheet.")
            ),
            where=path.name,
            remedy=_("Unpack it and look at the files one by one."),
        )
    for text in refused:
        found[0].facts["notes"].append(_("Left out of the zip: {name}").format(name=text))
    return found


def _one_file(path: Path, kind: Any, name: str, request: Request) -> list[Understood]:
    chosen, passed_over = _choose(path, kind, request)
    if not chosen:
        raise _nothing_recognised(name, passed_over)
    sha256 = _sha256(path)
    found = [_understood(name, sha256, grid, layout, request) for grid, layout in chosen]
    others = [grid.sheet for grid in passed_over if grid.sheet and grid.height > 1 and not grid.hidden]
    if others:
        shown = ", ".join(f"“{sheet}”" for sheet in others[:10])
        found[0].facts["notes"].append(
            _("Sheets that were not read, because their layout is another: {sheets}.").format(sheets=shown)
        )
    return found


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _choose(path: Path, kind: Any, request: Request) -> tuple[list[tuple[Grid, Layout]], list[Grid]]:
    """The sheets that count, and those that do not."""
    quick = _quick(path, kind, request)
    if quick is not None:
        return quick
    from casework.exchange.readers import open_tables
    from casework.exchange.recognise import recognise

    seen: list[tuple[Grid, Layout | None]] = []
    for grid in open_tables(path, kind):
        if request.sheet is not None and grid.sheet != request.sheet:
            continue
        if grid.hidden and request.sheet is None and any(_rank(*item) > 1 for item in seen):
            break  # the visible ones serve
        seen.append((grid, recognise(grid, request.wanted)))
    return _best(seen)


def _best(seen: list[tuple[Grid, Layout | None]]) -> tuple[list[tuple[Grid, Layout]], list[Grid]]:
    best = max(seen, key=lambda item: _rank(*item), default=None)
    if best is None or best[1] is None or not _rank(*best):
        return [], [grid for grid, _layout in seen]
    fingerprint = best[1].fingerprint
    chosen = [
        (grid, layout)
        for grid, layout in seen
        if layout is not None and layout.fingerprint == fingerprint and (not grid.hidden or grid is best[0])
    ]
    passed_over = [grid for grid, layout in seen if layout is None or layout.fingerprint != fingerprint]
    return chosen, passed_over


def _rank(grid: Grid, layout: Layout | None) -> float:
    """How much a sheet looks like a table of cases: its roles, and whether it says when they were received."""
    if layout is None or grid.height <= layout.header.first:
        return 0.0
    roles = len(layout.columns)
    return (1 + roles if "received" in layout.columns else 0.1 + roles / 1000) - 0.5 * grid.hidden


def _quick(path: Path, kind: Any, request: Request) -> tuple[list[tuple[Grid, Layout]], list[Grid]] | None:
    """For a big workbook: look at the first rows of its sheets, then build only the columns that are asked for.

    None where that is not possible, or where the whole columns tell another story than the first rows.
    """
    if kind != "xlsx" or request.roles is None or request.raw or path.stat().st_size < _BIG:
        return None
    from casework.exchange.peek import peek, visible_sheets

    names = visible_sheets(path) if request.sheet is None else [request.sheet]
    heads = [peek(path, name) for name in names]
    if not heads or None in heads:
        return None
    from casework.exchange.recognise import recognise

    chosen, passed_over = _best([(grid, recognise(grid, request.wanted)) for grid in heads if grid])
    whole = []
    for head, layout in chosen:
        grid = _needed_columns(path, kind, head, layout, request)
        if grid is None:
            return None
        whole.append((grid, layout))
    return (whole, passed_over) if whole else None


def _needed_columns(path: Path, kind: Any, head: Grid, layout: Layout, request: Request) -> Grid | None:
    from casework.exchange.recognise import still_fits
    from casework.exchange.spreadsheet import read_sheet

    roles = {*(request.roles or ()), "case_no"}
    columns = {column for role, column in layout.columns.items() if role in roles}
    if "on_time" in roles and layout.late_flags is not None:
        columns.add(layout.late_flags)
    if "received" not in layout.columns:
        return None
    grid = read_sheet(path, kind, head.sheet or "", sorted({0, *columns}))
    return grid if still_fits(layout, head, grid) else None


def _understood(name: str, sha256: str, grid: Grid, layout: Layout, request: Request) -> Understood:
    from casework.exchange.extract import extract

    facts = _facts(name, sha256, grid, layout)
    facts["samples"] = (
        [_samples(column, layout.header.first) for column in grid.columns] if request.raw else []
    )
    if "received" not in layout.columns:
        return _not_understood(facts, name, grid, layout, request)
    found = extract(grid, layout, request.day_first, request.roles)
    if not found.rows:
        raise _no_rows(name, grid)
    facts |= _figures(found)
    facts["notes"] = [*facts["notes"], *found.notes]
    return Understood(facts, found.table, _raw(grid, found.faulty) if request.raw else None)


def _figures(found: Extract) -> dict[str, Any]:
    return {
        "rows": found.rows,
        "duplicates": found.duplicates,
        "problems": [asdict(problem) for problem in found.problems],
        "problem_count": found.problem_count,
        "has_time": found.has_time,
        "day_first": found.day_first,
        "questions": [asdict(question) for question in found.questions],
    }


def _facts(name: str, sha256: str, grid: Grid, layout: Layout) -> dict[str, Any]:
    header = layout.header
    return {
        "file": name,
        "sha256": sha256,
        "sheet": grid.sheet,
        "header_row": int(grid.row_numbers[header.index]),
        "encoding": grid.encoding,
        "columns": {choice.role: _as_written(grid, layout, choice.column) for choice in layout.choices},
        "choices": [asdict(choice) for choice in layout.choices],
        "unused": list(layout.unused),
        "fingerprint": layout.fingerprint,
        "profile": [asdict(column) for column in layout.profile],
        "headers": list(layout.headers),
        "notes": list(_grid_notes(grid)),
    }


def _as_written(grid: Grid, layout: Layout, column: int) -> str:
    return grid.row(layout.header.index)[column] or layout.headers[column]


def _samples(column: pa.Array, first: int) -> list[str]:
    cells = (cell.strip()[:_LONGEST_SAMPLE] for cell in column.slice(first, 200).to_pylist() if cell)
    return [cell for cell in cells if cell][:_SAMPLES]


def _grid_notes(grid: Grid) -> Iterator[str]:
    if grid.hidden:
        yield _("The sheet is hidden in the workbook; it was read.")
    if grid.hidden_rows:
        spans = (str(one) if one == last else f"{one}-{last}" for one, last in grid.hidden_spans[:_SPANS])
        text = _("{count} hidden rows were read like the others: {rows}.")
        shown = ", ".join(spans) + (" …" if len(grid.hidden_spans) > _SPANS else "")
        yield text.format(count=grid.hidden_rows, rows=shown)
    if grid.hidden_columns:
        names = ", ".join(map(_letters, grid.hidden_columns[:_SPANS]))
        yield _("Hidden columns were read like the others: {columns}.").format(columns=names)


def _letters(column: int) -> str:
    """A column's letters in a spreadsheet program: 0 is A, 27 is AB."""
    letters = ""
    while column >= 0:
        column, place = divmod(column, 26)
        letters, column = chr(65 + place) + letters, column - 1
    return letters


def _raw(grid: Grid, faulty: np.ndarray) -> pa.Table:
    """Rows as they are written: row (int64) and one text column for each of the sheet's, c0, c1, …"""
    import pyarrow as pa

    places = pa.array(faulty)
    columns = {"row": pa.array(grid.row_numbers[faulty])}
    for place, column in enumerate(grid.columns):
        columns[f"c{place}"] = column.take(places)
    return pa.table(columns)


def _not_understood(
    facts: dict[str, Any], name: str, grid: Grid, layout: Layout, request: Request
) -> Understood:
    """A table that a person has to explain first: its headers and a few cells, and the refusal for who cannot ask."""
    import pyarrow as pa

    from casework.sources import Question

    error = _no_received(name, grid)
    if not request.raw:
        raise error
    options = tuple((header, header) for header in layout.headers)
    question = Question("role", "received", _("Which column says when a case was received?"), options)
    facts |= {
        "rows": 0,
        "duplicates": 0,
        "problems": [],
        "problem_count": 0,
        "has_time": False,
        "day_first": None,
        "questions": [asdict(question)],
        "refusal": str(error),
    }
    return Understood(facts, pa.table({"row": pa.array([], pa.int64())}), None)


def _nothing_recognised(name: str, grids: list[Grid]) -> BadFile:
    filled = [grid for grid in grids if grid.height]
    if not filled:
        return BadFile(_("The workbook has no rows."), where=name, remedy=_("Export it again."))
    if filled[0].height == 1:
        return _no_rows(name, filled[0])
    return _no_received(name, filled[0])


def _no_rows(name: str, grid: Grid) -> BadFile:
    return BadFile(
        _("The table has headers but no rows."),
        where=_place(name, grid.sheet),
        remedy=_("Export it again with its rows."),
    )


def _no_received(name: str, grid: Grid) -> BadFile:
    rows = (grid.row(index) for index in range(min(grid.height, _DEPTH)))
    headers = next((cells for cells in rows if sum(map(bool, cells)) > 1), grid.row(0))
    shown = ", ".join(cell[:40] for cell in headers if cell)[:300]
    return BadFile(
        _("No column holds a recognisable received date. Columns seen: {columns}.").format(
            columns=shown or "-"
        ),
        where=_place(name, grid.sheet),
        remedy=_("Name the column “received”, “created” or 接收日期 and try again."),
    )


def _place(name: str, sheet: str | None) -> str:
    return f"{name}, {sheet}" if sheet else name

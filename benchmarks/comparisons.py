"""What is compared with what. Each function returns the lines of one section."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import data
from benchmarks.harness import ROOT, Side, memory, race, told
from benchmarks.lake_data import parquet
from benchmarks.table import Line, Target, timed, weighed

PYTHON = sys.executable
PEERS = ROOT / "benchmarks" / "peers"
CASEWORK = (PYTHON, "-m", "casework")


UNCACHED = {"CASEWORK_CACHE_MB": "0"}  # every round is a first look


@dataclass(frozen=True)
class Size:
    """How much work the sides do, and how often."""

    rows: int = 200_000
    big_rows: int = 1_000_000
    small_rows: int = 10_000
    out_rows: int = 100_000
    megabytes: int = 200
    letters: int = 40
    rounds: int = 5
    slow_rounds: int = 2
    start_rounds: int = 15
    cases: int = 1_000_000
    most_cases: int = 10_000_000
    few_cases: int = 10_000
    inner: int = 5


QUICK = Size(
    rows=2_000,
    big_rows=4_000,
    small_rows=1_000,
    out_rows=2_000,
    megabytes=4,
    letters=2,
    rounds=1,
    slow_rounds=1,
    start_rounds=2,
    cases=3_000,
    most_cases=6_000,
    few_cases=1_000,
    inner=1,
)


def export_to_measures(size: Size) -> Iterator[Line]:
    """An export of twelve columns to measures, against libraries that only read it."""
    path = data.export(size.rows)
    what = f"report --json, {size.rows:,} × 12"
    ours = Side(what, [*CASEWORK, "report", path, "--json"], accepted=(0, 1), env=UNCACHED)
    bare = Side("fastexcel to Arrow", [PYTHON, PEERS / "read_fastexcel.py", path])
    calamine = Side("pandas, calamine", [PYTHON, PEERS / "read_pandas.py", path, "calamine"])
    default = Side(
        "pandas, default engine", [PYTHON, PEERS / "read_pandas.py", path], rounds=size.slow_rounds
    )
    times = race([ours, bare, calamine, default], size.rounds)
    yield timed(what, bare.name, times[what], times[bare.name], Target(1.6))
    yield timed(what, calamine.name, times[what], times[calamine.name])
    yield timed(what, default.name, times[what], times[default.name], Target(15, at_least=True))
    mine, theirs = memory(ours), memory(bare)
    yield weighed("peak memory, largest process", bare.name, mine.largest, theirs.largest, Target(2))
    if mine.together and theirs.together:
        yield weighed("peak memory, all processes", bare.name, mine.together, theirs.together, Target(2))


def big_export(size: Size) -> Iterator[Line]:
    """A million rows to measures: the first look, the second, and whether the time for a row stays the same."""
    path, small = data.export(size.big_rows), data.export(size.small_rows)
    command = [*CASEWORK, "report", path, "--json"]
    with tempfile.TemporaryDirectory() as folder:
        cached = {"CASEWORK_CACHE": folder}
        what = f"first look, {size.big_rows:,} × 12"
        first = Side(what, command, accepted=(0, 1), env=cached, prepare=lambda: _empty(Path(folder)))
        again = Side("second look", command, accepted=(0, 1), env=cached)
        bare = Side("fastexcel to Arrow", [PYTHON, PEERS / "read_fastexcel.py", path])
        default = Side("pandas, default engine", [PYTHON, PEERS / "read_pandas.py", path], rounds=1)
        little = Side("small", [*CASEWORK, "report", small, "--json"], accepted=(0, 1), env=UNCACHED)
        times = race([bare, first, again, little, default], max(size.slow_rounds, size.rounds // 2))
    yield timed(what, bare.name, times[what], times[bare.name], Target(1.15))
    yield timed(what, default.name, times[what], times[default.name], Target(25, at_least=True))
    yield timed("second look", "the first", times["second look"], times[what], Target(0.05))
    share = size.small_rows / size.big_rows
    scaled = [None if each is None else each * share for each in times[what]]
    yield timed(
        f"a row of {size.big_rows:,}", f"a row of {size.small_rows:,}", scaled, times["small"], Target(1)
    )


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def import_cases(size: Size) -> Iterator[Line]:
    """An export staged, checked, imported, audited and searchable, against reading it and one plain table."""
    path = data.export(size.rows)
    what = f"import, {size.rows:,} × 12"
    with tempfile.TemporaryDirectory() as folder:
        workspace, database = Path(folder, "workspace"), Path(folder, "plain.db")
        ours = Side(
            what,
            [*CASEWORK, "import", path, "--yes", "--workspace", workspace],
            accepted=(0, 1),
            prepare=lambda: shutil.rmtree(workspace, ignore_errors=True),
        )
        bare = Side(
            "fastexcel and executemany",
            [PYTHON, PEERS / "read_and_executemany.py", path, database],
            prepare=lambda: database.unlink(missing_ok=True),
        )
        times = race([ours, bare], size.slow_rounds)
    yield timed(what, bare.name, times[what], times[bare.name], Target(4))


def workbook_out(size: Size) -> Iterator[Line]:
    """The report's workbook (five sheets, charts) against one sheet of the same cases by pandas."""
    path = data.export(size.rows)
    what = f"report --out .xlsx, {size.rows:,} cases"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "ours.xlsx")
        ours = Side(what, [*CASEWORK, "report", path, "--out", out], accepted=(0, 1), env=UNCACHED)
        sides = [
            Side(
                f"{reader} + pandas.to_excel",
                [PYTHON, PEERS / "write_pandas.py", path, Path(folder, "peer.xlsx"), reader],
                rounds=size.slow_rounds,
            )
            for reader in ("fastexcel", "calamine")
        ]
        times = race([ours, *sides], size.slow_rounds)
    for side in sides:
        yield timed(what, side.name, times[what], times[side.name])


def table_out(size: Size) -> Iterator[Line]:
    """Twelve columns with formats to one sheet, against pandas with openpyxl doing the same."""
    path = data.table(size.out_rows)
    what = f"write_table, {size.out_rows:,} × 12"
    with tempfile.TemporaryDirectory() as folder:
        ours = Side(what, [PYTHON, PEERS / "write_table.py", path, Path(folder, "ours.xlsx")])
        peer = Side(
            "pandas.to_excel, openpyxl, with formats",
            [PYTHON, PEERS / "write_formats.py", path, Path(folder, "peer.xlsx")],
            rounds=size.slow_rounds,
        )
        times = race([ours, peer], size.slow_rounds)
        mine, theirs = memory(ours), memory(peer)
    yield timed(what, peer.name, times[what], times[peer.name], Target(4, at_least=True))
    yield weighed(f"peak memory ({mine.largest:.0f} MiB)", peer.name, mine.largest, theirs.largest, Target(1))


def letter(size: Size) -> Iterator[Line]:
    """Letters in one process, against docxtpl opening the same kind of template for each."""
    what = f"{size.letters} letters in one process"
    ours = Side(what, [PYTHON, PEERS / "letters.py", "casework", str(size.letters)])
    peer = Side(
        "docxtpl, template opened each time", [PYTHON, PEERS / "letters.py", "docxtpl", str(size.letters)]
    )
    times = race([ours, peer], size.rounds)
    yield timed(what, peer.name, times[what], times[peer.name])


def attach(size: Size) -> Iterator[Line]:
    """One file into the vault, hashed and on disk, against cp, sync and sha256sum."""
    path = data.evidence(size.megabytes)
    what = f"evidence add, {size.megabytes} MiB"
    folder = Path(tempfile.mkdtemp(prefix="attach-", dir=data.FOLDER))  # the same disk as the file
    try:
        copy, workspace = folder / "copy.mp4", folder / "workspace"
        case_no = data.workspace(workspace)
        ours = Side(
            what,
            [*CASEWORK, "evidence", "add", case_no, path, "--workspace", workspace],
            prepare=lambda: data.renew(path),
        )
        script = 'cp "$1" "$2" && sync "$2" && sha256sum "$2"'
        peer = Side(
            "cp + sync + sha256sum", ["sh", "-c", script, "sh", path, copy], prepare=lambda: copy.unlink(True)
        )
        times = race([ours, peer], size.rounds)
    finally:
        shutil.rmtree(folder)
    yield timed(what, peer.name, times[what], times[peer.name])


def start(size: Size) -> Iterator[Line]:
    """Importing the package and asking for help, against an interpreter that does nothing."""
    script = Path(sysconfig.get_path("scripts"), "casework")
    helped = [script] if script.exists() else CASEWORK
    imported = Side("import casework", [PYTHON, "-c", "import casework"])
    asked = Side("casework --help", [*helped, "--help"])
    bare = Side("python -c pass", [PYTHON, "-c", "pass"])
    times = race([imported, asked, bare], size.start_rounds)
    yield timed(imported.name, bare.name, times[imported.name], times[bare.name], Target(3))
    yield timed(asked.name, bare.name, times[asked.name], times[bare.name], Target(8))


MONTH = "2025-10"


def review(size: Size) -> Iterator[Line]:
    """All measures of a month and a filter change in an open dashboard, against the same by hand in SQL and matplotlib."""
    cases, inner = _cases(size.cases), str(size.inner)
    ours = Side("all measures", [PYTHON, PEERS / "measures.py", cases, MONTH, inner])
    hand = Side("SQL by hand", [PYTHON, PEERS / "measures_sql.py", cases, MONTH, inner])
    redraw = [PYTHON, PEERS / "redraw.py"]
    change = Side("filter to charts", [*redraw, "casework", cases, MONTH, inner])
    bare = Side("DuckDB and matplotlib", [*redraw, "bare", cases, MONTH, inner])
    times = race([ours, hand, change, bare], size.slow_rounds, told)
    what = f"all measures of a month, {size.cases:,} cases"
    yield timed(what, hand.name, times[ours.name], times[hand.name], Target(1.5))
    what = f"a filter change to six charts, {size.cases:,} cases"
    yield timed(what, bare.name, times[change.name], times[bare.name], Target(1.5))


def rows(size: Size) -> Iterator[Line]:
    """Does a case take longer where there are more of them?"""
    many, few = (
        Side(f"{count:,}", [PYTHON, PEERS / "measures.py", _cases(count), MONTH, str(size.inner)])
        for count in (size.most_cases, size.few_cases)
    )
    times = race([many, few], size.slow_rounds, told)
    share = size.few_cases / size.most_cases
    scaled = [None if each is None else each * share for each in times[many.name]]
    yield timed(
        f"a case of {size.most_cases:,}",
        f"a case of {size.few_cases:,}",
        scaled,
        times[few.name],
        Target(1),
    )


def _cases(count: int) -> str:
    return str(parquet(count) / "*.parquet")


SECTIONS: dict[str, Callable[[Size], Iterator[Line]]] = {
    "export": export_to_measures,
    "big": big_export,
    "import": import_cases,
    "workbook": workbook_out,
    "out": table_out,
    "letter": letter,
    "attach": attach,
    "start": start,
    "review": review,
    "rows": rows,
}

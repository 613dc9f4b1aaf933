"""A lake takes exports whole, once, and reads as it did after any crash."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from casework.analytics.engines import open_engine
from casework.errors import BadFile, CaseworkError, Damaged, NotFound, Unavailable
from casework.lake import LIST, add_exports, cases_of, open_lake
from casework.measuring import report_exports
from tests.commands import casework

HEADER = ("登记编号", "登记日期", "办结日期", "信息来源", "投诉人", "联系电话", "投诉内容")
HOSTILE = (
    "../../etc/passwd",
    "a/b\\c",
    "month=1999-01",
    "",
    "'; DROP TABLE x; --",
    "渠" * 200,
    "=1+1",
    "nul\n2",
)


def an_export(path: Path, rows: int, *, start: int = 0, closed: bool = True) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(HEADER)
        for number in range(start, start + rows):
            received = dt.date(2026, 1, 1) + dt.timedelta(days=number % 300)
            done = received + dt.timedelta(days=9) if closed and number % 3 else ""
            channel = HOSTILE[number % len(HOSTILE)]
            who = ("赵甲子", "13800001234", "客服辱骂，拒绝退款")
            lines.writerow((f"N-{number:05}", received if number % 11 else "", done, channel, *who))
    return path


def added(folder: Path, *exports: Path) -> list[bool]:
    return [not one.already for one in add_exports(folder, exports)]


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lake.lock"
    }


def numbers(folder: Path) -> list[str]:
    engine = open_engine()
    found: list[str] = engine.arrow(cases_of(open_lake(folder), engine))["case_no"].to_pylist()
    return sorted(found)


def test_an_export_is_added_once_and_only_what_is_measured(tmp_path: Path) -> None:
    lake, export = tmp_path / "lake", an_export(tmp_path / "a.csv", 500)
    assert added(lake, export) == [True]
    before = content(lake)
    assert added(lake, export) == [False]
    assert content(lake) == before
    assert {Path(name).parent.name for name in before if name != LIST} == {
        *(f"month=2026-{month:02}" for month in range(1, 11)),
        "month=none",
    }
    tables = [pq.read_table(lake / name, partitioning=None) for name in before if name != LIST]
    assert sum(table.num_rows for table in tables) == 500 == open_lake(lake).rows
    everything = b"".join(before.values()) + "".join(str(table.to_pydict()) for table in tables).encode()
    for private in ("赵甲子", "13800001234", "拒绝退款"):
        assert private.encode() not in everything


def test_every_path_in_a_lake_is_made_of_months_and_hashes(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    added(lake, an_export(tmp_path / "..a;b 渠道.csv", 100))
    [source] = open_lake(lake).sources
    assert source.file == "..a;b 渠道.csv"
    assert {Path(name).name for name in content(lake) if name != LIST} == {f"{source.sha256[:16]}-0.parquet"}
    assert {path.name for path in tmp_path.iterdir()} == {"lake", "..a;b 渠道.csv"}


def test_undated_rows_are_kept_and_counted_as_undated(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    export = an_export(tmp_path / "a.csv", 110)
    added(lake, export)
    table = pq.read_table(lake / "month=none", partitioning=None)
    assert table.num_rows == 10 and table["received"].null_count == 10


def test_a_report_of_a_lake_is_the_report_of_its_exports(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    first = an_export(tmp_path / "a.csv", 400, closed=False)
    second = an_export(tmp_path / "b.csv", 400, start=200)
    added(lake, first, second)
    of_lake, of_files = report_exports([lake]), report_exports([first, second])
    assert of_lake.review == of_files.review
    assert of_lake.received == 600 - len([number for number in range(600) if number % 11 == 0])


def test_a_new_file_of_an_old_name_stands_beside_it_and_its_cases_count_once(tmp_path: Path) -> None:
    lake, old, new = tmp_path / "lake", tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    an_export(old / "month.csv", 50, closed=False)
    an_export(new / "month.csv", 60)
    [one] = add_exports(lake, [old / "month.csv"])
    [other] = add_exports(lake, [new / "month.csv"])
    assert (one.namesake, other.namesake) == (False, True)
    assert [source.file for source in open_lake(lake).sources] == ["month.csv", "month.csv"]
    undated = [number for number in range(50) if number % 11 == 0]  # without a day nobody knows them again
    assert len(numbers(lake)) == 60 + len(undated)


@pytest.mark.parametrize("moment", range(4))
def test_a_kill_leaves_the_lake_as_it_was_or_with_the_whole_source(tmp_path: Path, moment: int) -> None:
    """The process stops itself with SIGKILL at a system call of the writing: files, list, names."""
    lake, first, second = tmp_path / "lake", tmp_path / "a.csv", tmp_path / "b.csv"
    added(lake, an_export(first, 60))
    before = content(lake)
    an_export(second, 60, start=1000)
    killer = f"""
import os, signal, sys
from pathlib import Path
import casework.lake as lake
at, calls = {moment}, iter(range(10**6))
def deadly(real):
    def call(*given, **named):
        if next(calls) == steps[at]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)
    return call
steps = (3, 9, 10, 12)  # a file, before the list, after it, between two names
lake.os.fsync = deadly(os.fsync)
lake.Path.replace = deadly(Path.replace)
list(lake.add_exports(Path(sys.argv[1]), [sys.argv[2]]))
"""
    died = subprocess.run(
        [sys.executable, "-c", killer, str(lake), str(second)], capture_output=True, text=True
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    opened = open_lake(lake)
    assert len(opened.sources) in (1, 2)
    if len(opened.sources) == 1:
        assert content(lake) == before
    assert numbers(lake) == numbers(lake)
    assert not list(lake.rglob("*.part"))
    assert len(numbers(lake)) == 60 * len(opened.sources)
    assert added(lake, second) == [len(opened.sources) == 1]
    assert len(numbers(lake)) == 120


def test_two_who_add_the_same_file_at_once_add_it_once(tmp_path: Path) -> None:
    lake, export = tmp_path / "lake", an_export(tmp_path / "a.csv", 200)
    script = "import sys; from pathlib import Path; from casework.lake import *; list(add_exports(Path(sys.argv[1]), sys.argv[2:]))"
    running = [subprocess.Popen([sys.executable, "-c", script, str(lake), str(export)]) for _ in range(2)]
    assert [process.wait() for process in running] == [0, 0]
    assert len(open_lake(lake).sources) == 1
    assert len(numbers(lake)) == 200


def test_what_cannot_be_read_adds_nothing(tmp_path: Path) -> None:
    lake, export, broken = tmp_path / "lake", an_export(tmp_path / "a.csv", 20), tmp_path / "b.csv"
    broken.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(BadFile):
        added(lake, export, broken)
    assert len(open_lake(lake).sources) == 1
    with pytest.raises(NotFound):
        added(lake, tmp_path / "*.nothing")


def test_a_folder_with_other_things_does_not_become_a_lake(tmp_path: Path) -> None:
    export = an_export(tmp_path / "a.csv", 20)
    with pytest.raises(CaseworkError, match=tmp_path.name):
        added(tmp_path, export)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("harm", ["missing", "stranger", "list", "outside", "newer"])
def test_a_lake_that_is_not_what_it_says_is_refused(tmp_path: Path, harm: str) -> None:
    lake = tmp_path / "lake"
    added(lake, an_export(tmp_path / "a.csv", 40))
    file = next(lake.glob("month=2026-01/*.parquet"))
    told = json.loads((lake / LIST).read_text("utf-8"))
    if harm == "missing":
        file.unlink()
    elif harm == "stranger":
        file.with_name("x.parquet").write_bytes(file.read_bytes())
    elif harm == "list":
        (lake / LIST).write_text("{", "utf-8")
    elif harm == "outside":
        told["sources"][0]["files"][0] = "../a.csv"
        (lake / LIST).write_text(json.dumps(told), "utf-8")
    else:
        (lake / LIST).write_text(json.dumps(told | {"form": 2}), "utf-8")
    with pytest.raises(Unavailable if harm == "newer" else Damaged) as refusal:
        open_lake(lake)
    assert "\n" not in str(refusal.value)


def test_the_command_adds_and_lists(tmp_path: Path) -> None:
    lake, export = tmp_path / "lake", an_export(tmp_path / "a.csv", 22)
    environment = {"CASEWORK_LAKE": str(lake)}
    first = casework("lake", "add", str(export), "--json", **environment)
    assert first.returncode == 1  # rows without a date are problems
    assert [one["added"] for one in json.loads(first.stdout)] == [True]
    again = casework("lake", "add", str(export), "--lang", "en", **environment)
    assert again.returncode == 0 and "already" in again.stdout
    listed = casework("lake", "list", "--json", **environment)
    assert [(one["file"], one["rows"]) for one in json.loads(listed.stdout)] == [("a.csv", 22)]
    missing = casework("lake", "list", "--lake", str(tmp_path / "none"))
    assert missing.returncode == 2 and missing.stderr.count("\n") == 1


def test_half_a_thing_from_before_a_crash_does_not_stop_a_reader_without_rights(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    lake = tmp_path / "lake"
    added(lake, an_export(tmp_path / "a.csv", 20))
    (lake / "lake.lock").unlink()
    lake.chmod(0o500)
    try:
        assert open_lake(lake).rows == 20
    finally:
        lake.chmod(0o700)

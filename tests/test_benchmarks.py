"""The benchmarks run; how fast is nobody's business here, for a busy machine would make a test lie."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.harness import Side, SideError, race, ratios, seconds
from benchmarks.table import Target, timed

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the benchmarks need /proc and wait4: Linux only"
)


@pytest.mark.slow
def test_the_quick_benchmarks_measure_every_section(tmp_path: Path) -> None:
    out = tmp_path / "lines.json"
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    lines = json.loads(out.read_text(encoding="utf-8"))["lines"]
    peers = " ".join(line["peer"] for line in lines)
    assert all(
        word in peers
        for word in (
            "fastexcel",
            "calamine",
            "default",
            "to_excel",
            "docxtpl",
            "sha256sum",
            "pass",
            "executemany",
            "first",
        )
    )
    assert all(line["ratio"] > 0 for line in lines)


def test_sides_take_turns_and_ratios_are_taken_within_a_round(tmp_path: Path) -> None:
    log = tmp_path / "log"

    def side(name: str, rounds: int | None = None) -> Side:
        return Side(name, ["sh", "-c", f"echo {name} >> {log}"], rounds=rounds)

    times = race([side("a"), side("b"), side("slow", rounds=1)], rounds=2)
    assert log.read_text().split() == ["a", "b", "a", "b", "slow", "a", "b"]
    assert times["slow"][1] is None
    assert len(ratios(times["a"], times["slow"])) == 1
    assert ratios([2.0, 6.0], [1.0, 2.0]) == [2.0, 3.0]


def test_memory_counts_the_largest_process_and_all_together() -> None:
    child = "import sys,subprocess,time; x = bytearray(60 << 20); x[::4096] = b'1' * len(x[::4096]);"
    two = f"{child} p = subprocess.Popen([sys.executable, '-c', {child + ' time.sleep(1)'!r}]); p.wait()"
    measure = (
        "import sys; from benchmarks.harness import Side, memory;"
        f"peak = memory(Side('two', [sys.executable, '-c', {two!r}])); print(peak.largest, peak.together)"
    )
    # In a process of its own: the kernel counts what the starter of a process held towards its peak.
    run = subprocess.run(
        [sys.executable, "-c", measure], cwd=ROOT, capture_output=True, text=True, check=True
    )
    largest, together = map(float, run.stdout.split())
    assert 60 < largest < 110
    assert 120 < together < 220


def test_a_side_that_fails_is_named_with_its_last_line() -> None:
    with pytest.raises(SideError, match=r"lame: exit 3\. no such thing"):
        seconds(Side("lame", ["sh", "-c", "echo no such thing >&2; exit 3"]))


def test_a_target_of_at_least_turns_the_ratio_round() -> None:
    line = timed("ours", "peer", [1.0, 1.0], [20.0, 30.0], Target(15, at_least=True))
    assert (line.ratio, line.verdict) == (25.0, "met")
    assert timed("ours", "peer", [2.0], [1.0], Target(1.6)).verdict == "MISSED"

"""Measure whole processes side by side.

Every figure is of a process from its start to its end, imports included. The sides of a comparison take
turns (A B C A B C ...), so that a machine that slows down slows all of them; the result is the median of
the ratios within each round, not the ratio of medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Side:
    """One contestant: a command, what to do before each run (not timed), and in how many rounds it takes part."""

    name: str
    command: Sequence[str | Path]
    prepare: Callable[[], None] = lambda: None
    rounds: int | None = None
    accepted: tuple[int, ...] = (0,)
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Memory:
    """Peak memory in MiB: of the largest single process, and of all processes of the tree together."""

    largest: float
    together: float | None


class SideError(Exception):
    """A side did not do its work; the message says which and why."""


def seconds(side: Side) -> float:
    """Run one side once and return the seconds from start to end."""
    side.prepare()
    start = time.perf_counter()
    process = _start(side)
    _, errors = process.communicate()
    elapsed = time.perf_counter() - start
    _check(side, process.returncode, errors)
    return elapsed


def told(side: Side) -> float:
    """Run one side once and return the seconds that it says it took: the last line of its output.

    For work inside a process that stays open, such as a notebook's, where the start is not what is asked.
    """
    side.prepare()
    process = _start(side, subprocess.PIPE)
    out, errors = process.communicate()
    _check(side, process.returncode, errors)
    return float(out.decode().strip().splitlines()[-1])


def race(
    sides: Sequence[Side], rounds: int, seconds: Callable[[Side], float] = seconds
) -> dict[str, list[float | None]]:
    """Run all sides in turn, once unmeasured and then ``rounds`` times; None where a side sat out.

    A side with few rounds is slow and has no unmeasured one: the others have warmed the disk for it. ``seconds`` takes the
    time of a side.
    """
    for side in sides:
        if side.rounds is None:
            seconds(side)
    times: dict[str, list[float | None]] = {side.name: [] for side in sides}
    for turn in range(rounds):
        for side in sides:
            sits_out = side.rounds is not None and turn >= side.rounds
            times[side.name].append(None if sits_out else seconds(side))
    return times


def ratios(above: Sequence[float | None], below: Sequence[float | None]) -> list[float]:
    """Return the ratio of each round in which both sides ran."""
    return [a / b for a, b in zip(above, below, strict=True) if a is not None and b is not None]


def median(values: Sequence[float | None]) -> float:
    return statistics.median(value for value in values if value is not None)


def memory(side: Side, every: float = 0.02) -> Memory:
    """Run one side once more, and watch its memory.

    ``largest`` is the kernel's own peak (``ru_maxrss`` of the process and of the children it waited for); it is
    never less than what the calling process holds, so call this from a small one.
    ``together`` is the proportional set size of the whole tree, which counts a shared page once, sampled
    ``every`` so many seconds; None where psutil cannot tell.
    """
    side.prepare()
    process = _start(side)
    together = _watch(process, every)
    errors = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    _check(side, process.returncode, errors)
    return Memory(largest=usage.ru_maxrss / 1024, together=together)


def _start(side: Side, out: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [str(part) for part in side.command]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **side.env}
    return subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, env=env, cwd=ROOT)


def _watch(process: subprocess.Popen[bytes], every: float) -> float | None:
    import psutil

    top, peak = psutil.Process(process.pid), 0
    while True:
        try:
            if top.status() == psutil.STATUS_ZOMBIE:
                break
            peak = max(peak, sum(_share(one) for one in [top, *top.children(recursive=True)]))
        except psutil.NoSuchProcess:
            break
        time.sleep(every)
    return peak / 2**20 if peak else None


def _share(process: Any) -> int:
    import psutil

    try:
        return int(getattr(process.memory_full_info(), "pss", 0))
    except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return 0


def _check(side: Side, code: int, errors: bytes) -> None:
    if code not in side.accepted:
        last = errors.decode(errors="replace").strip().splitlines()[-1:] or [""]
        raise SideError(f"{side.name}: exit {code}. {last[0]}")

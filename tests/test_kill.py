"""A process that is killed at any moment loses nothing that it acknowledged and leaves nothing half done.

Each trial starts a real process, kills it (SIGKILL) after a seeded random time, and opens the workspace again
as a person would. The same workspace goes through all trials.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.evidence import new_exhibits, plan_attach
from casework.model import Case
from casework.store import Change
from casework.workspace import Workspace, open_workspace
from tests.arrivals import ORIGIN, an_arrival, arrive, columns
from tests.cases import a_case

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")

fresh = multiprocessing.get_context("forkserver")

RUN_SIZE = 300


def a_few_or_many(few: tuple[int, int, int], many: tuple[int, int, int]) -> pytest.MarkDecorator:
    """How many trials, and of how many at least the kill came in time and something had been acknowledged."""
    counts = [few, pytest.param(*many, marks=pytest.mark.slow)]
    return pytest.mark.parametrize(("trials", "interruptions", "told"), counts)


def acknowledge(path: Path, line: str) -> None:
    """Write one line for the world outside; it survives the death of the writer."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def attach_tree(folder: Path, tree: Path, acknowledged: Path, started: Any) -> None:
    """Attach each file of a tree, in a commit of its own, and acknowledge it."""
    started.set()
    with open_workspace(folder) as workspace:
        for planned in plan_attach([tree]):
            stored = workspace.vault.put(planned.path)
            case = workspace.store.case("kill")
            added = new_exhibits(case, [(planned, stored)])
            with workspace.store.unit("killed") as unit:
                unit.save(replace(case, exhibits=(*case.exhibits, *added)))
                unit.commit()
            acknowledge(acknowledged, f"{stored.sha256} {added[0].id}")


def import_runs(folder: Path, trial: int, acknowledged: Path, started: Any) -> None:
    """Import one run after the other and acknowledge each."""
    started.set()
    with open_workspace(folder) as workspace:
        for number in range(100):
            run = f"{trial}/{number}"
            with workspace.store.unit("killed") as unit:
                unit.add_many(run_of_cases(run), run)
                unit.commit()
            acknowledge(acknowledged, run)


def import_and_undo(folder: Path, trial: int, acknowledged: Path, started: Any) -> None:
    """Import columns and changes, undo every second import, and acknowledge each of it."""
    with open_workspace(folder) as workspace:
        columns([an_arrival()])  # the libraries are loaded before the clock runs
        started.set()
        for number in range(100):
            rows = [an_arrival(f"{trial}/{number}/{place}", summary="泄露") for place in range(RUN_SIZE)]
            anchor = workspace.store.case("anchor")
            changed = Change(replace(anchor, handler=f"{trial}/{number}"), "anchor", f"{trial}/{number}")
            run = arrive(workspace.store, rows, [changed]).run
            acknowledge(acknowledged, f"{run} {trial}/{number}")
            if number % 2:
                with workspace.store.unit("killed") as unit:
                    unit.undo_import(run)
                    unit.commit()
                acknowledge(acknowledged, f"undo {run}")


def run_of_cases(run: str) -> Iterator[Case]:
    return (a_case(f"{run}/{number}") for number in range(RUN_SIZE))


def killed_after(seconds: float, target: Callable[..., None], *arguments: Any) -> bool:
    """Run ``target`` in a process, kill it, and say whether it was still at work."""
    started = fresh.Event()
    child = fresh.Process(target=target, args=(*arguments, started))
    child.start()
    assert started.wait(60)
    time.sleep(seconds)
    child.kill()
    child.join()
    assert child.exitcode in {0, -signal.SIGKILL}
    return child.exitcode != 0


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def assert_sound(workspace: Workspace) -> None:
    """Every file in the vault is whole, and database and audit chain are sound."""
    from sqlcipher3 import dbapi2

    for path in (workspace.folder / "vault").rglob("*"):
        if path.is_file():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    connection = dbapi2.connect(str(workspace.folder / "casework.db"))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("INSERT INTO search(search) VALUES ('integrity-check')")
    connection.rollback()
    connection.close()
    assert workspace.store.verify_audit() == []


def make_tree(folder: Path, seed: int) -> Path:
    """Write eight files that no other tree has; the large ones take the vault several writes."""
    chance = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    folder.mkdir()
    for number in range(8):
        (folder / f"录音{number}.m4a").write_bytes(
            chance.randbytes(chance.choice([10, 30_000, 3_500_000, 3_500_000]))
        )
    return folder


@a_few_or_many((6, 2, 2), (26, 10, 10))
def test_an_attach_that_is_killed_loses_no_exhibit_and_leaves_no_half_file(
    tmp_path: Path, trials: int, interruptions: int, told: int
) -> None:
    office, acknowledged = tmp_path / "office", tmp_path / "acknowledged"
    with open_workspace(office) as workspace, workspace.store.unit("小李") as unit:
        unit.add(Case("kill", a_case().received_at))
        unit.commit()
    chance, interrupted = random.Random(20250409), 0  # noqa: S311  (repeatable, not secret)
    for trial in range(trials):
        tree = make_tree(tmp_path / f"tree {trial}", trial)
        interrupted += killed_after(chance.uniform(0, 0.3), attach_tree, office, tree, acknowledged)
        with open_workspace(office) as workspace:
            assert_sound(workspace)
            exhibits = list(workspace.store.exhibits("kill"))
            for _case_no, exhibit in exhibits:
                workspace.vault.open(exhibit.sha256).close()  # and it is whole: see above
            held = {f"{exhibit.sha256} {exhibit.id}" for _case_no, exhibit in exhibits}
            assert held >= set(lines(acknowledged))
            assert len(held) <= len(lines(acknowledged)) + trial + 1  # one commit a trial may lack its line
        shutil.rmtree(tree)
    assert interrupted >= interruptions, "the kills came too late to prove anything"
    assert len(lines(acknowledged)) >= told, "the kills came too early to prove anything"
    shutil.rmtree(office)


@a_few_or_many((6, 4, 1), (20, 15, 5))
def test_an_import_that_is_killed_is_there_whole_or_not_at_all(
    tmp_path: Path, trials: int, interruptions: int, told: int
) -> None:
    office, acknowledged = tmp_path / "office", tmp_path / "acknowledged"
    chance, interrupted = random.Random(20250410), 0  # noqa: S311  (repeatable, not secret)
    for trial in range(trials):
        interrupted += killed_after(chance.uniform(0, 0.5), import_runs, office, trial, acknowledged)
        with open_workspace(office) as workspace:
            assert_sound(workspace)
            runs = [entry.subject for entry in workspace.store.audit_entries() if entry.action == "import"]
            assert set(runs) >= set(lines(acknowledged))
            assert len(runs) <= len(lines(acknowledged)) + trial + 1
            assert workspace.store.count() == workspace.store.count(words="泄露") == RUN_SIZE * len(runs)
    assert interrupted >= interruptions, "the kills came too late to prove anything"
    assert len(lines(acknowledged)) >= told, "the kills came too early to prove anything"


@a_few_or_many((6, 4, 1), (20, 15, 3))
def test_an_import_or_its_undoing_that_is_killed_is_done_whole_or_not_at_all(
    tmp_path: Path, trials: int, interruptions: int, told: int
) -> None:
    office, acknowledged = tmp_path / "office", tmp_path / "acknowledged"
    with open_workspace(office) as workspace, workspace.store.unit("小李") as unit:
        unit.add(Case("anchor", a_case().received_at))
        unit.commit()
    chance, interrupted = random.Random(20250411), 0  # noqa: S311  (repeatable, not secret)
    for trial in range(trials):
        interrupted += killed_after(chance.uniform(0, 0.6), import_and_undo, office, trial, acknowledged)
        with open_workspace(office) as workspace:
            assert_sound(workspace)
            assert_runs_agree(workspace)
            runs = workspace.store.import_runs()
            done = {run.run for run in runs} | {f"undo {run.run}" for run in runs if run.undone_at}
            heard = {line if line.startswith("undo") else line.split()[0] for line in lines(acknowledged)}
            assert done >= heard
            assert len(done) <= len(heard) + trial + 1  # one commit a trial may lack its line
    assert interrupted >= interruptions, "the kills came too late to prove anything"
    assert len([line for line in lines(acknowledged) if line.startswith("undo")]) >= told, (
        "too early to prove anything"
    )


def assert_runs_agree(workspace: Workspace) -> None:
    """What stands in the workspace is exactly what the runs that were not undone brought and changed."""
    standing = [run for run in workspace.store.import_runs() if run.undone_at is None]
    brought = RUN_SIZE * len(standing)
    assert workspace.store.count() == brought + 1
    assert workspace.store.count(words="泄露") == brought
    listed = workspace.store.imported(ORIGIN.source)
    assert listed.num_rows == brought + bool(standing)
    last = {row["case_no"]: row for row in listed.to_pylist()}.get("anchor")
    assert (last["run"] if last else None) == (standing[0].run if standing else None)
    assert workspace.store.case("anchor").handler == (last["facts"] if last else "")

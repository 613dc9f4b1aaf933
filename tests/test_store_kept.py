"""What is kept beside the database is what the database says, whatever was done since."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.model import Case, Complainant, Filing
from casework.store import Store, filings, kept, unit

DAY = dt.datetime(2026, 1, 1, 9)


def new_cases(count: int, start: int = 0) -> Iterator[Case]:
    for number in range(start, start + count):
        who = Complainant("赵甲子", "13800001234")
        yield Case(
            f"K-{number:04}", DAY, complainant=who, summary="客服辱骂", filings=(Filing("12315", DAY),)
        )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables are kept as well."""
    monkeypatch.setattr(kept, "SMALLEST", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "casework.db"


def filled(path: Path, count: int = 30) -> Store:
    store = Store.open(path)
    with store.unit("小李") as unit:
        unit.add_many(new_cases(count), "run 1")
        unit.commit()
    return store


def truth(store: Store) -> pa.Table:
    """The table without what is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "place", lambda engine: None)
        return store.filings_table()


def file_of(path: Path) -> Path:
    return path.with_suffix(".filings.arrow")


def save(store: Store, number: str, **changes: object) -> None:
    with store.unit("小李") as unit:
        unit.save(replace(store.case(number), **changes))  # type: ignore[arg-type]  # fields of a case
        unit.commit()


def test_a_second_look_reads_the_file_and_nothing_of_complainants_is_in_it(small: None, path: Path) -> None:
    store = filled(path)
    table = store.filings_table()
    assert table == truth(store) == store.filings_table()
    content = file_of(path).read_bytes()
    for private in ("赵甲子", "13800001234", "客服辱骂"):
        assert private.encode() not in content
    assert not file_of(path).stat().st_mode & 0o077


def test_reading_a_case_leaves_the_file_true_and_a_change_renews_its_rows(
    small: None, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(path)
    store.filings_table()
    before = file_of(path).read_bytes()
    with store.unit("小李") as unit:
        unit.record("case.read", "K-0001", {})
        unit.commit()
    save(store, "K-0003", handler="王", case_no="Z")
    save(store, "Z", filings=(Filing("x"), Filing("y")), case_no="Y")
    with store.unit("小李") as unit:
        unit.add(Case("Z", DAY))
        unit.commit()
    wanted = truth(store)
    monkeypatch.setattr(filings, "scan", None)  # not everything is read again
    assert store.filings_table() == wanted
    assert wanted.num_rows == 32
    assert file_of(path).read_bytes() == before


@given(
    steps=st.lists(st.sampled_from(("save", "add", "many", "undo", "read", "setting", "look")), max_size=8)
)
@settings(max_examples=settings.default.max_examples // 3)
def test_whatever_is_done_the_table_is_what_the_database_says(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "SMALLEST", 1)
        store = filled(tmp_path_factory.mktemp("kept") / "casework.db", 5)
        store.filings_table()
        for number, step in enumerate(steps):
            do(store, step, number)
            assert store.filings_table() == truth(store), steps[: number + 1]
        store.close()


def do(store: Store, step: str, number: int) -> None:
    if step == "save":
        save(
            store, "K-0002", region=f"区{number}", status="closed", closed_at=DAY + dt.timedelta(days=number)
        )
        return
    with store.unit("小李") as unit:
        if step == "add":
            unit.add(Case(f"A-{number}", DAY, filings=(Filing("a"), Filing("b"))))
        elif step == "many":
            unit.add_many(new_cases(3, start=100 * (number + 1)), f"run m{number}")
        elif step == "undo":
            last = next((run for run in store.import_runs() if run.undone_at is None), None)
            if last is not None and last.run != "run 1":
                unit.undo_import(last.run)
        elif step == "read":
            unit.record("case.read", "K-0001", {})
        elif step == "setting":
            unit.set_setting("language:x", str(number))
        unit.commit()


def test_a_damaged_cut_or_foreign_file_is_made_anew(small: None, path: Path, tmp_path: Path) -> None:
    store = filled(path)
    wanted = store.filings_table()
    whole = file_of(path).read_bytes()
    for content in (b"", whole[:100], whole[:-200], b"x" * 5000):
        file_of(path).write_bytes(content)
        assert store.filings_table() == wanted
    other = filled(tmp_path / "other.db", 7)
    other.filings_table()
    file_of(path).write_bytes(file_of(tmp_path / "other.db").read_bytes())
    assert store.filings_table() == wanted


def test_a_database_put_back_from_a_backup_is_not_read_by_a_later_file(small: None, path: Path) -> None:
    store = filled(path)
    store.close()
    backup = path.read_bytes()
    store = Store.open(path)
    save(store, "K-0001", handler="王")
    store.filings_table()
    store.close()
    path.write_bytes(backup)
    store = Store.open(path)
    save(store, "K-0002", handler="李")
    save(store, "K-0002", handler="张")
    assert store.filings_table() == truth(store)


def test_nothing_is_kept_beside_an_encrypted_database_or_where_it_is_turned_off(
    small: None, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(path)
    monkeypatch.setenv("CASEWORK_CACHE_MB", "0")
    store.filings_table()
    assert not file_of(path).exists()
    monkeypatch.delenv("CASEWORK_CACHE_MB")
    engine = store._engine
    assert kept.place(engine) == file_of(path)
    store.close()
    path.write_bytes(bytes(range(64)) + path.read_bytes()[64:])
    assert kept.place(engine) is None


def test_every_deed_of_a_unit_of_work_is_known_to_change_cases_or_not_to() -> None:
    deeds = set(re.findall(r'deed\(\s*"([a-z._]+)"', inspect.getsource(unit)))
    harmless = {"source.save", "source.forget", "setting"}
    assert deeds == kept.ONE_CASE | kept.MANY_CASES | harmless

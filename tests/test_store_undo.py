"""An import is taken back exactly, or every edit that stands in the way is named and nothing is changed."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from casework.errors import Cancelled, CaseworkError, EditConflict, Incomplete, NotFound
from casework.model import Case
from casework.progress import Step
from casework.store import Change, Store, Undone, engine
from casework.store.documents import document
from tests.arrivals import ORIGIN, an_arrival, arrive, columns
from tests.cases import EXHIBIT, a_case, cases, parts
from tests.test_store_imports import change, many

TABLES = (
    *("cases", "incidents", "remedies", "exhibits", "incident_exhibits", "filings", "imported"),
    "import_changes",
)


def undo(store: Store, run: str = "R1") -> Undone:
    with store.unit("主管") as unit:
        undone = unit.undo_import(run)
        unit.commit()
    return undone


def rows_left(url: str) -> dict[str, int]:
    opened = engine.open_engine(url)
    with engine.reading(opened) as connection:
        counted = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
            for name in (*TABLES, "search")
        }
    opened.dispose()
    return {name: count for name, count in counted.items() if count}


def everything(store: Store) -> dict[str, Any]:
    return {
        case.case_no: (document(case), case.version) for case in store.all_cases()
    } | {"imported": store.imported(ORIGIN.source).to_pylist(), "runs": store.import_runs()}  # fmt: skip


def test_new_cases_leave_no_row_and_the_same_file_can_come_again(store: Store, store_url: str) -> None:
    arrive(store, many(1203))
    assert undo(store) == Undone("R1", 1203, 0)
    assert rows_left(store_url) == {}
    assert (store.count(), store.count(words="推诿"), store.imported(ORIGIN.source).num_rows) == (0, 0, 0)
    [run] = store.import_runs()
    assert run.undone_at is not None
    assert abs(run.undone_at - dt.datetime.now()) < dt.timedelta(minutes=5)
    assert arrive(store, many(1203)).run == "R2"
    assert store.count(words="推诿") == 1203
    assert [(entry.action, entry.subject) for entry in store.audit_entries()] == [
        ("import", "R1"), ("import.undo", "R1"), ("import", "R2"),
    ]  # fmt: skip
    assert store.verify_audit() == []


def test_other_cases_are_left_alone(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(by_hand := a_case("by hand"))
        unit.commit()
    arrive(store, many(5))
    arrive(store, many(5, start=10))
    undo(store)
    assert store.case("by hand") == by_hand
    assert store.count(words="推诿") == 5
    assert [line.case_no for line in store.search("泄露")] == ["by hand"]


@given(case=cases(), new=parts(), facts=st.sampled_from(["{}", '{"a":"b"}']))
@settings(max_examples=settings.default.max_examples // 2)
def test_any_changed_case_becomes_what_it_was(
    store: Store, case: Case, new: dict[str, Any], facts: str
) -> None:
    with store.unit("小李") as unit:
        unit.add(case)
        unit.commit()
    run = arrive(store, changes=[Change(replace(case, **new), case.case_no, facts)])
    changed = store.case(case.case_no)
    assert undo(store, run.run) == Undone(run.run, 0, 1)
    again = store.case(case.case_no)
    assert document(again) == document(case)
    assert again.version == (1 if changed.version == 1 else 3)
    with store.unit("小王") as unit:
        if changed.version == 2:
            with pytest.raises(EditConflict):
                unit.save(replace(changed, summary="写在撤销之前读到的版本上"))
        unit.save(replace(again, summary="可以继续编辑"))
        unit.commit()


def test_a_changed_case_is_found_by_its_old_words_again(store: Store) -> None:
    arrive(store, many(3))
    before = store.imported(ORIGIN.source).to_pylist()
    arrive(store, many(1, start=7), [change(store, "I-00001", summary="虚假宣传")])
    assert undo(store, "2") == Undone("R2", 1, 1)
    assert (store.count(words="虚假宣传"), store.count(words="推诿"), store.count()) == (0, 3, 3)
    after = store.imported(ORIGIN.source).to_pylist()
    assert [{**row, "version": 1} for row in after] == before


def test_runs_are_undone_one_after_the_other(store: Store, store_url: str) -> None:
    arrive(store, many(3))
    arrive(
        store, changes=[change(store, "I-00001", summary="二"), change(store, "I-00002", facts="only facts")]
    )
    arrive(store, changes=[change(store, "I-00001", summary="三")])
    with pytest.raises(Incomplete, match="R3"):
        undo(store, "R2")
    with pytest.raises(Incomplete) as refusal:
        undo(store, "R1")
    assert {finding.place.split()[-1] for finding in refusal.value.findings} == {"R2", "R3"}
    for run, summary in (("R3", "二"), ("R2", "第1次推诿")):
        undo(store, run)
        assert store.case("I-00001").summary == summary
    undo(store, "R1")
    assert rows_left(store_url) == {}


def test_an_edit_between_two_runs_stands_in_the_way_of_the_first_only(store: Store) -> None:
    arrive(store, many(2))
    save(store, "I-00001", summary="小王改过")
    arrive(store, changes=[change(store, "I-00001", status="closed")])
    undo(store, "R2")
    assert store.case("I-00001").status == "open"
    with pytest.raises(Incomplete, match="小王"):
        undo(store, "R1")


def save(store: Store, number: str, **changes: Any) -> None:
    with store.unit("小王") as unit:
        unit.save(replace(store.case(number), **changes))
        unit.commit()


def test_every_edit_in_the_way_is_named_with_who_and_when(store: Store) -> None:
    arrive(store, many(6))
    save(store, "I-00000", summary="改了")
    save(store, "I-00001", exhibits=(EXHIBIT,))
    save(store, "I-00002", filings=())
    save(store, "I-00003", case_no="renamed")
    arrive(store, changes=[change(store, "I-00004", facts="later facts")])
    before = everything(store)
    with pytest.raises(Incomplete) as refusal:
        undo(store)
    told = {finding.place.split()[-1]: finding.problem for finding in refusal.value.findings}
    assert set(told) == {"I-00000", "I-00001", "I-00002", "renamed", "R2"}
    today = f"{dt.datetime.now():%Y-%m-%d}"
    assert all("小王" in told[name] and today in told[name] for name in set(told) - {"R2"})
    assert "I-00004" in told["R2"]
    assert "小李" in told["R2"]
    assert everything(store) == before
    assert [entry.action for entry in store.audit_entries()].count("import.undo") == 0


def test_a_changed_case_that_was_edited_stands_in_the_way(store: Store) -> None:
    arrive(store, many(2))
    arrive(store, many(2, start=8), [change(store, "I-00001", summary="二")])
    save(store, "I-00001", handler="小王")
    before = everything(store)
    with pytest.raises(Incomplete, match="小王"):
        undo(store, "R2")
    assert everything(store) == before


def test_an_undone_run_is_not_undone_twice(store: Store) -> None:
    arrive(store, many(1))
    undo(store)
    with pytest.raises(CaseworkError, match="R1") as refusal:
        undo(store, "r1")
    assert not isinstance(refusal.value, Incomplete | NotFound)
    with pytest.raises(NotFound, match="R1"):
        undo(store, "R2")


def test_a_run_of_whole_cases_is_undone_too(store: Store, store_url: str) -> None:
    with store.unit("demo") as unit:
        unit.add_many([a_case("1"), a_case("2")], "sample_data")
        unit.commit()
    assert undo(store, "sample_data") == Undone("sample_data", 2, 0)
    assert rows_left(store_url) == {}


@pytest.mark.parametrize("stage", [0, 1])
def test_an_exception_in_progress_leaves_everything_as_it_was(store: Store, stage: int) -> None:
    arrive(store, many(3))
    arrive(store, many(3, start=5), [change(store, "I-00001", summary="二")])
    before, seen = everything(store), list[Step]()

    def stop(step: Step) -> None:
        seen.append(step)
        if len({each.stage for each in seen}) > stage:
            raise Cancelled("stopped")

    with store.unit("主管") as unit:
        with pytest.raises(Cancelled):
            unit.undo_import("R2", progress=stop)
        unit.commit()
    assert everything(store) == before
    assert (store.count(words="推诿"), store.count(words="二")) == (5, 1)
    assert undo(store, "R2") == Undone("R2", 3, 1)


def test_cases_that_came_between_two_keys_of_a_run_stay(store: Store) -> None:
    """On PostgreSQL two imports at once take keys in turn; here the middle ones are simply another run's."""
    arrive(store, many(2))
    with store.unit("小李") as unit:
        unit.import_cases(ORIGIN, columns([an_arrival("middle")]))
        unit.add_many([replace(a_case("late"), run="")], "R1b")
        unit.commit()
    undo(store, "R1")
    assert {case.case_no for case in store.all_cases()} == {"middle", "late"}


def test_an_edit_made_while_an_undo_waits_is_not_lost(store: Store, store_url: str) -> None:
    arrive(store, many(3))
    other = Store.open(store_url)
    with ThreadPoolExecutor(1) as pool:
        with other.unit("小王") as unit:
            unit.save(replace(other.case("I-00001"), summary="小王的"))
            waiting = pool.submit(undo, store, "R1")
            time.sleep(0.3)
            unit.commit()
        with pytest.raises(Incomplete, match="小王"):
            waiting.result()
    other.close()
    assert store.case("I-00001").summary == "小王的"


@pytest.mark.large
def test_ten_thousand_cases_go_in_seconds(store: Store) -> None:
    arrive(store, many(10_000))
    start = time.process_time()
    undo(store)
    assert time.process_time() - start < 10

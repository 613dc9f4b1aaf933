"""A run of import brings and changes cases, all of them or none, and can say later what it did."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from casework.errors import Cancelled, CaseworkError, Incomplete, NotFound
from casework.model import Case
from casework.progress import Step
from casework.store import Change, Origin, Store, engine
from casework.store.incoming import COLUMNS
from tests.arrivals import DAY, ORIGIN, Arrival, an_arrival, arrivals, arrive, columns, expected
from tests.cases import a_case, parts


def many(count: int, start: int = 0) -> list[Arrival]:
    return [
        an_arrival(f"I-{number:05}", summary=f"第{number}次推诿") for number in range(start, start + count)
    ]


@given(rows=st.lists(arrivals(), min_size=1, max_size=4))
@settings(max_examples=settings.default.max_examples // 2)
def test_any_rows_become_the_cases_they_say(store: Store, rows: list[Arrival]) -> None:
    run = arrive(store, rows)
    stored = [store.case(row["case_no"]) for row in rows]
    assert stored == [expected(row, run.run, case) for row, case in zip(rows, stored, strict=True)]
    assert len({case.id for case in stored}) == len(rows)


@given(row=arrivals())
@settings(max_examples=settings.default.max_examples // 3)
def test_an_imported_case_is_found_by_the_words_of_the_same_case_entered_by_hand(
    store: Store, row: Arrival
) -> None:
    run = arrive(store, [row])
    case = store.case(row["case_no"])
    with store.unit("小李") as unit:
        unit.add(replace(expected(row, run.run, case), id=case.id + "b", case_no=row["case_no"] + "b",
                         filings=(), remedies=()))  # fmt: skip
        unit.commit()
    for words in filter(
        None, (row["summary"][:5], row["handler"][-3:], row["region"], row["complainant_name"])
    ):
        found = {line.case_no for line in store.cases(words=words, limit=1000)}
        assert (row["case_no"] in found) == (row["case_no"] + "b" in found)


@pytest.mark.large
def test_a_run_of_several_pieces_is_whole_searchable_and_leaves_one_entry(store: Store) -> None:
    told: list[Step] = []
    run = arrive(store, many(21_003), progress=told.append)
    assert (run.run, run.new, run.updated, run.who, run.at) == ("R1", 21_003, 0, "小李", ORIGIN.at)
    assert store.count() == store.count(words="推诿") == 21_003
    assert [line.case_no for line in store.search("第20999次")] == ["I-20999"]
    assert store.search("13800000000 电话 东城", limit=3)
    assert [case.case_no for case in store.all_cases()] == [row["case_no"] for row in many(21_003)]
    [entry] = store.audit_entries()
    assert (entry.action, entry.subject) == ("import", "R1")
    assert entry.after is not None
    assert (entry.after["new"], entry.after["file"]) == (21_003, "导出.xlsx")
    assert store.verify_audit() == []
    assert [(step.done, step.total) for step in told[:4]] == [
        (done, 21_003) for done in (0, 10_000, 20_000, 21_003)
    ]


@pytest.mark.parametrize("outcome", [None, "调解成功"])
def test_the_digest_of_a_run_can_be_computed_again_from_the_database(
    store: Store, outcome: str | None
) -> None:
    rows = [
        *many(3),
        an_arrival("ended", outcome=outcome),
        an_arrival("plain", channel=None, filing_status=None, amount_minor=None, remedy_text=None),
    ]
    arrive(store, rows)
    listed = store.imported(ORIGIN.source).to_pylist()
    cases = list(store.whole_cases([row["case_pk"] for row in listed]))
    texts = [as_texts(case, row) for case, row in zip(cases, listed, strict=True)]
    lines = ""
    for name in COLUMNS if outcome else COLUMNS[:-1]:
        values = b"".join(b"-\0" if row[name] is None else b"+" + row[name].encode() + b"\0" for row in texts)
        lines += f"{name} {hashlib.sha256(values).hexdigest()}\n"
    [entry] = store.audit_entries()
    assert entry.after is not None
    assert entry.after["digest"] == hashlib.sha256(lines.encode()).hexdigest()


def as_texts(case: Case, row: dict[str, Any]) -> dict[str, str | None]:
    filing, remedy = next(iter(case.filings), None), next(iter(case.remedies), None)
    time: Callable[[dt.datetime | None], str | None] = lambda at: f"{at:%Y-%m-%d %H:%M:%S.%f}" if at else None  # noqa: E731
    return {
        "number": row["number"], "case_no": case.case_no, "received_at": time(case.received_at),
        "closed_at": time(case.closed_at), "status": case.status, "summary": case.summary,
        "handler": case.handler, "region": case.region,
        "conducts": json.dumps(list(case.conducts), ensure_ascii=False),
        "complainant_name": case.complainant.name, "complainant_phone": case.complainant.phone,
        "respondent_company": case.respondent.company, "channel": filing.channel if filing else None,
        "filing_status": filing.status if filing else None,
        "first_response_at": time(filing.first_response_at) if filing else None,
        "amount_minor": str(int(remedy.amount * 100)) if remedy and remedy.amount is not None else None,
        "remedy_text": remedy.text if remedy else None, "facts": row["facts"],
        "outcome": (filing.outcome or None) if filing else None,
    }  # fmt: skip


def test_everything_that_cannot_be_stored_is_named_and_nothing_is_written(store: Store) -> None:
    bad = [
        an_arrival("1", summary="\0"), an_arrival("2", status="lost"), an_arrival("3", handler=None),
        an_arrival("4", case_no=" "), an_arrival("5", conducts='["a", 1]'), an_arrival("6", conducts="{"),
        an_arrival("7", filing_status="lost"), an_arrival("8", filing_status=None), an_arrival("9", case_no="same"),
        an_arrival("10", case_no="same"), an_arrival("11", amount_minor=-(2**63)), an_arrival("12", conducts='["\\u0000"]'),
        an_arrival("13", received_at=None), an_arrival("14", facts="\0"), an_arrival("15"), an_arrival("15", case_no="x"),
    ]  # fmt: skip
    with pytest.raises(Incomplete) as refusal:
        arrive(store, bad)
    named = {(finding.place, finding.field) for finding in refusal.value.findings}
    assert {place.split()[-1] for place, _field in named} == {
        *("1", "2", "3", "4", "5", "6", "7", "8", "10", "11", "12", "13", "14", "15")
    }
    assert len(named) == 14
    assert (store.count(), store.import_runs(), list(store.audit_entries())) == (0, [], [])


def test_bytes_that_are_no_text_and_impossible_years_are_refused(store: Store) -> None:
    table = columns([an_arrival("1"), an_arrival("2")])
    raw = pa.StringArray.from_buffers(
        2, pa.py_buffer(b"\0\0\0\0\x02\0\0\0\x05\0\0\0"), pa.py_buffer(b"ab\xed\xa0\x80")
    )
    far = pa.array([2**60, 0], pa.int64()).cast(pa.timestamp("us"))
    for name, column, place in (("summary", raw, "#2"), ("closed_at", far, "1")):
        with store.unit("小李") as unit, pytest.raises(Incomplete) as refusal:
            unit.import_cases(ORIGIN, table.set_column(COLUMNS.index(name), name, column))
        assert [(place in finding.place, finding.field) for finding in refusal.value.findings] == [
            (True, name)
        ]


def test_hundreds_of_faults_are_counted_not_all_told(store: Store) -> None:
    with pytest.raises(Incomplete) as refusal:
        arrive(store, [an_arrival(str(number), status="x") for number in range(500)])
    assert len(refusal.value.findings) == 51
    assert "450" in str(refusal.value.findings[-1])


def test_numbers_that_are_taken_are_named_and_nothing_is_written(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case("I-00007"))
        unit.commit()
    with pytest.raises(CaseworkError, match="I-00007"):
        arrive(store, many(10))
    arrive(store, many(10, start=8))
    with pytest.raises(CaseworkError, match="I-00009"):
        arrive(store, [an_arrival("I-00009", case_no="another")])
    arrive(store, [an_arrival("I-00009", case_no="another")], origin=replace(ORIGIN, source="other"))
    assert (store.count(), [run.run for run in store.import_runs()]) == (12, ["R2", "R1"])


def test_a_run_that_brings_nothing_has_a_number_all_the_same(store: Store) -> None:
    assert [arrive(store).run, arrive(store, many(1)).run] == ["R1", "R2"]


def test_an_exception_in_progress_leaves_nothing_and_the_unit_goes_on(store: Store) -> None:
    def stop(step: Step) -> None:
        if step.done:
            raise Cancelled("stopped")

    with store.unit("小李") as unit:
        with pytest.raises(Cancelled):
            unit.import_cases(ORIGIN, columns(many(10_001)), progress=stop)
        unit.add(a_case("by hand", summary="别的"))
        unit.commit()
    assert (store.count(), store.count(words="推诿"), store.import_runs()) == (1, 0, [])
    assert arrive(store, many(5)).run == "R1"


def test_every_index_is_there_after_an_import_and_after_a_stopped_one(store: Store, store_url: str) -> None:
    def stop(step: Step) -> None:
        raise Cancelled("stopped")

    before = index_names(store_url)
    with store.unit("小李") as unit:
        with pytest.raises(Cancelled):
            unit.import_cases(ORIGIN, columns(many(2)), progress=stop)
        unit.commit()
    assert index_names(store_url) == before
    arrive(store, many(2))
    assert index_names(store_url) == before
    assert {"ix_cases_received_at", "ix_cases_handler", "ix_cases_run"} <= before


def index_names(url: str) -> set[str | None]:
    opened = engine.open_engine(url)
    with engine.reading(opened) as connection:
        found = {index["name"] for index in inspect(connection).get_indexes("cases")}
    opened.dispose()
    return found


# ------------------------------------------------------------------ changes


def change(store: Store, number: str, facts: str = "new facts", **changes: Any) -> Change:
    return Change(replace(store.case(number), **changes), number, facts)


@given(row=arrivals(), changes=parts())
@settings(max_examples=settings.default.max_examples // 3)
def test_any_case_is_changed_to_any_other(store: Store, row: Arrival, changes: dict[str, Any]) -> None:
    arrive(store, [row])
    wanted = change(store, row["case_no"], **changes)
    run = arrive(store, changes=[wanted])
    stored = store.case(row["case_no"])
    assert (run.new, run.updated) == (0, 1)
    assert stored.version == (1 if wanted.case == replace(stored, version=1) and stored.version == 1 else 2)
    assert without_versions(stored) == without_versions(wanted.case)


def without_versions(case: Case) -> Case:
    kinds = ("incidents", "remedies", "exhibits", "filings")
    plain = {kind: tuple(replace(part, version=1) for part in getattr(case, kind)) for kind in kinds}
    return replace(case, version=1, **plain)


def test_changes_and_new_cases_are_one_run(store: Store) -> None:
    arrive(store, many(1200))
    changes = [
        change(store, f"I-{number:05}", summary=f"已办结{number}", status="closed") for number in range(700)
    ]
    run = arrive(store, many(3, start=5000), changes)
    assert (run.run, run.new, run.updated) == ("R2", 3, 700)
    assert (store.count(status="closed"), store.count(words="已办结"), store.count(words="推诿")) == (
        700,
        700,
        503,
    )
    assert store.count(words="已办结 推诿") == 0
    listed = {row["case_no"]: row for row in store.imported(ORIGIN.source).to_pylist()}
    assert [listed["I-00000"][name] for name in ("version", "facts", "run")] == [2, "new facts", "R2"]
    assert [listed["I-00700"][name] for name in ("version", "run")] == [1, "R1"]


def test_a_case_entered_by_hand_can_come_from_a_source_later(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case("by hand"))
        unit.commit()
    arrive(store, changes=[Change(store.case("by hand"), "7788", "{}")])
    [row] = store.imported(ORIGIN.source).to_pylist()
    assert (row["number"], row["case_no"], row["version"], row["facts"]) == ("7788", "by hand", 1, "{}")
    assert store.case("by hand").version == 1


def test_changes_that_cannot_be_made_are_all_named_and_nothing_is_changed(store: Store) -> None:
    arrive(store, many(700))
    stale = [change(store, f"I-{number:05}", summary="stale") for number in (1, 650)]
    with store.unit("小王") as unit:
        for each in stale:
            unit.save(replace(each.case, summary="小王的"))
        unit.commit()
    changes = [
        *stale,
        *(change(store, f"I-{number:05}", summary="fine") for number in range(2, 600)),
        Change(a_case("unknown"), "unknown", ""),
        change(store, "I-00005"),
        change(store, "I-00690", status="lost"),
        change(store, "I-00691", case_no="renamed"),
        change(store, "I-00692", facts="\0"),
    ]
    with pytest.raises(Incomplete) as refusal:
        arrive(store, many(1, start=5000), changes)
    told = " ".join(finding.place for finding in refusal.value.findings)
    assert all(name in told for name in ("I-00001", "I-00650", "unknown", "I-00005", "renamed", "I-00692"))
    assert len(refusal.value.findings) == 7
    assert (store.count(words="fine"), store.count(), len(store.import_runs())) == (0, 700, 1)


def test_a_failing_list_of_changes_leaves_nothing(store: Store) -> None:
    arrive(store, many(2))

    def changes() -> Any:
        yield change(store, "I-00000", summary="changed")
        raise Cancelled("stopped")

    with store.unit("小李") as unit:
        with pytest.raises(Cancelled):
            unit.import_cases(ORIGIN, columns(many(1, start=9)), changes())
        unit.commit()
    assert (store.count(), store.case("I-00000").version, len(store.import_runs())) == (2, 1, 1)


# ------------------------------------------------------------------ what is asked later


@given(
    rows=st.lists(arrivals(), min_size=1, max_size=4), name=st.sampled_from(["%s%%", "a'b\\", '",\n', "源"])
)
@settings(max_examples=settings.default.max_examples // 3)
def test_any_text_passes_through_the_lists(store: Store, rows: list[Arrival], name: str) -> None:
    known = store.imported(name).num_rows
    run = arrive(store, rows, origin=Origin(name, "f", "", DAY))
    listed = store.imported(name).to_pylist()[known:]
    assert [[row[key] for key in ("number", "case_no", "facts", "run", "version")] for row in listed] == [
        [row["number"], row["case_no"], row["facts"], run.run, 1] for row in rows
    ]
    people = store.people().to_pylist()[-len(rows) :]
    assert [(row["case_no"], row["received"], row["complainant"], row["phone"]) for row in people] == [
        (row["case_no"], row["received_at"], row["complainant_name"], row["complainant_phone"])
        for row in rows
    ]
    assert [(row["company"], row["summary"]) for row in people] == [
        (row["respondent_company"], row["summary"]) for row in rows
    ]
    cases = list(store.whole_cases([row["case_pk"] for row in reversed(listed)]))
    assert [case.case_no for case in cases] == [row["case_no"] for row in rows]


def test_lists_have_the_same_types_when_they_are_empty(store: Store) -> None:
    imported, people = store.imported("x"), store.people()
    arrive(store, many(1))
    assert store.imported(ORIGIN.source).schema == imported.schema
    assert store.people().schema == people.schema
    assert str(imported.schema.field("case_pk").type) == "int64"


def test_whole_cases_come_by_status_and_words(store: Store) -> None:
    arrive(store, [*many(1100), an_arrival("z", status="closed", summary="泄露隐私")])
    assert [case.case_no for case in store.all_cases(status="closed")] == ["z"]
    assert [case.case_no for case in store.all_cases(words="隐私")] == ["z"]
    assert [case.filings[0].channel for case in store.all_cases(words="第1099次")] == ["电话"]
    assert list(store.whole_cases([10**6])) == []


def test_known_numbers_are_told_from_new_ones(store: Store) -> None:
    assert store.known_case_numbers(["I-00001"]) == set()
    arrive(store, many(30))
    odd = ['"', "'", "\\", "%", "I-00029", "I-00029"]
    assert store.known_case_numbers(odd) == {"I-00029"}


@pytest.mark.parametrize("name", ["R2", "r2", "2", " 2 "])
def test_a_run_is_found_by_its_number(store: Store, name: str) -> None:
    arrive(store, many(1))
    second = arrive(store, many(1, start=5))
    assert store.import_run(name) == second


def test_a_run_that_is_not_there_names_those_that_are(store: Store) -> None:
    with pytest.raises(NotFound):
        store.import_run("R1")
    arrive(store, many(1))
    with store.unit("小李") as unit:
        unit.add_many([a_case("x")], "sample")
        unit.commit()
    for name in ("R3", "", "x", "-1", "²"):
        with pytest.raises(NotFound, match=r"sample, R1|R1, sample"):
            store.import_run(name)
    assert store.import_run("sample").new == 1

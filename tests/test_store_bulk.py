"""Whole exports come in as one run, and everything goes out as one table for the measures."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.errors import CaseworkError, Incomplete
from casework.model import Case, Filing, Remedy, Respondent
from casework.store import Store
from casework.store.documents import canonical, document
from tests.cases import a_case, cases

DAY = dt.datetime(2025, 1, 1)


def imported(count: int) -> Iterator[Case]:
    for number in range(count):
        at = DAY + dt.timedelta(minutes=number)
        filing = Filing(
            "12315" if number % 2 else "12321", at, closed_at=at + dt.timedelta(days=3), status="closed"
        )
        yield Case(f"I-{number:05}", at, summary=f"客服推诿第{number}次", filings=(filing,))


def add_many(store: Store, new: Iterator[Case] | list[Case], run: str = "run 1") -> int:
    with store.unit("小李") as unit:
        count = unit.add_many(new, run)
        unit.commit()
    return count


def test_a_run_is_stored_whole_findable_and_leaves_one_entry(store: Store) -> None:
    assert add_many(store, imported(5001)) == 5001
    assert store.count() == store.count(words="推诿") == 5001
    assert [line.case_no for line in store.search("第4711次")] == ["I-04711"]
    assert store.case("I-04711").run == "run 1"
    [entry] = store.audit_entries()
    assert (entry.action, entry.subject, entry.after and entry.after["cases"]) == ("import", "run 1", 5001)


def test_the_digest_of_a_run_is_over_its_cases(store: Store) -> None:
    new = [replace(case, run="run 1") for case in imported(3)]
    add_many(store, new)
    [entry] = store.audit_entries()
    lines = "".join(canonical(document(store.case(case.case_no))) + "\n" for case in new)
    assert entry.after is not None
    assert entry.after["digest"] == hashlib.sha256(lines.encode()).hexdigest()


@pytest.mark.large
def test_ten_thousand_cases_take_seconds(store: Store) -> None:
    start = time.perf_counter()
    add_many(store, imported(10_000))
    assert time.perf_counter() - start < 20


@given(new=st.lists(cases(), min_size=1, max_size=4))
@settings(max_examples=settings.default.max_examples // 2)
def test_any_cases_come_back_from_a_run(store: Store, new: list[Case]) -> None:
    run = new[0].id
    add_many(store, new, run)
    assert [store.case(case.case_no) for case in new] == [replace(case, run=run) for case in new]


def test_one_bad_case_keeps_the_whole_run_out(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case("I-02500"))
        with pytest.raises(CaseworkError, match="I-02500"):
            unit.add_many(imported(3000), "run 1")
        with pytest.raises(CaseworkError, match="I-00007"):
            unit.add_many([*imported(9), *imported(8)], "run 1")
        with pytest.raises(CaseworkError, match="I-00001"):
            unit.add_many([*imported(2100), *imported(2)], "run 1")
        with pytest.raises(Incomplete):
            unit.add_many([*imported(2100), a_case("")], "run 1")
        unit.commit()
    assert (store.count(), store.count(words="推诿")) == (1, 0)
    assert [entry.action for entry in store.audit_entries()] == ["case.add"]


def test_a_run_is_made_once(store: Store) -> None:
    add_many(store, imported(1))
    with store.unit("小李") as unit, pytest.raises(CaseworkError, match="run 1"):
        unit.add_many([], "run 1")


def test_known_numbers_are_told_from_new_ones(store: Store) -> None:
    add_many(store, imported(2500))
    with store.unit("小李") as unit:
        numbers = [f"I-{number:05}" for number in range(2490, 5000)]
        assert unit.known_case_numbers(numbers) == {f"I-{number:05}" for number in range(2490, 2500)}
        assert unit.known_case_numbers([]) == set()


def rows(store: Store) -> list[dict[str, object]]:
    found: list[dict[str, object]] = store.filings_table().to_pylist()
    return found


def test_the_table_has_a_row_per_filing_and_one_for_a_case_without(store: Store) -> None:
    filed, closed = DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=9, microseconds=1)
    amounts = (Remedy("refund", amount=Decimal("100.10")), Remedy("compensation", amount=Decimal("0.20")))
    with store.unit("小李") as unit:
        unit.add(Case("1", DAY, conducts=("a", "b"), remedies=amounts, handler="王", region="甲区"))
        unit.add(
            Case(
                "2",
                DAY,
                closed_at=closed,
                status="closed",
                remedies=(Remedy("refund", amount=Decimal("100.10")),),
                filings=(Filing("12315", filed, status="filed"), Filing("x")),
            )
        )
        answered = Filing(
            "y", filed, "", "refused", closed_at=closed, first_response_at=filed, outcome="撤诉"
        )
        unit.add(Case("3", DAY, respondent=Respondent("甲公司", agent="8"), filings=(answered,)))
        unit.commit()
    blank = dict.fromkeys(store.filings_table().column_names)
    yuan, both = {"amount": pytest.approx(100.10)}, {"amount": pytest.approx(100.30)}
    second = {"case_no": "2", "closed": closed, "status": "closed", **yuan}
    assert rows(store) == [
        blank | {"case_no": "1", "received": DAY, "status": "open", "conduct": "a", "handler": "王", **both}
        | {"amount_minor": 10_030, "region": "甲区"},
        blank | second | {"received": filed, "channel": "12315", "amount_minor": 10_010},
        blank | second | {"received": DAY, "channel": "x"},  # the claim counts once
        blank | {"case_no": "3", "received": filed, "closed": closed, "channel": "y", "status": "refused"}
        | {"respondent": "甲公司", "agent": "8", "outcome": "撤诉", "first_response": filed},
    ]  # fmt: skip


def test_the_table_has_the_same_types_when_it_is_empty(store: Store) -> None:
    empty = store.filings_table()
    add_many(store, imported(1))
    assert store.filings_table().schema == empty.schema
    times = dict.fromkeys(("received", "closed", "first_response"), "timestamp[us]")
    names = ("case_no", "channel", "conduct", "respondent", "agent", "region", "handler", "status", "outcome")
    assert {field.name: str(field.type) for field in empty.schema} == {
        **times, **dict.fromkeys(names, "string"), "amount_minor": "int64", "amount": "double",
    }  # fmt: skip


def test_an_amount_that_nobody_can_claim_is_not_known_to_the_measures(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(Case("1", DAY, remedies=tuple(Remedy("refund", amount=Decimal("9E16")) for _ in range(3))))
        unit.commit()
    assert [row["amount_minor"] for row in rows(store)] == [None]


@given(case=cases())
@settings(max_examples=settings.default.max_examples // 2)
def test_any_text_and_time_passes_through_the_table(store: Store, case: Case) -> None:
    with store.unit("小李") as unit:
        unit.add(case)
        unit.commit()
    found = [row for row in rows(store) if row["case_no"] == case.case_no]
    conduct = (case.conducts[0] or None) if case.conducts else None
    filings: tuple[Filing | None, ...] = case.filings or (None,)
    assert [row["channel"] for row in found] == [(one and one.channel) or None for one in filings]
    assert [row["outcome"] for row in found] == [(one and one.outcome) or None for one in filings]
    of_case = (conduct, case.respondent.company or None, case.respondent.agent or None, case.handler or None)
    assert {(row["conduct"], row["respondent"], row["agent"], row["handler"]) for row in found} == {of_case}
    assert [row["received"] for row in found] == [
        (one and one.filed_at) or case.received_at for one in filings
    ]
    assert [row["closed"] for row in found] == [(one and one.closed_at) or case.closed_at for one in filings]
    yuan = [
        remedy.amount for remedy in case.remedies if remedy.amount is not None and remedy.currency == "CNY"
    ]
    amount = pytest.approx(float(sum(yuan)), rel=1e-12) if yuan else None
    assert all(row["amount"] == amount for row in found)


@pytest.mark.large
def test_a_large_table_keeps_its_order(store: Store) -> None:
    add_many(store, imported(21_000))
    table = store.filings_table()
    assert table.num_rows == 21_000
    assert table["case_no"].to_pylist() == [f"I-{number:05}" for number in range(21_000)]

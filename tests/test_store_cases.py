"""Cases go in and come out whole, on every database."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import CaseworkError, EditConflict, Incomplete, NotFound
from casework.model import Case, Exhibit, Filing, Incident, Remedy
from casework.store import Store
from tests.cases import a_case, cases, parts


def add(store: Store, *new: Case) -> None:
    with store.unit("小李") as unit:
        for case in new:
            unit.add(case)
        unit.commit()


def save(store: Store, case: Case) -> Case:
    with store.unit("小李") as unit:
        saved = unit.save(case)
        unit.commit()
    return saved


@given(case=cases())
def test_any_case_comes_back_as_it_went_in(store: Store, case: Case) -> None:
    add(store, case)
    assert store.case(case.case_no) == case


@given(
    case=cases(),
    change=parts(),
    kept=st.sets(st.sampled_from(["incidents", "remedies", "exhibits", "filings"])),
)
def test_any_change_of_any_case_comes_back(
    store: Store, case: Case, change: dict[str, object], kept: set[str]
) -> None:
    """Parts that are kept keep their ids; exhibits are kept with the incidents that cite them."""
    kept = kept | {"exhibits"} if "incidents" in kept else kept - {"exhibits"}
    add(store, case)
    mine = replace(case, **{field: value for field, value in change.items() if field not in kept})  # type: ignore[arg-type]  # drawn by name
    saved = save(store, mine)
    assert store.case(case.case_no) == saved
    assert saved.version == case.version + (mine != case)
    assert replace(saved, version=1) == mine


def test_a_part_that_is_edited_gets_a_new_version_and_the_others_keep_theirs(store: Store) -> None:
    add(store, case := a_case())
    remedy = replace(case.remedies[0], amount=Decimal("200.00"))
    saved = save(store, replace(case, remedies=(remedy,)))
    assert (saved.version, saved.remedies[0].version, saved.incidents[0].version) == (2, 2, 1)
    assert store.case(case.case_no).remedies[0].amount == Decimal(200)


def test_parts_are_added_moved_and_removed(store: Store) -> None:
    add(store, case := a_case())
    first, second = case.incidents[0], Incident("客服推诿", dt.date(2025, 4, 9))
    case = save(store, replace(case, incidents=(second, first)))
    assert [incident.text for incident in store.case(case.case_no).incidents] == ["客服推诿", first.text]
    case = save(
        store, replace(case, incidents=(second,), exhibits=(), remedies=(), filings=(Filing("12345"),))
    )
    found = store.case(case.case_no)
    assert (len(found.incidents), found.exhibits, found.remedies) == (1, (), ())
    assert [filing.channel for filing in found.filings] == ["12345"]


def test_an_exhibit_may_go_once_no_incident_cites_it(store: Store) -> None:
    add(store, case := a_case())
    with store.unit("小李") as unit, pytest.raises(Incomplete, match=r"证据|exhibit"):
        unit.save(replace(case, exhibits=()))
    uncited = replace(case.incidents[0], exhibits=())
    assert save(store, replace(case, exhibits=(), incidents=(uncited,))).exhibits == ()


def test_a_stale_version_is_refused_and_both_are_shown(store: Store) -> None:
    add(store, case := a_case())
    theirs = save(store, replace(case, summary="他们的"))
    mine = replace(case, summary="我的")
    with store.unit("小王") as unit, pytest.raises(EditConflict) as refusal:
        unit.save(mine)
    assert (refusal.value.mine, refusal.value.theirs) == (mine, theirs)
    assert store.case(case.case_no) == theirs


def test_saving_without_a_change_writes_nothing(store: Store) -> None:
    add(store, case := a_case())
    head = store.audit_head()
    assert save(store, case) == case
    assert (
        save(store, replace(case, remedies=(replace(case.remedies[0], amount=Decimal("128.5")),))).version
        == 1
    )
    assert store.audit_head() == head


def test_leaving_without_a_commit_rolls_back(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case())
    with store.unit("小李") as unit, pytest.raises(ZeroDivisionError):
        unit.add(a_case())
        unit.set_setting("language", "en")
        1 / 0  # noqa: B018
    assert (store.count(), store.setting("language"), list(store.audit_entries())) == (0, None, [])


def test_a_refused_call_leaves_the_unit_as_it_was(store: Store) -> None:
    first = a_case("1")
    twin = replace(
        a_case("2"), remedies=(Remedy("refund", id="r"),), filings=(Filing("x", id=first.filings[0].id),)
    )
    with store.unit("小李") as unit:
        unit.add(first)
        with pytest.raises(CaseworkError):
            unit.add(twin)
        unit.add(a_case("3"))
        unit.commit()
    assert sorted(summary.case_no for summary in store.cases()) == ["1", "3"]
    assert [entry.subject for entry in store.audit_entries()] == ["1", "3"]


def test_a_unit_is_finished_by_its_commit(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.commit()
        with pytest.raises(RuntimeError):
            unit.add(a_case())


def test_a_number_is_used_once(store: Store) -> None:
    add(store, a_case("2025-0001"), other := a_case("2025-0002"))
    with store.unit("小李") as unit, pytest.raises(CaseworkError, match="2025-0001"):
        unit.add(a_case("2025-0001"))
    with store.unit("小李") as unit, pytest.raises(CaseworkError, match="2025-0001"):
        unit.save(replace(other, case_no="2025-0001"))


def test_a_case_can_be_renumbered(store: Store) -> None:
    add(store, case := a_case("2025-0001"))
    save(store, replace(case, case_no="2025-0009"))
    assert store.case("2025-0009").id == case.id
    with pytest.raises(NotFound, match="2025-0001"):
        store.case("2025-0001")


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="42"):
        store.case("42")
    with store.unit("小李") as unit, pytest.raises(NotFound):
        unit.save(a_case())


def test_every_fault_is_listed_at_once(store: Store) -> None:
    zone = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    bad = a_case(
        " ",
        received_at=zone,
        status="half",
        summary="nul \0 here",
        handler="\ud800",
        remedies=(Remedy("refund", amount=Decimal("1.005")), Remedy("gift", amount=Decimal("NaN"))),
        incidents=(Incident("x", exhibits=("nowhere",)),),
        exhibits=(Exhibit(1, "a", "b", 1), Exhibit(1, "c", "d", -1)),
        filings=(Filing("x", id="same"), Filing("y", id="same", status="lost")),
    )
    with store.unit("小李") as unit, pytest.raises(Incomplete) as refusal:
        unit.add(bad)
    assert len(refusal.value.findings) == 13
    assert str(refusal.value).isprintable()
    assert store.count() == 0


@given(
    minor=st.integers(-(2**63) + 1, 2**63 - 1),
    currency=st.sampled_from([("CNY", 2), ("JPY", 0), ("KWD", 3)]),
)
def test_amounts_are_exact_to_the_last_unit(store: Store, minor: int, currency: tuple[str, int]) -> None:
    name, places = currency
    amount = Decimal(minor) / 10**places if abs(minor) < 10**20 else Decimal(0)
    case = Case(
        f"{minor} {name} {dt.datetime.now()}",
        dt.datetime(2025, 1, 1),
        remedies=(Remedy("refund", "", amount, name),),
    )
    add(store, case)
    assert store.case(case.case_no).remedies[0].amount == amount


def test_the_list_is_newest_first_and_filtered(store: Store) -> None:
    days = [dt.datetime(2025, 1, day) for day in (3, 1, 2)]
    handlers = ["李", "王", "李"]
    add(
        store,
        *(
            a_case(f"{n}", received_at=day, handler=who)
            for n, (day, who) in enumerate(zip(days, handlers, strict=True))
        ),
        a_case("x", status="closed", received_at=dt.datetime(2024, 1, 1)),
    )
    assert [summary.case_no for summary in store.cases()] == ["0", "2", "1", "x"]
    assert [summary.case_no for summary in store.cases(handler="李")] == ["0", "2"]
    assert [summary.case_no for summary in store.cases(status="closed")] == ["x"]
    assert [summary.case_no for summary in store.cases(limit=2, offset=1)] == ["2", "1"]
    assert (
        store.count(),
        store.count(handler="李", words="退款"),
        store.count(handler="李", words="退还"),
    ) == (4, 0, 2)


def test_a_line_of_the_list_says_who_what_and_how_much_evidence(store: Store) -> None:
    add(store, case := a_case())
    [line] = store.cases()
    assert (line.case_no, line.complainant, line.company) == (case.case_no, "王小明", "某某网络科技有限公司")
    assert (line.conducts, line.exhibit_count, line.handler) == (("privacy_leak",), 1, "李四")


def test_exhibits_of_one_case_or_of_all_come_in_order(store: Store) -> None:
    add(store, first := a_case("1"), second := a_case("2"))
    assert list(store.exhibits("2")) == [("2", second.exhibits[0])]
    assert list(store.exhibits()) == [("1", first.exhibits[0]), ("2", second.exhibits[0])]


def test_settings_are_kept_and_their_change_is_on_record(store: Store) -> None:
    for value in ("zh", "en", "en"):
        with store.unit("小李") as unit:
            unit.set_setting("language", value)
            unit.commit()
    assert store.setting("language") == "en"
    assert [(entry.before, entry.after) for entry in store.audit_entries()] == [
        (None, {"value": "zh"}),
        ({"value": "zh"}, {"value": "en"}),
    ]

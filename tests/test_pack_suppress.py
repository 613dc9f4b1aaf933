"""Packs for outside: no small number is printed, and none can be worked out from those that are."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.pack.document import canonical, document, read_document, report_of
from casework.pack.drawable import drawable
from casework.pack.ledger import Ledger
from casework.pack.pictures import pictures
from casework.pack.suppress import suppress
from casework.tables import is_withheld, sections

from .attacker import Attacker
from .reviews import make_report


def outsider(report, smallest=5):
    """The attacker before a suppressed report; what is never shown to outsiders is no truth to be found either."""
    plain = dataclasses.replace(
        report.review,
        breakdowns=tuple(one for one in report.review.breakdowns if one.dimension != "handler"),
    )
    return Attacker(document(suppress(report, smallest)), document(dataclasses.replace(report, review=plain)))


@pytest.mark.parametrize(
    "asked",
    [
        {"channels": 3, "months": 4, "per_month": 12, "names": "en"},
        {"channels": 3, "months": 3, "per_month": 9, "whole": True},
    ],
    ids=["one month", "all of the data"],
)
def test_nobody_can_work_out_a_small_number_from_all_tables_together(asked):
    attacker = outsider(make_report(**asked))
    small = [name for name, value in attacker.true.items() if 0 < value < 5]
    assert len(small) > 50, "there is something to hide"
    assert [name for name in small if attacker.known[name] is not None] == []
    assert attacker.learns(5) == []


def test_the_attacker_does_find_what_is_withheld_without_a_second_cell():
    """Only so does the test above mean anything."""
    attacker = outsider(make_report(channels=3, months=3, per_month=12))
    for name, value in attacker.true.items():  # print everything that is not small
        attacker.known[name] = None if 0 < value < 5 else value
    assert attacker.learns(5)


def test_a_larger_limit_hides_more_and_the_total_stays():
    report = make_report(channels=12)
    few, many = (document(suppress(report, smallest))["suppressed"] for smallest in (3, 10))
    assert set(few) < set(many) or len(few) < len(many)
    assert suppress(report).review.headline("received").now == report.review.headline("received").now


def test_no_people_of_the_office_no_agents_no_cells_of_the_sources():
    report = make_report(rebase="2026-03")
    told = canonical(document(suppress(report))).decode()
    assert "经办甲" not in told
    assert "工号0417" not in told
    assert all(one.who == "" for one in suppress(report).review.rebases)
    assert suppress(report).cases is None


def test_a_withheld_row_stands_at_the_end_where_its_place_tells_nothing():
    parts = suppress(make_report(channels=12)).review.breakdown("channel").parts
    hidden = [is_withheld(part.received) for part in parts]
    assert any(hidden)
    assert hidden == sorted(hidden)
    names = [part.value for part in parts if is_withheld(part.received)]
    assert names == sorted(names, key=lambda name: (name is None, name or ""))


def test_it_is_shown_as_a_star_and_written_as_null_and_comes_back():
    shown = suppress(make_report(channels=12))
    table = next(table for section in sections(shown) for table in section.tables if table.name == "channel")
    assert "*" in {text for row in table.texts() for text in row}
    content = canonical(document(shown))
    assert canonical(document(report_of(read_document(content, "pack.json")))) == content


def test_what_is_drawn_has_whole_numbers_only_and_adds_up():
    shown = suppress(make_report(channels=12))
    drawn = drawable(shown)
    assert document(drawn)["suppressed"] == []
    channel = drawn.review.breakdown("channel")
    rest = channel.rest.received if channel.rest else 0
    assert sum(part.received for part in channel.parts) + rest == channel.total
    assert drawable(make_report(shape="huge")).review.heat.counts


@pytest.mark.parametrize("shape", ["empty", "one", "all_open", "same_day", "usual", "huge"])
def test_odd_data_are_no_obstacle(shape):
    shown = suppress(make_report(shape=shape, channels=6, per_month=20))
    assert sections(shown)
    told = [picture.alt + "".join(map(str, picture.chart.rows)) for picture in pictures(shown).values()]
    assert "nan" not in "".join(told).lower()


@given(
    st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=5), min_size=2, max_size=5).filter(
        lambda rows: len({len(row) for row in rows}) == 1
    )
)
@settings(max_examples=40, deadline=None)
def test_in_any_table_with_totals_no_small_cell_is_certain(rows):
    """Every withheld cell can be 1 more or 1 less along a closed way through withheld cells."""
    ledger = Ledger(5)
    cells = {
        (row, column): ledger.note(("cell", str(row), "at", str(column)), value)
        for row, line in enumerate(rows)
        for column, value in enumerate(line)
    }
    for row, line in enumerate(rows):
        total = ledger.note(("row", str(row), "at", ""), sum(line))
        ledger.adds_up([cells[row, column] for column in range(len(line))], [total])
    for column in range(len(rows[0])):
        total = ledger.note(("column", str(column), "at", ""), sum(line[column] for line in rows))
        ledger.adds_up([cells[row, column] for row in range(len(rows))], [total])
    hidden = ledger.withheld()
    small = {key for key, value in ledger.values.items() if 0 < value < 5}
    assert small <= hidden
    assert all(ledger.values[key] for key in hidden), "a 0 is never withheld"
    for relation in ledger.relations:
        unknown = [key for key in relation if key in hidden]
        assert not (len(unknown) == 1 and unknown[0] in small)

"""The clocks of the bodies: from the catalogue, by the later reading, and silent where nothing can be derived."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import BadFile
from casework.rules import load_pack, parse_pack
from casework.rules.clocks import accept_columns, due_columns, due_dates, last_day

from .shared import shared_data

Day, Stamp = dt.date, dt.datetime
CHINA = load_pack("cn")
#: Periods whose trigger is no date that an export has, or that nobody has read.
LEFT_OUT = {
    "samr_clue_check", "samr_jurisdiction_dispute", "petition_review_answer", "recon_inaction_default", "cac_filing",
}  # fmt: skip


def catalogue() -> dict[str, Any]:
    return tomllib.loads(shared_data("../domain/catalogue.toml").read_text(encoding="utf-8"))


def test_every_period_of_a_body_in_days_is_that_of_the_catalogue():
    theirs = {
        one["id"]: one
        for one in catalogue()["deadline"]
        if one["actor"] == "agency"
        and one["role"] in ("accept", "handle")
        and one.get("unit") in ("working_day", "calendar_day")
        and one["id"] not in LEFT_OUT
    }
    ours = {name: one for name, one in CHINA.deadlines.items() if name != "samr_mediate_former"}
    assert set(ours) == set(theirs)
    for name, record in theirs.items():
        mine = ours[name]
        for part in ("channel", "role", "n", "unit", "source", "evidence_level", "verified"):
            assert getattr(mine, part) == record[part], (name, part)
        extension = (mine.extension.n, mine.extension.unit, mine.extension.times) if mine.extension else None
        expected = (
            (record["extension_n"], record["extension_unit"], record.get("extension_times", 1))
            if "extension_n" in record
            else None
        )
        assert extension == expected, name


def test_the_former_period_is_the_one_that_the_catalogue_says_was_changed():
    new = next(one for one in catalogue()["deadline"] if one["id"] == "samr_mediate")
    former = CHINA.deadlines["samr_mediate_former"]
    assert new["changed_from"].startswith(f"{former.n} WORKING days ({former.source}")
    assert former.in_force_until == CHINA.deadlines["samr_mediate"].in_force_from - dt.timedelta(days=1)


def test_every_period_is_said_in_both_languages():
    for one in CHINA.deadlines.values():
        for text in (one.provision, one.gist):
            assert text.zh.strip()
            assert text.en.strip()
            assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en), one.id


def test_sixty_days_that_end_in_the_national_holiday_end_after_it():
    vector = next(one for one in catalogue()["test_vector"] if one["kind"] == "calendar_day")
    assert last_day(CHINA.deadlines["samr_mediate"], vector["start"]) == vector["expect"]


def test_mediation_counts_from_acceptance_and_else_from_the_last_day_for_it():
    accept, close = due_dates(CHINA, "cn_samr_complaint", Day(2026, 8, 1), Day(2026, 8, 4))
    assert (accept, close) == (Day(2026, 8, 11), Day(2026, 10, 8))
    assert due_dates(CHINA, "cn_samr_complaint", Day(2026, 8, 1)) == (Day(2026, 8, 11), Day(2026, 10, 10))


def test_a_complaint_from_before_the_change_has_the_former_period():
    before = due_dates(CHINA, "cn_samr_complaint", Day(2026, 4, 14), Day(2026, 4, 15))[1]
    after = due_dates(CHINA, "cn_samr_complaint", Day(2026, 4, 15), Day(2026, 4, 15))[1]
    assert after == Day(2026, 6, 15)  # 60 days end on a Sunday
    assert before == Day(2026, 6, 22)  # 45 working days, May Day and Dragon Boat between


@pytest.mark.parametrize(
    ("channel", "filed"),
    [
        ("电话", Day(2026, 8, 1)),
        ("cn_12345", Day(2026, 8, 1)),
        ("cn_police", Day(2026, 8, 1)),
        ("cn_ad_report", Day(2026, 12, 30)),
        ("cn_ad_report", Day(1999, 1, 4)),
        ("cn_petition", Day(2022, 4, 30)),
        ("cn_miit", Day(9999, 12, 30)),
    ],
)
def test_what_cannot_be_derived_is_not_guessed(channel, filed):
    assert due_dates(CHINA, channel, filed) == (None, None)


def test_a_period_that_nobody_has_read_sets_no_clock():
    doubtful = replace(CHINA.deadlines["ad_handle"], verified=False)
    pack = replace(CHINA, deadlines={**CHINA.deadlines, "ad_handle": doubtful})
    assert due_dates(CHINA, "cn_ad_report", Day(2026, 8, 3))[1] == Day(2026, 8, 12)
    assert due_dates(pack, "cn_ad_report", Day(2026, 8, 3))[1] is None


def test_a_due_day_is_met_until_it_ends():
    due = due_columns(
        CHINA,
        pa.array(["cn_ad_report"]),
        pa.array([Stamp(2026, 8, 3, 23, 59)]),
        pa.array([None], pa.timestamp("us")),
    )
    assert due.to_pylist() == [Stamp(2026, 8, 12, 23, 59, 59, 999999)]


def test_the_faults_of_a_deadline_are_listed_with_those_of_the_pack():
    text = """
        [[deadline]]
        id = "d"
        channel = "nowhere"
        role = "sleep"
        n = "7"
        unit = "month"
        trigger = "moon"
        provisions = ["unheard-1"]
        extension = { n = 1, unit = "week" }
    """
    with pytest.raises(BadFile) as refusal:
        parse_pack(text, "xx.toml")
    for fault in ("sleep", "month", "moon", "week", "times", "nowhere", "unheard-1", "gist"):
        assert fault in str(refusal.value), fault


_DAYS = st.datetimes(Stamp(2019, 1, 1), Stamp(2027, 12, 31))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*CHINA.channels, "电话", None]),
            st.one_of(st.none(), _DAYS, st.sampled_from([Stamp(1900, 1, 1), Stamp(9999, 12, 31)])),
            st.one_of(st.none(), _DAYS),
        ),
        max_size=30,
    )
)
def test_a_column_of_due_days_is_the_due_days_one_by_one(rows):
    stamp = pa.timestamp("us")
    channels, filed, accepted = (
        pa.array([row[place] for row in rows], kind) for place, kind in enumerate((pa.string(), stamp, stamp))
    )
    expected = [
        due_dates(CHINA, channel or "", one.date(), taken and taken.date()) if one else (None, None)
        for channel, one, taken in rows
    ]
    for place, found in enumerate(
        (accept_columns(CHINA, channels, filed), due_columns(CHINA, channels, filed, accepted))
    ):
        days = [each and each.date() for each in found.to_pylist()]
        assert days == [pair[place] for pair in expected]

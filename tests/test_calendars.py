"""Working days of mainland China: weekends, holidays and make-up days, and a refusal where they are not known."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from casework.calendars import UnknownYear, add_working_days, is_working_day, known_years, working_day_from
from casework.errors import CaseworkError
from casework.i18n import use_language

from .shared import shared_data

Day = dt.date
FIRST, LAST = known_years()


def catalogue() -> dict:
    return tomllib.loads(shared_data("../domain/catalogue.toml").read_text(encoding="utf-8"))


def test_the_days_of_2026_are_those_of_the_catalogue():
    year = next(one for one in catalogue()["holiday_calendar"] if one["year"] == 2026)
    off, makeup = ({Day.fromisoformat(day) for day in year[part]} for part in ("off_days", "makeup_workdays"))
    for place in range(365):
        day = Day(2026, 1, 1) + dt.timedelta(days=place)
        assert is_working_day(day) == (day in makeup or (day.weekday() < 5 and day not in off)), day


def test_the_catalogues_examples_come_out():
    for vector in catalogue()["test_vector"]:
        if vector["kind"] != "working_day":
            continue
        if vector.get("expect_error"):
            with pytest.raises(UnknownYear):
                add_working_days(vector["start"], vector["n"])
        else:
            assert add_working_days(vector["start"], vector["n"]) == vector["expect"], vector["why"]


def test_the_first_day_does_not_count_and_make_up_saturdays_do():
    assert add_working_days(Day(2026, 10, 9), 1) == Day(2026, 10, 10)  # a Saturday that is worked
    assert add_working_days(Day(2026, 9, 30), 1) == Day(2026, 10, 8)


def test_a_day_of_rest_moves_to_the_next_working_day_and_a_working_day_stays():
    assert working_day_from(Day(2026, 10, 3)) == Day(2026, 10, 8)
    assert working_day_from(Day(2026, 10, 10)) == Day(2026, 10, 10)


@pytest.mark.parametrize(
    "day", [Day(FIRST - 1, 12, 31), Day(LAST + 1, 1, 4), Day(1, 1, 1), Day(9999, 12, 31)]
)
def test_a_year_that_is_not_known_is_refused_and_never_guessed(day):
    for ask in (is_working_day, working_day_from, lambda one: add_working_days(one, 1)):
        with pytest.raises(UnknownYear) as refusal:
            ask(day)
        assert isinstance(refusal.value, CaseworkError) and refusal.value.year == day.year


def test_counting_over_the_end_of_the_known_years_is_refused_in_words():
    with use_language("en"), pytest.raises(UnknownYear, match=str(LAST + 1)) as refusal:
        add_working_days(Day(LAST, 12, 31), 1)
    assert f"{FIRST} to {LAST}" in str(refusal.value)


def test_no_working_day_is_no_count():
    with pytest.raises(ValueError, match="1"):
        add_working_days(Day(2026, 1, 5), 0)


@given(st.dates(Day(FIRST, 1, 1), Day(LAST - 1, 6, 30)), st.integers(1, 90))
def test_between_a_day_and_the_nth_working_day_after_it_lie_n_working_days(day, n):
    end = add_working_days(day, n)
    between = [day + dt.timedelta(days=place) for place in range(1, (end - day).days + 1)]
    assert sum(map(is_workday, between)) == n and is_workday(end)

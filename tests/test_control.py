"""XmR charts against published arithmetic, the rules against plain definitions, and festivals."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.analytics import control, festivals
from casework.analytics.control import control_chart
from casework.analytics.periods import month_name
from casework.analytics.review import Rebase
from casework.i18n import _, use_language

#: D. J. Wheeler, Making Sense of Data, p. 382: the series for verifying software, with its printed figures.
WHEELER = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200]
#: The same book, figure 9.9: peak flow rates of 18 days.
PEAK_FLOW = [120, 140, 100, 150, 260, 150, 100, 120, 300, 300, 275, 300, 140, 170, 150, 150, 190, 180]
#: The same book, table 8.1: a percentage of fourteen years, eight of them in a row below the mean.
SMOKERS = [21.3, 20.2, 20.9, 21.0, 18.8, 19.6, 18.7, 18.6, 18.1, 18.9, 19.2, 18.2, 17.3, 19.0]
#: NHS-R, NHSRplotthedots, "Deviations from Excel defaults": one month of 10 between ones and twos.
OUTLIER = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]
#: spc-plotly's worked example: monthly counts of three years.
MONTHLY = [
    *(
        2478,
        2350,
        2485,
        2296,
        2359,
        2567,
        3089,
        2668,
        1788,
        2854,
        2365,
        1883,
        1959,
        1927,
        2640,
        2626,
        2144,
        2409,
    ),
    *(
        4412,
        3287,
        3049,
        3364,
        3078,
        2972,
        3415,
        2753,
        3102,
        2191,
        3693,
        4385,
        4699,
        3031,
        2659,
        3885,
        2628,
        2621,
    ),
    *(3071, 2002),
]


def chart(values, rebased=(), incomplete=()):
    points = [
        (month_name(24_000 + place), float(value), place in incomplete) for place, value in enumerate(values)
    ]
    return control_chart("received", points, [rebase(month_name(24_000 + place)) for place in rebased])


def rebase(month: str, name: str = "received") -> Rebase:
    return Rebase(name, month, "supervisor", "a new hotline", "2026-11-02")


def breaking(found, rule: str) -> list[int]:
    return [place for place, point in enumerate(found.points) if rule in point.rules]


# ---------------------------------------------------------------- published arithmetic


@pytest.mark.parametrize(
    ("values", "centre", "moving_range", "lower", "upper", "digits"),
    [
        (WHEELER, 4135.50, 355.93, 3188.72, 5082.28, 2),
        (PEAK_FLOW, 183.1, 52.4, 43.8, 322.3, 1),
        (MONTHLY, 2820.63158, 571.89189, 2820.63158 - 2.66 * 571.89189, 4341.86401, 4),
    ],
)
def test_limits_equal_the_printed_ones(values, centre, moving_range, lower, upper, digits):
    (phase,) = chart(values).phases
    printed = (centre, moving_range, lower, upper)
    assert (phase.centre, phase.moving_range, phase.lower, phase.upper) == pytest.approx(
        printed, abs=0.6 * 10**-digits
    )


def test_the_point_beyond_the_limit_of_the_series_for_verifying_software_is_found():
    found = chart(WHEELER)
    assert breaking(found, "beyond") == [15]
    assert found.points[15].verdict == "high"


def test_an_outlier_widens_the_limits_as_in_the_nhs_spreadsheet():
    """Screening it out, as NHS-R does by default, would give 1.89 ± 2.66."""
    (phase,) = chart(OUTLIER).phases
    assert phase.centre == pytest.approx(35 / 18)
    assert phase.upper == pytest.approx(35 / 18 + 2.66 * (15 + 8 + 9) / 17)
    assert phase.lower == 0.0
    assert chart(OUTLIER).points[4].rules == ("beyond",)


def test_eight_years_in_a_row_below_the_mean_are_a_shift():
    assert breaking(chart(SMOKERS), "shift") == [6, 7, 8, 9, 10, 11, 12, 13]
    assert chart(SMOKERS).points[13].verdict == "low"


# ---------------------------------------------------------------- rules


def runs_of(values, length, alike) -> list[int]:
    """Places within any stretch of ``length`` that is alike, by looking at every stretch."""
    found = set()
    for start in range(len(values) - length + 1):
        if alike(values[start : start + length]):
            found |= set(range(start, start + length))
    return sorted(found)


series = st.lists(st.integers(0, 12), min_size=12, max_size=40)


@given(series)
def test_any_series_breaks_the_rules_where_their_plain_words_say(values):
    found = chart(values)
    (phase,) = found.phases
    n, steps = len(values), [abs(b - a) for a, b in pairwise(values)]
    # In whole numbers, so that a value on the centre or on a limit is on it: all times n (n - 1) and 100.
    scale, centre = 100 * n * (n - 1), 100 * (n - 1) * sum(values)
    reach = 266 * n * sum(steps)
    off = [scale * value - centre for value in values]
    side = [(one > 0) - (one < 0) for one in off]
    assert phase.upper == pytest.approx((centre + reach) / scale)
    assert breaking(found, "beyond") == [place for place, one in enumerate(off) if abs(one) > reach]
    assert breaking(found, "shift") == runs_of(side, 7, lambda part: abs(sum(part)) == 7)
    trend = runs_of(
        values,
        7,
        lambda part: part in (sorted(set(part)), sorted(set(part), reverse=True)),
    )
    assert breaking(found, "trend") == trend
    near = [3 * abs(one) > 2 * reach and abs(one) <= reach for one in off]
    outer = {
        place
        for start in range(n - 2)
        for place in range(start, start + 3)
        if abs(sum(side[start : start + 3])) == 3 and sum(near[start : start + 3]) >= 2 and near[place]
    }
    assert breaking(found, "two_of_three") == sorted(outer)


@given(series)
def test_a_point_is_unusual_exactly_where_it_breaks_a_rule(values):
    for point in chart(values).points:
        assert (point.verdict == "usual") == (not point.rules)
        assert point.verdict in ("high", "low", "usual")


def test_seven_rising_months_are_a_trend_and_six_are_not():
    level = [40, 60] * 8
    assert breaking(chart([*level, 47, 48, 49, 50, 51, 52]), "trend") == []
    found = chart([*level, 47, 48, 49, 50, 51, 52, 53])
    assert breaking(found, "trend") == list(range(16, 23))
    assert {point.verdict for point in found.points[16:]} == {"high"}  # a rise, on either side of the centre
    falling = chart([*level, 53, 52, 51, 50, 49, 48, 47])
    assert {point.verdict for point in falling.points[16:]} == {"low"}


def test_two_months_near_opposite_limits_are_no_signal():
    """NHS-R's own case: 5.5 and -5.5 after ones and minus ones, here lifted above nought."""
    values = [100 + step for step in [1, -1] * 7] + [105.5, 94.5]
    assert [point.verdict for point in chart(values).points[-2:]] == ["usual", "usual"]


# ---------------------------------------------------------------- what is charted


def test_twelve_complete_months_have_limits_and_eleven_say_why_not():
    values = [5, 7, 6, 5, 8, 6, 7, 5, 6, 7, 6, 5]
    assert chart(values).reason == ""
    found = chart(values, incomplete=(11,))
    assert (found.phases, found.reason) == ((), control.FEW)
    assert [point.verdict for point in found.points] == [""] * 12


def test_an_incomplete_month_is_drawn_but_neither_judged_nor_counted():
    whole, partial = chart([5, 7] * 8), chart([*[5, 7] * 8, 900], incomplete=(16,))
    limits = [(one.phases[0].centre, one.phases[0].moving_range) for one in (whole, partial)]
    assert limits[0] == limits[1]
    last = partial.points[-1]
    assert (last.value, last.rules, last.verdict, last.incomplete) == (900.0, (), "", True)


def test_limits_change_only_where_a_person_said_so_and_then_wait_for_twelve_months():
    values = [10, 12] * 8 + [50, 52] * 6
    assert len(chart(values).phases) == 1
    found = chart(values, rebased=(16,))
    assert [(phase.first, phase.last, phase.centre) for phase in found.phases] == [
        ("2000-01", "2001-04", 11.0),
        ("2001-05", "2002-04", 51.0),
    ]
    assert all(point.verdict == "usual" for point in found.points)
    waiting = chart(values[:-1], rebased=(16,))
    assert len(waiting.phases) == 1
    assert waiting.reason == control.FEW_SINCE
    assert [point.verdict for point in waiting.points[16:]] == [""] * 11


def test_a_rebase_of_another_chart_before_the_first_or_after_the_last_month_starts_no_phase():
    points = [(month_name(24_000 + place), 5.0 + place % 2, False) for place in range(14)]
    others = [rebase("2000-06", "open"), rebase("1999-01"), rebase("2030-01"), rebase("1999-01")]
    assert len(control_chart("received", points, others).phases) == 1


@pytest.mark.parametrize("value", [0, 3, 0.1, 1 / 3, 1e15, 123456.789])
def test_a_series_that_never_changes_is_usual_throughout(value):
    found = chart([value] * 15)
    (phase,) = found.phases
    assert (phase.moving_range, phase.upper) == (0.0, pytest.approx(value))
    assert {point.verdict for point in found.points} == {"usual"}


def test_months_without_cases_count_and_the_lower_limit_is_not_below_nought():
    found = chart([3, 0, 0, 4, 0, 2, 0, 0, 5, 0, 1, 0, 0, 3])
    assert found.phases[0].lower == 0.0
    assert {point.verdict for point in found.points} == {"usual"}


def test_huge_values_are_judged_like_small_ones():
    small, huge = chart(WHEELER), chart([value * 1e12 for value in WHEELER])
    assert [point.rules for point in small.points] == [point.rules for point in huge.points]


def test_no_months_at_all_are_a_chart_that_says_so():
    found = chart([])
    assert (found.points, found.phases, found.reason) == ((), (), control.FEW)


def test_the_reasons_are_said_in_chinese():
    with use_language("zh"):
        assert _(control.FEW) != control.FEW
        assert _(control.FEW_SINCE) != control.FEW_SINCE


# ---------------------------------------------------------------- festivals


def test_spring_festival_moves_and_the_shopping_festivals_do_not():
    found = dict(festivals.festivals([month_name(index) for index in range(2024 * 12, 2027 * 12)]))
    spring = [month for month, names in found.items() if "Spring Festival" in names]
    assert spring == ["2024-02", "2025-01", "2025-02", "2026-02"]
    for year in (2024, 2025, 2026):
        assert "618 shopping festival" in found[f"{year}-06"]
        assert "Double 11 shopping festival" in found[f"{year}-11"]
        assert "Consumer Rights Day (15 March)" in found[f"{year}-03"]
    assert "2024-08" not in found


def test_a_year_without_a_published_calendar_has_no_statutory_festival():
    names = {
        name for _month, found in festivals.festivals(["2090-01", "2090-02", "2090-10"]) for name in found
    }
    assert names == set()


def test_every_festival_has_a_chinese_name_and_stands_in_the_file():
    told = tomllib.loads(Path(festivals.__file__).with_name("festivals.toml").read_text(encoding="utf-8"))
    listed = {*told["statutory"].values(), *(one["name"] for one in told["yearly"])}
    assert listed == set(festivals.NAMES)
    with use_language("zh"):
        assert all(_(name) != name for name in festivals.NAMES)


def test_every_holiday_of_the_calendar_has_a_name_here():
    from chinese_calendar.constants import Holiday

    told = tomllib.loads(Path(festivals.__file__).with_name("festivals.toml").read_text(encoding="utf-8"))
    assert {one.value for one in Holiday} == set(told["statutory"])

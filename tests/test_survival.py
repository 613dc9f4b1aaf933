"""Kaplan-Meier against lifelines and against published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.analytics.review import WITHIN_DAYS, Estimate
from casework.analytics.survival import kaplan_meier, timings

from .counted import Case, counted
from .shared import shared_data


def lifelines_numbers(days: list[float], resolved: list[int]) -> tuple[object, ...]:
    """Curve, band, median with interval and p90 as lifelines has them (inf: not reached).

    Its curves are rounded first: half of the cases is half, not 0.5000000000000001.
    """
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_time

    fitted = KaplanMeierFitter().fit(days, resolved)
    curve, band = fitted.survival_function_.round(12), fitted.confidence_interval_.round(12)
    low, high = (qth_survival_time(0.5, band.iloc[:, side]) for side in (0, 1))
    share = curve.iloc[:, 0]
    return fitted, qth_survival_time(0.5, share), low, high, qth_survival_time(0.1, share)


def ours(days: list[float], resolved: list[int]):
    done = np.array(resolved, dtype=np.int64)
    return kaplan_meier(np.array(days, dtype=np.float64), done, 1 - done)


def reached(value: float | None) -> float:
    return math.inf if value is None else value


durations = st.one_of(
    st.integers(0, 30).map(float), st.floats(0, 400, allow_nan=False).map(lambda x: round(x, 6))
)


@given(st.lists(st.tuples(durations, st.integers(0, 1)), min_size=1, max_size=60))
def test_any_curve_median_interval_and_p90_equal_lifelines(cases):
    days, resolved = [d for d, _ in cases], [e for _, e in cases]
    fitted, median, low, high, p90 = lifelines_numbers(days, resolved)
    curve = ours(days, resolved)
    theirs = fitted.survival_function_.loc[curve.time].to_numpy()[:, 0]
    np.testing.assert_allclose(curve.open_share, theirs, rtol=1e-9, atol=1e-12)
    band = fitted.confidence_interval_.loc[curve.time].to_numpy()
    inside = (curve.open_share > 1e-9) & (curve.open_share < 1 - 1e-9)
    np.testing.assert_allclose(curve.low[inside], band[inside, 0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(curve.high[inside], band[inside, 1], rtol=1e-9, atol=1e-12)
    assert reached(curve.quantile(0.5)) == pytest.approx(median, rel=1e-9)
    assert reached(curve.quantile(0.9)) == pytest.approx(p90, rel=1e-9)
    ours_low, ours_high = curve.quantile_interval(0.5)
    assert reached(ours_low) == pytest.approx(low, rel=1e-9)
    assert reached(ours_high) == pytest.approx(high, rel=1e-9)


def test_the_published_leukaemia_medians_are_23_and_8_weeks():
    """Gehan's 6-MP trial: the median of the relapsed alone would be 10 weeks, which is the trap."""
    rows = np.loadtxt(shared_data("survival/gehan_6mp.dat"), dtype=np.int64)
    treated, placebo = rows[rows[:, 0] == 2], rows[rows[:, 0] == 1]
    assert ours(treated[:, 1], treated[:, 2]).quantile(0.5) == 23
    assert ours(treated[:, 1], treated[:, 2]).quantile_interval(0.5)[1] is None
    assert ours(placebo[:, 1], placebo[:, 2]).quantile(0.5) == 8


def test_a_curve_that_lies_at_exactly_one_half_has_its_median_there():
    assert ours([1, 2, 3, 4], [1, 1, 1, 1]).quantile(0.5) == 2


def test_counted_durations_give_the_same_curve_as_listed_ones():
    counted = kaplan_meier(np.array([1.0, 3.0]), np.array([2, 1]), np.array([1, 4]))
    listed = ours([1, 1, 1, 3, 3, 3, 3, 3], [1, 1, 0, 1, 0, 0, 0, 0])
    np.testing.assert_array_equal(counted.open_share, listed.open_share)
    assert (counted.n, counted.resolved) == (8, 3)


def test_no_case_at_all_is_an_empty_curve_without_a_median():
    curve = kaplan_meier(np.array([]), np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    assert (curve.n, curve.resolved, curve.quantile(0.5)) == (0, 0, None)


# ---------------------------------------------------------------- share resolved within


@given(st.lists(st.tuples(durations, st.integers(0, 1)), min_size=1, max_size=60), st.floats(0, 400))
def test_the_share_resolved_within_any_time_equals_lifelines_where_it_is_known(cases, time):
    days, resolved = [d for d, _ in cases], [e for _, e in cases]
    fitted, *_rest = lifelines_numbers(days, resolved)
    found = ours(days, resolved).ended_within(time)
    still = float(fitted.predict(time))
    if time > max(days) and still > 1e-12:
        assert found == Estimate(None, None, None)
        return
    assert found.value == pytest.approx(1 - still, rel=1e-9, abs=1e-9)
    if 1e-9 < still < 1 - 1e-9:
        at = fitted.confidence_interval_.index.searchsorted(time, side="right") - 1
        low, high = fitted.confidence_interval_.iloc[at]
        assert (found.low, found.high) == (
            pytest.approx(1 - high, rel=1e-9, abs=1e-12),
            pytest.approx(1 - low, rel=1e-9, abs=1e-12),
        )


def test_nothing_and_everything_resolved_have_no_interval():
    curve = ours([5, 5, 9], [1, 1, 1])
    assert curve.ended_within(4) == Estimate(0.0, None, None)
    assert curve.ended_within(9) == curve.ended_within(900) == Estimate(1.0, None, None)


# ---------------------------------------------------------------- timings


def several() -> list[Case]:
    """Two channels and cases of none, some open."""
    web: list[Case] = [("网站", "x", float(day), day % 3 - 1) for day in range(1, 31)]
    phone: list[Case] = [("phone", "y", float(day), 0) for day in (2, 2, 3, 8)]
    return [*phone, (None, None, 1.0, 0), *web, *[(None, None, 6.0, -1)] * 7]


def test_timings_are_of_all_together_then_of_the_largest_channels_and_last_of_those_not_stated():
    found = timings(counted(several()), "resolution")
    told = [(one.channel, one.overall, one.n, one.ended) for one in found]
    assert told == [
        (None, True, 42, 25),
        ("网站", False, 30, 20),
        ("phone", False, 4, 4),
        (None, False, 8, 1),
    ]
    assert {one.stage for one in found} == {"resolution"}


def test_a_timing_has_the_figures_of_its_channels_own_curve():
    phone = timings(counted(several()), "acceptance")[2]
    curve = ours([2, 2, 3, 8], [1, 1, 1, 1])
    assert (phone.median, phone.p75, phone.p90) == tuple(map(curve.quantile_estimate, (0.5, 0.75, 0.9)))
    assert phone.within == tuple(map(curve.ended_within, WITHIN_DAYS))
    np.testing.assert_array_equal(phone.curve.open_share, curve.open_share)


counted_cases = st.lists(
    st.tuples(st.sampled_from(["a", "b", None]), st.none(), durations, st.integers(-1, 3)),
    min_size=1,
    max_size=40,
)


@given(counted_cases, st.data())
def test_timings_of_counts_are_those_of_the_cases_one_by_one_in_any_order(cases, data):
    weights = data.draw(st.lists(st.integers(1, 4), min_size=len(cases), max_size=len(cases)))
    listed = [case for case, weight in zip(cases, weights, strict=True) for _one in range(weight)]
    shuffled = counted(data.draw(st.permutations(listed)))
    assert timings(counted(cases, weights), "resolution") == timings(shuffled, "resolution")


def test_all_open_all_closed_at_once_one_case_and_none_say_what_is_true():
    still_open = timings(counted([("a", None, 40.0, -1)] * 3), "resolution")[1]
    assert (still_open.n, still_open.ended, still_open.median.value) == (3, 0, None)
    assert [share.value for share in still_open.within] == [0.0, 0.0, 0.0, None, None]
    at_once = timings(counted([("a", None, 0.0, 0)] * 3), "resolution")[1]
    assert at_once.median == Estimate(0.0, 0.0, 0.0)
    assert [share.value for share in at_once.within] == [1.0] * 5
    single = timings(counted([("a", None, 12.0, 0)]), "resolution")[1]
    assert (single.n, single.median.value, single.within[0].value) == (1, 12.0, 0.0)
    assert timings(counted([]), "resolution") == ()

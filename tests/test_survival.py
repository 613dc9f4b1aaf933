"""Kaplan-Meier against lifelines and against published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.analytics.survival import kaplan_meier

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

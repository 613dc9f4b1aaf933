"""Log-rank tests, pairs and adjusted medians against lifelines, published figures and plain arithmetic."""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.analytics import comparing, review
from casework.analytics.chisquare import independence, upper_tail
from casework.analytics.comparing import comparison, holm
from casework.analytics.logrank import Ordered, score
from casework.i18n import _, use_language

from .counted import Case, counted, log_rank, two_columns
from .shared import shared_data


def solved(difference, covariance) -> tuple[float, int]:
    """The statistic and its degrees of freedom by the pseudo-inverse."""
    matrix = np.array([[float(value) for value in row] for row in covariance])
    gap = np.array([float(value) for value in difference])
    return float(gap @ np.linalg.pinv(matrix, rcond=1e-9) @ gap), int(np.linalg.matrix_rank(matrix, tol=1e-9))


def assert_test(found: review.Test | None, difference, covariance) -> None:
    statistic, df = solved(difference, covariance)
    if df == 0:
        assert found is None
        return
    assert found is not None
    assert found.df == df
    assert found.statistic == pytest.approx(statistic, rel=1e-7, abs=1e-9)


few_days = st.integers(0, 6).map(float)
ends = st.integers(-1, 3)
some_cases = st.lists(
    st.tuples(st.sampled_from(["网站", "phone", "desk"]), st.sampled_from(["a", "b", None]), few_days, ends),
    min_size=15,
    max_size=60,
)


# ---------------------------------------------------------------- the chi-square tail


@given(st.integers(1, 99), st.floats(0, 1390))
@example(1, 1380.0)
@example(2, 1380.0)
@example(99, 0.001)
def test_the_tail_equals_that_of_scipy_down_to_the_smallest_probabilities(df, statistic):
    from scipy.stats import chi2

    theirs = float(chi2.sf(statistic, df))
    if theirs > 1e-300:
        assert upper_tail(statistic, df) == pytest.approx(theirs, rel=1e-9)


def test_the_tail_of_nothing_is_one_and_that_of_anything_vast_is_nought():
    assert upper_tail(0.0, 3) == 1.0
    assert upper_tail(1e9, 3) == 0.0
    assert upper_tail(math.inf, 3) == 0.0


@pytest.mark.parametrize(
    ("df", "critical"), [(1, 3.841), (2, 5.991), (5, 11.070), (10, 18.307), (30, 43.773)]
)
def test_the_printed_five_per_cent_points_come_back(df, critical):
    assert upper_tail(critical, df) == pytest.approx(0.05, abs=2e-5)


def test_independence_equals_scipy_and_leaves_empty_rows_and_columns_out():
    from scipy.stats import chi2_contingency

    table = np.array([[12.0, 5, 0, 9], [3, 14, 0, 8], [0, 0, 0, 0]])
    p, strength = independence(table)
    kept = table[:2][:, [0, 1, 3]]
    assert p == pytest.approx(chi2_contingency(kept, correction=False).pvalue, rel=1e-9)
    assert 0 < strength < 1
    assert independence(np.array([[3.0, 4.0]])) == (1.0, 0.0)


# ---------------------------------------------------------------- published


def test_the_leukaemia_trial_has_its_published_log_rank_of_16_79():
    rows = np.loadtxt(shared_data("survival/gehan_6mp.dat"), dtype=np.int64)
    found = comparison(two_columns(rows[:, 1], rows[:, 2], rows[:, 0]))
    assert found.test is not None
    assert (found.test.statistic, found.test.df) == (pytest.approx(16.793, abs=5e-4), 1)
    assert found.test.p == pytest.approx(4.17e-5, abs=5e-8)


def test_waltons_and_leukemia_equal_lifelines():
    from lifelines.statistics import logrank_test

    for name, columns in (("waltons_dataset", ("T", "E", "group")), ("leukemia", ("time", "status", "x"))):
        with shared_data(f"survival/{name}.csv").open(newline="") as file:
            rows = [[row[column] for column in columns] for row in csv.DictReader(file)]
        days, events = (np.array([float(row[place]) for row in rows]) for place in (0, 1))
        groups = np.array([row[2] for row in rows])
        ours = comparison(two_columns(days, events, groups)).test
        one, other = (groups == value for value in sorted(set(groups)))
        theirs = logrank_test(days[one], days[other], events[one], events[other])
        assert ours is not None
        assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-9)
        assert ours.p == pytest.approx(theirs.p_value, rel=1e-9)


def test_many_groups_and_every_pair_equal_lifelines():
    from lifelines.statistics import multivariate_logrank_test, pairwise_logrank_test

    random = np.random.default_rng(4)
    groups = random.integers(0, 5, 400)
    days = np.round(random.exponential(20 + 6 * groups), 0)
    events = (random.random(400) < 0.75).astype(int)
    found = comparison(two_columns(days, events, groups))
    theirs = multivariate_logrank_test(days, groups, events)
    assert found.test is not None
    assert (found.test.df, found.test.statistic) == (4, pytest.approx(theirs.test_statistic, rel=1e-9))
    assert found.test.p == pytest.approx(theirs.p_value, rel=1e-9)
    by_pair = {
        frozenset(map(str, name)): (statistic, p)
        for name, statistic, p in zip(
            *(lambda test: (test.name, test.test_statistic, test.p_value))(
                pairwise_logrank_test(days, groups, events)
            ),
            strict=True,
        )
    }
    assert len(found.pairs) == len(by_pair) == 10
    for pair in found.pairs:
        statistic, p = by_pair[frozenset((pair.one, pair.other))]
        assert (pair.statistic, pair.p) == (pytest.approx(statistic, rel=1e-9), pytest.approx(p, rel=1e-9))


# ---------------------------------------------------------------- by hand


@given(some_cases)
def test_any_test_with_ties_equals_the_arithmetic_in_fractions(cases):
    found = comparison(counted(cases))
    if not found.channels or found.reason not in ("", comparing.NEVER_TOGETHER):
        return
    kept = [case for case in cases if case[0] in found.channels]
    assert_test(found.test, *log_rank(kept, found.channels))
    if len({case[1] for case in kept}) > 1:
        strata = [
            log_rank([c for c in kept if c[1] == name], found.channels) for name in {c[1] for c in kept}
        ]
        gaps = [sum(part[0][i] for part in strata) for i in range(len(found.channels))]
        size = range(len(found.channels))
        matrix = [[sum(part[1][i][j] for part in strata) for j in size] for i in size]
        assert_test(found.stratified, gaps, matrix)


@given(some_cases, st.data())
def test_counts_give_what_the_cases_one_by_one_give_in_any_order(cases, data):
    weights = data.draw(st.lists(st.integers(1, 4), min_size=len(cases), max_size=len(cases)))
    listed = [case for case, weight in zip(cases, weights, strict=True) for _one in range(weight)]
    shuffled = data.draw(st.permutations(listed))
    assert comparison(counted(cases, weights)) == comparison(counted(shuffled))


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_never_lowers_a_probability_nor_changes_their_order(chances):
    corrected = holm(chances)
    assert all(1.0 >= after >= before for before, after in zip(chances, corrected, strict=True))
    order = sorted(range(len(chances)), key=lambda place: chances[place])
    assert [corrected[place] for place in order] == sorted(corrected)


def test_holm_has_the_textbook_figures():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_groups_of_more_times_than_are_looked_at_once_give_the_same():
    random = np.random.default_rng(3)
    days = np.sort(np.round(random.exponential(30, 50_000), 3))
    group = random.integers(0, 3, 50_000)
    ended = random.integers(0, 2, 50_000)
    rows = Ordered(group, days, ended, 1 - ended)
    from casework.analytics import logrank

    whole = logrank._AT_ONCE
    try:
        logrank._AT_ONCE = 1 << 24
        at_once = score(rows, 3).test()
    finally:
        logrank._AT_ONCE = whole
    in_parts = score(rows, 3).test()
    assert at_once is not None and in_parts is not None
    assert in_parts.statistic == pytest.approx(at_once.statistic, rel=1e-9)


# ---------------------------------------------------------------- conducts


def simpson() -> list[Case]:
    """Each channel takes as long as the other for each conduct; one of them has mostly the slow one."""
    quick, slow = [("quick", day) for day in (1, 2, 3, 4, 5)], [("slow", day) for day in (21, 22, 23, 24, 25)]
    cases: list[Case] = []
    for channel, parts in (("a", quick * 4 + slow), ("b", quick + slow * 4)):
        cases += [(channel, conduct, float(day), 0) for conduct, day in parts]
    return cases


def test_a_difference_that_is_only_the_mix_vanishes_within_conducts_and_in_the_adjusted_medians():
    found = comparison(counted(simpson()))
    assert found.mix_differs
    assert found.test is not None and found.test.p < 0.001
    assert found.stratified is not None and found.stratified.p == pytest.approx(1.0)
    as_is = {one.channel: one.median for one in found.adjusted}
    adjusted = {one.channel: one.adjusted for one in found.adjusted}
    assert as_is == {"a": 4.0, "b": 22.0}
    assert adjusted["a"] == adjusted["b"] == 5.0
    assert all(one.covered == 1.0 for one in found.adjusted)


def test_an_adjusted_median_says_which_share_of_the_mix_it_covers():
    cases = [*simpson(), *(("c", "quick", float(day), 0) for day in (2, 2, 2, 8, 9))]
    cases += [("c", "slow", 90.0, 0)]  # one case is no curve
    found = {one.channel: one for one in comparison(counted(cases)).adjusted}
    assert found["c"].covered == pytest.approx(30 / 56)
    assert found["c"].adjusted == 2.0


def test_an_adjusted_median_beyond_what_was_watched_is_not_known():
    watched: list[Case] = [("a", "x", day, 0) for day in (1.0, 2.0, 3.0, 4.0, 5.0)]
    unwatched: list[Case] = [("a", "y", 1.5, -1)] * 5
    other: list[Case] = [("b", conduct, day, 0) for conduct in "xy" for day in (1.0, 2.0, 3.0, 4.0, 5.0)]
    found = {one.channel: one for one in comparison(counted([*watched, *unwatched, *other])).adjusted}
    assert found["a"].adjusted is None
    assert found["b"].adjusted == 3.0


def test_the_same_mix_differs_not_however_many_cases():
    cases: list[Case] = [
        (channel, conduct, float(day), 0) for channel in "ab" for conduct in "xyz" for day in (3, 5, 8)
    ]
    found = comparison(counted(cases, [100_000] * len(cases)))
    assert not found.mix_differs


def test_a_channel_that_states_no_conduct_is_not_said_to_handle_others():
    cases: list[Case] = [("a", "x", 3.0, 0)] * 20 + [("b", None, 4.0, 0)] * 20
    assert not comparison(counted(cases)).mix_differs


# ---------------------------------------------------------------- nothing to compare


@pytest.mark.parametrize(
    ("cases", "reason"),
    [
        ([], comparing.NO_CASES),
        ([(None, None, 3.0, 0)] * 9, comparing.NO_CHANNEL),
        ([("a", None, 3.0, 0)] * 9 + [(None, None, 4.0, 0)] * 9, comparing.ONE_CHANNEL),
        ([("a", None, 3.0, -1), ("b", None, 4.0, -1)] * 9, comparing.NOTHING_CLOSED),
        ([("a", None, 3.0, 0)] * 9 + [("b", None, 4.0, 0)] * 4, comparing.TOO_FEW),
        ([("a", None, 0.0, 0), ("b", None, 0.0, 0)] * 9, comparing.NEVER_TOGETHER),
        (
            [("a", None, 1.0, -1)] * 9 + [("b", None, 2.0, 0), ("b", None, 3.0, 0)] * 5,
            comparing.NEVER_TOGETHER,
        ),
    ],
)
def test_where_nothing_can_be_compared_the_reason_is_said_in_both_languages(cases, reason):
    found = comparison(counted(cases))
    assert (found.reason, found.test, found.pairs, found.mix_differs) == (reason, None, (), False)
    with use_language("zh"):
        assert _(found.reason) != found.reason


def test_channels_with_few_cases_are_named_but_not_compared():
    cases: list[Case] = [("a", None, 3.0, 0)] * 9 + [("b", None, 4.0, 0)] * 6 + [("c", None, 4.0, 0)] * 4
    found = comparison(counted([*cases, *[(None, None, 50.0, 0)] * 30]))
    assert (found.channels, found.too_few) == (("a", "b"), ("c",))
    assert [(pair.one, pair.other) for pair in found.pairs] == [("a", "b")]


def test_a_hundred_channels_are_tested_together_and_the_twelve_largest_by_pairs():
    cases: list[Case] = [(f"c{n:03}", None, float(day + n % 7), 0) for n in range(100) for day in range(6)]
    found = comparison(counted(cases))
    assert found.test is not None and found.test.df == 99
    assert len(found.pairs) == 66
    assert_test(found.test, *log_rank(cases, found.channels))

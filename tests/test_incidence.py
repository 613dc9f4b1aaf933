"""Cumulative incidence of the ends against lifelines and against arithmetic in fractions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.analytics.incidence import cumulative_incidence, ends
from casework.analytics.review import ENDS, WITHIN_DAYS
from casework.analytics.survival import kaplan_meier

from .counted import Case, counted, incidence

some_cases = st.lists(
    st.tuples(
        st.sampled_from(["网站", None]),
        st.none(),
        st.one_of(st.integers(0, 9), st.integers(0, 120)).map(float),
        st.integers(-1, 3),
    ),
    min_size=1,
    max_size=50,
)


def estimated(cases: list[Case]):
    known = counted(cases).in_order()
    return cumulative_incidence(known.days, known.end, known.ended, known.waiting)


@given(some_cases)
def test_any_incidence_with_ties_equals_the_arithmetic_in_fractions(cases):
    found = estimated(cases)
    for place, time in enumerate(found.time):
        shares, still = incidence(cases, len(ENDS), float(time))
        assert found.ended[:, place] == pytest.approx([float(share) for share in shares], abs=1e-12)
        assert found.open_share[place] == pytest.approx(float(still), abs=1e-12)


@given(some_cases)
def test_the_ends_and_the_open_cases_are_always_all_cases(cases):
    found = estimated(cases)
    np.testing.assert_allclose(found.ended.sum(axis=0) + found.open_share, 1.0, atol=1e-12)
    assert (np.diff(found.ended, axis=1) >= 0).all()


@given(some_cases)
def test_the_open_share_is_that_of_kaplan_meier(cases):
    known = counted(cases)
    curve = kaplan_meier(known.days, known.ended, known.waiting)
    found = estimated(cases)
    np.testing.assert_allclose(found.open_share, curve.open_share[-len(found.time) :], atol=1e-12)


def test_without_ties_every_incidence_equals_lifelines():
    from lifelines import AalenJohansenFitter

    random = np.random.default_rng(6)
    days = random.permutation(np.arange(1, 301)) / 2
    end = random.integers(-1, 4, 300)
    found = estimated([("a", None, float(day), int(way)) for day, way in zip(days, end, strict=True)])
    for way in range(len(ENDS)):
        fitted = AalenJohansenFitter(calculate_variance=False).fit(days, end + 1, event_of_interest=way + 1)
        theirs = fitted.cumulative_density_.iloc[:, 0].loc[found.time].to_numpy()
        np.testing.assert_allclose(found.ended[way], theirs, rtol=1e-9, atol=1e-12)


def test_one_minus_kaplan_meier_of_one_end_would_say_too_much():
    cases: list[Case] = [("a", None, float(day), day % 2) for day in range(1, 21)]
    known = counted(cases)
    naive = kaplan_meier(known.days, (known.end == 0).astype(np.int64), (known.end != 0).astype(np.int64))
    assert estimated(cases).ended[0, -1] == pytest.approx(0.5)
    assert 1 - naive.open_share[-1] > 0.8


@given(some_cases, st.data())
def test_counts_give_what_the_cases_one_by_one_give_in_any_order(cases, data):
    weights = data.draw(st.lists(st.integers(1, 4), min_size=len(cases), max_size=len(cases)))
    listed = [case for case, weight in zip(cases, weights, strict=True) for _one in range(weight)]
    assert ends(counted(cases, weights)) == ends(counted(data.draw(st.permutations(listed))))


def test_all_channels_come_first_then_the_largest_and_last_those_not_stated():
    cases: list[Case] = [(None, None, 3.0, 0)] * 5 + [("a", None, 9.0, 2)] + [("b", None, 4.0, 1)] * 3
    found = ends(counted([*cases, ("b", None, 200.0, -1)]))
    assert [(one.channel, one.overall, one.n, one.open) for one in found] == [
        (None, True, 10, 1),
        ("b", False, 4, 1),
        ("a", False, 1, 0),
        (None, False, 5, 0),
    ]
    assert found[0].counts == (5, 3, 1, 0)
    assert found[1].incidence[1] == (0.75,) * (len(WITHIN_DAYS) + 1)


def test_beyond_the_longest_that_a_case_was_followed_nothing_is_said():
    found = ends(counted([("a", None, 5.0, 0), ("a", None, 20.0, -1)]))[0]
    assert found.incidence[0] == (0.5, 0.5, None, None, None, 0.5)


def test_a_closed_case_of_which_no_way_is_known_ended_otherwise():
    known = counted([("a", None, 5.0, 0)])
    unknown = type(known)(
        *[*vars(known).values()][:4], np.array([-1]), known.days, known.ended, known.waiting
    )
    assert ends(unknown)[0].counts == (0, 0, 0, 1)


def test_no_case_has_no_ends_and_open_cases_only_have_no_incidence():
    assert ends(counted([])) == ()
    found = ends(counted([("a", None, 400.0, -1)] * 3))[0]
    assert (found.n, found.open, found.counts) == (3, 3, (0, 0, 0, 0))
    assert found.incidence == ((0.0,) * 6,) * 4

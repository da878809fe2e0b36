"""The week of a change and its interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_analysis.estimates import find_change_point

# British coal-mining disasters 1851-1962 by year: Jarrett 1979, Biometrika 66:191-193
DISASTERS = [
    *(
        4,
        5,
        4,
        1,
        0,
        4,
        3,
        4,
        0,
        6,
        3,
        3,
        4,
        0,
        2,
        6,
        3,
        3,
        5,
        4,
        5,
        3,
        1,
        4,
        4,
        1,
        5,
        5,
        3,
        4,
        2,
        5,
        2,
        2,
        3,
        4,
        2,
    ),
    *(
        1,
        3,
        2,
        2,
        1,
        1,
        1,
        1,
        3,
        0,
        0,
        1,
        0,
        1,
        1,
        0,
        0,
        3,
        1,
        0,
        3,
        2,
        2,
        0,
        1,
        1,
        1,
        0,
        1,
        0,
        1,
        0,
        0,
        0,
        2,
        1,
    ),
    *(
        0,
        0,
        0,
        1,
        1,
        0,
        2,
        3,
        3,
        1,
        1,
        2,
        1,
        1,
        1,
        1,
        2,
        4,
        2,
        0,
        0,
        1,
        4,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        0,
        0,
        1,
        0,
        0,
        1,
    ),
    *(0, 1),
]
repeatable = settings(deadline=None, derandomize=True, max_examples=60)


def test_the_coal_mines_became_safer_about_1890():
    # Published: the rate changed about 1889-1892 (Raftery & Akman 1986, Biometrika 73:85-89: 1887 to 1895).
    # As shares of days of the year with a disaster the counts are close to Poisson.
    found = find_change_point(DISASTERS, np.full(len(DISASTERS), 365))
    assert 1851 + found.week in (1890, 1891, 1892)
    assert (1851 + found.earliest, 1851 + found.latest) == pytest.approx((1887, 1896), abs=2)


@repeatable
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), min_size=3, max_size=40).filter(
        lambda weeks: sum(good + bad > 0 for good, bad in weeks) >= 2
    )
)
def test_the_interval_contains_the_week_and_mirrors(weeks):
    good, bad = np.array(weeks).T
    found = find_change_point(good, good + bad)
    assert 1 <= found.earliest <= found.week <= found.latest < len(weeks)
    assert find_change_point(bad, good + bad) == found
    turned = find_change_point(good[::-1], (good + bad)[::-1])
    assert turned.earliest <= len(weeks) - found.week <= turned.latest or (good + bad == 0).any()


def test_intervals_contain_the_true_week_about_as_often_as_they_state():
    rng = np.random.default_rng(51)
    for volume, after in ((14, 8), (60, 8)):
        rate = np.r_[np.full(52, 0.87), np.full(after, 0.72)]
        held = []
        for _ in range(300):
            rated = rng.poisson(volume, rate.size)
            found = find_change_point(rng.binomial(rated, rate), rated)
            held.append(found.earliest <= 52 <= found.latest)
        assert 0.92 <= np.mean(held) <= 0.995


def test_weeks_that_vary_more_than_chance_widen_the_interval():
    good, rated = [18, 19, 18, 17, 18, 15, 14, 14, 15, 14], [20] * 10
    plain, wide = (find_change_point(good, rated, overdispersion=spread) for spread in (1, 4))
    assert wide.earliest < plain.earliest or wide.latest > plain.latest


def test_one_week_has_no_change():
    with pytest.raises(ValueError, match="a change point needs two weeks with ratings"):
        find_change_point([5, 0], [9, 0])

"""The difference of two medians has its nominal level, also for unequal sample sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from csat_analysis.estimates import difference_of_medians, median_interval

TIMES = st.lists(st.integers(0, 500), min_size=1, max_size=60)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(TIMES, TIMES)
def test_the_interval_contains_the_difference_and_mirrors(ours, theirs):
    found = difference_of_medians(ours, minus=(theirs, 1))
    turned = difference_of_medians(theirs, minus=(ours, 1))
    assert found.estimate == np.median(ours) - np.median(theirs)
    assert (turned.low, turned.high) == approx((-found.high, -found.low), nan_ok=True)
    if np.isnan(found.low + found.high):
        assert found.note.startswith("too few times")
    else:
        assert found.low <= found.estimate <= found.high


def test_against_a_median_that_is_certain_the_interval_is_that_of_the_other():
    ours = np.arange(10, 60)
    interval = median_interval(ours)
    found = difference_of_medians(ours, minus=([7] * 500, 1))
    assert (found.low, found.high) == (interval.low - 7, interval.high - 7)


@pytest.mark.parametrize(("ours", "theirs"), [(65, 260), (20, 20), (12, 1000), (65, 3000)])
def test_equal_medians_differ_no_more_often_than_the_level_allows(ours, theirs):
    rng = np.random.default_rng(1)
    claimed = []
    for _ in range(600):
        sides = (rng.lognormal(5, 1.3, n) for n in (ours, theirs))
        found = difference_of_medians(next(sides), minus=(next(sides), 1), level=0.95)
        claimed.append(found.low > 0 or found.high < 0)
    assert np.mean(claimed) <= 0.06  # intervals that part: 9 to 11 % where one side is much larger


def test_a_large_difference_is_found():
    rng = np.random.default_rng(2)
    slow, quick = 2 * rng.lognormal(5, 1.3, 65), rng.lognormal(5, 1.3, 260)
    assert difference_of_medians(slow, minus=(quick, 1)).low > 0

"""Rates, their differences, and the shape and refusal rules that every estimate shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from csat_analysis.estimates import newcombe_difference, response_bounds, wilson_interval

LEVELS = st.floats(0.5, 0.999)
repeatable = settings(deadline=None, derandomize=True, max_examples=60)


@st.composite
def counts(draw, *, at_least=1):
    rated = draw(st.integers(at_least, 5000))
    return draw(st.integers(0, rated)), rated


@pytest.mark.parametrize(
    ("good", "rated", "low", "high"),
    [  # Newcombe 1998, Stat Med 17:857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_printed_intervals(good, rated, low, high):
    assert wilson_interval(good, rated) == approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("good", "rated", "level", "low", "high"),
    [  # the test file of the R package PHEindicatormethods
        (65, 100, 0.95, 0.552544, 0.736358),
        (65, 100, 0.998, 0.495495, 0.778354),
        (1045, 5000, 0.95, 0.197955, 0.220491),
    ],
)
def test_wilson_gives_the_intervals_of_public_health_england(good, rated, level, low, high):
    assert wilson_interval(good, rated, level=level) == approx((low, high), abs=5e-7)


@pytest.mark.parametrize(
    ("ours", "theirs", "low", "high"),
    [  # Newcombe 1998, Stat Med 17:873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
    ],
)
def test_newcombe_gives_the_printed_differences(ours, theirs, low, high):
    difference = newcombe_difference(*ours, minus=theirs)
    assert (difference.low, difference.high) == approx((low, high), abs=5e-5)


@repeatable
@given(counts(), LEVELS)
def test_wilson_agrees_with_statsmodels_and_contains_the_share(pair, level):
    low, high = wilson_interval(*pair, level=level)
    assert (low, high) == approx(proportion_confint(*pair, alpha=1 - level, method="wilson"), abs=1e-12)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1


@repeatable
@given(counts(), LEVELS)
def test_swapping_good_and_bad_mirrors_the_interval(pair, level):
    good, rated = pair
    low, high = wilson_interval(good, rated, level=level)
    assert wilson_interval(rated - good, rated, level=level) == approx((1 - high, 1 - low), abs=1e-12)


@repeatable
@given(counts(), counts(), LEVELS)
def test_newcombe_agrees_with_statsmodels_and_is_antisymmetric(ours, theirs, level):
    estimate, low, high = newcombe_difference(*ours, minus=theirs, level=level)
    reference = confint_proportions_2indep(*ours, *theirs, method="newcomb", compare="diff", alpha=1 - level)
    assert (low, high) == approx(reference, abs=1e-9)
    assert low <= estimate <= high
    turned = newcombe_difference(*theirs, minus=ours, level=level)
    assert turned == approx((-estimate, -high, -low), abs=1e-12)


@repeatable
@given(counts(), st.integers(2, 50), LEVELS)
def test_more_ratings_of_the_same_share_never_widen_the_interval(pair, times, level):
    few, many = (wilson_interval(pair[0] * k, pair[1] * k, level=level) for k in (1, times))
    assert few.low <= many.low + 1e-12
    assert many.high <= few.high + 1e-12


@repeatable
@given(counts(), counts(), st.integers(2, 50), LEVELS)
def test_more_ratings_on_both_sides_never_widen_the_difference(ours, theirs, times, level):
    few, many = (
        newcombe_difference(ours[0] * k, ours[1] * k, minus=(theirs[0] * k, theirs[1] * k), level=level)
        for k in (1, times)
    )
    assert -1 <= few.low <= many.low + 1e-12
    assert many.high - 1e-12 <= few.high <= 1


@repeatable
@given(counts(), st.floats(0.5, 0.99), st.floats(0.001, 0.009))
def test_a_higher_level_widens_the_interval(pair, level, more):
    wide, narrow = wilson_interval(*pair, level=level + more), wilson_interval(*pair, level=level)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_scalars_give_floats_arrays_give_arrays_and_series_keep_their_index():
    assert all(isinstance(end, float) for end in wilson_interval(9, 10))
    assert wilson_interval([[9, 1], [0, 3]], 10).low.shape == (2, 2)
    weeks = pd.Series([9, 0], index=["2026-W46", "2026-W47"], dtype="Int64")
    low = wilson_interval(weeks, weeks + 1).low
    assert low.index.equals(weeks.index)
    assert low["2026-W46"] == wilson_interval(9, 10).low
    assert newcombe_difference(9, 10, minus=(weeks, 10)).estimate.index.equals(weeks.index)


def test_no_ratings_give_nan_without_a_warning():
    assert np.isnan(wilson_interval(0, 0)).all()
    assert np.isnan(newcombe_difference(0, 0, minus=(3, 4))).all()
    assert np.isnan(newcombe_difference(3, 4, minus=(0, 0))).all()
    assert np.isnan(response_bounds(0, 0, offered=0)).all()


def test_no_rows_give_no_rows():
    assert wilson_interval([], []).low.size == 0


def test_all_good_and_all_bad_end_exactly_at_one_and_zero():
    assert wilson_interval([7, 0], [7, 7]).high[0] == 1
    assert wilson_interval([7, 0], [7, 7]).low[1] == 0


@pytest.mark.parametrize(
    ("good", "rated", "message"),
    [
        (-1, 10, "good must be whole numbers, 0 or more; got -1"),
        (1, -10, "rated must be whole numbers, 0 or more; got -10"),
        (2.5, 10, "got 2.5"),
        (1, np.inf, "got inf"),
        ([3, 11], [10, 10], "good must not exceed rated; got 11 good of 10 rated"),
        ([3, None], [10, 10], "good must not be missing; got 1 missing: fill in 0 or leave those rows out"),
        (pd.Series([3, pd.NA], dtype="Int64"), 10, "1 missing"),
    ],
)
def test_impossible_counts_are_refused_in_one_sentence(good, rated, message):
    with pytest.raises(ValueError, match=message):
        wilson_interval(good, rated)


def test_series_with_other_indexes_are_refused_rather_than_paired_by_position():
    this_week, last_week = pd.Series([1, 2], index=["a", "b"]), pd.Series([3, 4], index=["b", "a"])
    with pytest.raises(ValueError, match="good and rated have different indexes; align them first"):
        wilson_interval(this_week, last_week)
    with pytest.raises(ValueError, match="good and minus_good have different indexes"):
        newcombe_difference(this_week, 9, minus=(last_week, 9))


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_outside_0_and_1_is_refused(level):
    with pytest.raises(ValueError, match="level must be strictly between 0 and 1"):
        wilson_interval(9, 10, level=level)


def test_worst_case_bounds_allow_for_every_non_respondent():
    # Answer share 0.2, CSAT 0.9: [r p, r p + 1 - r] = [0.18, 0.98] (Manski 2003)
    assert response_bounds(180, 200, offered=1000) == approx((0.18, 0.98))
    assert response_bounds(180, 200, offered=200) == approx((0.9, 0.9))
    with pytest.raises(ValueError, match="rated must not exceed offered"):
        response_bounds(180, 200, offered=199)


@repeatable
@given(counts(), st.integers(0, 5000))
def test_worst_case_bounds_contain_the_rate_and_are_as_wide_as_the_share_of_non_respondents(pair, silent):
    low, high = response_bounds(*pair, offered=pair[1] + silent)
    assert 0 <= low <= pair[0] / pair[1] <= high <= 1
    assert high - low == approx(silent / (pair[1] + silent))

"""Observed over expected bad ratings for a mix of tickets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import binom

from csat_analysis.estimates import compare_with_mix

repeatable = settings(deadline=None, derandomize=True, max_examples=40)


def test_expected_bad_ratings_weigh_every_kind_of_ticket_by_its_own_rate():
    # two agents; columns: chat (15 ratings, 3 bad) and e-mail (5 ratings, 1 bad)
    table = compare_with_mix([[8, 1], [4, 3]], [[10, 2], [5, 3]]).table
    assert table["expected"].tolist() == approx([10 * 3 / 15 + 2 * 1 / 5, 5 * 3 / 15 + 3 * 1 / 5])
    assert table["observed"].tolist() == [3, 1]


@repeatable
@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2**32))
def test_as_many_bad_ratings_are_expected_as_were_observed_and_intervals_hold_the_ratio(units, strata, seed):
    rng = np.random.default_rng(seed)
    rated = rng.integers(0, 30, (units, strata))
    found = compare_with_mix(rng.binomial(rated, 0.8), rated)
    table = found.table.join(found.interval())
    assert table["expected"].sum() == approx(table["observed"].sum())
    known = table["low"].notna()
    assert (table["low"] <= table["estimate"] + 1e-6)[known].all()
    assert (table["estimate"] <= table["high"] + 1e-6)[known].all()
    assert (table["low"] >= 0)[known].all()


def test_a_unit_far_from_all_others_has_a_narrow_interval_around_its_ratio():
    found = compare_with_mix([[6_000], [27_000]], [[10_000], [30_000]])
    low, high = found.interval().loc[0]
    assert low < found.table["estimate"][0] < high < low + 0.1


def test_a_harder_mix_does_not_lower_an_agents_result():
    rated = np.array([[90, 10], [10, 90]])
    good = np.array([[81, 5], [9, 45]])  # both: 90 % in the easy stratum, 50 % in the hard one
    assert compare_with_mix(good, rated).table["estimate"].tolist() == approx([1, 1])


def test_small_units_within_large_strata_have_the_limits_of_independent_ratings():
    # 20 bad of 100 where 13 % of a million are bad: mid-p limits of a binomial count, as a ratio
    rated = np.array([[100], [1_000_000]])
    bad = np.array([[20], [130_000]])
    found = compare_with_mix(rated - bad, rated)
    low, high = found.interval().iloc[0]
    for ratio, upper in ((low, True), (high, False)):
        chance = ratio * found.table["expected"].iloc[0] / 100
        tail = binom.sf(20, 100, chance) if upper else binom.cdf(19, 100, chance)
        assert tail + binom.pmf(20, 100, chance) / 2 == approx(0.025, abs=2e-4)


def test_intervals_cover_one_in_95_of_100_accounts_without_differences():
    rng = np.random.default_rng(4)
    shares, rates = (
        np.outer([0.28, 0.22, 0.18, 0.14, 0.11, 0.07], [0.5, 0.3, 0.2]),
        np.array([0.08, 0.13, 0.25]),
    )
    covered = []
    for _ in range(200):
        rated = rng.poisson(800 * shares)
        ends = compare_with_mix(rated - rng.binomial(rated, rates), rated).interval()
        covered += ((ends["low"] <= 1) & (ends["high"] >= 1)).tolist()
    assert 0.93 <= np.mean(covered) <= 0.97  # Byar's limits cover 98 to 99 %


def test_units_alone_in_their_strata_and_strata_without_ratings_say_nothing():
    found = compare_with_mix([[4, 0], [0, 0]], [[5, 0], [0, 0]])
    table = found.table
    assert table["expected"].tolist() == [1, 0]
    assert table["estimate"].iloc[0] == 1
    assert found.interval().isna().all(axis=None)
    assert np.isnan(table["estimate"].iloc[1])
    with pytest.raises(ValueError, match="shape"):
        compare_with_mix([1, 2], [3, 4])


def test_rows_keep_their_labels():
    rated = pd.DataFrame([[9, 8], [7, 6]], index=["Ana", "Ben"], columns=["chat", "e-mail"])
    assert compare_with_mix(rated - 1, rated).table.index.tolist() == ["Ana", "Ben"]

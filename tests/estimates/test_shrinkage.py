"""Shrink rates toward those expected of colleagues, unless chance alone explains their spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from support.rat_tumours import RATS, TUMOURS

from csat_analysis.estimates import shrink_rates

# Hits in 45 times at bat of 18 players: Efron & Morris 1975, JASA 70:311
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
# Maximum likelihood of both parameters of the prior of the rat tumours, by scipy's betabinom and an optimiser
ALPHA, BETA = 2.3048, 14.0798
repeatable = settings(deadline=None, derandomize=True, max_examples=50)


def test_the_rat_tumours_have_the_prior_of_maximum_likelihood():
    rates = shrink_rates(TUMOURS, RATS, toward=ALPHA / (ALPHA + BETA))
    assert rates.detectable
    assert rates.size == approx(ALPHA + BETA, rel=1e-3)
    # 4 tumours of 14 rats become 0.2075; the book's moments give 0.223
    assert rates.estimate[-1] == approx((9 + ALPHA) / (24 + ALPHA + BETA), abs=5e-5)


def test_players_who_may_all_be_alike_are_not_distinguished():
    # Efron & Morris: V = 18.96 on 17 degrees of freedom, so chance explains the spread
    rates = shrink_rates(HITS, np.full(18, 45), toward=HITS.sum() / (18 * 45))
    assert not rates.detectable
    assert np.isnan(rates.estimate).all()


def test_shrunken_rates_lie_between_the_raw_rate_and_the_expected_one():
    rates = shrink_rates(TUMOURS, RATS, toward=0.15)
    raw = TUMOURS / RATS
    between = np.clip(rates.estimate, np.minimum(raw, 0.15), np.maximum(raw, 0.15))
    assert rates.estimate == approx(between, abs=1e-12)
    assert ((rates.low < rates.estimate) & (rates.estimate < rates.high)).all()


def test_each_agent_is_drawn_toward_its_own_expectation():
    rng = np.random.default_rng(41)
    expected = np.repeat([0.7, 0.95], 20)
    truth = rng.beta(15 * expected, 15 * (1 - expected))
    rates = shrink_rates(rng.binomial(50, truth), np.full(40, 50), toward=expected)
    assert rates.detectable
    assert rates.estimate[:20].mean() == approx(0.7, abs=0.06)
    assert rates.estimate[20:].mean() == approx(0.95, abs=0.04)


def test_equal_agents_seldom_get_estimates_and_never_intervals_without_width():
    rng = np.random.default_rng(42)
    results = [shrink_rates(rng.binomial(500, 0.85, 8), np.full(8, 500), toward=0.85) for _ in range(100)]
    claimed = [rates for rates in results if rates.detectable]
    assert len(claimed) <= 11
    assert all((rates.high - rates.low > 0.005).all() for rates in claimed)


def test_intervals_of_agents_who_do_differ_cover_their_true_rates():
    rng = np.random.default_rng(43)
    truth = rng.beta(17, 3, 200)
    rates = shrink_rates(rng.binomial(60, truth), np.full(200, 60), toward=0.85)
    assert 0.91 < np.mean((rates.low <= truth) & (truth <= rates.high)) < 0.99


@repeatable
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=12),
    st.floats(0.05, 0.95),
)
def test_swapping_good_and_bad_mirrors_the_shrunken_rates(pairs, toward):
    good, bad = np.array(pairs).T
    rates = shrink_rates(good, good + bad, toward=toward)
    turned = shrink_rates(bad, good + bad, toward=1 - toward)
    assert turned.p_value == approx(rates.p_value, nan_ok=True, abs=1e-6)
    if rates.detectable and turned.detectable:
        assert turned.estimate == approx(1 - rates.estimate, abs=1e-3, nan_ok=True)


def test_agents_without_ratings_or_expectation_are_left_out():
    agents = pd.Index(list("abcd"))
    good, rated = pd.Series([30, 58, 0, 40], index=agents), pd.Series([60, 60, 0, 50], index=agents)
    rates = shrink_rates(good, rated, toward=pd.Series([0.78, 0.78, 0.78, np.nan], index=agents))
    assert rates.n == 2
    assert rates.estimate.isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize(("good", "rated"), [([], []), ([0], [0]), ([17], [20])])
def test_where_there_is_nothing_to_compare_nothing_is_estimated(good, rated):
    rates = shrink_rates(good, rated, toward=0.8)
    assert not rates.detectable
    assert np.isnan(rates.p_value)


def test_indexes_that_differ_and_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="good must not exceed rated"):
        shrink_rates([5, 11], [10, 10], toward=0.5)
    with pytest.raises(ValueError, match="different indexes"):
        shrink_rates(pd.Series([1, 2]), pd.Series([3, 4]), toward=pd.Series([0.5, 0.5], index=[1, 2]))

"""Customers who rate several times: intraclass correlation, design effect, coverage of intervals."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from csat_analysis.estimates import (
    correlation_of_choices,
    design_effect,
    intraclass_correlation,
    newcombe_difference,
    wilson_interval,
)

repeatable = settings(deadline=None, derandomize=True, max_examples=40)
CUSTOMERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=3, max_size=15)


def customers(rng, number, *, rate, correlation, mean_size=2.5):
    """Return ratings of customers whose rates vary, so that their ratings are correlated."""
    rated = rng.geometric(1 / mean_size, number)
    size = 1 / correlation - 1
    return rng.binomial(rated, rng.beta(rate * size, (1 - rate) * size, number)), rated


@repeatable
@given(CUSTOMERS)
def test_the_correlation_is_that_of_an_analysis_of_variance_or_of_pairs_if_that_is_larger(pairs):
    good, bad = np.array(pairs).T
    rated = good + bad
    found = intraclass_correlation(good, rated)
    known = rated > 0
    if known.sum() < 2 or rated.sum() == known.sum() or good.sum() in (0, rated.sum()):
        assert found == 0
        return
    rows = pd.DataFrame({"customer": np.repeat(np.arange(rated.size), rated)})
    rows["good"] = np.concatenate([np.repeat([1, 0], [g, b]) for g, b in zip(good, bad, strict=True)])
    table = anova_lm(ols("good ~ C(customer)", rows).fit())
    between, within = table["mean_sq"]
    size = (rated.sum() - (rated**2).sum() / rated.sum()) / (known.sum() - 1)
    total = between + (size - 1) * within
    by_variance = max(0, (between - within) / total) if total > 1e-12 else 0
    rate = rows["good"].mean()
    products = [
        (one - rate) * (other - rate)
        for _, each in rows.groupby("customer")["good"]
        for one, other in itertools.permutations(each, 2)
    ]
    of_pairs = np.mean(products) / (rate * (1 - rate))
    assert found == approx(max(by_variance, min(1, of_pairs)), abs=1e-6)


def test_a_customer_who_chose_otherwise_than_all_is_found_by_pairs():
    # 400 customers chose once, nine of ten the first of three reasons. One chose each of them, 40 times in all.
    made = np.vstack([np.repeat(np.eye(3), [360, 20, 20], axis=0), [10, 20, 10]])
    correlation = correlation_of_choices(made.sum(axis=1), (made**2).sum(axis=1), made @ made.sum(axis=0))
    # The analysis of variance alone finds nothing.
    assert correlation == 1


def test_customers_who_always_rate_alike_count_once():
    # 20 customers with three bad ratings each, as most others rate.
    assert intraclass_correlation([0, 1, 0], [3, 1, 1], customers=[20, 10, 40]) == 1


def test_a_customer_with_very_many_ratings_counts_as_little_more_than_one():
    # 300 ratings, 40 % good, beside 3,440 customers who rated once, 87 % good.
    correlation = intraclass_correlation([120, 1, 0], [300, 1, 1], customers=[1, 3000, 440])
    assert correlation == 1
    assert 373 / design_effect(373, 300**2 + 73, correlation) < 2


def test_customers_may_be_given_one_by_one_or_counted():
    one_by_one = intraclass_correlation([2] * 40 + [0] * 5 + [1] * 5, [2] * 50)
    assert intraclass_correlation([2, 0, 1], [2, 2, 2], customers=[40, 5, 5]) == approx(one_by_one)


def test_the_correlation_of_simulated_customers_is_recovered():
    found = intraclass_correlation(*customers(np.random.default_rng(1), 20_000, rate=0.85, correlation=0.2))
    assert found == approx(0.2, abs=0.02)
    assert intraclass_correlation([1, 0, 1, 1], [1, 1, 1, 1]) == 0
    assert intraclass_correlation([5], [9]) == 0
    assert intraclass_correlation([], []) == 0


def test_the_design_effect_is_kishs():
    # 260 ratings, m = 2.5, ICC 0.2: design effect 1.3, effective number 200
    assert design_effect(260, 650, 0.2) == approx(1.3)
    assert 260 / design_effect(260, 650, 0.2) == approx(200)
    assert design_effect([0, 100, 100], [0, 105, 120], 0.5).tolist() == approx([1, 1, 1.1])
    with pytest.raises(ValueError, match="squares must not be smaller than rated"):
        design_effect(10, 9, 0.2)


def test_one_customer_with_all_ratings_leaves_the_information_of_one_rating():
    effect = design_effect(50, 2500, 1.0)
    assert 50 / effect == approx(1)
    low, high = wilson_interval(50, 50, inflation=effect)
    assert low == approx(wilson_interval(1, 1).low)
    assert high == 1


@repeatable
@given(st.integers(0, 200), st.integers(1, 200), st.floats(1, 5))
def test_inflation_widens_intervals_and_keeps_them_within_bounds(good, bad, inflation):
    plain, wide = wilson_interval(good, good + bad), wilson_interval(good, good + bad, inflation=inflation)
    assert 0 <= wide.low <= plain.low + 1e-12 and plain.high <= wide.high + 1e-12 <= 1 + 1e-12
    rated = good + bad
    difference = newcombe_difference(
        good, rated, minus=(bad, rated), inflation=inflation, minus_inflation=inflation
    )
    assert -1 <= difference.low <= difference.estimate <= difference.high <= 1


def test_inflation_below_one_is_refused():
    with pytest.raises(ValueError, match="inflation must be 1 or more and not missing"):
        wilson_interval(9, 10, inflation=0.9)


@pytest.mark.parametrize("number", [20, 104])
def test_intervals_cover_95_percent_where_customers_rate_two_and_a_half_times(number):
    rng = np.random.default_rng(2)
    covered, naive = [], []
    for rate in (0.70, 0.75, 0.80, 0.85, 0.90, 0.95):
        correlation = intraclass_correlation(*customers(rng, 1350, rate=rate, correlation=0.2))
        for _ in range(150):
            good, rated = customers(rng, number, rate=rate, correlation=0.2)
            effect = design_effect(rated.sum(), (rated**2).sum(), correlation)
            low, high = wilson_interval(good.sum(), rated.sum(), inflation=effect)
            covered.append(low <= rate <= high)
            low, high = wilson_interval(good.sum(), rated.sum())
            naive.append(low <= rate <= high)
    assert 0.93 <= np.mean(covered) <= 0.97
    assert np.mean(naive) < 0.92


def test_differences_of_periods_cover_95_percent_where_customers_rate_two_and_a_half_times():
    rng = np.random.default_rng(3)
    covered = []
    for _ in range(500):
        (good, rated), (good_before, rated_before) = (
            customers(rng, number, rate=0.87, correlation=0.2) for number in (26, 104)
        )
        effects = [design_effect(one.sum(), (one**2).sum(), 0.2) for one in (rated, rated_before)]
        low, high = newcombe_difference(
            good.sum(), rated.sum(), minus=(good_before.sum(), rated_before.sum()),
            inflation=effects[0], minus_inflation=effects[1],
        )[1:]  # fmt: skip
        covered.append(low <= 0 <= high)
    assert 0.93 <= np.mean(covered) <= 0.975

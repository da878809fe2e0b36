"""False discovery rate and spread between groups: real differences are found, chance is not reported."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from csat_analysis.estimates import (
    benjamini_hochberg,
    overdispersion,
)

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


def test_benjamini_hochberg_gives_the_adjusted_values_of_its_paper():
    # The fifteen p values of Benjamini & Hochberg 1995, section 3.2: four are rejected (Bonferroni: three)
    raw = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    raw += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1]
    adjusted = benjamini_hochberg(raw)
    assert adjusted[:6] == approx([0.0015, 0.0030, 0.0095, 0.0356, 0.0603, 0.0639], abs=5e-5)
    assert (adjusted <= 0.05).sum() == 4
    assert (np.array(raw) <= 0.05 / 15).sum() == 3


@repeatable
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_keep_the_order_and_never_shrink(raw):
    adjusted = benjamini_hochberg(raw)
    assert (adjusted >= np.array(raw) - 1e-12).all()
    assert (np.diff(adjusted[np.argsort(raw)]) >= -1e-12).all()
    assert adjusted.max() <= 1


def test_p_values_that_are_missing_stay_missing_and_do_not_count():
    adjusted = benjamini_hochberg([0.01, np.nan, 0.02])
    assert np.isnan(adjusted[1])
    assert adjusted[[0, 2]] == approx(benjamini_hochberg([0.01, 0.02]))
    assert np.isnan(benjamini_hochberg([np.nan])).all()
    with pytest.raises(ValueError, match="p values must lie in"):
        benjamini_hochberg([1.2])


def test_the_spread_of_units_is_the_published_chi_squared_of_smokers():
    # Fleiss 1981, Statistical Methods for Rates and Proportions, page 139 (R: prop.test): smokers among patients of
    # four studies, X-squared = 12.6004 on 3 degrees of freedom, p = 0.005585
    found = overdispersion([83, 90, 129, 70], [86, 93, 136, 82])
    assert found.p_value == approx(0.005585, abs=5e-7)
    assert np.isnan(found.phi)  # fewer than five
    five = overdispersion([83, 90, 129, 70, 0], [86, 93, 136, 82, 9], minimum_ratings=9)
    assert five.phi > 12.6004 / 4


def test_units_without_differences_have_a_phi_of_one_and_p_values_at_their_level():
    rng = np.random.default_rng(10)
    found = [overdispersion(rng.binomial(200, 0.85, 8), np.full(8, 200)) for _ in range(600)]
    assert np.mean([one.phi for one in found]) == approx(1, abs=0.06)
    assert np.mean([one.p_value <= 0.05 for one in found]) == approx(0.05, abs=0.025)


def test_spread_between_groups_is_found():
    rng = np.random.default_rng(10)
    rated = np.full(40, 200)
    spread = overdispersion(rng.binomial(rated, np.clip(rng.normal(0.85, 0.05, 40), 0, 1)), rated)
    assert spread.phi > 2
    assert spread.p_value < 1e-6


def test_customers_who_rate_several_times_are_no_spread_between_units():
    rng = np.random.default_rng(11)
    groups = [5 * rng.binomial(40, 0.85, 8) for _ in range(300)]  # each customer rates five times alike
    rated = np.full(8, 200)
    assert np.mean([overdispersion(good, rated).p_value <= 0.05 for good in groups]) > 0.5
    widened = [overdispersion(good, rated, inflation=5.0).p_value <= 0.05 for good in groups]
    assert np.mean(widened) == approx(0.05, abs=0.04)


def test_units_too_small_or_all_alike_have_no_spread_to_measure():
    assert overdispersion([90, 5], [100, 9]).left_out == 1
    for good, rated in (([], []), ([5], [9]), ([20, 30, 20, 20, 20], [20, 30, 20, 20, 20])):
        assert np.isnan(overdispersion(good, rated).phi)


def test_impossible_counts_of_units_are_refused():
    with pytest.raises(ValueError, match="good must not exceed rated"):
        overdispersion([5, 11], [10, 10])

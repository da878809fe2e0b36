"""False discovery rate, funnel plot and case mix: real differences are found, chance is not reported."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import binom
from statsmodels.stats.rates import confint_poisson

from csat_analysis.estimates import (
    benjamini_hochberg,
    expected_bad,
    funnel_limits,
    observed_over_expected,
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


@pytest.mark.parametrize(
    ("rated", "level", "low"),
    [  # Spiegelhalter 2005, appendix A.1.1, at a common rate of 0.85
        (20, 0.95, 0.6534),
        (20, 0.998, 0.5348),
        (50, 0.95, 0.7340),
        (50, 0.998, 0.6653),
        (200, 0.95, 0.7963),
        (200, 0.998, 0.7649),
    ],
)
def test_funnel_limits_follow_spiegelhalters_interpolation(rated, level, low):
    assert funnel_limits(rated, center=0.85, level=level).low == approx(low, abs=5e-5)
    assert funnel_limits(rated, center=0.15, level=level).high == approx(1 - low, abs=5e-5)


@repeatable
@given(st.integers(1, 400), st.floats(0.02, 0.98), st.sampled_from([0.95, 0.998]))
def test_a_rate_lies_outside_the_funnel_exactly_if_its_binomial_tail_is_small(rated, center, level):
    good = np.arange(rated + 1)
    low, high = funnel_limits(rated, center=center, level=level)
    assert 0 <= low <= center <= high <= 1
    tail = (1 - level) / 2
    assert ((good / rated < low) == (binom.cdf(good, rated, center) < tail)).all()
    assert ((good / rated > high) == (binom.cdf(rated - good, rated, 1 - center) < tail)).all()


@pytest.mark.parametrize(("center", "above"), [(0.85, 0.0041), (0.9, 0.0086), (0.5, 0.0014)])
def test_the_published_upper_limit_has_too_many_false_alarms_and_the_mirrored_lower_one_does_not(
    center, above
):
    sizes, tail = np.arange(10, 501), 0.001
    quantile = binom.ppf(1 - tail, sizes, center)
    excess = (binom.cdf(quantile, sizes, center) - 1 + tail) / binom.pmf(quantile, sizes, center)
    printed, mirrored = (quantile - excess) / sizes, funnel_limits(sizes, center=center, level=0.998).high

    def chance_above(limits):
        return binom.sf(np.floor(limits * sizes + 1e-9), sizes, center)

    assert (chance_above(printed) > tail).all()  # at every size, by the definition of a quantile
    assert chance_above(printed).mean() == approx(above, abs=5e-5)
    assert (chance_above(mirrored) <= tail).all()
    assert chance_above(mirrored).mean() > 0.0005


@pytest.mark.parametrize(("rated", "printed"), [(20, 0.9987), (50, 0.9746), (200, 0.9200)])
def test_the_funnel_is_wider_above_than_the_printed_formula(rated, printed):
    # Spiegelhalter's A.1.1 put to the 99.9 % point at a common rate of 0.85
    assert funnel_limits(rated, center=0.85, level=0.998).high > printed


def test_a_perfect_score_that_chance_gives_easily_is_inside_the_funnel():
    assert funnel_limits(20, center=0.85, level=0.998).high == 1  # 0.85^20 = 4 %
    assert funnel_limits(60, center=0.85, level=0.998).high < 1  # 0.85^60 = 0.006 %


def test_the_funnel_narrows_with_ratings_and_is_nan_without_ratings():
    low, high = funnel_limits(np.array([0, 20, 200, 2000]), center=0.85)
    assert np.isnan([low[0], high[0]]).all()
    assert (np.diff((high - low)[1:]) < 0).all()
    assert np.isnan(funnel_limits(20, center=np.nan)).all()
    with pytest.raises(ValueError, match="center must be a share from 0 to 1; got 85"):
        funnel_limits(20, center=85)


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


def test_units_too_small_or_all_alike_have_no_spread_to_measure():
    assert overdispersion([90, 5], [100, 9]).left_out == 1
    for good, rated in (([], []), ([5], [9]), ([20, 30, 20, 20, 20], [20, 30, 20, 20, 20])):
        assert np.isnan(overdispersion(good, rated).phi)


@pytest.mark.parametrize(
    ("observed", "low", "high"),
    [(65, 50.163188, 82.849139), (1045, 982.593202, 1110.331213)],  # PHEindicatormethods test file
)
def test_byars_limits_are_those_of_public_health_england(observed, low, high):
    ratio = observed_over_expected(observed, 1)
    assert (ratio.low, ratio.high) == approx((low, high), abs=5e-7)


def test_byars_lower_limit_of_a_tiny_count_is_never_negative():
    assert observed_over_expected(1, 1, level=0.998).low == 0


@repeatable
@given(st.integers(0, 3000), st.floats(0.1, 1000))
def test_byars_limits_stay_near_the_exact_poisson_ones(observed, expected):
    ratio = observed_over_expected(observed, expected)
    exact = confint_poisson(observed, expected, method="exact-c") if observed else (0, 3.6889 / expected)
    assert ratio.low <= ratio.estimate <= ratio.high
    assert (ratio.low, ratio.high) == approx(exact, rel=0.05, abs=0.05 / expected)


def test_expected_bad_ratings_weigh_every_kind_of_ticket_by_its_own_rate():
    # two agents; columns: chat (all rated 15, 3 bad) and e-mail (5 rated, 1 bad)
    good, rated = [[8, 1], [4, 3]], [[10, 2], [5, 3]]
    assert expected_bad(good, rated) == approx([10 * 3 / 15 + 2 * 1 / 5, 5 * 3 / 15 + 3 * 1 / 5])
    assert expected_bad(good, rated).sum() == approx(4)  # as many as were observed


@repeatable
@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 2**32))
def test_as_many_bad_ratings_are_expected_as_were_observed_and_none_below_zero(agents, strata, seed):
    rng = np.random.default_rng(seed)
    rated = rng.integers(0, 30, (agents, strata))
    good = rng.binomial(rated, 0.8)
    expected = expected_bad(good, rated)
    assert expected.sum() == approx((rated - good).sum())
    assert (expected >= 0).all()


def test_a_harder_mix_does_not_lower_an_agents_result():
    rated = np.array([[90, 10], [10, 90]])
    good = np.array([[81, 5], [9, 45]])  # both: 90 % in the easy stratum, 50 % in the hard one
    observed = (rated - good).sum(axis=1)
    assert observed_over_expected(observed, expected_bad(good, rated)).estimate == approx([1, 1])


def test_strata_without_ratings_and_agents_without_tickets_expect_nothing():
    expected = expected_bad([[0, 0], [4, 0]], [[0, 0], [5, 0]])
    assert expected.tolist() == [0, 1]
    assert np.isnan(observed_over_expected(0, expected).estimate[0])
    with pytest.raises(ValueError, match="shape"):
        expected_bad([1, 2], [3, 4])
    with pytest.raises(ValueError, match="expected must be 0 or more"):
        observed_over_expected(1, -1)


def test_impossible_counts_of_units_are_refused():
    with pytest.raises(ValueError, match="good must not exceed rated"):
        overdispersion([5, 11], [10, 10])

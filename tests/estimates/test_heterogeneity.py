"""Test whether agents differ at all: a chi-squared test within strata."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import chi2_contingency
from statsmodels.stats.contingency_tables import StratifiedTable

from csat_analysis.estimates import measure_heterogeneity

# Admissions of men and women in six departments: Bickel et al. 1975, Science 187:398 (R's UCBAdmissions)
MEN = np.array([[512, 313], [353, 207], [120, 205], [138, 279], [53, 138], [22, 351]])
WOMEN = np.array([[89, 19], [17, 8], [202, 391], [131, 244], [94, 299], [24, 317]])
repeatable = settings(deadline=None, derandomize=True, max_examples=50)


def admissions():
    departments = np.arange(6)
    counts = np.concatenate([MEN, WOMEN])
    return np.repeat(["men", "women"], 6), np.tile(departments, 2), counts[:, 0], counts.sum(axis=1)


def test_two_sides_give_the_published_mantel_haenszel_statistic():
    # R: mantelhaen.test(UCBAdmissions, correct = FALSE) gives 1.5246 on 1 degree of freedom, p 0.2169
    found = measure_heterogeneity(*admissions())
    assert (found.statistic, found.degrees) == (approx(1.5246, abs=5e-5), 1)
    assert found.p_value == approx(0.2169, abs=5e-5)
    tables = np.array([MEN, WOMEN]).transpose(0, 2, 1)
    assert found.statistic == approx(StratifiedTable(tables).test_null_odds().statistic)


@repeatable
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=2, max_size=8))
def test_one_stratum_gives_pearsons_chi_squared_but_for_a_factor(pairs):
    good, bad = np.array(pairs).T
    n = (good + bad).sum()
    found = measure_heterogeneity(np.arange(good.size), np.zeros(good.size), good, good + bad)
    pearson = chi2_contingency(np.array([good, bad]), correction=False)
    assert found.statistic == approx((n - 1) / n * pearson.statistic, abs=1e-9)
    assert found.degrees == pearson.dof


@repeatable
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 40), st.integers(0, 40)), max_size=24
    )
)
def test_swapping_good_and_bad_changes_nothing_and_p_is_a_probability(rows):
    agents, strata, good, bad = np.array(rows, dtype=int).reshape(-1, 4).T
    found = measure_heterogeneity(agents, strata, good, good + bad)
    turned = measure_heterogeneity(agents, strata, bad, good + bad)
    assert found == approx(turned, nan_ok=True, abs=1e-7)
    assert np.isnan(found.p_value) == (found.degrees == 0)
    assert found.degrees == 0 or 0 <= found.p_value <= 1


def test_sets_of_agents_without_common_strata_are_added_up():
    first = [0, 0, 1, 1], [0, 1, 0, 1], [30, 35, 36, 38], [40, 40, 40, 40]
    second = [2, 3, 4], [7, 7, 7], [20, 30, 25], [40, 40, 40]
    both = measure_heterogeneity(*(a + b for a, b in zip(first, second, strict=True)))
    one, other = measure_heterogeneity(*first), measure_heterogeneity(*second)
    assert both.statistic == approx(one.statistic + other.statistic)
    assert both.degrees == one.degrees + other.degrees == 3


def test_differences_between_groups_are_not_differences_between_agents():
    found = measure_heterogeneity(list("abcd"), [*"XXYY"], [94, 94, 70, 70], [100] * 4)
    assert found.p_value == approx(1)


@pytest.mark.parametrize(
    "rows",
    [
        ([], [], [], []),
        (["a"], [1], [5], [9]),
        (["a", "b"], [1, 2], [5, 6], [9, 9]),
        (["a", "b"], [1, 1], [9, 9], [9, 9]),
    ],
)
def test_there_is_no_p_value_without_comparable_agents(rows):
    assert np.isnan(measure_heterogeneity(*rows).p_value)


def test_equal_agents_differ_as_often_as_the_level_allows():
    rng = np.random.default_rng(31)
    agents, strata = (
        np.repeat(np.arange(20), 3),
        np.tile(np.arange(3), 20) + 10 * np.repeat(np.arange(20) % 5, 3),
    )
    p_values = []
    for _ in range(400):
        rated = rng.poisson(8, 60)
        good = rng.binomial(rated, 0.8 + 0.03 * (strata // 10))
        p_values.append(measure_heterogeneity(agents, strata, good, rated).p_value)
    assert 0.02 < np.mean(np.array(p_values) <= 0.05) < 0.08
    assert np.mean(np.array(p_values) <= 0.005) <= 0.015


def test_a_design_effect_divides_the_statistic():
    plain, clustered = (
        measure_heterogeneity(*admissions()),
        measure_heterogeneity(*admissions(), inflation=1.5),
    )
    assert clustered.statistic == approx(plain.statistic / 1.5)

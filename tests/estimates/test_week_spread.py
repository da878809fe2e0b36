"""Overdispersion between weeks, and its effect on differences of periods."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from csat_analysis.estimates import measure_week_spread, newcombe_difference, week_inflation
from csat_analysis.estimates.week_spread import pool_overdispersion, squared_differences


def restless_weeks(rng, *, weeks=52, rated=65, rate=0.87, overdispersion=2.0):
    size = (rated - 1) / (overdispersion - 1) - 1
    return rng.binomial(rated, rng.beta(rate * size, (1 - rate) * size, weeks)), np.full(weeks, rated)


def test_the_spread_is_one_by_chance_and_the_root_of_the_overdispersion_otherwise():
    rng = np.random.default_rng(1)
    calm = [measure_week_spread(rng.binomial(65, 0.87, 52), np.full(52, 65)).sigma_z for _ in range(100)]
    restless = [measure_week_spread(*restless_weeks(rng)).sigma_z for _ in range(100)]
    assert np.median(calm) == approx(1, abs=0.05)
    assert np.mean(restless) == approx(np.sqrt(2), abs=0.1)


def test_a_change_of_level_is_not_counted_as_spread():
    rng = np.random.default_rng(2)
    good = np.r_[rng.binomial(65, 0.92, 26), rng.binomial(65, 0.78, 26)]
    assert measure_week_spread(good, np.full(52, 65)).sigma_z < 1.4


def test_too_few_weeks_have_no_spread_and_say_so():
    found = measure_week_spread([90, 50, 99], [100, 100, 100])
    assert found.sigma_z == 1
    assert found.note.endswith("here 3")


def test_a_week_is_not_part_of_the_spread_that_it_is_judged_by():
    good, rated = np.full(20, 90), np.full(20, 100)
    good[7] = 40
    found = measure_week_spread(good, rated)
    assert found.of_others[7] == 1
    assert found.of_others[0] > 1
    assert found.sigma_z > 1


@pytest.mark.parametrize("overdispersion", [1.0, 2.0])
def test_changes_of_groups_are_seldom_claimed_where_weeks_vary(overdispersion):
    rng = np.random.default_rng(3)
    volumes = 65 * np.array([0.28, 0.22, 0.18, 0.14, 0.11, 0.07])
    claimed = []
    for _ in range(300):
        rated = rng.poisson(volumes, (53, 6))
        rate = np.full((53, 6), 0.87)
        if overdispersion > 1:
            size = np.maximum(volumes - 1, overdispersion - 0.5) / (overdispersion - 1) - 1
            rate = rng.beta(0.87 * size, 0.13 * size, (53, 6))
        good = rng.binomial(rated, rate)
        level = 1 - 0.01 / 6
        inflation = week_inflation(good[:-1], rated[:-1], level=level)
        before = good[-5:-1].sum(axis=0), rated[-5:-1].sum(axis=0)
        found = newcombe_difference(
            good[-1], rated[-1], minus=before, level=level, inflation=inflation, minus_inflation=inflation
        )
        claimed.append(((found.low > 0) | (found.high < 0)).any())
    assert np.mean(claimed) <= 0.025  # 1 % by the level of all six; 3 to 4 % with unpooled, normal quantiles


def test_the_inflation_keeps_labels_and_is_one_where_weeks_are_alike_or_too_few():
    weeks = pd.DataFrame({"A": [44] * 20, "B": [38, 46] * 10})
    factors = week_inflation(weeks, weeks * 0 + 50, level=0.99)
    assert factors.index.tolist() == ["A", "B"]
    assert factors["A"] < factors["B"]
    assert week_inflation([44] * 20, [50] * 20, level=0.99) == 1
    assert week_inflation([38, 46] * 4, [50] * 8, level=0.99) == 1
    assert week_inflation([], [], level=0.99) == 1
    assert week_inflation([38, 46] * 10, [50] * 20, level=0.999) > week_inflation(
        [38, 46] * 10, [50] * 20, level=0.9
    )


def test_successive_differences_skip_weeks_without_ratings():
    good = np.array([[8.0], [0], [9], [5]])
    rated = np.array([[10.0], [0], [10], [10]])
    found = squared_differences(good, rated)[:, 0]
    assert np.isnan(found[:2]).all()
    assert found[2:] == approx([0.1**2 / 0.2, 0.4**2 / 0.2])


def test_the_overdispersion_of_one_series_is_drawn_toward_that_of_all():
    raw, differences = np.array([1.6, 0.8, 1.0, 1.1, 0.9, 1.2]), np.full(6, 51.0)
    pooled = pool_overdispersion(raw, differences)
    assert (pooled >= 1).all()
    assert 1.0 < pooled[0] < 1.6
    clear = pool_overdispersion(np.array([5.0, 1, 1, 1, 1, 1]), differences)
    assert clear[0] > 4
    assert pool_overdispersion(np.array([1.7]), np.array([51.0])).tolist() == [1.7]
    assert pool_overdispersion(np.array([3.0, 3.0]), np.zeros(2)).tolist() == [1, 1]

"""Cumulative sums: published scores, and limits that keep the chance of a false alarm."""

from __future__ import annotations

import cusum_limits
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import binom

from csat_analysis.estimates.cusum import (
    FALSE_ALARMS,
    INFORMATION,
    LARGEST_ODDS_RATIO,
    LIMIT_OFFSETS,
    SMALLEST_ODDS_RATIO,
    alarm_limit,
    changed_rate,
    log_likelihood_ratio,
    odds_ratio_to_find,
    weekly_information,
)

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


@pytest.mark.parametrize(
    ("parsonnet", "odds_ratio", "died", "survived"),
    [  # Steiner et al. 2000, Biostatistics 1:446, and Steiner 2014 in Statistics in Action, page 234
        (0, 2.0, 0.669, -0.024),
        (50, 2.0, 0.260, -0.433),
        (0, 0.5, -0.681, 0.012),
        (50, 0.5, -0.377, 0.316),
    ],
)
def test_scores_are_those_published_for_patients_of_a_heart_surgeon(parsonnet, odds_ratio, died, survived):
    risk = expit(-3.68 + 0.077 * parsonnet)
    scores = [
        float(log_likelihood_ratio(np.array(event), np.array(1 - event), rate=risk, odds_ratio=odds_ratio))
        for event in (1, 0)
    ]
    assert scores == approx([died, survived], abs=5e-4)


def test_scores_of_a_usual_account():
    # At a rate of 0.87 and halved odds the changed rate is 0.76991
    assert float(changed_rate(0.87, 0.5)) == approx(0.76991, abs=5e-6)
    scores = log_likelihood_ratio(np.array([1, 0]), np.array([0, 1]), rate=0.87, odds_ratio=0.5)
    assert scores == approx([-0.122218, 0.570930], abs=5e-7)


@repeatable
@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.02, 0.98), st.floats(0.3, 3))
def test_scores_are_log_likelihood_ratios_and_mirror_good_and_bad(good, bad, rate, odds_ratio):
    score = float(log_likelihood_ratio(np.array(good), np.array(bad), rate=rate, odds_ratio=odds_ratio))
    changed = float(changed_rate(rate, odds_ratio))
    n = good + bad
    assert score == approx(binom.logpmf(good, n, changed) - binom.logpmf(good, n, rate), abs=1e-8)
    mirrored = log_likelihood_ratio(np.array(bad), np.array(good), rate=1 - rate, odds_ratio=1 / odds_ratio)
    assert float(mirrored) == approx(score, abs=1e-9)


@repeatable
@given(st.floats(0.05, 0.95), st.sampled_from([0.5, 1.6, 2.0]), st.floats(1, 500))
def test_the_information_of_a_week_is_the_mean_score_after_the_change(rate, odds_ratio, rated):
    changed = changed_rate(rate, odds_ratio)
    mean = log_likelihood_ratio(rated * changed, rated * (1 - changed), rate=rate, odds_ratio=odds_ratio)
    assert float(weekly_information(rated, rate, odds_ratio)) == approx(float(mean))
    assert float(mean) > 0


def test_large_series_are_watched_for_smaller_changes():
    ratios = odds_ratio_to_find(np.array([5.0, 20, 60, 1000]), np.full(4, 0.87))
    assert ratios[0] == approx(LARGEST_ODDS_RATIO)
    assert ratios[-1] == approx(SMALLEST_ODDS_RATIO)
    assert (np.diff(ratios) <= 0).all()


def test_limits_are_those_of_the_table_and_grow_as_false_alarms_get_rarer():
    for row, information in enumerate(INFORMATION):
        for column, chance in enumerate(FALSE_ALARMS):
            limit = float(alarm_limit(information, chance))
            assert limit == approx(LIMIT_OFFSETS[row][column] - np.log(chance))
    assert (np.diff([float(alarm_limit(0.5, chance)) for chance in (0.05, 0.01, 0.001, 1e-5)]) > 0).all()
    assert float(alarm_limit(0.001, 0.01)) == float(alarm_limit(0.01, 0.01))
    assert float(alarm_limit(50, 0.01)) == float(alarm_limit(2.56, 0.01))


@pytest.mark.parametrize("information", [0.04, 0.32, 1.28])
def test_the_table_can_be_simulated_again(information):
    found = cusum_limits.offsets(np.random.default_rng(2), 2000, information)
    assert found[:2] == approx(LIMIT_OFFSETS[INFORMATION.index(information)][:2], abs=0.15)


@pytest.mark.parametrize(("per_week", "limit"), [(65, 6.17), (250, 6.85)])
def test_limits_agree_with_a_joint_simulation_of_six_groups(per_week, limit):
    # Known rate 0.87, odds halved and doubled, Poisson volumes: simulated with one common limit for all groups and
    # both directions, 10 % of years have a false alarm
    volumes = per_week * np.array([0.28, 0.22, 0.18, 0.14, 0.11, 0.07])
    quiet = 1.0
    for odds_ratio in (0.5, 2.0):
        for information in weekly_information(volumes, 0.87, odds_ratio):
            chance = brentq(lambda one, at=information: float(alarm_limit(at, one)) - limit, 1e-6, 0.5)
            quiet *= 1 - chance
    assert 1 - quiet == approx(0.10, abs=0.01)

"""Targets: reached, missed, or not to be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from csat_analysis.estimates import compare_with_target

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


@pytest.mark.parametrize(
    ("good", "rated", "answer"),
    [
        (95, 100, "reached"),  # 88.8 to 97.8 %
        (70, 100, "missed"),  # 60.4 to 78.1 %
        (85, 100, "cannot be told"),
        (74, 100, "missed"),
        (9, 10, "cannot be told"),
        (0, 0, "cannot be told"),
        (10, 10, "cannot be told"),  # from 72 %
        (0, 10, "missed"),
    ],
)
def test_a_target_is_reached_or_missed_only_with_the_whole_interval(good, rated, answer):
    assert compare_with_target(good, rated, target=0.85).assurance == answer


@repeatable
@given(st.integers(0, 200), st.integers(0, 50), st.floats(0, 1))
def test_the_answer_follows_from_the_interval_that_is_shown(good, bad, target):
    found = compare_with_target(good, good + bad, target=target)
    exact = proportion_confint(good, good + bad, method="beta") if good + bad else (np.nan, np.nan)
    assert (found.low, found.high) == pytest.approx(exact, nan_ok=True)
    assert (found.assurance == "reached") == (found.low >= target)
    assert (found.assurance == "missed") == (found.high < target)


def test_a_rate_at_its_target_is_seldom_said_to_be_on_either_side():
    rng = np.random.default_rng(11)
    found = compare_with_target(rng.binomial(200, 0.9, 4000), np.full(4000, 200), target=0.9)
    assert 0.02 < np.mean(found.assurance != "cannot be told") < 0.07


def test_each_group_has_its_own_target_and_keeps_its_label():
    names = pd.Index(["Billing", "Technical"])
    good, rated = pd.Series([95, 95], names), pd.Series([100, 100], names)
    found = compare_with_target(good, rated, target=[0.85, 0.99])
    assert found.assurance.to_dict() == {"Billing": "reached", "Technical": "missed"}
    wide = compare_with_target(good, rated, target=0.85, inflation=10.0)
    assert set(wide.assurance) == {"cannot be told"}
    with pytest.raises(ValueError, match="target must be a share"):
        compare_with_target(good, rated, target=85)

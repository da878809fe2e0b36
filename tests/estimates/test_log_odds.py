"""Weighted log-odds of terms: the published formula, symmetry, and how often chance looks like a difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from csat_analysis.estimates import weighted_log_odds

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


def test_the_log_odds_are_those_of_monroe_colaresi_and_quinn():
    found = weighted_log_odds(20, 1000, against=(5, 1500), prior=5, prior_total=500)
    assert (found.estimate, found.z) == approx((1.21577, 3.24928), abs=5e-6)
    assert found.low == approx(1.21577 - 1.959964 * 1.21577 / 3.24928, abs=1e-4)


@repeatable
@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.1, 50))
def test_swapping_the_sets_changes_the_sign(ours, theirs, prior):
    forward = weighted_log_odds(ours, 50, against=(theirs, 60), prior=prior, prior_total=100)
    backward = weighted_log_odds(theirs, 60, against=(ours, 50), prior=prior, prior_total=100)
    assert forward.estimate == approx(-backward.estimate)
    assert forward.low == approx(-backward.high)


@repeatable
@given(st.integers(1, 200))
def test_a_larger_prior_draws_a_term_toward_no_difference(size):
    weak, strong = (
        weighted_log_odds(8, 100, against=(2, 100), prior=0.05 * scale, prior_total=float(scale)).estimate
        for scale in (size, 2 * size)
    )
    assert 0 < strong < weak


def test_terms_of_equal_use_rarely_differ():
    rng = np.random.default_rng(3)
    chances = rng.dirichlet(np.full(300, 0.5))
    used, used_there = rng.multinomial([3000, 5000], chances)
    prior = 500 * (used + used_there + 0.01) / (8000 + 3)
    found = weighted_log_odds(used, 3000, against=(used_there, 5000), prior=prior, prior_total=500.0)
    assert np.mean(np.abs(found.z) > 1.96) < 0.05


def test_terms_keep_their_labels_and_impossible_counts_are_refused():
    words = pd.Series([3, 0], index=["slow", "rude"])
    found = weighted_log_odds(words, 10, against=(words, 10), prior=words + 1, prior_total=50)
    assert found.estimate.to_dict() == approx({"slow": 0, "rude": 0})
    with pytest.raises(ValueError, match="more often than the total"):
        weighted_log_odds(11, 10, against=(0, 10), prior=1, prior_total=10)
    with pytest.raises(ValueError, match="prior must be above 0"):
        weighted_log_odds(1, 10, against=(0, 10), prior=0, prior_total=10)
    with pytest.raises(ValueError, match="whole numbers"):
        weighted_log_odds(-1, 10, against=(0, 10), prior=1, prior_total=10)

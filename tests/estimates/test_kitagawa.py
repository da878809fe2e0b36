"""A change of the rate split into mix and within: exact sums, published numbers, intervals that cover."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from csat_analysis.estimates import decompose_change

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
COUNTS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 50), st.integers(0, 20)),
    min_size=1,
    max_size=8,
)


def draw(rng, ratings, weights, rates, size=None):
    """Return good and rated by group of simulated periods."""
    rated = rng.multinomial(ratings, weights, size=size)
    return rng.binomial(rated, rates), rated


def test_another_mix_of_unchanged_groups_is_all_mix():
    parts = decompose_change([190, 600], [200, 800], minus=([475, 375], [500, 500]))
    assert parts.total[["mix", "within", "change"]].tolist() == approx([-0.06, 0, -0.06])


def test_changed_rates_at_an_unchanged_mix_are_all_within():
    parts = decompose_change([450, 300], [500, 500], minus=([475, 375], [500, 500]))
    assert parts.total[["mix", "within", "change"]].tolist() == approx([0, -0.10, -0.10])
    assert parts.groups["within"].tolist() == approx([-0.025, -0.075])


def test_published_numbers_of_household_heads():
    # Das Gupta 1993, Standardization and decomposition of rates, example 5.1: persons and heads of households in the
    # United States of 1970 and 1985, by age. Sizes are in thousandths of all persons, rates in thousandths of an age.
    sizes = (
        np.array([129, 109, 95, 80, 78, 84, 86, 78, 70, 59, 47, 36, 49]),
        np.array([101, 112, 116, 109, 94, 77, 63, 60, 63, 59, 51, 40, 55]),
    )
    rates = (
        np.array([19, 258, 457, 496, 512, 516, 518, 549, 587, 604, 628, 666, 668]),
        np.array([22, 243, 458, 525, 561, 556, 560, 574, 572, 612, 639, 686, 722]),
    )
    before, now = ((size * rate, 1000 * size) for size, rate in zip(sizes, rates, strict=True))
    parts = decompose_change(*now, minus=before).total
    assert 100 * parts["mix"] == approx(1.2269, abs=5e-5)
    assert parts["mix"] / parts["change"] == approx(0.4135, abs=5e-5)


def test_each_part_is_the_difference_of_rates_standardised_to_the_mean():
    # mix: both mixes at the mean rates; within: both sets of rates at the mean mix
    rng = np.random.default_rng(1)
    (good, rated), (before, rated_before) = (
        draw(rng, 400, np.full(5, 0.2), rng.uniform(0.5, 1, 5)) for _ in range(2)
    )
    rates = good / rated, before / rated_before
    weights = rated / rated.sum(), rated_before / rated_before.sum()
    parts = decompose_change(good, rated, minus=(before, rated_before)).total
    at_mean_rates = [np.average(np.mean(rates, axis=0), weights=weight) for weight in weights]
    at_mean_mix = [rate @ np.mean(weights, axis=0) for rate in rates]
    assert parts["mix"] == approx(at_mean_rates[0] - at_mean_rates[1])
    assert parts["within"] == approx(at_mean_mix[0] - at_mean_mix[1])


@repeatable
@given(COUNTS)
def test_parts_add_up_to_the_change_and_lie_inside_their_intervals(rows):
    good, bad, before, bad_before = np.array(rows).T
    parts = decompose_change(good, good + bad, minus=(before, before + bad_before))
    if not (good + bad).any() or not (before + bad_before).any():
        assert parts.total.isna().all()
        return
    change = good.sum() / (good + bad).sum() - before.sum() / (before + bad_before).sum()
    assert parts.total["change"] == approx(change, abs=1e-12)
    assert parts.total["mix"] + parts.total["within"] == approx(change, abs=1e-12)
    assert parts.groups[["mix", "within", "change"]].sum().to_numpy() == approx(
        parts.total[["mix", "within", "change"]].to_numpy(), abs=1e-12
    )
    assert not parts.groups.isna().to_numpy().any()
    for part in ("mix", "within"):
        assert (parts.groups[f"{part}_low"] <= parts.groups[part]).all()
        assert parts.total[f"{part}_low"] <= parts.total[part] <= parts.total[f"{part}_high"]


@repeatable
@given(COUNTS)
def test_swapping_the_periods_changes_all_signs(rows):
    good, bad, before, bad_before = np.array(rows).T
    forward = decompose_change(good, good + bad, minus=(before, before + bad_before))
    backward = decompose_change(before, before + bad_before, minus=(good, good + bad))
    columns = ["mix", "within", "change"]
    assert forward.total[columns].to_numpy() == approx(-backward.total[columns].to_numpy(), nan_ok=True)
    assert forward.total["mix_low"] == approx(-backward.total["mix_high"], nan_ok=True)


def test_a_group_of_one_period_only_is_mix():
    parts = decompose_change([80, 5], [100, 10], minus=([80, 0], [100, 0]))
    assert parts.groups["within"].tolist() == approx([0, 0])
    assert parts.total["change"] == approx(85 / 110 - 0.8)


def test_groups_keep_their_labels_and_other_labels_are_refused():
    names = pd.Index(["Billing", "Technical"])
    good, rated = pd.Series([8, 5], names), pd.Series([10, 10], names)
    assert decompose_change(good, rated, minus=(good, rated)).groups.index.equals(names)
    with pytest.raises(ValueError, match="different indexes"):
        decompose_change(good, rated, minus=(good[::-1], rated[::-1]))
    with pytest.raises(ValueError, match="inflation must be 1 or more"):
        decompose_change(good, rated, minus=(good, rated), mix_inflation=(0.5, 1.0))


def test_intervals_cover_the_true_parts():
    rng = np.random.default_rng(7)
    weights = np.array([[0.2, 0.3, 0.5], [0.4, 0.3, 0.3]])
    rates = np.array([[0.95, 0.85, 0.7], [0.9, 0.85, 0.8]])
    mix = (weights[0] - weights[1]) @ rates.mean(axis=0)
    within = (rates[0] - rates[1]) @ weights.mean(axis=0)
    hits = []
    for _ in range(1000):
        later, earlier = (draw(rng, 300, weights[place], rates[place]) for place in (0, 1))
        found = decompose_change(*later, minus=earlier).total
        hits.append(
            [
                found["mix_low"] <= mix <= found["mix_high"],
                found["within_low"] <= within <= found["within_high"],
            ]
        )
    assert np.mean(hits, axis=0) == approx([0.95, 0.95], abs=0.02)


def test_customers_who_rate_several_times_widen_the_intervals():
    counts = [190, 600], [200, 800], ([475, 375], [500, 500])
    usual = decompose_change(counts[0], counts[1], minus=counts[2]).total
    wide = decompose_change(
        counts[0], counts[1], minus=counts[2], inflation=(4.0, 4.0), mix_inflation=(4.0, 4.0)
    ).total
    for part in ("mix", "within"):
        assert wide[f"{part}_high"] - wide[part] == approx(2 * (usual[f"{part}_high"] - usual[part]))

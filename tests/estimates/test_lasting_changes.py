"""Lasting changes are found soon, dated, reported once, and rarely reported without an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.special import expit

from csat_analysis.estimates import find_lasting_changes
from csat_analysis.estimates.lasting_changes import FALSE_ALARMS_PER_YEAR, Watch

SHARES = np.array([0.28, 0.22, 0.18, 0.14, 0.11, 0.07])
WEEKS = pd.date_range("2025-01-06", periods=104, freq="7D")


def account(rng, *, per_week, weeks=104, rate=0.87, fall=0.0, fall_week=52, overdispersion=1.0):
    """Weekly counts of all ratings and of six groups; the second group falls."""
    rated = rng.poisson(per_week * SHARES, (weeks, 6))
    chance = np.full((weeks, 6), rate)
    chance[fall_week:, 1] -= fall
    if overdispersion > 1:
        size = (per_week - 1) / (overdispersion - 1) - 1
        chance = np.clip(chance + rng.beta(rate * size, (1 - rate) * size, (weeks, 1)) - rate, 0, 1)
    good = rng.binomial(rated, chance)
    return tuple(np.column_stack([counts.sum(axis=1), counts]) for counts in (good, rated))


def step(before, after, *, weeks_before=40, weeks_after=12, rated=50):
    good = np.r_[np.full(weeks_before, before), np.full(weeks_after, after)]
    return good, np.full(good.size, rated)


def test_a_fall_is_found_with_direction_date_and_sizes():
    table = find_lasting_changes(*step(44, 36)).table
    assert len(table) == 1
    change = table.iloc[0]
    assert (change["direction"], change["since"], change["reported"]) == (-1, 40, 42)
    assert change["earliest"] <= 40 <= change["latest"]
    assert (change["good_before"], change["n_before"]) == (40 * 44, 40 * 50)
    assert (change["good_since"], change["n_since"]) == (12 * 36, 12 * 50)


def test_a_rise_is_found_too():
    change = find_lasting_changes(*step(40, 47)).table.iloc[0]
    assert (change["direction"], change["since"]) == (1, 40)


def test_weeks_and_series_keep_their_labels():
    good, rated = account(np.random.default_rng(61), per_week=300, fall=0.15)
    names = ["all", *"ABCDEF"]
    found = find_lasting_changes(*(pd.DataFrame(part, index=WEEKS, columns=names) for part in (good, rated)))
    change = found.table[found.table["series"] == "B"].iloc[0]
    assert change["since"] in WEEKS[50:55]
    assert change["earliest"] <= change["since"] <= change["latest"] < change["reported"]
    assert found.level_start["B"] == change["since"]
    assert found.level_start["A"] == WEEKS[0]
    assert found.is_watched.index.tolist() == names


def test_a_change_is_new_once_and_known_afterwards():
    good, rated = step(44, 36, weeks_after=20)
    told = [find_lasting_changes(good[:weeks], rated[:weeks]).table for weeks in range(40, 61)]
    assert [int(table["is_news"].sum()) for table in told].count(1) == 1
    assert all(len(table) == 1 and table["reported"].iloc[0] == 42 for table in told[3:])


@settings(deadline=None, derandomize=True, max_examples=12)
@given(st.integers(0, 2**32), st.integers(15, 90))
def test_a_later_report_has_the_changes_of_the_reports_before(seed, until):
    rng = np.random.default_rng(seed)
    rated = rng.poisson(40, (90, 2))
    good = rng.binomial(rated, np.repeat(rng.uniform(0.6, 0.95, (6, 2)), 15, axis=0))
    columns = ["series", "direction", "since", "earliest", "latest", "reported"]
    now = find_lasting_changes(good[:until], rated[:until]).table[columns]
    later = find_lasting_changes(good, rated).table[columns]
    pd.testing.assert_frame_equal(now, later[later["reported"] < until].reset_index(drop=True))


def test_a_return_from_the_new_level_is_another_change():
    good = np.r_[np.full(40, 44), np.full(30, 34), np.full(20, 44)]
    table = find_lasting_changes(good, np.full(90, 50)).table
    assert table["direction"].tolist() == [-1, 1]
    assert table["since"].tolist() == [40, 70]
    assert table["n_since"].tolist() == [30 * 50, 20 * 50]
    assert table["good_before"].tolist() == [40 * 44, 30 * 34]


def test_one_bad_week_is_not_a_lasting_change():
    good, rated = step(44, 44)
    good[45] = 0
    assert find_lasting_changes(good, rated).table.empty
    good[46] = 0
    assert find_lasting_changes(good, rated).table.empty


def test_a_rebase_restarts_the_limits_without_earlier_weeks():
    good, rated = step(44, 36, weeks_after=24)
    rebased = np.arange(good.size) == 40
    found = find_lasting_changes(good, rated, rebased=rebased)
    assert found.table.empty
    assert found.level_start.iloc[0] == 40
    good[58:] = 26
    change = find_lasting_changes(good, rated, rebased=rebased).table.iloc[0]
    assert (change["since"], change["n_before"]) == (58, 18 * 50)


def test_ratings_since_a_change_end_at_a_rebase():
    good, rated = step(44, 36, weeks_after=24)
    change = find_lasting_changes(good, rated, rebased=np.arange(good.size) == 55).table.iloc[0]
    assert (change["since"], change["n_since"]) == (40, 15 * 50)


def test_fewer_than_twelve_weeks_are_not_monitored():
    good, rated = np.r_[np.full(11, 45), np.full(6, 20)], np.full(17, 50)
    found = find_lasting_changes(good[:12], rated[:12])
    assert found.table.empty
    assert not found.is_watched.iloc[0]
    assert find_lasting_changes(good[:13], rated[:13]).is_watched.iloc[0]


def test_weeks_without_ratings_change_nothing():
    good, rated = step(44, 36)
    places = np.repeat(np.arange(good.size), 2)[: 2 * good.size]
    empty = np.arange(places.size) % 2 == 1
    sparse = np.where(empty, 0, good[places]), np.where(empty, 0, rated[places])
    change = find_lasting_changes(*sparse).table.iloc[0]
    assert (change["since"], change["reported"]) == (80, 84)


@pytest.mark.parametrize("good", [50, 0])
def test_a_series_of_one_answer_raises_no_alarm(good):
    assert find_lasting_changes(np.full(104, good), np.full(104, 50)).table.empty


def test_no_weeks_and_no_ratings_give_no_changes():
    for counts in (np.zeros((0, 3)), np.zeros((30, 3)), np.zeros(0)):
        found = find_lasting_changes(counts, counts)
        assert found.table.empty
        assert not found.is_watched.any()


def test_shapes_that_differ_and_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="one row per week and one shape"):
        find_lasting_changes(np.zeros((5, 2)), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="good must not exceed rated"):
        find_lasting_changes([5, 6], [5, 5])
    with pytest.raises(ValueError, match="false_alarms_per_year must be strictly between 0 and 1"):
        find_lasting_changes([5], [5], false_alarms_per_year=10)


@pytest.mark.slow
@pytest.mark.parametrize(("per_week", "overdispersion"), [(65, 1), (250, 1), (250, 2)])
def test_all_series_together_seldom_raise_a_false_alarm_in_a_year(per_week, overdispersion):
    rng = np.random.default_rng(62)
    years = [
        find_lasting_changes(*account(rng, per_week=per_week, overdispersion=overdispersion)).table
        for _ in range(40)
    ]
    alarms = [(table["reported"] >= 52).any() for table in years]
    assert np.mean(alarms) <= 0.2  # at most 10 % of years; 97 of 100 samples of 40 then have 20 % or less


@pytest.mark.parametrize(("per_week", "fall", "least"), [(65, 0.15, 0.6), (250, 0.10, 0.9)])
def test_a_lasting_fall_of_a_group_is_found_within_twelve_weeks(per_week, fall, least):
    rng = np.random.default_rng(63)
    tables = [
        find_lasting_changes(*account(rng, per_week=per_week, weeks=64, fall=fall)).table for _ in range(40)
    ]
    found = [
        ((one["series"] == 2) & (one["direction"] == -1) & (one["reported"] >= 52)).any() for one in tables
    ]
    assert np.mean(found) >= least


def test_weeks_that_vary_more_than_chance_need_more_evidence():
    good, rated = step(44, 40, weeks_after=20)
    calm = find_lasting_changes(good, rated).table
    restless = good + np.tile([5, -5], good.size // 2)
    assert len(calm) == 1
    assert find_lasting_changes(restless, rated).table.empty


def test_more_series_raise_the_limit_of_each():
    good, rated = step(44, 40, weeks_after=20)
    alone = find_lasting_changes(good, rated).table["reported"].iloc[0]
    steady = np.full((good.size, 30), 44)
    beside = find_lasting_changes(np.column_stack([good, steady]), np.full((good.size, 31), 50)).table
    assert beside["reported"].iloc[0] > alone
    assert beside["series"].tolist() == [0]
    assert beside["good_since"].iloc[0] / beside["n_since"].iloc[0] == approx(0.8)


def test_the_sums_grow_by_the_scores_published_for_patients_of_a_heart_surgeon():
    # Steiner et al. 2000, Biostatistics 1:446: patients of little and of high risk (Parsonnet scores 0 and 50), and
    # the scores of one who died and of one who survived, for doubled odds of death.
    risk, weekly = expit(-3.68 + 0.077 * np.array([0, 50])), np.array([100, 10])
    died, survived = np.array([0.669, 0.260]), np.array([-0.024, -0.433])
    deaths = np.diff(np.floor(np.outer(np.arange(1001), weekly * risk)), axis=0)
    counts = np.vstack([deaths, [1, 1], [0, 0]]), np.vstack([np.tile(weekly, (1000, 1)), [1, 1], [1, 1]])
    watch = Watch(*counts, np.ones((1002, 2)))
    sums = []
    for week in range(1002):
        assert not watch.read(week, FALSE_ALARMS_PER_YEAR)
        sums.append(watch.sums[1].copy())
    assert sums[1000] == approx(np.maximum(0, sums[999] + died), abs=1e-3)
    assert sums[1001] == approx(np.maximum(0, sums[1000] + survived), abs=1e-3)

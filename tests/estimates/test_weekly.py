"""The weekly control chart: signals, false alarms, and minimum detectable drop."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import binom
from support.long_tests import long_test

from csat_analysis.estimates import measure_week_spread, minimum_detectable_drop, weekly_chart
from csat_analysis.estimates.tails import mid_p_z
from csat_analysis.estimates.weekly import chart_limits

# NHS accident and emergency weeks, patients seen within four hours: Mohammed et al. 2013, BMJ Qual Saf 22:362
# (data set nhs_accidents of the R package qicharts2).
NHS_GOOD = [
    *(266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320),
    *(267923, 271478, 255353, 256820, 261835, 259144, 255910, 260863, 264465, 260989),
]
NHS_RATED = [
    *(280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529),
    *(279618, 283932, 266629, 268091, 276803, 271578, 266005, 273520, 278574, 273772),
]


def steady_weeks(rng, *, rated, weeks=52, csat=0.9):
    return rng.binomial(rated, csat, weeks), np.full(weeks, rated)


def test_spread_and_limits_are_those_of_laneys_chart():
    good, rated = np.array(NHS_GOOD), np.array(NHS_RATED)
    # Laney's p' of these weeks: center 0.952900, sigma_z 10.6404, week 1 limits 0.94013 to 0.96567
    center = good.sum() / rated.sum()
    sigma_z = measure_week_spread(good, rated).sigma_z
    limits = chart_limits(rated[:1].astype(float), np.array([center]), np.array([3 * sigma_z]))
    assert center == approx(0.952900, abs=5e-7)
    assert sigma_z == approx(10.6404, rel=1e-3)
    assert (limits[0][0], limits[1][0]) == approx((0.94013, 0.96567), abs=1e-3)


def test_weeks_that_differ_by_nature_widen_the_limits():
    chart = weekly_chart(NHS_GOOD, NHS_RATED)
    error = np.sqrt(chart.center * (1 - chart.center) / np.array(NHS_RATED))
    assert (np.abs(chart.csat - chart.center) > 3 * error).sum() == 16  # a plain p chart flags 16 of 20
    assert not chart.alarm.any()


def test_limits_that_no_count_can_exceed_are_0_and_1_also_beside_weeks_with_more_ratings():
    sizes = np.array([10.0, 69, 70, 76, 300, 5000])
    center, distance = np.full(6, 0.8027), np.full(6, 6.5)
    limits = chart_limits(sizes, center, distance)
    alone = [chart_limits(sizes[place], center[place], distance[place]) for place in np.eye(6, dtype=bool)]
    assert np.array(limits).T.tolist() == [[low[0], high[0]] for low, high in alone]
    assert limits[0][0] == 0 and (limits[1][:4] == 1).all() and limits[1][-1] < 1


def test_with_few_weeks_the_limits_are_near_those_of_a_p_chart():
    # NIST e-Handbook 6.3.3.2: p 0.2313, n 50 gives 0.0524 to 0.4102. Mid-p limits lean to the longer tail, and are
    # wider because the other weeks are 1,000 ratings only
    chart = weekly_chart([12, *[23] * 10], [50, *[100] * 10])
    assert (chart.low[0], chart.high[0]) == approx((0.0524, 0.4102), abs=0.03)
    assert chart.center[0] == 242 / 1050


@pytest.mark.slow
@pytest.mark.parametrize("rated", [10, 40, 400])
def test_undisturbed_years_seldom_raise_an_alarm(rated):
    rng = np.random.default_rng(46)
    years = [weekly_chart(*steady_weeks(rng, rated=rated)).alarm.any() for _ in range(100)]
    assert np.mean(years) < 0.16  # a plain p chart has 33, 19 and 13 % in 1,500 years


def test_a_collapse_of_one_week_raises_its_alarm_alone():
    good, rated = steady_weeks(np.random.default_rng(1), rated=100)
    good[30] = 60
    assert np.flatnonzero(weekly_chart(good, rated).alarm).tolist() == [30]


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=30))
def test_a_week_lies_outside_the_drawn_limits_exactly_if_its_z_does(pairs):
    good, rated = np.array([[good, good + bad] for good, bad in pairs]).T
    chart = weekly_chart(good, rated)
    outside = (chart.csat < chart.low - 1e-12) | (chart.csat > chart.high + 1e-12)
    assert (chart.alarm == outside & (rated >= 10)).all()
    assert chart.sigma_z >= 1


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=12, max_size=30))
def test_swapping_good_and_bad_mirrors_the_chart(pairs):
    good, bad = np.array(pairs).T
    chart, mirrored = weekly_chart(good, good + bad), weekly_chart(bad, good + bad)
    assert mirrored.z == approx(-chart.z, abs=1e-6, nan_ok=True)
    assert mirrored.high == approx(1 - chart.low, abs=1e-6, nan_ok=True)


def test_weeks_with_few_ratings_raise_no_alarm_and_weeks_without_ratings_are_nan():
    good, rated = steady_weeks(np.random.default_rng(2), rated=200)
    good[3], rated[3] = 0, 9
    good[4], rated[4] = 0, 0
    chart = weekly_chart(good, rated)
    assert chart.csat[3] < chart.low[3]
    assert not chart.alarm[3:5].any()
    assert np.isnan([chart.csat[4], chart.z[4], chart.low[4], chart.high[4]]).all()
    assert chart.center[4] == chart.center[0]
    assert chart.n_weeks == 51


def test_too_few_weeks_assume_no_spread_and_say_so():
    chart = weekly_chart([90, 50, 99], [100, 100, 100])
    assert chart.sigma_z == 1
    assert chart.note.endswith("measuring it needs 12 weeks of 10 or more ratings, here 3")


def test_weeks_of_few_ratings_do_not_count_for_the_spread():
    chart = weekly_chart([90] * 11 + [1] * 30, [100] * 11 + [1] * 30)
    assert chart.note.endswith("here 11")


@pytest.mark.parametrize(("good", "center"), [(20, 1.0), (0, 0.0)])
def test_a_year_of_one_answer_has_no_alarm_and_limits_that_contain_it(good, center):
    chart = weekly_chart(np.full(52, good), np.full(52, 20))
    assert (chart.center == center).all()
    assert not chart.alarm.any()
    assert ((chart.low <= center) & (center <= chart.high)).all()


@pytest.mark.parametrize("counts", [[], [0, 0, 0]])
def test_no_ratings_at_all_give_an_empty_chart_not_an_error(counts):
    chart = weekly_chart(counts, counts)
    assert np.isnan(chart.center).all()
    assert np.isnan(chart.low).all()
    assert chart.n_weeks == 0
    assert np.isnan(minimum_detectable_drop(40, center=np.nan))


def test_a_series_of_weeks_gives_series_with_the_same_weeks():
    weeks = pd.period_range("2026-01-05", periods=14, freq="W")
    chart = weekly_chart(pd.Series(9, index=weeks), pd.Series(10, index=weeks))
    assert chart.alarm.index.equals(weeks)
    assert chart.alarm.dtype == bool


def test_impossible_weeks_are_refused():
    with pytest.raises(ValueError, match="got 11 good of 10 rated"):
        weekly_chart([9, 11], [10, 10])


@pytest.mark.slow
@pytest.mark.parametrize(("weeks", "rated"), [(52, 40), long_test(52, 250), (16, 65)])
def test_the_minimum_detectable_drop_shows_in_half_of_the_weeks_that_fall_by_it(weeks, rated):
    rng = np.random.default_rng(3)
    seen = []
    for _ in range(300):
        good = rng.binomial(rated, 0.9, weeks)
        drop = weekly_chart(good, np.full(weeks, rated)).minimum_detectable_drop[-1]
        usual = good[:-1].sum() / (rated * (weeks - 1))
        good[-1] = rng.binomial(rated, usual - drop)
        seen.append(weekly_chart(good, np.full(weeks, rated)).alarm[-1])
    assert np.mean(seen) == approx(0.5, abs=0.07)


def test_a_week_changes_neither_its_own_centre_nor_its_own_limits():
    good, rated = steady_weeks(np.random.default_rng(7), rated=60)
    charts = []
    for count in (20, 55):
        good[-1] = count
        charts.append(weekly_chart(good, rated))
    assert charts[0].low[-1] == approx(charts[1].low[-1], abs=1e-3)
    assert charts[0].minimum_detectable_drop[-1] == approx(charts[1].minimum_detectable_drop[-1], abs=1e-3)
    assert charts[1].low[0] - charts[0].low[0] > 0.01  # but those of the other weeks


def test_weeks_are_compared_with_their_own_level():
    good = np.r_[np.full(30, 90), np.full(10, 75)]
    rated = np.full(40, 100)
    assert weekly_chart(good, rated).alarm[30:].any()
    chart = weekly_chart(good, rated, level=np.r_[np.zeros(30), np.ones(10)])
    assert not chart.alarm.any()
    assert chart.center.tolist() == [0.9] * 30 + [0.75] * 10
    alone = weekly_chart([90] * 20 + [50], [100] * 21, level=[0] * 20 + [1])
    assert np.isnan([alone.z[-1], alone.low[-1], alone.minimum_detectable_drop[-1]]).all()
    assert not alone.alarm[-1]
    with pytest.raises(ValueError, match="level must have one label per week; got 2 for 3"):
        weekly_chart([1, 2, 3], [3, 3, 3], level=[0, 1])


def test_the_minimum_detectable_drop_shrinks_with_ratings_and_grows_with_spread():
    drops = minimum_detectable_drop(np.array([10, 40, 100, 400]), center=0.9)
    assert (np.diff(drops) < 0).all()
    assert minimum_detectable_drop(40, center=0.9, sigma_z=2) > minimum_detectable_drop(40, center=0.9)
    assert np.isnan(minimum_detectable_drop(9, center=0.9))  # such a week raises no alarm
    assert np.isnan(
        minimum_detectable_drop(10, center=0.1)
    )  # even a week without a good rating would not be unusual
    assert 0 < minimum_detectable_drop(40, center=1.0) < 0.05


def test_extreme_weeks_keep_a_finite_z():
    # 0 good of a million at a center of one half: no double holds that tail
    z = mid_p_z(np.array([0.0]), np.array([1e6]), 0.5)
    assert z[0] == approx(-np.sqrt(2 * 10**6 * np.log(2)))  # root of the deviance
    assert np.isfinite(weekly_chart([10**6, 0], [10**6, 10**6]).z).all()
    assert binom.cdf(0, 10**6, 0.5) == 0

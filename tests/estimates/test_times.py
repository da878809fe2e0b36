"""Times, and times against ratings: intervals, bins, rank correlation, odds ratios, Simpson's paradox."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import norm, quantile_test, spearmanr
from statsmodels.datasets import spector
from statsmodels.discrete.discrete_model import Logit

from csat_analysis.estimates import (
    mantel_haenszel,
    median_interval,
    minimum_detectable_correlation,
    odds_ratio_per_doubling,
    p90_interval,
    quantile_interval,
    spearman,
    time_bins,
)

# Kidney stones, open surgery against the small cut, by size of stone: Charig et al. 1986, BMJ 292:879
OPEN_SURGERY = (np.array([81, 192]), np.array([87, 263]))
SMALL_CUT = (np.array([234, 55]), np.array([270, 80]))
TIMES = st.lists(st.floats(0, 1e6), min_size=1, max_size=120)
repeatable = settings(deadline=None, derandomize=True, max_examples=50)


def tickets(*, n=2000, slope=-0.3, agents=40, seed=0):
    """Return rated tickets whose odds of a good rating change by exp(slope) per doubling, with agents and groups."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"minutes": rng.lognormal(5, 1.2, n), "agent": rng.integers(0, agents, n)})
    frame["group"] = frame["agent"] % 4
    level = 3.5 + 0.4 * frame["group"] + rng.normal(0, 0.3, agents)[frame["agent"]]
    odds = np.exp(level + slope * np.log2(1 + frame["minutes"]))
    return frame.assign(good=rng.random(n) < odds / (1 + odds))


def as_tickets(good, rated):
    """Return ratings of 1 and 0 with these counts."""
    return np.repeat([1, 0], [good, rated - good])


@st.composite
def counted_times(draw):
    """Return few distinct minutes, each with numbers of good and rated tickets."""
    rows = draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 6)), max_size=25))
    minutes, good, bad = (
        (np.array(column, dtype=int) for column in zip(*rows, strict=True)) if rows else [[]] * 3
    )
    return pd.DataFrame({"minutes": minutes, "good": good, "rated": np.add(good, bad)}, dtype=int)


def one_row_each(counted):
    """Return the tickets of `counted`, one row each."""
    rows = counted.loc[counted.index.repeat(counted["rated"])]
    return rows.assign(good=rows.groupby(level=0).cumcount() < rows["good"])


@pytest.mark.parametrize(("n", "lower", "upper"), [(10, 2, 9), (20, 6, 15), (100, 40, 61)])
def test_the_median_lies_between_the_order_statistics_of_the_binomial(n, lower, upper):
    # The ranks of the tables of order-statistic intervals, for example 2 and 9 of 10 (97.9 %)
    median = median_interval(np.random.default_rng(n).permutation(np.arange(1, n + 1)))
    assert (median.low, median.high) == (lower, upper)
    assert median.estimate == (n + 1) / 2


@repeatable
@given(TIMES, st.floats(0.05, 0.95))
def test_the_interval_contains_the_quantile_and_ends_at_observed_times(times, quantile):
    result = quantile_interval(times, quantile)
    assert not result.low > result.estimate
    assert not result.high < result.estimate
    assert {result.low, result.high} <= {*times} or "too few" in result.note


@repeatable
@given(TIMES, st.floats(0.05, 0.95), st.sampled_from([0.8, 0.95, 0.998]))
def test_the_interval_and_the_estimate_are_those_of_scipy_and_numpy(times, quantile, level):
    result = quantile_interval(times, quantile, level=level)
    low, high = quantile_test(times, q=0, p=quantile).confidence_interval(level)
    assert (result.low, result.high) == approx((low, high), nan_ok=True)
    assert result.estimate == approx(np.quantile(times, quantile))


@repeatable
@given(counted_times(), st.integers(1, 6))
def test_tickets_counted_by_minute_say_the_same_as_one_row_each(counted, bins):
    rows = one_row_each(counted)
    assert median_interval(counted["minutes"], counted["rated"]) == approx(
        median_interval(rows["minutes"]), nan_ok=True
    )
    by_count = time_bins(counted["minutes"], counted["good"], counted["rated"], bins=bins)
    pd.testing.assert_frame_equal(by_count.table, time_bins(rows["minutes"], rows["good"], bins=bins).table)
    twice = pd.concat([counted, counted], ignore_index=True)
    counts = np.where(twice.index < len(counted), twice["good"], twice["rated"] - twice["good"])
    rho = spearman(twice["minutes"], twice.index < len(counted), counts)
    assert rho == approx(spearman(rows["minutes"], rows["good"]), nan_ok=True)
    ratio = odds_ratio_per_doubling(counted["minutes"], counted["good"], counted["rated"])
    assert ratio == approx(odds_ratio_per_doubling(rows["minutes"], rows["good"]), nan_ok=True)


def test_the_interval_of_a_skewed_median_contains_it_about_as_often_as_it_states():
    rng = np.random.default_rng(1)
    results = [median_interval(rng.lognormal(5, 1, 60)) for _ in range(300)]
    covered = np.mean([r.low <= np.exp(5) <= r.high for r in results])
    assert 0.92 < covered < 0.99


def test_the_90th_percentile_has_no_upper_end_below_36_times():
    assert np.isfinite(p90_interval(np.arange(36)).high)
    few = p90_interval(np.arange(35))
    assert np.isnan(few.high)
    assert few.note == "too few times for both ends of the interval: 35"


def test_missing_times_are_left_out_and_counted():
    minutes = pd.Series([3, None, 5, pd.NA, 4], dtype="Int64")
    result = median_interval(minutes)
    assert (result.n, result.missing, result.estimate) == (3, 2, 4)
    assert median_interval([np.nan]) == median_interval([None])
    assert median_interval([]).note == "no times"


def test_times_all_alike_give_that_time():
    result = median_interval([7] * 20)
    assert (result.low, result.estimate, result.high) == (7, 7, 7)


@pytest.mark.parametrize("minutes", [[5, -1], [5, np.inf], [[1, 2], [3, 4]]])
def test_impossible_times_are_refused(minutes):
    with pytest.raises(ValueError, match="times must be"):
        median_interval(minutes)


def test_bins_of_distinct_times_hold_equal_numbers_and_their_own_rate():
    minutes = np.random.default_rng(4).permutation(100)
    table = time_bins(minutes, minutes < 60, bins=5).table
    assert table["rated"].tolist() == [20] * 5
    assert table["csat"].tolist() == [1, 1, 1, 0, 0]
    assert table["from_minutes"].tolist() == [0, 20, 40, 60, 80]
    assert table["to_minutes"].tolist() == [19, 39, 59, 79, 99]


@repeatable
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=80), st.integers(1, 8))
def test_bins_contain_every_ticket_and_never_split_equal_times(pairs, bins):
    minutes, good = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    result = time_bins(minutes, good, bins=bins)
    table = result.table
    assert table["rated"].sum() == len(pairs) == result.n
    assert table["good"].sum() == sum(good)
    assert (table["rated"] > 0).all()
    assert len(table) <= bins
    assert (table["from_minutes"].to_numpy()[1:] > table["to_minutes"].to_numpy()[:-1]).all()
    assert ((table["low"] <= table["csat"]) & (table["csat"] <= table["high"])).all()


def test_many_equal_times_are_a_separate_bin():
    table = time_bins([0] * 50 + list(range(1, 51)), [True] * 100).table
    assert table.loc[0, ["from_minutes", "to_minutes", "rated"]].tolist() == [0, 0, 50]


def test_tickets_without_a_time_or_a_rating_are_counted_not_binned():
    result = time_bins([1, None, 3], pd.array([True, False, pd.NA], dtype="boolean"))
    assert (result.n, result.missing) == (1, 2)


def test_bins_refuse_counts_for_ratings_and_columns_of_unequal_length():
    with pytest.raises(ValueError, match="good must not exceed rated; got 3 good of 1 rated"):
        time_bins([1, 2], [3, 1])
    with pytest.raises(ValueError, match="minutes and good must have one length; got 2 and 1"):
        time_bins([1, 2], [1])
    with pytest.raises(ValueError, match="bins must be 1 or more"):
        time_bins([1, 2], [1, 1], bins=0)


def test_spearman_has_the_bonett_wright_interval_of_statpsych():
    # Example of ci.spear in the R package statpsych (Bonett)
    y = [21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
    x = [67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
    result = spearman(x, y)
    assert (result.estimate, result.low, result.high) == approx((0.8699639, 0.5840951, 0.9638297), abs=5e-8)


def test_spearman_gives_the_textbook_example_of_intelligence_and_television():
    # Ten pairs of the Wikipedia article on the coefficient: rho = -29/165, p = 0.627188
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    result = spearman(iq, hours)
    assert result.estimate == approx(-29 / 165)
    assert result.p_value == approx(0.627188, abs=5e-7)
    assert result.note == "no association detectable"
    assert result.smallest_visible == 1  # 3.42 / sqrt(10) is beyond any correlation


def test_the_minimum_detectable_correlation_is_found_in_80_of_100_samples():
    assert minimum_detectable_correlation(400) == approx(3.4175 / 20, abs=1e-4)
    assert minimum_detectable_correlation(400, level=0.95) == approx(2.8016 / 20, abs=1e-4)
    rng = np.random.default_rng(5)
    rho = minimum_detectable_correlation(400)
    shown = []
    for _ in range(400):
        x = rng.normal(size=400)
        # Spearman's rho of normal values is 6 / pi arcsin(r / 2) for a correlation r
        r = 2 * np.sin(np.pi * rho / 6)
        y = r * x + np.sqrt(1 - r**2) * rng.normal(size=400)
        shown.append(spearman(x, y).p_value <= 0.01)
    assert np.mean(shown) == approx(0.8, abs=0.06)


@repeatable
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), min_size=4, max_size=50))
def test_the_interval_of_rho_contains_it_and_mirrors(pairs):
    x, y = np.array(pairs).T
    result, turned = spearman(x, y), spearman(x, -y)
    if np.isfinite(result.low):
        assert -1 <= result.low <= result.estimate <= result.high <= 1
        assert (turned.low, turned.high) == approx((-result.high, -result.low), abs=1e-9)
    else:
        assert result.note


@pytest.mark.parametrize(
    ("x", "y", "note"),
    [
        ([], [], "too few pairs"),
        ([1, 2, 3], [1, 0, 1], "too few pairs"),
        ([1, 2, 3, 4], [1, 1, 1, 1], "a single value"),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], "the order is perfect"),
    ],
)
def test_a_missing_interval_of_rho_has_a_reason(x, y, note):
    result = spearman(x, y)
    assert note in result.note
    assert np.isnan(result.low)


def test_pairs_with_a_null_are_counted_and_pairs_of_other_tickets_refused():
    assert spearman([1, 2, None, 4, 5, 3], [1, 0, 1, np.nan, 1, 0]).missing == 2
    with pytest.raises(ValueError, match="one length"):
        spearman([1, 2, 3], [1, 2])
    with pytest.raises(ValueError, match="different indexes"):
        spearman(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 0]))


@repeatable
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=5, max_size=60))
def test_rho_and_its_p_value_are_those_of_scipy_ties_and_all(pairs):
    x, y = np.array(pairs).T
    if np.ptp(x) and np.ptp(y):
        result = spearman(x, y)
        assert (result.estimate, result.p_value) == approx(tuple(spearmanr(x, y)), abs=1e-9)


def test_the_odds_ratio_is_the_printed_one_of_the_space_shuttles():
    # Montgomery & Runger, Applied Statistics and Probability for Engineers, section 11-9: damage at 24 launches
    # by temperature; slope -0.17132 (se 0.08344), odds ratio 0.84, 95 % interval 0.72 to 0.99
    warm = [66, 67, 67, 67, 68, 69, 70, 72, 73, 75, 76, 76, 78, 79, 80, 81, 63]
    temperature, damaged = np.array(warm + [53, 56, 57, 70, 70, 70, 75]), np.repeat([0, 1], [17, 7])
    result = odds_ratio_per_doubling(2.0**temperature - 1, damaged)  # so that a degree is a doubling
    assert np.log(result.estimate) == approx(-0.17132, abs=5e-6)
    assert np.log(result.high / result.low) / (2 * norm.isf(0.025)) == approx(0.08344, abs=5e-6)
    assert (result.estimate, result.low, result.high) == approx((0.84, 0.72, 0.99), abs=5e-3)


def test_slope_and_errors_are_those_of_statsmodels_with_a_column_for_each_group():
    frame = tickets(n=1500)
    design = np.column_stack([np.log2(1 + frame["minutes"]), np.eye(4)[frame["group"]]])
    plain = Logit(frame["good"], design).fit(disp=False)
    by_agent = {"groups": frame["agent"], "use_correction": False}
    clustered = Logit(frame["good"], design).fit(disp=False, cov_type="cluster", cov_kwds=by_agent)
    for reference, factor, agents in ((plain, 1, None), (clustered, 40 / 39, frame["agent"])):
        result = odds_ratio_per_doubling(
            frame["minutes"], frame["good"], groups=frame["group"], agents=agents
        )
        reach = norm.isf(0.025) * reference.bse.iloc[0] * np.sqrt(factor)
        ends = reference.params.iloc[0] - reach, reference.params.iloc[0] + reach
        assert np.log([result.low, result.high]) == approx(ends, rel=1e-6)


@repeatable
@given(counted_times())
def test_an_odds_ratio_is_finite_or_its_absence_has_a_reason(counted):
    groups = counted.index % 2
    result = odds_ratio_per_doubling(counted["minutes"], counted["good"], counted["rated"], groups=groups)
    if np.isnan(result.estimate):
        assert "converge" not in result.note and result.note
    else:
        assert 0 < result.low < result.estimate < result.high < np.inf
        bad = counted["rated"] - counted["good"]
        turned = odds_ratio_per_doubling(counted["minutes"], bad, counted["rated"], groups=groups)
        assert (turned.low, turned.high) == approx((1 / result.high, 1 / result.low), rel=1e-5)


def test_the_logit_of_statsmodels_has_the_printed_coefficients_of_the_spector_data():
    # Greene, Econometric Analysis, on Spector & Mazzeo 1980: the reference that ours is compared with above
    data = spector.load_pandas()
    fit = Logit(data.endog, data.exog.assign(const=1.0)).fit(disp=False)
    assert fit.params.to_dict() == approx(
        {"GPA": 2.826, "TUCE": 0.095, "PSI": 2.379, "const": -13.021}, abs=6e-4
    )
    assert fit.bse.to_dict() == approx({"GPA": 1.263, "TUCE": 0.142, "PSI": 1.065, "const": 4.931}, abs=6e-4)


def test_with_two_times_the_odds_ratio_is_that_of_the_two_by_two_table():
    # 0 and 1 minutes are one doubling of (1 + minutes) apart: cross product 0.7483 and Woolf's interval
    slow, fast = as_tickets(273, 350), as_tickets(289, 350)
    result = odds_ratio_per_doubling(np.repeat([1, 0], 350), np.concatenate([slow, fast]))
    error = np.sqrt(1 / 273 + 1 / 77 + 1 / 289 + 1 / 61)
    log_ratio = np.log(273 * 61 / (77 * 289))
    assert result.estimate == approx(0.7483, abs=5e-5)
    assert (result.low, result.high) == approx(
        tuple(np.exp(log_ratio + side * norm.isf(0.025) * error) for side in (-1, 1)), rel=1e-6
    )


def test_the_odds_ratio_of_the_kidney_stones_is_reversed_within_groups():
    good = np.concatenate([as_tickets(*pair) for pair in ((81, 87), (192, 263), (234, 270), (55, 80))])
    minutes, stones = np.repeat([1, 1, 0, 0], [87, 263, 270, 80]), np.repeat([*"slsl"], [87, 263, 270, 80])
    within = odds_ratio_per_doubling(minutes, good, groups=stones)
    assert within.estimate == approx(mantel_haenszel(*OPEN_SURGERY, against=SMALL_CUT).estimate, rel=0.03)
    assert within.estimate > 1 > odds_ratio_per_doubling(minutes, good).estimate


def test_a_known_association_is_recovered_with_errors_clustered_by_agent():
    frame = tickets(n=6000)
    result = odds_ratio_per_doubling(frame.minutes, frame.good, groups=frame.group, agents=frame.agent)
    assert result.clusters == 40
    assert result.low < np.exp(-0.3) < result.high
    assert result.estimate == approx(np.exp(-0.3), rel=0.1)
    assert result.note == ""


def test_tickets_of_one_agent_with_one_outcome_have_less_weight_when_clustered():
    frame = tickets(n=400, slope=0)
    copied = pd.concat([frame.assign(agent=range(400))] * 10)  # every agent ten times the same ticket
    plain = odds_ratio_per_doubling(copied.minutes.to_numpy(), copied.good.to_numpy())
    clustered = odds_ratio_per_doubling(
        copied.minutes.to_numpy(), copied.good.to_numpy(), agents=copied.agent.to_numpy()
    )
    ratio = np.log(clustered.high / clustered.low) / np.log(plain.high / plain.low)
    assert ratio == approx(np.sqrt(10), rel=0.1)


def test_few_agents_give_plain_standard_errors_and_say_so():
    frame = tickets(agents=29)
    result = odds_ratio_per_doubling(frame.minutes, frame.good, agents=frame.agent)
    assert result.clusters == 0
    assert result.note == "plain errors: clustering needs 30 agents, here 29"
    plain = odds_ratio_per_doubling(frame.minutes, frame.good)
    assert (result.low, result.high) == approx((plain.low, plain.high))


def test_unassigned_tickets_are_kept_as_a_separate_agent():
    frame = tickets()
    named = frame.agent.astype("Int64").mask(frame.agent == 0)
    result = odds_ratio_per_doubling(frame.minutes, frame.good, agents=named)
    assert (result.n, result.missing, result.clusters) == (2000, 0, 40)


def test_groups_whose_ratings_are_all_alike_are_left_out_and_noted():
    frame = tickets(n=400)
    frame.loc[frame.group == 3, "good"] = True
    result = odds_ratio_per_doubling(frame.minutes, frame.good, groups=frame.group)
    rest = frame[frame.group != 3]
    expected = odds_ratio_per_doubling(rest.minutes, rest.good, groups=rest.group)
    assert result.note == "groups left out because all their ratings are alike: 1"
    assert result[:-1] == approx(expected[:-1])


@pytest.mark.parametrize(
    ("minutes", "good", "groups", "note"),
    [
        ([], [], None, "all ratings are alike"),
        ([1, 2, 3], [1, 1, 1], None, "all ratings are alike"),
        ([1, 2, 3, 4], [1, 1, 0, 0], None, "separated"),
        ([1, 2, 2, 3], [0, 0, 1, 1], None, "separated"),  # all but one tie
        ([1, 2, 9, 10], [1, 0, 1, 0], [1, 1, 2, 2], "separated"),  # within each group
        ([5, 5, 9, 9], [1, 0, 1, 0], [1, 1, 2, 2], "the time does not vary within groups"),
    ],
)
def test_a_missing_odds_ratio_has_a_reason(minutes, good, groups, note):
    result = odds_ratio_per_doubling(minutes, good, groups=groups)
    assert np.isnan([result.estimate, result.low, result.high, result.p_value]).all()
    assert note in result.note


def test_tickets_without_time_or_rating_are_counted_and_wrong_labels_refused():
    frame = tickets(n=200)
    frame.loc[:9, "minutes"] = np.nan
    assert odds_ratio_per_doubling(frame.minutes, frame.good).missing == 10
    with pytest.raises(ValueError, match="groups must have one label per row; got 2 for 200"):
        odds_ratio_per_doubling(frame.minutes, frame.good, groups=[1, 2])
    with pytest.raises(ValueError, match="times must be finite and 0 or more"):
        odds_ratio_per_doubling([-5, 3], [1, 0])


def test_the_kidney_stones_reverse():
    crude = mantel_haenszel(
        *(part.sum() for part in OPEN_SURGERY), against=tuple(part.sum() for part in SMALL_CUT)
    )
    assert crude.estimate == approx(0.7483, abs=5e-5)
    result = mantel_haenszel(*OPEN_SURGERY, against=SMALL_CUT)
    assert result.estimate == approx(1.4468, abs=5e-5)
    assert (result.low, result.high) == approx((0.916, 2.286), abs=5e-4)
    assert (result.n, result.strata) == (700, 2)


def test_swapping_the_sides_inverts_the_stratified_ratio():
    ours = mantel_haenszel(*OPEN_SURGERY, against=SMALL_CUT)
    theirs = mantel_haenszel(*SMALL_CUT, against=OPEN_SURGERY)
    assert theirs.estimate == approx(1 / ours.estimate)
    assert (theirs.low, theirs.high) == approx((1 / ours.high, 1 / ours.low))


def test_one_stratum_has_the_crude_ratio():
    assert mantel_haenszel(45, 50, against=(44, 50)).estimate == approx(45 * 6 / (5 * 44))


def test_strata_with_ratings_on_one_side_only_are_left_out_and_noted():
    result = mantel_haenszel([81, 192, 5], [87, 263, 9], against=([234, 55, 0], [270, 80, 0]))
    assert result.estimate == approx(mantel_haenszel(*OPEN_SURGERY, against=SMALL_CUT).estimate)
    assert result.note == "strata left out because a side has no ratings: 1"


@pytest.mark.parametrize("good", [[10, 20], [0, 0]])
def test_a_side_with_all_or_no_good_ratings_has_no_ratio(good):
    result = mantel_haenszel(good, [10, 20], against=(good, [10, 20]))
    assert np.isnan(result.estimate)
    assert "no ratio" in result.note

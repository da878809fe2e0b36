"""Compare agents with their colleagues: exact tests, stepwise naming, intervals, and chance levels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.optimize import brentq
from scipy.stats import fisher_exact, hypergeom, nchypergeom_fisher
from support.long_tests import long_test

from csat_analysis.estimates import compare_with_colleagues, newcombe_difference
from csat_analysis.estimates.conditional import (
    convolve,
    hypergeometric,
    mean_count_limits,
    mid_p_tails,
)

# Penicillin and rabbits, five dose levels: Agresti 1990, Categorical Data Analysis, pages 231-237.
# Cured and died with an immediate injection, then with one delayed by 1.5 hours.
IMMEDIATE = np.array([[0, 6], [3, 3], [6, 0], [5, 1], [2, 0]])
DELAYED = np.array([[0, 5], [0, 6], [2, 4], [6, 0], [5, 0]])
repeatable = settings(deadline=None, derandomize=True, max_examples=60)


@st.composite
def ratings(draw):
    """Return rows of (agent, stratum, good, bad)."""
    cell = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 60), st.integers(0, 30))
    return draw(st.lists(cell, min_size=1, max_size=20))


def compare(rows, **options):
    agents, strata, good, bad = (np.array(column) for column in zip(*rows, strict=True))
    return compare_with_colleagues(agents, strata, good, good + bad, **options)


def flagged(table):
    return (table["named"] != 0) | table["differs_from"].notna()


def equal_account(rng, *, per_week, rates=(0.80, 0.84, 0.88, 0.94), agents=6, months=3):
    """Return groups that differ, with agents who are alike within their group and shifts of unequal length."""
    rows = []
    for group, rate in enumerate(rates):
        shares = rng.dirichlet(np.full(agents, 3.0))
        for agent in range(agents):
            rated = rng.poisson(4 * per_week / len(rates) * shares[agent], months)
            good = rng.binomial(rated, rate)
            rows += [
                (group * 100 + agent, group * 100 + month, good[month], rated[month] - good[month])
                for month in range(months)
            ]
    return rows


def test_the_exact_distribution_gives_the_published_p_values_of_the_penicillin_data():
    totals = (IMMEDIATE + DELAYED).astype(float)
    parts = hypergeometric(totals[:, 0], totals.sum(axis=1), IMMEDIATE.sum(axis=1).astype(float))
    cured = convolve(parts)
    observed = IMMEDIATE[:, 0].sum() - cured.lowest
    chances = cured.probabilities
    # Examples of R's mantelhaen.test(exact = TRUE): one-sided p = 0.020, two-sided p = 0.040
    assert IMMEDIATE[:, 0].sum() == 16
    assert chances[observed:].sum() == approx(0.020, abs=5e-4)
    assert chances[chances <= chances[observed] * (1 + 1e-9)].sum() == approx(0.040, abs=5e-4)


def test_one_stratum_is_fishers_exact_test():
    (tea,) = hypergeometric(np.array([4.0]), np.array([8.0]), np.array([4.0]))
    # Fisher's tea tasting, three of four cups right: P(3) = 16/70, P(4) = 1/70
    assert mid_p_tails(tea, 3)[1] == approx(8 / 70 + 1 / 70)
    one_sided = fisher_exact([[3, 1], [1, 3]], alternative="greater").pvalue
    assert tea.probabilities[3:].sum() == approx(one_sided)


@repeatable
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4)
)
def test_the_distribution_is_that_of_independent_hypergeometric_counts(strata):
    good, bad, drawn = np.array(strata, dtype=float).T
    rated = good + bad
    of_agent = np.minimum(drawn, rated)
    total = convolve(hypergeometric(good, rated, of_agent))
    counts = np.arange(int(of_agent.sum()) + 1)
    transformed = np.ones(counts.size, dtype=complex)
    for g, r, a in zip(good, rated, of_agent, strict=True):
        chances = hypergeom.pmf(counts, r, g, a) if r else np.eye(1, counts.size)[0]
        transformed *= np.fft.fft(chances)
    expected = np.fft.ifft(transformed).real
    reference = expected[total.lowest : total.lowest + total.probabilities.size]
    assert total.probabilities == approx(reference, abs=1e-9)


def limits(distribution, observed, tail):
    return mean_count_limits([distribution], np.array([observed]), np.array([tail]))[0]


def test_the_limits_are_means_of_distributions_with_the_mid_p_tails_they_should_have():
    (table,) = hypergeometric(np.array([105.0]), np.array([120.0]), np.array([60.0]))

    def tilted(odds):
        return nchypergeom_fisher(120, 105, 60, odds)

    for mean, is_lower in zip(limits(table, 50, 0.025), (True, False), strict=True):
        found = tilted(brentq(lambda odds, mean=mean: tilted(odds).mean() - mean, 0.001, 10, xtol=1e-12))
        tail = found.sf(50) if is_lower else found.cdf(49)
        assert tail + found.pmf(50) / 2 == approx(0.025)


def test_an_extreme_count_has_an_infinite_limit_on_its_side():
    (all_good,) = hypergeometric(np.array([15.0]), np.array([20.0]), np.array([10.0]))
    assert limits(all_good, 10, 0.025)[1] == approx(10)
    assert limits(all_good, 5, 0.025)[0] == approx(5)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("tail", [0.025, 0.5])
def test_a_count_that_chance_cannot_change_is_its_own_limit(tail):
    (without_bad,) = hypergeometric(np.array([20.0]), np.array([20.0]), np.array([10.0]))
    assert limits(without_bad, 10, tail) == approx(10)


def test_limits_of_several_agents_are_those_of_each_and_nan_for_those_without_colleagues():
    good, rated, own = (np.array(counts, dtype=float) for counts in ([15, 80], [20, 90], [10, 30]))
    first, second = hypergeometric(good, rated, own)
    together = mean_count_limits([first, None, second], np.array([8, 3, 20]), np.array([0.025, 0.025, 0.01]))
    assert np.isnan(together[1]).all()
    assert together[0] == approx(limits(first, 8, 0.025))
    assert together[2] == approx(limits(second, 20, 0.01))


def test_an_agent_far_from_all_others_has_an_interval_around_the_difference():
    good, rated = [6_000, 8_990, 9_010, 9_000], [10_000] * 4
    bot = compare_with_colleagues(list("abcd"), ["Billing"] * 4, good, rated).table.iloc[0]
    about = newcombe_difference(6_000, 10_000, minus=(27_000, 30_000), level=0.99)
    assert bot["difference"] == approx(-0.3)
    assert bot[["difference_low", "difference_high"]].tolist() == approx([about.low, about.high], abs=0.002)


def test_one_agent_below_four_alike_is_named_alone():
    found = compare_with_colleagues(list("abcde"), ["Billing"] * 5, [420, 540, 540, 540, 540], [600] * 5)
    assert found.table["named"].tolist() == [-1, 0, 0, 0, 0]
    assert found.table["difference"].tolist() == approx([-0.2, 0, 0, 0, 0], abs=1e-12)
    assert found.table["n_like"].tolist() == [2400, 1800, 1800, 1800, 1800]


def test_an_agent_above_the_colleagues_is_named_higher():
    found = compare_with_colleagues(list("abcde"), ["Billing"] * 5, [580, 480, 480, 480, 480], [600] * 5)
    assert found.table["named"].tolist() == [1, 0, 0, 0, 0]


def test_two_outliers_in_both_directions_are_both_named():
    found = compare_with_colleagues(list("abcdef"), [1] * 6, [360, 580, 500, 505, 495, 500], [600] * 6)
    assert found.table["named"].tolist() == [-1, 1, 0, 0, 0, 0]


def test_an_agent_who_is_named_does_not_make_it_easier_to_name_a_colleague():
    good, rated = [300, 497, 540, 540, 540], [600] * 5
    found = compare_with_colleagues(list("abcde"), [1] * 5, good, rated, false_discovery_rate=0.001)
    without = compare_with_colleagues(list("bcde"), [1] * 4, good[1:], rated[1:], false_discovery_rate=0.001)
    assert found.table["named"].tolist() == [-1, *without.table["named"]]
    adjusted = found.table["adjusted_p"]
    assert adjusted["b":].tolist() == approx(without.table["adjusted_p"].tolist())
    # Of five values at once the second smallest would be multiplied by 5 / 2, here it is the smallest of four.
    assert adjusted["b"] == approx(4 * found.table.loc["b", "p_value"])


def test_of_two_agents_alone_neither_is_named():
    found = compare_with_colleagues(["Ana", "Ben"], ["Billing"] * 2, [420, 540], [600, 600])
    assert found.table["named"].tolist() == [0, 0]
    assert found.table["differs_from"].to_dict() == {"Ana": "Ben", "Ben": "Ana"}


def test_a_third_colleague_with_a_few_ratings_does_not_decide_who_of_two_is_wrong():
    found = compare_with_colleagues(["Ana", "Ben", "Temp"], ["Billing"] * 3, [420, 540, 9], [600, 600, 10])
    assert found.table["named"].tolist() == [0, 0, 0]
    assert found.table["differs_from"].tolist() == ["Ben", "Ana", None]


def test_a_single_agent_gives_no_information_and_is_not_tested():
    found = compare_with_colleagues(["Ana", "Ben", "Cleo"], ["A", "B", "B"], [10, 90, 91], [100, 100, 100])
    alone = found.table.loc["Ana"]
    assert (alone["n"], alone["n_compared"], alone["n_like"], alone["named"]) == (100, 0, 0, 0)
    assert np.isnan([alone["expected"], alone["difference"], alone["difference_low"], alone["p_value"]]).all()
    assert found.tested == 2


def test_agents_who_joined_after_a_fall_of_their_group_are_not_named():
    # 90 % before, 60 % afterwards; Dora and Emil came in the month of the fall, the others were there before
    agents = ["Ana", "Ben", "Cleo"] * 2 + ["Dora", "Emil"]
    months = ["before"] * 3 + ["after"] * 5
    good, rated = [180, 180, 180, 60, 60, 60, 120, 120], [200, 200, 200, 100, 100, 100, 200, 200]
    assert (compare_with_colleagues(agents, months, good, rated).table["named"] == 0).all()
    whole_group = compare_with_colleagues(agents, ["Billing"] * 8, good, rated).table["named"]
    assert whole_group.loc[["Dora", "Emil"]].tolist() == [-1, -1]


def test_no_agent_is_named_where_only_groups_differ():
    found = compare_with_colleagues(list("abcdef"), [*"XXXYYY"], [94, 93, 95, 70, 71, 69], [100] * 6)
    assert not flagged(found.table).any()
    assert found.table["expected"].tolist() == approx([0.94, 0.945, 0.935, 0.7, 0.695, 0.705])


def test_few_ratings_of_an_agent_or_of_the_colleagues_are_not_tested():
    found = compare_with_colleagues(["a", "b", "c"], [1] * 3, [0, 10, 500], [19, 19, 600])
    assert found.table["p_value"].isna().tolist() == [True, True, False]
    assert np.isnan(found.table.loc["a", "difference_low"])


@repeatable
@given(ratings())
def test_an_interval_leaves_out_zero_exactly_if_the_agent_is_named_or_differs(rows):
    table = compare(rows, minimum_ratings=5).table
    tested = table["p_value"].notna()
    outside = (table["difference_low"] > 0) | (table["difference_high"] < 0)
    assert (outside == flagged(table)).all()
    inside = table["difference_low"].le(table["difference"] + 1e-9) & table["difference"].le(
        table["difference_high"] + 1e-9
    )
    assert inside[tested].all()
    assert not flagged(table)[~tested].any()
    assert (np.sign(table["difference"]) == table["named"])[table["named"] != 0].all()


@repeatable
@given(ratings(), st.sampled_from([0.001, 0.01, 0.2]), st.floats(1, 4))
def test_a_difference_lies_outside_the_limits_of_chance_exactly_if_the_agent_is_named_or_differs(
    rows, rate, inflation
):
    factors = pd.Series(inflation, sorted({agent for agent, *_ in rows}))
    table = compare(rows, minimum_ratings=5, false_discovery_rate=rate, inflation=factors).table
    outside = (table["difference"] < table["chance_low"]) | (table["difference"] > table["chance_high"])
    assert (outside == flagged(table)).all()
    assert (table["chance_low"].notna() == table["p_value"].notna()).all()
    assert table["chance_low"].dropna().between(-1, 0.5).all()


@pytest.mark.parametrize("per_week", [65, 250, 1000])
def test_the_limits_of_chance_contradict_no_verdict_in_accounts_with_and_without_lower_agents(per_week):
    rng = np.random.default_rng(per_week)
    named = 0
    for lower in (0.0, 0.1, 0.3) * 5:
        rows = equal_account(rng, per_week=per_week)
        lowered = [
            (agent, stratum, good - int(lower * good), bad + int(lower * good)) if agent % 7 == 2 else row
            for row in rows
            for agent, stratum, good, bad in [row]
        ]
        table = compare(lowered).table
        outside = (table["difference"] < table["chance_low"]) | (table["difference"] > table["chance_high"])
        assert (outside == flagged(table)).all()
        named += flagged(table).sum()
    assert named > 0


def test_limits_of_chance_are_those_of_the_test_for_the_number_of_agents():
    # 57 ratings among thousands of colleagues: 17 points lower is rare for one of five agents (p = 0.0008), not of 40.
    agents = [f"A{number:02}" for number in range(40)]
    good, rated = [40, *[870] * 39], [57, *[1000] * 39]
    row = compare_with_colleagues(agents, [1] * 40, good, rated).table.loc["A00"]
    assert row["named"] == 0
    assert row["chance_low"] < row["difference"] < -0.14
    few = compare_with_colleagues(agents[:5], [1] * 5, good[:5], rated[:5]).table.loc["A00"]
    assert few["named"] == -1
    assert few["difference"] < few["chance_low"]


def test_limits_of_chance_of_two_agents_alone_mirror_each_other():
    # Both counts are near their means: the ratio of differences, which have other weights, is of no use there.
    ours = [("A", 0, 6, 0), ("A", 1, 5, 1), ("A", 2, 8, 2), ("A", 3, 37, 2)]
    theirs = [("B", 0, 6, 0), ("B", 1, 34, 2), ("B", 2, 25, 0), ("B", 3, 35, 4)]
    table = compare([*ours, *theirs]).table
    assert table.loc["A", "chance_low"] == approx(-table.loc["B", "chance_high"], abs=0.005)
    assert table.loc["A", "chance_high"] == approx(-table.loc["B", "chance_low"], abs=0.005)


@repeatable
@given(ratings())
def test_swapping_good_and_bad_reverses_every_difference(rows):
    table = compare(rows, minimum_ratings=5).table
    turned = compare([(a, s, bad, good) for a, s, good, bad in rows], minimum_ratings=5).table
    assert turned["named"].tolist() == (-table["named"]).tolist()
    assert turned["difference"].to_numpy() == approx(-table["difference"].to_numpy(), nan_ok=True, abs=1e-12)
    assert turned["difference_low"].to_numpy() == approx(
        -table["difference_high"].to_numpy(), nan_ok=True, abs=1e-5
    )


@repeatable
@given(ratings(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_splitting_them_changes_anything(rows, random):
    table = compare(rows, minimum_ratings=5).table
    shuffled = [(a, s, good, 0) for a, s, good, _ in rows] + [(a, s, 0, bad) for a, s, _, bad in rows]
    random.shuffle(shuffled)
    again = compare(shuffled, minimum_ratings=5).table.loc[table.index]
    pd.testing.assert_frame_equal(again, table, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("agents", "groups", "median"), [(1368, 40, 50), (8, 1, 560)])
def test_nobody_is_named_in_accounts_of_the_size_of_a_shop_and_of_a_call_center(agents, groups, median):
    # Equal agents within groups that differ, with very unequal numbers of ratings in two months
    rng = np.random.default_rng(24)
    rates = rng.uniform(0.75, 0.92, (groups, 2))
    agent, month = np.repeat(np.arange(agents), 2), np.tile([0, 1], agents)
    rated = rng.poisson(np.repeat(rng.lognormal(np.log(median / 2), 0.8, agents), 2))
    good = rng.binomial(rated, rates[agent % groups, month])
    found = compare_with_colleagues(agent, agent % groups * 2 + month, good, rated)
    assert found.tested > 0.7 * agents
    assert not flagged(found.table).any()


def test_clustered_ratings_have_less_weight():
    rows = ["a", "b", "c"], [1] * 3, [430, 480, 480], [600] * 3
    plain = compare_with_colleagues(*rows).table
    clustered = compare_with_colleagues(*rows, inflation=pd.Series({"a": 4.0})).table
    assert plain.loc["a", "named"] == -1
    assert clustered.loc["a", "named"] == 0
    assert clustered.loc["a", "p_value"] > plain.loc["a", "p_value"]


def test_one_customer_who_gave_most_ratings_of_a_colleague_makes_nobody_look_different():
    rows = ["a", "b", "c"], [1] * 3, [36, 120, 30], [40, 339, 40]
    found = compare_with_colleagues(*rows, inflation=pd.Series({"b": 50.0})).table
    assert found["named"].tolist() == [0, 0, 0]


# With fewer ratings the exact test is further below its rate.
@pytest.mark.slow
@pytest.mark.parametrize("per_week", [long_test(65), 250])
def test_equal_agents_of_unequal_groups_are_seldom_named(per_week):
    rng = np.random.default_rng(21)
    found = [flagged(compare(equal_account(rng, per_week=per_week)).table).any() for _ in range(250)]
    assert np.mean(found) <= 0.02  # 1 % by the false discovery rate


@pytest.mark.slow
def test_intervals_contain_the_true_difference_as_often_as_they_state():
    rng = np.random.default_rng(22)
    covered = []
    for _ in range(150):
        truth = np.clip(rng.normal(0.87, 0.04, 4), 0.5, 0.99)
        rated = rng.poisson(80, (4, 3))
        good = rng.binomial(rated, truth[:, None])
        # With one test in view the level of the intervals is 1 - rate
        found = compare_with_colleagues(
            np.repeat(np.arange(4), 3),
            np.tile(np.arange(3), 4),
            good.ravel(),
            rated.ravel(),
            false_discovery_rate=0.2,
        )
        for agent, row in found.table.iterrows():
            if not flagged(found.table).any():
                others = np.delete(rated, agent, axis=0)
                like = (others * np.delete(truth, agent)[:, None]).sum(axis=0) / others.sum(axis=0)
                true = (rated[agent] * (truth[agent] - like)).sum() / rated[agent].sum()
                covered.append(row["difference_low"] <= true <= row["difference_high"])
    assert found.level >= 0.95
    assert np.mean(covered) >= 0.93


def test_extreme_differences_keep_finite_intervals():
    table = compare_with_colleagues(["a", "b", "c"], [1] * 3, [0, 5000, 5000], [5000, 5000, 5000]).table
    assert table.loc["a", "named"] == -1
    assert np.isfinite(table[["difference", "difference_low", "difference_high"]].to_numpy()).all()
    assert table.loc["a", "difference"] == -1


@pytest.mark.parametrize("good", [[50, 50, 50], [0, 0, 0]])
def test_no_agent_is_named_where_all_ratings_are_alike(good):
    table = compare_with_colleagues(["a", "b", "c"], [1] * 3, good, [50] * 3).table
    assert not flagged(table).any()
    assert table["difference"].tolist() == [0, 0, 0]


def test_no_rows_give_no_rows():
    assert compare_with_colleagues([], [], [], []).table.empty


def test_columns_of_unequal_length_and_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="agents, strata and counts must have one length; got 2, 1 and 2"):
        compare_with_colleagues(["a", "b"], [1], [1, 2], [3, 4])
    with pytest.raises(ValueError, match="good must not exceed rated"):
        compare_with_colleagues(["a", "b"], [1, 1], [5, 2], [3, 4])


def test_an_agent_15_points_lower_is_found_in_most_samples():
    # 120 ratings against 360 of three colleagues
    rng = np.random.default_rng(23)
    rated = np.full(4, 120)
    samples = [rng.binomial(rated, [0.72, 0.87, 0.87, 0.87]) for _ in range(100)]
    named = [compare_with_colleagues(list("abcd"), [1] * 4, good, rated).table["named"] for good in samples]
    assert sum(one["a"] == -1 for one in named) >= 60
    assert sum((one[["b", "c", "d"]] != 0).any() for one in named) <= 3


def test_an_agent_whose_strata_have_opposite_differences_is_not_named():
    # Better than a few colleagues where most of the agent's ratings are, worse than many elsewhere
    rows = [
        ("a", "x", 800, 200),
        ("b", "x", 7, 3),
        ("a", "y", 10, 90),
        ("c", "y", 900, 100),
        ("d", "y", 90, 10),
    ]
    row = compare(rows).table.loc["a"]
    assert row["difference"] > 0
    assert (row["named"], row["p_value"]) == (0, 1)

"""Adjusted differences: equal to statsmodels on single ratings, refusals that are named, intervals that cover."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from pytest import approx
from support.long_tests import long_test

from csat_analysis.estimates.adjusted import adjust_differences

pytestmark = pytest.mark.slow

VALUES = {"group": ["Billing", "Returns", "Technical"], "channel": ["chat", "email"]}
EFFECTS = {"Returns": 0.5, "Technical": 0.9, "email": -0.6}


def draw(rng, ratings, effects=EFFECTS, agents=0, spread=0.0):
    """Return ratings of which Technical has more by e-mail, with these log-odds; one row per rating."""
    group = rng.choice(VALUES["group"], ratings, p=[0.5, 0.3, 0.2])
    channel = np.where(rng.random(ratings) < np.where(group == "Technical", 0.7, 0.3), "email", "chat")
    agent = rng.integers(0, max(1, agents), ratings)
    odds = -2 + rng.normal(0, spread, max(1, agents))[agent]
    odds += sum(effects.get(value, 0) * ((group == value) | (channel == value)) for value in effects)
    bad = rng.random(ratings) < 1 / (1 + np.exp(-odds))
    return pd.DataFrame(
        {"group": group, "channel": channel, "agent": agent, "bad": bad.astype(int), "rated": 1}
    )


def as_cells(rows):
    return rows.groupby(["group", "channel", "agent"], as_index=False)[["bad", "rated"]].sum()


def fit_rows(rows, **options):
    """Return statsmodels' fit of single ratings, with the references of the most frequent values."""
    dummies = pd.get_dummies(rows[["group", "channel"]], dtype=float)
    columns = sm.add_constant(dummies[["group_Returns", "group_Technical", "channel_email"]])
    return sm.Logit(rows["bad"], columns).fit(disp=0, tol=1e-12, **options)


def test_coefficients_and_errors_are_those_of_statsmodels_on_single_ratings():
    rows = draw(np.random.default_rng(1), 4000)
    wanted = fit_rows(rows)
    found = adjust_differences(as_cells(rows), ["group", "channel"], cluster="agent")
    assert found.clusters == 0
    assert found.coefficients["estimate"].to_numpy() == approx(wanted.params.to_numpy(), abs=1e-6)
    assert found.coefficients["error"].to_numpy() == approx(wanted.bse.to_numpy(), abs=1e-6)


def test_clustered_errors_are_those_of_bell_and_mccaffrey_on_single_ratings():
    rows = draw(np.random.default_rng(1), 1200, agents=40, spread=0.8).sort_values("agent")
    fitted = fit_rows(rows, method="newton")
    chance = fitted.predict()
    root = np.sqrt(chance * (1 - chance))
    columns, rest = fitted.model.exog * root[:, None], (rows["bad"].to_numpy() - chance) / root
    covariance = np.linalg.inv(columns.T @ columns)
    leverage = columns @ covariance @ columns.T
    agent, contrast = rows["agent"].to_numpy(), covariance[:, 2]
    variance, parts = 0.0, []
    for one in np.unique(agent):
        own = agent == one
        sizes, axes = np.linalg.eigh(np.eye(own.sum()) - leverage[np.ix_(own, own)])
        weights = (axes / np.sqrt(sizes)) @ axes.T @ columns[own] @ contrast
        variance += (weights @ rest[own]) ** 2
        parts.append(own.astype(float))
        parts[-1][own] = weights
        parts[-1] -= leverage[:, own] @ weights
    products = np.array(parts) @ np.array(parts).T
    found = adjust_differences(as_cells(rows), ["group", "channel"], cluster="agent")
    row = found.coefficients.loc[("group", "Technical")]
    assert found.clusters == 40
    assert row["error"] == approx(np.sqrt(variance), abs=1e-6)
    assert row["freedom"] == approx(np.trace(products) ** 2 / (products**2).sum(), rel=1e-6)


def test_a_value_of_one_agent_alone_cannot_be_told_from_that_agent():
    rows = draw(np.random.default_rng(5), 4000, agents=40)
    rows.loc[rows["group"] == "Technical", "agent"] = 41
    found, why = notes_of(adjust_differences(as_cells(rows), ["group", "channel"], cluster="agent"))
    assert why["group", "Technical"].startswith("all its ratings are of one agent")
    rows = found.table.set_index("value")
    assert np.isnan(rows.loc["Technical", "estimate"]) and rows.loc["Returns", "estimate"] > 0


def notes_of(found):
    return found, found.table.set_index(["term", "value"])["note"].to_dict()


def test_the_effect_of_a_term_with_two_values_is_the_marginal_effect_of_statsmodels():
    rows = draw(np.random.default_rng(2), 4000)
    wanted = fit_rows(rows).get_margeff(at="overall", dummy=True).summary_frame().loc["channel_email"]
    found = adjust_differences(as_cells(rows), ["group", "channel"]).table.set_index("value").loc["email"]
    assert (found["estimate"], found["error"]) == approx((wanted["dy/dx"], wanted["Std. Err."]), abs=1e-6)


def test_the_effect_is_the_mean_difference_if_all_ratings_had_the_value_or_the_reference():
    rows = draw(np.random.default_rng(3), 3000)
    fitted = fit_rows(rows)
    columns = pd.DataFrame(fitted.model.exog, columns=fitted.model.exog_names)
    with_it = fitted.predict(columns.assign(group_Returns=0, group_Technical=1)).mean()
    without = fitted.predict(columns.assign(group_Returns=0, group_Technical=0)).mean()
    found = adjust_differences(as_cells(rows), ["group", "channel"]).table.set_index("value")
    assert found.loc["Technical", "estimate"] == approx(with_it - without, abs=1e-6)
    assert found.loc["Billing", ["is_reference", "estimate", "error"]].tolist() == [True, 0, 0]


def test_a_larger_design_effect_widens_the_intervals():
    cells = as_cells(draw(np.random.default_rng(4), 2000))
    usual, wide = (adjust_differences(cells, ["group", "channel"], inflation=one) for one in (1.0, 4.0))
    assert wide.table["error"].to_numpy() == approx(2 * usual.table["error"].to_numpy())
    with pytest.raises(ValueError, match="inflation must be 1 or more"):
        adjust_differences(cells, ["group"], inflation=0.5)


def notes(cells, terms):
    return notes_of(adjust_differences(pd.DataFrame(cells), terms))


def test_a_term_with_one_value_is_named_and_left_out():
    cells = {"form": ["A", "A"], "channel": ["chat", "email"], "bad": [30, 60], "rated": [200, 200]}
    found, why = notes(cells, ["form", "channel"])
    assert why["form", "A"].startswith("the only value") and why["channel", "chat"] == ""
    assert found.table["estimate"].tolist()[1:] == approx([0, 0.15])
    assert np.isnan(found.table["estimate"][0])


@pytest.mark.parametrize(("bad", "word"), [(0, "good"), (40, "bad")])
def test_a_value_whose_ratings_are_all_alike_is_named_and_left_out(bad, word):
    cells = {"channel": ["api", "chat", "email"], "bad": [bad, 30, 60], "rated": [40, 200, 200]}
    found, why = notes(cells, ["channel"])
    assert why["channel", "api"].startswith(f"all its ratings are {word}")
    assert found.table["estimate"].tolist()[1:] == approx([0, 0.15])


def test_a_value_that_is_alike_only_without_another_one_is_left_out_as_well():
    cells = {
        "group": ["A", "A", "B", "B", "C"],
        "channel": ["api", "chat", "chat", "email", "email"],
        "bad": [0, 0, 30, 60, 30],
        "rated": [40, 20, 200, 200, 100],
    }
    _, why = notes(cells, ["group", "channel"])
    assert why["group", "A"] and why["channel", "api"]
    assert not why["group", "B"] and not why["channel", "email"]


def test_values_that_always_occur_together_cannot_be_distinguished():
    cells = {
        "group": ["Billing", "Returns", "Technical", "Billing"],
        "form": ["A", "B", "A", "A"],
        "channel": ["chat", "chat", "email", "email"],
        "bad": [50, 60, 70, 80],
        "rated": [400, 300, 300, 200],
    }
    found, why = notes(cells, ["group", "form", "channel"])
    assert why["group", "Returns"] == why["form", "B"] == "cannot be distinguished: group Returns, form B"
    rows = found.table.set_index("value")
    assert rows.loc[["Returns", "B"], "estimate"].isna().all() and rows.loc["email", "estimate"] > 0


def test_fewer_than_ten_bad_ratings_per_value_and_separation_refuse_everything():
    few = {"channel": ["api", "chat", "email"], "bad": [6, 6, 7], "rated": [50, 50, 60]}
    found, _ = notes(few, ["channel"])
    assert found.note.startswith("only 19 bad ratings, and 20 are needed (10 for each value to compare)")
    assert found.table["estimate"].isna().all() or (found.table["estimate"].dropna() == 0).all()
    crossed = {
        "group": ["A", "A", "B", "B"],
        "channel": ["chat", "email", "chat", "email"],
        "bad": [0, 90, 0, 0],
        "rated": [90, 90, 90, 90],
    }
    found, _ = notes(crossed, ["group", "channel"])
    assert found.note or found.table["note"].any()
    assert not (found.table["estimate"].abs() > 0).any()


def test_no_ratings_give_no_values():
    found, why = notes({"channel": [], "bad": [], "rated": []}, ["channel"])
    assert found.note and not why


@pytest.mark.long
@pytest.mark.parametrize(("agents", "spread"), [(0, 0.0), (60, 0.0), (60, 0.5)])
def test_intervals_cover_the_planted_effects(agents, spread):
    large = draw(np.random.default_rng(0), 1_000_000, agents=500 * agents, spread=spread)
    truth = adjust_differences(as_cells(large), ["group", "channel"]).table.set_index("value")["estimate"]
    hits = []
    for seed in range(200):
        rows = draw(np.random.default_rng(seed), 1500, agents=agents, spread=spread)
        found = adjust_differences(as_cells(rows), ["group", "channel"], cluster="agent")
        low, high = (one.set_axis(found.table["value"])[list(EFFECTS)] for one in found.interval(0.95))
        hits += list((low <= truth[list(EFFECTS)]) & (truth[list(EFFECTS)] <= high))
    assert np.mean(hits) == approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / len(hits)))


# One account in a hundred has a claim: of 60, more than two have in 2 % of all seeds, of 300 more than ten in 0.03 %.
@pytest.mark.parametrize(("accounts", "most"), [(60, 2), long_test(300, 10)])
def test_without_effects_hardly_anything_is_claimed(accounts, most):
    claims = 0
    for seed in range(accounts):
        found = adjust_differences(
            as_cells(draw(np.random.default_rng(seed), 800, effects={})), ["group", "channel"]
        )
        low, high = found.interval(1 - 0.01 / 3)
        claims += bool(((low > 0) | (high < 0)).any())
    assert claims <= most


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ([0, 40, 0], "no term has two values to compare without those whose ratings are all good or all bad"),
        ([0, 20, 0], "no term has two values to compare without those whose ratings are all good or all bad"),
        ([0, 0, 0], "there are no ratings"),
    ],
)
def test_values_of_good_or_of_bad_ratings_only_are_not_called_a_single_value(bad, why):
    rated = [40, 40, 40] if any(bad) else [0, 0, 0]
    cells = pd.DataFrame({"group": ["A", "B", "C"], "bad": bad, "rated": rated})
    assert adjust_differences(cells, ["group"]).note == why


def test_a_single_value_is_nothing_to_compare():
    cells = pd.DataFrame({"group": ["A"], "bad": [20], "rated": [40]})
    assert adjust_differences(cells, ["group"]).note == "no term has two values to compare"

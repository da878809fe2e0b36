"""Compare the questions with the ground truth of the account: exact counts, and no false claims."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from support.accounts import NOW, ZONE, history_of

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.estimates import overdispersion
from csat_analysis.fake_zendesk import Account, GroundTruth, make_account
from csat_analysis.history import History
from csat_analysis.verdicts import Verdict, is_claim, matches

WEEK = "2026-W46"


@pytest.fixture(scope="module")
def account() -> Account:
    return make_account(now=NOW)


@pytest.fixture(scope="module")
def history(account, tmp_path_factory) -> Iterator[History]:
    made = history_of(account, tmp_path_factory.mktemp("history") / "csat.duckdb")
    # Each question would open it again.
    with made.keep_open():
        yield made


@pytest.fixture(scope="module")
def truth(account) -> pd.DataFrame:
    """Return the true ratings with their week in the account's zone, computed in pandas."""
    ratings = GroundTruth(account).ratings
    local = ratings["submitted_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
    monday = local.dt.normalize() - pd.to_timedelta(local.dt.day_of_week, unit="D")
    return GroundTruth(account).ratings.assign(
        week=monday, good=GroundTruth(account).ratings["rating_category"] == "good"
    )


def test_a_week_is_counted_to_the_last_rating(history, truth):
    row = csat.csat(history, WEEK).iloc[0]
    true = truth.loc[truth["week"] == "2026-11-09", "good"]
    low, high = proportion_confint(true.sum(), len(true), method="wilson")
    assert (row["good"], row["n"]) == (true.sum(), len(true))
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_groups_add_up_and_are_in_alphabetical_order(history, truth):
    rows = csat.csat(history, WEEK, by="group")
    assert rows["n"].sum() == (truth["week"] == "2026-11-09").sum()
    assert list(rows["group"]) == sorted(rows["group"])


def test_a_trend_has_every_week_once_with_its_true_counts(history, truth):
    rows = csat.trend(history, until=WEEK, weeks=12).set_index("week")
    true = truth.groupby("week")["good"].agg(["sum", "size"])
    assert list(rows.index) == list(pd.date_range("2026-08-24", periods=12, freq="7D"))
    assert rows["good"].to_dict() == true["sum"].reindex(rows.index, fill_value=0).to_dict()
    assert rows["n"].to_dict() == true["size"].reindex(rows.index, fill_value=0).to_dict()


def test_only_the_simulated_bad_week_is_a_signal(history, account):
    rows = csat.trend(history, until="2026-W47", weeks=12)
    monday = pd.Timestamp(GroundTruth(account).effects.week_start).tz_localize(None)
    assert list(rows.loc[rows["signal"], "week"]) == [monday]
    assert rows.loc[rows["signal"], "verdict"].item() == Verdict.LOWER


def test_only_the_simulated_bad_week_fell_more_than_the_minimum_detectable_drop(history):
    rows = csat.trend(history, until="2026-W47", weeks=12)
    fell = rows["center"] - rows["estimate"] > rows["minimum_detectable_drop"]
    assert fell.tolist() == rows["signal"].tolist()
    assert csat.trend(history, until=WEEK, weeks=9, pool=4)["minimum_detectable_drop"].isna().all()


def test_the_variation_between_groups_is_compared_with_chance(history):
    rows = csat.compare(history, csat.period(history, WEEK).and_before(11), by="group")
    # Customers who rate several times make the rates vary a little more than chance.
    assert rows.attrs["phi"] == pytest.approx(overdispersion(rows["good"], rows["n"]).phi, rel=0.01)
    assert rows.attrs["phi"] < overdispersion(rows["good"], rows["n"]).phi
    assert "phi" not in csat.compare(history, WEEK).attrs


def test_pooled_points_contain_the_ratings_of_their_weeks(history):
    single = csat.trend(history, until=WEEK, weeks=12)
    pooled = csat.trend(history, until=WEEK, weeks=9, pool=4)
    assert pooled["n"].iloc[-1] == single["n"].iloc[-4:].sum()
    assert pooled["n"].iloc[0] == single["n"].iloc[:4].sum()
    assert not pooled["signal"].any()


def test_a_comparison_is_newcombes_where_weeks_vary_by_chance_and_customers_rate_once(history):
    row = csat.compare(history, "2026-W43", "2026-W42").iloc[0]
    assert row["ratings_per_customer"] < 1.1
    good_before = round(row["estimate_before"] * row["n_before"])
    low, high = confint_proportions_2indep(
        row["good"], row["n"], good_before, row["n_before"], method="newcomb", compare="diff"
    )
    assert row["change"] == pytest.approx(row["estimate"] - row["estimate_before"])
    assert (row["change_low"], row["change_high"]) == pytest.approx((low, high))


def test_the_simulated_fall_is_found_and_reported(history, account):
    label = f"{GroundTruth(account).effects.week_start:%G-W%V}"
    row = csat.compare(history, label).iloc[0]
    assert row["verdict"] == Verdict.LOWER
    headline = findings.compare_headline(row, where="All groups", span=csat.period(history, label))
    assert "satisfaction fell to" in headline


def test_more_rows_need_a_stricter_level(history):
    rows = csat.compare(history, "2026-W44", by="group", min_ratings=1)
    claims = pd.Series(matches(rows["verdict"], is_claim), rows.index)
    assert (claims <= ((rows["change_low"] > 0) | (rows["change_high"] < 0))).all()
    assert "about 1 in 100" in findings.compare_note(rows)


def test_a_row_with_few_ratings_is_not_judged(history):
    rows = csat.compare(history, WEEK, by="group", min_ratings=10_000)
    assert set(rows["verdict"]) == {Verdict.TOO_FEW}
    assert findings.compare_title(rows) == "Too few ratings to compare any group"


def test_the_simulated_worse_agent_differs_and_agents_are_not_ranked(history, account, truth):
    window = csat.period(history, "2026-W47").and_before(15)
    rows = csat.agents(history, window)
    names = history.table("agents").set_index("agent_id")["name"]
    worse = names[GroundTruth(account).worse_agent_id]
    outside = rows[matches(rows["verdict"], is_claim)]
    assert worse in set(outside["agent"])
    assert (rows.loc[rows["n"] < 20, "verdict"] == Verdict.TOO_FEW).all()
    assert list(rows["agent"]) == sorted(rows["agent"])


def test_agents_are_those_at_the_time_of_rating(history, truth):
    window = csat.period(history, "2026-W47").and_before(15)
    counts = csat.agents(history, window).set_index("agent")["n"]
    names = history.table("agents").set_index("agent_id")["name"]
    inside = truth[truth["week"] >= "2026-08-03"].dropna(subset="agent_id")
    inside = inside[inside["week"] <= "2026-11-16"]
    true = inside.groupby(inside["agent_id"].map(names)).size()
    assert counts.drop("unassigned", errors="ignore").to_dict() == true.to_dict()


def test_tickets_with_slow_replies_have_lower_ratings(history):
    window = csat.period(history, "2026-W47").and_before(15)
    bins = csat.time_and_rating(history, window, time="first_reply_minutes")
    found = csat.association(history, window, time="first_reply_minutes").set_index("method")
    assert (
        len(bins) == 5 and bins["n"].sum() + bins["missing"].iloc[0] == csat.csat(history, window)["n"].item()
    )
    assert bins["estimate"].iloc[0] > bins["estimate"].iloc[-1]
    assert found.loc["odds ratio per doubling, within groups", "verdict"] == Verdict.LOWER


def test_the_error_for_an_unknown_time_lists_the_valid_ones(history):
    with pytest.raises(UnknownChoice, match="first_reply_minutes"):
        csat.time_and_rating(history, WEEK, time="reply")


def test_the_response_rate_counts_every_offer_by_its_week(history, account):
    rows = csat.response_rate(history, until="2026-W47", weeks=16, now=NOW).set_index("week")
    offers = history.table("survey_responses")["offered_at"].dt.tz_convert(ZONE)
    inside = offers.between(
        pd.Timestamp("2026-08-03", tz=ZONE), pd.Timestamp("2026-11-23", tz=ZONE), inclusive="left"
    )
    assert rows["n"].sum() == inside.sum()
    assert (rows["answered"] <= rows["n"]).all()
    assert list(rows["still_open"]) == [False] * 15 + [True]


def test_the_distribution_holds_every_rating(history, truth):
    rows = csat.distribution(history, WEEK).set_index("rating")
    true = truth.loc[truth["week"] == "2026-11-09", "rating"].value_counts()
    assert rows["n"].to_dict() == true.reindex(range(1, 6), fill_value=0).to_dict()
    assert rows["share"].sum() == pytest.approx(1)


def test_reasons_are_shares_of_the_bad_ratings_that_gave_one(history, truth):
    window = csat.period(history, "2026-W47").and_before(15)
    rows = csat.reasons(history, window, window.before(4)).set_index("reason")
    bad = truth[(truth["rating_category"] == "bad") & truth["week"].between("2026-08-03", "2026-11-16")]
    assert rows.loc[rows["n"] > 0, "n"].to_dict() == bad["reason"].dropna().value_counts().to_dict()
    # This reason is offered by later versions of the survey only: the others are shares of the ratings without it.
    new, given = "I had to repeat myself to several people", bad["reason"].dropna()
    assert rows["of"].drop(new).eq((given != new).sum()).all()
    assert rows.loc[new, "n"] < rows.loc[new, "of"] < len(given)


def test_times_are_medians_with_an_interval_around_them(history):
    rows = csat.times(history, WEEK)
    assert list(rows["time"]) == ["first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes"]
    assert ((rows["low"] <= rows["estimate"]) & (rows["estimate"] <= rows["high"])).all()
    assert (rows["p90"] >= rows["estimate"]).all()


def test_follow_up_is_bad_ratings_with_unfinished_tickets_worst_first(history):
    window = csat.period(history, "2026-W47").and_before(15)
    rows = csat.follow_up(history, window)
    assert len(rows) > 3
    assert rows["rating"].is_monotonic_increasing and rows["rating"].max() <= 3
    assert (rows["status"].isin(["new", "open", "pending", "hold"]) | (rows["reopens"] > 0)).all()


def test_one_or_several_groups_can_be_chosen(history):
    both = csat.csat(history, WEEK, group=["Billing", "Returns"])["n"].item()
    alone = [csat.csat(history, WEEK, group=name)["n"].item() for name in ("Billing", "Returns")]
    assert both == sum(alone) > 0


def test_answers_about_an_empty_period_say_so(history):
    empty = csat.period(history, "2026-W47").before(40).before(4)
    now = csat.csat(history, empty).iloc[0]
    assert (now["n"], now["verdict"]) == (0, Verdict.TOO_FEW)
    assert np.isnan(now["estimate"])
    assert findings.csat_level(now) == "There are no ratings"
    assert csat.compare(history, empty, by="group").empty
    assert csat.agents(history, empty).empty
    assert csat.follow_up(history, empty).empty
    assert set(csat.times(history, empty)["verdict"]) == {Verdict.TOO_FEW}
    assert set(csat.association(history, empty)["verdict"]) == {Verdict.UNKNOWN}


def test_the_default_week_is_the_last_complete_one_of_the_account(history):
    today = dt.datetime.now(dt.UTC)
    last = csat.period(history)
    assert last.end <= today < last.end + dt.timedelta(days=7, hours=1)
    assert last.timezone == ZONE


@pytest.mark.parametrize("label", ["2019-W01", "2031-W01", "W46", "2026-W99"])
def test_a_week_that_does_not_exist_is_refused(label, history):
    with pytest.raises(CsatError, match="W"):
        csat.period(history, label)


def test_no_sentence_claims_a_cause():
    words = inspect.getsource(findings).lower()
    for claim in (
        "because of",
        "causes",
        "caused",
        "due to",
        "driver",
        "drives",
        "improves",
        "best agent",
        "worst agent",
    ):
        assert claim not in words

"""The contents of a generated account."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from support.api_client import NOW, TICKETS, Client

from csat_analysis import fake_zendesk
from csat_analysis.fake_zendesk import (
    ADMIN_OAUTH_TOKEN,
    Account,
    GroundTruth,
    make_account,
    serving,
)


def test_the_same_arguments_give_the_same_bytes_and_another_seed_does_not():
    def export(seed: int) -> bytes:
        client = fake_zendesk.create_app(make_account(tickets=200, seed=seed, now=NOW)).test_client()
        headers = {"Authorization": f"Bearer {ADMIN_OAUTH_TOKEN}"}
        paths = (
            f"{TICKETS}?start_time=0&include=metric_sets",
            "/guide/survey_responses?page[size]=100",
            "/tickets/9/audits",
        )
        return b"".join(client.get(f"/api/v2{path}", headers=headers).data for path in paths)

    assert export(1) == export(1)
    assert export(1) != export(2)


def test_the_default_account_has_about_three_thousand_open_and_twelve_hundred_answered_surveys(
    default_account: Account,
):
    answered = len(GroundTruth(default_account).ratings)

    assert 1100 < answered < 1350
    assert 2800 < len(GroundTruth(default_account).offers) - answered < 3250


def is_good(ratings: pd.DataFrame) -> pd.Series:
    return ratings["rating_category"] == "good"


def share_p_value(good: pd.Series, inside: pd.Series) -> float:
    """Return the p-value of Fisher's exact test that both shares of good ratings are equal."""
    inside = inside.fillna(False).astype(bool)
    table = [[(good & side).sum(), (~good & side).sum()] for side in (inside, ~inside)]
    return stats.fisher_exact(table).pvalue


def log_odds_ratio(good: pd.Series, inside: pd.Series) -> float:
    """Return how much higher the logit of a good rating is inside than outside."""
    inside = inside.fillna(False).astype(bool)
    shares = np.array([good[inside].mean(), good[~inside].mean()])
    return float(-np.diff(np.log(shares / (1 - shares)))[0])


def test_the_worse_agent_and_week_show_in_the_ratings(default_account: Account):
    ratings = GroundTruth(default_account).ratings
    effects = GroundTruth(default_account).effects
    good = is_good(ratings)
    start = effects.week_start
    worse = ratings["agent_id"] == GroundTruth(default_account).worse_agent_id
    week = ratings["submitted_at"].between(start, start + timedelta(days=7), inclusive="left")

    assert start.weekday() == 0
    assert start + timedelta(weeks=4) <= NOW
    assert share_p_value(good, worse) < 0.005
    assert share_p_value(good, week) < 0.005
    assert abs(log_odds_ratio(good, worse) - effects.agent[effects.worse_agent]) < 0.8
    assert abs(log_odds_ratio(good, week) - effects.week) < 0.8


def reply_and_rating(account: Account) -> tuple[np.ndarray, np.ndarray]:
    """Return first reply in minutes and rating of every rated ticket, read over HTTP."""
    with serving(account, limits=False) as url:
        ask = Client(url)
        metrics = {}
        body = ask.body(TICKETS, start_time=0, include="metric_sets")
        metrics |= {row["ticket_id"]: row for row in body["metric_sets"]}
        while not body["end_of_stream"]:
            body = ask.body(TICKETS, cursor=body["after_cursor"], include="metric_sets")
            metrics |= {row["ticket_id"]: row for row in body["metric_sets"]}
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id"])
    replies = [metrics[number]["reply_time_in_minutes"]["calendar"] for number in rated["ticket_id"]]
    return np.array(replies, float), rated["rating"].to_numpy()


def test_tickets_with_slow_first_replies_have_lower_ratings(default_account: Account):
    association = stats.spearmanr(*reply_and_rating(default_account))

    assert association.pvalue < 0.001
    assert -0.30 < association.statistic < -0.05


def test_an_account_without_effects_has_no_differences_beyond_chance():
    effects = GroundTruth(make_account(tickets=100, now=NOW, null=True)).effects
    assert effects.worse_agent is effects.week_start is None
    assert effects.week == effects.per_reply_doubling == effects.per_difficulty == effects.reopened == 0
    assert not (effects.agent.any() or effects.group.any() or effects.drift.any())

    p_values = []
    for seed in range(20):
        ratings = GroundTruth(make_account(tickets=2000, seed=seed, now=NOW, null=True)).ratings
        agents = pd.crosstab(ratings["group_id"].astype(float), is_good(ratings))
        weeks = pd.crosstab(ratings["submitted_at"].dt.day_of_year // 28, is_good(ratings))
        p_values += [stats.chi2_contingency(agents).pvalue, stats.chi2_contingency(weeks).pvalue]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_an_account_contains_conversations_reopenings_edits_deletions_and_hostile_texts(
    default_account: Account,
):
    ratings = GroundTruth(default_account).ratings
    tickets = default_account.tables.tickets
    comments = ratings["comment"].dropna()
    offers_per_ticket = ratings["ticket_id"].value_counts()

    # conversations
    assert ratings["ticket_id"].isna().sum() > 3
    # tickets without an assignee
    assert ratings["agent_id"].isna().sum() > 3
    # surveys that were answered again after a reopening
    assert (offers_per_ticket > 1).sum() > 3
    assert 10 < ratings["revisions"].sum() < 45
    assert 0.05 < (tickets["reopens"] > 0).mean() < 0.11
    assert 0.003 < tickets["deleted"].mean() < 0.02
    assert 0.10 < (tickets["agent_stations"] > 1).mean() < 0.20
    for hostile in ("<script", "onerror", "=cmd|", "@example.com", "\u202e"):
        assert comments.str.contains(hostile, regex=False).any(), hostile
    for scripts in (
        "[\u0600-\u06ff]",
        "[\u0590-\u05ff]",
        "[\u4e00-\u9fff]",
        "[\u3040-\u30ff]",
        "[\u0900-\u097f]",
    ):
        assert comments.str.contains(scripts).any(), scripts
    assert comments.str.len().max() > 1000


def test_a_former_agent_keeps_ratings_and_is_found_by_id_only(default_account: Account):
    client = fake_zendesk.create_app(default_account, limits=False).test_client()
    headers = {"Authorization": f"Bearer {ADMIN_OAUTH_TOKEN}"}

    def users(query: str) -> dict[int, dict]:
        body = client.get(f"/api/v2/users{query}", headers=headers).get_json()
        return {user["id"]: user for user in body["users"]}

    rated = GroundTruth(default_account).ratings["agent_id"].dropna()
    (former,) = set(rated) - set(users("?role[]=agent&page[size]=100"))
    found = users(f"/show_many?ids={former}")[former]

    assert (rated == former).sum() > 3
    assert (found["role"], found["active"], found["name"]) == ("end-user", False, "Bogdan Ionescu")


def test_one_agent_works_in_two_groups(default_account: Account):
    rated = GroundTruth(default_account).ratings.dropna(subset=["agent_id"])

    assert (rated.groupby("agent_id")["group_id"].nunique() == 2).sum() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"now": NOW.replace(tzinfo=None)}, "aware"),
        ({"tickets": 0}, "at least one"),
        ({"days": 0}, "at least one"),
    ],
)
def test_impossible_arguments_are_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        make_account(**arguments)

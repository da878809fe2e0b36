"""Lasting changes: found, told once, and known afterwards; limits start again there and at known changes."""

from __future__ import annotations

import datetime as dt
import random
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.history import History
from csat_analysis.history.answers import unchanged
from csat_analysis.history.rebases import add_rebase

pytestmark = pytest.mark.slow

WEEKLY = dt.timedelta(weeks=1)
WEEKS = 40


LEGACY = {"source": "legacy", "rating": None, "survey_id": None, "survey_version": None}


def fill(history: History, rates: dict[str, list[float]], *, n: int = 40, legacy: int = 0) -> None:
    """Store so many ratings a week and group, the last week being WEEK, with a little noise of fixed seed.

    legacy: so many weeks, the first ones, have legacy ratings.
    """
    chance = random.Random(12)
    made = []
    for group, by_week in rates.items():
        for place, rate in enumerate(by_week):
            good = round(n * rate) + chance.choice([-1, 0, 1])
            at = NOON - (len(by_week) - 1 - place) * WEEKLY
            offered, response = at - dt.timedelta(hours=20), LEGACY if place < legacy else None
            made.append(ratings(good, n - good, at=at, offered=offered, group=group, response=response))
    store(history, *made)


def weeks_ago(weeks: int) -> str:
    """Return the label of an earlier week."""
    return f"{(NOON - weeks * WEEKLY).isocalendar().year}-W{(NOON - weeks * WEEKLY).isocalendar().week:02}"


@pytest.fixture(scope="module")
def fallen_file(empty_file, tmp_path_factory) -> Path:
    """Return the file of a history in which Billing fell for good ten weeks ago, and Returns did not."""
    path = shutil.copy(empty_file, tmp_path_factory.mktemp("fallen") / "csat.duckdb")
    fill(History(str(path)), {"Billing": [0.9] * 30 + [0.7] * 10, "Returns": [0.85] * 40})
    return path


@pytest.fixture
def fallen(fallen_file, tmp_path) -> History:
    return History(str(shutil.copy(fallen_file, tmp_path / "csat.duckdb")), wait_seconds=5)


def test_a_fall_of_one_group_is_found_with_direction_date_and_sizes(fallen):
    rows = csat.lasting_changes(fallen, until=WEEK).set_index("group")
    billing = rows.loc["Billing"]
    assert billing["verdict"] == "lower" and not billing["other_survey"]
    since = pd.Timestamp(NOON.date()) - pd.Timedelta(weeks=9, days=2)
    assert billing["earliest"] <= since <= billing["latest"]
    assert billing["estimate_before"] == pytest.approx(0.9, abs=0.02)
    assert billing["estimate"] == pytest.approx(0.7, abs=0.03)
    assert rows.loc["Returns", "verdict"] == "no detectable difference"


def test_it_is_news_in_one_week_and_known_afterwards(fallen):
    with unchanged(fallen.location):
        judged = {weeks: csat.lasting_changes(fallen, until=weeks_ago(weeks)) for weeks in range(10)}
    news = [weeks for weeks, rows in judged.items() if rows.query("group == 'Billing'")["is_news"].any()]
    assert len(news) == 1
    told = judged[news[0]]
    assert "Billing lower since about " in findings.lasting_changes_short(told)
    later = judged[0]
    assert findings.lasting_changes_short(later) == ""
    sentence = findings.lasting_changes_title(later)
    assert "Billing: lower since about " in sentence and ", reported " in sentence
    assert " good before, " in sentence and sentence.endswith(" since")


def test_where_groups_changed_says_a_known_lasting_change_too(fallen):
    title = findings.compare_title(
        csat.compare(fallen, WEEK, by="group"), lasting=csat.lasting_changes(fallen, until=WEEK)
    )
    assert re.match(
        r"No group changed clearly \(less than about \d\d points would not show\); Billing lower since", title
    )
    assert title.count("Billing") == 1


def test_a_known_fall_is_no_alarm_of_the_chart_for_a_year(fallen):
    rows = csat.trend(fallen, by="group", until=WEEK, weeks=12).query("group == 'Billing'")
    assert not rows["signal"].tail(8).any()
    assert rows["center"].iloc[-1] == pytest.approx(0.7, abs=0.03)


def test_a_fall_of_everything_is_no_news_of_each_group(history):
    fill(history, {name: [0.9] * 30 + [0.7] * 10 for name in ("Billing", "Returns", "Voice")})
    rows = csat.lasting_changes(history, until=WEEK).set_index("group")
    assert rows.loc["all", "verdict"] == "lower"
    assert findings.lasting_changes_title(rows.reset_index()).count("lower since") == 1


def test_one_customer_who_rates_badly_every_week_is_no_lasting_change(history):
    weeks = [NOON - back * WEEKLY for back in range(WEEKS)]
    others = [ratings(26, 4, at=at) for at in weeks]
    of_one = [ratings(2, 6, at=at, response={"responder_id": 7}) for at in weeks[:10]]
    store(history, *others, *of_one)
    assert (
        findings.lasting_changes_title(csat.lasting_changes(history, until=WEEK)) == "No lasting change shows"
    )


def test_a_change_at_a_switch_to_another_survey_says_so(history):
    fill(history, {"Billing": [0.9] * 30 + [0.7] * 10}, legacy=30)
    rows = csat.lasting_changes(history, until=WEEK)
    assert rows["other_survey"].all()
    title = findings.lasting_changes_title(rows)
    caution = "Rates of different surveys can differ although customers are as satisfied"
    assert title.endswith(f" since (the survey changed, too). {caution}")


def test_the_fall_of_one_group_is_no_news_of_all_ratings(history):
    fill(history, {"Billing": [0.9] * 30 + [0.6] * 10, "Returns": [0.85] * 40})
    rows = csat.lasting_changes(history, until=WEEK).set_index("group")
    assert rows["verdict"].to_dict() == {
        "all": "lower",
        "Billing": "lower",
        "Returns": "no detectable difference",
    }
    assert rows["is_shared"].to_dict() == {"all": True, "Billing": False, "Returns": False}
    assert "All ratings" not in findings.lasting_changes_title(rows.reset_index())


def test_an_account_that_does_not_change_says_so(history):
    fill(history, {"Billing": [0.9] * WEEKS, "Returns": [0.8] * WEEKS})
    rows = csat.lasting_changes(history, until=WEEK)
    assert set(rows["verdict"]) == {"no detectable difference"}
    assert findings.lasting_changes_title(rows) == "No lasting change shows"


@pytest.mark.parametrize("rates", [{}, {"Billing": [0.9] * 5}, {"Billing": [1.0] * 11}])
def test_a_young_history_has_too_few_weeks(history, rates):
    fill(history, rates)
    store(history, ratings(0, 0, unanswered=1))
    rows = csat.lasting_changes(history, until=WEEK)
    assert set(rows["verdict"]) == {"too few weeks"}
    assert findings.lasting_changes_title(rows) == "There are too few weeks to see a lasting change"


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_all_good_or_all_bad_is_no_change(history, rate):
    store(
        history, *(ratings(round(40 * rate), round(40 * (1 - rate)), at=NOON - k * WEEKLY) for k in range(30))
    )
    rows = csat.lasting_changes(history, until=WEEK)
    assert set(rows["verdict"]) <= {"no detectable difference", "too few weeks"}


def test_a_week_that_is_not_over_is_not_judged(fallen):
    done = {"pull_id": "P", "started_at": NOON, "ended_at": NOON, "outcome": "done"}
    fallen.save({"pulls": [done]})
    trend = csat.trend(fallen, until=WEEK)
    assert trend["partial"].tolist() == [False] * 11 + [True]
    assert trend["verdict"].iloc[-1] == "not over yet"
    change = csat.compare(fallen, WEEK).iloc[0]
    assert change["verdict"] == "not over yet"
    headline = findings.compare_headline(change, where="All groups", span=csat.period(fallen, WEEK))
    early = "pulled on 11\u00a0Nov\u00a02026, before the week ended"
    assert headline == f"All groups, 9–15 Nov 2026: {early}; 64 of 80 ratings good so far"
    assert findings.compare_change(change) == f"not compared: {early}"
    by_group = findings.compare_title(csat.compare(fallen, WEEK, by="group"))
    assert by_group == f"No group is compared: {early}"
    assert csat.lasting_changes(fallen, until=WEEK).attrs["last_week"] < pd.Timestamp("2026-11-09")


def test_no_week_after_the_last_pull_is_judged(fallen):
    pulled = NOON - 2 * WEEKLY
    fallen.save({"pulls": [{"pull_id": "P", "started_at": pulled, "ended_at": pulled, "outcome": "done"}]})
    trend = csat.trend(fallen, until=WEEK)
    assert trend["partial"].tolist() == [False] * 9 + [True] * 3
    assert set(trend["verdict"].tail(3)) == {"not over yet"}
    last = csat.lasting_changes(fallen, until=WEEK).attrs["last_week"]
    assert last == pd.Timestamp(NOON.date()) - pd.Timedelta(weeks=3, days=2)


def test_a_group_whose_first_week_is_not_over_is_shown(fallen):
    store(fallen, ratings(9, 3, group="Voice"))
    fallen.save({"pulls": [{"pull_id": "P", "started_at": NOON, "ended_at": NOON, "outcome": "done"}]})
    voice = csat.trend(fallen, by="group", until=WEEK).query("group == 'Voice'")
    assert voice["n"].tolist() == [0] * 11 + [12]


@pytest.mark.parametrize("by", ["week", "day", "month"])
@pytest.mark.parametrize("question", [csat.trend, csat.lasting_changes])
def test_weeks_are_not_split_by_time(fallen, question, by):
    with pytest.raises(
        CsatError, match=f"^cannot split weeks by {by}: choose another dimension, such as group"
    ):
        question(fallen, by=by, until=WEEK)


def test_limits_and_changes_start_again_at_a_known_change(fallen):
    day = (NOON - 9 * WEEKLY).date()
    add_rebase(fallen, day.isoformat(), "New survey", group="Billing")
    rows = csat.lasting_changes(fallen, until=WEEK).set_index("group")
    assert rows.loc["Billing", "verdict"] != "lower"
    trend = csat.trend(fallen, by="group", until=WEEK).query("group == 'Billing'")
    assert trend["rebase"].tolist().count("New survey") == 1
    assert not trend["signal"].tail(9).any()
    assert (csat.trend(fallen, by="group", until=WEEK).query("group == 'Returns'")["rebase"] == "").all()
    pooled = csat.trend(fallen, by="group", until=WEEK, pool=4)
    known = pooled.loc[pooled["rebase"] != "", ["group", "rebase"]]
    assert known.values.tolist() == [["Billing", "New survey"]]


def test_pooled_points_hold_no_ratings_from_before_the_week_of_a_known_change(fallen):
    day = (NOON - 9 * WEEKLY).date()
    add_rebase(fallen, day.isoformat(), "New team", group="Billing")
    by_group = csat.trend(fallen, by="group", until=WEEK, pool=4).set_index("group")
    # The change is in the third of twelve rows: 40 ratings a week.
    assert by_group.loc["Billing", "n"].tolist() == [160, 160, 40, 80, 120] + [160] * 7
    assert by_group.loc["Returns", "n"].tolist() == [160] * 12
    billing = csat.trend(fallen, group="Billing", until=WEEK, pool=4)
    assert billing["n"].tolist() == by_group.loc["Billing", "n"].tolist()
    assert billing["rebase"].tolist().count("New team") == 1
    # All ratings have no new level when one of their groups has.
    assert csat.trend(fallen, until=WEEK, pool=4)["n"].tolist() == [320] * 12
    in_months = csat.trend(fallen, until=WEEK, every="month", weeks=3, pool=2, rebase=day)
    alone = csat.trend(fallen, until=WEEK, every="month", weeks=3)
    assert in_months["n"].iloc[0] == alone["n"].iloc[0] < in_months["n"].iloc[1]


def test_a_known_change_of_a_group_is_one_of_its_ratings_alone(fallen):
    store(fallen, ratings(5, 5, channel="Billing", group="Returns"))
    add_rebase(fallen, (NOON - 9 * WEEKLY).date().isoformat(), "New team", group="Billing")
    for pool in (1, 4):
        by_channel = csat.trend(fallen, by="channel", until=WEEK, pool=pool)
        assert set(by_channel["channel"]) == {"Billing", "email"} and (by_channel["rebase"] == "").all()
        of_billing = csat.trend(fallen, by="channel", group="Billing", until=WEEK, pool=pool)
        assert of_billing["rebase"].tolist().count("New team") == 1


def test_rebase_of_a_call_overrides_the_stored_ones(fallen):
    day = (NOON - 9 * WEEKLY).date()
    given = csat.lasting_changes(fallen, until=WEEK, rebase=day).set_index("group")
    assert given.loc["Billing", "verdict"] != "lower"
    add_rebase(fallen, day.isoformat(), "New survey")
    ignored = csat.lasting_changes(fallen, until=WEEK, rebase=[]).set_index("group")
    assert ignored.loc["Billing", "verdict"] == "lower"


def test_an_unknown_dimension_is_named(fallen):
    with pytest.raises(UnknownChoice, match="unknown dimension 'groop'"):
        csat.lasting_changes(fallen, by="groop")

"""The weekly report and the trends of one week never deny what the other one says, in accounts drawn at random."""

from __future__ import annotations

import datetime as dt
import random
import re

import pandas as pd
import pytest
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.history import History

HISTORY_WEEKS = 40
READ_WEEKS = 4
DENIALS = (
    "about as before",
    "too few to tell",
    "too few ratings to tell",
    "No new unusual week",
    "None of the",
)


def draw_account(history: History, seed: int) -> History:
    """Store weeks of few or many ratings, with crashes, good weeks, a lasting change and empty weeks."""
    chance = random.Random(seed)
    usual, later = chance.choice([(0.9, 0.75), (0.75, 0.9), (0.85, 0.85)])
    volume, begins = chance.choice([12, 60, 150]), chance.randrange(24, HISTORY_WEEKS)
    made = []
    for place in range(HISTORY_WEEKS):
        rate = usual if place < begins else later
        rate = chance.choices([rate, 0.5, 1.0], [10, 1, 1])[0]
        n = 0 if chance.random() < 0.05 else chance.randrange(volume // 2, 2 * volume)
        good = sum(chance.random() < rate for _ in range(n))
        at = NOON - dt.timedelta(weeks=HISTORY_WEEKS - 1 - place)
        group = chance.choice(["Billing", "Returns"])
        made.append(ratings(good, n - good, at=at, offered=at - dt.timedelta(hours=20), group=group))
    return store(history, *made)


def read_reports(
    history: History, label: str
) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Return the comparison, the chart and what the two reports of a week say of all ratings."""
    this = csat.period(history, label)
    trend = csat.trend(history, until=this)
    lasting = csat.lasting_changes(history, until=this)
    week = findings.compare_with_trend(csat.compare(history, this).iloc[0], trend)
    recent = this.and_before(3)
    month = csat.compare(history, recent, recent.before(8)).iloc[0]
    nobody = csat.compare(history, this, by="group").head(0)
    said = {
        "headline": findings.compare_headline(week, where="All groups", span=this, lasting=lasting),
        "summary": findings.compare_change(week),
        "trends": findings.compare_overview(month, nobody, nobody, week=week, lasting=lasting),
        "chart": findings.trend_title(trend),
        "news": findings.lasting_changes_news(lasting),
    }
    return week, trend, lasting, said


def directions(text: str) -> set[int]:
    """Return the directions that a sentence claims for the week."""
    certain = re.sub(r"possibly (lower|higher)", "", text.partition("reported before")[0])
    words = {
        -1: r"\bfell\b|\blower\b|unusually low|less than ordinary",
        1: r"\brose\b|\bhigher\b|unusually high",
    }
    return {way for way, pattern in words.items() if re.search(pattern, certain)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_no_report_of_a_week_denies_what_another_says(history, seed):
    draw_account(history, seed)
    last = csat.period(history, WEEK)
    for label in [last.before(back).label if back else WEEK for back in range(READ_WEEKS)]:
        week, trend, lasting, said = read_reports(history, label)
        if said["news"] and week["verdict"] != "not over yet":
            assert findings.lasting_changes_short(lasting) in said["headline"], said
        alarm = trend.iloc[-1]
        if alarm["is_news"]:
            way = -1 if alarm["estimate"] < alarm["center"] else 1
            for name in ("headline", "summary", "trends"):
                assert way in directions(said[name]) or week["verdict"] in ("lower", "higher"), said
            assert not any(denial in said["headline"] + said["summary"] for denial in DENIALS), said
        if week["verdict"] in ("lower", "higher"):
            way = -1 if week["verdict"] == "lower" else 1
            assert all(way in directions(said[name]) for name in ("headline", "summary", "trends")), said


def test_a_low_week_is_in_every_headline_though_the_comparison_is_not_sure(history):
    made = [ratings(46, 4, at=NOON - dt.timedelta(weeks=back), group="Billing") for back in range(5, 40)]
    before = ratings(11, 4, at=NOON - dt.timedelta(weeks=2), group="Billing")
    store(history, *made, before, ratings(18, 14, group="Billing"))
    week, trend, lasting, said = read_reports(history, WEEK)
    assert trend["is_news"].iloc[-1] and week["verdict"] not in ("lower", "higher")
    assert "an unusually low week, 56\xa0% of 32 ratings good, usually 9" in said["headline"]
    # The four weeks together fell, so that the last week is no second thought.
    assert said["trends"] == "Satisfaction fell from 92\xa0% to 62\xa0% of 47"
    assert "unusually low" in said["summary"]

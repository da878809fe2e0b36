"""The headline, the summary and the trends of a week say the same, in accounts with and without planted changes."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from conftest import ACCOUNT, ZONE
from support.long_tests import long_test
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.history import History
from csat_analysis.history.answers import unchanged

pytestmark = pytest.mark.slow

HISTORY_WEEKS = 24
READ_WEEKS = 2
PER_AGENT = 25
AGENTS = {1: "Billing", 2: "Billing", 3: "Billing", 4: "Returns", 5: "Returns", 6: "Returns"}
NAMES = [{"agent_id": number, "name": f"Agent {number}"} for number in AGENTS]
# Weeks ago, agent -> rate of good ratings. Billing has 90 %, Returns 84 % where nothing is planted.
Rate = Callable[[int, int], float]


def usual(agent: int) -> float:
    return 0.9 if AGENTS[agent] == "Billing" else 0.84


ACCOUNTS: dict[str, Rate] = {
    "nothing changes": lambda ago, agent: usual(agent),
    "a group falls": lambda ago, agent: 0.6 if ago < 3 and agent <= 3 else usual(agent),
    "a week falls": lambda ago, agent: 0.6 if ago == 1 else usual(agent),
    "an agent is lower": lambda ago, agent: 0.64 if agent == 2 else usual(agent),
    "a run of low weeks": lambda ago, agent: 0.72 if ago < 5 else usual(agent),
    "few ratings": lambda ago, agent: usual(agent),
    "unfinished": lambda ago, agent: usual(agent),
}


class Reports(NamedTuple):
    """What the weekly report and the trends say in one week."""

    headline: str
    summary: str
    groups: str
    agents: str
    chart: str
    lasting: str
    overview: str
    changed_agents: str


def fill(history: History, name: str) -> History:
    """Store an account, its last week being WEEK, with a little noise of fixed seed."""
    chance = random.Random(name)
    n = 1 if name == "few ratings" else PER_AGENT
    made = []
    for ago in range(HISTORY_WEEKS):
        at = NOON - dt.timedelta(weeks=ago)
        for agent, group in AGENTS.items():
            good = round(n * ACCOUNTS[name](ago, agent)) + chance.choice([-1, 0, 0, 1]) * (n > 1)
            good = min(n, good)
            made.append(
                ratings(good, n - good, at=at, offered=at - dt.timedelta(hours=20), group=group, agent=agent)
            )
    pulled = NOON if name == "unfinished" else NOON + dt.timedelta(days=9)
    pull = {"pull_id": "P", "started_at": pulled, "ended_at": pulled, "outcome": "done"}
    return store(history, *made, agents=NAMES, pulls=[pull])


def read(history: History, this: csat.Period) -> Reports:
    """Ask and write as the two notebooks do. As in a report, the history is `unchanged` meanwhile."""
    trend, lasting = csat.trend(history, until=this), csat.lasting_changes(history, until=this)
    week = findings.compare_with_trend(csat.compare(history, this).iloc[0], trend)
    by_group = csat.compare(history, this, by="group")
    recent = this.and_before(3)
    earlier = recent.before(8)
    month = csat.compare(history, recent, earlier).iloc[0]
    month_groups, month_agents = (csat.compare(history, recent, earlier, by=by) for by in ("group", "agent"))
    return Reports(
        findings.compare_headline(week, where="All groups", span=this, by_group=by_group, lasting=lasting),
        findings.compare_change(week),
        findings.compare_title(by_group),
        findings.agents_title(csat.agents(history, this.and_before(11))),
        findings.trend_title(trend),
        findings.lasting_changes_title(lasting),
        findings.compare_overview(month, month_groups, month_agents, week=week, lasting=lasting),
        findings.compare_title(month_agents, "agent"),
    )


SHORT = ("a group falls",)


@pytest.fixture(
    scope="module",
    params=[name if name in SHORT else long_test(name) for name in ACCOUNTS],
)
def account(request, tmp_path_factory) -> tuple[str, list[Reports]]:
    """Return what the reports of the last weeks of an account say, the last week first."""
    history = History(str(tmp_path_factory.mktemp("account") / "csat.duckdb"))
    history.create_or_migrate(ACCOUNT, ZONE)
    fill(history, request.param)
    last = csat.period(history, WEEK)
    weeks = [last, *(csat.period(history, last.before(back).label) for back in range(1, READ_WEEKS))]
    with unchanged(history.location):
        return request.param, [read(history, week) for week in weeks]


def directions(text: str) -> set[int]:
    """Return the directions that a sentence claims."""
    certain = re.sub(
        r"possibly (lower|higher)|points lower to show", "", text.partition("reported before")[0]
    )
    words = {
        -1: r"\bfell\b|\blower\b|unusually low",
        1: r"\brose\b|\bhigher\b|unusually high",
    }
    return {way for way, pattern in words.items() if re.search(pattern, certain)}


@pytest.mark.slow
def test_no_sentence_denies_another(account):
    name, reports = account
    for said in reports:
        claims = directions(said.headline) | directions(said.summary) | directions(said.overview)
        assert len(claims) < 2 or name == "a run of low weeks", said
        if "fell" in said.headline or "unusually low" in said.headline:
            assert -1 in directions(said.summary) | directions(said.groups), said
            assert -1 in directions(said.overview), said
        if directions(said.summary):
            assert directions(said.summary) <= directions(said.headline), said


@pytest.mark.slow
def test_headlines_have_two_clauses_at_most_and_name_no_change_twice(account):
    _, reports = account
    for said in reports:
        for headline in (said.headline, said.overview):
            assert headline.count("; ") <= 1, headline
            assert not ("ll ratings lower" in headline and "Billing" in headline), headline


@pytest.mark.slow
def test_what_was_planted_is_said_and_nothing_else(account):
    name, reports = account
    last = reports[0]
    everything = " ".join(" ".join(said) for said in reports)
    if name in ("nothing changes", "few ratings", "unfinished"):
        assert not directions(everything), everything
    if name == "a group falls":
        assert "Billing" in last.headline and "Billing" in last.overview
        assert "Returns fell" not in everything and "All ratings" not in everything
    if name == "a week falls":
        assert -1 in directions(reports[1].headline) and -1 in directions(reports[1].overview)
        assert not directions(last.headline) and "reported before" in last.chart
    if name == "a run of low weeks":
        assert re.search("all ratings lower since|All ratings: lower since", everything)
    if name == "few ratings":
        assert "too few ratings" in last.headline.lower() and "%" not in last.headline
    if name == "unfinished":
        early = "ulled on 11\xa0Nov\xa02026, before the week ended"
        assert early in last.headline and early in last.summary


@pytest.mark.slow
def test_agents_are_named_only_for_their_own_ratings(account):
    name, reports = account
    for said in reports:
        assert said.changed_agents.startswith(("No agent", "Too few"))
        if name == "an agent is lower":
            assert said.agents.startswith("Agent 2 (Billing): ") and said.agents.count("Agent ") == 1
        else:
            assert said.agents.startswith(("Between agents", "No agent"))


def test_a_low_week_is_in_every_headline_though_the_comparison_is_not_sure(history):
    made = [ratings(46, 4, at=NOON - dt.timedelta(weeks=back), group="Billing") for back in range(5, 40)]
    before = ratings(11, 4, at=NOON - dt.timedelta(weeks=2), group="Billing")
    store(history, *made, before, ratings(18, 14, group="Billing"))
    with unchanged(history.location):
        said = read(history, csat.period(history, WEEK))
    assert "an unusually low week, 56\xa0% of 32 ratings good, usually 9" in said.headline
    assert "unusually low" in said.summary
    # The four weeks together fell, so that the last week is no second thought.
    assert said.overview == "Satisfaction fell from 92\xa0% to 62\xa0% of 47"

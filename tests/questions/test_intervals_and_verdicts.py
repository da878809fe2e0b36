"""No interval that is drawn or printed contradicts the verdict beside it, and repeat customers widen all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import ARGUMENTS, first_period, question_names
from support.long_tests import long_test
from support.rating_factory import GROUPS, NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import charts
from csat_analysis.history import History
from csat_analysis.verdicts import Verdict, direction, do_differ, is_claim, is_possible, matches

pytestmark = pytest.mark.slow

HISTORY_WEEKS, READ = 26, (0, 5)
AGENTS, CRASH = 9, 3
CHANNELS, REASONS = ("email", "chat", "phone"), ("slow", "unkind", "wrong")
EASY = ("Yes", "Partly", "No")
NAMES = [{"agent_id": number, "name": f"Agent {number:02}"} for number in range(1, AGENTS + 1)]
# Arguments with which a question has intervals about the week of the test.
MORE: dict[str, dict[str, Any]] = {
    "compare": {"by": "group"},
    "response_rate": {"weeks": 2, "now": NOON + dt.timedelta(days=30)},
    "csat": {"by": "group"},
}
# What is asked in every run of the tests.
SHORT = ("compare by group", "reasons", "compare", "explain_change")
# Questions without intervals, or whose own tests have customers who answer several times.
WITHOUT_INTERVALS = {
    *("follow_up", "call_backs", "comment_terms", "adjusted_differences", "case_mix", "simpson_check"),
    "lasting_changes",
}
NOT_INTERVALS = ("csat_low", "limit_low", "low_minutes", "chance_low")
# What is neutral, the ends of the interval that is shown, per question.
Ask = Callable[[History, str], pd.DataFrame]
SHOWN: dict[str, tuple[Ask, float, str]] = {
    "compare": (lambda history, week: csat.compare(history, week), 0, "change"),
    "compare by group": (lambda history, week: csat.compare(history, week, by="group"), 0, "change"),
    "compare by agent": (lambda history, week: csat.compare(history, week, by="agent"), 0, "difference"),
    "reasons": (lambda history, week: csat.reasons(history, week), 0, "change"),
    "times": (lambda history, week: csat.times(history, week), 0, "change"),
    "low_ratings": (lambda history, week: csat.low_ratings(history, week, by="channel"), 0, "difference"),
    "case_mix": (lambda history, week: csat.case_mix(history, week), 1, ""),
    "simpson_check": (lambda history, week: csat.simpson_check(history, week), 1, ""),
    "rank correlation": (lambda history, week: csat.association(history, week).head(1), 0, ""),
    "odds ratios": (lambda history, week: csat.association(history, week).tail(2), 1, ""),
}


@pytest.fixture(scope="module")
def restless(tmp_path_factory) -> History:
    """Return a history in which rates of groups, agents, channels and weeks, times and reasons all vary at random."""
    rng = np.random.default_rng(12)
    history = History(str(tmp_path_factory.mktemp("restless") / "csat.duckdb"))
    history.create_or_migrate(ACCOUNT, ZONE)
    made = (row for weeks_ago in range(HISTORY_WEEKS) for row in week_of(rng, weeks_ago))
    pulled = NOON + dt.timedelta(days=20)
    pull = {"pull_id": "P", "started_at": pulled, "ended_at": pulled, "outcome": "done"}
    return store(history, *made, agents=NAMES, pulls=[pull])


def week_of(rng: np.random.Generator, weeks_ago: int) -> Iterator[list]:
    """Yield the ratings of a week: 5 to 15 of each agent. In one of the weeks ratings crash."""
    shift = rng.normal(0, 0.03) - 0.35 * (weeks_ago == CRASH)
    for agent in range(1, AGENTS + 1):
        group = list(GROUPS)[agent % 3]
        rate = np.clip(0.85 + shift + 0.05 * (agent % 3) - 0.25 * (agent in (4, 8)), 0.2, 0.98)
        for _ in range(rng.integers(5, 16)):
            good = rng.random() < rate
            minutes = int(rng.lognormal(4 - good, 1)) + 1
            ticket = {
                "channel": CHANNELS[rng.integers(3) if good else rng.integers(2)],
                "first_reply_minutes": minutes,
                "requester_wait_minutes": 2 * minutes,
                "full_resolution_minutes": 5 * minutes + rng.integers(9),
            }
            response = {
                "responder_id": int(rng.integers(1, 4000)),
                "reason": None if good else REASONS[rng.integers(3)],
            }
            at = NOON - dt.timedelta(weeks=weeks_ago)
            yield ratings(
                int(good), int(not good), agent=agent, group=group, at=at, response=response, **ticket
            )


def ends_of(rows: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    low, high = (rows["_".join(filter(None, [name, end]))] for end in ("low", "high"))
    return low, high


@pytest.mark.parametrize("question", [name if name in SHORT else long_test(name) for name in SHOWN])
def test_an_interval_excludes_what_is_neutral_exactly_where_the_verdict_says_lower_or_higher(
    restless, question
):
    ask, neutral, name = SHOWN[question]
    for weeks_ago in READ:
        rows = ask(restless, csat.period(restless, WEEK).before(weeks_ago + 1).label if weeks_ago else WEEK)
        low, high = ends_of(rows, name)
        side = np.where(low > neutral, 1, np.where(high < neutral, -1, 0))
        claims = matches(rows["verdict"], lambda one: is_claim(one) or is_possible(one))
        open_pairs = matches(rows["verdict"], do_differ)
        said = np.array([direction(one) for one in rows["verdict"]])
        assert (said[claims] == side[claims]).all(), rows
        none = [Verdict.NO_DIFFERENCE, Verdict.NO_ASSOCIATION]
        assert (side[rows["verdict"].isin(none)] == 0).all(), rows
        assert (side[open_pairs] != 0).all(), rows


def test_weeks_lie_outside_their_limits_exactly_where_the_verdict_says_so(restless):
    rows = csat.trend(restless, until=WEEK, weeks=HISTORY_WEEKS, by="group")
    outside = (rows["estimate"] < rows["limit_low"]) | (rows["estimate"] > rows["limit_high"])
    said = matches(rows["verdict"], lambda one: direction(one) != 0)
    assert said.any() and not said.all()
    assert (outside == said).all()


def test_no_limit_is_drawn_for_weeks_with_too_few_ratings_to_be_judged(history):
    weeks = [ratings(9, 1, at=NOON - dt.timedelta(weeks=back)) for back in range(1, 20)]
    rows = csat.trend(store(history, *weeks, ratings(0, 6)), until=WEEK)
    last = rows.iloc[-1]
    assert last["verdict"] == Verdict.TOO_FEW
    assert np.isnan([last["limit_low"], last["limit_high"]]).all()


@pytest.mark.parametrize("back", [1, 4, 12])
def test_no_dot_of_the_funnel_contradicts_its_verdict(restless, back):
    rows = csat.agents(restless, csat.period(restless, WEEK).and_before(back - 1))
    limits = csat.agent_limits(rows).set_index("agent")
    shown = rows.set_index("agent").loc[limits.index]
    outside = ~shown["difference"].between(limits["low"], limits["high"])
    differ = matches(shown["verdict"], lambda one: is_claim(one) or do_differ(one))
    assert (outside == differ).all()
    assert len(limits) == AGENTS or back == 1
    axes = charts.funnel(rows, csat.agent_limits(rows), title="").figure.axes[0]
    bars, dots, _, rings = axes.collections
    drawn = {segment[0][0]: segment[:, 1] for segment in bars.get_segments()}
    beyond = [dot for dot in dots.get_offsets() if not drawn[dot[0]][0] <= dot[1] <= drawn[dot[0]][1]]
    assert len(drawn) < AGENTS or sorted(map(tuple, beyond)) == sorted(map(tuple, rings.get_offsets()))


def intervals_of(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the width of each interval of an answer, by the name of its lower end."""
    lower = [name for name in rows if name.endswith("low") and name not in NOT_INTERVALS]
    lower += [name for name in rows if name == "low_before"]
    return {name: (rows[name.replace("low", "high")] - rows[name]).astype(float) for name in lower}


def same_ratings(folder: Path, kinds_are_customers: bool) -> History:
    """Return a history of weeks with the same ratings of 12 kinds; each kind is one customer, or each rating."""
    history = History(str(folder / "csat.duckdb"))
    history.create_or_migrate(ACCOUNT, ZONE)
    made: list[list] = []
    for weeks_ago in range(14):
        at = NOON - dt.timedelta(weeks=weeks_ago)
        for place in range(96):
            kind = place % 12
            customer = kind if kinds_are_customers else 1000 + len(made)
            made.append(rating_of(kind, place // 12, at, customer + 1))
            made.append(ratings(0, 0, unanswered=1, at=at, response={"responder_id": 100_000 + customer}))
    asked = {"question_id": "E", "headline": "Was it easy?", "question_type": "closed_ended"}
    given = [
        {
            "response_id": f"R{number:05}",
            "answer_type": "closed_ended",
            "selections": [EASY[number % 24 // 8]],
        }
        for number in range(1, len(made), 2)
    ]
    return store(history, *made, agents=NAMES, survey_answers=[asked | one for one in given])


def rating_of(kind: int, turn: int, at: dt.datetime, customer: int) -> list:
    """Return a rating: what it says depends on its kind only, who works on it on its turn."""
    is_bad = kind % 3 == 0
    ticket = {
        **dict.fromkeys(("first_reply_minutes", "requester_wait_minutes"), 5 + 40 * is_bad + 3 * kind),
        "full_resolution_minutes": 100 + 400 * is_bad + 7 * kind,
        "channel": CHANNELS[turn % 2],
        "tags": ["vip"] if kind % 2 else [],
    }
    response = {"responder_id": customer, "reason": REASONS[kind % 2] if is_bad else None}
    held = {"agent": 1 + turn % 6, "group": ("Billing", "Returns")[turn % 2]}
    return ratings(int(not is_bad), int(is_bad), at=at, response=response, **held, **ticket)


@pytest.fixture(scope="module")
def alike(tmp_path_factory) -> tuple[History, History]:
    """Return histories with the same ratings: by few customers, and by different ones."""
    folders = (tmp_path_factory.mktemp(name) for name in ("few", "many"))
    few, many = (same_ratings(folder, each) for folder, each in zip(folders, (True, False), strict=True))
    return few, many


@pytest.mark.parametrize("name", [name if name in SHORT else long_test(name) for name in question_names()])
def test_few_customers_widen_every_interval_of_every_question(alike, name):
    arguments = {first_period(name): WEEK, **ARGUMENTS.get(name, {}), **MORE.get(name, {})}
    few, many = (getattr(csat, name)(history, **arguments) for history in alike)
    widths, narrow = intervals_of(few), intervals_of(many)
    wider = []
    for end, width in widths.items():
        compared = pd.DataFrame({"few": width, "many": narrow[end]}).dropna()
        assert (compared["few"] >= compared["many"] * (1 - 1e-9)).all(), (end, compared)
        wider.append((compared["few"] > compared["many"] * (1 + 1e-9)).any())
    assert any(wider) or name in WITHOUT_INTERVALS

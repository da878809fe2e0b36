"""Real answers of every question about a fixed history, for tests of findings and charts."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from functools import cache
from itertools import cycle
from pathlib import Path

import pandas as pd

import csat_analysis as csat
from csat_analysis.history import History
from support.rating_factory import NOON, WEEK, ratings, store

ACCOUNT, ZONE = "https://acme.zendesk.com", "Europe/Berlin"
WEEKS = 26
REPLY = "first_reply_minutes"
# Slower replies have more bad ratings: (minutes until the first reply, every how many weeks one of them is bad).
PARTS = ((4, 20), (18, 9), (60, 5), (240, 3), (900, 1))
TARGETS = "dimension,value,target\ngroup,Billing,0.3\nchannel,email,0.95\ngroup,Voice,0.9\n"
EASY = ("Yes", "Partly", "No")
REASONS = ("Too slow", "Not resolved", "I had to repeat myself")
COMMENTS = {
    "good": ("Friendly agent, quick reply", "Refund came early", None),
    "bad": ("Slow reply", "Refund late, no reply", "Late again, slow agent", None),
    None: (None,),
}
PULLED = pd.Timestamp("2026-11-23 06:00", tz="UTC")


@cache
def fixed_answers() -> dict[str, pd.DataFrame]:
    """Return the answers by the name of their question, of an account in which some things differ.

    In the last week the ratings of Billing fall. In Returns, where Ben answers e-mails, ratings are lower than
    elsewhere. Voice has too few ratings for a verdict.
    """
    with tempfile.TemporaryDirectory() as folder:
        history = _history(Path(folder) / "csat.duckdb")
        history.target, history.targets = 0.6, Path(folder) / "csat_targets.csv"
        history.targets.write_text(TARGETS, "utf-8")
        return _ask(history)


def _history(path: Path) -> History:
    history = History(str(path))
    history.create_or_migrate(ACCOUNT, ZONE)
    pull = {"pull_id": "P", "started_at": PULLED, "ended_at": PULLED, "outcome": "done"}
    agents = [{"agent_id": 4, "name": "Dee"}]
    weeks = (rows for weeks_ago in range(WEEKS) for rows in _week(weeks_ago))
    given = [*map(_answer, range(1, 120))]
    return store(history, _with_comments(weeks), pulls=[pull], agents=agents, survey_answers=given)


def _with_comments(several: Iterable[list]) -> list:
    """Return all rows, the responses with the comments of their category in turn."""
    in_turn = {category: cycle(texts) for category, texts in COMMENTS.items()}
    return [
        (ticket, {**body, "comment": next(in_turn.get(body["rating_category"], in_turn[None]))})
        for rows in several
        for ticket, body in rows
    ]


def _answer(number: int) -> dict[str, object]:
    """Return an answer to a question beside the one about satisfaction."""
    chosen = EASY[number % 7 % 3]
    question = {"question_id": "E", "headline": "Was it easy?", "question_type": "closed_ended"}
    return {"response_id": f"R{number:05}", **question, "answer_type": "closed_ended", "selections": [chosen]}


def _week(weeks_ago: int) -> list[list]:
    at = NOON - dt.timedelta(weeks=weeks_ago)
    rows = []
    for place, (minutes, every) in enumerate(PARTS):
        bad = int((weeks_ago + place) % every == 0)
        ticket = {
            "at": at,
            REPLY: minutes + weeks_ago % 3,
            "requester_wait_minutes": 3 * minutes,
            "full_resolution_minutes": 9 * minutes if weeks_ago else minutes,
            "reopens": int(weeks_ago % 2 == 0),
            "unanswered": 3,
        }
        reason = {"reason": REASONS[(weeks_ago + place) % 2]}
        new_reason = reason if weeks_ago else {"reason": REASONS[2], "survey_version": 2}
        fallen = 0 if weeks_ago else place
        rows += [
            ratings(2, fallen - fallen // 2, agent=1, channel="chat", response=new_reason, **ticket),
            ratings(4 - bad, bad + fallen, agent=3, channel="email", response=new_reason, **ticket),
            ratings(
                2, fallen // 2, agent=4, channel="chat", response=new_reason, **(ticket | {"unanswered": 0})
            ),
            ratings(3, 1 + bad, agent=2, group="Returns", channel="email", response=reason, **ticket),
        ]
    rows.append(ratings(int(weeks_ago < 6), 0, at=at, agent=None, group="Voice", channel="api"))
    return [*rows, ratings(1, 1, at=at, agent=None, group="Voice", channel="voice", neutral=1)]


def _ask(history: History) -> dict[str, pd.DataFrame]:
    week = csat.period(history, WEEK)
    quarter = week.and_before(11)
    agents = csat.agents(history, quarter)
    return {
        "csat": csat.csat(history, WEEK),
        "trend": csat.trend(history, until=WEEK, weeks=WEEKS),
        "group_trends": csat.trend(history, until=WEEK, by="group"),
        "compare": csat.compare(history, WEEK),
        "compare_groups": csat.compare(history, WEEK, by="group"),
        "compare_agents": csat.compare(history, WEEK, by="agent"),
        "answers": csat.answers(history, WEEK),
        "explain_change": csat.explain_change(history, WEEK),
        "distribution": csat.distribution(history, WEEK),
        "agents": agents,
        "agent_limits": csat.agent_limits(agents),
        "time_and_rating": csat.time_and_rating(history, quarter, time=REPLY),
        "group_bins": csat.time_and_rating(history, quarter, time=REPLY, by="group", bins=3),
        "association": csat.association(history, quarter, time=REPLY),
        "simpson_check": csat.simpson_check(history, quarter, time=REPLY),
        "times": csat.times(history, WEEK),
        "targets": csat.targets(history, WEEK),
        "reasons": csat.reasons(history, WEEK),
        "comment_terms": csat.comment_terms(history, quarter),
        "low_ratings": csat.low_ratings(history, quarter, by="channel"),
        "adjusted_differences": csat.adjusted_differences(history, quarter, by=["group", "channel", REPLY]),
        "case_mix": csat.case_mix(history, quarter, by="group"),
        "response_rate": csat.response_rate(history, until=WEEK),
        "follow_up": csat.follow_up(history, WEEK),
        "call_backs": csat.call_backs(history, until=WEEK),
    }

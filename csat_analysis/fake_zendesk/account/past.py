"""Draws the whole past of the account: tickets, surveys and the log of events, all in agreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from . import events as log
from .answers import answer_offers, draw_offers
from .effects import Effects
from .legacy import draw_legacy, legacy_events
from .people import home_group_of
from .records import (
    ASSIGNED,
    COMMENTED,
    CREATED,
    HOLDER,
    NEVER,
    NOBODY,
    OFFERED,
    REGROUPED,
    STATUS,
)
from .tickets import CLOSE_AFTER_DAYS, DAY, another_agent, draw_tickets

LATE_REASSIGNED_SHARE = (
    0.02  # of the rated tickets, after the rating: the assignee is not the one who was rated
)
DELETED_SHARE = 0.01
SYSTEM_TOUCHED_SHARE = 0.05  # generated_timestamp later than updated_at
LEGACY_REASSIGNED_SHARE = 0.15


class Past(NamedTuple):
    """Rows of TICKET, RESPONSE and EVENT, and of LEGACY, ratings of the old CSAT."""

    tickets: np.ndarray
    responses: np.ndarray
    events: np.ndarray
    legacy: np.ndarray


def draw_past(
    rng: np.random.Generator,
    created: np.ndarray,
    *,
    customers: int,
    loads: np.ndarray,
    agent_left: int,
    effects: Effects,
    revised_ms: int,
    now: int,
    legacy_ratings: int,
) -> Past:
    """Everything that happened to tickets created at `created` (sorted epoch seconds) until `now`.

    loads: share of the tickets per agent; revised_ms: when version 2 of the survey replaced version 1.
    """
    tickets, former = draw_tickets(
        rng, created, customers=customers, loads=loads, agent_left=agent_left, now=now
    )
    events = log.ticket_events(rng, tickets, former)
    legacy = draw_legacy(rng, tickets, legacy_ratings, now=now)
    tickets["score"][legacy["ticket"]] = legacy["score"]
    is_legacy_only = legacy_ratings >= len(tickets)
    since = now if is_legacy_only else tickets["first_solved"][legacy["ticket"]].max(initial=NEVER)
    responses = draw_offers(rng, tickets, since=since, now=now)
    responses["version"] = np.where(responses["offered_ms"] < revised_ms, 1, 2)
    answer_offers(rng, tickets, responses, effects=effects, now=now)
    events += legacy_events(legacy) + log.survey_events(responses, tickets["score"])
    _score(tickets, responses)
    for rows, rated_at, share in _rated(tickets, responses, legacy):
        events += _reassign_late(rng, tickets, rows, rated_at, share=share, loads=loads, now=now)
    in_order = log.in_order(events)
    stamp(tickets, in_order)
    np.maximum.at(tickets["updated"], *_edits(responses))
    _touch_and_delete(rng, tickets, now=now)
    return Past(tickets, responses, in_order, legacy)


def stamp(tickets: np.ndarray, events: np.ndarray) -> None:
    """Sets, in place, the times and counters of the tickets that follow from their events."""
    for column, kinds in (
        ("updated", None),
        ("status_updated", (CREATED, STATUS)),
        ("commented", (CREATED, COMMENTED)),
    ):
        seen = events if kinds is None else events[np.isin(events["kind"], kinds)]
        np.maximum.at(tickets[column], seen["ticket"], seen["time"])
    for column, kind in (("agent_stations", ASSIGNED), ("group_stations", REGROUPED)):
        moves = np.bincount(events["ticket"][events["kind"] == kind], minlength=len(tickets))
        tickets[column] += moves.astype("i2")
    tickets["generated"] = tickets["updated"]


def _score(tickets: np.ndarray, responses: np.ndarray) -> None:
    """The score left by each ticket's latest survey; responses are sorted by offer, so the last one wins."""
    row = np.flatnonzero(responses["ticket"] != NOBODY)
    response = responses[row]
    rated = response["rating"] > 0
    tickets["score"][response["ticket"]] = np.where(rated, log.scores_of(response["rating"]), OFFERED)
    tickets["response"][response["ticket"]] = np.where(rated, row, NEVER)


def _rated(tickets: np.ndarray, responses: np.ndarray, legacy: np.ndarray) -> Iterator[tuple]:
    """(tickets, when rated, share of them reassigned later) of the surveys and of the old CSAT."""
    surveyed = np.flatnonzero((tickets["response"] != NEVER) & (tickets["agent"] != NOBODY))
    yield surveyed, responses["submitted_ms"][tickets["response"][surveyed]] // 1000, LATE_REASSIGNED_SHARE
    rated = legacy[legacy["submitted"] != NEVER]
    shown = tickets[rated["ticket"]]  # of those, the ones that no survey followed
    rated = rated[
        (shown["score"] == rated["score"]) & (shown["response"] == NEVER) & (shown["agent"] != NOBODY)
    ]
    yield rated["ticket"], rated["submitted"], LEGACY_REASSIGNED_SHARE


def _reassign_late(
    rng: np.random.Generator,
    tickets: np.ndarray,
    rows: np.ndarray,
    rated_at: np.ndarray,
    *,
    share: float,
    loads: np.ndarray,
    now: int,
) -> list[np.ndarray]:
    """Events of tickets, at `rows`, that another agent took over after the rating; changes the tickets."""
    times = rated_at + rng.integers(3600, 3 * DAY, size=len(rows))
    limit = np.minimum(tickets["solved"][rows] + CLOSE_AFTER_DAYS * DAY, now)
    late = (rng.random(len(rows)) < share) & (times < limit)
    former = np.zeros(late.sum(), HOLDER)
    former["ticket"], former["time"] = rows[late], times[late]
    former["agent"], former["group"] = tickets["agent"][rows[late]], tickets["group"][rows[late]]
    to = another_agent(rng, former["agent"], loads=loads)
    tickets["agent"][rows[late]], tickets["group"][rows[late]] = to, home_group_of(to)
    tickets["assigned"][rows[late]] = former["time"]
    return log.reassignments(tickets, former)


def _edits(responses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    edited = responses[(responses["edited_ms"] != NEVER) & (responses["ticket"] != NOBODY)]
    return edited["ticket"], edited["edited_ms"] // 1000


def _touch_and_delete(rng: np.random.Generator, tickets: np.ndarray, *, now: int) -> None:
    count = len(tickets)
    tickets["deleted"] = rng.random(count) < DELETED_SHARE
    later = np.minimum(tickets["updated"] + rng.integers(19, 3 * DAY, size=count), now)
    touched = rng.random(count) < SYSTEM_TOUCHED_SHARE
    tickets["updated"] = np.where(tickets["deleted"], later, tickets["updated"])
    tickets["generated"] = np.where(touched | tickets["deleted"], later, tickets["updated"])

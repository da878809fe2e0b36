"""Draw the past of an account: tickets, surveys and the log of events, consistent with each other."""

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

# of the rated tickets: reassigned after the rating, so that the present assignee is not the one who was rated
LATE_REASSIGNED_SHARE = 0.02
LEGACY_REASSIGNED_SHARE = 0.15
DELETED_SHARE = 0.01
# generated_timestamp later than updated_at
SYSTEM_TOUCHED_SHARE = 0.05


class Timeline(NamedTuple):
    """When things happen in an account, in epoch seconds.

    founded: customers are created. start, end: of its tickets. agent_left: the former agent leaves. revised:
    version 2 of the survey replaces version 1.
    """

    founded: int
    start: int
    agent_left: int
    revised: int
    end: int


class Past(NamedTuple):
    """Rows of TICKET, RESPONSE, EVENT and LEGACY."""

    tickets: np.ndarray
    responses: np.ndarray
    events: np.ndarray
    legacy: np.ndarray


class RatedTickets(NamedTuple):
    """Rows of tickets, when they were rated, and the share of them that is reassigned afterwards."""

    rows: np.ndarray
    rated_at: np.ndarray
    share: float


def draw_past(
    rng: np.random.Generator,
    created: np.ndarray,
    timeline: Timeline,
    *,
    customers: int,
    loads: np.ndarray,
    effects: Effects,
    legacy_ratings: int,
) -> Past:
    """Return everything that happened to tickets created at `created` (sorted epoch seconds).

    customers: how many there are. loads: share of the tickets per agent.
    """
    now = timeline.end
    tickets, former = draw_tickets(
        rng, created, customers=customers, loads=loads, agent_left=timeline.agent_left, now=now
    )
    events = log.ticket_events(rng, tickets, former)
    legacy = draw_legacy(rng, tickets, legacy_ratings, now=now)
    tickets["score"][legacy["ticket"]] = legacy["score"]
    is_legacy_only = legacy_ratings >= len(tickets)
    since = now if is_legacy_only else tickets["first_solved"][legacy["ticket"]].max(initial=NEVER)
    responses = draw_offers(rng, tickets, since=since, now=now)
    responses["version"] = np.where(responses["offered_ms"] < timeline.revised * 1000, 1, 2)
    answer_offers(rng, tickets, responses, effects=effects, now=now)
    events += legacy_events(legacy) + log.survey_events(responses, tickets["score"])
    _set_scores(tickets, responses)
    for rated in _rated_tickets(tickets, responses, legacy):
        events += _reassign_late(rng, tickets, rated, loads=loads, now=now)
    sorted_events = log.sort_events(events)
    set_times(tickets, sorted_events)
    np.maximum.at(tickets["updated"], *_edits(responses))
    _touch_and_delete(rng, tickets, now=now)
    return Past(tickets, responses, sorted_events, legacy)


def set_times(tickets: np.ndarray, events: np.ndarray) -> None:
    """Set, in place, the times and counters of the tickets that follow from their events."""
    for column, kinds in (
        ("updated", None),
        ("status_updated", (CREATED, STATUS)),
        ("commented", (CREATED, COMMENTED)),
    ):
        counted = events if kinds is None else events[np.isin(events["kind"], kinds)]
        np.maximum.at(tickets[column], counted["ticket"], counted["time"])
    for column, kind in (("agent_stations", ASSIGNED), ("group_stations", REGROUPED)):
        moves = np.bincount(events["ticket"][events["kind"] == kind], minlength=len(tickets))
        tickets[column] += moves.astype("i2")
    tickets["generated"] = tickets["updated"]


def _set_scores(tickets: np.ndarray, responses: np.ndarray) -> None:
    """Set the score that each ticket's latest survey left; responses are sorted by offer."""
    rows = np.flatnonzero(responses["ticket"] != NOBODY)
    response = responses[rows]
    is_rated = response["rating"] > 0
    scores = log.scores_of(response["rating"])
    tickets["score"][response["ticket"]] = np.where(is_rated, scores, OFFERED)
    tickets["response"][response["ticket"]] = np.where(is_rated, rows, NEVER)


def _rated_tickets(tickets: np.ndarray, responses: np.ndarray, legacy: np.ndarray) -> Iterator[RatedTickets]:
    """Yield the tickets that were rated in surveys, then those rated in legacy CSAT."""
    surveyed = np.flatnonzero((tickets["response"] != NEVER) & (tickets["agent"] != NOBODY))
    submitted = responses["submitted_ms"][tickets["response"][surveyed]] // 1000
    yield RatedTickets(surveyed, submitted, LATE_REASSIGNED_SHARE)
    rated = legacy[legacy["submitted"] != NEVER]
    ticket = tickets[rated["ticket"]]
    # of those, the ones that no survey followed
    is_current = (ticket["score"] == rated["score"]) & (ticket["response"] == NEVER)
    rated = rated[is_current & (ticket["agent"] != NOBODY)]
    yield RatedTickets(rated["ticket"], rated["submitted"], LEGACY_REASSIGNED_SHARE)


def _reassign_late(
    rng: np.random.Generator, tickets: np.ndarray, rated: RatedTickets, *, loads: np.ndarray, now: int
) -> list[np.ndarray]:
    """Give some tickets to another agent after their rating; return the events."""
    times = rated.rated_at + rng.integers(3600, 3 * DAY, size=len(rated.rows))
    limit = np.minimum(tickets["solved"][rated.rows] + CLOSE_AFTER_DAYS * DAY, now)
    is_late = (rng.random(len(rated.rows)) < rated.share) & (times < limit)
    rows = rated.rows[is_late]
    former = np.zeros(len(rows), HOLDER)
    former["ticket"] = rows
    former["time"] = times[is_late]
    former["agent"] = tickets["agent"][rows]
    former["group"] = tickets["group"][rows]
    successor = another_agent(rng, former["agent"], loads=loads)
    tickets["agent"][rows] = successor
    tickets["group"][rows] = home_group_of(successor)
    tickets["assigned"][rows] = former["time"]
    return log.reassignments(tickets, former)


def _edits(responses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return tickets whose rating was edited, and when."""
    edited = responses[(responses["edited_ms"] != NEVER) & (responses["ticket"] != NOBODY)]
    return edited["ticket"], edited["edited_ms"] // 1000


def _touch_and_delete(rng: np.random.Generator, tickets: np.ndarray, *, now: int) -> None:
    """Delete some tickets, and move others in the export without an update."""
    count = len(tickets)
    tickets["deleted"] = rng.random(count) < DELETED_SHARE
    later = np.minimum(tickets["updated"] + rng.integers(19, 3 * DAY, size=count), now)
    is_touched = rng.random(count) < SYSTEM_TOUCHED_SHARE
    tickets["updated"] = np.where(tickets["deleted"], later, tickets["updated"])
    tickets["generated"] = np.where(is_touched | tickets["deleted"], later, tickets["updated"])

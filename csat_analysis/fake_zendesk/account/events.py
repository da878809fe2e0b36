"""Writes the log of a drawn history: what the tables say happened, as events in the order of time."""

from __future__ import annotations

import numpy as np

from .records import (
    ASSIGNED,
    BAD,
    CLOSED,
    COMMENTED,
    CREATED,
    EVENT,
    GOOD,
    NEVER,
    NOBODY,
    OFFERED,
    OPEN,
    REASON,
    REGROUPED,
    SCORE,
    SOLVED,
    STATUS,
    SURVEY_OFFERED,
    SURVEY_SUBMITTED,
)
from .surveys import HIGHEST_BAD_RATING
from .tickets import CLOSE_AFTER_DAYS, DAY


def events_of(
    kind: int, ticket: np.ndarray | int, time: np.ndarray | int, **columns: np.ndarray | int
) -> np.ndarray:
    """Return rows of EVENT of one kind; `ticket`, `time` and the other columns are arrays or single values."""
    rows = np.zeros(np.broadcast(ticket, time).size, EVENT)
    defaults: dict[str, np.ndarray | int] = {"value": NOBODY, "previous": NOBODY, "response": NOBODY}
    for name, values in (defaults | columns | {"kind": kind, "ticket": ticket, "time": time}).items():
        rows[name] = values
    return rows


def scores_of(ratings: np.ndarray) -> np.ndarray:
    """BAD or GOOD of each rating."""
    return np.where(ratings <= HIGHEST_BAD_RATING, BAD, GOOD)


def in_order(events: list[np.ndarray]) -> np.ndarray:
    """All events by time, then ticket, then kind."""
    log = np.concatenate(events)
    return log[np.lexsort((log["kind"], log["ticket"], log["time"]))]


def ticket_events(rng: np.random.Generator, tickets: np.ndarray, former: np.ndarray) -> list[np.ndarray]:
    """Creation, agents' comments, reassignments (`former` holder and time) and status changes."""
    rows = np.arange(len(tickets))
    first_agent, first_group = tickets["agent"].copy(), tickets["group"].copy()
    first_agent[former["ticket"]], first_group[former["ticket"]] = former["agent"], former["group"]
    return [
        events_of(CREATED, rows, tickets["created"], value=first_agent, previous=first_group),
        *_comments(rng, tickets),
        *reassignments(tickets, former),
        *_status_changes(tickets, first_agent),
    ]


def reassignments(tickets: np.ndarray, former: np.ndarray) -> list[np.ndarray]:
    rows = former["ticket"]
    moved = former[former["group"] != tickets["group"][rows]]
    new_group = tickets["group"][moved["ticket"]]
    return [
        events_of(ASSIGNED, rows, former["time"], value=tickets["agent"][rows], previous=former["agent"]),
        events_of(REGROUPED, moved["ticket"], moved["time"], value=new_group, previous=moved["group"]),
    ]


def _comments(rng: np.random.Generator, tickets: np.ndarray) -> list[np.ndarray]:
    replied = np.flatnonzero(tickets["replies"] > 0)
    further = np.repeat(replied, tickets["replies"][replied] - 1)
    start = tickets["first_reply"][further]
    span = tickets["solved"][further] - start
    times = start + (span * rng.random(len(further))).astype("i8")
    return [
        events_of(COMMENTED, replied, tickets["first_reply"][replied]),
        events_of(COMMENTED, further, times),
    ]


def _status_changes(tickets: np.ndarray, first_agent: np.ndarray) -> list[np.ndarray]:
    solved = np.flatnonzero(tickets["first_solved"] != NEVER)
    reopened = np.flatnonzero(tickets["reopened"] != NEVER)
    again = reopened[tickets["solved"][reopened] > tickets["reopened"][reopened]]
    closed = np.flatnonzero(tickets["status"] == CLOSED)
    unsolved = np.flatnonzero((tickets["first_solved"] == NEVER) & (tickets["first_reply"] != NEVER))
    unsolved = unsolved[(tickets["status"] != OPEN)[unsolved]]
    before = np.where(first_agent == NOBODY, 0, OPEN)
    closing = tickets["solved"][closed] + CLOSE_AFTER_DAYS * DAY
    changes = (
        (solved, tickets["first_solved"][solved], SOLVED, before[solved]),
        (reopened, tickets["reopened"][reopened], OPEN, SOLVED),
        (again, tickets["solved"][again], SOLVED, OPEN),
        (closed, closing, CLOSED, SOLVED),
        (unsolved, tickets["first_reply"][unsolved], tickets["status"][unsolved], before[unsolved]),
    )
    return [
        events_of(STATUS, rows, times, value=value, previous=previous)
        for rows, times, value, previous in changes
    ]


def survey_events(responses: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """Offers, answers and edits of surveys about tickets; edits only where good turned bad or back.

    scores: of the tickets before their first survey.
    """
    row = np.flatnonzero(responses["ticket"] != NOBODY)
    ticket, response = responses["ticket"][row], responses[row]
    offered = response["offered_ms"] // 1000
    rated = response["rating"] > 0
    reason = rated & (response["reason"] >= 0)
    submitted, edited = response["submitted_ms"] // 1000, response["edited_ms"] // 1000
    first, last = scores_of(response["first_rating"]), scores_of(response["rating"])
    turned = rated & (first != last)
    return [
        events_of(SURVEY_OFFERED, ticket, offered, response=row),
        events_of(
            SCORE,
            ticket,
            offered,
            value=OFFERED,
            previous=_score_before(response, last, scores[ticket]),
            response=row,
        ),
        events_of(
            SCORE, ticket[rated], submitted[rated], value=first[rated], previous=OFFERED, response=row[rated]
        ),
        events_of(
            REASON, ticket[reason], submitted[reason], value=response["reason"][reason], response=row[reason]
        ),
        events_of(
            SURVEY_SUBMITTED,
            ticket[rated],
            submitted[rated],
            value=response["agent"][rated],
            previous=response["group"][rated],
            response=row[rated],
        ),
        events_of(
            SCORE,
            ticket[turned],
            edited[turned],
            value=last[turned],
            previous=first[turned],
            response=row[turned],
        ),
    ]


def _score_before(responses: np.ndarray, scores: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The ticket's score just before each offer: `first`, or what the survey before it left behind."""
    before = first.copy()
    order = np.lexsort((responses["offered_ms"], responses["ticket"]))
    same = responses["ticket"][order[1:]] == responses["ticket"][order[:-1]]
    earlier, later = order[:-1][same], order[1:][same]
    before[later] = np.where(responses["rating"][earlier] > 0, scores[earlier], OFFERED)
    return before

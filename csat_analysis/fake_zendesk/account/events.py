"""Write the log of events that belongs to drawn tickets and surveys."""

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
    """Return BAD or GOOD for each rating on five points."""
    return np.where(ratings <= HIGHEST_BAD_RATING, BAD, GOOD)


def sort_events(events: list[np.ndarray]) -> np.ndarray:
    """Return all events by time, then ticket, then kind."""
    joined = np.concatenate(events)
    return joined[np.lexsort((joined["kind"], joined["ticket"], joined["time"]))]


def ticket_events(rng: np.random.Generator, tickets: np.ndarray, former: np.ndarray) -> list[np.ndarray]:
    """Return creations, agents' comments, reassignments and changes of status.

    former: rows of HOLDER, who held a ticket until it was reassigned.
    """
    rows = np.arange(len(tickets))
    first_agent = tickets["agent"].copy()
    first_group = tickets["group"].copy()
    first_agent[former["ticket"]] = former["agent"]
    first_group[former["ticket"]] = former["group"]
    return [
        events_of(CREATED, rows, tickets["created"], value=first_agent, previous=first_group),
        *_comments(rng, tickets),
        *reassignments(tickets, former),
        *_status_changes(tickets, first_agent),
    ]


def reassignments(tickets: np.ndarray, former: np.ndarray) -> list[np.ndarray]:
    """Return the events in which the former holders' tickets went to their present holders."""
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
    """Return offers, answers and edits of surveys about tickets; an edit only if good turned bad or back.

    scores: of the tickets before their first survey.
    """
    rows = np.flatnonzero(responses["ticket"] != NOBODY)
    return [
        *_offer_events(responses, rows, scores),
        *_answer_events(responses, rows[responses["rating"][rows] > 0]),
    ]


def _offer_events(responses: np.ndarray, rows: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    response = responses[rows]
    ticket = response["ticket"]
    offered = response["offered_ms"] // 1000
    before = _scores_before(response, scores[ticket])
    return [
        events_of(SURVEY_OFFERED, ticket, offered, response=rows),
        events_of(SCORE, ticket, offered, value=OFFERED, previous=before, response=rows),
    ]


def _answer_events(responses: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    response = responses[rows]
    ticket = response["ticket"]
    submitted = response["submitted_ms"] // 1000
    first = scores_of(response["first_rating"])
    explained = response["reason"] >= 0
    holders = {"value": response["agent"], "previous": response["group"]}
    return [
        events_of(SCORE, ticket, submitted, value=first, previous=OFFERED, response=rows),
        events_of(
            REASON,
            ticket[explained],
            submitted[explained],
            value=response["reason"][explained],
            response=rows[explained],
        ),
        events_of(SURVEY_SUBMITTED, ticket, submitted, response=rows, **holders),
        _edit_events(response, rows),
    ]


def _edit_events(response: np.ndarray, rows: np.ndarray) -> np.ndarray:
    first = scores_of(response["first_rating"])
    last = scores_of(response["rating"])
    turned = np.flatnonzero(first != last)
    edited = response["edited_ms"][turned] // 1000
    ticket = response["ticket"][turned]
    return events_of(SCORE, ticket, edited, value=last[turned], previous=first[turned], response=rows[turned])


def _scores_before(responses: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the ticket's score just before each offer: `first`, or what the survey before it left."""
    before = first.copy()
    order = np.lexsort((responses["offered_ms"], responses["ticket"]))
    is_same = responses["ticket"][order[1:]] == responses["ticket"][order[:-1]]
    earlier = order[:-1][is_same]
    later = order[1:][is_same]
    left = np.where(responses["rating"] > 0, scores_of(responses["rating"]), OFFERED)
    before[later] = left[earlier]
    return before

"""A synthetic Zendesk account with a known truth: its clock, and the changes that a test can make."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from . import generator, log, opinions, people, words
from .audits import events_of
from .indexes import Indexes
from .past import draw_past, stamp
from .records import (
    ASSIGNED,
    NEVER,
    NO_TEXT,
    NOBODY,
    OFFERED,
    OPEN,
    REGROUPED,
    RESPONSE,
    SCORE,
    SKIPPED,
    STATUS,
    SURVEY_OFFERED,
    SURVEY_SUBMITTED,
    Response,
    blank,
    position_of,
)
from .surveys import HIGHEST_BAD_RATING, Survey, ulid_parts
from .truth import Truth

DAY = generator.DAY
QUIET_SECONDS = 120  # nothing happens just before `now`, so that the exports show the whole past at once


class Call(NamedTuple):
    """One request that the server answered; `path` includes the query."""

    method: str
    path: str
    status: int


def make_account(
    *,
    tickets: int = 5000,
    days: int = 126,
    seed: int = 7,
    null: bool = False,
    now: datetime | None = None,
    legacy_ratings: int = 0,
) -> Account:
    """A synthetic account: `days` of history with so many tickets, ending at `now`.

    The same arguments give the same bytes. now: aware; default the present minute. null: no agent, group,
    week or time has any effect on ratings. legacy_ratings: so many of the first solved tickets carry a rating
    of the old CSAT in place of a survey. Raises ValueError for a naive `now`, or if there is nothing to make.
    """
    if tickets < 1 or days < 1:
        raise ValueError(f"an account needs at least one ticket and one day, not {tickets} and {days}")
    moment = now or datetime.now(UTC).replace(second=0, microsecond=0)
    if moment.tzinfo is None:
        raise ValueError("now must be aware, for example datetime(2026, 11, 23, 6, tzinfo=UTC)")
    clock = int(moment.timestamp())
    end = clock - QUIET_SECONDS
    start, founded = end - days * DAY, end - (days + 2) * DAY
    agent_left = (start + end) // 2
    rng = np.random.default_rng(seed)
    survey = Survey(founded * 1000, (start + days * DAY // 3) * 1000)
    customers = people.draw_customers(rng, max(20, tickets * 3 // 5), founded=founded)
    planted = opinions.planted_effects(rng, now=clock)
    loads = generator.agent_loads(rng, busy=planted.worse_agent)
    effects = opinions.no_effects() if null else planted
    past = draw_past(
        rng,
        generator.draw_arrivals(rng, tickets, founded=start, now=end),
        customers=len(customers),
        loads=loads,
        agent_left=agent_left,
        effects=effects,
        revised_ms=survey.revised_ms,
        now=end,
        legacy_ratings=legacy_ratings,
    )
    return Account(clock, founded, agent_left, survey, customers, effects, loads, rng, *past)


@dataclass(eq=False, repr=False)
class Account:
    """The state behind the stand-in; `truth` is what an analysis should find, `calls` what was asked.

    Ticket ids count from 1; row `id - 1` of `tickets` is the ticket. Changes happen at `now`. Like Zendesk's,
    the exports show them only a minute later: `advance` the clock after a change.
    """

    clock: int  # epoch seconds
    founded: int
    agent_left: int  # when the deleted agent left
    survey: Survey
    customers: np.ndarray
    effects: opinions.Effects
    loads: np.ndarray
    rng: np.random.Generator
    tickets: np.ndarray
    responses: np.ndarray
    events: np.ndarray
    legacy: np.ndarray
    comments: list[str] = field(default_factory=lambda: list(words.COMMENTS))
    calls: list[Call] = field(default_factory=list)
    changes: int = 0  # grows with every change, so that indexes know when they are old

    def __post_init__(self) -> None:
        self.indexes = Indexes(self)
        self.truth = Truth(self)

    @property
    def now(self) -> datetime:
        """The account's present, aware UTC."""
        return datetime.fromtimestamp(self.clock, UTC)

    def advance(self, **duration: float) -> None:
        """Moves the clock forward, for example `advance(minutes=2)`; names as for `timedelta`."""
        self.clock += int(timedelta(**duration).total_seconds())

    def new_tickets(self, count: int) -> list[int]:
        """Tickets created an hour ago, solved now, each with a survey offered; returns their ids."""
        created = np.full(count, self.clock - 3600)
        new, former = generator.draw_tickets(
            self.rng,
            created,
            customers=len(self.customers),
            loads=self.loads,
            agent_left=self.agent_left,
            now=self.clock,
        )
        generator.solve_at(new, self.clock)
        events = log.in_order(log.ticket_events(self.rng, new, former))
        stamp(new, events)
        first = len(self.tickets)
        events["ticket"] += first
        self.tickets = np.concatenate([self.tickets, new])
        self._record(events)
        for row in range(first, len(self.tickets)):
            self._offer(row)
        return list(range(first + 1, len(self.tickets) + 1))

    def answer(self, response_id: str, rating: int, *, comment: str | None = None) -> None:
        """The customer answers an offered survey; the reason is skipped, and the comment if there is none."""
        row = self._response_row(response_id)
        response = self.responses[row]
        if response["rating"]:
            raise ValueError(f"survey response {response_id} is answered; use edit")
        ticket = int(response["ticket"])
        response["rating"] = response["first_rating"] = _checked(rating)
        response["submitted_ms"] = max(self.clock * 1000, int(response["offered_ms"]) + 1)
        response["reason"] = SKIPPED if rating <= HIGHEST_BAD_RATING else NO_TEXT
        response["comment"] = SKIPPED if comment is None else self._remember(comment)
        if ticket == NOBODY:
            return
        agent, group = self.tickets[ticket][["agent", "group"]].item()
        response["agent"], response["group"] = agent, group
        self._score(ticket, row, previous=OFFERED)
        self._happen(SURVEY_SUBMITTED, ticket, value=agent, previous=group, response=row)

    def edit(self, response_id: str, rating: int) -> None:
        """The customer changes an answered rating; the first one is overwritten, as in Zendesk."""
        row = self._response_row(response_id)
        response = self.responses[row]
        if not response["rating"]:
            raise ValueError(f"survey response {response_id} has no answer yet; use answer")
        before = int(log.scores_of(response["rating"]))
        response["rating"] = _checked(rating)
        response["edited_ms"] = max(self.clock * 1000, int(response["submitted_ms"]) + 1)
        response["revisions"] += 1
        if response["ticket"] != NOBODY:
            self._score(int(response["ticket"]), row, previous=before)

    def reassign(self, ticket_id: int, agent_id: int, *, group_id: int | None = None) -> None:
        """Another agent takes the ticket; the group becomes the agent's own unless one is named."""
        row, agent = self._ticket_row(ticket_id), _known("user", agent_id, count=people.STAFF)
        ticket = self.tickets[row]
        group = int(generator.home_group_of(agent))
        if group_id is not None:
            group = _known("group", group_id, count=len(words.GROUPS))
        was_agent, was_group = ticket[["agent", "group"]].item()
        ticket["agent"], ticket["group"], ticket["assigned"] = agent, group, self.clock
        ticket["agent_stations"] += 1
        self._happen(ASSIGNED, row, value=agent, previous=was_agent)
        if group != was_group:
            ticket["group_stations"] += 1
            self._happen(REGROUPED, row, value=group, previous=was_group)

    def reopen(self, ticket_id: int) -> None:
        """The customer writes again: the ticket is open, its score stays."""
        row = self._ticket_row(ticket_id)
        ticket = self.tickets[row]
        self._happen(STATUS, row, value=OPEN, previous=int(ticket["status"]))
        ticket["status"], ticket["reopened"], ticket["status_updated"] = OPEN, self.clock, self.clock
        ticket["reopens"] += 1

    def delete(self, ticket_id: int) -> None:
        """Soft-deletes the ticket: the export shows status `deleted`, its audits are gone."""
        row = self._ticket_row(ticket_id)
        self.tickets["deleted"][row] = True
        self._touch(row)

    def comment_of(self, response: Response) -> str | None:
        return self.comments[response.comment] if response.comment >= 0 else None

    def _response_row(self, response_id: str) -> int:
        parts = ulid_parts(response_id)
        row = None if parts is None else self.indexes.find_response(parts)
        if row is None:
            raise KeyError(f"no survey response {response_id}")
        return row

    def _ticket_row(self, ticket_id: int) -> int:
        if not 1 <= ticket_id <= len(self.tickets):
            raise KeyError(f"no ticket {ticket_id}; there are 1 to {len(self.tickets)}")
        return ticket_id - 1

    def _offer(self, row: int) -> None:
        offer = blank(RESPONSE, 1)
        ticket = self.tickets[row]
        offer["ticket"], offer["requester"], offer["version"] = row, ticket["requester"], 2
        offer["agent"], offer["group"] = ticket["agent"], ticket["group"]
        offer["offered_ms"] = self.clock * 1000 + len(self.responses) % 1000
        offer["rating"] = offer["first_rating"] = offer["revisions"] = 0
        opinions.draw_ulid_bits(self.rng, offer)
        response = len(self.responses)
        self.responses = np.concatenate([self.responses, offer])
        self._happen(SURVEY_OFFERED, row, response=response)
        self._happen(SCORE, row, value=OFFERED, previous=int(ticket["score"]), response=response)
        ticket["score"], ticket["response"] = OFFERED, NEVER

    def _score(self, row: int, response: int, *, previous: int) -> None:
        score = int(log.scores_of(self.responses["rating"][response]))
        self.tickets["score"][row], self.tickets["response"][row] = score, response
        if score == previous:
            self._touch(row)
        else:
            self._happen(SCORE, row, value=score, previous=previous, response=response)

    def _happen(self, kind: int, row: int, **columns: int) -> None:
        self._record(events_of(kind, row, self.clock, **columns))
        self._touch(row)

    def _record(self, events: np.ndarray) -> None:
        self.events = np.concatenate([self.events, events])

    def _touch(self, row: int) -> None:
        self.tickets["updated"][row] = self.tickets["generated"][row] = self.clock
        self.changes += 1

    def _remember(self, comment: str) -> int:
        self.comments.append(comment)
        return len(self.comments) - 1


def _checked(rating: int) -> int:
    if rating not in range(1, 6):
        raise ValueError(f"a rating is 1 to 5, not {rating}")
    return rating


def _known(kind: str, number: int, *, count: int) -> int:
    position = position_of(kind, number)
    if position is None or position >= count:
        raise KeyError(f"no {kind} {number}")
    return position

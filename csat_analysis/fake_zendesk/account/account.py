"""A synthetic account in which a test can let time pass, customers answer and agents work."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from . import events as log
from . import people, texts
from . import tickets as ticket_drawing
from .answers import draw_ulid_bits
from .events import events_of
from .identifiers import position_of, response_id
from .past import stamp
from .records import (
    ASSIGNED,
    BAD,
    GOOD,
    NEVER,
    NO_TEXT,
    NOBODY,
    OFFERED,
    OPEN,
    REGROUPED,
    RESPONSE,
    SCORE,
    SCORES,
    SKIPPED,
    SOLVED,
    STATUS,
    SURVEY_OFFERED,
    SURVEY_SUBMITTED,
    blank,
)
from .state import AccountState
from .surveys import HIGHEST_BAD_RATING


class Account(AccountState):
    """An account that changes: each method is one event at the account's `now`.

    As in Zendesk, the export shows a change only a minute later: `advance` the clock.
    """

    def advance(self, **duration: float) -> None:
        """Moves the clock forward, for example `advance(minutes=2)`; names as for `timedelta`."""
        self.clock += int(timedelta(**duration).total_seconds())

    def new_tickets(self, count: int) -> list[int]:
        """Tickets created an hour ago, solved now, each with a survey offered; returns their ids."""
        created = np.full(count, self.clock - 3600)
        new, former = ticket_drawing.draw_tickets(
            self.rng,
            created,
            customers=len(self.tables.customers),
            loads=self.loads,
            agent_left=self.agent_left,
            now=self.clock,
        )
        ticket_drawing.solve_at(new, self.clock)
        events = log.in_order(log.ticket_events(self.rng, new, former))
        stamp(new, events)
        first = len(self.tables.tickets)
        events["ticket"] += first
        self.tables.add_tickets(new)
        self.tables.add_events(events)
        for row in range(first, len(self.tables.tickets)):
            self._offer(row, requester=int(self.tables.tickets["requester"][row]))
        return list(range(first + 1, len(self.tables.tickets) + 1))

    def new_conversations(self, count: int) -> list[str]:
        """Surveys offered now about conversations that are no tickets; returns the ids of the responses."""
        requesters = self.rng.integers(len(self.tables.customers), size=count).tolist()
        rows = [self._offer(NOBODY, requester=requester) for requester in requesters]
        return [self._response_id(row) for row in rows]

    def answer(self, response_id: str, rating: int, *, comment: str | None = None) -> None:
        """The customer answers an offered survey; the reason is skipped, and the comment if there is none."""
        row = self.response_row(response_id)
        response = self.tables.responses[row]
        if response["rating"]:
            raise ValueError(f"survey response {response_id} is answered; use edit")
        ticket = int(response["ticket"])
        response["rating"] = response["first_rating"] = _checked(rating)
        response["submitted_ms"] = max(self.clock * 1000, int(response["offered_ms"]) + 1)
        response["reason"] = SKIPPED if rating <= HIGHEST_BAD_RATING else NO_TEXT
        response["comment"] = SKIPPED if comment is None else self._remember(comment)
        if ticket == NOBODY:
            return  # a conversation: no score, no agent, nothing to export
        agent, group = self.tables.tickets[ticket][["agent", "group"]].item()
        response["agent"], response["group"] = agent, group
        self._score(ticket, row, previous=OFFERED)
        self._happen(SURVEY_SUBMITTED, ticket, value=agent, previous=group, response=row)

    def edit(self, response_id: str, rating: int) -> None:
        """The customer changes an answered rating; the first one is overwritten, as in Zendesk."""
        row = self.response_row(response_id)
        response = self.tables.responses[row]
        if not response["rating"]:
            raise ValueError(f"survey response {response_id} has no answer yet; use answer")
        before = int(log.scores_of(response["rating"]))
        response["rating"] = _checked(rating)
        response["edited_ms"] = max(self.clock * 1000, int(response["submitted_ms"]) + 1)
        response["revisions"] += 1
        if response["ticket"] != NOBODY:
            self._score(int(response["ticket"]), row, previous=before)

    def rate_legacy(self, ticket_id: int, score: str, *, comment: str | None = None) -> None:
        """The customer rates a ticket `good` or `bad` in the old CSAT that offered it, or changes the rating."""
        row = self.ticket_row(ticket_id)
        rating = self.tables.legacy[self.legacy_row(row)]
        if score not in (SCORES[GOOD], SCORES[BAD]):
            raise ValueError(f"a rating of the old CSAT is good or bad, not {score}")
        if rating["score"] == OFFERED:
            rating["submitted"] = self.clock
            rating["agent"], rating["group"] = self.tables.tickets[row][["agent", "group"]].item()
        rating["score"], rating["updated"] = SCORES.index(score), self.clock
        rating["reason"] = NO_TEXT if score == SCORES[GOOD] else rating["reason"]
        if comment is not None:
            rating["comment"] = self._remember(comment)
        self._show(row, int(rating["score"]), response=NEVER, previous=int(self.tables.tickets["score"][row]))

    def reassign(self, ticket_id: int, agent_id: int, *, group_id: int | None = None) -> None:
        """Another agent takes the ticket; the group becomes the agent's own unless one is named."""
        row, agent = self.ticket_row(ticket_id), _known("user", agent_id, count=people.STAFF)
        ticket = self.tables.tickets[row]
        group = int(people.home_group_of(agent))
        if group_id is not None:
            group = _known("group", group_id, count=len(texts.GROUPS))
        was_agent, was_group = ticket[["agent", "group"]].item()
        ticket["agent"], ticket["group"], ticket["assigned"] = agent, group, self.clock
        ticket["agent_stations"] += 1
        self._happen(ASSIGNED, row, value=agent, previous=was_agent)
        if group != was_group:
            self._moved(row, was_group)

    def regroup(self, ticket_id: int, group_id: int) -> None:
        """The ticket moves to another group of the agent who holds it, and stays with the agent."""
        row = self.ticket_row(ticket_id)
        was_group = int(self.tables.tickets["group"][row])
        self.tables.tickets["group"][row] = _known("group", group_id, count=len(texts.GROUPS))
        self._moved(row, was_group)

    def reopen(self, ticket_id: int) -> None:
        """The customer writes again: the ticket is open, its score stays."""
        row = self.ticket_row(ticket_id)
        ticket = self.tables.tickets[row]
        self._happen(STATUS, row, value=OPEN, previous=int(ticket["status"]))
        ticket["status"], ticket["reopened"], ticket["status_updated"] = OPEN, self.clock, self.clock
        ticket["reopens"] += 1

    def solve(self, ticket_id: int) -> str:
        """The agent solves the ticket (again), and a survey is offered; returns the id of its response."""
        row = self.ticket_row(ticket_id)
        ticket = self.tables.tickets[row]
        self._happen(STATUS, row, value=SOLVED, previous=int(ticket["status"]))
        ticket["status"], ticket["solved"], ticket["status_updated"] = SOLVED, self.clock, self.clock
        if ticket["first_solved"] == NEVER:
            ticket["first_solved"] = self.clock
        if ticket["agent"] != NOBODY:
            ticket["agent_updated"] = self.clock
        return self._response_id(self._offer(row, requester=int(ticket["requester"])))

    def delete(self, ticket_id: int) -> None:
        """Soft-deletes the ticket: the export shows status `deleted`, its audits are gone."""
        row = self.ticket_row(ticket_id)
        self.tables.tickets["deleted"][row] = True
        self._touch(row)

    def restore(self, ticket_id: int) -> None:
        """Takes a deletion back: the ticket is what it was, audits and all."""
        row = self.ticket_row(ticket_id)
        if self.tables.tickets["scrubbed"][row]:
            raise ValueError(f"ticket {ticket_id} was deleted for good")
        self.tables.tickets["deleted"][row] = False
        self._touch(row)

    def scrub(self, ticket_id: int) -> None:
        """Deletes the ticket for good: the export shows it once more, with placeholders for its texts."""
        row = self.ticket_row(ticket_id)
        self.tables.tickets["deleted"][row] = self.tables.tickets["scrubbed"][row] = True
        self._touch(row)

    def _offer(self, row: int, *, requester: int) -> int:
        """Offers a survey about a ticket, or NOBODY's; returns the row of the response."""
        offer = blank(RESPONSE, 1)
        offer["ticket"], offer["requester"], offer["version"] = row, requester, 2
        if row != NOBODY:
            offer["agent"], offer["group"] = self.tables.tickets[row][["agent", "group"]].item()
        offer["offered_ms"] = self.clock * 1000 + len(self.tables.responses) % 1000
        offer["rating"] = offer["first_rating"] = offer["revisions"] = 0
        draw_ulid_bits(self.rng, offer)
        response = len(self.tables.responses)
        self.tables.add_responses(offer)
        if row == NOBODY:
            return response
        ticket = self.tables.tickets[row]
        self._happen(SURVEY_OFFERED, row, response=response)
        self._happen(SCORE, row, value=OFFERED, previous=int(ticket["score"]), response=response)
        ticket["score"], ticket["response"] = OFFERED, NEVER
        return response

    def _response_id(self, response: int) -> str:
        return response_id(self.tables.response_at(response))

    def _score(self, row: int, response: int, *, previous: int) -> None:
        score = int(log.scores_of(self.tables.responses["rating"][response]))
        self._show(row, score, response=response, previous=previous)

    def _show(self, row: int, score: int, *, response: int, previous: int) -> None:
        """The ticket shows another score, or the same one again."""
        self.tables.tickets["score"][row], self.tables.tickets["response"][row] = score, response
        if score == previous:
            self._touch(row)
        else:
            self._happen(SCORE, row, value=score, previous=previous, response=response)

    def _moved(self, row: int, was_group: int) -> None:
        self.tables.tickets["group_stations"][row] += 1
        self._happen(REGROUPED, row, value=int(self.tables.tickets["group"][row]), previous=was_group)

    def _happen(self, kind: int, row: int, **columns: int) -> None:
        self.tables.add_events(events_of(kind, row, self.clock, **columns))
        self._touch(row)

    def _touch(self, row: int) -> None:
        self.tables.tickets["updated"][row] = self.tables.tickets["generated"][row] = self.clock
        self.tables.version += 1

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

"""A synthetic account with simulated events: time passes, customers answer, agents work."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from . import events as log
from . import people, texts
from . import tickets as ticket_drawing
from .past import set_times
from .recorder import Recorder, position_or_raise
from .records import (
    ASSIGNED,
    BAD,
    GOOD,
    NEVER,
    NO_TEXT,
    NOBODY,
    OFFERED,
    OPEN,
    SCORES,
    SKIPPED,
    SOLVED,
    STATUS,
    SURVEY_SUBMITTED,
)
from .surveys import HIGHEST_BAD_RATINGS


class Account(Recorder):
    """An account that changes: each method is one event at the account's `now`.

    As in Zendesk, the export shows a change only a minute later: `advance` the clock. Methods raise KeyError
    for an unknown id, and ValueError for what Zendesk would not allow.
    """

    def advance(self, **duration: float) -> None:
        """Move the clock forward, for example `advance(minutes=2)`; names as for `timedelta`."""
        self.clock += int(timedelta(**duration).total_seconds())

    # tickets and conversations

    def new_tickets(self, count: int) -> list[int]:
        """Add tickets created an hour ago and solved now, each with a survey offered; return their ids."""
        new, former = ticket_drawing.draw_tickets(
            self.rng,
            np.full(count, self.clock - 3600),
            customers=len(self.tables.customers),
            loads=self.loads,
            agent_left=self.departed[people.FORMER_AGENT],
            now=self.clock,
        )
        ticket_drawing.solve_at(new, self.clock)
        events = log.sort_events(log.ticket_events(self.rng, new, former))
        set_times(new, events)
        first = len(self.tables.tickets)
        events["ticket"] += first
        self.tables.add_tickets(new)
        self.tables.add_events(events)
        for row in range(first, first + count):
            self._offer_survey(row, requester=int(self.tables.tickets["requester"][row]))
        return list(range(first + 1, first + count + 1))

    def new_conversations(self, count: int) -> list[str]:
        """Offer surveys about conversations without a ticket; return the ids of the responses."""
        requesters = self.rng.integers(len(self.tables.customers), size=count).tolist()
        rows = [self._offer_survey(NOBODY, requester=requester) for requester in requesters]
        return [self._response_id(row) for row in rows]

    def reassign(self, ticket_id: int, agent_id: int, *, group_id: int | None = None) -> None:
        """Give the ticket to another agent, and to that agent's own group unless one is named."""
        row = self.ticket_row(ticket_id)
        agent = position_or_raise("user", agent_id, count=people.STAFF)
        group = int(people.home_group_of(agent))
        if group_id is not None:
            group = position_or_raise("group", group_id, count=len(texts.GROUPS))
        was_agent, was_group = self._holder_of(row)
        ticket = self.tables.tickets[row]
        ticket["agent"] = agent
        ticket["group"] = group
        ticket["assigned"] = self.clock
        ticket["agent_stations"] += 1
        self._record(ASSIGNED, row, value=agent, previous=was_agent)
        if group != was_group:
            self._record_group_change(row, was_group)

    def regroup(self, ticket_id: int, group_id: int) -> None:
        """Move the ticket to another group; the agent stays."""
        row = self.ticket_row(ticket_id)
        was_group = int(self.tables.tickets["group"][row])
        self.tables.tickets["group"][row] = position_or_raise("group", group_id, count=len(texts.GROUPS))
        self._record_group_change(row, was_group)

    def reopen(self, ticket_id: int) -> None:
        """Let the customer write again: the ticket is open, its score stays."""
        row = self.ticket_row(ticket_id)
        ticket = self.tables.tickets[row]
        self._record(STATUS, row, value=OPEN, previous=int(ticket["status"]))
        ticket["status"] = OPEN
        ticket["reopened"] = self.clock
        ticket["status_updated"] = self.clock
        ticket["reopens"] += 1

    def solve(self, ticket_id: int) -> str:
        """Let the agent solve the ticket (again) and offer a survey; return the id of its response."""
        row = self.ticket_row(ticket_id)
        ticket = self.tables.tickets[row]
        self._record(STATUS, row, value=SOLVED, previous=int(ticket["status"]))
        ticket["status"] = SOLVED
        ticket["solved"] = self.clock
        ticket["status_updated"] = self.clock
        if ticket["first_solved"] == NEVER:
            ticket["first_solved"] = self.clock
        if ticket["agent"] != NOBODY:
            ticket["agent_updated"] = self.clock
        return self._response_id(self._offer_survey(row, requester=int(ticket["requester"])))

    def delete(self, ticket_id: int) -> None:
        """Soft-delete the ticket: the export shows status `deleted`, its audits are not found."""
        row = self.ticket_row(ticket_id)
        self.tables.tickets["deleted"][row] = True
        self._touch(row)

    def restore(self, ticket_id: int) -> None:
        """Undo a soft deletion: the ticket is what it was, with its audits."""
        row = self.ticket_row(ticket_id)
        if self.tables.tickets["scrubbed"][row]:
            raise ValueError(f"ticket {ticket_id} was permanently deleted")
        self.tables.tickets["deleted"][row] = False
        self._touch(row)

    def scrub(self, ticket_id: int) -> None:
        """Delete the ticket permanently: the export shows it once more, with placeholders for its texts."""
        row = self.ticket_row(ticket_id)
        self.tables.tickets["deleted"][row] = True
        self.tables.tickets["scrubbed"][row] = True
        self._touch(row)

    # surveys

    def answer(self, response_id: str, rating: int, *, comment: str | None = None) -> None:
        """Answer an offered survey; the reason is skipped, and the comment if there is none."""
        row = self.response_row(response_id)
        response = self.tables.responses[row]
        if response["rating"]:
            raise ValueError(f"survey response {response_id} is answered; use edit")
        self._write_rating(response, rating)
        response["first_rating"] = rating
        response["submitted_ms"] = max(self.clock * 1000, int(response["offered_ms"]) + 1)
        is_bad = rating <= self.survey.version(int(response["version"])).highest_bad_rating
        response["reason"] = SKIPPED if is_bad else NO_TEXT
        response["comment"] = SKIPPED if comment is None else self._remember(comment)
        ticket = int(response["ticket"])
        # a conversation has no score and no agent, and the export does not show it
        if ticket != NOBODY:
            agent, group = self._holder_of(ticket)
            response["agent"] = agent
            response["group"] = group
            self._show_rating(ticket, row, previous=OFFERED)
            self._record(SURVEY_SUBMITTED, ticket, value=agent, previous=group, response=row)

    def edit(self, response_id: str, rating: int, *, moves_ticket: bool = True) -> None:
        """Change an answered rating; the first one is overwritten, as in Zendesk.

        moves_ticket: False leaves the ticket's timestamps, so that the export does not show it again.
        """
        row = self.response_row(response_id)
        response = self.tables.responses[row]
        if not response["rating"]:
            raise ValueError(f"survey response {response_id} has no answer yet; use answer")
        before = int(self.survey.scores(response["rating"], response["version"]))
        self._write_rating(response, rating)
        response["edited_ms"] = max(self.clock * 1000, int(response["submitted_ms"]) + 1)
        response["revisions"] += 1
        ticket = int(response["ticket"])
        if ticket == NOBODY:
            return
        stamps = self.tables.tickets[["updated", "generated"]][ticket].copy()
        self._show_rating(ticket, row, previous=before)
        if not moves_ticket:
            self.tables.tickets[["updated", "generated"]][ticket] = stamps

    def revise_survey(self, labels: tuple[str, ...]) -> None:
        """Publish a version of the survey with other labels on its scale of 2, 3 or 5 points.

        Surveys that were offered before keep their version; the list of surveys shows the newest one only.
        """
        if len(labels) not in HIGHEST_BAD_RATINGS:
            raise ValueError(f"a scale has 2, 3 or 5 points, not {len(labels)}")
        self.survey = self.survey.revise(labels=labels, now_ms=self.clock * 1000)

    def _write_rating(self, response: np.void, rating: int) -> None:
        points = self.survey.version(int(response["version"])).points
        if rating not in range(1, points + 1):
            raise ValueError(f"a rating is 1 to {points}, not {rating}")
        response["rating"] = rating

    # legacy CSAT

    def rate_legacy(self, ticket_id: int, score: str, *, comment: str | None = None) -> None:
        """Rate a ticket `good` or `bad` in the legacy CSAT that was offered, or change that rating."""
        row = self.ticket_row(ticket_id)
        rating = self.tables.legacy[self.legacy_row(row)]
        if score not in (SCORES[GOOD], SCORES[BAD]):
            raise ValueError(f"a rating of legacy CSAT is good or bad, not {score}")
        if rating["score"] == OFFERED:
            rating["submitted"] = self.clock
            rating["agent"], rating["group"] = self._holder_of(row)
        rating["score"] = SCORES.index(score)
        rating["updated"] = self.clock
        if score == SCORES[GOOD]:
            rating["reason"] = NO_TEXT
        if comment is not None:
            rating["comment"] = self._remember(comment)
        previous = int(self.tables.tickets["score"][row])
        self._show_score(row, int(rating["score"]), response=NEVER, previous=previous)

    # people

    def rename_organization(self, organization_id: int, name: str | None) -> None:
        """Rename an organization of customers; None deletes it. Its tickets do not move in the export."""
        position = position_or_raise("organization", organization_id, count=len(self.organizations))
        self.organizations[position] = name

    def deactivate_agent(self, agent_id: int) -> None:
        """Let an agent leave: no longer listed among agents, `/users/show_many` has an inactive end user.

        Tickets and ratings keep the agent; new tickets go to others.
        """
        agent = position_or_raise("user", agent_id, count=people.ADMIN)
        self.departed[agent] = self.clock
        self.loads = np.where(np.arange(len(self.loads)) == agent, 0, self.loads)
        self.loads = self.loads / self.loads.sum()

"""A synthetic Zendesk account with a known truth: how it is made, and the state behind the stand-in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from . import generator, opinions, people, words
from .changes import Changes
from .indexes import Indexes
from .past import draw_past
from .records import NEVER, Growing, Legacy, Response, zendesk_id
from .surveys import Survey, ulid_parts
from .truth import Truth

DAY = generator.DAY
QUIET_SECONDS = 120  # nothing happens just before `now`, so that the exports show the whole past at once


class Call(NamedTuple):
    """One request that the server got; `path` includes the query, `status` is 0 if a fault let no answer out."""

    method: str
    path: str
    status: int


def make_account(
    *,
    tickets: int = 5000,
    days: int = 126,
    seed: int = 7,
    null: bool = False,
    effects: opinions.Effects | None = None,
    now: datetime | None = None,
    legacy_ratings: int = 0,
    mirrored_ratings: bool = False,
) -> Account:
    """A synthetic account: `days` of history with so many tickets, ending at `now`.

    The same arguments give the same bytes. now: aware; default the present minute. null: no agent, group,
    week or time has any effect on ratings. effects: others than the usual ones. legacy_ratings: for so many
    of the first solved tickets a rating of the old CSAT was offered, and most gave one; surveys came in after
    that. mirrored_ratings: the list of old ratings repeats every answered survey about a ticket, as real
    accounts may do. Raises ValueError for a naive `now`, or if there is nothing to make.
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
    effects = effects or (opinions.no_effects() if null else planted)
    busy = planted.worse_agent if effects.worse_agent is None else effects.worse_agent
    loads = generator.agent_loads(rng, busy=busy)
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
    return Account(
        clock,
        founded,
        agent_left,
        survey,
        customers,
        effects,
        loads,
        rng,
        *past,
        mirrored_ratings=mirrored_ratings,
    )


@dataclass(eq=False, repr=False)
class Account(Changes):
    """The state behind the stand-in; `truth` is what an analysis should find, `calls` what was asked.

    Ticket ids count from 1; row `id - 1` of `tickets` is the ticket.
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
    mirrored_ratings: bool = False
    comments: list[str] = field(default_factory=lambda: list(words.COMMENTS))
    calls: list[Call] = field(default_factory=list)
    changes: int = 0  # grows with every change, so that indexes know when they are old

    def __post_init__(self) -> None:
        self._all_responses, self._all_events = Growing(self.responses), Growing(self.events)
        self.indexes = Indexes(self)
        self.truth = Truth(self)

    @property
    def now(self) -> datetime:
        """The account's present, aware UTC."""
        return datetime.fromtimestamp(self.clock, UTC)

    def comment_of(self, rating: Response | Legacy) -> str | None:
        return self.comments[rating.comment] if rating.comment >= 0 else None

    def rating_of(self, row: int) -> tuple[Response | Legacy, int]:
        """What is behind the good or bad score of the ticket at `row`, and the id of that rating."""
        response = int(self.tickets["response"][row])
        if response == NEVER:
            return Legacy._make(self.legacy[self._legacy_row(row)].item()), zendesk_id("rating", row + 1)
        return self.indexes.responses_at(np.array([response]))[0], zendesk_id("mirrored_rating", response)

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

    def _legacy_row(self, ticket: int) -> int:
        row = int(np.searchsorted(self.legacy["ticket"], ticket))
        if row == len(self.legacy) or self.legacy["ticket"][row] != ticket:
            raise KeyError(f"ticket {ticket + 1} was never offered a rating of the old CSAT")
        return row

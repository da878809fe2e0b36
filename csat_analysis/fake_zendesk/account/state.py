"""The state of a synthetic account: its tables, its clock, and look-ups in both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from . import texts
from .effects import Effects
from .identifiers import parse_ulid, zendesk_id
from .indexes import Indexes
from .records import NEVER, Legacy, Response
from .surveys import Survey
from .tables import Tables

# the exports never show the last minute
EXPORT_DELAY_SECONDS = 60


class Call(NamedTuple):
    """One request that a server received; `path` includes the query, `status` is 0 if no answer was sent."""

    method: str
    path: str
    status: int


@dataclass(eq=False, repr=False)
class AccountState:
    """The tables of an account, its clock and its options.

    Attributes
    ----------
    clock : int
        The account's present, in epoch seconds.
    founded : int
        When the account was created.
    survey : Survey
        The survey with its versions.
    effects : Effects
        What the ratings were drawn with.
    loads : numpy.ndarray
        Each agent's share of new tickets.
    tables : Tables
        Customers, tickets, survey responses, events, legacy ratings.
    mirrored_ratings : bool
        Whether `/satisfaction_ratings` repeats answered surveys.
    messaging_seconds : bool
        Whether first replies of messaging tickets are given in seconds, not in minutes.
    departed : dict of int to int
        When agents left, in epoch seconds, by their position among the users.
    organizations : list of str or None
        Names of the customers' organizations, by position; None for a deleted one.
    comments : list of str
        The texts of comments, by position.
    calls : list of Call
        Every request that a server of the account received.
    """

    clock: int
    founded: int
    survey: Survey
    effects: Effects
    loads: np.ndarray
    rng: np.random.Generator
    tables: Tables
    departed: dict[int, int]
    mirrored_ratings: bool = False
    messaging_seconds: bool = False
    organizations: list[str | None] = field(default_factory=lambda: list(texts.ORGANIZATIONS))
    comments: list[str] = field(default_factory=lambda: list(texts.COMMENTS))
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.indexes = Indexes(self.tables)

    @property
    def now(self) -> datetime:
        """The account's present, aware UTC."""
        return datetime.fromtimestamp(self.clock, UTC)

    def comment_of(self, rating: Response | Legacy) -> str | None:
        """Return the comment of a rating, None if it has none."""
        return self.comments[rating.comment] if rating.comment >= 0 else None

    def rating_of(self, row: int) -> tuple[Response | Legacy, int]:
        """Return what is behind the good or bad score of the ticket at `row`, and the id of that rating."""
        response = int(self.tables.tickets["response"][row])
        if response == NEVER:
            return self.tables.legacy_at(self.legacy_row(row)), zendesk_id("rating", row + 1)
        return self.tables.response_at(response), zendesk_id("mirrored_rating", response)

    def response_row(self, response_id: str) -> int:
        """Return the row of a survey response; raise KeyError if there is none with this id."""
        parts = parse_ulid(response_id)
        row = None if parts is None else self.indexes.find_response(parts)
        if row is None:
            raise KeyError(f"unknown survey response {response_id}")
        return row

    def ticket_row(self, ticket_id: int) -> int:
        """Return the row of a ticket; raise KeyError if there is none with this id."""
        count = len(self.tables.tickets)
        if not 1 <= ticket_id <= count:
            raise KeyError(f"unknown ticket {ticket_id}; ids are 1 to {count}")
        return ticket_id - 1

    def legacy_row(self, ticket: int) -> int:
        """Return the row of the legacy rating of the ticket at a row; raise KeyError if there is none."""
        legacy = self.tables.legacy
        row = int(np.searchsorted(legacy["ticket"], ticket))
        if row == len(legacy) or legacy["ticket"][row] != ticket:
            raise KeyError(f"ticket {ticket + 1} was never offered a rating of legacy CSAT")
        return row

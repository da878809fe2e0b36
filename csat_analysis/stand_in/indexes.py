"""The orders in which the endpoints walk the account's tables, made when needed and again after a change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

import numpy as np

from .audits import CSAT_KINDS
from .people import staff_updated
from .records import Event, Response

if TYPE_CHECKING:
    from .account import Account


Ulid = tuple[int, int, int]  # milliseconds, then the random bits: 64 and 16


class Indexes:
    """Sorted row numbers of one account's tables; each property is an array to be read only."""

    def __init__(self, account: Account):
        self._account = account
        self._made: dict[str, tuple[Hashable, object]] = {}

    @property
    def export_order(self) -> np.ndarray:
        """Rows of `tickets` by (generated_timestamp, id)."""
        generated = self._account.tickets["generated"]
        return self._remember("export", self._account.changes, lambda: np.argsort(generated, kind="stable"))

    @property
    def user_order(self) -> tuple[np.ndarray, np.ndarray]:
        """(updated_at, position) of all users, by both."""
        return self._remember("users", None, self._users)

    @property
    def response_order(self) -> np.ndarray:
        """Rows of `responses` by their ULID."""
        responses = self._account.responses
        keys = [responses[name] for name in ("random_low", "random_high", "offered_ms")]
        return self._remember("responses", len(responses), lambda: np.lexsort(keys))

    @property
    def csat_audits(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the CSAT changes in `events`, and where among them each audit begins."""
        return self._remember("csat", len(self._account.events), self._csat_audits)

    def events_of_ticket(self, row: int) -> list[tuple[int, Event]]:
        """The events of one ticket with their positions in the log, oldest first."""
        order, tickets = self._remember("events", len(self._account.events), self._events_by_ticket)
        first, last = np.searchsorted(tickets, [row, row + 1])
        return self.events_at(order[first:last])

    def events_at(self, positions: np.ndarray) -> list[tuple[int, Event]]:
        rows = self._account.events[positions].tolist()
        return list(zip(positions.tolist(), map(Event._make, rows), strict=True))

    def responses_between(
        self, start_ms: int, end_ms: int, *, after: Ulid | None, before: Ulid | None
    ) -> np.ndarray:
        """Rows of `responses` by their ULID, offered in that time (both ends included), and beyond a ULID."""
        order, offered_ms = self.response_order, self._offered_ms
        first = int(np.searchsorted(offered_ms, start_ms))
        last = int(np.searchsorted(offered_ms, end_ms, side="right"))
        if after:
            first = max(first, self._place(after, passed=True))
        if before:
            last = min(last, self._place(before, passed=False))
        return order[first:last]

    def responses_at(self, rows: np.ndarray) -> list[Response]:
        return list(map(Response._make, self._account.responses[rows].tolist()))

    def find_response(self, ulid: Ulid) -> int | None:
        """The row of the response with these parts of a ULID, None if there is none."""
        first, last = self._place(ulid, passed=False), self._place(ulid, passed=True)
        return int(self.response_order[first]) if last > first else None

    @property
    def _offered_ms(self) -> np.ndarray:
        """When the responses were offered, in their order."""
        responses = self._account.responses
        return self._remember("offered", len(responses), lambda: responses["offered_ms"][self.response_order])

    def _place(self, ulid: Ulid, *, passed: bool) -> int:
        """How many responses come before a ULID; `passed`: those with this very ULID too."""
        first, last = np.searchsorted(self._offered_ms, [ulid[0], ulid[0] + 1])
        same = self._account.responses[["random_high", "random_low"]][
            self.response_order[first:last]
        ].tolist()
        return int(first) + sum(bits < ulid[1:] or (passed and bits == ulid[1:]) for bits in same)

    def _events_by_ticket(self) -> tuple[np.ndarray, np.ndarray]:
        tickets = self._account.events["ticket"]
        order = np.argsort(tickets, kind="stable")
        return order, tickets[order]

    def _users(self) -> tuple[np.ndarray, np.ndarray]:
        staff = staff_updated(founded=self._account.founded, left=self._account.agent_left)
        updated = np.concatenate([staff, self._account.customers["created"]])
        order = np.lexsort((np.arange(len(updated)), updated))
        return updated[order], order

    def _csat_audits(self) -> tuple[np.ndarray, np.ndarray]:
        events = self._account.events
        positions = np.flatnonzero(np.isin(events["kind"], CSAT_KINDS))
        moments = events[["time", "ticket"]][positions]
        starts = np.flatnonzero(np.append(True, moments[1:] != moments[:-1]))
        return positions, starts[starts < len(positions)]

    def _remember(self, name: str, version: Hashable, make: Callable[[], object]):
        if name not in self._made or self._made[name][0] != version:
            self._made[name] = version, make()
        return self._made[name][1]

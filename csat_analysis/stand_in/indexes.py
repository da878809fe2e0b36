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
        tickets = self._account.events["ticket"]
        order = self._remember("events", len(tickets), lambda: np.argsort(tickets, kind="stable"))
        first, last = np.searchsorted(tickets, [row, row + 1], sorter=order)
        return self.events_at(order[first:last])

    def events_at(self, positions: np.ndarray) -> list[tuple[int, Event]]:
        rows = self._account.events[positions].tolist()
        return list(zip(positions.tolist(), map(Event._make, rows), strict=True))

    def responses_at(self, rows: np.ndarray) -> list[Response]:
        return list(map(Response._make, self._account.responses[rows].tolist()))

    def find_response(self, parts: tuple[int, int, int]) -> int | None:
        """The row of the response with these parts of a ULID, None if there is none."""
        order, responses = self.response_order, self._account.responses
        first, last = np.searchsorted(responses["offered_ms"], [parts[0], parts[0] + 1], sorter=order)
        same = order[first:last]
        bits = zip(same, responses["random_high"][same], responses["random_low"][same], strict=True)
        return next((int(row) for row, high, low in bits if (high, low) == parts[1:]), None)

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

"""Sorted orders of the account's tables, computed when first used and again after a change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

from .identifiers import UlidParts
from .records import Event
from .tables import Tables

T = TypeVar("T")


class Indexes:
    """Row numbers of one account's tables in the orders of the endpoints; do not write into the arrays."""

    def __init__(self, tables: Tables):
        self._tables = tables
        self._computed: dict[str, tuple[Hashable, object]] = {}

    @property
    def export_order(self) -> np.ndarray:
        """Rows of `tickets` by (generated_timestamp, id)."""
        generated = self._tables.tickets["generated"]
        return self._remember("export", self._tables.version, lambda: np.argsort(generated, kind="stable"))

    @property
    def response_order(self) -> np.ndarray:
        """Rows of `responses` by their ULID."""
        responses = self._tables.responses
        keys = [responses[name] for name in ("random_low", "random_high", "offered_ms")]
        return self._remember("responses", len(responses), lambda: np.lexsort(keys))

    def events_of_ticket(self, row: int) -> list[tuple[int, Event]]:
        """Return the events of one ticket with their positions in the log, oldest first."""
        order, tickets = self._remember("events", len(self._tables.events), self._sort_events_by_ticket)
        first, last = np.searchsorted(tickets, [row, row + 1])
        return self._tables.events_at(order[first:last])

    def responses_between(
        self, start_ms: int, end_ms: int, *, after: UlidParts | None, before: UlidParts | None
    ) -> np.ndarray:
        """Return rows of `responses` by ULID: offered in that time (ends included), beyond the given ULIDs."""
        first = int(np.searchsorted(self._offered_ms, start_ms))
        last = int(np.searchsorted(self._offered_ms, end_ms, side="right"))
        if after:
            first = max(first, self._count_before(after, inclusive=True))
        if before:
            last = min(last, self._count_before(before, inclusive=False))
        return self.response_order[first:last]

    def find_response(self, ulid: UlidParts) -> int | None:
        """Return the row of the response with this ULID, None if there is none."""
        first = self._count_before(ulid, inclusive=False)
        last = self._count_before(ulid, inclusive=True)
        return int(self.response_order[first]) if last > first else None

    @property
    def _offered_ms(self) -> np.ndarray:
        responses = self._tables.responses
        return self._remember("offered", len(responses), lambda: responses["offered_ms"][self.response_order])

    def _count_before(self, ulid: UlidParts, *, inclusive: bool) -> int:
        """Return how many responses have a smaller ULID, or a smaller or equal one."""
        first, last = np.searchsorted(self._offered_ms, [ulid[0], ulid[0] + 1])
        rows = self.response_order[first:last]
        same = self._tables.responses[["random_high", "random_low"]][rows].tolist()
        return int(first) + sum(bits < ulid[1:] or (inclusive and bits == ulid[1:]) for bits in same)

    def _sort_events_by_ticket(self) -> tuple[np.ndarray, np.ndarray]:
        tickets = self._tables.events["ticket"]
        order = np.argsort(tickets, kind="stable")
        return order, tickets[order]

    def _remember(self, name: str, version: Hashable, compute: Callable[[], T]) -> T:
        if name not in self._computed or self._computed[name][0] != version:
            self._computed[name] = version, compute()
        return self._computed[name][1]  # type: ignore[return-value]

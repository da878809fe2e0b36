"""The tables of an account, and how rows are added to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .records import Customer, Event, Legacy, Response, Ticket


class GrowingRows:
    """Rows of an array with spare room behind them, so that appending seldom copies all rows."""

    def __init__(self, rows: np.ndarray):
        self.rows = rows
        self._room = rows

    def append(self, new: np.ndarray) -> np.ndarray:
        """Add rows and return all of them; later writes into the result are kept."""
        start = len(self.rows)
        end = start + len(new)
        if end > len(self._room):
            self._room = np.empty(2 * end, self.rows.dtype)
            self._room[:start] = self.rows
        self._room[start:end] = new
        self.rows = self._room[:end]
        return self.rows


@dataclass(eq=False, repr=False)
class Tables:
    """Arrays of the row types of `records`.

    tickets: row `id - 1` is the ticket. legacy: by ticket. version: grows with every change of a ticket, so
    that an index can tell whether it is current.
    """

    customers: np.ndarray
    tickets: np.ndarray
    responses: np.ndarray
    events: np.ndarray
    legacy: np.ndarray
    version: int = 0

    def __post_init__(self) -> None:
        self._growing_responses = GrowingRows(self.responses)
        self._growing_events = GrowingRows(self.events)

    def add_tickets(self, rows: np.ndarray) -> None:
        """Append tickets."""
        self.tickets = np.concatenate([self.tickets, rows])

    def add_responses(self, rows: np.ndarray) -> None:
        """Append survey responses."""
        self.responses = self._growing_responses.append(rows)

    def add_events(self, rows: np.ndarray) -> None:
        """Append events to the log."""
        self.events = self._growing_events.append(rows)

    def customer_at(self, row: int) -> Customer:
        """Return one customer."""
        return Customer._make(self.customers[row].item())

    def ticket_at(self, row: int) -> Ticket:
        """Return one ticket."""
        return Ticket._make(self.tickets[row].item())

    def response_at(self, row: int) -> Response:
        """Return one survey response."""
        return Response._make(self.responses[row].item())

    def responses_at(self, rows: np.ndarray) -> list[Response]:
        """Return several survey responses."""
        return list(map(Response._make, self.responses[rows].tolist()))

    def events_at(self, rows: np.ndarray) -> list[tuple[int, Event]]:
        """Return several events, each with its position in the log."""
        found = map(Event._make, self.events[rows].tolist())
        return list(zip(rows.tolist(), found, strict=True))

    def legacy_at(self, row: int) -> Legacy:
        """Return one legacy rating."""
        return Legacy._make(self.legacy[row].item())

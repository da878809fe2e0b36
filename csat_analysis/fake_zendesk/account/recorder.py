"""How one event changes the tables of an account."""

from __future__ import annotations

from .answers import draw_ulid_bits
from .events import events_of
from .identifiers import position_of, response_id
from .records import (
    BAD,
    GOOD,
    NEVER,
    NOBODY,
    OFFERED,
    REGROUPED,
    RESPONSE,
    SCORE,
    SURVEY_OFFERED,
    blank,
)
from .state import AccountState


class Recorder(AccountState):
    """An account with the writes that its events are made of; each happens at the account's `now`."""

    def _record(self, kind: int, row: int, **columns: int) -> None:
        """Append an event of a ticket to the log."""
        self.tables.add_events(events_of(kind, row, self.clock, **columns))
        self._touch(row)

    def _touch(self, row: int) -> None:
        """Move a ticket in the export."""
        self.tables.tickets["updated"][row] = self.clock
        self.tables.tickets["generated"][row] = self.clock
        self.tables.version += 1

    def _record_group_change(self, row: int, was_group: int) -> None:
        self.tables.tickets["group_stations"][row] += 1
        self._record(REGROUPED, row, value=int(self.tables.tickets["group"][row]), previous=was_group)

    def _offer_survey(self, row: int, *, requester: int) -> int:
        """Offer a survey about the ticket at a row, or about a conversation (NOBODY); return its response's row."""
        offer = blank(RESPONSE, 1)
        offer["ticket"] = row
        offer["requester"] = requester
        offer["version"] = self.survey.current.number
        if row != NOBODY:
            offer["agent"], offer["group"] = self._holder_of(row)
        offer["offered_ms"] = self.clock * 1000 + len(self.tables.responses) % 1000
        for name in ("rating", "first_rating", "revisions"):
            offer[name] = 0
        draw_ulid_bits(self.rng, offer)
        response = len(self.tables.responses)
        self.tables.add_responses(offer)
        if row != NOBODY:
            self._show_offer(row, response)
        return response

    def _show_offer(self, row: int, response: int) -> None:
        ticket = self.tables.tickets[row]
        self._record(SURVEY_OFFERED, row, response=response)
        self._record(SCORE, row, value=OFFERED, previous=int(ticket["score"]), response=response)
        ticket["score"] = OFFERED
        ticket["response"] = NEVER

    def _show_rating(self, row: int, response: int, *, previous: int) -> None:
        """Let a ticket show the score of a survey response."""
        rating, version = self.tables.responses[["rating", "version"]][response].item()
        is_bad = rating <= self.survey.version(version).highest_bad_rating
        self._show_score(row, BAD if is_bad else GOOD, response=response, previous=previous)

    def _show_score(self, row: int, score: int, *, response: int, previous: int) -> None:
        """Let a ticket show a score, which may be the same as before."""
        self.tables.tickets["score"][row] = score
        self.tables.tickets["response"][row] = response
        if score == previous:
            self._touch(row)
        else:
            self._record(SCORE, row, value=score, previous=previous, response=response)

    def _holder_of(self, row: int) -> tuple[int, int]:
        """Return agent and group of a ticket."""
        return self.tables.tickets[row][["agent", "group"]].item()

    def _response_id(self, response: int) -> str:
        return response_id(self.tables.response_at(response))

    def _remember(self, comment: str) -> int:
        """Keep a comment; return its position."""
        self.comments.append(comment)
        return len(self.comments) - 1


def position_or_raise(kind: str, number: int, *, count: int) -> int:
    """Return the position behind an id; raise KeyError if there is no such record."""
    position = position_of(kind, number)
    if position is None or position >= count:
        raise KeyError(f"unknown {kind} {number}")
    return position

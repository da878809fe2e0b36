"""Audits of tickets: one request per ticket, until Zendesk refuses them or fails too often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .. import zendesk as api
from ..errors import NotAllowed, NotFound, ZendeskError
from ..flatten import Holder, Step, UnexpectedShape, survey_events, ticket_steps
from .context import PullContext
from .prefetch import map_in_order

QUERY: dict[str, Any] = {"filter_events[]": ["SurveyResponseSubmitted", "Create", "Change"]}
MOST_FAILURES = 3  # tickets whose audits Zendesk fails to send; after more of them the pull ends


class TicketAudits(NamedTuple):
    """What a ticket's audits show; nothing if it is deleted.

    submitted: response id -> who held the ticket when it was answered, as an event says. steps: its changes, oldest
    first; none if they cannot be read.
    """

    submitted: dict[str, Holder]
    steps: list[Step]


class Audits:
    """The audits of tickets. After the first refusal no more are requested in this pull.

    requested: how many tickets were asked about.
    """

    def __init__(self, context: PullContext):
        self._context = context
        self._refusal = ""
        self._failures: list[str] = []
        self.requested = 0

    @property
    def problem(self) -> str:
        """Why audits are missing: a refusal, or single tickets that failed; empty if none are."""
        return self._refusal or next(iter(self._failures), "")

    def of_tickets(self, ticket_ids: Iterable[int]) -> Iterator[tuple[int, TicketAudits]]:
        """Yield each ticket whose audits could be requested, with what they show."""
        ids = sorted(ticket_ids)
        for ticket_id, found in zip(ids, map_in_order(self._of_ticket, ids), strict=True):
            if found is not None:
                yield ticket_id, found

    def _of_ticket(self, ticket_id: int) -> TicketAudits | None:
        if self._refusal:
            return None
        self.requested += 1
        pages = self._context.account.pages(api.audits(ticket_id), **QUERY)
        try:
            return _read([audit for page in pages for audit in page.rows])
        except NotFound:
            return _read([])
        except NotAllowed as error:
            self._refusal = str(error)
        except ZendeskError as error:
            if (error.status or 0) < 500 or len(self._failures) >= MOST_FAILURES:
                raise
            self._failures.append(str(error))
        return None


def _read(audits: list[Any]) -> TicketAudits:
    try:
        steps = ticket_steps(audits)
    except UnexpectedShape:
        steps = []
    return TicketAudits(survey_events(audits), steps)

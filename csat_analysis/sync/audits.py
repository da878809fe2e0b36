"""Audits of tickets: one request per ticket, until Zendesk refuses them or fails too often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from .. import zendesk as api
from ..errors import NotAllowed, NotFound, ZendeskError
from .context import PullContext
from .prefetch import map_in_order

MOST_FAILURES = 3  # tickets whose audits Zendesk fails to send; after more of them the pull ends

T = TypeVar("T")


class Audits(Generic[T]):
    """The audits of tickets. After the first refusal no more are requested in this pull.

    events: the types of events that are needed. read: what to return of a ticket's audits; those of a deleted ticket
    are gone, and it gets none. requested: how many tickets were asked about.
    """

    def __init__(
        self, context: PullContext, events: str | list[str], read: Callable[[Iterable[dict[str, Any]]], T]
    ):
        self._context = context
        self._query: dict[str, Any] = {"filter_events[]": events}
        self._read = read
        self._refusal = ""
        self._failures: list[str] = []
        self.requested = 0

    @property
    def problem(self) -> str:
        """Why audits are missing: a refusal, or single tickets that failed; empty if none are."""
        return self._refusal or next(iter(self._failures), "")

    def of_tickets(self, ticket_ids: Iterable[int]) -> Iterator[tuple[int, T]]:
        """Yield each ticket whose audits could be requested, with what was read of them."""
        ids = sorted(ticket_ids)
        for ticket_id, found in zip(ids, map_in_order(self._of_ticket, ids), strict=True):
            if found is not None:
                yield ticket_id, found

    def _of_ticket(self, ticket_id: int) -> T | None:
        if self._refusal:
            return None
        self.requested += 1
        pages = self._context.account.pages(api.audits(ticket_id), **self._query)
        try:
            return self._read(audit for page in pages for audit in page.rows)
        except NotFound:
            return self._read([])
        except NotAllowed as error:
            self._refusal = str(error)
        except ZendeskError as error:
            if (error.status or 0) < 500 or len(self._failures) >= MOST_FAILURES:
                raise
            self._failures.append(str(error))
        return None

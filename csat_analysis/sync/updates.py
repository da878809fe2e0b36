"""Answers and edits since the last pull, and the re-read that checks whether any was missed.

An answer and an edit change their ticket, so the tickets that changed are asked about, many in one request. A
conversation without a ticket shows no such change: while its survey is open, its customer is asked about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .. import zendesk as api
from ..flatten import Response
from ..history.completeness import SURVEYED, UNEXPLAINED_SCORES
from .context import EPOCH, Json, PullContext, ResponseInputs, Row
from .prefetch import map_in_order, prefetch
from .storage import (
    FlattenedResponses,
    ResponsesPart,
    flatten_responses,
    join_pages,
    store,
    store_responses,
)
from .survey_responses import offered_since

CHANGED_TICKETS = "changed_tickets"  # the streams
CONVERSATIONS = "conversations"
# A page holds 50 responses, and a few tickets have two surveys.
VALUES_PER_FILTER = 40
ROWS_PER_QUERY = 5_000
RE_READ = dt.timedelta(days=29)  # customers may change an answer for 28 days
EXPORT_DELAY = dt.timedelta(minutes=5)  # younger changes may not be in the export yet


class UpdateCursors(NamedTuple):
    """Where the updates continue: a place in the order of changed tickets, and a time for conversations."""

    changed: TicketPosition
    conversations: dt.datetime


class TicketPosition(NamedTuple):
    """A ticket's place in the order of changes; stored as text, "<time>|<ticket id>"."""

    generated_at: dt.datetime
    ticket_id: int

    @classmethod
    def parse(cls, cursor: str) -> TicketPosition:
        """Return the position that a cursor stores."""
        moment, _, number = cursor.partition("|")
        return cls(dt.datetime.fromisoformat(moment), int(number))

    def __str__(self) -> str:
        return f"{self.generated_at.isoformat()}|{self.ticket_id}"


BEGINNING = TicketPosition(EPOCH, 0)
CHANGED_SINCE = f"""
select ticket_id, generated_at from tickets
where (generated_at > $1 or generated_at = $1 and ticket_id > $2) and generated_at <= $3
  and (satisfaction_score in {SURVEYED} or ticket_id in (select ticket_id from survey_responses))
order by generated_at, ticket_id limit {ROWS_PER_QUERY}
"""
# A survey without the time of its end is open as long as one is by default.
OPEN_CONVERSATIONS = """
select distinct responder_id from survey_responses
where ticket_id is null and responder_id is not null
  and (expires_at > $1 or expires_at is null and offered_at > $2) order by responder_id
"""
UNEXPLAINED = f"{UNEXPLAINED_SCORES} order by generated_at desc limit {ROWS_PER_QUERY}"
LATEST_CHANGE = """
select ticket_id, generated_at from tickets
where generated_at <= $1 order by generated_at desc, ticket_id desc limit 1
"""


def begin_updates(
    context: PullContext, cursors: dict[str, str], changed_from: dt.datetime | None
) -> UpdateCursors:
    """Return where the updates continue, and store it before the first list of responses is read.

    changed_from: the earliest change that the export stored. Where the export was read again from an earlier
    time, the cursor of changed tickets goes back to that change. A cursor ahead of the server's time, from a pull
    on a machine whose clock was wrong, goes back by the time in which a survey can be answered.
    """
    stored = cursors.get(CHANGED_TICKETS)
    changed = TicketPosition.parse(stored) if stored else _latest_change(context)
    if changed_from and changed_from <= changed.generated_at and stored:
        changed = TicketPosition(changed_from, 0)
    if changed.generated_at > context.started:
        changed = TicketPosition(context.started - RE_READ, 0)
    if str(changed) != stored:
        store(context, {}, {CHANGED_TICKETS: str(changed)})
    return UpdateCursors(changed, _begin_conversations(context, cursors.get(CONVERSATIONS)))


def rewind_changed_tickets(context: PullContext, cursors: dict[str, str], since: dt.datetime) -> None:
    """Set the cursor of changed tickets back before tickets are read again from `since`.

    `begin_updates` sets it forward to the first ticket that did change. If the pull is killed before that, the
    next one asks about all of them.
    """
    stored = cursors.get(CHANGED_TICKETS)
    if stored and TicketPosition.parse(stored).generated_at >= since:
        store(context, {}, {CHANGED_TICKETS: str(TicketPosition(since, 0))})


def _begin_conversations(context: PullContext, stored: str | None) -> dt.datetime:
    last = dt.datetime.fromisoformat(stored) if stored else context.started
    if last > context.started:
        last = context.started - RE_READ
    if last.isoformat() != stored:
        store(context, {}, {CONVERSATIONS: last.isoformat()})
    return last


def request_changed_tickets(context: PullContext, position: TicketPosition) -> Iterator[ResponsesPart]:
    """Begin to read the responses of all tickets that changed after `position`."""
    return _show(context, prefetch(_read_changed_tickets(context, _changed_since(context, position))))


def request_conversations(context: PullContext, last: dt.datetime) -> Iterator[ResponsesPart]:
    """Begin to read the responses of conversations whose survey was still open at `last`."""
    if last >= context.started:
        return iter(())  # the whole list was read in this very pull
    return _show(context, prefetch(_read_conversations(context, _open_conversations(context, last))))


def _show(context: PullContext, parts: Iterable[tuple[float, ResponsesPart]]) -> Iterator[ResponsesPart]:
    """Yield the parts; show the share of requests that are done, which comes with each."""
    for share, part in parts:
        context.progress.update("changed answers", share)
        yield part


def read_again(context: PullContext, inputs: ResponseInputs) -> int:
    """Read again every survey that can still change; return how many the steps before had missed."""
    missed = 0
    pages = join_pages(offered_since(context, context.started - RE_READ), context.sizes.rows_per_transaction)
    for page in prefetch(pages):
        found = flatten_responses(context, page.rows, inputs)
        missed += store_missed(context, found, inputs)
        context.progress.update_to("reading again", [one.response["offered_at"] for one in found.responses])
    return missed


def read_unexplained(context: PullContext, inputs: ResponseInputs) -> int:
    """Read the surveys of tickets with a score that no stored response explains; return how many are new or changed.

    At most `ROWS_PER_QUERY` tickets, the latest ones. Others may have ratings of legacy CSAT.
    """
    batches = _batches(context.history.fetch(UNEXPLAINED))
    missed = 0
    for bodies in map_in_order(lambda batch: _of_tickets(context, batch), batches):
        missed += store_missed(context, flatten_responses(context, bodies, inputs), inputs)
    return missed


def store_missed(context: PullContext, found: FlattenedResponses, inputs: ResponseInputs) -> int:
    """Store responses that were read again; return how many of them earlier steps had missed.

    Not missed is what is too new for the export, or was offered before the start of `--since`.
    """
    latest = context.started - EXPORT_DELAY
    since = context.history.complete_from
    earliest = since - RE_READ if since else EPOCH
    missed: list[Response] = []
    others: list[Response] = []
    for one in found.responses:
        offered_at = one.response["offered_at"] or latest
        written = one.response["updated_at"] or offered_at
        (missed if earliest <= offered_at and written <= latest else others).append(one)
    store_responses(context, FlattenedResponses(others, []), inputs)
    return store_responses(context, FlattenedResponses(missed, found.unknown_bodies), inputs)


def _read_changed_tickets(context: PullContext, tickets: list[Row]) -> Iterator[tuple[float, ResponsesPart]]:
    """Yield the responses of these tickets and the next ones, as many tickets as one request holds at a time."""
    while tickets:
        batches = _batches(tickets)
        bodies = map_in_order(lambda batch: _of_tickets(context, batch), batches)
        for done, (batch, found) in enumerate(zip(batches, bodies, strict=True), 1):
            after = str(_position(batch[-1]))
            yield done / len(batches), ResponsesPart(found, CHANGED_TICKETS, after)
        is_last = len(tickets) < ROWS_PER_QUERY
        tickets = [] if is_last else _changed_since(context, _position(tickets[-1]))


def _read_conversations(context: PullContext, responders: list[Row]) -> Iterator[tuple[float, ResponsesPart]]:
    """Yield the responses of these customers; the last part has the cursor."""
    batches = _batches(responders)
    bodies = map_in_order(lambda batch: _of_responders(context, batch), batches)
    for done, found in enumerate(bodies, 1):
        yield done / len(batches), ResponsesPart(found, CONVERSATIONS, None)
    yield 1.0, ResponsesPart([], CONVERSATIONS, context.started.isoformat())


def _position(ticket: Row) -> TicketPosition:
    return TicketPosition(ticket["generated_at"], ticket["ticket_id"])


def _of_tickets(context: PullContext, tickets: Sequence[Row]) -> list[Json]:
    names = ",".join(f"zen:ticket:{row['ticket_id']}" for row in tickets)
    return _filtered(context, "filter[subject_zrns]", names)


def _of_responders(context: PullContext, responders: Sequence[Row]) -> list[Json]:
    ids = ",".join(str(row["responder_id"]) for row in responders)
    return _filtered(context, "filter[responder_ids]", ids)


def _filtered(context: PullContext, name: str, values: str) -> list[Json]:
    pages = context.account.pages(api.SURVEY_RESPONSES, **{name: values})
    return [body for page in pages for body in page.rows]


def _batches(rows: list[Row]) -> list[list[Row]]:
    return [rows[place : place + VALUES_PER_FILTER] for place in range(0, len(rows), VALUES_PER_FILTER)]


def _changed_since(context: PullContext, position: TicketPosition) -> list[Row]:
    """Return the next tickets with a survey that changed after `position`, in the order of their change."""
    return context.history.fetch(CHANGED_SINCE, *position, context.started)


def _open_conversations(context: PullContext, last: dt.datetime) -> list[Row]:
    """Return the customers with a survey that is about no ticket and could still be answered at `last`."""
    return context.history.fetch(OPEN_CONVERSATIONS, last, last - RE_READ)


def _latest_change(context: PullContext) -> TicketPosition:
    rows = context.history.fetch(LATEST_CHANGE, context.started)
    return _position(rows[0]) if rows else BEGINNING

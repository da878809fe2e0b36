"""Endpoints of tickets: the incremental export, and the audits of one ticket."""

from __future__ import annotations

import numpy as np

from ..account.identifiers import response_id
from ..account.records import BAD, GOOD, SCORES, Ticket
from . import paging
from .audit_bodies import audit_bodies
from .errors import not_found
from .json_values import JSON
from .rating_bodies import rating_body
from .request import ApiRequest
from .ticket_bodies import metric_set_body, ticket_body


def export_tickets(request: ApiRequest) -> JSON:
    """Return tickets by (generated_timestamp, id); `include=metric_sets` adds metrics in and beside them."""
    account = request.account
    tickets = account.tables.tickets
    order = account.indexes.export_order
    ids, envelope = paging.export_page(
        tickets["generated"][order],
        order + 1,
        arguments=request.arguments,
        clock=account.clock,
        url=request.url,
    )
    return _ticket_bodies(request, ids - 1) | envelope


def list_audits(request: ApiRequest, ticket_id: int) -> JSON:
    """Return a ticket's audits, oldest first; `filter_events[]` keeps audits that hold such an event, whole."""
    account = request.account
    tickets = account.tables.tickets
    if not 1 <= ticket_id <= len(tickets) or tickets["deleted"][ticket_id - 1]:
        raise not_found()
    located = account.indexes.events_of_ticket(ticket_id - 1)
    rows = {event.response for _, event in located if event.response >= 0}
    response_ids = {row: response_id(account.tables.response_at(row)) for row in rows}
    audits = audit_bodies(located, account.tables.ticket_at(ticket_id - 1), response_ids=response_ids)
    wanted = set(request.arguments.getlist("filter_events[]"))
    if wanted:
        audits = [audit for audit in audits if wanted & {event["type"] for event in audit["events"]}]
    return request.list_page("audits", audits)


def _ticket_bodies(request: ApiRequest, rows: np.ndarray) -> JSON:
    tickets = [request.account.tables.ticket_at(row) for row in rows.tolist()]
    numbers = (rows + 1).tolist()
    bodies = [_ticket_body(request, *pair) for pair in zip(tickets, numbers, strict=True)]
    if "metric_sets" not in request.arguments.get("include", "").split(","):
        return {"tickets": bodies}
    in_seconds = request.account.messaging_seconds
    metric_sets = [
        metric_set_body(*pair, messaging_seconds=in_seconds) for pair in zip(tickets, numbers, strict=True)
    ]
    for body, metric_set in zip(bodies, metric_sets, strict=True):
        body["metric_set"] = metric_set
    return {"metric_sets": metric_sets, "tickets": bodies}


def _ticket_body(request: ApiRequest, ticket: Ticket, number: int) -> JSON:
    return ticket_body(
        ticket,
        number,
        organization=request.account.tables.customer_at(ticket.requester).organization,
        rating=_satisfaction_rating(request, ticket, number - 1),
        second_time_field=request.variant.second_time_field,
    )


def _satisfaction_rating(request: ApiRequest, ticket: Ticket, row: int) -> JSON:
    """Return the bare score, or the rating behind a good or bad one."""
    account = request.account
    if ticket.score not in (GOOD, BAD):
        return {"score": SCORES[ticket.score]}
    given, number = account.rating_of(row)
    comment = None if ticket.scrubbed else account.comment_of(given)
    return rating_body(request.variant, ticket.score, number, reason=given.reason, comment=comment)

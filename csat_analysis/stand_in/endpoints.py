"""The Support endpoints of the stand-in: views that answer one request each from the account."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np

from . import paging, people
from .access import Caller
from .account import Account
from .audits import audit_bodies, ticket_event_bodies
from .bodies import metric_set_body, rating_body, ticket_body
from .paging import Arguments, LazyList
from .people import JSON, STAFF
from .records import BAD, GOOD, SCORES, Ticket, position_of, zendesk_id
from .refusals import bad_request, not_found
from .surveys import response_id

MAX_SHOWN_MANY = 100


class Asked(NamedTuple):
    """What a view gets: the account, the query, the URL without it, and who asks (None: anonymous)."""

    account: Account
    arguments: Arguments
    url: str
    caller: Caller | None

    def listing(self, name: str, items: list[JSON] | LazyList) -> JSON:
        return paging.listing(name, items, arguments=self.arguments, url=self.url)


# incremental exports


def export_tickets(asked: Asked) -> JSON:
    """Tickets by (generated_timestamp, id); `include=metric_sets` puts metrics in and beside them."""
    account, order = asked.account, asked.account.indexes.export_order
    kept = ~account.tickets["deleted"] if asked.arguments.get("exclude_deleted") == "true" else None
    numbers, envelope = paging.incremental_cursor(
        account.tickets["generated"][order],
        order + 1,
        arguments=asked.arguments,
        clock=account.clock,
        url=asked.url,
        keep=lambda ids: np.ones(len(ids), bool) if kept is None else kept[ids - 1],
    )
    return _tickets(asked, numbers - 1) | envelope


def export_users(asked: Asked) -> JSON:
    """Staff and customers by (updated_at, id)."""
    account = asked.account
    updated, positions = account.indexes.user_order
    ids = zendesk_id("user", 0) + positions.astype("i8") * (zendesk_id("user", 1) - zendesk_id("user", 0))
    numbers, envelope = paging.incremental_cursor(
        updated,
        ids,
        arguments=asked.arguments,
        clock=account.clock,
        url=asked.url.removesuffix(".json"),  # recorded so: this one alone comes back without .json
        keep=lambda ids: np.ones(len(ids), bool),
    )
    users = [_user(account, position_of("user", int(number))) for number in numbers]
    return {"users": users} | envelope


def export_ticket_events(asked: Asked) -> JSON:
    """Audits that changed a satisfaction score, by time; a page is filled up to the end of its last second.

    Zendesk sends all audits; the others are left out here, as nothing that reads CSAT needs them.
    """
    account, arguments = asked.account, asked.arguments
    start, size = paging.start_time(arguments, clock=account.clock), paging.export_page_size(arguments)
    positions, audits = account.indexes.csat_audits
    times = account.events["time"][positions[audits]]
    first, end = np.searchsorted(times, [start, account.clock - paging.EXPORT_DELAY_SECONDS + 1])
    last = end if first + size >= end else np.searchsorted(times, times[first + size - 1], side="right")
    bounds = np.append(audits, len(positions))
    bodies = ticket_event_bodies(
        account.indexes.events_at(positions[bounds[first] : bounds[max(first, last)]])
    )
    ends = bool(last >= end)
    end_time = bodies[-1]["timestamp"] + (0 if ends else 1) if bodies else start
    query = {name: arguments[name] for name in ("include", "per_page") if name in arguments}
    return {
        "count": len(bodies),
        "end_of_stream": ends,
        "end_time": end_time,
        "next_page": f"{asked.url}?{urlencode(query | {'start_time': end_time})}",
        "ticket_events": bodies,
    }


# tickets and their audits


def show_many_tickets(asked: Asked) -> JSON:
    rows = np.array([number - 1 for number in _ids(asked) if 1 <= number <= len(asked.account.tickets)], int)
    return _tickets(asked, rows[~asked.account.tickets["deleted"][rows]]) | {
        "count": len(rows),
        "next_page": None,
        "previous_page": None,
    }


def list_audits(asked: Asked, ticket_id: int) -> JSON:
    """A ticket's audits, oldest first; with `filter_events[]` only audits that hold such an event, whole."""
    account = asked.account
    if not 1 <= ticket_id <= len(account.tickets) or account.tickets["deleted"][ticket_id - 1]:
        raise not_found()
    located = account.indexes.events_of_ticket(ticket_id - 1)
    rows = np.array([event.response for _, event in located if event.response >= 0], int)
    ids = dict(zip(rows.tolist(), map(response_id, account.indexes.responses_at(rows)), strict=True))
    audits = audit_bodies(located, _ticket(account, ticket_id - 1), response_ids=ids)
    wanted = set(asked.arguments.getlist("filter_events[]"))
    if wanted:
        audits = [audit for audit in audits if wanted & {event["type"] for event in audit["events"]}]
    return asked.listing("audits", audits)


def _tickets(asked: Asked, rows: np.ndarray) -> JSON:
    tickets = [_ticket_body(asked.account, int(row)) for row in rows]
    if "metric_sets" not in asked.arguments.get("include", "").split(","):
        return {"tickets": [body for _, body in tickets]}
    metric_sets = [metric_set_body(ticket, body["id"]) for ticket, body in tickets]
    for (_, body), metric_set in zip(tickets, metric_sets, strict=True):
        body["metric_set"] = metric_set
    return {"metric_sets": metric_sets, "tickets": [body for _, body in tickets]}


def _ticket_body(account: Account, row: int) -> tuple[Ticket, JSON]:
    ticket = _ticket(account, row)
    organization = int(account.customers["organization"][ticket.requester])
    return ticket, ticket_body(
        ticket, row + 1, organization=organization, rating=_rating(account, ticket, row)
    )


def _rating(account: Account, ticket: Ticket, row: int) -> JSON:
    """The bare score, or the rating behind a good or bad one."""
    if ticket.score not in (GOOD, BAD):
        return {"score": SCORES[ticket.score]}
    given, number = account.rating_of(row)
    comment = None if ticket.scrubbed else account.comment_of(given)
    return rating_body(ticket.score, number, reason=given.reason, comment=comment)


def _ticket(account: Account, row: int) -> Ticket:
    return Ticket._make(account.tickets[row].item())


# people


def show_me(asked: Asked) -> JSON:
    """The caller; Zendesk answers an anonymous user, with status 200, when there are no credentials."""
    if asked.caller is None:
        return {"user": people.ANONYMOUS}
    return {"user": _user(asked.account, asked.caller.user)}


def list_users(asked: Asked) -> JSON:
    """All users, or those of the `role[]`s."""
    roles = asked.arguments.getlist("role[]") or asked.arguments.getlist("role")
    positions = np.arange(STAFF + len(asked.account.customers))
    wanted = np.isin(people.roles_of(positions), roles) if roles else np.ones(len(positions), bool)
    return asked.listing(
        "users", LazyList(positions[wanted], lambda position: _user(asked.account, position))
    )


def show_many_users(asked: Asked) -> JSON:
    count = STAFF + len(asked.account.customers)
    positions = [position_of("user", number) for number in _ids(asked)]
    found = [position for position in positions if position is not None and position < count]
    users = [_user(asked.account, position) for position in found]
    return {"count": len(users), "next_page": None, "previous_page": None, "users": users}


def _user(account: Account, position: int) -> JSON:
    if position < STAFF:
        return people.agent_body(position, founded=account.founded, left=account.agent_left)
    return people.customer_body(position, account.customers[position - STAFF])


def _ids(asked: Asked) -> list[int]:
    texts = asked.arguments.get("ids", "").split(",")
    if len(texts) > MAX_SHOWN_MANY:
        raise bad_request("TooManyIds", f"ids must be at most {MAX_SHOWN_MANY}")
    return [int(text) for text in texts if text.strip().isdecimal()]


# what an administrator has set up


def list_groups(asked: Asked) -> JSON:
    return asked.listing("groups", people.group_bodies(asked.account.founded))


def list_brands(asked: Asked) -> JSON:
    return asked.listing("brands", people.brand_bodies(asked.account.founded))


def list_ticket_fields(asked: Asked) -> JSON:
    return asked.listing("ticket_fields", people.ticket_field_bodies(asked.account.founded))


def list_custom_statuses(asked: Asked) -> JSON:
    """Not paged by Zendesk."""
    statuses = people.custom_status_bodies(asked.account.founded)
    return {"count": len(statuses), "custom_statuses": statuses, "next_page": None, "previous_page": None}

"""Ticket audits as Zendesk's JSON, rendered from the account's log of events.

One audit is everything that happened to a ticket in one second. Audits name the surveys (`SurveyOffered`,
`SurveyResponseSubmitted`) and the agent and group at the time of rating.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from ..account.identifiers import id_or_null, zendesk_id
from ..account.people import ADMIN, STAFF
from ..account.records import (
    ASSIGNED,
    CHANNELS,
    COMMENTED,
    CREATED,
    NOBODY,
    OPEN,
    REGROUPED,
    SCORE,
    SCORES,
    SOLVED,
    STATUS,
    STATUSES,
    SURVEY_OFFERED,
    SURVEY_SUBMITTED,
    Event,
    Ticket,
)
from .json_values import JSON, iso
from .rating_bodies import FIRST_REASON_CODE

_NO_SOURCE: JSON = {"from": {}, "rel": None, "to": {}}
_VIA_SYSTEM = {"channel": "web_service", "source": _NO_SOURCE}
_SYSTEM = -1

# an event and its position in the log
Located = tuple[int, Event]


def audit_bodies(events: Iterable[Located], ticket: Ticket, *, response_ids: dict[int, str]) -> list[JSON]:
    """Return one ticket's audits, oldest first; `response_ids` are the ids of survey responses by row."""
    audits = groupby(events, key=lambda located: (located[1].time, located[1].ticket))
    return [_audit_body(list(audit), ticket, response_ids) for _, audit in audits]


def _audit_body(audit: list[Located], ticket: Ticket, response_ids: dict[int, str]) -> JSON:
    position, first = audit[0]
    is_by_people = first.kind in (CREATED, COMMENTED, ASSIGNED, REGROUPED)
    return {
        "author_id": _author(first, ticket),
        "created_at": iso(first.time),
        "events": [body for event in audit for body in _event_bodies(event, ticket, response_ids)],
        "id": zendesk_id("audit", position),
        "metadata": {"custom": {}, "system": {}},
        "ticket_id": first.ticket + 1,
        "via": {"channel": CHANNELS[ticket.channel], "source": _NO_SOURCE} if is_by_people else _VIA_SYSTEM,
    }


def _author(event: Event, ticket: Ticket) -> int:
    if event.kind == CREATED or (event.kind == STATUS and event.value == OPEN):
        return zendesk_id("user", STAFF + ticket.requester)
    if event.kind in (ASSIGNED, REGROUPED):
        return zendesk_id("user", ADMIN)
    if event.kind == COMMENTED or (event.kind == STATUS and event.value == SOLVED):
        return _SYSTEM if ticket.agent == NOBODY else zendesk_id("user", ticket.agent)
    return _SYSTEM


def _event_bodies(located: Located, ticket: Ticket, response_ids: dict[int, str]) -> list[JSON]:
    """Return the events of one audit that an event of the log stands for."""
    position, event = located
    number = zendesk_id("event", 8 * position)
    if event.kind == CREATED:
        return [_comment(number, event, ticket, "Hello!"), *_created_fields(number, event)]
    if event.kind == COMMENTED:
        return [_comment(number, event, ticket, "We are on it.")]
    if event.kind == SURVEY_OFFERED:
        return [{"id": number, "type": "SurveyOffered", "survey_type": "CustomerSatisfaction"}]
    if event.kind == SURVEY_SUBMITTED:
        return [_submission(number, event, response_ids[event.response])]
    name, value, previous = _change(event)
    change = {"field_name": name, "value": value, "previous_value": previous}
    return [{"id": number, "type": "Change"} | change]


def _comment(number: int, event: Event, ticket: Ticket, text: str) -> JSON:
    author = _author(event, ticket)
    return {"id": number, "type": "Comment", "public": True, "author_id": author, "body": text}


def _created_fields(number: int, event: Event) -> list[JSON]:
    fields = {
        "status": "new" if event.value == NOBODY else "open",
        "assignee_id": _id_text("user", event.value),
        "group_id": _id_text("group", event.previous),
    }
    return [
        {"id": number + 128 * offset, "type": "Create", "field_name": name, "value": value}
        for offset, (name, value) in enumerate(fields.items(), 1)
    ]


def _submission(number: int, event: Event, response_id: str) -> JSON:
    return {
        "id": number,
        "type": "SurveyResponseSubmitted",
        "survey_type": "CustomerSatisfaction",
        "survey_response_id": response_id,
        "assigned_user_id": id_or_null("user", event.value),
        "assigned_group_id": id_or_null("group", event.previous),
    }


def _change(event: Event) -> tuple[str, str | None, str | None]:
    """Return (field name, value, previous value); ids are strings in audits."""
    if event.kind == ASSIGNED:
        return "assignee_id", _id_text("user", event.value), _id_text("user", event.previous)
    if event.kind == REGROUPED:
        return "group_id", _id_text("group", event.value), _id_text("group", event.previous)
    if event.kind == STATUS:
        return "status", STATUSES[event.value], STATUSES[event.previous]
    if event.kind == SCORE:
        return "satisfaction_score", SCORES[event.value], SCORES[event.previous]
    return "satisfaction_reason_code", str(FIRST_REASON_CODE + event.value), "0"


def _id_text(kind: str, position: int) -> str | None:
    number = id_or_null(kind, position)
    return None if number is None else str(number)

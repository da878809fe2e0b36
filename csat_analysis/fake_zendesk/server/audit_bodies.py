"""What happened to the tickets: the account's log of events, rendered as ticket audits and as ticket events.

One audit is all that happened to a ticket in one second. Audits name the surveys (`SurveyOffered`,
`SurveyResponseSubmitted`); the incremental export of ticket events does not, it shows only the changed score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from .dates import iso
from .json_type import JSON
from .rating_bodies import FIRST_REASON_CODE

_NOWHERE: JSON = {"from": {}, "rel": None, "to": {}}
_BY_THE_SYSTEM = {"channel": "web_service", "source": _NOWHERE}
_SYSTEM = -1

Located = tuple[int, Event]  # an event and its position in the log


def audit_bodies(events: Iterable[Located], ticket: Ticket, *, response_ids: dict[int, str]) -> list[JSON]:
    """One ticket's audits, oldest first; `response_ids` are the ULIDs of survey responses by row."""
    return [
        {
            "author_id": _author(audit, ticket),
            "created_at": iso(audit[0][1].time),
            "events": [body for event in audit for body in _bodies(event, ticket, response_ids)],
            "id": zendesk_id("audit", audit[0][0]),
            "metadata": {"custom": {}, "system": {}},
            "ticket_id": audit[0][1].ticket + 1,
            "via": {"channel": CHANNELS[ticket.channel], "source": _NOWHERE}
            if _by_people(audit)
            else _BY_THE_SYSTEM,
        }
        for audit in _audits(events)
    ]


def _audits(events: Iterable[Located]) -> Iterator[list[Located]]:
    for _, audit in groupby(events, key=lambda located: (located[1].time, located[1].ticket)):
        yield list(audit)


def _by_people(audit: list[Located]) -> bool:
    return audit[0][1].kind in (CREATED, COMMENTED, ASSIGNED, REGROUPED)


def _author(audit: list[Located], ticket: Ticket) -> int:
    first = audit[0][1]
    if first.kind == CREATED or (first.kind == STATUS and first.value == OPEN):
        return zendesk_id("user", STAFF + ticket.requester)
    if first.kind in (ASSIGNED, REGROUPED):
        return zendesk_id("user", ADMIN)
    if first.kind == COMMENTED or (first.kind == STATUS and first.value == SOLVED):
        return _SYSTEM if ticket.agent == NOBODY else zendesk_id("user", ticket.agent)
    return _SYSTEM


def _bodies(located: Located, ticket: Ticket, response_ids: dict[int, str]) -> Iterator[JSON]:
    position, event = located
    number = zendesk_id("event", 8 * position)
    if event.kind == CREATED:
        created = _created_fields(event)
        yield {
            "id": number,
            "type": "Comment",
            "public": True,
            "author_id": _author([located], ticket),
            "body": "Hello!",
        }
        for offset, (name, value) in enumerate(created.items(), 1):
            yield {"id": number + 128 * offset, "type": "Create", "field_name": name, "value": value}
    elif event.kind == COMMENTED:
        author = _author([located], ticket)
        yield {"id": number, "type": "Comment", "public": True, "author_id": author, "body": "We are on it."}
    elif event.kind == SURVEY_OFFERED:
        yield {"id": number, "type": "SurveyOffered", "survey_type": "CustomerSatisfaction"}
    elif event.kind == SURVEY_SUBMITTED:
        yield {
            "id": number,
            "type": "SurveyResponseSubmitted",
            "survey_type": "CustomerSatisfaction",
            "survey_response_id": response_ids[event.response],
            "assigned_user_id": id_or_null("user", event.value),
            "assigned_group_id": id_or_null("group", event.previous),
        }
    else:
        name, value, previous = _change(event)
        yield {"id": number, "type": "Change", "field_name": name, "value": value, "previous_value": previous}


def _created_fields(event: Event) -> JSON:
    return {
        "status": "new" if event.value == NOBODY else "open",
        "assignee_id": _id_text("user", event.value),
        "group_id": _id_text("group", event.previous),
    }


def _change(event: Event) -> tuple[str, str | None, str | None]:
    """(field name, value, previous value) of an event that changed a field; ids are strings in audits."""
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

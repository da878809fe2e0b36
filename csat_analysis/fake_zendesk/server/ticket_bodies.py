"""Tickets and their metric sets as Zendesk's JSON, rendered from the account's tables.

Keys, types and nulls are those of a live recording of October 2026; durations are whole minutes, rounded.
"""

from __future__ import annotations

from ..account import texts
from ..account.identifiers import id_or_null, zendesk_id
from ..account.people import STAFF
from ..account.records import (
    CHANNELS,
    EMAIL,
    MESSAGING,
    NEVER,
    PRIORITIES,
    STATUSES,
    TYPES,
    Ticket,
)
from .dates import iso, iso_or_null
from .json_type import JSON
from .settings_bodies import (
    CONSENT_FIELD,
    LAST_TIME_FIELD,
    OLD_TIME_FIELD,
    ORDER_FIELD,
    TOPIC_FIELD,
    TOTAL_TIME_FIELD,
)
from .site import SITE

Minutes = dict[str, float | None]  # by clock: calendar, business

_DAY, _WEEK, _MONDAY = 86400, 7 * 86400, 4 * 86400  # 1970-01-05 was a Monday
_OPENS, _WORKDAY = 9 * 3600, 8 * 3600  # the schedule: Monday to Friday, 9 to 17 UTC
_ZERO = {"business": 0, "calendar": 0}
# custom statuses by category; they have no category for closed tickets
_STATUS_IDS = {"new": 0, "open": 1, "pending": 2, "hold": 3, "solved": 4, "closed": 4}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"


def ticket_body(
    ticket: Ticket, number: int, *, organization: int, rating: JSON, second_time_field: bool = False
) -> JSON:
    """Return one ticket as the incremental export sends it, without its metric set.

    rating: its satisfaction_rating. second_time_field: its fields include the inactive one, which is null.
    """
    subject = subject_of(ticket)
    topic = texts.TOPICS[ticket.topic_group][ticket.topic]
    fields = _custom_fields(ticket, number, topic=topic[1])
    if second_time_field:
        fields.insert(0, {"id": zendesk_id("field", OLD_TIME_FIELD), "value": None})
    requester = zendesk_id("user", STAFF + ticket.requester)
    status = STATUSES[ticket.status]
    return {
        "allow_attachments": True,
        "allow_channelback": False,
        "assignee_id": id_or_null("user", ticket.agent),
        "brand_id": zendesk_id("brand", ticket.brand),
        "collaborator_ids": [],
        "created_at": iso(ticket.created),
        "custom_fields": fields,
        "custom_status_id": zendesk_id("status", _STATUS_IDS[status]),
        "description": subject
        if ticket.scrubbed
        else f"{subject}\n\nHello, could somebody help me with this? ({topic[0]})",
        "due_at": None,
        "email_cc_ids": [],
        "encoded_id": _encoded(number),
        "external_id": None,
        "fields": fields,
        "follower_ids": [],
        "followup_ids": [],
        "forum_topic_id": None,
        "from_messaging_channel": ticket.channel == MESSAGING,
        "generated_timestamp": ticket.generated,
        "group_id": id_or_null("group", ticket.group),
        "has_incidents": False,
        "id": number,
        "is_public": True,
        "organization_id": id_or_null("organization", organization),
        "priority": PRIORITIES[ticket.priority],
        "problem_id": None,
        "raw_subject": subject,
        "recipient": "help@example.com" if ticket.channel == EMAIL else None,
        "requester_id": requester,
        "satisfaction_rating": rating,
        "sharing_agreement_ids": [],
        "status": "deleted" if ticket.deleted else status,
        "subject": subject,
        "submitter_id": requester,
        "support_type": "agent",
        "tags": sorted((topic[1], *texts.TAGS[ticket.tag])),
        "ticket_form_id": zendesk_id("form", 0),
        "type": TYPES[ticket.type],
        "updated_at": iso(ticket.updated),
        "url": f"{SITE}/api/v2/tickets/{number}.json",
        "via": {"channel": CHANNELS[ticket.channel], "source": _source(ticket)},
    }


def metric_set_body(ticket: Ticket, number: int, *, messaging_seconds: bool = False) -> JSON:
    """Return the durations and stamps of one ticket; null until both ends of an interval have happened.

    messaging_seconds: the first reply of a messaging ticket is given in seconds, and its minutes are null.
    """
    body = _metric_set_body(ticket, number)
    if not messaging_seconds or ticket.channel != MESSAGING:
        return body
    seconds = None if ticket.first_reply == NEVER else ticket.first_reply - ticket.created
    in_seconds = {"reply_time_in_seconds": {"calendar": seconds}}
    return body | {"reply_time_in_minutes": {"calendar": None, "business": None}} | in_seconds


def _metric_set_body(ticket: Ticket, number: int) -> JSON:
    full = _minutes(ticket, ticket.created, ticket.solved)
    waited = _waited(ticket, full)
    identifier = zendesk_id("metric_set", number)
    return {
        "agent_wait_time_in_minutes": _share(waited, ticket.pending_share),
        "assigned_at": iso_or_null(ticket.assigned),
        "assignee_stations": ticket.agent_stations,
        "assignee_updated_at": iso_or_null(ticket.agent_updated),
        "created_at": iso(ticket.created),
        "custom_status_updated_at": iso_or_null(ticket.status_updated),
        "first_resolution_time_in_minutes": _rounded(_minutes(ticket, ticket.created, ticket.first_solved)),
        "full_resolution_time_in_minutes": _rounded(full),
        "group_stations": ticket.group_stations,
        "id": identifier,
        "initially_assigned_at": iso_or_null(ticket.assigned_first),
        "latest_comment_added_at": iso_or_null(ticket.commented),
        "on_hold_time_in_minutes": _share(waited, ticket.hold_share)
        if full["calendar"] is not None
        else dict(_ZERO),
        "reopens": ticket.reopens,
        "replies": ticket.replies,
        "reply_time_in_minutes": _rounded(_minutes(ticket, ticket.created, ticket.first_reply)),
        "requester_updated_at": iso(max(ticket.created, ticket.reopened)),
        "requester_wait_time_in_minutes": _share(waited, 1 - ticket.pending_share),
        "solved_at": iso_or_null(ticket.solved),
        "status_updated_at": iso_or_null(ticket.status_updated),
        "ticket_id": number,
        "updated_at": iso(ticket.updated),
        "url": f"{SITE}/api/v2/ticket_metrics/{identifier}.json",
    }


def _minutes(ticket: Ticket, start: int, end: int) -> Minutes:
    if end == NEVER:
        return {"business": None, "calendar": None}
    business = (business_seconds(end) - business_seconds(start)) / 60 if ticket.scheduled else None
    return {"business": business, "calendar": (end - start) / 60}


def _waited(ticket: Ticket, full: Minutes) -> Minutes:
    """Creation to the latest solve without the time between a solve and the reopening."""
    if not ticket.first_solved < ticket.reopened < ticket.solved:
        return full
    asleep = _minutes(ticket, ticket.first_solved, ticket.reopened)
    return {clock: _difference(full[clock], asleep[clock]) for clock in full}


def _difference(minutes: float | None, other: float | None) -> float | None:
    return None if minutes is None or other is None else minutes - other


def _share(minutes: Minutes, share: float) -> JSON:
    return _rounded({clock: None if value is None else value * share for clock, value in minutes.items()})


def _rounded(minutes: Minutes) -> JSON:
    return {clock: None if value is None else round(value) for clock, value in minutes.items()}


def business_seconds(moment: int) -> int:
    """Seconds of the schedule from the first Monday of 1970 to a moment; only differences mean something."""
    weeks, rest = divmod(moment - _MONDAY, _WEEK)
    day, second = divmod(rest, _DAY)
    today = min(max(second - _OPENS, 0), _WORKDAY) if day < 5 else 0
    return weeks * 5 * _WORKDAY + min(day, 5) * _WORKDAY + today


def subject_of(ticket: Ticket) -> str:
    return texts.SCRUBBED if ticket.scrubbed else texts.ALL_SUBJECTS[ticket.subject]


def _custom_fields(ticket: Ticket, number: int, *, topic: str) -> list[JSON]:
    values = {
        TOPIC_FIELD: topic,
        TOTAL_TIME_FIELD: None if ticket.handle_seconds == NEVER else ticket.handle_seconds,
        LAST_TIME_FIELD: None if ticket.last_handle_seconds == NEVER else ticket.last_handle_seconds,
        ORDER_FIELD: f"NW-{number * 7919 % 1_000_000:06d}" if number % 3 and not ticket.scrubbed else None,
        CONSENT_FIELD: number % 5 == 0,
    }
    return [{"id": zendesk_id("field", field), "value": value} for field, value in values.items()]


def _encoded(number: int) -> str:
    scrambled = number * 2_654_435_761 + 97_000_000_000_000_007
    letters = "".join(_LETTERS[scrambled // len(_LETTERS) ** place % len(_LETTERS)] for place in range(11))
    return f"{letters[:6]}-{letters[6:]}"


def _source(ticket: Ticket) -> JSON:
    if ticket.channel != EMAIL or ticket.scrubbed:
        return {"from": {}, "rel": None, "to": {}}
    sender = {"address": f"customer{STAFF + ticket.requester}@example.com", "name": "Customer"}
    return {"from": sender, "rel": None, "to": {"name": "Nordwind"}}

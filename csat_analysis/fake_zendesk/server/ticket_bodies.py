"""Tickets and their metric sets as Zendesk's JSON, rendered from the account's tables.

Keys, types and nulls are those of a live recording of October 2026; durations are rounded to whole minutes.
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
from .json_values import JSON, SITE, iso, iso_or_null
from .settings_bodies import (
    CONSENT_FIELD,
    LAST_TIME_FIELD,
    OLD_TIME_FIELD,
    ORDER_FIELD,
    TOPIC_FIELD,
    TOTAL_TIME_FIELD,
)

# by clock: calendar, business
Minutes = dict[str, float | None]

_DAY = 86400
_WEEK = 7 * _DAY
# 1970-01-05 was a Monday
_MONDAY = 4 * _DAY
# the schedule: Monday to Friday, 9 to 17 UTC
_OPENS = 9 * 3600
_WORKDAY = 8 * 3600
_ZERO = {"business": 0, "calendar": 0}
# custom statuses by category; there is none for closed tickets
_STATUS_IDS = {"new": 0, "open": 1, "pending": 2, "hold": 3, "solved": 4, "closed": 4}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ"

# fields that all tickets share
_TICKET_DEFAULTS: JSON = {
    "allow_attachments": True,
    "allow_channelback": False,
    "collaborator_ids": [],
    "due_at": None,
    "email_cc_ids": [],
    "external_id": None,
    "follower_ids": [],
    "followup_ids": [],
    "forum_topic_id": None,
    "has_incidents": False,
    "is_public": True,
    "problem_id": None,
    "sharing_agreement_ids": [],
    "support_type": "agent",
}


def ticket_body(
    ticket: Ticket, number: int, *, organization: int, rating: JSON, second_time_field: bool = False
) -> JSON:
    """Return one ticket as the incremental export sends it, without its metric set.

    rating: its satisfaction_rating. second_time_field: its fields include the inactive one, which is null.
    """
    fields = _custom_fields(ticket, number, second_time_field=second_time_field)
    status = STATUSES[ticket.status]
    return {
        **_TICKET_DEFAULTS,
        **_texts(ticket),
        **_people(ticket),
        "brand_id": zendesk_id("brand", ticket.brand),
        "created_at": iso(ticket.created),
        "custom_fields": fields,
        "custom_status_id": zendesk_id("status", _STATUS_IDS[status]),
        "encoded_id": _encode(number),
        "fields": fields,
        "from_messaging_channel": ticket.channel == MESSAGING,
        "generated_timestamp": ticket.generated,
        "id": number,
        "organization_id": id_or_null("organization", organization),
        "priority": PRIORITIES[ticket.priority],
        "satisfaction_rating": rating,
        "status": "deleted" if ticket.deleted else status,
        "ticket_form_id": zendesk_id("form", texts.FORM_OF_TOPIC[ticket.topic_group][ticket.topic]),
        "type": TYPES[ticket.type],
        "updated_at": iso(ticket.updated),
        "url": f"{SITE}/api/v2/tickets/{number}.json",
        "via": {"channel": CHANNELS[ticket.channel], "source": _source(ticket)},
    }


def _texts(ticket: Ticket) -> JSON:
    subject = texts.SCRUBBED if ticket.scrubbed else texts.ALL_SUBJECTS[ticket.subject]
    topic, tag, _ = texts.TOPICS[ticket.topic_group][ticket.topic]
    question = f"{subject}\n\nHello, could somebody help me with this? ({topic})"
    return {
        "description": subject if ticket.scrubbed else question,
        "raw_subject": subject,
        "subject": subject,
        "tags": sorted((tag, *texts.TAGS[ticket.tag])),
    }


def _people(ticket: Ticket) -> JSON:
    requester = zendesk_id("user", STAFF + ticket.requester)
    return {
        "assignee_id": id_or_null("user", ticket.agent),
        "group_id": id_or_null("group", ticket.group),
        "recipient": "help@example.com" if ticket.channel == EMAIL else None,
        "requester_id": requester,
        "submitter_id": requester,
    }


def _custom_fields(ticket: Ticket, number: int, *, second_time_field: bool) -> list[JSON]:
    _, tag, _ = texts.TOPICS[ticket.topic_group][ticket.topic]
    values: dict[int, object] = {OLD_TIME_FIELD: None} if second_time_field else {}
    values |= {
        TOPIC_FIELD: tag,
        TOTAL_TIME_FIELD: None if ticket.handle_seconds == NEVER else ticket.handle_seconds,
        LAST_TIME_FIELD: None if ticket.last_handle_seconds == NEVER else ticket.last_handle_seconds,
        ORDER_FIELD: f"NW-{number * 7919 % 1_000_000:06d}" if number % 3 and not ticket.scrubbed else None,
        CONSENT_FIELD: number % 5 == 0,
    }
    return [{"id": zendesk_id("field", field), "value": value} for field, value in values.items()]


def _encode(number: int) -> str:
    scrambled = number * 2_654_435_761 + 97_000_000_000_000_007
    letters = "".join(_LETTERS[scrambled // len(_LETTERS) ** place % len(_LETTERS)] for place in range(11))
    return f"{letters[:6]}-{letters[6:]}"


def _source(ticket: Ticket) -> JSON:
    if ticket.channel != EMAIL or ticket.scrubbed:
        return {"from": {}, "rel": None, "to": {}}
    sender = {"address": f"customer{STAFF + ticket.requester}@example.com", "name": "Customer"}
    return {"from": sender, "rel": None, "to": {"name": "Nordwind"}}


# metric sets


def metric_set_body(ticket: Ticket, number: int, *, messaging_seconds: bool = False) -> JSON:
    """Return the durations and timestamps of one ticket; null until both ends of an interval have happened.

    messaging_seconds: the first reply of a messaging ticket is given in seconds, and its minutes are null.
    """
    identifier = zendesk_id("metric_set", number)
    body = {
        **_durations(ticket),
        **_timestamps(ticket),
        "assignee_stations": ticket.agent_stations,
        "group_stations": ticket.group_stations,
        "id": identifier,
        "reopens": ticket.reopens,
        "replies": ticket.replies,
        "ticket_id": number,
        "url": f"{SITE}/api/v2/ticket_metrics/{identifier}.json",
    }
    if messaging_seconds and ticket.channel == MESSAGING:
        seconds = None if ticket.first_reply == NEVER else ticket.first_reply - ticket.created
        body["reply_time_in_minutes"] = {"calendar": None, "business": None}
        body["reply_time_in_seconds"] = {"calendar": seconds}
    return body


def _timestamps(ticket: Ticket) -> JSON:
    return {
        "assigned_at": iso_or_null(ticket.assigned),
        "assignee_updated_at": iso_or_null(ticket.agent_updated),
        "created_at": iso(ticket.created),
        "custom_status_updated_at": iso_or_null(ticket.status_updated),
        "initially_assigned_at": iso_or_null(ticket.assigned_first),
        "latest_comment_added_at": iso_or_null(ticket.commented),
        "requester_updated_at": iso(max(ticket.created, ticket.reopened)),
        "solved_at": iso_or_null(ticket.solved),
        "status_updated_at": iso_or_null(ticket.status_updated),
        "updated_at": iso(ticket.updated),
    }


def _durations(ticket: Ticket) -> JSON:
    full = _minutes(ticket, ticket.created, ticket.solved)
    waited = _waited(ticket, full)
    on_hold = dict(_ZERO) if full["calendar"] is None else _share(waited, ticket.hold_share)
    return {
        "agent_wait_time_in_minutes": _share(waited, ticket.pending_share),
        "first_resolution_time_in_minutes": _round(_minutes(ticket, ticket.created, ticket.first_solved)),
        "full_resolution_time_in_minutes": _round(full),
        "on_hold_time_in_minutes": on_hold,
        "reply_time_in_minutes": _round(_minutes(ticket, ticket.created, ticket.first_reply)),
        "requester_wait_time_in_minutes": _share(waited, 1 - ticket.pending_share),
    }


def _minutes(ticket: Ticket, start: int, end: int) -> Minutes:
    if end == NEVER:
        return {"business": None, "calendar": None}
    business = (business_seconds(end) - business_seconds(start)) / 60 if ticket.scheduled else None
    return {"business": business, "calendar": (end - start) / 60}


def _waited(ticket: Ticket, full: Minutes) -> Minutes:
    """Return creation to the latest solve without the time between a solve and the reopening."""
    if not ticket.first_solved < ticket.reopened < ticket.solved:
        return full
    solved = _minutes(ticket, ticket.first_solved, ticket.reopened)
    return {clock: _difference(full[clock], solved[clock]) for clock in full}


def _difference(minutes: float | None, other: float | None) -> float | None:
    return None if minutes is None or other is None else minutes - other


def _share(minutes: Minutes, share: float) -> JSON:
    return _round({clock: None if value is None else value * share for clock, value in minutes.items()})


def _round(minutes: Minutes) -> JSON:
    return {clock: None if value is None else round(value) for clock, value in minutes.items()}


def business_seconds(moment: int) -> int:
    """Return seconds of the schedule since the first Monday of 1970; use differences only."""
    weeks, rest = divmod(moment - _MONDAY, _WEEK)
    day, second = divmod(rest, _DAY)
    today = min(max(second - _OPENS, 0), _WORKDAY) if day < 5 else 0
    return weeks * 5 * _WORKDAY + min(day, 5) * _WORKDAY + today

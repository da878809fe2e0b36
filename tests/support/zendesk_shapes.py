"""The bodies that Zendesk sends: every key, its type, and whether it can be null or absent.

A shape is a type, None (null), a tuple of shapes (any of them), a list of one shape (an array), a dict (an
object with exactly these keys; `Optional` ones may be absent), or a function that says whether a value fits.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Optional(NamedTuple):
    """Marks a key of an object that may be absent."""

    shape: Any


def stamp(value: object) -> bool:
    """Return whether a value is a time of Support, to the second."""
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) is not None


def stamp_ms(value: object) -> bool:
    """Return whether a value is a time of Guide, to the millisecond."""
    return (
        isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value) is not None
    )


def epoch(value: object) -> bool:
    """Return whether a value is a time in whole seconds since 1970."""
    return type(value) is int and 0 <= value < 2**32


def ulid(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", value) is not None


def url(value: object) -> bool:
    return isinstance(value, str) and re.match(r"https?://[a-z0-9.\-]+(:\d+)?/", value) is not None


def misfits(value: object, shape: Any, path: str = "body") -> list[str]:
    """Return what does not fit the shape in a body, one line each; an empty list if all fits."""
    if isinstance(shape, dict):
        return _object_misfits(value, shape, path)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{path} is {type(value).__name__}, not an array"]
        return [line for n, item in enumerate(value) for line in misfits(item, shape[0], f"{path}[{n}]")]
    if isinstance(shape, tuple):
        tried = [misfits(value, one, path) for one in shape]
        return [] if [] in tried else min(tried, key=len)
    if shape is None:
        return [] if value is None else [f"{path} is not null"]
    if isinstance(shape, type):
        return [] if type(value) is shape else [f"{path} is {type(value).__name__}, not {shape.__name__}"]
    return [] if shape(value) else [f"{path} is {value!r}, not a {shape.__name__}"]


def _object_misfits(value: object, shape: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is {type(value).__name__}, not an object"]
    required = {key for key, one in shape.items() if not isinstance(one, Optional)}
    lines = [f"{path}.{key} is missing" for key in sorted(required - set(value))]
    lines += [f"{path}.{key} is unknown" for key in sorted(set(value) - set(shape))]
    for key in value.keys() & shape.keys():
        one = shape[key]
        lines += misfits(value[key], one.shape if isinstance(one, Optional) else one, f"{path}.{key}")
    return lines


MAYBE_INT, MAYBE_TEXT, MAYBE_STAMP, MAYBE_URL = (int, None), (str, None), (stamp, None), (url, None)

MINUTES = {"business": MAYBE_INT, "calendar": MAYBE_INT}
METRIC_SET = {
    "agent_wait_time_in_minutes": MINUTES,
    "assigned_at": MAYBE_STAMP,
    "assignee_stations": int,
    "assignee_updated_at": MAYBE_STAMP,
    "created_at": stamp,
    "custom_status_updated_at": stamp,
    "first_resolution_time_in_minutes": MINUTES,
    "full_resolution_time_in_minutes": MINUTES,
    "group_stations": int,
    "id": int,
    "initially_assigned_at": MAYBE_STAMP,
    "latest_comment_added_at": stamp,
    "on_hold_time_in_minutes": MINUTES,
    "reopens": int,
    "replies": int,
    "reply_time_in_minutes": MINUTES,
    "requester_updated_at": stamp,
    "requester_wait_time_in_minutes": MINUTES,
    "solved_at": MAYBE_STAMP,
    "status_updated_at": stamp,
    "ticket_id": int,
    "updated_at": stamp,
    "url": url,
}
CUSTOM_FIELD = {"id": int, "value": (str, int, bool, None)}
SCORE_ALONE = {"score": str}
RATING = {"comment": MAYBE_TEXT, "id": int, "reason": MAYBE_TEXT, "reason_id": MAYBE_INT, "score": str}
TICKET = {
    "allow_attachments": bool,
    "allow_channelback": bool,
    "assignee_id": MAYBE_INT,
    "brand_id": int,
    "collaborator_ids": [int],
    "created_at": stamp,
    "custom_fields": [CUSTOM_FIELD],
    "custom_status_id": int,
    "description": str,
    "due_at": None,
    "email_cc_ids": [int],
    "encoded_id": str,
    "external_id": None,
    "fields": [CUSTOM_FIELD],
    "follower_ids": [int],
    "followup_ids": [int],
    "forum_topic_id": None,
    "from_messaging_channel": bool,
    "generated_timestamp": epoch,
    "group_id": MAYBE_INT,
    "has_incidents": bool,
    "id": int,
    "is_public": bool,
    "organization_id": MAYBE_INT,
    "priority": MAYBE_TEXT,
    "problem_id": None,
    "raw_subject": str,
    "recipient": MAYBE_TEXT,
    "requester_id": int,
    "satisfaction_rating": (SCORE_ALONE, RATING),
    "sharing_agreement_ids": [int],
    "status": str,
    "subject": str,
    "submitter_id": int,
    "support_type": str,
    "tags": [str],
    "ticket_form_id": int,
    "type": MAYBE_TEXT,
    "updated_at": stamp,
    "url": url,
    "via": {
        "channel": str,
        "source": {"from": ({}, {"address": str, "name": str}), "rel": None, "to": ({}, {"name": str})},
    },
}
TICKET_WITH_METRICS = TICKET | {"metric_set": METRIC_SET}

USER = {
    "active": bool,
    "alias": MAYBE_TEXT,
    "created_at": stamp,
    "custom_role_id": MAYBE_INT,
    "default_group_id": MAYBE_INT,
    "details": None,
    "email": str,
    "external_id": None,
    "iana_time_zone": str,
    "id": int,
    "is_billing_admin": (bool, None),
    "last_login_at": MAYBE_STAMP,
    "locale": str,
    "locale_id": int,
    "moderator": bool,
    "name": str,
    "notes": None,
    "only_private_comments": bool,
    "organization_id": MAYBE_INT,
    "permanently_deleted": Optional(bool),
    "phone": None,
    "photo": None,
    "report_csv": bool,
    "restricted_agent": bool,
    "role": str,
    "role_type": MAYBE_INT,
    "shared": bool,
    "shared_agent": bool,
    "shared_phone_number": None,
    "signature": None,
    "suspended": bool,
    "suspension_details": None,
    "tags": [str],
    "ticket_restriction": MAYBE_TEXT,
    "time_zone": str,
    "two_factor_auth_enabled": (bool, None),
    "updated_at": stamp,
    "url": url,
    "user_fields": {},
    "verified": bool,
}
ANONYMOUS = USER | dict.fromkeys(("created_at", "id", "updated_at", "url"))

GROUP = {
    "created_at": stamp,
    "default": bool,
    "deleted": bool,
    "description": str,
    "id": int,
    "is_public": bool,
    "name": str,
    "updated_at": stamp,
    "url": url,
}
BRAND = {
    "active": bool,
    "brand_url": str,
    "created_at": stamp,
    "default": bool,
    "has_help_center": bool,
    "help_center_state": str,
    "host_mapping": None,
    "id": int,
    "is_deleted": bool,
    "logo": None,
    "name": str,
    "signature_template": str,
    "subdomain": str,
    "ticket_form_ids": [int],
    "updated_at": stamp,
    "url": url,
}
TICKET_FORM = {
    "active": bool,
    "agent_conditions": [{}],
    "created_at": stamp,
    "default": bool,
    "display_name": str,
    "end_user_conditions": [{}],
    "end_user_visible": bool,
    "id": int,
    "in_all_brands": bool,
    "name": str,
    "position": int,
    "raw_display_name": str,
    "raw_name": str,
    "restricted_brand_ids": [int],
    "ticket_field_ids": [int],
    "updated_at": stamp,
    "url": url,
}
ORGANIZATION = {
    "created_at": stamp,
    "details": MAYBE_TEXT,
    "domain_names": [str],
    "external_id": MAYBE_TEXT,
    "group_id": (int, None),
    "id": int,
    "name": str,
    "notes": MAYBE_TEXT,
    "organization_fields": {},
    "shared_comments": bool,
    "shared_tickets": bool,
    "tags": [str],
    "updated_at": stamp,
    "url": url,
}
FIELD_OPTION = {
    "allow_solving": bool,
    "default": bool,
    "id": int,
    "name": str,
    "raw_name": str,
    "value": str,
}
TICKET_FIELD = {
    "active": bool,
    "agent_can_edit": bool,
    "agent_description": None,
    "collapsed_for_agents": bool,
    "created_at": stamp,
    "custom_field_options": Optional([FIELD_OPTION]),
    "description": str,
    "editable_in_portal": bool,
    "id": int,
    "key": MAYBE_TEXT,
    "position": int,
    "raw_agent_description": None,
    "raw_description": str,
    "raw_title": str,
    "raw_title_in_portal": str,
    "regexp_for_validation": MAYBE_TEXT,
    "removable": bool,
    "required": bool,
    "required_in_portal": bool,
    "sub_type_id": Optional(int),
    "system_field_options": Optional([{"name": str, "value": str}]),
    "tag": MAYBE_TEXT,
    "title": str,
    "title_in_portal": str,
    "type": str,
    "updated_at": stamp,
    "url": url,
    "visible_in_portal": bool,
}

TEXT = {"type": str, "value": str}
FOLLOW_UP = ({"question_id": ulid}, None)
RATING_OPTION, REASON_OPTION = {"label": TEXT, "rating": int}, {"id": ulid, "label": TEXT}
RATING_QUESTION = {"id": ulid, "sub_type": str, "type": str}
OTHER_QUESTION = {"id": ulid, "type": str}
FULL = {"alias": str, "headline": TEXT}
FULL_QUESTION = (
    RATING_QUESTION | FULL | {"options": [RATING_OPTION]},
    OTHER_QUESTION | FULL | {"options": [REASON_OPTION]},
    OTHER_QUESTION | FULL,
)
SURVEY = {
    "created_at": stamp_ms,
    "id": ulid,
    "questions": [
        (
            RATING_QUESTION | {"headline": TEXT, "options": [RATING_OPTION | {"follow_up": FOLLOW_UP}]},
            OTHER_QUESTION | {"headline": TEXT, "options": [REASON_OPTION | {"follow_up": FOLLOW_UP}]},
            OTHER_QUESTION | {"headline": TEXT, "follow_up": FOLLOW_UP},
        )
    ],
    "state": str,
    "updated_at": stamp_ms,
    "version": int,
}


def answer(question: Any, **fields: Any) -> dict[str, Any]:
    return {"created_at": stamp_ms, "question": question, "type": str, "updated_at": stamp_ms, **fields}


def survey_response(*, rating_question: Any, other_question: Any) -> dict[str, Any]:
    return {
        "answers": [
            (
                answer(rating_question, rating=int, rating_category=str),
                answer(other_question, selections=[{"option_id": ulid, "type": str}]),
                answer(other_question, value=str),
                answer(other_question),
            )
        ],
        "expires_at": stamp_ms,
        "id": ulid,
        "responder_id": str,
        "subject_zrns": [str],
        "subjects": [{"id": str, "type": str, "zrn": str}],
        "survey": {"id": ulid, "state": str, "version": int},
    }


SURVEY_RESPONSE = survey_response(rating_question=RATING_QUESTION, other_question=OTHER_QUESTION)
FULL_SURVEY_RESPONSE = survey_response(rating_question=FULL_QUESTION, other_question=FULL_QUESTION)

AUDIT_EVENT = (
    {"id": int, "type": str, "field_name": str, "value": MAYBE_TEXT},
    {"id": int, "type": str, "field_name": str, "value": MAYBE_TEXT, "previous_value": MAYBE_TEXT},
    {"id": int, "type": str, "public": bool, "author_id": int, "body": str},
    {"id": int, "type": str, "survey_type": str},
    {
        "id": int,
        "type": str,
        "survey_type": str,
        "survey_response_id": ulid,
        "assigned_user_id": MAYBE_INT,
        "assigned_group_id": MAYBE_INT,
    },
)
AUDIT = {
    "author_id": int,
    "created_at": stamp,
    "events": [AUDIT_EVENT],
    "id": int,
    "metadata": {"custom": {}, "system": {}},
    "ticket_id": int,
    "via": {"channel": str, "source": {"from": {}, "rel": None, "to": {}}},
}
SATISFACTION_RATING = {
    "assignee_id": MAYBE_INT,
    "comment": MAYBE_TEXT,
    "created_at": stamp,
    "group_id": MAYBE_INT,
    "id": int,
    "reason": MAYBE_TEXT,
    "reason_id": MAYBE_INT,
    "requester_id": int,
    "score": str,
    "ticket_id": int,
    "updated_at": stamp,
    "url": url,
}


def incremental(**parts: Any) -> dict[str, Any]:
    """Return the envelope of an incremental export by cursor."""
    return parts | {
        "after_cursor": MAYBE_TEXT,
        "after_url": MAYBE_URL,
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": bool,
    }


def by_cursor(**parts: Any) -> dict[str, Any]:
    """Return the envelope of a Support list that was asked for with `page[size]`."""
    return parts | {"links": {"next": MAYBE_URL, "prev": MAYBE_URL}, "meta": META}


META = {"after_cursor": MAYBE_TEXT, "before_cursor": MAYBE_TEXT, "has_more": bool}
GUIDE_META = {"after_cursor": Optional(ulid), "before_cursor": Optional(ulid), "has_more": bool}

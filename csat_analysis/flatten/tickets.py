"""Tickets as rows: what was rated, how long it took, and who held it when it was rated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..schema.tables import DURATIONS
from .values import (
    EPOCH,
    Json,
    Problems,
    Row,
    epoch,
    integer,
    items,
    mapping,
    require_integer,
    seconds_entered,
    storable,
    text,
    time,
)

TIME_TRACKING_TITLE = "Total time spent (sec)"  # the Time Tracking app's field, by its default title
METRICS = {  # column stem -> Zendesk's key in the metric set
    "first_reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "full_resolution": "full_resolution_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}
METRIC_COLUMNS = tuple(  # Zendesk's key, and the columns of both clocks
    (METRICS[stem], f"{stem}_minutes", f"{stem}_business_minutes") for stem in DURATIONS
)
TEXTS = ("status", "type", "priority")
IDS = ("brand_id", "ticket_form_id", "organization_id", "requester_id", "assignee_id", "group_id")
METRIC_TIMES = ("solved_at", "assigned_at", "assignee_updated_at")
TO_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
NOT_STORABLE = ("\\u0000", "NaN", "Infinity")  # in JSON; with one of them Postgres reads none of its values
METRIC_COUNTS = ("reopens", "replies", "assignee_stations", "group_stations")

Holder = tuple[int | None, int | None]  # agent and group


def match_metric_sets(
    tickets: Iterable[Json], metric_sets: Iterable[dict[str, Any]]
) -> tuple[dict[int, Json], list[dict[str, Any]]]:
    """Return ticket id -> metric set, and the sets that belong to none of the tickets.

    As many of these as there are tickets without a readable id are taken for the sets of those tickets, whose bodies
    are kept anyway.
    """
    ids = [integer(ticket.get("id"), "id", []) for ticket in tickets]
    known = set(ids) - {None}
    matched: dict[int, Json] = {}
    others: list[dict[str, Any]] = []
    for one in metric_sets:
        ticket_id = integer(one.get("ticket_id"), "ticket_id", [])
        if ticket_id is not None and ticket_id in known:
            matched[ticket_id] = one
        else:
            others.append(one)
    return matched, others if len(others) > ids.count(None) else []


def find_metric_set(ticket: Json, metric_sets: Mapping[int, Json]) -> Json | None:
    """Return the metric set of a ticket, from the result of `match_metric_sets`."""
    ticket_id = integer(ticket.get("id"), "id", [])
    return None if ticket_id is None else metric_sets.get(ticket_id)


def flatten_ticket(
    body: Json,
    metric_set: Json | None = None,
    *,
    time_fields: Sequence[int] = (),
    problems: Problems | None = None,
) -> Row:
    """Return one exported ticket and its metric set as a row of tickets.

    metric_set: from the page's `metric_sets`; without it the one inside the ticket. time_fields: ids of the
    Time Tracking app's total; the first that holds a number of seconds is used. The subject, fields and comment
    of a deleted ticket are left out. Raises UnexpectedShape if the id cannot be read; adds what else cannot be
    read to `problems`.
    """
    problems = [] if problems is None else problems
    ticket_id = require_integer(body, "id", "ticket")
    metrics = mapping(metric_set or body.get("metric_set"), "metric_set", problems)
    fields = _fields(body, problems)
    deleted = body.get("status") == "deleted"
    updated_at = time(body.get("updated_at"), "updated_at", problems)
    return {
        "ticket_id": ticket_id,
        "subject": None if deleted else text(body.get("subject"), "subject", problems),
        **{name: text(body.get(name), name, problems) for name in TEXTS},
        "channel": text(mapping(body.get("via"), "via", problems).get("channel"), "channel", problems),
        **{name: integer(body.get(name), name, problems) for name in IDS},
        "tags": _tags(body, problems),
        "custom_fields": None if deleted else _set_fields(fields),
        **_satisfaction(body, deleted, problems),
        "created_at": time(body.get("created_at"), "created_at", problems),
        "updated_at": updated_at,
        "generated_at": epoch(body.get("generated_timestamp"), "generated_timestamp", problems) or updated_at,
        **{name: time(metrics.get(name), name, problems) for name in METRIC_TIMES},
        **{name: integer(metrics.get(name), name, problems) for name in METRIC_COUNTS},
        **_durations(metrics, problems),
        "handle_seconds": _handle_seconds(fields, time_fields),
        "is_deleted": deleted,
    }


def _tags(body: Json, problems: Problems) -> list[str]:
    tags = [text(tag, "tag", problems) for tag in items(body.get("tags"), "tags", problems)]
    return [tag for tag in tags if tag is not None]


def _fields(body: Json, problems: Problems) -> dict[int, Any]:
    """Return field id -> value."""
    fields = {}
    for one in items(body.get("custom_fields"), "custom_fields", problems):
        one = mapping(one, "custom field", problems)
        field_id = integer(one.get("id"), "field id", problems)
        if field_id is None:
            problems.append("custom field without id")
        else:
            fields[field_id] = one.get("value")
    return fields


def _set_fields(fields: dict[int, Any]) -> str | None:
    """Return the fields that are filled in, as JSON; 0 is filled in, an unticked box is not."""
    kept = {str(key): value for key, value in fields.items() if value or value == 0 and value is not False}
    if not kept:
        return None
    written = TO_JSON(kept)
    if any(mark in written for mark in NOT_STORABLE):
        written = TO_JSON(storable(kept))
    return text(written, "custom_fields", [])


def _handle_seconds(fields: dict[int, Any], time_fields: Sequence[int]) -> int | None:
    entered = (seconds_entered(fields.get(field_id)) for field_id in time_fields)
    return next((seconds for seconds in entered if seconds is not None), None)


def _satisfaction(body: Json, deleted: bool, problems: Problems) -> Row:
    given = body.get("satisfaction_rating")
    rating = {"score": given} if isinstance(given, str) else mapping(given, "satisfaction_rating", problems)
    return {
        "satisfaction_score": text(rating.get("score"), "score", problems),
        "satisfaction_reason": text(rating.get("reason"), "reason", problems),
        "satisfaction_comment": None if deleted else text(rating.get("comment"), "comment", problems),
    }


def _durations(metrics: Json, problems: Problems) -> Row:
    """Return minutes on both clocks; null until the event that ends them happened."""
    row: Row = {}
    for metric, calendar, business in METRIC_COLUMNS:
        clocks = mapping(metrics.get(metric), metric, problems)
        row[calendar] = integer(clocks.get("calendar"), metric, problems)
        row[business] = integer(clocks.get("business"), metric, problems)
    if metrics.get("reply_time_in_seconds") is not None:
        _fill_first_reply(row, metrics, problems)
    return row


def _fill_first_reply(row: Row, metrics: Json, problems: Problems) -> None:
    """Fill in the first reply of a messaging ticket, which is given in seconds."""
    clocks = mapping(metrics.get("reply_time_in_seconds"), "reply_time_in_seconds", problems)
    columns = {"calendar": "first_reply_minutes", "business": "first_reply_business_minutes"}
    for clock, column in columns.items():
        seconds = integer(clocks.get(clock), "reply_time_in_seconds", problems)
        if row[column] is None and seconds is not None:
            row[column] = seconds // 60


def survey_events(audits: Iterable[Any]) -> dict[str, Holder]:
    """Return response id -> (agent, group) when it was answered, from a ticket's audits.

    Only the event SurveyResponseSubmitted names them. The earliest event of a response counts: a later one belongs
    to an edit of the answer. Events that cannot be read are skipped.
    """
    found: dict[str, Holder] = {}
    for event in _events(audits):
        problems: Problems = []
        response_id = _response_id(event)
        agent = integer(event.get("assigned_user_id"), "assigned_user_id", problems)
        group = integer(event.get("assigned_group_id"), "assigned_group_id", problems)
        if response_id and not problems:
            found.setdefault(response_id, (agent, group))
    return found


def _response_id(event: Json) -> str | None:
    """Return the response id of a submission that says who held the ticket (null: nobody)."""
    if not {"assigned_user_id", "assigned_group_id"} <= event.keys():
        return None
    response_id = event.get("survey_response_id")
    return text(response_id, "survey_response_id", []) or None


def _events(audits: Iterable[Any]) -> Iterator[Json]:
    objects = [audit for audit in audits if isinstance(audit, Mapping)]
    for audit in sorted(objects, key=lambda one: time(one.get("created_at"), "created_at", []) or EPOCH):
        events = audit.get("events")
        for event in events if isinstance(events, list) else ():
            if isinstance(event, Mapping) and event.get("type") == "SurveyResponseSubmitted":
                yield event

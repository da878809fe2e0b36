"""The tickets: what a rating was about, how long it took, and who held it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ..schema.tables import DURATIONS
from .values import Json, Misshapen, Row, epoch, identifier, integer, items, mapping, need, text, time, typed

TIME_TRACKING_TITLE = "Total time spent (sec)"  # the Time Tracking app's field, by its default title
METRICS = {  # column stem -> Zendesk's key in the metric set
    "first_reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "full_resolution": "full_resolution_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}
WORDS = ("status", "type", "priority")
IDS = ("brand_id", "ticket_form_id", "organization_id", "requester_id", "assignee_id", "group_id")
METRIC_TIMES = ("solved_at", "assigned_at", "assignee_updated_at")
METRIC_COUNTS = ("reopens", "replies", "assignee_stations", "group_stations")


def flatten_ticket(body: Json, metric_set: Json | None = None, *, time_field: int | None = None) -> Row:
    """One exported ticket and its metric set as a row of tickets.

    metric_set: from the page's `metric_sets`; without it the one inside the ticket. time_field: id of the
    Time Tracking app's total. A deleted ticket's subject, fields and comment are left out. Raises Misshapen
    without an id.
    """
    ticket_id = integer(need(body, "id", "ticket"), "ticket id")
    metrics = mapping(metric_set or body.get("metric_set"), "metric_set")
    fields = _fields(body)
    deleted = body.get("status") == "deleted"
    return {
        "ticket_id": ticket_id,
        "subject": None if deleted else text(body.get("subject"), "subject"),
        **{name: text(body.get(name), name) for name in WORDS},
        "channel": text(mapping(body.get("via"), "via").get("channel"), "channel"),
        **{name: identifier(body.get(name), name) for name in IDS},
        "tags": [text(tag, "tag") for tag in items(body.get("tags"), "tags")],
        "custom_fields": None if deleted else _set_fields(fields),
        **_satisfaction(body, deleted),
        "created_at": time(body.get("created_at"), "created_at"),
        "updated_at": time(body.get("updated_at"), "updated_at"),
        "generated_at": epoch(body.get("generated_timestamp"), "generated_timestamp"),
        **{name: time(metrics.get(name), name) for name in METRIC_TIMES},
        **{name: integer(metrics.get(name), name) for name in METRIC_COUNTS},
        **_durations(metrics),
        "handle_seconds": typed(fields.get(time_field)) if time_field else None,
        "is_deleted": deleted,
    }


def _fields(body: Json) -> dict[int, Any]:
    fields = items(body.get("custom_fields"), "custom_fields")
    return {integer(need(one, "id", "custom field"), "field id"): one.get("value") for one in fields}


def _set_fields(fields: dict[int, Any]) -> str | None:
    """The fields that someone filled in, as JSON; 0 is filled in, an unticked box is not."""
    kept = {str(key): value for key, value in fields.items() if value or value == 0 and value is not False}
    return text(json.dumps(kept, ensure_ascii=False, sort_keys=True), "custom_fields") if kept else None


def _satisfaction(body: Json, deleted: bool) -> Row:
    rating = mapping(body.get("satisfaction_rating"), "satisfaction_rating")
    return {
        "satisfaction_score": text(rating.get("score"), "score"),
        "satisfaction_reason": text(rating.get("reason"), "reason"),
        "satisfaction_comment": None if deleted else text(rating.get("comment"), "comment"),
    }


def _durations(metrics: Json) -> Row:
    """Minutes on both clocks; null until the event that ends them happened."""
    row = {}
    for stem in DURATIONS:
        clocks = mapping(metrics.get(METRICS[stem]), stem)
        row[f"{stem}_minutes"] = integer(clocks.get("calendar"), stem)
        row[f"{stem}_business_minutes"] = integer(clocks.get("business"), stem)
    return row


def survey_events(audits: Iterable[Json]) -> dict[str, tuple[int | None, int | None]]:
    """Response id -> (agent, group) when it was answered, from a ticket's audits.

    Only the event SurveyResponseSubmitted names them. The first one of a response counts: whoever held the
    ticket when the customer later edits the answer was not the one who was rated. An event that breaks the
    documented shape is passed over: who held the ticket is then told by the ticket itself.
    """
    found: dict[str, tuple[int | None, int | None]] = {}
    for event in _events(audits):
        with suppress(Misshapen):
            found = _rated(event) | found
    return found


def _events(audits: Iterable[Any]) -> Iterator[Any]:
    for audit in audits:
        events = audit.get("events") if isinstance(audit, Mapping) else None
        yield from events if isinstance(events, list) else ()


def _rated(event: Any) -> dict[str, tuple[int | None, int | None]]:
    if mapping(event, "event").get("type") != "SurveyResponseSubmitted":
        return {}
    if not {"assigned_user_id", "assigned_group_id"} <= set(event):  # null is nobody, missing is unknown
        raise Misshapen("event without agent and group")
    agent = identifier(event["assigned_user_id"], "assigned_user_id")
    group = identifier(event["assigned_group_id"], "assigned_group_id")
    return {text(need(event, "survey_response_id", "event"), "survey_response_id"): (agent, group)}

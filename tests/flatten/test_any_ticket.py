"""Flatten generated tickets, audits, surveys and look-ups: documented ones exactly, others as far as possible."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import zendesk_shapes as shapes
from support.expected_rows import at, columns, expected_values, or_refused, stored, stored_epoch
from support.json_strategies import JSON, fitting, mutated, numbers, places, repeatable, ulids

from csat_analysis.flatten import (
    Row,
    flatten_agent,
    flatten_brand,
    flatten_field,
    flatten_form,
    flatten_group,
    flatten_organization,
    flatten_survey,
    flatten_ticket,
    survey_events,
)
from csat_analysis.schema.frames import to_arrow
from csat_analysis.schema.tables import DURATIONS, INTEGER, TABLES, TEXT

# tickets

TICKET = {  # column -> path in the body
    **{
        name: name
        for name in (
            "subject",
            "status",
            "type",
            "priority",
            "brand_id",
            "ticket_form_id",
            "organization_id",
            "requester_id",
            "assignee_id",
            "group_id",
            "tags",
            "created_at",
            "updated_at",
        )
    },
    "ticket_id": "id",
    "channel": "via.channel",
    "satisfaction_score": "satisfaction_rating.score",
    "satisfaction_reason": "satisfaction_rating.reason",
    "satisfaction_comment": "satisfaction_rating.comment",
    **{
        name: f"metric_set.{name}"
        for name in (
            "solved_at",
            "assigned_at",
            "assignee_updated_at",
            "reopens",
            "replies",
            "assignee_stations",
            "group_stations",
        )
    },
}
METRICS = {
    "first_reply": "reply_time",
    **{stem: f"{stem}_time" for stem in DURATIONS if stem != "first_reply"},
}
for stem, metric in METRICS.items():
    TICKET[f"{stem}_minutes"] = f"metric_set.{metric}_in_minutes.calendar"
    TICKET[f"{stem}_business_minutes"] = f"metric_set.{metric}_in_minutes.business"
WORDS_OF_A_TICKET = ("subject", "satisfaction_comment")  # not kept for a deleted ticket


def assert_ticket_told(row: Row, body: JSON) -> None:
    expected = expected_values("tickets", body, TICKET)
    if isinstance(body.get("satisfaction_rating"), str):
        expected["satisfaction_score"] = stored(TEXT, body["satisfaction_rating"])
    seconds = stored(INTEGER, at(body, "metric_set.reply_time_in_seconds.calendar"))
    if expected["first_reply_minutes"] is None and seconds is not None:
        expected["first_reply_minutes"] = seconds // 60
    if body.get("status") == "deleted":
        expected |= dict.fromkeys(WORDS_OF_A_TICKET)
    assert columns(row, TICKET) == expected
    assert row["generated_at"] == (stored_epoch(body.get("generated_timestamp")) or expected["updated_at"])
    assert row["is_deleted"] is (body.get("status") == "deleted")


def set_fields(body: JSON) -> JSON:
    values = {str(one["id"]): one["value"] for one in body["custom_fields"]}
    kept = {key: value for key, value in values.items() if value not in (None, "") and value is not False}
    # Without lone surrogates, and without NUL, which JSON writes as an escape.
    unstorable = re.compile(r"[\ud800-\udfff]|(?<!\\)((?:\\\\)*)\\u0000")
    return json.loads(unstorable.sub(r"\1", json.dumps(kept, ensure_ascii=False)))


UNSET_OR_ZERO = st.sampled_from([None, "", False, 0])


@repeatable
@given(fitting(shapes.TICKET_WITH_METRICS), st.sampled_from(["inside", "beside", "both"]), st.booleans())
def test_an_exported_ticket_is_flattened_exactly_wherever_its_metrics_are(
    body: JSON, place: str, is_deleted: bool
):
    if is_deleted:
        body["status"] = "deleted"
    sent = {key: value for key, value in body.items() if place != "beside" or key != "metric_set"}
    row = flatten_ticket(sent, None if place == "inside" else body["metric_set"])

    assert set(row) == set(TABLES["tickets"].schema)
    assert set(row) - set(TICKET) == {"custom_fields", "generated_at", "handle_seconds", "is_deleted"}
    assert_ticket_told(row, body)
    assert json.loads(row["custom_fields"] or "{}") == ({} if is_deleted else set_fields(body))
    to_arrow(TABLES["tickets"], [row])


@repeatable
@given(
    st.lists(
        fitting(shapes.CUSTOM_FIELD) | st.fixed_dictionaries({"id": numbers, "value": UNSET_OR_ZERO}),
        max_size=5,
    )
)
def test_filled_in_fields_are_flattened_exactly(fields: list[JSON]):
    body = {"id": 1, "custom_fields": fields}

    assert json.loads(flatten_ticket(body)["custom_fields"] or "{}") == set_fields(body)


@repeatable
@given(st.integers(0, 10**15 - 1), st.booleans())
def test_the_time_spent_is_taken_from_its_field(seconds: int, is_text: bool):
    body = {"id": 1, "custom_fields": [{"id": 5, "value": str(seconds) if is_text else seconds}]}

    assert flatten_ticket(body, time_fields=[5])["handle_seconds"] == seconds
    assert flatten_ticket(body, time_fields=[6])["handle_seconds"] is None


@repeatable
@given(mutated(fitting(shapes.TICKET_WITH_METRICS)))
def test_a_changed_ticket_is_a_row_with_nulls_for_unreadable_values(body: JSON):
    problems: list[str] = []
    row = or_refused(flatten_ticket, body, time_fields=[1], problems=problems)
    assert (row is None) is (stored(INTEGER, body.get("id")) is None)
    if row is not None:
        assert_ticket_told(row, body)
        to_arrow(TABLES["tickets"], [row])


# audits


@st.composite
def audits(draw: Any) -> list[JSON]:
    """Return audits with submissions of two surveys, and other events between them."""
    names = st.sampled_from(draw(st.lists(ulids, min_size=2, max_size=2)))
    said = {"type": st.just("SurveyResponseSubmitted"), "survey_response_id": names}
    submission = st.builds(dict.__or__, fitting(shapes.AUDIT_EVENT[-1]), st.fixed_dictionaries(said))
    event = submission | fitting(shapes.AUDIT_EVENT[:-1])
    audit = fitting({key: one for key, one in shapes.AUDIT.items() if key != "events"})
    return [one | {"events": draw(st.lists(event, max_size=3))} for one in draw(st.lists(audit, max_size=3))]


def submissions(body: Any) -> list[JSON]:
    """Return every complete submission event of a body, in order."""
    inside = [container[key] for container, key in places(body)]
    return [
        one
        for one in inside
        if isinstance(one, dict)
        and {"survey_response_id", "assigned_user_id", "assigned_group_id"} <= set(one)
    ]


@repeatable
@given(audits())
def test_audits_name_the_assignee_at_the_first_answer(body: list[JSON]):
    first: dict[str, tuple[Any, Any]] = {}
    for event in submissions(sorted(body, key=lambda audit: audit["created_at"])):
        first.setdefault(event["survey_response_id"], (event["assigned_user_id"], event["assigned_group_id"]))

    assert survey_events(body) == first


@repeatable
@given(mutated(audits().map(lambda drawn: {"audits": drawn})))
def test_changed_audits_never_name_someone_else(body: JSON):
    named = survey_events(body["audits"]) if isinstance(body.get("audits"), list) else {}
    told = {
        (str(event["survey_response_id"]), str(event["assigned_user_id"]), str(event["assigned_group_id"]))
        for event in submissions(body)
    }

    assert {(name, str(agent), str(group)) for name, (agent, group) in named.items()} <= told


# surveys and look-ups

LOOK_UPS = {
    "agents": (
        flatten_agent,
        shapes.USER,
        {
            "agent_id": "id",
            "name": "name",
            "role": "role",
            "default_group_id": "default_group_id",
            "is_active": "active",
        },
    ),
    "groups": (flatten_group, shapes.GROUP, {"group_id": "id", "name": "name", "is_deleted": "deleted"}),
    "brands": (
        flatten_brand,
        shapes.BRAND,
        {"brand_id": "id", "name": "name", "subdomain": "subdomain", "is_active": "active"},
    ),
    "ticket_forms": (
        flatten_form,
        shapes.TICKET_FORM,
        {"ticket_form_id": "id", "name": "name", "is_active": "active"},
    ),
    "organizations": (
        flatten_organization,
        shapes.ORGANIZATION,
        {"organization_id": "id", "name": "name"},
    ),
    "ticket_fields": (
        flatten_field,
        shapes.TICKET_FIELD,
        {"field_id": "id", "title": "title", "type": "type", "is_active": "active"},
    ),
}


def said_by_survey(body: JSON) -> list[Row]:
    """Return the expected rows of a survey: one per question and option, with an empty option if there is none."""
    return [
        {
            "survey_id": body["id"],
            "survey_version": body["version"],
            "state": stored(TEXT, body["state"]),
            "position": position,
            "question_id": question["id"],
            "question_type": stored(TEXT, question["type"]),
            "sub_type": stored(TEXT, question.get("sub_type")),
            "headline": stored(TEXT, question["headline"]["value"]),
            "option_id": option.get("id", str(option.get("rating", ""))),
            "rating": option.get("rating"),
            "label": stored(TEXT, at(option, "label.value")),
        }
        for position, question in enumerate(body["questions"], 1)
        for option in question.get("options") or [{}]
    ]


@repeatable
@given(fitting(shapes.SURVEY))
def test_a_survey_is_flattened_exactly(body: JSON):
    assert flatten_survey(body) == said_by_survey(body)


@repeatable
@given(mutated(fitting(shapes.SURVEY)))
def test_a_changed_survey_can_be_stored_with_its_own_numbers(body: JSON):
    rows = or_refused(flatten_survey, body) or []
    numbers = [at(body[key], "rating") for body, key in places(body) if isinstance(body[key], dict)]

    assert {row["rating"] for row in rows} <= {stored(INTEGER, number) for number in numbers} | {None}
    to_arrow(TABLES["surveys"], rows)


@pytest.mark.parametrize("table", LOOK_UPS)
def test_look_ups_are_rows_with_nulls_for_unreadable_values(table: str):
    flatten, shape, told = LOOK_UPS[table]
    missing = {"is_active": True, "is_deleted": False}

    def assert_told(row: Row, body: JSON) -> None:
        expected = expected_values(table, body, told)
        expected |= {name: value for name, value in missing.items() if expected.get(name, 0) is None}
        if table == "agents":
            expected["name"] = expected["name"] or None  # an empty name is unknown
            expected["is_active"] &= expected["role"] in (None, "agent", "admin")
        assert columns(row, told) == expected
        to_arrow(TABLES[table], [row])

    @repeatable
    @given(fitting(shape))
    def whole(body: JSON) -> None:
        row = flatten(body)
        assert_told(row, body)
        assert set(row) == set(TABLES[table].schema)
        if table == "ticket_fields":
            options = {
                stored(TEXT, one["value"]): stored(TEXT, one["name"])
                for one in body.get("custom_field_options", [])
            }
            assert json.loads(row["options"] or "{}") == options

    @repeatable
    @given(mutated(fitting(shape)))
    def changed(body: JSON) -> None:
        row = or_refused(flatten, body)
        assert (row is None) is (stored(INTEGER, body.get("id")) is None)
        if row is not None:
            assert_told(row, body)

    whole()
    changed()

"""Flatten survey responses, surveys, tickets, look-ups and audits."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import pytest

from csat_analysis.flatten import (
    Labels,
    UnexpectedShape,
    find_metric_set,
    find_no_reason_ids,
    flatten_agent,
    flatten_answers,
    flatten_brand,
    flatten_field,
    flatten_group,
    flatten_response,
    flatten_survey,
    flatten_ticket,
    keep_raw,
    match_metric_sets,
    survey_events,
    ulid_time,
)
from csat_analysis.schema.frames import frame
from csat_analysis.schema.tables import TABLES
from csat_analysis.sync.lookups import time_tracking_fields

TIME = "2026-11-10T10:15:30.125Z"
SURVEY = "01M1DZPW00SVEYA1B2C3D4E5F6"  # the survey of `survey_response`, at its version 1
LATER = "2026-11-10T11:00:00.000Z"


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def question(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, **more}


def answer(kind: str, asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, "question": asked, "created_at": TIME, "updated_at": TIME, **more}


def rated(
    rating: int, category: str | None = None, *, sub_type: str | None = None, **more: Any
) -> dict[str, Any]:
    asked = question(more.pop("name", "Q1"), "rating_scale_numeric", **more)
    if sub_type:
        asked["sub_type"] = sub_type
    given = {"rating": rating} | ({"rating_category": category} if category else {})
    return answer("rating_scale", asked, **given)


def static(words: str) -> dict[str, str]:
    return {"type": "static", "value": words}


def scale(points: int) -> list[dict[str, Any]]:
    return [{"rating": number, "label": static(f"label {number}")} for number in range(1, points + 1)]


@pytest.fixture
def survey() -> dict[str, Any]:
    """Return a survey in the format recorded in October 2026."""
    return {
        "id": SURVEY,
        "version": 1,
        "state": "enabled",
        "created_at": TIME,
        "updated_at": TIME,
        "questions": [
            question(
                "Q1-RATING",
                "rating_scale_numeric",
                sub_type="customer_satisfaction",
                headline=static("How was it?"),
                options=scale(5),
            ),
            question(
                "Q2-REASON",
                "closed_ended",
                headline=static("Why?"),
                options=[{"id": "SLOW", "label": static("Too slow"), "follow_up": None}],
            ),
            question("Q3-COMMENT", "open_ended", headline=static("Tell us more"), follow_up=None),
        ],
    }


@pytest.fixture
def ticket() -> dict[str, Any]:
    """Return an exported ticket, solved once and rated."""
    return {
        "id": 6,
        "subject": "Where is my parcel?",
        "status": "solved",
        "type": None,
        "priority": "high",
        "via": {"channel": "email"},
        "brand_id": 11,
        "ticket_form_id": 12,
        "organization_id": None,
        "requester_id": 42,
        "assignee_id": 7,
        "group_id": 3,
        "tags": ["parcel", "vip"],
        "custom_fields": [
            {"id": 100, "value": None},
            {"id": 101, "value": "late"},
            {"id": 102, "value": False},
            {"id": 103, "value": "754"},
            {"id": 104, "value": 0},
        ],
        "satisfaction_rating": {"id": 1, "score": "good", "comment": "Thanks", "reason": None},
        "created_at": "2026-11-09T08:00:00Z",
        "updated_at": "2026-11-10T10:15:31Z",
        "generated_timestamp": 1_794_305_731,
        "metric_set": {
            "reply_time_in_minutes": {"calendar": 34, "business": 30},
            "full_resolution_time_in_minutes": {"calendar": None, "business": None},
            "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
            "solved_at": "2026-11-10T09:29:58Z",
            "assigned_at": None,
            "reopens": 0,
            "replies": 2,
            "assignee_stations": 1,
            "group_stations": 1,
        },
    }


# Rating, reason, comment and times


def test_a_response_becomes_one_row_with_rating_ids_and_times(survey_response):
    flat = flatten_response(survey_response(rating=1, rating_category="bad", reason="SLOW", ticket_id=77))
    assert flat.response == {
        "response_id": "01M72CNZNTQ7M3V9K2T5W8X4Z6",
        "ticket_id": 77,
        "responder_id": 39000000000042,
        "survey_id": "01M1DZPW00SVEYA1B2C3D4E5F6",
        "survey_version": 1,
        "offered_at": moment("2026-11-10T09:30:00.250Z"),
        "expires_at": moment("2026-12-08T09:30:00.250Z"),
        "source": "survey",
        "submitted_at": moment(TIME),
        "updated_at": moment(TIME),
        "rating": 1,
        "rating_category": "bad",
        "comment": "Quick and kind.",
        "reason": "SLOW",
        "revisions": 0,
    }
    assert flat.problem == ""


def test_the_format_of_2024_gives_the_same_rating(survey_response):
    new = survey_response(ticket_id=99)
    old = {key: value for key, value in new.items() if key not in ("survey", "subjects")}
    old |= {"survey_id": new["survey"]["id"], "survey_version": 1, "subject_zrns": ["zrn:ticket:99"]}
    assert flatten_response(old) == flatten_response(new)


def test_an_offer_without_an_answer_is_also_a_row(survey_response):
    flat = flatten_response(survey_response(answers=[]))
    assert flat.response["offered_at"] == moment("2026-11-10T09:30:00.250Z")
    assert (
        flat.response["submitted_at"] is flat.response["rating"] is flat.response["rating_category"] is None
    )
    assert (flat.answers, flat.versions, flat.problem) == ([], [], "")


def test_an_id_without_a_time_is_dated_by_its_expiry(survey_response):
    row = flatten_response(survey_response(id="not-a-ulid")).response
    assert row["offered_at"] == moment("2026-11-10T09:30:00.250Z")
    assert flatten_response(survey_response(id="not-a-ulid", expires_at=None)).response["offered_at"] is None


def test_every_type_of_answer_is_read(survey_response):
    answers = [
        rated(5, "good", sub_type="customer_satisfaction"),
        answer(
            "closed_ended",
            question("Q2", "closed_ended"),
            selections=[{"option_id": "A"}, {"option_id": "B"}],
        ),
        answer("open_ended", question("Q3", "open_ended", alias="comment"), value="Zoë said: <b>thanks</b>"),
        answer("skipped", question("Q4", "open_ended")),
    ]
    rows = flatten_response(survey_response(answers=answers)).answers
    assert [row["answer_type"] for row in rows] == ["rating_scale", "closed_ended", "open_ended", "skipped"]
    assert [row["position"] for row in rows] == [1, 2, 3, 4]
    assert (rows[0]["rating"], rows[1]["selections"]) == (5, ["A", "B"])
    assert (rows[2]["value"], rows[2]["alias"]) == ("Zoë said: <b>thanks</b>", "comment")
    said = ("rating", "rating_category", "rating_label", "selections", "value")
    assert [rows[3][name] for name in said] == [None] * 5


@pytest.mark.parametrize("kind", ["rating_scale_numeric", "rating_scale_emoji", "rating_scale_custom_text"])
def test_every_sub_type_of_a_rating_question_is_known(survey_response, kind):
    body = survey_response()
    body["answers"][0]["question"]["type"] = kind
    flat = flatten_response(body)
    assert (flat.response["rating"], flat.answers[0]["question_type"], flat.problem) == (5, kind, "")


def test_the_satisfaction_scale_is_used_if_there_are_two_scales(survey_response):
    answers = [
        rated(1, "bad", sub_type="other"),
        rated(5, "good", name="Q9", sub_type="customer_satisfaction"),
    ]
    assert flatten_response(survey_response(answers=answers)).response["rating"] == 5


def test_a_survey_that_only_has_other_scales_has_no_csat_rating(survey_response):
    flat = flatten_response(survey_response(answers=[rated(5, "good", sub_type="other")]))
    assert (flat.response["rating"], flat.versions) == (None, [])
    assert flat.response["submitted_at"] == moment(TIME)


@pytest.mark.parametrize("other", [None, "other"])
def test_no_other_scale_replaces_a_satisfaction_question_that_was_skipped(survey_response, other):
    skipped = question("Q1", "rating_scale_numeric", sub_type="customer_satisfaction")
    answers = [answer("skipped", skipped), rated(5, "good", name="Q2", sub_type=other)]
    assert flatten_response(survey_response(answers=answers)).response["rating"] is None


def test_a_scale_without_a_sub_type_counts_where_no_question_has_one(survey_response):
    assert flatten_response(survey_response(answers=[rated(2, "bad")])).response["rating"] == 2


def test_neutral_is_kept_as_its_own_category(survey_response):
    flat = flatten_response(survey_response(rating=3, rating_category="neutral"))
    assert flat.response["rating_category"] == "neutral"


def test_an_edited_rating_counts_a_revision_and_moves_the_update(survey_response):
    flat = flatten_response(survey_response(edited=LATER))
    assert (flat.response["submitted_at"], flat.response["updated_at"]) == (moment(TIME), moment(LATER))
    assert flat.response["revisions"] == 1
    assert [one["updated_at"] for one in flat.versions] == [moment(LATER)]


def test_an_edited_comment_is_no_revision_of_the_rating(survey_response):
    body = survey_response()
    body["answers"][1]["updated_at"] = LATER
    row = flatten_response(body).response
    assert (row["revisions"], row["updated_at"]) == (0, moment(LATER))


def test_the_question_with_the_alias_comment_is_preferred(survey_response):
    answers = [
        rated(5, "good", sub_type="customer_satisfaction"),
        answer("open_ended", question("Q2", "open_ended", alias="additional comment"), value="second"),
        answer("open_ended", question("Q3", "open_ended", alias="comment"), value="first"),
    ]
    assert flatten_response(survey_response(answers=answers)).response["comment"] == "first"


# Subject


@pytest.mark.parametrize(
    ("subjects", "ticket_id"),
    [
        ({"subject_zrns": ["zen:ticket:5"], "subjects": []}, 5),
        ({"subject_zrns": ["zrn:ticket:5"], "subjects": None}, 5),
        ({"subject_zrns": ["zen:request:5"], "subjects": []}, 5),
        ({"subject_zrns": None, "subjects": [{"type": "ticket", "id": "5", "zrn": "zen:ticket:5"}]}, 5),
        ({"subject_zrns": [], "subjects": [{"type": "zen:ticket", "id": "5"}]}, 5),
        ({"subject_zrns": ["zen:conversation:6f1c-77"], "subjects": []}, None),
        ({"subject_zrns": ["zen:conversation:6f1c-77", "zen:ticket:5"], "subjects": []}, 5),
    ],
)
def test_the_ticket_is_read_from_either_list_of_subjects(survey_response, subjects, ticket_id):
    flat = flatten_response(survey_response(**subjects))
    assert (flat.response["ticket_id"], flat.problem) == (ticket_id, "")


def test_a_response_without_a_subject_is_a_problem(survey_response):
    flat = flatten_response(survey_response(subject_zrns=[], subjects=[]))
    assert (flat.response["ticket_id"], flat.problem) == (None, "no subject")


# Labels


def test_without_surveys_a_choice_is_the_id_of_its_option(survey_response):
    flat = flatten_response(survey_response(reason="SLOW"))
    assert (flat.response["reason"], flat.answers[0]["headline"]) == ("SLOW", None)


def test_surveys_provide_the_labels(survey, survey_response):
    flat = flatten_response(survey_response(rating=4, reason="SLOW"), Labels.of(flatten_survey(survey)))
    assert flat.response["reason"] == "Too slow"
    assert flat.answers[0]["rating_label"] == "label 4"
    assert [row["headline"] for row in flat.answers] == ["How was it?", "Why?", "Tell us more"]


def test_labels_in_a_response_replace_those_of_surveys(survey, survey_response):
    body = survey_response(reason="SLOW")
    body["answers"][1]["question"]["options"] = [{"id": "SLOW", "label": static("Took too long")}]
    flat = flatten_response(body, Labels.of(flatten_survey(survey)))
    assert flat.response["reason"] == "Took too long"


def test_a_label_left_empty_is_unknown(survey_response, survey):
    survey["questions"][0]["options"][4]["label"] = static("")
    flat = flatten_response(survey_response(rating=5), Labels.of(flatten_survey(survey)))
    assert flat.answers[0]["rating_label"] is None


@pytest.mark.parametrize(
    ("points", "categories"),
    [
        (2, ["bad", "good"]),
        (3, ["bad", "bad", "good"]),
        (5, ["bad", "bad", "bad", "good", "good"]),
        (4, [None, None, None, None]),
        (10, [None] * 10),
        (0, [None]),
    ],
)
def test_a_missing_category_is_derived_from_the_size_of_the_scale(survey_response, points, categories):
    for rating, category in enumerate(categories, 1):
        answers = [rated(rating, sub_type="customer_satisfaction", options=scale(points))]
        flat = flatten_response(survey_response(answers=answers))
        assert (flat.response["rating"], flat.response["rating_category"]) == (rating, category)


def test_a_rating_outside_its_scale_gets_no_category(survey_response):
    answers = [rated(6, sub_type="customer_satisfaction", options=scale(5))]
    flat = flatten_response(survey_response(answers=answers))
    assert flat.response["rating_category"] is None and "rating without a category" in flat.problem


def test_the_scale_of_the_response_is_used_not_that_of_another_version(survey_response, survey):
    answers = [rated(3, name="Q1-RATING", sub_type="customer_satisfaction", options=scale(3))]
    five_points = Labels.of(flatten_survey(survey))
    flat = flatten_response(survey_response(answers=answers), five_points)
    assert flat.response["rating_category"] == "good"  # 3 of 3; of 5 it would be bad


def test_labels_of_another_version_are_not_used(survey, survey_response):
    labels = Labels.of(flatten_survey(survey | {"version": 2}))
    flat = flatten_response(survey_response(rating=3, rating_category=None), labels)
    assert (flat.answers[0]["rating_label"], flat.answers[0]["headline"]) == (None, None)
    assert flat.response["rating_category"] is None
    assert (
        flatten_response(survey_response(rating=3, survey={"id": SURVEY, "version": 2}), labels).answers[0][
            "rating_label"
        ]
        == "label 3"
    )


def test_an_option_with_its_own_id_keeps_its_label_in_every_version(survey, survey_response):
    labels = Labels.of(flatten_survey(survey | {"version": 2}))
    assert flatten_response(survey_response(reason="SLOW"), labels).response["reason"] == "Too slow"


# Unreadable parts


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda body: body.update(mood="sunny"), "unknown field mood"),
        (lambda body: body["answers"][0].update(emphasis=2), "unknown answer field emphasis"),
        (lambda body: body["answers"][0]["question"].update(icon="x"), "unknown question field icon"),
        (lambda body: body["answers"][1].update(type="drawing"), "unknown answer type drawing"),
        (lambda body: body["answers"][0]["question"].update(type="slider"), "unknown question type slider"),
    ],
)
def test_unknown_fields_and_types_are_named_and_the_rest_is_flattened(survey_response, change, problem):
    body = survey_response()
    change(body)
    flat = flatten_response(body)
    assert (flat.problem, flat.response["rating"], len(flat.answers)) == (problem, 5, 2)


def test_an_answer_of_an_unknown_type_is_read_as_its_question_asks(survey_response):
    body = survey_response()
    body["answers"][0]["type"] = "rating_scale_numeric"
    flat = flatten_response(body)
    assert (flat.response["rating"], flat.answers[0]["rating"]) == (5, 5)
    assert flat.problem == "unknown answer type rating_scale_numeric"


READABLE = [  # a change to a response, its effect on the row, and the reported problem
    (lambda body: body.update(subject_zrns=5), {}, "subject_zrns is not a list"),
    (lambda body: body.update(subjects=["zen:ticket:6"]), {}, ""),
    (lambda body: body.update(expires_at="soon"), {"expires_at": None}, "expires_at is not a time"),
    (lambda body: body.update(expires_at=""), {"expires_at": None}, "expires_at is not a time"),
    (lambda body: body.update(responder_id=""), {"responder_id": None}, "responder_id is not a whole number"),
    (
        lambda body: body.update(responder_id="anonymous"),
        {"responder_id": None},
        "responder_id is not a whole number",
    ),
    (
        lambda body: body.update(survey="x"),
        {"survey_id": None, "survey_version": None},
        "survey is not an object",
    ),
    (lambda body: body["answers"][0].pop("question"), {}, "answer without question id"),
    (lambda body: body["answers"][0].update(rating="5"), {}, ""),
    (lambda body: body["answers"][0].update(rating=5.0), {}, ""),
    (lambda body: body["answers"][0].update(type=None), {}, "answer without type"),
    (lambda body: body["answers"][0].update(created_at=LATER), {}, "answer updated before it was created"),
    (lambda body: body["answers"][0].pop("updated_at"), {}, "answer without updated_at"),
    (lambda body: body["answers"][1].update(value=["Quick"]), {"comment": None}, "value is not a text"),
    (
        lambda body: body["answers"][1].update(value=None),
        {"comment": None},
        "open-ended answer without value",
    ),
    (lambda body: body["answers"].insert(0, 5), {}, "answer is not an object"),
]


@pytest.mark.parametrize(("change", "lost", "problem"), READABLE)
def test_an_unreadable_part_is_null_and_the_rating_counts(survey_response, change, lost, problem):
    body = survey_response()
    whole = flatten_response(body).response
    change(body)
    flat = flatten_response(body)
    times = ("submitted_at", "updated_at", "revisions")
    assert {name: value for name, value in flat.response.items() if name not in times} == {
        name: lost.get(name, value) for name, value in whole.items() if name not in times
    }
    assert flat.response["submitted_at"] is not None
    assert problem in flat.problem and bool(flat.problem) is bool(problem)


@pytest.mark.parametrize("category", ["great", ["good"], 5])
def test_an_unknown_category_is_replaced_by_the_size_of_the_scale(survey_response, category):
    answers = [rated(1, sub_type="customer_satisfaction", options=scale(5)) | {"rating_category": category}]
    flat = flatten_response(survey_response(answers=answers))
    assert (flat.response["rating"], flat.response["rating_category"]) == (1, "bad")
    assert "rating_category" in flat.problem


@pytest.mark.parametrize("rating", [None, True, 4.5, 2**63, "five"])
def test_a_rating_that_is_not_a_number_is_null_and_its_category_counts(survey_response, rating):
    body = survey_response()
    body["answers"][0]["rating"] = rating
    flat = flatten_response(body)
    assert (flat.response["rating"], flat.response["rating_category"]) == (None, "good")
    assert "rating" in flat.problem


def test_a_selection_without_an_option_is_left_out(survey_response):
    body = survey_response(reason="SLOW")
    body["answers"][1]["selections"] = [{"type": "other", "value": "wet parcel"}]
    flat = flatten_response(body)
    assert (flat.response["rating"], flat.response["reason"]) == (5, None)
    assert flat.problem == "selection without option_id"


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_answers_to_one_question_the_later_one_counts(survey_response, order):
    body = survey_response(comment=None)
    (answer,) = body["answers"]
    earlier = {"rating": 1, "rating_category": "bad", "created_at": "2026-11-10T10:00:00Z"}
    earlier["updated_at"] = earlier["created_at"]
    body["answers"] = [answer, answer | earlier][::order]
    flat = flatten_response(body)
    assert (flat.response["rating"], [row["rating"] for row in flat.answers]) == (5, [5])
    assert flat.response["submitted_at"].isoformat() == "2026-11-10T10:00:00+00:00"


def test_a_time_may_name_utc_in_words(survey_response):
    body = survey_response(comment=None)
    body["answers"][0] |= dict.fromkeys(("created_at", "updated_at"), "2026-11-10 10:15:30 UTC")
    flat = flatten_response(body)
    assert (flat.response["submitted_at"].isoformat(), flat.problem) == ("2026-11-10T10:15:30+00:00", "")


def test_an_answer_without_a_readable_time_counts_from_the_offer(survey_response):
    body = survey_response(comment=None)
    body["answers"][0] |= {"created_at": "0001-01-01", "updated_at": 5}
    row = flatten_response(body).response
    assert row["submitted_at"] == row["updated_at"] == row["offered_at"]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.pop("id"),
        lambda body: body.update(id="A" * 9000),
        lambda body: body.pop("answers"),
        lambda body: body.update(answers={}),
        lambda body: body.update(answers="what is this?"),
    ],
)
def test_a_response_without_id_or_answers_is_refused(survey_response, change):
    body = survey_response()
    change(body)
    with pytest.raises(UnexpectedShape):
        flatten_response(body)


@pytest.mark.parametrize("body", [None, 5, "x", [], {}, {"id": "A"}])
def test_a_body_that_is_not_a_response_is_refused(body):
    with pytest.raises(UnexpectedShape):
        flatten_response(body)


# Without a database


def test_answers_become_a_frame_with_the_response_beside_each(survey_response, survey):
    frame = flatten_answers([survey_response(reason="SLOW"), survey_response(id="B", answers=[])], [survey])
    assert frame["answer_type"].tolist() == ["rating_scale", "closed_ended", "open_ended"]
    assert frame["ticket_id"].tolist() == [6, 6, 6]
    assert frame["selections"][1] == ["Too slow"]
    assert frame.loc[0, "offered_at"] == pd.Timestamp("2026-11-10T09:30:00.250Z")
    assert {str(frame[name].dtype) for name in ("rating", "ticket_id", "position")} == {"Int64"}


def test_no_answers_become_an_empty_frame_with_all_columns(survey_response):
    some, none = flatten_answers([survey_response()]), flatten_answers([])
    assert none.empty
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


# Surveys, look-ups, tickets, audits


def test_a_survey_is_a_row_per_question_and_option(survey):
    rows = flatten_survey(survey)
    assert [(row["position"], row["option_id"]) for row in rows] == [
        *((1, str(rating)) for rating in range(1, 6)),
        (2, "SLOW"),
        (3, ""),
    ]
    assert [row["label"] for row in rows[-2:]] == ["Too slow", None]
    assert {(row["survey_id"], row["survey_version"], row["state"]) for row in rows} == {
        (SURVEY, 1, "enabled")
    }


def test_a_ticket_is_a_row_with_nulls_for_missing_values(ticket):
    row = flatten_ticket(ticket, time_fields=[103])
    assert set(row) == set(TABLES["tickets"].schema)
    assert (row["ticket_id"], row["assignee_id"], row["channel"], row["tags"]) == (
        6,
        7,
        "email",
        ["parcel", "vip"],
    )
    assert row["handle_seconds"] == 754
    assert row["generated_at"] == moment("2026-11-10T10:15:31Z")
    assert (row["type"], row["organization_id"], row["assigned_at"]) == (None, None, None)


def test_missing_minutes_are_null_and_zero_is_zero(ticket):
    row = flatten_ticket(ticket)
    assert (row["first_reply_minutes"], row["first_reply_business_minutes"]) == (34, 30)
    assert (row["full_resolution_minutes"], row["first_resolution_minutes"]) == (None, None)
    assert (row["on_hold_minutes"], row["reopens"]) == (0, 0)


def test_the_metric_set_of_the_page_has_priority_over_that_of_the_ticket(ticket):
    other = {"ticket_id": 6, "reply_time_in_minutes": {"calendar": 99, "business": 98}}
    assert flatten_ticket(ticket, other)["first_reply_minutes"] == 99
    del ticket["metric_set"]
    assert flatten_ticket(ticket)["first_reply_minutes"] is None


def test_only_fields_with_a_value_are_kept_and_zero_is_a_value(ticket):
    assert flatten_ticket(ticket)["custom_fields"] == '{"101": "late", "103": "754", "104": 0}'


@pytest.mark.parametrize("entered", ["soon", "12.5", "-4", None, True, "٣", "1" * 30])
def test_a_time_that_is_not_a_number_of_seconds_is_null(ticket, entered):
    ticket["custom_fields"] = [{"id": 103, "value": entered}]
    assert flatten_ticket(ticket, time_fields=[103])["handle_seconds"] is None


@pytest.mark.parametrize(
    ("entered", "seconds"), [("600", 600), (" 600 ", 600), ("360.0", 360), (360.0, 360), (0, 0)]
)
def test_a_plain_number_of_seconds_is_read(ticket, entered, seconds):
    ticket["custom_fields"] = [{"id": 103, "value": entered}]
    assert flatten_ticket(ticket, time_fields=[103])["handle_seconds"] == seconds


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("inactive", "active", "seconds"),
    [(None, "600", 600), (None, "360.0", 360), ("70", "600", 600), ("70", None, 70), (None, None, None)],
)
def test_of_two_fields_with_the_title_of_time_tracking_the_active_one_counts(
    ticket, order, inactive, active, seconds
):
    title = "Total time spent (sec)"
    bodies = [{"id": 111, "title": title, "active": False}, {"id": 222, "title": title, "active": True}]
    time_fields = time_tracking_fields(flatten_field(body) for body in bodies[::order])
    ticket["custom_fields"] = [{"id": 111, "value": inactive}, {"id": 222, "value": active}][::order]
    assert flatten_ticket(ticket, time_fields=time_fields)["handle_seconds"] == seconds


@pytest.mark.parametrize(
    ("values", "seconds"),
    [((None, "600"), 600), (("600", None), 600), (("600", "70"), 600), (("x", "70"), 70)],
)
def test_the_first_time_tracking_field_with_a_number_is_used(ticket, values, seconds):
    ticket["custom_fields"] = [{"id": 222, "value": values[0]}, {"id": 111, "value": values[1]}]
    assert flatten_ticket(ticket, time_fields=[222, 111])["handle_seconds"] == seconds


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"via": {"channel": 23}}, "channel", None),
        ({"tags": ["two words", 5, None]}, "tags", ["two words"]),
        ({"tags": "parcel"}, "tags", []),
        ({"subject": 7}, "subject", None),
        ({"metric_set": {"reopens": 12.0}}, "reopens", 12),
        ({"metric_set": {"solved_at": ""}}, "solved_at", None),
        ({"metric_set": {"reply_time_in_minutes": {"calendar": 12.0}}}, "first_reply_minutes", 12),
        ({"generated_timestamp": "soon"}, "generated_at", moment("2026-11-10T10:15:31Z")),
        ({"custom_fields": [5, {"value": 1}, {"id": 9, "value": "x"}]}, "custom_fields", '{"9": "x"}'),
        (
            {
                "custom_fields": [
                    5,
                    {"id": 9, "value": ["\0NaN", float("nan")]},
                    {"id": 8, "value": "\\u0000"},
                ]
            },
            "custom_fields",
            r'{"8": "\\u0000", "9": ["NaN", null]}',
        ),
    ],
)
def test_a_ticket_with_an_unreadable_part_is_a_row(ticket, change, column, value):
    problems: list[str] = []
    row = flatten_ticket(ticket | change, problems=problems)
    assert (row["ticket_id"], row[column]) == (6, value)
    assert bool(problems) is (value is None or column in ("tags", "generated_at", "custom_fields"))


@pytest.mark.parametrize(
    ("minutes", "seconds", "expected"),
    [
        ({"calendar": None, "business": None}, {"calendar": 335}, (5, None)),
        ({"calendar": None, "business": None}, {"calendar": 59, "business": 60}, (0, 1)),
        ({"calendar": 34, "business": 30}, {"calendar": 335}, (34, 30)),
        (None, {"calendar": 335}, (5, None)),
        ({"calendar": None}, None, (None, None)),
    ],
)
def test_the_first_reply_of_a_messaging_ticket_is_read_from_seconds(ticket, minutes, seconds, expected):
    ticket["metric_set"] = {"reply_time_in_minutes": minutes, "reply_time_in_seconds": seconds}
    row = flatten_ticket(ticket)
    assert (row["first_reply_minutes"], row["first_reply_business_minutes"]) == expected


def test_the_text_of_a_deleted_ticket_is_left_out(ticket):
    row = flatten_ticket(ticket | {"status": "deleted"})
    assert row["is_deleted"] is True
    assert [row[name] for name in ("subject", "custom_fields", "satisfaction_comment")] == [None] * 3
    assert (row["satisfaction_score"], row["first_reply_minutes"]) == ("good", 34)


def test_a_ticket_with_only_an_id_is_a_row(ticket):
    row = flatten_ticket({"id": 1})
    assert {name: value for name, value in row.items() if value not in (None, [])} == {
        "ticket_id": 1,
        "is_deleted": False,
    }


@pytest.mark.parametrize("score", ["offered", "good"])
def test_a_bare_score_is_read(ticket, score):
    problems = []
    row = flatten_ticket(ticket | {"satisfaction_rating": score}, problems=problems)
    assert (row["satisfaction_score"], row["satisfaction_comment"], problems) == (score, None, [])


def test_nul_and_lone_surrogates_are_removed(ticket):
    row = flatten_ticket(ticket | {"subject": "a\0b\ud83dc"})
    assert row["subject"] == "abc"


def test_look_ups_are_rows():
    agent = {"id": 7, "name": "Ada", "role": "agent", "default_group_id": 3, "active": False}
    assert flatten_agent(agent) == {
        "agent_id": 7,
        "name": "Ada",
        "role": "agent",
        "default_group_id": 3,
        "is_active": False,
    }
    assert flatten_group({"id": 3, "name": "Billing"}) == {
        "group_id": 3,
        "name": "Billing",
        "is_deleted": False,
    }
    brand = {"brand_id": 1, "name": "Acme", "subdomain": "acme", "is_active": True}
    assert flatten_brand({"id": 1, "name": "Acme", "subdomain": "acme", "active": True}) == brand
    options = [{"value": "late", "name": "Late"}]
    field = flatten_field({"id": 101, "title": "Why", "type": "tagger", "custom_field_options": options})
    assert (field["options"], field["is_active"]) == ('{"late": "Late"}', True)


def test_the_reason_that_means_none_is_found_whatever_the_type_of_its_id():
    reasons = [{"id": 5, "reason_code": 0}, {"id": "6", "reason_code": "0"}, {"id": 7, "reason_code": 1000}]
    assert find_no_reason_ids([*reasons, {"reason_code": 0}, {"id": [8], "reason_code": 0}]) == {5, 6}


def event(**more: Any) -> dict[str, Any]:
    submitted = {"type": "SurveyResponseSubmitted", "survey_response_id": "R"}
    return submitted | {"assigned_user_id": 7, "assigned_group_id": 3} | more


@pytest.mark.parametrize("order", [1, -1])
def test_audits_name_the_rated_agent_at_the_first_answer(order):
    audits = [
        {
            "created_at": "2026-11-10T09:00:00Z",
            "events": [{"type": "Comment", "survey_response_id": 9}, event()],
        },
        {"created_at": "2026-11-10T10:00:00+00:30", "events": [event(assigned_user_id=8)]},
        {"created_at": None, "events": [event(survey_response_id="S", assigned_user_id=None)]},
    ]
    assert survey_events(audits[::order]) == {"R": (7, 3), "S": (None, 3)}


@pytest.mark.parametrize(
    "odd", [{"type": "SurveyOffered"}, event(survey_response_id=None), event(assigned_user_id="x"), 5]
)
def test_a_malformed_event_names_nobody(odd):
    assert survey_events([{"events": [odd]}, {}]) == {}


@pytest.mark.parametrize(
    ("ulid", "time"),
    [
        ("00000000000000000000000000", "1970-01-01T00:00:00+00:00"),
        ("01M72CNZNTQ7M3V9K2T5W8X4Z6", "2026-11-10T09:30:00.250000+00:00"),
        ("01m72cnznTQ7M3V9K2T5W8X4Z6", None),
        ("01M72CNZNTQ7M3V9K2T5W8X4ZU", None),  # Crockford's alphabet has no U
        ("legacy-5", None),
        ("7ZZZZZZZZZZZZZZZZZZZZZZZZZ", None),  # the year 10889
    ],
)
def test_the_time_of_a_ulid_is_read(ulid, time):
    assert (found.isoformat() if (found := ulid_time(ulid)) else None) == time


def test_bodies_without_an_id_do_not_overwrite_each_other():
    bodies = [{"subject": f"ticket {number}"} for number in range(5)]
    assert len({keep_raw("ticket", body, "ticket without a readable id")["id"] for body in bodies}) == 5
    assert keep_raw("ticket", bodies[0], "x") == keep_raw("ticket", dict(bodies[0]), "x")


@pytest.mark.parametrize("kind", ["ticket", "survey_response", "agents", "surveys", "satisfaction_rating"])
@pytest.mark.parametrize("unusable", [None, "", True, 1.5, [], [None], {}, {"id": 1}, "x" * 9000, 2**70])
def test_bodies_with_an_id_that_no_row_can_have_do_not_overwrite_each_other(kind, unusable):
    if kind in ("survey_response", "surveys") and unusable == 2**70:
        return  # there an id is a text
    first, second = ({"id": unusable, "subject": text} for text in ("one", "two"))
    assert keep_raw(kind, first, "x")["id"] != keep_raw(kind, second, "x")["id"]


def test_metric_sets_are_matched_by_number_and_the_others_are_named(ticket):
    sets = [{"ticket_id": "5", "a": 1}, {"ticket_id": 6.0}, {"ticket_id": 99}, {"ticket_id": None}, {}]
    matched, others = match_metric_sets([{"id": 5}, {"id": "6"}, {"id": None}], sets)
    assert (matched, others) == ({5: sets[0], 6: sets[1]}, sets[2:])
    assert find_metric_set({"id": "5"}, matched) == sets[0]
    assert find_metric_set({"id": None}, matched) is None


@pytest.mark.parametrize(("nameless", "named"), [(0, 1), (1, 0), (2, 0)])
def test_metric_sets_of_tickets_without_an_id_are_not_named(nameless, named):
    matched, others = match_metric_sets([{"id": 5}, *[{}] * nameless], [{"ticket_id": 5}, {"ticket_id": 6}])
    assert (list(matched), len(others)) == ([5], named)


@pytest.mark.parametrize(
    "response_id", ["A" * 9000, "01ABC", ["no", "id"], {"a": 1}, "half \ud800 a character", None]
)
def test_raw_bodies_can_always_be_stored(response_id):
    body = {"id": response_id, "version": 2, "mood": "\x00 \ud800"}
    row = keep_raw("survey_response", body, "field \ud800")
    assert json.loads(row["body"]) == body
    assert frame(TABLES["unknown_bodies"], [row]).loc[0, "problem"] == "field "

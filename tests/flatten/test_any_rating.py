"""Flatten generated survey responses and legacy ratings: documented ones exactly, others never with a wrong rating."""

from __future__ import annotations

import copy
import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import zendesk_shapes as shapes
from support.expected_rows import at, columns, expected_values, or_refused, stored
from support.json_strategies import (
    CROCKFORD,
    JSON,
    MOMENT,
    fitting,
    junk,
    milliseconds,
    mutated,
    places,
    repeatable,
    thorough,
    ulids,
    words,
)

from csat_analysis.flatten import Labels, Row, flatten_legacy_rating, flatten_response
from csat_analysis.flatten.documented import NOT_DOCUMENTED
from csat_analysis.flatten.responses import flatten_any, flatten_documented
from csat_analysis.schema.frames import to_arrow
from csat_analysis.schema.tables import INTEGER, TABLES, TEXT, TIME

# survey responses


def static(value: str) -> JSON:
    return {"type": "static", "value": value}


def scale(points: int) -> list[JSON]:
    return [{"rating": number, "label": static(f"label {number}")} for number in range(1, points + 1)]


@st.composite
def answers_to(draw: Any, name: str) -> JSON:
    """Return any documented answer to the question with this id."""
    kind = draw(st.sampled_from(["csat", "csat", "other scale", "closed_ended", "open_ended", "skipped"]))
    asked: JSON = {"id": name, "type": kind}
    given: JSON = {"type": kind}
    if kind in ("csat", "other scale"):
        asked |= {"type": draw(st.sampled_from(["rating_scale_numeric", "rating_scale_emoji"]))}
        asked["sub_type"] = "customer_satisfaction" if kind == "csat" else "other"
        points = draw(st.sampled_from([2, 3, 4, 5]))
        given = {"type": "rating_scale", "rating": draw(st.integers(1, points))}
        if draw(st.booleans()):
            asked["options"] = scale(points)
        if draw(st.booleans()):
            given["rating_category"] = draw(st.sampled_from(["good", "neutral", "bad"]))
    elif kind == "closed_ended":
        chosen = draw(st.lists(ulids, unique=True, max_size=3))
        given["selections"] = [{"type": "predefined", "option_id": one} for one in chosen]
        if draw(st.booleans()):
            asked["options"] = [{"id": one, "label": static(draw(words))} for one in chosen[:2]]
    elif kind == "open_ended":
        given["value"] = draw(words)
    else:
        asked["type"] = draw(st.sampled_from(["open_ended", "closed_ended"]))
    if draw(st.booleans()):
        asked |= {
            "alias": draw(st.sampled_from(["comment", "reason"]) | words),
            "headline": static(draw(words)),
        }
    first, last = sorted([draw(milliseconds), draw(milliseconds)])
    return {"question": asked, "created_at": first, "updated_at": last, **given}


@st.composite
def responses(draw: Any) -> JSON:
    """Return a survey response of either format, about a ticket or a conversation."""
    answers = [draw(answers_to(name)) for name in draw(st.lists(ulids, unique=True, max_size=5))]
    number, version = draw(st.integers(1, 10**15)), draw(st.integers(1, 99))
    body = {"id": draw(ulids), "answers": answers, "expires_at": draw(milliseconds)}
    if draw(st.booleans()):
        return body | {
            "survey_id": draw(ulids),
            "survey_version": version,
            "subject_zrns": [f"zrn:ticket:{number}"],
        }
    kind, name = draw(st.sampled_from([("ticket", str(number)), ("conversation", f"{number:x}-7f")]))
    zrn = f"zen:{kind}:{name}"
    return body | {
        "responder_id": str(number + 1),
        "subject_zrns": [zrn],
        "subjects": [{"id": name, "type": kind, "zrn": zrn}],
        "survey": {"id": draw(ulids), "state": "enabled", "version": version},
    }


LOWEST_GOOD = {2: 2, 3: 3, 5: 4}


def category_of(answer: JSON) -> str | None:
    """Return the category of an answer: its own, or else that of its scale."""
    if answer.get("rating_category") or "rating" not in answer:
        return answer.get("rating_category")
    options = answer["question"].get("options") or []
    lowest = LOWEST_GOOD.get(len(options))
    return None if lowest is None else "good" if answer["rating"] >= lowest else "bad"


def csat_answer(body: JSON) -> JSON:
    """Return whether an answer is a rating_scale of a customer-satisfaction question, as documented."""
    asked = [one for one in body["answers"] if one["question"].get("sub_type") == "customer_satisfaction"]
    asked = asked or [one for one in body["answers"] if one["question"].get("sub_type") is None]
    return next((one for one in asked if one["type"] == "rating_scale"), {})


def said_in(answer: JSON, position: int) -> Row:
    """Return the expected row of survey_answers."""
    question = answer["question"]
    labels = {
        option.get("id", option.get("rating")): option["label"]["value"]
        for option in question.get("options", [])
    }
    chosen = [one["option_id"] for one in answer.get("selections", [])]
    return {
        "question_id": question["id"],
        "position": position,
        "question_type": question["type"],
        "sub_type": question.get("sub_type"),
        "alias": question.get("alias"),
        "headline": at(question, "headline.value"),
        "answer_type": answer["type"],
        "rating": answer.get("rating"),
        "rating_category": category_of(answer),
        "rating_label": labels.get(answer.get("rating")),
        "selections": [labels.get(one, one) for one in chosen] if "selections" in answer else None,
        "value": answer.get("value"),
        "created_at": stored(TIME, answer["created_at"]),
        "updated_at": stored(TIME, answer["updated_at"]),
    }


def first_of(rows: list[Row], column: str, alias: str) -> Any:
    """Return the value of the question with this alias, or else of the first answer of this type."""
    answered = [row for row in rows if row[column]]
    return next((row[column] for row in answered if row["alias"] == alias), answered and answered[0][column])


def offered(response_id: str) -> dt.datetime:
    milliseconds = sum(CROCKFORD.index(letter) * 32**place for place, letter in enumerate(response_id[9::-1]))
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)


@thorough
@given(responses())
def test_a_documented_response_is_flattened_exactly(body: JSON):
    flat, csat = flatten_response(body), csat_answer(body)
    answers = [said_in(answer, place) for place, answer in enumerate(body["answers"], 1)]
    kind, _, subject = body["subject_zrns"][0].partition(":")[2].partition(":")
    rated = {
        "updated_at": max((row["updated_at"] for row in answers), default=None),
        "rating": csat.get("rating"),
        "rating_category": category_of(csat) if csat else None,
        "comment": first_of(answers, "value", "comment") or None,
        "response_id": body["id"],
    }

    is_unclear = any(
        "rating" in one and category_of(one) is None and one["question"].get("sub_type") != "other"
        for one in body["answers"]
    )
    assert flat.problem == ("rating without a category" if is_unclear else "")
    assert flat.answers == [{"response_id": body["id"], **row} for row in answers]
    assert flat.response == rated | {
        "ticket_id": int(subject) if kind == "ticket" else None,
        "responder_id": int(body["responder_id"]) if "responder_id" in body else None,
        "survey_id": at(body, "survey.id") or body.get("survey_id"),
        "survey_version": at(body, "survey.version") or body.get("survey_version"),
        "offered_at": offered(body["id"]),
        "expires_at": stored(TIME, body["expires_at"]),
        "submitted_at": min((row["created_at"] for row in answers), default=None),
        "reason": (first_of(answers, "selections", "reason") or [None])[0],
        "revisions": int(bool(csat) and csat["updated_at"] > csat["created_at"]),
        "source": "survey",
    }
    assert flat.versions == ([rated] if rated["rating_category"] else [])


def assert_only_read(body: JSON) -> None:
    """Check that a body is refused, or gives storable rows with only the ratings that it states."""
    flat = or_refused(flatten_response, body)
    if flat is None:
        response_id = body.get("id")
        is_text = isinstance(response_id, str | int) and not isinstance(response_id, bool)
        is_readable = is_text and bool(stored(TEXT, str(response_id)))
        assert not is_readable or not isinstance(body.get("answers", "missing"), list | None)
        return
    for row in flat.answers:
        assert_answer_only_read(row, body["answers"][row["position"] - 1])
    assert flat.response["rating"] in {None, *(row["rating"] for row in flat.answers)}
    assert flat.response["rating_category"] in {None, *(row["rating_category"] for row in flat.answers)}
    to_arrow(TABLES["survey_responses"], [flat.response])
    to_arrow(TABLES["survey_answers"], flat.answers)
    to_arrow(TABLES["rating_changes"], flat.versions)
    flat.problem.encode()


def assert_answer_only_read(row: Row, answer: JSON) -> None:
    is_rating = row["answer_type"] == "rating_scale"
    assert row["rating"] == (stored(INTEGER, answer.get("rating")) if is_rating else None)
    stated = answer.get("rating_category")
    assert row["rating_category"] in (None, "good", "neutral", "bad")
    if is_rating and stated in ("good", "neutral", "bad"):
        assert row["rating_category"] == stated
    elif row["rating_category"]:
        points = len(at(answer, "question.options") or range(5))  # or of a question of the same id
        assert row["rating_category"] == "good" or row["rating"] <= points
    assert row["value"] == (stored(TEXT, answer.get("value")) if row["answer_type"] == "open_ended" else None)


@thorough
@given(mutated(responses()))
def test_a_changed_response_never_gives_a_wrong_rating(body: JSON):
    assert_only_read(body)


@thorough
@given(responses(), st.data())
def test_a_changed_answer_never_gives_a_wrong_rating(body: JSON, data: st.DataObject):
    body["answers"] = data.draw(mutated(st.just({"answers": body["answers"]}))).get("answers")
    assert_only_read(body)


def option(question: str, number: int, label: str) -> Row:
    """Return a row of surveys: one rating of a question of the survey of `rated_response`."""
    shown = {"headline": "How was it?", "option_id": str(number), "rating": number, "label": label}
    return {"survey_id": "S", "survey_version": 1, "question_id": question, **shown}


LABELS = Labels.of([option("Q1", 4, "fair"), option("Q1", 5, "great")])


def assert_same_as_value_by_value(body: JSON) -> None:
    """Check that the quick way, which reads only documented responses, gives what the readers of values give."""
    expected = or_refused(flatten_any, body, LABELS)
    assert or_refused(flatten_response, body, LABELS) == expected
    with suppress(*NOT_DOCUMENTED):
        assert flatten_documented(body, LABELS) == expected


@thorough
@given(responses() | mutated(responses()))
def test_a_response_is_flattened_like_value_by_value(body: JSON):
    assert_same_as_value_by_value(body)


ODD_VALUES: list[Any] = [
    None,
    True,
    1,
    5.0,
    -1,
    2**63,
    "",
    "5",
    " 5",
    "x",
    "a\0b",
    "\ud800",
    "x" * 300,
    [],
    {},
]
ODD_VALUES += [
    "2026-11-10",
    "1969-12-31T23:59:59Z",
    "2026-11-10T10:15:30+01:00",
    "2026-11-10T10:15:31.125Z",
    MOMENT,
]
ODD_VALUES += [
    "skipped",
    "open_ended",
    "bad",
    "zen:ticket:7",
    "zrn:conversation:x",
    ["zen:ticket:6"],
    [{}],
    {"id": "6"},
]


@pytest.mark.parametrize(
    "name",
    [
        "zen:ticket:7",
        "zen:ticket:7\n",
        "zen:ticket: 7",
        "zen:ticket:٧",
        "zen:ticket:",
        "zen:ticket:1:7",
        "ticket:7",
    ]
    + [
        "zen:conversation:x",
        "zen:conversation:x\ny",
        "zen:conversation:",
        "zen:conversation:x:y",
        "zen:user:7",
        7,
    ],
    ids=ascii,
)
def test_any_subject_is_flattened_like_value_by_value(name: Any):
    assert_same_as_value_by_value(rated_response() | {"subject_zrns": [name], "subjects": []})


@pytest.mark.parametrize("value", ODD_VALUES, ids=ascii)
def test_any_odd_value_is_flattened_like_value_by_value(value: Any):
    documented = rated_response()
    documented["answers"][1]["question"] = {"id": "Q2", "type": "closed_ended"}
    assert flatten_documented(documented, LABELS).answers[0]["rating_label"] == "great"
    assert flatten_documented(documented | {"subjects": []}, LABELS).response["ticket_id"] == 6
    for place in range(len(places(documented))):
        for change in ("replace", "delete", "add"):
            body = copy.deepcopy(documented)
            inside, key = places(body)[place]
            if change == "replace":
                inside[key] = value
            elif change == "delete":
                del inside[key]
            elif isinstance(inside, dict):
                inside["more"] = value
            else:
                inside.append(value)
            assert_same_as_value_by_value(body)


def rated_response() -> JSON:
    """Return a response with a rating, a reason and a comment."""
    times = {"created_at": MOMENT, "updated_at": MOMENT}
    asked = {"id": "Q1", "type": "rating_scale_numeric", "sub_type": "customer_satisfaction", "alias": "x"}
    reason = {"id": "Q2", "type": "closed_ended", "headline": static("Why?"), "options": [{"id": "A"}]}
    return {
        "id": "01M72CNZNTQ7M3V9K2T5W8X4Z6",
        "expires_at": MOMENT,
        "responder_id": "42",
        "subject_zrns": ["zen:ticket:6"],
        "subjects": [{"id": "6", "type": "ticket", "zrn": "zen:ticket:6"}],
        "survey": {"id": "S", "version": 1, "state": "enabled"},
        "answers": [
            {"type": "rating_scale", "rating": 5, "rating_category": "good", "question": asked, **times},
            {"type": "closed_ended", "selections": [{"option_id": "A"}], "question": reason, **times},
            {"type": "open_ended", "value": "x", "question": {"id": "Q3", "type": "open_ended"}, **times},
        ],
    }


def optional_places(body: JSON) -> list[tuple[Any, Any]]:
    """Return every place of a response except its id and the answer with the rating, its type, scale and value."""
    answer = body["answers"][0]
    kept = [(body, "id"), (body, "answers"), (body["answers"], 0), (answer["question"], "sub_type")]
    kept += [(answer, name) for name in ("type", "rating", "rating_category", "question")]
    return [
        (inside, key)
        for inside, key in places(body)
        if not any(inside is one and key == k for one, k in kept)
    ]


@thorough
@given(st.data(), junk)
def test_any_value_of_an_optional_part_keeps_the_rating(data: st.DataObject, value: Any):
    body = rated_response()
    inside, key = data.draw(st.sampled_from(optional_places(body)))
    inside[key] = value
    flat = flatten_response(body)
    assert (flat.response["rating"], flat.response["rating_category"]) == (5, "good")
    assert flat.response["submitted_at"] is not None and len(flat.versions) == 1
    to_arrow(TABLES["survey_responses"], [flat.response])
    to_arrow(TABLES["survey_answers"], flat.answers)


@repeatable
@given(st.data(), junk)
def test_any_value_of_an_optional_part_keeps_a_legacy_rating(data: st.DataObject, value: Any):
    body = {
        "id": 1,
        "score": "good",
        "ticket_id": 7,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "reason": "x",
    }
    body |= {"comment": "x", "assignee_id": 3, "group_id": 4, "requester_id": 5, "reason_code": 1000}
    body[data.draw(st.sampled_from(sorted(set(body) - {"id", "score"})))] = value
    flat = flatten_legacy_rating(body)
    assert flat is not None and flat.response["rating_category"] == "good"
    assert flat.response["submitted_at"] is not None
    to_arrow(TABLES["survey_responses"], [flat.response])


@repeatable
@given(responses().filter(lambda body: body["answers"]), st.data())
def test_a_question_that_is_answered_twice_is_reported_as_a_problem(body: JSON, data: st.DataObject):
    question = data.draw(st.sampled_from(body["answers"]))["question"]
    body["answers"].append(data.draw(answers_to(question["id"])))
    flat = flatten_response(body)
    assert "twice" in flat.problem
    assert len({row["question_id"] for row in flat.answers}) == len(flat.answers)


# ratings of the legacy CSAT

LEGACY = {
    "ticket_id": "ticket_id",
    "responder_id": "requester_id",
    "offered_at": "created_at",
}
LEGACY_RATED = {
    "submitted_at": "updated_at",
    "updated_at": "updated_at",
    "comment": "comment",
    "reason": "reason",
    "agent_id": "assignee_id",
    "group_id": "group_id",
}


def assert_legacy_told(body: JSON) -> None:
    """Check that a rating is refused, skipped, or flattened with the score that it states."""
    flat = or_refused(flatten_legacy_rating, body)
    if flat is None:
        return
    answered = body["score"] in ("good", "bad")
    expected = expected_values("survey_responses", body, LEGACY | LEGACY_RATED)
    written = expected["updated_at"] or stored(TIME, body.get("created_at"))
    expected["offered_at"] = expected["offered_at"] or written
    expected |= {"submitted_at": written, "updated_at": written}
    expected["reason"] = None if stored(INTEGER, body.get("reason_code")) == 0 else expected["reason"] or None
    expected |= {} if answered else dict.fromkeys(LEGACY_RATED)
    assert body["score"] in ("good", "bad", "offered")
    assert columns(flat.response, LEGACY | LEGACY_RATED) == expected
    assert flat.response["response_id"] == f"legacy-{stored(INTEGER, body['id'])}"
    assert flat.response["rating_category"] == (body["score"] if answered else None)
    assert (flat.response["rating"], flat.response["source"], flat.answers) == (None, "legacy", [])
    assert bool(flat.versions) is (answered and written is not None)
    to_arrow(TABLES["survey_responses"], [flat.response])
    to_arrow(TABLES["rating_changes"], flat.versions)


scores = st.sampled_from(["good", "bad", "offered", "unoffered"])


@st.composite
def legacy_ratings(draw: Any, scores: st.SearchStrategy[Any] = scores) -> JSON:
    body = draw(fitting(shapes.SATISFACTION_RATING))
    body["created_at"], body["updated_at"] = sorted([body["created_at"], body["updated_at"]])
    return body | {"score": draw(scores)}


@repeatable
@given(legacy_ratings())
def test_a_documented_legacy_rating_is_flattened_exactly(body: JSON):
    flat = flatten_legacy_rating(body)

    assert (flat is None) is (body["score"] == "unoffered")
    if flat:
        assert set(flat.response) == set(TABLES["survey_responses"].schema)
        assert flat.problem == ""
        assert_legacy_told(body)


@thorough
@given(mutated(legacy_ratings()) | legacy_ratings(words | junk))
def test_a_changed_legacy_rating_is_refused_or_flattened_exactly(body: JSON):
    assert_legacy_told(body)

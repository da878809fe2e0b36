"""Any survey response, any rating of the old CSAT: told exactly if documented, else never with a wrong rating."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support import zendesk_shapes as shapes
from support.expected_rows import at, columns, or_refused, said, stored
from support.json_strategies import (
    CROCKFORD,
    JSON,
    MOMENT,
    fitting,
    junk,
    milliseconds,
    mutated,
    repeatable,
    thorough,
    ulids,
    words,
)

from csat_analysis.flatten import Row, flatten_legacy_rating, flatten_response
from csat_analysis.schema.frames import to_arrow
from csat_analysis.schema.tables import TABLES, TEXT, TIME

# survey responses


def static(value: str) -> JSON:
    return {"type": "static", "value": value}


def scale(points: int) -> list[JSON]:
    return [{"rating": number, "label": static(f"label {number}")} for number in range(1, points + 1)]


@st.composite
def answers_to(draw: Any, name: str) -> JSON:
    """One answer of any documented kind to a question of that id."""
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
    """A survey response of either generation, about a ticket or a conversation."""
    answers = [draw(answers_to(name)) for name in draw(st.lists(ulids, unique=True, max_size=5))]
    number, version = draw(st.integers(1, 10**15)), draw(st.integers(1, 99))
    body = {"id": draw(ulids), "answers": answers, "expires_at": draw(milliseconds)}
    if draw(st.booleans()):
        return body | {
            "survey_id": draw(ulids), "survey_version": version, "subject_zrns": [f"zrn:ticket:{number}"],
        }  # fmt: skip
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
    """What an answer says itself, or else what the size of its scale says."""
    if answer.get("rating_category") or "rating" not in answer:
        return answer.get("rating_category")
    options = answer["question"].get("options") or []
    lowest = LOWEST_GOOD.get(len(options))
    return None if lowest is None else "good" if answer["rating"] >= lowest else "bad"


def csat_answer(body: JSON) -> JSON:
    """The rule of the documentation: a rating_scale whose question is asked for customer satisfaction."""
    asked = [one for one in body["answers"] if one["question"].get("sub_type") == "customer_satisfaction"]
    asked = asked or [one for one in body["answers"] if one["question"].get("sub_type") is None]
    return next((one for one in asked if one["type"] == "rating_scale"), {})


def said_in(answer: JSON, position: int) -> Row:
    """A row of survey_answers."""
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
    """The value of the question with that alias, or else of the first one that was answered so."""
    answered = [row for row in rows if row[column]]
    return next((row[column] for row in answered if row["alias"] == alias), answered and answered[0][column])


def offered(response_id: str) -> dt.datetime:
    milliseconds = sum(CROCKFORD.index(letter) * 32**place for place, letter in enumerate(response_id[9::-1]))
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=milliseconds)


@thorough
@given(responses())
def test_a_documented_response_is_told_exactly(body: JSON):
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

    assert flat.problem == ""
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
    assert flat.change == (rated if rated["rating_category"] else None)


KEYS = {
    "response": {"id", "responder_id", "expires_at", "subject_zrns", "subjects", "survey", "survey_id",
                 "survey_version", "answers"},
    "answer": {"type", "question", "created_at", "updated_at", "rating", "rating_category", "selections", "value"},
    "question": {"id", "type", "sub_type", "alias", "headline", "options", "follow_up"},
}  # fmt: skip


def is_odd(body: JSON) -> bool:
    """Whether something in a response is not documented: a key, or a question that is answered twice."""
    questions = [answer["question"] for answer in body["answers"]]
    ids = [question["id"] for question in questions]
    return (
        not set(body) <= KEYS["response"]
        or any(not set(answer) <= KEYS["answer"] for answer in body["answers"])
        or any(not set(question) <= KEYS["question"] for question in questions)
        or len(set(ids)) < len(ids)
    )


def assert_refused_or_told(body: JSON) -> None:
    """A body of any shape is Misshapen, or gives storable rows with the ratings that its answers say."""
    flat = or_refused(flatten_response, body)
    if flat is None:
        return
    csat = csat_answer(body)
    assert repr(flat.response["rating"]) == repr(csat.get("rating"))  # true is not 1
    assert flat.response["rating_category"] == told_category(csat, body)
    for row, answer in zip(flat.answers, body["answers"], strict=True):
        is_rating, is_text = answer["type"] == "rating_scale", answer["type"] == "open_ended"
        assert repr(row["rating"]) == repr(answer["rating"] if is_rating else None)
        assert row["rating_category"] == (told_category(answer, body) if is_rating else None)
        assert row["rating_category"] in (None, "good", "neutral", "bad")
        assert row["value"] == (stored(TEXT, answer["value"]) if is_text else None)
    assert bool(flat.problem) >= is_odd(body)
    to_arrow(TABLES["survey_responses"], [flat.response])
    to_arrow(TABLES["survey_answers"], flat.answers)
    to_arrow(TABLES["rating_changes"], [flat.change] if flat.change else [])
    flat.problem.encode()


def told_category(answer: JSON, body: JSON) -> str | None:
    """The category that an answer itself, or else all options beside its question, say."""
    if answer.get("rating_category") or not answer:
        return answer.get("rating_category")
    same = [one["question"] for one in body["answers"] if one["question"]["id"] == answer["question"]["id"]]
    options = {
        str(option.get("id") or option.get("rating"))
        for asked in same for option in asked.get("options") or [] if option
    } - {"None"}  # fmt: skip
    lowest = LOWEST_GOOD.get(len(options))
    if lowest is None or not 1 <= answer["rating"] <= len(options):
        return None
    return "good" if answer["rating"] >= lowest else "bad"


@thorough
@given(mutated(responses()))
def test_a_mutated_response_is_refused_or_told_without_a_wrong_rating(body: JSON):
    assert_refused_or_told(body)


@thorough
@given(responses(), st.data())
def test_a_mutated_answer_is_refused_or_told_without_a_wrong_rating(body: JSON, data: st.DataObject):
    body["answers"] = data.draw(mutated(st.just({"answers": body["answers"]}))).get("answers")
    assert_refused_or_told(body)


odd_sub_types = st.sampled_from(["customer_satisfaction", "other", "ots", None]) | junk


@thorough
@given(
    st.sampled_from([0, 2, 3, 4, 5]),
    st.integers(1, 5),
    st.dictionaries(st.sampled_from(["rating", "rating_category", "type"]), st.none() | junk, max_size=2),
    st.tuples(odd_sub_types, odd_sub_types),
)
def test_a_mutated_rating_beside_another_is_refused_or_told_without_a_wrong_rating(
    points: int, rating: int, changes: JSON, sub_types: tuple[Any, Any]
):
    asked = {"type": "rating_scale_numeric", "options": scale(points)}
    given = {"type": "rating_scale", "created_at": MOMENT, "updated_at": MOMENT}
    questions = [asked | {"id": f"Q{n}", "sub_type": sub_type} for n, sub_type in enumerate(sub_types)]
    answers = [
        given | {"rating": 1, "question": questions[0]},
        given | {"rating": rating, "question": questions[1]} | changes,
    ]
    assert_refused_or_told({"id": "A", "subject_zrns": ["zen:ticket:1"], "answers": answers})


@repeatable
@given(responses().filter(lambda body: body["answers"]), st.data())
def test_a_question_that_is_answered_twice_is_named_as_a_problem(body: JSON, data: st.DataObject):
    question = data.draw(st.sampled_from(body["answers"]))["question"]
    body["answers"].append(data.draw(answers_to(question["id"])))

    assert "twice" in flatten_response(body).problem


# ratings of the old CSAT

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
    """A rating of any shape is refused, passed over, or told with the score that it says."""
    flat = or_refused(flatten_legacy_rating, body)
    if flat is None:
        return
    answered = body["score"] in ("good", "bad")
    expected = said("survey_responses", body, LEGACY | LEGACY_RATED)
    expected |= {} if answered else dict.fromkeys(LEGACY_RATED)
    assert body["score"] in ("good", "bad", "offered")
    assert columns(flat.response, LEGACY | LEGACY_RATED) == expected
    assert flat.response["response_id"] == f"legacy-{int(body['id'])}"
    assert flat.response["rating_category"] == (body["score"] if answered else None)
    assert (flat.response["rating"], flat.response["source"], flat.answers) == (None, "legacy", [])
    assert (flat.change is not None) is answered
    assert bool(flat.problem) is bool(set(body) - set(shapes.SATISFACTION_RATING) - {"reason_code"})
    to_arrow(TABLES["survey_responses"], [flat.response])
    to_arrow(TABLES["rating_changes"], [flat.change] if flat.change else [])


scores = st.sampled_from(["good", "bad", "offered", "unoffered"])


@st.composite
def legacy_ratings(draw: Any, scores: st.SearchStrategy[Any] = scores) -> JSON:
    body = draw(fitting(shapes.SATISFACTION_RATING))
    body["created_at"], body["updated_at"] = sorted([body["created_at"], body["updated_at"]])
    return body | {"score": draw(scores)}


@repeatable
@given(legacy_ratings())
def test_a_documented_rating_of_the_old_csat_is_told_exactly(body: JSON):
    flat = flatten_legacy_rating(body)

    assert (flat is None) is (body["score"] == "unoffered")
    if flat:
        assert set(flat.response) == set(TABLES["survey_responses"].schema)
        assert flat.problem == ""
        assert_legacy_told(body)


@thorough
@given(mutated(legacy_ratings()) | legacy_ratings(words | junk))
def test_a_mutated_rating_of_the_old_csat_is_refused_or_told_exactly(body: JSON):
    assert_legacy_told(body)

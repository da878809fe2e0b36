"""Any body that keeps to the documented shapes is told exactly; any other is refused, or told without invention.

What a row should say is read here from the body by tables of our own: column -> where the body says it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import zendesk_shapes as shapes
from any_json import (
    CROCKFORD,
    fitting,
    junk,
    milliseconds,
    mutated,
    numbers,
    places,
    ulids,
    words,
)
from any_json import (
    TIME as TIME_OF_ANSWER,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csat_analysis.flatten import (
    Misshapen,
    Row,
    flatten_agent,
    flatten_brand,
    flatten_field,
    flatten_group,
    flatten_legacy_rating,
    flatten_response,
    flatten_survey,
    flatten_ticket,
    survey_events,
)
from csat_analysis.frames import to_arrow
from csat_analysis.tables import DURATIONS, FLAG, INTEGER, TABLES, TEXT, TIME

JSON = dict[str, Any]

repeatable = settings(
    deadline=None, derandomize=True, max_examples=80, suppress_health_check=[HealthCheck.too_slow]
)
thorough = settings(repeatable, max_examples=200)  # what a rating hangs on

TICKET = {  # column -> where the body says it
    **{name: name for name in ("subject", "status", "type", "priority", "brand_id", "ticket_form_id",
                               "organization_id", "requester_id", "assignee_id", "group_id", "tags",
                               "created_at", "updated_at")},
    "ticket_id": "id",
    "channel": "via.channel",
    "satisfaction_score": "satisfaction_rating.score",
    "satisfaction_reason": "satisfaction_rating.reason",
    "satisfaction_comment": "satisfaction_rating.comment",
    "generated_at": "generated_timestamp",
    **{name: f"metric_set.{name}" for name in ("solved_at", "assigned_at", "assignee_updated_at", "reopens",
                                               "replies", "assignee_stations", "group_stations")},
}  # fmt: skip
METRICS = {
    "first_reply": "reply_time",
    **{stem: f"{stem}_time" for stem in DURATIONS if stem != "first_reply"},
}
for stem, metric in METRICS.items():
    TICKET[f"{stem}_minutes"] = f"metric_set.{metric}_in_minutes.calendar"
    TICKET[f"{stem}_business_minutes"] = f"metric_set.{metric}_in_minutes.business"
WORDS_OF_A_TICKET = ("subject", "satisfaction_comment")  # not kept of a deleted one
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
LOOK_UPS = {
    "agents": (flatten_agent, shapes.USER, {"agent_id": "id", "name": "name", "role": "role",
                                            "default_group_id": "default_group_id", "is_active": "active"}),
    "groups": (flatten_group, shapes.GROUP, {"group_id": "id", "name": "name", "is_deleted": "deleted"}),
    "brands": (flatten_brand, shapes.BRAND, {"brand_id": "id", "name": "name", "subdomain": "subdomain",
                                             "is_active": "active"}),
    "ticket_fields": (flatten_field, shapes.TICKET_FIELD, {"field_id": "id", "title": "title", "type": "type",
                                                           "is_active": "active"}),
}  # fmt: skip


def at(body: Any, path: str) -> Any:
    """The value at a dotted path, None where the path ends early."""
    for key in path.split("."):
        body = body.get(key) if isinstance(body, Mapping) else None
    return body


def stored(kind: str, value: Any) -> Any:
    """A JSON value as a column of that type holds it."""
    if value is None:
        return None
    if kind == TIME:
        if type(value) is int:
            return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=value)
        moment = dt.datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    if kind == TEXT:
        return re.sub("[\0\ud800-\udfff]", "", value)
    if kind == INTEGER:
        return int(value)
    return value if kind == FLAG else [stored(TEXT, one) for one in value]


def said(table: str, body: Any, told: Mapping[str, str]) -> Row:
    """What the body says about the columns of a table."""
    return {name: stored(TABLES[table].schema[name], at(body, path)) for name, path in told.items()}


def columns(row: Row, told: Mapping[str, str]) -> Row:
    return {name: row[name] for name in told}


def or_refused(flatten: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What flattening gives, None where it refuses; any other exception fails the test."""
    try:
        return flatten(*arguments, **options)
    except Misshapen:
        return None


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
    given = {"type": "rating_scale", "created_at": TIME_OF_ANSWER, "updated_at": TIME_OF_ANSWER}
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


# tickets


def assert_ticket_told(row: Row, body: JSON) -> None:
    expected = said("tickets", body, TICKET)
    if body.get("status") == "deleted":
        expected |= dict.fromkeys(WORDS_OF_A_TICKET)
    assert columns(row, TICKET) == expected | {"tags": expected["tags"] or []}
    assert row["is_deleted"] is (body.get("status") == "deleted")


def set_fields(body: JSON) -> JSON:
    values = {str(one["id"]): one["value"] for one in body["custom_fields"]}
    kept = {key: value for key, value in values.items() if value not in (None, "") and value is not False}
    return json.loads(re.sub("[\ud800-\udfff]", "", json.dumps(kept, ensure_ascii=False)))


UNSET_OR_ZERO = st.sampled_from([None, "", False, 0])


@repeatable
@given(fitting(shapes.TICKET_WITH_METRICS), st.sampled_from(["inside", "beside", "both"]), st.booleans())
def test_an_exported_ticket_is_told_exactly_wherever_its_metrics_are(
    body: JSON, place: str, is_deleted: bool
):
    if is_deleted:
        body["status"] = "deleted"
    sent = {key: value for key, value in body.items() if place != "beside" or key != "metric_set"}
    row = flatten_ticket(sent, None if place == "inside" else body["metric_set"])

    assert set(row) == set(TABLES["tickets"].schema)
    assert set(row) - set(TICKET) == {"custom_fields", "handle_seconds", "is_deleted"}
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
def test_the_fields_that_were_set_are_told_exactly(fields: list[JSON]):
    body = {"id": 1, "custom_fields": fields}

    assert json.loads(flatten_ticket(body)["custom_fields"] or "{}") == set_fields(body)


@repeatable
@given(st.integers(0, 10**15 - 1), st.booleans())
def test_the_time_that_an_agent_spent_is_read_from_its_field(seconds: int, is_text: bool):
    body = {"id": 1, "custom_fields": [{"id": 5, "value": str(seconds) if is_text else seconds}]}

    assert flatten_ticket(body, time_field=5)["handle_seconds"] == seconds
    assert flatten_ticket(body, time_field=6)["handle_seconds"] is None


@repeatable
@given(mutated(fitting(shapes.TICKET_WITH_METRICS)))
def test_a_mutated_ticket_is_refused_or_told_exactly(body: JSON):
    fields = [one["id"] for one in at(body, "custom_fields") or [] if isinstance(one, dict) and "id" in one]
    row = or_refused(flatten_ticket, body, time_field=fields[0] if fields else None)
    if row is not None:
        assert_ticket_told(row, body)
        to_arrow(TABLES["tickets"], [row])


# ratings of the old CSAT


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


# surveys and look-ups


def said_by_survey(body: JSON) -> list[Row]:
    """Rows of surveys: one per question and option, one with an empty option where there is none."""
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
def test_a_survey_is_told_exactly(body: JSON):
    assert flatten_survey(body) == said_by_survey(body)


@repeatable
@given(mutated(fitting(shapes.SURVEY)))
def test_a_mutated_survey_is_refused_or_storable_with_the_numbers_it_says(body: JSON):
    rows = or_refused(flatten_survey, body) or []
    numbers = [at(body[key], "rating") for body, key in places(body) if isinstance(body[key], dict)]

    assert {repr(row["rating"]) for row in rows} <= {repr(number) for number in [*numbers, None]}
    to_arrow(TABLES["surveys"], rows)


@pytest.mark.parametrize("table", LOOK_UPS)
def test_look_ups_are_told_exactly_and_mutated_ones_are_refused_or_told_exactly(table: str):
    flatten, shape, told = LOOK_UPS[table]
    missing = {"is_active": True, "is_deleted": False}

    def assert_told(row: Row, body: JSON) -> None:
        expected = said(table, body, told)
        expected |= {name: value for name, value in missing.items() if expected.get(name, 0) is None}
        if table == "agents":
            expected["name"] = expected["name"] or None  # an empty name is none
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
        if (row := or_refused(flatten, body)) is not None:
            assert_told(row, body)

    whole()
    changed()


# audits


@st.composite
def audits(draw: Any) -> list[JSON]:
    """Audits whose submissions are answers to one of two surveys, with other events between them."""
    names = st.sampled_from(draw(st.lists(ulids, min_size=2, max_size=2)))
    said = {"type": st.just("SurveyResponseSubmitted"), "survey_response_id": names}
    submission = st.builds(dict.__or__, fitting(shapes.AUDIT_EVENT[-1]), st.fixed_dictionaries(said))
    event = submission | fitting(shapes.AUDIT_EVENT[:-1])
    audit = fitting({key: one for key, one in shapes.AUDIT.items() if key != "events"})
    return [one | {"events": draw(st.lists(event, max_size=3))} for one in draw(st.lists(audit, max_size=3))]


def submissions(body: Any) -> list[JSON]:
    """Every whole submission event inside a body, in its order."""
    inside = [container[key] for container, key in places(body)]
    return [
        one
        for one in inside
        if isinstance(one, dict)
        and {"survey_response_id", "assigned_user_id", "assigned_group_id"} <= set(one)
    ]


@repeatable
@given(audits())
def test_audits_name_who_held_the_ticket_at_the_first_answer(body: list[JSON]):
    first: dict[str, tuple[Any, Any]] = {}
    for event in submissions(body):
        first.setdefault(event["survey_response_id"], (event["assigned_user_id"], event["assigned_group_id"]))

    assert survey_events(body) == first


@repeatable
@given(mutated(audits().map(lambda drawn: {"audits": drawn})))
def test_mutated_audits_never_name_someone_else(body: JSON):
    named = survey_events(body["audits"]) if isinstance(body.get("audits"), list) else {}
    told = {
        (str(event["survey_response_id"]), str(event["assigned_user_id"]), str(event["assigned_group_id"]))
        for event in submissions(body)
    }

    assert {(name, str(agent), str(group)) for name, (agent, group) in named.items()} <= told

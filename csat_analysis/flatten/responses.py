"""The survey responses: one object as rows of survey_responses, survey_answers and rating_changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..schema.tables import TABLES
from .surveys import Labels
from .values import Json, Misshapen, Row, identifier, integer, items, mapping, need, text, time, ulid_time

if TYPE_CHECKING:
    import pandas as pd

SURVEY_LIFETIME = dt.timedelta(days=28)
CATEGORIES = ("good", "neutral", "bad")
LOWEST_GOOD = {2: 2, 3: 3, 5: 4}  # number of options -> lowest good rating, where no category is given
QUESTION_TYPES = (
    "rating_scale_numeric",
    "rating_scale_emoji",
    "rating_scale_custom_text",
    "closed_ended",
    "open_ended",
)
RESPONSE_KEYS = frozenset({
    "id", "responder_id", "expires_at", "subject_zrns", "subjects", "survey", "survey_id", "survey_version",
    "answers",
})  # fmt: skip
ANSWER_KEYS = frozenset({
    "type", "question", "created_at", "updated_at", "rating", "rating_category", "selections", "value",
})  # fmt: skip
QUESTION_KEYS = frozenset({"id", "type", "sub_type", "alias", "headline", "options", "follow_up"})
SUBJECT = re.compile(r"(?:zen|zrn):(ticket|request|conversation):(.+)")
RESPONSE_COLUMNS = [  # of a response, beside each of its answers
    "response_id", "ticket_id", "responder_id", "survey_id", "survey_version", "offered_at", "expires_at",
]  # fmt: skip


@dataclass(frozen=True)
class Response:
    """A survey response as rows; `change` is None while unanswered, `problem` empty if all was understood."""

    response: Row
    answers: list[Row]
    change: Row | None
    problem: str


def flatten_answers(responses: Iterable[Json], surveys: Iterable[Json] = ()) -> pd.DataFrame:
    """Survey responses straight from JSON as one row per answer, without a database.

    responses: survey response objects, as the list and the show endpoint give them, of either generation.
    surveys: survey objects, if there are any: they bring the labels that the list endpoint leaves out.
    Columns: those of `survey_answers`, then `ticket_id`, `responder_id`, `survey_id`, `survey_version`,
    `offered_at` and `expires_at` of the response; times in UTC. Unanswered responses give no row.
    Raises Misshapen for an object that is no survey response.
    """
    import pandas as pd

    from ..schema.frames import frame

    questions = [items(mapping(survey, "survey").get("questions"), "questions") for survey in surveys]
    labels = Labels().with_questions(question for survey in questions for question in survey)
    flat = [flatten_response(body, labels) for body in responses]
    answers = frame(TABLES["survey_answers"], [row for one in flat for row in one.answers])
    shared = frame(TABLES["survey_responses"], [one.response for one in flat])[RESPONSE_COLUMNS]
    once = shared.drop_duplicates("response_id", keep="last")
    return pd.merge(answers, once, on="response_id", how="left")


def flatten_response(body: Json, labels: Labels | None = None) -> Response:
    """One survey response object as rows of survey_responses, survey_answers and rating_changes.

    Columns that only the ticket's audits or a comparison of versions tell (agent, group, attribution) are
    left out of the response row. Raises Misshapen where the documented shape is broken.
    """
    response_id = text(need(body, "id", "response"), "id")
    answers = [mapping(one, "answer") for one in items(need(body, "answers", "response"), "answers")]
    labels = (labels or Labels()).with_questions(need(answer, "question", "answer") for answer in answers)
    rows = [_answer_row(response_id, place, answer, labels) for place, answer in enumerate(answers, 1)]
    row = _response_row(body, response_id) | _verdict(rows)
    return Response(row, rows, change_of(row), _problem(body, answers))


def without_words(response: Response) -> Response:
    """The same response without what the customer wrote: what is left of one about a deleted ticket."""
    change = {**response.change, "comment": None} if response.change else None
    answers = [{**row, "value": None} for row in response.answers]
    return Response({**response.response, "comment": None}, answers, change, response.problem)


def _response_row(body: Json, response_id: str) -> Row:
    survey = mapping(body.get("survey"), "survey")
    expires_at = time(body.get("expires_at"), "expires_at")
    return {
        "response_id": response_id,
        "ticket_id": _ticket_id(body),
        "responder_id": identifier(body.get("responder_id"), "responder_id"),
        "survey_id": text(survey.get("id", body.get("survey_id")), "survey id"),
        "survey_version": integer(survey.get("version", body.get("survey_version")), "survey version"),
        "offered_at": ulid_time(response_id) or _offered(expires_at),
        "expires_at": expires_at,
        "source": "survey",
    }


def _offered(expires_at: dt.datetime | None) -> dt.datetime | None:
    try:
        return expires_at - SURVEY_LIFETIME if expires_at else None
    except OverflowError:
        raise Misshapen("expires_at is no time") from None


def _ticket_id(body: Json) -> int | None:
    """The ticket a response is about; null for a conversation."""
    for zrn in _subjects(body):
        match = SUBJECT.fullmatch(zrn)
        if match and match[1] in ("ticket", "request"):
            return identifier(match[2], "ticket id")
    return None


def _subjects(body: Json) -> list[str]:
    """The resource names of what was rated; later bodies also give them as objects."""
    named = [text(zrn, "subject") or "" for zrn in items(body.get("subject_zrns"), "subject_zrns")]
    for subject in items(body.get("subjects"), "subjects"):
        kind = text(need(subject, "type", "subject"), "subject type")
        named.append(f"zen:{kind.removeprefix('zen:')}:{subject.get('id')}")
    return named


def _verdict(answers: list[Row]) -> Row:
    """What the answers say together: the CSAT rating, reason and comment, and when."""
    rating = _csat_answer(answers) or {}
    reasons = [row for row in answers if row["answer_type"] == "closed_ended" and row["selections"]]
    comments = [row for row in answers if row["answer_type"] == "open_ended" and row["value"]]
    edited = bool(rating) and rating["updated_at"] > rating["created_at"]
    return {
        "submitted_at": min((row["created_at"] for row in answers), default=None),
        "updated_at": max((row["updated_at"] for row in answers), default=None),
        "rating": rating.get("rating"),
        "rating_category": rating.get("rating_category"),
        "comment": _preferred(comments, "comment").get("value"),
        "reason": next(iter(_preferred(reasons, "reason").get("selections") or []), None),
        "revisions": int(edited),
    }


def _csat_answer(answers: list[Row]) -> Row | None:
    """The rating of the question asked for satisfaction; a survey may hold other scales beside it.

    Where that question was asked and skipped, no other scale stands in for it.
    """
    asked = [row for row in answers if row["sub_type"] == "customer_satisfaction"]
    asked = asked or [row for row in answers if row["sub_type"] is None]
    return next((row for row in asked if row["answer_type"] == "rating_scale"), None)


def _preferred(rows: list[Row], alias: str) -> Row:
    return next((row for row in rows if row["alias"] == alias), rows[0] if rows else {})


def change_of(row: Row) -> Row | None:
    """The version of a rating that a response row holds; None if it holds none."""
    if row["rating_category"] is None:
        return None
    return {name: row[name] for name in TABLES["rating_changes"].schema}


def _answer_row(response_id: str, position: int, answer: Json, labels: Labels) -> Row:
    question = need(answer, "question", "answer")
    question_id = text(need(question, "id", "question"), "question id")
    kind = text(need(answer, "type", "answer"), "answer type")
    row: Row = {
        "response_id": response_id,
        "question_id": question_id,
        "position": position,
        "question_type": text(question.get("type"), "question type"),
        "sub_type": text(question.get("sub_type"), "sub_type"),
        "alias": text(question.get("alias"), "alias"),
        "headline": labels.headlines.get(question_id),
        "answer_type": kind,
        "rating": None,
        "rating_category": None,
        "rating_label": None,
        "selections": None,
        "value": None,
        "created_at": time(need(answer, "created_at", "answer"), "created_at"),
        "updated_at": time(need(answer, "updated_at", "answer"), "updated_at"),
    }
    if row["updated_at"] < row["created_at"]:
        raise Misshapen("an answer was updated before it was created")
    return row | _READ_ANSWER.get(kind, _read_nothing)(answer, question_id, labels)


def _read_rating(answer: Json, question_id: str, labels: Labels) -> Row:
    rating = integer(need(answer, "rating", "rating answer"), "rating")
    category = answer.get("rating_category")
    if category is not None and category not in CATEGORIES:
        raise Misshapen("rating_category is none of good, neutral, bad")
    return {
        "rating": rating,
        "rating_category": category or _category(rating, labels.scale(question_id)),
        "rating_label": labels.options.get((question_id, str(rating))) or None,
    }


def _category(rating: int, scale: int) -> str | None:
    """The category by the size of the scale; None if the scale is none that Zendesk offers."""
    if scale not in LOWEST_GOOD or not 1 <= rating <= scale:
        return None
    return "good" if rating >= LOWEST_GOOD[scale] else "bad"


def _read_selections(answer: Json, question_id: str, labels: Labels) -> Row:
    chosen = items(need(answer, "selections", "choice"), "selections")
    ids = [text(need(one, "option_id", "selection"), "option_id") for one in chosen]
    return {"selections": [labels.options.get((question_id, one)) or one for one in ids]}


def _read_value(answer: Json, question_id: str, labels: Labels) -> Row:
    return {"value": text(need(answer, "value", "text answer"), "value")}


def _read_nothing(answer: Json, question_id: str, labels: Labels) -> Row:
    return {}


_READ_ANSWER = {
    "rating_scale": _read_rating,
    "closed_ended": _read_selections,
    "open_ended": _read_value,
    "skipped": _read_nothing,
}


def _problem(body: Json, answers: list[Json]) -> str:
    """What is not known in a survey response: its fields, answer types, question types; two answers to one."""
    questions = [answer["question"] for answer in answers]
    found = [f"field {key}" for key in _unknown(body, RESPONSE_KEYS)]
    found += [f"answer field {key}" for answer in answers for key in _unknown(answer, ANSWER_KEYS)]
    found += [f"question field {key}" for question in questions for key in _unknown(question, QUESTION_KEYS)]
    found += [f"answer type {one['type']}" for one in answers if one["type"] not in _READ_ANSWER]
    found += [
        f"question type {one.get('type')}" for one in questions if one.get("type") not in QUESTION_TYPES
    ]
    if len({question["id"] for question in questions}) < len(questions):
        found.append("a question answered twice")
    if not _subjects(body):
        found.append("no subject")
    return text(", ".join(dict.fromkeys(found)), "problem")


def _unknown(body: Json, known: frozenset[str]) -> list[str]:
    return sorted(body.keys() - known)

"""Survey responses exactly as documented, read in one go; of any other `responses` reads value by value.

Nearly all responses are documented ones. Their rows are those of the strict readers (a test compares both), at less
than half the time.
"""

from __future__ import annotations

import datetime as dt

from ..schema.tables import TABLES
from .answers import CATEGORIES, KNOWN_FIELDS, QUESTION_TYPES, read_selections
from .surveys import VersionLabels
from .values import Json, Problems, Row, identifying_text, integer, present, text, time

QUESTION_FIELDS = frozenset(["id", "type", "sub_type", "alias"])  # not those with labels
MOST_QUESTIONS = 1000
NO_VALUES: Row = dict.fromkeys(TABLES["survey_answers"].schema)
# What other parts than documented ones raise.
NOT_DOCUMENTED = (AttributeError, LookupError, TypeError, ValueError)

# An account asks a few questions, and answers repeat them: question id -> the question as it came, all of it text, and
# an empty row with its columns.
_QUESTIONS: dict[str, tuple[Json, Row]] = {}


def read_documented_answers(
    response_id: str,
    answers: list[Json],
    labels: VersionLabels,
    moments: dict[str, dt.datetime],
    problems: Problems,
) -> list[Row]:
    """Return the rows of survey_answers of a response; raise one of NOT_DOCUMENTED, or add a problem, otherwise.

    moments: receives the times of all answers, each parsed once: the answers of a response repeat them.
    """
    rows: dict[str, Row] = {}
    for position, answer in enumerate(answers, 1):
        row = _read_answer(answer, labels, moments, problems)
        row["response_id"] = response_id
        row["position"] = position
        rows[row["question_id"]] = row
    if len(rows) < len(answers):
        raise ValueError("a question answered twice")
    return list(rows.values())


def _read_answer(
    answer: Json, labels: VersionLabels, moments: dict[str, dt.datetime], problems: Problems
) -> Row:
    asked = answer["question"]
    kind = answer["type"]
    created = answer["created_at"]
    updated = answer["updated_at"]
    known = _QUESTIONS.get(asked["id"])
    row = known[1].copy() if known and known[0] == asked else _read_question(asked)
    created_at = moments.get(created) or _read_time(created, moments)
    updated_at = created_at if updated == created else moments.get(updated) or _read_time(updated, moments)
    row["answer_type"] = kind
    row["created_at"] = created_at
    row["updated_at"] = updated_at
    if labels.headlines:
        row["headline"] = labels.headlines.get(row["question_id"])
    if kind == "rating_scale":
        _add_rating(row, answer, labels, problems)
    elif kind == "open_ended":
        row["value"] = text(present(answer, "value", "answer", problems), "value", problems)
    elif kind == "closed_ended":
        row["selections"] = read_selections(answer, row["question_id"], labels, problems)
    elif kind != "skipped":
        raise ValueError("unknown answer type")
    if updated_at < created_at or not KNOWN_FIELDS.issuperset(answer):
        raise ValueError("unknown field, or not created before it was updated")
    return row


def _add_rating(row: Row, answer: Json, labels: VersionLabels, problems: Problems) -> None:
    rating = row["rating"] = integer(answer["rating"], "rating", problems)
    category = row["rating_category"] = answer["rating_category"]
    if rating is None or category not in CATEGORIES:
        raise ValueError("a rating without its number or its category")
    if labels.options:
        row["rating_label"] = labels.options.get((row["question_id"], str(rating))) or None


def _read_time(value: str, moments: dict[str, dt.datetime]) -> dt.datetime:
    moment = time(value, "time", [])
    if moment is None:
        raise ValueError("not a time")
    moments[value] = moment
    return moment


def _read_question(asked: Json) -> Row:
    """Return an empty row with the columns of a question, and remember it."""
    problems: Problems = []
    is_plain = asked.keys() <= QUESTION_FIELDS and all(type(value) is str for value in asked.values())
    question_id = identifying_text(asked["id"], "id", problems)
    if not (is_plain and question_id) or problems or asked["type"] not in QUESTION_TYPES:
        raise ValueError("not a documented question")
    row = NO_VALUES | {"question_id": question_id, "question_type": asked["type"]}
    row["sub_type"] = text(asked.get("sub_type"), "sub_type", problems)
    row["alias"] = text(asked.get("alias"), "alias", problems)
    if len(_QUESTIONS) < MOST_QUESTIONS:
        _QUESTIONS[asked["id"]] = dict(asked), row.copy()
    return row

"""Answers: one answer of a survey response as a row of survey_answers."""

from __future__ import annotations

from .surveys import VersionLabels
from .values import (
    Json,
    Problems,
    Row,
    identifying_text,
    integer,
    items,
    mapping,
    present,
    text,
    time,
)

CATEGORIES = ("good", "neutral", "bad")
LOWEST_GOOD = {2: 2, 3: 3, 5: 4}  # number of options -> lowest good rating, where no category is given
RATING_QUESTIONS = ("rating_scale_numeric", "rating_scale_emoji", "rating_scale_custom_text")
QUESTION_TYPES = (*RATING_QUESTIONS, "closed_ended", "open_ended")
ANSWER_TYPES = ("rating_scale", "closed_ended", "open_ended", "skipped")
KNOWN_FIELDS = frozenset(
    ["type", "question", "created_at", "updated_at", "rating", "rating_category", "selections", "value"]
)
KNOWN_QUESTION_FIELDS = frozenset(["id", "type", "sub_type", "alias", "headline", "options", "follow_up"])


def answer_row(position: int, answer: Json, question: Json, labels: VersionLabels, problems: Problems) -> Row:
    """Return one answer as a row of survey_answers, without the response id."""
    _note_unknown_fields(answer, question, problems)
    question_id = identifying_text(question.get("id"), "question id", problems)
    if not question_id:
        problems.append("answer without question id")
        question_id = f"question {position}"
    question_type = text(question.get("type"), "question type", problems)
    row: Row = {
        "question_id": question_id,
        "position": position,
        "question_type": question_type,
        "sub_type": text(question.get("sub_type"), "sub_type", problems),
        "alias": text(question.get("alias"), "alias", problems),
        "headline": labels.headlines.get(question_id),
        "answer_type": _answer_type(answer, question_type, problems),
        "rating": None,
        "rating_category": None,
        "rating_label": None,
        "selections": None,
        "value": None,
    }
    _add_times(row, answer, problems)
    _add_value(row, answer, labels, problems)
    return row


def _note_unknown_fields(answer: Json, question: Json, problems: Problems) -> None:
    if not answer.keys() <= KNOWN_FIELDS:
        problems += [f"unknown answer field {key}" for key in sorted(answer.keys() - KNOWN_FIELDS)]
    if not question.keys() <= KNOWN_QUESTION_FIELDS:
        unknown = sorted(question.keys() - KNOWN_QUESTION_FIELDS)
        problems += [f"unknown question field {key}" for key in unknown]
    if question.get("type") not in QUESTION_TYPES:
        problems.append(f"unknown question type {question.get('type')}")


def _answer_type(answer: Json, question_type: str | None, problems: Problems) -> str | None:
    """Return the type of an answer; if it is unknown, the one that fits the question."""
    kind = text(present(answer, "type", "answer", problems), "answer type", problems)
    if kind in ANSWER_TYPES:
        return kind
    if kind is not None:
        problems.append(f"unknown answer type {kind}")
    return "rating_scale" if question_type in RATING_QUESTIONS else question_type


def _add_value(row: Row, answer: Json, labels: VersionLabels, problems: Problems) -> None:
    """Add the columns that answers of this type have."""
    kind = row["answer_type"]
    if kind == "rating_scale":
        _add_rating(row, answer, labels, problems)
    elif kind == "closed_ended":
        row["selections"] = read_selections(answer, row["question_id"], labels, problems)
    elif kind == "open_ended":
        row["value"] = text(present(answer, "value", "open-ended answer", problems), "value", problems)


def _add_times(row: Row, answer: Json, problems: Problems) -> None:
    """Add created_at and updated_at; one that cannot be read is taken from the other."""
    created_at = time(present(answer, "created_at", "answer", problems), "created_at", problems)
    updated_at = time(present(answer, "updated_at", "answer", problems), "updated_at", problems)
    if created_at and updated_at and updated_at < created_at:
        problems.append("answer updated before it was created")
        updated_at = created_at
    row["created_at"] = created_at or updated_at
    row["updated_at"] = updated_at or created_at


def _add_rating(row: Row, answer: Json, labels: VersionLabels, problems: Problems) -> None:
    question_id = row["question_id"]
    rating = integer(present(answer, "rating", "rating answer", problems), "rating", problems)
    row["rating"] = rating
    row["rating_category"] = _stated_category(answer, problems) or _category(
        rating, labels.scales.get(question_id, 0)
    )
    if rating is not None and row["rating_category"] is None and row["sub_type"] != "other":
        problems.append("rating without a category")
    row["rating_label"] = labels.options.get((question_id, str(rating))) or None


def _stated_category(answer: Json, problems: Problems) -> str | None:
    category = text(answer.get("rating_category"), "rating_category", problems)
    if category is None or category in CATEGORIES:
        return category
    problems.append("rating_category is not one of good, neutral, bad")
    return None


def _category(rating: int | None, scale: int) -> str | None:
    """Return the category by the size of the scale; None for scales that Zendesk does not offer."""
    if rating is None or scale not in LOWEST_GOOD or not 1 <= rating <= scale:
        return None
    return "good" if rating >= LOWEST_GOOD[scale] else "bad"


def read_selections(
    answer: Json, question_id: str, labels: VersionLabels, problems: Problems
) -> list[str] | None:
    """Return the labels of the options chosen."""
    chosen = present(answer, "selections", "choice", problems)
    if chosen is None:
        return None
    labelled = []
    for selection in items(chosen, "selections", problems):
        selection = mapping(selection, "selection", problems)
        option_id = identifying_text(selection.get("option_id"), "option_id", problems)
        if option_id:
            labelled.append(labels.choice(question_id, option_id))
        else:
            problems.append("selection without option_id")
    return labelled

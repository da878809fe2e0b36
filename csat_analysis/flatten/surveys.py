"""The surveys: their questions and options as rows, and the words of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .values import Json, Row, integer, items, mapping, need, text, words


@dataclass(frozen=True)
class Labels:
    """The words of questions and options, which a list of responses leaves out."""

    headlines: dict[str, str | None] = field(default_factory=dict)
    options: dict[tuple[str, str], str | None] = field(default_factory=dict)  # (question, option) -> label

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Labels:
        """The labels in rows of `surveys`."""
        rows = list(rows)
        headlines = {row["question_id"]: row["headline"] for row in rows if row["headline"]}
        options = {(row["question_id"], row["option_id"]): row["label"] for row in rows if row["option_id"]}
        return cls(headlines, options)

    def scale(self, question_id: str) -> int:
        """How many options a rating question has; 0 if that is not known."""
        return sum(1 for question, _ in self.options if question == question_id)

    def with_questions(self, questions: Iterable[Any]) -> Labels:
        """These labels and those that full question objects bring along.

        A question that brings its options brings all of them: those known before may be another version's.
        """
        full = [one for one in questions if "headline" in mapping(one, "question") or "options" in one]
        if not full:
            return self
        new = Labels.of(row for question in full for row in option_rows(question))
        told = {question for question, _ in new.options}
        old = {key: label for key, label in self.options.items() if key[0] not in told}
        return Labels(self.headlines | new.headlines, old | new.options)


def flatten_survey(body: Json) -> list[Row]:
    """One survey object as rows of surveys: one per question and option."""
    shared = {
        "survey_id": text(need(body, "id", "survey"), "survey id"),
        "survey_version": integer(need(body, "version", "survey"), "version"),
        "state": text(body.get("state"), "state"),
    }
    questions = items(body.get("questions"), "questions")
    rows = [(place, row) for place, question in enumerate(questions, 1) for row in option_rows(question)]
    return [shared | {"position": place} | row for place, row in rows]


def option_rows(question: Any) -> list[Row]:
    """One row per option of a question, or one with an empty option."""
    shared = {
        "question_id": text(need(question, "id", "question"), "question id"),
        "question_type": text(question.get("type"), "question type"),
        "sub_type": text(question.get("sub_type"), "sub_type"),
        "headline": words(question.get("headline"), "headline"),
    }
    options = items(question.get("options"), "options") or [{}]
    return [shared | _option_row(mapping(option, "option")) for option in options]


def _option_row(option: Json) -> Row:
    rating = integer(option.get("rating"), "rating")
    option_id = text(option.get("id"), "option id") or ("" if rating is None else str(rating))
    return {"option_id": option_id, "rating": rating, "label": words(option.get("label"), "label")}

"""Surveys: their questions and options as rows, and the labels of both, by survey version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .values import (
    Json,
    Problems,
    Row,
    identifying_text,
    integer,
    items,
    localized_text,
    mapping,
    require_integer,
    require_text,
    text,
)

Option = tuple[str, str]  # question id, option id


@dataclass(frozen=True)
class VersionLabels:
    """The labels of one survey version.

    headlines: question id -> headline. options: (question id, option id) -> label. scales: question id -> number
    of options. choices: labels of the survey's other versions, for options with an id of their own.
    """

    headlines: dict[str, str] = field(default_factory=dict)
    options: dict[Option, str | None] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    choices: dict[Option, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row], choices: dict[Option, str] | None = None) -> VersionLabels:
        """Return the labels in the rows of `surveys` of one version."""
        rows = list(rows)
        headlines = {row["question_id"]: row["headline"] for row in rows if row["headline"]}
        options = {(row["question_id"], row["option_id"]): row["label"] for row in rows if row["option_id"]}
        scales = Counter(question for question, _ in options)
        return cls(headlines, options, dict(scales), choices or {})

    def choice(self, question_id: str, option_id: str) -> str:
        """Return the label of a choice, or its id where no label is known."""
        key = (question_id, option_id)
        return self.options.get(key) or self.choices.get(key) or option_id

    def with_questions(self, questions: Iterable[Json]) -> VersionLabels:
        """Return these labels with those that full question objects carry; theirs win.

        A question that carries options carries all of them, so they replace those known before.
        """
        full = [one for one in questions if "headline" in one or "options" in one]
        if not full:
            return self
        new = VersionLabels.of(row for question in full for row in option_rows(question, []))
        kept = {key: label for key, label in self.options.items() if key[0] not in new.scales}
        return VersionLabels(
            self.headlines | new.headlines, kept | new.options, self.scales | new.scales, self.choices
        )


@dataclass(frozen=True)
class Labels:
    """The labels of all known survey versions, which a list of responses leaves out."""

    versions: dict[tuple[str | None, int | None], VersionLabels] = field(default_factory=dict)
    unknown_version: VersionLabels = field(default_factory=VersionLabels)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Labels:
        """Return the labels in rows of `surveys`, of any number of versions.

        The number of a rating means something else in each version. An option with an id of its own (a ULID) is
        the same option in each version, so that its label serves the versions whose labels are not known.
        """
        by_version: dict[tuple[str | None, int | None], list[Row]] = {}
        choices: dict[Option, str] = {}
        for row in rows:
            by_version.setdefault((row["survey_id"], row["survey_version"]), []).append(row)
            if row["option_id"] and row["rating"] is None and row["label"]:
                choices[row["question_id"], row["option_id"]] = row["label"]
        versions = {version: VersionLabels.of(found, choices) for version, found in by_version.items()}
        return cls(versions, VersionLabels(choices=choices))

    def of_version(self, survey_id: str | None, version: int | None) -> VersionLabels:
        """Return the labels of one survey version."""
        return self.versions.get((survey_id, version), self.unknown_version)


def flatten_survey(body: Json, problems: Problems | None = None) -> list[Row]:
    """Return one survey object as rows of surveys: one per question and option.

    Raises UnexpectedShape if its id or version cannot be read; adds what else cannot be read to `problems`.
    """
    problems = [] if problems is None else problems
    shared = {
        "survey_id": require_text(body, "id", "survey"),
        "survey_version": require_integer(body, "version", "survey"),
        "state": text(body.get("state"), "state", problems),
    }
    questions = items(body.get("questions"), "questions", problems)
    rows: list[Row] = []
    for position, question in enumerate(questions, 1):
        rows += [shared | {"position": position} | row for row in option_rows(question, problems)]
    return rows


def option_rows(question: Any, problems: Problems) -> list[Row]:
    """Return one row per option of a question, or one with an empty option; none without a question id."""
    question = mapping(question, "question", problems)
    question_id = identifying_text(question.get("id"), "question id", problems)
    if not question_id:
        problems.append("question without id")
        return []
    shared = {
        "question_id": question_id,
        "question_type": text(question.get("type"), "question type", problems),
        "sub_type": text(question.get("sub_type"), "sub_type", problems),
        "headline": localized_text(question.get("headline"), "headline", problems),
    }
    options = items(question.get("options"), "options", problems) or [{}]
    return [shared | _option_row(mapping(option, "option", problems), problems) for option in options]


def _option_row(option: Json, problems: Problems) -> Row:
    rating = integer(option.get("rating"), "option rating", problems)
    own_id = identifying_text(option.get("id"), "option id", problems)
    return {
        "option_id": own_id or ("" if rating is None else str(rating)),
        "rating": rating,
        "label": localized_text(option.get("label"), "label", problems),
    }

"""Survey responses: one object as rows of survey_responses, survey_answers and rating_changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..schema.tables import TABLES
from .answers import CATEGORIES, answer_row
from .documented import NOT_DOCUMENTED, read_documented_answers
from .surveys import Labels, VersionLabels, flatten_survey
from .values import (
    EPOCH,
    Json,
    Problems,
    Row,
    UnexpectedShape,
    identifying_text,
    integer,
    items,
    mapping,
    require_text,
    text,
    time,
    ulid_time,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CATEGORIES",
    "Response",
    "flatten_answers",
    "flatten_response",
    "read_ticket_id",
    "versions_of",
    "without_text",
]

SURVEY_LIFETIME = dt.timedelta(days=28)
KNOWN_FIELDS = frozenset(
    [
        "id",
        "responder_id",
        "expires_at",
        "subject_zrns",
        "subjects",
        "survey",
        "survey_id",
        "survey_version",
        "answers",
    ]
)
SUBJECT = re.compile(r"(?:zen|zrn):(ticket|request|conversation):(.+)")
SUBJECT_KINDS = {
    f"{system}:{kind}": kind for system in ("zen", "zrn") for kind in ("ticket", "request", "conversation")
}
NO_LABELS = Labels()
SHARED_COLUMNS = [  # columns of a response that flatten_answers puts beside each of its answers
    "response_id",
    "ticket_id",
    "responder_id",
    "survey_id",
    "survey_version",
    "offered_at",
    "expires_at",
]


class Response(NamedTuple):
    """A survey response as rows.

    versions: the versions of the rating, none without a rating. problem: what could not be read, empty if nothing.
    """

    response: Row
    answers: list[Row]
    versions: list[Row]
    problem: str


def flatten_answers(responses: Iterable[Json], surveys: Iterable[Json] = ()) -> pd.DataFrame:
    """Flatten survey responses from JSON to one row per answer, without a database.

    Parameters
    ----------
    responses : iterable of dict
        Survey response objects of either generation, as the list and the show endpoint return them.
    surveys : iterable of dict, optional
        Survey objects. They carry the labels that the list of responses leaves out; a label is only used for
        answers to the same survey version.

    Returns
    -------
    pandas.DataFrame
        The columns of `survey_answers`, then `ticket_id`, `responder_id`, `survey_id`, `survey_version`,
        `offered_at` and `expires_at` of the response. Times are in UTC. Unanswered responses give no row.
        Parts that cannot be read are null.

    Raises
    ------
    UnexpectedShape
        If an object has no readable id or list of answers.

    Examples
    --------
    >>> question = {"id": "Q1", "type": "rating_scale_numeric", "sub_type": "customer_satisfaction"}
    >>> answer = {"type": "rating_scale", "rating": 5, "rating_category": "good", "question": question,
    ...           "created_at": "2026-11-10T10:15:30Z", "updated_at": "2026-11-10T10:15:30Z"}
    >>> body = {"id": "01M72CNZNTQ7M3V9K2T5W8X4Z6", "subject_zrns": ["zen:ticket:6"], "answers": [answer]}
    >>> flatten_answers([body])[["ticket_id", "rating", "rating_category"]].values.tolist()
    [[6, 5, 'good']]
    """
    import pandas as pd

    from ..schema.frames import frame

    labels = Labels.of(row for survey in surveys for row in flatten_survey(survey))
    flat = [flatten_response(body, labels) for body in responses]
    answers = frame(TABLES["survey_answers"], [row for one in flat for row in one.answers])
    shared = frame(TABLES["survey_responses"], [one.response for one in flat])[SHARED_COLUMNS]
    once = shared.drop_duplicates("response_id", keep="last")
    return pd.merge(answers, once, on="response_id", how="left")


def flatten_response(body: Json, labels: Labels = NO_LABELS) -> Response:
    """Return one survey response object as rows of survey_responses, survey_answers and rating_changes.

    The columns agent_id, group_id and attribution are left out: the ticket or its audits give them. Raises
    UnexpectedShape if the id or the list of answers cannot be read; what else cannot be read is null and named
    in `problem`.
    """
    try:
        return flatten_documented(body, labels)
    except NOT_DOCUMENTED:
        return flatten_any(body, labels)


def flatten_documented(body: Json, labels: Labels) -> Response:
    """Return a response exactly as documented as rows; raise one of NOT_DOCUMENTED for any other."""
    problems: Problems = []
    response_id = body["id"]
    survey = body["survey"]
    answers = body["answers"]
    expires_at = time(body["expires_at"], "expires_at", problems)
    offered_at = ulid_time(response_id)
    row = {
        "response_id": response_id,
        "ticket_id": _read_documented_subject(body, problems),
        "responder_id": integer(body.get("responder_id"), "responder_id", problems),
        "survey_id": identifying_text(survey["id"], "survey id", problems),
        "survey_version": integer(survey["version"], "survey version", problems),
        "offered_at": offered_at,
        "expires_at": expires_at,
        "source": "survey",
    }
    version_labels = labels.of_version(row["survey_id"], row["survey_version"])
    moments: dict[str, dt.datetime] = {}
    rows = read_documented_answers(response_id, answers, version_labels, moments, problems)
    _add_summary(row, rows, moments.values())
    if problems or not offered_at or not (type(answers) is list and KNOWN_FIELDS.issuperset(body)):
        raise ValueError("not a documented response")
    return Response(row, rows, versions_of(row), "")


def _read_documented_subject(body: Json, problems: Problems) -> int | None:
    """Return the ticket that a response is about, named once as text and at most once as an object."""
    zrns = body["subject_zrns"]
    subjects = body.get("subjects", [])
    if type(subjects) is not list or len(subjects) > 1 or len(zrns) != 1:
        raise ValueError("other subjects")
    head, _, name = zrns[0].rpartition(":")
    kind = SUBJECT_KINDS[head]
    if not name or "\n" in name or (subjects and (subjects[0]["type"] != kind or subjects[0]["id"] != name)):
        raise ValueError("another subject")
    return None if kind == "conversation" else integer(name, "ticket id", problems)


def flatten_any(body: Json, labels: Labels) -> Response:
    """Return a response as rows, as far as its values can be read."""
    response_id = require_text(body, "id", "response")
    problems: Problems = []
    if not body.keys() <= KNOWN_FIELDS:
        problems += [f"unknown field {key}" for key in sorted(body.keys() - KNOWN_FIELDS)]
    row = _response_row(body, response_id, problems)
    answers = _answers(body)
    version_labels = labels.of_version(row["survey_id"], row["survey_version"])
    rows = _answer_rows(response_id, answers, version_labels, problems)
    moments = [moment for one in rows for moment in (one["created_at"], one["updated_at"]) if moment]
    rows = _latest_of_each_question(rows, problems)
    _add_summary(row, rows, moments)
    problem = text(", ".join(dict.fromkeys(problems)), "problem", []) or "" if problems else ""
    return Response(row, rows, versions_of(row), problem)


def without_text(response: Response) -> Response:
    """Return the response without the customer's text, as it is stored for a deleted ticket."""
    versions = [{**row, "comment": None} for row in response.versions]
    answers = [{**row, "value": None} for row in response.answers]
    return Response({**response.response, "comment": None}, answers, versions, response.problem)


def versions_of(row: Row) -> list[Row]:
    """Return the version of the rating that a response row holds; none without a rating or its time."""
    if row["rating_category"] is None or row["updated_at"] is None:
        return []
    return [
        {
            "response_id": row["response_id"],
            "updated_at": row["updated_at"],
            "rating": row["rating"],
            "rating_category": row["rating_category"],
            "comment": row["comment"],
        }
    ]


def _answers(body: Json) -> list[Any]:
    """Return the list of answers; null means not answered."""
    answers = body.get("answers", "missing")
    if answers is not None and not isinstance(answers, list):
        raise UnexpectedShape("response without a readable list of answers")
    return answers or []


def _answer_rows(
    response_id: str, answers: list[Any], labels: VersionLabels, problems: Problems
) -> list[Row]:
    objects = [mapping(answer, "answer", problems) for answer in answers]
    questions = [mapping(answer.get("question"), "question", problems) for answer in objects]
    labels = labels.with_questions(questions)
    return [
        {"response_id": response_id} | answer_row(position, answer, question, labels, problems)
        for position, (answer, question) in enumerate(zip(objects, questions, strict=True), 1)
        if answer
    ]


def _latest_of_each_question(rows: list[Row], problems: Problems) -> list[Row]:
    """Return one answer per question: of several the one that was updated last."""
    by_time = sorted(rows, key=lambda row: row["updated_at"] or EPOCH)
    latest = {row["question_id"]: row for row in by_time}
    if len(latest) < len(rows):
        problems.append("a question answered twice")
    return [row for row in rows if latest[row["question_id"]] is row]


def _response_row(body: Json, response_id: str, problems: Problems) -> Row:
    survey = mapping(body.get("survey"), "survey", problems)
    expires_at = time(body.get("expires_at"), "expires_at", problems)
    survey_id = survey.get("id", body.get("survey_id"))
    version = survey.get("version", body.get("survey_version"))
    return {
        "response_id": response_id,
        "ticket_id": read_ticket_id(body, problems),
        "responder_id": integer(body.get("responder_id"), "responder_id", problems),
        "survey_id": identifying_text(survey_id, "survey id", problems),
        "survey_version": integer(version, "survey version", problems),
        "offered_at": ulid_time(response_id) or (expires_at and expires_at - SURVEY_LIFETIME),
        "expires_at": expires_at,
        "source": "survey",
    }


def read_ticket_id(body: Json, problems: Problems) -> int | None:
    """Return the ticket that a response is about; None for a conversation."""
    known = False
    for name in _subject_names(body, problems):
        match = SUBJECT.fullmatch(name)
        known = known or match is not None
        if match and match[1] != "conversation":
            ticket_id = integer(match[2], "ticket id", problems)
            if ticket_id is not None:
                return ticket_id
    if not known:
        problems.append("no subject")
    return None


def _subject_names(body: Json, problems: Problems) -> list[str]:
    """Return the resource names of what was rated; later bodies also give them as objects."""
    names = []
    zrns = items(body.get("subject_zrns"), "subject_zrns", problems)
    for subject in [*zrns, *items(body.get("subjects"), "subjects", problems)]:
        if isinstance(subject, str):
            names.append(subject)
            continue
        subject = mapping(subject, "subject", problems)
        kind = text(subject.get("type"), "subject type", problems)
        number = identifying_text(subject.get("id"), "subject id", problems)
        names.append(f"zen:{(kind or '').removeprefix('zen:')}:{number}")
    return names


def _add_summary(row: Row, answers: list[Row], moments: Collection[dt.datetime]) -> None:
    """Add the rating, reason and comment that the answers give together, and when.

    moments: when answers were created and when they were updated, which is never earlier. If none of them can be read,
    the time of the offer is used, so that the rating is not lost.
    """
    otherwise = row["offered_at"] if answers else None
    rating = _csat_answer(answers)
    selections = _preferred(answers, "selections", "reason")
    is_edited = rating and rating["created_at"] and rating["updated_at"] > rating["created_at"]
    row["submitted_at"] = min(moments) if moments else otherwise
    row["updated_at"] = max(moments) if moments else otherwise
    row["rating"] = rating and rating["rating"]
    row["rating_category"] = rating and rating["rating_category"]
    row["comment"] = _preferred(answers, "value", "comment")
    row["reason"] = selections and selections[0]
    row["revisions"] = 1 if is_edited else 0


def _csat_answer(answers: list[Row]) -> Row | None:
    """Return the rating of the satisfaction question; a survey may hold other scales beside it.

    If that question was asked and skipped, no other scale replaces it.
    """
    for sub_type in ("customer_satisfaction", None):
        is_asked = False
        for row in answers:
            if row["sub_type"] == sub_type:
                if row["answer_type"] == "rating_scale":
                    return row
                is_asked = True
        if is_asked:
            return None
    return None


def _preferred(answers: list[Row], column: str, alias: str) -> Any:
    """Return the value of the answer with this alias, or else of the first one with a value; None without any."""
    found = None
    for row in answers:
        if value := row[column]:
            if row["alias"] == alias:
                return value
            found = found or value
    return found

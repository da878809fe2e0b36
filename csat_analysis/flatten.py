"""Zendesk's JSON as tidy rows: the only place that knows Zendesk's field names.

Pure functions: one body in, rows out, the columns of `tables`. Both generations of the survey response are
read (2024: `survey_id` on top; since: a `survey` object). What is not understood never becomes a rating: a
body that breaks the documented shape raises `Misshapen`; one with unknown types or fields gives its rows and
says so in `problem`, so that the caller can keep the body itself.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .tables import DURATIONS, TABLES

if TYPE_CHECKING:
    import pandas as pd

Json = Mapping[str, Any]
Row = dict[str, Any]

METRICS = {  # column stem -> Zendesk's key in the metric set
    "first_reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "full_resolution": "full_resolution_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}
TIME_TRACKING_TITLE = "Total time spent (sec)"  # the Time Tracking app's field, by its default title
SURVEY_LIFETIME = dt.timedelta(days=28)
CATEGORIES = ("good", "neutral", "bad")
LOWEST_GOOD = {2: 2, 3: 3, 5: 4}  # number of options -> lowest good rating, where no category is given
RATING_QUESTIONS = ("rating_scale_numeric", "rating_scale_emoji", "rating_scale_custom_text")
QUESTION_TYPES = (*RATING_QUESTIONS, "closed_ended", "open_ended")
ANSWER_TYPES = ("rating_scale", "closed_ended", "open_ended", "skipped")
RESPONSE_KEYS = frozenset(
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
ANSWER_KEYS = frozenset(
    ["type", "question", "created_at", "updated_at", "rating", "rating_category", "selections", "value"]
)
QUESTION_KEYS = frozenset(["id", "type", "sub_type", "alias", "headline", "options", "follow_up"])
SUBJECT = re.compile(r"(?:zen|zrn):(ticket|request|conversation):(.+)")
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Misshapen(ValueError):
    """Raised when a body breaks the documented shape, so that no row of it could be trusted."""


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

    def with_questions(self, questions: Iterable[Json]) -> Labels:
        """These labels and those that full question objects bring along."""
        new = Labels.of(row for question in questions for row in _option_rows(question))
        return Labels(self.headlines | new.headlines, self.options | new.options)


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

    from .frames import frame

    labels = Labels().with_questions(q for survey in surveys for q in survey.get("questions") or [])
    flat = [flatten_response(body, labels) for body in responses]
    answers = frame(TABLES["survey_answers"], [row for one in flat for row in one.answers])
    shared = [
        "response_id",
        "ticket_id",
        "responder_id",
        "survey_id",
        "survey_version",
        "offered_at",
        "expires_at",
    ]
    responses_frame = frame(TABLES["survey_responses"], [one.response for one in flat])[shared]
    return pd.merge(
        answers, responses_frame.drop_duplicates("response_id", keep="last"), on="response_id", how="left"
    )


def flatten_response(body: Json, labels: Labels | None = None) -> Response:
    """One survey response object as rows of survey_responses, survey_answers and rating_changes.

    Columns that only the ticket's audits or a comparison of versions tell (agent, group, attribution) are
    left out of the response row. Raises Misshapen where the documented shape is broken.
    """
    response_id = _text(_need(body, "id", "response"), "id")
    answers = _list(_need(body, "answers", "response"), "answers")
    labels = (labels or Labels()).with_questions(
        question for answer in answers if isinstance(question := _dict(answer).get("question"), Mapping)
    )
    rows = [_answer_row(response_id, place, _dict(answer), labels) for place, answer in enumerate(answers, 1)]
    row = _response_row(body, response_id) | _verdict(rows)
    return Response(row, rows, _change(row), _problem(body, answers))


def _response_row(body: Json, response_id: str) -> Row:
    survey = _dict(body.get("survey") or {})
    expires_at = _time(body.get("expires_at"), "expires_at")
    return {
        "response_id": response_id,
        "ticket_id": _ticket_id(body),
        "responder_id": _id(body.get("responder_id"), "responder_id"),
        "survey_id": _text(survey.get("id", body.get("survey_id")), "survey id"),
        "survey_version": _integer(survey.get("version", body.get("survey_version")), "survey version"),
        "offered_at": ulid_time(response_id) or (expires_at - SURVEY_LIFETIME if expires_at else None),
        "expires_at": expires_at,
        "source": "survey",
    }


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
    """The rating of the question asked for satisfaction; a survey may hold other scales beside it."""
    scales = [row for row in answers if row["answer_type"] == "rating_scale"]
    named = [row for row in scales if row["sub_type"] == "customer_satisfaction"]
    unnamed = [row for row in scales if row["sub_type"] is None]
    return (named or unnamed or [None])[0]


def _preferred(rows: list[Row], alias: str) -> Row:
    return next((row for row in rows if row["alias"] == alias), rows[0] if rows else {})


def _change(row: Row) -> Row | None:
    if row["rating_category"] is None:
        return None
    return {name: row[name] for name in TABLES["rating_changes"].schema}


def _answer_row(response_id: str, position: int, answer: Json, labels: Labels) -> Row:
    question = _dict(_need(answer, "question", "answer"))
    question_id = _text(_need(question, "id", "question"), "question id")
    kind = _text(_need(answer, "type", "answer"), "answer type")
    row: Row = {
        "response_id": response_id,
        "question_id": question_id,
        "position": position,
        "question_type": _text(question.get("type"), "question type"),
        "sub_type": _text(question.get("sub_type"), "sub_type"),
        "alias": _text(question.get("alias"), "alias"),
        "headline": labels.headlines.get(question_id),
        "answer_type": kind,
        "rating": None,
        "rating_category": None,
        "rating_label": None,
        "selections": None,
        "value": None,
        "created_at": _needed_time(answer, "created_at"),
        "updated_at": _needed_time(answer, "updated_at"),
    }
    if row["updated_at"] < row["created_at"]:
        raise Misshapen("an answer was updated before it was created")
    return row | _READ_ANSWER.get(kind, _read_nothing)(answer, question_id, labels)


def _read_rating(answer: Json, question_id: str, labels: Labels) -> Row:
    rating = _integer(_need(answer, "rating", "rating answer"), "rating")
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
    chosen = [_dict(one) for one in _list(_need(answer, "selections", "choice"), "selections")]
    ids = [_text(_need(one, "option_id", "selection"), "option_id") for one in chosen]
    return {"selections": [labels.options.get((question_id, one)) or one for one in ids]}


def _read_value(answer: Json, question_id: str, labels: Labels) -> Row:
    return {"value": _text(_need(answer, "value", "text answer"), "value")}


def _read_nothing(answer: Json, question_id: str, labels: Labels) -> Row:
    return {}


_READ_ANSWER = {"rating_scale": _read_rating, "closed_ended": _read_selections, "open_ended": _read_value}


def _problem(body: Json, answers: list[Json]) -> str:
    """What is unknown in a survey response: its fields, its answer types, its question types."""
    questions = [answer["question"] for answer in answers]
    found = [f"field {key}" for key in _unknown(body, RESPONSE_KEYS)]
    found += [f"answer field {key}" for answer in answers for key in _unknown(answer, ANSWER_KEYS)]
    found += [f"question field {key}" for question in questions for key in _unknown(question, QUESTION_KEYS)]
    found += [f"answer type {one['type']}" for one in answers if one["type"] not in ANSWER_TYPES]
    found += [
        f"question type {one.get('type')}" for one in questions if one.get("type") not in QUESTION_TYPES
    ]
    if not isinstance(body.get("subject_zrns"), list) and not body.get("subjects"):
        found.append("no subject")
    return ", ".join(dict.fromkeys(found))


def flatten_survey(body: Json) -> list[Row]:
    """One survey object as rows of surveys: one per question and option."""
    shared = {
        "survey_id": _text(_need(body, "id", "survey"), "survey id"),
        "survey_version": _integer(_need(body, "version", "survey"), "version"),
        "state": _text(body.get("state"), "state"),
    }
    questions = _list(body.get("questions") or [], "questions")
    rows = [(place, row) for place, question in enumerate(questions, 1) for row in _option_rows(question)]
    return [shared | {"position": place} | row for place, row in rows]


def _option_rows(question: Json) -> list[Row]:
    """One row per option of a question, or one with an empty option."""
    question_id = _text(_need(_dict(question), "id", "question"), "question id")
    shared = {
        "question_id": question_id,
        "question_type": _text(question.get("type"), "question type"),
        "sub_type": _text(question.get("sub_type"), "sub_type"),
        "headline": _words(question.get("headline")),
    }
    options = _list(question.get("options") or [], "options")
    rows = [_option_row(_dict(option)) for option in options] or [_option_row({})]
    return [shared | row for row in rows]


def _option_row(option: Json) -> Row:
    rating = _integer(option.get("rating"), "rating")
    option_id = _text(option.get("id"), "option id") or ("" if rating is None else str(rating))
    return {"option_id": option_id, "rating": rating, "label": _words(option.get("label"))}


def flatten_ticket(body: Json, metric_set: Json | None = None, *, time_field: int | None = None) -> Row:
    """One exported ticket and its metric set as a row of tickets.

    metric_set: from the page's `metric_sets`; without it the one inside the ticket. time_field: id of the
    Time Tracking app's total. A deleted ticket's subject, fields and comment are left out. Raises Misshapen
    without an id.
    """
    metrics = _dict(metric_set or body.get("metric_set") or {})
    rating = _dict(body.get("satisfaction_rating") or {})
    fields = {
        _integer(one.get("id"), "field id"): one.get("value") for one in body.get("custom_fields") or []
    }
    deleted = body.get("status") == "deleted"
    return {
        "ticket_id": _integer(_need(body, "id", "ticket"), "ticket id"),
        "subject": None if deleted else _text(body.get("subject"), "subject"),
        **{name: _text(body.get(name), name) for name in ("status", "type", "priority")},
        "channel": _text(_dict(body.get("via") or {}).get("channel"), "channel"),
        **{name: _id(body.get(name), name) for name in _TICKET_IDS},
        "tags": [_text(tag, "tag") for tag in body.get("tags") or []],
        "custom_fields": _set_fields({} if deleted else fields),
        "satisfaction_score": _text(rating.get("score"), "score"),
        "satisfaction_reason": _text(rating.get("reason"), "reason"),
        "satisfaction_comment": None if deleted else _text(rating.get("comment"), "comment"),
        "created_at": _time(body.get("created_at"), "created_at"),
        "updated_at": _time(body.get("updated_at"), "updated_at"),
        "generated_at": _epoch(body.get("generated_timestamp")),
        **{name: _time(metrics.get(name), name) for name in _METRIC_TIMES},
        **{name: _integer(metrics.get(name), name) for name in _METRIC_COUNTS},
        **_durations(metrics),
        "handle_seconds": _whole(fields.get(time_field)) if time_field else None,
        "is_deleted": deleted,
    }


_TICKET_IDS = ("brand_id", "ticket_form_id", "organization_id", "requester_id", "assignee_id", "group_id")
_METRIC_TIMES = ("solved_at", "assigned_at", "assignee_updated_at")
_METRIC_COUNTS = ("reopens", "replies", "assignee_stations", "group_stations")


def _durations(metrics: Json) -> Row:
    """Minutes on both clocks; null until the event that ends them happened."""
    row = {}
    for stem in DURATIONS:
        clocks = _dict(metrics.get(METRICS[stem]) or {})
        row[f"{stem}_minutes"] = _integer(clocks.get("calendar"), stem)
        row[f"{stem}_business_minutes"] = _integer(clocks.get("business"), stem)
    return row


def _set_fields(fields: Row) -> str | None:
    kept = {str(key): value for key, value in fields.items() if value not in (None, "", False, [])}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None


def flatten_agent(body: Json) -> Row:
    """One user object as a row of agents."""
    return {
        "agent_id": _integer(_need(body, "id", "user"), "user id"),
        "name": _text(body.get("name"), "name") or None,
        "role": _text(body.get("role"), "role"),
        "default_group_id": _id(body.get("default_group_id"), "default_group_id"),
        "is_active": bool(body.get("active", True)),
    }


def flatten_group(body: Json) -> Row:
    """One group object as a row of groups."""
    return {
        "group_id": _integer(_need(body, "id", "group"), "group id"),
        "name": _text(body.get("name"), "name"),
        "is_deleted": bool(body.get("deleted", False)),
    }


def flatten_brand(body: Json) -> Row:
    """One brand object as a row of brands."""
    return {
        "brand_id": _integer(_need(body, "id", "brand"), "brand id"),
        "name": _text(body.get("name"), "name"),
        "subdomain": _text(body.get("subdomain"), "subdomain"),
        "is_active": bool(body.get("active", True)),
    }


def flatten_field(body: Json) -> Row:
    """One ticket field object as a row of ticket_fields."""
    options = {one["value"]: one["name"] for one in body.get("custom_field_options") or []}
    return {
        "field_id": _integer(_need(body, "id", "ticket field"), "field id"),
        "title": _text(body.get("title"), "title"),
        "type": _text(body.get("type"), "type"),
        "options": json.dumps(options, ensure_ascii=False) if options else None,
        "is_active": bool(body.get("active", True)),
    }


def survey_events(audits: Iterable[Json]) -> dict[str, tuple[int | None, int | None]]:
    """Response id -> (agent, group) when it was answered, from a ticket's audits.

    Only the event SurveyResponseSubmitted names them. The first one of a response counts: whoever held the
    ticket when the customer later edits the answer was not the one who was rated.
    """
    found: dict[str, tuple[int | None, int | None]] = {}
    for event in (event for audit in audits for event in audit.get("events") or []):
        if event.get("type") == "SurveyResponseSubmitted" and event.get("survey_response_id"):
            rated = _id(event.get("assigned_user_id"), "agent"), _id(event.get("assigned_group_id"), "group")
            found.setdefault(event["survey_response_id"], rated)
    return found


def ulid_time(ulid: str) -> dt.datetime | None:
    """The time inside a ULID (its first ten characters, milliseconds since 1970); None if it is none.

    >>> ulid_time("01J91CQ460QCKK0S1SKMGR27RN").isoformat()
    '2024-09-30T11:58:10.112000+00:00'
    """
    if not ULID.fullmatch(ulid):
        return None
    milliseconds = 0
    for character in ulid[:10]:
        milliseconds = milliseconds * 32 + CROCKFORD.index(character)
    try:
        return EPOCH + dt.timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _ticket_id(body: Json) -> int | None:
    """The ticket a response is about; null for a conversation."""
    named = [zrn for zrn in body.get("subject_zrns") or [] if isinstance(zrn, str)]
    named += [f"zen:{kind.removeprefix('zen:')}:{one.get('id')}" for one in body.get("subjects") or []
              if isinstance(kind := one.get("type"), str)]  # fmt: skip
    for zrn in named:
        match = SUBJECT.fullmatch(zrn)
        if match and match[1] in ("ticket", "request"):
            return _id(match[2], "ticket id")
    return None


def _unknown(body: Json, known: frozenset[str]) -> list[str]:
    return sorted(set(body) - known)


def _need(body: Json, key: str, what: str) -> Any:
    if not isinstance(body, Mapping) or body.get(key) is None:
        raise Misshapen(f"{what} without {key}")
    return body[key]


def _dict(value: Any) -> Json:
    if not isinstance(value, Mapping):
        raise Misshapen("an object was expected")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Misshapen(f"{what} is no list")
    return value


def _text(value: Any, what: str) -> Any:
    if value is not None and not isinstance(value, str):
        raise Misshapen(f"{what} is no text")
    return value.replace("\0", "") if value else value  # Postgres refuses NUL in a text


def _integer(value: Any, what: str) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63):
        raise Misshapen(f"{what} is no whole number")
    return value


def _id(value: Any, what: str) -> Any:
    """An id, which Zendesk writes as a number here and as a text there."""
    return _integer(
        int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value) else value, what
    )


def _whole(value: Any) -> int | None:
    """A custom number field: agents can type into it, so anything odd is no number."""
    text = str(value).strip()
    return int(text) if re.fullmatch(r"\d{1,15}", text) else None


def _words(text: Any) -> str | None:
    """The words of a static or translated text object."""
    return _text(text.get("value"), "text") if isinstance(text, Mapping) else None


def _time(value: Any, what: str) -> dt.datetime | None:
    if value is None:
        return None
    try:
        time = dt.datetime.fromisoformat(value)
        return time.astimezone(dt.UTC) if time.tzinfo else time.replace(tzinfo=dt.UTC)
    except (TypeError, ValueError, OverflowError):
        raise Misshapen(f"{what} is no time") from None


def _needed_time(answer: Json, name: str) -> Any:
    return _time(_need(answer, name, "answer"), name)


def _epoch(value: Any) -> dt.datetime | None:
    seconds = _integer(value, "generated_timestamp")
    try:
        return None if seconds is None else EPOCH + dt.timedelta(seconds=seconds)
    except OverflowError:
        raise Misshapen("generated_timestamp is no time") from None

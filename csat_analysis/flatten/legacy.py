"""Legacy CSAT: one satisfaction rating as a row of survey_responses and one of rating_changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .responses import CATEGORIES, Response, versions_of
from .values import Json, Problems, Row, UnexpectedShape, integer, require_integer, text, time

NOT_OFFERED = "unoffered"
OFFERED = "offered"
RATED = ("good", "bad")
NO_REASON_CODE = 0  # "No reason provided", in the account's language
NO_REASON_TEXT = "No reason provided"
KNOWN_FIELDS = frozenset(
    ("id", "url", "ticket_id", "requester_id", "assignee_id", "group_id", "score", "comment")
    + ("reason", "reason_id", "reason_code", "created_at", "updated_at")
)


def flatten_legacy_rating(body: Json, no_reason_ids: Collection[int] = ()) -> Response | None:
    """Return one satisfaction rating of legacy CSAT as rows; None for a ticket that was not offered a survey.

    The rating names the agent and group of that moment itself (`attribution` is audit). It is created when it is
    offered; its last write is the answer. There is no number, only good or bad. no_reason_ids: ids of the
    reasons that mean "no reason provided". Raises UnexpectedShape if the id or the score cannot be read; what
    else cannot be read is null and named in `problem`.
    """
    number = require_integer(body, "id", "rating")
    score = body.get("score")
    if score == NOT_OFFERED:
        return None
    if score not in (OFFERED, *RATED):
        raise UnexpectedShape("score is not one of offered, unoffered, good, bad")
    problems = [f"unknown field {key}" for key in sorted(set(body) - KNOWN_FIELDS)]
    rated = _rated_columns(body, no_reason_ids, problems)
    row = _row(body, number, rated["updated_at"], problems)
    row |= rated if score in RATED else dict.fromkeys(rated)
    row["rating_category"] = score if score in CATEGORIES else None
    return Response(row, [], versions_of(row), text(", ".join(problems), "problem", []) or "")


def find_no_reason_ids(reasons: Iterable[Json]) -> frozenset[int]:
    """Return the ids of the reasons that mean "no reason provided"; their text is in the account's language."""
    codes = [(one.get("id"), integer(one.get("reason_code"), "reason_code", [])) for one in reasons]
    ids = {integer(number, "id", []) for number, code in codes if code == NO_REASON_CODE}
    return frozenset(number for number in ids if number is not None)


def _row(body: Json, number: int, written: object, problems: Problems) -> Row:
    if body.get("ticket_id") is None:
        problems.append("rating without ticket_id")
    return {
        "response_id": f"legacy-{number}",
        "ticket_id": integer(body.get("ticket_id"), "ticket_id", problems),
        "responder_id": integer(body.get("requester_id"), "requester_id", problems),
        "survey_id": None,
        "survey_version": None,
        "offered_at": time(body.get("created_at"), "created_at", problems) or written,
        "expires_at": None,
        "source": "legacy",
        "rating": None,
        "revisions": 0,
    }


def _rated_columns(body: Json, no_reason_ids: Collection[int], problems: Problems) -> Row:
    """Return the columns that only a rated ticket has."""
    written = time(body.get("updated_at"), "updated_at", problems)
    written = written or time(body.get("created_at"), "created_at", [])
    return {
        "submitted_at": written,
        "updated_at": written,
        "comment": text(body.get("comment"), "comment", problems) or None,
        "reason": _reason(body, no_reason_ids, problems),
        "agent_id": integer(body.get("assignee_id"), "assignee_id", problems),
        "group_id": integer(body.get("group_id"), "group_id", problems),
        "attribution": "audit",
    }


def _reason(body: Json, no_reason_ids: Collection[int], problems: Problems) -> str | None:
    """Return the reason chosen; null where none was."""
    reason = text(body.get("reason"), "reason", problems)
    code = integer(body.get("reason_code"), "reason_code", problems)
    reason_id = integer(body.get("reason_id"), "reason_id", problems)
    none_chosen = code == NO_REASON_CODE or reason_id in no_reason_ids or reason == NO_REASON_TEXT
    return None if none_chosen else reason or None

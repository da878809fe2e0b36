"""Ratings of the old CSAT: one object as a row of survey_responses and one of rating_changes."""

from __future__ import annotations

from .responses import CATEGORIES, Response, change_of
from .values import Json, Misshapen, Row, identifier, need, text, time

NOT_ASKED, ASKED = "unoffered", "offered"
RATED = ("good", "bad")
KEYS = frozenset({
    "id", "url", "ticket_id", "requester_id", "assignee_id", "group_id", "score", "comment", "reason",
    "reason_id", "reason_code", "created_at", "updated_at",
})  # fmt: skip


def flatten_legacy_rating(body: Json) -> Response | None:
    """One satisfaction rating of the old CSAT as rows; None for a ticket that was not asked (`unoffered`).

    It names the agent and group of that moment itself (`attribution` is audit). It was created when offered
    and written last when rated, so an answer counts from its last write; there is no number, only good or bad.
    Raises Misshapen where the documented shape is broken.
    """
    number = identifier(need(body, "id", "rating"), "rating id")
    score = text(need(body, "score", "rating"), "score")
    if score == NOT_ASKED:
        return None
    if score not in (ASKED, *RATED):
        raise Misshapen("score is none of offered, unoffered, good, bad")
    row = _row(body, number, answered=score in RATED) | {
        "rating_category": score if score in CATEGORIES else None
    }
    problem = ", ".join(f"field {key}" for key in sorted(set(body) - KEYS))
    return Response(row, [], change_of(row), text(problem, "problem"))


def _row(body: Json, number: int, *, answered: bool) -> Row:
    written = time(need(body, "updated_at", "rating"), "updated_at")
    rated = {
        "submitted_at": written,
        "updated_at": written,
        "comment": text(body.get("comment"), "comment"),
        "reason": text(body.get("reason"), "reason"),
        "agent_id": identifier(body.get("assignee_id"), "assignee_id"),
        "group_id": identifier(body.get("group_id"), "group_id"),
        "attribution": "audit",
    }
    return {
        "response_id": f"legacy-{number}",
        "ticket_id": identifier(need(body, "ticket_id", "rating"), "ticket_id"),
        "responder_id": identifier(body.get("requester_id"), "requester_id"),
        "survey_id": None,
        "survey_version": None,
        "offered_at": time(need(body, "created_at", "rating"), "created_at"),
        "expires_at": None,
        "source": "legacy",
        "rating": None,
        "revisions": 0,
        **(rated if answered else dict.fromkeys(rated)),
    }

"""The endpoints of the old CSAT: `/satisfaction_ratings`, oldest first.

They list what was offered or rated in the old CSAT and, in an account with `mirrored_ratings`, one more row
for each answered survey about a ticket: the same answer once more, which nobody should count twice.
"""

from __future__ import annotations

import numpy as np

from . import paging
from .bodies import rating_body
from .endpoints import Asked
from .log import scores_of
from .paging import LazyList
from .people import JSON, SITE, STAFF
from .records import (
    BAD,
    GOOD,
    LEGACY,
    NOBODY,
    OFFERED,
    Legacy,
    blank,
    id_or_null,
    iso,
    zendesk_id,
)
from .refusals import bad_request, not_found

_RECEIVED = (GOOD, BAD)
_WANTED = {"offered": (OFFERED,), "received": _RECEIVED, "good": (GOOD,), "bad": (BAD,), "unoffered": ()}


def list_satisfaction_ratings(asked: Asked) -> JSON:
    """All of them, or those of a `score`; `start_time` and `end_time` (epoch seconds) cut on updated_at."""
    return asked.listing("satisfaction_ratings", _listed(asked))


def count_satisfaction_ratings(asked: Asked) -> JSON:
    return {"count": {"refreshed_at": None, "value": len(_listed(asked))}}


def show_satisfaction_rating(asked: Asked, number: int) -> JSON:
    """One rating, as an object; Zendesk's reference shows a list of one."""
    rows, ids = _ratings(asked)
    found = np.flatnonzero(ids == number)
    if not len(found):
        raise not_found()
    return {"satisfaction_rating": _body(asked, rows[found[0]], number)}


def _listed(asked: Asked) -> LazyList:
    rows, ids = _ratings(asked)
    start = paging.integer(asked.arguments, "start_time", default=0)
    end = paging.integer(asked.arguments, "end_time", default=1 << 62)
    wanted = np.flatnonzero((rows["updated"] >= start) & (rows["updated"] <= end) & _of_score(asked, rows))
    return LazyList(wanted, lambda row: _body(asked, rows[row], int(ids[row])))


def _of_score(asked: Asked, rows: np.ndarray) -> np.ndarray:
    """Which rows have the `score` asked for, for example `bad` or `received_with_comment`."""
    score = asked.arguments.get("score")
    if score is None:
        return np.ones(len(rows), bool)
    name, _, text = score.partition("_with")
    if name not in _WANTED or text not in ("", "_comment", "out_comment"):
        raise bad_request("InvalidParameter", "score is not valid")
    has_comment = rows["comment"] >= 0
    by_text = {"": True, "_comment": has_comment, "out_comment": ~has_comment}[text]
    return np.isin(rows["score"], _WANTED[name]) & by_text


def _ratings(asked: Asked) -> tuple[np.ndarray, np.ndarray]:
    """Rows of LEGACY and their ids, by id."""
    account = asked.account
    legacy, responses = account.legacy, account.responses
    ids = zendesk_id("rating", legacy["ticket"].astype("i8") + 1)
    if not account.mirrored_ratings:
        return legacy, ids
    answered = np.flatnonzero((responses["rating"] > 0) & (responses["ticket"] != NOBODY))
    mirrored = _mirrored(responses[answered])
    return np.append(legacy, mirrored), np.append(ids, zendesk_id("mirrored_rating", answered))


def _mirrored(responses: np.ndarray) -> np.ndarray:
    rows = blank(LEGACY, len(responses))
    for name in ("ticket", "comment", "reason", "agent", "group"):
        rows[name] = responses[name]
    rows["score"] = scores_of(responses["rating"])
    rows["offered"], rows["submitted"] = responses["offered_ms"] // 1000, responses["submitted_ms"] // 1000
    rows["updated"] = np.maximum(responses["submitted_ms"], responses["edited_ms"]) // 1000
    return rows


def _body(asked: Asked, row: np.void, number: int) -> JSON:
    account, rating = asked.account, Legacy._make(row.item())
    requester = int(account.tickets["requester"][rating.ticket])
    return rating_body(rating.score, number, reason=rating.reason, comment=account.comment_of(rating)) | {
        "assignee_id": id_or_null("user", rating.agent),
        "created_at": iso(rating.offered),
        "group_id": id_or_null("group", rating.group),
        "requester_id": zendesk_id("user", STAFF + requester),
        "ticket_id": rating.ticket + 1,
        "updated_at": iso(rating.updated),
        "url": f"{SITE}/api/v2/satisfaction_ratings/{number}.json",
    }

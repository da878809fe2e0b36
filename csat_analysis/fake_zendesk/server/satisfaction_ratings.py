"""The endpoint of legacy CSAT: `/satisfaction_ratings`, oldest first.

It lists what was offered or rated in legacy CSAT and, in an account with `mirrored_ratings`, one more row for
each answered survey about a ticket: the same answer again, which must not be counted twice.
"""

from __future__ import annotations

import numpy as np

from ..account.events import scores_of
from ..account.identifiers import id_or_null, zendesk_id, zendesk_ids
from ..account.people import STAFF
from ..account.records import BAD, GOOD, LEGACY, NOBODY, OFFERED, Legacy, blank
from . import paging
from .dates import iso
from .errors import bad_request
from .json_type import JSON
from .paging import LazyList
from .request import ApiRequest
from .site import SITE
from .ticket_bodies import rating_body

_RECEIVED = (GOOD, BAD)
_WANTED = {"offered": (OFFERED,), "received": _RECEIVED, "good": (GOOD,), "bad": (BAD,), "unoffered": ()}


def list_satisfaction_ratings(request: ApiRequest) -> JSON:
    """Return ratings, or those of a `score`; `start_time` and `end_time` (epoch seconds) filter by update."""
    arguments = request.arguments
    rows, ids = _find_ratings(request)
    start = paging.integer(arguments, "start_time", default=0)
    end = paging.integer(arguments, "end_time", default=1 << 62)
    is_wanted = (rows["updated"] >= start) & (rows["updated"] <= end) & _has_score(request, rows)

    def render(row: int) -> JSON:
        return _body(request, Legacy._make(rows[row].item()), int(ids[row]))

    return request.list_page("satisfaction_ratings", LazyList(np.flatnonzero(is_wanted), render))


def _has_score(request: ApiRequest, rows: np.ndarray) -> np.ndarray:
    """Return which rows have the `score` asked for, for example `bad` or `received_with_comment`."""
    score = request.arguments.get("score")
    if score is None:
        return np.ones(len(rows), bool)
    name, _, text = score.partition("_with")
    if name not in _WANTED or text not in ("", "_comment", "out_comment"):
        raise bad_request("InvalidParameter", "score is not valid")
    is_wanted = np.isin(rows["score"], _WANTED[name])
    if not text:
        return is_wanted
    return is_wanted & ((rows["comment"] >= 0) == (text == "_comment"))


def _find_ratings(request: ApiRequest) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of LEGACY and their ids, by id."""
    account = request.account
    legacy = account.tables.legacy
    responses = account.tables.responses
    ids = zendesk_ids("rating", legacy["ticket"] + 1)
    if not account.mirrored_ratings:
        return legacy, ids
    answered = np.flatnonzero((responses["rating"] > 0) & (responses["ticket"] != NOBODY))
    mirrored = _mirror(responses[answered])
    return np.append(legacy, mirrored), np.append(ids, zendesk_ids("mirrored_rating", answered))


def _mirror(responses: np.ndarray) -> np.ndarray:
    rows = blank(LEGACY, len(responses))
    for name in ("ticket", "comment", "reason", "agent", "group"):
        rows[name] = responses[name]
    rows["score"] = scores_of(responses["rating"])
    rows["offered"] = responses["offered_ms"] // 1000
    rows["submitted"] = responses["submitted_ms"] // 1000
    rows["updated"] = np.maximum(responses["submitted_ms"], responses["edited_ms"]) // 1000
    return rows


def _body(request: ApiRequest, rating: Legacy, number: int) -> JSON:
    account = request.account
    requester = int(account.tables.tickets["requester"][rating.ticket])
    body = rating_body(rating.score, number, reason=rating.reason, comment=account.comment_of(rating))
    return body | {
        "assignee_id": id_or_null("user", rating.agent),
        "created_at": iso(rating.offered),
        "group_id": id_or_null("group", rating.group),
        "requester_id": zendesk_id("user", STAFF + requester),
        "ticket_id": rating.ticket + 1,
        "updated_at": iso(rating.updated),
        "url": f"{SITE}/api/v2/satisfaction_ratings/{number}.json",
    }

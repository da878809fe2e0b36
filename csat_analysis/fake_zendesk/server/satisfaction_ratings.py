"""Endpoints of legacy CSAT: ratings, oldest first, and reasons.

Ratings are what was offered or rated in legacy CSAT and, in an account with `mirrored_ratings`, one more row
for each answered survey about a ticket: the same answer again, which must not be counted twice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..account import Account
from ..account.identifiers import id_or_null, zendesk_id, zendesk_ids
from ..account.people import STAFF
from ..account.records import LEGACY, NO_TEXT, NOBODY, OFFERED, SCORE, Legacy, blank
from . import paging
from .json_values import JSON, SITE, iso
from .paging import LazyList
from .rating_bodies import rating_body, reason_bodies, reason_code
from .request import ApiRequest


class _Ratings(NamedTuple):
    """Rows of LEGACY and their ids."""

    rows: np.ndarray
    ids: np.ndarray


def list_satisfaction_ratings(request: ApiRequest) -> JSON:
    """Return ratings, those from `start_time` (epoch seconds) on if it is given."""
    ratings = _find_ratings(request)
    start = paging.integer(request.arguments, "start_time", default=0)
    column = "updated" if request.variant.legacy_start_time == "updated" else "offered"

    def render(row: int) -> JSON:
        return _body(request, Legacy._make(ratings.rows[row].item()), int(ratings.ids[row]))

    return request.list_page(
        "satisfaction_ratings", LazyList(np.flatnonzero(ratings.rows[column] >= start), render)
    )


def list_satisfaction_reasons(request: ApiRequest) -> JSON:
    """Return all reasons; Zendesk does not page them."""
    return {"reasons": reason_bodies(request.variant, founded=request.account.founded)}


def _find_ratings(request: ApiRequest) -> _Ratings:
    """Return all ratings by id."""
    account = request.account
    ratings = _find_states(account) if request.variant.legacy_rows == "per_state" else _find_legacy(account)
    if not account.mirrored_ratings:
        return ratings
    responses = account.tables.responses
    answered = np.flatnonzero((responses["rating"] > 0) & (responses["ticket"] != NOBODY))
    mirrored = _mirror(account, responses[answered])
    ids = zendesk_ids("mirrored_rating", answered)
    return _Ratings(np.append(ratings.rows, mirrored), np.append(ratings.ids, ids))


def _find_legacy(account: Account) -> _Ratings:
    """Return one row per ticket."""
    legacy = account.tables.legacy
    return _Ratings(legacy, zendesk_ids("rating", legacy["ticket"] + 1))


def _find_states(account: Account) -> _Ratings:
    """Return one row per state of a ticket: when it was offered, and each time its score changed.

    The first row has the id that the only row of the ticket would have. Comment and reason are in the last row.
    """
    legacy = account.tables.legacy
    events = account.tables.events
    positions = np.flatnonzero((events["kind"] == SCORE) & (events["response"] == NOBODY))
    changes = events[positions]
    rows = legacy[np.searchsorted(legacy["ticket"], changes["ticket"])].copy()
    rows["score"] = changes["value"]
    is_last = _is_last_of_ticket(changes["ticket"])
    rows["updated"] = np.where(is_last, rows["updated"], changes["time"])
    rows["offered"] = changes["time"]
    for name in ("comment", "reason"):
        rows[name] = np.where(is_last, rows[name], NO_TEXT)
    is_offer = rows["score"] == OFFERED
    ids = np.where(
        is_offer, zendesk_ids("rating", rows["ticket"] + 1), zendesk_ids("rating_state", positions)
    )
    order = np.argsort(ids)
    return _Ratings(rows[order], ids[order])


def _is_last_of_ticket(tickets: np.ndarray) -> np.ndarray:
    """Return which rows, in order of time, no later row of the same ticket follows."""
    _, last_from_behind = np.unique(tickets[::-1], return_index=True)
    is_last = np.zeros(len(tickets), bool)
    is_last[len(tickets) - 1 - last_from_behind] = True
    return is_last


def _mirror(account: Account, responses: np.ndarray) -> np.ndarray:
    rows = blank(LEGACY, len(responses))
    for name in ("ticket", "comment", "reason", "agent", "group"):
        rows[name] = responses[name]
    rows["score"] = account.survey.scores(responses["rating"], responses["version"])
    rows["offered"] = responses["offered_ms"] // 1000
    rows["submitted"] = responses["submitted_ms"] // 1000
    rows["updated"] = np.maximum(responses["submitted_ms"], responses["edited_ms"]) // 1000
    return rows


def _body(request: ApiRequest, rating: Legacy, number: int) -> JSON:
    account = request.account
    variant = request.variant
    comment = account.comment_of(rating)
    body = rating_body(variant, rating.score, number, reason=rating.reason, comment=comment)
    if variant.reason_codes:
        body["reason_code"] = reason_code(variant, rating.score, rating.reason)
    requester = int(account.tables.tickets["requester"][rating.ticket])
    return body | {
        "assignee_id": id_or_null("user", rating.agent),
        "created_at": iso(rating.offered),
        "group_id": id_or_null("group", rating.group),
        "requester_id": zendesk_id("user", STAFF + requester),
        "ticket_id": rating.ticket + 1,
        "updated_at": iso(rating.updated),
        "url": f"{SITE}/api/v2/satisfaction_ratings/{number}.json",
    }

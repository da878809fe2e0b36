"""Ratings of legacy CSAT, for accounts that used it or still do.

They are only requested if tickets carry a score that no stored response explains, so that accounts that never used
legacy CSAT make no extra requests. Two readings of Zendesk's list are supported, because its reference leaves them
open: one row per ticket that changes with each rating, or one row per state of a ticket (offered, good, bad). Both
become one response per ticket. Zendesk may also list new surveys there: a row that was written when the same ticket's
survey was offered, or later, is such a copy, and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .. import zendesk as api
from ..errors import NotAllowed, NotFound
from ..flatten import Problems, Response, find_no_reason_ids, flatten_legacy_rating
from ..history.completeness import UNEXPLAINED_SCORES
from ..history.upsert import COPY_MAY_BE_EARLIER
from ..zendesk import Page
from .context import EPOCH, Json, PullContext, ResponseInputs, Row
from .prefetch import prefetch
from .storage import FlattenedResponses, flatten_bodies, join_pages, store, store_responses
from .updates import store_missed

STREAM = "satisfaction_ratings"
# A rating can follow its offer by four weeks; `start_time` may filter by either of the two times.
OVERLAP = dt.timedelta(days=29)

FIRST_OFFERS = """
select ticket_id, min(offered_at) as offered_at from survey_responses
where source = 'survey' and ticket_id = any($1) group by ticket_id
"""
RATINGS = "select * from survey_responses where source = 'legacy' and ticket_id = any($1)"


class _Stored(NamedTuple):
    """What the history holds about the tickets of a page."""

    ratings: dict[int, Row]  # ticket id -> response row of legacy CSAT
    first_offers: dict[int, dt.datetime]  # ticket id -> first offer of a new survey


def has_unexplained_scores(context: PullContext) -> bool:
    """Return whether any ticket carries a score that no stored response explains."""
    return bool(context.history.fetch(f"{UNEXPLAINED_SCORES} limit 1"))


def lacks_surveys(context: PullContext) -> bool:
    """Return whether scores of tickets have no stored response; False if the account has legacy ratings only."""
    sources = context.history.fetch("select distinct source from survey_responses")
    return sources != [{"source": "legacy"}] and has_unexplained_scores(context)


def uses_legacy_csat(context: PullContext) -> bool:
    """Return whether the history holds ratings of legacy CSAT, or tickets that suggest it."""
    stored = context.history.fetch("select 1 from survey_responses where source = 'legacy' limit 1")
    return bool(stored) or has_unexplained_scores(context)


def pull_legacy_ratings(
    context: PullContext, cursor: str | None, start: dt.datetime | None, inputs: ResponseInputs
) -> None:
    """Store the legacy ratings written since the last pull (`cursor`), or since `start`.

    Raises NotAllowed or NotFound if Zendesk refuses the list.
    """
    read_to = min(dt.datetime.fromisoformat(cursor), context.started) if cursor else EPOCH
    for page in _pages(context, start or read_to - OVERLAP):
        found = _flatten_page(context, page)
        store_responses(context, found, inputs)
        context.summary.legacy += len(found.responses)
        written = [_written(one.response) for one in found.responses]
        read_to = max([read_to, *(moment for moment in written if moment and moment <= context.started)])
        context.progress.update_to("legacy ratings", written)
    store(context, {}, {STREAM: read_to.isoformat()})


def read_legacy_again(context: PullContext, inputs: ResponseInputs) -> int:
    """Read again the legacy ratings that can still change; return how many the pull had missed."""
    missed = 0
    for page in _pages(context, context.started - OVERLAP):
        missed += store_missed(context, _flatten_page(context, page), inputs)
    return missed


def _pages(context: PullContext, start: dt.datetime) -> Iterator[Page]:
    query: Json = {"start_time": int(start.timestamp())} if start > EPOCH else {}
    pages = context.account.pages(api.SATISFACTION_RATINGS, **query)
    return prefetch(join_pages(pages, context.sizes.legacy_rows_per_transaction))


def _flatten_page(context: PullContext, page: Page) -> FlattenedResponses:
    """Return one response per ticket of a page, merged with what is stored, without copies of new answers."""
    no_reason_ids = _no_reason_ids(context) if any(map(_needs_reason_list, page.rows)) else frozenset()

    def flatten(body: Json, problems: Problems) -> Response | None:
        rating = flatten_legacy_rating(body, no_reason_ids)
        problems += [rating.problem] if rating and rating.problem else []
        return rating

    flat, unknown_bodies = flatten_bodies(context, "satisfaction_rating", page.rows, flatten)
    ratings = [one for one in flat if one is not None]
    stored = _stored(context, {one.response["ticket_id"] for one in ratings} - {None})
    own = [one for one in ratings if not _is_copy(one.response, stored)]
    return FlattenedResponses(merge_states(own, stored.ratings), unknown_bodies)


def merge_states(ratings: Iterable[Response], stored: dict[int, Row]) -> list[Response]:
    """Return one response per ticket: the latest state, dated by the first offer and the first rating.

    stored: ticket id -> response row that the history holds. A rating without a ticket stays as it is.
    """
    merged: list[Response] = []
    by_ticket: dict[int, list[Response]] = {}
    for rating in ratings:
        ticket_id = rating.response["ticket_id"]
        if ticket_id is None:
            merged.append(rating)
        else:
            by_ticket.setdefault(ticket_id, []).append(rating)
    for ticket_id, states in by_ticket.items():
        merged.append(_merge_ticket(states, stored.get(ticket_id)))
    return merged


def _merge_ticket(states: Sequence[Response], stored: Row | None) -> Response:
    """Return the latest state of a ticket's rating, with all versions of these states."""
    found = [one.response for one in states]
    rows = [*reversed(found), *([stored] if stored else [])]  # of equal times the last one read counts
    response_id = stored["response_id"] if stored else _first_id(found)
    offers = [row["offered_at"] for row in rows if row["offered_at"]]
    submitted = [row["submitted_at"] for row in rows if row["submitted_at"]]
    merged = max(rows, key=_state_order) | {
        "response_id": response_id,
        "offered_at": min(offers, default=None),
        "submitted_at": min(submitted, default=None),
        "revisions": 0,
    }
    versions = [row | {"response_id": response_id} for one in states for row in one.versions]
    return Response(merged, [], versions, states[-1].problem)


def _first_id(rows: Sequence[Row]) -> str:
    """Return the response id of the oldest rating: ids ascend."""
    return min((row["response_id"] for row in rows), key=lambda name: int(name.removeprefix("legacy-")))


def _state_order(row: Row) -> tuple[bool, dt.datetime]:
    """Order states of a ticket: a rating is later than an offer."""
    return row["rating_category"] is not None, _written(row) or EPOCH


def _written(row: Row) -> dt.datetime | None:
    return row["updated_at"] or row["offered_at"]


def _is_copy(row: Row, stored: _Stored) -> bool:
    """Return whether a rating repeats a new survey."""
    first_offer = stored.first_offers.get(row["ticket_id"])
    return first_offer is not None and (_written(row) or EPOCH) >= first_offer - COPY_MAY_BE_EARLIER


def _stored(context: PullContext, tickets: set[int]) -> _Stored:
    if not tickets:
        return _Stored({}, {})

    numbers = sorted(tickets)
    offers = {row["ticket_id"]: row["offered_at"] for row in context.history.fetch(FIRST_OFFERS, numbers)}
    return _Stored({row["ticket_id"]: row for row in context.history.fetch(RATINGS, numbers)}, offers)


def _needs_reason_list(body: Json) -> bool:
    return body.get("reason") is not None and body.get("reason_code") is None


def _no_reason_ids(context: PullContext) -> frozenset[int]:
    try:
        pages = context.account.pages(api.SATISFACTION_REASONS)
        return find_no_reason_ids(body for page in pages for body in page.rows)
    except (NotAllowed, NotFound):
        return frozenset()

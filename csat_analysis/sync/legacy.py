"""Ratings of the old CSAT, for accounts that used it or still do.

They are only asked for where tickets carry a score that no stored response explains; an account that never had
the old CSAT pays nothing. Zendesk may list the answers to new surveys there a second time: a rating that was
written after the same ticket's survey was offered is such a copy, and left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from .. import zendesk as api
from ..errors import NotAllowed, NotFound
from ..flatten import Response, flatten_legacy_rating
from ..history.completeness import select_unexplained_scores
from .prefetch import ahead
from .steps import EPOCH, Json, Run, joined

STREAM = "satisfaction_ratings"
OVERLAP = dt.timedelta(days=1)  # what was written while the last run read
RATINGS_A_TRANSACTION = 1000


def pull_legacy(run: Run, start: dt.datetime | None) -> None:
    """Store the old ratings written since the last run, or since `start`, if any ticket asks for them."""
    if not run.history.rows(lambda con: select_unexplained_scores(con).limit(1)):
        return
    read_to = dt.datetime.fromisoformat(run.cursors.get(STREAM) or EPOCH.isoformat())
    since = max(EPOCH, start or read_to - OVERLAP)
    query: Json = {"start_time": int(since.timestamp())} if since > EPOCH else {}
    pages = joined(run.account.pages(api.SATISFACTION_RATINGS, **query), rows=RATINGS_A_TRANSACTION)
    try:
        for page in ahead(pages):
            found, raw = run.flatten("satisfaction_rating", page.rows, flatten_legacy_rating)
            asked = [one for one in found if one is not None]
            kept = _without_copies(run, asked)
            run.save_responses(kept, raw)
            run.summary.legacy += len(kept)
            read_to = max([read_to, *(_written(one) for one in asked)])
            run.reached("ratings of the old CSAT", [_written(one) for one in asked])
    except (NotAllowed, NotFound) as error:
        run.summary.notes.append(f"went on without ratings of the old CSAT: {error}")
        return
    run.save({}, stream=STREAM, cursor=read_to.isoformat())


def _written(rating: Response) -> dt.datetime:
    return rating.response["updated_at"] or rating.response["offered_at"]


def _without_copies(run: Run, ratings: Sequence[Response]) -> list[Response]:
    """The ratings that are no copies of an answer to a survey."""
    tickets = {one.response["ticket_id"] for one in ratings}

    def query(con: Any) -> Any:
        r = con.table("survey_responses")
        surveys = r.filter(r.source == "survey", r.ticket_id.isin(sorted(tickets)))
        return surveys.aggregate(by="ticket_id", offered_at=surveys.offered_at.min())

    first = {row["ticket_id"]: row["offered_at"] for row in run.history.rows(query)} if tickets else {}
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    return [one for one in ratings if _written(one) < first.get(one.response["ticket_id"], never)]

"""Survey responses offered since the last run, answered or not, oldest first.

The list is a chain of pages, each known only by the one before. Where there is much to read, it is cut into
windows of time that are read side by side and stored in order. The moments to cut at are told by the tickets,
so that each window holds about as many surveys. A window that holds none, or one from outside, shows that
Zendesk understands the filter otherwise than its reference says: then the chain is followed after all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import ibis

from .. import zendesk as api
from ..errors import CursorRefused
from ..flatten import ulid_time
from ..history.completeness import SURVEYED
from ..zendesk import Page
from .prefetch import ahead, in_order
from .steps import EPOCH, Json, Run, joined

STREAM = "survey_responses"
SURVEYS_A_WINDOW = 500  # ten pages
MOMENT = dt.timedelta(seconds=1)
OVERLAP = dt.timedelta(hours=1)


class Window(NamedTuple):
    """Surveys offered from `first` to `last`; None: without an end."""

    first: dt.datetime
    last: dt.datetime | None


def pull_offers(run: Run, start: dt.datetime | None) -> None:
    """Store the survey responses offered since the last run, or since `start`."""
    for page in _pages(run, start):
        found, raw = run.flatten_responses(page.rows)
        run.save_responses(found, raw, stream=STREAM, cursor=page.cursor)
        run.reached("surveys offered", [one.response["offered_at"] for one in found])


def _pages(run: Run, start: dt.datetime | None) -> Iterator[Page]:
    cursor = None if start else run.cursors.get(STREAM)
    reached = start or (ulid_time(cursor) if cursor else EPOCH)
    windows = _windows(run, reached) if reached else []
    if len(windows) > 1:
        for window, page in zip(windows, in_order(lambda one: _read(run, one), windows), strict=True):
            if not _plausible(window, page.rows):
                break
            cursor = page.cursor
            yield page
        else:
            return
    yield from ahead(joined(_chain(run, cursor, start)))


def offered_since(run: Run, first: dt.datetime) -> Iterator[Page]:
    """The pages of surveys offered from `first` on, one after the other.

    If there are none although a ticket that was solved since then has one, the filter is not understood as it
    is meant: then all surveys are read.
    """
    pages = run.account.pages(api.SURVEY_RESPONSES, sort="id", **_offered(first))
    begun = next(pages)
    if first > EPOCH and not begun.rows and _solved_with_survey(run, first):
        told = (
            f"Zendesk told of no survey offered since {first:%Y-%m-%d}, though there are some: all were read"
        )
        run.summary.notes.append(told)
        pages = run.account.pages(api.SURVEY_RESPONSES, sort="id")
        begun = next(pages)
    yield begun
    yield from pages


def _solved_with_survey(run: Run, first: dt.datetime) -> bool:
    def query(con: Any) -> Any:
        t = con.table("tickets")
        return t.filter(t.satisfaction_score.isin(SURVEYED), t.solved_at > first)[["ticket_id"]].limit(1)

    return bool(run.history.rows(query))


def _chain(run: Run, cursor: str | None, start: dt.datetime | None) -> Iterator[Page]:
    """The pages one after the other, from `cursor`, else from `start`."""
    since = start or EPOCH
    if not cursor:
        yield from offered_since(run, since)
        return
    try:
        yield from run.account.pages(api.SURVEY_RESPONSES, cursor=cursor, sort="id")
    except CursorRefused as error:
        reached = ulid_time(cursor)
        since = max(EPOCH, reached - OVERLAP) if reached else since
        run.summary.notes.append(f"{error}: survey responses were read again from {since:%Y-%m-%d %H:%M} UTC")
        yield from offered_since(run, since)


def _read(run: Run, window: Window) -> Page:
    pages = list(run.account.pages(api.SURVEY_RESPONSES, sort="id", **_offered(*window)))
    return pages[-1]._replace(rows=[row for page in pages for row in page.rows])


def _offered(first: dt.datetime, last: dt.datetime | None = None) -> Json:
    """The filter on the time of the offer, in milliseconds; a little wide, as its ends may be left out."""
    bounds = {}
    if first > EPOCH:
        bounds["filter[created_at_start]"] = int(first.timestamp() * 1000) - 1
    if last:
        bounds["filter[created_at_end]"] = int(last.timestamp() * 1000) + 1
    return bounds


def _plausible(window: Window, rows: list[Json]) -> bool:
    """Whether a window holds what its bounds promise; the last one may be empty."""
    times = [time for row in rows if (time := ulid_time(str(row.get("id"))))]
    if window.last is None:
        return all(window.first - MOMENT <= time for time in times)
    return bool(times) and window.first - MOMENT <= min(times) and max(times) <= window.last + MOMENT


def _windows(run: Run, reached: dt.datetime) -> list[Window]:
    """Windows from `reached` on, cut wherever the tickets count another `SURVEYS_A_WINDOW` surveys."""

    def query(con: Any) -> Any:
        t = con.table("tickets")
        t = t.mutate(moment=ibis.coalesce(t.solved_at, t.generated_at))
        t = t.filter(t.satisfaction_score.isin(SURVEYED), t.moment > reached)[["ticket_id", "moment"]]
        t = t.mutate(place=ibis.row_number().over(order_by=[t.moment, t.ticket_id]))
        return t.filter(t.place % SURVEYS_A_WINDOW == SURVEYS_A_WINDOW - 1)[["moment"]].order_by("moment")

    cuts = dict.fromkeys([reached, *(row["moment"] for row in run.history.rows(query))])
    ends = [*cuts, None]
    return [Window(first, last) for first, last in pairwise(ends)]  # type: ignore[arg-type]

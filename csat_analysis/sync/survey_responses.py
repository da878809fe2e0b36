"""Survey responses offered since the last pull, answered or not, oldest first.

The list is a chain of pages: each page's cursor comes with the page before. Where there is much to read, the list
is cut into time windows that are read in parallel and stored in order. The tickets determine where to cut, so
that each window holds about as many surveys. A window without surveys, or with one from outside, shows that
Zendesk applies the filter differently than its reference says; then the chain is followed instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .. import zendesk as api
from ..errors import CursorRefused
from ..flatten import ulid_time
from ..history.completeness import SURVEYED
from ..zendesk import Page
from .context import EPOCH, Json, PullContext
from .prefetch import map_in_order, prefetch
from .storage import ResponsesPart

STREAM = "survey_responses"
TOLERANCE = dt.timedelta(seconds=1)
OVERLAP = dt.timedelta(hours=1)
SOLVED_WITH_SURVEY = (
    f"select ticket_id from tickets where satisfaction_score in {SURVEYED} and solved_at > $1"
)
# Of every $2 tickets with a survey after $1, the moment of the last one.
LAST_OF_WINDOWS = f"""
select moment from (
  select moment, row_number() over (order by moment, ticket_id) as place from (
    select ticket_id, coalesce(solved_at, generated_at) as moment from tickets where satisfaction_score in {SURVEYED}
  ) as surveyed where moment > $1
) as placed where place % $2 = 0 order by moment
"""


class Window(NamedTuple):
    """Surveys offered from `first` to `last`; None: without an end."""

    first: dt.datetime
    last: dt.datetime | None


def request_survey_responses(
    context: PullContext, cursor: str | None, start: dt.datetime | None
) -> Iterator[ResponsesPart]:
    """Begin to read the survey responses offered since the last pull (`cursor`), or since `start`."""
    return _parts(context, prefetch(_pages(context, cursor, start)))


def _parts(context: PullContext, pages: Iterable[Page]) -> Iterator[ResponsesPart]:
    for page in pages:
        context.progress.update_to("surveys offered", [ulid_time(str(row.get("id"))) for row in page.rows])
        yield ResponsesPart(page.rows, STREAM, _usable_cursor(context, page.cursor))


def _usable_cursor(context: PullContext, cursor: str | None) -> str | None:
    """Return the cursor, or None if it is ahead of the server's time: later surveys would be skipped."""
    moment = ulid_time(cursor or "")
    return None if moment and moment > context.started + dt.timedelta(days=1) else cursor


def _pages(context: PullContext, cursor: str | None, start: dt.datetime | None) -> Iterator[Page]:
    cursor = None if start else cursor
    reached = start or (ulid_time(cursor) if cursor else EPOCH)
    windows = _windows(context, reached) if reached else []
    if len(windows) > 1:
        pages = map_in_order(lambda one: _read(context, one), windows)
        for window, page in zip(windows, pages, strict=True):
            if not _plausible(window, page.rows):
                break
            cursor = page.cursor
            yield page
        else:
            return
    yield from _chain(context, cursor, start)


def offered_since(context: PullContext, first: dt.datetime) -> Iterator[Page]:
    """Yield the pages of surveys offered from `first` on, one after the other.

    If there are none although a ticket that was solved since then has one, Zendesk applies the filter
    differently than documented; then all surveys are read.
    """
    pages = context.account.pages(api.SURVEY_RESPONSES, sort="id", **_offered(first))
    first_page = next(pages)
    if first > EPOCH and not first_page.rows and _solved_with_survey(context, first):
        context.summary.notes.append(
            f"Zendesk listed no survey offered since {first:%Y-%m-%d}, though there are some: all were read"
        )
        pages = context.account.pages(api.SURVEY_RESPONSES, sort="id")
        first_page = next(pages)
    yield first_page
    yield from pages


def _solved_with_survey(context: PullContext, first: dt.datetime) -> bool:
    return bool(context.history.fetch(f"{SOLVED_WITH_SURVEY} limit 1", first))


def _chain(context: PullContext, cursor: str | None, start: dt.datetime | None) -> Iterator[Page]:
    """Yield the pages one after the other, from `cursor`, or else from `start`."""
    since = start or EPOCH
    if not cursor:
        yield from offered_since(context, since)
        return
    try:
        yield from context.account.pages(api.SURVEY_RESPONSES, cursor=cursor, sort="id")
    except CursorRefused as error:
        reached = ulid_time(cursor)
        since = max(EPOCH, reached - OVERLAP) if reached else since
        note = f"{error.what}: survey responses were read again from {since:%Y-%m-%d %H:%M} UTC"
        context.summary.notes.append(note)
        yield from offered_since(context, since)


def _read(context: PullContext, window: Window) -> Page:
    pages = list(context.account.pages(api.SURVEY_RESPONSES, sort="id", **_offered(*window)))
    return pages[-1]._replace(rows=[row for page in pages for row in page.rows])


def _offered(first: dt.datetime, last: dt.datetime | None = None) -> Json:
    """Return the filter on the time of the offer, in milliseconds; a little wider, as its ends may be excluded."""
    bounds = {}
    if first > EPOCH:
        bounds["filter[created_at_start]"] = int(first.timestamp() * 1000) - 1
    if last:
        bounds["filter[created_at_end]"] = int(last.timestamp() * 1000) + 1
    return bounds


def _plausible(window: Window, rows: list[Json]) -> bool:
    """Return whether a window holds what its bounds promise; the last one may be empty."""
    times = [time for row in rows if (time := ulid_time(str(row.get("id"))))]
    if window.last is None:
        return all(window.first - TOLERANCE <= time for time in times)
    return bool(times) and window.first - TOLERANCE <= min(times) and max(times) <= window.last + TOLERANCE


def _windows(context: PullContext, reached: dt.datetime) -> list[Window]:
    """Return windows from `reached` on, each with about `surveys_per_window` surveys by the tickets' count."""
    size = context.sizes.surveys_per_window
    moments = [row["moment"] for row in context.history.fetch(LAST_OF_WINDOWS, reached, size)]
    starts = list(dict.fromkeys([reached, *moments]))
    ends: list[dt.datetime | None] = [*starts[1:], None]
    return [Window(first, last) for first, last in zip(starts, ends, strict=True)]

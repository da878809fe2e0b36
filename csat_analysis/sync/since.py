"""Where `csat pull --since DAY` begins to read, and from when on the history then has every rating."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from ..errors import CsatError
from ..periods import midnight, zone
from . import tickets
from .context import EPOCH, PullContext
from .updates import RE_READ

FIRST_YEAR = 2007  # of Zendesk: from an earlier day on means everything


class Since(NamedTuple):
    """Where a pull begins to read, and what is complete after it.

    start: None: where the last pull stopped. complete_from: the time from which the history has every rating once the
    pull has ended; None: it has all.
    """

    start: dt.datetime | None
    complete_from: dt.datetime | None


def find_start(context: PullContext, cursors: dict[str, str], since: dt.date | None) -> Since:
    """Return a start four weeks before `since`, so that all ratings from that day on are read.

    Until the first pull has ended, `complete_from` is stored at once: the next pull continues without `since`.
    """
    history = context.history
    if since is None:
        if tickets.STREAM not in cursors:
            history.set_complete_from(None)
        return Since(None, history.complete_from)
    first = midnight(since, history.timezone)
    if first > context.started:
        raise CsatError(f"--since {since} is in the future; give a day that has begun")
    complete_from = first if since.year >= FIRST_YEAR else None
    if done := history.last_pull():
        known = history.complete_from
        complete_from = known and complete_from and min(known, complete_from)
    else:
        history.set_complete_from(complete_from)
    # From the last pull on everything is read, also if `since` is a later day.
    start = max(min(first, done or first), EPOCH + RE_READ) - RE_READ
    context.summary.notes.append(_note(start, complete_from, history.timezone))
    return Since(start, complete_from)


def _note(start: dt.datetime, complete_from: dt.datetime | None, timezone: str) -> str:
    read = f"surveys sent from {start:%Y-%m-%d} on were read, because they can be answered for four weeks"
    if complete_from is None:
        return read
    day = complete_from.astimezone(zone(timezone)).date()
    return f"{read}: ratings are complete from {day} on, and earlier ones are not counted"

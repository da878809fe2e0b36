"""Rows of a table or view: those of a period."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ..errors import HistoryError, InvalidValue
from ..periods import DAY, Period, zone
from ..periods.texts import parse_period
from ..schema.tables import PERIOD_COLUMN
from .clock import with_clock
from .views import VIEWS

# A day with a time.
MOMENT = re.compile(r"\s*[12]\d{3}-\d\d-\d\d[T ]\d", re.ASCII)

# The ends of a pair without one.
EARLIEST = dt.date(1970, 1, 1)
LATEST = dt.date(2999, 12, 31)

Names = str | Sequence[str] | None


def select_rows(
    con: Any,
    name: str,
    timezone: str,
    start: object,
    end: object,
    *,
    credit: str = "rated",
) -> Any:
    """Return a table or view as an Ibis expression, filtered by period.

    start, end: see `find_bounds`. credit: who holds the tickets of a view's rows.
    """
    table = con.table(name, credit=credit)
    column = PERIOD_COLUMN.get(name)
    if (start is not None or end is not None) and column is None:
        raise HistoryError(f"{name} has no period: leave out the dates")
    first, after = find_bounds(start, end, timezone)
    bounds = [*([table[column] >= first] if first else []), *([table[column] < after] if after else [])]
    if bounds:
        table = table.filter(*bounds)
    if name in VIEWS:
        # After the period, so that engines that compute rows once for several uses compute only these.
        table = with_clock(con, name, table, timezone, first, after)
    return table


def find_bounds(start: object, end: object, timezone: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the first moment, and the first moment after the last, in UTC; None: no bound.

    start, end: periods, of which the first and the last day count (both included), or moments with a time of day, of
    which the end is excluded. A period alone is both bounds; a single day alone is the first one.
    """
    first, last = (None if bound is None else _find_bound(bound, timezone) for bound in (start, end))
    if isinstance(first, Period) and end is None and not _is_day(start):
        last = first
    begin = first.start if isinstance(first, Period) else first
    after = last.end if isinstance(last, Period) else last
    if begin and after and after <= begin:
        raise InvalidValue(f"the period ends ({end}) before it begins ({start})")
    return begin, after


def _find_bound(bound: object, timezone: str) -> Period | dt.datetime:
    """Return a period, or a moment in UTC; a time without a zone is on the clock of `timezone`."""
    if isinstance(bound, dt.datetime) and (bound.tzinfo is not None or bound.time() != dt.time()):
        moment = pd.Timestamp(bound).to_pydatetime()
        return moment.astimezone(dt.UTC) if moment.tzinfo else _local(moment, timezone)
    if isinstance(bound, str) and MOMENT.match(bound):
        return _find_bound(_to_moment(bound), timezone)
    when = bound.item() if hasattr(bound, "item") else bound
    return parse_period(when, timezone=timezone, now=dt.datetime.now(dt.UTC), held=_any_day)


def _to_moment(text: str) -> dt.datetime:
    try:
        return pd.Timestamp(text).to_pydatetime()
    except ValueError:
        raise InvalidValue(
            f"invalid time {text!r}; expected YYYY-MM-DDTHH:MM, for example 2026-11-09T09:30"
        ) from None


def _local(moment: dt.datetime, timezone: str) -> dt.datetime:
    return moment.replace(tzinfo=zone(timezone)).astimezone(dt.UTC)


def _is_day(bound: object) -> bool:
    return isinstance(bound, dt.date) or (isinstance(bound, str) and DAY.fullmatch(bound.strip()) is not None)


def _any_day() -> tuple[dt.date, dt.date]:
    return EARLIEST, LATEST


def to_list(names: Names) -> list[str]:
    """Return one name, several or none as a list."""
    if names is None:
        return []
    return [names] if isinstance(names, str) or not isinstance(names, Iterable) else list(names)

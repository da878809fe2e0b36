"""Rows of a table or view: of a period, of groups, of agents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..errors import CsatError, HistoryError
from ..periods import midnight, zone
from ..schema.tables import PERIOD_COLUMN
from .clock import with_clock
from .views import VIEWS

Names = str | Sequence[str] | None


def select_rows(
    con: Any, name: str, timezone: str, start: object, end: object, names: Mapping[str, Names]
) -> Any:
    """Return a table or view as an Ibis expression, filtered by period and by names of groups or agents.

    start, end: first day and the day after the last, or moments; None: no bound. names: column -> one name or several.
    """
    table = con.table(name)
    column = PERIOD_COLUMN.get(name)
    if (start is not None or end is not None) and column is None:
        raise HistoryError(f"{name} has no period: leave out the dates")
    first, after = (None if bound is None else to_moment(bound, timezone) for bound in (start, end))
    if name in VIEWS:
        table = with_clock(con, name, table, timezone, first, after)
    if first is not None:
        table = table.filter(table[column] >= first)
    if after is not None:
        table = table.filter(table[column] < after)
    for key, wanted in names.items():
        if wanted:
            table = table.filter(table[key].isin(to_list(wanted)))
    return table


def to_moment(day: object, timezone: str) -> dt.datetime:
    """Return a moment in UTC; a day, or a time without a zone, is on the clock of `timezone`."""
    try:
        moment = pd.Timestamp(day).to_pydatetime()  # type: ignore[arg-type]
        if moment.tzinfo is None and moment.time() == dt.time():
            return midnight(moment.date(), timezone)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone(timezone))
        return moment.astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        raise CsatError(f"invalid date {str(day)!r}; expected YYYY-MM-DD, for example 2026-11-09") from None


def to_list(names: Names) -> list[str]:
    """Return one name, several or none as a list."""
    return [names] if isinstance(names, str) else list(names or ())

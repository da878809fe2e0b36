"""The account's clock in the database: the day, week and month of a moment, by the offsets of `periods`.

The database only adds a number of seconds to a UTC time. So its own time-zone database, which may be of another
release, has no say, and the columns agree with the bounds of a `Period` on every engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any

import ibis
import ibis.expr.datatypes as types

from ..periods import ClockOffset, clock_offsets
from ..schema.tables import DATE, INTEGER, PERIOD_COLUMN

MICROSECOND = dt.timedelta(microseconds=1)
SECOND = dt.timedelta(seconds=1)


@ibis.udf.scalar.builtin
def epoch_us(moment: types.Timestamp("UTC")) -> int:  # type: ignore[empty-body, valid-type]
    """Microseconds since 1970: a function of DuckDB."""


@ibis.udf.scalar.builtin
def make_timestamp(microseconds: int) -> types.timestamp:  # type: ignore[empty-body, valid-type]
    """Return a time without a zone: a function of DuckDB."""


@ibis.udf.scalar.builtin
def timezone(zone: str, moment: types.Timestamp("UTC")) -> types.timestamp:  # type: ignore[empty-body, valid-type]
    """Return a time without a zone, on the clock of a zone: a function of Postgres."""


def with_clock(
    con: Any,
    name: str,
    view: Any,
    timezone: str,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
) -> Any:
    """Return a view with `day`, `week` and `month` of its period column on the clock of `timezone`.

    start, end: bounds of the rows that are asked about, if known; they make the expression shorter.
    """
    local = _add(con, view[PERIOD_COLUMN[name]], clock_offsets(timezone, start, end))
    if start and end:
        return view.mutate(**_days(local))
    # A century of offsets is long, so it is written once.
    timed = view.mutate(local_time=local)
    return timed.mutate(**_days(timed.local_time)).drop("local_time")


def _days(local: Any) -> dict[str, Any]:
    return {
        "day": local.date(),
        "week": local.truncate("W").cast(DATE),
        "month": local.truncate("M").cast(DATE),
    }


def clock_name(timezone: str) -> str:
    """Return what the columns of a view depend on: the time zone, the release of its rules, and their form."""
    return f"{timezone}, tzdata {version('tzdata')}, written once"


def _add(con: Any, moment: Any, offsets: Sequence[ClockOffset]) -> Any:
    """Return the local time. DuckDB adds whole numbers ten times as fast as intervals."""
    if con.name == "duckdb":
        return make_timestamp(epoch_us(moment) + _offset(moment, offsets, _microseconds))
    # On Postgres a cast would use the time zone of the session, which may be the user's own.
    utc = timezone("UTC", moment) if con.name == "postgres" else moment.cast("timestamp")
    return utc + _offset(moment, offsets, _interval)


def _offset(moment: Any, offsets: Sequence[ClockOffset], write: Callable[[ClockOffset], Any]) -> Any:
    """Return the offset: a tree of comparisons, so that a century of changes takes seven of them."""
    if len(offsets) == 1:
        return write(offsets[0])
    middle = len(offsets) // 2
    earlier = moment < ibis.literal(offsets[middle].start)
    return earlier.ifelse(_offset(moment, offsets[:middle], write), _offset(moment, offsets[middle:], write))


def _microseconds(one: ClockOffset) -> Any:
    return ibis.literal(one.offset // MICROSECOND, INTEGER)


def _interval(one: ClockOffset) -> Any:
    return ibis.interval(one.offset // SECOND, unit="s")

"""Expected column values of a body, read independently of the package.

The tables of the tests map columns to dotted paths: {"channel": "via.channel"}.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from csat_analysis.flatten import Row, UnexpectedShape
from csat_analysis.schema.tables import FLAG, INTEGER, TABLES, TEXT, TIME


def at(body: Any, path: str) -> Any:
    """Return the value at a dotted path, or None."""
    for key in path.split("."):
        body = body.get(key) if isinstance(body, Mapping) else None
    return body


def stored(kind: str, value: Any) -> Any:
    """Return a JSON value as a column of that type holds it; None if it cannot be read."""
    if kind == TIME:
        return stored_time(value)
    if kind == TEXT:
        return re.sub("[\0\ud800-\udfff]", "", value) if isinstance(value, str) else None
    if kind == INTEGER:
        return stored_integer(value)
    if kind == FLAG:
        return value if isinstance(value, bool) else None
    texts = [stored(TEXT, one) for one in value] if isinstance(value, list) else []
    return [one for one in texts if one is not None]


def stored_integer(value: Any) -> int | None:
    """Return a whole number, also one that is written as 5.0, "5" or "5.0"."""
    if isinstance(value, str):
        if not re.fullmatch(r"\s*-?[0-9]{1,18}(\.0+)?\s*", value, re.ASCII):
            return None
        return int(value.strip().partition(".")[0])
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    return value if whole else None


def stored_time(value: Any) -> dt.datetime | None:
    """Return an ISO 8601 time from 1970 to 2199, in UTC."""
    try:
        moment = dt.datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if 1970 <= moment.year < 2200 else None


def stored_epoch(value: Any) -> dt.datetime | None:
    """Return seconds since 1970 as a time."""
    seconds = stored_integer(value)
    known = seconds is not None and 0 <= seconds < 7_258_118_400  # the year 2200
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds) if known else None


def expected_values(table: str, body: Any, paths: Mapping[str, str]) -> Row:
    """Return the expected values of columns."""
    return {name: stored(TABLES[table].schema[name], at(body, path)) for name, path in paths.items()}


def columns(row: Row, paths: Mapping[str, str]) -> Row:
    return {name: row[name] for name in paths}


def or_refused(flatten: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Return the flattened body, or None if it is refused; any other exception fails the test."""
    try:
        return flatten(*arguments, **options)
    except UnexpectedShape:
        return None

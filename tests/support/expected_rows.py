"""What a body says about the columns of a table, read by our own account of where it says so.

The tables of the tests map columns to dotted paths: {"channel": "via.channel"}.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from csat_analysis.flatten import Misshapen, Row
from csat_analysis.schema.tables import FLAG, INTEGER, TABLES, TEXT, TIME


def at(body: Any, path: str) -> Any:
    """The value at a dotted path, None where the path ends early."""
    for key in path.split("."):
        body = body.get(key) if isinstance(body, Mapping) else None
    return body


def stored(kind: str, value: Any) -> Any:
    """A JSON value as a column of that type holds it."""
    if value is None:
        return None
    if kind == TIME:
        if type(value) is int:
            return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=value)
        moment = dt.datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    if kind == TEXT:
        return re.sub("[\0\ud800-\udfff]", "", value)
    if kind == INTEGER:
        return int(value)
    return value if kind == FLAG else [stored(TEXT, one) for one in value]


def said(table: str, body: Any, told: Mapping[str, str]) -> Row:
    """What the body says about the columns of a table."""
    return {name: stored(TABLES[table].schema[name], at(body, path)) for name, path in told.items()}


def columns(row: Row, told: Mapping[str, str]) -> Row:
    return {name: row[name] for name in told}


def or_refused(flatten: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What flattening gives, None where it refuses; any other exception fails the test."""
    try:
        return flatten(*arguments, **options)
    except Misshapen:
        return None

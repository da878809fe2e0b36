"""Numbers, durations and dates as the text a reader sees: one way of writing each, in tables and figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

MINUS, MISSING, NBSP, THIN = "\u2212", "\u2013", "\u00a0", "\u202f"
# Letters that turn the direction of the text behind them: a name with one would read the numbers beside it backwards.
TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
SHARES = {"share", "rate", "csat", "estimate", "low", "high"}
CHANGES = {"change", "change_low", "change_high"}  # differences of shares


def kind_of(column: pd.Series) -> str:
    """The name in FORMATS that suits a column, from its type and its name."""
    name = str(column.name)
    if pd.api.types.is_bool_dtype(column):
        return "yes/no"
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.dropna()
        return "date" if (days == days.dt.normalize()).all() else "moment"
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    if name.endswith("_minutes"):
        return "minutes"
    if name.removesuffix("_before") in SHARES or name.endswith(("_share", "_rate")):
        return "percent"
    if name in CHANGES:
        return "points"
    if name.endswith("_id"):
        return "id"
    return "count" if (column.dropna() % 1 == 0).all() else "number"


def percent(share: float, *, digits: int = 0) -> str:
    """A share in 0-1 as text.

    >>> percent(0.664), percent(float("nan"))
    ('66\\xa0%', '–')
    """
    return MISSING if is_missing(share) else f"{100 * share:.{digits}f}{NBSP}%"


def points(difference: float, *, digits: int = 1) -> str:
    """A difference of two shares in percentage points, with its sign.

    >>> points(-0.06), points(0.031), points(0.0001)
    ('−6.0', '+3.1', '0.0')
    """
    if is_missing(difference):
        return MISSING
    rounded = round(100 * difference, digits)
    sign = MINUS if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):.{digits}f}"


def count(number: float) -> str:
    """A whole number with a narrow space between thousands from 10 000 on.

    >>> count(312), count(25357)
    ('312', '25\\u202f357')
    """
    if is_missing(number):
        return MISSING
    text = f"{abs(int(number)):,}".replace(",", THIN) if abs(number) >= 10_000 else str(abs(int(number)))
    return MINUS + text if number < 0 else text


def minutes(duration: float) -> str:
    """A duration given in minutes, in the unit one would say.

    >>> minutes(42), minutes(210), minutes(3024)
    ('42\\xa0min', '3.5\\xa0h', '2.1\\xa0days')
    """
    if is_missing(duration):
        return MISSING
    size, unit = next(
        step for step in ((1440, "days"), (60, "h"), (1, "min")) if duration >= step[0] or step[0] == 1
    )
    amount = f"{duration / size:.0f}" if size == 1 else f"{duration / size:.1f}".removesuffix(".0")
    return f"{amount}{NBSP}{'day' if amount == '1' and unit == 'days' else unit}"


def date(day: Any) -> str:
    """A day such as 9 Nov 2026."""
    stamp = pd.Timestamp(day)
    return MISSING if is_missing(stamp) else f"{stamp.day}{NBSP}{stamp:%b}{NBSP}{stamp:%Y}"


def moment(time: Any) -> str:
    """A day and the time on its own clock, such as 9 Nov 2026 14:05."""
    stamp = pd.Timestamp(time)
    return MISSING if is_missing(stamp) else f"{date(stamp)}{NBSP}{stamp:%H:%M}"


def shortened(value: Any, most: int = 600) -> str:
    """The first `most` letters of a text, and how many more there are.

    >>> shortened("slow but kind", 4)
    'slow… (9 more letters)'
    """
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}… ({count(len(text) - most)} more letters)"


FORMATS: dict[str, Callable[[Any], str]] = {
    "percent": percent,
    "points": points,
    "minutes": minutes,
    "count": count,
    "number": lambda value: f"{value:,.1f}".replace(",", THIN).replace("-", MINUS),
    "id": lambda value: str(int(value)),
    "date": date,
    "moment": moment,
    "yes/no": lambda value: "yes" if value else "no",
    "text": shortened,
}
NUMERIC = {"percent", "points", "minutes", "count", "number", "id"}


def is_missing(value: Any) -> bool:
    """Whether a value is None, nan or NaT."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))

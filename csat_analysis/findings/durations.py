"""How long tickets took, as sentences and tables."""

from __future__ import annotations

import pandas as pd

from ..formats import count, minutes
from ..history import History
from ..history.definitions import time_column
from ..verdicts import describe, describe_each, has_enough_data, is_claim, is_unfinished, matches
from .phrases import format_intervals, interval_name, join_names

# The end of the names of times in business hours.
BUSINESS = "_business_minutes"
WORDS = {"higher": "longer", "lower": "shorter"}
TIME_NAMES = {
    "first_reply_minutes": "first reply",
    "requester_wait_minutes": "requester wait",
    "full_resolution_minutes": "full resolution",
    "handle_seconds": "handling by agents",
}


def time_name(time: str) -> str:
    """Return the name of a duration column for readers.

    >>> time_name("full_resolution_minutes"), time_name("on_hold_business_minutes")
    ('full resolution', 'on hold in business hours')
    """
    if time.endswith(BUSINESS):
        return f"{time_name(time.removesuffix(BUSINESS) + '_minutes')} in business hours"
    return TIME_NAMES.get(time, time.removesuffix("_minutes").replace("_", " "))


def clock_name(history: History, time: str) -> str:
    """Return the clock on which questions count a time: calendar, or business hours if the definitions say so."""
    return "business hours" if time_column(history, time).endswith(BUSINESS) else "calendar"


def times_title(rows: pd.DataFrame) -> str:
    """Return which median times changed."""
    if matches(rows["verdict"], is_unfinished).any():
        return "No times are compared before the period is over"
    if rows["n"].any() and not rows["n_before"].any():
        return "There are no earlier times to compare with"
    if not matches(rows["verdict"], has_enough_data).any():
        return "Too few times to compare"
    moved = rows[matches(rows["verdict"], is_claim)]
    if moved.empty:
        return "No median time changed clearly"
    changes = [
        f"median {time_name(row['time'])} is {describe(row['verdict'], **WORDS)} ({minutes(row['estimate'])} "
        f"of {count(row['n'])} tickets, {minutes(row['estimate_before'])} of {count(row['n_before'])} before)"
        for _, row in moved.iterrows()
    ]
    return join_names(changes).capitalize()


def times_named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `times` with names for readers in place of the column names."""
    return rows.assign(time=rows["time"].map(time_name))


def times_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `times` for reading."""
    # Names of times in business hours say so.
    is_business = rows["time"].str.endswith(BUSINESS).any()
    return pd.DataFrame(
        {
            "Time" if is_business else "Time (calendar)": rows["time"].map(time_name),
            "Rated tickets": rows["n"],
            "Median": rows["estimate"].map(minutes),
            interval_name(rows).capitalize(): format_intervals(rows, minutes),
            "90 % are within": rows["p90"].map(minutes),
            "Median before": rows["estimate_before"].map(minutes),
            "Compared with before": describe_each(rows, **WORDS),
        }
    )

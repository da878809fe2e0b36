"""Which values go with bad ratings, all else equal, as sentences and a table."""

from __future__ import annotations

import pandas as pd

from ..formats import MISSING, name_channel, name_group, percent, points
from ..verdicts import (
    describe_differences,
    has_enough_data,
    is_cannot_be_told,
    is_higher,
    is_lower,
    is_reference,
    matches,
)
from .durations import TIME_NAMES, time_name
from .phrases import count_noun, format_intervals, interval_name, join_names

MORE_OFTEN = "more often bad"
LESS_OFTEN = "less often bad"
# Values that a sentence names for each side.
MOST_NAMED = 4
NAMES = {"assignee_stations": "agents of the ticket", "reopens": "reopened"}


def adjusted_differences_named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `adjusted_differences` with values that name their term: "channel: email"."""
    names = [_name(term, value) for term, value in zip(rows["term"], rows["value"], strict=True)]
    return rows.assign(value=names)


def adjusted_differences_title(rows: pd.DataFrame) -> str:
    """Return which values go with more or fewer bad ratings, all else equal."""
    if rows.attrs.get("note"):
        return f"Differences cannot be told: {rows.attrs['note']}"
    if not matches(rows["verdict"], has_enough_data).any():
        return "Differences cannot be told: no two values can be compared"
    named = adjusted_differences_named(rows)
    more, less = (named[matches(rows["verdict"], one)] for one in (is_higher, is_lower))
    if more.empty and less.empty:
        among = count_noun(int(rows.groupby("term")["n"].sum().max()), "rating")
        return f"All else equal, no value goes detectably with more or fewer bad ratings, among {among}"
    parts = [
        f"{words} with {_list(part, rows)}"
        for words, part in (("more often", more), ("less often", less))
        if len(part)
    ]
    return f"All else equal, bad ratings {'; '.join(parts)}"


def adjusted_differences_note(rows: pd.DataFrame) -> str:
    """Return with what values are compared, how errors are estimated, and what cannot be told."""
    clusters = rows.attrs.get("clusters", 0)
    errors = (
        f"Errors allow for alike ratings of each of {clusters} agents."
        if clusters
        else "There are too few agents to allow for alike ratings of one agent."
    )
    texts = [
        "Each value is compared with the most frequent one of its term. Association, not cause: what is not among the "
        "terms is not adjusted for.",
        "" if rows.attrs.get("note") else errors,
        _refused(rows),
    ]
    return " ".join(filter(None, texts))


def adjusted_differences_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `adjusted_differences` for reading: one row per value, none if nothing can be told of all together."""
    rows = rows.head(0) if rows.attrs.get("note") else rows
    references = matches(rows["verdict"], is_reference)
    return pd.DataFrame(
        {
            "Tickets with": adjusted_differences_named(rows)["value"],
            "Ratings": rows["n"],
            "Bad": (rows["bad"] / rows["n"]).map(percent),
            "Adjusted difference, points": rows["estimate"].map(points).mask(references, MISSING),
            interval_name(rows).capitalize(): format_intervals(rows, points).mask(references, MISSING),
            "Verdict": describe_differences(rows, "low", "high", higher=MORE_OFTEN, lower=LESS_OFTEN),
            "Note": rows["note"],
        }
    )


def _list(part: pd.DataFrame, rows: pd.DataFrame) -> str:
    largest = part["estimate"].abs().sort_values(ascending=False, kind="stable").index[:MOST_NAMED]
    named = part.loc[sorted(largest)]
    texts = [
        f"“{row['value']}” ({points(row['estimate'])} points{_against(row, rows)}, {count_noun(row['n'], 'rating')})"
        for _, row in named.iterrows()
    ]
    rest = len(part) - len(named)
    return join_names([*texts, count_noun(rest, "other value")] if rest else texts)


def _against(row: pd.Series, rows: pd.DataFrame) -> str:
    reference = rows[(rows["term"] == row["term"]) & matches(rows["verdict"], is_reference)]
    return f" against “{_value(row['term'], reference['value'].iloc[0])}”" if len(reference) else ""


def _refused(rows: pd.DataFrame) -> str:
    """Return which values cannot be told, each reason once."""
    if rows.attrs.get("note"):
        return ""
    refused = rows[matches(rows["verdict"], is_cannot_be_told)]
    reasons = [
        f"{join_names(_name(row['term'], row['value']) for _, row in part.iterrows())} ({note})"
        for note, part in refused.groupby("note", sort=False)
    ]
    return f"Not compared: {'; '.join(reasons)}." if reasons else ""


def _name(term: str, value: str) -> str:
    name = time_name(term) if term in TIME_NAMES or term.endswith("_minutes") else NAMES.get(term, term)
    return f"{name.removeprefix('field:')}: {_value(term, value)}"


def _value(term: str, value: str) -> str:
    return name_group(value) if term == "group" else name_channel(value) if term == "channel" else value

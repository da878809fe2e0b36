"""What to do next about low ratings: from what was found to whom to ask and what to read."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ..formats import NO_GROUP, name_group, percent, points
from ..verdicts import is_claim, is_higher, matches
from .adjusted_differences import adjusted_differences_named
from .phrases import count_noun

# Rows of a list that somebody can work through in a week.
MOST_VALUES, MOST_TERMS = 3, 3


def next_steps_table(
    parts: pd.DataFrame,
    adjusted: pd.DataFrame,
    topics: pd.DataFrame,
    terms: pd.DataFrame,
    bad: pd.DataFrame,
) -> pd.DataFrame:
    """Return what to do next, and because of which numbers.

    parts: `explain_change`. adjusted: `adjusted_differences`. topics: `low_ratings_joined`. terms: `comment_terms`.
    bad: bad ratings of `history.ratings`.
    """
    # A topic that is compared all else equal is one step.
    tickets = {**dict(_of_topics(topics)), **dict(_of_values(adjusted))}
    steps = [*_of_change(parts), *tickets.items(), *_of_terms(terms)]
    commented = int(bad["comment"].notna().sum())
    if not steps:
        steps = [
            ("Ask again with more weeks, for example weeks=26", "no difference shows with these ratings")
        ]
    if commented:
        steps.append(("Read the latest comments above", count_noun(commented, "comment")))
    return pd.DataFrame(steps, columns=["Next step", "Because"])


def _of_change(parts: pd.DataFrame) -> list[tuple[str, str]]:
    """Return where to look for the reason of a clear change: in the mix, or within groups."""
    whole, values = parts.iloc[-1], parts.iloc[:-1]
    if not is_claim(whole["verdict"]) or len(values) < 2:
        return []
    because = f"{points(whole['mix'])} points from another mix, {points(whole['within'])} within groups"
    if abs(whole["mix"]) > abs(whole["within"]):
        return [
            ("Find out why ratings now come from other groups, before you look at how they work", because)
        ]
    clear = values[matches(values["verdict"], is_claim)]
    largest = clear.loc[clear["within"].abs().idxmax(), "group"] if len(clear) else "each group"
    step = (
        f"Find out what changed for {name_group(largest)}"
        if largest == NO_GROUP
        else f"Ask {largest} what changed"
    )
    return [(step, because)]


def _of_values(adjusted: pd.DataFrame) -> list[tuple[str, str]]:
    """Return which tickets to look at: those that are rated bad more often, all else equal, most bad ratings first."""
    return _look_through(
        adjusted_differences_named(adjusted), lambda row: f"all else equal {points(row['estimate'])} points"
    )


def _of_topics(topics: pd.DataFrame) -> list[tuple[str, str]]:
    """Return which topics to look at: those that are rated bad more often, most bad ratings first."""
    return _look_through(topics, lambda row: f"of the others {percent(row['estimate_others'])}")


def _look_through(rows: pd.DataFrame, because: Callable[[pd.Series], str]) -> list[tuple[str, str]]:
    found = rows[matches(rows["verdict"], is_higher)].nlargest(MOST_VALUES, "bad")
    return [
        (
            f"Look through tickets with {row['value']}",
            f"{percent(row['bad'] / row['n'])} of {count_noun(row['n'], 'rating')} bad; {because(row)}",
        )
        for _, row in found.iterrows()
    ]


def _of_terms(terms: pd.DataFrame) -> list[tuple[str, str]]:
    """Return which comments to read."""
    found = terms[matches(terms["verdict"], is_higher)].head(MOST_TERMS)
    return [
        (
            f"Read the comments with “{row['term']}”",
            f"{count_noun(row['bad'], 'customer')} with a bad rating wrote it",
        )
        for _, row in found.iterrows()
    ]

"""One sentence of advice where a finding allows one; nothing where none would be honest."""

from __future__ import annotations

import pandas as pd

from ..formats import count, name_group
from ..verdicts import has_enough_data, is_lower, is_unfinished, matches
from .phrases import all_of_one, join_names


def compare_advice(change: pd.Series, by_group: pd.DataFrame, bad: pd.DataFrame, *, is_week: bool) -> str:
    """Return what to do next about a period, with a space before it; "" if the numbers do not tell.

    It names comments to read only where satisfaction fell beyond chance, and never a person or a cause.

    Parameters
    ----------
    change, by_group
        `compare` of all ratings, and by group.
    bad
        The bad ratings whose comments are shown, as `history.ratings` returns them; empty if none are.
    is_week
        Whether the period is a week.
    """
    if is_unfinished(change["verdict"]):
        return ""
    fell = by_group.loc[matches(by_group["verdict"], is_lower), "group"].tolist()
    if not fell and not is_lower(change["verdict"]):
        is_compared = change["n"] and change["n_before"]
        few = is_week and is_compared and not (has_enough_data(change["verdict"]) or all_of_one(change))
        return " With so few ratings, a month says more than a week." if few else ""
    of_them = bad[bad["group"].isin(fell)] if fell else bad
    number = int(of_them["comment"].notna().sum())
    of_groups = f" about {join_names(map(name_group, fell))}" if fell else ""
    comments = f"{count(number)} comments with bad ratings" if number > 1 else "comment with a bad rating"
    return f" Read the {comments}{of_groups} below." if number else ""

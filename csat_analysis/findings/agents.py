"""Agents compared with their colleagues, as sentences and tables."""

from __future__ import annotations

import pandas as pd

from ..formats import MISSING, NBSP, count, name_group, percent, points
from ..verdicts import describe_differences, do_differ, has_enough_data, is_claim, matches
from .phrases import format_intervals, interval_name, join_names, percents


def agents_title(rows: pd.DataFrame) -> str:
    """Return who differs from their colleagues by more than chance, or whether anybody does."""
    if not len(agents_judged(rows)):
        return "No agent has enough ratings, and colleagues, to be compared"
    named = rows[matches(rows["verdict"], is_claim)]
    pairs = rows[matches(rows["verdict"], do_differ)]
    sentences = [
        *(_against_colleagues(row) for _, row in named.iterrows()),
        *(_differ_from_each_other(group, pair) for group, pair in pairs.groupby("group")),
    ]
    if sentences:
        return f"{'; '.join(sentences)}. More than chance; the kinds of tickets are not allowed for"
    if matches(rows["all_agents"], do_differ).any():
        return "Agents of the same group differ by more than chance, but no single one stands out"
    return "Between agents of the same group no difference shows"


def _against_colleagues(row: pd.Series) -> str:
    rate, of_others = percents(row["estimate"], row["expected"])
    own = f"{rate} of {count(row['n'])} ratings good"
    others = f"the other agents of {name_group(row['group'])} {of_others} of {count(row['n_like'])}"
    return f"{row['agent']}: {own}; {others}{_known(row['is_news'])}"


def _known(is_news: bool) -> str:
    return "" if is_news else " (reported before)"


def _colleagues(row: pd.Series) -> str:
    return f"{percent(row['expected'])} of {count(row['n_like'])}"


def _differ_from_each_other(group: str, rows: pd.DataFrame) -> str:
    rates = [
        f"{row['agent']} ({percent(row['estimate'])} of {count(row['n'])})" for _, row in rows.iterrows()
    ]
    return f"{join_names(rates)} of {name_group(group)} differ from each other{_known(rows['is_news'].any())}"


def agents_changed(rows: pd.DataFrame) -> str:
    """Return which agents changed unlike their colleagues; of `compare` by agent, rows with enough ratings."""
    named = rows[matches(rows["verdict"], is_claim)]
    pairs = rows[matches(rows["verdict"], do_differ)]
    sentences = [
        f"{row['agent']} {points(row['change'], digits=0)} points, to {percent(row['estimate'])} of "
        f"{count(row['n'])} ratings good; their colleagues {points(row['expected_change'], digits=0)} points"
        for _, row in named.iterrows()
    ]
    if len(pairs):
        each = [f"{row['agent']} ({points(row['change'], digits=0)} points)" for _, row in pairs.iterrows()]
        sentences.append(f"{join_names(each)} changed differently from their only colleague")
    return "; ".join(sentences) or "No agent changed clearly unlike their colleagues"


def agents_judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the agents with enough ratings for a verdict."""
    return rows[matches(rows["verdict"], has_enough_data)]


def agents_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `agents` for reading: one row each, in alphabetical order."""
    shown = rows.sort_values("agent", key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            "Agent": shown["agent"],
            "Group": shown["group"],
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            interval_name(rows).capitalize(): format_intervals(shown, percent),
            "Colleagues": [
                _colleagues(row).replace(" ", NBSP) if row["n_like"] else MISSING
                for _, row in shown.iterrows()
            ],
            "Difference, points": shown["difference"].map(points),
            "Verdict": describe_differences(
                shown,
                "difference_low",
                "difference_high",
                higher="higher than colleagues",
                lower="lower than colleagues",
            ),
        }
    )

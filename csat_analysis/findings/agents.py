"""Agents beside one another, as sentences and tables."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from ..verdicts import describe, direction, do_differ, has_enough_data, is_claim, matches
from .phrases import format_intervals, interval_name


def agents_title(rows: pd.DataFrame) -> str:
    """Return whether an agent differs from the others by more than chance, or at least all of them together."""
    named = rows[matches(rows["verdict"], is_claim)]
    tested = len(agents_judged(rows))
    if not tested:
        return "No agent has enough ratings to be judged"
    if len(rows) == 1:
        return "There is only one agent, and nobody to compare with"
    if len(named):
        return "; ".join(_differ(row) for _, row in named.iterrows())
    if matches(rows["all_agents"], do_differ).any():
        return "The rates of agents lie further apart than chance alone would put them, but no single one stands out"
    if tested == 1:
        return "Only one agent has enough ratings, and does not differ from all together"
    return f"No difference shows between the {count(tested)} agents with enough ratings"


def _differ(row: pd.Series) -> str:
    fewer = "fewer" if direction(row["verdict"]) < 0 else "more"
    rate = f"{percent(row['estimate'])} of {count(row['n'])}"
    return f"{row['agent']} has {fewer} good ratings than all agents together: {rate}"


def agents_judged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the agents with enough ratings for a verdict."""
    return rows[matches(rows["verdict"], has_enough_data)]


def agents_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `agents` for reading: one row each, in alphabetical order."""
    shown = rows.sort_values("agent", key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            "Agent": shown["agent"],
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            interval_name(rows): format_intervals(shown, percent),
            "Against all agents": [
                describe(one, higher="higher than all together", lower="lower than all together")
                for one in shown["verdict"]
            ],
        }
    )

"""Agents compared with their colleagues, as sentences and tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..estimates.rates import smallest_difference
from ..formats import MISSING, NBSP, ROUNDING_ERROR, count, name_group, name_values, percent, points
from ..verdicts import (
    describe_differences,
    do_differ,
    has_enough_data,
    is_claim,
    is_few,
    is_unassigned,
    matches,
)
from .phrases import count_noun, count_points, format_intervals, interval_name, join_names, percents

NO_AGENT_COMPARED = "No agent has enough ratings, and colleagues, to be compared"
RATES = ("estimate", "low", "high", "expected", "difference", "difference_low", "difference_high")


def agents_title(rows: pd.DataFrame) -> str:
    """Return who differs from their colleagues by more than chance, or whether anybody does."""
    if not len(agents_judged(rows)):
        return NO_AGENT_COMPARED
    named = rows[matches(rows["verdict"], is_claim)]
    pairs = rows[matches(rows["verdict"], do_differ)]
    sentences = [
        *(_against_colleagues(row) for _, row in named.iterrows()),
        *(_differ_from_each_other(group, pair) for group, pair in pairs.groupby("group")),
    ]
    if sentences:
        return f"{'; '.join(sentences)}. More than chance, but agents may get different kinds of tickets"
    if matches(rows["all_agents"], do_differ).any():
        return "Agents of the same group differ by more than chance, but no single one stands out"
    return f"{_among(rows)} no difference shows{_would_not_show(rows)}"


def _among(rows: pd.DataFrame) -> str:
    """Return who was compared; with the number of agents who had enough ratings and colleagues, if not all had."""
    assigned = rows[~matches(rows["verdict"], is_unassigned)]
    judged = len(agents_judged(assigned))
    if judged == len(assigned):
        return "Between agents of the same group"
    have = "has" if judged == 1 else "have"
    of_all = f"{count(judged)} of {count_noun(len(assigned), 'agent')} {have} enough ratings, and colleagues"
    return f"{of_all}; between those of the same group"


def _would_not_show(rows: pd.DataFrame) -> str:
    """Return how far below colleagues an agent would have to be: the one for whom it takes least."""
    tested = rows[rows["chance_low"].notna()]
    if tested.empty:
        return ""
    # Where few ratings are bad, the limits of chance are near because so few could be the agent's.
    level = 1 - (1 - tested.attrs.get("verdict_level", 0.99)) / len(tested)
    colleagues = tested["n_like"] * tested["expected"], tested["n_like"]
    smallest = smallest_difference(tested["good"], tested["n"], minus=colleagues, level=level)
    needed = np.maximum(-tested["chance_low"], smallest)
    # Where few ratings are good, nobody can be so much lower.
    needed = needed[needed <= tested["expected"]]
    if needed.empty:
        return "; no agent could be low enough to show"
    least = tested.loc[needed.idxmin()]
    return (
        f"; even an agent with {count(least['n'])} ratings would have to be more than {count_points(needed.min())} "
        "lower to show"
    )


def _against_colleagues(row: pd.Series) -> str:
    # The colleagues are of all groups in which the agent was rated, `group` is that of most ratings.
    rate, of_others = percents(_beside_colleagues(row), row["expected"])
    others = f"their colleagues {of_others} of {count(row['n_like'])}"
    return f"{row['agent']} ({name_group(row['group'])}): {_own_rate(row, rate)}; {others}{_known(row['is_news'])}"


def _own_rate(row: pd.Series, rate: str) -> str:
    """Return the rate that is compared; also that of all ratings, if some were given where there are no colleagues."""
    of_all = f"of {count(row['n'])} ratings good"
    if _is_all_compared(row):
        return f"{rate} {of_all}"
    return f"{rate} good beside colleagues ({percent(row['estimate'])} {of_all} in all)"


def _short_rate(row: pd.Series) -> str:
    of_all = f"{percent(row['estimate'])} of {count(row['n'])}"
    if _is_all_compared(row):
        return of_all
    return f"{percent(_beside_colleagues(row))} beside colleagues, {of_all} in all"


def _is_all_compared(row: pd.Series) -> bool:
    return bool(abs(_beside_colleagues(row) - row["estimate"]) < ROUNDING_ERROR)


def _beside_colleagues(row: pd.Series) -> float:
    """Return the agent's rate in the groups and months where colleagues have ratings, too."""
    return float(row["expected"] + row["difference"])


def _known(is_news: bool) -> str:
    return "" if is_news else " (reported before)"


def _colleagues(row: pd.Series) -> str:
    theirs = f"{percent(row['expected'])} of {count(row['n_like'])}"
    return theirs if _is_all_compared(row) else f"{theirs} (beside them {percent(_beside_colleagues(row))})"


def _differ_from_each_other(group: str, rows: pd.DataFrame) -> str:
    rates = [f"{row['agent']} ({_short_rate(row)})" for _, row in rows.iterrows()]
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


def _without_few(rows: pd.DataFrame) -> pd.DataFrame:
    """Return agents without the rates and differences of too few ratings, as `compare_table` leaves them out."""
    few = matches(rows["verdict"], is_few)
    return rows.assign(**{name: rows[name].mask(few) for name in RATES})


def agents_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `agents` for reading: one row each, in alphabetical order."""
    shown = _without_few(rows).sort_values("agent", key=lambda names: names.str.casefold())
    return pd.DataFrame(
        {
            "Agent": shown["agent"],
            "Group": name_values(shown["group"], "group"),
            "Ratings": shown["n"],
            "Good": shown["estimate"].map(percent),
            interval_name(rows).capitalize(): format_intervals(shown, percent),
            "Colleagues": [
                _colleagues(row).replace(" ", NBSP) if pd.notna(row["expected"]) else MISSING
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

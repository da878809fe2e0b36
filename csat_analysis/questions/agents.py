"""Agents compared with their colleagues: the other agents of the same group and month; nobody is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from ..errors import CsatError
from ..estimates import (
    Colleagues,
    Heterogeneity,
    compare_with_colleagues,
    funnel_limits,
    measure_heterogeneity,
    shrink_rates,
)
from ..history import History
from ..settings import Thresholds
from ..verdicts import Verdict
from . import measures
from .counting import COUNTS, count_measure
from .dimensions import Dimension, find_dimensions, names_of, sort_by_name
from .judging import estimate_rates, share, with_verdicts
from .scope import Names, When, one_connection, period

# Points of the curves of a funnel.
CURVE_POINTS = 120
STRATA = ("group", "month")
AGENT = ["agent_id", "agent"]
NUMBERS = [*COUNTS, "shared", "assumed"]
COMPARED = ["expected", "difference", "difference_low", "difference_high", "n_like", "p_value", "adjusted_p"]


@one_connection
def agents(
    history: History,
    when: When = None,
    *,
    group: Names = None,
    strata: str | Sequence[str] = STRATA,
) -> pd.DataFrame:
    """Return agents compared with their colleagues, and who differs from them by more than chance.

    Colleagues are the other agents of the same strata, by default of the same group in the same month. So nobody is
    named because their group differs, or because they joined when ratings had fallen. Of two agents in a group it can
    only be said that they differ from each other.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    group
        Names of groups, one or several; None for all.
    strata
        One or several dimensions within which agents are compared, such as group, month, channel and priority.

    Returns
    -------
    pandas.DataFrame
        One row per agent when rated, in alphabetical order; two with the same name have their ids added, and ratings
        without an agent are a row of their own ("unassigned"), compared with nobody. `agent`, `group` (of most of
        their ratings), `good`, `bad`, `neutral`, `n`, `shared` (ratings of tickets that several agents held),
        `assumed` (ratings counted for today's assignee, because the holder at that time is not known), `estimate`,
        `low`, `high`, `shrunk` (drawn toward the rate of the own group and month the more, the fewer the ratings; nan
        where agents do not differ), `expected` (share of good ratings of the colleagues), `difference`,
        `difference_low`, `difference_high` (from `expected`; the interval excludes 0 exactly where the agent differs),
        `n_like` (ratings of the colleagues), `p_value`, `adjusted_p` (exact stratified test; Benjamini-Hochberg),
        `all_agents` (whether colleagues differ from each other at all; the same in each row), `verdict` (higher or
        lower than the colleagues).

    Raises
    ------
    UnknownChoice
        If one of `strata` is not a dimension.
    CsatError
        If `strata` names agents or something of which a ticket can have several values, or if a week is malformed or
        outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.agents(history, weeks)[["agent", "group", "n"]]
      agent    group    n
    0   Ada  Billing  144
    1   Ben  Returns  144
    """
    dimensions = _find_strata(history, strata)
    counts = _count(history, when, group, dimensions)
    needed = history.thresholds
    rows = estimate_rates(_add_up(counts), level=needed.level)
    found = _compare(counts, needed)
    rows = rows.join(found.table[[*COMPARED, "named", "differs_from"]], on="agent_id")
    rows["n_like"] = rows["n_like"].fillna(0).astype(int)
    differ = measure_heterogeneity(**_assigned(counts))
    rows["shrunk"] = _shrink(rows, counts, needed)
    verdicts = [_judge(row, needed) for _, row in rows.iterrows()]
    rows["all_agents"] = _judge_all(differ, verdicts, needed).value
    columns = [
        "agent",
        "group",
        "good",
        "bad",
        "neutral",
        "n",
        "shared",
        "assumed",
        "estimate",
        "low",
        "high",
    ]
    return with_verdicts(rows[[*columns, "shrunk", *COMPARED, "all_agents"]], verdicts, level=needed.level)


def agent_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the limits of chance around the expected rate of agents, for the funnel plot.

    Parameters
    ----------
    rows
        The answer of `agents`.

    Returns
    -------
    pandas.DataFrame
        `n` from 1 to the largest number of ratings, `target` (0: as expected), `low_95`, `high_95`, `low_998`,
        `high_998` (differences of shares).

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(3)
    >>> csat.agent_limits(csat.agents(history, weeks)).columns.tolist()
    ['n', 'target', 'low_95', 'high_95', 'low_998', 'high_998']
    """
    largest = max(rows["n"].max(), 2) if len(rows) else 2
    points = CURVE_POINTS if len(rows) else 2
    sizes = np.unique(np.linspace(1, largest, points).round().astype(int))
    center = rows["good"].sum() / max(rows["n"].sum(), 1)
    limits = {"n": sizes, "target": 0.0}
    for level, name in ((0.95, "95"), (0.998, "998")):
        low, high = funnel_limits(sizes, center=center, level=level)
        limits |= {f"low_{name}": low - center, f"high_{name}": high - center}
    return pd.DataFrame(limits)


def _find_strata(history: History, strata: str | Sequence[str]) -> tuple[Dimension, ...]:
    found = find_dimensions(history, strata)
    if any(one.is_multivalued or one.name == "agent" for one in found):
        named = ", ".join(names_of(found))
        raise CsatError(
            f"agents cannot be compared within {named}: name other strata, and none of which a ticket can have "
            "several values, such as tags"
        )
    return found


def _count(history: History, when: When, group: Names, strata: Sequence[Dimension]) -> pd.DataFrame:
    """Return counts per agent, group and stratum."""
    by = [*strata, *([] if "group" in names_of(strata) else [Dimension("group")])]
    measure = partial(measures.agent_counts, by=names_of(by))
    keys = [Dimension("agent_id"), Dimension("agent"), *by]
    counts = count_measure(history, measure, period(history, when), group=group, by=keys)
    counts = sort_by_name(counts.astype(dict.fromkeys(NUMBERS, int)).query("rated > 0"), by)
    return counts.assign(stratum=[tuple(row) for row in counts[names_of(strata)].itertuples(index=False)])


def _add_up(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts per agent, with the group of most of their ratings, in alphabetical order."""
    totals = counts.groupby(AGENT, dropna=False, as_index=False)[NUMBERS].sum()
    of_group = counts.groupby([*AGENT, "group"], dropna=False, as_index=False)["rated"].sum()
    largest = of_group.sort_values(["rated", "group"], ascending=[False, True]).drop_duplicates(AGENT)
    return totals.merge(largest[[*AGENT, "group"]], on=AGENT).sort_values("agent", ignore_index=True)


def _assigned(counts: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the columns that comparisons take: those of ratings with an agent."""
    rows = counts[counts["agent_id"].notna()]
    return {
        "agents": rows["agent_id"],
        "strata": rows["stratum"],
        "good": rows["good"],
        "rated": rows["rated"],
    }


def _compare(counts: pd.DataFrame, needed: Thresholds) -> Colleagues:
    return compare_with_colleagues(
        **_assigned(counts),
        false_discovery_rate=1 - needed.verdict_level,
        minimum_ratings=needed.min_ratings_of_agent,
    )


def _shrink(rows: pd.DataFrame, counts: pd.DataFrame, needed: Thresholds) -> pd.Series:
    """Return the rates drawn toward those of the own strata; nan where agents do not differ."""
    assigned = counts[counts["agent_id"].notna()]
    totals = assigned.groupby("stratum")[["good", "rated"]].transform("sum")
    expected = assigned["rated"] * share(totals["good"], totals["rated"])
    sums = assigned.assign(expected=expected).groupby("agent_id")[["good", "rated", "expected"]].sum()
    found = shrink_rates(
        sums["good"], sums["rated"], toward=share(sums["expected"], sums["rated"]), level=needed.level
    )
    return rows["agent_id"].map(pd.Series(found.estimate, sums.index, dtype=float)).astype(float)


def _judge(row: pd.Series, needed: Thresholds) -> Verdict:
    if pd.isna(row["agent_id"]):
        return Verdict.UNASSIGNED
    if pd.isna(row["p_value"]):
        alone = row["n_like"] == 0 and row["n"] >= needed.min_ratings_of_agent
        return Verdict.TOO_FEW_AGENTS if alone else Verdict.TOO_FEW
    if row["named"]:
        return Verdict.LOWER if row["named"] < 0 else Verdict.HIGHER
    return Verdict.NO_DIFFERENCE if pd.isna(row["differs_from"]) else Verdict.DIFFER


def _judge_all(found: Heterogeneity, verdicts: Sequence[Verdict], needed: Thresholds) -> Verdict:
    """Return whether agents differ at all; they do if one of them is named."""
    named = {Verdict.HIGHER, Verdict.LOWER, Verdict.DIFFER}.intersection(verdicts)
    if named or found.p_value <= 1 - needed.verdict_level:
        return Verdict.DIFFER
    return Verdict.TOO_FEW_AGENTS if np.isnan(found.p_value) else Verdict.NO_DIFFERENCE

"""Agents beside one another: whether they differ at all, and whether one of them differs; nobody is ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..estimates import ShrunkenRates, benjamini_hochberg, exact_p_values, funnel_limits, shrunken_rates
from ..history import History
from ..verdicts import Verdict
from . import measures
from .counting import COUNTS, count_measure
from .judging import estimate_rates, with_verdicts
from .scope import Names, When, one_connection, period

# Points of the curves of a funnel.
CURVE_POINTS = 120


@one_connection
def agents(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Return agents against the rate of all: their own rates, and which of them differ by more than chance.

    The verdict of an agent and `all_agents` answer different questions: agents can differ while no single one of them
    can be named.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    group
        Names of groups, one or several; None for all.

    Returns
    -------
    pandas.DataFrame
        One row per agent when rated, in alphabetical order; two of one name are told apart by their ids, and ratings
        without an agent are a row of their own ("unassigned"), part of the rate of all. `agent`, `good`, `bad`,
        `neutral`, `n`, `shared` (ratings of tickets that several agents held), `assumed` (ratings counted for today's
        assignee, because the holder at that time is not known), `estimate`, `low`, `high`, `shrunk` (drawn toward the
        common rate the more, the fewer the ratings; nan where no differences are detectable), `p_value`, `adjusted_p`
        (exact binomial; Benjamini-Hochberg), `all_agents` (whether agents differ at all, by a likelihood-ratio test;
        the same in each row), `verdict` (higher or lower than the others).

    Raises
    ------
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(3)
    >>> csat.agents(history, weeks)[["agent", "n", "verdict"]].columns.tolist()
    ['agent', 'n', 'verdict']
    """
    needed = history.thresholds
    counts = _count(history, when, group)
    assigned = counts["agent_id"].notna()
    tested = assigned & (counts["rated"] >= needed.min_ratings_of_agent)
    rate = counts["good"].sum() / max(1, counts["rated"].sum())
    rows = estimate_rates(counts, level=needed.level).assign(shrunk=np.nan, p_value=np.nan)
    rows.loc[tested, "p_value"] = exact_p_values(counts["good"][tested], counts["rated"][tested], rate=rate)
    rows["adjusted_p"] = benjamini_hochberg(rows["p_value"])
    detectable_p = 1 - needed.verdict_level
    spread = shrunken_rates(
        counts["good"][assigned], counts["rated"][assigned], level=needed.level, detectable_p=detectable_p
    )
    rows.loc[assigned, "shrunk"] = spread.estimate
    rows["all_agents"] = _judge_all(spread).value
    unusual = rows["adjusted_p"] <= detectable_p
    direction = np.where(rows["estimate"] < rate, Verdict.LOWER, Verdict.HIGHER)
    untested = np.where(assigned, Verdict.TOO_FEW, Verdict.UNASSIGNED)
    verdict = np.where(tested, np.where(unusual, direction, Verdict.NO_DIFFERENCE), untested)
    return with_verdicts(rows.drop(columns="agent_id"), verdict, level=needed.level)


def agent_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the limits of chance around the common rate of agents, for the funnel plot.

    Parameters
    ----------
    rows
        The answer of `agents`.

    Returns
    -------
    pandas.DataFrame
        `n` from 1 to the largest number of ratings, `target` (common rate), `low_95`, `high_95`, `low_998`,
        `high_998` (shares).

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(3)
    >>> csat.agent_limits(csat.agents(history, weeks)).columns.tolist()
    ['n', 'target', 'low_95', 'high_95', 'low_998', 'high_998']
    """
    largest = max(rows["n"].max(), 2) if len(rows) else 2
    points = CURVE_POINTS if len(rows) else 2
    sizes = np.unique(np.linspace(1, largest, points).round().astype(int))
    target = rows["good"].sum() / max(rows["n"].sum(), 1)
    limits = {"n": sizes, "target": target}
    for level, name in ((0.95, "95"), (0.998, "998")):
        low, high = funnel_limits(sizes, center=target, level=level)
        limits |= {f"low_{name}": low, f"high_{name}": high}
    return pd.DataFrame(limits)


def _count(history: History, when: When, group: Names) -> pd.DataFrame:
    counts = count_measure(history, measures.agent_counts, period(history, when), group=group)
    counts = counts.astype(dict.fromkeys([*COUNTS, "shared", "assumed"], int)).query("rated > 0")
    return counts.sort_values("agent", ignore_index=True)


def _judge_all(spread: ShrunkenRates) -> Verdict:
    if spread.n < 2:
        return Verdict.TOO_FEW_AGENTS
    return Verdict.DIFFER if spread.detectable else Verdict.NO_DIFFERENCE

"""Agents beside one another: whether they differ at all, and whether one differs; nobody is ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..estimates import ShrunkenRates, benjamini_hochberg, exact_p_values, funnel_limits, shrunken_rates
from ..history import History
from ..verdicts import Verdict
from . import measures
from .asked import COUNTS, Names, When, measured, period, rates, with_verdict


def agents(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Agents against the rate of all: their own rates, and which differ by more than chance; no ranking.

    One row per agent when rated, in alphabetical order; two of one name are told apart by their ids; ratings of
    nobody are a row of their own ("unassigned"), part of the rate of all.
    Columns: `agent`, `good`, `bad`, `neutral`, `n`, `shared` (ratings of tickets that several agents held), `assumed`
    (ratings given to today's holder, because nobody knows who held the ticket then), `estimate`, `low`, `high`,
    `shrunk` (drawn toward the common rate as its ratings demand; nan where no differences are detectable),
    `p_value`, `adjusted_p` (exact binomial; Benjamini-Hochberg), `all_agents` (whether agents differ at all, by a
    likelihood-ratio test; the same in each row), `verdict` (whether this agent differs: higher or
    lower than the others; no detectable difference; too few ratings). The two answer different questions:
    agents can differ beyond doubt while no single one can be named.
    """
    needed = history.thresholds
    counts = measured(history, measures.agent_counts, period(history, when), group)
    numbers = [*COUNTS, "shared", "assumed"]
    counts = counts.astype(dict.fromkeys(numbers, int)).query("rated > 0")
    counts = counts.sort_values("agent", ignore_index=True)
    rows = rates(counts, level=needed.level)
    tested = counts["agent_id"].notna() & (counts["rated"] >= needed.min_ratings_of_agent)
    rate = counts["good"].sum() / max(1, counts["rated"].sum())
    rows["shrunk"], rows["p_value"] = np.nan, np.nan
    rows.loc[tested, "p_value"] = exact_p_values(counts["good"][tested], counts["rated"][tested], rate=rate)
    rows["adjusted_p"] = benjamini_hochberg(rows["p_value"])
    people = counts["agent_id"].notna()
    spread = shrunken_rates(
        counts["good"][people], counts["rated"][people],
        level=needed.level, detectable_p=1 - needed.verdict_level,
    )  # fmt: skip
    rows.loc[people, "shrunk"] = spread.estimate
    rows["all_agents"] = _judge_all(spread).value
    unusual = rows["adjusted_p"] <= 1 - needed.verdict_level
    direction = np.where(rows["estimate"] < rate, Verdict.LOWER, Verdict.HIGHER)
    untested = np.where(people, Verdict.TOO_FEW, Verdict.UNASSIGNED)
    verdict = np.where(tested, np.where(unusual, direction, Verdict.NO_DIFFERENCE), untested)
    return with_verdict(rows.drop(columns="agent_id"), verdict, level=needed.level)


def _judge_all(spread: ShrunkenRates) -> Verdict:
    if spread.n < 2:
        return Verdict.TOO_FEW_AGENTS
    return Verdict.DIFFER if spread.detectable else Verdict.NO_DIFFERENCE


def agent_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Limits of chance around the common rate of `agents(...)`, for the funnel figure.

    Columns: `n` from 1 to the largest, `target`, `low_95`, `high_95`, `low_998`, `high_998`.
    """
    sizes = (
        np.unique(np.linspace(1, max(rows["n"].max(), 2), 120).round().astype(int))
        if len(rows)
        else np.array([1, 2])
    )
    target = rows["good"].sum() / max(rows["n"].sum(), 1)
    limits = {"n": sizes, "target": target}
    for level, name in ((0.95, "95"), (0.998, "998")):
        low, high = funnel_limits(sizes, center=target, level=level)
        limits |= {f"low_{name}": low, f"high_{name}": high}
    return pd.DataFrame(limits)

"""What `agents` computes: counts per agent and stratum, tests against colleagues, verdicts, and what is news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..estimates import compare_with_colleagues, measure_heterogeneity, shrink_rates
from ..estimates.levels import Source, level_of
from ..history import History
from ..history.filters import Filter
from ..periods import Period
from ..settings import Thresholds
from ..verdicts import Verdict
from . import measures
from .counting import COUNTS, CUSTOMERS, count_measure
from .dimensions import Dimension, names_of, sort_by_name
from .judging import share
from .repeat_customers import with_inflation

# Within these agents are compared.
STRATA = ("group", "month", "weekend")
AGENT = ["agent_id", "agent"]
NUMBERS = [*COUNTS, "assumed"]
COMPARED = [
    "expected",
    *("difference", "difference_low", "difference_high", "chance_low", "chance_high"),
    *("n_like", "p_value", "adjusted_p"),
]
NAMED = {Verdict.HIGHER, Verdict.LOWER, Verdict.DIFFER}
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class AgentCounts:
    """Counts of a period.

    cells: per agent, group and `stratum` (a number); totals: per agent, with the group of most of their ratings and
    `inflation`, in alphabetical order.
    """

    cells: pd.DataFrame
    totals: pd.DataFrame

    @property
    def columns(self) -> dict[str, pd.Series]:
        """The columns that comparisons take: those of ratings with an agent."""
        rows = self.cells[self.cells["agent_id"].notna()]
        return {
            "agents": rows["agent_id"],
            "strata": rows["stratum"],
            "good": rows["good"],
            "rated": rows["rated"],
        }


def count_agents(history: History, span: Period, *, strata: Sequence[Dimension], kept: Filter) -> AgentCounts:
    """Return the counts of a period per agent and stratum."""
    by = [*strata, *([] if "group" in names_of(strata) else [Dimension("group")])]
    measure = partial(measures.agent_counts, by=names_of(by))
    keys = [Dimension("agent_id"), Dimension("agent"), *by]
    counts = count_measure(history, measure, span, kept=kept, by=keys)
    cells = sort_by_name(counts.astype(dict.fromkeys(NUMBERS, int)).query("rated > 0"), by)
    cells["stratum"] = cells.groupby(names_of(strata), dropna=False).ngroup()
    customers = count_measure(
        history,
        partial(measures.rating_counts, by=["agent_id"]),
        span,
        kept=kept,
        by=keys[:1],
        with_customers=True,
    )
    totals = _add_up(cells).merge(customers[["agent_id", *CUSTOMERS]], on="agent_id", how="left")
    totals[CUSTOMERS] = totals[CUSTOMERS].astype(int)
    return AgentCounts(cells, *with_inflation(history, span.end, totals))


def count_shared(history: History, span: Period, agents: pd.Series, *, kept: Filter) -> pd.Series:
    """Return per agent id how many ratings are of tickets that several agents held."""
    # By itself: only these tickets are joined with their ratings.
    found = count_measure(history, measures.shared_counts, span, kept=kept)
    return agents.to_frame().merge(found, on="agent_id", how="left")["shared"].fillna(0).astype(int)


def compare_agents(counts: AgentCounts, needed: Thresholds) -> pd.DataFrame:
    """Return `agent_id`, the columns of COMPARED and `verdict`, one row per row of the totals."""
    inflation = _inflation_by_agent(counts)
    found = compare_with_colleagues(
        **counts.columns,
        false_discovery_rate=1 - level_of(Source.AGENTS, verdict_level=needed.verdict_level),
        minimum_ratings=needed.min_ratings_of_agent,
        inflation=inflation,
    )
    rows = counts.totals[["agent_id", "rated"]].join(
        found.table[[*COMPARED, "named", "differs_from"]], on="agent_id"
    )
    rows["n_like"] = rows["n_like"].fillna(0).astype(int)
    verdicts = [_judge(row, needed) for row in rows.itertuples()]
    return rows[["agent_id", *COMPARED]].assign(verdict=verdicts)


def judge_all(counts: AgentCounts, verdicts: Sequence[Verdict], needed: Thresholds) -> Verdict:
    """Return whether agents of the same strata differ at all; they do if one of them is named."""
    if NAMED.intersection(verdicts):
        return Verdict.DIFFER
    weights = counts.totals["rated"]
    inflation = np.average(counts.totals["inflation"], weights=weights) if weights.sum() else 1.0
    p_value = measure_heterogeneity(**counts.columns, inflation=inflation).p_value
    if np.isnan(p_value):
        return Verdict.TOO_FEW_AGENTS
    level = level_of(Source.AGENTS_DIFFER, verdict_level=needed.verdict_level)
    return Verdict.DIFFER if p_value <= 1 - level else Verdict.NO_DIFFERENCE


def find_news(
    rows: pd.DataFrame, span: Period, count: Callable[[Period], AgentCounts], needed: Thresholds
) -> list[bool]:
    """Return per agent whether they are named, and were not named by the same verdict a week earlier.

    count: counts the ratings of a period, as for the rows.
    """
    if not NAMED.intersection(rows["verdict"]):
        return [False] * len(rows)
    week_before = Period(span.first - WEEK, span.last - WEEK, span.timezone)
    known = compare_agents(count(week_before), needed)
    told = set(zip(known["agent_id"], known["verdict"], strict=True))
    pairs = zip(rows["agent_id"], rows["verdict"], strict=True)
    return [verdict in NAMED and (agent, verdict) not in told for agent, verdict in pairs]


def shrink(counts: AgentCounts, needed: Thresholds) -> pd.Series:
    """Return the rates drawn toward those of the own strata, by agent id; nan where agents do not differ."""
    assigned = counts.cells[counts.cells["agent_id"].notna()]
    totals = assigned.groupby("stratum")[["good", "rated"]].transform("sum")
    expected = assigned["rated"] * share(totals["good"], totals["rated"])
    sums = assigned.assign(expected=expected).groupby("agent_id")[["good", "rated", "expected"]].sum()
    toward = share(sums["expected"], sums["rated"])
    found = shrink_rates(sums["good"], sums["rated"], toward=toward, level=needed.level)
    return pd.Series(found.estimate, sums.index, dtype=float)


def _add_up(cells: pd.DataFrame) -> pd.DataFrame:
    """Return the counts per agent, with the group of most of their ratings, in alphabetical order."""
    totals = cells.groupby(AGENT, dropna=False, as_index=False)[NUMBERS].sum()
    of_group = cells.groupby([*AGENT, "group"], dropna=False, as_index=False)["rated"].sum()
    largest = of_group.sort_values(["rated", "group"], ascending=[False, True]).drop_duplicates(AGENT)
    return totals.merge(largest[[*AGENT, "group"]], on=AGENT).sort_values("agent", ignore_index=True)


def _inflation_by_agent(counts: AgentCounts) -> pd.Series:
    totals = counts.totals[counts.totals["agent_id"].notna()]
    return pd.Series(totals["inflation"].to_numpy(), totals["agent_id"])


def _judge(row: Any, needed: Thresholds) -> Verdict:
    if pd.isna(row.agent_id):
        return Verdict.UNASSIGNED
    if pd.isna(row.p_value):
        alone = row.n_like == 0 and row.rated >= needed.min_ratings_of_agent
        return Verdict.TOO_FEW_AGENTS if alone else Verdict.TOO_FEW
    if row.named:
        return Verdict.LOWER if row.named < 0 else Verdict.HIGHER
    return Verdict.NO_DIFFERENCE if pd.isna(row.differs_from) else Verdict.DIFFER

"""Changes of agents beside those of their colleagues, so that nobody is named because their group changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..estimates import newcombe_difference
from ..estimates.levels import Source, level_of
from ..history import History
from ..history.filters import Filter
from ..periods import Period
from ..settings import Thresholds
from ..verdicts import Verdict
from .colleagues import AgentCounts, count_agents
from .dimensions import Dimension
from .judging import judge_rows

COLUMNS = ("expected_change", "difference", "difference_low", "difference_high")


class Difference(NamedTuple):
    """How much more agents changed than their colleagues; Series by agent."""

    expected: pd.Series
    estimate: pd.Series
    low: pd.Series
    high: pd.Series


def judge_agent_changes(
    history: History, spans: Sequence[Period], needed: Thresholds, *, kept: Filter
) -> pd.DataFrame:
    """Return COLUMNS and `verdict` of each agent: their change, less that of the other agents of the same groups.

    The one that differs most is named first and left out of the colleagues of all others, until nobody differs. Of two
    agents in a group it is only said that they changed differently.
    """
    counts = [count_agents(history, span, strata=(Dimension("group"),), kept=kept) for span in spans]
    changes = AgentChanges(counts)
    enough = changes.have_enough(needed.min_ratings)
    strict = level_of(Source.GROUPS, verdict_level=needed.verdict_level, comparisons=int(enough.sum()))
    have_several = changes.colleagues > 1
    named: list[str] = []
    while (found := changes.largest(strict, named, enough & have_several)) is not None:
        named.append(found)
    shown, judged = (changes.differences(level, named) for level in (needed.level, strict))
    verdicts = pd.Series(judge_rows(shown, judged, enough), enough.index, dtype=object)
    verdicts[~have_several & verdicts.isin([Verdict.LOWER, Verdict.HIGHER])] = Verdict.DIFFER
    verdicts[shown.estimate.isna() & (verdicts != Verdict.TOO_FEW)] = Verdict.TOO_FEW_AGENTS
    rows = pd.DataFrame(dict(zip(COLUMNS, shown, strict=True)))
    return rows.assign(verdict=verdicts)


class AgentChanges:
    """Ratings of two periods per agent (rows) and group (columns), the later period first."""

    def __init__(self, counts: Sequence[AgentCounts]) -> None:
        tables = [
            part.cells[part.cells["agent_id"].notna()].pivot_table(
                index="agent", columns="group", values=["good", "rated"], aggfunc="sum"
            )
            for part in counts
        ]
        names = tables[0].index.union(tables[1].index)
        groups = sorted({group for table in tables for _, group in table.columns})
        every = pd.MultiIndex.from_product([["good", "rated"], groups])
        both = [table.reindex(index=names, columns=every).fillna(0) for table in tables]
        self.good, self.rated = ([table[name] for table in both] for name in ("good", "rated"))
        self.inflation = [_inflation(part, names) for part in counts]
        present = (self.rated[0] > 0) & (self.rated[1] > 0)
        mine = (self.rated[0] + self.rated[1]).idxmax(axis=1) if len(groups) else pd.Series(dtype=str)
        self.colleagues = mine.map(present.sum()) - 1

    def have_enough(self, fewest: int) -> pd.Series:
        """Return per agent whether they and their colleagues have enough ratings in both periods."""
        own = [rated.sum(axis=1) for rated in self.rated]
        others = [self._of_colleagues(rated, []) for rated in self.rated]
        return pd.concat([part >= fewest for part in (*own, *others)], axis=1).all(axis=1)

    def largest(self, level: float, named: list[str], enough: pd.Series) -> str | None:
        """Return who differs most from their colleagues, if by more than chance."""
        found = self.differences(level, named)
        width = (found.high - found.low) / 2
        beyond = (found.low > 0) | (found.high < 0)
        sizes = (found.estimate.abs() / width)[beyond & enough & ~enough.index.isin(named)]
        return None if sizes.empty else str(sizes.idxmax())

    def differences(self, level: float, named: list[str]) -> Difference:
        """Return how much more the agents changed than their colleagues, of whom the named ones are left out."""
        own = [
            (good.sum(axis=1), rated.sum(axis=1)) for good, rated in zip(self.good, self.rated, strict=True)
        ]
        others = [
            (self._of_colleagues(good, named), self._of_colleagues(rated, named))
            for good, rated in zip(self.good, self.rated, strict=True)
        ]
        mine, theirs = (self._change(pair, level) for pair in (own, others))
        estimate = mine.estimate - theirs.estimate
        # Both intervals joined as in Newcombe's method (MOVER).
        below = np.hypot(mine.estimate - mine.low, theirs.high - theirs.estimate)
        above = np.hypot(mine.high - mine.estimate, theirs.estimate - theirs.low)
        return Difference(theirs.estimate, estimate, estimate - below, estimate + above)

    def _change(self, counts: Sequence[tuple[pd.Series, pd.Series]], level: float) -> Difference:
        (good, rated), before = counts
        found = newcombe_difference(
            good,
            rated,
            minus=before,
            level=level,
            inflation=self.inflation[0],
            minus_inflation=self.inflation[1],
        )
        return Difference(found.estimate, found.estimate, found.low, found.high)

    def _of_colleagues(self, counts: pd.DataFrame, named: list[str]) -> pd.Series:
        """Return a count of the colleagues of each agent, their groups weighted by the agent's own ratings."""
        both = [_of_others(rated, named) > 0 for rated in self.rated]
        own = (self.rated[0] + self.rated[1]).where(both[0] & both[1], 0)
        weights = own.div(own.sum(axis=1), axis=0).fillna(0)
        return (_of_others(counts, named) * weights).sum(axis=1).round()


def _of_others(counts: pd.DataFrame, named: list[str]) -> pd.DataFrame:
    """Return the counts of the other agents per agent and group, without the named ones."""
    unnamed = counts.mul(~counts.index.isin(named), axis=0)
    return unnamed.sum() - unnamed


def _inflation(counts: AgentCounts, names: pd.Index) -> pd.Series:
    known = counts.totals.dropna(subset="agent_id").set_index("agent")["inflation"]
    return known.reindex(names).fillna(1.0)

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
from .colleagues import STRATA, AgentCounts, count_agents
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
    """Return COLUMNS and `verdict` of each agent: their change, less that of their colleagues in the same strata.

    In each period they are compared with the other agents of the same group, month and kind of day, in the proportions
    of their own ratings. So nobody is named because their group changed, or because they now work in another group or
    at weekends. The one that differs most is named first and left out of the colleagues of all others, until nobody
    differs. Of two agents in a group it is only said that they changed differently.
    """
    strata = [Dimension(name) for name in STRATA]
    counts = [count_agents(history, span, strata=strata, kept=kept) for span in spans]
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
    """Ratings of two periods per agent (rows), the later period first."""

    def __init__(self, counts: Sequence[AgentCounts]) -> None:
        cells = [part.cells[part.cells["agent_id"].notna()] for part in counts]
        names = pd.Index(sorted(set(cells[0]["agent"]) | set(cells[1]["agent"])), name="agent")
        self.periods = [Cells.of(part, names) for part in cells]
        self.inflation = [_inflation(part, names) for part in counts]
        self.colleagues = _count_colleagues(cells, names)

    def have_enough(self, fewest: int) -> pd.Series:
        """Return per agent whether they and their colleagues have enough ratings in both periods."""
        sizes = [size for period in self.periods for size in period.sizes()]
        return pd.concat([size >= fewest for size in sizes], axis=1).all(axis=1)

    def largest(self, level: float, named: list[str], enough: pd.Series) -> str | None:
        """Return who differs most from their colleagues, if by more than chance."""
        found = self.differences(level, named)
        width = (found.high - found.low) / 2
        beyond = (found.low > 0) | (found.high < 0)
        sizes = (found.estimate.abs() / width)[beyond & enough & ~enough.index.isin(named)]
        return None if sizes.empty else str(sizes.idxmax())

    def differences(self, level: float, named: list[str]) -> Difference:
        """Return how much more the agents changed than their colleagues, of whom the named ones are left out."""
        mine = self._change([(one.good.sum(axis=1), one.rated.sum(axis=1)) for one in self.periods], level)
        expected = [one.expect(named) for one in self.periods]
        theirs = self._change([_as_counts(*one) for one in expected], level)
        change = expected[0].rate - expected[1].rate
        estimate = mine.estimate - change
        # Both intervals joined as in Newcombe's method (MOVER).
        below = np.hypot(mine.estimate - mine.low, theirs.high - theirs.estimate)
        above = np.hypot(mine.high - mine.estimate, theirs.estimate - theirs.low)
        return Difference(change, estimate, estimate - below, estimate + above)

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


class Expected(NamedTuple):
    """What colleagues lead to expect: rates by agent, and of how many ratings they are worth; nan without any."""

    rate: pd.Series
    rated: pd.Series


class Cells(NamedTuple):
    """Ratings of one period per agent (rows) and stratum (columns)."""

    good: pd.DataFrame
    rated: pd.DataFrame

    @classmethod
    def of(cls, cells: pd.DataFrame, names: pd.Index) -> Cells:
        """Return the table of cells, with a row for each name."""
        strata = pd.factorize(cells["stratum"])[0]
        tables = (
            cells.pivot_table(index="agent", columns=strata, values=name, aggfunc="sum").reindex(names)
            for name in ("good", "rated")
        )
        return cls(*(table.fillna(0.0) for table in tables))

    def expect(self, named: list[str]) -> Expected:
        """Return the rate of each agent had they that of their colleagues in every stratum.

        A stratum without colleagues says nothing: what is expected there is what was so.
        """
        good, rated = _of_others(self.good, named), _of_others(self.rated, named)
        alone = self.good.where(rated == 0, 0).sum(axis=1)
        compared = self.rated.where(rated > 0, 0)
        weights = compared.div(compared.sum(axis=1), axis=0)
        theirs = (compared * (good / rated.where(rated > 0)).fillna(0)).sum(axis=1)
        worth = 1 / (weights**2 / rated.where(rated > 0)).sum(axis=1, min_count=1)
        rate = (theirs + alone) / self.rated.sum(axis=1)
        return Expected(rate.where(worth > 0), worth)

    def sizes(self) -> tuple[pd.Series, pd.Series]:
        """Return per agent the ratings in strata with colleagues, and those of these colleagues."""
        others = _of_others(self.rated, [])
        return self.rated.where(others > 0, 0).sum(axis=1), others.where(self.rated > 0, 0).sum(axis=1)


def _as_counts(rate: pd.Series, rated: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the whole numbers of good ratings, and of ratings, that are nearest."""
    whole = rated.fillna(0).round()
    return (rate.fillna(0) * whole).round(), whole


def _count_colleagues(cells: Sequence[pd.DataFrame], names: pd.Index) -> pd.Series:
    """Return per agent how many others have ratings in both periods in the group of most of the agent's ratings."""
    tables = [
        part.pivot_table(index="agent", columns="group", values="rated", aggfunc="sum") for part in cells
    ]
    groups = tables[0].columns.union(tables[1].columns)
    new, old = (table.reindex(index=names, columns=groups).fillna(0) for table in tables)
    if groups.empty:
        return pd.Series(0, names)
    present = ((new > 0) & (old > 0)).astype(int)
    largest = pd.get_dummies((new + old).idxmax(axis=1)).reindex(columns=groups, fill_value=False)
    return ((present.sum() - present) * largest).sum(axis=1)


def _of_others(counts: pd.DataFrame, named: list[str]) -> pd.DataFrame:
    """Return the counts of the other agents per agent and stratum, without the named ones."""
    unnamed = counts.mul(~counts.index.isin(named), axis=0)
    return unnamed.sum() - unnamed


def _inflation(counts: AgentCounts, names: pd.Index) -> pd.Series:
    known = counts.totals.dropna(subset="agent_id").set_index("agent")["inflation"]
    return known.reindex(names).fillna(1.0)

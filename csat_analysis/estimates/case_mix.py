"""Case mix: bad ratings observed, over those expected for the mix of tickets."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import special
from .conditional import GoodRatings, convolve, hypergeometric, mean_count_limits, move_to
from .counts import Floats, Numbers, as_counts, require_between_0_and_1, share
from .rates import as_inflation


class CaseMix(NamedTuple):
    """Result of `compare_with_mix`.

    Attributes
    ----------
    table : DataFrame
        One row per unit: `observed` and `expected` bad ratings, `estimate` (observed over expected: 1 as expected, 1.2
        a fifth more; nan where nothing is expected).
    fixed : array
        Bad ratings of each unit in strata that it shares with nobody.
    chances : list
        Distribution of the others of `observed`, from which limits are found (see `move_to`); None if the unit is alone
        in all its strata.
    inflation : array
        Design effect of each unit.
    """

    table: pd.DataFrame
    fixed: Floats
    chances: list[GoodRatings | None]
    inflation: Floats

    def interval(self, level: float = 0.95) -> pd.DataFrame:
        """Return `low` and `high` of each estimate; nan where a unit is alone in its strata.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1.
        """
        require_between_0_and_1(level=level)
        tails = special.ndtr(special.ndtri((1 - level) / 2) * np.sqrt(self.inflation))
        observed = self.table["observed"] - self.fixed
        bad = mean_count_limits(self.chances, observed.to_numpy(), tails) + self.fixed[:, None]
        return pd.DataFrame(bad, self.table.index, ["low", "high"]).div(
            self.table["expected"].replace(0, np.nan), axis=0
        )


def compare_with_mix(good: Numbers, rated: Numbers, *, inflation: Numbers = 1.0) -> CaseMix:
    """Compare the bad ratings of each unit with those expected if every stratum had its overall rate.

    Parameters
    ----------
    good, rated : counts of shape (units, strata)
        Ratings per unit (group or agent) and stratum. Choose strata that are fixed before an agent acts (channel,
        topic, language), never the reply time.
    inflation : number or array
        Design effect of each unit: variance relative to independent ratings, 1 or more.

    Returns
    -------
    CaseMix

    Raises
    ------
    ValueError
        If counts are impossible or have another shape.

    Notes
    -----
    Indirect standardisation: expected is the sum over strata of the unit's ratings times the share of bad ones among
    all ratings there, the unit's own included. Given the totals of the strata, and without differences, the observed
    number is a sum of hypergeometric counts. The interval holds the ratios at which neither mid-p tail of this
    distribution, shifted by a common odds ratio, is below (1 - level) / 2. Where strata are much larger than the unit
    this is a sum of binomial counts (Poisson-binomial). Byar's limits take the count for a Poisson one and the
    expectation for known: at usual rates they cover 98 to 99 % instead of 95 %.

    Examples
    --------
    >>> compare_with_mix([[8, 1], [4, 3]], [[10, 2], [5, 3]]).table["expected"].round(2).tolist()
    [2.4, 1.6]
    """
    goods, totals = as_counts(np.asarray(good), np.asarray(rated))
    if totals.ndim != 2:
        raise ValueError(f"counts must have shape (units, strata); got {totals.ndim} dimensions")
    bads = totals - goods
    all_bad, all_rated = bads.sum(axis=0), totals.sum(axis=0)
    observed = bads.sum(axis=1)
    expected = totals @ np.nan_to_num(share(all_bad, all_rated))
    table = pd.DataFrame(
        {"observed": observed.astype(int), "expected": expected, "estimate": share(observed, expected)},
        index=good.index if isinstance(good, pd.DataFrame) else None,
    )
    is_shared = (totals > 0) & (totals < all_rated)
    fixed = np.where((totals > 0) & ~is_shared, all_bad, 0.0).sum(axis=1)
    inflations = np.broadcast_to(as_inflation(inflation), observed.shape)
    chances = find_chances(observed - fixed, totals, is_shared, all_bad, all_rated)
    return CaseMix(table, fixed, chances, inflations)


def find_chances(
    observed: Floats, totals: Floats, is_shared: NDArray[np.bool_], all_bad: Floats, all_rated: Floats
) -> list[GoodRatings | None]:
    """Return the distribution of the bad ratings of each unit in the strata that it shares; None without any.

    observed: the bad ratings of each unit in these strata.
    """
    units, strata = np.nonzero(is_shared)
    shared = (all_bad[strata], all_rated[strata], totals[is_shared])
    parts = hypergeometric(*shared)
    ends = np.searchsorted(units, np.arange(len(totals) + 1))

    def find(bad: float, start: int, end: int) -> GoodRatings | None:
        if start == end:
            return None
        return move_to(bad, convolve(parts[start:end]), *(part[start:end] for part in shared))

    return [find(bad, *slice_) for bad, slice_ in zip(observed, pairwise(ends), strict=True)]

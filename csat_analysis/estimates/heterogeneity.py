"""Test whether agents of the same stratum differ at all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from . import special
from .counts import Floats, Numbers
from .outliers import Cells, Codes, merge_cells

SMALLEST_EIGENVALUE = 1e-9  # relative to the largest; smaller ones are rounding errors of 0


class Heterogeneity(NamedTuple):
    """Result of `measure_heterogeneity`.

    Attributes
    ----------
    statistic : float
        Chi-squared; nan if there is nothing to compare.
    degrees : int
        Degrees of freedom: agents with colleagues, minus the separate sets that they form.
    p_value : float
    """

    statistic: float
    degrees: int
    p_value: float


def measure_heterogeneity(
    agents: Numbers, strata: Numbers, good: Numbers, rated: Numbers, *, inflation: float = 1.0
) -> Heterogeneity:
    """Test whether the shares of good ratings differ between agents of the same stratum.

    Parameters
    ----------
    agents, strata : sequences of labels
        One row per agent and stratum, for example a group and a month.
    good, rated : counts
        Ratings of that agent in that stratum.
    inflation : float
        Design effect: variance relative to independent ratings, 1 or more.

    Returns
    -------
    Heterogeneity

    Raises
    ------
    ValueError
        If counts are impossible or the columns differ in length.

    Notes
    -----
    Generalised Cochran-Mantel-Haenszel test of general association (Landis, Heyman & Koch 1978, Int Stat Rev
    46:237-254): with d the good ratings of each agent minus n_as G_s / N_s, added up over strata, and V the sum
    of the covariances of the multivariate hypergeometric distributions, d' V^- d is chi-squared with as many
    degrees of freedom as V has rank. With one stratum it is (N - 1) / N times Pearson's chi-squared.

    Examples
    --------
    >>> found = measure_heterogeneity(["Ana", "Ben"], ["Billing", "Billing"], [42, 54], [60, 60])
    >>> round(found.p_value, 3)
    0.006
    """
    cells, labels = merge_cells(agents, strata, good, rated, None)
    return heterogeneity_of(cells, len(labels), inflation)


def heterogeneity_of(cells: Cells, agents: int, inflation: float) -> Heterogeneity:
    """Test whether the shares of good ratings differ between agents of the same stratum, from merged counts."""
    from scipy.sparse import coo_array

    shape = agents, int(cells.stratum.max(initial=-1)) + 1
    places = (cells.agent, cells.stratum)
    goods = coo_array((cells.good, places), shape=shape).tocsr()
    counts = coo_array((cells.rated, places), shape=shape).tocsr()
    statistic, degrees = 0.0, 0
    for members in connected_sets(counts):
        block = counts[members].toarray()
        used = block.sum(axis=0) > 1
        chi_squared, rank = quadratic_form(goods[members].toarray()[:, used], block[:, used])
        statistic += chi_squared / inflation
        degrees += rank
    if degrees == 0:
        return Heterogeneity(np.nan, 0, np.nan)
    return Heterogeneity(statistic, degrees, float(special.chdtrc(degrees, statistic)))


def connected_sets(counts: Any) -> list[Codes]:
    """Return sets of agents who share strata, directly or through others; agents without colleagues are left out."""
    from scipy.sparse.csgraph import connected_components

    _, labels = connected_components(counts @ counts.T, directed=False)
    order = np.argsort(labels, kind="stable")
    sets = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return [members for members in sets if members.size > 1]


def quadratic_form(good: Floats, rated: Floats) -> tuple[float, int]:
    """Return chi-squared and its degrees of freedom from counts of shape (agents, strata)."""
    from scipy.linalg import pinvh

    goods, totals = good.sum(axis=0), rated.sum(axis=0)
    excess = (good - rated * goods / totals).sum(axis=1)
    scale = goods * (totals - goods) / (totals**2 * (totals - 1))
    covariance = np.diag(rated @ (scale * totals)) - (rated * scale) @ rated.T
    inverse, rank = pinvh(covariance, rtol=SMALLEST_EIGENVALUE, return_rank=True)
    return float(excess @ inverse @ excess), int(rank)

"""Errors of a regression whose ratings are alike within clusters, such as agents, also where clusters are few."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import special
from .counts import Floats

Codes = NDArray[np.int_]

# An eigenvalue that counts as zero, relative to the largest one; and how close a leverage may come to 1.
ZERO = 1e-10
LARGEST_LEVERAGE = 1 - 1e-8


class Cells(NamedTuple):
    """Counts, one row per cluster and combination of values, and the columns of each combination."""

    columns: Floats
    combination: Codes  # row of the columns
    bad: Floats
    rated: Floats
    cluster: Codes


class ClusterErrors(NamedTuple):
    """Standard errors of contrasts of the coefficients, and the degrees of freedom of each."""

    errors: Floats
    freedom: Floats


def cluster_errors(cells: Cells, beta: Floats, covariance: Floats, contrasts: Floats) -> ClusterErrors:
    """Return the errors of contrasts of the coefficients of a logistic regression, clustered.

    Parameters
    ----------
    cells : Cells
        The counts.
    beta, covariance : arrays
        Coefficients, and their covariance without clusters.
    contrasts : array
        One row per contrast: its weights of the coefficients.

    Returns
    -------
    ClusterErrors

    Notes
    -----
    Scores of a cluster are divided by the root of 1 - its leverage, so that the variance has no bias where ratings are
    alike no more than by chance (CR2: Bell & McCaffrey 2002, Survey Methodology 28:169). The degrees of freedom are
    Satterthwaite's (Pustejovsky & Tipton 2018, J Bus Econ Stat 36:672): few where few clusters tell of a contrast.
    """
    moved = contrasts @ covariance
    chance = special.expit(cells.columns @ beta)
    rest = cells.bad - cells.rated * chance[cells.combination]
    weights = cells.rated * (chance * (1 - chance))[cells.combination]
    variance, trace, squares = np.zeros((3, len(contrasts)))
    outer = np.zeros((*covariance.shape, len(contrasts)))
    order = np.argsort(cells.cluster, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(cells.cluster[order])) + 1):
        columns = cells.columns[cells.combination[rows]]
        root = columns * np.sqrt(weights[rows])[:, None]
        information = root.T @ root
        # Only the coefficients that a cluster tells of are computed with.
        used = np.flatnonzero(information.diagonal())
        square = np.ix_(used, used)
        axes, inverse, size = _split(information[square], covariance[square])
        told_of = moved[:, used] @ axes * size
        variance += (told_of @ inverse @ (rest[rows] @ columns)[used]) ** 2
        own = (told_of**2).sum(axis=1)
        shared = axes @ told_of.T
        lost = (shared * (covariance[square] @ shared)).sum(axis=0)
        trace += own - lost
        squares += own * (own - 2 * lost)
        outer[square] += shared[:, None] * shared
    mixed = covariance @ np.moveaxis(outer, -1, 0)
    spread = squares + (mixed * mixed.transpose(0, 2, 1)).sum(axis=(1, 2))
    freedom = np.divide(trace**2, spread, out=np.ones(len(contrasts)), where=spread > 0)
    return ClusterErrors(np.sqrt(variance), np.maximum(freedom, 1.0))


def _split(information: Floats, covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Split what a cluster tells into independent parts.

    Returns their axes, the inverse of these, and per part 1 / sqrt(1 - leverage), or 0 where its leverage is 1.
    """
    root = np.linalg.cholesky(covariance)
    leverage, turn = np.linalg.eigh(root.T @ information @ root)
    told = leverage > ZERO * leverage[-1]
    leverage, turn = leverage[told], turn[:, told]
    roots = np.sqrt(leverage)
    free = leverage < LARGEST_LEVERAGE
    size = np.where(free, 1 / np.sqrt(np.where(free, 1 - leverage, 1.0)), 0.0)
    return np.linalg.solve(root.T, turn * roots), (turn / roots).T @ root.T, size

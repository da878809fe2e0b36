"""Errors of a regression whose ratings are alike within clusters, such as agents, also where clusters are few."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from .counts import Floats

# An eigenvalue that counts as zero, relative to the largest one; and how close a leverage may come to 1.
ZERO = 1e-10
LARGEST_LEVERAGE = 1 - 1e-8


class Cells(NamedTuple):
    """Counts with the columns of a regression: one row per cluster and combination of values."""

    columns: Floats
    bad: Floats
    rated: Floats
    cluster: Floats  # numbers from 0 on


class ClusterErrors(NamedTuple):
    """Standard errors of contrasts of the coefficients, and the degrees of freedom of each."""

    errors: Floats
    freedom: Floats


class Sums(NamedTuple):
    """What is summed over clusters for each contrast."""

    variance: Floats
    trace: Floats
    squares: Floats
    cross: Floats
    outer: Floats


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
    factor: Floats = np.linalg.cholesky(covariance).astype(float)
    moved = contrasts @ covariance
    chance = scipy.special.expit(cells.columns @ beta)
    rest = cells.bad - cells.rated * chance
    weights = cells.rated * chance * (1 - chance)
    order = np.argsort(cells.cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cells.cluster[order], prepend=-1))
    variance, trace, squares, cross = np.zeros((4, len(contrasts)))
    sums = Sums(variance, trace, squares, cross, np.zeros((len(contrasts), *covariance.shape)))
    for rows in np.split(order, starts[1:]):
        columns = cells.columns[rows]
        _add(sums, columns, rest[rows], weights[rows], covariance, factor, moved)
    spread = sums.squares - 2 * sums.cross + (sums.outer**2).sum(axis=(1, 2))
    freedom = np.divide(sums.trace**2, spread, out=np.ones(len(contrasts)), where=spread > 0)
    return ClusterErrors(np.sqrt(sums.variance), np.maximum(freedom, 1.0))


def _add(
    sums: Sums,
    columns: Floats,
    rest: Floats,
    weights: Floats,
    covariance: Floats,
    factor: Floats,
    moved: Floats,
) -> None:
    """Add a cluster to the sums; only the coefficients that it tells of are computed with."""
    used = np.flatnonzero(columns.any(axis=0))
    columns = columns[:, used]
    sizes, vectors = np.linalg.eigh((columns.T * weights) @ columns)
    told = sizes > ZERO * sizes[-1]
    root = vectors[:, told] * np.sqrt(sizes[told])
    leverage, axes = np.linalg.eigh(root.T @ covariance[np.ix_(used, used)] @ root)
    inverse = np.where(leverage < LARGEST_LEVERAGE, 1 / np.maximum(1 - leverage, 1 - LARGEST_LEVERAGE), 0.0)
    scores = axes.T @ ((vectors[:, told] / np.sqrt(sizes[told])).T @ (columns.T @ rest))
    told_of = moved[:, used] @ root @ axes
    sums.variance[:] += (told_of @ (np.sqrt(inverse) * scores)) ** 2
    own = (told_of**2 * inverse).sum(axis=1)
    shared = (told_of * np.sqrt(inverse)) @ axes.T @ root.T @ factor[used]
    size = (shared**2).sum(axis=1)
    sums.trace[:] += own - size
    sums.squares[:] += own**2
    sums.cross[:] += own * size
    sums.outer[:] += shared[:, :, None] * shared[:, None, :]

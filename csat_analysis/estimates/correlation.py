"""Rank correlation of ratings and times.

Hard tickets take long and disappoint, so a correlation does not say what would happen if times changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import special
from .counts import (
    Floats,
    Interval,
    Numbers,
    as_floats,
    require_between_0_and_1,
    require_same_index,
    whole_counts,
    z_value,
)

VERDICT_LEVEL = 0.99
POWER = 0.8  # a detectable correlation shows in 80 of 100 samples
FEWEST_PAIRS = 4


class Correlation(NamedTuple):
    """Spearman's rho with its interval.

    n: pairs used; missing: pairs with a null; smallest_visible: |rho| that so many pairs show in 80 of 100 samples, at
    the level of verdicts.
    """

    n: int
    missing: int
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    smallest_visible: float = np.nan
    note: str = ""


def spearman(
    x: Numbers,
    y: Numbers,
    counts: Numbers = 1,
    *,
    level: float = 0.95,
    verdict_level: float = VERDICT_LEVEL,
) -> Correlation:
    """Return Spearman's rank correlation with the Bonett-Wright interval.

    Parameters
    ----------
    x, y : arrays or Series
        One-dimensional and of one length, for example minutes and rating. Pairs with a null are left out and counted.
    counts : counts
        How often each pair was seen; by default once.
    level : float
        Level of the interval.
    verdict_level : float
        Level at which the correlation is judged, for `smallest_visible`.

    Returns
    -------
    Correlation
        nan, and a note, if fewer than 4 pairs remain or a side does not vary; no interval at rho 1 or -1.

    Raises
    ------
    ValueError
        If the columns differ in length or index.

    Notes
    -----
    Ties share their middle rank, and rho is the Pearson correlation of the ranks; its p value is that of
    t = rho sqrt((n - 2) / (1 - rho^2)). Interval: tanh(atanh rho +- z sqrt((1 + rho^2 / 2) / (n - 3))), Bonett & Wright
    2000, Psychometrika 65:23-28. Ratings of two values are heavily tied: rho then stays well below 1.

    Examples
    --------
    >>> round(spearman([5, 9, 20, 60, 75, 90], [1, 1, 1, 0, 1, 0]).estimate, 2)
    -0.62
    """
    critical = z_value(level)
    x, y, counts, missing = pairs_without_null(x, y, counts)
    n = int(counts.sum())
    if n < FEWEST_PAIRS:
        return Correlation(n, missing, note=f"too few pairs: a correlation needs {FEWEST_PAIRS}")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlation(n, missing, note="one side has a single value: there is no correlation")
    rho = correlation(middle_ranks(x, counts), middle_ranks(y, counts), counts)
    low, high = bonett_wright_interval(rho, n, critical)
    note = "no association detectable" if low <= 0 <= high else ""
    if np.isnan(low):
        note = "the order is perfect: the interval cannot be computed"
    visible = minimum_detectable_correlation(n, level=verdict_level)
    return Correlation(n, missing, rho, low, high, rank_p_value(rho, n), visible, note)


def minimum_detectable_correlation(n: int, *, level: float = VERDICT_LEVEL, power: float = POWER) -> float:
    """Return the smallest correlation that a test shows with the given chance.

    Parameters
    ----------
    n : int
        Pairs.
    level : float
        Level of the test, such as 0.99 for verdicts.
    power : float
        Share of samples in which the correlation shows.

    Returns
    -------
    float
        (z(level) + z(power)) / sqrt(n), at most 1: 3.42 / sqrt(n) for 80 % at 99 %, and 2.80 / sqrt(n) at 95 %.

    Examples
    --------
    >>> round(minimum_detectable_correlation(780), 2)
    0.12
    """
    require_between_0_and_1(power=power)
    return float(min(1.0, (z_value(level) + special.ndtri(power)) / np.sqrt(n)))


def pairs_without_null(x: Numbers, y: Numbers, counts: Numbers) -> tuple[Floats, Floats, Floats, int]:
    """Return the pairs with both values, their counts, and the number of incomplete pairs."""
    require_same_index(x=x, y=y, counts=counts)
    x, y = as_floats(x), as_floats(y)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x and y must be one-dimensional and of one length; got {x.shape} and {y.shape}")
    times = np.broadcast_to(whole_counts(counts, "counts"), x.shape)
    complete = ~np.isnan(x) & ~np.isnan(y)
    seen = complete & (times > 0)
    return x[seen], y[seen], times[seen], int(times[~complete].sum())


def middle_ranks(values: Floats, counts: Floats) -> Floats:
    """Return the rank of each value, repeated by its count; equal values share the middle of their ranks."""
    distinct, places = np.unique(values, return_inverse=True)
    held = np.bincount(places, weights=counts, minlength=distinct.size)
    return (np.cumsum(held) - (held - 1) / 2)[places]


def correlation(x: Floats, y: Floats, counts: Floats) -> float:
    """Return Pearson's correlation of two columns, with counts as weights."""
    x, y = x - np.average(x, weights=counts), y - np.average(y, weights=counts)
    rho = (counts * x * y).sum() / np.sqrt((counts * x * x).sum() * (counts * y * y).sum())
    return float(np.clip(rho, -1, 1))


def rank_p_value(rho: float, n: int) -> float:
    """Return the two-sided p value of a rank correlation by Student's t; 0 for a perfect order."""
    spare = 1 - rho**2
    return float(2 * special.stdtr(n - 2, -abs(rho) * np.sqrt((n - 2) / spare))) if spare > 0 else 0.0


def bonett_wright_interval(rho: float, n: int, critical: float) -> Interval:
    """Return the interval of rho; nan at rho 1 or -1, where the formula would claim certainty."""
    if abs(rho) > 1 - 1e-12:
        return Interval(np.nan, np.nan)
    reach = critical * np.sqrt((1 + rho**2 / 2) / (n - 3))
    middle = np.arctanh(rho)
    return Interval(float(np.tanh(middle - reach)), float(np.tanh(middle + reach)))

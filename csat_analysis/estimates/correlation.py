"""Rating and time together as a rank correlation.

Hard tickets take long and disappoint: a correlation found here says nothing of what would happen if times
changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import norm, t

from .counts import Floats, Interval, Numbers, as_floats, require_same_index, whole_counts, z_value

VISIBLE_ERRORS = norm.isf(0.025) + norm.isf(0.2)  # 2.8 standard errors: seen in 80 of 100 samples


class Correlation(NamedTuple):
    """Spearman's rho with its interval.

    n: pairs used; missing: pairs with a null; smallest_visible: |rho| that n pairs show in 80 of 100 samples.
    """

    n: int
    missing: int
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    smallest_visible: float = np.nan
    note: str = ""


def spearman(x: Numbers, y: Numbers, counts: Numbers = 1, *, level: float = 0.95) -> Correlation:
    """Spearman's rank correlation with the Bonett-Wright interval.

    x, y: one-dimensional, of one length, for example minutes and rating; counts: how often each pair was seen
    (by default once). Pairs with a null are left out and counted. Ties share their middle rank, and rho is
    the Pearson correlation of the ranks; its p value is that of t = rho sqrt((n - 2) / (1 - rho^2)).
    Interval: tanh(atanh rho +- z sqrt((1 + rho^2 / 2) / (n - 3))).
    Ratings of two values are heavily tied: rho then stays well below 1 whatever the association.
    nan, and a note, where fewer than 4 pairs remain or a side does not vary; no interval at rho 1 or -1.
    Raises ValueError for columns of unequal length. Bonett & Wright 2000, Psychometrika 65:23-28.
    """
    critical = z_value(level)
    x, y, counts, missing = pairs_without_null(x, y, counts)
    n = int(counts.sum())
    if n < 4:
        return Correlation(n, missing, note="too few pairs: a correlation needs 4")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlation(n, missing, note="one side has a single value: there is no correlation")
    rho = correlation(middle_ranks(x, counts), middle_ranks(y, counts), counts)
    low, high = bonett_wright_interval(rho, n, critical)
    note = "no association detectable" if low <= 0 <= high else ""
    if np.isnan(low):
        note = "the order is perfect: the interval cannot be computed"
    visible = float(min(1.0, VISIBLE_ERRORS / np.sqrt(n)))
    return Correlation(n, missing, rho, low, high, rank_p_value(rho, n), visible, note)


def pairs_without_null(x: Numbers, y: Numbers, counts: Numbers) -> tuple[Floats, Floats, Floats, int]:
    """The pairs that have both values with their counts, and how many have not."""
    require_same_index(x=x, y=y, counts=counts)
    x, y = as_floats(x), as_floats(y)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x and y must be one-dimensional and of one length; got {x.shape} and {y.shape}")
    times = np.broadcast_to(whole_counts(counts, "counts"), x.shape)
    complete = ~np.isnan(x) & ~np.isnan(y)
    seen = complete & (times > 0)
    return x[seen], y[seen], times[seen], int(times[~complete].sum())


def middle_ranks(values: Floats, counts: Floats) -> Floats:
    """The rank of each value where each stands for so many; equal ones share the middle of their ranks."""
    distinct, places = np.unique(values, return_inverse=True)
    held = np.bincount(places, weights=counts, minlength=distinct.size)
    return (np.cumsum(held) - (held - 1) / 2)[places]


def correlation(x: Floats, y: Floats, counts: Floats) -> float:
    """Pearson's correlation of two columns whose rows count so many times."""
    x, y = x - np.average(x, weights=counts), y - np.average(y, weights=counts)
    rho = (counts * x * y).sum() / np.sqrt((counts * x * x).sum() * (counts * y * y).sum())
    return float(np.clip(rho, -1, 1))


def rank_p_value(rho: float, n: int) -> float:
    """Two-sided p of a rank correlation of n pairs by Student's t; 0 where the order is perfect."""
    spare = 1 - rho**2
    return float(2 * t.sf(abs(rho) * np.sqrt((n - 2) / spare), n - 2)) if spare > 0 else 0.0


def bonett_wright_interval(rho: float, n: int, critical: float) -> Interval:
    """Interval of rho on the scale of atanh; nan at rho 1 or -1, where the formula would claim certainty."""
    if abs(rho) > 1 - 1e-12:
        return Interval(np.nan, np.nan)
    reach = critical * np.sqrt((1 + rho**2 / 2) / (n - 3))
    middle = np.arctanh(rho)
    return Interval(float(np.tanh(middle - reach)), float(np.tanh(middle + reach)))

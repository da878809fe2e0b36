"""Distances of counts from a rate, in standard deviations of chance."""

from __future__ import annotations

import numpy as np

from . import special
from .binomial import at_most, log_pmf, more_than
from .counts import Floats

SMALLEST_TAIL = 1e-300  # a double holds no smaller tail exactly


def mid_p_z(good: Floats, rated: Floats, center: Floats | float) -> Floats:
    """Return the normal quantile of the mid-p binomial tail; nan where there are no ratings or no center."""
    half = np.exp(log_pmf(good, rated, center)) / 2
    lower, upper = at_most(good - 1, rated, center) + half, more_than(good, rated, center) + half
    tail = np.minimum(lower, upper)
    distance = np.abs(special.ndtri(np.clip(tail, SMALLEST_TAIL, 0.5)))
    distance = np.where(tail < SMALLEST_TAIL, deviance_root(good, rated, center), distance)
    return np.where(rated > 0, np.where(lower < upper, -distance, distance), np.nan)


def deviance_root(good: Floats, rated: Floats, center: Floats | float) -> Floats:
    """Return the root of the binomial deviance, which |z| approaches where tails are too small for a number."""
    bad = rated - good
    with np.errstate(divide="ignore", invalid="ignore"):
        halves = special.xlogy(good, good / (rated * center)) + special.xlogy(
            bad, bad / (rated * (1 - center))
        )
        return np.sqrt(2 * halves)

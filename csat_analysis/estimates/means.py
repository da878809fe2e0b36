"""The mean of ratings on a scale of points, with an interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .counts import Floats, Numbers, require_between_0_and_1, whole_counts, wilson, z_value
from .rates import as_inflation

# The variance of one rating at an end of the scale from 0 to 1, where the other ratings are at the other end.
LARGEST_VARIANCE = 0.25


class Mean(NamedTuple):
    """Means of ratings in points of their scale, with their intervals; nan without ratings."""

    estimate: Floats
    low: Floats
    high: Floats


def mean_interval(numbers: Numbers, *, level: float = 0.95, inflation: Numbers = 1.0) -> Mean:
    """Return the mean rating of each row and its interval.

    Parameters
    ----------
    numbers : array
        How often each point of the scale was given: one row per mean, one column per point, from 1 on.
    level : float
        Level of the intervals.
    inflation : number or array
        Variance relative to that of independent ratings, 1 or more, per row.

    Returns
    -------
    Mean
        One value per row, within the scale.

    Raises
    ------
    ValueError
        If a count is missing, negative or not whole, the scale has one point, or inflation is below 1.

    Notes
    -----
    The Wilson interval of the mean m on the scale from 0 to 1, with n / r ratings. r is the variance of the ratings
    relative to m (1 - m), the largest possible; one more rating of the largest variance is added to both, so that equal
    ratings in the middle of the scale do not give an interval without width. On a scale of two points r is 1, and the
    interval is that of the share.

    Examples
    --------
    >>> mean, low, high = mean_interval([[1, 0, 1, 2, 16]])
    >>> [round(float(end[0]), 2) for end in (mean, low, high)]
    [4.6, 3.96, 4.86]
    """
    require_between_0_and_1(level=level)
    counts = np.atleast_2d(whole_counts(numbers, "numbers"))
    points = counts.shape[1]
    if points < 2:
        raise ValueError(f"a scale has two points or more; got {points}")
    total = counts.sum(axis=1)
    place = np.linspace(0, 1, points)
    with np.errstate(divide="ignore", invalid="ignore"):  # no ratings: nan is the answer, not a warning
        mean = counts @ place / total
        squares = (counts * (place - mean[:, None]) ** 2).sum(axis=1)
        relative = (squares + LARGEST_VARIANCE) / (total * mean * (1 - mean) + LARGEST_VARIANCE)
        effective = total / relative / as_inflation(inflation)
        low, high = wilson(mean, effective, z_value(level))
    # At an end of the scale, rounding would keep the interval from it.
    low = np.where(mean == 0, 0.0, low)
    high = np.where(mean == 1, 1.0, high)
    return Mean(*(1 + (points - 1) * end for end in (mean, low, high)))

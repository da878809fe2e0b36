"""Compare the medians of two sets of times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .counts import Numbers
from .times import median_interval


class DifferenceOfMedians(NamedTuple):
    """A difference in the unit of the times, with its interval; nan, and a note, where there is none."""

    estimate: float
    low: float
    high: float
    note: str


def difference_of_medians(
    minutes: Numbers,
    counts: Numbers = 1,
    *,
    minus: tuple[Numbers, Numbers],
    level: float = 0.95,
    inflation: float = 1.0,
    minus_inflation: float = 1.0,
) -> DifferenceOfMedians:
    """Return the difference of the medians of two independent sets of times.

    Parameters
    ----------
    minutes, counts : arrays
        Times, and how many tickets took each; by default a row is one ticket.
    minus : tuple of arrays
        Times and counts of the side to subtract.
    level : float
        Level of the interval.
    inflation, minus_inflation : float
        Design effects, 1 or more, where several tickets are of one customer; see `design_effect`.

    Returns
    -------
    DifferenceOfMedians
        No interval where a side has too few times for one: at 95 % fewer than 6.

    Raises
    ------
    ValueError
        If a time is negative.

    Notes
    -----
    The order-statistic limits l and u of each median are combined as in Zou & Donner 2008, Stat Med 27:1693-1702:
    d - sqrt((m1 - l1)^2 + (u2 - m2)^2) to d + sqrt((u1 - m1)^2 + (m2 - l2)^2). Unlike two intervals that must not
    overlap it keeps its level also where one side has many more times than the other.

    Examples
    --------
    >>> difference_of_medians(range(40, 60), minus=(range(10, 30), 1))
    DifferenceOfMedians(estimate=30.0, low=23.6..., high=36.3..., note='')
    """
    ours = median_interval(minutes, counts, level=level, inflation=inflation)
    theirs = median_interval(*minus, level=level, inflation=minus_inflation)
    estimate = ours.estimate - theirs.estimate
    low = estimate - np.hypot(ours.estimate - ours.low, theirs.high - theirs.estimate)
    high = estimate + np.hypot(ours.high - ours.estimate, theirs.estimate - theirs.low)
    return DifferenceOfMedians(estimate, float(low), float(high), ours.note or theirs.note)

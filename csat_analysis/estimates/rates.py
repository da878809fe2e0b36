"""Rates with their intervals: one rate, the difference of two, and non-response."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from .counts import (
    Interval,
    Numbers,
    as_counts,
    as_floats,
    in_shape_of,
    require_between_0_and_1,
    require_same_index,
    share,
    whole_counts,
)


class Difference(NamedTuple):
    """A difference of two shares, -1 to 1 (0.05 is five points), with its interval."""

    estimate: Numbers
    low: Numbers
    high: Numbers


def wilson_interval(good: Numbers, rated: Numbers, *, level: float = 0.95) -> Interval:
    """Wilson score interval of a share of good ratings.

    With p = good / rated and n = rated: (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).
    good, rated: counts, scalars or arrays of one shape; 0 <= good <= rated.
    Returns (low, high): shares in [0, 1], same shape (floats for scalars, Series for Series);
    nan where rated is 0 (nothing is known).
    Raises ValueError if a count is missing, negative or not whole, or good exceeds rated.

    >>> low, high = wilson_interval(9, 10)
    >>> round(low, 4), round(high, 4)
    (0.5958, 0.9821)

    Newcombe 1998, Stat Med 17:857-872, method 3.
    """
    require_between_0_and_1(level=level)
    goods, totals = as_counts(good, rated)
    with np.errstate(divide="ignore", invalid="ignore"):  # rated 0: nan is the answer, not a warning
        low, high = proportion_confint(goods, totals, alpha=1 - level, method="wilson")
    # At no good and all good the formula gives 0 and 1 but for rounding.
    low = np.where((goods == 0) & (totals > 0), 0.0, low)
    high = np.where((goods == totals) & (totals > 0), 1.0, high)
    return Interval(in_shape_of(low, good, rated), in_shape_of(high, good, rated))


def newcombe_difference(
    good: Numbers, rated: Numbers, *, minus: tuple[Numbers, Numbers], level: float = 0.95
) -> Difference:
    """Difference of two independent shares of good ratings, with Newcombe's hybrid score interval.

    With d = p1 - p2 and the Wilson limits l and u of each share: d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to
    d + sqrt((u1 - p1)^2 + (p2 - l2)^2).
    good, rated: counts of the one side; minus: (good, rated) of the side to subtract, of the same shape.
    Returns (estimate, low, high): differences of shares in [-1, 1]; nan where either side has no ratings.
    Raises ValueError for impossible counts, and for Series whose indexes differ.

    >>> this_week, last_week = (56, 70), (48, 80)
    >>> [round(float(x), 4) for x in newcombe_difference(*this_week, minus=last_week)]
    [0.2, 0.0524, 0.3339]

    Newcombe 1998, Stat Med 17:873-890, method 10.
    """
    require_same_index(good=good, rated=rated, minus_good=minus[0], minus_rated=minus[1])
    ours, theirs = share(*as_counts(good, rated)), share(*as_counts(*minus))
    our_low, our_high = (as_floats(end) for end in wilson_interval(good, rated, level=level))
    their_low, their_high = (as_floats(end) for end in wilson_interval(*minus, level=level))
    estimate = ours - theirs
    low = estimate - np.hypot(ours - our_low, their_high - theirs)
    high = estimate + np.hypot(our_high - ours, theirs - their_low)
    return Difference(*(in_shape_of(part, good, rated, *minus) for part in (estimate, low, high)))


def response_bounds(good: Numbers, rated: Numbers, *, offered: Numbers) -> Interval:
    """All that is certain about the share of satisfied customers among those who were asked.

    good, rated: counts of answers; offered: surveys sent, answered or not (rated <= offered).
    Returns (low, high): as if every customer who did not answer were dissatisfied, or satisfied; nan where
    offered is 0: good / offered to (good + offered - rated) / offered. Sampling noise is not in it;
    `wilson_interval` holds that and nothing of non-response.
    Raises ValueError for impossible counts.

    >>> [round(x, 2) for x in response_bounds(180, 200, offered=1000)]
    [0.18, 0.98]

    Worst-case bounds: Manski 2003, Partial Identification of Probability Distributions, ch. 1.
    """
    require_same_index(good=good, rated=rated, offered=offered)
    goods, answers = as_counts(good, rated)
    asked = whole_counts(offered, "offered")
    if (answers > asked).any():
        raise ValueError("rated must not exceed offered; count answered surveys among the offered ones")
    ends = share(goods, asked), share(goods + asked - answers, asked)
    return Interval(*(in_shape_of(end, good, rated, offered) for end in ends))

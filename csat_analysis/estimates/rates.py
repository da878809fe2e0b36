"""Rates with intervals, differences of rates, and bounds for non-response."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .counts import (
    Floats,
    Interval,
    Numbers,
    as_counts,
    as_floats,
    in_shape_of,
    require_between_0_and_1,
    require_same_index,
    share,
    whole_counts,
    wilson,
    z_value,
)


class Difference(NamedTuple):
    """A difference of two shares from -1 to 1 (0.05 is five points), with its interval."""

    estimate: Numbers
    low: Numbers
    high: Numbers


def wilson_interval(
    good: Numbers, rated: Numbers, *, level: float = 0.95, inflation: Numbers = 1.0
) -> Interval:
    """Return the Wilson score interval of a share of good ratings.

    Parameters
    ----------
    good, rated : counts
        Scalars, arrays or Series of one shape.
    level : float
        Level of the interval.
    inflation : number or array
        Variance relative to that of independent ratings, 1 or more: a design effect, or the squared spread between
        weeks. The interval is that of rated / inflation ratings.

    Returns
    -------
    Interval
        Shares from 0 to 1 in the shape of the counts; nan where there are no ratings.

    Raises
    ------
    ValueError
        If a count is missing, negative or not whole, if good exceeds rated, or if inflation is below 1.

    Notes
    -----
    With p = good / rated and n = rated / inflation:
    (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n).
    Newcombe 1998, Stat Med 17:857-872, method 3; on the effective sample size as in Korn & Graubard 1998, Survey
    Methodology 24:193-201.

    Examples
    --------
    >>> low, high = wilson_interval(9, 10)
    >>> round(low, 4), round(high, 4)
    (0.5958, 0.9821)
    """
    require_between_0_and_1(level=level)
    goods, totals = as_counts(good, rated)
    factors = as_inflation(inflation)
    with np.errstate(divide="ignore", invalid="ignore"):  # no ratings: nan is the answer, not a warning
        low, high = wilson(goods / totals, totals / factors, z_value(level))
    # Where all ratings are good or bad, rounding would keep the ends from 1 and 0.
    low = np.where((goods == 0) & (totals > 0), 0.0, low)
    high = np.where((goods == totals) & (totals > 0), 1.0, high)
    return Interval(in_shape_of(low, good, rated), in_shape_of(high, good, rated))


def newcombe_difference(
    good: Numbers,
    rated: Numbers,
    *,
    minus: tuple[Numbers, Numbers],
    level: float = 0.95,
    inflation: Numbers = 1.0,
    minus_inflation: Numbers = 1.0,
) -> Difference:
    """Return the difference of two independent shares of good ratings, with Newcombe's hybrid score interval.

    Parameters
    ----------
    good, rated : counts
        Ratings of the one side.
    minus : tuple of counts
        Good and rated of the side to subtract, of the same shape.
    level : float
        Level of the interval.
    inflation, minus_inflation : number or array
        Variance of each side relative to that of independent ratings; see `wilson_interval`.

    Returns
    -------
    Difference
        Differences of shares from -1 to 1; nan where either side has no ratings.

    Raises
    ------
    ValueError
        If counts are impossible, or indexes differ.

    Notes
    -----
    With d = p1 - p2 and the Wilson limits l and u of each share: d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to
    d + sqrt((u1 - p1)^2 + (p2 - l2)^2). Newcombe 1998, Stat Med 17:873-890, method 10.

    Examples
    --------
    >>> this_week, last_week = (56, 70), (48, 80)
    >>> [round(float(x), 4) for x in newcombe_difference(*this_week, minus=last_week)]
    [0.2, 0.0524, 0.3339]
    """
    require_same_index(good=good, rated=rated, minus_good=minus[0], minus_rated=minus[1])
    ours, theirs = share(*as_counts(good, rated)), share(*as_counts(*minus))
    our_ends = wilson_interval(good, rated, level=level, inflation=inflation)
    their_ends = wilson_interval(*minus, level=level, inflation=minus_inflation)
    our_low, our_high, their_low, their_high = (as_floats(end) for end in (*our_ends, *their_ends))
    estimate = ours - theirs
    low = estimate - np.hypot(ours - our_low, their_high - theirs)
    high = estimate + np.hypot(our_high - ours, theirs - their_low)
    return Difference(*(in_shape_of(part, good, rated, *minus) for part in (estimate, low, high)))


def smallest_difference(
    good: Numbers, rated: Numbers, *, minus: tuple[Numbers, Numbers], level: float = 0.95
) -> Numbers:
    """Return how far apart two rates must be for their difference to show, if all their ratings have one rate.

    good, rated, minus, level: as in `newcombe_difference`; a number of good ratings may also be an expected one. By the
    normal distribution, with a good and a bad rating more: all good does not prove that a bad rating cannot be.

    >>> round(smallest_difference(104, 120, minus=(350, 410), level=0.99), 3)
    0.094
    """
    goods, totals, other_goods, others = (as_floats(part) for part in (good, rated, *minus))
    rate = (goods + other_goods + 1) / (totals + others + 2)
    apart = z_value(level) * np.sqrt(rate * (1 - rate) * (1 / totals + 1 / others))
    return in_shape_of(apart, good, rated, *minus)


def as_inflation(inflation: Numbers) -> Floats:
    """Return inflation as an array; raise ValueError if it is below 1 or missing."""
    factors = as_floats(inflation)
    if not (factors >= 1).all():
        raise ValueError("inflation must be 1 or more and not missing")
    return factors


def response_bounds(good: Numbers, rated: Numbers, *, offered: Numbers) -> Interval:
    """Return the worst-case bounds of satisfaction among all customers who were asked.

    Parameters
    ----------
    good, rated : counts
        Answers.
    offered : counts
        Surveys sent, answered or not.

    Returns
    -------
    Interval
        The share of satisfied customers if all who did not answer were dissatisfied, and if all were satisfied: good
        / offered and (good + offered - rated) / offered; nan where nothing was offered.

    Raises
    ------
    ValueError
        If counts are impossible.

    Notes
    -----
    The bounds hold no sampling error, and `wilson_interval` holds no non-response. If no unanswered survey is known
    the bounds are the rate itself: then say that the list of surveys is incomplete. Manski 2003, Partial
    Identification of Probability Distributions, chapter 1.

    Examples
    --------
    >>> [round(x, 2) for x in response_bounds(180, 200, offered=1000)]
    [0.18, 0.98]
    """
    require_same_index(good=good, rated=rated, offered=offered)
    goods, answers = as_counts(good, rated)
    asked = whole_counts(offered, "offered")
    if (answers > asked).any():
        raise ValueError("rated must not exceed offered; count answered surveys among the offered ones")
    ends = share(goods, asked), share(goods + asked - answers, asked)
    return Interval(*(in_shape_of(end, good, rated, offered) for end in ends))

"""Allow for customers who rate several times: their ratings are alike and say less than as many independent ones."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from .counts import Numbers, as_counts, as_floats, in_shape_of, share, whole_counts

HIGHEST_LEVEL = 1 - 1e-12
LEAST_CLUSTER_SIZE = 1.1  # below it nearly every customer rated once, and no allowance is made


def intraclass_correlation(good: Numbers, rated: Numbers, customers: Numbers = 1) -> float:
    """Estimate how alike the ratings of one customer are.

    Parameters
    ----------
    good, rated : counts
        Ratings per customer over a long time such as a year, or per distinct pair of counts.
    customers : counts
        How many customers have each pair; by default one.

    Returns
    -------
    float
        From 0 (no more alike than ratings of different customers) to 1 (always the same); 0 where it cannot be
        estimated, because nobody rated twice or there are fewer than two customers.

    Raises
    ------
    ValueError
        If counts are impossible.

    Notes
    -----
    One-way analysis of variance: (MSB - MSW) / (MSB + (n0 - 1) MSW), with the mean squares between and within
    customers, n0 = (N - sum(n_i^2) / N) / (k - 1), N ratings and k customers; not below 0. Donner 1986, Int Stat Rev
    54:67-82.

    Examples
    --------
    >>> round(intraclass_correlation([2, 0, 1], [2, 2, 2], customers=[40, 5, 5]), 2)
    0.61
    """
    goods, totals = as_counts(good, rated)
    weights = np.broadcast_to(whole_counts(customers, "customers"), totals.shape) * (totals > 0)
    ratings, people = float((weights * totals).sum()), float(weights.sum())
    if people < 2 or ratings <= people:
        return 0.0
    rate = (weights * goods).sum() / ratings
    between = (weights * totals * (share(goods, totals) - rate) ** 2)[totals > 0].sum() / (people - 1)
    within = (weights * goods * (1 - share(goods, totals)))[totals > 0].sum() / (ratings - people)
    size = (ratings - (weights * totals**2).sum() / ratings) / (people - 1)
    total = between + (size - 1) * within
    return float(max(0.0, (between - within) / total)) if total > 0 else 0.0


def design_effect(rated: Numbers, squares: Numbers, correlation: float) -> Numbers:
    """Return the variance of a rate relative to that of as many independent ratings.

    Parameters
    ----------
    rated : counts
        Ratings.
    squares : numbers
        Sum over customers of their squared number of these ratings; as large as `rated` if everybody rated once.
    correlation : float
        Intraclass correlation of all ratings; see `intraclass_correlation`.

    Returns
    -------
    float, array or Series
        1 or more, in the shape of `rated`.

    Raises
    ------
    ValueError
        If `squares` is smaller than `rated`.

    Notes
    -----
    Kish 1965, Survey Sampling: 1 + (m - 1) ICC, with m = sum(n_i^2) / sum(n_i), the number of ratings of the customer
    behind an average rating. 1 where m is 1.1 or less.

    Examples
    --------
    >>> design_effect(260, 650, 0.2)
    1.3
    """
    totals, sums = whole_counts(rated, "rated"), as_floats(squares)
    if (sums < totals).any():
        raise ValueError("squares must not be smaller than rated; add up the squared ratings per customer")
    size = np.where(totals > 0, share(sums, totals), 1.0)
    effect = np.where(size > LEAST_CLUSTER_SIZE, 1 + (size - 1) * correlation, 1.0)
    return in_shape_of(effect, rated, squares)


def widen_level(level: float, inflation: float) -> float:
    """Return the level at which an interval for independent ratings is wide enough for ratings that are alike.

    Parameters
    ----------
    level : float
        Level of the interval that is wanted.
    inflation : float
        Design effect: variance relative to independent ratings, 1 or more.

    Returns
    -------
    float
        The level whose normal quantile is that of `level` times the root of `inflation`. For the Wilson interval this
        is the same as rated / inflation ratings; use it where a method takes no `inflation`.

    Examples
    --------
    >>> round(widen_level(0.95, 1.3), 4)
    0.9746
    """
    tail = norm.sf(norm.isf((1 - level) / 2) * np.sqrt(max(1.0, inflation)))
    return float(min(1 - 2 * tail, HIGHEST_LEVEL))

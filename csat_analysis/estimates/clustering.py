"""Allow for customers who rate several times: their ratings are alike and say less than as many independent ones."""

from __future__ import annotations

import numpy as np

from . import special
from .counts import Numbers, as_counts, as_floats, in_shape_of, share, whole_counts

HIGHEST_LEVEL = 1 - 1e-12
ROUNDING_ERROR = 1e-12
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
    The larger one of two estimates, because each is too low where the other is not:

    See `correlation_of_choices`: a rating is a choice between good and bad.

    Examples
    --------
    >>> round(intraclass_correlation([2, 0, 1], [2, 2, 2], customers=[40, 5, 5]), 2)
    0.61
    """
    goods, totals = as_counts(good, rated)
    bads = totals - goods
    people = np.broadcast_to(whole_counts(customers, "customers"), totals.shape)
    common = goods * (people * goods).sum() + bads * (people * bads).sum()
    return correlation_of_choices(totals, goods**2 + bads**2, common, people)


def correlation_of_choices(
    answers: Numbers, alike: Numbers, common: Numbers, customers: Numbers = 1
) -> float:
    """Estimate how alike the answers of one customer are, each of which is one of several choices.

    Parameters
    ----------
    answers : counts
        Answers per customer over a long time such as a year, or per distinct triple of `answers`, `alike` and `common`.
    alike : counts
        Sum over choices of how often the customer made each, squared: as large as answers squared if all are equal.
    common : counts
        Sum over choices of how often the customer made each, times how often all customers together did.
    customers : counts
        How many customers have each triple; by default one.

    Returns
    -------
    float
        From 0 to 1, as `intraclass_correlation`.

    Notes
    -----
    The larger one of two estimates, because each is too low where the other is not:

    - one-way analyses of variance, one for each choice (made or not): (MSB - MSW) / (MSB + (n0 - 1) MSW), with the mean
      squares between and within customers, whose sums of squares are added up before, and n0 = (N - sum(n_i^2) / N) /
      (k - 1) for N answers of k customers. Donner 1986, Int Stat Rev 54:67-82. Every customer weighs alike, so it finds
      nothing in one customer who gave 300 of 1,000 ratings, while nearly all others rated once.
    - the mean product of two deviations from the common rate p, over all pairs of answers by one customer, relative to
      p (1 - p), both added up over choices: a customer weighs by their pairs of answers, as in the design effect. It
      finds little in customers whose answers are always the same, and those of most others. Karlin, Cameron & Williams
      1981, PNAS 78:2664-2668.

    Examples
    --------
    Of 50 customers with two answers, 45 chose the same twice (40 the first, 5 the second), 5 one of each.

    >>> common = [2 * 85, 2 * 15, 85 + 15]
    >>> round(correlation_of_choices([2, 2, 2], [4, 4, 2], common, [40, 5, 5]), 2)
    0.61
    """
    sizes, squares, shared, people = (as_floats(part) for part in (answers, alike, common, customers))
    people = people * (sizes > 0)
    total, number = float((people * sizes).sum()), float(people.sum())
    if number < 2 or total <= number:
        return 0.0
    # The sum over choices of their squared share.
    expected = (people * shared).sum() / total**2
    equal = (people * share(squares, sizes))[people > 0].sum()
    between = (equal - total * expected) / (number - 1)
    within = (total - equal) / (total - number)
    size = (total - (people * sizes**2).sum() / total) / (number - 1)
    by_variance = _ratio(between - within, between + (size - 1) * within)
    # Pairs of equal answers, less those that the shares of all would give.
    pairs = sizes * (sizes - 1)
    products = squares - sizes - 2 * (sizes - 1) * shared / total + pairs * expected
    by_pairs = _ratio((people * products).sum(), (people * pairs).sum() * (1 - expected))
    return max(by_variance, by_pairs)


def _ratio(part: float, whole: float) -> float:
    """Return a ratio between 0 and 1; 0 where the whole is no more than a rounding error of sums."""
    return float(np.clip(part / whole, 0.0, 1.0)) if whole > ROUNDING_ERROR else 0.0


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
    tail = special.ndtr(special.ndtri((1 - level) / 2) * np.sqrt(max(1.0, inflation)))
    return float(min(1 - 2 * tail, HIGHEST_LEVEL))

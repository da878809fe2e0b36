"""Find the week in which a rate changed, with an interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import special
from .counts import Floats, Numbers, as_counts

# Twice the log-likelihood that a week may lie below the best one. At 3.84, the chi-squared limit, the interval would
# hold the true week too seldom: the likelihood has steps. Simulated in tests/estimates/test_change_point.py.
LIKELIHOOD_DROP = 6.0


class ChangePoint(NamedTuple):
    """Positions of weeks, counted from 0: the likeliest first week of the new rate, and its interval."""

    week: int
    earliest: int
    latest: int


def find_change_point(good: Numbers, rated: Numbers, *, overdispersion: float = 1.0) -> ChangePoint:
    """Find the first week of a new rate in a series whose rate changed once.

    Parameters
    ----------
    good, rated : counts
        Ratings per week, in order of time; at least two weeks with ratings.
    overdispersion : float
        Variance of the weekly rates relative to the binomial one, 1 or more. It divides the log-likelihood.

    Returns
    -------
    ChangePoint
        The interval holds all weeks between the first and the last whose log-likelihood lies close to the
        largest; it is about a 95 % interval.

    Raises
    ------
    ValueError
        If counts are impossible, or fewer than two weeks have ratings.

    Notes
    -----
    Maximum likelihood of two binomial rates, one before and one from the week on (Hinkley & Hinkley 1970,
    Biometrika 57:477-488).

    Examples
    --------
    >>> find_change_point([18, 18, 18, 10, 10, 10], [20] * 6)
    ChangePoint(week=3, earliest=3, latest=3)
    """
    goods, totals = as_counts(good, rated)
    if (totals > 0).sum() < 2:
        raise ValueError("a change point needs two weeks with ratings")
    before_good, before_rated = np.cumsum(goods)[:-1], np.cumsum(totals)[:-1]
    likelihood = log_likelihood(before_good, before_rated) + log_likelihood(
        goods.sum() - before_good, totals.sum() - before_rated
    )
    likelihood[(before_rated == 0) | (before_rated == totals.sum())] = -np.inf
    close = np.flatnonzero(likelihood >= likelihood.max() - overdispersion * LIKELIHOOD_DROP / 2)
    return ChangePoint(int(np.argmax(likelihood)) + 1, int(close[0]) + 1, int(close[-1]) + 1)


def log_likelihood(good: Floats, rated: Floats) -> Floats:
    """Return the binomial log-likelihood at the observed rate, without constants."""
    rate = np.divide(good, rated, out=np.zeros_like(good), where=rated > 0)
    return np.asarray(special.xlogy(good, rate) + special.xlogy(rated - good, 1 - rate))

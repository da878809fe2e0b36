"""Funnel plot: how far a rate may lie from the common one by chance, and whether rates lie further apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, chi2

from .counts import (
    Floats,
    Interval,
    Numbers,
    as_counts,
    in_shape_of,
    require_between_0_and_1,
    require_share,
    share,
    whole_counts,
)

MINIMUM_RATINGS = 10  # units with fewer say little about the spread
MINIMUM_UNITS = 5  # below it a measure of spread is too uncertain to be shown


class Overdispersion(NamedTuple):
    """Spread of units, such as groups, relative to chance.

    n_units: units used; left_out: units with too few ratings; phi: chi-squared per degree of freedom, about 1 where
    chance is all there is, nan below five units; p_value: chance of so large a chi-squared without differences, nan
    below two units. Both are nan where all ratings are alike.
    """

    n_units: int
    left_out: int
    phi: float
    p_value: float


def funnel_limits(rated: Numbers, *, center: float, level: float = 0.95) -> Interval:
    """Return the limits that the rate of a unit leaves by chance with probability (1 - level) / 2 on each side.

    Parameters
    ----------
    rated : counts
        Ratings of the unit.
    center : float
        Common rate; nan gives nan.
    level : float
        Probability between the limits, at least.

    Returns
    -------
    Interval
        Shares from 0 to 1 in the shape of the counts; nan where there are no ratings. A rate lies outside exactly if
        its one-sided binomial tail is below (1 - level) / 2.

    Raises
    ------
    ValueError
        If counts are impossible, or the center lies outside [0, 1].

    Notes
    -----
    Lower limit: (r - (F(r) - q) / f(r)) / n with q = (1 - level) / 2, r the q quantile of Binomial(n, center), f its
    probabilities and F their sums (Spiegelhalter 2005, Stat Med 24:1185-1202, appendix A.1.1). Upper limit: the lower
    one of the bad ratings. The printed formula for the upper limit lies below r, although r or more has a chance above
    q: at a common rate of 0.85 it puts 20 good of 20 (chance 4 %) outside 99.8 % limits.

    Examples
    --------
    >>> low, high = funnel_limits(50, center=0.85)
    >>> round(low, 4)
    0.734
    """
    require_between_0_and_1(level=level)
    require_share(center=center)
    totals = whole_counts(rated, "rated")
    tail = (1 - level) / 2
    low, high = lower_limit(totals, center, tail), 1 - lower_limit(totals, 1 - center, tail)
    return Interval(*(in_shape_of(np.clip(end, 0, 1), rated) for end in (low, high)))


def lower_limit(rated: Floats, center: float, tail: float) -> Floats:
    """Return the share below which the binomial tail is smaller than `tail`, interpolated between whole counts."""
    count = binom.ppf(tail, rated, center)
    excess = (binom.cdf(count, rated, center) - tail) / binom.pmf(count, rated, center)
    return share(np.maximum(count - excess, 0), rated)


def overdispersion(
    good: Numbers,
    rated: Numbers,
    *,
    minimum_ratings: int = MINIMUM_RATINGS,
    minimum_units: int = MINIMUM_UNITS,
) -> Overdispersion:
    """Measure how much more than chance the rates of units lie apart.

    Parameters
    ----------
    good, rated : counts
        Ratings per unit.
    minimum_ratings : int
        Units with fewer ratings are left out.

    Returns
    -------
    Overdispersion

    Raises
    ------
    ValueError
        If counts are impossible.

    Notes
    -----
    phi is Pearson's chi-squared of the counts over its degrees of freedom, and the p value is the tail of the same
    chi-squared: so they never disagree. (Spiegelhalter's phi for the width of funnel limits is winsorised, which this
    is not: a single group far off is a difference between groups.)

    Examples
    --------
    >>> found = overdispersion([90, 88, 91, 70, 86], [100] * 5)
    >>> round(found.phi, 1), round(found.p_value, 4)
    (5.8, 0.0001)
    """
    goods, totals = as_counts(good, rated)
    used = totals >= max(1, minimum_ratings)
    units, left_out = int(used.sum()), int((~used).sum())
    rate = share(goods[used].sum(), totals[used].sum())
    if units < 2 or rate in (0, 1):
        return Overdispersion(units, left_out, np.nan, np.nan)
    excess = goods[used] - totals[used] * rate
    chi_squared = float((excess**2 / (totals[used] * rate * (1 - rate))).sum())
    phi = chi_squared / (units - 1) if units >= MINIMUM_UNITS else np.nan
    return Overdispersion(units, left_out, phi, float(chi2.sf(chi_squared, units - 1)))

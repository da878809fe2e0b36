"""The funnel: how far a rate may lie from the common one by chance, given its count, and excess spread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, chi2
from scipy.stats.mstats import winsorize

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

WINSORISED_SHARE = 0.1  # of the z values, at each end
MINIMUM_RATINGS = 10  # units with fewer say little about spread


class Overdispersion(NamedTuple):
    """Spread of units beyond chance.

    n_units: units used; left_out: units with too few ratings. phi: mean squared winsorised z, about 0.7 where
    chance is all there is; limits widen above 1. tau_squared: variance of the true rates between units, 0
    where chance explains the spread. p_value: of a phi as large by chance alone, a little too large because of
    the winsorising. All nan below two units, and where all ratings are alike.
    """

    n_units: int
    left_out: int
    phi: float
    tau_squared: float
    p_value: float


def funnel_limits(rated: Numbers, *, center: float, level: float = 0.95, phi: float = 1.0) -> Interval:
    """Limits that a unit of this size leaves by chance with probability (1 - level) / 2 at most on each side.

    rated: counts; center: the common rate (nan gives nan); phi: overdispersion, which widens the limits by
    its root if above 1. Returns (low, high): shares in [0, 1], same shape; nan where rated is 0.
    Lower limit: (r - (F(r) - q) / f(r)) / n with q = (1 - level) / 2, r the q quantile of Binomial(n, center), f
    its probabilities and F their sums. Upper limit: the lower one of the bad ratings. With phi = 1 a rate lies
    outside exactly if its one-sided binomial tail is below q. Raises ValueError for a center outside [0, 1].

    >>> low, high = funnel_limits(50, center=0.85)
    >>> round(low, 4)
    0.734

    Spiegelhalter 2005, Stat Med 24:1185-1202, appendix A.1.1, for the lower limit. The same formula at the upper
    quantile falls below r, although r or more has a chance above q by the definition of r: at a common rate of
    0.85 it puts 20 good of 20 (chance 4 %) outside 99.8 % limits, and at every number of ratings from 10 to 500
    more lies above it than the 0.1 % it stands for (0.41 % on average). Above the limit used here lies 0.06 %
    on average, and never more than 0.1 %.
    """
    require_between_0_and_1(level=level)
    require_share(center=center)
    totals = whole_counts(rated, "rated")
    tail, stretch = (1 - level) / 2, np.sqrt(max(1.0, phi))
    low = center - stretch * (center - lower_limit(totals, center, tail))
    high = center + stretch * (1 - lower_limit(totals, 1 - center, tail) - center)
    return Interval(*(in_shape_of(np.clip(end, 0, 1), rated) for end in (low, high)))


def lower_limit(rated: Floats, center: float, tail: float) -> Floats:
    """Share below which the binomial tail is smaller than the given, interpolated between whole counts."""
    count = binom.ppf(tail, rated, center)
    excess = (binom.cdf(count, rated, center) - tail) / binom.pmf(count, rated, center)
    return share(np.maximum(count - excess, 0), rated)


def overdispersion(
    good: Numbers, rated: Numbers, *, minimum_ratings: int = MINIMUM_RATINGS
) -> Overdispersion:
    """Phi and tau squared of units (groups, agents) against their common rate.

    good, rated: counts per unit; units below minimum_ratings are left out. z = (p - center) / s are the
    standardised rates with s^2 = center (1 - center) / n, winsorised at 10 % on each side; phi is the mean of z^2.
    tau^2 = max(0, (I phi - (I - 1)) / (sum w - sum w^2 / sum w)) for I units of weight w = 1 / s^2. p_value is the
    tail of chi squared with I - 1 degrees of freedom at I phi.
    Raises ValueError for impossible counts.
    Spiegelhalter 2005, Stat Med 24:1185-1202, appendix A.3.
    """
    goods, totals = as_counts(good, rated)
    used = totals >= max(1, minimum_ratings)
    center = share(goods[used].sum(), totals[used].sum())
    variance = share(np.full(totals.shape, center * (1 - center)), totals)[used]
    units, left_out = int(used.sum()), int((~used).sum())
    if units < 2 or not variance.all():  # one unit, or all ratings alike: no spread to measure
        return Overdispersion(units, left_out, np.nan, np.nan, np.nan)
    phi = mean_squared_z((goods[used] / totals[used] - center) / np.sqrt(variance))
    p_value = float(chi2.sf(units * phi, units - 1))
    return Overdispersion(units, left_out, phi, tau_squared(phi, variance), p_value)


def mean_squared_z(z: Floats) -> float:
    """Phi: mean of z squared after winsorising, so that one outlier does not set the spread of all."""
    return float(np.mean(np.square(winsorize(np.asarray(z), limits=WINSORISED_SHARE))))


def tau_squared(phi: float, variance: Floats) -> float:
    """Variance between units from phi and the binomial variances within (DerSimonian-Laird); 0 if none."""
    weights, units = 1 / variance, variance.size
    spare = weights.sum() - np.square(weights).sum() / weights.sum()
    return float(max(0.0, (units * phi - (units - 1)) / spare)) if units > 1 else 0.0

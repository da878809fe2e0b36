"""Whether the rates of units, such as groups, lie further apart than chance puts them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import special
from .counts import Numbers, as_counts, as_floats, share

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


def overdispersion(
    good: Numbers,
    rated: Numbers,
    *,
    inflation: Numbers = 1.0,
    minimum_ratings: int = MINIMUM_RATINGS,
) -> Overdispersion:
    """Measure how much more than chance the rates of units lie apart.

    Parameters
    ----------
    good, rated : counts
        Ratings per unit.
    inflation : numbers
        Variance of each rate relative to independent ratings, 1 or more, as where customers rate several times.
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
    factor = np.broadcast_to(np.maximum(1.0, as_floats(inflation)), totals.shape)[used]
    units, left_out = int(used.sum()), int((~used).sum())
    rate = share(goods[used].sum(), totals[used].sum())
    if units < 2 or rate in (0, 1):
        return Overdispersion(units, left_out, np.nan, np.nan)
    excess = goods[used] - totals[used] * rate
    chi_squared = float((excess**2 / (factor * totals[used] * rate * (1 - rate))).sum())
    phi = chi_squared / (units - 1) if units >= MINIMUM_UNITS else np.nan
    return Overdispersion(units, left_out, phi, float(special.chdtrc(units - 1, chi_squared)))

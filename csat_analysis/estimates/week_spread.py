"""Measure how much more than chance the rates of weeks vary."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import special
from .counts import Floats, Numbers, as_counts, share
from .tails import mid_p_z

MINIMUM_WEEKS = 12  # below this number the spread of weeks cannot be measured
MINIMUM_RATINGS = 10  # a week with fewer says nothing about the spread and raises no alarm
MOVING_RANGE_MEAN = 1.128  # expected |difference| of two standard normal values (d2 for n = 2)
LEAST_OWN_WEIGHT = 0.25  # of a series' own value, beside that of all series
# Relative variance of a mean of squared successive differences, times their number (normal values).
VARIANCE_OF_ONE_DIFFERENCE = 3.0
DEGREES_OF_FREEDOM = 0.65  # that such a mean is worth, per difference


class WeekSpread(NamedTuple):
    """Spread of weeks relative to chance.

    sigma_z: of all weeks; of_others: for each week, of the other weeks; both 1 or more. note: "" or why not known.
    """

    sigma_z: float
    of_others: Floats
    note: str


def measure_week_spread(good: Numbers, rated: Numbers) -> WeekSpread:
    """Return how much more than chance the weekly rates of a year vary around their common rate.

    Parameters
    ----------
    good, rated : counts
        Ratings per complete week, in order of time. Leave out the weeks that are judged by the spread.

    Returns
    -------
    WeekSpread
        `sigma_z` is 1 where chance is all there is, and below 12 weeks of 10 ratings, which `note` then says. Use
        sigma_z**2 as `inflation` of a rate or a difference.

    Raises
    ------
    ValueError
        If counts are impossible.

    Notes
    -----
    Mean moving range of the z values of the weeks, over 1.128 (Laney 2002, Qual Eng 14:531-537), but not below 1.
    Moving ranges hardly notice a change of level. z is the normal quantile of the mid-p binomial tail.

    Examples
    --------
    >>> round(measure_week_spread([46, 38] * 10, [50] * 20).sigma_z, 1)
    2.7
    """
    goods, totals = (np.atleast_1d(counts) for counts in as_counts(good, rated))
    center = share(goods.sum(), totals.sum())
    return spread_from_z(mid_p_z(goods, totals, center), totals)


def week_inflation(good: Numbers, rated: Numbers, *, level: float) -> Numbers:
    """Return by how much the variance of a rate exceeds chance because weeks vary, for intervals at a level.

    Parameters
    ----------
    good, rated : DataFrame, Series or array
        Ratings per complete week of about a year, in order of time: one row per week, one column per series such as a
        group. Leave out the week that is judged.
    level : float
        Level of the interval or verdict.

    Returns
    -------
    Series, array or float
        One factor per series, 1 or more, to be passed on as `inflation`. Where customers rate several times take the
        larger of this and the design effect: the weeks hold those ratings too.

    Raises
    ------
    ValueError
        If counts are impossible or shapes differ.

    Notes
    -----
    The overdispersion is the mean squared successive difference of the weekly rates over its expectation. With several
    series each is drawn toward that of all (`pool_overdispersion`). Because it is an estimate from m differences,
    normal quantiles are replaced by those of Student's t with 0.65 m degrees of freedom. Without both, changes of six
    groups at 99 % are claimed in 3 to 4 of 100 weeks whose variance is twice that of chance.

    Examples
    --------
    >>> round(week_inflation([46, 38] * 10, [50] * 20, level=0.95), 1)
    5.8
    """
    goods, totals = (np.atleast_1d(counts) for counts in as_counts(good, rated))
    shape = len(goods), goods.shape[1] if goods.ndim == 2 else 1
    columns = goods.reshape(shape), totals.reshape(shape)
    squares = squared_differences(*columns)
    differences = (~np.isnan(squares)).sum(axis=0)
    rate = (columns[0].sum(axis=0) + 0.5) / (columns[1].sum(axis=0) + 1)
    raw = np.nansum(squares, axis=0) / np.maximum(differences, 1) / (rate * (1 - rate))
    spread = pool_overdispersion(raw, np.where(differences >= MINIMUM_WEEKS - 1, differences, 0))
    tail = (1 - level) / 2
    quantile = special.stdtrit(np.maximum(1, DEGREES_OF_FREEDOM * differences), tail) / special.ndtri(tail)
    factor = np.where(spread > 1, spread * quantile**2, 1.0)
    if isinstance(good, pd.DataFrame):
        return pd.Series(factor, index=good.columns)
    return factor if np.ndim(good) == 2 else float(factor[0])


def spread_from_z(z: Floats, rated: Floats) -> WeekSpread:
    """Return the spread of weeks from their z values, for each week without that week itself.

    Parameters
    ----------
    z : array
        Distance of each week from its level, in standard deviations of chance.
    rated : array
        Ratings of each week; those with fewer than 10 are left out.

    Notes
    -----
    Mean moving range over 1.128 (Laney 2002, Qual Eng 14:531-537), but not below 1.
    """
    places = np.flatnonzero(rated >= MINIMUM_RATINGS)
    if places.size < MINIMUM_WEEKS:
        needed = f"{MINIMUM_WEEKS} weeks of {MINIMUM_RATINGS} or more ratings, here {places.size}"
        note = f"the limits allow for no ordinary spread between weeks: measuring it needs {needed}"
        return WeekSpread(1.0, np.ones(z.size), note)
    ranges = np.abs(np.diff(z[places]))
    before, after = np.r_[0.0, ranges], np.r_[ranges, 0.0]
    touching = np.r_[1.0, np.full(places.size - 2, 2.0), 1.0]
    of_others = np.full(z.size, ranges.mean())
    of_others[places] = (ranges.sum() - before - after) / (ranges.size - touching)
    spread = np.maximum(1.0, of_others / MOVING_RANGE_MEAN)
    return WeekSpread(max(1.0, float(ranges.mean() / MOVING_RANGE_MEAN)), spread, "")


def squared_differences(good: Floats, rated: Floats) -> Floats:
    """Return the squared differences of successive weekly rates, per unit of variance of a single rating.

    Parameters
    ----------
    good, rated : arrays of shape (weeks, series)

    Returns
    -------
    array of the same shape
        (p_t - p_s)^2 / (1 / n_t + 1 / n_s) at each week t, where s is the last week before t with ratings; nan at weeks
        without ratings and at the first week. A change of level enters one difference only.
    """
    weeks, columns = np.indices(good.shape)
    latest = np.maximum.accumulate(np.where(rated > 0, weeks, -1), axis=0)
    before = np.vstack([np.full((1, good.shape[1]), -1), latest[:-1]])[: len(good)]
    known = (before >= 0) & (rated > 0)
    rate = share(good, rated)
    step = rate - rate[before, columns]
    variance = share(np.ones_like(rated), rated) + share(np.ones_like(rated), rated)[before, columns]
    return np.where(known, np.divide(step**2, variance, where=known, out=np.full(good.shape, np.nan)), np.nan)


def pool_overdispersion(raw: Floats, differences: Floats) -> Floats:
    """Return the overdispersion of each series, 1 or more, drawn toward that of all series.

    Parameters
    ----------
    raw : array
        Mean squared difference of each series over p (1 - p): 1 on average where chance is all there is.
    differences : array
        Number of differences behind each; a series with none has no say and gets 1.

    Notes
    -----
    The weight of a series' own value is the share of the variance between the values that is not due to their own
    uncertainty (empirical Bayes), and at least a quarter. A series alone keeps its own value.
    """
    known = differences > 0
    if known.sum() < 2:
        return np.where(known, np.maximum(1.0, raw), 1.0)
    mean = raw[known].mean()
    noise = VARIANCE_OF_ONE_DIFFERENCE * max(1.0, mean) ** 2 / np.maximum(differences, 1)
    between = max(0.0, float(raw[known].var(ddof=1) - noise[known].mean()))
    own = np.maximum(LEAST_OWN_WEIGHT, between / (between + noise))
    return np.where(known, np.maximum(1.0, own * raw + (1 - own) * mean), 1.0)

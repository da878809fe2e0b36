"""Measure how much more than chance the rates of weeks vary."""

from __future__ import annotations

import numpy as np

from .counts import Floats

LEAST_OWN_WEIGHT = 0.25  # of a series' own value, beside that of all series
# Relative variance of a mean of squared successive differences, times their number (normal values).
VARIANCE_OF_ONE_DIFFERENCE = 3.0


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
    found = np.full(good.shape, np.nan)
    last_rate, last_count = np.full(good.shape[1], np.nan), np.full(good.shape[1], np.nan)
    for week, (goods, counts) in enumerate(zip(good, rated, strict=True)):
        has_ratings = counts > 0
        rate = np.divide(goods, counts, out=np.full(goods.shape, np.nan), where=has_ratings)
        with np.errstate(divide="ignore"):
            found[week] = (rate - last_rate) ** 2 / (1 / counts + 1 / last_count)
        last_rate, last_count = np.where(has_ratings, (rate, counts), (last_rate, last_count))
    return found


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

"""Cumulative sums (CUSUM) of weekly ratings that show a lasting change of the rate.

A chart of single weeks sees a change at once or never, because after some weeks the new level is its own
baseline. A cumulative sum adds up the evidence of many weeks and forgets it when the rate is back to normal.
"""

from __future__ import annotations

import numpy as np

from .counts import Floats

SMALLEST_ODDS_RATIO, LARGEST_ODDS_RATIO = 1.85, 2.0  # of the changes looked for
WANTED_INFORMATION = 0.7  # of a week, after a change: about ten weeks until the limit is reached

# Limits of the sum, by weekly information (rows) and chance of a false alarm within 52 weeks (columns), as limit plus
# ln(chance). Made by benchmarks/cusum_limits.py.
INFORMATION = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56)
FALSE_ALARMS = (0.05, 0.02, 0.007, 0.002, 0.0007)
LIMIT_OFFSETS = (
    (-1.36, -1.99, -2.73, -3.64, -4.46),  # weekly information 0.01
    (-0.77, -1.28, -1.91, -2.65, -3.37),  # weekly information 0.02
    (-0.09, -0.47, -0.93, -1.53, -2.06),  # weekly information 0.04
    (0.60, 0.36, 0.04, -0.36, -0.74),  # weekly information 0.08
    (1.22, 1.09, 0.94, 0.72, 0.49),  # weekly information 0.16
    (1.72, 1.67, 1.58, 1.49, 1.41),  # weekly information 0.32
    (2.10, 2.08, 2.05, 2.02, 1.99),  # weekly information 0.64
    (2.30, 2.30, 2.29, 2.31, 2.28),  # weekly information 1.28
    (2.31, 2.30, 2.30, 2.29, 2.28),  # weekly information 2.56
)


def log_likelihood_ratio(
    good: Floats, bad: Floats, *, rate: Floats | float, odds_ratio: Floats | float
) -> Floats:
    """Return the log-likelihood ratio of an odds ratio against the given rate.

    Parameters
    ----------
    good, bad : arrays
        Counts of one or several weeks.
    rate : array or float
        Usual share of good ratings, strictly between 0 and 1.
    odds_ratio : array or float
        Factor on the odds of a good rating: below 1 for a fall.

    Returns
    -------
    array
        good ln(p1 / p0) + bad ln((1 - p1) / (1 - p0)), with p1 the rate whose odds are multiplied.

    Notes
    -----
    Steiner, Cook, Farewell & Treasure 2000, Biostatistics 1:441-452.

    Examples
    --------
    >>> scores = log_likelihood_ratio(np.array([1, 0]), np.array([0, 1]), rate=0.87, odds_ratio=0.5)
    >>> scores.round(6).tolist()
    [-0.122218, 0.57093]
    """
    changed = changed_rate(rate, odds_ratio)
    return good * np.log(changed / rate) + bad * np.log((1 - changed) / (1 - rate))


def changed_rate(rate: Floats | float, odds_ratio: Floats | float) -> Floats:
    """Return the rate whose odds are those of `rate` times the odds ratio."""
    odds = odds_ratio * np.asarray(rate, dtype=float)
    return odds / (1 - np.asarray(rate, dtype=float) + odds)


def odds_ratio_to_find(rated: Floats, rate: Floats) -> Floats:
    """Return the odds ratio above 1 that a series of so many ratings a week is watched for.

    A CUSUM finds that change soonest for which it is made. Large series are watched for smaller changes: the odds ratio
    lies between 1.85 and 2, where a week brings the wanted information (close to n p (1 - p) ln(ratio)^2 / 2).
    """
    wanted = np.sqrt(2 * WANTED_INFORMATION / (rated * rate * (1 - rate)))
    return np.exp(np.clip(wanted, np.log(SMALLEST_ODDS_RATIO), np.log(LARGEST_ODDS_RATIO)))


def weekly_information(rated: Floats | float, rate: Floats | float, odds_ratio: Floats | float) -> Floats:
    """Return the mean log-likelihood ratio that a week of so many ratings brings once the rate has changed.

    It is the number of ratings times the Kullback-Leibler divergence of the changed rate from the usual one.
    """
    usual, changed = np.asarray(rate, dtype=float), changed_rate(rate, odds_ratio)
    good, bad = changed * np.log(changed / usual), (1 - changed) * np.log((1 - changed) / (1 - usual))
    return np.asarray(rated * (good + bad))


def alarm_limit(information: Floats | float, false_alarms: float) -> Floats:
    """Return the limit that the sum of an unchanged series exceeds within 52 weeks with the given chance.

    Parameters
    ----------
    information : array or float
        Weekly information of the series; see `weekly_information`.
    false_alarms : float
        Chance of an alarm within 52 weeks, for one series and one direction.

    Returns
    -------
    array
        ln(1 / chance) plus an offset interpolated in `LIMIT_OFFSETS`, on logarithmic scales. Beyond the table the
        offset at its edge is used.

    Examples
    --------
    >>> round(float(alarm_limit(1.28, 0.007)), 2)
    7.25
    """
    row = np.interp(np.log(information), np.log(INFORMATION), np.arange(len(INFORMATION)))
    column = np.interp(-np.log(false_alarms), -np.log(FALSE_ALARMS), np.arange(len(FALSE_ALARMS)))
    left = min(int(column), len(FALSE_ALARMS) - 2)
    table = np.array(LIMIT_OFFSETS)
    by_row = table[:, left] + (column - left) * (table[:, left + 1] - table[:, left])
    return np.asarray(np.interp(row, np.arange(len(INFORMATION)), by_row) - np.log(false_alarms))

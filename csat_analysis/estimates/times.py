"""Skewed times: median and 90th percentile with intervals, their difference, and satisfaction by time bin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import bootstrap, quantile_test

from .counts import Floats, Numbers, as_floats, require_between_0_and_1, require_same_index
from .rates import wilson_interval

RESAMPLES = 1999  # of the bootstrap: the ends of a 95 % interval are then the 50th value from each side
BATCH_VALUES = 2_000_000  # resampled values held in memory at once


class TimeEstimate(NamedTuple):
    """A quantile, or a difference of medians, in the unit of the times given.

    n: times used; missing: times that were null and left out; low, high: nan where n is too small to have
    one, and note then says so.
    """

    n: int
    missing: int
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    note: str = ""


class TimeBins(NamedTuple):
    """Satisfaction by time bin.

    table: one row per bin, short to long: `from_minutes`, `to_minutes`, `median_minutes`, `good`, `rated`,
    `csat`, `low`, `high` (shares). n: tickets in it; missing: tickets without a time or without a rating.
    """

    table: pd.DataFrame
    n: int
    missing: int


def median_interval(minutes: Numbers, *, level: float = 0.95) -> TimeEstimate:
    """Median of the times with an order-statistic interval; see `quantile_interval`.

    >>> median_interval([5, 8, 13, 21, 34, 55, 89, 144, 233, 377])
    TimeEstimate(n=10, missing=0, estimate=44.5, low=8.0, high=233.0, note='')
    """
    return quantile_interval(minutes, 0.5, level=level)


def p90_interval(minutes: Numbers, *, level: float = 0.95) -> TimeEstimate:
    """90th percentile of the times with an order-statistic interval; below 36 times it has no upper end."""
    return quantile_interval(minutes, 0.9, level=level)


def quantile_interval(minutes: Numbers, quantile: float, *, level: float = 0.95) -> TimeEstimate:
    """Quantile of the times with an interval that assumes no distribution.

    minutes: one-dimensional, 0 or more; nulls ("did not happen") are left out and counted in `missing`.
    The interval runs between two of the observed times, chosen by the binomial distribution, so it covers the
    quantile with at least the level; an end that lies beyond all observed times is nan.
    Raises ValueError for negative times and for a quantile or level outside (0, 1).
    """
    require_between_0_and_1(quantile=quantile, level=level)
    times, missing = observed_times(minutes)
    if not times.size:
        return TimeEstimate(0, missing, note="no times")
    # q only sets the hypothesis of the test, which is not used here.
    low, high = quantile_test(times, q=0, p=quantile).confidence_interval(confidence_level=level)
    note = f"too few times for both ends of the interval: {times.size}" if np.isnan(low + high) else ""
    estimate = float(np.quantile(times, quantile))
    return TimeEstimate(times.size, missing, estimate, float(low), float(high), note)


def difference_of_medians(
    minutes: Numbers, *, minus: Numbers, level: float = 0.95, seed: int = 0
) -> TimeEstimate:
    """Median of the times minus the median of others, with a percentile bootstrap interval.

    minutes, minus: two independent sets of times, 0 or more; nulls are left out and counted in `missing`.
    n counts both sets. The same seed gives the same interval. Fewer than two times on a side: no interval.
    """
    require_between_0_and_1(level=level)
    (ours, our_missing), (theirs, their_missing) = observed_times(minutes), observed_times(minus)
    n, missing = ours.size + theirs.size, our_missing + their_missing
    if min(ours.size, theirs.size) < 2:
        return TimeEstimate(n, missing, note="a difference of medians needs two times on each side")
    interval = bootstrap(
        (ours, theirs),
        median_difference,
        confidence_level=level,
        n_resamples=RESAMPLES,
        batch=max(1, BATCH_VALUES // n),
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    estimate = float(median_difference(ours, theirs))
    return TimeEstimate(n, missing, estimate, float(interval.low), float(interval.high))


def median_difference(ours: Floats, theirs: Floats, axis: int = -1) -> Floats:
    """Difference of two medians along an axis."""
    return np.median(ours, axis=axis) - np.median(theirs, axis=axis)


def time_bins(minutes: Numbers, good: Numbers, *, bins: int = 5, level: float = 0.95) -> TimeBins:
    """Satisfaction by bins of time that hold about as many tickets each.

    minutes, good: one value per rated ticket; good is True/1 or False/0. A ticket without a time or with a
    null rating (neutral) is left out and counted in `missing`.
    Equal times never land in two bins, so heavy ties give fewer and uneven bins; a bin is never empty.
    Raises ValueError for negative times, ratings other than 0 and 1, or fewer than one bin.
    """
    if bins < 1:
        raise ValueError(f"bins must be 1 or more; got {bins}")
    times, goods, complete = complete_pairs(minutes, good)
    edges = times  # longest time of each bin but the last; none where there are no times
    if times.size:
        edges = np.unique(np.quantile(times, np.arange(1, bins) / bins, method="inverted_cdf"))
    tickets = pd.DataFrame({"bin": np.searchsorted(edges, times), "minutes": times, "good": goods})
    table = tickets.groupby("bin").agg(
        from_minutes=("minutes", "min"),
        to_minutes=("minutes", "max"),
        median_minutes=("minutes", "median"),
        good=("good", "sum"),
        rated=("good", "size"),
    )
    table = table.astype({"good": int}).reset_index(drop=True)
    low, high = wilson_interval(table["good"], table["rated"], level=level)
    return TimeBins(
        table.assign(csat=table["good"] / table["rated"], low=low, high=high),
        times.size,
        int((~complete).sum()),
    )


def observed_times(minutes: Numbers) -> tuple[Floats, int]:
    """The times that are not null, and how many were; ValueError if one is negative or infinite."""
    times = np.atleast_1d(as_floats(minutes))
    if times.ndim != 1:
        raise ValueError(f"times must be one-dimensional; got {times.ndim} dimensions")
    observed = times[~np.isnan(times)]
    if (observed < 0).any() or np.isinf(observed).any():
        raise ValueError("times must be finite and 0 or more; a negative time is a fault in the data")
    return observed, times.size - observed.size


def complete_pairs(minutes: Numbers, good: Numbers) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Times and ratings (0.0 or 1.0) of the tickets that have both, and which of all tickets those are."""
    times, goods = as_floats(minutes), as_floats(good)
    require_same_index(minutes=minutes, good=good)
    if times.shape != goods.shape:
        raise ValueError(f"minutes and good must have one length; got {times.size} and {goods.size}")
    if not np.isin(goods[~np.isnan(goods)], (0, 1)).all():
        raise ValueError("good must be True or False for each ticket (or null), not a count")
    complete = ~np.isnan(times) & ~np.isnan(goods)
    times, _ = observed_times(times[complete])
    return times, goods[complete], complete

"""Skewed times: median and 90th percentile with intervals, and satisfaction by time bin.

Every function takes one row per ticket, or one per distinct time with the number of tickets behind it: a
database that groups by minute sends a few thousand rows however many tickets there are.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .binomial import limits
from .clustering import widen_level
from .counts import (
    Floats,
    Numbers,
    as_counts,
    as_floats,
    require_between_0_and_1,
    require_same_index,
    whole_counts,
)
from .rates import wilson_interval


class TimeEstimate(NamedTuple):
    """A quantile, in the unit of the times given.

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


def median_interval(
    minutes: Numbers, counts: Numbers = 1, *, level: float = 0.95, inflation: float = 1.0
) -> TimeEstimate:
    """Median of the times with an order-statistic interval; see `quantile_interval`.

    >>> median_interval([5, 8, 13, 21, 34, 55, 89, 144, 233, 377])
    TimeEstimate(n=10, missing=0, estimate=44.5, low=8.0, high=233.0, note='')
    """
    return quantile_interval(minutes, 0.5, counts, level=level, inflation=inflation)


def p90_interval(minutes: Numbers, counts: Numbers = 1, *, level: float = 0.95) -> TimeEstimate:
    """90th percentile of the times with an order-statistic interval; below 36 times it has no upper end."""
    return quantile_interval(minutes, 0.9, counts, level=level)


def quantile_interval(
    minutes: Numbers,
    quantile: float,
    counts: Numbers = 1,
    *,
    level: float = 0.95,
    inflation: float = 1.0,
) -> TimeEstimate:
    """Quantile of the times with an interval that assumes no distribution.

    minutes: one-dimensional, 0 or more; counts: how many tickets took that long (by default a row is one).
    inflation: design effect, 1 or more, where several tickets are of one customer; see `design_effect`.
    Nulls ("did not happen") are left out and counted in `missing`.
    The estimate is interpolated between the two times beside rank 1 + (n - 1) quantile. The interval runs
    between the times of rank l and u, where l is the (1 - level) / 2 and u - 1 the (1 + level) / 2 quantile of
    Binomial(n, quantile): it covers the quantile with at least the level. An end beyond all times is nan.
    Raises ValueError for negative times and for a quantile or level outside (0, 1).
    Conover 1999, Practical Nonparametric Statistics, 3rd ed., section 3.2 (as scipy.stats.quantile_test).
    """
    require_between_0_and_1(quantile=quantile, level=level)
    times, tickets, missing = distinct_times(minutes, counts)
    n = int(tickets.sum())
    if not n:
        return TimeEstimate(0, missing, note="no times")
    up_to = np.cumsum(tickets)
    ranks = interval_ranks(n, quantile, widen_level(level, inflation) if inflation > 1 else level)
    low, high = (time_of_rank(rank, times, up_to) for rank in ranks)
    place = (n - 1) * quantile
    below, above = (time_of_rank(rank, times, up_to) for rank in (int(place) + 1, int(np.ceil(place)) + 1))
    estimate = below + (place - int(place)) * (above - below)
    note = f"too few times for both ends of the interval: {n}" if np.isnan(low + high) else ""
    return TimeEstimate(n, missing, float(estimate), low, high, note)


@lru_cache(maxsize=1000)
def interval_ranks(n: int, quantile: float, level: float) -> tuple[int, int]:
    """Ranks (from 1) of the times that bound a quantile; 0 or n + 1 where no time does."""
    low, high = limits(n, quantile, (1 - level) / 2)
    return low, high + 1


def time_of_rank(rank: int, times: Floats, up_to: Floats) -> float:
    """Return the time of a rank, from distinct times and the number of tickets up to each; nan beyond them."""
    return float(times[np.searchsorted(up_to, rank)]) if 1 <= rank <= up_to[-1] else np.nan


def time_bins(
    minutes: Numbers, good: Numbers, rated: Numbers = 1, *, bins: int = 5, level: float = 0.95
) -> TimeBins:
    """Satisfaction by bins of time that hold about as many tickets each.

    minutes, good, rated: one row per ticket (good is True/1 or False/0, rated 1), or one per time with its
    counts. A row without a time or with a null rating (neutral) is left out, its tickets counted in `missing`.
    Equal times never land in two bins, so heavy ties give fewer and uneven bins; a bin is never empty.
    Each bin has its Wilson interval. Raises ValueError for negative times, impossible counts, or fewer than
    one bin.
    """
    if bins < 1:
        raise ValueError(f"bins must be 1 or more; got {bins}")
    tickets, complete, missing = rated_times(minutes, good, rated)
    tickets = tickets[complete & (tickets["rated"] > 0)].groupby("minutes", as_index=False).sum()
    tickets["bin"] = bin_of_each(tickets["rated"].to_numpy(dtype=int), bins)
    by_bin = tickets.groupby("bin")
    table = by_bin.agg(from_minutes=("minutes", "min"), to_minutes=("minutes", "max"))
    table["median_minutes"] = [median_interval(one["minutes"], one["rated"]).estimate for _, one in by_bin]
    table = table.join(by_bin[["good", "rated"]].sum().astype(int)).reset_index(drop=True)
    low, high = wilson_interval(table["good"], table["rated"], level=level)
    table = table.assign(csat=table["good"] / table["rated"], low=low, high=high)
    return TimeBins(table, int(table["rated"].sum()), missing)


def bin_of_each(tickets: NDArray[np.int_], bins: int) -> NDArray[np.int_]:
    """Return the bin of each distinct time, from the number of tickets with each time in ascending order."""
    up_to = np.cumsum(tickets)
    if not tickets.size:
        return up_to
    # A bin ends with the first time that so many tickets do not exceed.
    ends = np.unique(np.searchsorted(up_to, -(-up_to[-1] * np.arange(1, bins) // bins)))
    return np.searchsorted(ends, np.arange(tickets.size))


def distinct_times(minutes: Numbers, counts: Numbers) -> tuple[Floats, Floats, int]:
    """Return the distinct times in order, the number of tickets with each, and the number without a time.

    Raises ValueError if a time is negative or infinite, or a count impossible.
    """
    require_same_index(minutes=minutes, counts=counts)
    times, tickets = np.broadcast_arrays(np.atleast_1d(as_floats(minutes)), whole_counts(counts, "counts"))
    if times.ndim != 1:
        raise ValueError(f"times must be one-dimensional; got {times.ndim} dimensions")
    known = ~np.isnan(times)
    require_possible(times[known])
    distinct, places = np.unique(times[known], return_inverse=True)
    seen = np.bincount(places, weights=tickets[known], minlength=distinct.size).astype(float)
    return distinct, seen, int(tickets[~known].sum())


def rated_times(
    minutes: Numbers, good: Numbers, rated: Numbers
) -> tuple[pd.DataFrame, NDArray[np.bool_], int]:
    """Rows of `minutes`, `good` and `rated`, which of them are complete, and how many tickets are not."""
    require_same_index(minutes=minutes, good=good, rated=rated)
    times, goods = as_floats(minutes), as_floats(good)
    if times.ndim != 1 or times.shape != goods.shape:
        raise ValueError(f"minutes and good must have one length; got {times.size} and {goods.size}")
    complete = ~np.isnan(times) & ~np.isnan(goods)
    require_possible(times[complete])
    goods, totals = as_counts(np.where(np.isnan(goods), 0, goods), as_floats(rated))
    table = pd.DataFrame({"minutes": times, "good": goods, "rated": totals})
    return table, complete, int(totals[~complete].sum())


def require_possible(times: Floats) -> None:
    """ValueError if a time is negative or infinite."""
    if (times < 0).any() or np.isinf(times).any():
        raise ValueError("times must be finite and 0 or more; a negative time is a fault in the data")

"""How long tickets took, now and before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import BooleanValue

from ..estimates import difference_of_medians, median_interval, p90_interval
from ..estimates.levels import Source, level_of
from ..estimates.medians import DifferenceOfMedians
from ..history import History
from ..history.definitions import time_column
from ..history.filters import Filter, Where, find_filter
from ..periods import Period
from ..verdicts import Verdict, direction
from . import measures
from .counting import align_two_periods, count_measure
from .design_effects import correlate_flags
from .dimensions import Dimension, find_dimensions, names_of, sort_by_name
from .judging import judge_rows, with_verdicts
from .repeat_customers import with_inflation
from .scope import Names, When, is_over, join_periods, one_connection, thresholds, two_periods
from .week_spread import refuse_time

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")
_OF_PERIOD = ("estimate", "low", "high")
COLUMNS = (
    "time",
    "n",
    "missing",
    "negative",
    *_OF_PERIOD,
    "p90",
    "n_before",
    *(f"{name}_before" for name in _OF_PERIOD),
    "change",
    "change_low",
    "change_high",
)


@one_connection
def times(
    history: History,
    this: When = None,
    that: When = None,
    *,
    than: str | None = None,
    by: Names = None,
    group: Names = None,
    where: Where = None,
) -> pd.DataFrame:
    """Return median and 90th percentile of the times of rated tickets, now and before.

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods; by default the last complete week, and before `this` the four weeks before a week, or the
        equally long period before any other.
    than
        In place of `that`: "before" (the default) or "last year" (the same week, month or days of the year before).
    by
        A dimension to split by, or several, as in `csat`. Agents are not judged: tickets that were given to them may
        have changed.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.

    Returns
    -------
    pandas.DataFrame
        One row per time, or per value of `by` and time, in minutes on the clock that the definition `times` names:
        [`by`], `time` (name of the column in the `ratings` view), `n`, `missing` (tickets without that time),
        `negative` (below 0, an error in the data; both are left out), `estimate` (median) with `low` and `high` (order
        statistics), `p90`, `n_before`, `estimate_before`, `low_before`, `high_before`, `change`, `change_low`,
        `change_high` (difference of the medians), and `verdict`: higher (longer) or lower only where the interval of
        the difference excludes 0 at a level at which, for all rows together, it would by chance do so in fewer than 1
        of 100 comparisons. A period that was not over at the last pull is not judged.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If `by` is a dimension of time, a period is malformed or outside the history, or both `that` and `than` are
        given.

    Examples
    --------
    >>> csat.times(history, "2026-W46")[["time", "n", "estimate", "verdict"]]  # doctest: +ELLIPSIS
                          time ...
    0      first_reply_minutes ...
    1   requester_wait_minutes ...
    2  full_resolution_minutes ...
    """
    kept = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, by)
    refuse_time("times", dimensions)
    needed = thresholds(history, None, by)
    spans = two_periods(history, this, that, than)
    pairs = _find_pairs(history, spans, dimensions, kept)
    rows = pd.DataFrame(
        [_time_row(pair, level=needed.level) for pair in pairs], columns=[*names_of(dimensions), *COLUMNS]
    )
    enough = rows[["n", "n_before"]].min(axis=1) >= needed.min_ratings
    if needed.min_ratings > 1:
        enough &= np.array([1 not in pair.customers for pair in pairs], bool)
    strict = level_of(Source.TIMES, verdict_level=needed.verdict_level, comparisons=int(enough.sum()))
    judged = pd.DataFrame([pair.difference(strict) for pair in pairs], columns=DifferenceOfMedians._fields)
    shown = rows[["change_low", "change_high"]].set_axis(["low", "high"], axis=1)
    verdicts = judge_rows(shown, judged, enough)
    if "agent" in names_of(dimensions):
        # The period before is not that of their colleagues.
        verdicts = [Verdict.OVERLAPPING if direction(one) else one for one in verdicts]
    if not is_over(history, spans[0]):
        verdicts = [Verdict.UNFINISHED] * len(rows)
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


@dataclass(frozen=True)
class Pair:
    """Counts per minute of one time in both periods, the later one first, with customers and design effects.

    keys: the values of the dimensions.
    """

    keys: Mapping[str, object]
    time: str
    counts: Sequence[pd.DataFrame]
    customers: Sequence[int]
    inflation: Sequence[float]

    @property
    def possible(self) -> list[pd.DataFrame]:
        """The counts without times below 0, which are errors in the data."""
        return [_possible(rows) for rows in self.counts]

    def difference(self, level: float) -> DifferenceOfMedians:
        """Return the difference of the medians."""
        new, old = self.possible
        return difference_of_medians(
            new["minutes"],
            new["n"],
            minus=(old["minutes"], old["n"]),
            level=level,
            inflation=self.inflation[0],
            minus_inflation=self.inflation[1],
        )


def _possible(counts: pd.DataFrame) -> pd.DataFrame:
    return counts[~(counts["minutes"] < 0).fillna(False)]


def _find_pairs(
    history: History, spans: Sequence[Period], by: Sequence[Dimension], kept: Filter
) -> list[Pair]:
    """Return the counts of each value of `by` and each time."""
    times = [time_column(history, name) for name in TIMES]
    names = names_of(by)
    every = _count_minutes(history, spans, times, by, kept)
    parts = [_by_value(sort_by_name(counts, by), names) for counts in every]
    customers = align_two_periods(history, spans, by, kept)
    values = _values_of(customers[0].index, names)
    pairs: dict[tuple[object, ...], list[Pair]] = {value: [] for value in values}
    middles = {time: _middle_of(_of_time(every[0], time)) for time in times}
    for time in times:
        correlate = partial(_correlate_time, time=time, middles=middles)
        sizes = with_inflation(history, spans[0].end, *customers, measure=correlate)
        for place, value in enumerate(values):
            both = [_of_time(of_value.get(value, every[0].iloc[:0]), time) for of_value in parts]
            numbers = [int(size["customers"].iloc[place]) for size in sizes]
            inflation = [float(size["inflation"].iloc[place]) for size in sizes]
            pairs[value].append(Pair(dict(zip(names, value, strict=True)), time, both, numbers, inflation))
    return [pair for of_value in pairs.values() for pair in of_value]


def _count_minutes(
    history: History, spans: Sequence[Period], times: Sequence[str], by: Sequence[Dimension], kept: Filter
) -> list[pd.DataFrame]:
    """Return the counts of each period per `by`, time and minute."""
    names, (this, that) = names_of(by), spans
    if not (both := join_periods(this, that)):
        measure = partial(measures.minutes_of_each, times=times, by=names)
        return [count_measure(history, measure, span, by=by, kept=kept) for span in spans]

    # Periods side by side are counted at once: to join the tickets takes most of the time.
    def count_both(ratings: ibis.Table) -> ibis.Table:
        place = (ratings.submitted_at >= this.start).ifelse(0, 1)
        return measures.minutes_of_each(ratings.mutate(period=place), times, [*names, "period"])

    counts = count_measure(history, count_both, both, by=by, kept=kept)
    return [counts[counts["period"] == place] for place in range(len(spans))]


def _by_value(counts: pd.DataFrame, names: list[str]) -> dict[tuple[object, ...], pd.DataFrame]:
    """Return counts by the values of their dimensions; all under the empty value without any."""
    return dict(iter(counts.groupby(names, sort=False))) if names else {(): counts}


def _values_of(index: pd.Index, names: list[str]) -> list[tuple[object, ...]]:
    """Return the rows of an index as tuples; one empty tuple without dimensions."""
    return list(index.to_frame().itertuples(index=False, name=None)) if names else [()]


def _of_time(counts: pd.DataFrame, time: str) -> pd.DataFrame:
    return counts[counts["time"] == time]


def _middle_of(counts: pd.DataFrame) -> float:
    """Return the median of a time; 0 without one."""
    middle = median_interval(_possible(counts)["minutes"], _possible(counts)["n"]).estimate
    return 0.0 if np.isnan(middle) else float(middle)


def _correlate_time(
    history: History, until: dt.datetime, *, time: str, middles: Mapping[str, float]
) -> float:
    """Return how alike the tickets of one customer are in a time.

    A median is as certain as the share of tickets that took longer than it. All times are counted by one query.
    """
    return correlate_flags(history, until, partial(_find_longer, middles=middles))[time]


def _find_longer(ratings: ibis.Table, middles: Mapping[str, float]) -> dict[str, BooleanValue]:
    """Return whether each time is longer than its median."""
    return {time: _is_longer(ratings, time, middle) for time, middle in middles.items()}


def _is_longer(ratings: ibis.Table, time: str, than: float) -> BooleanValue:
    """Return whether a time is longer than a number of minutes; null without a possible time."""
    return (ratings[time] >= 0).ifelse(ratings[time] > than, None)


def _time_row(pair: Pair, *, level: float) -> dict[str, Any]:
    new, _ = pair.possible
    this, that = (
        median_interval(counts["minutes"], counts["n"], level=level, inflation=inflation)
        for counts, inflation in zip(pair.possible, pair.inflation, strict=True)
    )
    change = pair.difference(level)
    return {
        **pair.keys,
        "time": pair.time,
        "n": this.n,
        "missing": this.missing,
        "negative": int(pair.counts[0]["n"].sum() - new["n"].sum()),
        "estimate": this.estimate,
        "low": this.low,
        "high": this.high,
        "p90": p90_interval(new["minutes"], new["n"]).estimate,
        "n_before": that.n,
        "estimate_before": that.estimate,
        "low_before": that.low,
        "high_before": that.high,
        "change": change.estimate,
        "change_low": change.low,
        "change_high": change.high,
    }

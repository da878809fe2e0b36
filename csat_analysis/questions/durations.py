"""How long tickets took, now and before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import ibis
import numpy as np
import pandas as pd

from ..estimates import difference_of_medians, median_interval, p90_interval
from ..estimates.levels import Source, level_of
from ..estimates.medians import DifferenceOfMedians
from ..history import History
from ..history.definitions import time_column
from ..history.filters import Where, find_filter
from ..verdicts import Verdict
from . import measures
from .counting import count_measure, count_ratings
from .design_effects import correlate_choices
from .judging import judge_rows, with_verdicts
from .repeat_customers import with_inflation
from .scope import Names, When, is_over, one_connection, two_periods

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")


@one_connection
def times(
    history: History,
    this: When = None,
    that: When = None,
    *,
    than: str | None = None,
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
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.

    Returns
    -------
    pandas.DataFrame
        One row per time, in minutes on the clock that the definition `times` names. `time` (name of the column in the
        `ratings` view), `n`, `missing` (tickets without that time), `negative` (below 0, an error in the data; both are
        left out), `estimate` (median) with `low` and `high` (order statistics), `p90`, `n_before`, `estimate_before`,
        `low_before`, `high_before`, `change`, `change_low`, `change_high` (difference of the medians), and `verdict`:
        higher (longer) or lower only where the interval of the difference excludes 0 at a level at which, for all times
        together, it would by chance do so in fewer than 1 of 100 comparisons. A period that was not over at the last
        pull is not judged.

    Raises
    ------
    CsatError
        If a period is malformed or outside the history, or both `that` and `than` are given.

    Examples
    --------
    >>> csat.times(history, "2026-W46")[["time", "n", "estimate", "verdict"]]  # doctest: +ELLIPSIS
                          time ...
    0      first_reply_minutes ...
    1   requester_wait_minutes ...
    2  full_resolution_minutes ...
    """
    kept = find_filter(history, where, group=group)
    needed = history.thresholds
    times = [time_column(history, name) for name in TIMES]
    measure = partial(measures.minutes_of_each, times=times)
    spans = two_periods(history, this, that, than)
    counts = [count_measure(history, measure, span, kept=kept) for span in spans]
    customers = [count_ratings(history, span, kept=kept) for span in spans]
    pairs = [_pair_of(history, name, counts, customers, spans[0].end) for name in times]
    rows = pd.DataFrame(_time_row(pair, level=needed.level) for pair in pairs)
    enough = rows[["n", "n_before"]].min(axis=1) >= needed.min_ratings
    if needed.min_ratings > 1:
        enough &= all(side["customers"].item() != 1 for side in customers)
    strict = level_of(Source.TIMES, verdict_level=needed.verdict_level, comparisons=int(enough.sum()))
    judged = pd.DataFrame(pair.difference(strict) for pair in pairs)
    shown = rows[["change_low", "change_high"]].set_axis(["low", "high"], axis=1)
    verdicts = judge_rows(shown, judged, enough)
    if not is_over(history, spans[0]):
        verdicts = [Verdict.UNFINISHED] * len(rows)
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


@dataclass(frozen=True)
class Pair:
    """Counts per minute of one time in both periods, the later one first, and their design effects."""

    time: str
    counts: Sequence[pd.DataFrame]
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


def _pair_of(
    history: History,
    time: str,
    counts: Sequence[pd.DataFrame],
    customers: Sequence[pd.DataFrame],
    until: dt.datetime,
) -> Pair:
    """Return the counts of a time, with the design effects of its medians.

    A median is as certain as the share of tickets that took longer than it: how alike customers are in that counts.
    """
    both = [rows[rows["time"] == time] for rows in counts]
    middle = median_interval(_possible(both[0])["minutes"], _possible(both[0])["n"]).estimate
    choose = partial(_is_longer, time=time, than=0.0 if np.isnan(middle) else float(middle))
    sizes = with_inflation(history, until, *customers, measure=partial(correlate_choices, choose=choose))
    return Pair(time, both, [size["inflation"].item() for size in sizes])


def _is_longer(ratings: ibis.Table, time: str, than: float) -> ibis.Value:
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

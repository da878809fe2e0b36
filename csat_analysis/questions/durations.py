"""How long tickets took, now and before."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from ..estimates import difference_of_medians, median_interval, p90_interval
from ..estimates.levels import Source, level_of
from ..estimates.medians import DifferenceOfMedians
from ..history import History
from ..history.definitions import time_column
from ..history.filters import Where, find_filter
from ..verdicts import Verdict
from . import measures
from .counting import count_measure
from .judging import judge_rows, with_verdicts
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
    pairs = {name: [rows[rows["time"] == name] for rows in counts] for name in times}
    rows = pd.DataFrame(_time_row(name, *pair, level=needed.level) for name, pair in pairs.items())
    enough = rows[["n", "n_before"]].min(axis=1) >= needed.min_ratings
    strict = level_of(Source.TIMES, verdict_level=needed.verdict_level, comparisons=int(enough.sum()))
    judged = pd.DataFrame(_difference(*pair, level=strict) for pair in pairs.values())
    shown = rows[["change_low", "change_high"]].set_axis(["low", "high"], axis=1)
    verdicts = judge_rows(shown, judged, enough)
    if not is_over(history, spans[0]):
        verdicts = [Verdict.UNFINISHED] * len(rows)
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


def _drop_negative(counts: pd.DataFrame) -> pd.DataFrame:
    """Drop times below 0, which are errors in the data."""
    return counts[~(counts["minutes"] < 0).fillna(False)]


def _time_row(name: str, now: pd.DataFrame, before: pd.DataFrame, *, level: float) -> dict[str, Any]:
    new, old = _drop_negative(now), _drop_negative(before)
    this, that = (median_interval(counts["minutes"], counts["n"], level=level) for counts in (new, old))
    change = _difference(now, before, level=level)
    return {
        "time": name,
        "n": this.n,
        "missing": this.missing,
        "negative": int(now["n"].sum() - new["n"].sum()),
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


def _difference(now: pd.DataFrame, before: pd.DataFrame, *, level: float) -> DifferenceOfMedians:
    new, old = (_drop_negative(counts)[["minutes", "n"]] for counts in (now, before))
    return difference_of_medians(new["minutes"], new["n"], minus=(old["minutes"], old["n"]), level=level)

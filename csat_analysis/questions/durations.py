"""How long tickets took, now and before."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..estimates import median_interval, p90_interval, parting_level
from ..history import History
from ..verdicts import Verdict
from . import measures
from .counting import count_measure
from .judging import bonferroni_level, with_verdicts
from .scope import Names, When, one_connection, two_periods

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")


@one_connection
def times(history: History, this: When = None, that: When = None, *, group: Names = None) -> pd.DataFrame:
    """Return median and 90th percentile of the times of rated tickets, now and before.

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods; by default the last complete week, and the four weeks before `this`.
    group
        Names of groups, one or several; None for all.

    Returns
    -------
    pandas.DataFrame
        One row per time, in minutes of the calendar. `time` (name of the column in the `ratings` view), `n`, `missing`
        (tickets without that time), `negative` (below 0, an error in the data; both are left out), `estimate` (median)
        with `low` and `high` (order statistics), `p90`, `n_before`, `estimate_before`, `low_before`, `high_before`,
        and `verdict`: higher (longer) or lower only where the intervals do not overlap at a level at which, for all
        times together, they would by chance do so in 1 of 100 comparisons.

    Raises
    ------
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.times(history, "2026-W46")[["time", "n", "estimate", "verdict"]]  # doctest: +ELLIPSIS
                          time ...
    0      first_reply_minutes ...
    1   requester_wait_minutes ...
    2  full_resolution_minutes ...
    """
    needed = history.thresholds
    measure = partial(measures.minutes_of_each, times=TIMES)
    spans = two_periods(history, this, that)
    counts = [count_measure(history, measure, span, group=group) for span in spans]
    pairs = {name: [rows[rows["time"] == name] for rows in counts] for name in TIMES}
    rows = pd.DataFrame(_time_row(name, *pair, level=needed.level) for name, pair in pairs.items())
    enough = rows[["n", "n_before"]].min(axis=1) >= needed.min_ratings
    strict = parting_level(bonferroni_level(enough, needed.verdict_level))
    judged = [_judge(*map(_drop_negative, pair), level=strict) for pair in pairs.values()]
    verdict = np.where(enough, judged, Verdict.TOO_FEW)
    return with_verdicts(rows, verdict, level=needed.level, verdict_level=needed.verdict_level)


def _drop_negative(counts: pd.DataFrame) -> pd.DataFrame:
    """Drop times below 0, which are errors in the data."""
    return counts[~(counts["minutes"] < 0).fillna(False)]


def _time_row(name: str, now: pd.DataFrame, before: pd.DataFrame, *, level: float) -> dict[str, Any]:
    new, old = _drop_negative(now), _drop_negative(before)
    this, that = (median_interval(counts["minutes"], counts["n"], level=level) for counts in (new, old))
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
    }


def _judge(new: pd.DataFrame, old: pd.DataFrame, *, level: float) -> Verdict:
    """Return whether the interval of one median lies beyond that of the other."""
    this, that = (median_interval(counts["minutes"], counts["n"], level=level) for counts in (new, old))
    if this.low > that.high:
        return Verdict.HIGHER
    return Verdict.LOWER if this.high < that.low else Verdict.NO_DIFFERENCE

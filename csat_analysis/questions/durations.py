"""How long things took."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..estimates import median_interval, p90_interval, parting_level
from ..history import History
from ..verdicts import Verdict
from . import measures
from .asked import Names, When, level_of_each, measured, two_periods, with_verdict

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")


def times(history: History, this: When = None, that: When = None, *, group: Names = None) -> pd.DataFrame:
    """Median and 90th percentile of the times of rated tickets, now and before.

    Columns: `time` (column name), `n`, `missing` (tickets without that time, left out), `negative` (below 0 by a
    fault in the data, left out), `estimate` (median, minutes), `low`, `high` (order statistics), `p90`,
    `n_before`, `estimate_before`, `low_before`, `high_before`, `verdict`: higher (longer) or lower only where intervals
    part that, for k times with enough ratings in both periods, would part by chance in 1 of 100 comparisons.
    """
    needed = history.thresholds
    minutes = [
        measured(history, lambda ratings: measures.minutes_of_each(ratings, TIMES), span, group)
        for span in two_periods(history, this, that)
    ]
    pairs = {name: [counts[counts["time"] == name] for counts in minutes] for name in TIMES}
    rows = pd.DataFrame(_time_row(name, *pair, level=needed.level) for name, pair in pairs.items())
    enough = rows[["n", "n_before"]].min(axis=1) >= needed.min_ratings
    strict = parting_level(level_of_each(enough, needed.verdict_level))
    moved = [_moved(*map(_possible, pair), level=strict) for pair in pairs.values()]
    verdict = np.where(enough, moved, Verdict.TOO_FEW)
    return with_verdict(rows, verdict, level=needed.level, verdict_level=needed.verdict_level)


def _possible(counts: pd.DataFrame) -> pd.DataFrame:
    """Without times below 0, which are faults in the data."""
    return counts[~(counts["minutes"] < 0).fillna(False)]


def _time_row(name: str, now: pd.DataFrame, before: pd.DataFrame, *, level: float) -> dict[str, Any]:
    new, old = _possible(now), _possible(before)
    this, that = (median_interval(counts["minutes"], counts["n"], level=level) for counts in (new, old))
    return {
        "time": name, "n": this.n, "missing": this.missing, "negative": int(now["n"].sum() - new["n"].sum()),
        "estimate": this.estimate, "low": this.low, "high": this.high,
        "p90": p90_interval(new["minutes"], new["n"]).estimate, "n_before": that.n,
        "estimate_before": that.estimate, "low_before": that.low, "high_before": that.high,
    }  # fmt: skip


def _moved(new: pd.DataFrame, old: pd.DataFrame, *, level: float) -> Verdict:
    """Whether the interval of one median lies beyond that of the other."""
    this, that = (median_interval(counts["minutes"], counts["n"], level=level) for counts in (new, old))
    if this.low > that.high:
        return Verdict.HIGHER
    return Verdict.LOWER if this.high < that.low else Verdict.NO_DIFFERENCE

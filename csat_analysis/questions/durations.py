"""How long things took."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import measures
from ..estimates import median_interval, p90_interval
from ..history import History
from .asked import SAME, TOO_FEW, Names, When, measured, two_periods, with_verdict

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")


def times(history: History, this: When = None, that: When = None, *, group: Names = None) -> pd.DataFrame:
    """Median and 90th percentile of the times of rated tickets, now and before.

    Columns: `time` (column name), `n`, `missing` (tickets without that time, left out), `negative` (below 0 by a
    fault in the data, left out), `estimate` (median, minutes), `low`, `high` (order statistics), `p90`,
    `n_before`, `estimate_before`, `low_before`, `high_before`, `verdict`: longer or shorter only where the
    intervals part.
    """
    level = history.thresholds.level
    now, before = (
        measured(history, lambda ratings: measures.minutes_of_each(ratings, TIMES), span, group)
        for span in two_periods(history, this, that)
    )
    rows = pd.DataFrame(
        _time_row(name, *(counts[counts["time"] == name] for counts in (now, before)), level=level)
        for name in TIMES
    )
    return with_verdict(rows, rows["verdict"], level=level)


def _time_row(name: str, now: pd.DataFrame, before: pd.DataFrame, *, level: float) -> dict[str, Any]:
    negative = (now["minutes"] < 0).fillna(False)
    new, old = (counts[~(counts["minutes"] < 0).fillna(False)] for counts in (now, before))
    this, that = (median_interval(counts["minutes"], counts["n"], level=level) for counts in (new, old))
    verdict = "longer" if this.low > that.high else "shorter" if this.high < that.low else SAME
    if np.isnan([this.low, this.high, that.low, that.high]).any():
        verdict = TOO_FEW
    return {
        "time": name, "n": this.n, "missing": this.missing, "negative": int(now.loc[negative, "n"].sum()),
        "estimate": this.estimate, "low": this.low, "high": this.high,
        "p90": p90_interval(new["minutes"], new["n"]).estimate, "n_before": that.n,
        "estimate_before": that.estimate, "low_before": that.low, "high_before": that.high, "verdict": verdict,
    }  # fmt: skip

"""How long things took."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..estimates import median_interval, p90_interval
from ..history import History
from .asked import SAME, TOO_FEW, Names, When, measured, two_periods

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")


def times(history: History, this: When = None, that: When = None, *, group: Names = None) -> pd.DataFrame:
    """Median and 90th percentile of the times of rated tickets, now and before.

    Columns: `time` (column name), `n`, `missing`, `estimate` (median, minutes), `low`, `high`, `p90`,
    `n_before`, `estimate_before`, `low_before`, `high_before`, `verdict`: longer or shorter only where the
    intervals part.
    """
    now, before = (
        measured(history, lambda ratings: ratings[list(TIMES)], one, group)
        for one in two_periods(history, this, that)
    )
    return pd.DataFrame(_time_row(name, now[name], before[name]) for name in TIMES)


def _time_row(name: str, now: pd.Series, before: pd.Series) -> dict[str, Any]:
    new, old = (values.astype(float).where(values.astype(float) >= 0) for values in (now, before))
    this, that, long = median_interval(new), median_interval(old), p90_interval(new)
    apart = this.low > that.high, this.high < that.low
    verdict = "longer" if apart[0] else "shorter" if apart[1] else SAME
    if np.isnan(this.low) or np.isnan(that.low):
        verdict = TOO_FEW
    return {
        "time": name, "n": this.n, "missing": this.missing, "estimate": this.estimate, "low": this.low,
        "high": this.high, "p90": long.estimate, "n_before": that.n, "estimate_before": that.estimate,
        "low_before": that.low, "high_before": that.high, "verdict": verdict,
    }  # fmt: skip

"""How ratings go with handling times, and how long things took."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import UnknownChoice
from ..estimates import (
    Correlation,
    OddsRatio,
    median_interval,
    odds_ratio_per_doubling,
    p90_interval,
    spearman,
    time_bins,
)
from ..history import History
from ..tables import BUSINESS_MINUTES, MINUTES
from .asked import MIN_RATINGS, SAME, TOO_FEW, Names, When, measured, period, two_periods, with_verdict

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")


def time_and_rating(
    history: History, when: When = None, *, time: str = "full_resolution_minutes", group: Names = None,
    bins: int = 5, min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """Satisfaction by equal parts of a time, short to long.

    time: a duration column of the `ratings` view. Columns: `low_minutes`, `high_minutes`, `median_minutes`,
    `good`, `n`, `estimate`, `low`, `high`, `verdict`. Tickets without that time (or with an impossible,
    negative one) are left out; `missing` says how many, the same in each row.
    """
    rated = _timed(history, when, time, group)
    found = time_bins(rated["minutes"], rated["good"], bins=bins)
    names = {"from_minutes": "low_minutes", "to_minutes": "high_minutes", "rated": "n", "csat": "estimate"}
    rows = found.table.rename(columns=names).assign(missing=found.missing)
    return with_verdict(rows, np.where(rows["n"] < min_ratings, TOO_FEW, ""))


def association(
    history: History, when: When = None, *, time: str = "full_resolution_minutes", group: Names = None
) -> pd.DataFrame:
    """Whether ratings go with a time, three ways: one row each.

    Columns: `method`, `n`, `estimate`, `low`, `high`, `verdict`, `note`. Methods: rank correlation; odds
    ratio of a good rating per doubling of the time; the same within groups.
    An association, never a reason: hard tickets take long and disappoint.
    """
    rated = _timed(history, when, time, group)
    minutes, good = rated["minutes"], rated["good"]
    within = odds_ratio_per_doubling(minutes, good, groups=rated["group"], agents=rated["agent_id"])
    found: dict[str, tuple[Correlation | OddsRatio, float]] = {
        "rank correlation": (spearman(minutes, good), 0.0),
        "odds ratio per doubling": (odds_ratio_per_doubling(minutes, good, agents=rated["agent_id"]), 1.0),
        "odds ratio per doubling, within groups": (within, 1.0),
    }
    return pd.DataFrame(
        {"method": name, "n": one.n, "estimate": one.estimate, "low": one.low, "high": one.high,
         "verdict": _association(one.low, one.high, none), "note": one.note}
        for name, (one, none) in found.items()
    )  # fmt: skip


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


def _timed(history: History, when: When, time: str, group: Names) -> pd.DataFrame:
    if time not in (*MINUTES, *BUSINESS_MINUTES):
        raise UnknownChoice("time", time, [*MINUTES, *BUSINESS_MINUTES])
    columns = ["is_good", "agent_id", "group", time]
    rows = measured(history, lambda ratings: ratings[columns], period(history, when), group)
    minutes = rows[time].astype(float)
    rows["minutes"] = minutes.where(minutes >= 0)
    rows["good"] = rows["is_good"].astype(float)
    return rows


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


def _association(low: float, high: float, none: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return "cannot be said"
    if low <= none <= high:
        return "no association detectable"
    return "longer goes with lower ratings" if high < none else "longer goes with higher ratings"

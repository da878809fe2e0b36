"""How satisfied customers were: in a period, week by week, against another period, by group and by agent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import measures
from ..estimates import funnel_limits, shrunken_rates, unusual_agents, weekly_chart
from ..history import History
from .asked import (
    MIN_RATINGS,
    SAME,
    TOO_FEW,
    Names,
    When,
    changes,
    counted,
    judged_changes,
    measured,
    period,
    rates,
    two_periods,
    with_verdict,
)

MIN_RATINGS_OF_AGENT = 20
BASELINE_WEEKS = 52  # what is usual is measured over a year: in twelve weeks one bad week hides itself
TREND_COLUMNS = (
    "week", "good", "n", "estimate", "low", "high", "center", "limit_low", "limit_high", "signal", "verdict",
)  # fmt: skip


def csat(
    history: History, when: When = None, *, by: str | None = None, group: Names = None,
    min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """How satisfied customers were in a period: one row, or one per value of `by`.

    by: a column of the `ratings` view, such as group, agent, channel, brand or priority.
    Columns: [`by`], `good`, `bad`, `neutral`, `n` (good + bad), `estimate`, `low`, `high`, `verdict`.
    """
    counts = counted(history, period(history, when), by=by, group=group)
    return with_verdict(rates(counts), np.where(counts["rated"] < min_ratings, TOO_FEW, ""))


def trend(
    history: History, *, by: str | None = None, until: When = None, weeks: int = 12, pool: int = 1,
    group: Names = None, min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """Satisfaction week by week, with the weeks that stand out from ordinary variation.

    until: the last week shown. by: one series per group, channel, … pool: each point holds the ratings of its
    week and of the `pool` - 1 weeks before, for series with few ratings a week; such points overlap, so that
    none of them is judged.
    Ordinary variation is measured over the year that ends with `until`, or as much of it as the history
    holds. Columns: [`by`], `week` (its Monday), `good`, `n`, `estimate`, `low`, `high`, `center` (rate of
    that year), `limit_low`, `limit_high` (a week outside is unusual), `signal`, `verdict`. A week without
    ratings has n 0.
    """
    shown = period(history, until).and_before(weeks - 1)
    year = shown.and_before(max(pool - 1, BASELINE_WEEKS - weeks))
    counts = counted(history, year, by=[*([by] if by else []), "week"], group=group)
    mondays = pd.date_range(year.first, year.last, freq="7D")
    charted = []
    for name, rows in counts.groupby(by, sort=True) if by else [("", counts)]:
        weekly = rows.set_index("week")[["good", "rated"]].reindex(mondays, fill_value=0)
        pooled = weekly.rolling(pool, min_periods=1).sum().astype(int)
        series = _charted(pooled, min_ratings, judged=pool == 1).tail(weeks)
        charted.append(series.assign(**({by: name} if by else {})))
    return pd.concat(charted, ignore_index=True) if charted else pd.DataFrame(columns=[by, *TREND_COLUMNS])


def compare(
    history: History, this: When = None, that: When = None, *, by: str | None = None, group: Names = None,
    min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """One period against another: what changed, and whether that is more than noise.

    that: by default the four weeks before `this`. Columns: [`by`], `n`, `estimate`, `low`, `high` of this
    period, `n_before`, `estimate_before` of that one, `change`, `change_low`, `change_high` (Newcombe's
    interval), `verdict`: higher, lower, no detectable difference or too few ratings; with k rows at a level
    of 1 - 0.05/k.
    """
    now, before = two_periods(history, this, that)
    new, old = (counted(history, one, by=by, group=group) for one in (now, before))
    if by:
        new, old = new.set_index(by), old.set_index(by)
        names = new.index.union(old.index)
        new, old = new.reindex(names, fill_value=0), old.reindex(names, fill_value=0)
    rows = rates(new).assign(**changes(new, old))
    rows = with_verdict(rows, judged_changes(new, old, min_ratings=min_ratings))
    return rows.reset_index() if by else rows


def agents(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Agents against the rate of all: their own rates, and which differ by more than chance; no ranking.

    Columns: `agent`, `good`, `n`, `estimate`, `low`, `high`, `shrunk` (drawn toward the common rate as its
    ratings demand; nan where no differences are detectable), `p_value`, `adjusted_p` (Benjamini-Hochberg),
    `verdict`: outside: lower (or higher) than the others, no detectable difference, or too few ratings (below
    20).
    """
    counts = counted(history, period(history, when), by="agent", group=group)
    counts = counts[counts["rated"] > 0].reset_index(drop=True)
    if counts.empty:
        return with_verdict(rates(counts).assign(shrunk=np.nan, p_value=np.nan, adjusted_p=np.nan), [])
    tested = unusual_agents(counts["good"], counts["rated"], minimum_ratings=MIN_RATINGS_OF_AGENT)
    shrunk = shrunken_rates(counts["good"], counts["rated"])
    rows = rates(counts).assign(shrunk=shrunk.estimate, p_value=tested.p_value, adjusted_p=tested.adjusted)
    direction = np.where(
        rows["estimate"] < tested.rate, "outside: lower than the others", "outside: higher than the others"
    )
    verdict = np.where(tested.unusual, direction, SAME)
    return with_verdict(rows, np.where(rows["n"] < MIN_RATINGS_OF_AGENT, TOO_FEW, verdict))


def agent_limits(rows: pd.DataFrame) -> pd.DataFrame:
    """Limits of chance around the common rate of `agents(...)`, for the funnel figure.

    Columns: `n` from 1 to the largest, `target`, `low_95`, `high_95`, `low_998`, `high_998`.
    """
    sizes = (
        np.unique(np.linspace(1, max(rows["n"].max(), 2), 120).round().astype(int))
        if len(rows)
        else np.array([1, 2])
    )
    target = rows["good"].sum() / max(rows["n"].sum(), 1)
    limits = {"n": sizes, "target": target}
    for level, name in ((0.95, "95"), (0.998, "998")):
        low, high = funnel_limits(sizes, center=target, level=level)
        limits |= {f"low_{name}": low, f"high_{name}": high}
    return pd.DataFrame(limits)


def distribution(
    history: History, this: When = None, that: When = None, *, group: Names = None
) -> pd.DataFrame:
    """How often each rating was given, now and before: `rating`, `n`, `share`, `n_before`, `share_before`."""
    now, before = (
        measured(history, measures.score_counts, one, group)
        .dropna(subset="rating").set_index("rating")["n"]
        for one in two_periods(history, this, that)
    )  # fmt: skip
    scale = pd.Index(range(1, max(5, *now.index, *before.index) + 1), name="rating")
    rows = pd.DataFrame(
        {"n": now.reindex(scale, fill_value=0), "n_before": before.reindex(scale, fill_value=0)}
    )
    shares = {"share": rows["n"] / max(now.sum(), 1), "share_before": rows["n_before"] / max(before.sum(), 1)}
    return rows.assign(**shares).reset_index()


def _charted(weeks: pd.DataFrame, min_ratings: int, *, judged: bool) -> pd.DataFrame:
    chart = weekly_chart(weeks["good"], weeks["rated"])
    rows = rates(weeks).assign(center=chart.center, limit_low=np.nan, limit_high=np.nan, signal=False)
    if judged:
        rows = rows.assign(limit_low=chart.low, limit_high=chart.high, signal=chart.alarm.astype(bool))
    direction = np.where(rows["estimate"] < rows["center"], "lower than usual", "higher than usual")
    verdict = np.where(rows["signal"], direction, "as usual" if judged else "")
    verdict = np.where(rows["n"] < min_ratings, TOO_FEW, verdict)
    return with_verdict(rows, verdict).rename_axis("week").reset_index()

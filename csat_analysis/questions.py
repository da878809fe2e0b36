"""The questions an analyst asks, answered as tidy frames: measures counted in the database, then estimated.

Every frame has `n`, `estimate`, `low`, `high` (shares run from 0 to 1; intervals are 95 %) and a `verdict` in
plain words. A verdict claims a difference only where it survives the number of comparisons made; "too few
ratings" and "no detectable difference" are answers. Ratings count in the week of their answer, on the
account's clock; neutral ratings are in neither part of CSAT. No question ranks people: rows are in
alphabetical order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import measures
from .errors import CsatError, UnknownChoice
from .estimates import (
    Correlation,
    OddsRatio,
    funnel_limits,
    median_interval,
    newcombe_difference,
    odds_ratio_per_doubling,
    p90_interval,
    shrunken_rates,
    spearman,
    time_bins,
    unusual_agents,
    weekly_chart,
    wilson_interval,
)
from .history import History
from .tables import BUSINESS_MINUTES, MINUTES
from .weeks import Period, last_complete_week, week, week_label

Names = str | Sequence[str] | None
When = Period | str | None  # a period, a week such as "2026-W46", or None: the last complete week

MIN_RATINGS = 10  # below it a rate is shown with its interval but not judged
MIN_RATINGS_OF_AGENT = 20
BASELINE_WEEKS = 52  # what is usual is measured over a year: in twelve weeks one bad week hides itself
LEVEL = 0.95
STILL_OPEN = pd.Timedelta(days=7)  # a survey younger than this may well be answered yet
TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")

TREND_COLUMNS = (
    "week", "good", "n", "estimate", "low", "high", "center", "limit_low", "limit_high", "signal", "verdict",
)  # fmt: skip

TOO_FEW, SAME = "too few ratings", "no detectable difference"
HIGHER, LOWER = "higher", "lower"


def period(history: History, when: When = None) -> Period:
    """A period of the account's own days: a week by its label, or by default the last complete one.

    Raises CsatError for a malformed week, or for one outside what the history holds.
    """
    zone = history.timezone
    if isinstance(when, Period):
        return when
    if when is None or not str(when).strip():
        return last_complete_week(dt.datetime.now(dt.UTC), zone)
    asked, (first, last) = week(str(when), zone), history.span()
    if asked.end <= first or asked.start > last:
        held = f"{week_label(first.date())} to {week_label(last.date())}"
        raise CsatError(f"no ratings or tickets in week {when}: {history.name} holds {held}")
    return asked


def csat(
    history: History, when: When = None, *, by: str | None = None, group: Names = None,
    min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """How satisfied customers were in a period: one row, or one per value of `by`.

    by: a column of the `ratings` view, such as group, agent, channel, brand or priority.
    Columns: [`by`], `good`, `bad`, `neutral`, `n` (good + bad), `estimate`, `low`, `high`, `verdict`.
    """
    counts = _counts(history, period(history, when), by=by, group=group)
    return _with_verdict(_rates(counts), np.where(counts["rated"] < min_ratings, TOO_FEW, ""))


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
    measured = shown.and_before(max(pool - 1, BASELINE_WEEKS - weeks))
    counts = _counts(history, measured, by=[*([by] if by else []), "week"], group=group)
    mondays = pd.date_range(measured.first, measured.last, freq="7D")
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
    now, before = _two_periods(history, this, that)
    new, old = (_counts(history, one, by=by, group=group) for one in (now, before))
    if by:
        new, old = new.set_index(by), old.set_index(by)
        names = new.index.union(old.index)
        new, old = new.reindex(names, fill_value=0), old.reindex(names, fill_value=0)
    rows = _rates(new).assign(**_changes(new, old))
    enough = (new["rated"] >= min_ratings) & (old["rated"] >= min_ratings)
    rows = _with_verdict(rows, _judged(new, old, enough))
    return rows.reset_index() if by else rows


def agents(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Agents against the rate of all: their own rates, and which differ by more than chance; no ranking.

    Columns: `agent`, `good`, `n`, `estimate`, `low`, `high`, `shrunk` (drawn toward the common rate as its
    ratings demand; nan where no differences are detectable), `p_value`, `adjusted_p` (Benjamini-Hochberg),
    `verdict`: outside: lower (or higher) than the others, no detectable difference, or too few ratings (below
    20).
    """
    counts = _counts(history, period(history, when), by="agent", group=group)
    counts = counts[counts["rated"] > 0].reset_index(drop=True)
    if counts.empty:
        return _with_verdict(_rates(counts).assign(shrunk=np.nan, p_value=np.nan, adjusted_p=np.nan), [])
    tested = unusual_agents(counts["good"], counts["rated"], minimum_ratings=MIN_RATINGS_OF_AGENT)
    shrunk = shrunken_rates(counts["good"], counts["rated"])
    rows = _rates(counts).assign(shrunk=shrunk.estimate, p_value=tested.p_value, adjusted_p=tested.adjusted)
    direction = np.where(
        rows["estimate"] < tested.rate, "outside: lower than the others", "outside: higher than the others"
    )
    verdict = np.where(tested.unusual, direction, SAME)
    return _with_verdict(rows, np.where(rows["n"] < MIN_RATINGS_OF_AGENT, TOO_FEW, verdict))


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
        history.read(partial(_measured, measures.score_counts, history, one, group))
        .dropna(subset="rating").set_index("rating")["n"]
        for one in _two_periods(history, this, that)
    )  # fmt: skip
    scale = pd.Index(range(1, max(5, *now.index, *before.index, 5) + 1), name="rating")
    rows = pd.DataFrame(
        {"n": now.reindex(scale, fill_value=0), "n_before": before.reindex(scale, fill_value=0)}
    )
    shares = {"share": rows["n"] / max(now.sum(), 1), "share_before": rows["n_before"] / max(before.sum(), 1)}
    return rows.assign(**shares).reset_index()


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
    return _with_verdict(rows, np.where(rows["n"] < min_ratings, TOO_FEW, ""))


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
    now, before = (_ratings_frame(history, one, group) for one in _two_periods(history, this, that))
    return pd.DataFrame(_time_row(name, now[name], before[name]) for name in TIMES)


def reasons(
    history: History, this: When = None, that: When = None, *, group: Names = None,
    min_ratings: int = MIN_RATINGS,
) -> pd.DataFrame:  # fmt: skip
    """Why customers rated badly, by the reason they chose: shares of the bad ratings that gave one.

    Columns: `reason`, `n`, `of` (bad ratings with a reason), `estimate`, `low`, `high`, `n_before`,
    `estimate_before`, `change`, `change_low`, `change_high`, `verdict`.
    """
    now, before = (
        history.read(partial(_measured, measures.reason_counts, history, one, group))
        .dropna(subset="reason").set_index("reason")["n"]
        for one in _two_periods(history, this, that)
    )  # fmt: skip
    names = now.index.union(before.index)
    new, old = (
        pd.DataFrame({"good": counts.reindex(names, fill_value=0), "rated": int(counts.sum())}).astype(int)
        for counts in (now, before)
    )
    enough = (new["rated"] >= min_ratings) & (old["rated"] >= min_ratings)
    rows = (
        _rates(new).drop(columns=["good", "n"]).assign(n=new["good"], of=new["rated"], **_changes(new, old))
    )
    rows["n_before"] = old["good"]
    return _with_verdict(rows, _judged(new, old, enough)).rename_axis("reason").reset_index()


def response_rate(
    history: History, *, until: When = None, weeks: int = 12, by: str | None = None, group: Names = None,
    now: dt.datetime | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Which share of the surveys offered was answered, by the week of the offer.

    Columns: `week`, [`by`], `n` (offered), `answered`, `estimate`, `low`, `high`, `still_open` (offered less
    than seven days before `now`, so that answers are still coming), `verdict`.
    """
    last = period(history, until)
    window = last.and_before(weeks - 1)
    keys = ["week", *([by] if by else [])]
    offered = history.read(
        lambda con: measures.offer_counts(
            history.select(con, "offers", window.start, window.end, group=group), by=keys
        )
    )
    low, high = wilson_interval(offered["answered"].astype(int), offered["offered"].astype(int))
    rows = offered.rename(columns={"offered": "n"}).assign(
        estimate=_share(offered["answered"], offered["offered"]), low=low, high=high
    )
    ends = pd.to_datetime(rows["week"]) + pd.Timedelta(days=7)
    present = pd.Timestamp(now or dt.datetime.now(dt.UTC)).tz_convert(window.timezone).tz_localize(None)
    rows["still_open"] = ends + STILL_OPEN > present
    return _with_verdict(rows, np.where(rows["still_open"], "still open", ""))


def follow_up(history: History, when: When = None, *, group: Names = None) -> pd.DataFrame:
    """Whom to call back: bad ratings of a period whose ticket is open, or was reopened; worst first.

    Columns: `rating`, `submitted_at` (UTC), `ticket_id`, `ticket_url`, `agent`, `group`, `status`, `reopens`,
    `reason`, `comment`, `full_resolution_minutes`.
    """
    span = period(history, when)
    return history.read(lambda con: measures.follow_up(_ratings(con, history, span, group)))


class _Changes(NamedTuple):
    n_before: Any
    estimate_before: Any
    change: Any
    change_low: Any
    change_high: Any


def _two_periods(history: History, this: When, that: When) -> tuple[Period, Period]:
    now = period(history, this)
    return now, now.before(4) if that is None else period(history, that)


def _ratings(con: Any, history: History, span: Period, group: Names) -> Any:
    return history.select(con, "ratings", span.start, span.end, group=group)


def _measured(measure: Callable[[Any], Any], history: History, span: Period, group: Names, con: Any) -> Any:
    return measure(_ratings(con, history, span, group))


def _ratings_frame(history: History, span: Period, group: Names) -> pd.DataFrame:
    columns = ["is_good", "agent_id", "group", *TIMES]
    return history.read(lambda con: _ratings(con, history, span, group)[columns])


def _counts(
    history: History, span: Period, *, by: str | list[str] | None = None, group: Names = None
) -> pd.DataFrame:
    keys = [by] if isinstance(by, str) else by or []
    counts = history.read(lambda con: measures.rating_counts(_ratings(con, history, span, group), keys))
    numbers = ["good", "bad", "neutral", "rated"]
    counts[numbers] = counts[numbers].fillna(0).astype(int)
    return counts


def _rates(counts: pd.DataFrame) -> pd.DataFrame:
    low, high = wilson_interval(counts["good"], counts["rated"])
    rows = counts.rename(columns={"rated": "n"})
    return rows.assign(estimate=_share(counts["good"], counts["rated"]), low=low, high=high)


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype(float) / whole.astype(float).where(whole > 0)


def _with_verdict(rows: pd.DataFrame, verdict: Any) -> pd.DataFrame:
    return rows.assign(verdict=pd.Series(list(verdict), index=rows.index, dtype="str"))


def _changes(new: pd.DataFrame, old: pd.DataFrame) -> dict[str, Any]:
    found = newcombe_difference(new["good"], new["rated"], minus=(old["good"], old["rated"]))
    before = _share(old["good"], old["rated"])
    return _Changes(old["rated"], before, found.estimate, found.low, found.high)._asdict()


def _judged(new: pd.DataFrame, old: pd.DataFrame, enough: pd.Series) -> Any:
    """Verdicts at a level that leaves one false alarm in twenty for all rows together (Bonferroni)."""
    level = 1 - (1 - LEVEL) / max(1, int(enough.sum()))
    found = newcombe_difference(new["good"], new["rated"], minus=(old["good"], old["rated"]), level=level)
    verdict = np.where(found.low > 0, HIGHER, np.where(found.high < 0, LOWER, SAME))
    return np.where(enough, verdict, TOO_FEW)


def _charted(weeks: pd.DataFrame, min_ratings: int, *, judged: bool) -> pd.DataFrame:
    chart = weekly_chart(weeks["good"], weeks["rated"])
    rows = _rates(weeks).assign(center=chart.center, limit_low=np.nan, limit_high=np.nan, signal=False)
    if judged:
        rows = rows.assign(limit_low=chart.low, limit_high=chart.high, signal=chart.alarm.astype(bool))
    direction = np.where(rows["estimate"] < rows["center"], "lower than usual", "higher than usual")
    verdict = np.where(rows["signal"], direction, "as usual" if judged else "")
    verdict = np.where(rows["n"] < min_ratings, TOO_FEW, verdict)
    return _with_verdict(rows, verdict).rename_axis("week").reset_index()


def _timed(history: History, when: When, time: str, group: Names) -> pd.DataFrame:
    if time not in (*MINUTES, *BUSINESS_MINUTES):
        raise UnknownChoice("time", time, [*MINUTES, *BUSINESS_MINUTES])
    span = period(history, when)
    columns = ["is_good", "agent_id", "group", time]
    rows = history.read(lambda con: _ratings(con, history, span, group)[columns])
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

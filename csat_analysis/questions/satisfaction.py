"""How satisfied customers were: in a period, week by week, against another period, and rating by rating."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..estimates import overdispersion, run_rule, smallest_visible_drop, weekly_chart, wilson_interval
from ..estimates.weekly import MINIMUM_RATINGS
from ..history import History
from ..periods import Period
from ..settings import Thresholds
from ..verdicts import Verdict
from . import measures
from .answering import answering, cautions, known_until, of_the_others
from .asked import (
    Names,
    When,
    changes,
    counted,
    judge_size,
    judged_changes,
    last_week,
    period,
    rates,
    share,
    thresholds,
    two_periods,
    with_verdict,
)
from .dimensions import listed

BASELINE_WEEKS = 52  # what is usual is measured over a year: in twelve weeks one bad week hides itself
LARGEST_SCALE = 5  # of Zendesk's surveys; the scale of a survey whose questions are not known
TREND_COLUMNS = (
    "week", "good", "neutral", "n", "estimate", "low", "high", "center", "limit_low", "limit_high", "signal",
    "visible_drop", "shift", "verdict",
)  # fmt: skip


def csat(
    history: History, when: When = None, *, by: str | None = None, group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How satisfied customers were in a period: one row, or one per value of `by`.

    by: group, agent, channel, brand, priority, reason, survey_version, week, day, month, tag, or "field:TITLE"
    (a custom ticket field by its title). Ratings count by the day of their answer.
    Columns: [`by`], `good`, `bad`, `neutral` (in neither), `n` (good + bad), `estimate`, `low`, `high`,
    `response_rate` (of the surveys offered in the period; nan while answers are still coming), `caution` (not
    empty where it differs from that of all others by more than five points), `verdict`.
    """
    span, needed = period(history, when), thresholds(history, min_ratings, by)
    counts = counted(history, span, by=by, group=group)
    rows = rates(counts, level=needed.level)
    offers = answering(history, span, known_until(history), by=by, group=group)
    offers = offers.reindex(counts[by] if by else [0])
    rows["response_rate"] = share(offers["answered"], offers["offered"]).to_numpy()
    rows["caution"] = cautions(offers, of_the_others(offers), level=needed.level)
    return with_verdict(rows, judge_size(counts["rated"], needed.min_ratings), level=needed.level)


def trend(
    history: History, *, by: str | None = None, until: When = None, weeks: int = 12, pool: int = 1,
    group: Names = None, min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Satisfaction week by week, with the weeks that stand out from ordinary variation.

    until: the last week shown, or a period that ends in it. by: one series per group, channel, … pool: each
    point holds the ratings of its week and of the `pool` - 1 weeks before, for series with few ratings a week;
    such points overlap, so that none of them is judged.
    Ordinary variation is measured over the year that ends with `until`, or as much of it as the history
    holds. Columns: [`by`], `week` (its Monday), `good`, `neutral`, `n`, `estimate`, `low`, `high`, `center` (rate
    of that year), `limit_low`, `limit_high` (a week outside is unusual), `signal`, `visible_drop` (by what share
    a week of so many ratings must lie below `center` to be a signal more often than not; nan: no week of that
    size can be one), `shift` (whether the level of that year moved, by both signs of Anhøj's run rule; the same in
    all rows of a series), `verdict`. A week without ratings has n 0.
    """
    shown, needed = last_week(history, until).and_before(weeks - 1), thresholds(history, min_ratings, by)
    year = shown.and_before(max(pool - 1, BASELINE_WEEKS - weeks))
    keys = listed(by)
    counts = counted(history, year, by=[*keys, "week"], group=group)
    mondays = pd.date_range(year.first, year.last, freq="7D")
    charted = []
    for name, rows in counts.groupby(by, sort=True) if by else [("", counts)]:
        weekly = rows.set_index("week")[["good", "neutral", "rated"]].reindex(mondays, fill_value=0)
        pooled = weekly.rolling(pool, min_periods=1).sum().astype(int)
        series = _charted(pooled, needed, judged=pool == 1).tail(weeks)
        charted.append(series.assign(**({by: name} if by else {})))
    if not charted:
        return with_verdict(pd.DataFrame(columns=[*keys, *TREND_COLUMNS]), [], level=needed.level)
    rows = pd.concat(charted, ignore_index=True)[[*keys, *TREND_COLUMNS]]
    return with_verdict(rows, rows["verdict"], level=needed.level)


def compare(
    history: History, this: When = None, that: When = None, *, by: str | None = None, group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """One period against another: what changed, and whether that is more than noise.

    that: by default the four weeks before `this`. Columns: [`by`], `good`, `bad`, `neutral`, `n`, `estimate`,
    `low`, `high` of this period, `n_before`, `estimate_before` of that one, `change`, `change_low`, `change_high`
    (Newcombe's interval), `response_rate`, `response_rate_before` (nan while answers are still coming), `caution`
    (not empty where the two differ by more than five points), `verdict`: higher, lower, no detectable difference
    or too few ratings; with k rows judged at a level of 1 - 0.01/k. With `by`, `attrs["phi"]` says how much the
    rates of this period vary among the rows (about 0.7 by chance alone, 3: three times its variance), and
    `attrs["differ"]` whether that is more than chance.
    """
    now, before = two_periods(history, this, that)
    needed = thresholds(history, min_ratings, by)
    new, old = (counted(history, one, by=by, group=group) for one in (now, before))
    if by:
        new, old = new.set_index(by), old.set_index(by)
        names = new.index.union(old.index)
        new, old = new.reindex(names, fill_value=0), old.reindex(names, fill_value=0)
    rows = rates(new, level=needed.level).assign(**changes(new, old, level=needed.level))
    known = known_until(history)
    asked, asked_before = (
        answering(history, one, known, by=by, group=group).reindex(rows.index) for one in (now, before)
    )
    rows["response_rate"] = share(asked["answered"], asked["offered"])
    rows["response_rate_before"] = share(asked_before["answered"], asked_before["offered"])
    rows["caution"] = cautions(asked, asked_before, level=needed.level)
    verdict = judged_changes(new, old, needed)
    rows = with_verdict(rows, verdict, level=needed.level, verdict_level=needed.verdict_level)
    if not by:
        return rows
    spread = overdispersion(rows["good"], rows["n"])
    rows.attrs |= {"phi": spread.phi, "differ": bool(spread.p_value <= 1 - needed.verdict_level)}
    return rows.reset_index()


def distribution(
    history: History, this: When = None, that: When = None, *, group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How often each rating was given, now and before, on one scale.

    Columns: `rating`, `n`, `share`, `low`, `high`, `n_before`, `share_before`, `scale` (points of the scale),
    `other_scales` (ratings of this period on another scale, left out: a 3 of 3 is no 3 of 5, and the old CSAT had
    no points), `verdict`. Where surveys differ in scale it is the one with most ratings. A share of none is nan.
    """
    needed = thresholds(history, min_ratings)
    now, before = (_scores(history, one, group) for one in two_periods(history, this, that))
    used = pd.concat([now, before]).dropna(subset="rating").groupby("scale")["n"].sum()
    scale = int(used.idxmax()) if len(used) else LARGEST_SCALE
    points = pd.Index(range(1, scale + 1), name="rating")
    rows = pd.DataFrame(index=points)
    for suffix, counts in (("", now), ("_before", before)):
        on_scale = counts[counts["scale"] == scale].groupby("rating")["n"].sum().reindex(points, fill_value=0)
        all_on_scale = pd.Series(on_scale.sum(), points)
        rows = rows.assign(**{f"n{suffix}": on_scale, f"share{suffix}": share(on_scale, all_on_scale)})
    total = pd.Series(rows["n"].sum(), rows.index)
    low, high = wilson_interval(rows["n"], total, level=needed.level)
    others = int(now["n"].sum() - rows["n"].sum())
    rows = rows.assign(low=low, high=high, scale=scale, other_scales=others).reset_index()
    rows = rows[["rating", "n", "share", "low", "high", "n_before", "share_before", "scale", "other_scales"]]
    return with_verdict(rows, judge_size(total, needed.min_ratings), level=needed.level)


def _scores(history: History, span: Period, group: Names) -> pd.DataFrame:
    def query(con: Any) -> Any:
        ratings = history.select(con, "ratings", span.start, span.end, group=group)
        return measures.score_counts(ratings, history.select(con, "surveys"))

    return history.read(query).fillna({"scale": LARGEST_SCALE}).astype({"scale": int, "n": int})


def _charted(weeks: pd.DataFrame, needed: Thresholds, *, judged: bool) -> pd.DataFrame:
    chart = weekly_chart(weeks["good"], weeks["rated"])
    rows = rates(weeks, level=needed.level)
    rows = rows.assign(
        center=chart.center,
        limit_low=np.nan,
        limit_high=np.nan,
        signal=False,
        visible_drop=np.nan,
        shift=Verdict.OVERLAPPING,
    )
    if judged:
        rows = rows.assign(limit_low=chart.low, limit_high=chart.high, signal=chart.alarm.astype(bool))
        rows["signal"] &= rows["n"] >= needed.min_ratings
        rows["visible_drop"] = smallest_visible_drop(rows["n"], center=chart.center, sigma_z=chart.sigma_z)
        rows["shift"] = _shift(rows.loc[rows["n"] >= needed.min_ratings, "estimate"])
    direction = np.where(rows["estimate"] < rows["center"], Verdict.LOWER, Verdict.HIGHER)
    verdict = np.where(rows["signal"], direction, Verdict.AS_USUAL if judged else Verdict.OVERLAPPING)
    fewest = max(needed.min_ratings, MINIMUM_RATINGS) if judged else needed.min_ratings
    verdict = np.where(rows["n"] < fewest, Verdict.TOO_FEW, verdict)
    rows["shift"] = rows["shift"].astype("str")
    return with_verdict(rows, verdict, level=needed.level).rename_axis("week").reset_index()


def _shift(csat: pd.Series) -> Verdict:
    """Return whether the level of a series of weeks shifted: only where both signs of the run rule say so.

    Either sign alone is there in 4 to 6 of 100 undisturbed years, both in fewer than one.
    """
    found = run_rule(csat)
    if found.note:
        return Verdict.TOO_FEW_WEEKS
    if found.longest_run <= found.longest_expected or found.crossings >= found.fewest_expected:
        return Verdict.NO_SHIFT
    return Verdict.SHIFTED

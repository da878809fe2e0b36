"""Satisfaction week by week or month by month, and which of them stand out from ordinary variation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from ..errors import check_choice
from ..estimates import weekly_chart
from ..estimates.week_spread import MINIMUM_RATINGS
from ..history import History
from ..history.filters import Filter, Where, find_filter
from ..history.rebases import Rebase
from ..periods import Period, unit_of
from ..settings import Thresholds
from ..verdicts import Verdict
from . import measures
from .counting import count_categories, count_ratings
from .dimensions import Dimension, find_dimensions, join_values, names_of
from .judging import estimate_rates, with_verdicts
from .known_changes import Rebased, find_rebases, is_of_all, starts_again
from .lasting_changes import ALL, SEPARATOR, count_weeks, find_levels, find_series, name_known_changes
from .repeat_customers import with_inflation
from .scope import Names, When, last_day_known, last_unit, one_connection, thresholds
from .week_spread import BASELINE_WEEKS

DAY = dt.timedelta(days=1)
# Over so many ordinary variation is measured; the unit of the rows is one of these.
BASELINES = {"week": BASELINE_WEEKS, "month": 24, "quarter": 12, "day": 91}
FREQUENCIES = {"week": "7D", "month": "MS", "quarter": "QS", "day": "D"}
# Verdicts of a row below and above its limits: where it is known how much rows vary, and where it is not.
CLAIMS = (Verdict.LOWER, Verdict.HIGHER)
POSSIBLE = (Verdict.POSSIBLY_LOWER, Verdict.POSSIBLY_HIGHER)
COLUMNS = (
    "good",
    "neutral",
    "n",
    "estimate",
    "low",
    "high",
    "center",
    "limit_low",
    "limit_high",
    "signal",
    "is_news",
    "minimum_detectable_drop",
    "partial",
    "rebase",
    "note",
    "verdict",
)


@one_connection
def trend(
    history: History,
    *,
    by: Names = None,
    until: When = None,
    every: str = "week",
    weeks: int = 12,
    pool: int = 1,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
    rebase: Rebased = None,
) -> pd.DataFrame:
    """Return satisfaction week by week, with the weeks that stand out from ordinary variation.

    Ordinary variation is measured over the year that ends with `until`, or as much of it as the history holds (24
    months, 12 quarters, 91 days). It is measured again from each lasting change (see `lasting_changes`) and from each
    known change (`csat rebase`). A week that was not over at the last pull is not judged.

    Parameters
    ----------
    history
        The history to ask.
    by
        A dimension to split by, or several, as in `csat`: one series for each of their values. Weeks of
        agents are not judged: a week can be low because their group's is; `agents` compares them with colleagues.
    until
        The last week, or a period that ends in it; by default the last complete week (or other unit of `every`).
    every
        "week", "month", "quarter" or "day".
    weeks
        Number of rows of a series: weeks, or what `every` says.
    pool
        Each point holds the ratings of its week (or other unit) and of the `pool` - 1 before, for series with few
        ratings a week; none from before the week of a known change. Such points overlap, so that none of them is
        judged.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Ratings that a week needs for a verdict; by default the setting CSAT_MIN_RATINGS.
    rebase
        First days of levels that are known to be new, for all series; by default those of `csat rebase`.

    Returns
    -------
    pandas.DataFrame
        One row per week, also without ratings: [`by`], `week` (Monday on the account's clock; with `every` `month`,
        `quarter` or `day`: its first day), `good`, `neutral`, `n`, `estimate`, `low`, `high` (shares; wider where
        customers rate several times), `center` (rate of the year, or of the present level), `limit_low`, `limit_high`
        (control limits; nan where a week has too few ratings to be judged), `signal` (outside the limits), `is_news` (a
        signal of the last week; the report of its own week said an earlier one), `minimum_detectable_drop` (by what
        share a week of so many ratings must lie below `center` to be a signal more often than not; nan: no week of
        that size can be one), `partial` (not over at the last pull), `rebase` (what is known to have changed in that
        week), `note` (whether there are too few weeks to know how much weeks vary: then a week outside the limits is no
        signal, but possibly lower or higher), `verdict`.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension, or `every` is another unit.
    CsatError
        If `by` is a dimension of time, `weeks` or `pool` is below 1, or a week is malformed or outside the history.

    Examples
    --------
    >>> csat.trend(history, until="2026-W46", weeks=6)["week"].dt.strftime("%d %b").tolist()
    ['05 Oct', '12 Oct', '19 Oct', '26 Oct', '02 Nov', '09 Nov']
    >>> csat.trend(history, until="2026-10", every="month", weeks=2)["month"].dt.strftime("%b").tolist()
    ['Sep', 'Oct']
    """
    kept = find_filter(history, where, group=group)
    check_choice("unit", every, BASELINES)
    dimensions = find_series(history, by)
    needed = thresholds(history, min_ratings, by)
    last = last_unit(history, until, every)
    year = last.and_before(weeks - 1).and_before(max(pool - 1, BASELINES[every] - weeks))
    shown = year if pool > 1 else last.and_before(weeks - 1)
    known = find_rebases(history, rebase)
    restarts = _restarts(known, every, dimensions, kept)
    counts = _count_units(
        history, year, shown, by=(*dimensions, Dimension(every)), kept=kept, pool=pool, restarts=restarts
    )
    days = pd.date_range(year.first, year.last, freq=FREQUENCIES[every])
    over = days[days <= pd.Timestamp(last_day_known(history, last, every))]
    judged = pool == 1 and "agent" not in names_of(dimensions)
    parts = dict(_series(counts, dimensions))
    if judged:
        starts, texts = _levels(history, last, dimensions, kept, rebase)
    else:
        starts, texts = {}, _texts(known, year, [*parts], dimensions, kept)
    series = []
    for name, rows in parts.items():
        units = _estimate_weeks(_of_every(rows.set_index(every), days), needed)
        if judged:
            # A value that occurs only in a week that is not over has no level yet.
            begins = _begins_by_unit(starts.get(name, pd.Series(dtype=bool)), days)
            units = _judge_weeks(units, over, begins, needed)
        units["rebase"] = _texts_by_unit(texts.get(name, pd.Series(dtype=str)), days)
        labelled = units.tail(weeks).rename_axis(every).reset_index()
        series.append(labelled.assign(**_values_of(name, dimensions)))
    columns = [*names_of(dimensions), every, *COLUMNS]
    if not series:
        empty = pd.DataFrame(columns=columns)
        return with_verdicts(empty, [], level=needed.level)
    rows = pd.concat(series, ignore_index=True)[columns]
    return with_verdicts(rows, rows["verdict"], level=needed.level)


def _restarts(
    known: Sequence[Rebase], every: str, by: Sequence[Dimension], kept: Filter
) -> list[measures.Restart]:
    """Return from where pooled rows hold no earlier ratings: the rows of known changes."""
    return [
        measures.Restart(unit_of(every, one.day).first, None if is_of_all(one, kept) else one.group)
        for one in known
        if starts_again(one, kept, by)
    ]


def _count_units(
    history: History,
    year: Period,
    shown: Period,
    *,
    by: Sequence[Dimension],
    kept: Filter,
    pool: int,
    restarts: Sequence[measures.Restart],
) -> pd.DataFrame:
    """Return the counts of a year, the last of `by` being its unit; `inflation` only in those that are shown."""
    pooled = partial(measures.pooled_rating_counts, unit=by[-1].name, pool=pool, restarts=restarts)
    measure = pooled if pool > 1 else measures.rating_counts
    (counts,) = with_inflation(
        history, year.end, count_ratings(history, shown, by=by, kept=kept, measure=measure)
    )
    if shown == year:
        return counts
    before = replace(year, last=shown.first - DAY)
    return pd.concat([count_categories(history, before, by=by, kept=kept), counts], ignore_index=True)


def _unit_of_each(weeks: pd.Series, days: pd.DatetimeIndex) -> pd.Index:
    """Return for each Monday the first day of the row that contains it, or -1 before and after all of them."""
    places = days.searchsorted(pd.DatetimeIndex(weeks.index), side="right") - 1
    return pd.Index(places)


def _begins_by_unit(starts: pd.Series, days: pd.DatetimeIndex) -> pd.Series:
    """Return whether a level begins in a row, from whether it begins in a week."""
    found = starts.groupby(_unit_of_each(starts, days)).any().drop(-1, errors="ignore")
    return pd.Series(found.to_numpy(dtype=bool), days[found.index.astype(int)])


def _texts_by_unit(texts: pd.Series, days: pd.DatetimeIndex) -> pd.Series:
    """Return what is known to have changed in a row, from what changed in a week."""
    found = texts[texts != ""]
    joined = found.groupby(_unit_of_each(found, days)).agg("; ".join).drop(-1, errors="ignore")
    return pd.Series(joined.to_numpy(), days[joined.index.astype(int)]).reindex(days, fill_value="")


def _series(counts: pd.DataFrame, by: Sequence[Dimension]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the name and the counts of each series."""
    if not by:
        yield ALL, counts
        return
    yield from counts.groupby(join_values(counts, by, SEPARATOR), sort=True)


def _values_of(series: str, by: Sequence[Dimension]) -> dict[str, str]:
    """Return the values of the dimensions of a series."""
    return dict(zip(names_of(by), series.split(SEPARATOR), strict=True)) if by else {}


def _levels(
    history: History, last: Period, by: Sequence[Dimension], kept: Filter, rebase: Rebased
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return per week and series whether a level begins, as `lasting_changes` says, and what is known of it."""
    dimensions = by or find_dimensions(history, "group")
    weeks = count_weeks(history, unit_of("week", last.last, last.timezone), dimensions, kept)
    levels = find_levels(history, weeks, dimensions, kept, rebase)
    return levels.starts, levels.texts


def _texts(
    known: Sequence[Rebase], year: Period, series: Sequence[str], by: Sequence[Dimension], kept: Filter
) -> pd.DataFrame:
    """Return per week and series what is known to have changed, for rows that are not judged."""
    mondays = pd.date_range(unit_of("week", year.first, year.timezone).first, year.last, freq="7D")
    names = [ALL, *(name for name in series if name != ALL)]
    return name_known_changes(mondays, names, by, known, kept)


def _of_every(counts: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Return a row for every week, also without ratings."""
    weekly = counts[["good", "neutral", "rated", "inflation"]].reindex(days)
    return weekly.fillna({"inflation": 1.0}).fillna(0).astype({"good": int, "neutral": int, "rated": int})


def _estimate_weeks(weeks: pd.DataFrame, needed: Thresholds) -> pd.DataFrame:
    """Return the weeks with their rates, not judged."""
    total = weeks[["good", "rated"]].sum()
    rows = estimate_rates(weeks, level=needed.level).assign(
        center=total["good"] / total["rated"] if total["rated"] else np.nan,
        limit_low=np.nan,
        limit_high=np.nan,
        signal=False,
        is_news=False,
        minimum_detectable_drop=np.nan,
        partial=False,
        rebase="",
        note="",
    )
    verdict = np.where(rows["n"] < needed.min_ratings, Verdict.TOO_FEW, Verdict.OVERLAPPING)
    return rows.assign(verdict=verdict)


def _judge_weeks(
    rows: pd.DataFrame, over: pd.DatetimeIndex, starts: pd.Series, needed: Thresholds
) -> pd.DataFrame:
    """Return the weeks judged against the other weeks of their level; weeks that are not over are not judged."""
    weeks = rows.loc[over]
    level = starts.reindex(starts.index.union(over)).cumsum().ffill().reindex(over)
    chart = weekly_chart(weeks["good"], weeks["n"], level=level.fillna(0))
    enough = weeks["n"] >= max(needed.min_ratings, MINIMUM_RATINGS)
    outside = chart.alarm.astype(bool) & enough
    # Limits of chance alone are too narrow for a claim.
    signal = outside & (not chart.note)
    below, above = POSSIBLE if chart.note else CLAIMS
    direction = np.where(weeks["estimate"] < chart.center, below, above)
    # Without limits there is no other week of its level to compare with.
    ordinary = np.where(np.isnan(chart.low), Verdict.TOO_FEW_WEEKS, Verdict.AS_USUAL)
    verdict = np.where(outside, direction, np.where(enough, ordinary, Verdict.TOO_FEW))
    judged = weeks.assign(
        center=chart.center,
        limit_low=chart.low.where(enough),
        limit_high=chart.high.where(enough),
        signal=signal,
        is_news=signal & (weeks.index == rows.index[-1]),
        minimum_detectable_drop=chart.minimum_detectable_drop,
        note=chart.note,
        verdict=verdict,
    )
    unfinished = rows.drop(over).assign(partial=True, verdict=Verdict.UNFINISHED)
    return pd.concat([judged, unfinished])

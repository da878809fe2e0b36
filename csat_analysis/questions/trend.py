"""Satisfaction week by week or month by month, and which of them stand out from ordinary variation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
from .judging import estimate_rates, share, with_verdicts
from .known_changes import Rebased, find_rebases, is_of_all, starts_again
from .levels import ALL, SEPARATOR, count_weeks, find_levels, find_series, name_known_changes
from .repeat_customers import with_inflation
from .scope import Names, When, last_day_known, last_unit, one_connection, thresholds
from .week_spread import BASELINE_WEEKS

ONE_DAY = dt.timedelta(days=1)
# Levels of the index of rows: the series, and the first day of each row.
SERIES, DAY = "series", "first"
# Over so many ordinary variation is measured; the unit of the rows is one of these.
BASELINES = {"week": BASELINE_WEEKS, "month": 24, "quarter": 12, "day": 91}
FREQUENCIES = {"week": "7D", "month": "MS", "quarter": "QS", "day": "D"}
# Verdicts of a row below and above its limits: where it is known how much rows vary, and where it is not.
CLAIMS = (Verdict.LOWER, Verdict.HIGHER)
POSSIBLE = (Verdict.POSSIBLY_LOWER, Verdict.POSSIBLY_HIGHER)
COLUMNS = (
    *("good", "neutral", "n", "estimate", "low", "high"),
    *("center", "limit_low", "limit_high", "signal", "is_news"),
    *("minimum_detectable_drop", "partial", "rebase", "note", "verdict"),
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
    columns = [*names_of(dimensions), every, *COLUMNS]
    if dimensions and counts.empty:
        return with_verdicts(pd.DataFrame(columns=columns), [], level=needed.level)
    rows = _estimate_rows(_of_every(counts, dimensions, days), needed)
    series = rows.index.unique(SERIES)
    if pool == 1 and "agent" not in names_of(dimensions):
        starts, texts = _levels(history, last, dimensions, kept, rebase)
        over = days[days <= pd.Timestamp(last_day_known(history, last, every))]
        rows = _judge_rows(rows, over, _number_levels(starts, series, days), needed)
    else:
        texts = _texts(known, year, series, dimensions, kept)
    rows = rows.assign(rebase=_texts_by_row(texts, rows.index, days)).groupby(SERIES, sort=False).tail(weeks)
    shown = rows.rename_axis(index={DAY: every}).reset_index(every).assign(**_values_of(rows, dimensions))
    shown = shown[columns].reset_index(drop=True)
    return with_verdicts(shown, shown["verdict"], level=needed.level)


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
    before = replace(year, last=shown.first - ONE_DAY)
    return pd.concat([count_categories(history, before, by=by, kept=kept), counts], ignore_index=True)


def _unit_of_each(weeks: pd.Index, days: pd.DatetimeIndex) -> NDArray[np.int_]:
    """Return for each Monday the place of the row that contains it, or -1 before and after all of them."""
    return days.searchsorted(pd.DatetimeIndex(weeks), side="right") - 1


def _number_levels(starts: pd.DataFrame, series: pd.Index, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the number of the level of each row and series, from whether a level begins in a week."""
    begins = starts.groupby(_unit_of_each(starts.index, days)).any()
    # A value that occurs only in a week that is not over has no level yet.
    return begins.reindex(range(len(days)), columns=series, fill_value=False).cumsum().set_axis(days)


def _texts_by_row(texts: pd.DataFrame, rows: pd.MultiIndex, days: pd.DatetimeIndex) -> pd.Series:
    """Return what is known to have changed in a row, from what changed in a week."""
    known = texts[texts.columns.intersection(rows.unique(SERIES))].melt(ignore_index=False, var_name=SERIES)
    known = known[known["value"] != ""]
    places = _unit_of_each(known.index, days)
    known = known[places >= 0].assign(**{DAY: days[places[places >= 0]]})
    return known.groupby([SERIES, DAY])["value"].agg("; ".join).reindex(rows, fill_value="")


def _values_of(rows: pd.DataFrame, by: Sequence[Dimension]) -> dict[str, list[str]]:
    """Return the values of the dimensions of each row."""
    values = [series.split(SEPARATOR) for series in rows.index.get_level_values(SERIES)]
    return {name: [one[place] for one in values] for place, name in enumerate(names_of(by))}


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


def _of_every(counts: pd.DataFrame, by: Sequence[Dimension], days: pd.DatetimeIndex) -> pd.DataFrame:
    """Return a row for every series and week, also without ratings."""
    series = join_values(counts, by, SEPARATOR) if by else pd.Series(ALL, counts.index)
    rows = pd.MultiIndex.from_product([sorted(series.unique()) if by else [ALL], days], names=[SERIES, DAY])
    weekly = counts.set_index([series, counts.iloc[:, len(by)]])[["good", "neutral", "rated", "inflation"]]
    weekly = weekly.reindex(rows).fillna({"inflation": 1.0}).fillna(0)
    return weekly.astype({"good": int, "neutral": int, "rated": int})


def _estimate_rows(rows: pd.DataFrame, needed: Thresholds) -> pd.DataFrame:
    """Return the rows with their rates and `inflation`, not judged."""
    total = rows.groupby(SERIES)[["good", "rated"]].transform("sum")
    rates = estimate_rates(rows, level=needed.level).assign(
        center=share(total["good"], total["rated"]),
        limit_low=np.nan,
        limit_high=np.nan,
        signal=False,
        is_news=False,
        minimum_detectable_drop=np.nan,
        partial=False,
        note="",
        inflation=rows["inflation"],
    )
    verdict = np.where(rates["n"] < needed.min_ratings, Verdict.TOO_FEW, Verdict.OVERLAPPING)
    return rates.assign(verdict=verdict)


def _judge_rows(
    rows: pd.DataFrame, over: pd.DatetimeIndex, levels: pd.DataFrame, needed: Thresholds
) -> pd.DataFrame:
    """Return the rows judged against the other rows of their level; weeks that are not over are not judged."""
    days = rows.index.get_level_values(DAY)
    is_over = days.isin(over)
    weeks = rows[is_over]
    by_series = rows.groupby(SERIES, sort=False)
    chart = pd.concat([_draw_chart(one[one.index.isin(over, DAY)], levels[name]) for name, one in by_series])
    is_measured = chart["note"] == ""
    enough = weeks["n"] >= max(needed.min_ratings, MINIMUM_RATINGS)
    outside = chart["alarm"] & enough
    # Limits of chance alone are too narrow for a claim.
    signal = outside & is_measured
    below, above = (np.where(is_measured, *both) for both in zip(CLAIMS, POSSIBLE, strict=True))
    direction = np.where(weeks["estimate"] < chart["center"], below, above)
    # Without limits there is no other week of its level to compare with.
    ordinary = np.where(chart["low"].isna(), Verdict.TOO_FEW_WEEKS, Verdict.AS_USUAL)
    judged = weeks.assign(
        center=chart["center"],
        limit_low=chart["low"].where(enough),
        limit_high=chart["high"].where(enough),
        signal=signal,
        is_news=signal & (days[is_over] == days[-1]),
        minimum_detectable_drop=chart["minimum_detectable_drop"],
        note=chart["note"],
        verdict=np.where(outside, direction, np.where(enough, ordinary, Verdict.TOO_FEW)),
    )
    unfinished = rows[~is_over].assign(partial=True, verdict=Verdict.UNFINISHED)
    return pd.concat([judged, unfinished]).reindex(rows.index)


def _draw_chart(weeks: pd.DataFrame, levels: pd.Series) -> pd.DataFrame:
    """Return the chart of one series, one row per week."""
    level = levels[weeks.index.get_level_values(DAY)].to_numpy()
    chart = weekly_chart(weeks["good"], weeks["n"], level=level, inflation=weeks["inflation"])
    names = ("center", "low", "high", "alarm", "minimum_detectable_drop", "note")
    columns = {name: getattr(chart, name) for name in names}
    return pd.DataFrame(columns, weeks.index).astype({"alarm": bool})

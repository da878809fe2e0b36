"""Levels of weekly series: where they begin, by lasting changes and known ones, and the counts behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..errors import CsatError
from ..estimates import find_lasting_changes, week_inflation
from ..estimates.lasting_changes import LastingChanges
from ..history import History
from ..history.filters import OF_TIME, Filter
from ..history.rebases import Rebase
from ..periods import Period
from .counting import count_categories, count_ratings
from .dimensions import Dimension, find_dimensions, join_values, names_of
from .known_changes import GROUP, Rebased, find_rebases, is_of_all
from .repeat_customers import with_inflation
from .scope import Names, last_day_known
from .week_spread import WEEK

# The series of all ratings: no group has an empty name.
ALL = ""
# Between the values of a series of several dimensions; no name contains it.
SEPARATOR = "\x1f"
EARLIEST = dt.date(1970, 1, 5)
ONE_WEEK = dt.timedelta(weeks=1)
# A week counts less from this design effect on; a smaller one is in the spread between weeks.
LEAST_INFLATION = 2.0


class WeeklySeries(NamedTuple):
    """Ratings of every complete week of the history: one row per week, one column per series (`ALL` first)."""

    good: pd.DataFrame
    rated: pd.DataFrame


class Levels(NamedTuple):
    """The levels of weekly series.

    found: the lasting changes. starts: per week and series, whether a level begins. texts: what is known to have
    changed there.
    """

    found: LastingChanges
    starts: pd.DataFrame
    texts: pd.DataFrame


def find_series(history: History, by: Names) -> tuple[Dimension, ...]:
    """Look up the dimension of weekly series. Raises CsatError for one of time: its values do not last."""
    dimensions = find_dimensions(history, by)
    of_time = OF_TIME.intersection(names_of(dimensions))
    if of_time:
        raise CsatError(
            f"cannot split weeks by {min(of_time)}: choose another dimension, such as group or channel"
        )
    return dimensions


def count_weeks(history: History, until: Period, by: Sequence[Dimension], kept: Filter) -> WeeklySeries:
    """Return the ratings of every complete week, from the first one with ratings to `until`."""
    last = last_day_known(history, until)
    span = Period(EARLIEST, last, until.timezone)
    parts = count_categories(history, span, by=(*by, WEEK), kept=kept)
    if any(one.is_multivalued for one in by):
        whole = count_categories(history, span, by=(WEEK,), kept=kept)
    else:
        whole = parts.groupby("week", as_index=False)[["good", "rated"]].sum()
    parts["series"] = join_values(parts, by, SEPARATOR)
    mondays = pd.date_range(whole["week"].min(), last, freq="7D") if len(whole) else pd.DatetimeIndex([])
    tables = []
    for name in ("good", "rated"):
        table = parts.pivot_table(index="week", columns="series", values=name, aggfunc="sum").reindex(mondays)
        table.insert(0, ALL, whole.set_index("week")[name].reindex(mondays))
        tables.append(table.fillna(0).astype(int))
    return WeeklySeries(*tables)


def find_levels(
    history: History, weekly: WeeklySeries, by: Sequence[Dimension], kept: Filter, rebase: Rebased
) -> Levels:
    """Return the levels of weekly series: from lasting changes, and from known ones."""
    known = find_rebases(history, rebase)
    texts = name_known_changes(weekly.rated.index, list(weekly.rated.columns), by, known, kept)
    found = _find_changes(history, weekly, by, kept, texts != "")
    starts = texts != ""
    for since, name in zip(found.table["since"], found.table["series"], strict=True):
        starts.loc[since, name] = True
    return Levels(found, starts, texts)


def _find_changes(
    history: History, weekly: WeeklySeries, by: Sequence[Dimension], kept: Filter, rebased: pd.DataFrame
) -> LastingChanges:
    """Return the lasting changes, with less weight for weeks in which one customer gave many of the ratings.

    Weeks since a change also get less weight if one customer gave many of all ratings since then.

    Customers are counted only in the weeks of changes: in all weeks of a history that takes long.
    """
    whole = ALL if len(weekly.rated.columns) > 1 else None
    inflation = pd.DataFrame(1.0, weekly.rated.index, weekly.rated.columns)
    while True:
        found = find_lasting_changes(*weekly, whole=whole, rebased=rebased, inflation=inflation)
        changes = found.table
        known = inflation.copy()
        by_week, since = (
            _count_since(history, changes, changes["reported"], weekly, kinds, kept)
            for kinds in ((*by, WEEK), by)
        )
        for name, weeks, whole_change in zip(changes["series"], by_week, since, strict=True):
            # One customer may have given a few bad ratings in each of many weeks.
            larger = weeks.set_index("week")["inflation"].clip(lower=whole_change["inflation"].item())
            larger = larger[larger >= LEAST_INFLATION]
            inflation.loc[larger.index, name] = larger.clip(lower=inflation.loc[larger.index, name])
        if inflation.equals(known):
            return found


def name_known_changes(
    weeks: pd.Index, names: Sequence[str], by: Sequence[Dimension], known: Sequence[Rebase], kept: Filter
) -> pd.DataFrame:
    """Return per week and series, of which `ALL` is first, what is known to have changed; empty where nothing is."""
    texts = pd.DataFrame("", weeks, list(names))
    for one in known:
        monday = pd.Timestamp(one.day - dt.timedelta(days=one.day.weekday()))
        for name in _series_of(one, names, by, kept) if monday in weeks else ():
            texts.loc[monday, name] = "; ".join(filter(None, [texts.loc[monday, name], one.text]))
    return texts


def _series_of(one: Rebase, names: Sequence[str], by: Sequence[Dimension], kept: Filter) -> Sequence[str]:
    """Return the series all of whose ratings a known change is about."""
    if is_of_all(one, kept):
        return names
    if GROUP not in names_of(by):
        return []
    place, parts = names_of(by).index(GROUP), [name for name in names if name != ALL]
    found = [name for name in parts if name.split(SEPARATOR)[place] == one.group]
    return names if found == parts else found


def inflation_of_changes(
    history: History,
    levels: Levels,
    weekly: WeeklySeries,
    by: Sequence[Dimension],
    kept: Filter,
    *,
    level: float,
) -> pd.Series:
    """Return the inflation of the rate since each change: of the weeks, or of repeat customers if that is larger."""
    changes = levels.found.table
    spread = week_inflation(weekly.good, weekly.rated, level=level)
    last = weekly.rated.index.max()
    starts = [levels.starts.index[levels.starts[name]] for name in changes["series"]]
    ends = [
        min(one[one > since] - ONE_WEEK, default=last)
        for one, since in zip(starts, changes["since"], strict=True)
    ]
    counts = _count_since(history, changes, ends, weekly, by, kept)
    repeats = [rows["inflation"].item() for rows in counts]
    return pd.Series(np.maximum(repeats, spread.reindex(changes["series"]).to_numpy()), changes.index)


def _count_since(
    history: History,
    changes: pd.DataFrame,
    ends: Iterable[pd.Timestamp],
    weekly: WeeklySeries,
    by: Sequence[Dimension],
    kept: Filter,
) -> list[pd.DataFrame]:
    """Return the counts from each change to the end of a week with their `inflation`, by week if `by` ends with it."""
    found = []
    parts = [one for one in by if one != WEEK]
    for name, since, end in zip(changes["series"], changes["since"], ends, strict=True):
        span = Period(since.date(), (end + ONE_WEEK).date() - dt.timedelta(days=1), history.timezone)
        kinds = [one for one in by if name != ALL or one == WEEK]
        counts = count_ratings(history, span, by=kinds, kept=kept)
        found.append(counts if name == ALL else counts[join_values(counts, parts, SEPARATOR) == name])
    if not found:
        return []
    last = (weekly.rated.index.max() + ONE_WEEK).date()
    return with_inflation(history, Period(last, last, history.timezone).start, *found)

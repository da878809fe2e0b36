"""Lasting changes of satisfaction: since when, from which rate to which, and when that was reported first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..errors import CsatError
from ..estimates import find_lasting_changes, week_inflation
from ..estimates.lasting_changes import LastingChanges
from ..history import History
from ..history.filters import OF_TIME, Filter, Where, find_filter
from ..history.rebases import Rebase
from ..periods import Period
from ..settings import Thresholds
from ..verdicts import Verdict
from .counting import count_categories, count_ratings
from .dimensions import Dimension, find_dimensions, join_values, names_of
from .judging import estimate_rates, share, with_verdicts
from .known_changes import GROUP, Rebased, find_rebases, is_of_all
from .repeat_customers import with_inflation
from .scope import Names, When, last_day_known, last_week, one_connection, thresholds
from .week_spread import WEEK

# The series of all ratings: no group has an empty name.
ALL = ""
# Between the values of a series of several dimensions; no name contains it.
SEPARATOR = "\x1f"
EARLIEST = dt.date(1970, 1, 5)
ONE_WEEK = dt.timedelta(weeks=1)
COLUMNS = (
    "since",
    "n",
    "estimate",
    "low",
    "high",
    "verdict",
    "earliest",
    "latest",
    "reported",
    "is_news",
    "is_shared",
    "good",
    "n_before",
    "estimate_before",
    "change",
)


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


@one_connection
def lasting_changes(
    history: History,
    *,
    by: str = "group",
    until: When = None,
    group: Names = None,
    where: Where = None,
    rebase: Rebased = None,
) -> pd.DataFrame:
    """Return which series changed their level for good: all ratings, and each value of a dimension.

    All weeks from the first one of the history to `until` are read in order, so that a change that was reported before
    is found again. All series and both directions together raise a false alarm in at most 10 % of years.

    Parameters
    ----------
    history
        The history to ask.
    by
        A dimension to split by, as in `csat`.
    until
        The last week, or a period that ends in it; by default the last complete week. A week that was not over at the
        last pull is left out.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    rebase
        First days of levels that are known to be new, for all series; by default those of `csat rebase`.

    Returns
    -------
    pandas.DataFrame
        One row per change, or one for a series without a change, in the order "all", then by name and time: `by`,
        `since` (Monday of the first week of the new level), `earliest`, `latest` (its interval of about 95 %),
        `reported` (Monday of the week whose report showed it first), `is_news` (whether that is the last week),
        `is_shared` (whether it is the change of another series, and no news of this one: of a part where the other
        ratings changed as well, of all ratings where only parts changed that have a change of their own), `good`, `n`,
        `estimate`, `low`, `high` (shares since then, up to the next change; wider where customers rate several times or
        weeks vary more than by chance), `n_before`, `estimate_before` (of the level before), `change`, `verdict`
        (higher, lower, no detectable difference, or too few weeks: below twelve).
        `attrs["last_week"]` is the Monday of the last week that was read. If a value is named "all", too,
        `attrs["rows_of_all"]` is how many rows, the first ones, are about all ratings.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If `by` is agent or a dimension of time, or a week or a day is malformed or outside the history.

    Notes
    -----
    A CUSUM per series and direction, as in Steiner et al. 2000 (Biostatistics 1:441), with limits by simulation; see
    `estimates.find_lasting_changes`.

    Examples
    --------
    >>> csat.lasting_changes(history, until="2026-W46")[["group", "verdict"]].columns.tolist()
    ['group', 'verdict']
    """
    kept = find_filter(history, where, group=group)
    needed = thresholds(history, None)
    # One dimension: a list of names is refused.
    dimensions = find_series(history, [by])
    if "agent" in names_of(dimensions):
        raise CsatError(
            "lasting changes of agents are not judged: ask agents, which compares them with colleagues"
        )
    weekly = count_weeks(history, last_week(history, until), dimensions, kept)
    levels = find_levels(history, weekly, dimensions, kept, rebase)
    found = levels.found
    inflation = _inflation_of_changes(history, levels, weekly, dimensions, kept, level=needed.level)
    series = [_changes_of(name, found, needed, inflation) for name in weekly.rated.columns]
    rows = pd.concat(series, ignore_index=True)
    rows = rows.rename(columns={"series": by}).replace({by: {ALL: "all"}})[[by, *COLUMNS]]
    judged = with_verdicts(rows, rows["verdict"], level=needed.level)
    judged.attrs["last_week"] = weekly.rated.index.max()
    if "all" in weekly.rated.columns:
        judged.attrs["rows_of_all"] = len(series[0])
    return judged


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
    whole = ALL if len(weekly.rated.columns) > 1 else None
    found = find_lasting_changes(weekly.good, weekly.rated, whole=whole, rebased=texts != "")
    starts = texts != ""
    for since, name in zip(found.table["since"], found.table["series"], strict=True):
        starts.loc[since, name] = True
    return Levels(found, starts, texts)


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


def _inflation_of_changes(
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
    if changes.empty:
        return pd.Series(dtype=float)
    spread = week_inflation(weekly.good, weekly.rated, level=level)
    last = weekly.rated.index.max() + ONE_WEEK
    counts = []
    for name, since in zip(changes["series"], changes["since"], strict=True):
        starts = levels.starts.index[levels.starts[name]]
        end = min(starts[starts > since], default=last) - dt.timedelta(days=1)
        span = Period(since.date(), end.date(), history.timezone)
        parts = count_ratings(history, span, by=() if name == ALL else by, kept=kept)
        counts.append(parts if name == ALL else parts[join_values(parts, by, SEPARATOR) == name])
    until = Period(last.date(), last.date(), history.timezone).start
    effects = [rows["inflation"].item() for rows in with_inflation(history, until, *counts)]
    return pd.Series(np.maximum(effects, spread.reindex(changes["series"]).to_numpy()), changes.index)


def _changes_of(
    name: object, found: LastingChanges, needed: Thresholds, inflation: pd.Series
) -> pd.DataFrame:
    rows = found.table[found.table["series"] == name]
    if rows.empty:
        watched = bool(found.is_watched[name])
        return pd.DataFrame([_no_change(name, watched)])
    sums = {"good": rows["good_since"], "rated": rows["n_since"], "inflation": inflation}
    counts = pd.DataFrame(sums).loc[rows.index]
    before = share(rows["good_before"], rows["n_before"])
    rates = estimate_rates(counts, level=needed.level)
    verdicts = [Verdict.HIGHER if one > 0 else Verdict.LOWER for one in rows["direction"]]
    return rows.assign(
        **rates, estimate_before=before, change=rates["estimate"] - before, verdict=verdicts
    ).sort_values("since")


def _no_change(name: object, watched: bool) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(COLUMNS, np.nan)
    row |= dict.fromkeys(("since", "earliest", "latest", "reported"), pd.NaT)
    return row | {
        "series": name,
        "is_news": False,
        "is_shared": False,
        "verdict": Verdict.NO_DIFFERENCE if watched else Verdict.TOO_FEW_WEEKS,
    }

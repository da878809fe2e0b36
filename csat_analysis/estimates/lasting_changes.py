"""Find lasting changes of weekly ratings: direction, date, sizes, and the week in which each was first reported.

The series is read from its beginning, week after week, as the weekly reports saw it. So the same history always
gives the same changes, and a report knows which of them an earlier report has told.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .change_point import find_change_point
from .counts import Floats, Numbers, as_counts, require_between_0_and_1
from .cusum import alarm_limit, log_likelihood_ratio, odds_ratio_to_find, weekly_information
from .shared_changes import PSEUDO_RATINGS, find_shared
from .week_spread import pool_overdispersion, squared_differences

FALSE_ALARMS_PER_YEAR = 0.10  # chance that any series, in any direction, raises a false alarm within 52 weeks
MINIMUM_WEEKS = 12  # with ratings, before the level of a series counts as known
MINIMUM_RATINGS = 30  # in these weeks
# Chance of a false alarm that each series gets, over an equal part of the wanted one, by its weekly information. Series
# overlap and the limits of small ones are cautious; those of large ones are not, because their rate is an estimate.
# Fitted so that the wanted chance is kept at 65 and at 250 ratings a week.
NOMINAL_INFORMATION, NOMINAL_CHANCES = (0.5, 1.0), (1.1, 0.75)
LARGEST_STEP = 0.5  # of the limit, in one week: a change shows after three weeks at the earliest
COLUMNS = (
    "series",
    "direction",
    "since",
    "earliest",
    "latest",
    "reported",
    "is_news",
    "is_shared",
    "good_before",
    "n_before",
    "good_since",
    "n_since",
)
Codes = NDArray[np.int_]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class LastingChanges:
    """Result of `find_lasting_changes`.

    Attributes
    ----------
    table : DataFrame
        One row per change, in the order in which they were reported. Columns:

        - `series`: label of the series; `direction`: -1 (lower) or 1 (higher).
        - `since`: first week of the new level; `earliest`, `latest`: its interval of about 95 %.
        - `reported`: the week whose report told it first; `is_news`: whether that is the last week.
        - `is_shared`: whether it is the change of another series, and no news of this one: of a part where the
          other ratings changed as well, and of `whole` where only parts that are in the table changed; always False
          without `whole`.
        - `good_before`, `n_before`: ratings of the level before; `good_since`, `n_since`: those since the
          change, up to the next change or rebase of the series, or the last week.
    level_start : Series
        By series: first week of its present level (first week of all, last change, or last rebase).
    is_watched : Series
        By series: whether its level was known well enough, before the last week, for a change to be seen.
    """

    table: pd.DataFrame
    level_start: pd.Series
    is_watched: pd.Series


def find_lasting_changes(
    good: Numbers,
    rated: Numbers,
    *,
    whole: Hashable | None = None,
    rebased: Numbers | None = None,
    inflation: Numbers = 1.0,
    false_alarms_per_year: float = FALSE_ALARMS_PER_YEAR,
) -> LastingChanges:
    """Find lasting changes of one or several weekly series.

    Parameters
    ----------
    good, rated : DataFrame, Series or array
        Ratings per complete week, in order of time: one row per week (weeks without ratings included), one column
        per series, for example all ratings together and each group. Begin with the first week of the history,
        so that earlier changes are found again.
    whole : label, optional
        The series that holds all ratings, of which the others are parts.
    rebased : array of bool, optional
        Of the same shape: True at the first week of a level that was declared new. Sums and limits start
        again there.
    inflation : float or array, optional
        Of the same shape: by how much more than chance the rate of a week varies because customers rated several times.
        Such a week counts as n / inflation ratings.
    false_alarms_per_year : float
        Chance that any of the series, in any direction, raises a false alarm within 52 weeks.

    Returns
    -------
    LastingChanges

    Raises
    ------
    ValueError
        If counts are impossible or shapes differ.

    Notes
    -----
    For each series and each direction a CUSUM of weekly log-likelihood ratios (see `cusum`), with these
    adaptations to real accounts:

    - The usual rate is that of all weeks of the present level before the sum last left 0. As it is itself an
      estimate from N ratings, the sum over n further ratings is multiplied by N / (N + n), which is what the
      variance of a difference of two estimates asks for. So one table of limits serves short and long baselines.
    - Where weeks vary more than chance the ratios are divided by the overdispersion, measured by squared
      successive differences and pooled over series. The limit grows with it, because it is an estimate.
    - A single week adds at most half of the limit: two bad weeks are not a lasting change.
    - After an alarm the level since the change is the new normal. It is watched again after 12 weeks.
    - Where all ratings change, as with a season, the parts change too. The change of a part is marked as shared if the
      rest changed in the same direction by more than 1.645 standard errors of the log odds, and the part by no more
      than 3 standard errors further; or if a change of all ratings was reported in the 16 weeks before, and the part
      changed by no more than 3.5 standard errors further. With a season of 3 points at 250 ratings a week this takes
      half of the reported changes of parts away, and hardly delays the report of a part that falls alone. The change
      of all ratings is marked as shared if the rest, without the parts that changed by themselves, did not change in
      that direction.

    The chance of false alarms is divided equally among series and directions. Simulated over 52 weeks after a
    year of baseline (benchmarks/false_alarms.py), all together raise a false alarm in about 10 % of years at most.

    Examples
    --------
    >>> good, rated = np.r_[np.full(30, 44), np.full(10, 36)], np.full(40, 50)
    >>> change = find_lasting_changes(good, rated).table.iloc[0]
    >>> [int(change[name]) for name in ("direction", "since", "earliest", "latest", "reported")]
    [-1, 30, 29, 30, 32]
    """
    require_between_0_and_1(false_alarms_per_year=false_alarms_per_year)
    weeks, series = labels_of(good, rated)
    goods, totals = (np.reshape(part, (len(weeks), len(series))) for part in as_counts(good, rated))
    starts_again = np.zeros(goods.shape, dtype=bool)
    if rebased is not None:
        starts_again = np.reshape(np.asarray(rebased, dtype=bool), goods.shape)
    factors = np.broadcast_to(inflation, np.shape(good)).reshape(goods.shape)
    watch = Watch(goods, totals, factors)
    found = []
    for week in range(len(weeks)):
        watch.rebase(week, starts_again[week])
        found += watch.read(week, false_alarms_per_year)
    place = None if whole is None else int(series.get_loc(whole))
    table = describe(found, goods, totals, starts_again, place)
    for name in ("since", "earliest", "latest", "reported"):
        table[name] = weeks.take(table[name].to_numpy(dtype=int))
    table["series"] = series.take(table["series"].to_numpy(dtype=int))
    start = weeks.take(np.minimum(watch.start, max(0, len(weeks) - 1))) if len(weeks) else watch.start
    return LastingChanges(table, pd.Series(start, index=series), pd.Series(watch.ready, index=series))


def labels_of(good: Numbers, rated: Numbers) -> tuple[pd.Index, pd.Index]:
    """Return the labels of weeks and series: those of pandas objects, else positions."""
    if np.shape(good) != np.shape(rated) or np.ndim(good) not in (1, 2):
        raise ValueError(
            f"good and rated must have one row per week and one shape; got {np.shape(good)} and {np.shape(rated)}"
        )
    for labelled in (good, rated):
        if isinstance(labelled, pd.DataFrame):
            return labelled.index, labelled.columns
        if isinstance(labelled, pd.Series):
            return labelled.index, pd.RangeIndex(1)
    shape = np.shape(good)
    return pd.RangeIndex(shape[0]), pd.RangeIndex(shape[1] if len(shape) == 2 else 1)


class Watch:
    """The CUSUM of both directions of several series, read week by week."""

    def __init__(self, good: Floats, rated: Floats, inflation: Floats) -> None:
        self.counts = good, rated
        good, rated = good / inflation, rated / inflation
        self.good, self.rated = good, rated
        count = good.shape[1]
        squares = squared_differences(good, rated)
        parts = (good, rated, rated > 0, np.nan_to_num(squares), ~np.isnan(squares))
        # Sums of the weeks before each week, one row more than there are weeks.
        self.totals = np.stack([np.vstack([np.zeros(count), np.cumsum(part, axis=0)]) for part in parts])
        self.start: Codes = np.zeros(count, dtype=int)
        self.ready: Flags = np.zeros(count, dtype=bool)
        self.sums = np.zeros((2, count))
        self.since: Codes = np.zeros((2, count), dtype=int)
        self.usual = np.ones((2, 4, count))

    def rebase(self, week: int, where: Flags) -> None:
        """Start a new level at this week."""
        self.start = np.where(where, week, self.start)
        self.sums[:, where] = 0

    def level(self, week: int) -> Floats:
        """Return good, rated, weeks and overdispersion of the present level before this week."""
        columns = np.arange(self.start.size)
        good, rated, weeks = self.totals[:3, week] - self.totals[:3, self.start, columns]
        after = np.minimum(self.start + 1, week)  # the step into the level is not its spread
        squares, differences = self.totals[3:, week] - self.totals[3:, after, columns]
        self.ready = (weeks >= MINIMUM_WEEKS) & (rated >= MINIMUM_RATINGS)
        rate = (good + PSEUDO_RATINGS) / (rated + 2 * PSEUDO_RATINGS)
        raw = np.divide(squares, differences, out=np.ones(rate.size), where=differences > 0) / (
            rate * (1 - rate)
        )
        spread = pool_overdispersion(raw, np.where(self.ready, differences, 0))
        return np.stack([good, rated, weeks, spread])

    def read(self, week: int, false_alarms: float) -> list[dict[str, int]]:
        """Add a week to the sums and return the changes that it shows."""
        level = self.level(week)
        if not self.ready.any():
            return []
        chance = false_alarms / (2 * self.ready.sum())
        evidence = np.stack([self.add(side, week, level, chance) for side in (0, 1)])
        side = np.argmax(evidence, axis=0)
        found = []
        for series in np.flatnonzero(evidence.max(axis=0) > 1):
            since = int(self.since[side[series], series])
            found.append(self.describe_change(int(series), int(side[series]), since, week))
            self.start[series] = since
            self.sums[:, series] = 0
        return found

    def add(self, side: int, week: int, level: Floats, chance: float) -> Floats:
        """Add a week to the sums of one direction; return their size relative to the limit."""
        at_zero = self.sums[side] <= 0
        self.since[side] = np.where(at_zero, week, self.since[side])
        self.usual[side] = np.where(at_zero, level, self.usual[side])
        good, rated, weeks, spread = np.where(self.ready, self.usual[side], 1.0)
        rate = (good + PSEUDO_RATINGS) / (rated + 2 * PSEUDO_RATINGS)
        ratio = odds_ratio_to_find(rated / weeks / spread, rate) ** (-1 if side == 0 else 1)
        information = weekly_information(rated / weeks / spread, rate, ratio)
        nominal = np.interp(information, NOMINAL_INFORMATION, NOMINAL_CHANCES)
        limit = (alarm_limit(information, chance) - np.log(nominal)) * uncertainty_of(spread, weeks)
        bad = self.rated[week] - self.good[week]
        step = log_likelihood_ratio(self.good[week], bad, rate=rate, odds_ratio=ratio) / spread
        sums = np.maximum(0, self.sums[side] + np.minimum(step, LARGEST_STEP * limit))
        self.sums[side] = np.where(self.ready, sums, 0)
        since = self.totals[1, week + 1] - self.totals[1, self.since[side], np.arange(self.start.size)]
        return np.asarray(self.sums[side] * rated / (rated + since) / limit)

    def describe_change(self, series: int, side: int, since: int, week: int) -> dict[str, int]:
        """Return a change with the interval of its date, from the weeks known when it was reported."""
        first = int(self.start[series])
        good, rated = (part[first : week + 1, series] for part in self.counts)
        point = find_change_point(good, rated, overdispersion=self.usual[side, 3, series])
        return {
            "series": series,
            "direction": -1 if side == 0 else 1,
            "since": since,
            "earliest": min(since, first + point.earliest),
            "latest": max(since, first + point.latest),
            "reported": week,
            "level_start": first,
        }


def uncertainty_of(spread: Floats, weeks: Floats) -> Floats:
    """Return the factor on the limit where the overdispersion is an estimate from so many weeks.

    An underestimated overdispersion multiplies false alarms. The factor was fitted by simulation, to baselines of
    12 to 400 weeks and an overdispersion of 1 to 3, also where all series share good and bad weeks.
    """
    return 1 + 2.8 * (1 - 1 / spread) * (0.1 + 1.5 / np.sqrt(weeks))


def describe(
    found: list[dict[str, int]], good: Floats, rated: Floats, rebased: Flags, whole: int | None
) -> pd.DataFrame:
    """Return the changes with the ratings before and since."""
    shared = set() if whole is None else find_shared(found, good, rated, whole)
    rows = []
    for place, change in enumerate(found):
        series, since = change["series"], change["since"]
        later = [other["since"] for other in found[place + 1 :] if other["series"] == series]
        later += [int(week) for week in np.flatnonzero(rebased[:, series]) if week > since]
        before, after = slice(change["level_start"], since), slice(since, min(later, default=len(good)))
        rows.append(
            change
            | {
                "is_news": change["reported"] == len(good) - 1,
                "is_shared": place in shared,
                "good_before": int(good[before, series].sum()),
                "n_before": int(rated[before, series].sum()),
                "good_since": int(good[after, series].sum()),
                "n_since": int(rated[after, series].sum()),
            }
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({name: bool if name.startswith("is_") else int for name in COLUMNS})

"""Satisfaction week by week, and which weeks stand out from ordinary variation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..estimates import run_rule, weekly_chart
from ..estimates.week_spread import MINIMUM_RATINGS
from ..history import History
from ..settings import Thresholds
from ..verdicts import Verdict
from .counting import count_ratings
from .dimensions import Dimension, find_dimensions, names_of
from .judging import estimate_rates, with_verdicts
from .scope import Names, When, last_week, one_connection, thresholds

# Ordinary variation is measured over a year: within twelve weeks one bad week would widen its own limits.
BASELINE_WEEKS = 52
WEEK = Dimension("week")
COLUMNS = (
    "week",
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
    "minimum_detectable_drop",
    "shift",
    "note",
    "verdict",
)


@one_connection
def trend(
    history: History,
    *,
    by: str | None = None,
    until: When = None,
    weeks: int = 12,
    pool: int = 1,
    group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return satisfaction week by week, with the weeks that stand out from ordinary variation.

    Ordinary variation is measured over the year that ends with `until`, or as much of it as the history holds.

    Parameters
    ----------
    history
        The history to ask.
    by
        A dimension to split by, as in `csat`: one series for each of its values.
    until
        The last week, or a period that ends in it; by default the last complete week.
    weeks
        Number of weeks.
    pool
        Each point holds the ratings of its week and of the `pool` - 1 weeks before, for series with few ratings a
        week. Such points overlap, so that none of them is judged.
    group
        Names of groups, one or several; None for all.
    min_ratings
        Ratings that a week needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per week, also without ratings: [`by`], `week` (Monday on the account's clock), `good`, `neutral`, `n`,
        `estimate`, `low`, `high` (shares), `center` (rate of the year), `limit_low`, `limit_high` (control limits),
        `signal` (outside the limits), `minimum_detectable_drop` (by what share a week of so many ratings must lie
        below `center` to be a signal more often than not; nan: no week of that size can be one), `shift` (whether the
        level of the year has shifted, by both signs of Anhøj's run rule; the same in all rows of a series), `note`
        (whether there are too few weeks to know how much weeks vary), `verdict`.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.trend(history, until="2026-W46", weeks=6)["week"].dt.strftime("%d %b").tolist()
    ['05 Oct', '12 Oct', '19 Oct', '26 Oct', '02 Nov', '09 Nov']
    """
    dimensions = find_dimensions(history, by)
    needed = thresholds(history, min_ratings, by)
    shown = last_week(history, until).and_before(weeks - 1)
    year = shown.and_before(max(pool - 1, BASELINE_WEEKS - weeks))
    counts = count_ratings(history, year, by=(*dimensions, WEEK), group=group)
    mondays = pd.date_range(year.first, year.last, freq="7D")
    series = [
        _judge_weeks(_pool(rows, mondays, pool), needed, judged=pool == 1).tail(weeks).assign(**labels)
        for labels, rows in _series(counts, by)
    ]
    if not series:
        empty = pd.DataFrame(columns=[*names_of(dimensions), *COLUMNS])
        return with_verdicts(empty, [], level=needed.level)
    rows = pd.concat(series, ignore_index=True)[[*names_of(dimensions), *COLUMNS]]
    return with_verdicts(rows, rows["verdict"], level=needed.level)


def _series(counts: pd.DataFrame, by: str | None) -> Iterator[tuple[dict[str, object], pd.DataFrame]]:
    """Yield the counts of each series, with its value of `by`."""
    if by is None:
        yield {}, counts
        return
    for name, rows in counts.groupby(by, sort=True):
        yield {by: name}, rows


def _pool(counts: pd.DataFrame, mondays: pd.DatetimeIndex, pool: int) -> pd.DataFrame:
    """Return a row for every week, with the ratings of the `pool` weeks that end with it."""
    weekly = counts.set_index("week")[["good", "neutral", "rated"]].reindex(mondays, fill_value=0)
    return weekly.rolling(pool, min_periods=1).sum().astype(int)


def _judge_weeks(weeks: pd.DataFrame, needed: Thresholds, *, judged: bool) -> pd.DataFrame:
    chart = weekly_chart(weeks["good"], weeks["rated"])
    rows = estimate_rates(weeks, level=needed.level).assign(
        center=chart.center,
        limit_low=np.nan,
        limit_high=np.nan,
        signal=False,
        minimum_detectable_drop=np.nan,
        shift=Verdict.OVERLAPPING.value,
        note="",
    )
    enough = rows["n"] >= needed.min_ratings
    if judged:
        rows = rows.assign(
            limit_low=chart.low,
            limit_high=chart.high,
            signal=chart.alarm.astype(bool) & enough,
            minimum_detectable_drop=chart.minimum_detectable_drop,
            shift=_judge_shift(rows.loc[enough, "estimate"]).value,
            note=chart.note,
        )
    fewest = max(needed.min_ratings, MINIMUM_RATINGS) if judged else needed.min_ratings
    direction = np.where(rows["estimate"] < rows["center"], Verdict.LOWER, Verdict.HIGHER)
    verdict = np.where(rows["signal"], direction, Verdict.AS_USUAL if judged else Verdict.OVERLAPPING)
    verdict = np.where(rows["n"] < fewest, Verdict.TOO_FEW, verdict)
    return with_verdicts(rows, verdict, level=needed.level).rename_axis("week").reset_index()


def _judge_shift(csat: pd.Series) -> Verdict:
    """Return whether the level of a series has shifted: only where both signs of the run rule say so.

    Either sign alone occurs in 4 to 6 of 100 years without a shift, both in fewer than one.
    """
    found = run_rule(csat)
    if found.note:
        return Verdict.TOO_FEW_WEEKS
    if found.longest_run <= found.longest_expected or found.crossings >= found.fewest_expected:
        return Verdict.NO_SHIFT
    return Verdict.SHIFTED

"""How much more than chance the rates of weeks vary in the year before a period: judged changes allow for it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import CsatError
from ..estimates import week_inflation, weekly_chart
from ..estimates.week_spread import MINIMUM_RATINGS
from ..history import History
from ..history.filters import OF_TIME, Filter
from ..periods import Period, unit_of
from .counting import count_categories
from .dimensions import Dimension, names_of
from .judging import Spread, no_spread

BASELINE_WEEKS = 52
WEEK = Dimension("week")


def refuse_time(question: str, by: Sequence[Dimension]) -> None:
    """Raise CsatError if a comparison of two periods is split by time: none of its values is in both."""
    for name in names_of(by):
        if name in OF_TIME:
            raise CsatError(
                f"{question} cannot split by {name}: the two periods have no {name} in common; choose another "
                "dimension, such as channel"
            )


def year_before(span: Period) -> Period:
    """Return the 52 complete weeks before a period."""
    return unit_of("week", span.first, span.timezone).before(BASELINE_WEEKS)


def measure_spread(history: History, span: Period, *, by: Sequence[Dimension], kept: Filter) -> Spread:
    """Return the spread between the weeks of the year before a period, all together or per value of `by`."""
    year = year_before(span)
    return spread_of(count_categories(history, year, by=(*by, WEEK), kept=kept), year, names_of(by))


def spread_of(counts: pd.DataFrame, year: Period, by: Sequence[str]) -> Spread:
    """Return the spread between the weeks of a year, from their counts: `week`, `by`, `good`, `rated`.

    Weeks outside the limits of ordinary variation are left out: one crash would hide every change of the year after.
    """
    if counts.empty:
        return no_spread
    mondays = pd.date_range(year.first, year.last, freq="7D")
    good, rated = (_by_week(counts, name, by).reindex(mondays).fillna(0) for name in ("good", "rated"))
    usual = pd.DataFrame({name: _is_usual(good[name], rated[name]) for name in rated})

    def spread(level: float) -> pd.Series | float:
        found = week_inflation(good * usual, rated * usual, level=level)
        return found if by else float(found.iloc[0])

    return spread


def _is_usual(good: pd.Series, rated: pd.Series) -> pd.Series:
    """Return per week whether it lies within the limits of ordinary variation."""
    if rated.max() < MINIMUM_RATINGS:
        return rated >= 0
    return ~pd.Series(weekly_chart(good, rated).alarm, rated.index, dtype=bool)


def _by_week(counts: pd.DataFrame, name: str, by: Sequence[str]) -> pd.DataFrame:
    """Return a count with one row per week, and one column per value of `by`."""
    if not by:
        return counts.set_index("week")[[name]].set_axis(["all"], axis=1)
    return counts.pivot_table(index="week", columns=list(by), values=name, aggfunc="sum")

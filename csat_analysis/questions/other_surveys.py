"""Whether satisfaction changed when the survey did: rates of different surveys can differ for that reason alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..history import History
from ..history.filters import Filter
from ..periods import Period
from .counting import count_scores
from .dimensions import Dimension, find_dimensions, join_values
from .levels import ALL, ONE_WEEK, SEPARATOR, WeeklySeries
from .week_spread import WEEK

# The survey is called another one if the share of one survey or scale changed by more than this.
OTHER_SURVEY = 0.2
SURVEY = "survey"
SEVERAL_WEEKS = dt.timedelta(weeks=4)


def find_other_surveys(
    history: History, changes: pd.DataFrame, weekly: WeeklySeries, by: Sequence[Dimension], kept: Filter
) -> list[bool]:
    """Return per lasting change whether the ratings of the weeks before and since are of different surveys.

    changes: with `series`, and `earliest` and `latest`, the first weeks between which the change may have begun.
    """
    found = []
    for change in changes.itertuples():
        parts = () if change.series == ALL else by
        counts = _count_surveys(history, _weeks_around(change, weekly, history.timezone), parts, kept)
        if parts:
            counts = counts[join_values(counts, parts, SEPARATOR) == change.series]
        sides = (counts["week"] >= change.latest, counts["week"] < change.earliest)
        found.append(_are_others(*(counts[side].groupby("kind")["n"].sum() for side in sides)))
    return found


def _weeks_around(change: Any, weekly: WeeklySeries, timezone: str) -> Period:
    """Return the weeks before and since a change."""
    last = min(change.latest + SEVERAL_WEEKS, weekly.rated.index.max() + ONE_WEEK)
    return Period((change.earliest - SEVERAL_WEEKS).date(), last.date() - dt.timedelta(days=1), timezone)


def _count_surveys(history: History, span: Period, by: Sequence[Dimension], kept: Filter) -> pd.DataFrame:
    """Return how many ratings there are of each `kind` per week: of each survey and scale, or without points."""
    (survey,) = find_dimensions(history, SURVEY)
    counts = count_scores(history, span, by=list(dict.fromkeys([*by, survey, WEEK])), kept=kept)
    kind = counts[SURVEY] + counts["scale"].astype(str).where(counts["rating"].notna(), "")
    return counts.assign(kind=kind)


def _are_others(now: pd.Series, before: pd.Series) -> bool:
    """Return whether the share of a survey among the ratings differs by more than `OTHER_SURVEY`."""
    if now.empty or before.empty:
        return False
    shares, shares_before = (one / one.sum() for one in (now, before))
    return bool(shares.sub(shares_before, fill_value=0).abs().max() > OTHER_SURVEY)

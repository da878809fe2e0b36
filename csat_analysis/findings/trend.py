"""Satisfaction week by week, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from ..periods import Period
from ..verdicts import has_enough_data, is_few, is_possible, is_without_others, matches
from .phrases import count_points, join_names, name_week

SPREAD_UNKNOWN = "There are too few weeks to know how much weeks vary beyond chance."


def trend_title(rows: pd.DataFrame) -> str:
    """Return which weeks stand out from ordinary variation: the last week as news, earlier ones as reported before."""
    signals = rows[rows["signal"]]
    judged = int(matches(rows["verdict"], has_enough_data).sum())
    if not judged and matches(rows["verdict"], is_without_others).any():
        return "Too few weeks with enough ratings to know which are ordinary"
    if not judged:
        return f"None of these {len(rows)} weeks has enough ratings to be judged"
    possible = rows[matches(rows["verdict"], is_possible)]
    if len(possible):
        return f"{_weeks(possible)}, possibly unusual: too few weeks to know how much weeks vary"
    if signals.empty and judged == 1:
        return f"The only week with enough ratings does not stand out from ordinary variation; {_detectable(rows)}"
    if signals.empty:
        few = judged + int(matches(rows["verdict"], is_few).sum()) == len(rows)
        enough = "" if judged == len(rows) else " with enough ratings" if few else " that can be judged"
        usual = "the ordinary variation of its level" if _has_steps(rows) else "ordinary variation"
        return f"None of the {judged} weeks{enough} stands out from {usual}; {_detectable(rows)}"
    news, before = (signals[signals["is_news"] == new] for new in (True, False))
    now = f"{_weeks(news)}, {_beyond(news)}" if len(news) else "No new unusual week"
    return f"{now}; reported before: {_weeks(before)}, {_beyond(before)}" if len(before) else now


def _has_steps(rows: pd.DataFrame) -> bool:
    """Return whether the level changes within the weeks shown, so that a drop of the line is no unusual week."""
    return bool(rows.loc[rows["limit_low"].notna(), "center"].round(6).nunique() > 1)


def _weeks(signals: pd.DataFrame) -> str:
    return join_names(
        f"{name_week(row['week'])}: {percent(row['estimate'])} of {count(row['n'])} good"
        for _, row in signals.iterrows()
    )


def _beyond(signals: pd.DataFrame) -> str:
    below = signals["estimate"] < signals["center"]
    side = "lower" if below.all() else "higher" if not below.any() else "lower or higher"
    return f"{side} than ordinary variation explains"


def _detectable(rows: pd.DataFrame) -> str:
    """Return which drop of a week would show more often than not, for the last week with enough ratings."""
    last = _last_judged(rows)
    week = f"a single week of {count(last['n'])} ratings"
    if pd.isna(last["minimum_detectable_drop"]):
        return f"no fall of {week} could show"
    return f"{week} would have to fall {count_points(last['minimum_detectable_drop'])} to show"


def _last_judged(rows: pd.DataFrame) -> pd.Series:
    return rows[matches(rows["verdict"], has_enough_data)].iloc[-1]


def trend_note(rows: pd.DataFrame) -> str:
    """Return which drop of the last week would show, unless the title says it; empty where that week is not judged."""
    last = rows.tail(1)
    if not matches(last["verdict"], has_enough_data).any():
        return ""
    is_in_title = not rows["signal"].any() and not matches(rows["verdict"], is_possible).any()
    drop = "" if is_in_title else f"{_detectable(last).capitalize()}."
    return " ".join(filter(None, [drop, SPREAD_UNKNOWN if last["note"].iloc[0] else ""]))


def trend_caution(rows: pd.DataFrame, span: Period, words: str = "The weeks before") -> str:
    """Return which weeks of a period were unusual themselves; empty if none was."""
    inside = rows["signal"] & rows["week"].between(pd.Timestamp(span.first), pd.Timestamp(span.last))
    # Weeks before a known change are not compared with.
    inside &= rows["week"] >= rows["week"].where(rows["rebase"] != "", rows["week"].min()).max()
    if not inside.any():
        return ""
    weeks = join_names(name_week(monday) for monday in rows.loc[inside, "week"])
    return f" {words} include {weeks}, which {'was' if inside.sum() == 1 else 'were'} unusual."

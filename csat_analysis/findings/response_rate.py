"""How many surveys were answered, as sentences."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from ..periods import Period
from .phrases import count_noun, name_week, percents


def response_rate_title(rows: pd.DataFrame) -> str:
    """Return the response rate of the weeks whose surveys are old enough."""
    if why := rows["note"].max() if len(rows) else "":
        return f"The response rate is not known: {why}"
    closed = rows[~rows["still_open"]]
    offered, answered = int(closed["n"].sum()), int(closed["answered"].sum())
    if not offered:
        return "No surveys old enough to count answers"
    were = "was" if offered == 1 else "were"
    rate = (
        f"{percent(answered / offered)} of {count_noun(offered, 'survey')} older than a week {were} answered"
    )
    return f"{rate}{_by_week(closed)}"


def _by_week(closed: pd.DataFrame) -> str:
    """Return the lowest and the highest response rate of a week, if they are apart by more than chance."""
    least, most = (closed.loc[closed["estimate"].agg(which)] for which in ("idxmin", "idxmax"))
    if len(closed) < 2 or least["high"] >= most["low"]:
        return ""
    low, high = (
        f"{percent(row['estimate'])} of {count(row['n'])} in {name_week(row['week'])}"
        for row in (least, most)
    )
    return f", from {low} to {high}"


def response_rate_of_week(rows: pd.DataFrame, span: Period) -> pd.Series | None:
    """Return the row of a week; None for other periods, and for a week in which no survey was offered."""
    rows = rows[rows["week"] == str(span.first)]
    return rows.iloc[0] if span.is_week and len(rows) else None


def response_rate_note(rows: pd.DataFrame) -> str:
    """Return the worst-case bounds of satisfaction of all who were asked; empty without non-respondents."""
    closed = rows[~rows["still_open"] & rows["csat_low"].notna()]
    asked = closed["n"] - closed["neutral"]
    if not asked.sum() or closed["n"].sum() == closed["answered"].sum():
        return ""
    low, high = percents(*((closed[side] * asked).sum() / asked.sum() for side in ("csat_low", "csat_high")))
    without_neutral = ", neutral answers left out" if closed["neutral"].any() else ""
    return (
        f"Of all customers who were asked{without_neutral}, between {low} and {high} are satisfied: "
        "all non-respondents counted as dissatisfied, or as satisfied."
    )

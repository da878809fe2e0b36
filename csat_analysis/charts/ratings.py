"""Figures of counts: how ratings are distributed, and how many low ones still wait for a call."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..formats import count, percent
from .chart import (
    CONTEXT,
    INK,
    LEFT,
    LINE,
    QUIET,
    RIGHT,
    SMALL,
    SUBJECT,
    WIDTH,
    Chart,
    canvas,
    drawn,
    listed,
    n_is,
    panel,
    sentences,
)
from .weekly import week_axis


@drawn
def distribution(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """How often each rating was given: bars with share and n; the period before as an outline if given.

    frame: one row a rating: `rating` (int), `n`, `share` (0-1); optional `n_before`, `share_before`.
    """
    rows = frame.sort_values("rating", ignore_index=True)
    compared = "share_before" in rows
    figure = canvas(2.5)
    axes = panel(figure, left=LEFT, bottom=0.35, width=WIDTH - LEFT - RIGHT, height=1.75)
    axes.bar(rows["rating"], rows["share"], width=0.62, color=SUBJECT)
    if compared:
        axes.bar(rows["rating"], rows["share_before"], width=0.74, fill=False, edgecolor=LINE, linewidth=1.2)
    heights = rows[["share", "share_before"]].max(axis=1) if compared else rows["share"]
    for rating, share, n, height in zip(rows["rating"], rows["share"], rows["n"], heights, strict=True):
        place: dict[str, Any] = {
            "xy": (rating, height),
            "textcoords": "offset points",
            "ha": "center",
            "annotation_clip": False,
        }
        axes.annotate(percent(share), xytext=(0, 15), color=INK, weight=600, **place)
        axes.annotate(n_is(n), xytext=(0, 4), color=QUIET, fontsize=SMALL, **place)
    axes.set(
        ylim=(0, heights.max()), yticks=[], xticks=rows["rating"], xticklabels=rows["rating"].astype(str)
    )
    how = "Outline: the period before." if compared else ""
    bars = [
        f"rating {row['rating']}: {percent(row['share'])}, {count(row['n'])} customers"
        for row in rows.to_dict("records")
    ]
    return Chart(figure, title, subtitle, sentences(note, how), f"Bars. {listed(bars)}")


@drawn
def waiting(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Bad ratings of each week, and how many of them still wait for a call, as bars within bars.

    frame: one row a week: `week` (Monday), `n` (bad ratings), `waiting` (of these, to be called back).
    """
    weeks = frame.assign(week=pd.to_datetime(frame["week"])).sort_values("week", ignore_index=True)
    figure = canvas(2.27)
    axes = panel(figure, left=LEFT, bottom=0.43, width=WIDTH - LEFT - RIGHT, height=1.6)
    axes.bar(weeks["week"], weeks["n"], width=5, color=CONTEXT)
    axes.bar(weeks["week"], weeks["waiting"], width=5, color=SUBJECT)
    axes.set(yticks=[], ylim=(0, weeks["n"].max()))
    place: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "annotation_clip": False}
    for week, n, waits in weeks[["week", "n", "waiting"]].itertuples(index=False):
        words = f"{count(waits)} of {count(n)}" if waits else count(n)
        style = {"color": INK, "weight": 600} if waits else {"color": QUIET}
        axes.annotate(words, (week, n), (0, 3), fontsize=SMALL, **style, **place)
    week_axis(axes, weeks["week"], 8)
    bars = [
        f"week of {row['week']:%d %b}: {count(row['waiting'])} of {count(row['n'])}"
        for row in weeks.to_dict("records")
    ]
    how = "Grey: bad ratings; blue: of these, with an open or reopened ticket."
    return Chart(
        figure, title, subtitle, sentences(note, how), f"Bars, customers to call back. {listed(bars)}"
    )

"""Figure of customers to call back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..formats import count
from .style.figure import (
    CONTEXT,
    INK,
    LEFT,
    QUIET,
    RIGHT,
    SMALL,
    SUBJECT,
    WIDTH,
    Chart,
    canvas,
    in_style,
    panel,
)
from .style.weeks import (
    week_axis,
)
from .style.words import listed, sentences


@in_style
def waiting(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the bad ratings of each week, and how many of them are still to be followed up.

    frame: one row a week: `week` (Monday), `n` (bad ratings), `waiting` (of these, with an open or reopened ticket).
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
        figure, title, subtitle, sentences(note, how), f"Bars, bad ratings to follow up. {listed(bars)}"
    )

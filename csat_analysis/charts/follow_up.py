"""Figure of customers to call back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..formats import count
from .style.figure import (
    CONTEXT,
    LEFT,
    QUIET,
    SMALL,
    SUBJECT,
    Chart,
    canvas,
    in_style,
    panel,
    width_of,
    width_of_axes,
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
    figure = canvas(2.4)
    axes = panel(figure, left=LEFT, bottom=0.43, width=width_of(figure) - 2 * LEFT, height=1.6)
    axes.bar(weeks["week"], weeks["n"], width=5, color=CONTEXT)
    axes.bar(weeks["week"], weeks["waiting"], width=5, color=SUBJECT)
    axes.set(yticks=[], ylim=(0, weeks["n"].max()))
    place: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "annotation_clip": False}
    for week, n, waits in weeks[["week", "n", "waiting"]].itertuples(index=False):
        axes.annotate(count(n), (week, n), (0, 3), color=QUIET, fontsize=SMALL, **place)
        if waits:
            axes.annotate(
                count(waits), (week, n), (0, 13), color=SUBJECT, weight=600, fontsize=SMALL, **place
            )
    week_axis(axes, weeks["week"], round(width_of_axes(axes) * 1.3))
    bars = [
        f"week of {row['week']:%d %b}: {count(row['waiting'])} of {count(row['n'])}"
        for row in weeks.to_dict("records")
    ]
    how = "Grey: bad ratings; blue: of these, with an open or reopened ticket."
    return Chart(
        figure, title, subtitle, sentences(note, how), f"Bars, bad ratings to follow up. {listed(bars)}"
    )

"""Figure of how long tickets took: medians with their intervals, now and before."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..formats import count, is_missing, minutes
from ..verdicts import describe_each, is_claim, matches
from .style.axes import (
    SHORTEST_MINUTES,
    time_axis,
)
from .style.figure import (
    INK,
    LINE,
    SUBJECT,
    Chart,
    TooFew,
    in_style,
)
from .style.rows import EDGES, column, filled, hollow, most_ticks, names, rows_of, spans, under
from .style.words import label, listed, sentences

MARKS = ["estimate", "low", "high", "p90", "estimate_before", "low_before", "high_before"]
# Part of a row by which the period before is drawn below this one.
BELOW = 0.26


@in_style
def medians(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw median durations with their intervals, and those of the period before below them.

    frame: one row for each `time` (its name): `n`, `estimate`, `low`, `high`, `p90`, `n_before`,
        `estimate_before`, `low_before`, `high_before` (minutes, missing where there are too few), `verdict`.
    The axis is logarithmic: equal distances are equal factors.
    """
    rows = frame.reset_index(drop=True)
    marks = rows.assign(**{name: rows[name].astype(float).clip(lower=SHORTEST_MINUTES) for name in MARKS})
    if marks[MARKS].isna().all(axis=None):
        raise TooFew("No durations to draw")
    figure, axes = rows_of(len(rows))
    names(axes, rows["time"])
    _draw(axes, marks)
    time_axis(axes, marks[MARKS].min(axis=None), marks[MARKS].max(axis=None), ticks=most_ticks(axes) - 1)
    column(axes, EDGES[0], "now", rows["estimate"].map(minutes), bold=[True] * len(rows))
    under(axes, EDGES[0], [f"n {count(n)}" for n in rows["n"]])
    column(axes, EDGES[1], "before", rows["estimate_before"].map(minutes))
    under(axes, EDGES[1], [f"n {count(n)}" for n in rows["n_before"]])
    clear = matches(rows["verdict"], is_claim).tolist()
    column(axes, EDGES[2], "interval, now", rows.apply(_interval, axis=1), bold=clear)
    verdicts = describe_each(rows, higher="longer", lower="shorter")
    under(axes, EDGES[2], verdicts)
    how = "Filled: median of this period with its interval; hollow: the period before; stroke: nine of ten took less."
    words = [_in_words(row, verdict) for row, verdict in zip(rows.to_dict("records"), verdicts, strict=True)]
    return Chart(figure, title, subtitle, sentences(note, how), listed(words))


def _draw(axes: Axes, marks: pd.DataFrame) -> None:
    before = marks.set_axis(marks.index + BELOW)
    axes.hlines(before.index, before["low_before"], before["high_before"], color=LINE, linewidth=1.3)
    spans(axes, marks["low"], marks["high"])
    hollow(axes, before["estimate_before"])
    filled(axes, marks["estimate"], color=SUBJECT)
    axes.scatter(marks["p90"], marks.index, marker="|", s=60, color=INK, linewidth=1.2, clip_on=False)


def _interval(row: Any) -> str:
    return "–" if is_missing(row["low"]) else f"{minutes(row['low'])} to {minutes(row['high'])}"


def _in_words(row: dict[Hashable, Any], verdict: str) -> str:
    return (
        f"{label(row['time'])}: median {minutes(row['estimate'])} ({_interval(row)}) of n {count(row['n'])}, "
        f"before {minutes(row['estimate_before'])} of n {count(row['n_before'])}, {verdict}"
    )

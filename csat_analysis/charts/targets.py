"""Figure of targets: rates with their intervals beside the rates that are wanted."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent
from .style.axes import drawable, on_axis, rate_axis, rate_floor, starts_at
from .style.figure import INK, SUBJECT, Chart, in_style
from .style.rows import EDGES, column, filled, most_ticks, names, rows_of, spans, under
from .style.words import label, listed, sentences

# In rows: half of the height of a target's line.
HALF = 0.24


@in_style
def targets(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the rate of each row with its interval, and its target as a line, in the order of the frame.

    frame: one row a target: `value` (its name), `n`, `estimate`, `low`, `high`, `target` (shares 0-1), `verdict`.
    """
    frame, left = drawable(frame, "value", enough=pd.Series(True, frame.index))
    rows = frame.reset_index(drop=True)
    low = rate_floor([*rows["estimate"], *rows["low"], *rows["target"]])
    marks = on_axis(rows, low)
    figure, axes = rows_of(len(rows))
    names(axes, rows["value"])
    spans(axes, marks["low"], marks["high"])
    filled(axes, marks["estimate"], color=SUBJECT)
    axes.vlines(rows["target"], rows.index - HALF, rows.index + HALF, color=INK, linewidth=1.6, zorder=5)
    rate_axis(axes.xaxis, low, 1.0, ticks=most_ticks(axes))
    column(axes, EDGES[0], "good", rows["estimate"].map(percent), bold=[True] * len(rows))
    column(axes, EDGES[1], "target", rows["target"].map(percent))
    column(axes, EDGES[2], "ratings", rows["n"].map(count))
    under(axes, EDGES[2], rows["verdict"])
    words = sentences(note, left, "Upright line: the target.", starts_at(low))
    texts = [
        f"{label(row['value'])}: {percent(row['estimate'])} of n {count(row['n'])}, target {percent(row['target'])}, "
        f"{row['verdict']}"
        for row in rows.to_dict("records")
    ]
    return Chart(figure, title, subtitle, words, listed(texts))

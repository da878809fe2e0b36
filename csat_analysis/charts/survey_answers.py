"""Figure of the answers to another question of the survey."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent, with_interval
from .style.axes import rate_axis, rate_top
from .style.figure import SUBJECT, Chart, in_style
from .style.rows import EDGES, column, filled, most_ticks, names, rows_of, spans, under
from .style.words import label, listed, sentences

# Answers that fit on a page.
MOST = 20


@in_style
def answers(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the share of each answer to one question, with its interval, in the order of the frame.

    frame: one row an answer: `value`, `n`, `of`, `estimate`, `low`, `high` (shares 0-1). Of many, the first are drawn.
    """
    rows = frame.head(MOST).reset_index(drop=True)
    figure, axes = rows_of(len(rows))
    names(axes, rows["value"])
    spans(axes, rows["low"], rows["high"])
    filled(axes, rows["estimate"], color=SUBJECT)
    rate_axis(axes.xaxis, 0.0, rate_top(rows["high"]), ticks=most_ticks(axes))
    column(axes, EDGES[0], "share", rows["estimate"].map(percent), bold=[True] * len(rows))
    given = [f"{count(n)} of {count(of)}" for n, of in zip(rows["n"], rows["of"], strict=True)]
    under(axes, EDGES[0], given)
    left = f"Drawn: the first {MOST} of {count(len(frame))} answers." if len(frame) > MOST else ""
    words = [
        f"{label(row['value'])}: {with_interval(row['estimate'], row['low'], row['high'], percent)}, {text}"
        for row, text in zip(rows.to_dict("records"), given, strict=True)
    ]
    return Chart(figure, title, subtitle, sentences(note, left), listed(words))

"""Figure of a change split into another mix of tickets and changed rates."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..formats import ALL_RATINGS, count, points, with_interval
from .style.axes import drawable
from .style.figure import LINE, SUBJECT, Chart, TooFew, in_style
from .style.rows import (
    EDGES,
    alphabetical,
    column,
    filled,
    hollow,
    middle_of_two,
    most_ticks,
    names,
    rows_of,
    spans,
    under,
)
from .style.words import label, listed, sentences

# Part of a row by which the part within is drawn below the mix.
BELOW = 0.2
ENDS = ["mix_low", "mix_high", "within_low", "within_high"]


@in_style
def change_parts(
    frame: pd.DataFrame, by: str = "group", *, title: str, subtitle: str = "", note: str = ""
) -> Chart:
    """Draw how much of a change comes from another mix, and how much from changed rates, with intervals.

    frame: one row for each `by`, the last one with the sums: `n`, `n_before`, `mix`, `within` (shares) with `_low` and
        `_high`, `change`. Rows are in alphabetical order, the sums below.
    """
    if frame[ENDS].isna().all(axis=None):
        raise TooFew("No ratings in one of the periods")
    values, left = drawable(frame.iloc[:-1], by, enough=pd.Series(True, frame.index[:-1]))
    whole = frame.tail(1).assign(**{by: ALL_RATINGS})
    rows = pd.concat([alphabetical(values, by), whole], ignore_index=True)
    figure, axes = rows_of(len(rows))
    names(axes, rows[by])
    _draw(axes, rows)
    column(axes, EDGES[0], "mix", rows["mix"].map(points))
    column(axes, EDGES[1], "within", rows["within"].map(points))
    column(axes, EDGES[2], "sum, points", rows["change"].map(points), bold=[True] * len(rows))
    counts = zip(rows["n"], rows["n_before"], strict=True)
    under(axes, EDGES[2], [f"n {count(now)}, before {count(before)}" for now, before in counts])
    words = sentences(note, left, "Hollow: another mix; filled: changed rates; both with intervals.")
    return Chart(
        figure, title, subtitle, words, listed([_in_words(row, by) for row in rows.to_dict("records")])
    )


def _draw(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axvline(0, color=LINE, linewidth=1, zorder=1)
    if len(rows) > 1:
        axes.axhline(len(rows) - 1.5, color=LINE, linewidth=0.6)
    middle = rows.index + middle_of_two(axes)
    upper, lower = (rows.set_axis(middle + shift) for shift in (-BELOW, BELOW))
    spans(axes, upper["mix_low"], upper["mix_high"])
    spans(axes, lower["within_low"], lower["within_high"])
    hollow(axes, upper["mix"])
    filled(axes, lower["within"], color=SUBJECT)
    axes.xaxis.set_major_locator(MaxNLocator(most_ticks(axes), steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: points(value, digits=0)))


def _in_words(row: dict[Hashable, Any], by: str) -> str:
    texts = {
        part: with_interval(row[part], row[f"{part}_low"], row[f"{part}_high"]) for part in ("mix", "within")
    }
    parts = ", ".join(f"{part} {text}" for part, text in texts.items())
    ratings = f"n {count(row['n'])}, before {count(row['n_before'])}"
    return f"{label(row[by])}: {parts}, together {points(row['change'])} points; {ratings}"

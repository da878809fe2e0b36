"""Figure of differences of the share of bad ratings, all else equal."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..formats import count, points, with_interval
from ..verdicts import describe_differences, has_enough_data, is_claim, matches
from .style.axes import MOST
from .style.figure import LINE, SUBJECT, Chart, TooFew, in_style
from .style.rows import EDGES, column, filled, most_ticks, names, rows_of, spans, under
from .style.words import label, listed, sentences

# What a verdict of higher or lower means.
MORE_OR_LESS = {"higher": "more often bad", "lower": "less often bad"}


@in_style
def adjusted_differences(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the adjusted differences with their intervals, in the order of the frame, without references.

    frame: one row a value: `value`, `n`, `bad`, `estimate`, `low`, `high` (differences of shares), `verdict`.
    """
    known = frame[matches(frame["verdict"], has_enough_data)]
    if known.empty:
        raise TooFew("No value can be compared")
    rows = known.head(MOST).reset_index(drop=True)
    figure, axes = rows_of(len(rows))
    names(axes, rows["value"])
    _draw(axes, rows)
    column(axes, EDGES[1], "bad / n", [f"{count(row.bad)} / {count(row.n)}" for row in rows.itertuples()])
    clear = matches(rows["verdict"], is_claim).tolist()
    column(axes, EDGES[2], "difference, points", map(_difference, rows.to_dict("records")), bold=clear)
    under(axes, EDGES[2], describe_differences(rows, "low", "high", **MORE_OR_LESS))
    left = f"Drawn: the first {MOST} of {count(len(known))}." if len(known) > MOST else ""
    how = sentences(note, left, "Right of 0: more bad ratings than the reference of the term.")
    return Chart(figure, title, subtitle, how, listed([_in_words(row) for row in rows.to_dict("records")]))


def _draw(axes: Axes, rows: pd.DataFrame) -> None:
    axes.axvline(0, color=LINE, linewidth=1, zorder=1)
    spans(axes, rows["low"], rows["high"])
    filled(axes, rows["estimate"], color=SUBJECT)
    axes.xaxis.set_major_locator(MaxNLocator(most_ticks(axes), steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: points(value, digits=0)))


def _difference(row: dict[Hashable, Any]) -> str:
    return with_interval(row["estimate"], row["low"], row["high"])


def _in_words(row: dict[Hashable, Any]) -> str:
    return f"{label(row['value'])}: {_difference(row)} points, {count(row['bad'])} bad of n {count(row['n'])}"

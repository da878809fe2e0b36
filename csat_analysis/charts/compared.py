"""Figures of rows with a rate, its interval and what it is held against: groups, reasons, values of tickets."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from ..formats import count, is_missing, percent, points
from ..verdicts import describe, has_enough_data, is_claim, matches
from .chart import (
    SUBJECT,
    Chart,
    drawable,
    drawn,
    label,
    listed,
    on_axis,
    rate_axis,
    rate_top,
    sentences,
    shared_floor,
    starts_at,
)
from .rows import EDGES, alphabetical, column, filled, hollow, names, rows_of, spans, under


class Against(NamedTuple):
    """What a rate is held against: heads of the two columns of text, and the columns with the numbers."""

    now: str
    before: str
    difference: str
    rate: str
    n: str
    change: tuple[str, str, str]
    higher: str
    lower: str


BEFORE = Against(
    now="now",
    before="before",
    difference="change, points",
    rate="estimate_before",
    n="n_before",
    change=("change", "change_low", "change_high"),
    higher="higher",
    lower="lower",
)
OTHERS = Against(
    now="with it",
    before="others",
    difference="difference, points",
    rate="estimate_others",
    n="n_others",
    change=("difference", "difference_low", "difference_high"),
    higher="more often bad than the others",
    lower="less often bad than the others",
)


@drawn
def differences(
    frame: pd.DataFrame,
    by: str = "group",
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    floor: float | None = None,
) -> Chart:
    """This period's rate with its interval, the period before as a hollow mark, the change with its interval.

    frame: one row for each `by`: `n`, `estimate`, `low`, `high`, `n_before`, `estimate_before` (shares 0-1),
        `change`, `change_low`, `change_high` (differences of shares), `verdict` (words, under the change).
    floor: start of the rate axis, to share it between figures; what lies below stands at its edge.
    Rows stand in alphabetical order: an order by value would be a ranking.
    """
    frame, left = drawable(
        frame, by, enough=pd.Series(matches(frame["verdict"], has_enough_data), frame.index)
    )
    rows = alphabetical(frame, by)
    low = shared_floor(rows) if floor is None else floor
    figure = _compared(rows, by, BEFORE, (low, 1.0))
    how = "Filled: this period with its interval; hollow: the period before."
    words = sentences(note, left, how, starts_at(low, rows["low"], rows["estimate_before"]))
    return Chart(figure, title, subtitle, words, _alt(rows, by, BEFORE))


@drawn
def reasons(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """The share that gave each reason, with its interval, in the order of the frame, on an axis from zero.

    frame: one row a reason: `reason`, `n`, `of` (bad ratings with a reason), `estimate`, `low`, `high` (shares
        0-1), `n_before`, `estimate_before`, `change`, `change_low`, `change_high`, `verdict`.
    """
    rows = frame.reset_index(drop=True)
    figure = _compared(rows, "reason", BEFORE, (0.0, rate_top([*rows["high"], *rows["estimate_before"]])))
    words = sentences(note, "Filled: this period with its interval; hollow: the period before.")
    return Chart(figure, title, subtitle, words, _alt(rows, "reason", BEFORE))


@drawn
def low_ratings(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """How often tickets with each value are rated bad, against all the others, on an axis from zero.

    frame: one row a value: `value`, `n`, `estimate` (share bad), `low`, `high`, `n_others`,
        `estimate_others`, `difference`, `difference_low`, `difference_high`, `verdict`.
    Rows stand in alphabetical order.
    """
    rows = alphabetical(frame, "value")
    figure = _compared(rows, "value", OTHERS, (0.0, rate_top([*rows["high"], *rows["estimate_others"]])))
    words = sentences(note, "Filled: tickets with it, with the interval; hollow: all others.")
    return Chart(figure, title, subtitle, words, _alt(rows, "value", OTHERS))


def _compared(rows: pd.DataFrame, by: str, against: Against, limits: tuple[float, float]) -> Figure:
    """A line for each row: name, interval with both marks, both rates with their n, the difference."""
    figure, axes = rows_of(len(rows))
    names(axes, rows[by])
    marks = on_axis(rows, limits[0])
    spans(axes, marks["low"], marks["high"])
    hollow(axes, marks[against.rate])
    filled(axes, marks["estimate"], color=SUBJECT)
    rate_axis(axes.xaxis, *limits, ticks=5)
    column(axes, EDGES[0], against.now, rows["estimate"].map(percent), bold=[True] * len(rows))
    under(axes, EDGES[0], _counts(rows["n"]))
    column(axes, EDGES[1], against.before, rows[against.rate].map(percent))
    under(axes, EDGES[1], _counts(rows[against.n]))
    clear = matches(rows["verdict"], is_claim).tolist()
    column(
        axes, EDGES[2], against.difference, [_change(row, against) for _, row in rows.iterrows()], bold=clear
    )
    under(
        axes, EDGES[2], [describe(one, higher=against.higher, lower=against.lower) for one in rows["verdict"]]
    )
    return figure


def _counts(numbers: pd.Series) -> list[str]:
    return [f"n {count(number)}" for number in numbers]


def _change(row: Any, against: Against) -> str:
    change, low, high = (row[part] for part in against.change)
    return points(change) if is_missing(low) else f"{points(change)} ({points(low)} to {points(high)})"


def _alt(rows: pd.DataFrame, by: str, against: Against) -> str:
    """Each row in words, with its difference."""
    return listed([_in_words(row, by, against) for row in rows.to_dict("records")])


def _in_words(row: dict[Hashable, Any], by: str, against: Against) -> str:
    interval = f"({percent(row['low'])} to {percent(row['high'])})"
    other = f"{against.before} {percent(row[against.rate])} of n {count(row[against.n])}"
    return f"{label(row[by])}: {percent(row['estimate'])} {interval} of n {count(row['n'])}, {other}, " + (
        f"difference {_change(row, against)} points"
    )

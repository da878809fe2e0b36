"""Named rows with a rate, its interval and what it is compared with."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from ...formats import count, percent, with_interval
from ...verdicts import describe_differences, is_claim, matches
from .axes import (
    on_axis,
    rate_axis,
)
from .figure import (
    SUBJECT,
)
from .rows import EDGES, column, filled, hollow, most_ticks, names, rows_of, spans, under
from .words import label, listed


class Against(NamedTuple):
    """What a rate is compared with: heads of the columns of text, names of the columns, words for a claim."""

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
COLLEAGUES = BEFORE._replace(
    difference="beyond colleagues, points",
    change=("difference", "difference_low", "difference_high"),
    higher="more than colleagues",
    lower="less than colleagues",
)
OTHERS = Against(
    now="with it",
    before="others",
    difference="difference, points",
    rate="estimate_others",
    n="n_others",
    change=("difference", "difference_low", "difference_high"),
    higher="more often bad than others",
    lower="less often bad than others",
)


def draw_comparison(rows: pd.DataFrame, by: str, against: Against, limits: tuple[float, float]) -> Figure:
    """Draw a line per row: name, interval with both marks, both rates with their n, the difference."""
    figure, axes = rows_of(len(rows))
    names(axes, rows[by])
    marks = on_axis(rows, limits[0])
    spans(axes, marks["low"], marks["high"])
    hollow(axes, marks[against.rate])
    filled(axes, marks["estimate"], color=SUBJECT)
    rate_axis(axes.xaxis, *limits, ticks=most_ticks(axes))
    column(axes, EDGES[0], against.now, rows["estimate"].map(percent), bold=[True] * len(rows))
    under(axes, EDGES[0], _counts(rows["n"]))
    column(axes, EDGES[1], against.before, rows[against.rate].map(percent))
    under(axes, EDGES[1], _counts(rows[against.n]))
    clear = matches(rows["verdict"], is_claim).tolist()
    column(
        axes, EDGES[2], against.difference, [_change(row, against) for _, row in rows.iterrows()], bold=clear
    )
    verdicts = describe_differences(rows, *against.change[1:], higher=against.higher, lower=against.lower)
    under(axes, EDGES[2], verdicts)
    return figure


def _counts(numbers: pd.Series) -> list[str]:
    return [f"n {count(number)}" for number in numbers]


def _change(row: Any, against: Against) -> str:
    return with_interval(*(row[part] for part in against.change))


def compare_alt(rows: pd.DataFrame, by: str, against: Against) -> str:
    """Describe each row with its difference."""
    return listed([_in_words(row, by, against) for row in rows.to_dict("records")])


def _in_words(row: dict[Hashable, Any], by: str, against: Against) -> str:
    rate = with_interval(row["estimate"], row["low"], row["high"], percent)
    now = f"{rate} of n {count(row['n'])}" if row["n"] else "no ratings"
    n = row[against.n]
    other = (
        f"{against.before} {percent(row[against.rate])} of n {count(n)}" if n else f"{against.before} none"
    )
    change = f", difference {_change(row, against)} points" if row["n"] and n else ""
    return f"{label(row[by])}: {now}, {other}{change}"

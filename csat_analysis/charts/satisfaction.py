"""Figures of satisfaction in two periods: groups beside one another, and the distribution of ratings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..formats import count, name_values, percent
from ..verdicts import has_enough_data, is_unassigned, matches
from .style.axes import (
    drawable,
    on_axis,
    rate_axis,
    shared_floor,
    starts_at,
)
from .style.comparison import BEFORE, COLLEAGUES, compare_alt, draw_comparison
from .style.figure import (
    INK,
    LEFT,
    LINE,
    QUIET,
    SMALL,
    SUBJECT,
    Chart,
    canvas,
    in_style,
    panel,
    width_of,
)
from .style.rows import EDGES, alphabetical, column, filled, most_ticks, names, rows_of, spans
from .style.words import listed, n_is, sentences


@in_style
def differences(
    frame: pd.DataFrame,
    by: str = "group",
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    floor: float | None = None,
) -> Chart:
    """Draw the rates of two periods (filled with interval: this one; hollow: the one before) and the change.

    frame: one row for each `by`: `n`, `estimate`, `low`, `high`, `n_before`, `estimate_before` (shares 0-1),
        `change`, `change_low`, `change_high` (differences of shares), `verdict` (words, under the change). Of agents
        the change is shown beyond that of their colleagues: `difference`, `difference_low`, `difference_high`.
    floor: start of the rate axis, to share it between figures; values below are drawn at its edge.
    Rows are in alphabetical order: an order by value would be a ranking.
    """
    assigned = frame[~matches(frame["verdict"], is_unassigned)]
    enough = pd.Series(matches(assigned["verdict"], has_enough_data), assigned.index)
    frame, left = drawable(assigned, by, enough=enough, to="compare")
    rows = alphabetical(frame, by)
    low = shared_floor(rows) if floor is None else floor
    against = COLLEAGUES if "expected_change" in rows else BEFORE
    figure = draw_comparison(rows, by, against, (low, 1.0))
    how = "Filled: this period with its interval; hollow: the period before."
    words = sentences(note, left, how, starts_at(low, rows["low"], rows["estimate_before"]))
    return Chart(figure, title, subtitle, words, compare_alt(rows, by, against))


@in_style
def rates(frame: pd.DataFrame, by: str = "group", *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the rate of each row with its interval.

    frame: one row for each `by`: `n`, `estimate`, `low`, `high` (shares 0-1), `verdict`. Rows are in alphabetical
        order.
    """
    enough = pd.Series(matches(frame["verdict"], has_enough_data), frame.index)
    frame, left = drawable(frame, by, enough=enough)
    rows = alphabetical(frame, by)
    low = shared_floor(rows)
    figure, axes = rows_of(len(rows))
    marks = on_axis(rows, low)
    names(axes, name_values(rows[by], by))
    spans(axes, marks["low"], marks["high"])
    filled(axes, marks["estimate"], color=SUBJECT)
    rate_axis(axes.xaxis, low, 1.0, ticks=most_ticks(axes))
    column(axes, EDGES[0], "good", rows["estimate"].map(percent), bold=[True] * len(rows))
    column(axes, EDGES[1], "ratings", rows["n"].map(count))
    words = sentences(note, left, starts_at(low, rows["low"]))
    texts = [
        f"{row[by]}: {percent(row['estimate'])} of n {count(row['n'])}" for row in rows.to_dict("records")
    ]
    return Chart(figure, title, subtitle, words, listed(texts))


@in_style
def distribution(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw how often each rating was given: bars with share and n; the period before as an outline if given.

    frame: one row a rating: `rating` (int), `n`, `share` (0-1); optional `n_before`, `share_before`.
    """
    rows = frame.sort_values("rating", ignore_index=True)
    compared = "share_before" in rows and bool(rows["share_before"].notna().any())
    figure = canvas(2.5)
    axes = panel(figure, left=LEFT, bottom=0.35, width=width_of(figure) - 2 * LEFT, height=1.75)
    axes.bar(rows["rating"], rows["share"], width=0.62, color=SUBJECT)
    if compared:
        axes.bar(rows["rating"], rows["share_before"], width=0.74, fill=False, edgecolor=LINE, linewidth=1.2)
    # Too few ratings have no shares, only numbers.
    few = "verdict" in rows and not matches(rows["verdict"], has_enough_data).any()
    shares = [""] * len(rows) if few else rows["share"].map(percent).tolist()
    heights = rows[["share", "share_before"]].max(axis=1) if compared else rows["share"]
    _label_bars(axes, rows, heights, shares)
    axes.set(
        ylim=(0, heights.max()), yticks=[], xticks=rows["rating"], xticklabels=rows["rating"].astype(str)
    )
    how = "Outline: the period before." if compared else ""
    bars = [
        f"rating {rating}: {share + ', ' if share else ''}n {count(n)}"
        for rating, share, n in zip(rows["rating"], shares, rows["n"], strict=True)
    ]
    return Chart(figure, title, subtitle, sentences(note, how), f"Bars. {listed(bars)}")


def _label_bars(axes: Axes, rows: pd.DataFrame, heights: pd.Series, shares: Sequence[str]) -> None:
    """Write share and n above each bar."""
    for rating, share, n, height in zip(rows["rating"], shares, rows["n"], heights, strict=True):
        place: dict[str, Any] = {
            "xy": (rating, height),
            "textcoords": "offset points",
            "ha": "center",
            "annotation_clip": False,
        }
        axes.annotate(share, xytext=(0, 15), color=INK, weight=600, **place)
        axes.annotate(n_is(n), xytext=(0, 4), color=QUIET, fontsize=SMALL, **place)

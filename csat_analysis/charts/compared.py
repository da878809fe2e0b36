"""Figures of rows with a rate, its interval and its change: groups, and the reasons of low ratings."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..formats import count, is_missing, percent, points
from .chart import (
    INK,
    LINE,
    QUIET,
    SUBJECT,
    WIDTH,
    Chart,
    canvas,
    drawn,
    label,
    listed,
    panel,
    rate_axis,
    rate_floor,
    rate_top,
    sentences,
    starts_at,
)

CHANGE = ("change", "change_low", "change_high")
NAMES, PLOT = 1.75, 2.7  # inches: where the rows' names end and how wide their plot is
ROW, HEAD, FOOT = 0.36, 0.3, 0.3
HEAD_AT = -0.5 - HEAD / ROW / 2.2  # in rows: where the heads of the columns stand


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
    Rows stand in alphabetical order: an order by value would be a ranking.
    """
    rows = frame.sort_values(by, key=lambda names: names.astype(str).str.casefold(), ignore_index=True)
    low = rate_floor([*rows["low"], *rows["estimate_before"]], floor=floor)
    figure, axes = _rows(len(rows))
    _marks(axes, rows, before=rows["estimate_before"])
    rate_axis(axes.xaxis, low)
    _column(axes, 0, "", [_two_lines(name) for name in rows[by]], align="left", color=INK)
    _column(axes, 5.05, "now", rows["estimate"].map(percent), weight=600, color=INK)
    _column(axes, 5.5, "n", rows["n"].map(count))
    _column(axes, 6.12, "n before", rows["n_before"].map(count))
    _changes(axes, rows)
    how = "Filled: this period with its interval; hollow: the period before."
    return Chart(figure, title, subtitle, sentences(note, how, starts_at(low)), _alt(rows, by))


@drawn
def reasons(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """The share that gave each reason, with its interval, in the order of the frame, on an axis from zero.

    frame: one row a reason: `reason`, `n`, `estimate`, `low`, `high` (shares 0-1); optional `estimate_before`
        and `change_low`, `change_high` (differences of shares).
    """
    compared = "estimate_before" in frame
    rows = frame.reset_index(drop=True)
    if compared:
        rows["change"] = rows["estimate"] - rows["estimate_before"]
    figure, axes = _rows(len(rows))
    _marks(axes, rows, before=rows["estimate_before"] if compared else None)
    rate_axis(axes.xaxis, 0.0, rate_top([*rows["high"], *rows["estimate"]]))
    _column(axes, 0, "", [_two_lines(name) for name in rows["reason"]], align="left", color=INK)
    _column(axes, 5.05, "share", rows["estimate"].map(percent), weight=600, color=INK)
    _column(axes, 5.5, "n", rows["n"].map(count))
    if compared:
        _changes(axes, rows)
    how = "Hollow: the period before." if compared else ""
    return Chart(figure, title, subtitle, sentences(note, how), _alt(rows, "reason"))


def _rows(rows: int) -> tuple[Figure, Axes]:
    """A figure with one line of plot for each row; y counts rows from the top."""
    figure = canvas(HEAD + rows * ROW + FOOT)
    axes = panel(figure, left=NAMES, bottom=FOOT, width=PLOT, height=rows * ROW)
    axes.set(ylim=(rows - 0.5, -0.5), yticks=[])
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False)
    return figure, axes


def _two_lines(name: Any) -> str:
    lines = textwrap.wrap(label(name), 27) or [""]
    return "\n".join([lines[0], label(" ".join(lines[1:]), 27)]) if len(lines) > 1 else lines[0]


def _marks(axes: Axes, rows: pd.DataFrame, *, before: pd.Series | None) -> None:
    axes.hlines(
        rows.index, rows["low"], rows["high"], color=SUBJECT, alpha=0.35, linewidth=5, capstyle="butt"
    )
    if before is not None:
        axes.scatter(
            before,
            rows.index,
            s=34,
            facecolor="white",
            edgecolor=LINE,
            linewidth=1.3,
            zorder=3,
            clip_on=False,
        )
    axes.scatter(rows["estimate"], rows.index, s=34, color=SUBJECT, zorder=4, clip_on=False)


def _column(
    axes: Axes, edge: float, head: str, texts: Iterable[str], *, align: str = "right", **style: Any
) -> None:
    """A column of text whose edge stands `edge` inches from the figure's left."""
    place: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": align, "va": "center"}
    x = (edge - NAMES) / PLOT
    axes.text(x, HEAD_AT, head, color=QUIET, fontsize=8, **place)
    for row, text in enumerate(texts):
        axes.text(x, row, text, **{**place, "color": QUIET, **style})


def _changes(axes: Axes, rows: pd.DataFrame) -> None:
    """The change with its interval, in bold where the verdict calls it clear; the verdict in words below."""
    place: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "ha": "right"}
    edge = (WIDTH - 0.02 - NAMES) / PLOT
    axes.text(edge, HEAD_AT, "change, points", va="center", color=QUIET, fontsize=8, **place)
    verdicts = rows["verdict"].fillna("") if "verdict" in rows else [""] * len(rows)
    changes = zip(*(rows[column] for column in CHANGE), verdicts, strict=True)
    for row, (change, low, high, verdict) in enumerate(changes):
        is_clear = verdict in ("higher", "lower")
        clear: dict[str, Any] = {"weight": 600, "color": INK} if is_clear else {"color": QUIET}
        words = _with_interval(change, low, high)
        axes.text(edge, row, words, va="bottom" if verdict else "center", **clear, **place)
        axes.text(edge, row + 0.08, label(verdict, 30), va="top", fontsize=7.5, color=QUIET, **place)


def _with_interval(change: float, low: float, high: float) -> str:
    return points(change) if is_missing(low) else f"{points(change)} ({points(low)} to {points(high)})"


def _alt(rows: pd.DataFrame, by: str) -> str:
    """Each row in words; with its change if there is one."""
    return listed([_in_words(row, by) for row in rows.to_dict("records")])


def _in_words(row: dict[Hashable, Any], by: str) -> str:
    interval = f"({percent(row['low'])} to {percent(row['high'])})"
    change = f", change {_with_interval(*(row[part] for part in CHANGE))} points" if "change" in row else ""
    return f"{label(row[by])}: {percent(row['estimate'])} {interval} of n {count(row['n'])}{change}"

"""A figure of named rows: names on the left, marks and intervals in the middle, columns of text on the right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .figure import (
    INK,
    LINE,
    QUIET,
    SMALL,
    SUBJECT,
    WIDTH,
    canvas,
    panel,
)
from .words import label

NAMES, PLOT = 1.9, 2.55  # inches: where the names end and how wide the plot is
EDGES = (5.0, 5.65, WIDTH - 0.02)  # inches: the right edges of the columns of text
ROW, HEAD, FOOT = 0.4, 0.3, 0.32  # inches
HEAD_AT = -0.5 - HEAD / ROW / 2.2  # in rows: where the heads of the columns stand
LETTERS = 25  # of a name on a line


def alphabetical(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """The rows in the order of their names, whatever their values."""
    return frame.sort_values(by, key=lambda names: names.astype(str).str.casefold(), ignore_index=True)


def rows_of(rows: int) -> tuple[Figure, Axes]:
    """A figure and its axes, with one line of plot for each row; y counts rows from the top."""
    figure = canvas(HEAD + rows * ROW + FOOT)
    axes = panel(figure, left=NAMES, bottom=FOOT, width=PLOT, height=rows * ROW)
    axes.set(ylim=(rows - 0.5, -0.5), yticks=[])
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False)
    return figure, axes


def names(axes: Axes, rows: Iterable[Any]) -> None:
    """The names of the rows, each on at most two lines."""
    for row, name in enumerate(rows):
        axes.text(
            -NAMES / PLOT, row, _two_lines(name), color=INK, va="center", transform=axes.get_yaxis_transform()
        )


def spans(axes: Axes, low: pd.Series, high: pd.Series) -> None:
    """The interval of each row."""
    axes.hlines(low.index, low, high, color=SUBJECT, alpha=0.35, linewidth=5, capstyle="butt")


def filled(axes: Axes, values: pd.Series, *, color: str) -> None:
    """What a row is about."""
    axes.scatter(values, values.index, s=34, color=color, zorder=4, clip_on=False)


def hollow(axes: Axes, values: pd.Series) -> None:
    """What a row is held against."""
    mark: dict[str, Any] = {"facecolor": "white", "edgecolor": LINE, "linewidth": 1.3, "clip_on": False}
    axes.scatter(values, values.index, s=34, zorder=3, **mark)


def column(axes: Axes, edge: float, head: str, texts: Iterable[str], *, bold: Sequence[bool] = ()) -> None:
    """A column of text with its head; it ends `edge` inches from the figure's left, above the rows' middles."""
    axes.text(_x(edge), HEAD_AT, head, va="center", fontsize=SMALL, **_place(axes))
    for row, text in enumerate(texts):
        clear: dict[str, Any] = {"weight": 600, "color": INK} if bold and bold[row] else {}
        axes.text(_x(edge), row + 0.02, text, va="bottom", **{**_place(axes), **clear})


def under(axes: Axes, edge: float, texts: Iterable[str], *, letters: int = 32) -> None:
    """What stands small below the text of a column, at most `letters` long."""
    for row, text in enumerate(texts):
        axes.text(_x(edge), row + 0.06, label(text, letters), va="top", fontsize=SMALL, **_place(axes))


def _place(axes: Axes) -> dict[str, Any]:
    return {"transform": axes.get_yaxis_transform(), "ha": "right", "color": QUIET}


def _x(edge: float) -> float:
    return (edge - NAMES) / PLOT


def _two_lines(name: Any) -> str:
    lines = textwrap.wrap(label(name), LETTERS) or [""]
    return "\n".join([lines[0], label(" ".join(lines[1:]), LETTERS)]) if len(lines) > 1 else lines[0]

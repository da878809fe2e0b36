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

# Inches: right end of the names, width of the plot, right edges of the columns of text.
NAMES = 1.9
PLOT = 2.55
EDGES = (5.0, 5.65, WIDTH - 0.02)
# Inches: height of a row, of the heads above and of the axis below.
ROW = 0.4
HEAD = 0.3
FOOT = 0.32
# In rows: where the heads of the columns are.
HEAD_AT = -0.5 - HEAD / ROW / 2.2
# Letters of a name on a line.
LETTERS = 25


def alphabetical(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sort rows by name."""
    return frame.sort_values(by, key=lambda names: names.astype(str).str.casefold(), ignore_index=True)


def rows_of(rows: int) -> tuple[Figure, Axes]:
    """Return a figure and its axes with one line per row; y counts rows from the top."""
    figure = canvas(HEAD + rows * ROW + FOOT)
    axes = panel(figure, left=NAMES, bottom=FOOT, width=PLOT, height=rows * ROW)
    axes.set(ylim=(rows - 0.5, -0.5), yticks=[])
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False)
    return figure, axes


def names(axes: Axes, rows: Iterable[Any]) -> None:
    """Write the names of the rows, each on at most two lines."""
    for row, name in enumerate(rows):
        axes.text(
            -NAMES / PLOT, row, _two_lines(name), color=INK, va="center", transform=axes.get_yaxis_transform()
        )


def spans(axes: Axes, low: pd.Series, high: pd.Series) -> None:
    """Draw the interval of each row."""
    axes.hlines(low.index, low, high, color=SUBJECT, alpha=0.35, linewidth=5, capstyle="butt")


def filled(axes: Axes, values: pd.Series, *, color: str) -> None:
    """Draw a filled mark per row: the subject."""
    axes.scatter(values, values.index, s=34, color=color, zorder=4, clip_on=False)


def hollow(axes: Axes, values: pd.Series) -> None:
    """Draw a hollow mark per row: what the subject is compared with."""
    mark: dict[str, Any] = {"facecolor": "white", "edgecolor": LINE, "linewidth": 1.3, "clip_on": False}
    axes.scatter(values, values.index, s=34, zorder=3, **mark)


def column(axes: Axes, edge: float, head: str, texts: Iterable[str], *, bold: Sequence[bool] = ()) -> None:
    """Write a column of text with its head, right-aligned `edge` inches from the left, above the middle of each row."""
    axes.text(_x(edge), HEAD_AT, head, va="center", fontsize=SMALL, **_place(axes))
    for row, text in enumerate(texts):
        clear: dict[str, Any] = {"weight": 600, "color": INK} if bold and bold[row] else {}
        axes.text(_x(edge), row + 0.02, text, va="bottom", **{**_place(axes), **clear})


def under(axes: Axes, edge: float, texts: Iterable[str], *, letters: int = 32) -> None:
    """Write small text below that of a column, at most `letters` long."""
    for row, text in enumerate(texts):
        axes.text(_x(edge), row + 0.06, label(text, letters), va="top", fontsize=SMALL, **_place(axes))


def _place(axes: Axes) -> dict[str, Any]:
    return {"transform": axes.get_yaxis_transform(), "ha": "right", "color": QUIET}


def _x(edge: float) -> float:
    return (edge - NAMES) / PLOT


def _two_lines(name: Any) -> str:
    lines = textwrap.wrap(label(name), LETTERS) or [""]
    return "\n".join([lines[0], label(" ".join(lines[1:]), LETTERS)]) if len(lines) > 1 else lines[0]

"""A figure of named rows: names on the left, marks and intervals in the middle, columns of text on the right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .figure import (
    INK,
    LEGIBLE,
    LINE,
    NARROW,
    QUIET,
    SMALL,
    SUBJECT,
    WIDTH,
    canvas,
    panel,
    width_of,
)
from .words import label

# Inches: right edges of the columns of text in a wide figure.
EDGES = (5.0, 5.65, WIDTH - 0.02)
# Inches: height of the heads above the rows and of the axis below.
HEAD = 0.3
FOOT = 0.32
# Letters of a name on a line.
LETTERS = 25


class Layout(NamedTuple):
    """Where the parts of a row are, in inches: a narrow figure has the names above, not beside the marks."""

    left: float
    plot: float
    row: float
    edges: tuple[float, ...]
    name_at: float
    name_lines: int
    most_letters: int


WIDE = Layout(left=1.9, plot=2.55, row=0.4, edges=EDGES, name_at=0.0, name_lines=2, most_letters=100)
SMALL_SCREEN = Layout(
    left=0.2,
    plot=0.87,
    row=0.62,
    edges=(1.5, 2.05, NARROW - 0.02),
    name_at=-0.38,
    name_lines=1,
    most_letters=28,
)


def alphabetical(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Sort rows by name."""
    return frame.sort_values(by, key=lambda names: names.astype(str).str.casefold(), ignore_index=True)


def rows_of(rows: int) -> tuple[Figure, Axes]:
    """Return a figure and its axes with one line per row; y counts rows from the top."""
    figure = canvas(1)
    place = _layout(figure)
    figure.set_figheight(HEAD + rows * place.row + FOOT)
    axes = panel(figure, left=place.left, bottom=FOOT, width=place.plot, height=rows * place.row)
    axes.set(ylim=(rows - 0.5, -0.5), yticks=[])
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(bottom=False)
    return figure, axes


def names(axes: Axes, rows: Iterable[Any]) -> None:
    """Write the names of the rows: beside the marks on at most two lines, or above them on one."""
    place = _layout(axes.figure)
    for row, name in enumerate(rows):
        words = _two_lines(name) if place.name_lines == 2 else label(name, 2 * LETTERS)
        axes.text(
            -place.left / place.plot,
            row + place.name_at,
            words,
            color=INK,
            va="center",
            transform=axes.get_yaxis_transform(),
            zorder=6,
            bbox=LEGIBLE,
        )


def middle_of_two(axes: Axes) -> float:
    """Return where the middle of two marks of a row is, below its middle where a name is above them."""
    return 0.0 if _layout(axes.figure).name_lines == 2 else 0.1


def most_ticks(axes: Axes) -> int:
    """Return how many ticks an axis of rates has room for."""
    return 5 if _layout(axes.figure) is WIDE else 3


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
    x, head_at = _x(axes, edge), -0.5 - HEAD / _layout(axes.figure).row / 2.2
    axes.text(x, head_at, head, va="center", fontsize=SMALL, **_place(axes))
    for row, text in enumerate(texts):
        clear: dict[str, Any] = {"weight": 600, "color": INK} if bold and bold[row] else {}
        axes.text(x, row + 0.02, text, va="bottom", **{**_place(axes), **clear})


def under(axes: Axes, edge: float, texts: Iterable[str], *, letters: int = 32) -> None:
    """Write small text below that of a column, at most `letters` long."""
    letters = min(letters, _layout(axes.figure).most_letters)
    for row, text in enumerate(texts):
        axes.text(_x(axes, edge), row + 0.06, label(text, letters), va="top", fontsize=SMALL, **_place(axes))


def _place(axes: Axes) -> dict[str, Any]:
    return {"transform": axes.get_yaxis_transform(), "ha": "right", "color": QUIET}


def _x(axes: Axes, edge: float) -> float:
    place = _layout(axes.figure)
    return (place.edges[EDGES.index(edge)] - place.left) / place.plot


def _layout(figure: Any) -> Layout:
    return WIDE if width_of(figure) == WIDTH else SMALL_SCREEN


def _two_lines(name: Any) -> str:
    lines = textwrap.wrap(label(name), LETTERS) or [""]
    return "\n".join([lines[0], label(" ".join(lines[1:]), LETTERS)]) if len(lines) > 1 else lines[0]

"""A figure of equal panels."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .figure import (
    INK,
    LEFT,
    QUIET,
    SMALL,
    canvas,
    panel,
    width_of,
    width_of_axes,
)
from .words import label

# Inches: a panel with the space beside it.
NARROWEST = 1.8


def grid(panels: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of equal panels, at most four in a row, two if narrow; only outer ticks are labelled."""
    figure = canvas(1)
    most = int(width_of(figure) / NARROWEST)
    columns = panels if panels <= most else 3 if panels in (5, 6, 9) and most > 3 else most
    rows = math.ceil(panels / columns)
    height, gap, head, foot = (1.75 if rows == 1 else 1.15 if rows < 4 else 0.66), 0.22, 0.5, 0.45
    width = (width_of(figure) - LEFT - 0.2 - gap * (columns - 1)) / columns
    figure.set_figheight(rows * (height + head) + foot)
    return figure, [
        _cell(
            figure,
            left=LEFT + (index % columns) * (width + gap),
            bottom=foot + (rows - 1 - index // columns) * (height + head),
            width=width,
            height=height,
            outer=(index % columns == 0, index + columns >= panels),
        )
        for index in range(panels)
    ]


def _cell(figure: Figure, *, outer: tuple[bool, bool], **place: float) -> Axes:
    axes = panel(figure, **place)
    axes.tick_params(labelleft=outer[0], labelbottom=outer[1], bottom=outer[1], labelsize=SMALL)
    return axes


def head(axes: Axes, name: Any, below: str) -> None:
    """Write the name of a panel, and small text below it."""
    place: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "annotation_clip": False,
    }
    width = width_of_axes(axes)
    axes.annotate(label(name, int(width * 13)), (0, 1), (0, 17), color=INK, weight=600, **place)
    axes.annotate(below, (0, 1), (0, 5), color=QUIET, fontsize=SMALL, **place)

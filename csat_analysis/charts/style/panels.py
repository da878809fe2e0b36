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
    WIDTH,
    canvas,
    panel,
)
from .words import label


def grid(panels: int) -> tuple[Figure, list[Axes]]:
    """Return a figure of equal panels, at most four in a row; ticks are labelled at the outer edge only."""
    columns = panels if panels <= 4 else 3 if panels in (5, 6, 9) else 4
    rows = math.ceil(panels / columns)
    height, gap, head, foot = (1.75 if rows == 1 else 1.15 if rows < 4 else 0.66), 0.22, 0.5, 0.45
    width = (WIDTH - LEFT - 0.2 - gap * (columns - 1)) / columns
    figure = canvas(rows * (height + head) + foot)
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
    width = axes.get_position().width * WIDTH
    axes.annotate(label(name, int(width * 13)), (0, 1), (0, 17), color=INK, weight=600, **place)
    axes.annotate(below, (0, 1), (0, 5), color=QUIET, fontsize=SMALL, **place)

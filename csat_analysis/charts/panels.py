"""Small multiples: the trend of each group in a panel of its own, all on one scale."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..formats import count, percent
from .chart import (
    CONTEXT,
    FEW,
    INK,
    LEFT,
    QUIET,
    SMALL,
    SUBJECT,
    WIDTH,
    Chart,
    canvas,
    drawable,
    drawn,
    label,
    listed,
    n_is,
    on_axis,
    panel,
    rate_axis,
    sentences,
    shared_floor,
    starts_at,
)
from .weekly import by_week, draw_rate, week_axis

MANY_GROUPS = 12  # from here on the other groups' lines are only noise: their pooled rate stands for them


@drawn
def small_multiples(
    frame: pd.DataFrame,
    by: str = "group",
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    floor: float | None = None,
) -> Chart:
    """One panel for each group, in alphabetical order, all on one scale, the others grey behind.

    frame: the columns of `trend` and `by`; each panel's head is its last point and that
    point's n, for points of pooled weeks overlap and must not be added up.
    With more than 12 groups the grey line is all groups pooled.
    """
    frame, left = drawable(frame, by, enough=frame["n"] >= FEW)
    groups = {
        name: by_week(part)
        for name, part in sorted(frame.groupby(by), key=lambda pair: str(pair[0]).casefold())
    }
    behind = [_pooled_by_week(frame)] if len(groups) > MANY_GROUPS else list(groups.values())
    low = shared_floor(frame) if floor is None else floor
    figure, panels = grid(len(groups))
    for axes, (name, weeks) in zip(panels, groups.items(), strict=True):
        for other in behind:
            axes.plot(
                other["week"],
                other["estimate"].where(other["n"] >= FEW),
                color=CONTEXT,
                linewidth=0.9,
                zorder=1,
            )
        draw_rate(axes, on_axis(weeks, low))
        axes.plot(*_last(on_axis(weeks, low)), marker="o", color=SUBJECT, clip_on=False)
        head(axes, name, _last_in_words(weeks))
        week_axis(axes, weeks["week"], max(int(axes.get_position().width * WIDTH * 1.4), 2))
        rate_axis(axes.yaxis, low, ticks=6 if len(groups) < 10 else 4)
    grey = "Grey: all groups pooled." if len(groups) > MANY_GROUPS else "Grey: the other groups."
    return Chart(
        figure,
        title,
        subtitle,
        sentences(note, left, grey if len(groups) > 1 else "", starts_at(low, frame["estimate"])),
        _alt_of_groups(groups),
    )


def _pooled_by_week(frame: pd.DataFrame) -> pd.DataFrame:
    good = (frame["n"] * frame["estimate"]).groupby(pd.to_datetime(frame["week"])).sum()
    rated = frame["n"].groupby(pd.to_datetime(frame["week"])).sum()
    return by_week(pd.DataFrame({"n": rated, "estimate": good / rated.where(rated > 0)}).reset_index())


def grid(panels: int) -> tuple[Figure, list[Axes]]:
    """A figure of equal panels, at most four beside each other; names of ticks only at the outer edge."""
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


def _last(weeks: pd.DataFrame) -> tuple[list[Any], list[float]]:
    known = weeks[weeks["estimate"].notna()].tail(1)
    return list(known["week"]), list(known["estimate"])


def head(axes: Axes, name: Any, below: str) -> None:
    """The name of a panel, and what stands small below it."""
    place: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "offset points",
        "annotation_clip": False,
    }
    width = axes.get_position().width * WIDTH
    axes.annotate(label(name, int(width * 13)), (0, 1), (0, 17), color=INK, weight=600, **place)
    axes.annotate(below, (0, 1), (0, 5), color=QUIET, fontsize=SMALL, **place)


def _last_in_words(weeks: pd.DataFrame) -> str:
    known = weeks[weeks["estimate"].notna()].tail(1)
    if known.empty:
        return "no ratings"
    return f"{percent(known['estimate'].iloc[0])} · {n_is(known['n'].iloc[0])}"


def _alt_of_groups(groups: dict[Any, pd.DataFrame]) -> str:
    ends = [
        f"{label(name)}: {percent(known['estimate'].iloc[0])}, {percent(known['estimate'].iloc[-1])} "
        f"of n {count(known['n'].iloc[-1])}"
        for name, weeks in groups.items()
        if len(known := weeks[weeks["estimate"].notna()])
    ]
    return f"{len(groups)} panels: rate in the first and in the last week. {listed(ends)}"

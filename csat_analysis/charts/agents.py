"""The funnel plot: agents within the limits of chance, with names that do not overlap."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from ..formats import count, points
from ..verdicts import do_differ, is_claim, matches
from .style.figure import (
    CONTEXT,
    INK,
    LEFT,
    LEGIBLE,
    LINE,
    QUIET,
    RIGHT,
    SIGNAL,
    SMALL,
    SUBJECT,
    Chart,
    TooFew,
    canvas,
    in_style,
    panel,
    width_of,
    width_of_axes,
)
from .style.words import label, listed, reach, sentences

# Points: mean width of a letter, height of a line, radius of a ring.
LETTER = 5.2
TEXT = 12.5
RING = 6.0
# Inches: height of the figure.
HEIGHT = 3.85
# Points: height of the axis above the foot.
AXIS = 36.0
# Share: the y axis extends at least so far.
SMALLEST_REACH = 0.1
# Limits of chance: points, and with more agents than 50.
BAR, NARROW_BAR = 4.0, 1.5
MANY_AGENTS = 50


class Box(NamedTuple):
    """A rectangle on the figure, in points."""

    left: float
    right: float
    bottom: float
    top: float

    def overlaps(self, other: Box) -> bool:
        """Return whether two boxes overlap."""
        beside = self.right <= other.left or other.right <= self.left
        return not beside and self.bottom < other.top and other.bottom < self.top


@in_style
def funnel(
    frame: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
) -> Chart:
    """Draw the difference of each agent from the colleagues against the number of ratings, and the limits of chance.

    frame: one row an agent: `agent`, `n`, `estimate`, `difference` (from the colleagues; nan: not drawn), `verdict`;
        agents whose verdict says that they differ are ringed, and named where there is room.
    limits: one row for each agent who was tested: `agent`, `n`, `low`, `high` (differences that chance may make, of
        shares). An agent's own limits are drawn, because they depend on the colleagues and months as well as on `n`.
    """
    agents = frame[frame["difference"].notna()]
    if agents.empty:
        raise TooFew("No agent has colleagues to be compared with")
    tested = agents["agent"].isin(limits["agent"])
    outside = agents[matches(agents["verdict"], _is_outside)]
    figure = canvas(HEIGHT)
    axes = panel(figure, left=LEFT, bottom=AXIS / 72, width=width_of(figure) - LEFT - RIGHT, height=3.1)
    axes.set_xlim(0, agents["n"].max() * 1.04)
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlabel("ratings of the agent", loc="left", color=QUIET)
    _difference_axis(axes, agents["difference"])
    margin = _limits(axes, limits)
    _dots(axes, agents, tested, outside)
    unnamed = _name(axes, outside, margin)
    return Chart(
        figure,
        title,
        subtitle,
        sentences(note, *_explained(frame, agents, tested, outside, unnamed)),
        _alt(agents, outside),
    )


def _is_outside(verdict: str) -> bool:
    return is_claim(verdict) or do_differ(verdict)


def _explained(
    frame: pd.DataFrame, agents: pd.DataFrame, tested: pd.Series, outside: pd.DataFrame, unnamed: int
) -> list[str]:
    """Return what the marks mean, and what is not drawn."""
    left_out = len(frame) - len(agents)
    return [
        "Points above or below the colleagues. Grey: as far as chance alone may put an agent.",
        f"Ringed: further than that ({len(outside)} of {len(agents)} agents).",
        f"{unnamed} of them are too close together for a name." if unnamed else "",
        "" if tested.all() else "Hollow: too few ratings to be judged.",
        f"Not drawn: {count(left_out)} without colleagues to compare with." if left_out else "",
    ]


def _difference_axis(axes: Axes, differences: pd.Series) -> None:
    """Set a symmetric y axis of points around 0."""
    largest = math.ceil(max(differences.abs().max(), SMALLEST_REACH) * 20) / 20
    axes.set_ylim(-largest, largest)
    axes.yaxis.set_major_locator(MultipleLocator(0.05 if largest <= 0.2 else 0.1 if largest <= 0.5 else 0.25))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: points(value, digits=0)))


def _limits(axes: Axes, limits: pd.DataFrame) -> list[Box]:
    """Draw the limits of each agent and the middle; return the box of its name."""
    width = BAR if len(limits) <= MANY_AGENTS else NARROW_BAR
    bars: dict[str, Any] = {"color": CONTEXT, "alpha": 0.6, "linewidth": width, "zorder": 1}
    axes.vlines(limits["n"], limits["low"], limits["high"], **bars)
    axes.axhline(0, color=LINE, linewidth=1, linestyle=(0, (4, 2)), zorder=1.5)
    end = axes.get_xlim()[1], 0.0
    place: dict[str, Any] = {"xytext": (5, 0), "textcoords": "offset points", "annotation_clip": False}
    axes.annotate("colleagues", end, va="center", color=QUIET, fontsize=SMALL, **place)
    x, y = _in_points(axes, *end)
    half = (5 + reach("colleagues") * LETTER) / 2
    return [_around(x + half, y, half, TEXT / 2)]


def _dots(axes: Axes, agents: pd.DataFrame, tested: pd.Series, outside: pd.DataFrame) -> None:
    size = 26 if len(agents) <= MANY_AGENTS else 14
    every: dict[str, Any] = {"s": size, "alpha": 0.75, "clip_on": False}
    judged, few = agents[tested], agents[~tested]
    axes.scatter(judged["n"], judged["difference"], color=SUBJECT, linewidth=0, **every)
    axes.scatter(few["n"], few["difference"], facecolor="none", edgecolor=SUBJECT, linewidth=0.9, **every)
    ring: dict[str, Any] = {"facecolor": "none", "edgecolor": SIGNAL, "linewidth": 1.4, "clip_on": False}
    axes.scatter(outside["n"], outside["difference"], s=80, **ring)


def _name(axes: Axes, agents: pd.DataFrame, margin: list[Box]) -> int:
    """Name each dot where the name covers no other name or ring; return how many found no room."""
    unnamed = 0
    # From the right, where the limits are narrow and the dots crowded.
    dots = agents.sort_values("n", ascending=False)[["agent", "n", "difference"]].to_numpy().tolist()
    taken = margin + [_around(*_in_points(axes, n, difference), RING, RING) for _, n, difference in dots]
    for name, n, difference in dots:
        words = label(name, 24)
        offset = _room(
            _in_points(axes, n, difference),
            reach(words) * LETTER,
            1 if difference > 0 else -1,
            taken,
            right=(LEFT + width_of_axes(axes) + RIGHT) * 72,
        )
        if offset:
            _annotate(axes, words, (n, difference), offset)
        unnamed += offset is None
    return unnamed


def _room(
    dot: tuple[float, float], width: float, away: int, taken: list[Box], *, right: float
) -> tuple[float, float] | None:
    """Return the nearest free offset from a dot, first beside it and `away` from the middle, and mark it as taken."""
    for lines in (0, away, 2 * away, -away, 3 * away):
        for side in (RING + 2 + width / 2, -RING - 2 - width / 2):
            box = _around(dot[0] + side, dot[1] + lines * TEXT, width / 2, TEXT / 2 - 0.5)
            on_sheet = box.left > 0 and box.right < right and box.bottom > AXIS and box.top < HEIGHT * 72
            if on_sheet and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                return box.left - dot[0], lines * TEXT
    return None


def _annotate(axes: Axes, words: str, dot: tuple[float, float], offset: tuple[float, float]) -> None:
    leader = {"arrowstyle": "-", "color": LINE, "linewidth": 0.6, "shrinkA": 1, "shrinkB": 4}
    axes.annotate(
        words,
        dot,
        offset,
        textcoords="offset points",
        va="center",
        color=INK,
        annotation_clip=False,
        arrowprops=leader if offset[1] else None,
        bbox=LEGIBLE,
    )


def _in_points(axes: Axes, n: float, rate: float) -> tuple[float, float]:
    """Return the place of a dot on the figure, in points."""
    x, y = axes.transData.transform((n, rate)) * 72 / axes.figure.dpi
    return float(x), float(y)


def _around(x: float, y: float, half_width: float, half_height: float) -> Box:
    return Box(x - half_width, x + half_width, y - half_height, y + half_height)


def _alt(agents: pd.DataFrame, outside: pd.DataFrame) -> str:
    named = [
        f"{label(agent['agent'])}: {points(agent['difference'])} points, n {count(agent['n'])}"
        for agent in outside.to_dict("records")
    ]
    fewest, most = count(agents["n"].min()), count(agents["n"].max())
    low, high = points(agents["difference"].min()), points(agents["difference"].max())
    return (
        f"{len(agents)} agents by number of ratings ({fewest} to {most}) and difference from their colleagues "
        f"({low} to {high} points). Differing: {listed(named) if named else 'none.'}"
    )

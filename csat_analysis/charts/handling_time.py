"""Figures of ratings against a duration: rates by parts of it, and odds ratios."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..formats import count, minutes, percent, with_interval
from .style.axes import (
    FEW,
    SHORTEST_MINUTES,
    drawable,
    on_axis,
    rate_axis,
    shared_floor,
    starts_at,
    time_axis,
)
from .style.figure import (
    BAND,
    CONTEXT,
    INK,
    LEFT,
    LEGIBLE,
    QUIET,
    RIGHT,
    SMALL,
    SUBJECT,
    WIDTH,
    Chart,
    TooFew,
    canvas,
    in_style,
    panel,
    width_of,
    width_of_axes,
)
from .style.panels import grid, head
from .style.ratios import cut_note, draw_ratios, ratios_alt
from .style.words import label, listed, n_is, sentences

# Labels whose points are closer than this, in inches, would overlap.
N_WIDTH, RATE_WIDTH, LINE_HEIGHT = 0.62, 0.42, 0.17
NOT_DIVIDED = "Too few ratings to divide by time"
LONGER = {"higher": "longer time, higher ratings", "lower": "longer time, lower ratings"}


@in_style
def rate_by_time(
    frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "", floor: float | None = None
) -> Chart:
    """Draw the rate in parts of about equally many tickets, quickest to slowest, on a logarithmic time axis.

    frame: one row a part: `low_minutes`, `high_minutes`, `median_minutes`, `n`, and `estimate`, `low`, `high`
        (shares 0-1).
    The point is at the part's median; the thin line shows which durations it covers.
    """
    bins = frame.sort_values("median_minutes", ignore_index=True)
    if len(bins) < 2:
        raise TooFew(NOT_DIVIDED)
    low = shared_floor(bins) if floor is None else floor
    # Room for a label above 100 %.
    figure = canvas(3.05)
    axes = panel(figure, left=LEFT, bottom=0.3, width=width_of(figure) - LEFT - _right(figure), height=2.4)
    _draw(axes, on_axis(bins, low))
    time_axis(axes, *_ends(bins), ticks=round(width_of_axes(axes) * 1.5))
    rate_axis(axes.yaxis, low)
    _label(axes, on_axis(bins, low), bins["estimate"], low)
    how = "Point: median of its part; thin line: the durations it covers."
    alt = f"Rate by median time. {listed(_parts(bins))}"
    return Chart(figure, title, subtitle, sentences(note, how, starts_at(low, bins["estimate"])), alt)


@in_style
def rate_by_time_panels(
    frame: pd.DataFrame,
    by: str = "group",
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    floor: float | None = None,
) -> Chart:
    """Draw `rate_by_time` for each value of `by` in its own panel, all on one scale.

    frame: the columns of `rate_by_time` and `by`. Panels are in alphabetical order.
    """
    if frame.groupby(by).size().max() < 2:
        raise TooFew(NOT_DIVIDED)
    known, left = drawable(frame, by, enough=frame["n"] >= FEW)
    low = shared_floor(known) if floor is None else floor
    parts = {
        name: rows.sort_values("median_minutes", ignore_index=True)
        for name, rows in sorted(known.groupby(by), key=lambda pair: str(pair[0]).casefold())
    }
    figure, panels = grid(len(parts))
    for axes, (name, bins) in zip(panels, parts.items(), strict=True):
        _draw(axes, on_axis(bins, low))
        time_axis(axes, *_ends(known), ticks=max(int(width_of_axes(axes) * 2), 2))
        rate_axis(axes.yaxis, low, ticks=6 if len(parts) < 10 else 4)
        first, last = (percent(bins["estimate"].iloc[place]) for place in (0, -1))
        head(axes, name, f"{first} to {last} · {n_is(bins['n'].sum())}")
    how = "Point: median of its part; above: the quickest and the slowest part."
    alt = f"Panels: {len(parts)}; rate by median time. {listed(_in_words(parts))}"
    return Chart(figure, title, subtitle, sentences(note, left, how, starts_at(low, known["estimate"])), alt)


def _draw(axes: Axes, bins: pd.DataFrame) -> None:
    times = _times(bins)
    axes.fill_between(
        times["median_minutes"], bins["low"], bins["high"], color=SUBJECT, alpha=BAND, linewidth=0
    )
    axes.hlines(bins["estimate"], times["low_minutes"], times["high_minutes"], color=CONTEXT, linewidth=1.2)
    axes.plot(times["median_minutes"], bins["estimate"], color=SUBJECT, marker="o", clip_on=False)


def _right(figure: Figure) -> float:
    """Return the margin to the right, which a narrow figure has no room for."""
    return RIGHT if width_of(figure) == WIDTH else 0.25


def _times(bins: pd.DataFrame) -> pd.DataFrame:
    return bins[["low_minutes", "median_minutes", "high_minutes"]].astype(float).clip(lower=SHORTEST_MINUTES)


def _label(axes: Axes, bins: pd.DataFrame, rates: pd.Series, low: float) -> None:
    """Write each rate above its interval and n at the foot. Of labels that would overlap, every second one moves."""
    times = _times(bins)["median_minutes"]
    steps = (
        np.diff(axes.transData.transform(np.column_stack([times, bins["high"]])), axis=0) / axes.figure.dpi
    )
    to_right, upwards = steps[:, 0], np.abs(steps[:, 1])
    is_below = _every_second((to_right < RATE_WIDTH) & (upwards < LINE_HEIGHT))
    is_lifted = _every_second(to_right < N_WIDTH)
    style: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "bbox": LEGIBLE}
    bold, small = {**style, "color": INK, "weight": 600}, {**style, "color": QUIET, "fontsize": SMALL}
    for place, (time, part) in enumerate(zip(times, bins.to_dict("records"), strict=True)):
        edge, offset = (part["low"], -14) if is_below[place] else (part["high"], 4)
        axes.annotate(percent(rates[place]), (time, edge), (0, offset), **bold)
        axes.annotate(n_is(part["n"]), (time, low), (0, 16 if is_lifted[place] else 4), **small)


def _every_second(is_close: Iterable[bool]) -> list[bool]:
    """Return which labels move: of those that are close to the one before, every second."""
    moved = [False]
    for close in is_close:
        moved.append(bool(close) and not moved[-1])
    return moved


def _ends(bins: pd.DataFrame) -> tuple[float, float]:
    times = _times(bins)
    return times["low_minutes"].min(), times["high_minutes"].max()


def _parts(bins: pd.DataFrame) -> list[str]:
    return [
        f"{minutes(part['median_minutes'])}: "
        f"{with_interval(part['estimate'], part['low'], part['high'], percent)} of {count(part['n'])}"
        for part in bins.to_dict("records")
    ]


def _in_words(parts: dict[Any, pd.DataFrame]) -> list[str]:
    return [
        f"{label(name)}: {percent(bins['estimate'].iloc[0])} at {minutes(bins['median_minutes'].iloc[0])}, "
        f"{percent(bins['estimate'].iloc[-1])} at {minutes(bins['median_minutes'].iloc[-1])}, "
        f"of {count(bins['n'].sum())}"
        for name, bins in parts.items()
    ]


@in_style
def odds_ratios(
    frame: pd.DataFrame, by: str = "part", *, title: str, subtitle: str = "", note: str = ""
) -> Chart:
    """Draw odds ratios with intervals, in the order of the frame.

    frame: one row for each `by`: `n`, `estimate` (odds ratio), `low`, `high`, `verdict`; a row without an
        estimate keeps its place and says why in its verdict.
    """
    rows = frame.reset_index(drop=True)
    figure = draw_ratios(rows, by, "ratings", rows["n"].map(count), LONGER)
    how = sentences(note, "1: no difference. Left of it: longer times, lower ratings.", cut_note(rows))
    return Chart(figure, title, subtitle, how, ratios_alt(rows, by))

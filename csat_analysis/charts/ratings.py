"""Figures of the ratings themselves: how they are distributed, and their rate against a duration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ..formats import count, minutes, percent
from .chart import (
    BAND,
    CONTEXT,
    INK,
    LEFT,
    LINE,
    QUIET,
    RIGHT,
    SUBJECT,
    WIDTH,
    Chart,
    canvas,
    drawn,
    listed,
    n_is,
    panel,
    rate_axis,
    rate_floor,
    sentences,
    starts_at,
)

# Where a time axis may have ticks: the durations people say, in minutes.
TIMES = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 1440, 2 * 1440, 4 * 1440, 7 * 1440, 14 * 1440, 28 * 1440)
SHORTEST_MINUTES = 0.5  # a logarithmic axis has no zero


@drawn
def distribution(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """How often each rating was given: bars with share and n; the period before as an outline if given.

    frame: one row a rating: `rating` (int), `n`, `share` (0-1); optional `n_before`, `share_before`.
    """
    rows = frame.sort_values("rating", ignore_index=True)
    compared = "share_before" in rows
    figure = canvas(2.5)
    axes = panel(figure, left=LEFT, bottom=0.35, width=WIDTH - LEFT - RIGHT, height=1.75)
    axes.bar(rows["rating"], rows["share"], width=0.62, color=SUBJECT)
    if compared:
        axes.bar(rows["rating"], rows["share_before"], width=0.74, fill=False, edgecolor=LINE, linewidth=1.2)
    heights = rows[["share", "share_before"]].max(axis=1) if compared else rows["share"]
    for rating, share, n, height in zip(rows["rating"], rows["share"], rows["n"], heights, strict=True):
        place: dict[str, Any] = {
            "xy": (rating, height),
            "textcoords": "offset points",
            "ha": "center",
            "annotation_clip": False,
        }
        axes.annotate(percent(share), xytext=(0, 15), color=INK, weight=600, **place)
        axes.annotate(n_is(n), xytext=(0, 4), color=QUIET, fontsize=8, **place)
    axes.set(
        ylim=(0, heights.max()), yticks=[], xticks=rows["rating"], xticklabels=rows["rating"].astype(str)
    )
    how = "Outline: the period before." if compared else ""
    bars = [
        f"rating {row['rating']}: {percent(row['share'])}, {count(row['n'])} customers"
        for row in rows.to_dict("records")
    ]
    return Chart(figure, title, subtitle, sentences(note, how), f"Bars. {listed(bars)}")


@drawn
def rate_by_time(
    frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "", floor: float | None = None
) -> Chart:
    """The rate in equally large parts of the tickets, quickest to slowest, on a logarithmic time axis.

    frame: one row a part: `low_minutes`, `high_minutes`, `median_minutes`, `n`, and `estimate`, `low`, `high`
        (shares 0-1).
    The point stands at the part's median; the thin line shows which durations it covers.
    """
    bins = frame.sort_values("median_minutes", ignore_index=True)
    times = bins[["low_minutes", "median_minutes", "high_minutes"]].clip(lower=SHORTEST_MINUTES)
    low = rate_floor(bins["low"], floor=floor)
    figure = canvas(2.8)
    axes = panel(figure, left=LEFT, bottom=0.3, width=WIDTH - LEFT - RIGHT, height=2.3)
    axes.fill_between(
        times["median_minutes"], bins["low"], bins["high"], color=SUBJECT, alpha=BAND, linewidth=0
    )
    axes.hlines(bins["estimate"], times["low_minutes"], times["high_minutes"], color=CONTEXT, linewidth=1.2)
    axes.plot(times["median_minutes"], bins["estimate"], color=SUBJECT, marker="o", clip_on=False)
    _time_axis(axes, times)
    rate_axis(axes.yaxis, low)
    for time, part in zip(times["median_minutes"], bins.to_dict("records"), strict=True):
        place: dict[str, Any] = {"textcoords": "offset points", "ha": "center"}
        axes.annotate(
            percent(part["estimate"]), (time, part["estimate"]), (0, 9), color=INK, weight=600, **place
        )
        axes.annotate(n_is(part["n"]), (time, low), (0, 4), color=QUIET, fontsize=8, **place)
    how = "Point: median of its part; thin line: the durations it covers."
    parts = [
        f"{minutes(part['median_minutes'])}: {percent(part['estimate'])} "
        f"({percent(part['low'])} to {percent(part['high'])}) of {count(part['n'])}"
        for part in bins.to_dict("records")
    ]
    alt = f"Rate by median time. {listed(parts)}"
    return Chart(figure, title, subtitle, sentences(note, how, starts_at(low)), alt)


def _time_axis(axes: Axes, times: pd.DataFrame) -> None:
    first, last = times["low_minutes"].min() / 1.15, times["high_minutes"].max() * 1.15
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    inside = [time for time in TIMES if first <= time <= last]
    every = int(np.ceil(len(inside) / 9)) or 1
    axes.xaxis.set_major_locator(FixedLocator(inside[::every] or [times["median_minutes"].median()]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: minutes(value)))

"""Axes of rates and of durations, and which rows are drawn on them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator, NullLocator

from ...formats import count, minutes, name_values, percent
from .figure import (
    TooFew,
)
from .words import label, listed, sentences

# So few rows or panels are drawn even if none has enough ratings.
ALL_DRAWN = 12
# Panels or rows in a figure.
MOST = 60
# Ticks of a time axis, in minutes.
TIMES = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 1440, 2 * 1440, 4 * 1440, 7 * 1440, 14 * 1440, 28 * 1440)
# A logarithmic axis cannot show 0.
SHORTEST_MINUTES = 0.5
# With fewer ratings an interval is too wide to set a scale by.
FEW = 10


def rate_floor(values: Any, *, floor: float | None = None) -> float:
    """Return where a rate axis starts: at `floor` if given, else at the ten per cent below the smallest value."""
    if floor is not None:
        return floor
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    return min(max(math.floor(known.min() * 10 - 1e-9) / 10, 0.0), 0.9) if known.size else 0.0


def shared_floor(*frames: pd.DataFrame) -> float:
    """Return where the rate axes of several figures start, so that a page has one scale.

    Parameters
    ----------
    frames
        Answers with `n`, `estimate` and `low`, perhaps `n_before` and `estimate_before` (shares). Rates and intervals
        of fewer than 10 ratings do not widen the scale; figures draw them at its edge.
    """
    columns = (("n", "estimate"), ("n", "low"), ("n_before", "estimate_before"))
    known = [frame[rate][frame[n] >= FEW] for frame in frames for n, rate in columns if rate in frame]
    return rate_floor(np.concatenate([np.asarray(rates, dtype=float) for rates in known]))


def drawable(
    frame: pd.DataFrame, by: str, *, enough: pd.Series, to: str = "draw"
) -> tuple[pd.DataFrame, str]:
    """Return the rows of those `by` that are drawn, and a note on what is left out.

    enough: which rows have enough ratings, `to` be drawn or compared. A `by` without any such row is left out, unless
    there are few of them and none has enough. Of very many, the first in alphabetical order are drawn. Raises TooFew.
    """
    frame = frame.assign(**{by: name_values(frame[by], by)})
    names = sorted(frame[by].unique(), key=lambda name: str(name).casefold())
    known = set(frame.loc[enough, by])
    few = [label(name) for name in names if name not in known]
    if not known and len(names) > ALL_DRAWN:
        raise TooFew(f"Too few ratings to draw any of {count(len(names))}")
    kept = [name for name in names if name in known] or names
    left = f"Drawn: the first {MOST} of {count(len(kept))} in alphabetical order." if len(kept) > MOST else ""
    named = f"Too few ratings to {to}: {listed(few)}" if few and known else ""
    return frame[frame[by].isin(kept[:MOST])], sentences(named, left)


def on_axis(frame: pd.DataFrame, low: float) -> pd.DataFrame:
    """Move rates below the start of their axis to its edge."""
    rates = [name for name in ("estimate", "low", "high", "estimate_before") if name in frame]
    return frame.assign(**{name: frame[name].clip(lower=low) for name in rates})


def rate_top(values: Any) -> float:
    """Return where an axis of small rates ends: at the ten per cent above the largest value."""
    return min(math.ceil(np.nanmax([0.1, *values]) * 10) / 10, 1.0)


def rate_axis(axis: Axis, low: float, high: float = 1.0, *, ticks: int = 6) -> None:
    """Set an x or y axis from `low` to `high`, with at most `ticks` ticks at whole steps of per cent."""
    set_limits = axis.axes.set_xlim if isinstance(axis, XAxis) else axis.axes.set_ylim
    set_limits(low, high)
    steps = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
    axis.set_major_locator(MultipleLocator(next(step for step in steps if (high - low) / step < ticks - 0.5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))


def time_axis(axes: Axes, first: float, last: float, *, ticks: int) -> None:
    """Set a logarithmic x axis of durations in minutes, with at most `ticks` ticks at common durations."""
    first, last = first / 1.15, last * 1.15
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    inside = [time for time in TIMES if first <= time <= last]
    every = math.ceil(len(inside) / ticks) or 1
    axes.xaxis.set_major_locator(FixedLocator(inside[::every] or [math.sqrt(first * last)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: minutes(value)))


def starts_at(low: float, *rates: pd.Series) -> str:
    """Return a sentence on where a rate axis starts, and on rates below; empty if it starts at zero."""
    below = any((rate < low).any() for rate in rates)
    edge = " Values below the axis are drawn at its edge." if below else ""
    return f"The rate axis starts at {percent(low)}.{edge}" if low > 0 else ""

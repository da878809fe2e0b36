"""Rates over weeks: the line with its interval, the number of ratings below it, the axis of dates."""

from __future__ import annotations

import math
from typing import Any

import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...formats import count, date, percent, with_interval
from .figure import (
    BAND,
    CONTEXT,
    LEFT,
    QUIET,
    RIGHT,
    SMALL,
    SUBJECT,
    canvas,
    panel,
    width_of,
    width_of_axes,
)
from .words import n_is

# A shorter time axis would have very wide bars.
FEWEST_WEEKS = 6
# With more weeks the bars are too narrow for a number each.
MANY_WEEKS = 16
# Points: width of a digit of the numbers above the bars.
DIGIT = 5.0


def by_week(frame: pd.DataFrame) -> pd.DataFrame:
    """Sort by `week` and add an empty row for each missing week, where lines break."""
    weeks = frame.assign(week=pd.to_datetime(frame["week"])).set_index("week").sort_index()
    every_week = pd.date_range(weeks.index.min(), weeks.index.max(), freq="7D")
    weeks = weeks.reindex(weeks.index.union(every_week)).rename_axis("week").reset_index()
    for name in ("signal", "partial"):
        weeks[name] = weeks[name].eq(True) if name in weeks else False
    return weeks.assign(n=weeks["n"].fillna(0).astype(int))


def draw_rates_over_counts(weeks: pd.DataFrame, counted: str) -> tuple[Figure, Axes]:
    figure = canvas(3.52)
    width = width_of(figure) - LEFT - RIGHT
    rates = panel(figure, left=LEFT, bottom=1.22, width=width, height=2.1)
    counts = panel(figure, left=LEFT, bottom=0.43, width=width, height=0.5, sharex=rates)
    rates.tick_params(labelbottom=False, bottom=False)
    rates.spines["bottom"].set_visible(False)
    _counts(counts, weeks, counted)
    week_axis(counts, weeks["week"], round(width * 1.3))
    return figure, rates


def _counts(axes: Axes, weeks: pd.DataFrame, counted: str) -> None:
    axes.bar(weeks["week"], weeks["n"], width=4.6, color=CONTEXT)
    axes.set(yticks=[], ylim=(0, max(weeks["n"].max(), 1)))
    axes.grid(visible=False)
    axes.text(
        -0.012, 0, counted, transform=axes.transAxes, ha="right", va="bottom", color=QUIET, fontsize=SMALL
    )
    longest = len(count(weeks["n"].max())) * DIGIT * len(weeks)
    room = width_of_axes(axes) * 72
    is_free = len(weeks) <= MANY_WEEKS and longest < room
    numbered = weeks if is_free else weeks.loc[[weeks["n"].idxmax()]]
    for week, n in zip(numbered["week"], numbered["n"], strict=True):
        axes.annotate(
            count(n), (week, n), (0, 2), textcoords="offset points", ha="center", color=QUIET, fontsize=SMALL
        )


def week_axis(axes: Axes, weeks: pd.Series, ticks: int) -> None:
    """Label Mondays, counted back from the last; the year is below the first one and where it changes."""
    step = math.ceil(len(weeks) / ticks)
    shown = list(weeks[::-1][::step][::-1])
    years = [None, *(week.year for week in shown)]
    names = [
        f"{week.day} {week:%b}" + (f"\n{week.year}" if week.year != year else "")
        for week, year in zip(shown, years[:-1], strict=True)
    ]
    few_weeks = max(7 * FEWEST_WEEKS - (weeks.max() - weeks.min()).days, 0)
    margin = pd.Timedelta(days=max(4.0, few_weeks / 2))
    axes.set_xlim(weeks.min() - margin, weeks.max() + margin)
    axes.set_xticks(mdates.date2num(shown), names)


def draw_rate(axes: Axes, weeks: pd.DataFrame) -> None:
    """Draw the line with its band; dotted to a week that is not over."""
    week, estimate, partial = weeks["week"], weeks["estimate"], weeks["partial"]
    axes.fill_between(week, weeks["low"], weeks["high"], color=SUBJECT, alpha=BAND, linewidth=0)
    # A band has no width where a week stands alone.
    alone = weeks[estimate.shift().isna() & estimate.shift(-1).isna()]
    axes.vlines(alone["week"], alone["low"], alone["high"], color=SUBJECT, alpha=BAND, linewidth=6)
    axes.plot(week, estimate.mask(partial), color=SUBJECT, label="estimate")
    dotted = estimate.where(partial | partial.shift(-1, fill_value=False))
    axes.plot(week, dotted, color=SUBJECT, linestyle=(0, (1, 1.8)))


def draw_points(axes: Axes, weeks: pd.DataFrame) -> None:
    for hollow, face in ((False, SUBJECT), (True, "white")):
        points = weeks[weeks["hollow"] == hollow]
        style: dict[str, Any] = {"markerfacecolor": face, "markeredgecolor": SUBJECT, "markeredgewidth": 1.2}
        axes.plot(points["week"], points["estimate"], "o", markersize=4.5, clip_on=False, zorder=4, **style)


def label_below(axes: Axes, weeks: pd.DataFrame, low: float) -> None:
    """Write the value of each point that is drawn at the edge because it is below the axis."""
    place: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "va": "bottom", "fontsize": SMALL}
    below = weeks[(weeks["estimate"] < low) & ~weeks["signal"]]
    for week, estimate in zip(below["week"], below["estimate"], strict=True):
        axes.annotate(percent(estimate), (week, low), (0, 4), color=QUIET, **place)


def label_margin(axes: Axes, weeks: pd.DataFrame) -> None:
    """Label the last value and the limits at the end of their lines, without overlap."""
    last = weeks[weeks["estimate"].notna()].iloc[-1]
    so_far = " so far" if last["partial"] else ""
    words = f"{percent(last['estimate'])}{so_far}\n{n_is(last['n'])}"
    # Beside the last week, a value of an earlier one would read as its own.
    if last["week"] == weeks["week"].iloc[-1]:
        _margin_text(axes, weeks, last["estimate"], words, color=SUBJECT, weight=600)
    names = [("center", "usual"), ("limit_low", "limit"), ("limit_high", "limit"), ("target", "target")]
    limits = {column: weeks[column].dropna() for column, _ in names if column in weeks}
    ends = [(limits[column].iloc[-1], word) for column, word in names if len(limits.get(column, ()))]
    low, high = axes.get_ylim()
    for place, limit, word in _clear_of(last["estimate"], ends, high - low):
        _margin_text(axes, weeks, place, f"{word} {percent(limit)}", color=QUIET, fontsize=SMALL)


def _clear_of(value: float, limits: list[tuple[float, str]], span: float) -> list[tuple[float, float, str]]:
    """Return (place, limit, word): where each limit is, or as much farther from `value` as a line of text needs.

    Limits at 0 or 100 % say nothing and get no name.
    """
    placed, line = [], span / 14
    for up in (1, -1):
        taken = value + up * line * 0.6
        for limit, word in sorted(limits, key=lambda pair: up * pair[0]):
            beyond = limit > value if up > 0 else limit <= value
            if beyond and 0 < limit < 1:
                taken = up * max(up * limit, up * taken + line)
                placed.append((taken, limit, word))
    return placed


def _margin_text(axes: Axes, weeks: pd.DataFrame, place: float, words: str, **style: Any) -> None:
    axes.annotate(
        words,
        (weeks["week"].iloc[-1], place),
        (10, 0),
        textcoords="offset points",
        va="center",
        annotation_clip=False,
        **style,
    )


def weeks_alt(weeks: pd.DataFrame) -> str:
    known = weeks[weeks["estimate"].notna()]
    signals = weeks[weeks["signal"]]
    marked = f" Outside ordinary variation: {', '.join(map(date, signals['week']))}." if len(signals) else ""
    if len(known) == 1:
        return f"One week. {_point(known.iloc[0])}.{marked}"
    return (
        f"Line of {len(weeks)} weeks. {_point(known.iloc[0])}; {_point(known.iloc[-1])}. "
        f"Lowest {percent(known['estimate'].min())}, highest {percent(known['estimate'].max())}.{marked}"
    )


def _point(week: pd.Series) -> str:
    rate = with_interval(week["estimate"], week["low"], week["high"], percent)
    return f"Week of {date(week['week'])}: {rate} of n {count(week['n'])}"

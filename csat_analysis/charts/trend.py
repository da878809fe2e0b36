"""Figures over weeks: the trend within its limits, and one panel per group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..formats import count, date, percent
from .style.axes import (
    FEW,
    drawable,
    on_axis,
    rate_axis,
    rate_floor,
    shared_floor,
    starts_at,
)
from .style.figure import (
    CONTEXT,
    INK,
    LINE,
    SIGNAL,
    SIGNAL_TEXT,
    SUBJECT,
    Chart,
    in_style,
    width_of_axes,
)
from .style.panels import grid, head
from .style.weeks import (
    by_week,
    draw_points,
    draw_rate,
    draw_rates_over_counts,
    label_below,
    label_margin,
    week_axis,
    weeks_alt,
)
from .style.words import label, listed, n_is, sentences

# Dashes of a target.
TARGET = (0, (6, 3))
# With more groups, their pooled rate replaces the lines of the other groups.
MANY_GROUPS = 12
HALF_A_WEEK = pd.Timedelta(days=3.5)


@in_style
def trend(
    frame: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    min_ratings: int = 10,
    floor: float | None = None,
    target: float | None = None,
) -> Chart:
    """Draw the rate of each week with its interval, the number of ratings below, and control limits if given.

    Parameters
    ----------
    frame
        One row a week: `week` (Monday), `n`, `estimate`, `low`, `high` (shares 0-1, nan where n is 0);
        optional `center`, `limit_low`, `limit_high` (shares), `signal` (bool: outside the limits),
        `partial` (bool: the week is not over), `rebase` (text: what is known to have changed in that week).
    title, subtitle, note
        The finding; what is drawn; source and exclusions.
    min_ratings
        Weeks with fewer are hollow.
    floor
        Start of the rate axis, to share it between figures; else from the data.
    target
        The rate that is wanted, a line.
    """
    weeks = by_week(frame)
    weeks["hollow"] = (weeks["n"] < min_ratings) | weeks["partial"]
    figure, rates = draw_rates_over_counts(weeks, "ratings")
    low = rate_floor([*weeks["estimate"], *weeks["low"][~weeks["hollow"]]], floor=floor)
    drawn_weeks = on_axis(weeks, low)
    if target is not None and target >= low:
        weeks["target"] = target
        _target(rates, target)
    _limits(rates, weeks)
    _known_changes(rates, weeks)
    draw_rate(rates, drawn_weeks)
    draw_points(rates, drawn_weeks)
    _signals(rates, weeks, low)
    label_below(rates, weeks, low)
    rate_axis(rates.yaxis, low)
    label_margin(rates, weeks)
    explained = sentences(
        note,
        "Light lines: limits of ordinary variation." if _has_limits(weeks) else "",
        f"Hollow: fewer than {min_ratings} ratings." if weeks["n"].between(1, min_ratings - 1).any() else "",
        "Dotted: the week is not over." if weeks["partial"].any() else "",
        "The limits start again where the level changed." if _has_steps(weeks) else "",
        _below(target, low),
        starts_at(low, weeks["estimate"]),
    )
    wanted = "" if target is None else f"Target {percent(target)}."
    alt = sentences(weeks_alt(weeks), wanted, _list_known_changes({"": weeks}))
    return Chart(figure, title, subtitle, explained, alt)


def _target(axes: Axes, target: float) -> None:
    axes.axhline(target, color=INK, linewidth=1.0, linestyle=TARGET)


def _below(target: float | None, low: float) -> str:
    return (
        f"The target of {percent(target)} lies below the axis." if target is not None and target < low else ""
    )


def _has_limits(weeks: pd.DataFrame) -> bool:
    return "limit_low" in weeks and bool(weeks["limit_low"].notna().any())


def _has_steps(weeks: pd.DataFrame) -> bool:
    if "center" not in weeks or not _has_limits(weeks):
        return False
    return bool(weeks.loc[weeks["limit_low"].notna(), "center"].round(6).nunique() > 1)


def _limits(axes: Axes, weeks: pd.DataFrame) -> None:
    for name, dashes in (("center", (0, (4, 2))), ("limit_low", "solid"), ("limit_high", "solid")):
        if name in weeks:
            axes.step(weeks["week"], weeks[name], where="mid", color=LINE, linewidth=0.9, linestyle=dashes)


def _known_changes(axes: Axes, weeks: pd.DataFrame) -> None:
    """Draw a line before each week in which something is known to have changed, with its text."""
    for begin, text in _mark_known_changes(axes, weeks):
        place: dict[str, Any] = {"textcoords": "offset points", "va": "bottom", "fontsize": "small"}
        axes.annotate(label(text, 30), (begin, axes.get_ylim()[0]), (3, 3), color=SIGNAL_TEXT, **place)


def _mark_known_changes(axes: Axes, weeks: pd.DataFrame) -> list[tuple[pd.Timestamp, str]]:
    """Draw a line before each week in which something is known to have changed; return its place and the text."""
    marks = [(week - HALF_A_WEEK, text) for week, text in _find_known_changes(weeks)]
    for begin, _ in marks:
        axes.axvline(begin, color=LINE, linewidth=0.9, linestyle=(0, (1, 2)))
    return marks


def _find_known_changes(weeks: pd.DataFrame) -> list[tuple[pd.Timestamp, str]]:
    """Return the weeks in which something is known to have changed, and what."""
    if "rebase" not in weeks:
        return []
    known = weeks[weeks["rebase"].fillna("") != ""]
    return list(zip(known["week"], known["rebase"], strict=True))


def _list_known_changes(groups: Mapping[Any, pd.DataFrame]) -> str:
    """Return what is known to have changed as a sentence, in order of time; empty without any."""
    names: dict[tuple[pd.Timestamp, str], list[str]] = {}
    for name, weeks in groups.items():
        for known in _find_known_changes(weeks):
            names.setdefault(known, []).append(label(name))
    texts = [
        f"week of {date(week)}: {label(text)}"
        + (f" ({', '.join(names[week, text])})" if len(names[week, text]) < len(groups) else "")
        for week, text in sorted(names)
    ]
    return f"Known to have changed: {listed(texts)}" if texts else ""


def _signals(axes: Axes, weeks: pd.DataFrame, low: float) -> None:
    """Draw a ring around each signal, with its value; the first one explains the ring."""
    signals = weeks[weeks["signal"] & weeks["estimate"].notna()]
    ring: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": SIGNAL, "markeredgewidth": 1.6}
    axes.plot(
        signals["week"],
        signals["estimate"].clip(lower=low),
        "o",
        markersize=11,
        clip_on=False,
        zorder=5,
        **ring,
    )
    middle = weeks["estimate"].mean()
    for number, (week, estimate) in enumerate(zip(signals["week"], signals["estimate"], strict=True)):
        words = f"unusual: {percent(estimate)}" if number == 0 else percent(estimate)
        lift, edge = (-9, "top") if estimate < middle else (9, "bottom")
        # The margin beside the last week is taken by its value.
        side = "right" if week == weeks["week"].iloc[-1] else "center"
        place: dict[str, Any] = {"textcoords": "offset points", "ha": side, "va": edge, "zorder": 6}
        axes.annotate(words, (week, max(estimate, low)), (0, lift), color=SIGNAL_TEXT, weight=600, **place)


@in_style
def small_multiples(
    frame: pd.DataFrame,
    by: str = "group",
    *,
    title: str,
    subtitle: str = "",
    note: str = "",
    floor: float | None = None,
    targets: Mapping[str, float] | None = None,
) -> Chart:
    """Draw one panel per group, in alphabetical order, all on one scale, the others grey behind.

    frame: the columns of `trend` and `by`; each panel's head is its last point and that
    point's n, for points of pooled weeks overlap and must not be added up.
    With more than 12 groups the grey line is all of them pooled.
    targets: the rates that are wanted of some groups, a line in their panels.
    """
    wanted = targets or {}
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
        if wanted.get(name, -1) >= low:
            _target(axes, wanted[name])
        _mark_known_changes(axes, weeks)
        draw_rate(axes, on_axis(weeks, low))
        axes.plot(*_last(on_axis(weeks, low)), marker="o", color=SUBJECT, clip_on=False)
        head(axes, name, _last_in_words(weeks))
        week_axis(axes, weeks["week"], max(int(width_of_axes(axes) * 1.4), 2))
        rate_axis(axes.yaxis, low, ticks=6 if len(groups) < 10 else 4)
    known = _list_known_changes(groups)
    grey = "Grey: all of them pooled." if len(groups) > MANY_GROUPS else "Grey: the others."
    return Chart(
        figure,
        title,
        subtitle,
        sentences(
            note,
            left,
            grey if len(groups) > 1 else "",
            "Dashed: the target." if wanted.keys() & groups.keys() else "",
            f"Dotted line: {known[0].lower()}{known[1:]}" if known else "",
            starts_at(low, frame["estimate"]),
        ),
        sentences(_alt_of_groups(groups), known),
    )


def _pooled_by_week(frame: pd.DataFrame) -> pd.DataFrame:
    good = (frame["n"] * frame["estimate"]).groupby(pd.to_datetime(frame["week"])).sum()
    rated = frame["n"].groupby(pd.to_datetime(frame["week"])).sum()
    return by_week(pd.DataFrame({"n": rated, "estimate": good / rated.where(rated > 0)}).reset_index())


def _last(weeks: pd.DataFrame) -> tuple[list[Any], list[float]]:
    known = weeks[weeks["estimate"].notna()].tail(1)
    return list(known["week"]), list(known["estimate"])


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
    return f"Panels: {len(groups)}; rate at the first and at the last point. {listed(ends)}"

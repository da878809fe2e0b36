"""Figures of ratios around 1 on a logarithmic axis: observed over expected, and odds ratios."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ..formats import count, is_missing
from ..verdicts import describe, has_enough_data, matches
from .chart import LINE, SUBJECT, Chart, drawable, drawn, label, listed, sentences
from .rows import EDGES, alphabetical, column, filled, names, rows_of, spans, under

WIDEST = 8.0  # an axis that reached farther, for a row of few ratings, would press all others together
# What a verdict of higher or lower means.
MORE_OR_FEWER = {"higher": "more bad ratings than expected", "lower": "fewer bad ratings than expected"}
LONGER = {"higher": "longer goes with higher ratings", "lower": "longer goes with lower ratings"}
FINE, COARSE = (0.5, 0.75, 1, 1.5, 2), (0.125, 0.25, 0.5, 1, 2, 4, 8)  # ticks of a narrow and a wide axis


@drawn
def observed_over_expected(
    frame: pd.DataFrame, by: str = "group", *, title: str, subtitle: str = "", note: str = ""
) -> Chart:
    """Bad ratings observed over those that the mix of tickets leads one to expect, with intervals.

    frame: one row for each `by`: `n`, `observed`, `expected` (bad ratings), `estimate` (observed / expected),
        `low`, `high`, `verdict`. Rows stand in alphabetical order.
    """
    known = frame[frame["expected"] > 0]
    known, left = drawable(
        known, by, enough=pd.Series(matches(known["verdict"], has_enough_data), known.index)
    )
    rows = alphabetical(known, by)
    found = [
        f"{count(seen)} / {expected:.1f}"
        for seen, expected in zip(rows["observed"], rows["expected"], strict=True)
    ]
    figure = _ratios(rows, by, "bad / expected", found, MORE_OR_FEWER)
    how = sentences(note, left, "1: as many bad ratings as expected.", _cut(rows))
    return Chart(figure, title, subtitle, how, _alt(rows, by))


@drawn
def odds_ratios(
    frame: pd.DataFrame, by: str = "part", *, title: str, subtitle: str = "", note: str = ""
) -> Chart:
    """Odds ratios with intervals, in the order of the frame.

    frame: one row for each `by`: `n`, `estimate` (odds ratio), `low`, `high`, `verdict`; a row without an
        estimate keeps its place and says why in its verdict.
    """
    rows = frame.reset_index(drop=True)
    figure = _ratios(rows, by, "ratings", rows["n"].map(count), LONGER)
    how = sentences(note, "1: no difference. Left of it: longer goes with lower ratings.", _cut(rows))
    return Chart(figure, title, subtitle, how, _alt(rows, by))


def _ratios(rows: pd.DataFrame, by: str, head: str, counts: Any, claims: dict[str, str]) -> Figure:
    figure, axes = rows_of(len(rows))
    reach = _reach(rows)
    names(axes, rows[by])
    axes.axvline(1, color=LINE, linewidth=1, zorder=1)
    spans(axes, rows["low"].clip(1 / reach, reach), rows["high"].clip(1 / reach, reach))
    filled(axes, rows["estimate"].where(rows["estimate"].between(1 / reach, reach)), color=SUBJECT)
    axes.set(xscale="log", xlim=(1 / reach, reach))
    axes.xaxis.set_major_locator(
        FixedLocator([tick for tick in (FINE if reach < 3 else COARSE) if 1 / reach <= tick <= reach])
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    column(axes, EDGES[1], head, counts)
    column(axes, EDGES[2], "ratio, with interval", [_ratio(row) for row in rows.to_dict("records")])
    under(axes, EDGES[2], [describe(one, **claims) for one in rows["verdict"]], letters=52)
    return figure


def _reach(rows: pd.DataFrame) -> float:
    """How far the axis goes to both sides of 1."""
    ends = np.abs(np.log(rows[["estimate", "low", "high"]].astype(float).replace(0, np.nan))).to_numpy()
    known = ends[np.isfinite(ends)]
    return float(np.clip(np.exp(known.max()) if known.size else 2, 2, WIDEST)) * 1.1


def _cut(rows: pd.DataFrame) -> str:
    ends = rows[["low", "high"]].astype(float)
    beyond = (ends["low"] < 1 / _reach(rows)) | (ends["high"] > _reach(rows))
    return "Intervals that go on beyond the axis are cut." if beyond.any() else ""


def _ratio(row: dict[Hashable, Any]) -> str:
    if is_missing(row["estimate"]):
        return "–"
    interval = f" ({row['low']:.2f} to {row['high']:.2f})" if not is_missing(row["low"]) else ""
    return f"{row['estimate']:.2f}{interval}"


def _alt(rows: pd.DataFrame, by: str) -> str:
    return listed(
        [f"{label(row[by])}: {_ratio(row)} of n {count(row['n'])}" for row in rows.to_dict("records")]
    )

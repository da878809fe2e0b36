"""Named rows with a ratio around 1 on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ...formats import MISSING, count, is_missing, with_interval
from ...verdicts import describe
from .figure import (
    LINE,
    SUBJECT,
)
from .rows import EDGES, column, filled, most_ticks, names, rows_of, spans, under
from .words import label, listed

# A wider axis, for a row of few ratings, would hide the differences between all others.
WIDEST = 8.0
# Ticks of a narrow and of a wide axis.
FINE = (0.5, 0.75, 1, 1.5, 2)
COARSE = (0.125, 0.25, 0.5, 1, 2, 4, 8)
COARSEST = (0.01, 0.1, 1, 10, 100)


def draw_ratios(
    rows: pd.DataFrame, by: str, head: str, counts: Any, claims: dict[str, str], *, widest: float = WIDEST
) -> Figure:
    figure, axes = rows_of(len(rows))
    reach = _reach(rows, widest)
    names(axes, rows[by])
    axes.axvline(1, color=LINE, linewidth=1, zorder=1)
    spans(axes, rows["low"].clip(1 / reach, reach), rows["high"].clip(1 / reach, reach))
    filled(axes, rows["estimate"].clip(1 / reach, reach), color=SUBJECT)
    axes.set(xscale="log", xlim=(1 / reach, reach))
    ticks = [tick for tick in _ticks(reach) if 1 / reach <= tick <= reach]
    # 1 is in the middle.
    step = 1 if most_ticks(axes) > 3 else len(ticks) // 2
    axes.xaxis.set_major_locator(FixedLocator(ticks[::step]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    column(axes, EDGES[1], head, counts)
    column(axes, EDGES[2], "ratio, with interval", [_ratio(row) for row in rows.to_dict("records")])
    under(axes, EDGES[2], [describe(one, **claims) for one in rows["verdict"]], letters=52)
    return figure


def _ticks(reach: float) -> tuple[float, ...]:
    return FINE if reach < 3 else COARSE if reach < 2 * WIDEST else COARSEST


def _reach(rows: pd.DataFrame, widest: float) -> float:
    """Return how far the axis extends to both sides of 1."""
    ends = np.abs(np.log(rows[["estimate", "low", "high"]].astype(float).replace(0, np.nan))).to_numpy()
    known = ends[np.isfinite(ends)]
    return float(np.clip(np.exp(known.max()) if known.size else 2, 2, widest)) * 1.1


def cut_note(rows: pd.DataFrame, *, widest: float = WIDEST) -> str:
    ends, reach = rows[["low", "high"]].astype(float), _reach(rows, widest)
    beyond = (ends["low"] < 1 / reach) | (ends["high"] > reach)
    return "What lies beyond the axis is drawn at its edge." if beyond.any() else ""


def _ratio(row: dict[Hashable, Any]) -> str:
    if is_missing(row["estimate"]):
        return MISSING
    return with_interval(row["estimate"], row["low"], row["high"], "{:.2f}".format)


def ratios_alt(rows: pd.DataFrame, by: str) -> str:
    return listed(
        [f"{label(row[by])}: {_ratio(row)} of n {count(row['n'])}" for row in rows.to_dict("records")]
    )

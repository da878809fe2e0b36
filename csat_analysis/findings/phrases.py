"""The small change of sentences: a number with its noun, names in a row, an interval in a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from ..formats import MISSING, NBSP, count


def counted(number: int, noun: str) -> str:
    """A number and its noun: "1 rating", "312 ratings"."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Names as a phrase: "a, b and c"."""
    *first, last = list(names)
    return f"{', '.join(first)} and {last}" if first else last


def interval_of(rows: pd.DataFrame | pd.Series) -> str:
    """What the intervals of a question are called: "95 % interval", or whatever level was asked for."""
    return f"{100 * rows.attrs.get('level', 0.95):g}{NBSP}% interval"


def intervals(rows: pd.DataFrame, write: Callable[[float], str]) -> pd.Series:
    """Each row's interval as `write` writes its ends; a dash where there is none."""
    pairs = zip(rows["low"], rows["high"], strict=True)
    return pd.Series(
        [f"{write(low)} to {write(high)}" if pd.notna(low) else MISSING for low, high in pairs], rows.index
    )

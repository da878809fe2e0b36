"""Figures of kinds of tickets: their share of bad ratings, and bad ratings over those expected."""

from __future__ import annotations

import pandas as pd

from ..formats import count
from ..verdicts import has_enough_data, matches
from .style.axes import (
    drawable,
    rate_top,
)
from .style.comparison import OTHERS, compare_alt, draw_comparison
from .style.figure import (
    Chart,
    TooFew,
    in_style,
)
from .style.ratios import cut_note, draw_ratios, ratios_alt
from .style.rows import alphabetical
from .style.words import sentences

# What a verdict of higher or lower means.
MORE_OR_FEWER = {"higher": "more bad than expected", "lower": "fewer bad than expected"}


@in_style
def low_ratings(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw how often tickets with each value are rated bad, compared with all others.

    frame: one row a value: `value`, `n`, `estimate` (share bad), `low`, `high`, `n_others`,
        `estimate_others`, `difference`, `difference_low`, `difference_high`, `verdict`.
    Rows are in alphabetical order.
    """
    rows = alphabetical(frame, "value")
    figure = draw_comparison(
        rows, "value", OTHERS, (0.0, rate_top([*rows["high"], *rows["estimate_others"]]))
    )
    words = sentences(note, "Filled: tickets with it, with the interval; hollow: all others.")
    return Chart(figure, title, subtitle, words, compare_alt(rows, "value", OTHERS))


@in_style
def observed_over_expected(
    frame: pd.DataFrame, by: str = "group", *, title: str, subtitle: str = "", note: str = ""
) -> Chart:
    """Draw bad ratings observed over those expected for the mix of tickets, with intervals.

    frame: one row for each `by`: `n`, `observed`, `expected` (bad ratings), `estimate` (observed / expected),
        `low`, `high`, `verdict`. Rows are in alphabetical order.
    """
    known = frame[frame["expected"] > 0]
    if known.empty:
        raise TooFew("No bad ratings to compare with what is expected")
    known, left = drawable(
        known, by, enough=pd.Series(matches(known["verdict"], has_enough_data), known.index)
    )
    rows = alphabetical(known, by)
    found = [
        f"{count(seen)} / {expected:.1f}"
        for seen, expected in zip(rows["observed"], rows["expected"], strict=True)
    ]
    figure = draw_ratios(rows, by, "bad / expected", found, MORE_OR_FEWER)
    how = sentences(note, left, "1: as many bad ratings as expected.", cut_note(rows))
    return Chart(figure, title, subtitle, how, ratios_alt(rows, by))

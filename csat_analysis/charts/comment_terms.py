"""Figure of words and phrases that go with bad or good ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..formats import count
from .style.figure import Chart, in_style
from .style.ratios import cut_note, draw_ratios, ratios_alt
from .style.words import sentences

# What a verdict of higher or lower means.
WITH_RATINGS = {"higher": "more often with bad ratings", "lower": "more often with good ratings"}

# A term that only one side used has a large ratio.
WIDEST = 100.0


@in_style
def comment_terms(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw how much more often terms are used with bad ratings than with good ones, in the order of the frame.

    frame: one row a term: `term`, `n`, `bad`, `good` (customers), `estimate`, `low`, `high` (log-odds), `verdict`. Odds
        ratios are drawn.
    """
    rates = np.exp(frame[["estimate", "low", "high"]].astype(float))
    rows = frame.assign(**{name: rates[name] for name in rates}).reset_index(drop=True)
    found = [f"{count(bad)} / {count(good)}" for bad, good in zip(rows["bad"], rows["good"], strict=True)]
    figure = draw_ratios(rows, "term", "bad / good", found, WITH_RATINGS, widest=WIDEST)
    how = sentences(note, "Right of 1: more often with bad ratings.", cut_note(rows, widest=WIDEST))
    return Chart(figure, title, subtitle, how, ratios_alt(rows, "term"))

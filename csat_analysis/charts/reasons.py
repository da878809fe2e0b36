"""Figure of the reasons that customers gave."""

from __future__ import annotations

import pandas as pd

from .style.axes import (
    rate_top,
)
from .style.comparison import BEFORE, compare_alt, draw_comparison
from .style.figure import (
    Chart,
    in_style,
)
from .style.words import sentences


@in_style
def reasons(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the share that gave each reason, with its interval, in the order of the frame.

    frame: one row a reason: `reason`, `n` (how often it was given), `of` (bad ratings with a reason), `estimate`,
        `low`, `high` (shares 0-1), `of_before`, `estimate_before`, `change`, `change_low`, `change_high`, `verdict`.
    """
    # A share stands above what it is a share of.
    rows = frame.reset_index(drop=True).assign(
        n=lambda rows: rows["of"], n_before=lambda rows: rows["of_before"]
    )
    figure = draw_comparison(
        rows, "reason", BEFORE, (0.0, rate_top([*rows["high"], *rows["estimate_before"]]))
    )
    words = sentences(note, "Filled: this period with its interval; hollow: the period before.")
    return Chart(figure, title, subtitle, words, compare_alt(rows, "reason", BEFORE))

"""Figure of the response rate, week by week."""

from __future__ import annotations

import pandas as pd

from .style.axes import (
    rate_axis,
    rate_top,
)
from .style.figure import (
    Chart,
    TooFew,
    in_style,
)
from .style.weeks import (
    by_week,
    draw_points,
    draw_rate,
    draw_rates_over_counts,
    label_margin,
    weeks_alt,
)
from .style.words import sentences


@in_style
def response_rate(frame: pd.DataFrame, *, title: str, subtitle: str = "", note: str = "") -> Chart:
    """Draw the share of surveys that were answered, by week of the offer, above the number offered.

    frame: one row a week: `week` (Monday), `n` (offered), `estimate`, `low`, `high` (shares 0-1) and
        `still_open` (bool: surveys of this week can still be answered); those weeks are hollow and dotted.
    The rate axis starts at zero.
    """
    if frame["estimate"].isna().all():
        raise TooFew("No response rate is known")
    weeks = by_week(frame.rename(columns={"still_open": "partial"}))
    weeks["hollow"] = weeks["partial"]
    figure, rates = draw_rates_over_counts(weeks, "offered")
    draw_rate(rates, weeks)
    draw_points(rates, weeks)
    rate_axis(rates.yaxis, 0.0, rate_top([*weeks["high"], *weeks["estimate"]]))
    label_margin(rates, weeks)
    open_weeks = (
        "Dotted: weeks with surveys that are less than seven days old." if weeks["partial"].any() else ""
    )
    return Chart(figure, title, subtitle, sentences(note, open_weeks), weeks_alt(weeks))

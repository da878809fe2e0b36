"""Ratings counted per minute of a time: all that questions about handling times need from the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from ..errors import check_choice
from ..estimates.clustering import widen_level
from ..history import History
from ..history.definitions import time_column
from ..history.filters import Filter
from ..periods import Period
from ..schema.tables import BUSINESS_MINUTES, MINUTES
from ..verdicts import Verdict
from . import measures
from .counting import COUNTS, count_measure, count_ratings, neutral_left_out
from .dimensions import Dimension, names_of
from .judging import judge
from .repeat_customers import with_inflation

# Columns of the `ratings` view that hold a time. Those in seconds are counted as parts of minutes.
TIMES = (*MINUTES, *BUSINESS_MINUTES, measures.HANDLE_SECONDS)


def count_minutes(
    history: History, span: Period, time: str, *, kept: Filter, by: Sequence[Dimension]
) -> pd.DataFrame:
    """Return good, bad and neutral ratings per `by` and whole minute, also of null and negative minutes.

    time: a column of `TIMES`; where the definitions name business hours, its minutes on that clock.
    """
    check_choice("time", time, TIMES)
    measure = partial(measures.minute_counts, time=time_column(history, time), by=names_of(by))
    counts = count_measure(history, measure, span, kept=kept, by=by)
    return counts.astype(dict.fromkeys(COUNTS, int))


def count_left_out(counts: pd.DataFrame) -> dict[str, int]:
    """Count what an answer leaves out: ratings without a time or with an impossible one, and neutral ones."""
    return {
        "missing": int(counts.loc[counts["minutes"].isna(), "rated"].sum()),
        "negative": int(counts.loc[(counts["minutes"] < 0).fillna(False), "rated"].sum()),
        "neutral": int(neutral_left_out(counts).sum()),
    }


def with_time(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts whose minutes are possible, as plain numbers."""
    timed = counts[(counts["minutes"] >= 0).fillna(False) & (counts["rated"] > 0)]
    return timed.astype({"minutes": float})


def widen_for_customers(history: History, span: Period, *, kept: Filter) -> Callable[[float], float]:
    """Return a function from the level of an interval to the one it needs where customers rate several times."""
    (counts,) = with_inflation(history, span.end, count_ratings(history, span, kept=kept))
    return partial(widen_level, inflation=counts["inflation"].item())


def judge_association(shown: tuple[float, float], strict: tuple[float, float], neutral: float) -> Verdict:
    """Return the verdict of an association from its interval as shown and at the level of verdicts."""
    if np.isnan([*shown, *strict]).any():
        return Verdict.UNKNOWN
    verdict = judge(shown, strict, neutral)
    return Verdict.NO_ASSOCIATION if verdict is Verdict.NO_DIFFERENCE else verdict

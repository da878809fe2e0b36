"""Whether a target is reached, missed, or cannot be told from so few ratings."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

from . import special
from .counts import Floats, Numbers, as_counts, as_floats, in_shape_of, require_share, share


class Assurance(StrEnum):
    """Answer to whether a target is reached."""

    REACHED = "reached"
    MISSED = "missed"
    UNKNOWN = "cannot be told"


class TargetResult(NamedTuple):
    """Result of `compare_with_target`: the share of good ratings with its interval, and the answer."""

    estimate: Numbers
    low: Numbers
    high: Numbers
    assurance: Numbers


def compare_with_target(
    good: Numbers, rated: Numbers, *, target: Numbers, level: float = 0.95, inflation: Numbers = 1.0
) -> TargetResult:
    """Return whether the share of good ratings is above or below a target by more than chance.

    Parameters
    ----------
    good, rated : counts
        Scalars, arrays or Series of one shape.
    target : number or array
        Share of good ratings that is wanted, from 0 to 1.
    level : float
        Level of the interval.
    inflation : number or array
        Design effect: so many ratings say as much as one of another customer.

    Returns
    -------
    TargetResult
        In the shape of the counts. `assurance` is "reached" if the whole interval is at the target or above it,
        "missed" if it is below, else "cannot be told".

    Raises
    ------
    ValueError
        If counts are impossible or a target is not a share.

    Notes
    -----
    The interval is the exact one of Clopper & Pearson (1934, Biometrika 26:404). At a high level that of Wilson is too
    narrow near 0 and 1: 11 of 15 would be said to miss 95 %.

    This says nothing about change: a rate can fall and still be above its target. "Making Data Count" of the NHS keeps
    the two apart as variation and assurance.

    Examples
    --------
    >>> str(compare_with_target(95, 100, target=0.85).assurance)
    'reached'
    >>> str(compare_with_target(9, 10, target=0.85).assurance)
    'cannot be told'
    """
    goals = as_floats(target)
    for goal in goals.flat:
        require_share(target=float(goal))
    goods, totals = as_counts(good, rated)
    low, high = _exact_interval(goods, totals, as_floats(inflation), (1 - level) / 2)
    answers = np.full(np.broadcast(totals, goals).shape, Assurance.UNKNOWN, dtype=object)
    answers[low >= goals] = Assurance.REACHED
    answers[high < goals] = Assurance.MISSED
    rate = share(goods, totals)
    return TargetResult(
        estimate=in_shape_of(rate, good, rated),
        low=in_shape_of(np.asarray(low), good, rated),
        high=in_shape_of(np.asarray(high), good, rated),
        assurance=in_shape_of(answers, good, rated) if answers.ndim else answers[()],
    )


def _exact_interval(good: Floats, rated: Floats, inflation: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return both ends of the exact interval; nan without ratings."""
    goods, bads = good / inflation, (rated - good) / inflation
    low = np.where(goods > 0, special.betaincinv(goods, bads + 1, tail), 0.0)
    high = np.where(bads > 0, special.betainccinv(goods + 1, bads, tail), 1.0)
    return np.where(rated > 0, low, np.nan), np.where(rated > 0, high, np.nan)

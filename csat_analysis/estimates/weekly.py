"""Weekly chart: which weeks differ from the other weeks by more than chance and ordinary variation.

A usual p chart raises too many false alarms on satisfaction data: without any change, a team of ten ratings a week
gets one in a year of three, and a team of four hundred whose weeks vary a little gets one nearly every year. This
chart uses exact binomial tails, and limits as wide as the weeks vary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import special
from .counts import (
    Floats,
    Numbers,
    as_counts,
    in_shape_of,
    require_share,
    share,
    whole_counts,
)
from .tails import mid_p_z
from .week_spread import MINIMUM_RATINGS, WeekSpread, spread_from_z

SIGMAS = 3.0  # limits, in standard deviations of a week


@dataclass(frozen=True)
class WeeklyChart:
    """Result of `weekly_chart`.

    Attributes
    ----------
    n_weeks, n_ratings : int
        Weeks with ratings, and ratings in all.
    sigma_z : float
        Spread of the weeks relative to chance, 1 or more; 1 if there are too few weeks to measure it.
    csat, center : Numbers
        Share of each week, and of all weeks of its level; nan where there are no ratings.
    z : Numbers
        Distance of each week from the other weeks of its level, in standard deviations of chance.
    low, high : Numbers
        Limits of each week.
    alarm : Numbers
        Whether a week of enough ratings lies outside its limits.
    minimum_detectable_drop : Numbers
        Drop below the other weeks that shows in half of all weeks of this size; nan where no drop can show.
    note : str
        What a reader must know, or "".
    """

    n_weeks: int
    n_ratings: int
    sigma_z: float
    csat: Numbers
    center: Numbers
    z: Numbers
    low: Numbers
    high: Numbers
    alarm: Numbers
    minimum_detectable_drop: Numbers
    note: str


def weekly_chart(
    good: Numbers, rated: Numbers, *, level: Numbers | None = None, inflation: Numbers = 1.0
) -> WeeklyChart:
    """Find the weeks that differ from the other weeks by more than chance and ordinary variation.

    Parameters
    ----------
    good, rated : counts
        Ratings per complete week, in order of time.
    level : sequence of labels, optional
        Level that each week belongs to, if the rate has changed for good or was declared new. A week is compared with
        the other weeks of its own level. By default there is one level.
    inflation : float or array
        Design effect of each week, 1 or more: how much more its rate varies because customers rated several times.

    Returns
    -------
    WeeklyChart
        Its columns have the form of the counts. A week is unusual if |z| exceeds 3 sigma. Weeks of fewer than 10
        ratings raise no alarm.

    Raises
    ------
    ValueError
        If counts are impossible, or there is not one level per week.

    Notes
    -----
    z is the normal quantile of the mid-p binomial tail of a week under the rate of the other weeks of its level,
    divided by sqrt(1 + n / N) for n ratings of this week and N of the others, because their rate is an estimate too.
    sigma is the mean moving range of z over 1.128, as in Laney's p' chart (Laney 2002, Qual Eng 14:531-537), but
    without the week that is judged, and never below the root of the week's design effect; it is that root below 12
    weeks of 10 ratings. So a week moves neither its own centre nor its own limits. Mid-p, leaving out the judged week,
    and the lower bound are this package's own.

    Examples
    --------
    >>> chart = weekly_chart([44] * 20 + [33], [50] * 21)
    >>> chart.alarm.tolist().index(True)
    20
    """
    goods, totals = (np.atleast_1d(counts) for counts in as_counts(good, rated))
    judged = judge_weeks(goods, totals, level, np.broadcast_to(inflation, totals.shape))
    low, high = chart_limits(totals, judged.usual, judged.distance)
    columns = {
        "csat": share(goods, totals),
        "center": judged.center,
        "z": judged.z,
        "low": low,
        "high": high,
        "alarm": judged.alarm,
        "minimum_detectable_drop": detectable_drop(totals, judged.usual, judged.distance),
    }
    return WeeklyChart(
        n_weeks=int((totals > 0).sum()),
        n_ratings=int(totals.sum()),
        sigma_z=judged.spread.sigma_z,
        note=judged.spread.note,
        **{name: in_shape_of(column, good, rated) for name, column in columns.items()},
    )


class JudgedWeeks(NamedTuple):
    """Weeks of a chart: `usual` is the rate of the other weeks, `distance` the |z| beyond which counts are unusual."""

    center: Floats
    usual: Floats
    distance: Floats
    z: Floats
    alarm: NDArray[np.bool_]
    spread: WeekSpread


def judge_weeks(
    good: Floats, rated: Floats, level: Numbers | None, inflation: Floats | float = 1.0
) -> JudgedWeeks:
    """Compare each week with the other weeks of its level."""
    levels = level_codes(level, good.size)
    all_good, all_rated = (np.bincount(levels, weights=part)[levels] for part in (good, rated))
    other_rated = all_rated - rated
    center = share(all_good, all_rated)
    spread = spread_from_z(mid_p_z(good, rated, center), rated)
    # Half a rating on each side: other weeks that are all good do not prove that a bad rating cannot be.
    usual = np.where(other_rated > 0, (all_good - good + 0.5) / (other_rated + 1), np.nan)
    widening = np.sqrt(1 + share(rated, other_rated))
    z = mid_p_z(good, rated, usual) / widening
    # Weeks vary by repeat customers, too: the larger one of both.
    limit = SIGMAS * np.maximum(spread.of_others, np.sqrt(inflation))
    with np.errstate(invalid="ignore"):
        alarm = (np.abs(z) > limit) & (rated >= MINIMUM_RATINGS)
    return JudgedWeeks(center, usual, limit * widening, z, alarm, spread)


def level_codes(level: Numbers | None, weeks: int) -> np.ndarray:
    """Return codes from 0 of the level of each week."""
    codes = np.zeros(weeks, dtype=int) if level is None else pd.factorize(pd.Series(level))[0]
    if codes.size != weeks or (codes < 0).any():
        raise ValueError(f"level must have one label per week; got {codes.size} for {weeks}")
    return codes


def chart_limits(rated: Floats, center: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """Return the shares beyond which |z| exceeds the distance; a limit that no count can pass is 0 or 1."""
    low = share(lowest_usual_count(rated, center, distance), rated)
    high = 1 - share(lowest_usual_count(rated, 1 - center, distance), rated)
    return low, high


def lowest_usual_count(rated: Floats, center: Floats, distance: Floats) -> Floats:
    """Return the count at which z is -distance, between the highest unusual and the lowest usual whole count."""
    unusual, usual = np.full(rated.shape, -1.0), np.ceil(rated * center)
    while (apart := usual - unusual > 1).any():  # weeks of few ratings are done before the others
        middle = np.floor((unusual + usual) / 2)
        is_unusual = mid_p_z(middle, rated, center) < -distance
        unusual = np.where(apart & is_unusual, middle, unusual)
        usual = np.where(apart & ~is_unusual, middle, usual)
    beyond = mid_p_z(np.maximum(unusual, 0), rated, center) + distance
    within = mid_p_z(usual, rated, center) + distance
    # A count that cannot be (a bad rating where all are good) is infinitely far: the limit is the next one.
    crosses = (unusual >= 0) & np.isfinite(beyond)
    return usual - np.divide(within, within - beyond, out=np.zeros_like(within), where=crosses)


def detectable_drop(rated: Floats, center: Floats, distance: Floats) -> Floats:
    """Return the drop below the center that a week shows in half of all cases; nan where no drop can show.

    With c the fewest good ratings that raise no alarm it is center - p, where p is the rate at which fewer than c
    ratings are good in half of all weeks: the binomial tail read as a beta distribution of p.
    """
    usual = np.ceil(lowest_usual_count(rated, center, distance))
    can_alarm = (usual > 0) & (rated >= MINIMUM_RATINGS)
    rate = special.betaincinv(np.maximum(usual, 1), np.maximum(rated - usual + 1, 1), 0.5)
    return np.where(can_alarm, center - rate, np.nan)


def minimum_detectable_drop(
    rated: Numbers, *, center: float, sigma_z: float = 1.0, other_rated: float = np.inf
) -> Numbers:
    """Return the drop of a single week, as a share, that the weekly chart shows in half of all cases.

    Parameters
    ----------
    rated : counts
        Ratings of the week.
    center : float
        Share of good ratings of the other weeks.
    sigma_z : float
        Spread of the other weeks relative to chance, as in the chart.
    other_rated : float
        Ratings of the other weeks: few of them leave their rate uncertain.

    Returns
    -------
    float, array or Series
        In the shape of `rated`; nan where no drop of such a week raises an alarm.

    Raises
    ------
    ValueError
        If counts are impossible, or the center lies outside [0, 1].

    Examples
    --------
    >>> round(minimum_detectable_drop(40, center=0.9), 2)
    0.16
    """
    require_share(center=center)
    totals = whole_counts(rated, "rated")
    distance = SIGMAS * max(1.0, sigma_z) * np.sqrt(1 + totals / other_rated)
    return in_shape_of(detectable_drop(totals, np.full(totals.shape, center), distance), rated)

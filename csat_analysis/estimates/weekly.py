"""Weeks against their common rate: which stand out, whether the level moved, and what stays invisible.

The usual p chart cries wolf on satisfaction data: with nothing wrong, a team of ten ratings a week gets an
alarm in one year of three, and a team of four hundred whose weeks differ a little by nature in nearly every
year. The chart here measures each week by an exact binomial tail and widens its limits to the spread the
weeks show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import xlogy
from scipy.stats import beta, binom, norm

from .counts import (
    Floats,
    Numbers,
    as_counts,
    as_floats,
    in_shape_of,
    require_between_0_and_1,
    require_share,
    share,
    whole_counts,
)

SIGMAS = 3.0  # limits, in standard deviations of a week
MINIMUM_WEEKS = 12  # below this the spread between weeks, and a run, cannot be judged
MINIMUM_RATINGS = 10  # a week with fewer ratings raises no alarm
MOVING_RANGE_MEAN = 1.128  # expected |difference| of two standard normal values (d2 for n = 2)
SMALLEST_TAIL = 1e-300  # below it a double holds no exact tail any more


@dataclass(frozen=True)
class WeeklyChart:
    """A p chart that knows small counts and ordinary week-to-week spread.

    n_weeks: weeks with ratings; n_ratings: ratings in all; center: rate of all weeks together.
    sigma_z: spread of the weeks relative to binomial noise (1 = noise alone).
    csat, z, low, high, alarm: one value per week, in the order and form given; nan where a week has no
    ratings. A week outside [low, high] is unusual; alarm says so only where it has 10 ratings or more.
    note: what the reader must know, or "".
    """

    n_weeks: int
    n_ratings: int
    center: float
    sigma_z: float
    csat: Numbers
    z: Numbers
    low: Numbers
    high: Numbers
    alarm: Numbers
    note: str


class RunRule(NamedTuple):
    """Anhøj's run rule: a shift of level shows as a long run on one side of the median, or as few crossings.

    n: weeks used; on_median: weeks on the median, which count for neither side; missing: weeks with no value.
    """

    n: int
    on_median: int
    missing: int
    longest_run: int
    longest_expected: int
    crossings: int
    fewest_expected: int
    alarm: bool
    note: str


def weekly_chart(good: Numbers, rated: Numbers) -> WeeklyChart:
    """Which weeks differ from the common rate by more than noise and ordinary week-to-week spread.

    good, rated: counts per complete week, in order of time; leave partial weeks out beforehand.
    z is the normal quantile of the mid-p binomial tail of a week under the common rate; sigma_z is the mean
    moving range of z over 1.128, as in Laney's p' chart, but never below 1. A week is unusual if |z| exceeds
    3 sigma_z. sigma_z is 1 below 12 weeks of 10 ratings. Raises ValueError for impossible counts.

    Mid-p and the floor of 1 are this project's own; simulated chance of any alarm in 52 undisturbed weeks:
    3 to 7 % at 10 to 400 ratings a week (p chart 13 to 33 %). Laney 2002, Qual Eng 14:531-537.
    """
    goods, totals = (np.atleast_1d(counts) for counts in as_counts(good, rated))
    center = float(share(goods.sum(), totals.sum()))
    z = mid_p_z(goods, totals, center)
    sigma_z, note = week_to_week_spread(z[totals >= MINIMUM_RATINGS])
    low, high = chart_limits(totals, center, SIGMAS * sigma_z)
    alarm = (np.abs(z) > SIGMAS * sigma_z) & (totals >= MINIMUM_RATINGS)
    return WeeklyChart(
        n_weeks=int((totals > 0).sum()),
        n_ratings=int(totals.sum()),
        center=center,
        sigma_z=sigma_z,
        csat=in_shape_of(share(goods, totals), good, rated),
        z=in_shape_of(z, good, rated),
        low=in_shape_of(low, good, rated),
        high=in_shape_of(high, good, rated),
        alarm=in_shape_of(alarm, good, rated),
        note=note,
    )


def mid_p_z(good: Floats, rated: Floats, center: float) -> Floats:
    """Normal quantile of the mid-p binomial tail of good under the rate center; nan where rated is 0."""
    half = binom.pmf(good, rated, center) / 2
    lower, upper = binom.cdf(good - 1, rated, center) + half, binom.sf(good, rated, center) + half
    tail = np.minimum(lower, upper)
    distance = np.abs(norm.ppf(np.clip(tail, SMALLEST_TAIL, 0.5)))
    distance = np.where(tail < SMALLEST_TAIL, deviance_root(good, rated, center), distance)
    return np.where(rated > 0, np.where(lower < upper, -distance, distance), np.nan)


def deviance_root(good: Floats, rated: Floats, center: float) -> Floats:
    """Root of the binomial deviance: the limit of |z| far out, where tails are too small for a number."""
    bad = rated - good
    with np.errstate(divide="ignore", invalid="ignore"):
        halves = xlogy(good, good / (rated * center)) + xlogy(bad, bad / (rated * (1 - center)))
        return np.sqrt(2 * halves)


def week_to_week_spread(z: Floats) -> tuple[float, str]:
    """Sigma_z of the weeks (1 or more), and a note if they are too few to tell."""
    if z.size < MINIMUM_WEEKS:
        needed = f"{MINIMUM_WEEKS} weeks of {MINIMUM_RATINGS} or more ratings, here {z.size}"
        return 1.0, f"the limits allow for no ordinary spread between weeks: measuring it needs {needed}"
    return max(1.0, float(np.abs(np.diff(z)).mean() / MOVING_RANGE_MEAN)), ""


def chart_limits(rated: Floats, center: float, distance: float) -> tuple[Floats, Floats]:
    """Shares beyond which |z| exceeds the distance; a limit that no count can pass lies at 0 or 1."""
    low = share(lowest_usual_count(rated, center, distance), rated)
    high = 1 - share(lowest_usual_count(rated, 1 - center, distance), rated)
    return low, high


def lowest_usual_count(rated: Floats, center: float, distance: float) -> Floats:
    """Count at which z is -distance, between the highest unusual and the lowest usual whole count."""
    unusual, usual = np.full(rated.shape, -1.0), np.ceil(rated * center)
    while (apart := usual - unusual > 1).any():  # weeks of few ratings are done before the others
        middle = np.floor((unusual + usual) / 2)
        is_unusual = mid_p_z(middle, rated, center) < -distance
        unusual, usual = (
            np.where(apart & is_unusual, middle, unusual),
            np.where(apart & ~is_unusual, middle, usual),
        )
    beyond = mid_p_z(np.maximum(unusual, 0), rated, center) + distance
    within = mid_p_z(usual, rated, center) + distance
    # A count that cannot happen (a bad rating where all are good) is infinitely far: the limit is the next.
    crosses = (unusual >= 0) & np.isfinite(beyond)
    return usual - np.divide(within, within - beyond, out=np.zeros_like(within), where=crosses)


def smallest_visible_drop(
    rated: Numbers, *, center: float, sigma_z: float = 1.0, chance: float = 0.5
) -> Numbers:
    """Drop of a single week, as a share, that the weekly chart would show with this chance.

    rated: ratings a week; center and sigma_z as in the chart. Same shape as rated; nan where no week of that
    size can raise an alarm. With c the fewest good ratings that raise none, it is center - p, where p is the
    rate at which fewer than c are good with that chance. At the default chance a smaller drop stays invisible
    more often than not. Raises ValueError for a center outside [0, 1].

    >>> round(smallest_visible_drop(40, center=0.9), 2)
    0.16
    """
    require_between_0_and_1(chance=chance)
    require_share(center=center)
    totals = whole_counts(rated, "rated")
    usual = np.ceil(lowest_usual_count(totals, center, SIGMAS * max(1.0, sigma_z)))
    can_alarm = (usual > 0) & (totals >= MINIMUM_RATINGS)
    # The rate p with P(good < usual) = chance: the binomial tail read as a beta distribution of p.
    rate = beta.ppf(1 - chance, np.maximum(usual, 1), np.maximum(totals - usual + 1, 1))
    return in_shape_of(np.where(can_alarm, center - rate, np.nan), rated)


def run_rule(csat: Numbers) -> RunRule:
    """Whether the level shifted: a run on one side of the median too long, or crossings of it too few.

    csat: one value per week, in order of time; null weeks are left out and counted in `missing`.
    No alarm below 12 weeks off the median. About 5 in 100 undisturbed years give an alarm.
    Anhøj & Olesen 2014, PLoS ONE 9(11):e113825: longest run above round(log2 n) + 3, or crossings below the
    5 % point of Binomial(n - 1, 1/2).
    """
    values = as_floats(csat)
    observed = values[~np.isnan(values)]
    median = np.median(observed) if observed.size else np.nan
    off_median = observed[observed != median]
    n = off_median.size
    left_out = observed.size - n, values.size - observed.size
    if n < MINIMUM_WEEKS:
        note = f"a shift needs {MINIMUM_WEEKS} weeks off the median to be seen, here {n}"
        return RunRule(n, *left_out, 0, 0, 0, 0, alarm=False, note=note)
    crossed = np.flatnonzero(np.diff(off_median > median))
    longest = int(np.diff(np.concatenate(([-1], crossed, [n - 1]))).max())
    longest_expected, fewest_expected = round(np.log2(n)) + 3, int(binom.ppf(0.05, n - 1, 0.5))
    alarm = longest > longest_expected or crossed.size < fewest_expected
    return RunRule(n, *left_out, longest, longest_expected, crossed.size, fewest_expected, alarm, note="")

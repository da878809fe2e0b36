"""Compare one agent with the others of the same strata by the exact conditional distribution of good ratings.

Within a stratum (for example one group in one month) the number of good ratings is given. If the agent is like
the others, the agent's share of them is hypergeometric. Over several strata the agent's good ratings are a sum
of independent hypergeometric counts, whose distribution is computed exactly by convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import scipy

from .counts import Floats

NEGLIGIBLE = 1e-290  # probabilities below it, in either tail, are left out
LARGEST_LOG_ODDS = 50.0  # the search for a limit of the odds ratio ends here: the limit is then infinite


class GoodRatings(NamedTuple):
    """Distribution of one agent's good ratings, given the totals of each stratum.

    lowest: smallest possible number of good ratings; probabilities: of `lowest`, `lowest` + 1, ... when the agent
    is like the others.
    """

    lowest: int
    probabilities: Floats


def hypergeometric(good: Floats, rated: Floats, of_agent: Floats) -> list[GoodRatings]:
    """Return the distribution of good ratings in each stratum.

    Parameters
    ----------
    good, rated : arrays
        Totals of each stratum, the agent included.
    of_agent : array
        Ratings of the agent in each stratum.
    """
    log_factorials = scipy.special.gammaln(np.arange(rated.max(initial=0) + 2) + 1)
    lowest = np.maximum(0, of_agent + good - rated).astype(int)
    sizes = (np.minimum(of_agent, good) - lowest + 1).astype(int)
    ends = np.cumsum(sizes)
    offsets = np.arange(sizes.sum()) - np.repeat(ends - sizes, sizes)
    counts = np.repeat(lowest, sizes) + offsets
    totals, goods, own = (np.repeat(part.astype(int), sizes) for part in (rated, good, of_agent))

    def log_choose(n: Floats, k: Floats) -> Floats:
        return log_factorials[n] - log_factorials[k] - log_factorials[n - k]

    logs = log_choose(goods, counts) + log_choose(totals - goods, own - counts) - log_choose(totals, own)
    starts = ends - sizes
    probabilities = np.exp(logs)
    return [
        GoodRatings(int(low), probabilities[start:end])
        for low, start, end in zip(lowest, starts, ends, strict=True)
    ]


def convolve(parts: Sequence[GoodRatings]) -> GoodRatings:
    """Return the distribution of the sum of independent counts."""
    lowest = sum(part.lowest for part in parts)
    left = sorted((part.probabilities for part in parts), key=len)
    # In pairs of about equal length, which takes fewer multiplications than one after the other.
    while len(left) > 1:
        joined = [_trim(np.convolve(*pair)) for pair in zip(left[::2], left[1::2], strict=False)]
        lowest += sum(cut for cut, _ in joined)
        left = [*(probabilities for _, probabilities in joined), *left[2 * len(joined) :]]
    cut, probabilities = _trim(left[0])
    return GoodRatings(lowest + cut, probabilities / probabilities.sum())


def _trim(probabilities: Floats) -> tuple[int, Floats]:
    """Leave out negligible ends; return how many counts are left out before the first, and the others."""
    if min(probabilities[0], probabilities[-1]) > NEGLIGIBLE:
        return 0, probabilities
    kept = np.flatnonzero(probabilities > NEGLIGIBLE)
    return int(kept[0]), probabilities[kept[0] : kept[-1] + 1]


def mid_p_tails(distribution: GoodRatings, observed: float) -> tuple[float, float]:
    """Return the mid-p probabilities of at most, and of at least, so many good ratings."""
    place = int(observed) - distribution.lowest
    probabilities = distribution.probabilities
    if place < 0:
        return 0.0, 1.0
    if place >= probabilities.size:
        return 1.0, 0.0
    half = probabilities[place] / 2
    return float(probabilities[:place].sum() + half), float(probabilities[place + 1 :].sum() + half)


def usual_counts(distribution: GoodRatings, tail: float) -> tuple[float, float]:
    """Return the counts between which neither mid-p tail is below `tail`: half a rating beyond the last usual one.

    Where no count is that unusual, the end is the smallest or largest possible count.
    """
    chances = distribution.probabilities
    lower = np.cumsum(chances) - chances / 2
    upper = np.cumsum(chances[::-1])[::-1] - chances / 2
    few, many = int((lower <= tail).sum()), int((upper <= tail).sum())
    last = distribution.lowest + chances.size - 1
    return (
        distribution.lowest + few - 0.5 if few else float(distribution.lowest),
        last - many + 0.5 if many else float(last),
    )


def tilted(distribution: GoodRatings, log_odds_ratio: float) -> GoodRatings:
    """Return the distribution when the agent's odds of a good rating are a multiple of the others' odds.

    Fisher's noncentral hypergeometric distribution, and its convolution: the null probability of x times
    exp(x * log_odds_ratio), scaled to a sum of 1.
    """
    logs = _logs_of(distribution)
    weights = _weigh(logs, np.arange(logs.size, dtype=float), log_odds_ratio)
    return GoodRatings(distribution.lowest, weights / weights.sum())


def _logs_of(distribution: GoodRatings) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(distribution.probabilities), dtype=float)


def _weigh(logs: Floats, counts: Floats, log_odds_ratio: float) -> Floats:
    """Return probabilities times exp(count * log_odds_ratio), on a scale on which the largest is 1."""
    weights = counts * log_odds_ratio
    weights += logs
    weights -= np.maximum.reduce(weights)
    return np.exp(weights, out=weights)


def mean_count(distribution: GoodRatings) -> float:
    """Return the mean number of good ratings."""
    counts = distribution.lowest + np.arange(distribution.probabilities.size)
    return float(counts @ distribution.probabilities)


def spread(distribution: GoodRatings) -> float:
    """Return the standard deviation of the number of good ratings."""
    counts = distribution.lowest + np.arange(distribution.probabilities.size)
    return float(np.sqrt((counts - mean_count(distribution)) ** 2 @ distribution.probabilities))


def mean_count_limits(distribution: GoodRatings, observed: float, tail: float) -> tuple[float, float]:
    """Return the expected good ratings at both limits of the common odds ratio.

    The limits are the odds ratios at which the mid-p tail beyond the observed count is `tail`. Both ends lie
    on one side of the mean under "no difference" exactly if the smaller mid-p tail is below `tail`.
    """
    lower = odds_ratio_limit(distribution, observed, tail, side=1)
    upper = odds_ratio_limit(distribution, observed, tail, side=0)
    return mean_count(tilted(distribution, lower)), mean_count(tilted(distribution, upper))


def odds_ratio_limit(distribution: GoodRatings, observed: float, tail: float, side: int) -> float:
    """Return the log odds ratio at which one mid-p tail of the observed count has the given size."""
    from scipy.optimize import brentq

    logs = _logs_of(distribution)
    to_observed = distribution.lowest + np.arange(logs.size, dtype=float) - int(observed)
    # The observed count itself is half in either tail.
    in_tail = np.heaviside(to_observed if side == 1 else -to_observed, 0.5)
    all_and_tail = np.stack([np.ones(logs.size), in_tail])

    @cache
    def excess(log_odds_ratio: float) -> float:
        every, beyond = all_and_tail @ _weigh(logs, to_observed, log_odds_ratio)
        return float(beyond / every) - tail

    # The tail of "at most" (side 0) shrinks as the odds ratio grows, the other one as it falls.
    shrinks = 1.0 if side == 0 else -1.0
    step = shrinks if excess(0.0) > 0 else -shrinks
    near, far = 0.0, 0.5 * step
    while (excess(far) > 0) == (step == shrinks):
        near, far = far, 2 * far
        if abs(far) > LARGEST_LOG_ODDS:
            return step * LARGEST_LOG_ODDS
    return float(brentq(excess, near, far, xtol=1e-6))

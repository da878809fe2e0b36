"""Compare one agent with the others of the same strata by the exact conditional distribution of good ratings.

Within a stratum (for example one group in one month) the number of good ratings is given. If the agent is like
the others, the agent's share of them is hypergeometric. Over several strata the agent's good ratings are a sum
of independent hypergeometric counts, whose distribution is computed exactly by convolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from . import special
from .counts import Floats

NEGLIGIBLE = 1e-290  # probabilities below it, in either tail, are left out
LEAST_PROBABILITY = 1e-150  # of an observed count; around a less likely one too much is left out
LARGEST_LOG_ODDS = 50.0  # the search for a limit of the odds ratio ends here: the limit is then infinite
PRECISION = 1e-9  # of a log odds ratio
MOST_STEPS = 100  # of the search; about seven are enough


class GoodRatings(NamedTuple):
    """Distribution of one agent's good ratings, given the totals of each stratum.

    lowest: smallest possible number of good ratings; probabilities: of `lowest`, `lowest` + 1, ... when the agent
    is like the others, unless another odds ratio is named.
    """

    lowest: int
    probabilities: Floats


def hypergeometric(
    good: Floats, rated: Floats, of_agent: Floats, log_odds_ratio: float = 0.0
) -> list[GoodRatings]:
    """Return the distribution of good ratings in each stratum.

    Parameters
    ----------
    good, rated : arrays
        Totals of each stratum, the agent included.
    of_agent : array
        Ratings of the agent in each stratum.
    log_odds_ratio : float
        Of the agent's ratings against the others': 0 if the agent is like them.
    """
    log_factorials = special.gammaln(np.arange(rated.max(initial=0) + 2) + 1)
    lowest = np.maximum(0, of_agent + good - rated).astype(int)
    sizes = (np.minimum(of_agent, good) - lowest + 1).astype(int)
    ends = np.cumsum(sizes)
    offsets = np.arange(sizes.sum()) - np.repeat(ends - sizes, sizes)
    counts = np.repeat(lowest, sizes) + offsets
    totals, goods, own = (np.repeat(part.astype(int), sizes) for part in (rated, good, of_agent))

    def log_choose(n: Floats, k: Floats) -> Floats:
        return log_factorials[n] - log_factorials[k] - log_factorials[n - k]

    logs = log_choose(goods, counts) + log_choose(totals - goods, own - counts) + log_odds_ratio * counts
    starts = ends - sizes
    # The largest one of each stratum is 1 before they are scaled to a sum of 1.
    probabilities = np.exp(logs - np.repeat(np.maximum.reduceat(logs, starts), sizes))
    probabilities /= np.repeat(np.add.reduceat(probabilities, starts), sizes)
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


def move_to(
    observed: float, distribution: GoodRatings, good: Floats, rated: Floats, of_agent: Floats
) -> GoodRatings:
    """Return a distribution that has the observed count, for its limits: they can be found from any odds ratio.

    It is the given one of the sum of all strata, unless the count is so far out that it is left out there; then it is
    one whose mean is the observed count, or within half a rating of it at the ends.
    """
    from scipy.optimize import brentq

    place = int(observed) - distribution.lowest
    chances = distribution.probabilities
    if 0 <= place < chances.size and chances[place] > LEAST_PROBABILITY:
        return distribution
    fewest, most = np.maximum(0, of_agent + good - rated).sum(), np.minimum(of_agent, good).sum()
    goal = np.clip(observed, fewest + 0.5, most - 0.5)

    def excess(log_odds_ratio: float) -> float:
        return sum(map(mean_count, hypergeometric(good, rated, of_agent, log_odds_ratio))) - goal

    log_odds_ratio = brentq(excess, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
    return convolve(hypergeometric(good, rated, of_agent, log_odds_ratio))


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


def mean_count(distribution: GoodRatings) -> float:
    """Return the mean number of good ratings."""
    counts = distribution.lowest + np.arange(distribution.probabilities.size)
    return float(counts @ distribution.probabilities)


def spread(distribution: GoodRatings) -> float:
    """Return the standard deviation of the number of good ratings."""
    counts = distribution.lowest + np.arange(distribution.probabilities.size)
    return float(np.sqrt((counts - mean_count(distribution)) ** 2 @ distribution.probabilities))


def mean_count_limits(distributions: Sequence[GoodRatings | None], observed: Floats, tails: Floats) -> Floats:
    """Return the expected good ratings at both limits of the common odds ratio.

    The limits are the odds ratios at which the mid-p tail beyond the observed count is `tails`. Both ends lie
    on one side of the mean under "no difference" exactly if the smaller mid-p tail is below it.

    Returns
    -------
    array
        One row per distribution: lower and upper end; nan where there is no distribution.
    """
    known = np.array([one is not None for one in distributions], dtype=bool)
    limits = np.full((known.size, 2), np.nan)
    if known.any():
        both = TwoTails([one for one in distributions if one is not None], observed[known])
        goals = special.logit(tails[known])
        limits[known] = np.transpose([both.mean_counts_at(goal) for goal in (goals, -goals)])
    return limits


class TwoTails:
    """The tails of at most, and of at least, an observed count, of many distributions at once.

    When the agent's odds of a good rating are a multiple of the others' odds, the probability of each count is the one
    under "no difference" times exp(count * log odds ratio), scaled to a sum of 1: Fisher's noncentral hypergeometric
    distribution, and its convolution.
    """

    def __init__(self, distributions: Sequence[GoodRatings], observed: Floats):
        probabilities, counts, places = [], [], []
        for one, count in zip(distributions, observed, strict=True):
            place = min(max(int(count) - one.lowest, 0), one.probabilities.size - 1)
            halved = one.probabilities.copy()
            # The observed count itself is half in either tail.
            halved[place] /= 2
            probabilities += [halved[: place + 1], halved[place:]]
            counts += [np.arange(-place, 1.0), np.arange(float(halved.size - place))]
            places.append(one.lowest + place)
        self._observed = np.array(places)
        self._logs = np.log(np.concatenate(probabilities))
        self._counts = np.concatenate(counts)
        self._sizes = np.array([one.size for one in counts])
        self._starts = np.cumsum(self._sizes) - self._sizes

    def mean_counts_at(self, log_ratios: Floats) -> Floats:
        """Return the mean counts where the log of "at least" over "at most" has these values, by Newton's method.

        It grows with the log odds ratio, nearly in a straight line.
        """
        at = np.zeros(log_ratios.size)
        for _ in range(MOST_STEPS):
            sums, means = self._weigh(at)
            found = sums[:, 1] - sums[:, 0]
            slopes = means[:, 1] - means[:, 0]
            # A distribution of one count has no slope, and the same mean at any log odds ratio.
            steps = np.divide(log_ratios - found, slopes, out=np.zeros(at.size), where=slopes > 0)
            before, at = at, np.clip(at + steps, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
            if np.abs(at - before).max() < PRECISION:
                break
        above = special.expit(found)
        return self._observed + above * means[:, 1] + (1 - above) * means[:, 0]

    def _weigh(self, log_odds_ratios: Floats) -> tuple[Floats, Floats]:
        """Return the logarithm of both tails, and their mean counts above the observed one."""
        weights = self._counts * np.repeat(np.repeat(log_odds_ratios, 2), self._sizes)
        weights += self._logs
        # On a scale on which the largest of a tail is 1.
        largest = np.maximum.reduceat(weights, self._starts)
        weights -= np.repeat(largest, self._sizes)
        np.exp(weights, out=weights)
        sums = np.add.reduceat(weights, self._starts)
        weights *= self._counts
        means = np.add.reduceat(weights, self._starts) / sums
        return (largest + np.log(sums)).reshape(-1, 2), means.reshape(-1, 2)

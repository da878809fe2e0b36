"""Shrink the rates of agents toward what is expected of their colleagues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import special
from .binomial import log_pmf, log_pmf_of_beta
from .counts import (
    Floats,
    Numbers,
    as_counts,
    as_floats,
    in_shape_of,
    require_between_0_and_1,
    require_same_index,
)

LARGEST_SIZE_RATIO = 20  # a prior worth more than this many times the largest count has no spread
SMALLEST_SIZE = 0.01  # of the prior: so few ratings shrink nothing


@dataclass(frozen=True)
class ShrunkenRates:
    """Result of `shrink_rates`.

    Attributes
    ----------
    n : int
        Agents with ratings and an expectation.
    detectable : bool
        Whether the agents differ from their expectations by more than chance.
    p_value : float
        Likelihood-ratio test against no spread; nan if there is nothing to compare.
    size : float
        Ratings that the expectation is worth; nan unless `detectable`.
    estimate, low, high : Numbers
        Shrunken shares with their intervals, in the shape of the counts; nan unless `detectable`.
    """

    n: int
    detectable: bool
    p_value: float
    size: float
    estimate: Numbers
    low: Numbers
    high: Numbers


def shrink_rates(
    good: Numbers, rated: Numbers, *, toward: Numbers, level: float = 0.95, detectable_p: float = 0.05
) -> ShrunkenRates:
    """Shrink each agent's rate toward an expected rate, the more the fewer ratings it has.

    Parameters
    ----------
    good, rated : counts
        Ratings per agent.
    toward : array or Series
        Expected share of each agent, for example the share of the agent's own group; nan leaves an agent out.
    level : float
        Level of the intervals.
    detectable_p : float
        Largest p value at which anything is estimated.

    Returns
    -------
    ShrunkenRates

    Raises
    ------
    ValueError
        If counts are impossible or indexes differ.

    Notes
    -----
    Beta-binomial model: the true rate of an agent with expectation m is Beta(m s, (1 - m) s). The size s is
    fitted by marginal maximum likelihood; the estimate is (good + m s) / (rated + s), its interval the quantiles
    of the posterior (Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.1). The interval takes s as
    known, so it is a little narrow with few agents.

    Without real differences s grows without limit, and every agent would get the expected rate with no doubt
    at all. So nothing is estimated if s exceeds 20 times the largest count, or if the likelihood-ratio test
    against no spread gives a p value above `detectable_p`. No spread is the edge of what s can be, so p is half
    of the chi-squared tail.

    Examples
    --------
    >>> rates = shrink_rates([30, 55, 45, 58], [60, 60, 60, 60], toward=[0.78] * 4)
    >>> rates.estimate.round(2).tolist()
    [0.52, 0.91, 0.75, 0.95]
    """
    require_between_0_and_1(level=level, detectable_p=detectable_p)
    require_same_index(good=good, rated=rated, toward=toward)
    goods, totals = as_counts(good, rated)
    means = np.broadcast_to(as_floats(toward), goods.shape)
    known = (totals > 0) & (means > 0) & (means < 1)
    size, p_value = fit_size(goods[known], totals[known], means[known])
    detectable = bool(p_value <= detectable_p and size <= LARGEST_SIZE_RATIO * totals.max())
    prior = np.where(known, size if detectable else np.nan, np.nan)
    a, b = means * prior + goods, (1 - means) * prior + totals - goods
    tail = (1 - level) / 2
    ends = (a / (a + b), special.betaincinv(a, b, tail), special.betainccinv(a, b, tail))
    estimate, low, high = (in_shape_of(end, good, rated) for end in ends)
    return ShrunkenRates(
        n=int(known.sum()),
        detectable=detectable,
        p_value=p_value,
        size=size if detectable else np.nan,
        estimate=estimate,
        low=low,
        high=high,
    )


def fit_size(good: Floats, rated: Floats, means: Floats) -> tuple[float, float]:
    """Return the maximum-likelihood size of the prior, and p of the test that there is no spread."""
    from scipy.optimize import minimize_scalar

    if good.size < 2:
        return np.nan, np.nan

    def loss(log_size: float) -> float:
        size = np.exp(log_size)
        return float(-log_pmf_of_beta(good, rated, means * size, (1 - means) * size).sum())

    bounds = np.log(SMALLEST_SIZE), np.log(1000 * rated.max())
    fit = minimize_scalar(loss, bounds=bounds, method="bounded")
    gain = -fit.fun - log_pmf(good, rated, means).sum()
    return float(np.exp(fit.x)), float(special.chdtrc(1, 2 * max(gain, 0.0)) / 2)

"""Agents beside one another: whether they differ at all, their shrunken rates, whether one stands out.

Nothing here orders people. Two questions have separate answers: "the agents differ" (a spread that chance
does not explain) and "this agent differs" (one exact test each, corrected for their number). With many agents
of few ratings the first can be certain while the second points at nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import beta, betabinom, binom, binomtest, chi2

from .counts import Floats, Numbers, as_counts, in_shape_of, require_between_0_and_1, share

LARGEST_SIZE_RATIO = 20  # alpha + beta beyond this many times the largest count means: no spread


class BetaPrior(NamedTuple):
    """Spread of the true rates between agents: Beta(alpha, beta), with mean alpha / (alpha + beta)."""

    alpha: float
    beta: float


@dataclass(frozen=True)
class ShrunkenRates:
    """Rates of agents, each drawn toward the common rate the more, the fewer its ratings.

    n: agents with ratings; common_rate: good / rated of all; detectable: whether the agents differ by more
    than chance; p_value: of the test against one common rate, nan if there is nothing to compare.
    prior, estimate, low, high: nan unless detectable; the last three are shares, one per agent, and nan for
    an agent without ratings. note: "" or why nothing is estimated.
    """

    n: int
    common_rate: float
    detectable: bool
    p_value: float
    prior: BetaPrior
    estimate: Numbers
    low: Numbers
    high: Numbers
    note: str


def shrunken_rates(
    good: Numbers, rated: Numbers, *, level: float = 0.95, detectable_p: float = 0.05
) -> ShrunkenRates:
    """Beta-binomial (empirical Bayes) rates of agents, unless chance alone explains their spread.

    good, rated: counts per agent. The prior is fitted by marginal maximum likelihood; estimate and interval
    are the mean (good + alpha) / (rated + alpha + beta) and the quantiles of Beta(alpha + good, beta + bad).
    Shares, same shape; nan for an agent without ratings. The interval takes the prior as known, so it
    is a little narrow with few agents.
    Guard: without real differences the fit runs to a prior without width, and every agent would get the same
    rate with no doubt at all. So nothing is estimated if alpha + beta exceeds 20 times the largest count or
    the likelihood-ratio test against one common rate gives p > detectable_p, where p is half of the chi-squared tail
    (one degree of freedom) of twice the gain in log-likelihood: no spread is the edge of what can be.
    Raises ValueError for impossible counts. Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.1.
    """
    require_between_0_and_1(level=level)
    goods, totals = as_counts(good, rated)
    known = totals > 0
    prior, p_value = fitted_prior(goods[known], totals[known])
    detectable = bool(p_value <= detectable_p and sum(prior) <= LARGEST_SIZE_RATIO * totals.max())
    if not detectable:
        prior = BetaPrior(np.nan, np.nan)
    bads = np.where(known, totals - goods, np.nan)
    posterior, tail = beta(prior.alpha + goods, prior.beta + bads), (1 - level) / 2
    return ShrunkenRates(
        n=int(known.sum()),
        common_rate=float(share(goods.sum(), totals.sum())),
        detectable=detectable,
        p_value=p_value,
        prior=prior,
        estimate=in_shape_of(posterior.mean(), good, rated),
        low=in_shape_of(posterior.ppf(tail), good, rated),
        high=in_shape_of(posterior.isf(tail), good, rated),
        note="" if detectable else "no detectable differences between agents",
    )


def fitted_prior(good: Floats, rated: Floats) -> tuple[BetaPrior, float]:
    """Maximum-likelihood prior of the rates, and p of the test that they are all one."""
    if good.size < 2 or good.sum() in (0, rated.sum()):
        return BetaPrior(np.nan, np.nan), np.nan
    common_rate = good.sum() / rated.sum()
    # Searched on the scale of logit(mean), log(size), from the moments of the raw rates.
    start = moment_prior(good, rated)
    fit = minimize(
        lambda at: -betabinom.logpmf(good, rated, *prior_at(at)).sum(),
        x0=[logit(start.alpha / sum(start)), np.log(sum(start))],
        method="L-BFGS-B",
        bounds=[(-15, 15), (np.log(0.01), np.log(1000 * rated.max()))],
    )
    gain = -fit.fun - binom.logpmf(good, rated, common_rate).sum()
    # No spread is the edge of what the prior can be, hence half of the chi-squared tail.
    return prior_at(fit.x), float(chi2.sf(2 * max(gain, 0.0), df=1) / 2)


def prior_at(point: Floats) -> BetaPrior:
    """Return the prior whose mean has logit point[0] and whose size alpha + beta has logarithm point[1]."""
    mean, size = expit(point[0]), np.exp(point[1])
    return BetaPrior(float(mean * size), float((1 - mean) * size))


def moment_prior(good: Floats, rated: Floats) -> BetaPrior:
    """Return the prior with the mean and variance of the raw rates: a start for the search."""
    rates = good / rated
    mean = np.clip(rates.mean(), 0.001, 0.999)
    size = mean * (1 - mean) / max(rates.var(ddof=1), 1e-6) - 1
    size = np.clip(size, 0.1, 100 * rated.max())
    return BetaPrior(float(mean * size), float((1 - mean) * size))


def exact_p_values(good: Numbers, rated: Numbers, *, rate: float | None = None) -> Numbers:
    """Two-sided exact binomial p per agent against a rate (default: good / rated of all together).

    The probability, under the rate, of all counts of good ratings no likelier than the one observed.
    good, rated: counts, same shape; the result has it too. nan where rated is 0.
    Raises ValueError for impossible counts or a rate outside [0, 1].

    >>> round(exact_p_values(12, 20, rate=0.85), 4)
    0.0059
    """
    goods, totals = as_counts(good, rated)
    against = float(share(goods.sum(), totals.sum())) if rate is None else rate
    p_values = [
        binomtest(int(k), int(n), against).pvalue if n else np.nan
        for k, n in zip(goods.flat, totals.flat, strict=True)
    ]
    return in_shape_of(np.reshape(p_values, goods.shape), good, rated)

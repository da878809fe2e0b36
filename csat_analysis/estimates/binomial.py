"""The binomial distribution by scipy.special: scipy.stats has it as well, and takes a second to import."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import special
from .counts import Floats


def at_most(k: Floats | int, n: Floats | int, p: Floats | float) -> Floats:
    """Return the probability of at most k of n."""
    return np.select([k < 0, k >= n], [0.0, 1.0], special.betaincc(k + 1, n - k, p))


def more_than(k: Floats | int, n: Floats | int, p: Floats | float) -> Floats:
    """Return the probability of more than k of n."""
    return np.select([k < 0, k >= n], [1.0, 0.0], special.betainc(k + 1, n - k, p))


def log_pmf(k: Floats | int, n: Floats | int, p: Floats | float) -> Floats:
    """Return the log of the probability of exactly k of n."""
    ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)


def log_pmf_of_beta(k: Floats, n: Floats, a: Floats, b: Floats) -> Floats:
    """Return the log of the probability of exactly k of n where p has a beta distribution."""
    ways = -np.log(n + 1) - special.betaln(n - k + 1, k + 1)
    return ways + special.betaln(k + a, n - k + b) - special.betaln(a, b)


def limits(n: int, p: float, tail: float) -> tuple[int, int]:
    """Return the smallest k with at least `tail` at or below it, and the smallest with at most `tail` above it."""
    low = _smallest(lambda k: bool(at_most(k, n, p) >= tail), special.bdtrik(tail, n, p))
    high = _smallest(lambda k: bool(more_than(k, n, p) <= tail), special.bdtrik(1 - tail, n, p))
    return low, high


def _smallest(holds: Callable[[int], bool], near: float) -> int:
    """Return the smallest count for which a condition holds that holds from there on."""
    k = int(max(0.0, np.nan_to_num(near)))
    while k > 0 and holds(k - 1):
        k -= 1
    while not holds(k):
        k += 1
    return k

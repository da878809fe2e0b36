"""Case mix: bad ratings observed against those expected, had every kind of ticket gone at its usual rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .counts import (
    Floats,
    Numbers,
    as_counts,
    as_floats,
    in_shape_of,
    require_same_index,
    share,
    whole_counts,
    z_value,
)


class ObservedOverExpected(NamedTuple):
    """Observed over expected: 1 means as expected for this mix, 1.2 a fifth more."""

    estimate: Numbers
    low: Numbers
    high: Numbers


def expected_bad(good: Numbers, rated: Numbers) -> Floats:
    """Bad ratings expected per agent, if every stratum had its overall rate.

    The sum, over strata, of the agent's ratings there times the share of bad ones among all ratings there.
    good, rated: counts of shape (agents, strata). Returns shape (agents,), with the sum of all bad ratings.
    Choose strata fixed before the agent acts (channel, topic, language), never the reply time.
    Raises ValueError for impossible counts or another shape.

    >>> expected_bad([[8, 1], [4, 3]], [[10, 2], [5, 3]]).round(2).tolist()
    [2.4, 1.6]
    """
    goods, totals = as_counts(good, rated)
    if totals.ndim != 2:
        raise ValueError(f"counts must have shape (agents, strata); got {totals.ndim} dimensions")
    bad_rates = share((totals - goods).sum(axis=0), totals.sum(axis=0))
    return totals @ np.nan_to_num(bad_rates)  # a stratum without ratings expects none


def observed_over_expected(
    observed: Numbers, expected: Numbers, *, level: float = 0.95
) -> ObservedOverExpected:
    """Ratio of an observed count to its expectation, with Byar's limits.

    O (1 - 1 / 9O - z / 3 sqrt(O))^3 / E to P (1 - 1 / 9P + z / 3 sqrt(P))^3 / E with P = O + 1; 0 at the lower end
    where nothing was observed.
    observed: counts; expected: numbers above 0 of the same shape. Returns (estimate, low, high), same shape;
    nan where expected is 0 (nothing was at stake). Raises ValueError for impossible numbers.

    >>> [round(x, 2) for x in observed_over_expected(65, 50.0)]
    [1.3, 1.0, 1.66]

    Byar's approximation: Breslow & Day 1987, Statistical Methods in Cancer Research II, p. 69.
    """
    require_same_index(observed=observed, expected=expected)
    z = z_value(level)
    counts, expectations = np.broadcast_arrays(whole_counts(observed, "observed"), as_floats(expected))
    if not (expectations >= 0).all():
        raise ValueError("expected must be 0 or more and not missing")
    above = counts + 1
    low = counts * (1 - 1 / (9 * np.maximum(counts, 1)) - z / (3 * np.sqrt(np.maximum(counts, 1)))) ** 3
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    ratios = (share(part, expectations) for part in (counts, np.maximum(low, 0), high))
    return ObservedOverExpected(*(in_shape_of(ratio, observed, expected) for ratio in ratios))

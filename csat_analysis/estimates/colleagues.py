"""Compare each agent with colleagues: the other agents of the same strata, such as one group in one month.

Groups differ, and everybody in a group is rated lower while the group is. So agents are compared within a
group, and only in the months in which they had ratings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import special
from .conditional import GoodRatings, mean_count, mean_count_limits, spread, usual_counts
from .counts import Floats, Numbers, require_between_0_and_1, share
from .outliers import (
    Cells,
    Flags,
    Tests,
    adjust_family,
    count_colleagues,
    find_outliers,
    merge_cells,
    p_values,
    sum_by,
)

MINIMUM_RATINGS = 20  # of an agent, and of the agent's colleagues, for a test
FAR = 2.0  # standard deviations of a count from its mean, from which on their ratio gives the size of a difference


@dataclass(frozen=True)
class Colleagues:
    """Result of `compare_with_colleagues`.

    Attributes
    ----------
    table : DataFrame
        One row per agent in order of first appearance; the index holds the labels. Columns:

        - `good`, `n`: ratings of the agent in all strata.
        - `good_compared`, `n_compared`: those in strata where colleagues have ratings too.
        - `n_like`: ratings of these colleagues; agents named as different are left out of it.
        - `expected`: share of good ratings of the colleagues, weighted by the agent's ratings per stratum.
        - `difference`, `difference_low`, `difference_high`: the agent's share minus `expected`.
        - `chance_low`, `chance_high`: the differences that the test puts down to chance. `difference` lies outside
          exactly if the agent is named or differs from the only colleague; nan if not tested.
        - `p_value`, `adjusted_p`: two-sided mid-p, and after Benjamini-Hochberg among the agent and all who are not
          named; nan if not tested.
        - `named`: -1 (lower than the colleagues), 1 (higher) or 0.
        - `differs_from`: if not None, the only colleague whom the agent could be compared with: the two differ
          from each other, and neither is named.
    level : float
        Level of the intervals of agents who are not named. An interval leaves out 0 exactly if its agent is named or
        differs from the only colleague.
    tested : int
        Number of agents tested.
    """

    table: pd.DataFrame
    level: float
    tested: int


class Adjusted(NamedTuple):
    """One entry per agent: adjusted p value, and the largest p value at which the agent is found to differ."""

    p_values: Floats
    thresholds: Floats


def compare_with_colleagues(
    agents: Numbers,
    strata: Numbers,
    good: Numbers,
    rated: Numbers,
    *,
    false_discovery_rate: float = 0.01,
    minimum_ratings: int = MINIMUM_RATINGS,
    inflation: pd.Series | None = None,
) -> Colleagues:
    """Compare each agent with the other agents of the same strata and name those who differ.

    Given the good ratings of each stratum, the good ratings of an agent who is like the colleagues are a sum of
    hypergeometric counts. The two-sided mid-p value under this exact distribution is corrected for the number
    of agents by Benjamini-Hochberg. Because an outlier makes its colleagues look different too, the search is
    stepwise: the agent furthest out is named and leaves the reference, the others are tested again and adjusted for
    their own number.

    Parameters
    ----------
    agents, strata : sequences of labels
        One row per agent and stratum, for example a group and a month.
    good, rated : counts
        Ratings of that agent in that stratum.
    false_discovery_rate : float
        Level of each step: about the chance that anybody is named who differs by chance only, and so at least as strict
        as a false discovery rate.
    minimum_ratings : int
        Ratings that an agent, and the agent's colleagues, need for a test.
    inflation : Series, optional
        Design effect by agent label: variance relative to independent ratings, 1 or more. z values are divided by the
        root of that of the difference between the agent and the colleagues.

    Returns
    -------
    Colleagues
        A table with one row per agent. An agent without colleagues has nan and is not tested.

    Raises
    ------
    ValueError
        If counts are impossible or the columns differ in length.

    Notes
    -----
    The difference is directly standardised: sum of n_s (p_s - r_s) over the sum of n_s, with n_s and p_s the
    agent's ratings and share in stratum s, and r_s the share of the colleagues there. Its interval comes from
    the mid-p limits of the common odds ratio (Fisher's noncentral hypergeometric distribution): each limit is
    expressed as the number of good ratings expected at that odds ratio, and rescaled to the difference. With a
    single stratum this is exact conditional inference for a 2 x 2 table; with several, that of Gart 1970,
    Biometrika 57:471-475.

    Benjamini-Hochberg over all agents at once would let one agent who really is lower double the chance that a
    colleague is named with it: the share of false names is then small, but not the chance of one. Simulated with one
    agent 15 points lower among 24, colleagues are named in 0.7 instead of 1.1 % of reports, and the agent as often.

    An agent whose strata disagree so much that test and difference point to different
    sides is not named.

    Examples
    --------
    >>> names, counts = ["Ana", "Ben", "Cleo", "Dora", "Emil"], [420, 540, 540, 540, 540]
    >>> found = compare_with_colleagues(names, ["Billing"] * 5, counts, [600] * 5).table
    >>> found["named"].to_dict()
    {'Ana': -1, 'Ben': 0, 'Cleo': 0, 'Dora': 0, 'Emil': 0}
    >>> round(found.loc["Ana", "difference"], 2)
    np.float64(-0.2)
    """
    require_between_0_and_1(false_discovery_rate=false_discovery_rate)
    cells, labels = merge_cells(agents, strata, good, rated, inflation)
    tests = find_outliers(cells, len(labels), false_discovery_rate, minimum_ratings)
    adjusted = adjust_stepwise(tests, false_discovery_rate)
    differs = adjusted.p_values <= false_discovery_rate
    table = describe(cells, tests, adjusted.thresholds, differs)
    table["p_value"] = p_values(tests)
    table["adjusted_p"] = adjusted.p_values
    table["named"] = np.where(differs & ~tests.in_reference, np.sign(tests.z), 0).astype(int)
    paired = np.where(differs & tests.in_reference, tests.only_colleague, -1)
    table["differs_from"] = pd.Series(
        [labels[other] if other >= 0 else None for other in paired], dtype=object
    )
    tested = int((~np.isnan(adjusted.p_values)).sum())
    return Colleagues(table.set_index(labels), 1 - float(adjusted.thresholds.min(initial=1.0)), tested)


def adjust_stepwise(tests: Tests, rate: float) -> Adjusted:
    """Adjust the p value of each agent for the number of open agents and itself."""
    p_of_open, threshold = adjust_family(tests, tests.is_open, rate)
    adjusted, thresholds = p_of_open.copy(), np.full(p_of_open.size, threshold)
    for agent in np.flatnonzero(~tests.is_open):
        family = tests.is_open.copy()
        family[agent] = True
        p_of_family, thresholds[agent] = adjust_family(tests, family, rate)
        adjusted[agent] = p_of_family[agent]
    return Adjusted(adjusted, thresholds)


def describe(cells: Cells, tests: Tests, thresholds: Floats, differs: Flags) -> pd.DataFrame:
    """Return counts, expectation, difference with its interval, and limits of chance, one row per agent."""
    good, rated, _ = count_colleagues(cells, tests.in_reference)
    shared = (rated > 0) & (cells.rated > 0)

    def add_up(values: Floats) -> Floats:
        return sum_by(cells.agent[shared], values[shared], tests.z.size)

    compared = add_up(cells.rated)
    expected = share(add_up(cells.rated * share(good, rated)), compared)
    table = pd.DataFrame(
        {
            "good": sum_by(cells.agent, cells.good, tests.z.size).astype(int),
            "n": sum_by(cells.agent, cells.rated, tests.z.size).astype(int),
            "good_compared": add_up(cells.good).astype(int),
            "n_compared": compared.astype(int),
            "n_like": add_up(rated).astype(int),
            "expected": expected,
            "difference": share(add_up(cells.good), compared) - expected,
        }
    )
    variance = hypergeometric_variance(good + cells.good, rated + cells.rated, cells.rated)
    scale = share(add_up(variance * share(rated + cells.rated, rated)), add_up(variance))
    tails = special.ndtr(special.ndtri(thresholds / 2) * np.sqrt(tests.inflation))
    ends = mean_count_limits(tests.moved, table["good_compared"].to_numpy(), tails)
    rows = zip(tests.distributions, table.itertuples(), scale, tails, ends, differs, strict=True)
    limits = [limits_of_agent(*row) for row in rows]
    names = [f"{name}_{end}" for name in ("difference", "chance") for end in ("low", "high")]
    table[names] = np.reshape(limits, (-1, len(names)))
    return table


def hypergeometric_variance(good: Floats, rated: Floats, of_agent: Floats) -> Floats:
    """Return the variance of an agent's good ratings, given the totals of the stratum."""
    bad = rated - good
    pairs = np.maximum(1.0, rated**2 * (rated - 1))
    return np.asarray(of_agent * (rated - of_agent) * good * bad / pairs, dtype=float)


def limits_of_agent(
    distribution: GoodRatings | None, row: Any, scale: float, tail: float, ends: Floats, differs: bool
) -> tuple[float, ...]:
    """Return the limits of one agent's difference, and the differences between which chance would put it.

    scale: difference of shares per unit of (good - mean) / n, averaged over the strata. It is used where the
    agent's count does not lie far from its mean, because their ratio says little there. ends: see
    `mean_count_limits`. differs: whether the test names the agent.
    """
    if distribution is None:
        return (np.nan,) * 4
    good, difference, middle = row.good_compared, row.difference, mean_count(distribution)
    far = differs or abs(good - middle) > FAR * spread(distribution)
    own_scale = difference * row.n_compared / (good - middle) if far else 0.0
    per_rating = (own_scale if own_scale > 0 else np.nan_to_num(scale, nan=1.0)) / row.n_compared
    low, high = (difference + per_rating * (count - good) for count in ends)
    chance_low, chance_high = (per_rating * (count - middle) for count in usual_counts(distribution, tail))
    if not differs:
        low, high = min(low, 0.0), max(high, 0.0)
        chance_low, chance_high = min(chance_low, difference), max(chance_high, difference)
    return tuple(np.clip([low, high, chance_low, chance_high], -1.0, 1.0))

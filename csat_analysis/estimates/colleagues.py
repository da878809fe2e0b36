"""Compare each agent with colleagues: the other agents of the same strata, such as one group in one month.

Groups differ, and everybody in a group is rated lower while the group is. So agents are compared within a
group, and only in the months in which they had ratings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import special
from .conditional import (
    GoodRatings,
    convolve,
    hypergeometric,
    mean_count,
    mean_count_limits,
    mid_p_tails,
    move_to,
    spread,
    usual_counts,
)
from .counts import Floats, Numbers, as_counts, as_floats, require_between_0_and_1, share
from .false_discovery import benjamini_hochberg

MINIMUM_RATINGS = 20  # of an agent, and of the agent's colleagues, for a test
SMALLEST_TAIL = 1e-290  # smaller tails are set to it: z values stay finite
Codes = NDArray[np.int_]
Flags = NDArray[np.bool_]


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


@dataclass
class Cells:
    """Counts per agent and stratum. Labels are codes from 0; `inflation` is per agent."""

    agent: Codes
    stratum: Codes
    good: Floats
    rated: Floats
    inflation: Floats


@dataclass
class Tests:
    """State of the stepwise search: one entry per agent."""

    in_reference: Flags
    inflation: Floats  # of the difference between an agent and the colleagues
    z: Floats
    only_colleague: Codes
    distributions: list[GoodRatings | None]
    moved: list[GoodRatings | None]  # those that limits are found from, see `move_to`

    @property
    def is_open(self) -> Flags:
        """Whether an agent was not found to differ yet, from all colleagues or from the only one."""
        return self.in_reference & (self.only_colleague < 0)


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


def merge_cells(
    agents: Numbers, strata: Numbers, good: Numbers, rated: Numbers, inflation: pd.Series | None
) -> tuple[Cells, pd.Index]:
    """Check the columns and add up rows of one agent and stratum."""
    goods, totals = as_counts(np.asarray(good), np.asarray(rated))
    codes, labels = pd.factorize(pd.Series(agents), use_na_sentinel=False)
    places, _ = pd.factorize(pd.Series(strata), use_na_sentinel=False)
    if not codes.size == places.size == goods.size:
        lengths = f"{codes.size}, {places.size} and {goods.size}"
        raise ValueError(f"agents, strata and counts must have one length; got {lengths}")
    strata_in_all = int(places.max(initial=-1)) + 1
    cell, row = np.unique(codes * strata_in_all + places, return_inverse=True)
    factors = np.ones(len(labels))
    if inflation is not None:
        factors = np.maximum(1.0, inflation.reindex(labels).fillna(1.0).to_numpy(dtype=float))
    cells = Cells(
        agent=cell // max(1, strata_in_all),
        stratum=cell % max(1, strata_in_all),
        good=sum_by(row, goods, cell.size),
        rated=sum_by(row, totals, cell.size),
        inflation=factors,
    )
    return cells, pd.Index(labels)


def find_outliers(cells: Cells, agents: int, rate: float, minimum_ratings: int) -> Tests:
    """Take the agent furthest out of the reference and test the others again, until none is left over."""
    tests = Tests(
        in_reference=np.ones(agents, dtype=bool),
        inflation=cells.inflation.copy(),
        z=np.full(agents, np.nan),
        only_colleague=np.full(agents, -1),
        distributions=[None] * agents,
        moved=[None] * agents,
    )
    update_tests(cells, tests, np.arange(agents), minimum_ratings)
    while (candidates := find_candidates(tests, rate)).size:
        furthest = candidates[np.argmax(np.abs(tests.z[candidates]))]
        other = find_only_colleague(cells, tests.in_reference, furthest, minimum_ratings)
        if other >= 0:
            tests.only_colleague[furthest] = other
            continue
        tests.in_reference[furthest] = False
        affected = np.unique(cells.agent[np.isin(cells.stratum, strata_of(cells, furthest))])
        update_tests(cells, tests, affected, minimum_ratings)
    return tests


def find_candidates(tests: Tests, rate: float) -> Codes:
    """Return the agents who differ, of those who were not found to differ in a step before."""
    adjusted, _ = adjust_family(tests, tests.is_open, rate)
    return np.flatnonzero(adjusted <= rate)


def update_tests(cells: Cells, tests: Tests, agents: Codes, minimum_ratings: int) -> None:
    """Test agents against the reference as it is now."""
    good, rated, inflated = count_colleagues(cells, tests.in_reference)
    shared = (rated > 0) & (cells.rated > 0) & np.isin(cells.agent, agents)
    size = tests.z.size
    own, like, inflated_like = (
        sum_by(cells.agent[shared], counts[shared], size) for counts in (cells.rated, rated, inflated)
    )
    inflation = inflation_of_difference(cells.inflation, own, share(inflated_like, like), like)
    expected = sum_by(cells.agent[shared], (cells.rated * share(good, rated))[shared], size)
    totals = ((good + cells.good)[shared], (rated + cells.rated)[shared], cells.rated[shared])
    parts = hypergeometric(*totals)
    ends = np.searchsorted(cells.agent[shared], np.arange(size + 1))
    goods = sum_by(cells.agent[shared], cells.good[shared], size)
    for agent in agents:
        tests.z[agent], tests.distributions[agent], tests.moved[agent] = np.nan, None, None
        if min(own[agent], like[agent]) >= max(1, minimum_ratings):
            mine = slice(ends[agent], ends[agent + 1])
            distribution = convolve(parts[mine])
            tests.distributions[agent] = distribution
            tests.moved[agent] = move_to(goods[agent], distribution, *(part[mine] for part in totals))
            tests.inflation[agent] = inflation[agent]
            z = signed_z(distribution, goods[agent]) / np.sqrt(inflation[agent])
            tests.z[agent] = z if z * (goods[agent] - expected[agent]) > 0 else 0.0


def inflation_of_difference(inflation: Floats, rated: Floats, other: Floats, other_rated: Floats) -> Floats:
    """Return the design effect of the difference of two rates, of which each has its own.

    Its variance is that of independent ratings, 1 / n + 1 / m, with each part multiplied by its design effect. So a
    customer who gave many of the colleagues' ratings makes nobody look different.
    """
    return share(inflation * other_rated + other * rated, rated + other_rated)


def signed_z(distribution: GoodRatings, good: float) -> float:
    """Return the normal quantile of the smaller mid-p tail: below 0 if fewer are good than expected."""
    lower, upper = mid_p_tails(distribution, good)
    z = special.ndtri(max(SMALLEST_TAIL, min(lower, upper, 0.5)))
    return float(z if lower < upper else -z)


def count_colleagues(cells: Cells, in_reference: Flags) -> tuple[Floats, Floats, Floats]:
    """Return good and rated of the colleagues of each cell's agent in its stratum, and rated times design effects."""
    kept = in_reference[cells.agent]
    rated = cells.rated * kept
    parts = (cells.good * kept, rated, rated * cells.inflation[cells.agent])
    good, like, inflated = (sum_by(cells.stratum, part, 0)[cells.stratum] - part for part in parts)
    return good, like, inflated


def sum_by(codes: Codes, values: Floats, size: int) -> Floats:
    """Return the sum of the values per code, for codes from 0 to at least `size` - 1."""
    return np.asarray(np.bincount(codes, weights=values, minlength=size), dtype=float)


def strata_of(cells: Cells, agent: int) -> Codes:
    """Return the strata in which an agent has ratings."""
    return cells.stratum[(cells.agent == agent) & (cells.rated > 0)]


def find_only_colleague(cells: Cells, in_reference: Flags, agent: int, minimum_ratings: int) -> int:
    """Return the colleague without whom too few ratings are left to compare with; -1 if there is none."""
    near = (
        np.isin(cells.stratum, strata_of(cells, agent)) & in_reference[cells.agent] & (cells.agent != agent)
    )
    by_agent = sum_by(cells.agent[near], cells.rated[near], in_reference.size)
    largest = int(np.argmax(by_agent))
    return largest if by_agent.sum() - by_agent[largest] < minimum_ratings else -1


def p_values(tests: Tests) -> Floats:
    """Return the two-sided p value of each agent; nan if not tested."""
    return 2 * special.ndtr(-np.abs(tests.z))


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


def adjust_family(tests: Tests, members: Flags, rate: float) -> tuple[Floats, float]:
    """Return p values after Benjamini-Hochberg among some agents, and the largest p value that is rejected."""
    adjusted = as_floats(benjamini_hochberg(np.where(members, p_values(tests), np.nan)))
    rejected, tested = int((adjusted <= rate).sum()), int((~np.isnan(adjusted)).sum())
    return adjusted, rate * max(1, rejected) / max(1, tested)


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
    agent's count lies so near its mean that their ratio says nothing. ends: see `mean_count_limits`. differs: whether
    the test names the agent.
    """
    if distribution is None:
        return (np.nan,) * 4
    good, difference, middle = row.good_compared, row.difference, mean_count(distribution)
    far = abs(good - middle) > 0.5 * spread(distribution)
    own_scale = difference * row.n_compared / (good - middle) if far else 0.0
    per_rating = (own_scale if own_scale > 0 else np.nan_to_num(scale, nan=1.0)) / row.n_compared
    low, high = (difference + per_rating * (count - good) for count in ends)
    chance_low, chance_high = (per_rating * (count - middle) for count in usual_counts(distribution, tail))
    if not differs:
        low, high = min(low, 0.0), max(high, 0.0)
        chance_low, chance_high = min(chance_low, difference), max(chance_high, difference)
    return tuple(np.clip([low, high, chance_low, chance_high], -1.0, 1.0))

"""Find agents who differ from their colleagues.

They are found one by one. An agent who was found no longer counts as a colleague of the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import special
from .conditional import GoodRatings, convolve, hypergeometric, mid_p_tails, move_to
from .counts import Floats, Numbers, as_counts, as_floats, share
from .false_discovery import benjamini_hochberg

SMALLEST_TAIL = 1e-290  # smaller tails are set to it: z values stay finite
Codes = NDArray[np.int_]
Flags = NDArray[np.bool_]


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
    """Return the colleague who gave most of the ratings to compare with, if the others have too few; else -1."""
    near = (
        np.isin(cells.stratum, strata_of(cells, agent)) & in_reference[cells.agent] & (cells.agent != agent)
    )
    by_agent = sum_by(cells.agent[near], cells.rated[near], in_reference.size)
    largest = int(np.argmax(by_agent))
    return largest if by_agent.sum() - by_agent[largest] < minimum_ratings else -1


def p_values(tests: Tests) -> Floats:
    """Return the two-sided p value of each agent; nan if not tested."""
    return 2 * special.ndtr(-np.abs(tests.z))


def adjust_family(tests: Tests, members: Flags, rate: float) -> tuple[Floats, float]:
    """Return p values after Benjamini-Hochberg among some agents, and the largest p value that is rejected."""
    adjusted = as_floats(benjamini_hochberg(np.where(members, p_values(tests), np.nan)))
    rejected, tested = int((adjusted <= rate).sum()), int((~np.isnan(adjusted)).sum())
    return adjusted, rate * max(1, rejected) / max(1, tested)

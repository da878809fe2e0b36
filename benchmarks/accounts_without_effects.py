"""Accounts in which nothing has an effect on ratings that a weekly report may claim, and accounts with one effect.

Drawn rating by rating, two years each: the first is the baseline, the second is read week by week. Everything that
real accounts have, and that a careless comparison takes for an effect, can be switched on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WEEKS, FIRST_REPORT = 104, 52
SHARES = np.array([0.28, 0.22, 0.18, 0.14, 0.11, 0.07])  # of the ratings, by group
ALIKE = np.full(6, 0.87)
UNALIKE = np.array([0.80, 0.83, 0.86, 0.88, 0.91, 0.94])
STAFF = (7, 5, 4, 3, 3, 2)  # agents per group
FALLING = 1  # the group that falls in accounts with a falling group
SATURDAY = 5  # days count from Monday, 0
REASONS = np.array([0.35, 0.25, 0.2, 0.12, 0.08])


@dataclass(frozen=True)
class Design:
    """What an account is like. Points are shares: 0.05 is five points."""

    rates: NDArray[np.float64] = field(default_factory=lambda: ALIKE)
    overdispersion: float = 1.0  # of the weeks of each group
    shared_weeks: bool = False  # all groups have good and bad weeks together
    ratings_per_customer: float = 1.0
    correlation: float = 0.0  # of ratings of one customer
    same_agent: float = 0.0  # chance that a customer's agent takes all of the customer's tickets
    season: float = 0.0  # amplitude of a yearly wave
    weekend: float = 0.0  # rates of Saturday and Sunday are lower by so much
    weekend_shifts: bool = False  # a third of the agents work at weekends, the others do not
    drifting_mix: float = 0.0  # spread of the yearly change of the logarithm of a group's share
    turnover: float = 0.0  # share of the staff that leaves, and is replaced, in a year
    fall: float = 0.0  # of one group, for good
    fall_week: int = FIRST_REPORT
    fall_turnover: float = 0.0  # share of that group's staff replaced within eight weeks around the fall
    worse_agent: int | None = None  # an agent that is lower than the colleagues
    worse_by: float = 0.0
    busiest: int | None = None  # an agent with five times the usual load
    slow_group: int | None = None  # first replies twice as slow from the first report on


@dataclass(frozen=True)
class Account:
    """Two years of ratings: one entry per rating in all arrays."""

    design: Design
    week: NDArray[np.int_]
    day: NDArray[np.int_]
    group: NDArray[np.int_]
    agent: NDArray[np.int_]
    customer: NDArray[np.int_]
    good: NDArray[np.bool_]
    chance: NDArray[np.float64]  # of a good rating
    reason: NDArray[np.int_]
    minutes: NDArray[np.float64]  # shape (3, ratings): first reply, requester wait, full resolution
    group_of_agent: NDArray[np.int_]


def make_account(design: Design, per_week: float, seed: int) -> Account:
    """Draw an account."""
    rng = np.random.default_rng(seed)
    week, group, customer, likes_it = draw_customers(rng, design, per_week)
    n = week.size
    day = rng.integers(0, 7, n)
    staff = Staff(rng, design)
    agent = staff.assign(rng, week, group, day, customer)
    chance = rate_of_each(rng, design, week, group, day)
    if design.worse_agent is not None:
        chance = chance - design.worse_by * (agent == design.worse_agent)
    good = likes_it < np.clip(chance, 0, 1)
    minutes = rng.lognormal((3.5, 5.0, 6.0), (1.2, 1.2, 1.3), (n, 3)).T.round()
    if design.slow_group is not None:
        slow = (group == design.slow_group) & (week >= FIRST_REPORT)
        minutes[0] = np.where(slow, 2 * minutes[0], minutes[0])
    return Account(
        design=design,
        week=week,
        day=day,
        group=group,
        agent=agent,
        customer=customer,
        good=good,
        chance=np.clip(chance, 0, 1),
        reason=rng.choice(REASONS.size, n, p=REASONS),
        minutes=minutes,
        group_of_agent=np.array(staff.groups),
    )


def draw_customers(rng: np.random.Generator, design: Design, per_week: float) -> tuple[NDArray[np.int_], ...]:
    """Return week, group and customer of each rating, and the quantile below which its chance makes it good.

    Quantiles of one customer are correlated as their ratings are to be: a customer draws from a fixed set of opinions
    with the probability that gives the intraclass correlation, and a new opinion otherwise.
    """
    customers = rng.poisson(per_week / design.ratings_per_customer, WEEKS)
    size = np.ones(customers.sum(), dtype=int)
    if design.ratings_per_customer > 1:
        size = rng.geometric(1 / design.ratings_per_customer, customers.sum())
    week_of_customer = np.repeat(np.arange(WEEKS), customers)
    group_of_customer = draw_groups(rng, design, week_of_customer)
    customer = np.repeat(np.arange(size.size), size)
    # The same opinion with probability sqrt(correlation) each: two ratings share it with probability correlation.
    kept = rng.random(customer.size) < np.sqrt(design.correlation)
    opinion = np.where(kept, rng.random(size.size)[customer], rng.random(customer.size))
    return week_of_customer[customer], group_of_customer[customer], customer, opinion


def draw_groups(rng: np.random.Generator, design: Design, week: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the group of each customer; shares may drift over the years."""
    slopes = rng.normal(0, design.drifting_mix, SHARES.size) if design.drifting_mix else np.zeros(SHARES.size)
    weights = SHARES * np.exp(np.outer((np.arange(WEEKS) - FIRST_REPORT) / 52, slopes))
    ends = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return (rng.random(week.size)[:, None] > ends[week]).sum(axis=1)


def rate_of_each(
    rng: np.random.Generator,
    design: Design,
    week: NDArray[np.int_],
    group: NDArray[np.int_],
    day: NDArray[np.int_],
) -> NDArray[np.float64]:
    """Return the chance of a good rating of each rating."""
    rates = np.broadcast_to(design.rates, (WEEKS, SHARES.size)).copy()
    if design.fall:
        rates[design.fall_week :, FALLING] -= design.fall
    volumes = np.bincount(week, minlength=WEEKS).mean() * SHARES
    if design.overdispersion > 1:
        rates = vary_weeks(rng, design, rates, volumes)
    if design.season:
        phase = rng.uniform(0, 2 * np.pi)
        rates = rates + design.season * np.sin(2 * np.pi * np.arange(WEEKS) / 52 + phase)[:, None]
    chance = rates[week, group]
    if design.weekend:
        chance = chance - design.weekend * (day >= SATURDAY) + design.weekend * 2 / 7
    return chance


def vary_weeks(
    rng: np.random.Generator, design: Design, rates: NDArray[np.float64], volumes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return rates that vary from week to week so much that counts have the wanted overdispersion."""
    if design.shared_weeks:
        size = (volumes.sum() - 1) / (design.overdispersion - 1) - 1
        mean = (rates * SHARES).sum(axis=1, keepdims=True)
        return np.clip(rates + rng.beta(mean * size, (1 - mean) * size) - mean, 0, 1)
    excess = design.overdispersion - 1
    size = np.maximum(volumes - 1, excess + 0.5) / excess - 1
    return rng.beta(rates * size, (1 - rates) * size)


class Staff:
    """Agents by group, with the weeks in which they work and their loads."""

    def __init__(self, rng: np.random.Generator, design: Design) -> None:
        self.design = design
        self.groups: list[int] = []
        self.first: list[int] = []
        self.last: list[int] = []
        self.load: list[float] = []
        for group, count in enumerate(STAFF):
            for _ in range(count):
                self.add_seat(rng, group)
        self.weekend = rng.random(len(self.groups)) < 1 / 3

    def add_seat(self, rng: np.random.Generator, group: int) -> None:
        """Add an agent, and the successors of the agent if the seat changes hands."""
        load = rng.gamma(4, 0.25)
        if self.design.busiest == len(self.groups):
            load = 5.0
        changes = np.sort(rng.uniform(0, WEEKS, rng.poisson(self.design.turnover * WEEKS / 52))).astype(int)
        if group == FALLING and rng.random() < self.design.fall_turnover:
            changes = np.array([self.design.fall_week + rng.integers(-4, 5)])
        starts = [0, *changes]
        for first, last in zip(starts, [*changes, WEEKS], strict=True):
            self.groups.append(group)
            self.first.append(int(first))
            self.last.append(int(last))
            self.load.append(load)

    def assign(
        self,
        rng: np.random.Generator,
        week: NDArray[np.int_],
        group: NDArray[np.int_],
        day: NDArray[np.int_],
        customer: NDArray[np.int_],
    ) -> NDArray[np.int_]:
        """Return the agent of each rating."""
        groups, first, last, load = (
            np.array(part) for part in (self.groups, self.first, self.last, self.load)
        )
        agent = np.full(week.size, -1)
        for one in range(SHARES.size):
            rows, members = np.flatnonzero(group == one), np.flatnonzero(groups == one)
            works = (first[members] <= week[rows, None]) & (week[rows, None] < last[members])
            weights = load[members] * works
            if self.design.weekend_shifts:
                at_weekend = day[rows] >= SATURDAY
                shift = np.where(at_weekend[:, None], self.weekend[members] + 1e-9, 1.0)
                weights = weights * shift
            ends = np.cumsum(weights, axis=1)
            drawn = rng.random(rows.size) * ends[:, -1]
            agent[rows] = members[(drawn[:, None] >= ends).sum(axis=1)]
        if self.design.same_agent:
            keeps = rng.random(customer.max() + 1)[customer] < self.design.same_agent
            _, first_rating = np.unique(customer, return_index=True)
            agent = np.where(keeps, agent[first_rating[customer]], agent)
        return agent

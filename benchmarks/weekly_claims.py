"""What the weekly reports of a year claim about an account, from counts through the estimates.

A claim is a new statement of a difference. What an earlier report has told of overlapping weeks is known and does not
count again: a lasting change once it is reported, and an agent or an association that one of the twelve reports before
named already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from accounts_without_effects import FIRST_REPORT, REASONS, SATURDAY, SHARES, WEEKS, Account
from numpy.typing import NDArray
from scipy.special import ndtr

from csat_analysis.estimates import (
    compare_with_target,
    correlation_of_choices,
    design_effect,
    difference_of_medians,
    find_lasting_changes,
    intraclass_correlation,
    newcombe_difference,
    overdispersion,
    week_inflation,
)
from csat_analysis.estimates.colleagues import adjust_stepwise
from csat_analysis.estimates.heterogeneity import heterogeneity_of
from csat_analysis.estimates.levels import SHARES as LEVELS
from csat_analysis.estimates.levels import Source, level_of
from csat_analysis.estimates.odds import (
    MINIMUM_CLUSTERS,
    Tickets,
    leave_out_alike,
    logit_slope,
    why_no_ratio,
)
from csat_analysis.estimates.outliers import find_outliers, merge_cells
from csat_analysis.estimates.tails import mid_p_z
from csat_analysis.estimates.week_spread import spread_from_z
from csat_analysis.estimates.weekly import MINIMUM_RATINGS, SIGMAS, judge_weeks

BEFORE, WINDOW, YEAR = 4, 12, 52
MIN_RATINGS, MIN_RATINGS_OF_AGENT = 10, 20
FEWEST_GROUPS = 5  # for a statement about the spread of groups
FIRST_DAY = np.datetime64("2024-01-01")  # a Monday


class Claim(NamedTuple):
    """A claim of one report: what about (-1: all ratings; else a group or an agent), and the direction."""

    week: int
    source: Source
    about: int
    direction: int


class Counts:
    """Counts of an account by week and group, by week and agent, and of customers."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.rated = tabulate(account.week, account.group, SHARES.size)
        self.good = tabulate(account.week, account.group, SHARES.size, account.good)
        month = (FIRST_DAY + 7 * account.week + account.day).astype("datetime64[M]").astype(int)
        self.time_of_agents = 2 * (month - month.min()) + (account.day >= SATURDAY)
        self.doublings = np.log2(1 + account.minutes[[0, 2]])
        self.clustered = np.unique(account.customer).size < account.customer.size
        self.rows = np.searchsorted(account.week, np.arange(WEEKS + 1))

    def slice(self, first: int, last: int) -> slice:
        """Return the ratings from a week up to, and without, another."""
        return slice(self.rows[first], self.rows[last])

    def with_all(self, counts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return counts with all ratings in a first column."""
        return np.column_stack([counts.sum(axis=1), counts])

    def squares(self, first: int, last: int, labels: NDArray[np.int_]) -> NDArray[np.float64]:
        """Return the sum of squared ratings per customer, by label of the rating."""
        rows = self.slice(first, last)
        pairs, sizes = np.unique([labels[rows], self.account.customer[rows]], axis=1, return_counts=True)
        return np.bincount(pairs[0], sizes.astype(float) ** 2, int(labels.max()) + 1)


def tabulate(
    week: NDArray[np.int_], column: NDArray[np.int_], columns: int, weights: NDArray[Any] | None = None
) -> NDArray[np.float64]:
    """Return counts of shape (weeks, columns)."""
    places = week * columns + column
    found = np.bincount(places, weights, WEEKS * columns).astype(float)
    return found.reshape(WEEKS, columns)


def claims_of(account: Account, *, weeks: int = WEEKS) -> list[Claim]:
    """Return the new claims of the weekly reports from the second year on, up to and without a week."""
    counts = Counts(account)
    table = find_lasting_changes(counts.with_all(counts.good), counts.with_all(counts.rated), whole=0).table
    changes = list(table.itertuples())
    found: list[Claim] = []
    told: dict[tuple[Source, int, int], int] = defaultdict(lambda: -WEEKS)
    for week in range(FIRST_REPORT, weeks):
        for claim in claims_of_report(counts, week, changes):
            repeats = claim.source in (
                Source.AGENTS, Source.AGENTS_DIFFER, Source.FIRST_REPLY, Source.RESOLUTION,
            )  # fmt: skip
            key = claim.source, claim.about, claim.direction
            if not repeats or week - told[key] >= WINDOW:
                found.append(claim)
            told[key] = week
    return found


def claims_of_report(counts: Counts, week: int, changes: Sequence[Any]) -> Iterator[Claim]:
    """Yield everything that the report of a week claims, repeated or not."""
    for change in changes:
        if change.reported == week and not change.is_shared:
            yield Claim(week, Source.LASTING, change.series - 1, change.direction)
    since = [change.since for change in changes if change.reported <= week and change.series == 0]
    yield from claims_of_changes(counts, week)
    yield from claims_of_week(counts, week, np.array(since, dtype=int))
    yield from claims_of_agents(counts, week)
    yield from claims_of_times(counts.account, counts, week)
    yield from claims_of_reasons(counts.account, counts, week)
    yield from claims_of_associations(counts.account, counts, week)
    yield from claims_of_targets(counts, week)


def claims_of_changes(counts: Counts, week: int) -> Iterator[Claim]:
    """Yield changes of all ratings and of groups, against the four weeks before, and whether groups differ."""
    good, rated = counts.with_all(counts.good), counts.with_all(counts.rated)
    new = good[week], rated[week]
    old = good[week - BEFORE : week].sum(axis=0), rated[week - BEFORE : week].sum(axis=0)
    year = slice(week - YEAR, week)
    effect, old_effect = design_effects(counts, week)
    judged = (new[1] >= MIN_RATINGS) & (old[1] >= MIN_RATINGS)
    usual = usual_weeks(good[year], rated[year])
    for source, columns in ((Source.CHANGE, [0]), (Source.GROUPS, np.arange(1, rated.shape[1]))):
        level = level_of(source, comparisons=int(judged[columns].sum()))
        inflation = np.ones(rated.shape[1])
        inflation[columns] = week_inflation(
            (good[year] * usual)[:, columns], (rated[year] * usual)[:, columns], level=level
        )
        found = newcombe_difference(
            *new,
            minus=old,
            level=level,
            inflation=np.maximum(effect, inflation),
            minus_inflation=np.maximum(old_effect, inflation),
        )
        sides = np.where(found.low > 0, 1, np.where(found.high < 0, -1, 0))
        yield from (
            Claim(week, source, one - 1, int(sides[one])) for one in columns if judged[one] and sides[one]
        )
    if judged[1:].sum() >= FEWEST_GROUPS and do_groups_differ(counts, week, usual[:, 1:], effect[1:]):
        yield Claim(week, Source.GROUPS_DIFFER, -1, 0)


def do_groups_differ(
    counts: Counts, week: int, usual: NDArray[np.bool_], effect: NDArray[np.float64]
) -> bool:
    """Return whether the rates of the groups in a week lie further apart than chance puts them."""
    level = level_of(Source.GROUPS_DIFFER)
    year = slice(week - YEAR, week)
    inflation = week_inflation(counts.good[year] * usual, counts.rated[year] * usual, level=level)
    found = overdispersion(counts.good[week], counts.rated[week], inflation=np.maximum(effect, inflation))
    return bool(not np.isnan(found.phi) and found.p_value <= 1 - level)


def usual_weeks(good: NDArray[np.float64], rated: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return per week and column whether the week lies within its limits: `judge_weeks` for several columns at once."""
    others = rated.sum(axis=0) - rated
    from_center = mid_p_z(good, rated, good.sum(axis=0) / rated.sum(axis=0))
    spread = [spread_from_z(*column).of_others for column in zip(from_center.T, rated.T, strict=True)]
    from_others = mid_p_z(good, rated, (good.sum(axis=0) - good + 0.5) / (others + 1))
    limit = SIGMAS * np.transpose(spread) * np.sqrt(1 + rated / others)
    with np.errstate(invalid="ignore"):
        return ~((np.abs(from_others) > limit) & (rated >= MINIMUM_RATINGS))


def design_effects(counts: Counts, week: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the design effects of all ratings and of each group, for this week and for the four weeks before."""
    if not counts.clustered:
        return np.ones(SHARES.size + 1), np.ones(SHARES.size + 1)
    correlation = correlation_of_year(counts, week)
    effects = []
    for first, last in ((week, week + 1), (week - BEFORE, week)):
        whole = counts.squares(first, last, np.zeros_like(counts.account.group))
        by_group = counts.squares(first, last, counts.account.group)
        rated = counts.with_all(counts.rated)[first:last].sum(axis=0)
        effects.append(design_effect(rated, np.r_[whole, by_group], correlation))
    return effects[0], effects[1]


def correlation_of_year(counts: Counts, week: int) -> float:
    """Return the intraclass correlation of the ratings of a customer in the year that ends with a week."""
    rows = counts.slice(week - YEAR + 1, week + 1)
    customer = counts.account.customer[rows] - counts.account.customer[rows].min()
    rated = np.bincount(customer)
    return intraclass_correlation(np.bincount(customer, counts.account.good[rows], rated.size), rated)


def claims_of_week(counts: Counts, week: int, since: NDArray[np.int_]) -> Iterator[Claim]:
    """Yield whether the week lies outside its limits; weeks before a known lasting change have a level of their own."""
    year = slice(week - YEAR + 1, week + 1)
    level = (np.arange(week - YEAR + 1, week + 1)[:, None] >= since).sum(axis=1)
    inflation = np.r_[np.ones(YEAR - 1), design_effects(counts, week)[0][0]]
    judged = judge_weeks(counts.good[year].sum(axis=1), counts.rated[year].sum(axis=1), level, inflation)
    if judged.alarm[-1]:
        yield Claim(week, Source.WEEK, -1, int(np.sign(judged.z[-1])))


def claims_of_agents(counts: Counts, week: int) -> Iterator[Claim]:
    """Yield agents who differ from their colleagues of twelve weeks, and whether any do."""
    first = week - WINDOW + 1
    rows = counts.slice(first, week + 1)
    account, times = counts.account, int(counts.time_of_agents.max()) + 1
    cell, place = np.unique(account.agent[rows] * times + counts.time_of_agents[rows], return_inverse=True)
    agent, rated = cell // times, np.bincount(place)
    strata = account.group_of_agent[agent] * times + cell % times
    rated_of_agent = np.bincount(agent, rated, account.group_of_agent.size)
    inflation = inflation_of_agents(counts, first, week + 1, rated_of_agent)
    cells, labels = merge_cells(agent, strata, np.bincount(place, account.good[rows]), rated, inflation)
    rate = LEVELS[Source.AGENTS] / 100
    tests = find_outliers(cells, len(labels), rate, MIN_RATINGS_OF_AGENT)
    differs = adjust_stepwise(tests, rate).p_values <= rate
    for place in np.flatnonzero(differs):
        yield Claim(week, Source.AGENTS, int(labels[place]), int(np.sign(tests.z[place])))
    whole = 1.0 if inflation is None else float(np.average(inflation, weights=rated_of_agent))
    differ = heterogeneity_of(cells, len(labels), whole)
    if differ.p_value <= 1 - level_of(Source.AGENTS_DIFFER):
        yield Claim(week, Source.AGENTS_DIFFER, -1, 0)


def inflation_of_agents(
    counts: Counts, first: int, last: int, rated: NDArray[np.float64]
) -> pd.Series | None:
    """Return the design effect of each agent's ratings."""
    if not counts.clustered:
        return None
    squares = counts.squares(first, last, counts.account.agent)
    squares = np.pad(squares, (0, rated.size - squares.size))
    return pd.Series(design_effect(rated, np.maximum(squares, rated), correlation_of_year(counts, last - 1)))


def claims_of_times(account: Account, counts: Counts, week: int) -> Iterator[Claim]:
    """Yield median times that changed."""
    now, before = counts.slice(week, week + 1), counts.slice(week - BEFORE, week)
    level = level_of(Source.TIMES, comparisons=len(account.minutes))
    for place, minutes in enumerate(account.minutes):
        is_longer = (minutes > np.median(minutes[now])).astype(int)
        inflation, inflation_before = effects_of_choices(counts, week, is_longer, np.full(minutes.size, True))
        found = difference_of_medians(
            minutes[now],
            minus=(minutes[before], 1),
            level=level,
            inflation=inflation,
            minus_inflation=inflation_before,
        )
        if found.low > 0 or found.high < 0:
            yield Claim(week, Source.TIMES, place, int(np.sign(found.estimate)))


def effects_of_choices(
    counts: Counts, week: int, choice: NDArray[np.int_], counted: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return the design effects of shares of choices, for this week and for the four weeks before."""
    if not counts.clustered:
        return 1.0, 1.0
    customer = counts.account.customer

    def sizes(first: int, last: int) -> NDArray[np.int_]:
        rows = counts.slice(first, last)
        return np.unique(customer[rows][counted[rows]], return_counts=True)[1]

    year = counts.slice(week - YEAR + 1, week + 1)
    people = np.unique(customer[year][counted[year]], return_inverse=True)[1]
    made = np.zeros((people.max(initial=-1) + 1, int(choice.max()) + 1))
    np.add.at(made, (people, choice[year][counted[year]]), 1)
    answers, alike = made.sum(axis=1), (made**2).sum(axis=1)
    correlation = correlation_of_choices(answers, alike, made @ made.sum(axis=0))
    spans = (week, week + 1), (week - BEFORE, week)
    new, old = (sizes(*span) for span in spans)
    return tuple(float(design_effect(one.sum(), (one**2).sum(), correlation)) for one in (new, old))


def claims_of_reasons(account: Account, counts: Counts, week: int) -> Iterator[Claim]:
    """Yield reasons that bad ratings gave more or less often."""
    now, before = counts.slice(week, week + 1), counts.slice(week - BEFORE, week)
    new, old = (
        np.bincount(account.reason[rows][~account.good[rows]], minlength=REASONS.size)
        for rows in (now, before)
    )
    if min(new.sum(), old.sum()) < MIN_RATINGS:
        return
    level = level_of(Source.REASONS, comparisons=int((new + old > 0).sum()))
    inflation, inflation_before = effects_of_choices(counts, week, account.reason, ~account.good)
    found = newcombe_difference(
        new,
        np.full(REASONS.size, new.sum()),
        minus=(old, np.full(REASONS.size, old.sum())),
        level=level,
        inflation=inflation,
        minus_inflation=inflation_before,
    )
    for place in np.flatnonzero(((found.low > 0) | (found.high < 0)) & (new + old > 0)):
        yield Claim(week, Source.REASONS, int(place), int(np.sign(found.estimate[place])))


def claims_of_associations(account: Account, counts: Counts, week: int) -> Iterator[Claim]:
    """Yield whether ratings of twelve weeks go with first reply and resolution times, within groups."""
    first = week - WINDOW + 1
    rows = counts.slice(first, week + 1)
    widening = 1.0
    if counts.clustered:
        (squares,) = counts.squares(first, week + 1, np.zeros_like(account.group))
        widening = np.sqrt(design_effect(rows.stop - rows.start, squares, correlation_of_year(counts, week)))
    for source, doublings in zip((Source.FIRST_REPLY, Source.RESOLUTION), counts.doublings, strict=True):
        tickets = Tickets(
            doublings[rows],
            account.good[rows].astype(float),
            np.ones(rows.stop - rows.start),
            account.group[rows],
            account.agent[rows],
        )
        tickets, _ = leave_out_alike(tickets)
        if why_no_ratio(tickets):
            continue
        clustered = np.unique(tickets.agent).size >= MINIMUM_CLUSTERS
        slope, error = logit_slope(tickets, clustered=clustered)
        if 2 * ndtr(-abs(slope / error / widening)) <= 1 - level_of(source):
            yield Claim(week, source, -1, int(np.sign(slope)))


def claims_of_targets(counts: Counts, week: int) -> Iterator[Claim]:
    """Yield targets of all ratings and of groups that are reached or missed, where the chances are exactly at them."""
    account, rows = counts.account, counts.slice(week, week + 1)
    expected = np.bincount(account.group[rows], account.chance[rows], SHARES.size)
    good, rated = counts.with_all(counts.good)[week], counts.with_all(counts.rated)[week]
    expected = np.r_[expected.sum(), expected]
    judged = rated >= MIN_RATINGS
    found = compare_with_target(
        good,
        rated,
        target=np.where(judged, expected / np.maximum(rated, 1), 0),
        level=level_of(Source.TARGETS, comparisons=int(judged.sum())),
        inflation=design_effects(counts, week)[0],
    )
    for place in np.flatnonzero(judged & (found.assurance != "cannot be told")):
        side = 1 if found.assurance[place] == "reached" else -1
        yield Claim(week, Source.TARGETS, int(place) - 1, side)

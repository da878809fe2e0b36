"""Odds ratio of a good rating per doubling of a time.

Hard tickets take long and disappoint, so an association does not say what would happen if times changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import special
from .counts import Floats, Numbers, require_same_index, z_value
from .times import rated_times

MINIMUM_CLUSTERS = 30  # with fewer agents clustered errors are too small
# Of Newton's method, on the scale of the logit.
MAXIMUM_STEPS = 50
SMALLEST_STEP = 1e-9
Codes = NDArray[np.int_]


class OddsRatio(NamedTuple):
    """Result of `odds_ratio_per_doubling`.

    n: tickets used; missing: tickets with a null; clusters: agents by whom errors are clustered, 0 where errors are
    plain; estimate: odds of a good rating after a doubling of the time, relative to before; low, high, p_value: nan
    where there is no ratio, and note says why.
    """

    n: int
    missing: int
    clusters: int = 0
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    note: str = ""


class Tickets(NamedTuple):
    """Tickets with a time and a rating: one entry per row in all arrays. Groups and agents are codes from 0."""

    doublings: Floats
    good: Floats
    rated: Floats
    group: Codes
    agent: Codes

    def take(self, rows: NDArray[np.bool_]) -> Tickets:
        """Return some of the rows."""
        return Tickets(
            self.doublings[rows], self.good[rows], self.rated[rows], self.group[rows], self.agent[rows]
        )


def odds_ratio_per_doubling(
    minutes: Numbers,
    good: Numbers,
    rated: Numbers = 1,
    *,
    groups: Numbers | None = None,
    agents: Numbers | None = None,
    level: float = 0.95,
) -> OddsRatio:
    """Return the odds ratio of a good rating per doubling of (1 + minutes), by logistic regression.

    Parameters
    ----------
    minutes, good, rated : arrays or Series
        One row per ticket (good is True or False, rated 1), or one per combination of minutes, group and agent with
        its counts. A row with a null in minutes or good is left out and its tickets counted.
    groups : labels, optional
        The ratio is then the one within groups. Groups whose ratings are all alike say nothing and are left out. A
        null is a group of its own.
    agents : labels, optional
        Errors are clustered by agent if there are 30 or more, else plain, which the note says.
    level : float
        Level of the interval.

    Returns
    -------
    OddsRatio
        nan, and a note, where no finite ratio fits the data.

    Raises
    ------
    ValueError
        If times are negative, counts impossible, or columns differ in length.

    Notes
    -----
    logit P(good) = level of the group + b log2(1 + minutes); the estimate is exp(b), its interval exp(b +- z se).
    Clustered errors: the sandwich of the scores summed by agent, times sqrt(A / (A - 1)) for A agents (Cameron & Miller
    2015, J Hum Res 50:317-372). Separated data, whose likelihood has no maximum: Albert & Anderson 1984, Biometrika
    71:1-10.

    Examples
    --------
    >>> found = odds_ratio_per_doubling([1, 3, 7, 15], [90, 85, 80, 70], [100] * 4)
    >>> round(found.estimate, 2), round(found.high, 2)
    (0.64, 0.81)
    """
    critical = z_value(level)
    tickets, missing = complete_tickets(minutes, good, rated, groups, agents)
    tickets, left_out = leave_out_alike(tickets)
    n = int(tickets.rated.sum())
    reason = why_no_ratio(tickets)
    if reason:
        return OddsRatio(n, missing, note=reason)
    known_agents = np.unique(tickets.agent).size if agents is not None else 0
    clusters = known_agents if known_agents >= MINIMUM_CLUSTERS else 0
    slope, error = logit_slope(tickets, clustered=clusters > 0)
    few = f"plain errors: clustering needs {MINIMUM_CLUSTERS} agents, here {known_agents}"
    notes = [
        f"groups left out because all their ratings are alike: {left_out}" if left_out else "",
        few if known_agents > clusters else "",
        "the fit did not converge" if np.isnan(slope) else "",
    ]
    return OddsRatio(
        n=n,
        missing=missing,
        clusters=clusters,
        estimate=float(np.exp(slope)),
        low=float(np.exp(slope - critical * error)),
        high=float(np.exp(slope + critical * error)),
        p_value=float(2 * special.ndtr(-abs(slope / error))),
        note="; ".join(filter(None, notes)),
    )


def complete_tickets(
    minutes: Numbers, good: Numbers, rated: Numbers, groups: Numbers | None, agents: Numbers | None
) -> tuple[Tickets, int]:
    """Return the tickets with a time and a rating, and the number of tickets without."""
    require_same_index(minutes=minutes, good=good, rated=rated, groups=groups, agents=agents)
    table, complete, missing = rated_times(minutes, good, rated)
    used = complete & (table["rated"] > 0).to_numpy()
    codes = [label_codes(name, labels, used) for name, labels in (("group", groups), ("agent", agents))]
    counts = [table[name].to_numpy()[used] for name in ("minutes", "good", "rated")]
    return Tickets(np.log2(1 + counts[0]), counts[1], counts[2], codes[0], codes[1]), missing


def label_codes(name: str, labels: Numbers | None, used: NDArray[np.bool_]) -> Codes:
    """Return codes from 0 for the labels of the rows used; 0 for all if there are no labels."""
    if labels is None:
        return np.zeros(int(used.sum()), dtype=int)
    if len(labels) != used.size:
        raise ValueError(f"{name}s must have one label per row; got {len(labels)} for {used.size}")
    return pd.factorize(pd.Series(labels)[used], use_na_sentinel=False)[0]


def leave_out_alike(tickets: Tickets) -> tuple[Tickets, int]:
    """Return the tickets of groups with good and with bad ratings, and the number of groups left out."""
    good = np.bincount(tickets.group, tickets.good)
    has_both = (good > 0) & (good < np.bincount(tickets.group, tickets.rated))
    kept = tickets.take(has_both[tickets.group])
    codes = np.cumsum(has_both) - 1
    return kept._replace(group=codes[kept.group]), int((~has_both).sum())


def why_no_ratio(tickets: Tickets) -> str:
    """Return why the likelihood of the tickets has no single maximum; "" if it has one."""
    if not tickets.rated.size:
        return "all ratings are alike: there is nothing to compare"
    goods = extremes_by_group(tickets, tickets.good > 0)
    bads = extremes_by_group(tickets, tickets.good < tickets.rated)
    rises, falls = (bads[1] <= goods[0]).all(), (goods[1] <= bads[0]).all()
    if rises and falls:
        return "the time does not vary within groups"
    if rises or falls:
        return "separated: the time alone tells good from bad in these tickets, so no finite ratio fits"
    return ""


def extremes_by_group(tickets: Tickets, rows: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the shortest and the longest time of each group, among these rows."""
    group, doublings = tickets.group[rows], tickets.doublings[rows]
    shortest, longest = np.full((2, tickets.group.max() + 1), [[np.inf], [-np.inf]])
    np.minimum.at(shortest, group, doublings)
    np.maximum.at(longest, group, doublings)
    return shortest, longest


def logit_slope(tickets: Tickets, *, clustered: bool) -> tuple[float, float]:
    """Return the coefficient of doublings, with a level per group, and its standard error; nan if the fit fails.

    Newton's method with the levels profiled out. statsmodels' Logit gives the same numbers, but makes a column of each
    group: for a million tickets in 24 groups that took twelve times as long and 3 GB.
    """
    group, good, rated = tickets.group, tickets.good, tickets.rated
    doublings = tickets.doublings - np.average(tickets.doublings, weights=rated)
    slope = 0.0
    levels = special.logit(np.bincount(group, good) / np.bincount(group, rated))
    for _ in range(MAXIMUM_STEPS):
        chance = special.expit(levels[group] + slope * doublings)
        rest, weight = good - rated * chance, rated * chance * (1 - chance)
        held = np.bincount(group, weight)
        means = np.bincount(group, weight * doublings) / held
        within = doublings - means[group]  # the part of the time that the group does not tell
        information = (weight * within**2).sum()
        step = (rest * within).sum() / information
        level_steps = np.bincount(group, rest) / held - means * step
        if max(abs(step), np.abs(level_steps).max()) < SMALLEST_STEP:
            return float(slope), slope_error(rest * within, information, tickets.agent if clustered else None)
        slope, levels = slope + step, levels + level_steps
    return np.nan, np.nan


def slope_error(scores: Floats, information: float, agents: Codes | None) -> float:
    """Return the standard error of a slope: from the information, or from the scores summed by agent."""
    if agents is None:
        return float(1 / np.sqrt(information))
    by_agent = np.bincount(agents, scores)
    clusters = np.unique(agents).size
    return float(np.sqrt((by_agent**2).sum() * clusters / (clusters - 1)) / information)

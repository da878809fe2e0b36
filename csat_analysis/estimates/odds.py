"""Rating and time together as odds ratios: per doubling of the time, and within strata (Simpson's paradox).

Hard tickets take long and disappoint: an association found here says nothing of what would happen if times
changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm
from statsmodels.stats.contingency_tables import StratifiedTable

from .counts import Floats, Numbers, as_counts, require_between_0_and_1, require_same_index, z_value
from .times import rated_times

MINIMUM_CLUSTERS = 30  # below it clustered errors are too small
MAXIMUM_STEPS, SMALLEST_STEP = 50, 1e-9  # of Newton's method, on the scale of the logit


class OddsRatio(NamedTuple):
    """Odds of a good rating after a doubling of the time, relative to before; 1 means no association.

    n: tickets used; missing: tickets with a null; clusters: agents whose tickets were kept together in the
    error, 0 where errors are plain. nan where the data cannot give a ratio, and note says why.
    """

    n: int
    missing: int
    clusters: int = 0
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    note: str = ""


class StratifiedOddsRatio(NamedTuple):
    """Odds ratio of two sides within strata (Mantel-Haenszel), beside the crude one of all together.

    n: ratings used; strata: those with ratings on both sides; reverses: whether the two ratios lie on
    opposite sides of 1, which is Simpson's paradox: then print both. nan, and a note, if there is no ratio.
    """

    n: int
    strata: int
    crude: float = np.nan
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    reverses: bool = False
    note: str = ""


def odds_ratio_per_doubling(
    minutes: Numbers,
    good: Numbers,
    rated: Numbers = 1,
    *,
    groups: Numbers | None = None,
    agents: Numbers | None = None,
    level: float = 0.95,
) -> OddsRatio:
    """Odds ratio of a good rating per doubling of (1 + minutes), by logistic regression.

    minutes, good, rated: one row per ticket (good is True/1 or False/0, rated 1), or one per combination of
    minutes, group and agent with its counts; a row with a null in minutes or good is left out, its tickets
    counted. groups: labels; the ratio is then the one within groups (a level each), and groups whose ratings
    are all alike are left out, for they cannot inform it. agents: labels; errors are clustered by agent if
    there are 30 or more, else plain, which the note says. A null label is a label of its own.
    Model: logit P(good) = level of the group + b log2(1 + minutes); estimate exp(b), interval exp(b +- z se).
    Clustered se: the sandwich of the scores summed by agent, times sqrt(A / (A - 1)) for A agents.
    Separated data, whose likelihood has no maximum, give nan and a note.
    Raises ValueError for negative times, impossible counts, or columns of unequal length.
    Few clusters: Cameron & Miller 2015, J Hum Res 50:317-372. Separation: Albert & Anderson 1984, Biometrika
    71:1-10.
    """
    critical = z_value(level)
    tickets, missing = doubling_table(minutes, good, rated, groups=groups, agents=agents)
    alike = groups_alike(tickets)
    tickets = tickets[~tickets["group"].isin(alike)]
    n = int(tickets["rated"].sum())
    reason = why_no_ratio(tickets)
    if reason:
        return OddsRatio(n, missing, note=reason)
    known_agents = tickets["agent"].nunique() if agents is not None else 0
    clusters = known_agents if known_agents >= MINIMUM_CLUSTERS else 0
    slope, error = logit_slope(tickets, clustered=clusters > 0)
    few = f"plain errors: clustering needs {MINIMUM_CLUSTERS} agents, here {known_agents}"
    notes = [
        f"groups left out because all their ratings are alike: {alike.size}" if alike.size else "",
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
        p_value=float(2 * norm.sf(abs(slope / error))),
        note="; ".join(filter(None, notes)),
    )


def doubling_table(
    minutes: Numbers, good: Numbers, rated: Numbers, *, groups: Numbers | None, agents: Numbers | None
) -> tuple[pd.DataFrame, int]:
    """Complete rows: `doublings` (log2(1 + minutes)), `good`, `rated`, codes of `group` and `agent`."""
    require_same_index(minutes=minutes, good=good, rated=rated, groups=groups, agents=agents)
    table, complete, missing = rated_times(minutes, good, rated)
    for name, labels in (("group", groups), ("agent", agents)):
        codes = np.zeros(len(table), dtype=int)
        if labels is not None:
            codes, _ = pd.factorize(pd.Series(labels), use_na_sentinel=False)
        if codes.size != len(table):
            raise ValueError(f"{name}s must have one label per row; got {codes.size} for {len(table)}")
        table[name] = codes
    table = table[complete & (table["rated"] > 0)]
    return table.assign(doublings=np.log2(1 + table["minutes"])), missing


def groups_alike(tickets: pd.DataFrame) -> Floats:
    """Codes of the groups whose ratings are all good or all bad."""
    totals = tickets.groupby("group")[["good", "rated"]].sum()
    return totals.index[(totals["good"] == 0) | (totals["good"] == totals["rated"])].to_numpy()


def why_no_ratio(tickets: pd.DataFrame) -> str:
    """Why the likelihood of these tickets has no single maximum; "" if it has one."""
    if tickets.empty:
        return "all ratings are alike: there is nothing to compare"
    times = tickets[["group", "doublings"]]
    goods = times[tickets["good"] > 0].groupby("group")["doublings"].agg(["min", "max"])
    bads = times[tickets["good"] < tickets["rated"]].groupby("group")["doublings"].agg(["min", "max"])
    rises, falls = (bads["max"] <= goods["min"]).all(), (goods["max"] <= bads["min"]).all()
    if rises and falls:
        return "the time does not vary within groups"
    if rises or falls:
        return "separated: the time alone tells good from bad in these tickets, so no finite ratio fits"
    return ""


def logit_slope(tickets: pd.DataFrame, *, clustered: bool) -> tuple[float, float]:
    """Coefficient of doublings, with a level per group, and its standard error; nan if the fit fails.

    Newton's method with the levels profiled out. statsmodels' Logit gives the same numbers, but makes a column
    of each group: for a million tickets in 24 groups that took twelve times as long and 3 GB.
    """
    group, _ = pd.factorize(tickets["group"])
    good, rated = tickets["good"].to_numpy(), tickets["rated"].to_numpy()
    doublings = tickets["doublings"].to_numpy() - np.average(tickets["doublings"], weights=rated)
    slope, levels = 0.0, logit(np.bincount(group, good) / np.bincount(group, rated))
    for _ in range(MAXIMUM_STEPS):
        chance = expit(levels[group] + slope * doublings)
        rest, weight = good - rated * chance, rated * chance * (1 - chance)
        held = np.bincount(group, weight)
        means = np.bincount(group, weight * doublings) / held
        within = doublings - means[group]  # the part of the time that the group does not tell
        information = (weight * within**2).sum()
        step = (rest * within).sum() / information
        level_steps = np.bincount(group, rest) / held - means * step
        if max(abs(step), np.abs(level_steps).max()) < SMALLEST_STEP:
            return slope, slope_error(rest * within, information, tickets["agent"] if clustered else None)
        slope, levels = slope + step, levels + level_steps
    return np.nan, np.nan


def slope_error(scores: Floats, information: float, agents: pd.Series | None) -> float:
    """Standard error of a slope: from the information, or from the scores summed by agent."""
    if agents is None:
        return float(1 / np.sqrt(information))
    by_agent = np.bincount(agents, scores)
    clusters = agents.nunique()
    return float(np.sqrt((by_agent**2).sum() * clusters / (clusters - 1)) / information)


def mantel_haenszel(
    good: Numbers, rated: Numbers, *, against: tuple[Numbers, Numbers], level: float = 0.95
) -> StratifiedOddsRatio:
    """Odds ratio of good ratings of one side against another, within strata and crude.

    sum(a d / n) / sum(b c / n) over strata of n ratings: a good and b bad ones here, c good and d bad there.
    good, rated: counts of the one side, one per stratum (group, channel); against: (good, rated) of the
    other, strata in the same order. Strata where a side has no ratings are left out of both ratios and noted.
    nan where a side has all or no good ratings throughout. Raises ValueError for impossible counts.
    Mantel & Haenszel 1959; interval by Robins, Breslow & Greenland 1986 (statsmodels StratifiedTable).
    """
    require_between_0_and_1(level=level)
    require_same_index(good=good, rated=rated, against_good=against[0], against_rated=against[1])
    tables = two_by_two_tables(as_counts(good, rated), as_counts(*against))
    shared = (tables.sum(axis=1) > 0).all(axis=0)
    tables, left_out = tables[:, :, shared], int((~shared).sum())
    note = f"strata left out because a side has no ratings: {left_out}" if left_out else ""
    n, strata = int(tables.sum()), int(shared.sum())
    ((a, b), (c, d)) = tables
    if not (a * d).any() or not (b * c).any():
        return StratifiedOddsRatio(
            n, strata, note="no ratio: within strata a side has all or no good ratings"
        )
    crude = float(a.sum() * d.sum() / (b.sum() * c.sum()))
    stratified = StratifiedTable(tables)
    pooled = float(stratified.oddsratio_pooled)
    low, high = (float(end) for end in stratified.oddsratio_pooled_confint(alpha=1 - level))
    reverses = (crude - 1) * (pooled - 1) < 0
    return StratifiedOddsRatio(n, strata, crude, pooled, low, high, reverses, note)


def two_by_two_tables(ours: tuple[Floats, Floats], theirs: tuple[Floats, Floats]) -> Floats:
    """Tables of shape (2, 2, strata): rows ours and theirs, columns good and bad."""
    sides = np.array([[good, rated - good] for good, rated in (ours, theirs)])
    return sides.reshape(2, 2, -1)

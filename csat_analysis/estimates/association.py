"""Rating and time together: rank correlation, odds ratio per doubling of time, a check for Simpson's paradox.

Hard tickets take long and disappoint: an association found here says nothing of what would happen if times
changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm, spearmanr
from statsmodels.stats.contingency_tables import StratifiedTable

from .counts import (
    Floats,
    Interval,
    Numbers,
    as_counts,
    as_floats,
    require_between_0_and_1,
    require_same_index,
    z_value,
)
from .times import complete_pairs

MINIMUM_CLUSTERS = 30  # below it clustered errors are too small: Cameron & Miller 2015, J Hum Res 50:317
VISIBLE_ERRORS = norm.isf(0.025) + norm.isf(0.2)  # 2.8 standard errors: seen in 80 of 100 samples


class Correlation(NamedTuple):
    """Spearman's rho with its interval.

    n: pairs used; missing: pairs with a null; smallest_visible: |rho| that n pairs show in 80 of 100 samples.
    """

    n: int
    missing: int
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    smallest_visible: float = np.nan
    note: str = ""


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


def spearman(x: Numbers, y: Numbers, *, level: float = 0.95) -> Correlation:
    """Spearman's rank correlation with the Bonett-Wright interval.

    x, y: one-dimensional, of one length, for example minutes and rating; pairs with a null are left out and
    counted. Ratings of two values are heavily tied: rho then stays well below 1 whatever the association.
    nan, and a note, where fewer than 4 pairs remain or a side does not vary; no interval at rho 1 or -1.
    Raises ValueError for columns of unequal length. Bonett & Wright 2000, Psychometrika 65:23-28.
    """
    critical = z_value(level)
    x, y, missing = pairs_without_null(x, y)
    if x.size < 4:
        return Correlation(x.size, missing, note="too few pairs: a correlation needs 4")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlation(x.size, missing, note="one side has a single value: there is no correlation")
    rho, p_value = (float(part) for part in spearmanr(x, y))
    visible = float(min(1.0, VISIBLE_ERRORS / np.sqrt(x.size)))
    low, high = bonett_wright_interval(rho, x.size, critical)
    note = "no association detectable" if low <= 0 <= high else ""
    if np.isnan(low):
        note = "the order is perfect: the interval cannot be computed"
    return Correlation(x.size, missing, rho, low, high, p_value, visible, note)


def pairs_without_null(x: Numbers, y: Numbers) -> tuple[Floats, Floats, int]:
    """The pairs that have both values, and how many have not."""
    require_same_index(x=x, y=y)
    x, y = as_floats(x), as_floats(y)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"x and y must be one-dimensional and of one length; got {x.shape} and {y.shape}")
    complete = ~np.isnan(x) & ~np.isnan(y)
    return x[complete], y[complete], int((~complete).sum())


def bonett_wright_interval(rho: float, n: int, critical: float) -> Interval:
    """Interval of rho on the scale of atanh; nan at rho 1 or -1, where the formula would claim certainty."""
    if abs(rho) > 1 - 1e-12:
        return Interval(np.nan, np.nan)
    reach = critical * np.sqrt((1 + rho**2 / 2) / (n - 3))
    middle = np.arctanh(rho)
    return Interval(float(np.tanh(middle - reach)), float(np.tanh(middle + reach)))


def odds_ratio_per_doubling(
    minutes: Numbers,
    good: Numbers,
    *,
    groups: Numbers | None = None,
    agents: Numbers | None = None,
    level: float = 0.95,
) -> OddsRatio:
    """Odds ratio of a good rating per doubling of (1 + minutes), by logistic regression.

    minutes, good: one value per rated ticket, good is True/1 or False/0; a ticket with a null in either is
    left out and counted. groups: labels; the ratio is then the one within groups (a dummy each), and groups
    whose ratings are all alike are left out, for they cannot inform it. agents: labels; errors are clustered
    by agent if there are 30 or more. A null label is a label of its own.
    Separated data, whose likelihood has no maximum, give nan and a note.
    Raises ValueError for negative times, ratings other than 0 and 1, or columns of unequal length.
    """
    critical = z_value(level)
    tickets, missing = doubling_table(minutes, good, groups=groups, agents=agents)
    informative = tickets.groupby("group")["good"].transform("nunique") == 2
    alike = tickets.loc[~informative, "group"].nunique()
    tickets = tickets[informative]
    reason = why_no_ratio(tickets)
    if reason:
        return OddsRatio(len(tickets), missing, note=reason)
    known_agents = tickets["agent"].nunique() if agents is not None else 0
    clusters = known_agents if known_agents >= MINIMUM_CLUSTERS else 0
    slope, error = logit_slope(tickets, clustered=clusters > 0)
    notes = [
        f"groups left out because all their ratings are alike: {alike}" if alike else "",
        f"plain errors: clustering needs {MINIMUM_CLUSTERS} agents, here {known_agents}"
        if known_agents > clusters
        else "",
        "the fit did not converge" if np.isnan(slope) else "",
    ]
    return OddsRatio(
        n=len(tickets),
        missing=missing,
        clusters=clusters,
        estimate=float(np.exp(slope)),
        low=float(np.exp(slope - critical * error)),
        high=float(np.exp(slope + critical * error)),
        p_value=float(2 * norm.sf(abs(slope / error))),
        note="; ".join(filter(None, notes)),
    )


def doubling_table(
    minutes: Numbers, good: Numbers, *, groups: Numbers | None, agents: Numbers | None
) -> tuple[pd.DataFrame, int]:
    """One row per complete ticket: `doublings` (log2(1 + minutes)), `good`, codes of `group` and `agent`."""
    require_same_index(minutes=minutes, good=good, groups=groups, agents=agents)
    times, goods, complete = complete_pairs(minutes, good)
    table = pd.DataFrame({"doublings": np.log2(1 + times), "good": goods})
    for name, labels in (("group", groups), ("agent", agents)):
        codes = np.zeros(complete.size, dtype=int)
        if labels is not None:
            codes, _ = pd.factorize(pd.Series(labels), use_na_sentinel=False)
        if codes.size != complete.size:
            raise ValueError(f"{name}s must have one label per ticket; got {codes.size} for {complete.size}")
        table[name] = codes[complete]
    return table, int((~complete).sum())


def why_no_ratio(tickets: pd.DataFrame) -> str:
    """Why the likelihood of these tickets has no single maximum; "" if it has one."""
    if tickets.empty:
        return "all ratings are alike: there is nothing to compare"
    times = tickets.groupby(["group", "good"])["doublings"].agg(["min", "max"]).unstack("good")
    low_bad, low_good, high_bad, high_good = times.to_numpy().T
    rises, falls = (high_bad <= low_good).all(), (high_good <= low_bad).all()
    if rises and falls:
        return "the time does not vary within groups"
    if rises or falls:
        return "separated: the time alone tells good from bad in these tickets, so no finite ratio fits"
    return ""


def logit_slope(tickets: pd.DataFrame, *, clustered: bool) -> tuple[float, float]:
    """Coefficient of doublings, with a level per group, and its standard error; nan if the fit fails."""
    from statsmodels.discrete.discrete_model import Logit  # takes about a second to import

    centred = tickets["doublings"] - tickets["doublings"].mean()
    design = np.column_stack([centred, pd.get_dummies(tickets["group"], dtype=float)])
    errors = {"cov_type": "cluster", "cov_kwds": {"groups": tickets["agent"].to_numpy()}} if clustered else {}
    fit = Logit(tickets["good"].to_numpy(), design).fit(
        disp=False, maxiter=100, warn_convergence=False, **errors
    )
    return (fit.params[0], fit.bse[0]) if fit.mle_retvals["converged"] else (np.nan, np.nan)


def mantel_haenszel(
    good: Numbers, rated: Numbers, *, against: tuple[Numbers, Numbers], level: float = 0.95
) -> StratifiedOddsRatio:
    """Odds ratio of good ratings of one side against another, within strata and crude.

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

"""How much of a change of the rate comes from another mix of groups, and how much from changed rates within them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .counts import (
    Floats,
    Numbers,
    as_counts,
    as_floats,
    require_same_index,
    share,
    z_value,
)


class ChangeParts(NamedTuple):
    """Result of `decompose_change`. All values are shares from -1 to 1.

    Attributes
    ----------
    groups : DataFrame
        One row per group, in the order and with the index of the counts: `mix` and `within` with `mix_low`, `mix_high`,
        `within_low` and `within_high`, and `change`, their sum.
    total : Series
        The same columns for all groups together. `change` is the difference of the two rates.
    """

    groups: pd.DataFrame
    total: pd.Series


class Period(NamedTuple):
    """Ratings of one period by group: shares of all ratings, rates, and the variances of both."""

    weights: Floats
    rates: Floats
    rate_variance: Floats
    ratings: float  # effective number behind the shares


def decompose_change(
    good: Numbers,
    rated: Numbers,
    *,
    minus: tuple[Numbers, Numbers],
    level: float = 0.95,
    inflation: tuple[Numbers, Numbers] = (1.0, 1.0),
    mix_inflation: tuple[float, float] = (1.0, 1.0),
) -> ChangeParts:
    """Split a change of the rate into a part of the mix of groups and a part within the groups.

    Parameters
    ----------
    good, rated : counts
        Ratings of the later period, one entry per group.
    minus : tuple of counts
        Good and rated of the earlier period, groups in the same order.
    level : float
        Level of the intervals.
    inflation : tuple of numbers or arrays
        Design effects of the rates of the groups, later and earlier.
    mix_inflation : tuple of float
        Design effects of the shares of the groups, later and earlier: the number of ratings of the customer behind an
        average rating, where all tickets of a customer are in one group.

    Returns
    -------
    ChangeParts
        The parts add up to the change exactly. All nan if either period has no ratings.

    Raises
    ------
    ValueError
        If counts are impossible, or lengths, indexes or design effects do not fit.

    Notes
    -----
    With shares w and rates r of the groups: mix = sum of (w1 - w0)(r1 + r0) / 2, within = sum of (r1 - r0)(w1 + w0) / 2
    (Kitagawa 1955, J Am Stat Assoc 50:1168-1194). A group without ratings in one period takes its rate from the other:
    it counts as mix. `mix` of a single group is relative to the mean of the two rates of all groups, R:
    (w1 - w0)((r1 + r0) / 2 - R), so that it is negative where a group with a low rate grew; the sum stays the same, as
    the growths add up to 0. Intervals: delta method for multinomial shares and binomial rates, with
    half a rating added to each side for the variance of a rate.

    Examples
    --------
    >>> parts = decompose_change([190, 600], [200, 800], minus=([475, 375], [500, 500]))
    >>> parts.total[["mix", "within", "change"]].round(3).to_dict()
    {'mix': -0.06, 'within': 0.0, 'change': -0.06}
    """
    z = z_value(level)
    require_same_index(good=good, rated=rated, minus_good=minus[0], minus_rated=minus[1])
    counts = np.array([*as_counts(good, rated), *as_counts(*minus)]).reshape(4, -1)
    with np.errstate(divide="ignore", invalid="ignore"):  # a period without ratings: nan, no warning
        later = describe_period(counts[0], counts[1], inflation[0], mix_inflation[0])
        earlier = describe_period(counts[2], counts[3], inflation[1], mix_inflation[1])
        later, earlier = fill_unknown_rates(later, earlier)
        groups, total = parts_of(later, earlier, z)
    index = rated.index if isinstance(rated, pd.Series) else None
    known = counts[1].sum() > 0 and counts[3].sum() > 0  # also without any group
    return ChangeParts(
        pd.DataFrame(groups, index=index), pd.Series(total if known else dict.fromkeys(total, np.nan))
    )


def describe_period(good: Floats, rated: Floats, inflation: Numbers, mix_inflation: float) -> Period:
    """Return shares, rates and variances of one period."""
    factors = np.broadcast_to(as_floats(inflation), rated.shape)
    if (factors < 1).any() or mix_inflation < 1:
        raise ValueError("inflation must be 1 or more")
    smoothed = (good + 0.5) / (rated + 1)
    variance = np.where(rated > 0, smoothed * (1 - smoothed) * factors / rated, 0.0)
    return Period(rated / rated.sum(), share(good, rated), variance, rated.sum() / mix_inflation)


def fill_unknown_rates(later: Period, earlier: Period) -> tuple[Period, Period]:
    """Return both periods; a group without ratings in one takes its rate from the other."""
    known = np.where(np.isnan(later.rates), earlier.rates, later.rates)
    known = np.nan_to_num(known)  # no ratings in either period: its share is 0 in both
    before = np.where(np.isnan(earlier.rates), known, earlier.rates)
    return later._replace(rates=known), earlier._replace(rates=before)


def parts_of(later: Period, earlier: Period, z: float) -> tuple[dict[str, Floats], dict[str, float]]:
    """Return the columns of the groups and the values of all of them."""
    growth, rise = later.weights - earlier.weights, later.rates - earlier.rates
    mean_rate, mean_weight = (later.rates + earlier.rates) / 2, (later.weights + earlier.weights) / 2
    usual = (later.weights @ later.rates + earlier.weights @ earlier.rates) / 2
    # Values, and slopes by the shares and by the rates (up to a sign, the same in both periods).
    parts = {
        "mix": (growth * (mean_rate - usual), mean_rate - usual, growth / 2),
        "within": (rise * mean_weight, rise / 2, mean_weight),
    }
    groups: dict[str, Floats] = {}
    total: dict[str, float] = {}
    for name, (values, by_share, by_rate) in parts.items():
        of_rates = by_rate**2 * (later.rate_variance + earlier.rate_variance)
        of_shares = [share_variances(period, by_share) for period in (later, earlier)]
        errors = np.sqrt(of_rates + of_shares[0][0] + of_shares[1][0])
        error = np.sqrt(of_rates.sum() + of_shares[0][1] + of_shares[1][1])
        add_part(groups, name, values, z * errors)
        add_part(total, name, values.sum(), z * error)
    groups["change"] = groups["mix"] + groups["within"]
    total["change"] = total["mix"] + total["within"]
    return groups, total


def share_variances(period: Period, slopes: Floats) -> tuple[Floats, float]:
    """Return the variance of each slope times its share, and of their sum, for multinomial shares."""
    weights = period.weights
    each = slopes**2 * weights * (1 - weights) / period.ratings
    together = ((weights * slopes**2).sum() - (weights * slopes).sum() ** 2) / period.ratings
    return each, max(0.0, float(together))


def add_part(columns: dict[str, Any], name: str, value: Any, half_width: Any) -> None:
    """Add a part with its interval to columns."""
    columns[name] = value
    columns[f"{name}_low"] = value - half_width
    columns[f"{name}_high"] = value + half_width

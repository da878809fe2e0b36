"""Odds ratio of two sides within strata, which may turn against the one of all together (Simpson's paradox)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .counts import Floats, Numbers, as_counts, require_between_0_and_1, require_same_index, z_value


class StratifiedOddsRatio(NamedTuple):
    """Result of `mantel_haenszel`.

    n: ratings used; strata: those with ratings on both sides; estimate, low, high: nan, and a note, without a ratio.
    """

    n: int
    strata: int
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    note: str = ""


def mantel_haenszel(
    good: Numbers, rated: Numbers, *, against: tuple[Numbers, Numbers], level: float = 0.95
) -> StratifiedOddsRatio:
    """Return the odds ratio of good ratings of one side against another, within strata.

    Parameters
    ----------
    good, rated : counts
        Ratings of the one side, one entry per stratum such as a group or channel. A single stratum gives the crude
        ratio.
    against : tuple of counts
        Good and rated of the other side, strata in the same order. Strata where a side has no ratings are left out,
        and noted.
    level : float
        Level of the interval.

    Returns
    -------
    StratifiedOddsRatio

    Raises
    ------
    ValueError
        If counts are impossible.

    Notes
    -----
    sum(a d / n) / sum(b c / n) over strata of n ratings: a good and b bad ones here, c good and d bad there (Mantel &
    Haenszel 1959, J Natl Cancer Inst 22:719-748). Interval: Robins, Breslow & Greenland 1986, Biometrics 42:311-323.

    Examples
    --------
    >>> kidney_stones = mantel_haenszel([81, 192], [87, 263], against=([234, 55], [270, 80]))
    >>> round(kidney_stones.estimate, 2)
    1.45
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
    totals = tables.sum(axis=(0, 1))
    for_ratio, against_ratio, agree = a * d / totals, b * c / totals, (a + d) / totals
    up, down = for_ratio.sum(), against_ratio.sum()
    variance = (
        (agree * for_ratio).sum() / up**2
        + (agree * against_ratio + (1 - agree) * for_ratio).sum() / (up * down)
        + ((1 - agree) * against_ratio).sum() / down**2
    ) / 2
    half = z_value(level) * np.sqrt(variance)
    low, high = (float(up / down * np.exp(side * half)) for side in (-1, 1))
    return StratifiedOddsRatio(n, strata, float(up / down), low, high, note)


def two_by_two_tables(ours: tuple[Floats, Floats], theirs: tuple[Floats, Floats]) -> Floats:
    """Return tables of shape (2, 2, strata): rows ours and theirs, columns good and bad."""
    sides = np.array([[good, rated - good] for good, rated in (ours, theirs)])
    return sides.reshape(2, 2, -1)

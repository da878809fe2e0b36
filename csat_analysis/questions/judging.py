"""Rates, changes and verdicts from counts: what all questions share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..estimates import newcombe_difference, wilson_interval
from ..estimates.levels import Source, level_of
from ..estimates.rates import Difference
from ..estimates.shared_changes import TwoPeriods, is_explained
from ..settings import Thresholds
from ..verdicts import Verdict, direction, is_claim, matches

# See `_sides`.
_BY_SIDE = {
    2: Verdict.HIGHER,
    1: Verdict.POSSIBLY_HIGHER,
    0: Verdict.NO_DIFFERENCE,
    -1: Verdict.POSSIBLY_LOWER,
    -2: Verdict.LOWER,
}
# Lower and upper ends of intervals: numbers, or one array each.
Ends: TypeAlias = tuple[Any, Any]


class IntervalsOfRows(Protocol):
    """Estimates with the ends of their intervals, one per row."""

    @property
    def low(self) -> Iterable[float]:
        """Lower ends."""

    @property
    def high(self) -> Iterable[float]:
        """Upper ends."""


class Spread(Protocol):
    """How much more than chance the rates of rows vary between weeks."""

    def __call__(self, level: float) -> pd.Series | float:
        """Return the inflation of intervals at a level, 1 or more."""


def no_spread(level: float) -> float:
    """Return the inflation of rates that vary by chance only."""
    return 1.0


def estimate_rates(counts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Return counts with `rated` renamed to `n`, and with `estimate`, `low`, `high` of the rate.

    `inflation` of the counts widens the intervals; `customers` becomes `ratings_per_customer`.
    """
    low, high = wilson_interval(counts["good"], counts["rated"], level=level, inflation=inflation_of(counts))
    rows = counts.drop(columns=["customers", "squares", "inflation"], errors="ignore")
    rows = rows.rename(columns={"rated": "n"})
    if "customers" in counts:
        rows["ratings_per_customer"] = share(counts["rated"], counts["customers"])
    return rows.assign(estimate=share(counts["good"], counts["rated"]), low=low, high=high)


def inflation_of(counts: pd.DataFrame) -> pd.Series | float:
    """Return the design effects of counts; 1 where none were measured."""
    return counts.get("inflation", 1.0)


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part divided by whole; nan where the whole is 0."""
    return part.astype(float) / whole.astype(float).where(whole > 0)


def compare_rates(
    new: pd.DataFrame, old: pd.DataFrame, *, level: float, spread: Spread = no_spread
) -> Difference:
    """Return the change of rates between two tables of counts, with intervals at a level."""
    return newcombe_difference(
        new["good"],
        new["rated"],
        minus=(old["good"], old["rated"]),
        level=level,
        inflation=allow_for(new, spread, level=level),
        minus_inflation=allow_for(old, spread, level=level),
    )


def allow_for(counts: pd.DataFrame, spread: Spread, *, level: float) -> pd.Series:
    """Return the inflation of intervals that allow for repeat customers and for the spread between weeks.

    It is the larger of the two: weeks hold the ratings of such customers already.
    """
    weeks = spread(level)
    if isinstance(weeks, pd.Series):
        weeks = weeks.reindex(counts.index).fillna(1.0)
    return pd.Series(np.maximum(inflation_of(counts), weeks), counts.index, dtype=float)


def estimate_changes(
    new: pd.DataFrame, old: pd.DataFrame, *, level: float, spread: Spread = no_spread
) -> dict[str, pd.Series]:
    """Return the columns of a change between two tables of counts with the same index."""
    found = compare_rates(new, old, level=level, spread=spread)
    return {
        "n_before": old["rated"],
        "estimate_before": share(old["good"], old["rated"]),
        "change": found.estimate,
        "change_low": found.low,
        "change_high": found.high,
    }


def judge_changes(
    new: pd.DataFrame,
    old: pd.DataFrame,
    needed: Thresholds,
    *,
    source: Source,
    spread: Spread = no_spread,
) -> list[Verdict]:
    """Return per row whether a rate changed, at the level of a source of claims."""
    enough = has_enough(new, needed.min_ratings) & has_enough(old, needed.min_ratings)
    strict = level_of(source, verdict_level=needed.verdict_level, comparisons=int(enough.sum()))
    shown, judged = (compare_rates(new, old, level=level, spread=spread) for level in (needed.level, strict))
    return judge_rows(shown, judged, enough)


def find_explaining(new: pd.DataFrame, old: pd.DataFrame, verdicts: Iterable[str]) -> list[str]:
    """Return the rows that changed clearly, where the other ratings together did not change in the same direction."""
    rows = pd.Series(list(verdicts), new.index)
    clear = rows[matches(rows, is_claim)].map(direction)
    found = []
    for side in (-1, 1):
        names = clear.index[clear == side]
        if len(names) and is_explained(_sum_of(new.loc[names], old.loc[names]), _sum_of(new, old), side):
            found += list(names)
    return found


def _sum_of(new: pd.DataFrame, old: pd.DataFrame) -> TwoPeriods:
    sums = (np.array([rows[name].sum() for rows in (new, old)], dtype=float) for name in ("good", "rated"))
    return TwoPeriods(*sums)


def has_enough(counts: pd.DataFrame, fewest: int) -> pd.Series:
    """Return per row whether there are enough ratings, and not of one customer only."""
    enough = counts["rated"] >= fewest
    return enough & (counts["customers"] != 1) if "customers" in counts and fewest > 1 else enough


def bonferroni_level(enough: pd.Series, level: float) -> float:
    """Return the level of each verdict at which all of them together are as often right as one at `level`."""
    return 1 - (1 - level) / max(1, int(enough.sum()))


def judge_rows(
    shown: IntervalsOfRows, strict: IntervalsOfRows, enough: Iterable[bool], *, neutral: float = 0
) -> list[Verdict]:
    """Return the verdict of each row from its interval as shown, and from the one at the level of verdicts."""
    sides = _sides((shown.low, shown.high), (strict.low, strict.high), neutral).tolist()
    return [_BY_SIDE[side] if known else Verdict.TOO_FEW for side, known in zip(sides, enough, strict=True)]


def judge(shown: tuple[float, float], strict: tuple[float, float], neutral: float) -> Verdict:
    """Return on which side of `neutral` an interval lies: possibly, if only the one that is shown does."""
    return _BY_SIDE[int(_sides(shown, strict, neutral))]


def _sides(shown: Ends, strict: Ends, neutral: float) -> NDArray[np.int_]:
    """Return -1 for intervals below `neutral`, 1 for those above, else 0; twice that if the strict one is there too."""
    near, far = (
        np.where(np.less(high, neutral), -1, np.greater(low, neutral)) for low, high in (shown, strict)
    )
    return np.where(far, 2 * far, near)


def judge_size(enough: Iterable[bool]) -> list[Verdict]:
    """Return the verdict of rates on their own: whether there are enough ratings for each."""
    return [Verdict.ENOUGH if known else Verdict.TOO_FEW for known in enough]


def with_verdicts(
    rows: pd.DataFrame, verdicts: Iterable[str], *, level: float, verdict_level: float | None = None
) -> pd.DataFrame:
    """Return rows with a column `verdict` of text, also where there are no rows.

    `attrs` holds the `level` of the intervals and, if given, the `verdict_level` of all rows together.
    """
    given = list(verdicts)
    texts = {one: Verdict(one).value for one in set(given)}
    judged = rows.assign(verdict=pd.Series([texts[one] for one in given], index=rows.index, dtype="str"))
    judged.attrs["level"] = level
    if verdict_level is not None:
        judged.attrs["verdict_level"] = verdict_level
    return judged

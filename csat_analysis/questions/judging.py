"""Rates, changes and verdicts from counts: what all questions share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import pandas as pd

from ..estimates import newcombe_difference, wilson_interval
from ..settings import Thresholds
from ..verdicts import Verdict

_POSSIBLE = {0: Verdict.NO_DIFFERENCE, 1: Verdict.POSSIBLY_HIGHER, -1: Verdict.POSSIBLY_LOWER}


class IntervalsOfRows(Protocol):
    """Estimates with the ends of their intervals, one per row."""

    @property
    def low(self) -> Iterable[float]:
        """Lower ends."""

    @property
    def high(self) -> Iterable[float]:
        """Upper ends."""


def estimate_rates(counts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Return counts with `rated` renamed to `n`, and with `estimate`, `low`, `high` of the rate."""
    low, high = wilson_interval(counts["good"], counts["rated"], level=level)
    rows = counts.rename(columns={"rated": "n"})
    return rows.assign(estimate=share(counts["good"], counts["rated"]), low=low, high=high)


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return part divided by whole; nan where the whole is 0."""
    return part.astype(float) / whole.astype(float).where(whole > 0)


def estimate_changes(new: pd.DataFrame, old: pd.DataFrame, *, level: float) -> dict[str, pd.Series]:
    """Return the columns of a change between two tables of counts with the same index."""
    found = newcombe_difference(new["good"], new["rated"], minus=(old["good"], old["rated"]), level=level)
    return {
        "n_before": old["rated"],
        "estimate_before": share(old["good"], old["rated"]),
        "change": found.estimate,
        "change_low": found.low,
        "change_high": found.high,
    }


def judge_changes(new: pd.DataFrame, old: pd.DataFrame, needed: Thresholds) -> list[Verdict]:
    """Return per row whether a rate changed."""
    enough = (new["rated"] >= needed.min_ratings) & (old["rated"] >= needed.min_ratings)
    before = (old["good"], old["rated"])
    level = bonferroni_level(enough, needed.verdict_level)
    shown, strict = (
        newcombe_difference(new["good"], new["rated"], minus=before, level=one)
        for one in (needed.level, level)
    )
    return judge_rows(shown, strict, enough)


def bonferroni_level(enough: pd.Series, level: float) -> float:
    """Return the level of each verdict at which all of them together are as often right as one at `level`."""
    return 1 - (1 - level) / max(1, int(enough.sum()))


def judge_rows(
    shown: IntervalsOfRows, strict: IntervalsOfRows, enough: Iterable[bool], *, neutral: float = 0
) -> list[Verdict]:
    """Return the verdict of each row from its interval as shown, and from the one at the level of verdicts."""
    rows = zip(shown.low, shown.high, strict.low, strict.high, enough, strict=True)
    return [
        judge((low, high), (strict_low, strict_high), neutral) if known else Verdict.TOO_FEW
        for low, high, strict_low, strict_high, known in rows
    ]


def judge(shown: tuple[float, float], strict: tuple[float, float], neutral: float) -> Verdict:
    """Return on which side of `neutral` an interval lies: possibly, if only the one that is shown does."""
    if side := _side(strict, neutral):
        return Verdict.HIGHER if side > 0 else Verdict.LOWER
    side = _side(shown, neutral)
    return _POSSIBLE[side]


def _side(interval: tuple[float, float], neutral: float) -> int:
    low, high = interval
    return 1 if low > neutral else -1 if high < neutral else 0


def judge_size(n: pd.Series, fewest: int) -> list[Verdict]:
    """Return per row whether it has enough ratings for a rate."""
    return [Verdict.TOO_FEW if few else Verdict.ENOUGH for few in n < fewest]


def with_verdicts(
    rows: pd.DataFrame, verdicts: Iterable[str], *, level: float, verdict_level: float | None = None
) -> pd.DataFrame:
    """Return rows with a column `verdict` of text, also where there are no rows.

    `attrs` holds the `level` of the intervals and, if given, the `verdict_level` of all rows together.
    """
    texts = [Verdict(one).value for one in verdicts]
    judged = rows.assign(verdict=pd.Series(texts, index=rows.index, dtype="str"))
    judged.attrs["level"] = level
    if verdict_level is not None:
        judged.attrs["verdict_level"] = verdict_level
    return judged

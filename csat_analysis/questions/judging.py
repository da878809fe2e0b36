"""Rates, changes and verdicts from counts: what all questions share."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..estimates import newcombe_difference, wilson_interval
from ..settings import Thresholds
from ..verdicts import Verdict


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
    level = bonferroni_level(enough, needed.verdict_level)
    found = newcombe_difference(new["good"], new["rated"], minus=(old["good"], old["rated"]), level=level)
    return judge_rows(found.low, found.high, enough)


def bonferroni_level(enough: pd.Series, level: float) -> float:
    """Return the level of each verdict at which all of them together are as often right as one at `level`."""
    return 1 - (1 - level) / max(1, int(enough.sum()))


def judge_rows(
    low: Iterable[float], high: Iterable[float], enough: Iterable[bool], *, neutral: float = 0
) -> list[Verdict]:
    """Return per row on which side of `neutral` its interval lies, or that it has too few ratings."""
    return [
        judge(lowest, highest, neutral) if known else Verdict.TOO_FEW
        for lowest, highest, known in zip(low, high, enough, strict=True)
    ]


def judge(low: float, high: float, neutral: float) -> Verdict:
    """Return on which side of `neutral` an interval lies."""
    if low > neutral:
        return Verdict.HIGHER
    return Verdict.LOWER if high < neutral else Verdict.NO_DIFFERENCE


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

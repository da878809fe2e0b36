"""How ratings go with handling times.

Times are whole minutes, so that counts of good and bad ratings per minute hold all that is asked here: only they
leave the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import CsatError, UnknownChoice
from ..estimates import (
    Correlation,
    OddsRatio,
    mantel_haenszel,
    median_interval,
    odds_ratio_per_doubling,
    spearman,
    time_bins,
)
from ..history import History
from ..schema.tables import BUSINESS_MINUTES, MINUTES
from ..verdicts import Verdict, has_enough_data, is_claim, matches
from . import measures
from .asked import (
    COUNTS,
    Names,
    When,
    judge_size,
    level_of_each,
    measured,
    period,
    thresholds,
    with_verdict,
)
from .dimensions import counts_twice, labelled, listed

TOGETHER = "all together"
BIN_NAMES = {"from_minutes": "low_minutes", "to_minutes": "high_minutes", "rated": "n", "csat": "estimate"}


def time_and_rating(
    history: History, when: When = None, *, time: str = "full_resolution_minutes", by: str | None = None,
    group: Names = None, bins: int = 5, min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Satisfaction by equal parts of a time, short to long; with `by` for each of its values.

    time: a duration column of the `ratings` view. by: group, channel, … Columns: [`by`], `low_minutes`,
    `high_minutes`, `median_minutes`, `good`, `n`, `estimate`, `low`, `high`, `missing`, `negative`, `neutral`,
    `verdict`. Left out, and counted the same in each row of a value: ratings whose ticket has no such time
    (`missing`), or one below 0 by a fault in the data (`negative`), and neutral ratings (`neutral`).
    Raises UnknownChoice for another time or dimension.
    """
    keys, needed = listed(by), thresholds(history, min_ratings, by)
    counts = labelled(_minute_counts(history, when, time, group, by=keys), keys)
    parts = [rows for _, rows in counts.groupby(keys)] if keys else [counts]
    binned = [_binned(rows, keys, bins, needed.level) for rows in parts or [counts]]
    rows = pd.concat(binned, ignore_index=True)
    return with_verdict(rows, judge_size(rows["n"], needed.min_ratings), level=needed.level)


def association(
    history: History, when: When = None, *, time: str = "full_resolution_minutes", group: Names = None
) -> pd.DataFrame:
    """Whether ratings go with a time, three ways: one row each.

    Columns: `method`, `n`, `estimate`, `low`, `high`, `missing`, `negative`, `neutral` (left out, as in
    `time_and_rating`), `verdict` (lower: ratings are lower where the time is longer), `note`.
    Methods: rank correlation; odds ratio of a good rating per doubling of the time; the same within groups.
    An association, never a reason: hard tickets take long and disappoint.
    """
    needed = history.thresholds
    level = needed.level
    counts = _minute_counts(history, when, time, group, by=["group", "agent"])
    timed = _timed(counts)
    tickets = {"minutes": timed["minutes"], "good": timed["good"], "rated": timed["rated"]}
    agents, groups = timed["agent"], timed["group"]
    found: dict[str, tuple[Correlation | OddsRatio, float]] = {
        "rank correlation": (_rank_correlation(timed, level), 0.0),
        "odds ratio per doubling": (odds_ratio_per_doubling(**tickets, agents=agents, level=level), 1.0),
        "odds ratio per doubling, within groups": (
            odds_ratio_per_doubling(**tickets, agents=agents, groups=groups, level=level), 1.0
        ),
    }  # fmt: skip
    rows = pd.DataFrame(
        {"method": name, "n": one.n, "estimate": one.estimate, "low": one.low, "high": one.high,
         **_left_out(counts), "verdict": _tested(one, none, needed.verdict_level), "note": _note(one)}
        for name, (one, none) in found.items()
    )  # fmt: skip
    return with_verdict(rows, rows["verdict"], level=level)


def simpson_check(
    history: History, when: When = None, *, time: str = "full_resolution_minutes", by: str = "group",
    group: Names = None, min_ratings: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Whether the association of a time and ratings turns when strata are looked at one by one.

    Tickets above the median time of all are the slower half, the others the quicker one. by: what makes the
    strata: group, channel, … Rows: "all together", one per value of `by` in alphabetical order, and "within BY,
    pooled" (Mantel-Haenszel). Columns: `part`, `n`, `estimate` (odds ratio of a good rating, slower half against
    quicker half; below 1: longer goes with lower ratings), `low`, `high`, `missing`, `negative`, `neutral` (left
    out of all), `verdict` (lower: ratings are lower where the time is longer), `note`, `sign_differs` (the estimate
    lies on the other side of 1 than that of all together), `reversed` (the verdict is the opposite of that of
    all together). The verdicts of k strata stand at a level of 1 - 0.01/k.
    Where the sign of the pooled row differs, show both ratios: that is Simpson's paradox.
    Raises CsatError for tags and fields of which a ticket can have several.
    """
    if counts_twice(history, by):
        raise CsatError(f"simpson_check cannot go by {by}, of which a ticket can have several")
    counts = labelled(_minute_counts(history, when, time, group, by=[by]), [by])
    slow, quick = _halves(counts, by)
    needed, n = thresholds(history, min_ratings, by), slow["rated"] + quick["rated"]
    level, whole = needed.level, needed.verdict_level
    strict = level_of_each(n >= needed.min_ratings, whole)
    parts = [
        _part(TOGETHER, slow.sum(), quick.sum(), level, whole),
        *(_part(name, slow.loc[name], quick.loc[name], level, strict) for name in n.index),
        _part(f"within {by}, pooled", slow, quick, level, whole),
    ]
    rows = pd.DataFrame(parts).assign(**_left_out(counts))
    verdict = np.where(rows["n"] < needed.min_ratings, Verdict.TOO_FEW, rows["verdict"])
    return _with_signs(with_verdict(rows, verdict, level=level))


def _minute_counts(
    history: History, when: When, time: str, group: Names, *, by: Sequence[str]
) -> pd.DataFrame:
    """Good, bad and neutral ratings per `by` and whole minute; null and negative minutes are in it."""
    if time not in (*MINUTES, *BUSINESS_MINUTES):
        raise UnknownChoice("time", time, [*MINUTES, *BUSINESS_MINUTES])
    span = period(history, when)
    counts = measured(history, lambda ratings: measures.minute_counts(ratings, time, by), span, group, by=by)
    return counts.astype(dict.fromkeys(COUNTS, int))


def _left_out(counts: pd.DataFrame) -> dict[str, int]:
    """What an answer about times leaves out: ratings without a time or with an impossible one, and neutral ones."""
    return {
        "missing": int(counts.loc[counts["minutes"].isna(), "rated"].sum()),
        "negative": int(counts.loc[(counts["minutes"] < 0).fillna(False), "rated"].sum()),
        "neutral": int(counts["neutral"].sum()),
    }


def _timed(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts whose minutes are possible, as plain numbers."""
    timed = counts[(counts["minutes"] >= 0).fillna(False) & (counts["rated"] > 0)]
    return timed.astype({"minutes": float})


def _rank_correlation(timed: pd.DataFrame, level: float) -> Correlation:
    minutes = pd.concat([timed["minutes"], timed["minutes"]], ignore_index=True)
    good = np.repeat([1, 0], len(timed))
    return spearman(minutes, good, pd.concat([timed["good"], timed["bad"]], ignore_index=True), level=level)


def _binned(counts: pd.DataFrame, keys: Sequence[str], bins: int, level: float) -> pd.DataFrame:
    timed = _timed(counts)
    table = time_bins(timed["minutes"], timed["good"], timed["rated"], bins=bins, level=level).table
    if table.empty and len(counts):  # so that what is left out of it is told
        table = table.reindex([0]).fillna({"good": 0, "rated": 0}).astype({"good": int, "rated": int})
    rows = table.rename(columns=BIN_NAMES).assign(**_left_out(counts))
    for place, key in enumerate(keys):
        rows.insert(place, key, counts[key].iloc[0] if len(counts) else "")
    return rows


def _halves(counts: pd.DataFrame, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`good` and `rated` per value of `by`: of the tickets above the median time of all, and of the others."""
    timed = _timed(counts)
    middle = median_interval(timed["minutes"], timed["rated"]).estimate
    slower, values = timed["minutes"] > middle, pd.Index(timed[by].unique(), name=by)
    slow, quick = (
        timed[side].groupby(by)[["good", "rated"]].sum().reindex(values, fill_value=0)
        for side in (slower, ~slower)
    )
    return slow, quick


def _part(name: str, slow: Any, quick: Any, level: float, strict: float) -> dict[str, Any]:
    """A row of the check: the odds ratio with its interval at one level, judged at another."""
    sides: dict[str, Any] = {
        "good": slow["good"],
        "rated": slow["rated"],
        "against": (quick["good"], quick["rated"]),
    }
    shown, judged = mantel_haenszel(**sides, level=level), mantel_haenszel(**sides, level=strict)
    return {
        "part": name, "n": int(np.sum(slow["rated"] + quick["rated"])), "estimate": shown.estimate,
        "low": shown.low, "high": shown.high, "verdict": _association(judged.low, judged.high, 1),
        "note": shown.note,
    }  # fmt: skip


def _with_signs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with `sign_differs` and `reversed`: whether a part points the other way than all together."""
    judged = matches(rows["verdict"], has_enough_data)
    claims = matches(rows["verdict"], is_claim)
    other_side = (rows["estimate"] - 1) * (rows["estimate"].iloc[0] - 1) < 0
    return rows.assign(
        sign_differs=other_side & judged & judged[0],
        reversed=other_side & claims & claims[0],
    )


def _note(found: Correlation | OddsRatio) -> str:
    """Why nothing is estimated, or what a correlation of so many ratings can show at all."""
    if isinstance(found, OddsRatio) or np.isnan(found.smallest_visible):
        return found.note
    return f"of so many ratings a correlation of {found.smallest_visible:.2f} shows in 80 of 100 samples"


def _tested(found: Correlation | OddsRatio, none: float, level: float) -> Verdict:
    """What an association amounts to at the level of verdicts, which is not that of its interval."""
    if np.isnan(found.low) or found.p_value <= 1 - level:
        return _association(found.low, found.high, none)
    return Verdict.NO_ASSOCIATION


def _association(low: float, high: float, none: float) -> Verdict:
    if np.isnan(low) or np.isnan(high):
        return Verdict.UNKNOWN
    if low <= none <= high:
        return Verdict.NO_ASSOCIATION
    return Verdict.LOWER if high < none else Verdict.HIGHER

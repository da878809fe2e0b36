"""Whether the association of a time and ratings is reversed within strata (Simpson's paradox)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..errors import CsatError
from ..estimates import StratifiedOddsRatio, mantel_haenszel, median_interval
from ..history import History
from ..history.filters import Where, find_filter
from ..settings import Thresholds
from ..verdicts import Verdict, has_enough_data, is_claim, matches
from .dimensions import find_dimensions, sort_by_name
from .judging import bonferroni_level, with_verdicts
from .minutes import count_left_out, count_minutes, judge_association, widen_for_customers, with_time
from .scope import Names, When, one_connection, period, thresholds

# The row of `simpson_check` that does not look at strata.
TOGETHER = "all together"


@one_connection
def simpson_check(
    history: History,
    when: When = None,
    *,
    time: str = "full_resolution_minutes",
    by: str = "group",
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return whether the association of a time and ratings is reversed within strata (Simpson's paradox).

    Tickets above the median time of all are the slower half, the others the quicker half.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    time
        A duration column of the `ratings` view, in minutes; or handle_seconds, the time that agents spent.
    by
        The dimension that makes the strata. Not tags, nor fields of which a ticket can have several values.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Ratings that a stratum needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        Rows: "all together", one per value of `by` in alphabetical order, and "within BY, pooled" (Mantel-Haenszel).
        Columns: `part`, `n`, `estimate` (odds ratio of a good rating, slower half against quicker half), `low`,
        `high`, `verdict` (lower: ratings are lower where the time is longer), `note`, `missing`, `negative`, `neutral`
        (left out, as in `time_and_rating`), `sign_differs` (the estimate lies on the other side of 1 than that of all
        together), `reversed` (the verdict is the opposite of that of all together). With k strata to judge, each
        verdict has a confidence level of 1 - 0.01/k.

    Raises
    ------
    UnknownChoice
        If `time` or `by` is unknown.
    CsatError
        If a ticket can have several values of `by`, or a week is malformed or outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.simpson_check(history, weeks)["part"].tolist()
    ['all together', 'Billing', 'Returns', 'within group, pooled']
    """
    kept = find_filter(history, where, group=group)
    (stratum,) = find_dimensions(history, [by])
    if stratum.is_multivalued:
        raise CsatError(f"simpson_check cannot split by {by}: a ticket can have several values of it")
    needed = thresholds(history, min_ratings, by)
    span = period(history, when)
    counts = sort_by_name(count_minutes(history, span, time, kept=kept, by=(stratum,)), (stratum,))
    widen = widen_for_customers(history, span, kept=kept)
    rows = _compare_halves(*_split_at_median(counts, by), by=by, needed=needed, widen=widen)
    rows = rows.assign(**count_left_out(counts))
    verdicts = np.where(rows["n"] < needed.min_ratings, Verdict.TOO_FEW, rows["verdict"])
    return _with_signs(with_verdicts(rows, verdicts, level=needed.level))


def _split_at_median(counts: pd.DataFrame, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `good` and `rated` per value of `by`: of tickets above the median time of all, and of the others."""
    timed = with_time(counts)
    middle = median_interval(timed["minutes"], timed["rated"]).estimate
    slower = timed["minutes"] > middle
    values = pd.Index(timed[by].unique(), name=by)
    slow, quick = (
        timed[side].groupby(by)[["good", "rated"]].sum().reindex(values, fill_value=0)
        for side in (slower, ~slower)
    )
    return slow, quick


def _compare_halves(
    slow: pd.DataFrame, quick: pd.DataFrame, *, by: str, needed: Thresholds, widen: Callable[[float], float]
) -> pd.DataFrame:
    """Return the rows of `simpson_check`: all together, each stratum, all strata pooled."""
    n = slow["rated"] + quick["rated"]
    level, whole = widen(needed.level), widen(needed.verdict_level)
    of_stratum = widen(bonferroni_level(n >= needed.min_ratings, needed.verdict_level))
    return pd.DataFrame(
        [
            _part(TOGETHER, slow.sum(), quick.sum(), level, whole),
            *(_part(name, slow.loc[name], quick.loc[name], level, of_stratum) for name in n.index),
            _part(f"within {by}, pooled", slow, quick, level, whole),
        ]
    )


def _part(
    name: str, slow: Mapping[str, Any], quick: Mapping[str, Any], level: float, verdict_level: float
) -> dict[str, Any]:
    """Return a row of the check: the odds ratio with its interval at one level, judged at another."""
    shown, judged = (_odds_ratio(slow, quick, one) for one in (level, verdict_level))
    return {
        "part": name,
        "n": int(np.sum(slow["rated"] + quick["rated"])),
        "estimate": shown.estimate,
        "low": shown.low,
        "high": shown.high,
        "verdict": judge_association((shown.low, shown.high), (judged.low, judged.high), 1),
        "note": shown.note,
    }


def _odds_ratio(slow: Mapping[str, Any], quick: Mapping[str, Any], level: float) -> StratifiedOddsRatio:
    against = (quick["good"], quick["rated"])
    return mantel_haenszel(good=slow["good"], rated=slow["rated"], against=against, level=level)


def _with_signs(rows: pd.DataFrame) -> pd.DataFrame:
    """Add `sign_differs` and `reversed`: whether a part points the other way than all together."""
    judged = matches(rows["verdict"], has_enough_data)
    claims = matches(rows["verdict"], is_claim)
    other_side = (rows["estimate"] - 1) * (rows["estimate"].iloc[0] - 1) < 0
    return rows.assign(
        sign_differs=other_side & judged & judged[0],
        reversed=other_side & claims & claims[0],
    )

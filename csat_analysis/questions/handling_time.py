"""How ratings relate to handling times.

Times are whole minutes, so that counts of good and bad ratings per minute hold all that these questions need: only
those counts leave the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..errors import CsatError, UnknownChoice
from ..estimates import (
    Correlation,
    OddsRatio,
    StratifiedOddsRatio,
    mantel_haenszel,
    median_interval,
    odds_ratio_per_doubling,
    spearman,
    time_bins,
)
from ..history import History
from ..schema.tables import BUSINESS_MINUTES, MINUTES
from ..settings import Thresholds
from ..verdicts import Verdict, has_enough_data, is_claim, matches
from . import measures
from .counting import COUNTS, count_measure
from .dimensions import Dimension, find_dimensions, names_of, sort_by_name
from .judging import bonferroni_level, judge, judge_size, with_verdicts
from .scope import Names, When, one_connection, period, thresholds

# The row of `simpson_check` that does not look at strata.
TOGETHER = "all together"
GROUP_AND_AGENT = (Dimension("group"), Dimension("agent"))
BIN_COLUMNS = {
    "from_minutes": "low_minutes",
    "to_minutes": "high_minutes",
    "rated": "n",
    "csat": "estimate",
}


@one_connection
def time_and_rating(
    history: History,
    when: When = None,
    *,
    time: str = "full_resolution_minutes",
    by: str | None = None,
    group: Names = None,
    bins: int = 5,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return satisfaction by parts of a time that hold about equally many ratings, short to long.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    time
        A duration column of the `ratings` view, in minutes.
    by
        A dimension to split by, as in `csat`: parts for each of its values.
    group
        Names of groups, one or several; None for all.
    bins
        Number of parts. Ratings with the same time are in the same part.
    min_ratings
        Ratings that a part needs for a rate; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per part: [`by`], `low_minutes`, `high_minutes`, `median_minutes`, `good`, `n`, `estimate`, `low`,
        `high` (shares), `missing` (ratings without that time), `negative` (time below 0, an error in the data),
        `neutral` (all three left out, and the same in each row of a value), `verdict`.

    Raises
    ------
    UnknownChoice
        If `time` or `by` is unknown.
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.time_and_rating(history, weeks, time="first_reply_minutes", bins=3)["n"].size
    3
    """
    dimensions = find_dimensions(history, by)
    needed = thresholds(history, min_ratings, by)
    counts = sort_by_name(_count_minutes(history, when, time, group, by=dimensions), dimensions)
    keys = names_of(dimensions)
    parts = [rows for _, rows in counts.groupby(keys)] if keys else [counts]
    binned = [_bin(rows, keys, bins, needed.level) for rows in parts or [counts]]
    rows = pd.concat(binned, ignore_index=True)
    return with_verdicts(rows, judge_size(rows["n"] >= needed.min_ratings), level=needed.level)


@one_connection
def association(
    history: History,
    when: When = None,
    *,
    time: str = "full_resolution_minutes",
    group: Names = None,
) -> pd.DataFrame:
    """Return whether ratings and a time are associated, estimated in three ways.

    An association is not a cause: hard tickets take long, and their customers are less satisfied.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    time
        A duration column of the `ratings` view, in minutes.
    group
        Names of groups, one or several; None for all.

    Returns
    -------
    pandas.DataFrame
        One row per `method` (rank correlation; odds ratio of a good rating per doubling of the time; the same within
        groups): `n`, `estimate`, `low`, `high`, `missing`, `negative`, `neutral` (left out, as in `time_and_rating`),
        `verdict` (lower: ratings are lower where the time is longer), `note`.

    Raises
    ------
    UnknownChoice
        If `time` is unknown.
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.association(history, weeks, time="first_reply_minutes")["method"].tolist()
    ['rank correlation', 'odds ratio per doubling', 'odds ratio per doubling, within groups']
    """
    needed = history.thresholds
    counts = _count_minutes(history, when, time, group, by=GROUP_AND_AGENT)
    estimates = _estimate_associations(_with_time(counts), needed.level)
    rows = pd.DataFrame(
        {
            "method": method,
            "n": found.n,
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
            **_count_left_out(counts),
            "verdict": _judge(found, neutral, needed.verdict_level),
            "note": _note(found),
        }
        for method, (found, neutral) in estimates.items()
    )
    return with_verdicts(rows, rows["verdict"], level=needed.level)


@one_connection
def simpson_check(
    history: History,
    when: When = None,
    *,
    time: str = "full_resolution_minutes",
    by: str = "group",
    group: Names = None,
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
        A duration column of the `ratings` view, in minutes.
    by
        The dimension that makes the strata. Not tags, nor fields of which a ticket can have several values.
    group
        Names of groups, one or several; None for all.
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
    (stratum,) = find_dimensions(history, [by])
    if stratum.is_multivalued:
        raise CsatError(f"simpson_check cannot split by {by}: a ticket can have several values of it")
    needed = thresholds(history, min_ratings, by)
    counts = sort_by_name(_count_minutes(history, when, time, group, by=(stratum,)), (stratum,))
    rows = _compare_halves(*_split_at_median(counts, by), by=by, needed=needed)
    rows = rows.assign(**_count_left_out(counts))
    verdicts = np.where(rows["n"] < needed.min_ratings, Verdict.TOO_FEW, rows["verdict"])
    return _with_signs(with_verdicts(rows, verdicts, level=needed.level))


def _count_minutes(
    history: History, when: When, time: str, group: Names, *, by: Sequence[Dimension]
) -> pd.DataFrame:
    """Return good, bad and neutral ratings per `by` and whole minute, also of null and negative minutes."""
    if time not in (*MINUTES, *BUSINESS_MINUTES):
        raise UnknownChoice("time", time, [*MINUTES, *BUSINESS_MINUTES])
    measure = partial(measures.minute_counts, time=time, by=names_of(by))
    counts = count_measure(history, measure, period(history, when), group=group, by=by)
    return counts.astype(dict.fromkeys(COUNTS, int))


def _count_left_out(counts: pd.DataFrame) -> dict[str, int]:
    """Count what an answer leaves out: ratings without a time or with an impossible one, and neutral ones."""
    return {
        "missing": int(counts.loc[counts["minutes"].isna(), "rated"].sum()),
        "negative": int(counts.loc[(counts["minutes"] < 0).fillna(False), "rated"].sum()),
        "neutral": int(counts["neutral"].sum()),
    }


def _with_time(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts whose minutes are possible, as plain numbers."""
    timed = counts[(counts["minutes"] >= 0).fillna(False) & (counts["rated"] > 0)]
    return timed.astype({"minutes": float})


def _estimate_associations(
    timed: pd.DataFrame, level: float
) -> dict[str, tuple[Correlation | OddsRatio, float]]:
    """Return the estimate of each method, and its value where there is no association."""
    per_doubling = partial(
        odds_ratio_per_doubling,
        minutes=timed["minutes"],
        good=timed["good"],
        rated=timed["rated"],
        agents=timed["agent"],
        level=level,
    )
    return {
        "rank correlation": (_rank_correlation(timed, level), 0.0),
        "odds ratio per doubling": (per_doubling(), 1.0),
        "odds ratio per doubling, within groups": (per_doubling(groups=timed["group"]), 1.0),
    }


def _rank_correlation(timed: pd.DataFrame, level: float) -> Correlation:
    minutes = pd.concat([timed["minutes"], timed["minutes"]], ignore_index=True)
    good = np.repeat([1, 0], len(timed))
    counts = pd.concat([timed["good"], timed["bad"]], ignore_index=True)
    return spearman(minutes, good, counts, level=level)


def _bin(counts: pd.DataFrame, keys: Sequence[str], bins: int, level: float) -> pd.DataFrame:
    timed = _with_time(counts)
    table = time_bins(timed["minutes"], timed["good"], timed["rated"], bins=bins, level=level).table
    if table.empty and len(counts):
        # One empty row says what is left out.
        table = table.reindex([0]).fillna({"good": 0, "rated": 0}).astype({"good": int, "rated": int})
    rows = table.rename(columns=BIN_COLUMNS).assign(**_count_left_out(counts))
    for place, key in enumerate(keys):
        rows.insert(place, key, counts[key].iloc[0] if len(counts) else "")
    return rows


def _split_at_median(counts: pd.DataFrame, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `good` and `rated` per value of `by`: of tickets above the median time of all, and of the others."""
    timed = _with_time(counts)
    middle = median_interval(timed["minutes"], timed["rated"]).estimate
    slower = timed["minutes"] > middle
    values = pd.Index(timed[by].unique(), name=by)
    slow, quick = (
        timed[side].groupby(by)[["good", "rated"]].sum().reindex(values, fill_value=0)
        for side in (slower, ~slower)
    )
    return slow, quick


def _compare_halves(slow: pd.DataFrame, quick: pd.DataFrame, *, by: str, needed: Thresholds) -> pd.DataFrame:
    """Return the rows of `simpson_check`: all together, each stratum, all strata pooled."""
    n = slow["rated"] + quick["rated"]
    whole = needed.verdict_level
    of_stratum = bonferroni_level(n >= needed.min_ratings, whole)
    level = needed.level
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
        "verdict": _judge_intervals((shown.low, shown.high), (judged.low, judged.high), 1),
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


def _note(found: Correlation | OddsRatio) -> str:
    """Return why nothing is estimated, or which correlation so many ratings can show."""
    if isinstance(found, OddsRatio) or np.isnan(found.smallest_visible):
        return found.note
    return f"smallest correlation that would show: {found.smallest_visible:.2f} (in 80 of 100 samples)"


def _judge(found: Correlation | OddsRatio, neutral: float, level: float) -> Verdict:
    """Return the verdict of an association: its p value decides at the level of verdicts."""
    shown = (found.low, found.high)
    strict = shown if found.p_value <= 1 - level else (-np.inf, np.inf)
    return _judge_intervals(shown, strict, neutral)


def _judge_intervals(shown: tuple[float, float], strict: tuple[float, float], neutral: float) -> Verdict:
    if np.isnan([*shown, *strict]).any():
        return Verdict.UNKNOWN
    verdict = judge(shown, strict, neutral)
    return Verdict.NO_ASSOCIATION if verdict is Verdict.NO_DIFFERENCE else verdict

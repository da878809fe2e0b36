"""How ratings relate to handling times: rates in parts of a time, and whether the two are associated."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from ..estimates import Correlation, OddsRatio, odds_ratio_per_doubling, spearman, time_bins
from ..estimates.levels import Source, level_of
from ..history import History
from ..history.filters import Where, find_filter
from ..verdicts import Verdict
from .dimensions import Dimension, find_dimensions, names_of, sort_by_name
from .judging import judge_size, with_verdicts
from .minutes import count_left_out, count_minutes, judge_association, widen_for_customers, with_time
from .scope import Names, When, one_connection, period, thresholds

# Names of the times to the first reply begin so.
FIRST_REPLY = "first_reply"
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
    where: Where = None,
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
        A duration column of the `ratings` view, in minutes; or handle_seconds, the time that agents spent.
    by
        A dimension to split by, as in `csat`: parts for each of its values.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
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
    kept = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, by)
    needed = thresholds(history, min_ratings, by)
    span = period(history, when)
    level = widen_for_customers(history, span, kept=kept)(needed.level)
    counts = sort_by_name(count_minutes(history, span, time, kept=kept, by=dimensions), dimensions)
    keys = names_of(dimensions)
    parts = [rows for _, rows in counts.groupby(keys)] if keys else [counts]
    binned = [_bin(rows, keys, bins, level) for rows in parts or [counts]]
    rows = pd.concat(binned, ignore_index=True)
    return with_verdicts(rows, judge_size(rows["n"] >= needed.min_ratings), level=needed.level)


@one_connection
def association(
    history: History,
    when: When = None,
    *,
    time: str = "full_resolution_minutes",
    group: Names = None,
    where: Where = None,
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
        A duration column of the `ratings` view, in minutes; or handle_seconds, the time that agents spent.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.

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
    kept = find_filter(history, where, group=group)
    needed = history.thresholds
    span = period(history, when)
    widen = widen_for_customers(history, span, kept=kept)
    source = Source.FIRST_REPLY if time.startswith(FIRST_REPLY) else Source.RESOLUTION
    verdict_level = widen(level_of(source, verdict_level=needed.verdict_level))
    counts = count_minutes(history, span, time, kept=kept, by=GROUP_AND_AGENT)
    estimates = _estimate_associations(with_time(counts), widen(needed.level), verdict_level)
    rows = pd.DataFrame(
        {
            "method": method,
            "n": found.n,
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
            **count_left_out(counts),
            "verdict": _judge(found, neutral, verdict_level),
            "note": _note(found),
        }
        for method, (found, neutral) in estimates.items()
    )
    return with_verdicts(rows, rows["verdict"], level=needed.level)


def _estimate_associations(
    timed: pd.DataFrame, level: float, verdict_level: float
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
        "rank correlation": (_rank_correlation(timed, level, verdict_level), 0.0),
        "odds ratio per doubling": (per_doubling(), 1.0),
        "odds ratio per doubling, within groups": (per_doubling(groups=timed["group"]), 1.0),
    }


def _rank_correlation(timed: pd.DataFrame, level: float, verdict_level: float) -> Correlation:
    minutes = pd.concat([timed["minutes"], timed["minutes"]], ignore_index=True)
    good = np.repeat([1, 0], len(timed))
    counts = pd.concat([timed["good"], timed["rated"] - timed["good"]], ignore_index=True)
    return spearman(minutes, good, counts, level=level, verdict_level=verdict_level)


def _bin(counts: pd.DataFrame, keys: Sequence[str], bins: int, level: float) -> pd.DataFrame:
    timed = with_time(counts)
    table = time_bins(timed["minutes"], timed["good"], timed["rated"], bins=bins, level=level).table
    if table.empty and len(counts):
        # One empty row says what is left out.
        table = table.reindex([0]).fillna({"good": 0, "rated": 0}).astype({"good": int, "rated": int})
    rows = table.rename(columns=BIN_COLUMNS).assign(**count_left_out(counts))
    for place, key in enumerate(keys):
        rows.insert(place, key, counts[key].iloc[0] if len(counts) else "")
    return rows


def _note(found: Correlation | OddsRatio) -> str:
    """Return why nothing is estimated, or which correlation so many ratings can show."""
    if isinstance(found, OddsRatio) or np.isnan(found.smallest_visible):
        return found.note
    return f"smallest correlation that would show: {found.smallest_visible:.2f} (in 80 of 100 samples)"


def _judge(found: Correlation | OddsRatio, neutral: float, level: float) -> Verdict:
    """Return the verdict of an association: its p value decides at the level of verdicts."""
    shown = (found.low, found.high)
    strict = shown if found.p_value <= 1 - level else (-np.inf, np.inf)
    return judge_association(shown, strict, neutral)

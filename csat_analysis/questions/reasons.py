"""Which reasons customers gave with a bad rating."""

from __future__ import annotations

import pandas as pd

from ..estimates.levels import Source
from ..history import History
from . import measures
from .counting import count_measure
from .judging import estimate_changes, estimate_rates, judge_changes, with_verdicts
from .scope import Names, When, one_connection, thresholds, two_periods


@one_connection
def reasons(
    history: History,
    this: When = None,
    that: When = None,
    *,
    group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return how often each reason was given, as a share of the bad ratings with a reason.

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods; by default the last complete week, and the four weeks before `this`.
    group
        Names of groups, one or several; None for all.
    min_ratings
        Bad ratings with a reason that each period needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per reason, in alphabetical order: `reason`, `n`, `of` (bad ratings with a reason), `without` (bad
        ratings without one, left out), `estimate`, `low`, `high`, `n_before`, `estimate_before`, `change`,
        `change_low`, `change_high` (shares and their difference, 0 to 1), `verdict`.

    Raises
    ------
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> csat.reasons(history, "2026-W46").columns[:3].tolist()
    ['reason', 'n', 'of']
    """
    needed = thresholds(history, min_ratings)
    spans = two_periods(history, this, that)
    counts = [count_measure(history, measures.reason_counts, span, group=group) for span in spans]
    now, before = (rows.dropna(subset="reason").set_index("reason")["n"] for rows in counts)
    names = now.index.union(before.index)
    new, old = (_of_all(rows, names) for rows in (now, before))
    without = int(counts[0].loc[counts[0]["reason"].isna(), "n"].sum())
    rows = pd.DataFrame({"n": new["good"], "of": new["rated"], "without": without})
    rates = estimate_rates(new, level=needed.level)[["estimate", "low", "high"]]
    rows = rows.join(rates).assign(**estimate_changes(new, old, level=needed.level))
    rows["n_before"] = old["good"]
    rows = rows.rename_axis("reason").reset_index()
    verdicts = judge_changes(new, old, needed, source=Source.REASONS)
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


def _of_all(counts: pd.Series, names: pd.Index) -> pd.DataFrame:
    """Return the counts of reasons as parts (`good`) of all of them (`rated`)."""
    parts = counts.reindex(names, fill_value=0)
    return pd.DataFrame({"good": parts, "rated": int(counts.sum())}).astype(int)

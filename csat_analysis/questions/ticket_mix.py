"""Which kinds of tickets have low ratings, and how many bad ratings are expected for a mix of tickets."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import CsatError
from ..estimates import expected_bad, newcombe_difference, observed_over_expected, wilson_interval
from ..history import History
from ..periods import Period
from .counting import count_ratings
from .dimensions import Dimension, find_dimensions, find_option_tags, names_of
from .judging import bonferroni_level, judge_rows, share, with_verdicts
from .measures import TAG
from .scope import Names, When, one_connection, period, thresholds


@one_connection
def low_ratings(
    history: History,
    when: When = None,
    *,
    by: str,
    group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return the share of bad ratings of each value, compared with all tickets without it.

    A ticket with two tags counts with both. A tag that only marks a choice of a drop-down field is left to that field.
    Neutral ratings are left out. Tickets of a kind may differ in much else: a difference is not a cause.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    by
        A dimension: channel, brand, priority, tag, "field:TITLE" (a custom ticket field by its title), or another one
        of `csat`.
    group
        Names of groups, one or several; None for all.
    min_ratings
        Ratings that a value and all others need for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per value, in alphabetical order: `value`, `n`, `bad`, `estimate` (share bad), `low`, `high`,
        `n_others`, `estimate_others`, `difference`, `difference_low`, `difference_high` (Newcombe), `verdict` (higher:
        more often bad). With k values to judge, each verdict has a confidence level of 1 - 0.01/k.

    Raises
    ------
    UnknownChoice
        If `by` is not a dimension.
    CsatError
        If a week is malformed or outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.low_ratings(history, weeks, by="channel")["value"].tolist()
    ['chat', 'email']
    """
    (dimension,) = find_dimensions(history, [by])
    needed = thresholds(history, min_ratings, by)
    span = period(history, when)
    counts = _count_values(history, span=span, dimension=dimension, group=group)
    total = count_ratings(history, span, group=group).iloc[0]
    bad, rated = counts["bad"], counts["rated"]
    others = (total["bad"] - bad, total["rated"] - rated)
    low, high = wilson_interval(bad, rated, level=needed.level)
    shown = newcombe_difference(bad, rated, minus=others, level=needed.level)
    rows = pd.DataFrame(
        {
            "value": counts["value"],
            "n": rated,
            "bad": bad,
            "estimate": share(bad, rated),
            "low": low,
            "high": high,
            "n_others": others[1],
            "estimate_others": share(*others),
            "difference": shown.estimate,
            "difference_low": shown.low,
            "difference_high": shown.high,
        }
    )
    enough = (rated >= needed.min_ratings) & (others[1] >= needed.min_ratings)
    level = bonferroni_level(enough, needed.verdict_level)
    judged = newcombe_difference(bad, rated, minus=others, level=level)
    verdicts = judge_rows(shown, judged, enough)
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


@one_connection
def case_mix(
    history: History,
    when: When = None,
    *,
    by: str = "group",
    strata: str | Sequence[str] = ("channel",),
    group: Names = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return bad ratings observed over those expected if every stratum had its overall rate.

    It adjusts for the strata that are named, and for nothing else.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    by
        The dimension to judge: group, agent or another one.
    strata
        One or several dimensions that are fixed before anyone works on a ticket: channel, priority, brand or
        "field:TITLE".
    group
        Names of groups, one or several; None for all.
    min_ratings
        Ratings that a row needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per value of `by`, in alphabetical order: `by`, `n`, `observed`, `expected` (bad ratings), `estimate`
        (observed / expected; 1.2: a fifth more than expected), `low`, `high` (Byar), `verdict` (higher: more bad
        ratings). With k rows to judge, each verdict has a confidence level of 1 - 0.01/k.

    Raises
    ------
    UnknownChoice
        If `by` or one of `strata` is not a dimension.
    CsatError
        If `by` is among the strata, if a ticket can have several values of one of them, or if a week is malformed or
        outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.case_mix(history, weeks, strata=("channel",))["group"].tolist()
    ['Billing', 'Returns']
    """
    judged, *kinds = _distinct_dimensions(history, by, strata)
    needed = thresholds(history, min_ratings, by)
    counts = count_ratings(history, period(history, when), by=[judged, *kinds], group=group)
    rows = _observe_and_expect(counts, by, names_of(kinds))
    shown = observed_over_expected(rows["observed"], rows["expected"], level=needed.level)
    rows = rows.assign(estimate=shown.estimate, low=shown.low, high=shown.high)
    enough = (rows["n"] >= needed.min_ratings) & (rows["expected"] > 0)
    level = bonferroni_level(enough, needed.verdict_level)
    strict = observed_over_expected(rows["observed"], rows["expected"], level=level)
    verdicts = judge_rows(shown, strict, enough, neutral=1)
    rows = rows.rename_axis(by).reset_index()
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


def _count_values(history: History, *, span: Period, dimension: Dimension, group: Names) -> pd.DataFrame:
    counts = count_ratings(history, span, by=(dimension,), group=group)
    counts = counts.rename(columns={dimension.name: "value"})
    left_out = find_option_tags(history) if dimension.name == TAG else set()
    rated = (counts["rated"] > 0) & ~counts["value"].isin(left_out)
    return counts[rated].reset_index(drop=True)


def _distinct_dimensions(history: History, by: str, strata: str | Sequence[str]) -> tuple[Dimension, ...]:
    """Look up `by` and the strata. Raises CsatError if they overlap or count a ticket several times."""
    names = [strata] if isinstance(strata, str) else list(strata)
    found = find_dimensions(history, [by, *names])
    if by in names or any(one.is_multivalued for one in found):
        raise CsatError(
            f"case_mix cannot compare {by} within {', '.join(names)}: name other strata, and none of which a ticket "
            "can have several values, such as tags"
        )
    return found


def _observe_and_expect(counts: pd.DataFrame, by: str, strata: Sequence[str]) -> pd.DataFrame:
    """Return `n`, `observed` and `expected` bad ratings per value of `by`."""
    table = counts[counts["rated"] > 0]
    good, rated = (
        table.pivot_table(index=by, columns=strata, values=name, aggfunc="sum", fill_value=0).sort_index()
        for name in ("good", "rated")
    )
    n = rated.sum(axis=1)
    expected = pd.Series(expected_bad(good, rated) if len(n) else [], index=n.index, dtype=float)
    return pd.DataFrame({"n": n, "observed": (rated - good).sum(axis=1), "expected": expected})

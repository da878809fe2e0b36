"""Which kinds of tickets have low ratings, and how many bad ratings are expected for a mix of tickets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from ..errors import CsatError
from ..estimates import compare_with_mix, newcombe_difference, wilson_interval
from ..estimates.rates import Difference
from ..history import History
from ..history.filters import Filter, Where, find_filter
from ..periods import Period
from ..verdicts import Verdict, direction
from .counting import count_categories, count_ratings
from .dimensions import Dimension, find_dimensions, find_option_tags, join_values, names_of
from .judging import bonferroni_level, has_enough, judge_rows, share, with_verdicts
from .measures import TAG
from .repeat_customers import with_inflation
from .scope import Names, When, one_connection, period, thresholds


@one_connection
def low_ratings(
    history: History,
    when: When = None,
    *,
    by: str | Sequence[str],
    group: Names = None,
    where: Where = None,
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
        A dimension, or several whose values are joined by a comma:
        channel, brand, priority, tag, "field:TITLE" (a custom ticket field by its title), or another one
        of `csat`. Agents are not judged, as all others are not their colleagues: see `agents`.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
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
    kept = find_filter(history, where, group=group)
    dimensions = find_dimensions(history, by)
    if not dimensions:
        raise CsatError("low_ratings needs a dimension, for example by='channel'")
    needed = thresholds(history, min_ratings, by)
    span = period(history, when)
    counts = _count_values(history, span=span, by=dimensions, kept=kept)
    whole = count_ratings(history, span, kept=kept)
    counts, whole = with_inflation(history, span.end, counts, whole)
    others = pd.DataFrame({name: whole[name].item() - counts[name] for name in ("bad", "rated")})
    compare = partial(_compare_bad, counts, others, inflation=whole["inflation"].item())
    shown = compare(level=needed.level)
    enough = has_enough(counts, needed.min_ratings) & (others["rated"] >= needed.min_ratings)
    judged = compare(level=bonferroni_level(enough, needed.verdict_level))
    rows = _shares_of_bad(counts, others, level=needed.level).assign(
        difference=shown.estimate, difference_low=shown.low, difference_high=shown.high
    )
    verdicts = judge_rows(shown, judged, enough)
    if "agent" in names_of(dimensions):
        # All others are not their colleagues.
        verdicts = [Verdict.OVERLAPPING if direction(one) else one for one in verdicts]
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


@one_connection
def case_mix(
    history: History,
    when: When = None,
    *,
    by: str = "group",
    strata: str | Sequence[str] = ("channel",),
    group: Names = None,
    where: Where = None,
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
        "field:TITLE". For agents the group is always one of them, so that nobody is named because of their group.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Ratings that a row needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per value of `by`, in alphabetical order: `by`, `n`, `observed`, `expected` (bad ratings), `estimate`
        (observed / expected; 1.2: a fifth more than expected), `low`, `high` (mid-p), `verdict` (higher: more bad
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
    kept = find_filter(history, where, group=group)
    strata = [strata] if isinstance(strata, str) else list(strata)
    if by == "agent" and "group" not in strata:
        strata.append("group")
    judged, *kinds = _distinct_dimensions(history, by, strata)
    needed = thresholds(history, min_ratings, by)
    span = period(history, when)
    cells = count_categories(history, span, by=[judged, *kinds], kept=kept)
    units = count_ratings(history, span, by=[judged], kept=kept).set_index(by)
    (units,) = with_inflation(history, span.end, units.query("rated > 0"))
    found = compare_with_mix(
        *_by_stratum(cells, by, names_of(kinds)), inflation=units["inflation"].to_numpy()
    )
    shown = found.interval(needed.level)
    enough = has_enough(units, needed.min_ratings) & shown["low"].notna() & (found.table["expected"] > 0)
    strict = found.interval(bonferroni_level(enough, needed.verdict_level))
    verdicts = judge_rows(shown, strict, enough, neutral=1)
    rows = found.table.join(shown).assign(n=units["rated"])
    rows = rows[["n", "observed", "expected", "estimate", "low", "high"]].rename_axis(by).reset_index()
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


def _shares_of_bad(counts: pd.DataFrame, others: pd.DataFrame, *, level: float) -> pd.DataFrame:
    bad, rated = counts["bad"], counts["rated"]
    low, high = wilson_interval(bad, rated, level=level, inflation=counts["inflation"])
    return pd.DataFrame(
        {
            "value": counts["value"],
            "n": rated,
            "bad": bad,
            "estimate": share(bad, rated),
            "low": low,
            "high": high,
            "n_others": others["rated"],
            "estimate_others": share(others["bad"], others["rated"]),
        }
    )


def _compare_bad(counts: pd.DataFrame, others: pd.DataFrame, *, level: float, inflation: float) -> Difference:
    """Return the difference of the shares of bad ratings; inflation: design effect of the others."""
    return newcombe_difference(
        counts["bad"],
        counts["rated"],
        minus=(others["bad"], others["rated"]),
        level=level,
        inflation=counts["inflation"],
        minus_inflation=inflation,
    )


def _count_values(history: History, *, span: Period, by: Sequence[Dimension], kept: Filter) -> pd.DataFrame:
    counts = count_ratings(history, span, by=by, kept=kept)
    counts["value"] = join_values(counts, by, ", ")
    left_out = find_option_tags(history) if TAG in names_of(by) else set()
    rated = (counts["rated"] > 0) & ~counts.get(TAG, counts["value"]).isin(left_out)
    return counts[rated].reset_index(drop=True)


def _distinct_dimensions(history: History, by: str, strata: Sequence[str]) -> tuple[Dimension, ...]:
    """Look up `by` and the strata. Raises CsatError if they overlap or count a ticket several times."""
    found = find_dimensions(history, [by, *strata])
    if by in strata or any(one.is_multivalued for one in found):
        raise CsatError(
            f"case_mix cannot compare {by} within {', '.join(strata)}: name other strata, and none of which a ticket "
            "can have several values, such as tags"
        )
    return found


def _by_stratum(cells: pd.DataFrame, by: str, strata: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return `good` and `rated`, each with one row per value of `by` and one column per stratum."""
    table = cells[cells["rated"] > 0]
    keyed = table.assign(stratum=table.groupby(list(strata), dropna=False).ngroup())
    good, rated = (
        keyed.pivot_table(index=by, columns="stratum", values=name, aggfunc="sum", fill_value=0)
        for name in ("good", "rated")
    )
    return good.sort_index(), rated.sort_index()

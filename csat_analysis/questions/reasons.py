"""Which reasons customers gave with a bad rating."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from ibis import Table

from ..estimates.levels import Source
from ..history import History
from ..history.definitions import select_defined
from ..history.engines import Tables
from ..history.filters import Filter, Where, find_filter
from ..periods import Period
from ..verdicts import Verdict
from . import measures
from .counting import count_measure
from .design_effects import count_customers
from .judging import estimate_changes, estimate_rates, judge_changes, with_verdicts
from .scope import Names, When, is_over, one_connection, thresholds, two_periods

# A reason that a survey version offers is chosen in it, unless its absence has a smaller chance than this.
CHANCE_OF_ABSENCE = 0.01


@one_connection
def reasons(
    history: History,
    this: When = None,
    that: When = None,
    *,
    than: str | None = None,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return how often each reason was given, as a share of the bad ratings with a reason.

    Only answers to survey versions that offer a reason count for its shares, and of them only those with an option that
    all these versions offer: a new option takes answers from the old ones, whose shares would fall. Zendesk does not
    tell which reasons former versions offered: a version offers those that were ever chosen in it, and those too rare
    to be missed.

    Parameters
    ----------
    history
        The history to ask.
    this, that
        The two periods; by default the last complete week, and before `this` the four weeks before a week, or the
        equally long period before any other.
    than
        In place of `that`: "before" (the default) or "last year" (the same week, month or days of the year before).
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Bad ratings with a reason that each period needs for a verdict; by default the setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per reason, in alphabetical order: `reason`, `n`, `of` (bad ratings with a reason that counts for
        its shares), `without` (bad ratings without one, left out), `estimate`, `low`, `high`, `n_before`,
        `estimate_before`, `change`, `change_low`, `change_high` (shares and their difference, 0 to 1), `of_before`,
        `offered_since` (first answer, in UTC, to a version that offers it), `verdict` (new in the survey: no version of
        `that` offers it; cannot be told: the only option that all versions offer; a period that was not over at the
        last pull is not judged).

    Raises
    ------
    CsatError
        If a period is malformed or outside the history, or both `that` and `than` are given.

    Examples
    --------
    >>> csat.reasons(history, "2026-W46").columns[:3].tolist()
    ['reason', 'n', 'estimate']
    """
    kept = find_filter(history, where, group=group)
    needed = thresholds(history, min_ratings)
    spans = two_periods(history, this, that, than)
    offers = _find_offers(history, spans[0])
    counts = [count_measure(history, measures.reason_counts, span, kept=kept) for span in spans]
    given = [_by_version(rows) for rows in counts]
    names = given[0].index.union(given[1].index)
    comparable = _find_comparable(names, offers.is_offered, given)
    new, old = (
        _with_customers(history, _of_offered(rows, names, comparable), span, spans[0].end, kept)
        for rows, span in zip(given, spans, strict=True)
    )
    rows = pd.DataFrame({"n": new["good"], "of": new["rated"]})
    rows["without"] = int(counts[0].loc[counts[0]["reason"].isna(), "n"].sum())
    rates = estimate_rates(new, level=needed.level)[["estimate", "low", "high"]]
    rows = rows.join(rates).assign(**estimate_changes(new, old, level=needed.level))
    rows = rows.assign(
        n_before=old["good"], of_before=old["rated"], offered_since=offers.since.reindex(names)
    )
    is_new = (old["rated"] == 0) & (given[1].to_numpy().sum() > 0)
    is_only = [len(one.options) == 1 and len(one.versions) > 1 for one in comparable.values()]
    judged = np.where(is_only, Verdict.UNKNOWN, judge_changes(new, old, needed, source=Source.REASONS))
    verdicts = np.where(is_new, Verdict.NEW_IN_SURVEY, judged)
    if not is_over(history, spans[0]):
        verdicts = np.full(len(rows), Verdict.UNFINISHED)
    rows = rows.rename_axis("reason").reset_index()
    return with_verdicts(rows, verdicts, level=needed.level, verdict_level=needed.verdict_level)


class Offers(NamedTuple):
    """Which survey versions offer a reason (reasons x versions), and since when any of them does."""

    is_offered: pd.DataFrame
    since: pd.Series


def _find_offers(history: History, span: Period) -> Offers:
    """Return which survey versions offer each reason, from all bad ratings until the end of a period."""

    def query(con: Tables) -> Table:
        return measures.reason_counts(select_defined(history, con, "ratings", None, span.end))

    counts = history.read(query)
    table = _by_version(counts)
    of_version = table.sum()
    chosen = table > 0
    share = table.sum(axis=1) / (chosen * of_version).sum(axis=1)
    absent = pd.DataFrame({version: (1 - share) ** n for version, n in of_version.items()}, table.index)
    is_offered = chosen | (absent >= CHANCE_OF_ABSENCE)
    first = counts.assign(version=_name_version(counts)).groupby("version")["first"].min()
    since = {reason: first[row.index[row]].min() for reason, row in is_offered.iterrows()}
    return Offers(is_offered, pd.Series(since, dtype="datetime64[us, UTC]"))


def _by_version(counts: pd.DataFrame) -> pd.DataFrame:
    """Return how often each reason was chosen: one row per reason, one column per survey version."""
    given = counts.assign(version=_name_version(counts)).dropna(subset="reason")
    table = given.pivot_table(index="reason", columns="version", values="n", aggfunc="sum", fill_value=0)
    return table.astype(int)


def _name_version(counts: pd.DataFrame) -> pd.Series:
    return counts["survey_id"].astype("string").fillna("") + counts["survey_version"].astype("string").fillna(
        ""
    )


class Comparable(NamedTuple):
    """The answers that count for the shares of a reason: to these versions, with one of these options."""

    versions: list[str]
    options: list[str]


def _find_comparable(
    names: pd.Index, is_offered: pd.DataFrame, given: Sequence[pd.DataFrame]
) -> dict[str, Comparable]:
    """Return for each reason the versions with answers that offer it, and the options that all of them offer."""
    answered = set(given[0].columns) | set(given[1].columns)
    offered = is_offered.loc[:, [version for version in is_offered if version in answered]]
    found = {}
    for reason in names:
        versions = offered.columns[offered.loc[reason]]
        options = offered.index[offered[versions].all(axis=1)]
        found[reason] = Comparable(list(versions), list(options))
    return found


def _with_customers(
    history: History, counts: pd.DataFrame, span: Period, until: dt.datetime, kept: Filter
) -> pd.DataFrame:
    """Add `customers` and `inflation`: those of all bad ratings of the period with a reason."""
    (found,) = count_customers(history, span, _reason_of, kept=kept, until=until).itertuples()
    return counts.assign(customers=found.customers, inflation=found.inflation)


def _reason_of(ratings: ibis.Table) -> ibis.Value:
    return (ratings.rating_category == "bad").ifelse(ratings.reason, None)


def _of_offered(given: pd.DataFrame, names: pd.Index, comparable: Mapping[str, Comparable]) -> pd.DataFrame:
    """Return the counts of reasons as parts (`good`) of the answers that count for their shares (`rated`)."""
    rows = [
        (
            given.reindex(index=[reason], columns=one.versions, fill_value=0).to_numpy().sum(),
            given.reindex(index=one.options, columns=one.versions, fill_value=0).to_numpy().sum(),
        )
        for reason, one in comparable.items()
    ]
    return pd.DataFrame(rows, index=names, columns=["good", "rated"]).astype(int)

"""Which groups, channels and times go with low ratings, all else equal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..errors import CsatError
from ..estimates.adjusted import Adjusted, adjust_differences
from ..formats import minutes
from ..history import History
from ..history.dimensions import NOT_SET
from ..history.filters import OF_TIME, Where, find_filter
from ..schema.tables import MINUTES
from ..settings import Thresholds
from ..verdicts import Verdict
from . import measures
from .counting import count_measure, count_ratings
from .dimensions import Dimension, find_dimensions, list_names, names_of
from .judging import bonferroni_level, judge_rows, with_verdicts
from .repeat_customers import with_inflation
from .scope import Names, When, one_connection, period, thresholds

# Numbers of a ticket that are compared by themselves, and the number from which they count as one value.
NUMBERS = {"reopens": 2, "assignee_stations": 3}
TERMS = (
    "group",
    "channel",
    "priority",
    "form",
    "first_reply_minutes",
    "full_resolution_minutes",
    *NUMBERS,
)
OTHERS = "(all others)"
# Chance of a false claim of all values together, relative to that of a single verdict.
SHARE_OF_FALSE_CLAIMS = 0.5
# Parts of about equal size into which a time is split.
PARTS = 3


@one_connection
def adjusted_differences(
    history: History,
    when: When = None,
    *,
    by: Names = TERMS,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return which values of several terms go with bad ratings, all else equal.

    One logistic regression over all terms: each value is compared with the most frequent value of its term, for tickets
    that are alike in all other terms. It shows association: what is not among the terms is not adjusted for.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    by
        Terms: dimensions such as group, channel, priority, form, brand or "field:TITLE"; times such as
        "first_reply_minutes", in three parts of about equal size; "reopens" and "assignee_stations" (agents who held
        the ticket). By default all that are named here, without brand and fields. Tags, agents and units of time are
        refused.
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Ratings that a value needs to be compared; the others of its term are joined as "(all others)". By default the
        setting CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per term and value: `term`, `value`, `n`, `estimate` (difference of the share of bad ratings from the
        reference, as the mean over all ratings; 0 for the reference), `low`, `high`, `verdict` (higher: more often bad;
        reference; cannot be told), `bad`, `note` (why it cannot be told, else empty). With k values to compare, each
        verdict has a confidence level of 1 - 0.005/k. `attrs["clusters"]` is the number of agents by whom errors are
        clustered; 0 if there are fewer than 30, and errors allow for customers who rate several times only.
        `attrs["note"]` says why nothing at all can be told, else it is empty.

    Raises
    ------
    UnknownChoice
        If a term is unknown.
    CsatError
        If a ticket can have several values of a term, or if a week is malformed or outside the history.

    Examples
    --------
    >>> weeks = csat.period(history, "2026-W46").and_before(7)
    >>> csat.adjusted_differences(history, weeks, by=["channel", "reopens"])["value"].tolist()
    ['chat', 'email', '0']
    """
    kept = find_filter(history, where, group=group)
    dimensions, times, numbers = _find_terms(history, by)
    needed = thresholds(history, min_ratings)
    span = period(history, when)
    terms = [*names_of(dimensions), *times, *numbers]
    measure = partial(
        measures.cell_counts,
        by=names_of(dimensions),
        times=times,
        parts=PARTS,
        caps={name: NUMBERS[name] for name in numbers},
    )
    cells = count_measure(history, measure, span, kept=kept, by=dimensions).astype({"bad": int, "rated": int})
    (whole,) = with_inflation(history, span.end, count_ratings(history, span, kept=kept))
    parts = {time: _name_parts(sorted(cells[time].dropna().unique())) for time in times}
    texts = parts | {name: _name_numbers(NUMBERS[name]) for name in numbers}
    named = {term: _name_values(cells, term, texts.get(term), needed.min_ratings) for term in terms}
    cells = cells.assign(**named)
    found = adjust_differences(cells, terms, cluster=measures.AGENT_ID, inflation=whole["inflation"].item())
    # Parts of times are in their order, from short to long, and other values in alphabetical order.
    order = {
        (time, name): place for time, names in parts.items() for place, name in enumerate(names.values())
    }
    return _judge(found, needed, order)


def _find_terms(history: History, by: Names) -> tuple[tuple[Dimension, ...], list[str], list[str]]:
    """Return the dimensions, times and numbers among terms. Raises CsatError."""
    names = list_names(by or TERMS)
    times, numbers = ([name for name in names if name in known] for known in (MINUTES, NUMBERS))
    dimensions = find_dimensions(history, [name for name in names if name not in (*times, *numbers)])
    for one in dimensions:
        if why := _why_no_term(one):
            raise CsatError(
                f"adjusted_differences cannot use {one.name}: {why}; name other terms, such as channel"
            )
    return dimensions, times, numbers


def _why_no_term(dimension: Dimension) -> str:
    """Return why a dimension cannot be a term; empty if it can."""
    if dimension.is_multivalued:
        return "a ticket can have several values of it"
    if dimension.name == "agent":
        return "agents are compared with their colleagues only, see csat.agents"
    return "time is no property of a ticket" if dimension.name in OF_TIME else ""


def _name_parts(ends: Sequence[int]) -> dict[int, str]:
    """Return the names of the parts of a time by their last minutes, which are given from short to long."""
    texts = [minutes(end) for end in ends[:-1]]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    names = [f"up to {texts[0]}", *between, f"over {texts[-1]}"] if texts else ["any"] * len(ends)
    return dict(zip(ends, names, strict=True))


def _name_numbers(last: int) -> dict[int, str]:
    """Return the names of whole numbers up to the last one, which also counts all above it: "3 or more"."""
    return {number: str(number) for number in range(last)} | {last: f"{last} or more"}


def _name_values(cells: pd.DataFrame, term: str, texts: dict[int, str] | None, fewest: int) -> pd.Categorical:
    """Return the values of a term as texts; those with too few ratings are joined.

    texts: names of codes; None for values that are names.
    """
    # There are few values, and up to as many rows as ratings.
    codes, known = pd.factorize(cells[term], use_na_sentinel=False)
    values = pd.Series(known).astype("Int64").map(texts) if texts else pd.Series(known)
    names = values.astype("string").fillna(NOT_SET).astype("str")
    rated = pd.Series(np.bincount(codes, weights=cells["rated"], minlength=len(names)))
    is_rare = rated.groupby(names).transform("sum") < fewest
    joined = names.mask(is_rare, OTHERS).astype("category")
    return pd.Categorical.from_codes(joined.cat.codes.to_numpy()[codes], dtype=joined.dtype)


def _judge(found: Adjusted, needed: Thresholds, order: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Return the values with intervals and verdicts, term by term."""
    table = found.table
    compared = (table["note"] == "") & ~table["is_reference"]
    known = compared & (table["n"] >= needed.min_ratings) & table["estimate"].notna()
    shown = Ends(*found.interval(needed.level))
    strict = Ends(
        *found.interval(bonferroni_level(known, 1 - SHARE_OF_FALSE_CLAIMS * (1 - needed.verdict_level)))
    )
    judged = np.array(judge_rows(shown, strict, known), dtype=object)
    judged[compared & table["estimate"].isna() | (table["note"] != "")] = Verdict.UNKNOWN
    judged[table["is_reference"] & (table["note"] == "")] = Verdict.REFERENCE
    note = table["note"].mask(compared & (found.note != ""), found.note)
    rows = table[["term", "value", "n", "bad", "estimate"]].assign(low=shown.low, high=shown.high)
    rows = with_verdicts(rows, judged, level=needed.level, verdict_level=needed.verdict_level)
    rows.attrs |= {"clusters": found.clusters, "note": found.note}
    return _in_order(rows.assign(note=note), order)


def _in_order(rows: pd.DataFrame, order: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Return the rows of times from short to long."""
    terms = {term: place for place, term in enumerate(rows["term"].unique())}
    keys = [
        (terms[term], order.get((term, value), len(order)), value)
        for term, value in zip(rows["term"], rows["value"], strict=True)
    ]
    places = sorted(range(len(rows)), key=lambda place: keys[place])
    return rows.iloc[places].reset_index(drop=True)


class Ends(NamedTuple):
    """Ends of intervals."""

    low: pd.Series
    high: pd.Series

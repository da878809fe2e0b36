"""Counts for the questions: measures of a period and of groups, counted in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import ibis
import pandas as pd

from ..history import History
from ..history.definitions import survey_scales
from ..history.engines import Tables
from ..history.filters import EVERYTHING, Filter
from ..periods import Period
from . import measures
from .dimensions import Dimension, index_of, name_values, names_of, sort_by_name
from .repeat_customers import select_kept, select_with_customer, with_inflation

COUNTS = ["good", "bad", "neutral", "rated"]
# Who gave them: see `measures.rating_counts`.
CUSTOMERS = ["customers", "squares"]
# Points of a scale that is not known, such as that of a survey that was deleted; legacy ratings have no points.
LARGEST_SCALE = 5


def count_measure(
    history: History,
    measure: Callable[..., ibis.Table],
    span: Period,
    *,
    kept: Filter,
    by: Sequence[Dimension] = (),
    view: str = "ratings",
    with_customers: bool = False,
    with_scales: bool = False,
) -> pd.DataFrame:
    """Return a measure of the ratings (or offers) of a period and of groups.

    by: the dimensions that the measure uses. with_customers: whether it needs the columns of `measures.with_customer`,
    which ratings have. with_scales: whether it takes `scales`, those of all surveys.
    """

    def query(con: Tables) -> ibis.Table:
        if with_customers:
            rows = select_with_customer(history, con, span.start, span.end, kept)
        else:
            rows = select_kept(history, con, view, span.start, span.end, kept)
        options = {"scales": survey_scales(con.table("surveys"))} if with_scales else {}
        return measure(measures.split(rows, by, con), **options)

    return name_values(history.read(query), by)


def count_ratings(
    history: History,
    span: Period,
    *,
    by: Sequence[Dimension] = (),
    kept: Filter = EVERYTHING,
    measure: Callable[..., ibis.Table] = measures.rating_counts,
) -> pd.DataFrame:
    """Return the counts of a period per value of `by`: `good`, `bad`, `neutral`, `rated`, `customers`, `squares`.

    See `measures.rating_counts`; another measure of the same columns can take its place.
    """
    return count_values(history, measure, span, by=by, kept=kept, with_customers=True)


def count_categories(
    history: History, span: Period, *, by: Sequence[Dimension] = (), kept: Filter = EVERYTHING
) -> pd.DataFrame:
    """Return the counts of `count_ratings` without customers, who take most of its time."""
    return count_values(history, measures.category_counts, span, by=by, kept=kept)


def count_values(
    history: History,
    measure: Callable[..., ibis.Table],
    span: Period,
    *,
    by: Sequence[Dimension],
    kept: Filter,
    **options: Any,
) -> pd.DataFrame:
    """Return whole numbers per value of `by`, in its order. options: those of `count_measure`."""
    keys = names_of(by)
    counts = count_measure(history, partial(measure, by=keys), span, by=by, kept=kept, **options)
    numbers = [name for name in counts if name not in keys]
    counts[numbers] = counts[numbers].fillna(0).astype(int)
    return sort_by_name(counts, by)


def count_scores(
    history: History, span: Period, *, by: Sequence[Dimension] = (), kept: Filter
) -> pd.DataFrame:
    """Return how often each rating was given, by the values of `by` and the points of the scale."""
    measure = partial(measures.score_counts, by=names_of(by))
    counts = count_measure(history, measure, span, by=by, kept=kept, with_scales=True)
    return sort_by_name(counts.fillna({"scale": LARGEST_SCALE}).astype({"scale": int, "n": int}), by)


def neutral_left_out(counts: pd.DataFrame) -> pd.Series:
    """Return per row how many neutral ratings are not in the denominator: all of them, or none."""
    return counts[["good", "bad", "neutral"]].sum(axis=1) - counts["rated"]


def count_two_periods(
    history: History, spans: Sequence[Period], by: Sequence[Dimension], kept: Filter
) -> list[pd.DataFrame]:
    """Return the counts of two periods with the same rows, the values of `by`, and with their design effects."""
    return with_inflation(history, spans[0].end, *align_two_periods(history, spans, by, kept))


def align_two_periods(
    history: History, spans: Sequence[Period], by: Sequence[Dimension], kept: Filter
) -> list[pd.DataFrame]:
    """Return the counts of two periods with the same rows, the values of `by`."""
    counts = [count_ratings(history, span, by=by, kept=kept) for span in spans]
    tables = [rows.set_index(index_of(rows, by)).drop(columns=names_of(by)) for rows in counts]
    names = tables[0].index.union(tables[1].index)
    return [rows.reindex(names, fill_value=0) for rows in tables]

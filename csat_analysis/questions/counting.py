"""Counts for the questions: measures of a period and of groups, counted in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import ibis
import pandas as pd
from ibis.backends import BaseBackend

from ..history import History
from ..periods import Period
from . import measures
from .dimensions import Dimension, name_values, names_of, sort_by_name
from .scope import Names

COUNTS = ["good", "bad", "neutral", "rated"]
# Who gave them: see `measures.rating_counts`.
CUSTOMERS = ["customers", "squares"]


def count_measure(
    history: History,
    measure: Callable[[ibis.Table], ibis.Table],
    span: Period,
    *,
    group: Names,
    by: Sequence[Dimension] = (),
    view: str = "ratings",
    with_customers: bool = False,
) -> pd.DataFrame:
    """Return a measure of the ratings (or offers) of a period and of groups.

    by: the dimensions that the measure uses. with_customers: whether it needs the columns of `measures.with_customer`.
    """
    ids = {one.name: one.ids for one in by if one.ids}

    def query(con: BaseBackend) -> ibis.Table:
        rows = history.select(con, view, span.start, span.end, group=group)
        if with_customers:
            rows = measures.with_customer(rows, con.table("tickets"))
        return measure(measures.split(rows, names_of(by), ids))

    return name_values(history.read(query), by)


def count_ratings(
    history: History, span: Period, *, by: Sequence[Dimension] = (), group: Names = None
) -> pd.DataFrame:
    """Return the counts of a period per value of `by`: `good`, `bad`, `neutral`, `rated`, `customers`, `squares`.

    See `measures.rating_counts`.
    """
    measure = partial(measures.rating_counts, by=names_of(by))
    counts = count_measure(history, measure, span, by=by, group=group, with_customers=True)
    counts[COUNTS + CUSTOMERS] = counts[COUNTS + CUSTOMERS].fillna(0).astype(int)
    return sort_by_name(counts, by)

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


def count_measure(
    history: History,
    measure: Callable[[ibis.Table], ibis.Table],
    span: Period,
    *,
    group: Names,
    by: Sequence[Dimension] = (),
    view: str = "ratings",
) -> pd.DataFrame:
    """Return a measure of the ratings (or offers) of a period and of groups.

    by: the dimensions that the measure uses.
    """
    ids = {one.name: one.ids for one in by if one.ids}

    def query(con: BaseBackend) -> ibis.Table:
        rows = history.select(con, view, span.start, span.end, group=group)
        return measure(measures.split(rows, names_of(by), ids))

    return name_values(history.read(query), by)


def count_ratings(
    history: History, span: Period, *, by: Sequence[Dimension] = (), group: Names = None
) -> pd.DataFrame:
    """Return `good`, `bad`, `neutral` and `rated` (good + bad) of a period, per value of `by`."""
    measure = partial(measures.rating_counts, by=names_of(by))
    counts = count_measure(history, measure, span, by=by, group=group)
    counts[COUNTS] = counts[COUNTS].fillna(0).astype(int)
    return sort_by_name(counts, by)

"""Customers who rate several times: their ratings are alike, and say less than those of as many different customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis
import numpy as np
import pandas as pd

from ..estimates import design_effect, intraclass_correlation
from ..estimates.clustering import LEAST_CLUSTER_SIZE
from ..history import History
from ..history.definitions import select_defined
from ..history.engines import Tables
from ..history.filters import EVERYTHING, Filter, keep_rows
from ..schema.tables import TEXT
from . import measures

# How alike the ratings of one customer are is measured over so long.
BASELINE = dt.timedelta(days=365)


def select_kept(
    history: History, con: Tables, view: str, start: dt.datetime, end: dt.datetime, kept: Filter = EVERYTHING
) -> ibis.Table:
    """Return the ratings or offers of a period and of groups, as the definitions want them."""
    key = (view, start, end, kept, history.definitions, history.timezone, history.agent_names)
    return con.build_once(key, lambda: keep_rows(con, select_defined(history, con, view, start, end), kept))


def select_with_customer(
    history: History, con: Tables, start: dt.datetime, end: dt.datetime, kept: Filter = EVERYTHING
) -> ibis.Table:
    """Return the ratings of a period, as the definitions want them, with the columns of `measures.with_customer`."""
    rows = select_kept(history, con, "ratings", start, end, kept)

    def select_lone(con: Tables) -> ibis.Table:
        responses = con.table("survey_responses")
        return responses.filter(
            responses.submitted_at >= start, responses.submitted_at < end, responses.responder_id.isnull()
        )

    # In nearly all periods every response has its responder, and to ask takes less time than to write the join.
    if not history.rows(lambda con: select_lone(con)[["response_id"]].limit(1)):
        return rows.mutate(customer_id=rows.responder_id, lone_response=ibis.null(TEXT))
    return measures.with_customer(rows, con.table("tickets"), select_lone(con))


def measure_correlation(history: History, until: dt.datetime) -> float:
    """Return how alike the ratings of one customer were in the year before a moment, from 0 to 1."""

    def query(con: Tables) -> ibis.Table:
        return measures.customer_counts(select_with_customer(history, con, until - BASELINE, until))

    found = history.read(query).astype({"good": int, "rated": int, "customers": int})
    return intraclass_correlation(found["good"], found["rated"], customers=found["customers"])


def with_inflation(
    history: History,
    until: dt.datetime,
    *several: pd.DataFrame,
    measure: Callable[[History, dt.datetime], float] = measure_correlation,
) -> list[pd.DataFrame]:
    """Add `inflation` to counts: the variance of each rate, relative to that of ratings by different customers.

    until: end of the year in which `measure` finds how alike the ratings of one customer are.
    If all ratings of a row are of one customer it is their number: they say as much as one rating.
    """
    if not any(_has_repeats(counts).any() for counts in several):
        return [counts.assign(inflation=1.0) for counts in several]
    correlation = measure(history, until)
    return [counts.assign(inflation=_inflation(counts, correlation)) for counts in several]


def _has_repeats(counts: pd.DataFrame) -> pd.Series:
    return counts["squares"] > LEAST_CLUSTER_SIZE * counts["rated"]


def _inflation(counts: pd.DataFrame, correlation: float) -> pd.Series:
    effect = design_effect(counts["rated"], counts["squares"], correlation)
    of_one = (counts["customers"] == 1) & (counts["rated"] > 1)
    return pd.Series(np.where(of_one, counts["rated"], effect), counts.index, dtype=float)


def ratings_per_customer(counts: pd.DataFrame) -> pd.Series:
    """Return the mean number of ratings of a customer per row; nan without ratings."""
    return counts["rated"] / counts["customers"].where(counts["customers"] > 0)

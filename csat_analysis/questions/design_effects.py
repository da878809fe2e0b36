"""Design effects of shares other than that of good ratings: answers of one customer are alike in these, too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import ibis
import pandas as pd
from ibis.expr.types import BooleanValue

from ..estimates.clustering import correlation_of_choices, intraclass_correlation
from ..history import History
from ..history.engines import Tables
from ..history.filters import Filter
from ..periods import Period
from . import measures
from .counting import count_measure, count_values
from .dimensions import Dimension, index_of
from .repeat_customers import BASELINE, select_with_customer, with_inflation

# What a rating chose, such as a reason; null where it does not count.
Choice = Callable[[ibis.Table], ibis.Value]
# Name -> what is true or false of a rating, such as whether a time is long; null where it does not count.
FindFlags = Callable[[ibis.Table], dict[str, BooleanValue]]
ANSWERED = "answered"


def count_customers(
    history: History, span: Period, choose: Choice, *, kept: Filter, until: dt.datetime | None = None
) -> pd.DataFrame:
    """Return `rated`, `squares`, `customers` and `inflation` of the ratings of a period that chose something: one row.

    until: end of the year in which it is measured how alike the choices of a customer are.
    """

    def measure(ratings: ibis.Table) -> ibis.Table:
        return measures.size_counts(ratings.filter(choose(ratings).notnull()))

    sizes = count_measure(history, measure, span, kept=kept, with_customers=True).fillna(0).astype(int)
    correlation = partial(correlate_choices, choose=choose)
    return with_inflation(history, until or span.end, sizes, measure=correlation)[0]


def correlate_choices(history: History, until: dt.datetime, choose: Choice) -> float:
    """Return how alike the choices of one customer were in the year before a moment, from 0 to 1."""

    def answers(con: Tables) -> ibis.Table:
        ratings = select_with_customer(history, con, until - BASELINE, until)
        return ratings.mutate(choice=choose(ratings))

    found = history.read(lambda con: measures.choice_counts(answers(con))).astype(float)
    return correlation_of_choices(found["answers"], found["alike"], found["common"], found["customers"])


def inflation_of_offers(
    history: History, until: dt.datetime, counts: pd.DataFrame, by: Sequence[Dimension]
) -> pd.Series:
    """Return the design effect of the response rate of each row of `measures.offer_sizes`.

    by: dimensions of the rows: each value has one design effect, that of all if it has none of the latest surveys.
    """
    sizes = counts[["latest", "customers", "squares"]].rename(columns={"latest": "rated"})
    of_all = sizes.sum().to_frame().T
    of_values = sizes.groupby(index_of(counts, by)).transform("sum") if by else sizes.assign(**sizes.sum())
    of_all, of_values = with_inflation(history, until, of_all, of_values, measure=_correlate_responses)
    return of_values["inflation"].where(of_values["rated"] > 0, of_all["inflation"].item())


def inflation_of_surveys(
    history: History, span: Period, *, by: Sequence[Dimension], kept: Filter
) -> pd.Series:
    """Return the design effect of the response rate of a period, indexed by the values of `by`, or 0."""
    measure = partial(measures.offer_sizes, since=span.start)
    counts = count_values(history, measure, span, by=by, kept=kept, view="offers")
    return inflation_of_offers(history, span.end, counts, by).set_axis(index_of(counts, by))


def correlate_flags(history: History, until: dt.datetime, find: FindFlags) -> dict[str, float]:
    """Return how alike the flags of one customer's ratings were in the year before a moment, from 0 to 1."""

    def query(con: Tables) -> ibis.Table:
        ratings = select_with_customer(history, con, until - BASELINE, until)
        return measures.flag_counts(ratings, find(ratings))

    counts = history.read(query).astype(int)
    return {name: _correlate(counts, name) for name in counts if f"{name}_known" in counts}


def _correlate_responses(history: History, until: dt.datetime) -> float:
    """Return how alike it was in the year before a moment whether one customer answered, from 0 to 1."""

    def query(con: Tables) -> ibis.Table:
        offers = measures.with_responder(history.select(con, "survey_responses", until - BASELINE, until))
        return measures.flag_counts(offers, {ANSWERED: offers.rating_category.notnull()})

    return _correlate(history.read(query).astype(int), ANSWERED)


def _correlate(counts: pd.DataFrame, name: str) -> float:
    known = counts[counts[f"{name}_known"] > 0]
    return intraclass_correlation(known[name], known[f"{name}_known"], customers=known["customers"])

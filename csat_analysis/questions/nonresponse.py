"""Response rates beside satisfaction, and notes where they make a comparison doubtful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from ibis import Table

from ..estimates import newcombe_difference
from ..formats import percent
from ..history import History
from ..history.engines import Tables
from ..history.filters import Filter
from ..periods import Period
from . import measures
from .counting import count_values
from .dimensions import Dimension, index_of, names_of
from .judging import share

# A younger survey may still be answered.
ANSWERS_COME_FOR = dt.timedelta(days=7)
# Why response rates are not known.
NONE_UNANSWERED = "no survey without an answer was ever seen"
LIST_INCOMPLETE = f"{NONE_UNANSWERED}, although tickets were offered one: the list of surveys is incomplete"
# With response rates further apart than this, two groups are hard to compare.
RESPONSE_GAP = 0.05
OFFER_COUNTS = ["offered", "answered"]
# Returns the design effects of the response rates of both sides.
Inflation = Callable[[], tuple[pd.Series | float, pd.Series | float]]


def why_unknown(history: History, counts: pd.DataFrame) -> str:
    """Return why response rates are not known: no survey without an answer is in the history; "" if one is.

    counts: `offered` and `answered` of some surveys. Nearly always they hold one without an answer.
    """
    if (counts["offered"] > counts["answered"]).any():
        return ""

    def find_unanswered(con: Tables) -> Table:
        offers = con.table("offers")
        return offers.filter(~offers.is_answered)[["response_id"]].limit(1)

    def find_offered(con: Tables) -> Table:
        tickets = con.table("tickets")
        return tickets.filter(tickets.satisfaction_score == "offered")[["ticket_id"]].limit(1)

    if history.rows(find_unanswered):
        return ""
    return LIST_INCOMPLETE if history.rows(find_offered) else NONE_UNANSWERED


def count_offers(
    history: History, span: Period, known: dt.datetime, *, by: Sequence[Dimension], kept: Filter
) -> pd.DataFrame:
    """Return `offered` and `answered` of the surveys of a period, indexed by `by` (0 without).

    Empty while answers are still coming at the moment `known`, and where `why_unknown` says so. Empty by reason, which
    only answers have, and where a ticket counts several times, as by tag.
    """
    keys = names_of(by)
    not_comparable = "reason" in keys or any(one.is_multivalued for one in by)
    unknown = pd.DataFrame(columns=OFFER_COUNTS, dtype=float)
    if not_comparable or span.end + ANSWERS_COME_FOR > known:
        return unknown
    counts = count_values(history, measures.offer_counts, span, by=by, kept=kept, view="offers")
    if why_unknown(history, counts):
        return unknown
    return counts.set_index(index_of(counts, by))[OFFER_COUNTS].astype(float)


def sum_of_others(offers: pd.DataFrame) -> pd.DataFrame:
    """Return for each row the surveys of all other rows together."""
    return offers.sum() - offers


def nonresponse_notes(
    ours: pd.DataFrame, theirs: pd.DataFrame, *, level: float, measure_inflation: Inflation
) -> list[str]:
    """Return per row a sentence where response rates differ by more than five points and by more than chance.

    measure_inflation: is asked only where rates would differ if each customer got one survey.
    """
    ours, theirs = ours.fillna(0), theirs.fillna(0)
    apart = _are_apart(ours, theirs, level, (1.0, 1.0))
    if apart.any():
        apart = _are_apart(ours, theirs, level, measure_inflation())
    rates = [share(side["answered"], side["offered"]).map(percent) for side in (ours, theirs)]
    return [
        f"response rate {one} against {other}: different customers may have answered" if differ else ""
        for one, other, differ in zip(*rates, apart, strict=True)
    ]


def _are_apart(
    ours: pd.DataFrame, theirs: pd.DataFrame, level: float, inflation: tuple[pd.Series | float, ...]
) -> pd.Series:
    mine, others = (
        one.reindex(ours.index).fillna(1.0) if isinstance(one, pd.Series) else one for one in inflation
    )
    gap = newcombe_difference(
        ours["answered"],
        ours["offered"],
        minus=(theirs["answered"], theirs["offered"]),
        level=level,
        inflation=mine,
        minus_inflation=others,
    )
    return (np.abs(gap.estimate) > RESPONSE_GAP) & ((gap.low > 0) | (gap.high < 0))

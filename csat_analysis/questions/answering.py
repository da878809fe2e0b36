"""Who answers: response rates beside satisfaction, and where they make a comparison doubtful."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ..estimates import newcombe_difference
from ..formats import percent
from ..history import History
from ..periods import Period
from . import measures
from .asked import Names, measured, share
from .dimensions import counts_twice, labelled, listed

STILL_OPEN = dt.timedelta(days=7)  # a survey younger than this may well be answered yet
RESPONSE_GAP = 0.05  # response rates further apart than this make two groups hard to compare
OFFERS = ["offered", "answered"]


def known_until(history: History, now: dt.datetime | None = None) -> dt.datetime:
    """Up to when answers are known: the end of the last pull, or the moment given."""
    return now or history.last_pull() or dt.datetime.now(dt.UTC)


def answering(
    history: History, span: Period, known: dt.datetime, *, by: str | None, group: Names
) -> pd.DataFrame:
    """`offered` and `answered` of the surveys of a period, indexed by `by` (0 without).

    Empty while answers are still coming, at the moment up to which they are `known`.
    Empty, too, by reason, which only answers have, and where tickets count several times, as by tag.
    """
    keys = listed(by)
    if by == "reason" or span.end + STILL_OPEN > known or counts_twice(history, by):
        return pd.DataFrame(columns=OFFERS, dtype=float)
    counts = measured(
        history, lambda offers: measures.offer_counts(offers, keys), span, group, by=keys, view="offers"
    )
    counts = labelled(counts, keys).set_index(keys or pd.RangeIndex(len(counts)))
    return counts[OFFERS].astype(float)


def of_the_others(offers: pd.DataFrame) -> pd.DataFrame:
    """For each row the surveys of all other rows together."""
    return offers.sum() - offers


def cautions(ours: pd.DataFrame, theirs: pd.DataFrame, *, level: float) -> list[str]:
    """Per row a sentence where response rates lie more than five points apart, and not by chance; else empty."""
    ours, theirs = ours.fillna(0), theirs.fillna(0)
    gap = newcombe_difference(
        ours["answered"], ours["offered"], minus=(theirs["answered"], theirs["offered"]), level=level
    )
    apart = (np.abs(gap.estimate) > RESPONSE_GAP) & ((gap.low > 0) | (gap.high < 0))
    rates = [share(side["answered"], side["offered"]).map(percent) for side in (ours, theirs)]
    return [
        f"answered by {one} against {other}: other kinds of customers may have answered" if far else ""
        for one, other, far in zip(*rates, apart, strict=True)
    ]

"""Comments with their terms, and how many customers used each of them."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..periods import Period
from ..redaction import redact
from .tokens import Vocabulary

# An example should be short, but more than the term.
LETTERS_OF_AN_EXAMPLE = 90
SIDES = ("bad", "good")


class Written(NamedTuple):
    """Comments with their terms.

    comments: `customer` (a number), `side` (place in `SIDES`), `day`, `text` (redacted), sorted by customer and side.
    terms: all terms that were found, in order, as numbers of the vocabulary. users: places of the comments that use the
    first term, then those that use the second, and so on. starts: where those of each term begin, and the end.
    """

    comments: pd.DataFrame
    terms: np.ndarray
    users: np.ndarray
    starts: np.ndarray


class Counts(NamedTuple):
    """How many customers used each term.

    terms: customers with `bad` ratings, with `good` ones, and with any of the two (`n`), per number of a term.
    customers: of each side, with a comment.
    """

    terms: pd.DataFrame
    customers: dict[str, int]


def find_uses(comments: pd.DataFrame, vocabulary: Vocabulary) -> Written:
    """Find the terms of comments.

    comments: `customer`, `rating_category` (good or bad), `comment`, `day`.
    """
    table = pd.DataFrame(
        {
            "customer": pd.factorize(comments["customer"])[0].astype(np.int32),
            "side": comments["rating_category"].map(SIDES.index).to_numpy(dtype=np.int8),
            "day": pd.to_datetime(comments["day"]).to_numpy(),
            "text": comments["comment"].array,
        }
    ).sort_values(["customer", "side"], ignore_index=True)
    table["text"] = pd.Series([redact(text) for text in table["text"]], dtype="str")
    # Millions of uses: as numbers, one after the other.
    uses, sizes = array("q"), array("q")
    for text in table["text"]:
        terms = vocabulary.find_terms(text)
        uses.extend(terms)
        sizes.append(len(terms))
    return Written(table, *_order_by_term(np.asarray(uses), np.asarray(sizes)))


def _order_by_term(uses: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the terms, the places of the comments that use each of them, and where those of each term begin.

    uses: the terms of the first comment, then those of the second, and so on. sizes: how many each comment has.
    """
    comments = len(sizes)
    terms = np.unique(uses)
    # One number for term and comment can be sorted in place.
    keys = np.searchsorted(terms, uses)
    keys *= comments
    keys += np.repeat(np.arange(comments, dtype=np.int32), sizes)
    keys.sort()
    starts = np.searchsorted(keys, np.arange(len(terms) + 1) * comments)
    keys %= max(1, comments)
    return terms, keys.astype(np.int32), starts


def count_terms(written: Written, span: Period) -> Counts:
    """Count the customers who used each term in a period."""
    customer, side = (written.comments[name].to_numpy() for name in ("customer", "side"))
    is_within = _is_within(written, span)
    kept = is_within[written.users]
    sizes = np.add.reduceat(kept, written.starts[:-1], dtype=np.int64)
    starts = (np.cumsum(sizes) - sizes)[sizes > 0]
    users = written.users[kept]
    is_first = _is_new(customer[users])
    is_first[starts] = True
    side_of_use = side[users]
    is_first_of_side = is_first | _is_new(side_of_use)
    counts = {"n": np.add.reduceat(is_first, starts, dtype=np.int64)}
    for place, name in enumerate(SIDES):
        of_side = is_first_of_side & (side_of_use == place)
        counts[name] = np.add.reduceat(of_side, starts, dtype=np.int64)
    table = pd.DataFrame(counts, index=written.terms[sizes > 0])
    writers = side[is_within][_is_new(customer[is_within], side[is_within])]
    customers = {name: int((writers == place).sum()) for place, name in enumerate(SIDES)}
    return Counts(table, customers)


def _is_new(*columns: np.ndarray) -> np.ndarray:
    """Return which rows differ from the row before."""
    differs = [np.concatenate([[True], column[1:] != column[:-1]])[: len(column)] for column in columns]
    return np.logical_or.reduce(differs)


def _is_within(written: Written, span: Period) -> np.ndarray:
    return written.comments["day"].between(pd.Timestamp(span.first), pd.Timestamp(span.last)).to_numpy()


def find_examples(written: Written, span: Period, rows: pd.DataFrame) -> pd.Series:
    """Return for each term a comment of the period, of the side that it goes with, whose length suits best.

    rows: indexed by terms, with `estimate`.
    """
    comments = written.comments
    within = comments.loc[_is_within(written, span), ["text"]]
    within["distance"] = (within["text"].str.len() - LETTERS_OF_AN_EXAMPLE).abs()
    ranked = within.sort_values(["distance", "text"])["text"]
    rank = np.full(len(comments), len(comments), dtype=np.int32)
    rank[ranked.index] = np.arange(len(ranked))
    places = np.searchsorted(written.terms, rows.index)
    side = np.full(len(written.terms), -1, dtype=np.int8)
    side[places] = np.where(rows["estimate"] >= 0, SIDES.index("bad"), SIDES.index("good"))
    suits = comments["side"].to_numpy()[written.users] == np.repeat(side, np.diff(written.starts))
    ranks = np.where(suits, rank[written.users], len(comments))
    best = np.minimum.reduceat(ranks, written.starts[:-1])[places] if len(places) else places
    return ranked.reset_index(drop=True).reindex(best).set_axis(rows.index)

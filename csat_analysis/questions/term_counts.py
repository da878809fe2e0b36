"""Comments with their terms, and how many customers used each of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..periods import Period
from ..redaction import MAY_BE_PERSONAL, redact
from .tokens import LONGEST_COMMENT
from .vocabulary import Vocabulary

# An example should be short, but more than the term.
LETTERS_OF_AN_EXAMPLE = 90
SIDES = ("bad", "good")
LETTERS_OF_A_BATCH = 1_000_000


class Written(NamedTuple):
    """Comments with their terms.

    comments: `customer` (a number), `side` (place in `SIDES`), `day`, `text` (redacted), sorted by customer and side.
    terms: all terms that were found, as numbers of the vocabulary. users: places of the comments that use the first
    term, each as often as it does, then those that use the second, and so on. starts: where those of each term begin,
    and the end.
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
            "side": (comments["rating_category"] == SIDES[1]).to_numpy(dtype=np.int8),
            "day": pd.to_datetime(comments["day"]).to_numpy(),
            "text": comments["comment"].array,
        }
    ).sort_values(["customer", "side"], ignore_index=True)
    table["text"] = _redact(table["text"].astype("str"))
    uses = _find_terms(table["text"], vocabulary)
    return Written(table, *_order_by_term(uses, len(table)))


def _redact(texts: pd.Series) -> pd.Series:
    """Return texts redacted; most hold nothing that could be personal."""
    found = texts.str.contains(MAY_BE_PERSONAL).to_numpy()
    texts.loc[found] = [redact(text) for text in texts[found].tolist()]
    return texts


def _batches(texts: pd.Series) -> Iterator[np.ndarray]:
    """Yield the places of texts with about a million letters in all, ASCII apart: it needs fewer steps."""
    sizes = texts.str.len().clip(upper=LONGEST_COMMENT).to_numpy()
    is_ascii = texts.str.isascii().to_numpy()
    for places in (np.flatnonzero(is_ascii), np.flatnonzero(~is_ascii)):
        batch = np.cumsum(sizes[places]) // LETTERS_OF_A_BATCH
        yield from np.split(places, np.flatnonzero(np.diff(batch)) + 1)


def _find_terms(texts: pd.Series, vocabulary: Vocabulary) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield terms, and for each the place of a text that uses it."""
    for places in _batches(texts):
        terms, numbers = vocabulary.find_terms(texts.iloc[places].tolist())
        yield terms, places[numbers]


def _order_by_term(
    uses: Iterable[tuple[np.ndarray, np.ndarray]], comments: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the terms, the places of the comments that use each of them, and where those of each term begin."""
    # There are millions: the arrays grow in place, and are freed as soon as possible.
    found, users = array("q"), array("i")
    for terms, places in uses:
        found.frombytes(terms.tobytes())
        users.frombytes(places.astype(np.int32).tobytes())
    keys, terms = pd.factorize(np.asarray(found))
    del found
    # One number for term and comment can be sorted in place.
    keys *= comments
    keys += np.asarray(users)
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
    keys = [(name, "ascending") for name in ("distance", "text")]
    order = pc.sort_indices(pa.Table.from_pandas(within, preserve_index=False), keys)
    ranked = within["text"].iloc[order.to_numpy()]
    rank = np.full(len(comments), len(comments), dtype=np.int32)
    rank[ranked.index] = np.arange(len(ranked))
    places = pd.Index(written.terms).get_indexer(rows.index)
    side = np.full(len(written.terms), -1, dtype=np.int8)
    side[places] = np.where(rows["estimate"] >= 0, SIDES.index("bad"), SIDES.index("good"))
    suits = comments["side"].to_numpy()[written.users] == np.repeat(side, np.diff(written.starts))
    ranks = np.where(suits, rank[written.users], len(comments))
    best = np.minimum.reduceat(ranks, written.starts[:-1])[places] if len(places) else places
    return ranked.reset_index(drop=True).reindex(best).set_axis(rows.index)

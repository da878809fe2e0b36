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
# Of a whole number that is not negative.
BITS_OF_A_KEY = 63


class Written(NamedTuple):
    """Comments with their terms.

    comments: `writer` (twice the number of the customer, plus the place of the side in `SIDES`), `day`, `text`
    (redacted), sorted by writer.
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

    comments: `customer` (a number), `rating_category` (good or bad), `comment`, `day`.
    """
    customer = comments["customer"].to_numpy(np.int32)
    writer = len(SIDES) * customer + (comments["rating_category"] == SIDES[1]).to_numpy()
    order = np.argsort(writer, kind="stable")
    days, texts = pd.to_datetime(comments["day"]).to_numpy(), comments["comment"].astype("str")
    table = pd.DataFrame({"writer": writer[order], "day": days[order], "text": texts.array[order]})
    table["text"] = _redact(table["text"])
    return Written(table, *_order_by_term(_find_terms(table["text"], vocabulary), len(table)))


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
    # One number for term and comment can be sorted in place.
    keys, known = np.asarray(found), None
    bits = comments.bit_length()
    if keys.max(initial=0) >> (BITS_OF_A_KEY - bits):
        keys, known = pd.factorize(keys)
    keys <<= bits
    keys |= np.asarray(users)
    del found, users
    keys.sort()
    places = (keys & ((1 << bits) - 1)).astype(np.int32)
    keys >>= bits
    starts = np.flatnonzero(_is_new(keys))
    terms = keys[starts] if known is None else known
    return terms, places, np.append(starts, len(keys))


def count_terms(written: Written, span: Period) -> Counts:
    """Count the customers who used each term in a period."""
    writer = written.comments["writer"].to_numpy()
    is_within = _is_within(written, span)
    kept = is_within[written.users]
    sizes = np.add.reduceat(kept, written.starts[:-1], dtype=np.int32)
    starts = (np.cumsum(sizes) - sizes)[sizes > 0]
    used_by = writer[written.users[kept]]
    is_new = _is_new(used_by)
    is_new[starts] = True
    is_new_customer = _is_new(used_by >> 1)
    is_new_customer[starts] = True
    counted = {"n": is_new_customer, "bad": is_new, "good": is_new & (used_by & 1).astype(bool)}
    sums = {name: np.add.reduceat(one, starts, dtype=np.int32) for name, one in counted.items()}
    sums["bad"] -= sums["good"]
    present = writer[is_within]
    of_sides = np.bincount(present[_is_new(present)] & 1, minlength=len(SIDES)).tolist()
    terms = pd.DataFrame(sums, index=written.terms[sizes > 0], dtype=np.int64)
    return Counts(terms, dict(zip(SIDES, of_sides, strict=True)))


def _is_new(values: np.ndarray) -> np.ndarray:
    """Return which values differ from the one before."""
    return np.concatenate([[True], values[1:] != values[:-1]])[: len(values)]


def _is_within(written: Written, span: Period) -> np.ndarray:
    return written.comments["day"].between(pd.Timestamp(span.first), pd.Timestamp(span.last)).to_numpy()


def find_examples(written: Written, span: Period, rows: pd.DataFrame) -> pd.Series:
    """Return for each term a comment of the period, of the side that it goes with, whose length suits best.

    rows: indexed by terms, with `estimate`.
    """
    text, writer = written.comments["text"], written.comments["writer"].to_numpy()
    places = np.flatnonzero(_is_within(written, span))
    by_text = places[pc.array_sort_indices(pa.array(text.iloc[places])).to_numpy()]
    distance = (text.str.len() - LETTERS_OF_AN_EXAMPLE).abs().to_numpy()
    best_first = by_text[np.argsort(distance[by_text], kind="stable")]
    # Below 0 for comments on bad ratings, above 0 for those on good ones; the best are farthest from 0.
    value = np.zeros(len(writer), dtype=np.int32)
    value[best_first] = np.arange(len(best_first), 0, -1)
    value[writer & 1 == SIDES.index("bad")] *= -1
    values = value[written.users]
    terms = pd.Index(written.terms).get_indexer(rows.index)
    lowest, highest = (end.reduceat(values, written.starts[:-1])[terms] for end in (np.minimum, np.maximum))
    best = np.where(rows["estimate"] >= 0, -lowest, highest)
    found = np.append(best_first, -1)[np.where(best > 0, len(best_first) - best, -1)]
    return text.reindex(found).set_axis(rows.index)

"""Comments with their terms, and how many customers used each of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..periods import Period
from ..redaction import redact
from .tokens import find_terms

# An example should be short, but more than the term.
LETTERS_OF_AN_EXAMPLE = 90
SIDES = ("bad", "good")


class Written(NamedTuple):
    """Comments with their terms.

    comments: `customer` (a number), `side` (place in `SIDES`), `day`, `text` (redacted). terms: all that were found.
    uses: one row per comment and term, `comment` and `term` (their places).
    """

    comments: pd.DataFrame
    terms: pd.Index
    uses: pd.DataFrame


class Counts(NamedTuple):
    """How many customers used each term.

    terms: customers with `bad` ratings, with `good` ones, and with any of the two (`n`), of the terms that anybody
    used. customers: of each side, with a comment.
    """

    terms: pd.DataFrame
    customers: dict[str, int]


def find_uses(comments: pd.DataFrame, names: set[str]) -> Written:
    """Find the terms of comments, without those that name an agent.

    comments: `customer`, `rating_category` (good or bad), `comment`, `day`. names: words of the names of agents.
    """
    places: dict[str, int] = {}
    texts, found = [], []
    for comment in comments["comment"]:
        text = redact(comment)
        terms = [term for term in find_terms(text) if names.isdisjoint(term.split())]
        texts.append(text)
        found.append([places.setdefault(term, len(places)) for term in terms])
    table = pd.DataFrame(
        {
            "customer": pd.factorize(comments["customer"])[0],
            "side": comments["rating_category"].map(SIDES.index).to_numpy(dtype=int),
            "day": pd.to_datetime(comments["day"]).to_numpy(),
            "text": pd.Series(texts, dtype="str"),
        }
    )
    comment = np.repeat(np.arange(len(found)), [len(terms) for terms in found])
    uses = pd.DataFrame(
        {"comment": comment, "term": [place for terms in found for place in terms]}, dtype=int
    )
    return Written(table, pd.Index(places, name="term", dtype="str"), uses)


def count_terms(written: Written, span: Period) -> Counts:
    """Count the customers who used each term in a period."""
    comments = written.comments[_is_within(written, span)]
    uses = written.uses.join(comments[["customer", "side"]], on="comment", how="inner")
    by_side = uses[["customer", "side", "term"]].drop_duplicates()
    counts = {"n": uses[["customer", "term"]].drop_duplicates()["term"].value_counts()}
    for place, side in enumerate(SIDES):
        counts[side] = by_side.loc[by_side["side"] == place, "term"].value_counts()
    table = pd.DataFrame(counts).reindex(columns=["n", *SIDES]).fillna(0).astype(int)
    table.index = written.terms[table.index]
    writers = comments[["customer", "side"]].drop_duplicates()["side"]
    customers = {side: int((writers == place).sum()) for place, side in enumerate(SIDES)}
    return Counts(table.sort_index(), customers)


def _is_within(written: Written, span: Period) -> pd.Series:
    return written.comments["day"].between(pd.Timestamp(span.first), pd.Timestamp(span.last))


def find_examples(written: Written, span: Period, rows: pd.DataFrame) -> pd.Series:
    """Return for each term a comment of the period, of the side that it goes with, whose length suits best."""
    comments = written.comments[_is_within(written, span)]
    distance = (comments["text"].str.len() - LETTERS_OF_AN_EXAMPLE).abs()
    ranked = comments.assign(distance=distance).sort_values(["distance", "text"]).reset_index()
    uses = written.uses[written.uses["term"].isin(written.terms.get_indexer(rows["term"]))]
    of_terms = uses.merge(ranked.reset_index(names="rank"), left_on="comment", right_on="index")
    best = of_terms.groupby(["term", "side"])["rank"].min()
    sides = np.where(rows["estimate"] >= 0, SIDES.index("bad"), SIDES.index("good"))
    keys = pd.MultiIndex.from_arrays([written.terms.get_indexer(rows["term"]), sides])
    return pd.Series(ranked["text"].reindex(best.reindex(keys)).to_numpy(), rows.index, dtype="str")

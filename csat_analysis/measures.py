"""Counts and sums as database expressions: they run in the engine, and only small tables leave it.

Each function takes an Ibis table (the `ratings` or `offers` view, cut to a period) and gives an Ibis table.
Booleans are counted through `ifelse`, because Postgres does not cast them, and nothing is divided here,
because Ibis on Postgres divides whole numbers down to whole numbers without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def rating_counts(ratings: Any, by: Sequence[str] = ()) -> Any:
    """Ratings per combination of `by`: `good`, `bad`, `neutral`, and `rated` = good + bad.

    ratings: the `ratings` view. Neutral ratings count in neither part of CSAT. Ordered by `by`.
    """
    category = ratings.rating_category
    counts = {name: (category == name).ifelse(1, 0).sum() for name in ("good", "bad", "neutral")}
    rated = category.isin(["good", "bad"]).ifelse(1, 0).sum()
    return _ordered(ratings.aggregate(by=list(by), **counts, rated=rated), by)


def score_counts(ratings: Any) -> Any:
    """How often each rating was given: `rating`, `n`."""
    return ratings.aggregate(by="rating", n=ratings.count()).order_by("rating")


def reason_counts(ratings: Any) -> Any:
    """How often each reason was chosen with a bad rating: `reason` (null: none chosen), `n`."""
    bad = ratings.filter(ratings.rating_category == "bad")
    return bad.aggregate(by="reason", n=bad.count()).order_by("reason")


def offer_counts(offers: Any, by: Sequence[str] = ()) -> Any:
    """Surveys offered per combination of `by`: `offered`, and `answered` with a rating."""
    answered = offers.is_answered.ifelse(1, 0).sum()
    return _ordered(offers.aggregate(by=list(by), offered=offers.count(), answered=answered), by)


def follow_up(ratings: Any) -> Any:
    """Bad ratings whose ticket is open again or still, or was reopened; worst first, then latest."""
    unfinished = ratings.status.isin(["new", "open", "pending", "hold"]) | (ratings.reopens > 0)
    rows = ratings.filter(ratings.rating_category == "bad", unfinished)
    columns = [
        "rating", "submitted_at", "ticket_id", "ticket_url", "agent", "group", "status", "reopens", "reason",
        "comment", "full_resolution_minutes",
    ]  # fmt: skip
    return rows[columns].order_by(rows.rating, rows.submitted_at.desc())


def _ordered(table: Any, by: Sequence[str]) -> Any:
    return table.order_by(list(by)) if by else table

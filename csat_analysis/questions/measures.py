"""Counts, sums and quantiles as database expressions: they run in the engine, and only small tables leave it.

Each function takes an Ibis table (the `ratings` or `offers` view, cut to a period) and gives an Ibis table; the
same expression means the same on DuckDB and on Postgres. Booleans are counted through `ifelse`, because
Postgres does not cast them, and whole numbers become floats before anything is divided, because Ibis on Postgres
divides them down to whole numbers without a word.

Ratings count by the time of their answer, offers by that of their offer; `week`, `day` and `month` of the two
views are on the account's clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.datatypes as dt

DIMENSIONS = (  # columns that both views have, one value a row
    "week", "day", "month", "agent", "group", "channel", "brand", "priority", "reason", "survey_version",
)  # fmt: skip
OPEN = ("new", "open", "pending", "hold")  # statuses of a ticket that is not finished
TAG = "tag"  # the other two: of the tags a row has any number, and custom fields lie in one column of JSON


def split(table: Any, by: Sequence[str], fields: Mapping[str, Sequence[int]]) -> Any:
    """The table with the columns of `by` that it has not yet: `tag`, and custom fields as text.

    fields: the name of such a column -> ids of the ticket fields it holds, the first one that is set. With
    `tag` there is one row per tag, and none for a ticket without; a field with several choices is their JSON.
    """
    for name in by:
        if name in fields:
            body = table.custom_fields.cast("json")
            values = [json_extract_path_text(body, str(number)) for number in fields[name]]
            text = ibis.coalesce(*values).replace('", "', '","')  # DuckDB writes lists anew, without blanks
            table = table.mutate(**{name: text})
        elif name == TAG:
            table = table.mutate(tag=table.tags.unnest())
    return table


@ibis.udf.scalar.builtin
def json_extract_path_text(body: dt.json, key: str) -> str:  # type: ignore[empty-body]
    """The value of a key as text: a function of both engines by this name."""


def rating_counts(ratings: Any, by: Sequence[str] = ()) -> Any:
    """Ratings per combination of `by`: `good`, `bad`, `neutral`, and `rated` = good + bad.

    ratings: the `ratings` view. Neutral ratings count in neither part of CSAT. Ordered by `by`.
    """
    return _ordered(ratings.aggregate(by=list(by), **_categories(ratings)), by)


def agent_counts(ratings: Any) -> Any:
    """Ratings per agent when rated (`agent_id`, null: nobody; `agent`, its name): as `rating_counts`, and of the
    good and bad ones `shared` (the ticket was held by several agents) and `assumed` (who held it then is not
    known, and today's assignee stands in).
    """
    judged = ratings.rating_category.isin(["good", "bad"])
    shared = (judged & (ratings.assignee_stations > 1)).ifelse(1, 0).sum()
    assumed = (judged & (ratings.attribution == "current")).ifelse(1, 0).sum()
    keys = ["agent_id", "agent"]
    return _ordered(ratings.aggregate(by=keys, **_categories(ratings), shared=shared, assumed=assumed), keys)


def score_counts(ratings: Any, surveys: Any) -> Any:
    """How often each rating was given: `scale` (points of the survey's scale, null: not known), `rating`, `n`."""
    asked = surveys.filter(
        surveys.rating.notnull(), surveys.sub_type.isnull() | (surveys.sub_type != "other")
    )
    keys = ["survey_id", "survey_version"]
    scales = asked.aggregate(by=keys, scale=asked.rating.max())
    scored = ratings.left_join(scales, keys)
    return _ordered(scored.aggregate(by=["scale", "rating"], n=scored.count()), ["scale", "rating"])


def reason_counts(ratings: Any) -> Any:
    """How often each reason was chosen with a bad rating: `reason` (null: none chosen), `n`."""
    bad = ratings.filter(ratings.rating_category == "bad")
    return bad.aggregate(by="reason", n=bad.count()).order_by("reason")


def offer_counts(offers: Any, by: Sequence[str] = ()) -> Any:
    """Surveys per combination of `by`: `offered`, `answered` with a rating, and `good`, `bad`, `neutral`, `rated`."""
    answered = offers.is_answered.ifelse(1, 0).sum()
    counts = {"offered": offers.count(), "answered": answered, **_categories(offers)}
    return _ordered(offers.aggregate(by=list(by), **counts), by)


def minute_counts(ratings: Any, time: str, by: Sequence[str] = ()) -> Any:
    """Ratings per combination of `by` and of `minutes`, the whole minutes of the time named; in no order.

    As `rating_counts`, with `minutes` behind `by`: null where there is no such time, negative where the data
    are at fault. Nothing that ratings and times say together is lost in it.
    """
    timed = ratings.mutate(minutes=ratings[time])
    return timed.aggregate(by=[*by, "minutes"], **_categories(timed))


def minutes_of_each(ratings: Any, times: Sequence[str]) -> Any:
    """Ratings, of whatever category, per `time` (one of those named) and `minutes`: `n`; in no order."""
    long = ratings[list(times)].pivot_longer(list(times), names_to="time", values_to="minutes")
    named = long.mutate(time=long.time.replace('"', ""))  # Ibis 12 quotes the names on Postgres
    return named.aggregate(by=["time", "minutes"], n=named.count())


def durations(ratings: Any, time: str, by: Sequence[str] = ()) -> Any:
    """Minutes of the time named per combination of `by`: `n`, `missing` (null), `negative` (below 0: a fault in
    the data), and over the `n` others their sum `total` and their quantiles `median` and `p90`.
    """
    minutes = ratings[time]
    possible = (minutes >= 0).ifelse(minutes, ibis.null("int64"))
    found = {
        "n": possible.count(),
        "missing": minutes.isnull().ifelse(1, 0).sum(),
        "negative": (minutes < 0).ifelse(1, 0).sum(),
        "total": possible.sum(),
        "median": possible.quantile(0.5),
        "p90": possible.quantile(0.9),
    }
    return _ordered(ratings.aggregate(by=list(by), **found), by)


def follow_up(ratings: Any) -> Any:
    """Bad ratings whose ticket is open again or still, or was reopened; worst first, then latest."""
    rows = ratings.filter(ratings.rating_category == "bad", _is_unfinished(ratings))
    columns = [
        "rating", "submitted_at", "ticket_id", "ticket_url", "agent", "group", "status", "reopens", "reason",
        "comment", "full_resolution_minutes",
    ]  # fmt: skip
    return rows[columns].order_by(rows.rating, rows.submitted_at.desc())


def call_back_counts(ratings: Any) -> Any:
    """Per week: bad ratings as `n`, and as `waiting` those whose ticket is open, or was reopened."""
    bad = ratings.filter(ratings.rating_category == "bad")
    waiting = _is_unfinished(bad).ifelse(1, 0).sum()
    return bad.aggregate(by="week", n=bad.count(), waiting=waiting).order_by("week")


def _is_unfinished(ratings: Any) -> Any:
    return ratings.status.isin(OPEN) | ((ratings.reopens > 0) & (ratings.status != "deleted"))


def _categories(table: Any) -> dict[str, Any]:
    category = table.rating_category
    counts = {name: (category == name).ifelse(1, 0).sum() for name in ("good", "bad", "neutral")}
    return counts | {"rated": category.isin(["good", "bad"]).ifelse(1, 0).sum()}


def _ordered(table: Any, by: Sequence[str]) -> Any:
    return table.order_by(list(by)) if by else table

"""Counts as database expressions: they run in the engine, and only small tables leave it.

Each function takes an Ibis table (the `ratings` or `offers` view, filtered to a period) and returns an Ibis table. The
same expression gives the same result on DuckDB and on Postgres. Booleans are counted through `ifelse`, because
Postgres cannot cast them to numbers.

Ratings count by the time of their answer, offers by the time of the offer. `week`, `day` and `month` of the two views
are on the account's clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ibis
from ibis.expr.types import BooleanValue, DateColumn, IntegerScalar, IntegerValue, StringValue

from ..history.definitions import is_rated
from ..history.dimensions import DIMENSIONS as DIMENSIONS
from ..history.dimensions import TAG as TAG
from ..history.dimensions import split as split

# Columns that tell customers apart, see `with_customer`.
CUSTOMER = ("customer_id", "lone_response")
AGENT_ID = "agent_id"
# Dimensions of time as units of an interval.
INTERVALS = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}
# A time in seconds: what agents spent on the ticket.
HANDLE_SECONDS = "handle_seconds"
# Statuses of a ticket that is not finished.
OPEN = ("new", "open", "pending", "hold")
FOLLOW_UP_COLUMNS = (
    "rating",
    "submitted_at",
    "ticket_id",
    "ticket_url",
    "subject",
    "customer_id",
    "organization",
    "agent",
    "group",
    "status",
    "reopens",
    "reason",
    "comment",
)


def with_customer(ratings: ibis.Table, tickets: ibis.Table, lone: ibis.Table) -> ibis.Table:
    """Add who gave each rating: `customer_id` (the responder, else the requester) and `lone_response`.

    `lone_response` is the id of a response whose customer is not known (erased), null for all others: each of them
    counts as a customer of its own.

    lone: the responses without a responder, and maybe others. To read these few once more is cheaper than to keep all
    ratings for a second use.
    """
    # Nearly all responses have their responder, and most engines would read all tickets for the few others.
    needed = tickets.filter(tickets.ticket_id.isin(lone.ticket_id))
    requesters = needed.select(of_ticket=needed.ticket_id, of_requester=needed.requester_id)
    # One equation, which the engine can hash: with `responder_id` as a second condition DuckDB compares all pairs.
    asked = ratings.responder_id.isnull().ifelse(ratings.ticket_id, None)
    joined = ratings.left_join(requesters, asked == requesters.of_ticket)
    customer = ibis.coalesce(joined.responder_id, joined.of_requester)
    lone_response = customer.isnull().ifelse(joined.response_id, None)
    return joined.mutate(customer_id=customer, lone_response=lone_response).drop("of_ticket", "of_requester")


def category_counts(ratings: ibis.Table, by: Sequence[str] = ()) -> ibis.Table:
    """Count ratings per combination of `by`, in its order: as `rating_counts`, without customers."""
    return _ordered(ratings.aggregate(by=list(by), **_categories(ratings)), by)


def rating_counts(ratings: ibis.Table, by: Sequence[str] = ()) -> ibis.Table:
    """Count ratings and customers per combination of `by`, in its order.

    Parameters
    ----------
    ratings
        With the columns of `with_customer`.
    by
        Names of dimensions.

    Returns
    -------
    ibis.Table
        Columns: `by`, `good`, `bad`, `neutral` and `rated` (good + bad, and neutral if they are in the denominator),
        `customers` (with such a rating) and `squares` (sum over customers of their squared number of these ratings).
    """
    each = ratings.aggregate(by=[*by, *CUSTOMER], **_categories(ratings))
    counts = {name: each[name].sum() for name in ("good", "bad", "neutral", "rated")}
    customers = {"customers": _count_if(each.rated > 0), "squares": (each.rated * each.rated).sum()}
    return _ordered(each.aggregate(by=list(by), **counts, **customers), by)


class Restart(NamedTuple):
    """A row (its first day) from which pooled rows hold no earlier ratings; of one group, or of all (None)."""

    first: dt.date
    group: str | None


def pooled_rating_counts(
    ratings: ibis.Table, by: Sequence[str], *, unit: str, pool: int, restarts: Sequence[Restart] = ()
) -> ibis.Table:
    """Count as `rating_counts`, where each rating counts in its `unit` (a dimension of time) and the next `pool` - 1.

    Customers of all of them are counted together: who rates every week is one customer.
    """
    rows = ratings.select(*by, *CUSTOMER, *_columns_judged(ratings))
    shifted = [rows]
    for number in range(1, pool):
        later = (rows[unit] + ibis.interval(number, unit=INTERVALS[unit])).cast("date")
        kept = rows.filter(~ibis.or_(*(_is_crossed(rows, rows[unit], later, one) for one in restarts)))
        shifted.append(kept.mutate(**{unit: later}))
    return rating_counts(ibis.union(*shifted), by)


def _is_crossed(rows: ibis.Table, earlier: DateColumn, later: DateColumn, one: Restart) -> BooleanValue:
    crossed = (earlier < one.first) & (later >= one.first)
    return crossed if one.group is None else crossed & (rows.group == one.group)


def customer_counts(ratings: ibis.Table) -> ibis.Table:
    """Count customers (`customers`) by how many ratings they gave (`rated`), and how many of these are `good`."""
    each = ratings.aggregate(by=list(CUSTOMER), **_categories(ratings)).filter(lambda rows: rows.rated > 0)
    return each.aggregate(by=["good", "rated"], customers=each.count())


def flag_counts(answers: ibis.Table, flags: Mapping[str, BooleanValue]) -> ibis.Table:
    """Count customers (`customers`) by their answers: how many have each flag at all (`NAME_known`), and how many true.

    answers: with the columns of `with_customer`. flags: name -> what is true or false of an answer, or null.
    """
    known = {f"{name}_known": flag.count() for name, flag in flags.items()}
    true = {name: _count_if(flag) for name, flag in flags.items()}
    each = answers.aggregate(by=list(CUSTOMER), **known, **true)
    return each.aggregate(by=[*known, *true], customers=each.count())


def with_responder(offers: ibis.Table) -> ibis.Table:
    """Add who got each survey, in the columns of `with_customer`; requesters of tickets are not looked up."""
    lone_response = offers.responder_id.isnull().ifelse(offers.response_id, None)
    return offers.mutate(customer_id=offers.responder_id, lone_response=lone_response)


def choice_counts(answers: ibis.Table) -> ibis.Table:
    """Count customers by how many answers they gave, and how alike these are.

    Parameters
    ----------
    answers
        With the columns of `with_customer` and `choice` (null: the answer does not count).

    Returns
    -------
    ibis.Table
        Columns: `answers`, `alike` and `common` of each customer, see `estimates.correlation_of_choices`; `customers`.
    """
    made = answers.filter(answers.choice.notnull())
    each = made.aggregate(by=[*CUSTOMER, "choice"], times=made.count())
    each = each.mutate(of_all=each.times.sum().over(group_by="choice"))
    sums = {
        "answers": each.times.sum(),
        "alike": (each.times * each.times).sum(),
        "common": (each.times * each.of_all).sum(),
    }
    customers = each.aggregate(by=list(CUSTOMER), **sums)
    return customers.aggregate(by=list(sums), customers=customers.count())


def size_counts(answers: ibis.Table) -> ibis.Table:
    """Count answers (`rated`), `customers` and `squares`, as in `rating_counts`: one row.

    answers: with the columns of `with_customer`.
    """
    each = answers.aggregate(by=list(CUSTOMER), rated=answers.count())
    return each.aggregate(
        rated=each.rated.sum(), customers=each.count(), squares=(each.rated * each.rated).sum()
    )


def agent_counts(ratings: ibis.Table, by: Sequence[str] = ()) -> ibis.Table:
    """Count ratings per agent when rated and combination of `by`.

    Returns
    -------
    ibis.Table
        Columns: `agent_id` (null: nobody), `agent` (name), `by`, those of `rating_counts`, and of the good and bad
        ratings `assumed` (the holder at that time is not known, and today's assignee is used).
    """
    assumed = _count_if(is_rated(ratings) & (ratings.attribution == "current"))
    keys = ["agent_id", "agent", *by]
    return _ordered(ratings.aggregate(by=keys, **_categories(ratings), assumed=assumed), keys)


def shared_counts(ratings: ibis.Table) -> ibis.Table:
    """Count the good and bad ratings of tickets that several agents held, per `agent_id` when rated, as `shared`."""
    held = ratings.filter(is_rated(ratings), ratings.assignee_stations > 1)
    return held.aggregate(by=AGENT_ID, shared=held.count())


def score_counts(ratings: ibis.Table, by: Sequence[str] = (), *, scales: ibis.Table) -> ibis.Table:
    """Count how often each rating was given, in no order.

    Parameters
    ----------
    ratings
        The ratings.
    by
        Names of dimensions.
    scales
        The points of each survey version's scale: `survey_scales`.

    Returns
    -------
    ibis.Table
        Columns: `by`, `scale` (null: not known), `rating`, `n`.
    """
    version = ["survey_id", "survey_version"]
    # Joined when counted: a join of all columns of ratings takes longer to write.
    each = ratings.aggregate(by=list(dict.fromkeys([*by, *version, "rating"])), times=ratings.count())
    scaled = each.left_join(scales, version)
    return scaled.aggregate(by=[*by, "scale", "rating"], n=scaled.times.sum())


def reason_counts(ratings: ibis.Table) -> ibis.Table:
    """Count how often each reason was chosen with a bad rating, per survey version.

    Returns
    -------
    ibis.Table
        Columns: `survey_id`, `survey_version` (null: legacy CSAT), `reason` (null: none chosen), `n`, `first` (when).
    """
    bad = ratings.filter(ratings.rating_category == "bad")
    counts = {"n": bad.count(), "first": bad.submitted_at.min()}
    return bad.aggregate(by=["survey_id", "survey_version", "reason"], **counts).order_by("reason")


def cell_counts(
    ratings: ibis.Table, by: Sequence[str], *, times: Sequence[str], parts: int, caps: Mapping[str, int]
) -> ibis.Table:
    """Count ratings per agent and combination of values.

    Parameters
    ----------
    ratings
        The ratings.
    by
        Names of dimensions.
    times
        Columns of minutes: the value is the last minute of its part; null where there is no such time.
    parts
        Number of parts of about equal size into which each time is split: fewer where many have the same minutes.
    caps
        Columns of whole numbers -> the number from which all count as one value.

    Returns
    -------
    ibis.Table
        Columns: `by`, the times, the numbers, `agent_id`, `bad` and `rated`.
    """
    rows = ratings.select(*by, *times, *caps, AGENT_ID, *_columns_judged(ratings))
    placed = rows
    # Ends of parts are found by the same query, so that tickets are joined once.
    for time in times:
        placed = placed.cross_join(_find_ends(rows, time, parts))
    ends = {time: _end_of_part(placed, time, parts) for time in times}
    capped = {name: (placed[name] > cap).ifelse(cap, placed[name]) for name, cap in caps.items()}
    split_up = placed.mutate(**ends, **capped)
    counts = {name: count for name, count in _categories(split_up).items() if name in ("bad", "rated")}
    return split_up.aggregate(by=[*by, *ends, *capped, AGENT_ID], **counts)


def _find_ends(ratings: ibis.Table, time: str, parts: int) -> ibis.Table:
    """Return the last minute of each part of a time, as `TIME_1`, `TIME_2` and so on: one row."""
    timed = ratings.filter(ratings[time] >= 0)
    counts = timed.aggregate(by=time, n=timed.count())
    up_to = ibis.window(order_by=time, preceding=None, following=0)
    rows = counts.mutate(passed=counts.n.sum().over(up_to), total=counts.n.sum().over(ibis.window()))
    ends = {
        f"{time}_{part}": rows[time].min(where=rows.passed * parts >= rows.total * part)
        for part in range(1, parts + 1)
    }
    return rows.aggregate(**ends)


def _end_of_part(ratings: ibis.Table, time: str, parts: int) -> IntegerValue:
    ends = [ratings[f"{time}_{part}"] for part in range(1, parts + 1)]
    end = ibis.cases(*((ratings[time] <= end, end) for end in ends))
    return (ratings[time] >= 0).ifelse(end, None)


def comments(ratings: ibis.Table) -> ibis.Table:
    """Return the comments on good or bad ratings, in no order.

    Parameters
    ----------
    ratings
        With the columns of `with_customer`.

    Returns
    -------
    ibis.Table
        Columns: those of `CUSTOMER`, `rating_category`, `comment`, `day`.
    """
    written = ratings.filter(ratings.comment.notnull(), ratings.rating_category.isin(["good", "bad"]))
    return written.select("rating_category", "comment", "day", *CUSTOMER)


def is_satisfaction(answers: ibis.Table) -> BooleanValue:
    """Return whether an answer is to the question about satisfaction; a survey can have other scales beside it."""
    is_scale = answers.question_type.startswith("rating_scale")
    return (is_scale & (answers.sub_type.isnull() | (answers.sub_type != "other"))).fill_null(False)


def name_question(answers: ibis.Table) -> StringValue:
    """Return the words of the question of an answer, also of another survey version, else its alias, else its id."""
    words, alias = answers["headline"].nullif(""), answers["alias"].nullif("")
    in_other_version = words.max().over(group_by=answers.question_id)
    return ibis.coalesce(words, in_other_version, alias, answers.question_id)


def answer_counts(
    ratings: ibis.Table, answers: ibis.Table, by: Sequence[str] = (), *, per_value: bool
) -> ibis.Table:
    """Count the responses with an answer to each question besides that about satisfaction, in no order.

    Parameters
    ----------
    ratings
        With the columns of `with_customer`.
    answers
        The table `survey_answers`.
    by
        Names of dimensions.
    per_value
        Whether each point of a scale and each option is counted on its own.

    Returns
    -------
    ibis.Table
        Columns: `by`, `question`, [`value`], `rated` (responses), `customers`, `squares`, as in `rating_counts`.
    """
    asked = answers.filter(~is_satisfaction(answers))
    given = asked.select(
        of_response=asked.response_id,
        question=name_question(asked),
        points=asked.rating.cast("string"),
        chosen=asked.selections,
    )
    rows = ratings.inner_join(given, ratings.response_id == given.of_response)
    on_scale = rows.filter(rows.points.notnull())
    options = rows.filter(rows.points.isnull(), rows.chosen.length() > 0)
    shared = [*by, "question", *CUSTOMER, "response_id"]
    values = ibis.union(
        on_scale.select(*shared, value=on_scale.points),
        options.select(*shared, value=options.chosen.unnest()),
    )
    keys = [*by, "question", *(["value"] if per_value else [])]
    each = values.aggregate(by=[*keys, *CUSTOMER], rated=values.response_id.nunique())
    return each.aggregate(
        by=keys, rated=each.rated.sum(), customers=each.count(), squares=(each.rated * each.rated).sum()
    )


def offer_counts(offers: ibis.Table, by: Sequence[str] = ()) -> ibis.Table:
    """Count surveys per combination of `by`.

    Returns
    -------
    ibis.Table
        Columns: `by`, `offered`, `answered` (with a rating), `good`, `bad`, `neutral`, `rated`.
    """
    return _ordered(offers.aggregate(by=list(by), **_offer_categories(offers)), by)


def offer_sizes(offers: ibis.Table, by: Sequence[str] = (), *, since: dt.datetime) -> ibis.Table:
    """Count surveys as `offer_counts`, and who got the latest; in one scan, because there are many.

    Returns
    -------
    ibis.Table
        Columns: those of `offer_counts`; of the surveys offered since a moment `latest` (their number), `customers`
        and `squares` (as in `rating_counts`; each survey without a responder is that of another customer). In no order.
    """
    customer = (offers.offered_at >= since).ifelse(offers.responder_id, None)
    rows = offers.mutate(customer_id=customer)
    counts = _offer_categories(rows) | {"latest": _count_if(rows.offered_at >= since)}
    each = rows.aggregate(by=[*by, "customer_id"], **counts)
    is_customer = each.customer_id.notnull()
    return each.aggregate(
        by=list(by),
        **{name: each[name].sum() for name in counts},
        customers=is_customer.ifelse(1, each.latest).sum(),
        squares=is_customer.ifelse(each.latest * each.latest, each.latest).sum(),
    )


def minute_counts(ratings: ibis.Table, time: str, by: Sequence[str] = ()) -> ibis.Table:
    """Count ratings per combination of `by` and of the minutes of a time, in no order.

    Returns
    -------
    ibis.Table
        Columns: `by`, `minutes` (null: no such time; negative: an error in the data), and those of `rating_counts`.
    """
    minutes = ratings[time] / 60 if time == HANDLE_SECONDS else ratings[time]
    timed = ratings.mutate(minutes=minutes)
    return timed.aggregate(by=[*by, "minutes"], **_categories(timed))


def minutes_of_each(ratings: ibis.Table, times: Sequence[str], by: Sequence[str] = ()) -> ibis.Table:
    """Count ratings of every category per `by`, `time` (a column's name) and `minutes`, as `n`, in no order."""
    # Not pivot_longer: on Postgres it goes through JSON, whose null cannot be cast to a number. Not a union: it reads
    # the ratings once for each time.
    each = ratings.select(*by, *times, place=ibis.array(range(len(times))).unnest())
    long = each.mutate(minutes=each.place.cases(*((place, each[name]) for place, name in enumerate(times))))
    counts = long.aggregate(by=[*by, "place", "minutes"], n=long.count())
    # Named afterwards: engines group by numbers in half the time.
    time = counts.place.cases(*enumerate(times))
    return counts.select(*by, "minutes", "n", time=time)


def follow_up(
    ratings: ibis.Table,
    tickets: ibis.Table,
    organizations: ibis.Table,
    time: str = "full_resolution_minutes",
) -> ibis.Table:
    """Return bad ratings whose ticket is unfinished or was reopened, with a time; worst first, then latest."""
    rows = ratings.filter(ratings.rating_category == "bad", _is_unfinished(ratings))
    known = tickets.select("subject", "requester_id", "organization_id", of_ticket="ticket_id")
    named = organizations.select(of_organization="organization_id", organization_name="name")
    joined = rows.left_join(known, rows.ticket_id == known.of_ticket)
    joined = joined.left_join(named, joined.organization_id == named.of_organization)
    name = joined.organization_name.nullif("")
    customers = joined.mutate(
        customer_id=ibis.coalesce(joined.responder_id, joined.requester_id),
        organization=ibis.coalesce(name, joined.organization_id.cast("string")),
    )
    shown = customers[[*FOLLOW_UP_COLUMNS, time]]
    return shown.order_by(shown.rating, shown.submitted_at.desc())


def call_back_counts(ratings: ibis.Table) -> ibis.Table:
    """Count per week the bad ratings (`n`), and those whose ticket is open or was reopened (`waiting`)."""
    bad = ratings.filter(ratings.rating_category == "bad")
    waiting = _count_if(_is_unfinished(bad))
    return bad.aggregate(by="week", n=bad.count(), waiting=waiting).order_by("week")


def _is_unfinished(ratings: ibis.Table) -> BooleanValue:
    return ratings.status.isin(OPEN) | ((ratings.reopens > 0) & (ratings.status != "deleted"))


def _offer_categories(table: ibis.Table) -> dict[str, IntegerScalar]:
    return {"offered": table.count(), "answered": _count_if(table.is_answered), **_categories(table)}


def _categories(table: ibis.Table) -> dict[str, IntegerScalar]:
    category = table.rating_category
    counts = {name: _count_if(category == name) for name in ("good", "bad", "neutral")}
    # Engines take the sum of two counts that they have in less time than a third one.
    rated = _count_if(table.is_rated) if "is_rated" in table.columns else counts["good"] + counts["bad"]
    return counts | {"rated": rated}


def _columns_judged(ratings: ibis.Table) -> list[str]:
    """Return the columns that `_categories` reads."""
    return [name for name in ("rating_category", "is_rated") if name in ratings.columns]


def _count_if(condition: BooleanValue) -> IntegerScalar:
    # DuckDB adds whole numbers up to 128 bits, which takes twice the time of counting.
    return condition.ifelse(1, None).count()


def _ordered(table: ibis.Table, by: Sequence[str]) -> ibis.Table:
    return table.order_by(list(by)) if by else table

"""The numbers of answers by SQL, as one would write it for the history of `large_history`."""

from __future__ import annotations

# Each statement comes with its period, see `find_periods`.
RATED = (
    "from survey_responses as r {join} where submitted_at >= {{first}} and submitted_at < {{after}} "
    "and rating_category in ('good', 'bad')"
)
OFFERED = "from survey_responses as r {join} where offered_at >= {{first}} and offered_at < {{after}}"
COUNTS = "count(*) as n, count(*) filter (rating_category = 'good') as good"
LOCAL_WEEK = "date_trunc('week', {column} at time zone 'Europe/Berlin') as week"
RATED_WEEK, OFFERED_WEEK = (LOCAL_WEEK.format(column=column) for column in ("submitted_at", "offered_at"))
AGENT, GROUP, TICKET = (
    f"join {table} using ({key})"
    for table, key in (("agents", "agent_id"), ("groups", "group_id"), ("tickets", "ticket_id"))
)
HOLDER = f"{TICKET.replace('using', 'as t using')} join groups as g on g.group_id = coalesce(r.group_id, t.group_id)"
TAGS = f"{TICKET}, unnest(tags) as u(tag)"
TOPIC = "json_extract_string(custom_fields, '$.360001') as topic"
LIKE = "agent_id, r.group_id, date_trunc('month', submitted_at), dayofweek(submitted_at) in (0, 6)"
OF_AGENT = "count(*) filter (assignee_stations > 1), count(*) filter (attribution = 'current')"
REPLY, WAIT, FULL = "first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes"
Statement = tuple[str, str]


def rated(what: str, about: str, join: str = "") -> Statement:
    """Count ratings of a period."""
    return f"select {what} {RATED.format(join=join)} group by all", about


def offered(what: str, about: str, join: str = "") -> Statement:
    """Count surveys of a period."""
    return (
        f"select {what}, count(*) as offered, count(rating_category) {OFFERED.format(join=join)} group by all",
        about,
    )


def customers(about: str, *keys: str, join: str = "") -> Statement:
    """Count ratings and customers of a period per combination of keys, and the squares of their ratings."""
    each = rated(", ".join([*keys, "responder_id", COUNTS.replace(" as n", " as k")]), about, join)[0]
    names = [key.split(" as ")[-1] for key in keys]
    sums = ["sum(k) as n", "sum(good) as good", "count(*) as customers", "sum(k * k) as squares"]
    return f"select {', '.join([*names, *sums])} from ({each}) group by all", about


# How alike the ratings of one customer were in the year before.
ALIKE = (
    f"select k, good, count(*) from ({rated('responder_id, count(*) as k, ' + COUNTS, 'year')[0]}) group by all",
    "year",
)


def minutes(about: str) -> list[Statement]:
    """Count the ratings per minute of three times."""
    return [rated(f"{time} as minutes, count(*)", about, TICKET) for time in (REPLY, WAIT, FULL)]


MAIN_BY_HAND = {
    "csat": rated(COUNTS, "week"),
    "csat, closed week": rated(COUNTS, "closed"),
    "csat, by agent": rated(f"name, {COUNTS}", "all", AGENT),
    "trend": rated(f"{RATED_WEEK}, {COUNTS}", "quarter"),
    "trend, by group": rated(f"{RATED_WEEK}, name, {COUNTS}", "quarter", GROUP),
    "trend, 104 weeks": rated(f"{RATED_WEEK}, {COUNTS}", "all"),
    "agents, 12 weeks": rated(f"name, {COUNTS}", "quarter", AGENT),
    "distribution": rated("rating, count(*)", "week"),
    "response_rate, 104 weeks, by group": offered(f"{OFFERED_WEEK}, name", "all", HOLDER),
    "times": rated(f"median({REPLY}), median({FULL})", "week", TICKET),
    "low_ratings, by channel": rated(f"channel, {COUNTS}", "all", TICKET),
    "low_ratings, by tag": rated(f"tag, {COUNTS}", "all", TAGS),
}
# The first statement has the sums of the answer.
WEEKLY = rated(f"{RATED_WEEK}, name, {COUNTS}", "all", GROUP)
ALL_BY_HAND = {
    "csat": [customers("week"), rated("rating, count(*)", "week")],
    "csat, closed week": [
        customers("closed"),
        rated("rating, count(*)", "closed"),
        offered("1", "closed"),
    ],
    "csat, closed week, by group": [
        customers("closed", "name", join=GROUP),
        rated("name, rating, count(*)", "closed", GROUP),
        offered("name", "closed", HOLDER),
    ],
    "csat, by agent": [customers("all", "name", join=AGENT), rated("name, rating, count(*)", "all", AGENT)],
    "trend": [customers("quarter", RATED_WEEK), rated(f"{RATED_WEEK}, {COUNTS}", "year"), WEEKLY],
    "trend, by group": [
        customers("quarter", RATED_WEEK, "name", join=GROUP),
        rated(f"{RATED_WEEK}, name, {COUNTS}", "year", GROUP),
        WEEKLY,
    ],
    "trend, 104 weeks": [customers("all", RATED_WEEK), WEEKLY],
    "compare": [
        customers("week"),
        customers("before"),
        rated(f"{RATED_WEEK}, {COUNTS}", "year before"),
        offered("1", "before"),
    ],
    "compare, by group, year against year": [
        customers("year", "name", join=GROUP),
        customers("last year", "name", join=GROUP),
        rated(f"{RATED_WEEK}, name, {COUNTS}", "last year", GROUP),
        offered("name", "last year", HOLDER),
    ],
    "explain_change, year against year": [
        customers("year", "name", join=GROUP),
        customers("last year", "name", join=GROUP),
        rated(f"{RATED_WEEK}, name, {COUNTS}", "last year", GROUP),
        customers("year"),
        customers("last year"),
        ALIKE,
    ],
    "targets, of 45 targets, 104 weeks": [
        customers("all"),
        customers("all", "name", join=GROUP),
        customers("all", "channel", join=TICKET),
        ALIKE,
    ],
    "agents, 12 weeks": [
        customers("quarter", "name", join=AGENT),
        rated(f"{LIKE}, {COUNTS}, {OF_AGENT}", "quarter", TICKET),
    ],
    "agents": [
        customers("all", "name", join=AGENT),
        rated(f"{LIKE}, {COUNTS}, {OF_AGENT}", "all", TICKET),
    ],
    "distribution": [
        rated("rating, count(*) as n", "week"),
        rated("rating, count(*)", "before"),
        customers("week"),
    ],
    "response_rate, 104 weeks, by group": [
        offered(f"{OFFERED_WEEK}, name", "all", HOLDER),
        offered(f"{OFFERED_WEEK}, name, responder_id", "quarter", HOLDER),
    ],
    "times": [*minutes("week"), *minutes("before"), customers("week"), customers("before")],
    "times, year against year": [
        *minutes("year"),
        *minutes("last year"),
        customers("year"),
        customers("last year"),
        rated(
            f"responder_id, {', '.join(f'count(*) filter ({time} > 100)' for time in (REPLY, WAIT, FULL))}",
            "year",
            TICKET,
        ),
    ],
    "association": [
        rated(f"agent_id, r.group_id, {FULL}, {COUNTS}", "all", TICKET),
        customers("all"),
        ALIKE,
    ],
    "low_ratings, by channel": [customers("all", "channel", join=TICKET), customers("all"), ALIKE],
    "low_ratings, by tag": [customers("all", "tag", join=TAGS), customers("all"), ALIKE],
    "low_ratings, by field": [customers("all", TOPIC, join=TICKET), customers("all"), ALIKE],
}

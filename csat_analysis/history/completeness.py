"""Find what is missing in a history: tickets, names, attribution, weeks without surveys."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from ..periods import week_label, zone
from .store import History

# Satisfaction scores of a ticket that has a survey or a legacy rating.
SURVEYED = ("offered", "good", "bad")
WEEK = dt.timedelta(weeks=1)
# The same as `select_unexplained_scores`, for each pull, without Ibis. A neutral rating explains any score, because
# tickets have no neutral one.
UNEXPLAINED_SCORES = f"""
select ticket_id from tickets where satisfaction_score in {SURVEYED} and not is_deleted and not exists (
  select 1 from survey_responses as known where known.ticket_id = tickets.ticket_id
    and coalesce(known.rating_category, 'offered') = tickets.satisfaction_score
) and not exists (
  select 1 from survey_responses as neutral
  where neutral.ticket_id = tickets.ticket_id and neutral.rating_category = 'neutral'
)
"""


def select_unexplained_scores(con: Any) -> Any:
    """Return the `ticket_id` of tickets whose satisfaction score no stored response explains."""
    t, r = con.table("tickets"), con.table("survey_responses")
    known = r.filter(r.ticket_id.notnull())
    neutral = known.filter(known.rating_category == "neutral")
    known = known.select("ticket_id", satisfaction_score=known.rating_category.fill_null("offered"))
    scored = t.filter(
        t.satisfaction_score.isin(SURVEYED), ~t.is_deleted, ~t.ticket_id.isin(neutral.ticket_id)
    )
    return scored.anti_join(known, ["ticket_id", "satisfaction_score"])[["ticket_id"]]


def gaps(history: History) -> list[str]:
    """Return what is missing, one sentence each, with what to do about it."""
    counts = {name: _count(history, query) for name, query in _MISSING.items()}
    found = [sentence.format(n=counts[name]) for name, sentence in _SENTENCES.items() if counts[name]]
    return _incomplete_weeks(history) + found + _silent_weeks(history)


def _incomplete_weeks(history: History) -> list[str]:
    """Return a line with the first day whose ratings are counted, if the first pull had a `--since`."""
    if history.complete_from is None:
        return []
    day = history.complete_from.astimezone(zone(history.timezone)).date()
    missing = f"ratings before {day} are not counted, because some are missing"
    return [f"{missing}: csat pull --since with an earlier day fetches them"]


def _without_ticket(con: Any) -> Any:
    r, t = con.table("survey_responses"), con.table("tickets")
    return r.filter(r.ticket_id.notnull()).anti_join(t, "ticket_id")


def _unattributed(con: Any) -> Any:
    r = con.table("survey_responses")
    return r.filter(r.submitted_at.notnull(), r.ticket_id.notnull(), r.attribution.isnull())


def _nameless(con: Any) -> Any:
    """Return rated agents that were not looked up; an agent unknown to Zendesk has a row without a name."""
    r = con.table("survey_responses")
    return r.filter(r.agent_id.notnull())[["agent_id"]].distinct().anti_join(con.table("agents"), "agent_id")


_MISSING = {
    "unexplained": select_unexplained_scores,
    "no ticket": _without_ticket,
    "unattributed": _unattributed,
    "nameless": _nameless,
}
_SENTENCES = {
    "unexplained": "tickets with a satisfaction score that no stored survey explains: {n:,}; "
    "csat pull --reconcile requests their surveys",
    "no ticket": "surveys about tickets that are not in the history: {n:,}; "
    "the tickets are older than the first pull's --since",
    "unattributed": "answers without a rated agent yet: {n:,}; the next csat pull looks them up",
    "nameless": "rated agents without a name in the history: {n:,}; csat check says whether names can be read",
}


def _count(history: History, query: Any) -> int:
    return int(history.rows(lambda con: (t := query(con)).aggregate(n=t.count()))[0]["n"])


def _silent_weeks(history: History) -> list[str]:
    """Return the gaps of whole weeks without any survey, between weeks with surveys."""

    def query(con: Any) -> Any:
        offers = history.select(con, "offers")
        return offers.filter(offers.offered_at.notnull())[["week"]].distinct().order_by("week")

    weeks = [row["week"] for row in history.rows(query)]
    return [
        f"no survey was offered from {week_label(before + WEEK)} to {week_label(after - WEEK)}: "
        "surveys were switched off, or a plan or filter hides them"
        for before, after in pairwise(weeks)
        if after - before > WEEK
    ]


def begins(history: History) -> dt.date | None:
    """Return the day of the first survey that questions count, on the account's clock; None if there is none."""

    def query(con: Any) -> Any:
        offered_at = con.table("survey_responses").offered_at
        counted = offered_at >= history.complete_from if history.complete_from else None
        return offered_at.min(where=counted).name("first").as_table()

    first = history.rows(query)[0]["first"]
    return first.astimezone(zone(history.timezone)).date() if first else None

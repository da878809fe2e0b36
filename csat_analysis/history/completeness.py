"""What is missing in a history: questions about its own completeness, as database expressions and sentences."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from ..periods import week_label, zone
from .store import History

SURVEYED = ("offered", "good", "bad")  # satisfaction scores of a ticket that has a survey or an old rating
WEEK = dt.timedelta(weeks=1)


def select_unexplained_scores(con: Any) -> Any:
    """Tickets with a satisfaction score that none of the stored responses about them has: `ticket_id`."""
    t, r = con.table("tickets"), con.table("survey_responses")
    known = r.filter(r.ticket_id.notnull())
    known = known.select("ticket_id", satisfaction_score=known.rating_category.fill_null("offered"))
    scored = t.filter(t.satisfaction_score.isin(SURVEYED), ~t.is_deleted)
    return scored.anti_join(known, ["ticket_id", "satisfaction_score"])[["ticket_id"]]


def gaps(history: History) -> list[str]:
    """What is missing, one sentence each, with what to do about it; empty if nothing is."""
    counts = {name: _count(history, query) for name, query in _MISSING.items()}
    found = [sentence.format(n=counts[name]) for name, sentence in _SENTENCES.items() if counts[name]]
    return found + _silent_weeks(history)


def _without_ticket(con: Any) -> Any:
    r, t = con.table("survey_responses"), con.table("tickets")
    return r.filter(r.ticket_id.notnull()).anti_join(t, "ticket_id")


def _unattributed(con: Any) -> Any:
    r = con.table("survey_responses")
    return r.filter(r.submitted_at.notnull(), r.ticket_id.notnull(), r.attribution.isnull())


def _nameless(con: Any) -> Any:
    """Rated agents that were not looked up; one whom Zendesk does not find has a row without a name."""
    r = con.table("survey_responses")
    return r.filter(r.agent_id.notnull())[["agent_id"]].distinct().anti_join(con.table("agents"), "agent_id")


_MISSING = {
    "unexplained": select_unexplained_scores,
    "no ticket": _without_ticket,
    "unattributed": _unattributed,
    "nameless": _nameless,
}
_SENTENCES = {
    "unexplained": "{n:,} tickets carry a satisfaction score that no stored survey explains: "
    "csat pull --reconcile reads the last four weeks again",
    "no ticket": "{n:,} surveys are about tickets that are not here: they are older than the first pull's --since",
    "unattributed": "of {n:,} answers it is not known yet who was rated: the last pull did not come to its end",
    "nameless": "{n:,} agents who were rated have no name here: csat check says whether names can be read",
}


def _count(history: History, query: Any) -> int:
    return int(history.rows(lambda con: (t := query(con)).aggregate(n=t.count()))[0]["n"])


def _silent_weeks(history: History) -> list[str]:
    """Stretches of whole weeks without any survey offered, between weeks that have some."""

    def query(con: Any) -> Any:
        offers = history.select(con, "offers")
        return offers.filter(offers.offered_at.notnull())[["week"]].distinct().order_by("week")

    weeks = [row["week"] for row in history.rows(query)]
    return [
        f"no survey was offered from {week_label(before + WEEK)} to {week_label(after - WEEK)}: "
        "surveys were off, or a plan or filter hides them"
        for before, after in pairwise(weeks)
        if after - before > WEEK
    ]


def begins(history: History) -> dt.date | None:
    """The day on which the first survey it holds was offered, on the account's clock; None while empty."""

    def query(con: Any) -> Any:
        responses = con.table("survey_responses")
        return responses.aggregate(first=responses.offered_at.min())

    first = history.rows(query)[0]["first"]
    return first.astimezone(zone(history.timezone)).date() if first else None

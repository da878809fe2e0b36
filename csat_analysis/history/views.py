"""The two views that questions count: `ratings`, the surveys that were answered, and `offers`, those that were sent.

They hold what is stored (category, rating, who holds the ticket); what counts as satisfied is up to the questions.
A migration creates them once. Reading creates nothing, so that a read-only role or a standby server can do it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import ibis
from ibis.expr.datatypes import DataType

from ..formats import NO_GROUP
from ..schema.tables import BUSINESS_MINUTES, DATE, FLAG, MINUTES, TABLES, TEXT
from .clock import with_clock

FROM_RESPONSE = (
    "response_id",
    "ticket_id",
    "responder_id",
    "survey_id",
    "survey_version",
    "offered_at",
    "submitted_at",
    "updated_at",
    "expires_at",
    "rating",
    "rating_category",
    "comment",
    "reason",
    "agent_id",
    "group_id",
    "attribution",
    "revisions",
    "source",
)
FROM_TICKET = (
    "channel",
    "priority",
    "status",
    "tags",
    *MINUTES,
    *BUSINESS_MINUTES,
    "handle_seconds",
    "reopens",
    "replies",
    "assignee_stations",
)

# The page of a ticket in Zendesk. An erased ticket has a number below zero, and no page.
TICKET_URL = """case when r.ticket_id > 0
    then (select max(url) from {account} as o) || '/agent/tickets/' || r.ticket_id end"""
# The same where ids name the account, as "acme/35436".
TICKET_URL_OF_SEVERAL = """case when substr(r.ticket_id, length(r.account) + 2, 1) <> '-'
    then (select max(o.url) from {account} as o where o.account = r.account) || '/agent/tickets/'
      || substr(r.ticket_id, length(r.account) + 2) end"""
# Who holds a ticket without an agent, and who is credited with a rating if the holder at that time is not known.
UNASSIGNED, NOT_KNOWN = "unassigned", "not known"
NOBODY = (UNASSIGNED, NO_GROUP, NOT_KNOWN)
# Agents (groups, brands) of the same name, or of one that means nobody, get their id appended. A deleted group and a
# new one of the same name count as one group. `unique_names` is the same for names that a query returned.
NAMED = {
    table: f"""(
  select {key}, case when name <> '' and count(*) over (partition by {alike}) > 1
      or name in {NOBODY}
    then name || ' (' || {key} || ')' else name end as name
  from {{table}} as named
)"""
    for table, key, alike in (
        ("agents", "agent_id", "name"),
        ("groups", "group_id", "name, is_deleted"),
        ("brands", "brand_id", "name"),
    )
}
VIEWS = ("ratings", "offers")
RATED = "where r.submitted_at is not null and r.rating_category is not null"
IS_GOOD = "case r.rating_category when 'good' then true when 'bad' then false end"
IS_ANSWERED = "r.rating_category is not null"
# `day`, `week` and `month` are filled by `with_clock`.
PLACEHOLDER = "cast(null as date)"
# Postgres replaces a view, and keeps who may read it, only while its columns stay as they are: append new ones.
COLUMNS = {
    "ratings": (
        *FROM_RESPONSE,
        *("agent", "group", "brand"),
        *FROM_TICKET,
        *("is_good", "week", "ticket_url", "custom_fields", "day", "month"),
    ),
    "offers": (
        *(
            "response_id",
            "ticket_id",
            "offered_at",
            "expires_at",
            "group",
            "channel",
            "priority",
            "is_answered",
        ),
        *("week", "agent", "brand", "reason", "survey_version", "rating_category", "tags", "custom_fields"),
        *("day", "month", "responder_id"),
    ),
}

_HOLDER = "case when r.rating_category is null then t.{} else {} end"  # the ticket's holder until it is rated

FIRST_PSEUDONYM = 101


def create_views(con: Any, timezone: str) -> None:
    """Create or replace both views, with days, weeks and months on the clock of `timezone`."""
    for name in VIEWS:
        con.create_view(name, with_clock(con, name, con.sql(view_sql(name)), timezone), overwrite=True)


def unique_names(names: Mapping[Any, str | None]) -> dict[Any, str]:
    """Return id -> name, with the id appended as in `NAMED`; ids without a name are left out."""
    count = Counter(names.values())
    return {
        number: f"{name} ({number})" if count[name] > 1 or name in NOBODY else name
        for number, name in names.items()
        if name
    }


def pseudonymous(agents: Any) -> Any:
    """Return the table of agents with pseudonyms as names: "Agent 101" is the one with the smallest id.

    Zendesk's ids grow, so that a new agent does not change the pseudonyms of others.
    """
    number = ibis.row_number().over(order_by=agents.agent_id) + FIRST_PSEUDONYM
    return agents.mutate(name=ibis.literal("Agent ") + number.cast("string"))


def view_sql(
    name: str,
    credit: str = "rated",
    *,
    of_several: bool = False,
    columns: Sequence[str] | None = None,
    source: Callable[[str], str] = str,
) -> str:
    """Return the query of a view.

    The same SQL on DuckDB and on Postgres. It joins only what its columns need: keys are unique, so that other joins
    change no row, but an engine does not know it.

    Parameters
    ----------
    name
        "ratings" or "offers".
    credit
        Who holds the tickets of its rows, see `definitions`. The stored views have the holder when rated.
    of_several
        Whether the tables are those of several accounts, see `engines.Accounts`.
    columns
        The columns that are needed; by default all.
    source
        Returns what to read for a table of docs/tables.md: its name, or a query in brackets.
    """
    agent_id, group_id, attribution = _holder_columns(credit)
    held = {"agent_id": agent_id, "group_id": group_id, "attribution": attribution}
    if name == "offers":
        # A survey without an answer has no agent or group of its own; they are those that hold its ticket.
        agent_id, group_id = _HOLDER.format("assignee_id", agent_id), _HOLDER.format("group_id", group_id)
    wanted = columns or view_columns(name, of_several=of_several)
    ticket_url = TICKET_URL_OF_SEVERAL if of_several else TICKET_URL
    made = {
        **held,
        "agent": _name_or_id("a", agent_id, "agent", _nobody(credit, UNASSIGNED)),
        "group": _name_or_id("g", group_id, "group", _nobody(credit, NO_GROUP)),
        # Postgres replaces a view only if types stay, too.
        "brand": f"cast({_name_or_id('b', 't.brand_id', 'brand', 'null')} as varchar)",
        "is_good": IS_GOOD,
        "is_answered": IS_ANSWERED,
        "ticket_url": ticket_url.format(account=source("account")) if "ticket_url" in wanted else "",
        **dict.fromkeys(("day", "week", "month"), PLACEHOLDER),
    }
    selected = ",\n  ".join(f'{made.get(one) or _stored_column(one)} as "{one}"' for one in wanted)
    joins = "".join(_joins(selected, agent_id, group_id, source))
    rows = f"from {source('survey_responses')} as r{joins}"
    return f"select\n  {selected}\n{rows}\n{RATED if name == 'ratings' else ''}"


def view_columns(name: str, *, of_several: bool = False) -> tuple[str, ...]:
    """Return the columns of a view, in order."""
    return (*COLUMNS[name], "account") if of_several else COLUMNS[name]


def view_schema(name: str, *, of_several: bool = False) -> dict[str, DataType]:
    """Return column -> type of a view, without a query."""
    stored = {**TABLES["tickets"].schema, **TABLES["survey_responses"].schema}
    made = dict.fromkeys(("agent", "group", "brand", "ticket_url", "account"), TEXT)
    made |= dict.fromkeys(("is_good", "is_answered"), FLAG) | dict.fromkeys(("day", "week", "month"), DATE)
    return {
        column: made.get(column) or stored[column] for column in view_columns(name, of_several=of_several)
    }


def _stored_column(name: str) -> str:
    return f'{"t" if name in (*FROM_TICKET, "custom_fields") else "r"}."{name}"'


def _joins(selected: str, agent_id: str, group_id: str, source: Callable[[str], str]) -> Iterator[str]:
    """Yield the joins that an expression needs, each after those that it needs itself."""
    joins = {
        "t": ("tickets", "t.ticket_id = r.ticket_id"),
        "c": ("credits", "c.response_id = r.response_id"),
        "a": ("agents", f"a.agent_id = {agent_id}"),
        "g": ("groups", f"g.group_id = {group_id}"),
        "b": ("brands", "b.brand_id = t.brand_id"),
    }
    text, needed = selected, set[str]()
    for alias in reversed(joins):
        if re.search(rf"\b{alias}\.", text):
            text += joins[alias][1]
            needed.add(alias)
    for alias, (table, condition) in joins.items():
        if alias in needed:
            named = NAMED.get(table, "{table}").format(table=source(table))
            yield f"\nleft join {named} as {alias} on {condition}"


def _holder_columns(credit: str) -> tuple[str, str, str]:
    """Return the agent, the group and how they are known, as SQL."""
    if credit == "rated":
        return "r.agent_id", "r.group_id", "r.attribution"
    return f"c.{credit}_agent_id", f"c.{credit}_group_id", f"c.{credit}_attribution"


def _nobody(credit: str, nobody: str) -> str:
    """Return the name of no agent or group as SQL: nobody, or not known."""
    if credit == "rated":
        return f"'{nobody}'"
    known = f"r.rating_category is null or c.{credit}_attribution in ('unchanged', 'audit')"
    return f"(case when {known} then '{nobody}' else '{NOT_KNOWN}' end)"


def _name_or_id(table: str, number: str, kind: str, nobody: str) -> str:
    """Return a name as SQL; without one its id, so that two without a name stay two.

    nobody: the name for no id, as SQL.
    """
    numbered = f"case when {number} is null then {nobody} else '{kind} ' || ({number}) end"
    return f"coalesce(nullif({table}.name, ''), {numbered})"

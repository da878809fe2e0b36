"""The two views that questions count: `ratings`, the surveys that were answered, and `offers`, those that were sent.

They hold what is stored (category, rating, who holds the ticket); what counts as satisfied is up to the questions.
A migration creates them once. Reading creates nothing, so that a read-only role or a standby server can do it.
"""

from __future__ import annotations

from typing import Any

import ibis

from ..formats import NO_GROUP
from ..schema.tables import BUSINESS_MINUTES, MINUTES
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

# The same SQL on DuckDB and Postgres. `day`, `week` and `month` are placeholders, filled by `with_clock`. Postgres
# replaces a view, and keeps who may read it, only while its columns stay as they are: append new ones.
RATINGS = """
select
  {response_columns},
  {agent} as agent,
  {group} as "group",
  b.name as brand,
  {ticket_columns},
  case r.rating_category when 'good' then true when 'bad' then false end as is_good,
  cast(null as date) as week,
  {ticket_url} as ticket_url,
  t.custom_fields,
  cast(null as date) as day,
  cast(null as date) as month{account}
from survey_responses as r
left join tickets as t on t.ticket_id = r.ticket_id{credits}
left join {agents} as a on a.agent_id = {agent_id}
left join {groups} as g on g.group_id = {group_id}
left join brands as b on b.brand_id = t.brand_id
where r.submitted_at is not null and r.rating_category is not null
"""

# The denominator of response rates. A survey without an answer has no agent or group of its own; they are those
# that hold its ticket.
OFFERS = """
select
  r.response_id, r.ticket_id, r.offered_at, r.expires_at,
  {group} as "group", t.channel, t.priority,
  r.rating_category is not null as is_answered,
  cast(null as date) as week,
  {agent} as agent, b.name as brand, r.reason, r.survey_version, r.rating_category, t.tags, t.custom_fields,
  cast(null as date) as day,
  cast(null as date) as month{account}
from survey_responses as r
left join tickets as t on t.ticket_id = r.ticket_id{credits}
left join {agents} as a on a.agent_id = {agent_id}
left join {groups} as g on g.group_id = {group_id}
left join brands as b on b.brand_id = t.brand_id
"""
# The page of a ticket in Zendesk. An erased ticket has a number below zero, and no page.
TICKET_URL = """case when r.ticket_id > 0
    then (select max(url) from account) || '/agent/tickets/' || r.ticket_id end"""
# The same where ids name the account, as "acme/35436".
TICKET_URL_OF_SEVERAL = """case when substr(r.ticket_id, length(r.account) + 2, 1) <> '-'
    then (select max(o.url) from account as o where o.account = r.account) || '/agent/tickets/'
      || substr(r.ticket_id, length(r.account) + 2) end"""
# Agents (or groups) of the same name get their id appended. A deleted group and a new one of the same name count as
# one group.
NAMED = """(
  select {id}, case when count(*) over (partition by {alike}) > 1 and name <> ''
    then name || ' (' || {id} || ')' else name end as name
  from {table}
)"""
VIEWS = {"ratings": RATINGS, "offers": OFFERS}

_HOLDER = "case when r.rating_category is null then t.{} else {} end"  # the ticket's holder until it is rated
CREDITS = "\nleft join credits as c on c.response_id = r.response_id"
# Who is credited with a rating that nobody can be credited with, because the holder at that time is not known.
NOT_KNOWN = "not known"

FIRST_PSEUDONYM = 101

# What both views read.
TABLES_OF_VIEWS = ("survey_responses", "tickets", "agents", "groups", "brands", "account")


def create_views(con: Any, timezone: str) -> None:
    """Create or replace both views, with days, weeks and months on the clock of `timezone`."""
    for name in VIEWS:
        con.create_view(name, with_clock(con, name, con.sql(view_sql(name)), timezone), overwrite=True)


def pseudonymous(agents: Any) -> Any:
    """Return the table of agents with pseudonyms as names: "Agent 101" is the one with the smallest id.

    Zendesk's ids grow, so that a new agent does not change the pseudonyms of others.
    """
    number = ibis.row_number().over(order_by=agents.agent_id) + FIRST_PSEUDONYM
    return agents.mutate(name=ibis.literal("Agent ") + number.cast("string"))


def view_sql(name: str, credit: str = "rated", *, of_several: bool = False) -> str:
    """Return the query of a view over the tables that `TABLES_OF_VIEWS` names, and over `credits` if needed.

    credit: who holds the tickets of its rows, see `definitions`. The stored views have the holder when rated.
    of_several: the tables are those of several accounts, see `engines.Accounts`.
    """
    agent_id, group_id, attribution = _holder_columns(credit)
    columns = {"agent_id": agent_id, "group_id": group_id, "attribution": attribution}
    selected = [f'{columns.get(one, f"r.{one}")} as "{one}"' for one in FROM_RESPONSE]
    if name == "offers":
        agent_id = _HOLDER.format("assignee_id", agent_id)
        group_id = _HOLDER.format("group_id", group_id)
    return VIEWS[name].format(
        account=",\n  r.account" if of_several else "",
        ticket_url=TICKET_URL_OF_SEVERAL if of_several else TICKET_URL,
        credits="" if credit == "rated" else CREDITS,
        agent_id=agent_id,
        group_id=group_id,
        agents=NAMED.format(table="agents", id="agent_id", alike="name"),
        groups=NAMED.format(table="groups", id="group_id", alike="name, is_deleted"),
        agent=_name_or_id("a", agent_id, "agent", _nobody(credit, "unassigned")),
        group=_name_or_id("g", group_id, "group", _nobody(credit, NO_GROUP)),
        response_columns=",\n  ".join(selected),
        ticket_columns=",\n  ".join(f't."{column}"' for column in FROM_TICKET),
    )


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

"""The two views that questions are counted from, as SQL: `ratings`, what customers answered, and `offers`, what
they were asked.
"""

from __future__ import annotations

from ..schema.tables import BUSINESS_MINUTES, MINUTES, PERIOD_COLUMN

FROM_TICKET = (
    "channel", "priority", "status", "tags", *MINUTES, *BUSINESS_MINUTES, "handle_seconds", "reopens",
    "replies", "assignee_stations",
)  # fmt: skip

# What notebooks start from: one row per answered CSAT rating. {timezone} and {url} are the account's,
# checked before they come here; the SQL is the same on DuckDB and Postgres. New columns come last: Postgres
# replaces a view only where the others stay as they are.
RATINGS = """
select
  r.*,
  {agent} as agent,
  {group} as "group",
  b.name as brand,
  {ticket_columns},
  case r.rating_category when 'good' then true when 'bad' then false end as is_good,
  {week} as week,
  case when r.ticket_id is not null then '{url}/agent/tickets/' || r.ticket_id end as ticket_url,
  t.custom_fields, {day} as day, {month} as month
from survey_responses as r
left join tickets as t on t.ticket_id = r.ticket_id
left join {agents} as a on a.agent_id = {agent_id}
left join {groups} as g on g.group_id = {group_id}
left join brands as b on b.brand_id = t.brand_id
where r.submitted_at is not null and r.rating_category is not null
"""

# The denominator of response rates: one row per survey offered. A survey without an answer has
# no agent or group of its own; they are those that hold its ticket.
OFFERS = """
select
  r.response_id, r.ticket_id, r.offered_at, r.expires_at,
  {group} as "group", t.channel, t.priority,
  r.rating_category is not null as is_answered,
  {week} as week,
  {agent} as agent, b.name as brand, r.reason, r.survey_version, r.rating_category, t.tags, t.custom_fields,
  {day} as day, {month} as month
from survey_responses as r
left join tickets as t on t.ticket_id = r.ticket_id
left join {agents} as a on a.agent_id = {agent_id}
left join {groups} as g on g.group_id = {group_id}
left join brands as b on b.brand_id = t.brand_id
"""
# Names that tell two agents, or two groups, apart where they are alike; a deleted group and the one that took its
# name are taken for one.
NAMED = """(
  select {id}, case when count(*) over (partition by {alike}) > 1 and name <> ''
    then name || ' (' || {id} || ')' else name end as name
  from {table}
)"""
VIEWS = {"ratings": RATINGS, "offers": OFFERS}

_HOLDER = "case when r.rating_category is null then t.{} else r.{} end"  # today's, until it is rated
WHOSE = {  # view -> agent and group of a row, as SQL
    "ratings": ("r.agent_id", "r.group_id"),
    "offers": (_HOLDER.format("assignee_id", "agent_id"), _HOLDER.format("group_id", "group_id")),
}


def view_sql(name: str, url: str, timezone: str) -> str:
    """A view (`ratings` or `offers`) as SQL, for an account's base URL and the time zone of its weeks."""
    agent_id, group_id = WHOSE[name]
    local = f"r.{PERIOD_COLUMN[name]} at time zone '{timezone}'"
    return VIEWS[name].format(
        url=url,
        agent_id=agent_id,
        group_id=group_id,
        agents=NAMED.format(table="agents", id="agent_id", alike="name"),
        groups=NAMED.format(table="groups", id="group_id", alike="name, is_deleted"),
        agent=_name("a", agent_id, "agent", "unassigned"),
        group=_name("g", group_id, "group", "no group"),
        ticket_columns=",\n  ".join(f't."{column}"' for column in FROM_TICKET),
        **{unit: f"cast(date_trunc('{unit}', {local}) as date)" for unit in ("day", "week", "month")},
    )


def _name(table: str, number: str, kind: str, nobody: str) -> str:
    """A name as SQL; where there is none its id, so that two without a name stay two."""
    numbered = f"case when {number} is null then '{nobody}' else '{kind} ' || ({number}) end"
    return f"coalesce(nullif({table}.name, ''), {numbered})"

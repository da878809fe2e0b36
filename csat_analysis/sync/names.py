"""Names of what tickets carry and no short list holds: former agents, forms and organizations.

They are requested at the end of a pull, and only by accounts whose tickets carry them.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import zendesk as api
from ..errors import NotAllowed, NotFound
from ..flatten import flatten_agent, flatten_form, flatten_organization
from ..zendesk import MAX_IDS_PER_CALL, Endpoint
from .context import Json, PullContext, Row
from .storage import flatten_bodies, store

UNKNOWN_AGENTS = """
select agent_id from (
  select agent_id from survey_responses
  union select assignee_id from tickets where ticket_id in (select ticket_id from survey_responses)
  union select offered_agent_id from credits
  union select solved_agent_id from credits
) as found
where agent_id is not null and agent_id not in (select agent_id from agents) order by agent_id
"""
ORGANIZATIONS = """
select latest.organization_id, known.organization_id as known_id from (
  select organization_id, max(updated_at) as updated_at from tickets
  where organization_id is not null and ticket_id in (select ticket_id from survey_responses)
  group by organization_id
) as latest left join organizations as known on known.organization_id = latest.organization_id
order by latest.updated_at desc nulls last, latest.organization_id
"""


def pull_names(context: PullContext) -> None:
    """Update the names of former agents, forms and organizations; what Zendesk refuses is noted."""
    steps = {
        "former agents": _pull_former_agents,
        "ticket forms": _pull_forms,
        "organizations": _pull_organizations,
    }
    for what, pull in steps.items():
        try:
            pull(context)
        except (NotAllowed, NotFound) as error:
            context.summary.notes.append(f"names of {what} are missing: {error}")


def _pull_former_agents(context: PullContext) -> None:
    """Store the names of agents who were rated or hold a surveyed ticket and are no longer listed as staff.

    Who is not found either gets a row without a name, so that the next pull does not ask again.
    """
    for ids in _calls(_unknown_agents(context)):
        flat, unknown_bodies = flatten_bodies(
            context, "agents", _show_many(context, api.USERS_SHOW_MANY, ids), flatten_agent
        )
        found = {row["agent_id"]: row | {"is_active": False} for row in flat}
        rows = [found.get(agent_id) or _nameless(agent_id) for agent_id in ids]
        store(context, {"agents": rows, "unknown_bodies": unknown_bodies})


def _pull_forms(context: PullContext) -> None:
    """Store the names of all ticket forms, if a ticket has one; a form that is not listed any more keeps its row."""

    if not context.history.fetch("select 1 from tickets where ticket_form_id is not null limit 1"):
        return
    bodies = [body for page in context.account.pages(api.TICKET_FORMS) for body in page.rows]
    flat, unknown_bodies = flatten_bodies(context, "ticket_forms", bodies, flatten_form)
    store(context, {"ticket_forms": flat, "unknown_bodies": unknown_bodies})


def _pull_organizations(context: PullContext) -> None:
    """Store the names of new organizations on surveyed tickets, and again of those with the latest tickets.

    As many known ones are asked for again as fit into the last call, so that renamed ones are found. A new one that
    is not found gets a row without a name; a known one keeps its name.
    """
    new, known = _organizations(context)
    unnamed = dict.fromkeys(new)
    for ids in _calls(new + known[: MAX_IDS_PER_CALL - len(new) % MAX_IDS_PER_CALL]):
        bodies = _show_many(context, api.ORGANIZATIONS_SHOW_MANY, ids)
        flat, unknown_bodies = flatten_bodies(context, "organizations", bodies, flatten_organization)
        asked = {number: None for number in ids if number in unnamed}
        names = asked | {row["organization_id"]: row["name"] for row in flat if row["organization_id"] in ids}
        rows = [{"organization_id": number, "name": name} for number, name in names.items()]
        store(context, {"organizations": rows, "unknown_bodies": unknown_bodies})


def _calls(ids: list[int]) -> Iterator[list[int]]:
    """Yield the ids of each call."""
    for place in range(0, len(ids), MAX_IDS_PER_CALL):
        yield ids[place : place + MAX_IDS_PER_CALL]


def _show_many(context: PullContext, endpoint: Endpoint, ids: list[int]) -> list[Json]:
    return [body for page in context.account.pages(endpoint, **api.ids_query(ids)) for body in page.rows]


def _nameless(agent_id: int) -> Row:
    return {
        "agent_id": agent_id,
        "name": None,
        "role": None,
        "default_group_id": None,
        "is_active": False,
    }


def _unknown_agents(context: PullContext) -> list[int]:
    """Return the agents who were rated, are credited or hold a surveyed ticket, and are not in the table of agents."""
    return [row["agent_id"] for row in context.history.fetch(UNKNOWN_AGENTS)]


def _organizations(context: PullContext) -> tuple[list[int], list[int]]:
    """Return the organizations on surveyed tickets, new and known ones; those with the latest tickets first."""
    rows = context.history.fetch(ORGANIZATIONS)
    new = [row["organization_id"] for row in rows if row["known_id"] is None]
    return new, [row["organization_id"] for row in rows if row["known_id"] is not None]

"""Names of what tickets carry and no short list holds: former agents, forms and organizations.

They are requested at the end of a pull, and only by accounts whose tickets carry them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from .. import zendesk as api
from ..errors import NotAllowed, NotFound
from ..flatten import flatten_agent, flatten_form, flatten_organization
from ..schema.tables import TABLES
from ..zendesk import MAX_IDS_PER_CALL, Endpoint
from .context import Json, PullContext, Row
from .prefetch import map_in_order, prefetch
from .storage import changed_rows, flatten_bodies, group_by_rows, store

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


WHAT = {"agents": "former agents", "ticket_forms": "ticket forms", "organizations": "organizations"}
FLATTEN = {"agents": flatten_agent, "ticket_forms": flatten_form, "organizations": flatten_organization}


class _Request(NamedTuple):
    """One request for names. new: those ids that get a row without a name if they are not found."""

    table: str
    endpoint: Endpoint
    ids: list[int]
    new: list[int]


class Found(NamedTuple):
    """The objects that a request found, or why Zendesk refused it."""

    request: _Request
    rows: list[Json]
    refusal: str


def request_names(context: PullContext) -> Iterator[Found]:
    """Begin to read the names of forms and organizations, which tickets carry."""
    return prefetch(_read(context, [*_forms(context), *_organizations(context)]))


def store_names(context: PullContext, requested: Iterable[Found]) -> None:
    """Update the names that were requested, and those of former agents; what Zendesk refuses is noted."""
    refused: dict[str, str] = {}
    found = chain(requested, _read(context, [*_former_agents(context)]))
    for group in group_by_rows(found, context.sizes.rows_per_transaction):
        tables: dict[str, list[Row]] = {"unknown_bodies": []}
        for one in group:
            if one.refusal:
                refused[one.request.table] = one.refusal
                continue
            rows, unknown_bodies = _flatten(context, one)
            tables.setdefault(one.request.table, []).extend(changed_rows(context, one.request.table, rows))
            tables["unknown_bodies"] += unknown_bodies
        store(context, tables)
    for table, error in refused.items():
        context.summary.notes.append(f"names of {WHAT[table]} are missing: {error}")


def _former_agents(context: PullContext) -> Iterator[_Request]:
    """Yield requests for agents who were rated or hold a surveyed ticket and are no longer listed as staff.

    Who is not found either gets a row without a name, so that the next pull does not ask again.
    """
    for ids in _calls([row["agent_id"] for row in context.history.fetch(UNKNOWN_AGENTS)]):
        yield _Request("agents", api.USERS_SHOW_MANY, ids, new=ids)


def _forms(context: PullContext) -> Iterator[_Request]:
    """Yield the request for all ticket forms, if a ticket has one; one that is not listed any more keeps its row."""
    if context.history.fetch("select 1 from tickets where ticket_form_id is not null limit 1"):
        yield _Request("ticket_forms", api.TICKET_FORMS, [], new=[])


def _organizations(context: PullContext) -> Iterator[_Request]:
    """Yield requests for new organizations on surveyed tickets, and again for those with the latest tickets.

    As many known ones are asked for again as fit into the last call, so that renamed ones are found. A new one that
    is not found gets a row without a name; a known one keeps its name.
    """
    rows = context.history.fetch(ORGANIZATIONS)
    new = [row["organization_id"] for row in rows if row["known_id"] is None]
    known = [row["organization_id"] for row in rows if row["known_id"] is not None]
    for ids in _calls(new + known[: MAX_IDS_PER_CALL - len(new) % MAX_IDS_PER_CALL]):
        yield _Request("organizations", api.ORGANIZATIONS_SHOW_MANY, ids, new=sorted({*ids} & {*new}))


def _calls(ids: list[int]) -> Iterator[list[int]]:
    """Yield the ids of each call."""
    for place in range(0, len(ids), MAX_IDS_PER_CALL):
        yield ids[place : place + MAX_IDS_PER_CALL]


def _read(context: PullContext, requests: Iterable[_Request]) -> Iterator[Found]:
    """Yield what requests find. After a refusal no more are sent about the same table."""
    refused: dict[str, str] = {}

    def read(request: _Request) -> Found:
        if request.table not in refused:
            query = api.ids_query(request.ids) if request.ids else {}
            try:
                pages = context.account.pages(request.endpoint, **query)
                return Found(request, [body for page in pages for body in page.rows], "")
            except (NotAllowed, NotFound) as error:
                refused[request.table] = str(error)
        return Found(request, [], refused[request.table])

    return map_in_order(read, requests)


def _flatten(context: PullContext, found: Found) -> tuple[list[Row], list[Row]]:
    """Return the rows of what was found, and of new ids that were not; and the bodies that were not fully read."""
    table, _, ids, new = found.request
    flat, unknown_bodies = flatten_bodies(context, table, found.rows, FLATTEN[table])
    (key,) = TABLES[table].key
    more: Row = {"is_active": False} if table == "agents" else {}
    nameless = {number: dict.fromkeys(TABLES[table].schema) | {key: number} | more for number in new}
    named = {row[key]: row | more for row in flat if row[key] in ids or not ids}
    return list((nameless | named).values()), unknown_bodies

"""Look-ups: agents, groups, brands, ticket fields and surveys. The lists are short and read whole in each pull.

Names of what is not in these lists: see `names`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .. import zendesk as api
from ..errors import NotAllowed, NotFound
from ..flatten import (
    TIME_TRACKING_TITLE,
    Labels,
    Problems,
    flatten_agent,
    flatten_brand,
    flatten_field,
    flatten_group,
    flatten_survey,
    with_former_options,
)
from ..schema.tables import TABLES
from ..zendesk import Endpoint
from . import survey_responses
from .context import Json, PullContext, Row
from .prefetch import map_in_order, prefetch
from .storage import changed_rows, flatten_bodies, store

STAFF = {"role[]": ["agent", "admin"]}
OPTIONS = "select field_id, options from ticket_fields where options is not null"
# Table -> what its rows become that Zendesk does not list any more.
FORMER = {"agents": {"is_active": False}, "groups": {"is_deleted": True}}


class Lookup(NamedTuple):
    """One look-up table: its list, the query of the list, and how one object becomes rows."""

    table: str
    endpoint: Endpoint
    query: Json
    flatten: Callable[[Json, Problems], list[Row]]


class Lookups(NamedTuple):
    """What later steps need from the look-ups.

    time_fields: ids of the fields with the title of the Time Tracking app's total, active ones first.
    surveys_refused: why the list of surveys could not be read; empty if it was.
    """

    labels: Labels
    time_fields: list[int]
    surveys_refused: str


class ListResult(NamedTuple):
    """The objects of a list, or why Zendesk refused it."""

    lookup: Lookup
    bodies: list[Json]
    refusal: str


def request_lookups(context: PullContext) -> Iterator[ListResult]:
    """Begin to read all lists."""
    lookups = _lookups(context.settings.csat_locale)
    return prefetch(map_in_order(lambda one: _read_list(context, one), lookups))


def store_lookups(context: PullContext, results: Iterable[ListResult]) -> Lookups:
    """Update all look-up tables; a list that Zendesk refuses is noted and keeps its rows.

    When surveys are listed for the first time, all responses are read again: those stored before have no labels.
    """
    context.progress.update("names and surveys", 0)
    refused: dict[str, str] = {}
    tables: dict[str, list[Row]] = {}
    unknown_bodies: list[Row] = []
    for lookup, bodies, refusal in results:
        flat, unknown = flatten_bodies(context, lookup.table, bodies, lookup.flatten)
        tables[lookup.table] = [row for rows in flat for row in rows]
        unknown_bodies += unknown
        if refusal:
            refused[lookup.table] = refusal
    former = {name: _former(context, name, tables[name]) for name in FORMER if name not in refused}
    tables["ticket_fields"] = with_former_options(tables["ticket_fields"], context.history.fetch(OPTIONS))
    is_first = bool(tables["surveys"]) and not context.history.fetch("select 1 from surveys limit 1")
    changed = {name: changed_rows(context, name, rows) for name, rows in tables.items()}
    changed["unknown_bodies"] = unknown_bodies
    store(context, changed, {survey_responses.STREAM: ""} if is_first else None)
    if any(former.values()):
        store(context, former)
    surveys_refused = refused.pop("surveys", "")
    context.summary.notes += [f"skipped: {reason}" for reason in refused.values()]
    return Lookups(_all_labels(context), time_tracking_fields(tables["ticket_fields"]), surveys_refused)


def time_tracking_fields(fields: Iterable[Row]) -> list[int]:
    """Return the ids of the fields with the Time Tracking app's title, active ones first."""
    titled = [row for row in fields if row["title"] == TIME_TRACKING_TITLE]
    return [row["field_id"] for row in sorted(titled, key=lambda row: not row["is_active"])]


def _former(context: PullContext, table: str, listed: Iterable[Row]) -> list[Row]:
    """Return stored agents or groups that Zendesk does not list any more, marked so; not those that are already."""
    change = FORMER[table]
    ((column, value),) = change.items()
    (key,) = TABLES[table].key
    stored = context.history.fetch(f"select {key} from {table} where {column} = {not value}")
    numbers = {row[key] for row in stored} - {row[key] for row in listed}
    return [{key: number, **change} for number in sorted(numbers)]


def _all_labels(context: PullContext) -> Labels:
    """Return the labels of all survey versions that were ever listed."""
    return Labels.of(context.history.fetch("select * from surveys"))


def _read_list(context: PullContext, lookup: Lookup) -> ListResult:
    try:
        pages = context.account.pages(lookup.endpoint, **lookup.query)
        return ListResult(lookup, [body for page in pages for body in page.rows], "")
    except (NotAllowed, NotFound) as error:
        return ListResult(lookup, [], str(error))


def _lookups(locale: str) -> tuple[Lookup, ...]:
    return (
        Lookup("agents", api.USERS, STAFF, _as_list(flatten_agent)),
        Lookup("groups", api.GROUPS, {}, _as_list(flatten_group)),
        Lookup("brands", api.BRANDS, {}, _as_list(flatten_brand)),
        Lookup("ticket_fields", api.TICKET_FIELDS, {}, _as_list(flatten_field)),
        Lookup("surveys", api.surveys(locale), {}, flatten_survey),
    )


def _as_list(flatten: Callable[[Json, Problems], Row]) -> Callable[[Json, Problems], list[Row]]:
    return lambda body, problems: [flatten(body, problems)]

"""Agents, groups, brands, ticket fields and surveys: short lists, read whole each time, a few at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .. import zendesk as api
from ..flatten import (
    TIME_TRACKING_TITLE,
    Labels,
    flatten_agent,
    flatten_brand,
    flatten_field,
    flatten_group,
    flatten_survey,
)
from ..zendesk import Endpoint
from .prefetch import in_order
from .steps import Json, Row, Run

STAFF = {"role[]": ["agent", "admin"]}


class Source(NamedTuple):
    """A table of names: its list, the query that goes with it, and how one object becomes rows."""

    table: str
    endpoint: Endpoint
    query: Json
    flatten: Callable[[Json], list[Row]]


def pull_names(run: Run) -> None:
    """Bring all look-ups up to date; the run then knows the words of surveys and the Time Tracking field."""
    run.progress("names and surveys", 0)
    sources = _sources(run.settings.csat_locale)
    rows: dict[str, list[Row]] = {}
    unknown: list[Row] = []
    for source, bodies in zip(sources, in_order(lambda one: _read(run, one), sources), strict=True):
        flat, raw = run.flatten(source.table, bodies, source.flatten)
        rows[source.table] = [row for one in flat for row in one]
        unknown += raw
    run.save({**rows, "unknown_bodies": unknown})
    totals = [row["field_id"] for row in rows["ticket_fields"] if row["title"] == TIME_TRACKING_TITLE]
    run.labels, run.time_field = Labels.of(rows["surveys"]), next(iter(totals), None)


def _read(run: Run, source: Source) -> list[Json]:
    return run.optional(source.endpoint, **source.query)


def _sources(locale: str) -> tuple[Source, ...]:
    return (
        Source("agents", api.USERS, STAFF, _one(flatten_agent)),
        Source("groups", api.GROUPS, {}, _one(flatten_group)),
        Source("brands", api.BRANDS, {}, _one(flatten_brand)),
        Source("ticket_fields", api.TICKET_FIELDS, {}, _one(flatten_field)),
        Source("surveys", api.surveys(locale), {}, flatten_survey),
    )


def _one(flatten: Callable[[Json], Row]) -> Callable[[Json], list[Any]]:
    return lambda body: [flatten(body)]

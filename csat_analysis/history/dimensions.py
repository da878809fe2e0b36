"""Dimensions: what ratings are split and filtered by: columns, tags, and custom ticket fields by their title."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import StringValue

from ..errors import UnknownChoice

if TYPE_CHECKING:
    from .store import History

# With one value per row: columns that both views have, and `quarter`, `year` and `weekend`, which `split` adds.
DIMENSIONS = (
    "week",
    "day",
    "month",
    "quarter",
    "year",
    "weekend",
    "agent",
    "group",
    "channel",
    "brand",
    "priority",
    "reason",
    "survey_version",
)
# Values of another table: its name, the column, and the key that the views share with it. They are ids as text.
JOINED = {
    "form": ("tickets", "ticket_form_id", "ticket_id"),
    "organization": ("tickets", "organization_id", "ticket_id"),
    "requester": ("tickets", "requester_id", "ticket_id"),
    "survey": ("survey_responses", "survey_id", "response_id"),
}
TRUNCATED = {"quarter": "Q", "year": "Y"}
# A row has any number of tags.
TAG = "tag"
# Whether the `day` of a row is a Saturday or Sunday; its two values.
WEEKEND = "weekend"
AT_WEEKEND, ON_WEEKDAYS = "weekend", "weekday"
SATURDAY = 5
# Comes before the title of a custom ticket field.
FIELD = "field:"
# Type of ticket fields that can hold several choices.
MULTISELECT = "multiselect"
# The value shown where a ticket has none.
NOT_SET = "(not set)"
# Types of ticket fields that are columns of the ticket, not custom fields.
SYSTEM_TYPES = {
    "subject",
    "description",
    "status",
    "tickettype",
    "priority",
    "group",
    "assignee",
    "custom_status",
}


@dataclass(frozen=True)
class Dimension:
    """Something by which ratings are split, looked up in the history once per question.

    Attributes
    ----------
    name
        Name of its column: a column of the views, "tag", or "field:TITLE".
    ids
        Ids of the custom ticket fields with that title; empty for all others.
    options
        Stored values of those fields, with the names that people see.
    is_multivalued
        Whether a ticket can have several values, so that counts must not be added up.
    """

    name: str
    ids: tuple[int, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    is_multivalued: bool = False


def find_dimensions(history: History, names: str | Sequence[str] | None) -> tuple[Dimension, ...]:
    """Look up dimensions by name. Raises UnknownChoice for an unknown one."""
    listed = [names] if isinstance(names, str) else list(dict.fromkeys(names or []))
    for name in listed:
        if name not in (*DIMENSIONS, *JOINED, TAG) and not name.startswith(FIELD):
            raise UnknownChoice("dimension", name, [*DIMENSIONS, *JOINED, TAG, f"{FIELD}TITLE"])
    fields = ticket_fields(history) if any(name.startswith(FIELD) for name in listed) else []
    return tuple(
        _custom_field(name, fields) if name.startswith(FIELD) else Dimension(name, is_multivalued=name == TAG)
        for name in listed
    )


def names_of(dimensions: Sequence[Dimension]) -> list[str]:
    """Return the names of dimensions, which are the names of their columns."""
    return [one.name for one in dimensions]


def split(
    table: ibis.Table, by: Sequence[str], fields: Mapping[str, Sequence[int]], con: Any = None
) -> ibis.Table:
    """Add the columns of `by` that the table does not have yet: `tag`, `weekend`, and custom fields as text.

    Parameters
    ----------
    table
        The `ratings` or `offers` view.
    by
        Names of dimensions. With `tag` there is one row per tag, and none for a ticket without tags.
    fields
        Name of a dimension -> ids of the ticket fields that it holds; the first one that is set counts. A field with
        several choices gives their JSON.
    con
        The open connection; needed for `form`, `organization`, `requester` and `survey`, which are in other tables.
    """
    for name in by:
        if name in fields:
            values = [_field(table, number) for number in fields[name]]
            # DuckDB writes lists without blanks.
            text = ibis.coalesce(*values).replace('", "', '","')
            table = table.mutate(**{name: text})
        elif name in TRUNCATED:
            table = table.mutate(**{name: table.month.truncate(TRUNCATED[name]).cast("date")})
        elif name in JOINED:
            table = _join(con, table, name)
        elif name == TAG:
            table = table.mutate(tag=table.tags.unnest())
        elif name == WEEKEND:
            at_weekend = table.day.day_of_week.index() >= SATURDAY
            table = table.mutate(weekend=at_weekend.ifelse(AT_WEEKEND, ON_WEEKDAYS))
    return table


def _join(con: Any, table: ibis.Table, name: str) -> ibis.Table:
    """Add a value of another table as text."""
    source, column, key = JOINED[name]
    if name in table.columns:
        return table
    other = con.table(source)
    pairs = other.select(of_key=other[key], **{name: other[column].cast("string")})
    return table.left_join(pairs, table[key] == pairs.of_key).drop("of_key")


def _field(table: ibis.Table, number: int) -> StringValue:
    """Return a custom field as text. All engines but Postgres want a path; Spark reads a bare key as null."""
    key = str(number) if table.get_backend().name == "postgres" else f'$."{number}"'
    return json_extract_path_text(table.custom_fields.cast("json"), key)


@ibis.udf.scalar.builtin
def json_extract_path_text(body: dt.json, key: str) -> str:  # type: ignore[empty-body]
    """Return the value of a key as text: a function of both engines by this name."""


def ticket_fields(history: History) -> list[dict[str, Any]]:
    """Return the rows of all ticket fields."""
    return history.rows(lambda con: con.table("ticket_fields").order_by("field_id"))


def _custom_field(name: str, fields: Sequence[Mapping[str, Any]]) -> Dimension:
    custom = [row for row in fields if row["type"] not in SYSTEM_TYPES]
    title = name.removeprefix(FIELD)
    found = [row for row in custom if _fold(row["title"]) == _fold(title)]
    if not found:
        raise UnknownChoice("ticket field", title, sorted({row["title"] for row in custom}))
    options: dict[str, str] = {}
    for row in found:
        options |= json.loads(row["options"]) if row["options"] else {}
    ids = tuple(row["field_id"] for row in found)
    return Dimension(name, ids, options, any(row["type"] == MULTISELECT for row in found))


def _fold(title: str | None) -> str:
    return (title or "").strip().casefold()


def choices(value: str) -> list[str]:
    """Return the stored choices of a custom field: several of a field with several choices."""
    if value.startswith("["):
        try:
            return [str(choice) for choice in json.loads(value)]
        except ValueError:
            # A text that happens to begin like a list.
            pass
    return [value]

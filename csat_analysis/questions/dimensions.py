"""What ratings can be told apart by: columns, tags, and custom ticket fields by their title."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from ..errors import UnknownChoice
from ..history import History
from .measures import DIMENSIONS, TAG

FIELD = "field:"  # before the title of a custom ticket field
SEVERAL = "multiselect"  # the type of ticket fields of which a ticket can have several choices
MINUTES_KEY = "minutes"  # what counts of times are told apart by, beside dimensions
NOT_SET = "(not set)"  # the ticket has no such value
SYSTEM = {  # types of ticket fields that are columns of the ticket, not custom fields
    "subject", "description", "status", "tickettype", "priority", "group", "assignee", "custom_status",
}  # fmt: skip


class TicketField(NamedTuple):
    """A custom ticket field: the ids that share its title, and its stored values with the names people see.

    several: whether a ticket can have more than one of them.
    """

    ids: tuple[int, ...]
    options: dict[str, str]
    several: bool


def listed(by: str | Sequence[str] | None) -> list[str]:
    """One dimension, several or none as a list."""
    return [by] if isinstance(by, str) else list(by or [])


def known_dimensions(by: Sequence[str]) -> Sequence[str]:
    """The same, if all are dimensions: DIMENSIONS, "tag" or "field:TITLE". Raises UnknownChoice."""
    for name in by:
        if name not in (*DIMENSIONS, TAG) and not name.startswith(FIELD):
            raise UnknownChoice("dimension", name, [*DIMENSIONS, TAG, f"{FIELD}TITLE"])
    return by


def ticket_field(history: History, name: str) -> TicketField:
    """The custom field of "field:TITLE". Raises UnknownChoice with the titles there are."""
    rows = history.rows(lambda con: con.table("ticket_fields").order_by("field_id"))
    custom = [row for row in rows if row["type"] not in SYSTEM]
    title = name.removeprefix(FIELD).strip().casefold()
    found = [row for row in custom if (row["title"] or "").strip().casefold() == title]
    if not found:
        raise UnknownChoice(
            "ticket field", name.removeprefix(FIELD), sorted({row["title"] for row in custom})
        )
    options = [json.loads(row["options"]) for row in found if row["options"]]
    return TicketField(
        tuple(row["field_id"] for row in found),
        {key: name for one in options for key, name in one.items()},
        several=any(row["type"] == SEVERAL for row in found),
    )


def counts_twice(history: History, by: str | None) -> bool:
    """Whether a ticket can have several values of a dimension: their counts must not be added up."""
    if by is None or not by.startswith(FIELD):
        return by == TAG
    return ticket_field(history, by).several


def option_tags(history: History, by: str) -> set[str]:
    """The tags by which Zendesk marks the choices of drop-down fields; none if `by` is not "tag"."""
    if by != TAG:
        return set()
    fields = history.rows(lambda con: con.table("ticket_fields"))
    return {tag for field in fields if field["options"] for tag in json.loads(field["options"])}


def named_values(counts: pd.DataFrame, by: Sequence[str], fields: Mapping[str, TicketField]) -> pd.DataFrame:
    """Counts with the values of custom fields as people see them, in order; several choices are told apart.

    A ticket with two choices of one field is counted with each of them.
    """
    for name, field in fields.items():
        stored = counts[name].map(_choices, na_action="ignore")
        counts = counts.assign(**{name: stored}).explode(name, ignore_index=True)
        counts[name] = counts[name].map(
            lambda value, names=field.options: names.get(value, value), na_action="ignore"
        )
    if not fields:
        return counts
    keys = [*by, *(column for column in counts if column == MINUTES_KEY)]
    numbers = [column for column in counts if column not in keys]
    return counts.groupby(keys, dropna=False, as_index=False)[numbers].sum()


def _choices(value: str) -> list[str]:
    if value.startswith("["):
        try:
            return [str(choice) for choice in json.loads(value)]
        except ValueError:
            pass  # a text that happens to begin like a list
    return [value]


def labelled(counts: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Counts in order of `by`, whose values are text but for dates, also where a ticket has none."""
    named = {name: _as_text(counts[name]) for name in by}
    return counts.assign(**named).sort_values(list(by), ignore_index=True) if by else counts


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    return values.astype("string").fillna(NOT_SET).astype("str")

"""Dimensions, by which ratings are split: columns, tags, and custom ticket fields by their title."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..errors import UnknownChoice
from ..history import History
from .measures import DIMENSIONS, TAG

# Comes before the title of a custom ticket field.
FIELD = "field:"
# Type of ticket fields that can hold several choices.
MULTISELECT = "multiselect"
# Column of counts per minute, which are split by minute besides their dimensions.
MINUTES_KEY = "minutes"
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
    listed = [names] if isinstance(names, str) else list(names or [])
    for name in listed:
        if name not in (*DIMENSIONS, TAG) and not name.startswith(FIELD):
            raise UnknownChoice("dimension", name, [*DIMENSIONS, TAG, f"{FIELD}TITLE"])
    fields = _ticket_fields(history) if any(name.startswith(FIELD) for name in listed) else []
    return tuple(
        _custom_field(name, fields) if name.startswith(FIELD) else Dimension(name, is_multivalued=name == TAG)
        for name in listed
    )


def names_of(dimensions: Sequence[Dimension]) -> list[str]:
    """Return the names of dimensions, which are the names of their columns."""
    return [one.name for one in dimensions]


def find_option_tags(history: History) -> set[str]:
    """Return the tags by which Zendesk marks the choices of drop-down fields."""
    fields = _ticket_fields(history)
    return {tag for row in fields if row["options"] for tag in json.loads(row["options"])}


def name_values(counts: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """Replace the stored values of custom fields by the names that people see.

    A ticket with two choices of one field is counted with each of them.
    """
    fields = [one for one in dimensions if one.ids]
    for one in fields:
        stored = counts[one.name].map(_choices, na_action="ignore")
        counts = counts.assign(**{one.name: stored}).explode(one.name, ignore_index=True)
        counts[one.name] = [one.options.get(value, value) for value in counts[one.name]]
    if not fields:
        return counts
    keys = [*names_of(dimensions), *(column for column in counts if column == MINUTES_KEY)]
    numbers = [column for column in counts if column not in keys]
    return counts.groupby(keys, dropna=False, as_index=False)[numbers].sum()


def sort_by_name(counts: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """Sort counts by their dimensions, whose values become text except for dates."""
    names = names_of(dimensions)
    if not names:
        return counts
    texts = {name: _as_text(counts[name]) for name in names}
    return counts.assign(**texts).sort_values(names, ignore_index=True)


def _ticket_fields(history: History) -> list[dict[str, Any]]:
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


def _choices(value: str) -> list[str]:
    if value.startswith("["):
        try:
            return [str(choice) for choice in json.loads(value)]
        except ValueError:
            # A text that happens to begin like a list.
            pass
    return [value]


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    return values.astype("string").fillna(NOT_SET).astype("str")

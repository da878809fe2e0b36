"""Values of dimensions in frames: names that people see, in alphabetical order."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from ..history import History
from ..history.dimensions import NOT_SET, choices, ticket_fields
from ..history.dimensions import Dimension as Dimension
from ..history.dimensions import find_dimensions as find_dimensions
from ..history.dimensions import list_names as list_names
from ..history.dimensions import names_of as names_of
from ..schema.tables import MINUTES

# Columns of counts that are split by them besides their dimensions: by time and minute, by rating and its scale, by
# agent, by properties of the ticket, and by answer.
OTHER_KEYS = (
    "time",
    "minutes",
    "scale",
    "rating",
    "agent_id",
    "reopens",
    "assignee_stations",
    *MINUTES,
    "question",
    "value",
)


def find_option_tags(history: History) -> set[str]:
    """Return the tags by which Zendesk marks the choices of drop-down fields."""
    fields = ticket_fields(history)
    return {tag for row in fields if row["options"] for tag in json.loads(row["options"])}


def name_values(counts: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """Replace the stored values of custom fields, forms and organizations by the names that people see.

    A ticket with two choices of one field is counted with each of them.
    """
    fields = [one for one in dimensions if one.ids]
    for one in fields:
        stored = counts[one.name].map(choices, na_action="ignore")
        counts = counts.assign(**{one.name: stored}).explode(one.name, ignore_index=True)
    for one in dimensions:
        if one.options:
            counts[one.name] = [one.options.get(value, value) for value in counts[one.name]]
    if not fields:
        return counts
    keys = [*names_of(dimensions), *(column for column in counts if column in OTHER_KEYS)]
    numbers = [column for column in counts if column not in keys]
    return counts.groupby(keys, dropna=False, as_index=False)[numbers].sum()


def index_of(counts: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.Index:
    """Return the values of dimensions as an index; 0 where there are none."""
    names = names_of(dimensions)
    return counts.set_index(names).index if names else pd.RangeIndex(len(counts))


def join_values(counts: pd.DataFrame, dimensions: Sequence[Dimension], separator: str) -> pd.Series:
    """Return the values of one or several dimensions as one text per row."""
    texts = [counts[name].astype(str) for name in names_of(dimensions)]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + separator + text
    return joined


def sort_by_name(counts: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """Sort counts by their dimensions, whose values become text except for dates."""
    names = names_of(dimensions)
    if not names:
        return counts
    texts = {name: _as_text(counts[name]) for name in names}
    return counts.assign(**texts).sort_values(names, ignore_index=True)


def _as_text(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        return values
    return values.astype("string").fillna(NOT_SET).astype("str")

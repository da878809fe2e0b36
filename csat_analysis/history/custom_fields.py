"""Custom ticket fields as columns of a frame, by their titles."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import CsatError
from .dimensions import ACCOUNT, FIELD, Dimension, find_dimensions, split_id, ticket_fields

if TYPE_CHECKING:
    from .store import History

# The column of a table or view that holds the fields of a ticket as JSON: field id -> value.
STORED = "custom_fields"
TEXT = pd.StringDtype(na_value=float("nan"))
CHECKBOX = {"checkbox"}
NUMBERS = {"integer", "decimal"}


def with_fields(history: History, frame: pd.DataFrame, titles: str | Sequence[str] | None) -> pd.DataFrame:
    """Return the frame with a column for each custom field.

    A title that is also the name of a column becomes "field:TITLE". Of several fields with one title the first one that
    is set counts. A field with several choices gives lists, empty where nothing is chosen; a checkbox gives true or
    false, a number a number, and every other field text.

    titles: with or without "field:" before them; upper and lower case are the same.

    Raises
    ------
    UnknownChoice
        If there is no such field.
    CsatError
        If the frame has no custom fields.
    """
    given = [titles] if isinstance(titles, str) else list(titles or ())
    fields = find_dimensions(history, [FIELD + str(title).removeprefix(FIELD) for title in given])
    if not fields:
        return frame
    if STORED not in frame:
        raise CsatError("this table has no custom fields: choose ratings, offers or tickets")
    known = {row["field_id"]: row for row in ticket_fields(history)}
    accounts = frame[ACCOUNT] if ACCOUNT in frame else [""] * len(frame)
    stored = [
        (account, json.loads(text) if isinstance(text, str) else {})
        for account, text in zip(accounts, frame[STORED], strict=True)
    ]
    columns = {}
    for one in fields:
        # As Zendesk writes it.
        title = (known[one.ids[0]]["title"] or "").strip()
        columns[FIELD + title if title in frame else title] = _column(
            [_first_set(account, row, one.ids) for account, row in stored],
            one,
            {known[number]["type"] for number in one.ids},
            frame.index,
        )
    return pd.concat([frame, pd.DataFrame(columns, frame.index)], axis=1)


def _column(values: Sequence[Any], field: Dimension, types: set[str], index: pd.Index) -> pd.Series:
    """Return the values of a field with the names that people see; types: those of the fields of its title."""
    if field.is_multivalued:
        lists = [[_name(one, field) for one in _as_list(value)] for value in values]
        return pd.Series(lists, index, dtype=object)
    if types <= CHECKBOX:
        # An unticked box is not stored.
        return pd.Series([value is True for value in values], index, dtype=bool)
    if types <= NUMBERS:
        numbers = pd.Series(values, index, dtype=object)
        return pd.to_numeric(numbers, errors="coerce").astype("Float64")
    named = [None if value is None else _name(value, field) for value in values]
    return pd.Series(named, index, dtype=TEXT)


def _first_set(account: str, row: Mapping[str, Any], ids: Sequence[int | str]) -> Any:
    numbers = [number for owner, number in map(split_id, ids) if owner == account]
    return next((row[number] for number in numbers if number in row), None)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name(value: Any, field: Dimension) -> str:
    """Return the name that people see for a stored value."""
    return field.options.get(str(value), str(value))

"""Dimensions: what ratings are split and filtered by: columns, tags, custom ticket fields, and the user's mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ibis
from ibis.expr.types import StringValue

from ..errors import CsatError, UnknownChoice, brief
from .mapping import Case, find_cases, place_agents, read_mapping, value_of
from .mapping_file import MappingFile
from .views import FROM_RESPONSE, FROM_TICKET, unique_names

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
# Values of another table: its name, the column, and the key that the views share with it. They are ids as text, which
# answers show as the names that `NAMED` tables give them.
JOINED = {
    "form": ("tickets", "ticket_form_id", "ticket_id"),
    "organization": ("tickets", "organization_id", "ticket_id"),
    "requester": ("tickets", "requester_id", "ticket_id"),
    "survey": ("survey_responses", "survey_id", "response_id"),
}
NAMED = {"form": ("ticket_forms", "ticket_form_id"), "organization": ("organizations", "organization_id")}
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
# Of a history of several accounts: the name of the account.
ACCOUNT = "account"
# The value shown where a ticket has none.
NOT_SET = "(not set)"
# Columns of answers, which no column of a mapping can have beside them.
ANSWER_COLUMNS = """
adjusted_p all all_agents answered assumed bad bad_before center chance_high chance_low change change_high
change_low csat_high csat_low customer_id customer_url customers difference difference_high difference_low dimension
earliest estimate estimate_before estimate_others example expected expected_change first good high high_95 high_998
high_before high_minutes inflation is_answered is_news is_shared latest level limit_high limit_low lone_response low
low_95 low_998 low_before low_minutes mean_high mean_low mean_rating median_minutes method minimum_detectable_drop
minutes missing mix mix_high mix_low n n_before n_like n_others negative neutral nonresponse_note note observed of
of_bad of_before of_good of_key offered offered_since option other_scales other_scales_before other_survey p90
p_value part partial period question rated ratings_per_customer rebase reported response_rate response_rate_before
reversed scale series share share_before shared shrunk sign_differs signal since squares still_open subject
submitted_local target term ticket_url time value verdict waiting where within within_high within_low without
"""
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

BUILT_IN = (*DIMENSIONS, *JOINED, TAG)
# Names in lower case that no column of a mapping can have -> what has them.
RESERVED = dict.fromkeys(
    (*ANSWER_COLUMNS.split(), *FROM_RESPONSE, *FROM_TICKET, "custom_fields", "is_good"), "a column of answers"
) | dict.fromkeys(BUILT_IN, "a dimension")


@dataclass(frozen=True)
class Dimension:
    """Something by which ratings are split, looked up in the history once per question.

    Attributes
    ----------
    name
        Name of its column: a column of the views, "tag", "field:TITLE", or a column of the mapping.
    ids
        Ids of the custom ticket fields with that title; empty for all others. Text where they name the account.
    options
        Stored values of those fields, forms or organizations, with the names that people see.
    is_multivalued
        Whether a ticket can have several values, so that counts must not be added up.
    cases
        Values of a column of the mapping with their agents and days; None for all others.
    """

    name: str
    ids: tuple[int | str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_multivalued: bool = False
    cases: tuple[Case, ...] | None = None


def find_dimensions(history: History, names: str | Sequence[str] | None) -> tuple[Dimension, ...]:
    """Look up dimensions by name. Raises UnknownChoice for an unknown one."""
    listed = list_names(names)
    others = [name for name in listed if not is_built_in(history, name) and not name.startswith(FIELD)]
    mapped = _find_mapped(history, others) if others else {}
    fields = ticket_fields(history) if any(name.startswith(FIELD) for name in listed) else []
    return tuple(mapped.get(name) or _find_dimension(history, name, fields) for name in listed)


def list_names(names: str | Sequence[str] | None) -> list[str]:
    """Return the names of dimensions, each once. Raises CsatError for what is not a name or a list of names."""
    given: list[Any] = list(names or ()) if names is None or isinstance(names, list | tuple) else [names]
    for name in given:
        if not isinstance(name, str):
            raise CsatError(f"the name of one dimension is needed, such as 'group'; got {brief(name)}")
    return list(dict.fromkeys(given))


def _find_dimension(history: History, name: str, fields: Sequence[Mapping[str, Any]]) -> Dimension:
    if name.startswith(FIELD):
        return _custom_field(name, fields)
    if name in NAMED:
        return Dimension(name, options=_names_of_ids(history, *NAMED[name]))
    return Dimension(name, is_multivalued=name == TAG)


def _names_of_ids(history: History, table: str, key: str) -> dict[str, str]:
    """Return the names of a table by their ids as text; equal names get their id appended."""
    rows = history.rows(lambda con: con.table(table).order_by(key))
    return unique_names({str(row[key]): row["name"] for row in rows})


def built_in(history: History) -> tuple[str, ...]:
    """Return the names of the dimensions that a history has without a mapping and custom fields."""
    return (*BUILT_IN, ACCOUNT) if history.accounts() else BUILT_IN


def is_built_in(history: History, name: str) -> bool:
    """Return whether a history has a dimension of this name without a mapping and custom fields."""
    return name in BUILT_IN or (name == ACCOUNT and name in built_in(history))


def find_mapping(history: History) -> MappingFile | None:
    """Return the mapping of a history; None without one. Raises CsatError if the file is malformed."""
    found = read_mapping(history, RESERVED)
    if found and ACCOUNT in map(str.casefold, found.columns) and history.accounts():
        raise CsatError(f"{found.path}: the column {ACCOUNT!r} has the name of a dimension: rename it")
    return found


def _find_mapped(history: History, names: Sequence[str]) -> dict[str, Dimension]:
    """Return dimensions of the mapping by name. Raises UnknownChoice if there is no such column."""
    found = find_mapping(history)
    columns = found.columns if found else ()
    for name in names:
        if name not in columns:
            raise UnknownChoice("dimension", name, [*columns, *built_in(history), f"{FIELD}TITLE"])
    if found is None:
        return {}
    placed = place_agents(history, found)
    return {name: Dimension(name, cases=find_cases(found, placed, name)) for name in names}


def names_of(dimensions: Sequence[Dimension]) -> list[str]:
    """Return the names of dimensions, which are the names of their columns."""
    return [one.name for one in dimensions]


def split(table: ibis.Table, by: Sequence[Dimension], con: Any = None) -> ibis.Table:
    """Add the columns of `by` that the table does not have yet: `tag`, `weekend`, custom fields as text, and others.

    Parameters
    ----------
    table
        The `ratings` or `offers` view.
    by
        Dimensions. With `tag` there is one row per tag, and none for a ticket without tags. Of a custom field the
        first id that is set counts; a field with several choices gives their JSON.
    con
        The open connection; needed for `form`, `organization`, `requester` and `survey`, which are in other tables.
    """
    for one in by:
        table = _with_column(table, one, con)
    return table


def _with_column(table: ibis.Table, one: Dimension, con: Any) -> ibis.Table:
    name = one.name
    if one.ids:
        _refuse_lists_as_null(one, table.get_backend().name)
        values = [_field(table, number) for number in one.ids]
        # DuckDB writes lists without blanks.
        text = ibis.coalesce(*values).replace('", "', '","')
        return table.mutate(**{name: text})
    if one.cases is not None:
        return table.mutate(**{name: value_of(table, one.cases)})
    if name in TRUNCATED:
        return table.mutate(**{name: table.month.truncate(TRUNCATED[name]).cast("date")})
    if name in JOINED:
        return _join(con, table, name)
    if name == TAG:
        return table.mutate(tag=table.tags.unnest())
    if name == WEEKEND:
        at_weekend = table.day.day_of_week.index() >= SATURDAY
        return table.mutate(weekend=at_weekend.ifelse(AT_WEEKEND, ON_WEEKDAYS))
    return table


def _join(con: Any, table: ibis.Table, name: str) -> ibis.Table:
    """Add a value of another table as text."""
    source, column, key = JOINED[name]
    if name in table.columns:
        return table
    # In many accounts no ticket has a form or an organization, and the join is with nothing.
    other = con.table(source).filter(lambda rows: rows[column].notnull())
    pairs = other.select(of_key=other[key], **{name: other[column]})
    joined = table.left_join(pairs, table[key] == pairs.of_key).drop("of_key")
    # Texts of all tickets would take most of the memory of a join.
    return joined.mutate(**{name: joined[name].cast("string")})


def _field(table: ibis.Table, field_id: int | str) -> StringValue:
    """Return a custom field as text."""
    account, number = split_id(field_id)
    value = _json_value(table.custom_fields, number, table.get_backend().name)
    return (table.account == account).ifelse(value, None) if account else value


def _refuse_lists_as_null(one: Dimension, engine: str) -> None:
    """Raise CsatError for a field with several choices in an engine whose function reads lists as null."""
    if one.is_multivalued and engine in ("trino", "bigquery"):
        raise CsatError(
            f"{one.name}: tickets have several choices of this field, and {engine} cannot read them: "
            "read the published history with DuckDB (CSAT_DATABASE=parquet:PLACE)"
        )


def _json_value(body: StringValue, key: str, engine: str) -> StringValue:
    """Return the value of a key of a JSON object as text.

    Postgres wants JSON and the key. Every other dialect gets a path from `["key"]`: Trino and BigQuery make a JSON text
    of a text that is cast to JSON, Spark reads a bare key as null, Snowflake reads `$` as a key.
    """
    if engine == "postgres":
        return json_extract_path_text(body.cast("json"), key)
    return json_extract_path_text(body, f'["{key}"]')


def split_id(number: int | str) -> tuple[str, str]:
    """Return the account ("" if the id names none) and Zendesk's id as text.

    >>> split_id("acme/35436"), split_id(35436)
    (('acme', '35436'), ('', '35436'))
    """
    account, _, plain = str(number).rpartition("/")
    return account, plain


@ibis.udf.scalar.builtin
def json_extract_path_text(body, key: str) -> str:  # type: ignore[no-untyped-def, empty-body]
    """Return the value of a key as text: a function of Postgres that sqlglot translates to the other dialects."""


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

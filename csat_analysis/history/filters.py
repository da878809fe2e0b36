"""Filters: which ratings and surveys an answer is about, by names that people see.

The only parser of filters: questions, `history.ratings`, notebooks and the command line use it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import ibis
from ibis.expr.types import BooleanValue

from ..errors import InvalidValue, UnknownChoice, brief
from .dimensions import (
    ACCOUNT,
    DIMENSIONS,
    FIELD,
    JOINED,
    NOT_SET,
    TAG,
    Dimension,
    choices,
    find_dimensions,
    find_mapping,
    is_built_in,
    split,
)
from .pruning import Name
from .selection import select_rows
from .views import VIEWS

if TYPE_CHECKING:
    from .store import History

# Name of a filter -> the values that are kept, or with "not " before the name those that are left out.
Where: TypeAlias = Mapping[str, str | int | Sequence[str | int]] | None

NOT = "not "
# Periods are chosen by the period of a question.
OF_TIME = frozenset({"week", "day", "month", "quarter", "year"})
NAMES = [*(name for name in (*DIMENSIONS, *JOINED) if name not in OF_TIME), TAG]


@dataclass(frozen=True)
class Condition:
    """Values of a dimension that are kept, or left out."""

    dimension: Dimension
    values: tuple[str, ...]
    is_negated: bool = False

    @property
    def has_plain_values(self) -> bool:
        """Whether a column is compared with the values as they are, so that others could take their place."""
        one = self.dimension
        is_column = one.name != TAG and not (one.options or one.ids or one.cases)
        return is_column and NOT_SET not in self.values


@dataclass(frozen=True)
class Since:
    """Rows from a day on are kept; earlier ones too, if they are not `of` these values."""

    day: dt.date
    of: Condition | None = None


Filter: TypeAlias = tuple[Condition | Since, ...]
EVERYTHING: Filter = ()


def find_filter(history: History, where: Where, **names: str | Sequence[str] | None) -> tuple[Condition, ...]:
    """Look up filters.

    Parameters
    ----------
    history
        The history that they are about.
    where
        Name -> one value, or several of which any is kept. Every name must hold.
    names
        Further filters, such as `group="Billing"`; None, "" or an empty list is no filter.

    Raises
    ------
    UnknownChoice
        If a name or a value is not in the history.
    InvalidValue
        If `where` is not a dictionary, a value is missing or not a name, or the same values are kept and left out.
    """
    if where is not None and not isinstance(where, Mapping):
        kind = type(where).__name__
        raise InvalidValue(
            f'where needs a dictionary, for example {{"channel": "email"}}; got {kind} {brief(where)}'
        )
    given = {name: values for name, values in names.items() if not _is_empty(values)}
    pairs = [*given.items(), *(where or {}).items()]
    found = tuple(_find_condition(history, str(name), _as_list(str(name), values)) for name, values in pairs)
    _refuse_contradictions(found)
    return found


def _refuse_contradictions(found: Sequence[Condition]) -> None:
    """Raise InvalidValue if filters leave nothing: an answer about nothing would say 0."""
    left_out = {(one.dimension.name, value) for one in found if one.is_negated for value in one.values}
    wanted: dict[str, set[str]] = {}
    for one in found:
        name = one.dimension.name
        if not one.is_negated and name != TAG and not one.dimension.is_multivalued:
            common = wanted.setdefault(name, set(one.values)) & set(one.values)
            if not common:
                values = f"{' or '.join(sorted(wanted[name]))} and {' or '.join(one.values)}"
                raise InvalidValue(f"two filters {name!r} leave nothing of {values}: remove one of them")
            wanted[name] = common
        if not one.is_negated and left_out.issuperset((name, value) for value in one.values):
            both = f"{name!r} and {NOT + name!r}"
            raise InvalidValue(
                f"the filters {both} leave nothing of {' or '.join(one.values)}: remove one of them"
            )


def parse_where(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return the filters of a command line: NAME=VALUE keeps a value, NAME!=VALUE leaves it out.

    Raises InvalidValue if a text has another form.

    >>> parse_where(["channel=email", "channel=chat", "agent!=Bot"])
    {'channel': ['email', 'chat'], 'not agent': ['Bot']}
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        is_negated = name.endswith("!")
        key = name.removesuffix("!").strip()
        if not (sign and key and value.strip()):
            raise InvalidValue(
                f"invalid filter {brief(text)}; expected NAME=VALUE or NAME!=VALUE, for example channel=email"
            )
        found.setdefault(f"{NOT}{key}" if is_negated else key, []).append(value.strip())
    return found


def describe_filter(kept: Filter) -> str:
    """Return filters as text: "channel: email or chat; agent: not Bot"."""
    texts = [
        f"{one.dimension.name.removeprefix(FIELD)}: {'not ' if one.is_negated else ''}{' or '.join(one.values)}"
        for one in kept
        if isinstance(one, Condition)
    ]
    return "; ".join(texts)


def keep_rows(con: Any, rows: ibis.Table, kept: Filter) -> ibis.Table:
    """Return the rows of a view for which all conditions hold, with the same columns."""
    if not kept:
        return rows
    columns = rows.columns
    for one in kept:
        condition = one.of if isinstance(one, Since) else one
        if condition and condition.dimension.name != TAG:
            rows = split(rows, [condition.dimension], con)
        holds = _holds(rows, condition) if condition else ibis.literal(True)
        rows = rows.filter((rows.day >= one.day) | ~holds if isinstance(one, Since) else holds)
    return rows.select(*columns)


def _holds(rows: ibis.Table, one: Condition) -> BooleanValue:
    """Return whether a condition holds; never null."""
    name = one.dimension.name
    found = _has_tag(rows, one.values) if name == TAG else _has_value(rows[name], one)
    return ~found if one.is_negated else found


def _is_empty(given: object) -> bool:
    """Return whether it is what notebooks have for no filter."""
    if isinstance(given, str):
        return not given.strip()
    return given is None or (isinstance(given, list | tuple) and not given)


def _as_list(name: str, given: object) -> list[str]:
    """Return the values of a filter. Raises InvalidValue without any, or for what is not a name or a number."""
    if isinstance(given, Mapping | bytes):
        raise InvalidValue(f"the filter {name!r} needs a value or a list of values; got {brief(given)}")
    listed = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    if not listed or any(value is None or not str(value).strip() for value in listed):
        raise InvalidValue(
            f"the filter {name!r} has no value: leave it out, or give {NOT_SET!r} for what has none"
        )
    return [str(value) for value in listed]


def _find_condition(history: History, name: str, values: Sequence[str]) -> Condition:
    bare = name.removeprefix(NOT).strip()
    if bare not in NAMES and not bare.startswith(FIELD):
        of_several = [ACCOUNT] if is_built_in(history, ACCOUNT) else []
        mapping = find_mapping(history)
        columns = mapping.columns if mapping else ()
        if bare not in (*columns, *of_several):
            known = [*columns, *NAMES, *of_several, f"{FIELD}TITLE", f"{NOT}NAME"]
            raise UnknownChoice("filter", name, known)
    (dimension,) = find_dimensions(history, bare)
    names = set(dimension.options.values())
    # A stored value or an id may be given in place of its name.
    values = [one if one in names else dimension.options.get(one, one) for one in values]
    _check_values(history, dimension, values)
    return Condition(dimension, tuple(values), name.startswith(NOT))


def _check_values(history: History, dimension: Dimension, values: Sequence[str]) -> None:
    """Raise UnknownChoice for a value that the history does not have."""
    name = dimension.name
    unknown = [one for one in values if one != NOT_SET and (name, one) not in history.known_values]
    valid: set[str] = set()
    # Nearly all values have ratings, and there are many more offers.
    for view in VIEWS:
        if unknown:
            found = _values_of(history, dimension, view)
            valid = valid or found
            history.known_values.update((name, one) for one in unknown if one in found)
            unknown = [one for one in unknown if one not in found]
    if unknown:
        shown = sorted(valid - {NOT_SET}, key=str.casefold)
        raise UnknownChoice(name, unknown[0], shown)


def _values_of(history: History, dimension: Dimension, view: str) -> set[str]:
    """Return the values of a dimension in the whole history, as names that people see.

    Agents and groups are those that are credited, and those that held a ticket when it was rated.
    """
    if dimension.cases is not None:
        return {NOT_SET, *(case.value for case in dimension.cases)}

    # Looked up before the connection is opened.
    credits = dict.fromkeys(("rated", history.definitions.credit))
    timezone = history.timezone

    def query(con: Any) -> ibis.Table:
        several = [select_rows(con, view, timezone, None, None, credit=credit) for credit in credits]
        columns = [split(rows, [dimension], con)[dimension.name] for rows in several]
        values = [column.cast("string").name("value").as_table().distinct() for column in columns]
        return ibis.union(*values) if len(values) > 1 else values[0]

    values = history.read(query)["value"].dropna().astype(str)
    listed = values.map(choices).explode().dropna() if dimension.ids else values
    names = {str(dimension.options.get(value, value)) for value in listed}
    return names | {NOT_SET, *dimension.options.values()}


def _has_value(column: Any, one: Condition) -> BooleanValue:
    """Return whether a column has one of the values; never null."""
    text = column.cast("string")
    options = one.dimension.options
    # Several stored values can have one name, in fields of one title or in one field.
    stored = [value for value, name in options.items() if name in one.values]
    stored += [value for value in one.values if value not in options.values()]
    found = text.isin(
        [Name(value, "string").to_expr() for value in stored] if one.has_plain_values else stored
    )
    if one.dimension.is_multivalued:
        for value in stored:
            found = found | text.contains(f'"{value}"')
    found = found.fill_null(False)
    return (found | text.isnull()) if NOT_SET in one.values else found


def _has_tag(rows: ibis.Table, values: Sequence[str]) -> BooleanValue:
    """Return whether a row has one of the tags; never null."""
    found = ibis.or_(*(rows.tags.contains(value) for value in values)).fill_null(False)
    is_empty = rows.tags.isnull() | (rows.tags.length() == 0).fill_null(False)
    return (found | is_empty) if NOT_SET in values else found

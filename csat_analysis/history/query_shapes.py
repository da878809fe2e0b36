"""What a query depends on, found without building it: two queries of one shape differ in the names they ask for.

A query is a function of this package that returns an Ibis table. Its code and the values that it has captured decide
what it returns. Names of groups and the like are taken out of these values: the reports of twenty groups ask the same
queries, each with another name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from types import FunctionType, MethodType
from typing import Any, NamedTuple

from .filters import Condition

PACKAGE = __name__.partition(".")[0]
ATOMS = (str, int, float, dt.date, dt.timedelta, type(None))


class Shape(NamedTuple):
    """What equal queries have in common, and the names in which others of the same shape differ."""

    key: Hashable
    names: tuple[str, ...]


class _Unknown(Exception):
    """A value that cannot be compared with that of another query."""


def find_shape(history: Any, query: Callable[..., Any]) -> Shape | None:
    """Return the shape of a query to a history; None if it depends on something that cannot be compared."""
    names: dict[str, int] = {}
    try:
        key = (history.query_key, _describe(query, names))
    except (_Unknown, RecursionError):
        return None
    return Shape(key, tuple(names))


def _describe(value: Any, names: dict[str, int]) -> Hashable:
    """Return a value as something that can be compared. names: those found so far with their numbers."""
    if isinstance(value, ATOMS):
        # 1, 1.0 and True are equal.
        return type(value), value
    if isinstance(value, Condition) and value.has_plain_values:
        numbers = tuple(names.setdefault(one, len(names)) for one in value.values)
        return value.dimension.name, numbers, value.is_negated
    if (parts := _parts_of(value)) is not None:
        return type(value), tuple(_describe(part, names) for part in parts)
    if isinstance(value, FunctionType) and value.__module__.partition(".")[0] == PACKAGE:
        return value.__code__, tuple(_describe(part, names) for part in _captured(value))
    raise _Unknown


def _parts_of(value: Any) -> list[Any] | None:
    """Return what a value of several parts consists of; None for others."""
    if hasattr(value, "query_key"):
        return [*value.query_key]
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, Mapping):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, MethodType):
        return [value.__self__, value.__func__]
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, one.name) for one in fields(value)]
    return None


def _captured(function: FunctionType) -> list[Any]:
    """Return the values that a function has captured, and its defaults."""
    try:
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError:
        # It refers to a variable that has no value yet.
        raise _Unknown from None
    return [*cells, function.__defaults__, function.__kwdefaults__]

"""The options of commands that choose a period, one of them at a time, and filters."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from ..errors import InvalidValue

Week = Annotated[str | None, typer.Option(help="ISO week, such as 2026-W46. Default: the last complete one.")]
Month = Annotated[str | None, typer.Option(help="Month, such as 2026-11.")]
Quarter = Annotated[str | None, typer.Option(help="Quarter, such as 2026-Q4.")]
First = Annotated[str | None, typer.Option("--from", help="First day, such as 2026-11-01.")]
Last = Annotated[str | None, typer.Option("--to", help="Last day, such as 2026-11-30. It is included.")]
AnyPeriod = Annotated[
    str | None, typer.Option("--period", help="Any period, such as 2026, 'last month' or 'last 90 days'.")
]

Filters = Annotated[
    list[str] | None,
    typer.Option("--where", help="Filter, such as channel=email or agent!=Bot. May be repeated."),
]


Values = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Value of a parameter of the notebook, such as weeks=26. May be repeated.",
    ),
]
# Parameters of notebooks that have options of their own.
OWN_OPTIONS = {"week": "--period", "group": "--group", "where": "--where", "comments": "--no-comments"}


def read_notebook_values(notebook: str, texts: list[str] | None) -> dict[str, object]:
    """Return the values of `--set`, of the types that the notebook's parameters have.

    Raises
    ------
    InvalidValue
        If one is malformed, or not a parameter of the notebook, or has an option of its own.
    """
    from ..reports.notebooks import find_notebook
    from ..reports.parameters import read_values

    values = read_values(find_notebook(notebook), texts or [])
    for name in values.keys() & OWN_OPTIONS.keys():
        raise InvalidValue(f"--set: {name} has an option of its own: use {OWN_OPTIONS[name]}")
    return values


def read_filters(texts: list[str] | None) -> dict[str, list[str]]:
    """Return the filters of `--where`. Raises InvalidValue if one is malformed."""
    if not texts:
        return {}
    from ..history.filters import parse_where

    return parse_where(texts)


def choose_period(
    *,
    week: str | None = None,
    month: str | None = None,
    quarter: str | None = None,
    first: str | None = None,
    last: str | None = None,
    period: str | None = None,
) -> str | None:
    """Return the period of the options as text; None: the default.

    Raises
    ------
    InvalidValue
        If several options are given, or a value is malformed.
    """
    pair = f"{first or ''}..{last or ''}" if first or last else None
    options = {
        "--week": week,
        "--month": month,
        "--quarter": quarter,
        "--from/--to": pair,
        "--period": period,
    }
    given = {name: value for name, value in options.items() if value is not None}
    if len(given) > 1:
        raise InvalidValue(f"choose one period: {' and '.join(given)} are given")
    for name, value in given.items():
        _check(name, value)
    return next(iter(given.values()), None)


def _check(option: str, value: str) -> None:
    """Raise InvalidValue unless a value has the form of its option. Whether the history holds it is not checked."""
    from ..periods import WEEK
    from ..periods.texts import MONTH, QUARTER, parse_period

    forms = {
        "--week": (WEEK, "week", "YYYY-Www, for example 2026-W46"),
        "--month": (MONTH, "month", "YYYY-MM, for example 2026-11"),
        "--quarter": (QUARTER, "quarter", "YYYY-Qn, for example 2026-Q4"),
    }
    pattern, unit, example = forms.get(option, (None, "", ""))
    if pattern and value.strip() and not pattern.fullmatch(value.strip()):
        raise InvalidValue(f"invalid {unit} {value!r}; expected {example}")
    now = dt.datetime.now(dt.UTC)
    parse_period(value, timezone="UTC", now=now, held=lambda: (now.date(), now.date()))

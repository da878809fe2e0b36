"""What a question is about: which period, which groups, and which thresholds."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from ..definitions import CHOICES
from ..errors import CsatError, InvalidValue, brief, check_choice
from ..history import History
from ..periods import Period, last_complete, unit_of, week_label, zone
from ..periods.texts import When, parse_period
from ..settings import Thresholds

# Names of groups: one, several, or None for all of them.
Names = str | Sequence[str] | None
# What a period is compared with, in words that depend on it.
THAN = ("before", "last year")
# Columns that come right after the keys of an answer, and the counts that end its keys.
ESTIMATE = ("n", "estimate", "share", "low", "high", "verdict")
COUNTED = ("good", "bad", "neutral", *ESTIMATE)

# Arguments that are whole numbers -> the least of them.
NUMBERS = {"weeks": 1, "pool": 1, "min_ratings": 0}

Options = ParamSpec("Options")
Answer = TypeVar("Answer")


# What each question takes in addition, see `one_connection`.
DEFINED = f"""
{", ".join(CHOICES)}
    Definitions in place of those of the history: what counts as good (zendesk, top, top2), neutral ratings in the
    denominator (exclude, include), the clock of times (calendar, business), and who is credited with a rating (the
    agent and group when rated, offered or solved). See `csat settings`.
"""


def one_connection(
    question: Callable[Concatenate[History, Options], Answer],
) -> Callable[Concatenate[History, Options], Answer]:
    """Wrap a question so that all its reads share one connection to the history, and the estimate comes first.

    A question about ratings also takes the definitions by name, such as `good="top"`. It raises CsatError if its first
    argument is not a history, or a number is not one.
    """
    selects_ratings = "where" in inspect.signature(question).parameters

    @functools.wraps(question)
    def ask(history: History, *args: Options.args, **options: Options.kwargs) -> Answer:
        if not isinstance(history, History):
            raise CsatError(_not_a_history(question.__name__, history))
        _check_numbers(options)
        if selects_ratings:
            given = {name: options.pop(name) for name in CHOICES if name in options}
            history = history.with_definitions(**given)  # type: ignore[arg-type]
        with history.keep_open():
            answer = question(history, *args, **options)
        return estimate_first(answer) if isinstance(answer, pd.DataFrame) else answer

    return _with_definitions(ask) if selects_ratings else ask


def _check_numbers(options: Mapping[str, object]) -> None:
    """Raise InvalidValue if an argument of `NUMBERS` is not a whole number, or too small."""
    for name, least in NUMBERS.items():
        number = options.get(name)
        if number is None:
            continue
        is_whole = isinstance(number, Integral) and not isinstance(number, bool)
        if not is_whole or number < least:  # type: ignore[operator]
            raise InvalidValue(f"invalid {name} {brief(number)}; expected {least} or more, as a whole number")


def _with_definitions(ask: Callable[Options, Answer]) -> Callable[Options, Answer]:
    """Add the definitions to the signature and the docstring of a question."""
    shown = inspect.signature(ask)
    defined = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation="str | None")
        for name in CHOICES
    ]
    ask.__signature__ = shown.replace(parameters=[*shown.parameters.values(), *defined])  # type: ignore[attr-defined]
    ask.__annotations__ = {**ask.__annotations__, **dict.fromkeys(CHOICES, "str | None")}
    heading = "\n\nReturns\n-------"
    ask.__doc__ = inspect.cleandoc(ask.__doc__ or "").replace(heading, f"{DEFINED.rstrip()}{heading}", 1)
    return ask


def estimate_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns in the order keys, estimate with its verdict, all others; keys come before any count."""
    names = list(rows.columns)
    keys = list(itertools.takewhile(lambda name: name not in COUNTED, names))
    first = [name for name in ESTIMATE if name in names]
    return rows[[*keys, *first, *(name for name in names if name not in (*keys, *first))]]


def _not_a_history(question: str, given: object) -> str:
    kind = "DataFrame" if isinstance(given, pd.DataFrame) else type(given).__name__
    return (
        f"{question}() needs a history, not a {kind}: give it csat.open_history(), or csat.open_history(PATH)"
    )


@one_connection
def period(history: History, when: When = None) -> Period:
    """Return a period on the account's clock: how `when` is understood.

    Parameters
    ----------
    history
        The history to ask.
    when
        A week "2026-W46", month "2026-11", quarter "2026-Q4", year "2026" or day "2026-11-09"; a pair of these, such as
        ("2026-11-01", "2026-11-15"), "2026-11-01..2026-11-15" or a slice, with both ends included; words: "last week",
        "last month", "last 90 days", "this quarter", "yesterday"; a date or a `pandas.Period`; a Period (returned as it
        is); or None for the last complete week. "last" means complete ones: the last 90 days end yesterday.

    Returns
    -------
    Period
        With `first` and `last` (days, both included), `start` and `end` (UTC), `label`, `unit`, and `before(k)` and
        `and_before(k)`, where k counts weeks for a week, months for a month, days for a pair of days, and so on.

    Raises
    ------
    CsatError
        If it is malformed or ambiguous, ends before it begins, or the history has no tickets and no ratings from that
        time.

    Examples
    --------
    >>> csat.period(history, "2026-W46").label
    '2026-W46'
    >>> csat.period(history, "2026-11").before(2).label
    '2026-09..2026-10'
    >>> str(csat.period(history, ("2026-11-01", "2026-11-15")))
    '1–15 November 2026'
    """
    timezone = history.timezone
    now = dt.datetime.now(dt.UTC)
    asked = parse_period(when, timezone=timezone, now=now, held=history.days)
    if isinstance(when, Period) or when is None or not str(when).strip():
        return asked
    first, last = history.days()
    if asked.last < first or asked.first > last:
        held = f"{week_label(first)} to {week_label(last)} ({first} to {last})"
        unit = f"{asked.unit} " if asked.length == 1 else ""
        raise CsatError(f"no ratings or tickets in {unit}{asked.label}: {history.name} holds {held}")
    return asked


def two_periods(history: History, this: When, that: When, than: str | None = None) -> tuple[Period, Period]:
    """Return a period and the one it is compared with: by default `Period.baseline`."""
    if than is not None:
        check_choice("comparison", than, THAN)
    if than is not None and that is not None:
        raise InvalidValue("give either that= (a period) or than= (before, or last year), not both")
    now = period(history, this)
    if than == "last year":
        return now, now.year_before
    return now, now.baseline if that is None else period(history, that)


def join_periods(this: Period, that: Period) -> Period | None:
    """Return two periods as one; None if the second one does not end where the first one begins."""
    return replace(this, first=that.first) if that.end == this.start else None


def answers_known_until(history: History, now: dt.datetime | None = None) -> dt.datetime:
    """Return until when answers are known: the given moment, the start of the last pull, or now if there was none."""
    return now or history.last_pull() or dt.datetime.now(dt.UTC)


def is_over(history: History, span: Period) -> bool:
    """Return whether all answers of a period are known."""
    return answers_known_until(history) >= span.end


def describe_unfinished(history: History, span: Period) -> dict[str, str]:
    """Return when a period that was not over was pulled (empty without a pull), and its first and last day."""
    pulled = history.last_pull()
    day = pulled.astimezone(zone(span.timezone)).date().isoformat() if pulled else ""
    return {"pulled": day, "first": span.first.isoformat(), "last": span.last.isoformat()}


def last_day_known(history: History, until: Period, unit: str = "week") -> dt.date:
    """Return the last day of the last week (or other unit), at most that of `until`, whose answers are all known."""
    complete = last_complete(unit, answers_known_until(history), until.timezone)
    return min(until.last, complete.last)


def last_week(history: History, until: When = None) -> Period:
    """Return the week in which a period ends, by default the last complete week."""
    return last_unit(history, until, "week")


def last_unit(history: History, until: When, unit: str) -> Period:
    """Return the week, month, quarter or day in which a period ends, by default the last complete one."""
    if until is None or (isinstance(until, str) and not until.strip()):
        return last_complete(unit, dt.datetime.now(dt.UTC), history.timezone)
    asked = period(history, until)
    return unit_of(unit, asked.last, asked.timezone)


def thresholds(history: History, min_ratings: int | None, by: Names = None) -> Thresholds:
    """Return the thresholds for answers per `by`, with `min_ratings` in place of the settings if it is given."""
    stored = history.thresholds
    names = [by] if isinstance(by, str) else by or ()
    fewest = stored.min_ratings_of_agent if "agent" in names else stored.min_ratings
    return stored._replace(min_ratings=fewest if min_ratings is None else min_ratings)

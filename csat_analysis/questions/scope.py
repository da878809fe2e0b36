"""What a question is about: which period, which groups, and which thresholds."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from ..errors import CsatError
from ..history import History
from ..periods import Period, last_complete_week, week, week_label, zone
from ..settings import Thresholds

# Names of groups: one, several, or None for all of them.
Names = str | Sequence[str] | None
# A period, a week such as "2026-W46", or None for the last complete week.
When = Period | str | None

WEEKS_BEFORE = 4

Options = ParamSpec("Options")
Answer = TypeVar("Answer")


def one_connection(
    question: Callable[Concatenate[History, Options], Answer],
) -> Callable[Concatenate[History, Options], Answer]:
    """Wrap a question so that all its reads share one connection to the history.

    The question raises CsatError if its first argument is not a history.
    """

    @functools.wraps(question)
    def ask(history: History, *args: Options.args, **options: Options.kwargs) -> Answer:
        if not isinstance(history, History):
            raise CsatError(_not_a_history(question.__name__, history))
        with history.keep_open():
            return question(history, *args, **options)

    return ask


def _not_a_history(question: str, given: object) -> str:
    kind = "DataFrame" if isinstance(given, pd.DataFrame) else type(given).__name__
    return (
        f"{question}() needs a history, not a {kind}: give it csat.open_history(), or csat.open_history(PATH)"
    )


@one_connection
def period(history: History, when: When = None) -> Period:
    """Return a period on the account's clock.

    Parameters
    ----------
    history
        The history to ask.
    when
        A week such as "2026-W46", a Period (returned as it is), or None for the last complete week.

    Returns
    -------
    Period
        With `first` and `last` (days), `start` and `end` (UTC), `label`, `before(k)` and `and_before(k)`.

    Raises
    ------
    CsatError
        If the week is malformed, or the history has no tickets and no ratings from that time.

    Examples
    --------
    >>> csat.period(history, "2026-W46").label
    '2026-W46'
    """
    timezone = history.timezone
    if isinstance(when, Period):
        return when
    if when is None or not str(when).strip():
        return last_complete_week(dt.datetime.now(dt.UTC), timezone)
    asked = week(str(when), timezone)
    first, last = history.span()
    if asked.end <= first or asked.start > last:
        held = f"{week_label(first.date())} to {week_label(last.date())}"
        raise CsatError(f"no ratings or tickets in week {when}: {history.name} holds {held}")
    return asked


def two_periods(history: History, this: When, that: When) -> tuple[Period, Period]:
    """Return a period and the one it is compared with: by default the four weeks before it."""
    now = period(history, this)
    return now, now.before(WEEKS_BEFORE) if that is None else period(history, that)


def answers_known_until(history: History, now: dt.datetime | None = None) -> dt.datetime:
    """Return until when answers are known: the given moment, the end of the last pull, or now if there was none."""
    return now or history.last_pull() or dt.datetime.now(dt.UTC)


def is_over(history: History, span: Period) -> bool:
    """Return whether all answers of a period are known."""
    return answers_known_until(history) >= span.end


def describe_unfinished(history: History, span: Period) -> dict[str, str]:
    """Return when a period that was not over was pulled (empty without a pull), and its first and last day."""
    pulled = history.last_pull()
    day = pulled.astimezone(zone(span.timezone)).date().isoformat() if pulled else ""
    return {"pulled": day, "first": span.first.isoformat(), "last": span.last.isoformat()}


def last_day_known(history: History, until: Period) -> dt.date:
    """Return the last day of the last week, at most that of `until`, whose answers are all known."""
    complete = last_complete_week(answers_known_until(history), until.timezone)
    return min(until.last, complete.last)


def last_week(history: History, until: When = None) -> Period:
    """Return the week in which a period ends, by default the last complete week."""
    asked = period(history, until)
    return week(week_label(asked.last), asked.timezone)


def thresholds(history: History, min_ratings: int | None, by: str | None = None) -> Thresholds:
    """Return the thresholds for answers per `by`, with `min_ratings` in place of the settings if it is given."""
    stored = history.thresholds
    fewest = stored.min_ratings_of_agent if by == "agent" else stored.min_ratings
    return stored._replace(min_ratings=fewest if min_ratings is None else min_ratings)

"""Periods as people write them: "2026-W46", "2026-11", "2026-Q4", "2026", days, pairs of them, and words.

The only parser of periods: questions, `history.ratings`, notebooks and the command line use it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pandas as pd

from ..errors import InvalidValue, brief
from .spans import DAY, WEEK, Period, day, last_complete, this_unit, unit_of, week
from .units import UNITS

# One end of a pair; None: the first or last day of the history.
End: TypeAlias = Period | pd.Period | str | dt.date | None
# None: the last complete week.
When: TypeAlias = Period | pd.Period | slice | str | dt.date | Sequence[End] | None

MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])", re.ASCII)
QUARTER = re.compile(r"([12]\d{3})-?Q([1-4])", re.IGNORECASE | re.ASCII)
YEAR = re.compile(r"[12]\d{3}", re.ASCII)
PAIR = re.compile(r"(.*?)(?:\s*\.\.\s*|\s*/\s*|\s+to\s+)(.*)", re.ASCII)
LOCAL_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d\d)\.?", re.ASCII)
LAST = re.compile(rf"(?:the )?(?:last|past|previous) (?:(\d{{1,4}}) )?({'|'.join(UNITS)})s?")
THIS = re.compile(rf"(?:the )?(?:this|current) ({'|'.join(UNITS)})")
# As in last_month; in "last -3 days" it is a sign.
BETWEEN_WORDS = re.compile(r"(?<=\w)[_-](?=\w)")
WORDS = {"yesterday": "last day", "today": "this day"}
FORMS = (
    "a week (2026-W46), month (2026-11), quarter (2026-Q4), year (2026), day (2026-11-09), "
    "two days (2026-11-01..2026-11-15) or words (last month, last 90 days, this quarter, yesterday)"
)
# Frequencies of pandas whose periods are units of ours; others become days.
FREQUENCIES = {"D": "day", "W-SUN": "week", "M": "month", "Q-DEC": "quarter", "Y-DEC": "year"}


def parse_period(
    when: When, *, timezone: str, now: dt.datetime, held: Callable[[], tuple[dt.date, dt.date]]
) -> Period:
    """Return a period.

    Parameters
    ----------
    when
        A Period (returned as it is), a text, a date, a `pandas.Period`, a slice or pair of these (both ends included),
        or None or "" for the last complete week.
    timezone
        IANA name of the time zone of its days.
    now
        The moment that words such as "last month" are about.
    held
        Returns the first and last day of the history, for pairs without one of their ends.

    Raises
    ------
    InvalidValue
        If it is malformed or ambiguous, or ends before it begins.

    Examples
    --------
    >>> now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    >>> for when in ("last month", "2026-Q4", ("2026-11-01", "2026-11-15"), "last 90 days"):
    ...     print(parse_period(when, timezone="UTC", now=now, held=lambda: (now.date(), now.date())).label)
    2026-10
    2026-Q4
    2026-11-01..2026-11-15
    2026-08-27..2026-11-24
    """
    try:
        return _parse(when, timezone, now, held)
    except (OverflowError, ValueError):
        raise _invalid(when) from None


def _parse(
    when: object, timezone: str, now: dt.datetime, held: Callable[[], tuple[dt.date, dt.date]]
) -> Period:
    if isinstance(when, Period):
        return when
    if when is None or (isinstance(when, str) and not when.strip()):
        return last_complete("week", now, timezone)
    if isinstance(when, pd.Period):
        return _of_pandas(when, timezone)
    if isinstance(when, dt.date):
        return unit_of("day", _whole_day(when), timezone)
    pair = _split(when)
    if pair is not None:
        return _join(pair, timezone, now, held)
    return _of_text(str(when), timezone, now)


def _split(when: object) -> tuple[object, object] | None:
    """Return the two ends of a slice, a pair or a text with both; None for anything else."""
    if isinstance(when, slice):
        if when.step is not None:
            raise _invalid(when)
        return when.start, when.stop
    if isinstance(when, list | tuple):
        if len(when) != 2:
            raise InvalidValue(f"a period has two ends, the first and the last day; got {len(when)}")
        return when[0], when[1]
    match = PAIR.fullmatch(str(when).strip())
    if match and not LOCAL_DATE.fullmatch(str(when).strip()):
        return match[1] or None, match[2] or None
    return None


def _join(
    pair: tuple[object, object],
    timezone: str,
    now: dt.datetime,
    held: Callable[[], tuple[dt.date, dt.date]],
) -> Period:
    """Return the period from the first day of one end to the last day of the other."""
    if any(end is not None and _is_pair(end) for end in pair):
        raise _invalid(pair)
    known = [None if end is None else _parse(end, timezone, now, held) for end in pair]
    first, last = known
    if first and last:
        return Period(first.first, last.last, timezone, first.unit if first.unit == last.unit else "day")
    days = held()
    # Without its other end, a period beyond the history is that end alone.
    begin = first.first if first else min(days[0], last.first if last else days[0])
    end = last.last if last else max(days[1], first.last if first else days[1])
    return Period(begin, end, timezone, "day")


def _is_pair(end: object) -> bool:
    return isinstance(end, Sequence | slice) and _split(end) is not None


def _of_pandas(when: pd.Period, timezone: str) -> Period:
    first, last = when.start_time.date(), when.end_time.date()
    if when.start_time.time() != dt.time() or when.end_time.time() < dt.time(23, 59, 59):
        raise InvalidValue(
            f"invalid period {str(when)!r}; expected whole days, such as pandas.Period('2026-11')"
        )
    return Period(first, last, timezone, FREQUENCIES.get(when.freqstr, "day"))


def _whole_day(when: dt.date) -> dt.date:
    if not isinstance(when, dt.datetime):
        return when
    if when.time() != dt.time():
        raise InvalidValue(f"invalid period {str(when)!r}; expected whole days, for example 2026-11-09")
    return when.date()


def _of_text(written: str, timezone: str, now: dt.datetime) -> Period:
    text = written.strip()
    if WEEK.fullmatch(text):
        return week(text, timezone)
    if DAY.fullmatch(text):
        return unit_of("day", day(text), timezone)
    if match := MONTH.fullmatch(text):
        return unit_of("month", dt.date(int(match[1]), int(match[2]), 1), timezone)
    if match := QUARTER.fullmatch(text):
        return unit_of("quarter", dt.date(int(match[1]), 3 * int(match[2]), 1), timezone)
    if YEAR.fullmatch(text):
        return unit_of("year", dt.date(int(text), 1, 1), timezone)
    if match := LOCAL_DATE.fullmatch(text):
        raise _ambiguous(text, match)
    return _of_words(text, timezone, now)


def _of_words(text: str, timezone: str, now: dt.datetime) -> Period:
    words = " ".join(BETWEEN_WORDS.sub(" ", text.casefold()).split())
    words = WORDS.get(words, words)
    if match := LAST.fullmatch(words):
        count = int(match[1] or 1)
        if count:
            return last_complete(match[2], now, timezone, count)
    if match := THIS.fullmatch(words):
        return this_unit(match[1], now, timezone)
    raise _invalid(text)


def _ambiguous(text: str, match: re.Match[str]) -> InvalidValue:
    """Return the error for a date in a local order, with the dates that it may mean in ISO form."""
    one, other, year = (int(number) for number in match.groups())
    found = [
        _iso(year % 100 + 2000 if year < 100 else year, *order) for order in ((other, one), (one, other))
    ]
    dates = " or ".join(dict.fromkeys(filter(None, found))) or "2026-11-09"
    return InvalidValue(f"ambiguous date {text!r}; write it as YYYY-MM-DD, for example {dates}")


def _iso(year: int, month: int, number: int) -> str:
    try:
        return dt.date(year, month, number).isoformat()
    except ValueError:
        return ""


def _invalid(when: object) -> InvalidValue:
    return InvalidValue(f"invalid period {brief(str(when))}; expected {FORMS}")

"""Weeks, months and other whole days of an account's time zone as bounds in UTC, and back.

A week runs from Monday 00:00 to the next Monday 00:00 on the account's clock, so a week in which daylight saving
begins or ends has 167 or 169 hours. Weeks are written "2026-W46" (ISO 8601).

There is one clock: every conversion uses the time-zone database of the `tzdata` package, never the one of the
operating system, of DuckDB or of Postgres. Those differ by release, and then one report would contradict itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..errors import CsatError, InvalidValue
from .units import MONTHS, count_units, first_day, label_unit, last_day, move

WEEK = re.compile(r"([12]\d{3})-?W(\d{1,2})", re.IGNORECASE | re.ASCII)
DAY = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)
# Clock changes are computed for these years (Zendesk exists since 2007); before and after them an account's clock is
# that of the nearest one. So a single impossible date does not ask for thousands of clock changes.
FIRST_DAY = dt.date(2000, 1, 1)
LAST_DAY = dt.date(2050, 12, 31)
A_DAY, A_WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
# A week is compared with so many before it.
WEEKS_BEFORE = 4


class ClockOffset(NamedTuple):
    """From `start` on (in UTC; None: always before the next one) the account's day is that of UTC plus `offset`."""

    start: dt.datetime | None
    offset: dt.timedelta


@dataclass(frozen=True)
class Period:
    """Whole days on an account's clock.

    Parameters
    ----------
    first, last
        First and last day, both included.
    timezone
        IANA name of the time zone, such as "Europe/Berlin".
    unit
        What `before` and `and_before` count: "day", "week", "month", "quarter" or "year".

    Examples
    --------
    >>> autumn = Period(dt.date(2026, 9, 7), dt.date(2026, 11, 15), "Europe/Berlin")
    >>> autumn.start
    datetime.datetime(2026, 9, 6, 22, 0, tzinfo=datetime.timezone.utc)
    >>> autumn.before(1).label
    '2026-W36'
    >>> Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30), unit="month").before(1).label
    '2026-10'
    """

    first: dt.date
    last: dt.date
    timezone: str = "UTC"
    unit: str = "week"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue(f"the period ends ({self.last}) before it begins ({self.first})")

    @property
    def start(self) -> dt.datetime:
        """First moment of the period, in UTC."""
        return midnight(self.first, self.timezone)

    @property
    def end(self) -> dt.datetime:
        """First moment after the period, in UTC."""
        return midnight(self.last + dt.timedelta(days=1), self.timezone)

    @property
    def length(self) -> int:
        """How many weeks it has; months, quarters, years or days where its `unit` is another one."""
        return count_units(self.unit, self.first, self.last)

    @property
    def is_week(self) -> bool:
        """Whether it is a single ISO week."""
        return self.unit == "week" and self.length == 1

    @property
    def weeks(self) -> int:
        """About how many weeks it has, at least 1."""
        return max(1, round(((self.last - self.first).days + 1) / 7))

    def at_least(self, weeks: int) -> Period:
        """Return the `weeks` weeks that end with this period, or the period itself if it is longer."""
        first = self.last - dt.timedelta(days=7 * weeks - 1)
        if first >= self.first:
            return self
        return replace(self, first=first, unit="week" if self.unit == "week" else "day")

    def before(self, count: int = 1) -> Period:
        """Return the `count` weeks (or months, quarters, years, days: its `unit`) that end where this period begins."""
        return replace(self, first=self._move(-count), last=self.first - dt.timedelta(days=1))

    def and_before(self, count: int) -> Period:
        """Return this period together with the `count` weeks (or other units) before it."""
        return replace(self, first=self._move(-count))

    @property
    def baseline(self) -> Period:
        """What it is compared with by default: the four weeks before a week, else the equally long period before."""
        return self.before(WEEKS_BEFORE if self.is_week else self.length)

    @property
    def year_before(self) -> Period:
        """The same weeks, months or days of the year before (of week 53 week 52, of 29 February the 28th)."""
        days = (_year_earlier(self.unit, self.first), _year_earlier(self.unit, self.last))
        return replace(self, first=days[0], last=days[1])

    @property
    def label(self) -> str:
        """The period as text that `csat.period` reads: "2026-W46", "2026-11", "2026-Q4" or "2026-09..2026-11"."""
        first, last = (label_unit(self.unit, day) for day in (self.first, self.last))
        return first if first == last else f"{first}..{last}"

    def __str__(self) -> str:
        return name_days(self.first, self.last)

    def _move(self, count: int) -> dt.date:
        try:
            return move(self.unit, self.first, count)
        except (OverflowError, ValueError):
            raise InvalidValue(f"no date is {-count:,} {self.unit}s before {self.first}") from None


def name_days(first: dt.date, last: dt.date, form: str = "%B %Y") -> str:
    """Return days as text, with month and year in the form of `strftime`, each once.

    >>> name_days(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
    '16–22 November 2026'
    >>> name_days(dt.date(2026, 10, 26), dt.date(2026, 11, 1), "%b")
    '26 Oct – 1 Nov'
    """
    end = f"{last.day} {last:{form}}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    month_only = form.removesuffix(" %Y") if first.year == last.year else form
    return f"{first.day} {first:{month_only}} – {end}"


def _year_earlier(unit: str, day: dt.date) -> dt.date:
    """Return the day of the year before: the same weekday of the same ISO week for weeks, else the same date."""
    if unit == "week":
        iso = day.isocalendar()
        weeks = dt.date(iso.year - 1, 12, 28).isocalendar().week  # 28 December is always in the last week
        return dt.date.fromisocalendar(iso.year - 1, min(iso.week, weeks), iso.weekday)
    if unit in MONTHS and day == last_day("month", day):
        return last_day("month", dt.date(day.year - 1, day.month, 1))
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all time zones of the `tzdata` package."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def is_zone(name: object) -> bool:
    """Return whether `name` is an IANA time zone.

    >>> is_zone("Europe/Berlin"), is_zone("Pacific Time (US & Canada)")
    (True, False)
    """
    return isinstance(name, str) and name in zone_names()


@cache
def zone(name: str) -> ZoneInfo:
    """Return a time zone of the `tzdata` package.

    Raises CsatError if there is no zone of this name.
    """
    if not is_zone(name):
        raise CsatError(f"unknown time zone {name!r}; expected an IANA name, for example Europe/Berlin")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def midnight(day: dt.date, timezone: str) -> dt.datetime:
    """Return the first moment of `day` in `timezone`, in UTC."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) - _offset(day, timezone)


def _offset(day: dt.date, timezone: str) -> dt.timedelta:
    """Return how far the clock of `timezone` is ahead of UTC at the midnight with which `day` begins."""
    known = min(max(day, FIRST_DAY), LAST_DAY)
    offset = dt.datetime.combine(known, dt.time(), zone(timezone)).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset


@cache
def clock_offsets(
    timezone: str, start: dt.datetime | None = None, end: dt.datetime | None = None
) -> tuple[ClockOffset, ...]:
    """Return the offsets by which a database finds the day of any moment, in order of time.

    They agree with `midnight`: a moment has the day D exactly if midnight(D) <= moment < midnight(D + 1).

    start, end: bounds in UTC of the moments that are asked about; None: no bound.
    """
    first = FIRST_DAY if start is None else max(FIRST_DAY, start.date() - A_DAY)
    last = LAST_DAY if end is None else min(LAST_DAY, end.date() + A_DAY)
    # Always the same weeks: two changes of America/Noronha lie within one, and not within another.
    first -= (first - FIRST_DAY) % A_WEEK
    found = [ClockOffset(None, _offset(first, timezone))]
    for one, next_one in _changes(first, (last - first) // A_WEEK + 1, A_WEEK, timezone):
        for _, day in _changes(one, (next_one - one).days, A_DAY, timezone):
            old = found[-1].offset
            new = _offset(day, timezone)
            # A day of 25 hours: from its 25th hour on the new offset still gives that day, the old one the next.
            found.append(ClockOffset(dt.datetime.combine(day, dt.time(), dt.UTC) - max(old, new), new))
    return tuple(found)


def _changes(
    first: dt.date, count: int, step: dt.timedelta, timezone: str
) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield those of `count` steps from `first` on whose two midnights have different offsets."""
    days = [first + number * step for number in range(count + 1)]
    offsets = [_offset(day, timezone) for day in days]
    for number, (old, new) in enumerate(pairwise(offsets)):
        if old != new:
            yield days[number], days[number + 1]


def week(label: str, timezone: str = "UTC") -> Period:
    """Return the period of an ISO week.

    Parameters
    ----------
    label
        The week, such as "2026-W46".
    timezone
        IANA name of the time zone of its days.

    Raises
    ------
    InvalidValue
        If the label is malformed or the year has no such week.

    Examples
    --------
    >>> week("2026-W46").first, week("2026-W46").last
    (datetime.date(2026, 11, 9), datetime.date(2026, 11, 15))
    """
    match = WEEK.fullmatch(str(label).strip())
    if not match:
        raise InvalidValue(f"invalid week {str(label)!r}; expected YYYY-Www, for example 2026-W46")
    year, number = int(match[1]), int(match[2])
    try:
        monday = dt.date.fromisocalendar(year, number, 1)
    except ValueError:
        last = dt.date(year, 12, 28).isocalendar().week  # 28 December is always in the last week
        raise InvalidValue(
            f"invalid week {label!r}; the weeks of {year} are {year}-W01 to {year}-W{last}"
        ) from None
    return Period(monday, monday + dt.timedelta(days=6), timezone)


def week_label(day: dt.date) -> str:
    """Return the ISO week that contains `day`.

    >>> week_label(dt.date(2024, 12, 30))
    '2025-W01'
    """
    return label_unit("week", day)


def last_complete_week(now: dt.datetime, timezone: str = "UTC") -> Period:
    """Return the latest week that is over on the account's clock; `now` must have a time zone."""
    return last_complete("week", now, timezone)


def last_complete(unit: str, now: dt.datetime, timezone: str = "UTC", count: int = 1) -> Period:
    """Return the latest `count` weeks, or other units, that are over on the account's clock.

    >>> last_complete("month", dt.datetime(2026, 11, 1, tzinfo=dt.UTC)).label
    '2026-10'
    """
    this = this_unit(unit, now, timezone)
    return this.before(count)


def this_unit(unit: str, now: dt.datetime, timezone: str = "UTC") -> Period:
    """Return the week, or other unit, of a moment on the account's clock; the moment must have a time zone."""
    return unit_of(unit, now.astimezone(zone(timezone)).date(), timezone)


def unit_of(unit: str, day: dt.date, timezone: str = "UTC") -> Period:
    """Return the week, or other unit, that contains a day.

    >>> unit_of("quarter", dt.date(2026, 11, 9)).label
    '2026-Q4'
    """
    return Period(first_day(unit, day), last_day(unit, day), timezone, unit)


def day(text: str) -> dt.date:
    """Return the date that is written like 2026-11-09.

    Raises InvalidValue if the text is anything else.
    """
    written = str(text).strip()
    try:
        if DAY.fullmatch(written):  # fromisoformat would also take a week or a bare number
            return dt.date.fromisoformat(written)
    except ValueError:
        pass
    raise InvalidValue(f"invalid date {written!r}; expected YYYY-MM-DD, for example 2026-11-09")

"""ISO weeks and days of an account's time zone as bounds in UTC, and back.

A week runs from Monday 00:00 to the next Monday 00:00 on the account's own clock, so that a week with a
change to or from daylight saving has 167 or 169 hours. Weeks are written "2026-W46" (ISO 8601).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .errors import CsatError

WEEK = re.compile(r"([12]\d{3})-?W(\d{1,2})", re.IGNORECASE | re.ASCII)
DAY = re.compile(r"[12]\d{3}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Period:
    """Days `first` to `last` (both included) on the clock of `timezone`."""

    first: dt.date
    last: dt.date
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CsatError(f"the period ends ({self.last}) before it begins ({self.first})")

    @property
    def start(self) -> dt.datetime:
        """The first moment of the period, in UTC."""
        return midnight(self.first, self.timezone)

    @property
    def end(self) -> dt.datetime:
        """The first moment after the period, in UTC."""
        return midnight(self.last + dt.timedelta(days=1), self.timezone)

    def before(self, weeks: int = 1) -> Period:
        """The `weeks` weeks that end where this period begins."""
        return Period(
            self.first - dt.timedelta(weeks=weeks), self.first - dt.timedelta(days=1), self.timezone
        )

    def and_before(self, weeks: int) -> Period:
        """This period together with the `weeks` weeks before it."""
        return Period(self.first - dt.timedelta(weeks=weeks), self.last, self.timezone)

    @property
    def label(self) -> str:
        """The ISO week of its first day, such as "2026-W46"."""
        return week_label(self.first)

    def __str__(self) -> str:
        return f"{self.first:%-d %B %Y} to {self.last:%-d %B %Y}"


def midnight(day: dt.date, timezone: str) -> dt.datetime:
    """The first moment of `day` in `timezone`, in UTC."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(timezone)).astimezone(dt.UTC)


def week(label: str, timezone: str = "UTC") -> Period:
    """The period of an ISO week such as "2026-W46".

    Raises CsatError if the label is malformed or the year has no such week.

    >>> week("2026-W46").first, week("2026-W46").last
    (datetime.date(2026, 11, 9), datetime.date(2026, 11, 15))
    """
    match = WEEK.fullmatch(str(label).strip())
    if not match:
        raise CsatError(f"no week {str(label)!r}: write it like 2026-W46")
    year, number = int(match[1]), int(match[2])
    try:
        monday = dt.date.fromisocalendar(year, number, 1)
    except ValueError:
        last = dt.date(year, 12, 28).isocalendar().week  # 28 December is always in the last one
        raise CsatError(f"no week {label!r}: the weeks of {year} are {year}-W01 to {year}-W{last}") from None
    return Period(monday, monday + dt.timedelta(days=6), timezone)


def week_label(day: dt.date) -> str:
    """The ISO week that holds `day`.

    >>> week_label(dt.date(2024, 12, 30))
    '2025-W01'
    """
    iso = day.isocalendar()
    return f"{iso.year}-W{iso.week:02}"


def last_complete_week(now: dt.datetime, timezone: str = "UTC") -> Period:
    """The latest week that is over on the account's clock; `now` must know its time zone."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    monday = today - dt.timedelta(days=today.weekday() + 7)
    return Period(monday, monday + dt.timedelta(days=6), timezone)


def day(text: str) -> dt.date:
    """A date written 2026-11-09.

    Raises CsatError if the text is anything else.
    """
    written = str(text).strip()
    try:
        if DAY.fullmatch(written):  # fromisoformat would also take a week or a bare number
            return dt.date.fromisoformat(written)
    except ValueError:
        pass
    raise CsatError(f"no date {written!r}: write it like 2026-11-09")

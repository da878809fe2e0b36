"""Units of the calendar: days, ISO weeks, months, quarters and years."""

from __future__ import annotations

import datetime as dt

UNITS = ("day", "week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}


def first_day(unit: str, day: dt.date) -> dt.date:
    """Return the first day of the unit that contains `day`.

    >>> first_day("quarter", dt.date(2026, 11, 9))
    datetime.date(2026, 10, 1)
    """
    if unit == "week":
        return day - dt.timedelta(days=day.weekday())
    if unit == "day":
        return day
    months = MONTHS[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def last_day(unit: str, day: dt.date) -> dt.date:
    """Return the last day of the unit that contains `day`.

    >>> last_day("month", dt.date(2028, 2, 9))
    datetime.date(2028, 2, 29)
    """
    return move(unit, first_day(unit, day), 1) - dt.timedelta(days=1)


def move(unit: str, first: dt.date, count: int) -> dt.date:
    """Return the first day of the unit that is `count` units after the one that begins on `first`.

    Raises OverflowError or ValueError for years that a date cannot have.

    >>> move("month", dt.date(2026, 11, 1), -12)
    datetime.date(2025, 11, 1)
    """
    if unit in DAYS:
        return first + count * dt.timedelta(days=DAYS[unit])
    year, month = divmod(first.year * 12 + first.month - 1 + count * MONTHS[unit], 12)
    return dt.date(year, month + 1, 1)


def count_units(unit: str, first: dt.date, last: dt.date) -> int:
    """Return how many units there are from `first` to `last`, with both.

    >>> count_units("month", dt.date(2026, 10, 1), dt.date(2027, 1, 31))
    4
    """
    if unit in DAYS:
        return (last - first).days // DAYS[unit] + 1
    return (last.year * 12 + last.month - first.year * 12 - first.month) // MONTHS[unit] + 1


def label_unit(unit: str, day: dt.date) -> str:
    """Return the unit that contains `day` as text.

    >>> [label_unit(unit, dt.date(2026, 11, 9)) for unit in UNITS]
    ['2026-11-09', '2026-W46', '2026-11', '2026-Q4', '2026']
    """
    if unit == "week":
        iso = day.isocalendar()
        return f"{iso.year}-W{iso.week:02}"
    quarter = (day.month + 2) // 3
    texts = {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{quarter}", "year": f"{day.year}"}
    return texts.get(unit, day.isoformat())

"""Days, weeks, months, quarters and years of an account's time zone.

units  days, weeks, months, quarters and years as dates
spans  whole days on the account's clock as bounds in UTC
texts  periods as people write them; imports pandas, so that a pull does not import it
"""

from __future__ import annotations

from .spans import (
    DAY,
    FIRST_DAY,
    LAST_DAY,
    WEEK,
    ClockOffset,
    Period,
    clock_offsets,
    day,
    is_zone,
    last_complete,
    last_complete_week,
    midnight,
    name_days,
    this_unit,
    unit_of,
    week,
    week_label,
    zone,
    zone_names,
)

__all__ = [
    "DAY",
    "FIRST_DAY",
    "LAST_DAY",
    "WEEK",
    "ClockOffset",
    "Period",
    "clock_offsets",
    "day",
    "is_zone",
    "last_complete",
    "last_complete_week",
    "midnight",
    "name_days",
    "this_unit",
    "unit_of",
    "week",
    "week_label",
    "zone",
    "zone_names",
]

"""What the bodies of all endpoints consist of: the type of JSON, the account's address, and times."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from ..account.records import NEVER

JSON = dict[str, Any]
# A name in .example can never be a real account (RFC 2606).
SITE = "https://fake-zendesk.example"


def iso(seconds: int) -> str:
    """Return '2026-11-23T06:00:00Z' of epoch seconds."""
    day, second = divmod(seconds, 86400)
    return f"{_date(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"


def iso_or_null(seconds: int) -> str | None:
    """Return epoch seconds as text, None for NEVER."""
    return None if seconds == NEVER else iso(seconds)


@cache
def _date(day: int) -> str:
    """Return a day since 1970 as text; cached, as a page of tickets asks for the same days ten thousand times."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


def iso_ms(milliseconds: int) -> str:
    """Return '2026-11-23T06:00:00.123Z' of epoch milliseconds."""
    return f"{iso(milliseconds // 1000)[:-1]}.{milliseconds % 1000:03d}Z"

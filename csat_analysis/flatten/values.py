"""The strict readers of single JSON values: each returns what was said, or raises Misshapen.

Null passes through all of them but `need`: whether a value may be missing is the caller's question.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
Row = dict[str, Any]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
FROM_CROCKFORD = str.maketrans("ABCDEFGHJKMNPQRSTVWXYZ", "ABCDEFGHIJKLMNOPQRSTUV")  # to digits of base 32
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # Postgres refuses NUL in a text, UTF-8 a lone surrogate


class Misshapen(ValueError):
    """Raised when a body breaks the documented shape, so that no row of it could be trusted."""


def need(body: Any, key: str, what: str) -> Any:
    """The value of a key that must be there and not null."""
    if mapping(body, what).get(key) is None:
        raise Misshapen(f"{what} without {key}")
    return body[key]


def mapping(value: Any, what: str) -> Json:
    """A JSON object; null as an empty one."""
    if value is None:
        return {}
    if type(value) is not dict and not isinstance(value, Mapping):  # asking for the type is ten times quicker
        raise Misshapen(f"{what} is no object")
    return value


def items(value: Any, what: str) -> list[Any]:
    """A JSON list; null as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Misshapen(f"{what} is no list")
    return value


def text(value: Any, what: str) -> Any:
    """A text, without the characters that no database stores."""
    if value is not None and not isinstance(value, str):
        raise Misshapen(f"{what} is no text")
    if not value or (value.isascii() and "\0" not in value):
        return value
    return UNSTORABLE.sub("", value)


def integer(value: Any, what: str) -> Any:
    """A whole number of 64 bits; true and 1.0 are none."""
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63):
        raise Misshapen(f"{what} is no whole number")
    return value


def flag(value: Any, what: str, *, missing: bool) -> bool:
    """True or false; `missing` where it is null."""
    if value is not None and not isinstance(value, bool):
        raise Misshapen(f"{what} is neither true nor false")
    return missing if value is None else value


def identifier(value: Any, what: str) -> Any:
    """An id, which Zendesk writes as a number here and as a text there."""
    written = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value)
    return int(value) if written else integer(value, what)


def typed(value: Any) -> int | None:
    """A custom number field: agents can type into it, so anything odd is no number."""
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value := str(value).strip()) else None


def words(value: Any, what: str) -> str | None:
    """The words of a static or translated text object."""
    return text(mapping(value, what).get("value"), what)


def time(value: Any, what: str) -> dt.datetime | None:
    """An ISO 8601 time, in UTC."""
    if value is None:
        return None
    try:
        read = dt.datetime.fromisoformat(value)
        return read.astimezone(dt.UTC) if read.tzinfo else read.replace(tzinfo=dt.UTC)
    except (TypeError, ValueError, OverflowError):
        raise Misshapen(f"{what} is no time") from None


def epoch(value: Any, what: str) -> dt.datetime | None:
    """Seconds since 1970, as a time in UTC."""
    seconds = integer(value, what)
    try:
        return None if seconds is None else EPOCH + dt.timedelta(seconds=seconds)
    except OverflowError:
        raise Misshapen(f"{what} is no time") from None


def ulid_time(ulid: str) -> dt.datetime | None:
    """The time inside a ULID (its first ten characters, milliseconds since 1970); None if it is none.

    >>> ulid_time("01J91CQ460QCKK0S1SKMGR27RN").isoformat()
    '2024-09-30T11:58:10.112000+00:00'
    """
    if not ULID.fullmatch(ulid):
        return None
    try:
        return EPOCH + dt.timedelta(milliseconds=int(ulid[:10].translate(FROM_CROCKFORD), 32))
    except OverflowError:
        return None

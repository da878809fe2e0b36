"""Readers of single JSON values.

A reader returns the value in the column's type. A value that cannot be read becomes null, and the reader adds a
short description to `problems`; the rest of the body is still used. Only the `require_` readers raise.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
Row = dict[str, Any]
Problems = list[str]

UTC = dt.UTC
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
# Times outside these years are errors; some databases and pandas cannot hold them either.
FIRST_YEAR = 1970
LAST_YEAR = 2199
END_OF_TIME = dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC).timestamp()
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
FROM_CROCKFORD = bytes.maketrans(b"ABCDEFGHJKMNPQRSTVWXYZ", b"ABCDEFGHIJKLMNOPQRSTUV")  # to digits of base 32
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # Postgres rejects NUL in a text, UTF-8 a lone surrogate
LONGEST_NUMBER = 18  # digits that fit 64 bits in any case
WHOLE_NUMBER = re.compile(rf"(-?[0-9]{{1,{LONGEST_NUMBER}}})(\.0+)?")
INTEGER_LIMIT = 2**63
EXACT_FLOAT_LIMIT = 2**53  # from here on a float does not hold every whole number
LONGEST_ID = 200  # Postgres refuses index entries of more than 2,704 bytes


class UnexpectedShape(ValueError):
    """Raised when the id or the core of a body cannot be read, so that no row can be made of it."""


def require_object(body: Any, what: str) -> Json:
    """Return `body` if it is a JSON object; raise UnexpectedShape otherwise."""
    if not isinstance(body, Mapping):
        raise UnexpectedShape(f"{what} is not an object")
    return body


def require_integer(body: Any, key: str, what: str) -> int:
    """Return the whole number at `key`; raise UnexpectedShape if it cannot be read."""
    value = _plain_integer(require_object(body, what).get(key))
    if value is None:
        raise UnexpectedShape(f"{what} without a readable {key}")
    return value


def require_text(body: Any, key: str, what: str) -> str:
    """Return the non-empty text at `key` (a whole number as text); raise UnexpectedShape otherwise."""
    value = identifying_text(require_object(body, what).get(key), key, [])
    if not value:
        raise UnexpectedShape(f"{what} without a readable {key}")
    return value


def present(body: Json, key: str, what: str, problems: Problems) -> Any:
    """Return the value at `key`; add a problem if it is missing or null."""
    value = body.get(key)
    if value is None:
        problems.append(f"{what} without {key}")
    return value


def mapping(value: Any, what: str, problems: Problems) -> Json:
    """Read a JSON object; null gives an empty one."""
    if type(value) is dict or isinstance(value, Mapping):  # comparing the type is ten times faster
        return value
    if value is not None:
        problems.append(f"{what} is not an object")
    return {}


def items(value: Any, what: str, problems: Problems) -> list[Any]:
    """Read a JSON list; null gives an empty one."""
    if isinstance(value, list):
        return value
    if value is not None:
        problems.append(f"{what} is not a list")
    return []


def text(value: Any, what: str, problems: Problems) -> str | None:
    """Read a text, without the characters that no database stores."""
    if type(value) is str:
        return value if value.isascii() and "\0" not in value else UNSTORABLE.sub("", value)
    if value is not None:
        problems.append(f"{what} is not a text")
    return None


def storable(value: Any) -> Any:
    """Return a JSON value without what no database reads: NUL in a text; a number that is not finite becomes null."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [storable(one) for one in value]
    if isinstance(value, Mapping):
        return {storable(key): storable(one) for key, one in value.items()}
    return value


def identifying_text(value: Any, what: str, problems: Problems) -> str | None:
    """Read an id that is a text, or a whole number in place of it; null if it is too long for an index."""
    read = text(str(value) if type(value) is int else value, what, problems)
    if read is not None and len(read) > LONGEST_ID:
        problems.append(f"{what} is too long")
        return None
    return read


def localized_text(value: Any, what: str, problems: Problems) -> str | None:
    """Read the text of a static or translated text object, or a plain text in place of it."""
    if type(value) is str:
        return text(value, what, problems)
    return text(mapping(value, what, problems).get("value"), what, problems)


def integer(value: Any, what: str, problems: Problems) -> int | None:
    """Read a whole number of 64 bits; 5.0, "5" and "5.0" are 5, true is not a number."""
    if value is None or (type(value) is int and -INTEGER_LIMIT < value < INTEGER_LIMIT):
        return value
    if type(value) is str and value.isdigit() and value.isascii() and len(value) <= LONGEST_NUMBER:
        return int(value)  # most ids; a call less, and ten times faster than an expression
    number = _plain_integer(value)
    if number is None:
        problems.append(f"{what} is not a whole number")
    return number


def seconds_entered(value: Any) -> int | None:
    """Read a duration from a custom field: agents can type into it, so anything else is null."""
    number = _plain_integer(value)
    return number if number is not None and 0 <= number < 10**15 else None


def flag(value: Any, what: str, problems: Problems, *, missing: bool) -> bool:
    """Read true or false; `missing` if it is null or unreadable."""
    if isinstance(value, bool):
        return value
    if value is not None:
        problems.append(f"{what} is neither true nor false")
    return missing


def time(value: Any, what: str, problems: Problems) -> dt.datetime | None:
    """Read an ISO 8601 time, also one that ends in " UTC", and return it in UTC."""
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(value.removesuffix(" UTC"))
        if moment.tzinfo is not UTC:
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if FIRST_YEAR <= moment.year <= LAST_YEAR:  # faster than comparing times
            return moment
    except (AttributeError, ValueError, OverflowError):
        pass
    problems.append(f"{what} is not a time")
    return None


def epoch(value: Any, what: str, problems: Problems) -> dt.datetime | None:
    """Read seconds since 1970 as a time in UTC."""
    seconds = integer(value, what, problems)
    if seconds is None:
        return None
    if 0 <= seconds < END_OF_TIME:
        return EPOCH + dt.timedelta(seconds=seconds)
    problems.append(f"{what} is not a time")
    return None


def ulid_time(ulid: str) -> dt.datetime | None:
    """Return the time in a ULID (ten characters, milliseconds since 1970); None if it is not a ULID.

    >>> ulid_time("01J91CQ460QCKK0S1SKMGR27RN").isoformat()
    '2024-09-30T11:58:10.112000+00:00'
    """
    if not ULID.fullmatch(ulid):
        return None
    milliseconds = int(ulid[:10].encode().translate(FROM_CROCKFORD), 32)
    if milliseconds >= END_OF_TIME * 1000:
        return None
    # Exact: until 2199 a float holds seconds to less than half a microsecond.
    return dt.datetime.fromtimestamp(milliseconds / 1000, UTC)


def _plain_integer(value: Any) -> int | None:
    if type(value) is int:
        return value if -INTEGER_LIMIT < value < INTEGER_LIMIT else None
    if type(value) is float:
        return int(value) if value.is_integer() and abs(value) < EXACT_FLOAT_LIMIT else None
    if type(value) is str and value.isascii() and (match := WHOLE_NUMBER.fullmatch(value.strip())):
        return int(match[1])
    return None

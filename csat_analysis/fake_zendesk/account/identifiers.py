"""Ids in Zendesk's formats: numbers of users, groups and other records, and ULIDs of surveys."""

from __future__ import annotations

import numpy as np

from .records import NOBODY, Response

# Zendesk's numbers look like 39771704393373 and grow in steps of 128. Each kind has its own range, so that a
# number of the wrong kind finds nothing.
_KINDS = (
    "user",
    "group",
    "brand",
    "organization",
    "field",
    "option",
    "form",
    "status",
    "metric_set",
    "rating",
    "reason",
    "audit",
    "event",
    "role",
    "mirrored_rating",
    "rating_state",
)
_FIRST = 40_000_000_000_029
_STEP = 128
_SPAN = 2**40
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# milliseconds, then the random bits: 64 and 16
UlidParts = tuple[int, int, int]


def zendesk_id(kind: str, position: int) -> int:
    """Return the account's number for the `position`-th (from 0) record of a kind."""
    return _FIRST + _KINDS.index(kind) * _SPAN + position * _STEP


def zendesk_ids(kind: str, positions: np.ndarray) -> np.ndarray:
    """Return the numbers of records of one kind, as int64."""
    return zendesk_id(kind, 0) + positions.astype("i8") * _STEP


def id_or_null(kind: str, position: int) -> int | None:
    """Return the number of a record, None for NOBODY."""
    return None if position == NOBODY else zendesk_id(kind, position)


def position_of(kind: str, number: int) -> int | None:
    """Return the position behind a number, the inverse of `zendesk_id`; None if it is not of that kind."""
    position, rest = divmod(number - zendesk_id(kind, 0), _STEP)
    return position if rest == 0 and 0 <= position < _SPAN // _STEP else None


def ulid(milliseconds: int, high: int, low: int) -> str:
    """Return the ULID of a time and 80 random bits, given as 64 and 16 (https://github.com/ulid/spec)."""
    number = milliseconds << 80 | high << 16 | low
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def parse_ulid(text: str) -> UlidParts | None:
    """Return (milliseconds, high, low) of a ULID, None if the text is not a ULID."""
    if len(text) != 26 or not set(text) <= set(_CROCKFORD) or text[0] > "7":
        return None
    number = sum(_CROCKFORD.index(letter) << 5 * place for place, letter in enumerate(reversed(text)))
    return number >> 80, number >> 16 & (1 << 64) - 1, number & 0xFFFF


def response_id(response: Response) -> str:
    """Return the ULID of a survey response; its time is that of the offer."""
    return ulid(response.offered_ms, response.random_high, response.random_low)

"""How the synthetic account is kept: three numpy tables of numbers, and the codes those numbers stand for.

Times are epoch seconds in UTC, milliseconds where the name ends in `_ms`; NEVER stands for "did not happen".
People, groups and texts are positions in the tuples of `people` and `words`; NOBODY and NO_TEXT mean none.
The JSON that Zendesk would send is rendered from these tables on demand (`bodies`).
"""

from __future__ import annotations

from collections import namedtuple
from datetime import date
from functools import cache

import numpy as np

NEVER = NOBODY = NO_TEXT = -1
SKIPPED = -2  # a survey question that was shown and passed over

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
NEW, OPEN, PENDING, HOLD, SOLVED, CLOSED = range(6)
SCORES = ("unoffered", "offered", "bad", "good")
UNOFFERED, OFFERED, BAD, GOOD = range(4)
CHANNELS = ("email", "web", "native_messaging", "voice", "api")
EMAIL, WEB, MESSAGING, VOICE, API = range(5)
PRIORITIES = ("low", "normal", "high", "urgent", None)
TYPES = ("question", "incident", "problem", "task", None)

TICKET = np.dtype(
    [
        ("created", "i8"),
        ("requester", "i4"),  # position among the end users
        ("channel", "i1"),
        ("priority", "i1"),
        ("type", "i1"),
        ("brand", "i1"),
        ("subject", "i2"),
        ("topic", "i1"),  # position among the group's topics
        ("topic_group", "i1"),
        ("tag", "i1"),
        ("difficulty", "f4"),  # known to the generator only
        ("agent", "i2"),  # now; see RESPONSE for the one who was rated
        ("group", "i1"),
        ("assigned_first", "i8"),
        ("assigned", "i8"),  # the last assignment
        ("agent_updated", "i8"),
        ("first_reply", "i8"),
        ("first_solved", "i8"),
        ("reopened", "i8"),
        ("solved", "i8"),  # the latest solve
        ("status", "i1"),
        ("status_updated", "i8"),
        ("commented", "i8"),
        ("pending_share", "f4"),  # of the time until the latest solve
        ("hold_share", "f4"),
        ("scheduled", "?"),  # False: no business schedule applied, business minutes are null
        ("reopens", "i2"),
        ("replies", "i2"),
        ("agent_stations", "i2"),
        ("group_stations", "i2"),
        ("handle_seconds", "i4"),
        ("last_handle_seconds", "i4"),
        ("score", "i1"),
        ("response", "i4"),  # the row of RESPONSE behind a good or bad score
        ("deleted", "?"),
        ("scrubbed", "?"),  # deleted for good: what was personal is gone
        ("updated", "i8"),
        ("generated", "i8"),  # moved by every write, also those that leave `updated` alone
    ]
)
RESPONSE = np.dtype(
    [
        ("ticket", "i4"),  # row of TICKET, NOBODY for a conversation
        ("requester", "i4"),
        ("version", "i1"),
        ("offered_ms", "i8"),
        ("random_high", "u8"),  # the 80 random bits of the ULID
        ("random_low", "u2"),
        ("rating", "i1"),  # 0: not answered
        ("first_rating", "i1"),
        ("reason", "i1"),
        ("comment", "i4"),
        ("submitted_ms", "i8"),
        ("edited_ms", "i8"),
        ("revisions", "i2"),
        ("agent", "i2"),  # when rated
        ("group", "i1"),
    ]
)
EVENT = np.dtype(
    [
        ("time", "i8"),
        ("ticket", "i4"),
        ("kind", "i1"),
        ("value", "i8"),
        ("previous", "i8"),
        ("response", "i4"),
    ]
)

LEGACY = np.dtype(  # a rating of the old CSAT, by ticket; OFFERED: not answered
    [
        ("ticket", "i4"),
        ("score", "i1"),
        ("offered", "i8"),
        ("submitted", "i8"),
        ("updated", "i8"),
        ("comment", "i4"),
        ("reason", "i1"),
        ("agent", "i2"),  # when rated; before that, when offered
        ("group", "i1"),
    ]
)

# kinds of EVENT, in the order in which they stand inside one second
CREATED, COMMENTED, ASSIGNED, REGROUPED, STATUS, SURVEY_OFFERED, SCORE, REASON, SURVEY_SUBMITTED = range(9)

Ticket = namedtuple("Ticket", TICKET.names)
Response = namedtuple("Response", RESPONSE.names)
Event = namedtuple("Event", EVENT.names)
Legacy = namedtuple("Legacy", LEGACY.names)

# Zendesk's numbers look like 39771704393373 and grow in steps of 128; kinds are kept apart so that a
# number of the wrong kind finds nothing.
_KINDS = (
    "user", "group", "brand", "organization", "field", "option", "form", "status", "metric_set",
    "rating", "reason", "audit", "event", "role", "mirrored_rating",
)  # fmt: skip
_FIRST, _STEP, _SPAN = 40_000_000_000_029, 128, 2**40


def zendesk_id(kind: str, position: int) -> int:
    """The account's number for the `position`-th (from 0) thing of a kind."""
    return _FIRST + _KINDS.index(kind) * _SPAN + position * _STEP


def id_or_null(kind: str, position: int) -> int | None:
    return None if position == NOBODY else zendesk_id(kind, position)


def position_of(kind: str, number: int) -> int | None:
    """The inverse of `zendesk_id`; None when the number cannot be of that kind."""
    position, rest = divmod(number - zendesk_id(kind, 0), _STEP)
    return position if rest == 0 and 0 <= position < _SPAN // _STEP else None


def iso(seconds: int) -> str | None:
    """'2026-11-23T06:00:00Z' of epoch seconds; None for NEVER."""
    if seconds == NEVER:
        return None
    day, second = divmod(seconds, 86400)
    return f"{_date(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"


@cache
def _date(day: int) -> str:
    """A day since 1970 as text; a page of tickets asks for the same few days some ten thousand times."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()


def iso_ms(milliseconds: int) -> str:
    """'2026-11-23T06:00:00.123Z' of epoch milliseconds."""
    return f"{iso(milliseconds // 1000)[:-1]}.{milliseconds % 1000:03d}Z"


class Growing:
    """The rows of a table with room behind them, so that not every new row copies them all."""

    def __init__(self, rows: np.ndarray):
        self.rows = self._room = rows

    def extended(self, new: np.ndarray) -> np.ndarray:
        """All rows after adding the new ones; what is written into them stays."""
        start, end = len(self.rows), len(self.rows) + len(new)
        if end > len(self._room):
            self._room = np.empty(2 * end, self.rows.dtype)
            self._room[:start] = self.rows
        self._room[start:end] = new
        self.rows = self._room[:end]
        return self.rows


def blank(dtype: np.dtype, length: int) -> np.ndarray:
    """`length` rows in which nothing has happened: integers -1, flags False, shares 0."""
    rows = np.zeros(length, dtype)
    for name in dtype.names:
        if dtype[name].kind == "i":
            rows[name] = NEVER
    return rows

"""Row types and codes of the account's tables, which are numpy arrays of numbers.

Each row type is declared once, as a NamedTuple whose annotations carry the numpy type of the column; the
dtype of the array is derived from it. Times are epoch seconds in UTC, or milliseconds where the name ends in
`_ms`; NEVER means "has not happened". People, groups and texts are positions in the tuples of `people` and
`texts`; NOBODY and NO_TEXT mean that there is none.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple, get_type_hints

import numpy as np

NEVER = -1
NOBODY = -1
NO_TEXT = -1
# a survey question that was shown and left without an answer
SKIPPED = -2

STATUSES = ("new", "open", "pending", "hold", "solved", "closed")
NEW, OPEN, PENDING, HOLD, SOLVED, CLOSED = range(6)
SCORES = ("unoffered", "offered", "bad", "good")
UNOFFERED, OFFERED, BAD, GOOD = range(4)
CHANNELS = ("email", "web", "native_messaging", "voice", "api")
EMAIL, WEB, MESSAGING, VOICE, API = range(5)
PRIORITIES = ("low", "normal", "high", "urgent", None)
TYPES = ("question", "incident", "problem", "task", None)

# kinds of Event, in their order within one second
CREATED, COMMENTED, ASSIGNED, REGROUPED, STATUS, SURVEY_OFFERED, SCORE, REASON, SURVEY_SUBMITTED = range(9)

Int8 = Annotated[int, "i1"]
Int16 = Annotated[int, "i2"]
Int32 = Annotated[int, "i4"]
Int64 = Annotated[int, "i8"]
UInt16 = Annotated[int, "u2"]
UInt64 = Annotated[int, "u8"]
Float32 = Annotated[float, "f4"]
Flag = Annotated[bool, "?"]


class Customer(NamedTuple):
    """An end user."""

    first: Int16
    last: Int16
    # position in texts.HOSTILE_NAMES, which then replaces first and last name
    hostile: Int8
    organization: Int8
    created: Int64


class Ticket(NamedTuple):
    """A ticket as it is now; its id is its row number plus 1."""

    created: Int64
    # position among the customers
    requester: Int32
    channel: Int8
    priority: Int8
    type: Int8
    brand: Int8
    subject: Int16
    # position among the topics of `topic_group`
    topic: Int8
    topic_group: Int8
    tag: Int8
    # used only to draw times and ratings; no endpoint shows it
    difficulty: Float32
    # the present assignee; Response has the one at the time of rating
    agent: Int16
    group: Int8
    assigned_first: Int64
    assigned: Int64
    agent_updated: Int64
    first_reply: Int64
    first_solved: Int64
    reopened: Int64
    # the latest solve
    solved: Int64
    status: Int8
    status_updated: Int64
    commented: Int64
    # shares of the time until the latest solve
    pending_share: Float32
    hold_share: Float32
    # False: no business schedule applied, so business minutes are null
    scheduled: Flag
    reopens: Int16
    replies: Int16
    agent_stations: Int16
    group_stations: Int16
    handle_seconds: Int32
    last_handle_seconds: Int32
    score: Int8
    # row of the Response behind a good or bad score
    response: Int32
    deleted: Flag
    # permanently deleted: personal texts are replaced
    scrubbed: Flag
    updated: Int64
    # moved by every write, also by those that do not move `updated`
    generated: Int64


class Response(NamedTuple):
    """A survey response, answered or not."""

    # row of the Ticket, NOBODY for a conversation
    ticket: Int32
    requester: Int32
    version: Int8
    offered_ms: Int64
    # the 80 random bits of the ULID
    random_high: UInt64
    random_low: UInt16
    # 1 to 5; 0 if not answered
    rating: Int8
    first_rating: Int8
    reason: Int8
    comment: Int32
    submitted_ms: Int64
    edited_ms: Int64
    revisions: Int16
    # assignee and group at the time of rating
    agent: Int16
    group: Int8


class Event(NamedTuple):
    """One change of a ticket, as the log holds it."""

    time: Int64
    ticket: Int32
    kind: Int8
    value: Int64
    previous: Int64
    response: Int32


class Legacy(NamedTuple):
    """A rating of legacy CSAT, at most one per ticket; score OFFERED means not answered."""

    ticket: Int32
    score: Int8
    offered: Int64
    submitted: Int64
    updated: Int64
    comment: Int32
    reason: Int8
    # assignee and group when rated, or when offered as long as there is no rating
    agent: Int16
    group: Int8


class Holder(NamedTuple):
    """Who held a ticket until `time`, before it was reassigned."""

    ticket: Int32
    time: Int64
    agent: Int16
    group: Int8


def _dtype_of(row_type: type) -> np.dtype:
    hints = get_type_hints(row_type, include_extras=True)
    return np.dtype([(name, hint.__metadata__[0]) for name, hint in hints.items()])


CUSTOMER = _dtype_of(Customer)
TICKET = _dtype_of(Ticket)
RESPONSE = _dtype_of(Response)
EVENT = _dtype_of(Event)
LEGACY = _dtype_of(Legacy)
HOLDER = _dtype_of(Holder)


def blank(dtype: np.dtype, length: int) -> np.ndarray:
    """Return `length` rows in which nothing has happened: integers -1, flags False, shares 0."""
    rows = np.zeros(length, dtype)
    for name in dtype.names or ():
        if dtype[name].kind == "i":
            rows[name] = NEVER
    return rows

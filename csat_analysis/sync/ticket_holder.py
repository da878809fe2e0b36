"""Decide who held a ticket when it was rated, from an audit event or from the ticket's own columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]

# The answer itself changes the ticket, in the same second or the next (recorded 2026-10-09).
SAME_MOMENT = dt.timedelta(seconds=2)


class RatedHolder(NamedTuple):
    """The agent and group when rated, and how that is known: unchanged, audit or current."""

    agent_id: int | None
    group_id: int | None
    attribution: str


def find_holder(row: Row, event: tuple[int | None, int | None] | None) -> RatedHolder:
    """Return the holder that an audit event names; without an event, who holds the ticket of `row` now."""
    if event is not None:
        return RatedHolder(*event, "audit")
    attribution = "unchanged" if is_unchanged(row) else "current"
    return RatedHolder(row["assignee_id"], row["ticket_group_id"], attribution)


def is_unchanged(row: Row) -> bool:
    """Return whether today's assignee and group held the ticket when it was rated.

    row: `submitted_at` of the response; `generated_at` of the ticket, and the columns of `held_since`.
    """
    return not is_outdated(row) and held_since(row, row["submitted_at"])


def is_outdated(row: Row) -> bool:
    """Return whether the stored copy of the ticket is older than the answer: the next pull brings a newer one."""
    return row["generated_at"] is None or row["generated_at"] < row["submitted_at"].replace(microsecond=0)


def held_since(row: Row, moment: dt.datetime) -> bool:
    """Return whether a ticket's columns show that its agent and group have been the same since a moment.

    row: `updated_at`, `assignee_id`, `assigned_at`, `assignee_stations` and `group_stations` of the ticket. True if the
    ticket was not changed since. Or if it only ever had one group, and either still has an agent and was last assigned
    before, or was never assigned; removing an agent is not an assignment. A ticket with one agent in all may have had
    none at that moment. `assigned_at` is the latest assignment; `assignee_updated_at` is not, because it changes
    whenever the assignee writes (recorded 2026-10-09). No column tells when the group changed.
    """
    if row["updated_at"] is not None and row["updated_at"] <= moment + SAME_MOMENT:
        return True
    if row["assigned_at"] is None:
        same_agent = _at_most_one(row["assignee_stations"])
    else:
        same_agent = row["assignee_id"] is not None and row["assigned_at"] <= moment
    return same_agent and _at_most_one(row["group_stations"])


def _at_most_one(stations: int | None) -> bool:
    return stations is not None and stations <= 1

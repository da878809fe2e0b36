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

    row: `submitted_at` of the response; `generated_at`, `updated_at`, `assignee_id`, `assigned_at`,
    `assignee_stations` and `group_stations` of the ticket. True in three cases. The ticket was not changed since.
    Or it still has an agent and was last assigned before the answer; removing an agent is not an assignment. Or it
    was never assigned and only ever had one group. A ticket with one agent in all may have had none when it was
    rated. `assigned_at` is the latest assignment; `assignee_updated_at` is not, because it changes whenever the
    assignee writes (recorded 2026-10-09).
    """
    answered = row["submitted_at"]
    if row["generated_at"] is None or row["generated_at"] < answered.replace(microsecond=0):
        return False  # the stored copy of the ticket is older than the answer
    assigned_at = row["assigned_at"]
    untouched = row["updated_at"] is not None and row["updated_at"] <= answered + SAME_MOMENT
    if assigned_at is None:
        only_one = _at_most_one(row["assignee_stations"]) and _at_most_one(row["group_stations"])
        return untouched or only_one
    return untouched or (row["assignee_id"] is not None and assigned_at <= answered)


def _at_most_one(stations: int | None) -> bool:
    return stations is not None and stations <= 1

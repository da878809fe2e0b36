"""Decide who held a ticket when it was rated, from an audit event or from the ticket's own columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]

# An offer changes its ticket in the same second or the next (recorded 2026-10-09).
SAME_MOMENT = dt.timedelta(seconds=2)
SECOND = dt.timedelta(seconds=1)


class RatedHolder(NamedTuple):
    """The agent and group when rated, and how that is known: unchanged, audit, current, or None: not yet."""

    agent_id: int | None
    group_id: int | None
    attribution: str | None


def find_holder(
    row: Row, event: tuple[int | None, int | None] | None, exported_until: dt.datetime
) -> RatedHolder:
    """Return the holder that an audit event names; without an event, who holds the ticket of `row` now.

    exported_until: tickets that changed later may not be in the export yet. Their holder is not known yet.
    """
    if event is not None:
        return RatedHolder(*event, "audit")
    holder = row["assignee_id"], row["ticket_group_id"]
    if is_unchanged(row):
        return RatedHolder(*holder, "unchanged")
    is_awaited = is_outdated(row) and row["submitted_at"] > exported_until
    return RatedHolder(*holder, None if is_awaited else "current")


def is_unchanged(row: Row) -> bool:
    """Return whether today's assignee and group held the ticket when it was rated.

    A trigger can give a ticket to others in the second of its answer, such as a bad one to an escalation team. So the
    ticket must have been assigned before that second.

    row: `submitted_at` of the response; `generated_at` of the ticket, and the columns of `is_settled_since`.
    """
    second = row["submitted_at"].replace(microsecond=0)
    return not is_outdated(row) and is_settled_since(row, second - SECOND)


def is_outdated(row: Row) -> bool:
    """Return whether the stored copy of the ticket is older than the answer: the next pull brings a newer one."""
    return row["generated_at"] is None or row["generated_at"] < row["submitted_at"].replace(microsecond=0)


def held_since(row: Row, moment: dt.datetime) -> bool:
    """Return whether a ticket's columns show that its agent and group have been the same since a moment.

    row: `updated_at` of the ticket, and the columns of `is_settled_since`. True also if it was not changed since.
    """
    is_untouched = row["updated_at"] is not None and row["updated_at"] <= moment + SAME_MOMENT
    return is_untouched or is_settled_since(row, moment)


def is_settled_since(row: Row, moment: dt.datetime) -> bool:
    """Return whether a ticket only ever had one group, and its agent has been the same since a moment.

    row: `assignee_id`, `assigned_at`, `assignee_stations` and `group_stations` of the ticket. The agent is the same if
    there still is one who was last assigned until then, or if there never was one; removing an agent is not an
    assignment. A ticket with one agent in all may have had none at that moment. `assigned_at` is the latest assignment;
    `assignee_updated_at` is not, because it changes whenever the assignee writes (recorded 2026-10-09). No column tells
    when the group changed.
    """
    if row["assigned_at"] is None:
        same_agent = _at_most_one(row["assignee_stations"])
    else:
        same_agent = row["assignee_id"] is not None and row["assigned_at"] <= moment
    return same_agent and _at_most_one(row["group_stations"])


def _at_most_one(stations: int | None) -> bool:
    return stations is not None and stations <= 1

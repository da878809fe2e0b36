"""Who was rated: the agent and group that held a ticket when its survey was answered, not now.

The survey response names neither. Most tickets never moved after the answer, which their own columns prove;
only for the others are the ticket's audits asked, where an event names both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]

# The answer itself writes to the ticket, in the same second or the next (recorded 2026-10-09).
SAME_MOMENT = dt.timedelta(seconds=2)


class Rated(NamedTuple):
    """The agent and group when rated, and how that is known: unchanged, audit or current."""

    agent_id: int | None
    group_id: int | None
    attribution: str


def holder(row: Row, event: tuple[int | None, int | None] | None) -> Rated:
    """Whom an audit event names; without one, who holds the ticket of `row` now."""
    if event is not None:
        return Rated(*event, "audit")
    return Rated(row["assignee_id"], row["ticket_group_id"], "unchanged" if never_moved(row) else "current")


def never_moved(row: Row) -> bool:
    """Whether today's assignee and group held the ticket when it was rated.

    row: `submitted_at` of the response; `generated_at`, `updated_at`, `assignee_id`, `assigned_at`,
    `assignee_stations` and `group_stations` of the ticket. True if the ticket was not touched since, or was
    last assigned before the answer and still has an agent (taking it from an agent is no assignment), or never
    had an agent and only one group. `assigned_at` is the latest assignment; `assignee_updated_at` is not: it
    moves whenever the assignee writes (recorded 2026-10-09).
    """
    answered = row["submitted_at"]
    if row["generated_at"] is None or row["generated_at"] < answered.replace(microsecond=0):
        return False  # our copy of the ticket is older than the answer
    only_one = _at_most_one(row["assignee_stations"]) and _at_most_one(row["group_stations"])
    settled = row["assigned_at"] is not None and row["assigned_at"] <= answered
    untouched = row["updated_at"] is not None and row["updated_at"] <= answered + SAME_MOMENT
    return only_one or settled or untouched


def _at_most_one(stations: int | None) -> bool:
    return stations is not None and stations <= 1

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
    `assignee_stations` and `group_stations` of the ticket. True if the ticket was not touched since; or still
    has an agent and was last assigned before the answer (taking it from an agent is no assignment); or was
    never assigned and only ever had one group. One agent in all is no proof: nobody may have held the ticket
    when it was rated. `assigned_at` is the latest assignment; `assignee_updated_at` is not: it moves whenever
    the assignee writes (recorded 2026-10-09).
    """
    answered = row["submitted_at"]
    if row["generated_at"] is None or row["generated_at"] < answered.replace(microsecond=0):
        return False  # our copy of the ticket is older than the answer
    assigned_at = row["assigned_at"]
    untouched = row["updated_at"] is not None and row["updated_at"] <= answered + SAME_MOMENT
    if assigned_at is None:
        only_one = _at_most_one(row["assignee_stations"]) and _at_most_one(row["group_stations"])
        return untouched or only_one
    return untouched or (row["assignee_id"] is not None and assigned_at <= answered)


def _at_most_one(stations: int | None) -> bool:
    return stations is not None and stations <= 1

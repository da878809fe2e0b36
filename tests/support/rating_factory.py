"""Store ratings as a pull does, for tests of cases that the synthetic account does not have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from csat_analysis.history import History

NOON = dt.datetime(2026, 11, 11, 12, tzinfo=dt.UTC)  # Wednesday of 2026-W46
WEEK = "2026-W46"
GROUPS = {name: number for number, name in enumerate(("Billing", "Returns", "Voice"), 1)}


def ratings(
    good: int,
    bad: int,
    *,
    neutral: int = 0,
    unanswered: int = 0,
    at: dt.datetime = NOON,
    offered: dt.datetime | None = None,
    group: str | None = "Billing",
    agent: int | None = 1,
    response: dict[str, Any] | None = None,
    **ticket: Any,
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return tickets with their survey responses: numbers of good, bad, neutral and missing ratings.

    at: when they were answered; offered: by default a day before. response, ticket: further columns of each row.
    """
    category = ["good"] * good + ["bad"] * bad + ["neutral"] * neutral + [None] * unanswered
    scores = {"good": 5, "bad": 1, "neutral": 3, None: None}
    holder = {"agent_id": agent, "group_id": GROUPS.get(group) if group else None}
    rows = []
    for one in category:
        asked = offered or at - dt.timedelta(days=1)
        moment = at if one else None
        body = {
            "offered_at": asked,
            "submitted_at": moment,
            "updated_at": moment,
            "rating": scores[one],
            "rating_category": one,
            "survey_id": "S",
            "survey_version": 1,
            "attribution": "unchanged",
            "revisions": 0,
            "source": "survey",
            **(holder if one else dict.fromkeys(holder)),
            **(response or {}),
        }
        held = {"assignee_id": agent, "group_id": holder["group_id"], "status": "solved", "channel": "email"}
        rows.append(({**held, **ticket}, body))
    return rows


def store(
    history: History, *several: Iterable[tuple[dict[str, Any], dict[str, Any]]], **tables: Any
) -> History:
    """Store these tickets and responses, their groups, agents 1 to 3, and rows of other tables."""
    pairs = [pair for rows in several for pair in rows]
    names = enumerate(("Ada", "Ben", "Cem"), 1)
    history.save(
        {
            "groups": [{"group_id": number, "name": name} for name, number in GROUPS.items()],
            "agents": [{"agent_id": number, "name": name} for number, name in names],
            "tickets": _alike(
                {"ticket_id": number, "reopens": 0, "created_at": NOON, **ticket}
                for number, (ticket, _) in enumerate(pairs, 1)
            ),
            "survey_responses": _alike(
                {"response_id": f"R{number:05}", "ticket_id": number, **response}
                for number, (_, response) in enumerate(pairs, 1)
            ),
        }
    )
    for name, rows in tables.items():
        history.save({name: rows})
    return history


def _alike(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows that all have the same columns."""
    rows = list(rows)
    columns = dict.fromkeys(name for row in rows for name in row)
    return [{**columns, **row} for row in rows]

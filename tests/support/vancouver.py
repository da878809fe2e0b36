"""Ratings of weeks in which Vancouver is on UTC-7 by the laws of 2026, but not in older time-zone databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from csat_analysis.history import History

ACCOUNT, ZONE = "https://acme.zendesk.com", "America/Vancouver"
# Week, ratings, good ones. By the older laws 20 of the 30 lie in the week before.
WEEKS = (("2026-W46", 12, 12), ("2026-W47", 30, 10))


def save_ratings(history: History) -> None:
    """Create a history in Vancouver's time with 42 ratings."""
    history.create_or_migrate(ACCOUNT, ZONE)
    rows = [
        *_answers("2026-11-11T18:00:00+00:00", "good", 12),
        *_answers("2026-11-16T07:30:00+00:00", "bad", 20),
        *_answers("2026-11-18T18:00:00+00:00", "good", 10),
    ]
    history.save({"survey_responses": rows})


def _answers(moment: str, category: str, count: int) -> list[dict[str, Any]]:
    when = dt.datetime.fromisoformat(moment)
    times = dict.fromkeys(("offered_at", "submitted_at", "updated_at"), when)
    row = {"rating_category": category, "source": "survey", "revisions": 0, **times}
    return [{**row, "response_id": f"{moment}-{number}"} for number in range(count)]

"""One odd account, and every public question about it: the same on every engine."""

from __future__ import annotations

import datetime as dt
import inspect
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from conftest import ACCOUNT, ZONE

import csat_analysis as csat
from csat_analysis import questions
from csat_analysis.export import export
from csat_analysis.history import History
from csat_analysis.history.dimensions import JOINED
from csat_analysis.history.views import VIEWS
from csat_analysis.schema.tables import PRIVATE_TABLES, TABLES

from .rating_factory import NOON, WEEK, ratings, store

LONG_ID = "R" * 9000
OTHER = "https://umbrella.zendesk.com"
# Arguments of the questions that have no default for them.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "association": {"when": WEEK},
    "case_mix": {"when": WEEK},
    "low_ratings": {"when": WEEK, "by": "tag"},
    "response_rate": {"until": WEEK, "by": "group"},
    "simpson_check": {"when": WEEK},
    "targets": {"when": WEEK, "target": 0.8},
    "time_and_rating": {"when": WEEK},
    "trend": {"until": WEEK, "by": "group"},
    "call_backs": {"until": WEEK},
}
FILTERS: dict[str, dict[str, Any]] = {
    "channel": {"channel": "email"},
    "tag": {"tag": ["vip", "(not set)"]},
    "no tag": {"not tag": "vip"},
    "field": {"field:Product": "a"},
    "no field": {"not field:Product": "a"},
    "form": {"form": ["Refund", "(not set)"]},
    "organization": {"not organization": "Acme"},
    "several": {"group": ["Billing", "Returns"], "not agent": "Cleo", "survey_version": 1},
}
# On 11 November, the day of most ratings, Ada is in another team than before.
MAPPING = 'agent;Team 1;valid_from;valid_to\nAda;Nord;;2026-11-10\nAda;O\'Süd "x";2026-11-11;\nBen;Nord;;\nCleo;;;\n'
QUESTION = dict.fromkeys(("headline", "sub_type", "rating", "selections"))
EASE = {**QUESTION, "question_id": "E", "sub_type": "other", "question_type": "rating_scale_numeric"}
WHY = {**QUESTION, "question_id": "W", "headline": "Why?", "question_type": "closed_ended"}
ANSWERS: list[dict[str, Any]] = [
    *({**EASE, "response_id": f"R{number:05}", "rating": number % 3} for number in range(1, 60)),
    *(
        {**WHY, "response_id": f"R{number:05}", "selections": ["a", "b"][: number % 3]}
        for number in range(1, 30)
    ),
]
NOT_QUESTIONS = {"known_changes", "period"}


def odd_account(history: History) -> History:
    """Store null times, a former agent, a conversation, custom fields, legacy ratings and a very long id."""
    if "://" in history.location:
        return _store_odd_account(history)
    Path(history.location).write_bytes(_file_of_odd_account())
    return history


@cache
def _file_of_odd_account() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        history = _store_odd_account(History(f"{folder}/csat.duckdb"))
        return Path(history.location).read_bytes()


def _store_odd_account(history: History) -> History:
    history.create_or_migrate(ACCOUNT, ZONE)
    several = [
        ratings(
            30,
            6,
            first_reply_minutes=12,
            full_resolution_minutes=90,
            tags=["vip"],
            ticket_form_id=7,
            organization_id=70,
            response={"comment": "Réponse lente, 返金"},
        ),
        ratings(9, 12, group="Returns", agent=2, full_resolution_minutes=600, custom_fields='{"11": "a"}'),
        ratings(5, 2, group="Voice", agent=3, tags=[]),
        ratings(4, 1, agent=9, response={"source": "legacy", "survey_id": None}),
        ratings(20, 5, at=NOON - dt.timedelta(weeks=2), first_reply_minutes=30),
        ratings(0, 0, unanswered=15, neutral=2),
    ]
    store(history, *several)
    history.save(
        {
            "agents": [{"agent_id": 9, "name": "Cleo", "is_active": False}],
            "survey_answers": ANSWERS,
            "ticket_fields": [{"field_id": 11, "title": "Product", "type": "text"}],
            "ticket_forms": [{"ticket_form_id": 7, "name": "Refund", "is_active": True}],
            "organizations": [{"organization_id": 70, "name": "Acme"}],
            "survey_responses": [
                {"response_id": LONG_ID, "ticket_id": None, "rating_category": "good", "submitted_at": NOON}
            ],
        }
    )
    return history


def other_account(path: Path, zone: str = ZONE) -> History:
    """Return a history with the ids of the odd account, other ratings, and another field of the same id."""
    history = History(str(path))
    history.create_or_migrate(OTHER, zone)
    store(history, ratings(3, 9), ratings(7, 1, group="Voice", agent=3, custom_fields='{"11": "a"}'))
    history.save(
        {
            "ticket_fields": [{"field_id": 11, "title": "Country", "type": "text"}],
            "groups": [
                {"group_id": 3, "name": "Fraud", "is_deleted": False},
                {"group_id": 5, "name": "Billing", "is_deleted": True},
            ],
        }
    )
    return history


def answers(history: History, folder: Path, *, with_variants: bool = True) -> dict[str, str]:
    """Return every table, view, export and answer as text, by name.

    with_variants: also answers by other filters, dimensions and periods. Engines that are asked in the same words as
    another one do not need them.
    """
    frames = {name: history.table(name) for name in (*VIEWS, *TABLES) if name not in PRIVATE_TABLES}
    frames["history.ratings"] = history.ratings("2026-11", where=FILTERS["several"], fields=["Product"])
    # Each question would open the history again.
    with history.keep_open():
        frames |= _questions(history)
        history.mapping = folder / "csat_mapping.csv"
        history.mapping.write_text(MAPPING, "utf-8")
        frames["csat.csat by team"] = csat.csat(history, "2026-11", by=["Team 1", "week"])
        if with_variants:
            frames |= _variants(history)
    texts = {name: as_text(frame) for name, frame in frames.items()}
    texts["export"] = export(frames["ratings"], folder / "ratings.csv").read_text("utf-8-sig").count("\n")
    texts["status"] = str(csat.status(history, now=NOON).counts)
    return texts


def _questions(history: History) -> dict[str, pd.DataFrame]:
    frames = {f"csat.{name}": question(history, name) for name in question_names()}
    frames["csat.low_ratings by field"] = csat.low_ratings(history, WEEK, by="field:Product", min_ratings=1)
    frames["csat.csat by three"] = csat.csat(history, "2026-11", by=["organization", "form", "month"])
    return frames


def _variants(history: History) -> dict[str, pd.DataFrame]:
    frames = {f"csat.csat by {by}": csat.csat(history, WEEK, by=by) for by in JOINED}
    for name, where in FILTERS.items():
        frames[f"csat.csat where {name}"] = csat.csat(history, WEEK, where=where)
        frames[f"csat.response_rate where {name}"] = csat.response_rate(history, until=WEEK, where=where)
    frames["csat.compare by two"] = csat.compare(history, WEEK, by=["organization", "form"])
    frames["csat.trend by month"] = csat.trend(history, until="2026-10", every="month", weeks=3)
    frames["csat.trend pooled"] = csat.trend(history, until=WEEK, by="group", pool=4, rebase="2026-11-03")
    frames["csat.response_rate by team"] = csat.response_rate(history, until=WEEK, weeks=2, by="Team 1")
    frames["history.ratings of a group"] = history.ratings("2026-11", group="Billing")
    frames["csat.csat by quarter"] = csat.csat(history, "2026", by="quarter")
    return frames


def question_names() -> list[str]:
    """Return the names of the public questions about a history."""
    public = [name for name in csat.__all__ if hasattr(questions, name) and name not in NOT_QUESTIONS]
    return [
        name for name in public if next(iter(inspect.signature(getattr(csat, name)).parameters)) == "history"
    ]


def question(history: History, name: str) -> pd.DataFrame:
    """Ask one public question about the week of the account."""
    return getattr(csat, name)(history, **(ARGUMENTS.get(name) or {first_period(name): WEEK}))


def first_period(name: str) -> str:
    """Return the parameter of a question that takes a period."""
    parameters = inspect.signature(getattr(csat, name)).parameters
    return next(one for one in ("this", "when", "until") if one in parameters)


def as_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV that does not depend on the order of its rows, with nine significant digits."""
    lines = frame.to_csv(index=False, float_format="%.9g").splitlines()
    return "\n".join([lines[0], *sorted(lines[1:])]) if lines else ""

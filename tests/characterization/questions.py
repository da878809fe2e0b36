"""Ask every public question in several ways and give the answers as plain JSON values."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
from characterization.account import open_history

import csat_analysis as csat

LAST = "2025-W45"  # all its surveys have been answered, or will not be
EDITED = "2025-W48"  # the week of the second pull: answers are still coming
WHEN = ("when", "this", "that", "until")
SENTENCES = (
    "nonresponse_note",
    "note",
)  # columns of text that is not data: only whether it is there, and its numbers
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PORT = re.compile(r"http://127\.0\.0\.1:\d+")
DIGITS = 9
WAYS_OF_FILES = slice(3)  # fewer, where only a history file of an earlier version is checked

TABLES = {  # name -> columns that tell its rows apart
    "tickets": ["ticket_id"],
    "survey_responses": ["response_id"],
    "survey_answers": ["response_id", "question_id"],
    "rating_changes": ["response_id", "updated_at"],
    "agents": ["agent_id"],
    "groups": ["group_id"],
    "brands": ["brand_id"],
    "surveys": ["survey_id", "survey_version", "question_id", "option_id"],
    "ticket_fields": ["field_id"],
    "unknown_bodies": ["kind", "id"],
    "account": ["url"],
    "ratings": ["response_id"],
    "offers": ["response_id"],
}
COUNTS = ("tickets", "deleted", "responses", "answered", "legacy", "missed", "unknown")

# A week, or (a week, number of weeks before it that belong to the period)
YEAR, QUARTER, QUARTER_BEFORE = (LAST, 51), (LAST, 12), ("2025-W32", 12)
DIMENSIONS = (
    "group",
    "agent",
    "channel",
    "brand",
    "priority",
    "reason",
    "survey_version",
    "month",
    "tag",
    "field:Topic",
    "field:Consent given",
)
COMPARED = ("group", "agent", "brand", "reason", "tag", "field:Topic")
QUESTIONS: dict[str, list[dict[str, Any]]] = {
    "csat": [
        {"when": LAST},
        {"when": EDITED},
        {"when": YEAR},
        {"when": QUARTER, "group": "Billing"},
        {"when": YEAR, "by": "week"},
        {"when": LAST, "by": "day"},
        {"when": YEAR, "by": "group", "min_ratings": 40},
        {"when": YEAR, "by": "channel", "group": ["Billing", "Technical"]},
        *({"when": YEAR, "by": by} for by in DIMENSIONS),
    ],
    "lasting_changes": [{"until": LAST}, {"until": LAST, "by": "channel", "rebase": "2025-06-02"}],
    "trend": [
        {"until": LAST, "weeks": 52},
        {"until": LAST, "weeks": 52, "min_ratings": 4},
        {"until": EDITED},
        {"until": "2025-W30", "weeks": 8, "group": "First Line"},
        {"until": LAST, "weeks": 20, "pool": 4},
        *({"until": LAST, "by": by, "weeks": 6} for by in ("group", "channel", "tag", "field:Topic")),
        {"until": LAST, "by": "agent", "weeks": 3, "pool": 13},
    ],
    "compare": [
        {"this": LAST},
        {"this": QUARTER, "that": QUARTER_BEFORE},
        {"this": EDITED, "that": LAST},
        {"this": QUARTER, "that": QUARTER_BEFORE, "group": ["Billing", "Returns"], "by": "channel"},
        {"this": QUARTER, "that": QUARTER_BEFORE, "by": "group", "min_ratings": 30},
        *({"this": QUARTER, "that": QUARTER_BEFORE, "by": by} for by in COMPARED),
    ],
    "adjusted_differences": [
        {"when": YEAR},
        {"when": YEAR, "by": ["group", "field:Topic", "first_reply_minutes", "reopens"], "min_ratings": 30},
        {"when": QUARTER, "by": ["channel", "survey"], "group": "First Line"},
    ],
    "comment_terms": [
        {"when": LAST},
        {"when": YEAR},
        {"when": QUARTER, "that": QUARTER_BEFORE, "group": "Billing"},
    ],
    "targets": [
        {"when": LAST, "target": 0.9},
        {"when": YEAR, "target": 0.85, "group": "Billing"},
    ],
    "answers": [{"when": QUARTER}, {"when": QUARTER, "by": ["group", "field:Topic"]}],
    "explain_change": [
        {"this": LAST},
        {
            "this": QUARTER,
            "that": QUARTER_BEFORE,
            "group": ["Billing", "Returns"],
            "by": ["group", "channel"],
        },
        *(
            {"this": QUARTER, "that": QUARTER_BEFORE, "by": by}
            for by in ("group", "agent", "brand", "field:Topic")
        ),
    ],
    "distribution": [
        {"this": LAST},
        {"this": QUARTER, "that": QUARTER_BEFORE},
        {"this": YEAR, "group": "Technical"},
        {"this": QUARTER, "that": QUARTER_BEFORE, "min_ratings": 5000},
    ],
    "agents": [{"when": YEAR}, {"when": QUARTER}, {"when": YEAR, "group": "First Line"}],
    "times": [
        {"this": LAST},
        {"this": QUARTER, "that": QUARTER_BEFORE},
        {"this": QUARTER, "that": QUARTER_BEFORE, "group": "Messaging & Voice"},
    ],
    "time_and_rating": [
        {"when": YEAR},
        {"when": YEAR, "time": "first_reply_minutes", "bins": 10},
        {"when": YEAR, "time": "first_reply_business_minutes", "group": "Billing", "bins": 3},
        {"when": YEAR, "time": "on_hold_minutes", "min_ratings": 100},
        *({"when": YEAR, "by": by, "bins": 3} for by in ("group", "channel", "tag", "field:Topic")),
        {"when": YEAR, "by": "agent", "bins": 2},
    ],
    "association": [
        {"when": YEAR},
        {"when": QUARTER, "time": "first_reply_minutes"},
        {"when": YEAR, "time": "requester_wait_minutes", "group": "Technical"},
        {"when": YEAR, "time": "on_hold_business_minutes"},
        {"when": LAST},
    ],
    "simpson_check": [
        {"when": YEAR},
        {"when": YEAR, "time": "first_reply_minutes", "by": "channel"},
        {"when": YEAR, "by": "field:Topic", "min_ratings": 40},
        {"when": YEAR, "by": "priority"},
        {"when": YEAR, "by": "agent"},
        {"when": YEAR, "by": "tag"},
        {"when": YEAR, "by": "brand", "group": "Returns"},
    ],
    "low_ratings": [
        {"when": QUARTER, "by": "channel"},
        {"when": YEAR, "by": "channel", "group": "First Line"},
        {"when": YEAR, "by": "agent", "min_ratings": 5},
        {"when": YEAR, "by": "field:Total time spent (sec)", "group": "Onboarding"},
        *(
            {"when": YEAR, "by": by}
            for by in (*COMPARED, "priority", "field:Consent given")
            if by != "reason"
        ),
    ],
    "case_mix": [
        {"when": YEAR},
        {"when": YEAR, "by": "agent"},
        {"when": YEAR, "by": "channel", "strata": ["priority"]},
        {"when": YEAR, "strata": ["channel", "field:Topic"], "min_ratings": 30},
        {"when": YEAR, "strata": ["tag"]},
        {"when": QUARTER, "by": "brand", "group": "Returns"},
    ],
    "reasons": [
        {"this": LAST},
        {"this": QUARTER, "that": QUARTER_BEFORE},
        {"this": QUARTER, "that": QUARTER_BEFORE, "group": "First Line", "min_ratings": 3},
    ],
    "response_rate": [
        {"until": LAST},
        {"until": EDITED, "weeks": 52},
        {"until": LAST, "weeks": 6, "group": "Billing"},
        {"until": LAST, "weeks": 3, "now": dt.datetime(2026, 1, 12, tzinfo=dt.UTC)},
        *(
            {"until": LAST, "weeks": 4, "by": by}
            for by in ("group", "channel", "agent", "tag", "field:Topic")
        ),
    ],
    "follow_up": [{"when": LAST}, {"when": QUARTER}, {"when": YEAR, "group": "Billing"}],
    "call_backs": [
        {"until": LAST},
        {"until": EDITED, "weeks": 52},
        {"until": LAST, "weeks": 8, "group": "Technical"},
    ],
}
# So low that chance makes many claims: nearly all verdicts occur.
LOW_THRESHOLDS = {
    "CSAT_MIN_RATINGS": "3",
    "CSAT_MIN_RATINGS_OF_AGENT": "5",
    "CSAT_INTERVAL_LEVEL": "0.6",
    "CSAT_VERDICT_LEVEL": "0.55",
}
AT_LOW_THRESHOLDS: list[tuple[str, dict[str, Any]]] = [
    ("csat", {"when": YEAR, "by": "group"}),
    ("csat", {"when": QUARTER, "by": "channel"}),
    ("trend", {"until": LAST, "weeks": 30}),
    ("trend", {"until": LAST, "by": "group", "weeks": 5}),
    ("compare", {"this": QUARTER, "that": QUARTER_BEFORE, "by": "group"}),
    ("compare", {"this": QUARTER, "that": QUARTER_BEFORE, "by": "agent"}),
    ("adjusted_differences", {"when": YEAR, "by": ["channel", "reopens"]}),
    ("agents", {"when": YEAR}),
    ("times", {"this": QUARTER, "that": QUARTER_BEFORE}),
    ("association", {"when": YEAR, "time": "first_reply_minutes"}),
    ("simpson_check", {"when": YEAR, "by": "channel"}),
    ("simpson_check", {"when": QUARTER, "by": "brand"}),
    ("low_ratings", {"when": YEAR, "by": "field:Topic"}),
    ("case_mix", {"when": YEAR, "by": "agent"}),
    ("reasons", {"this": QUARTER, "that": QUARTER_BEFORE}),
]
RATINGS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    ((), {}),
    (("2025-08-04", "2025-11-16"), {"group": "Billing"}),
    (("2025-10-25", "2025-10-27"), {"group": ["First Line", "Returns"]}),
    (("2025-03-30",), {"agent": ["Priya Raman", "Jonas Weber"]}),
]


def characterize(
    database: str, summaries: list[Any], bodies: list[Any], ways: slice
) -> dict[str, dict[str, Any]]:
    """Return answers about a history: section -> question with its arguments -> values."""
    answers: dict[str, dict[str, Any]] = {
        "pull": {f"pull {number}": _summary(one) for number, one in enumerate(summaries, 1)},
        "flatten_answers": {"the newest 100 responses": _frame(csat.flatten_answers(bodies).head(60))},
    }
    return answers | characterize_history(database, ways)


def characterize_history(database: str, ways: slice) -> dict[str, dict[str, Any]]:
    """Return what a history says by itself, without the pulls that made it.

    ways: which of the ways to ask each question.
    """
    history, low = open_history(database), open_history(database, **LOW_THRESHOLDS)
    answers: dict[str, dict[str, Any]] = {
        "history": {"timezone": history.timezone, "groups": history.groups()},
        "status": {"status": _status(history)},
        "period": {week: _period(history, week) for week in (LAST, EDITED)},
        "table": {name: _digest(history.table(name), keys) for name, keys in TABLES.items()},
        "ratings": {_label(days, names): _ratings(history, days, names) for days, names in RATINGS},
    }
    # Each question would open the file again.
    with history.keep_open():
        for name, calls in QUESTIONS.items():
            answers[name] = {_label((), options): _ask(history, name, options) for options in calls[ways]}
    with low.keep_open():
        answers["low thresholds"] = {
            f"{name}: {_label((), options)}": _ask(low, name, options)
            for name, options in AT_LOW_THRESHOLDS[ways]
        }
    limits = csat.agent_limits(csat.agents(history, _period_of(history, YEAR)))
    return answers | {"agent_limits": {"of agents in the year": _frame(limits)}}


def _ask(history: Any, name: str, options: dict[str, Any]) -> Any:
    try:
        given = {key: _period_of(history, value) if key in WHEN else value for key, value in options.items()}
        return _frame(getattr(csat, name)(history, **given))
    except csat.CsatError:
        return "raises CsatError"


def _period_of(history: Any, when: str | tuple[str, int]) -> Any:
    return when if isinstance(when, str) else csat.period(history, when[0]).and_before(when[1])


def _label(days: tuple[str, ...], options: Mapping[str, Any]) -> str:
    named = [f"{key}={_written(key, value)}" for key, value in options.items()]
    return ", ".join([*days, *named]) or "everything"


def _written(key: str, value: Any) -> str:
    if key in WHEN and isinstance(value, tuple):
        return f"{value[0]} and {value[1]} weeks before"
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _frame(frame: pd.DataFrame) -> dict[str, Any]:
    columns = {
        name: [_of_sentence(value) if name in SENTENCES else _plain(value) for value in frame[name]]
        for name in frame
    }
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    return {"columns": list(columns), "attrs": _plain(dict(frame.attrs)), "rows": rows}


def _ratings(history: Any, days: tuple[str, ...], names: dict[str, Any]) -> Any:
    try:
        return _digest(history.ratings(*days, **names), TABLES["ratings"])
    except csat.CsatError:
        return "raises CsatError"


def _digest(frame: pd.DataFrame, keys: list[str]) -> dict[str, Any]:
    """Return the number of rows, and per column the first half of the sha256 of its values in order of the keys."""
    rows = frame.sort_values(keys, ignore_index=True)
    digests = {name: _sha256([_plain(value) for value in rows[name]]) for name in rows}
    return {"rows": len(rows), "columns": digests, "table": _sha256(list(digests.items()))}


def _sha256(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def _summary(summary: Any) -> dict[str, Any]:
    saved = {
        name: [counts.new, counts.changed] for name, counts in sorted(summary.saved.items()) if name in TABLES
    }
    counts = {name: getattr(summary, name) for name in COUNTS}
    return {**counts, "saved": saved, "attributed": dict(sorted(summary.attributed.items()))}


def _status(history: Any) -> dict[str, Any]:
    found = csat.status(history, now=dt.datetime(2025, 12, 1, tzinfo=dt.UTC))
    names = ("account", "timezone", "counts", "last_rating", "last_done", "attribution", "begins")
    pulls = Counter(found.pulls["outcome"])
    return {
        **{name: _plain(getattr(found, name)) for name in names},
        "pulls": dict(sorted(pulls.items())),
        "gaps": [_of_sentence(gap) for gap in found.gaps],
        "warnings": [_of_sentence(warning) for warning in found.warnings],
    }


def _period(history: Any, week: str) -> dict[str, Any]:
    asked = csat.period(history, week)
    periods = {"this": asked, "before(4)": asked.before(4), "and_before(4)": asked.and_before(4)}
    names = ("first", "last", "start", "end", "label")
    return {name: [_plain(getattr(one, part)) for part in names] for name, one in periods.items()}


def _of_sentence(text: Any) -> list[str]:
    """Return the numbers in a sentence after its first characters, so that its words can change."""
    return NUMBER.findall(str(text)) if _plain(text) else []


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: rounded numbers, times in ISO 8601 (UTC), null for what is missing."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if pd.api.types.is_list_like(value):
        return [_plain(one) for one in value]
    if pd.isna(value):
        return None
    if isinstance(value, dt.datetime):
        return (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return PORT.sub("http://127.0.0.1:PORT", str(value))
    return _number(value)


def _number(value: Any) -> Any:
    if pd.api.types.is_bool(value):
        return bool(value)
    if math.isinf(value):
        return str(value)
    if float(value).is_integer():
        return int(value)
    return float(f"{value:.{DIGITS}g}")

"""A ticket's audits as steps: when its agent, group or status changed, and which survey was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .values import Json, Problems, UnexpectedShape, integer, text, time

HOLDER_FIELDS = ("assignee_id", "group_id")
# What a step before the first change, or without a previous value, was is not known.
UNKNOWN = object()


class FieldChange(NamedTuple):
    """A field's value before (`UNKNOWN` when the ticket was created) and after an audit."""

    before: Any
    after: Any


class Step(NamedTuple):
    """One audit of a ticket: its time, its changes of agent, group and status by field, and the responses submitted."""

    at: dt.datetime
    changes: dict[str, FieldChange]
    submitted: frozenset[str]


def ticket_steps(audits: Iterable[Any]) -> list[Step]:
    """Return a ticket's audits as steps, oldest first.

    Events of other kinds are left out. Raises UnexpectedShape if an agent, a group or a time cannot be read.
    """
    return sorted((_step(audit) for audit in audits if isinstance(audit, Mapping)), key=lambda step: step.at)


def _step(audit: Json) -> Step:
    problems: Problems = []
    at = time(audit.get("created_at"), "created_at", problems)
    changes: dict[str, FieldChange] = {}
    submitted = set()
    events = audit.get("events")
    for event in events if isinstance(events, list) else ():
        kind = event.get("type") if isinstance(event, Mapping) else None
        if kind == "SurveyResponseSubmitted":
            submitted.add(text(event.get("survey_response_id"), "survey_response_id", []) or "")
        elif kind in ("Create", "Change"):
            _add_change(changes, event, is_new=kind == "Create", problems=problems)
    if problems or at is None:
        raise UnexpectedShape(", ".join(problems) or "created_at: it is missing")
    return Step(at, changes, frozenset(submitted))


def _add_change(changes: dict[str, FieldChange], event: Json, *, is_new: bool, problems: Problems) -> None:
    """Add a change of agent, group or status; several of one field in one audit count as one."""
    field = event.get("field_name")
    if field not in (*HOLDER_FIELDS, "status"):
        return
    read = _status if field == "status" else _number
    after = read(event.get("value"), field, problems)
    before = UNKNOWN if is_new else read(event.get("previous_value"), field, problems)
    changes[field] = FieldChange(changes[field].before if field in changes else before, after)


def _status(value: Any, field: str, problems: Problems) -> str | None:
    return text(value, field, problems)


def _number(value: Any, field: str, problems: Problems) -> int | None:
    """Return an id, which is text in audits; none is null or empty."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() else (value or None)
    return integer(value, field, problems)

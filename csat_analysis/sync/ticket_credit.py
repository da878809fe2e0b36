"""Decide who held a ticket when its survey was offered, and when it was solved: by its columns, or by its audits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ..flatten import Step
from ..flatten.audits import HOLDER_FIELDS
from ..flatten.audits import UNKNOWN as BEFORE_FIRST
from .ticket_holder import held_since

Row = Mapping[str, Any]
# How a holder is known: the columns of the ticket, its audits, not yet (no audits were read), or not at all.
UNCHANGED, AUDIT, UNKNOWN, MISSING = "unchanged", "audit", "unknown", "missing"
FINISHED = ("solved", "closed")


class Credit(NamedTuple):
    """The agent and group when offered and when solved, and how each is known."""

    offered_agent_id: int | None
    offered_group_id: int | None
    offered_attribution: str
    solved_agent_id: int | None
    solved_group_id: int | None
    solved_attribution: str

    @property
    def sources(self) -> tuple[str, str]:
        """How the holder when offered is known, and the one when solved."""
        return self.offered_attribution, self.solved_attribution

    def filled_with(self, other: Credit) -> Credit:
        """Return the same, with `other` where a holder is not known."""
        offered, solved = self[:3], self[3:]
        if self.offered_attribution == UNKNOWN:
            offered = other[:3]
        if self.solved_attribution == UNKNOWN:
            solved = other[3:]
        return Credit(*offered, *solved)

    def with_unknown_as(self, source: str) -> Credit:
        """Return the same, with another word where a holder is not known."""
        offered, solved = (source if one == UNKNOWN else one for one in self.sources)
        return self._replace(offered_attribution=offered, solved_attribution=solved)


class Holding(NamedTuple):
    """The agent and group of a ticket at some moment, and how that is known."""

    agent_id: int | None
    group_id: int | None
    source: str


NOT_KNOWN = Holding(None, None, UNKNOWN)


def credit_from_columns(row: Row) -> Credit:
    """Return the credit as far as the ticket's columns show that it did not change hands since.

    row: `offered_at` and `submitted_at` of the response; `created_at`, `solved_at` and `ticket_group_id` of the
    ticket, and the columns of `held_since`.
    """
    solved_at = row["solved_at"]
    if solved_at and solved_at > row["submitted_at"]:
        # The solve before the answer is not in the columns, but it came after the ticket was created.
        solved_at = row["created_at"]
    return Credit(*_held_since(row, row["offered_at"]), *_held_since(row, solved_at))


def _held_since(row: Row, moment: dt.datetime | None) -> Holding:
    """Return the present holder if nothing changed since a moment."""
    if moment is None:
        return NOT_KNOWN
    if held_since(row, moment):
        return Holding(row["assignee_id"], row["ticket_group_id"], UNCHANGED)
    return NOT_KNOWN


def credit_from_steps(row: Row, steps: Sequence[Step]) -> Credit:
    """Return the credit as a ticket's audits tell it."""
    answered = _find_answer(row, steps)
    offered = _last_until(steps, row["offered_at"])
    solved = _find_solve(row, steps, answered)
    return Credit(*_holding(row, steps, offered), *_holding(row, steps, solved))


def holder_before_answer(row: Row, steps: Sequence[Step]) -> tuple[int | None, int | None] | None:
    """Return who held a ticket (agent, group) before the second of its answer; None if its changes do not show it.

    A trigger can reassign the ticket in that second. Changes that do not end with the present holder are incomplete.
    """
    if not any(field in step.changes for step in steps for field in HOLDER_FIELDS):
        return None
    present = row["assignee_id"], row["ticket_group_id"]
    if _holding(row, steps, len(steps) - 1)[:2] != present:
        return None
    second = row["submitted_at"].replace(microsecond=0)
    found = _holding(row, steps, sum(1 for step in steps if step.at < second) - 1)
    return None if found.source == UNKNOWN else (found.agent_id, found.group_id)


def _find_answer(row: Row, steps: Sequence[Step]) -> int:
    """Return the place of the step in which the survey was answered, or the last one until then."""
    named = [place for place, step in enumerate(steps) if row["response_id"] in step.submitted]
    return named[0] if named else _last_until(steps, row["submitted_at"]) or 0


def _find_solve(row: Row, steps: Sequence[Step], answered: int) -> int | None:
    """Return the place of the last solve until the answer; None if there is none."""
    for place in range(answered, -1, -1):
        change = steps[place].changes.get("status")
        if change and change.after in FINISHED and change.before not in FINISHED:
            return place
    return None


def _last_until(steps: Sequence[Step], moment: dt.datetime | None) -> int | None:
    """Return the place of the last step until a moment; -1: it is before the first one."""
    if moment is None:
        return None
    return sum(1 for step in steps if step.at <= moment) - 1


def _holding(row: Row, steps: Sequence[Step], place: int | None) -> Holding:
    """Return who held the ticket after the step at `place`."""
    if place is None:
        return NOT_KNOWN
    fields = {"assignee_id": row["assignee_id"], "group_id": row["ticket_group_id"]}
    agent, group = (_value_after(steps, place, field, present) for field, present in fields.items())
    return NOT_KNOWN if BEFORE_FIRST in (agent, group) else Holding(agent, group, AUDIT)


def _value_after(steps: Sequence[Step], place: int, field: str, present: int | None) -> Any:
    """Return a field's value after a step: by the last change until then, by the next one, or as it is now."""
    for step in reversed(steps[: place + 1]):
        if field in step.changes:
            return step.changes[field].after
    for step in steps[place + 1 :]:
        if field in step.changes:
            return step.changes[field].before
    return present

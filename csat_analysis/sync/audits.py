"""Who was rated: told by the tickets themselves where they can, by their audits where they cannot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import zendesk as api
from ..errors import NotAllowed, NotFound
from ..flatten import survey_events
from .attribution import holder, never_moved
from .prefetch import in_order
from .steps import Row, Run

Named = dict[str, tuple[int | None, int | None]]  # response id -> agent and group

REFUSED = "refused_audits"  # the stream that remembers since when audits are out of reach
ANSWERS_AT_ONCE = 10_000
TICKET_HOLDER = (  # what a ticket says about who held it when
    "ticket_id", "assignee_id", "generated_at", "updated_at", "assigned_at", "assignee_stations",
    "group_stations", "is_deleted",
)  # fmt: skip


def attribute(run: Run) -> None:
    """Find out who was rated, for every answer where that is not known yet.

    Where audits were refused before, the answers that had to do without are asked about again.
    """
    audits = Audits(run)
    done = ""
    while batch := _unattributed(run, behind=done, again=bool(audits.refused)):
        events = audits.of({row["ticket_id"] for row in batch if not (never_moved(row) or row["is_deleted"])})
        rated = [holder(row, events.get(row["response_id"])) for row in batch]
        rows = [
            {"response_id": row["response_id"], **one._asdict()}
            for row, one in zip(batch, rated, strict=True)
        ]
        run.history.save({"survey_responses": rows})
        run.summary.attributed.update(one.attribution for one in rated)
        run.progress("who was rated", len(batch) / ANSWERS_AT_ONCE)
        if len(batch) < ANSWERS_AT_ONCE:
            break
        done = batch[-1]["response_id"]
    audits.remember()


class Audits:
    """The audits of tickets, until they are refused; one refusal is enough to stop asking in this run."""

    def __init__(self, run: Run):
        self._run = run
        self._asked, self._refusal = False, ""
        self.refused = run.cursors.get(REFUSED)

    def of(self, ticket_ids: Iterable[int]) -> Named:
        """Whom the audits of these tickets name."""
        found: Named = {}
        for events in in_order(self._of_one, sorted(ticket_ids)):
            found |= events
        return found

    def remember(self) -> None:
        """Note a refusal for the next run and for the user; forget one that is over."""
        if self._refusal:
            self._run.summary.notes.append(
                f"today's assignee stands for the one who was rated where that is not certain: {self._refusal}"
            )
        if self._asked and bool(self._refusal) != bool(self.refused):
            since = self._run.started.isoformat() if self._refusal else None
            self._run.save({}, stream=REFUSED, cursor=since)

    def _of_one(self, ticket_id: int) -> Named:
        if self._refusal:
            return {}
        self._asked = True
        query = {"filter_events[]": "SurveyResponseSubmitted"}
        pages = self._run.account.pages(api.audits(ticket_id), **query)
        try:
            return survey_events(audit for page in pages for audit in page.rows)
        except NotFound:
            return {}  # a deleted ticket's audits are gone: the current assignee will have to do
        except NotAllowed as error:
            self._refusal = str(error)
            return {}


def _unattributed(run: Run, *, behind: str, again: bool) -> list[Row]:
    """The next answers of which it is not known who was rated, with what their tickets say about it."""

    def query(con: Any) -> Any:
        r, t = con.table("survey_responses"), con.table("tickets")
        unknown = r.attribution.isnull() | ((r.attribution == "current") & again)
        rows = r.filter(r.submitted_at.notnull(), r.ticket_id.notnull(), unknown, r.response_id > behind)
        answers = (
            rows[["response_id", "ticket_id", "submitted_at"]].order_by("response_id").limit(ANSWERS_AT_ONCE)
        )
        tickets = t.select(*TICKET_HOLDER, ticket_group_id=t.group_id)
        return answers.left_join(tickets, "ticket_id").drop("ticket_id_right").order_by("response_id")

    return run.history.rows(query)

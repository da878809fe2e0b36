"""Answers and edits since the last run, and the re-read that checks whether any was missed.

An answer and an edit move their ticket, so the tickets that changed are asked about, many in one call. A
conversation without a ticket shows nothing of the kind: while its survey is open, its customer is asked about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from .. import zendesk as api
from ..flatten import Response
from ..history.completeness import SURVEYED
from .prefetch import ahead, in_order
from .steps import EPOCH, Json, Row, Run, joined
from .survey_responses import offered_since

CHANGED, CONVERSATIONS = "changed_tickets", "conversations"  # the streams
ASKED_A_CALL = 50  # as many responses as fit one page
ROWS_AT_ONCE = 5_000
RE_READ = dt.timedelta(days=29)  # customers may change an answer for 28 days
EXPORT_DELAY = dt.timedelta(minutes=5)  # what is younger may not be in the export yet


def mark_beginning(run: Run) -> None:
    """Before the first list of responses is read: whatever changes from now on is asked about later."""
    if CHANGED not in run.cursors:
        run.save({}, stream=CHANGED, cursor=_latest_change(run))
    if CONVERSATIONS not in run.cursors:
        run.save({}, stream=CONVERSATIONS, cursor=run.started.isoformat())


def pull_changes(run: Run) -> None:
    """Store the responses of everything that changed since it was last asked about."""
    while changed := _changed_since(run, run.cursors[CHANGED]):
        batches = _batches(changed)
        asked = in_order(lambda batch: _about(run, [row["ticket_id"] for row in batch]), batches)
        for place, (batch, bodies) in enumerate(zip(batches, asked, strict=True), 1):
            found, raw = run.flatten_responses(bodies)
            run.save_responses(found, raw, stream=CHANGED, cursor=_change_cursor(batch[-1]))
            run.progress("changed answers", place / len(batches))
        if len(changed) < ROWS_AT_ONCE:
            break


def pull_conversations(run: Run) -> None:
    """Store the responses of conversations whose survey was open when they were last asked about."""
    last = dt.datetime.fromisoformat(run.cursors[CONVERSATIONS])
    if last >= run.started:
        return  # the whole list was read in this very run
    batches = _batches(_open_conversations(run, last))
    for bodies in in_order(lambda batch: _from(run, [row["responder_id"] for row in batch]), batches):
        run.save_responses(*run.flatten_responses(bodies))
    run.save({}, stream=CONVERSATIONS, cursor=run.started.isoformat())


def read_again(run: Run) -> None:
    """Read again every survey that can still change, and count what the steps before had not brought."""
    run.summary.missed = 0
    for page in ahead(joined(offered_since(run, run.started - RE_READ))):
        found, raw = run.flatten_responses(page.rows)
        old_enough = [one for one in found if not _is_young(one, run.started)]
        run.summary.missed += run.save_responses(old_enough, raw)
        run.save_responses([one for one in found if _is_young(one, run.started)], [])
        run.reached("reading again", [one.response["offered_at"] for one in found])


def _is_young(found: Response, now: dt.datetime) -> bool:
    """Whether a response is so new that the export cannot have told of it."""
    written = found.response["updated_at"] or found.response["offered_at"]
    return bool(written) and written > now - EXPORT_DELAY


def _about(run: Run, ticket_ids: Sequence[int]) -> list[Json]:
    subjects = ",".join(f"zen:ticket:{number}" for number in ticket_ids)
    return _listed(run, "filter[subject_zrns]", subjects)


def _from(run: Run, responder_ids: Sequence[int]) -> list[Json]:
    return _listed(run, "filter[responder_ids]", ",".join(map(str, responder_ids)))


def _listed(run: Run, name: str, values: str) -> list[Json]:
    pages = run.account.pages(api.SURVEY_RESPONSES, **{name: values})
    return [body for page in pages for body in page.rows]


def _batches(rows: list[Row]) -> list[list[Row]]:
    return [rows[place : place + ASKED_A_CALL] for place in range(0, len(rows), ASKED_A_CALL)]


def _changed_since(run: Run, cursor: str) -> list[Row]:
    """The next tickets with a survey that changed behind the cursor, in the order of their change."""
    time_text, _, number = cursor.partition("|")
    moment, ticket_id = dt.datetime.fromisoformat(time_text), int(number)

    def query(con: Any) -> Any:
        t, r = con.table("tickets"), con.table("survey_responses")
        later = (t.generated_at > moment) | ((t.generated_at == moment) & (t.ticket_id > ticket_id))
        surveyed = t.satisfaction_score.isin(SURVEYED) | t.ticket_id.isin(r.ticket_id)
        rows = t.filter(later & surveyed)[["ticket_id", "generated_at"]]
        return rows.order_by("generated_at", "ticket_id").limit(ROWS_AT_ONCE)

    return run.history.rows(query)


def _open_conversations(run: Run, last: dt.datetime) -> list[Row]:
    """Customers with a survey that is about no ticket and could still be answered at `last`."""

    def query(con: Any) -> Any:
        r = con.table("survey_responses")
        rows = r.filter(r.ticket_id.isnull(), r.responder_id.notnull(), r.expires_at > last)
        return rows[["responder_id"]].distinct().order_by("responder_id")

    return run.history.rows(query)


def _latest_change(run: Run) -> str:
    def query(con: Any) -> Any:
        tickets = con.table("tickets")
        latest_first = [tickets.generated_at.desc(), tickets.ticket_id.desc()]
        return tickets.filter(tickets.generated_at.notnull()).order_by(latest_first).limit(1)

    rows = run.history.rows(query)
    return _change_cursor(rows[0]) if rows else _NOTHING


def _change_cursor(row: Row) -> str:
    return f"{row['generated_at'].isoformat()}|{row['ticket_id']}"


_NOTHING = f"{EPOCH.isoformat()}|0"

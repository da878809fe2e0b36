"""The ticket export with its metric sets, from where the last run stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from .. import zendesk as api
from ..errors import CursorRefused
from ..flatten import flatten_ticket
from ..zendesk import Page
from .prefetch import ahead
from .steps import EPOCH, Json, Row, Run

STREAM = "tickets"
TOO_RECENT = dt.timedelta(minutes=2)  # Zendesk refuses a start within the last minute
OVERLAP = dt.timedelta(minutes=5)


def pull_tickets(run: Run, start: dt.datetime | None) -> None:
    """Store every ticket that changed since the last run, or since `start`; then who is deleted is known."""
    for page in ahead(_pages(run, start)):
        metrics = {str(one.get("ticket_id")): one for one in page.body.get("metric_sets") or []}

        def flatten(body: Json, metrics: dict[str, Json] = metrics) -> Row:
            return flatten_ticket(body, metrics.get(str(body.get("id"))), time_field=run.time_field)

        rows, raw = run.flatten("ticket", page.rows, flatten)
        tables = {"tickets": rows, "unknown_bodies": raw}
        run.save(tables, stream=STREAM, cursor=page.cursor)
        run.summary.tickets += len(rows)
        run.summary.deleted += sum(row["is_deleted"] for row in rows)
        run.reached("tickets", [row["generated_at"] for row in rows])
    run.deleted = _deleted(run)


def _pages(run: Run, start: dt.datetime | None) -> Iterator[Page]:
    cursor = None if start else run.cursors.get(STREAM)
    try:
        yield from _export(run, cursor, start or EPOCH)
    except CursorRefused as error:
        since = (_latest(run) or EPOCH) - OVERLAP
        run.summary.notes.append(f"{error}: tickets were read again from {since:%Y-%m-%d %H:%M} UTC")
        yield from _export(run, None, since)


def _export(run: Run, cursor: str | None, start: dt.datetime) -> Iterator[Page]:
    begin = max(EPOCH, min(start, run.started - TOO_RECENT))
    query = {"start_time": int(begin.timestamp()), "include": "metric_sets", "support_type_scope": "all"}
    return run.account.pages(api.TICKETS, cursor=cursor, **query)


def _latest(run: Run) -> dt.datetime | None:
    """How far the export has been read: tickets come in the order of their last write."""
    rows = run.history.rows(lambda con: (t := con.table("tickets")).aggregate(latest=t.generated_at.max()))
    return rows[0]["latest"]


def _deleted(run: Run) -> set[int]:
    def query(con: Any) -> Any:
        tickets = con.table("tickets")
        return tickets.filter(tickets.is_deleted)[["ticket_id"]]

    return {row["ticket_id"] for row in run.history.rows(query)}

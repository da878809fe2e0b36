"""The ticket export with its metric sets, from where the last pull stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from .. import zendesk as api
from ..errors import CursorRefused, ZendeskError
from ..flatten import Problems, UnexpectedShape, find_metric_set, flatten_ticket, match_metric_sets
from ..zendesk import Page
from .context import EPOCH, Json, PullContext, Row
from .prefetch import prefetch
from .storage import flatten_bodies, group_by_rows, store

STREAM = "tickets"
TOO_RECENT = dt.timedelta(minutes=2)  # Zendesk refuses a start within the last minute
OVERLAP = dt.timedelta(minutes=5)
ASSUMED = "select response_id from survey_responses where attribution = 'current' and ticket_id = any($1)"
STORED = "select * from tickets where ticket_id = any($1)"
ERASED = ("subject", "custom_fields", "satisfaction_comment")  # the text of a deleted ticket


class ExportResult(NamedTuple):
    """What later steps need from the export.

    deleted_tickets: ids of all deleted tickets. changed_from: the earliest `generated_at` on a page with new or
    changed tickets; None if nothing changed.
    """

    deleted_tickets: frozenset[int]
    changed_from: dt.datetime | None


class FlattenedPage(NamedTuple):
    """The rows of a page's tickets, the bodies that were not, or not fully, read, and the cursor after the page."""

    rows: list[Row]
    unknown_bodies: list[Row]
    cursor: str | None


def request_tickets(context: PullContext, cursor: str | None, start: dt.datetime | None) -> Iterator[Page]:
    """Begin to read every ticket that changed since the last pull (`cursor`), or since `start`."""
    return prefetch(_export(context, None if start else cursor, start or EPOCH))


def store_tickets(
    context: PullContext,
    pages: Iterator[Page],
    time_fields: Sequence[int],
    *,
    on_read_again: Callable[[dt.datetime], None],
) -> ExportResult:
    """Store the tickets of pages that were requested.

    on_read_again: called with the time from which tickets are read again if Zendesk refuses the cursor.
    """
    changed: list[dt.datetime] = []
    deleted = _deleted_tickets(context)
    pages = _pages(context, pages, on_read_again)
    flat = (_flatten_page(context, page, time_fields) for page in pages)
    for group in group_by_rows(flat, context.sizes.rows_per_transaction):
        rows = with_former_values(context, [row for page in group for row in page.rows])
        unknown_bodies = [row for page in group for row in page.unknown_bodies]
        latest = {row["ticket_id"]: row["is_deleted"] for row in rows}
        restored = {number for number in deleted & latest.keys() if not latest[number]}
        tables = {
            "tickets": rows,
            "unknown_bodies": unknown_bodies,
            "survey_responses": _unattributed(context, restored),
        }
        saved = store(context, tables, {STREAM: group[-1].cursor})
        moments = [row["generated_at"] for row in rows if row["generated_at"]]
        if any(saved.get("tickets", ())):
            changed += moments
        context.summary.tickets += len(rows)
        context.summary.deleted += sum(row["is_deleted"] for row in rows)
        changed = [min(changed)] if changed else []
        deleted = deleted - restored | {number for number, is_deleted in latest.items() if is_deleted}
    return ExportResult(frozenset(deleted), min(changed, default=None))


def _flatten_page(context: PullContext, page: Page, time_fields: Sequence[int]) -> FlattenedPage:
    """Return the rows of a page's tickets, and the bodies that were not, or not fully, read."""
    metric_sets, others = match_metric_sets(page.rows, _metric_sets(page))

    def flatten(body: Json, problems: Problems) -> Row:
        own = find_metric_set(body, metric_sets)
        return flatten_ticket(body, own, time_fields=time_fields, problems=problems)

    rows, unknown_bodies = flatten_bodies(context, "ticket", page.rows, flatten)
    _, unmatched = flatten_bodies(context, "metric_set", others, _refuse_metric_set)
    context.progress.update_to("tickets", [row["generated_at"] for row in rows])
    return FlattenedPage(rows, unknown_bodies + unmatched, page.cursor)


def _metric_sets(page: Page) -> list[Json]:
    """Return the metric sets beside the tickets. Raises ZendeskError if these have none, beside or within them."""
    metric_sets = page.body.get("metric_sets")
    live = [body for body in page.rows if body.get("status") != "deleted"]
    if metric_sets is None and live and not any(body.get("metric_set") for body in live):
        raise ZendeskError(
            f"unexpected response to {api.TICKETS.path}: metric_sets: it is missing; run the command again later"
        )
    return [one for one in metric_sets or () if one is not None]


def _refuse_metric_set(body: Json, problems: Problems) -> Row:
    raise UnexpectedShape("metric set of no ticket on its page")


def _pages(
    context: PullContext, pages: Iterator[Page], on_read_again: Callable[[dt.datetime], None]
) -> Iterator[Page]:
    try:
        yield from pages
    except CursorRefused as error:
        since = (_latest(context) or EPOCH) - OVERLAP
        note = f"{error.what}: tickets were read again from {since:%Y-%m-%d %H:%M} UTC"
        context.summary.notes.append(note)
        on_read_again(since)
        yield from prefetch(_export(context, None, since))


def _export(context: PullContext, cursor: str | None, start: dt.datetime) -> Iterator[Page]:
    begin = max(EPOCH, min(start, context.started - TOO_RECENT))
    query = {"start_time": int(begin.timestamp()), "include": "metric_sets", "support_type_scope": "all"}
    endpoint = api.TICKETS._replace(page_size=context.sizes.tickets_per_page)
    return context.account.pages(endpoint, cursor=cursor, **query)


def _latest(context: PullContext) -> dt.datetime | None:
    """Return how far the export has been read: tickets come in the order of their last write."""
    latest = context.history.fetch("select max(generated_at) as latest from tickets")[0]["latest"]
    return min(latest, context.started) if latest else None


def _unattributed(context: PullContext, restored: set[int]) -> list[Row]:
    """Return the answers about restored tickets without their attribution: the audits can be read again."""
    if not restored:
        return []
    rows = context.history.fetch(ASSUMED, sorted(restored))
    return [row | {"attribution": None} for row in rows]


def with_former_values(context: PullContext, rows: list[Row]) -> list[Row]:
    """Return rows in which a deleted ticket without its metric set keeps what is stored of it, except its text."""
    without_metrics = [row["ticket_id"] for row in rows if row["is_deleted"] and row["reopens"] is None]
    found = context.history.fetch(STORED, without_metrics) if without_metrics else []
    stored = {row["ticket_id"]: row for row in found}
    return [_fill_in(row, stored.get(row["ticket_id"], row)) if row["is_deleted"] else row for row in rows]


def _fill_in(row: Row, stored: Row) -> Row:
    missing = [name for name, value in row.items() if value in (None, []) and name not in ERASED]
    return row | {name: stored[name] for name in missing}


def _deleted_tickets(context: PullContext) -> frozenset[int]:
    rows = context.history.fetch("select ticket_id from tickets where is_deleted")
    return frozenset(row["ticket_id"] for row in rows)

"""One incremental run: Zendesk -> rows -> history. The only place that joins the three.

The order makes each run exact and cheap. Look-ups and the ticket export first; then survey responses offered
since the last run, read on from the last one's id; then the responses of tickets that changed: an offer, an
answer and an edit each move the ticket, so the export tells which ones to ask about, many in one call. Every
page is stored together with the cursor behind it, so a run that stops anywhere is continued by the next one.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from . import zendesk as api
from .attribution import holder, never_moved
from .errors import CsatError, NotAllowed, NotFound
from .flatten import (
    TIME_TRACKING_TITLE,
    Labels,
    Misshapen,
    Response,
    flatten_agent,
    flatten_brand,
    flatten_field,
    flatten_group,
    flatten_response,
    flatten_survey,
    flatten_ticket,
    kept_raw,
    survey_events,
)
from .history import History
from .progress import Show, bar
from .settings import Settings, load_settings
from .weeks import midnight
from .zendesk import Listing, Page, Zendesk

Json = dict[str, Any]
Row = dict[str, Any]

TICKETS, RESPONSES, CHANGED = "tickets", "survey_responses", "changed_tickets"  # the streams with a cursor
TICKETS_A_CALL = 50  # as many responses as fit one page
SURVEYED = ("offered", "good", "bad")  # satisfaction scores of a ticket that has a survey
TICKET_HOLDER = (  # what a ticket says about who held it when
    "ticket_id", "assignee_id", "generated_at", "updated_at", "assigned_at", "assignee_stations",
    "group_stations",
)  # fmt: skip
AUDITS_AT_ONCE = 4
ROWS_A_TRANSACTION = 500
ATTRIBUTED_AT_ONCE = 500
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass
class Summary:
    """What a run brought: counts of rows and calls, and what it could not do (`notes`)."""

    tickets: int = 0
    deleted: int = 0
    responses: int = 0
    answered: int = 0
    attributed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0
    calls: int = 0
    waited_seconds: float = 0.0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"tickets received     {self.tickets:>7,}  ({self.deleted:,} of them deleted)",
            f"survey responses     {self.responses:>7,}  ({self.answered:,} of them answered)",
            f"who was rated        {sum(self.attributed.values()):>7,}  ({_shares(self.attributed)})",
            f"calls to Zendesk     {self.calls:>7,}  ({self.waited_seconds:.0f} s waited for its limits)",
            f"time                 {self.seconds:>7.1f}  seconds",
        ]
        return "\n".join(lines + [f"note: {note}" for note in self.notes])


def pull(*, settings: Settings | None = None, since: dt.date | None = None, progress: bool = True) -> Summary:
    """Bring the history up to date with the account, and say what that brought.

    since: where the first run begins (default: the account's beginning); on a later run, from where to read
    again. progress: show a bar, in a terminal or a notebook.
    Raises a CsatError for anything that ends the run; what was stored until then is kept and continued.
    """
    settings = settings or load_settings()
    history = History(settings.database, timezone=settings.csat_timezone)
    account = Zendesk(settings)
    with history.pull_lock(), bar(visible=progress) as show:
        return _Run(account, history, settings, show).run(since)


class _Run:
    """The state of one run: its counts, and the words and field ids that flattening needs."""

    def __init__(self, account: Zendesk, history: History, settings: Settings, show: Show):
        self.account, self.history, self.settings, self.show = account, history, settings, show
        self.summary, self.labels = Summary(), Labels()
        self.time_field: int | None = None
        self.begun: dict[str, dt.datetime] = {}

    def run(self, since: dt.date | None) -> Summary:
        self.show("signing in", 0)
        me = self.account.me()
        zone = self.settings.csat_timezone or me.get("iana_time_zone") or "UTC"
        start = _checked_start(since, zone)
        self.history.prepare(self.account.url, zone)
        with self._recorded():
            self.look_ups()
            self.tickets(start)
            self.new_responses(start)
            self.changed_tickets()
            self.attribute()
            self.history.settle()
        return self.summary

    def look_ups(self) -> None:
        """Agents, groups, brands, ticket fields and surveys: short lists, read whole each time."""
        self.show("names and surveys", 0)
        self._look_up("agents", api.USERS, flatten_agent, **{"role[]": ["agent", "admin"]})
        self._look_up("groups", api.GROUPS, flatten_group)
        self._look_up("brands", api.BRANDS, flatten_brand)
        fields = self._look_up("ticket_fields", api.TICKET_FIELDS, flatten_field)
        totals = [row["field_id"] for row in fields if row["title"] == TIME_TRACKING_TITLE]
        self.time_field = next(iter(totals), None)
        surveys = self._optional(api.surveys(self.settings.csat_locale))
        flat, raw = self._flatten("survey", surveys, flatten_survey)
        self.labels = Labels.of(row for rows in flat for row in rows)
        self.history.save({"surveys": [row for rows in flat for row in rows], "unknown_bodies": raw})

    def tickets(self, start: dt.datetime | None) -> None:
        """The ticket export with its metric sets, from the stored cursor, or from `start`."""
        cursor = None if start else self.history.cursor(TICKETS)
        begin = int((start or EPOCH).timestamp())
        query = {"start_time": begin, "include": "metric_sets", "support_type_scope": "all"}
        for page in self.account.pages(api.TICKETS, cursor=cursor, **query):
            metrics = {str(one.get("ticket_id")): one for one in page.body.get("metric_sets") or []}

            def flatten(body: Json, metrics: dict[str, Json] = metrics) -> Row:
                return flatten_ticket(body, metrics.get(str(body.get("id"))), time_field=self.time_field)

            rows, raw = self._flatten("ticket", page.rows, flatten)
            self.history.save({"tickets": rows, "unknown_bodies": raw}, stream=TICKETS, cursor=page.cursor)
            self.summary.tickets += len(rows)
            self.summary.deleted += sum(row["is_deleted"] for row in rows)
            self._reached("tickets", [row["generated_at"] for row in rows])

    def new_responses(self, start: dt.datetime | None) -> None:
        """Survey responses offered since the last run, answered or not, oldest first."""
        cursor = None if start else self.history.cursor(RESPONSES)
        if self.history.cursor(CHANGED) is None:
            # Tickets that change while the list is read are asked about after it.
            self.history.save({}, stream=CHANGED, cursor=self._latest_change())
        filters = {"filter[created_at_start]": int(start.timestamp() * 1000)} if start else {}
        for page in _joined(self.account.pages(api.SURVEY_RESPONSES, cursor=cursor, sort="id", **filters)):
            rows = self._save_responses(page.rows, stream=RESPONSES, cursor=page.cursor)
            self._reached("survey responses", [row["offered_at"] for row in rows])

    def changed_tickets(self) -> None:
        """The responses of tickets that changed since they were last asked about, oldest change first."""
        changed = self._changed_since(self.history.cursor(CHANGED))
        for place in range(0, len(changed), TICKETS_A_CALL):
            batch = changed[place : place + TICKETS_A_CALL]
            subjects = ",".join(f"zen:ticket:{row['ticket_id']}" for row in batch)
            for page in self.account.pages(api.SURVEY_RESPONSES, **{"filter[subject_zrns]": subjects}):
                self._save_responses(page.rows)
            self.history.save({}, stream=CHANGED, cursor=_change_cursor(batch[-1]))
            self.show("changed answers", (place + len(batch)) / len(changed))

    def attribute(self) -> None:
        """Who was rated, for every answer where that is not known yet."""
        todo = self._unattributed()
        for place in range(0, len(todo), ATTRIBUTED_AT_ONCE):
            batch = todo[place : place + ATTRIBUTED_AT_ONCE]
            events = self._survey_events({row["ticket_id"] for row in batch if not never_moved(row)})
            rated = [holder(row, events.get(row["response_id"])) for row in batch]
            rows = [
                {"response_id": row["response_id"], **one._asdict()}
                for row, one in zip(batch, rated, strict=True)
            ]
            self.history.save({"survey_responses": rows})
            self.summary.attributed.update(one.attribution for one in rated)
            self.show("who was rated", (place + len(batch)) / len(todo))

    def _survey_events(self, ticket_ids: Iterable[int]) -> dict[str, tuple[int | None, int | None]]:
        found: dict[str, tuple[int | None, int | None]] = {}
        with ThreadPoolExecutor(AUDITS_AT_ONCE) as pool:
            for events in pool.map(self._events_of, sorted(ticket_ids)):
                found |= events
        return found

    def _events_of(self, ticket_id: int) -> dict[str, tuple[int | None, int | None]]:
        pages = self.account.pages(api.audits(ticket_id), **{"filter_events[]": "SurveyResponseSubmitted"})
        try:
            return survey_events(audit for page in pages for audit in page.rows)
        except (NotFound, NotAllowed):
            return {}  # a deleted ticket's audits are gone: the current assignee will have to do

    def _save_responses(
        self, bodies: list[Json], *, stream: str = "", cursor: str | None = None
    ) -> list[Row]:
        flat, raw = self._flatten("survey_response", bodies, lambda body: flatten_response(body, self.labels))
        rows = [one.response for one in flat]
        self.history.save(
            {
                "survey_responses": rows,
                "survey_answers": [row for one in flat for row in one.answers],
                "rating_changes": [one.change for one in flat if one.change],
                "unknown_bodies": raw,
            },
            stream=stream,
            cursor=cursor,
        )
        self.summary.responses += len(rows)
        self.summary.answered += sum(row["submitted_at"] is not None for row in rows)
        return rows

    def _flatten(
        self, kind: str, bodies: list[Json], flatten: Callable[[Json], Any]
    ) -> tuple[list, list[Row]]:
        """What could be flattened, and the bodies that were not, or not fully, understood."""
        flat, raw = [], []
        for body in bodies:
            try:
                one = flatten(body)
                flat.append(one)
                if isinstance(one, Response) and one.problem:
                    raw.append(kept_raw(kind, body, one.problem))
            except Misshapen as error:
                raw.append(kept_raw(kind, body, str(error)))
        self.summary.unknown += len(raw)
        return flat, raw

    def _look_up(
        self, table: str, listing: Listing, flatten: Callable[[Json], Row], **query: Any
    ) -> list[Row]:
        rows, raw = self._flatten(table, self._optional(listing, **query), flatten)
        self.history.save({table: rows, "unknown_bodies": raw})
        return rows

    def _optional(self, listing: Listing, **query: Any) -> list[Json]:
        """All rows of a list that the report can do without; what is refused is noted."""
        try:
            return [row for page in self.account.pages(listing, **query) for row in page.rows]
        except (NotAllowed, NotFound) as error:
            self.summary.notes.append(str(error))
            return []

    def _latest_change(self) -> str:
        rows = self.history.rows(
            lambda con: (
                (t := con.table("tickets")).order_by(t.generated_at.desc(), t.ticket_id.desc()).limit(1)
            )
        )
        return _change_cursor(rows[0]) if rows else f"{EPOCH.isoformat()}|0"

    def _changed_since(self, cursor: str | None) -> list[Row]:
        """Tickets with a survey that changed behind the cursor, in the order of their change."""
        time_text, _, number = (cursor or f"{EPOCH.isoformat()}|0").partition("|")
        moment, ticket_id = dt.datetime.fromisoformat(time_text), int(number)

        def query(con: Any) -> Any:
            t, r = con.table("tickets"), con.table("survey_responses")
            later = (t.generated_at > moment) | ((t.generated_at == moment) & (t.ticket_id > ticket_id))
            surveyed = t.satisfaction_score.isin(SURVEYED) | t.ticket_id.isin(r.ticket_id)
            return t.filter(later & surveyed)[["ticket_id", "generated_at"]].order_by(
                "generated_at", "ticket_id"
            )

        return self.history.rows(query)

    def _unattributed(self) -> list[Row]:
        """Answers of which it is not known yet who was rated, with what their tickets say about it."""

        def query(con: Any) -> Any:
            r, t = con.table("survey_responses"), con.table("tickets")
            open_ones = r.filter(r.submitted_at.notnull(), r.attribution.isnull(), r.ticket_id.notnull())
            answers = open_ones[["response_id", "ticket_id", "submitted_at"]]
            tickets = t.select(*TICKET_HOLDER, ticket_group_id=t.group_id)
            return answers.left_join(tickets, "ticket_id").drop("ticket_id_right").order_by("response_id")

        return self.history.rows(query)

    def _reached(self, stage: str, moments: list[dt.datetime | None]) -> None:
        """Show how far a stream is between its first moment and the present."""
        known = [moment for moment in moments if moment]
        if known:
            first = self.begun.setdefault(stage, known[0])
            span = dt.datetime.now(dt.UTC) - first
            self.show(stage, (known[-1] - first) / span if span else 1.0)

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        """One row in `pulls`, from the start to whatever end the run takes."""
        started, clock = dt.datetime.now(dt.UTC), time.monotonic()
        row = {"pull_id": uuid.uuid4().hex, "started_at": started, "outcome": "running"}
        self.history.save({"pulls": [row]})
        error = "interrupted"
        try:
            yield
            error = ""
        except CsatError as failure:
            error = str(failure)
            raise
        finally:
            summary = self.summary
            summary.calls, summary.waited_seconds = self.account.calls, self.account.waited_seconds
            summary.seconds = time.monotonic() - clock
            ended = row | {
                "ended_at": dt.datetime.now(dt.UTC),
                "outcome": "failed" if error else "done",
                "error": error or None,
                "tickets": summary.tickets,
                "responses": summary.responses,
                "calls": summary.calls,
                "waited_seconds": round(summary.waited_seconds),
                "unknown": summary.unknown,
            }
            self.history.save({"pulls": [ended]})


def _joined(pages: Iterable[Page], rows: int = ROWS_A_TRANSACTION) -> Iterator[Page]:
    """Small pages as larger ones, each with the cursor of its last: a transaction costs more than its rows."""
    held: list[Json] = []
    for page in pages:
        held += page.rows
        if len(held) >= rows:
            yield page._replace(rows=held)
            held = []
        last = page
    if held:
        yield last._replace(rows=held)


def _checked_start(since: dt.date | None, zone: str) -> dt.datetime | None:
    start = midnight(since, zone) if since else None
    if start and start > dt.datetime.now(dt.UTC):
        raise CsatError(f"--since {since} lies in the future: give a day that has begun")
    return start


def _change_cursor(row: Row) -> str:
    return f"{row['generated_at'].isoformat()}|{row['ticket_id']}"


def _shares(counts: Mapping[str, int]) -> str:
    total = sum(counts.values()) or 1
    return ", ".join(f"{name} {count / total:.0%}" for name, count in sorted(counts.items())) or "nobody new"

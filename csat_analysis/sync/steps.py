"""What the steps of a run share: the account, the history, the counts, and how bodies become rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import NotAllowed, NotFound
from ..flatten import Labels, Misshapen, Response, flatten_response, kept_raw, without_words
from ..history import History
from ..history.upsert import UpsertCounts
from ..progress import Show
from ..settings import Settings
from ..zendesk import Endpoint, Page, Zendesk
from .summary import Summary

Json = dict[str, Any]
Row = dict[str, Any]

ROWS_A_TRANSACTION = 500
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass
class Run:
    """The state of one run. `labels`, `time_field` and `deleted` are known once names and tickets are in.

    cursors: stream -> where its next page begins, as stored.

    labels: words of questions and options. time_field: id of the Time Tracking app's total. deleted: ids of
    deleted tickets, about which no customer's words are stored.
    """

    account: Zendesk
    history: History
    settings: Settings
    show: Show
    started: dt.datetime
    summary: Summary = field(default_factory=Summary)
    labels: Labels = field(default_factory=Labels)
    time_field: int | None = None
    deleted: set[int] = field(default_factory=set)
    cursors: dict[str, str] = field(default_factory=dict)
    _begun: dict[str, dt.datetime] = field(default_factory=dict)
    _shown: tuple[str, float] = ("signing in", 0.0)

    def progress(self, stage: str, share: float) -> None:
        """Show what is being pulled, how far that is, and how much of Zendesk's limit it uses."""
        self._shown = stage, share
        self.show(stage, share, f"{self.account.calls:,} calls, {self.account.rate_used or 'limit unknown'}")

    def waiting(self, seconds: float) -> None:
        """Show that it waits, and for how long: for the limit, or to try again."""
        self.show(*self._shown, f"waits {seconds:.0f} s, {self.account.rate_used or 'to try again'}")

    def reached(self, stage: str, moments: Iterable[dt.datetime | None]) -> None:
        """Show how far a stream is between its first moment and the present."""
        known = [moment for moment in moments if moment]
        if known:
            first = self._begun.setdefault(stage, known[0])
            span = self.started - first
            self.progress(f"{stage}, {known[-1]:%Y-%m-%d}", (known[-1] - first) / span if span else 1.0)

    def flatten(
        self, kind: str, bodies: Iterable[Json], flatten: Callable[[Json], Any]
    ) -> tuple[list[Any], list[Row]]:
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

    def optional(self, endpoint: Endpoint, **query: Any) -> list[Json]:
        """All rows of a list that a report can do without; what is refused is noted."""
        try:
            return [row for page in self.account.pages(endpoint, **query) for row in page.rows]
        except (NotAllowed, NotFound) as error:
            self.summary.notes.append(f"went on without it: {error}")
            return []

    def save(
        self, tables: Mapping[str, Sequence[Row]], *, stream: str = "", cursor: str | None = None
    ) -> dict[str, UpsertCounts]:
        """Store rows and the cursor behind them together; says what that changed, and counts it."""
        saved = self.history.save(tables, stream=stream, cursor=cursor)
        self.summary.add(saved)
        if stream:
            self.cursors.pop(stream, None)
            self.cursors |= {stream: cursor} if cursor else {}
        return saved

    def flatten_responses(self, bodies: Iterable[Json]) -> tuple[list[Response], list[Row]]:
        """Survey responses with the words of their surveys, and those not fully understood."""
        return self.flatten("survey_response", bodies, lambda body: flatten_response(body, self.labels))

    def save_responses(
        self, found: Sequence[Response], raw: Sequence[Row], *, stream: str = "", cursor: str | None = None
    ) -> int:
        """Store flattened responses with their answers; says how many of them were new or changed.

        Customers' words about deleted tickets are left out.
        """
        silent = {one.response["response_id"] for one in found if one.response["ticket_id"] in self.deleted}
        flat = [without_words(one) if one.response["response_id"] in silent else one for one in found]
        rows = [one.response for one in flat]
        saved = self.save(
            {
                "survey_responses": rows,
                "survey_answers": [row for one in flat for row in one.answers],
                "rating_changes": [one.change for one in flat if one.change],
                "unknown_bodies": [row for row in raw if row["id"] not in silent],
            },
            stream=stream,
            cursor=cursor,
        )
        self.summary.responses += len(rows)
        self.summary.answered += sum(row["submitted_at"] is not None for row in rows)
        return sum(saved.get("survey_responses", ()))


def joined(pages: Iterable[Page], rows: int = ROWS_A_TRANSACTION) -> Iterator[Page]:
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

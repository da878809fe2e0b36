"""Pages of JSON to stored rows: flatten the bodies, keep those not fully read, store the rows with the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from ..errors import CsatError
from ..flatten import (
    Problems,
    Response,
    UnexpectedShape,
    flatten_response,
    keep_raw,
    without_text,
)
from ..history.upsert import UpsertCounts
from ..schema.tables import TABLES
from ..zendesk import Page
from .context import Json, PullContext, ResponseInputs, Row

T = TypeVar("T")
Cursors = Mapping[str, str | None]
Flatten = Callable[[Json, Problems], T]


class ResponsesPart(NamedTuple):
    """Survey responses that were read from a stream, and the cursor behind them, if there is one."""

    rows: list[Json]
    stream: str
    cursor: str | None


class FlattenedResponses(NamedTuple):
    """Flattened responses, and the rows of bodies that were not read fully."""

    responses: list[Response]
    unknown_bodies: list[Row]


def flatten_bodies(
    context: PullContext, kind: str, bodies: Iterable[Json], flatten: Flatten[T]
) -> tuple[list[T], list[Row]]:
    """Return what could be flattened, and the bodies that were not, or not fully, read."""
    flat: list[T] = []
    unknown_bodies: list[Row] = []
    for body in bodies:
        problems: Problems = []
        try:
            flat.append(flatten(body, problems))
        except UnexpectedShape as error:
            problems.append(str(error))
        if problems:
            unknown_bodies.append(keep_raw(kind, body, ", ".join(dict.fromkeys(problems))))
    context.summary.unknown += len(unknown_bodies)
    return flat, unknown_bodies


def flatten_responses(
    context: PullContext, bodies: Iterable[Json], inputs: ResponseInputs
) -> FlattenedResponses:
    """Flatten survey responses with the labels of their surveys."""

    def flatten(body: Json, problems: Problems) -> Response:
        response = flatten_response(body, inputs.labels)
        problems += [response.problem] if response.problem else []
        return response

    return FlattenedResponses(*flatten_bodies(context, "survey_response", bodies, flatten))


def store(
    context: PullContext, tables: Mapping[str, Sequence[Row]], cursors: Cursors | None = None
) -> dict[str, UpsertCounts]:
    """Save rows and the cursors after them in one transaction; count and return what that changed."""
    saved = context.history.save(tables, cursors)
    context.summary.add(saved)
    return saved


def changed_rows(context: PullContext, table: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows that differ from the stored ones; of rows with the same key the last one counts.

    Names rarely change, and comparing them is quicker than an upsert.
    """
    key = TABLES[table].key
    unique = {tuple(row[name] for name in key): row for row in rows}
    if not unique:
        return []
    # A table without changes is in the summary too.
    context.summary.add({table: UpsertCounts()})
    statement = f'select * from "{table}" where "{key[0]}" = any($1)'
    stored = context.history.fetch(statement, sorted({first for first, *_ in unique}))
    known = {tuple(row[name] for name in key): row for row in stored}
    return [row for place, row in unique.items() if not row.items() <= known.get(place, {}).items()]


def store_parts(context: PullContext, parts: Iterable[ResponsesPart], inputs: ResponseInputs) -> None:
    """Store survey responses that were read, with the cursors behind them."""
    for group in group_by_rows(parts, context.sizes.rows_per_transaction):
        found = flatten_responses(context, [body for part in group for body in part.rows], inputs)
        cursors = {part.stream: part.cursor for part in group if part.cursor}
        store_responses(context, found, inputs, cursors)


def store_responses(
    context: PullContext, found: FlattenedResponses, inputs: ResponseInputs, cursors: Cursors | None = None
) -> int:
    """Store flattened responses with their answers; return how many of them were new or changed.

    The customers' text about deleted tickets is left out. Of a response that was read twice the later one counts.
    """
    deleted = inputs.deleted_tickets
    flat = [without_text(one) if one.response["ticket_id"] in deleted else one for one in found.responses]
    latest = {one.response["response_id"]: one for one in flat}.values()
    tables = {
        "survey_responses": [one.response for one in latest],
        "survey_answers": [row for one in latest for row in one.answers],
        "rating_changes": [row for one in flat for row in one.versions],
        "unknown_bodies": [row for row in found.unknown_bodies if row["ticket_id"] not in deleted],
    }
    saved = store(context, tables, cursors)
    context.summary.responses += len(flat)
    context.summary.answered += sum(one.response["submitted_at"] is not None for one in flat)
    return sum(saved.get("survey_responses", ()))


class HasRows(Protocol):
    """A part of what is read, such as a page."""

    @property
    def rows(self) -> Sequence[Any]:
        """Its rows."""


P = TypeVar("P", bound=HasRows)


def group_by_rows(parts: Iterable[P], rows: int) -> Iterator[list[P]]:
    """Yield parts in groups of about `rows` rows for one transaction each, also those that were read before an error.

    A transaction costs more than its rows.
    """
    held: list[P] = []
    try:
        for part in parts:
            held.append(part)
            if sum(len(one.rows) for one in held) >= rows:
                yield held
                held = []
    except CsatError:
        if held:
            yield held
        raise
    if held:
        yield held


def join_pages(pages: Iterable[Page], rows: int) -> Iterator[Page]:
    """Yield small pages as larger ones of about `rows` rows, each with the cursor of its last page; no empty ones."""
    for group in group_by_rows(pages, rows):
        if joined := [row for page in group for row in page.rows]:
            yield group[-1]._replace(rows=joined)

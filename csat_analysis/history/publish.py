"""Publish a history as Parquet files, for readers with any engine.

Each table is cut into months; a month whose rows have not changed keeps its file. The order of writing makes it safe
to kill at any moment: new parts first, then the pointer; replaced parts are deleted only after that.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import ibis

from ..errors import CsatError, HistoryError
from ..export.parquet import ROWS_PER_GROUP, write_parquet
from ..schema.tables import PRIVATE_TABLES, TABLES, Table, data_dictionary
from . import migrations
from .database import Database, all_rows
from .erasure import LAST_ERASURE
from .place import Place
from .publication import POINTER, Excluded, Part, Publication, is_part, published_below, read_publication
from .snapshot import snapshot
from .store import History
from .views import pseudonymous

WHOLE = "all"
NO_MONTH = "0000-00"
LONG_AGO = "1970-01-01T00:00:00+00:00"
DICTIONARY = "tables.md"
# The time whose month a row belongs to. The other tables are small and stay whole.
MONTH_OF = {
    "tickets": "created_at",
    "survey_responses": "offered_at",
    "survey_answers": "created_at",
    "rating_changes": "updated_at",
}
LEFT_OUT: dict[Excluded, dict[str, tuple[str, ...]]] = {  # what -> table -> columns that become null
    "comments": {
        "tickets": ("subject", "custom_fields", "satisfaction_comment"),
        "survey_responses": ("comment",),
        "survey_answers": ("value",),
        "rating_changes": ("comment",),
        "unknown_bodies": ("body",),
    },
    "requesters": {
        "tickets": ("requester_id", "organization_id"),
        "survey_responses": ("responder_id",),
        "organizations": ("name",),
        "unknown_bodies": ("body",),
    },
    # Names of agents become pseudonyms, see `_leave_out`.
    "agent names": {"unknown_bodies": ("body",)},
}


class Outcome(NamedTuple):
    """The number of parts written, kept and deleted, the number of rows published, and what was left out."""

    written: int
    kept: int
    deleted: int
    rows: int
    left_out: tuple[Excluded, ...] = ()


class _Source(NamedTuple):
    """An open connection to a history, and what is left out of it."""

    con: Any
    left_out: Sequence[Excluded]


def publish(
    history: History,
    place: Place,
    *,
    keep: dt.timedelta = dt.timedelta(days=1),
    left_out: Sequence[Excluded] = (),
) -> Outcome:
    """Publish a history at a place.

    Parameters
    ----------
    history
        The history; all rows are of one state of it.
    place
        Where to write. One process at a time can publish there.
    keep
        How long replaced parts stay, for readers that still use them. After an erasure, or if more is left out than
        before, they are deleted at once.
    left_out
        "comments" and "requesters" (with their organizations): their columns become null. "agent names": agents get
        pseudonyms. What the place lacks already stays left out, so that nothing leaks by a forgotten option.

    Raises
    ------
    HistoryError
        If there is no history, if the place holds another account's, or if it cannot be written.
    """
    # A history of an earlier version is migrated when it is first read.
    account, _ = history.account()
    if not account:
        raise HistoryError(f"{history.name} is empty: run csat pull before csat publish")
    with contextlib.ExitStack() as stack:
        database = Database(stack.enter_context(snapshot(history)).location)
        stack.enter_context(place.lock())
        place.delete_leftovers()
        before = read_publication(place)
        if before is None:
            _check_neighbours(place)
        lacks = before.left_out if before else []
        new = _write_parts(database, place, before, sorted({*left_out, *lacks}))
        written = new.files - (before.files if before else set())
        if before is None or before.content != new.content:
            place.write(DICTIONARY, data_dictionary().encode())
            place.write(POINTER, new.model_dump_json(indent=1).encode())
        deleted = _delete_replaced(place, new, keep)
    return Outcome(len(written), len(new.files) - len(written), deleted, new.rows, tuple(new.left_out))


def _check_neighbours(place: Place) -> None:
    """Raise HistoryError if readers would see only one of two histories, because one is in a folder of the other."""
    if below := published_below(place):
        raise HistoryError(
            f"{place.name} holds the histories of {', '.join(below)}: give a folder beside them, as {place.name}/NAME"
        )
    above = place.parent()
    # The rights to an object store may end here.
    with contextlib.suppress(HistoryError):
        if above is None or read_publication(above) is None:
            return
        raise CsatError(f"{above.name} holds a history itself: move it to a folder beside {place.name} first")


def _write_parts(
    database: Database, place: Place, before: Publication | None, left_out: list[Excluded]
) -> Publication:
    """Write the parts that are new or whose file is gone or cut short, and return the pointer to all parts."""
    present = place.list()
    with database.snapshot() as con:
        new = _describe(con, database.name, left_out)
        if before and before.account != new.account:
            raise HistoryError(
                f"{place.name} holds the history of {before.account}, not of {new.account}: choose another place"
            )
        for name in TABLES:
            if name not in PRIVATE_TABLES:
                published = before.tables.get(name, []) if before else []
                known = [
                    part
                    for part in published
                    if part.file in present and present[part.file].size == part.size
                ]
                new.tables[name] = list(_parts(_Source(con, left_out), place, TABLES[name], known))
    new.replaced = {
        name: since
        for name, since in _replaced(before, new, present).items()
        if name in present and name not in new.files
    }
    return new


def _replaced(before: Publication | None, new: Publication, present: Iterable[str]) -> dict[str, str]:
    """Return file -> when another one took its place; long ago for those that nobody may read any more.

    It is a part of the pointer: the next publication deletes them if this one is killed before it does.
    """
    if before and before.last_erasure == new.last_erasure and set(new.left_out) <= set(before.left_out):
        return before.replaced | dict.fromkeys(before.files, new.published_at)
    return dict.fromkeys(filter(is_part, present), LONG_AGO)


def _describe(con: Any, name: str, left_out: list[Excluded]) -> Publication:
    """Return a pointer without parts."""
    (account,) = con.table("account").to_pyarrow().to_pylist()
    cursors = con.table("cursors")
    erasures = cursors.filter(cursors.stream == LAST_ERASURE).to_pyarrow().to_pylist()
    return Publication(
        schema_version=migrations.schema_version(con, name),
        account=account["url"],
        timezone=account["timezone"],
        published_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        last_erasure=erasures[0]["cursor"] if erasures else "",
        left_out=left_out,
        tables={},
    )


def _parts(source: _Source, place: Place, table: Table, known: list[Part]) -> Iterator[Part]:
    """Yield the parts of a table: the known ones whose rows have not changed, and new ones."""
    by_month = {part.month: part for part in known}
    for month, fingerprint in _fingerprints(source, table).items():
        part = by_month.get(month)
        if part and part.fingerprint == fingerprint:
            yield part
        else:
            yield _write_part(source, place, table, month, fingerprint)


def _fingerprints(source: _Source, table: Table) -> dict[str, str]:
    """Return month -> a fingerprint of its rows, computed in the engine."""
    row_hash = "hashtextextended(stored::text, 0)" if source.con.name == "postgres" else "hash(stored)"
    columns = ", ".join(f'"{name}"' for name in table.schema)
    moment = MONTH_OF.get(table.name)
    month = f"cast(date_trunc('month', {moment}) as varchar)" if moment else "cast(null as varchar)"
    query = (
        "select month, count(*), cast(bit_xor(hash) as varchar) from "
        f'(select {month} as month, {row_hash} as hash from (select {columns} from "{table.name}") as stored) '
        "as hashed group by month"
    )
    made_by = " ".join([source.con.name, *source.left_out, *_columns_left_out(table, source.left_out)])
    prints = {
        _label(month, table): f"{count} {hashed} {made_by}"
        for month, count, hashed in all_rows(source.con, query)
    }
    return dict(sorted(prints.items())) or {WHOLE: f"0 {made_by}"}


def _label(month: str | None, table: Table) -> str:
    """Return the name of a month, which the engine writes as 2026-11-01 00:00:00+00."""
    if month is None:
        return NO_MONTH if table.name in MONTH_OF else WHOLE
    return month[: len("2026-11")]


def _write_part(source: _Source, place: Place, table: Table, month: str, fingerprint: str) -> Part:
    schema = ibis.schema(table.schema)
    rows = _leave_out(_rows_of(source.con, table, month), table, source.left_out)
    ordered = rows[list(schema)].order_by(list(table.key))
    file = f"{table.name}/{month}-{secrets.token_hex(8)}.parquet"
    with place.writing(file) as raw:
        batches = ordered.to_pyarrow_batches(chunk_size=ROWS_PER_GROUP)
        written = write_parquet(batches, schema.to_pyarrow(), raw)
    return Part(file=file, month=month, fingerprint=fingerprint, **written._asdict())


def _rows_of(con: Any, table: Table, month: str) -> Any:
    rows = con.table(table.name)
    if month == WHOLE:
        return rows
    moment = rows[MONTH_OF[table.name]]
    if month == NO_MONTH:
        return rows.filter(moment.isnull())
    first = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=dt.UTC)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return rows.filter(moment >= first, moment < after)


def _leave_out(rows: Any, table: Table, left_out: Sequence[Excluded]) -> Any:
    if "agent names" in left_out and table.name == "agents":
        return pseudonymous(rows)
    columns = _columns_left_out(table, left_out)
    return rows.mutate(**{name: ibis.null(table.schema[name]) for name in columns}) if columns else rows


def _columns_left_out(table: Table, left_out: Sequence[Excluded]) -> list[str]:
    return sorted({column for what in left_out for column in LEFT_OUT[what].get(table.name, ())})


def _delete_replaced(place: Place, publication: Publication, keep: dt.timedelta) -> int:
    """Delete parts that others have replaced, or that a killed process left, once they are older than `keep`."""
    now, deleted = dt.datetime.now(dt.UTC), 0
    for name, info in place.list().items():
        if is_part(name) and name not in publication.files:
            since = publication.replaced.get(name)
            if now - (dt.datetime.fromisoformat(since) if since else info.mtime) >= keep:
                place.delete(name)
                deleted += 1
    return deleted

"""Rows into a table: new ones inserted, changed ones updated, equal ones left alone; and erasures.

The SQL is the same on DuckDB and on Postgres 15 and later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..schema.frames import to_arrow
from ..schema.tables import Table
from .database import Database, first_row, run

Row = Mapping[str, Any]

OF_TICKETS = " in (select response_id from survey_responses where ticket_id in ({ids}))"
ERASURES = (  # a deleted ticket's words go from our copy too; its rating stays as a count
    "update survey_responses set comment = null where comment is not null and ticket_id in ({ids})",
    "update survey_answers set value = null where value is not null and response_id" + OF_TICKETS,
    "update rating_changes set comment = null where comment is not null and response_id" + OF_TICKETS,
    "delete from unknown_bodies where kind = 'survey_response' and id" + OF_TICKETS,
    "delete from unknown_bodies where kind = 'satisfaction_rating' and 'legacy-' || id" + OF_TICKETS,
    "delete from unknown_bodies where kind = 'ticket' and id in ({texts})",
)


class UpsertCounts(NamedTuple):
    """What saving rows did to a table: how many rows were not there, and how many were there otherwise."""

    new: int = 0
    changed: int = 0


def upsert(database: Database, con: Any, table: Table, rows: Sequence[Row]) -> UpsertCounts:
    """Put rows into a table inside a transaction of `con`; of rows with the same key the last one counts.

    A row may leave out columns, the same ones in all rows; those keep what they hold.
    """
    unique = {tuple(row[name] for name in table.key): row for row in rows}
    page = to_arrow(table, unique.values())
    with database.staged(con, page) as source:
        saved = UpsertCounts(*first_row(con, _difference(table, page.column_names, source)))
        if table.part_of:
            run(con, _removal(table, source))
        if any(saved):
            run(con, _merge(table, page.column_names, source))
    return saved


def erase_text(con: Any, ticket_ids: Iterable[int]) -> None:
    """Erase what customers wrote about these tickets, everywhere but in their rating."""
    numbers = [str(int(number)) for number in ticket_ids]
    ids, texts = ", ".join(numbers), ", ".join(f"'{number}'" for number in numbers)
    for statement in ERASURES if numbers else ():
        run(con, statement.format(ids=ids, texts=texts))


def _same(table: Table, page: str) -> str:
    return " and ".join(f'target."{name}" = {page}."{name}"' for name in table.key)


def _differs(table: Table, columns: Sequence[str], page: str) -> str:
    """Whether a row says anything else than the one it meets; a column that only grows must have grown."""
    told = [name for name in columns if name not in (*table.key, *table.grows)]
    others = [f'target."{name}" is distinct from {page}."{name}"' for name in told]
    grown = [f'target."{name}" < {page}."{name}"' for name in table.grows if name in columns]
    return " or ".join([*others, *grown]) or "false"


def _difference(table: Table, columns: Sequence[str], page: str) -> str:
    missing = f'target."{table.key[0]}" is null'
    return (
        f"select coalesce(sum(case when {missing} then 1 else 0 end), 0), "
        f"coalesce(sum(case when not {missing} and ({_differs(table, columns, page)}) then 1 else 0 end), 0) "
        f'from {page} left join "{table.name}" as target on {_same(table, page)}'
    )


def _removal(table: Table, page: str) -> str:
    part = f'"{table.part_of}"'
    return (
        f'delete from "{table.name}" as target where {part} in (select {part} from {page}) '
        f"and not exists (select 1 from {page} where {_same(table, page)})"
    )


def _merge(table: Table, columns: Sequence[str], page: str) -> str:
    told = [name for name in columns if name not in (*table.key, *table.grows)]
    sets = [f'"{name}" = {page}."{name}"' for name in told]
    sets += [
        f'"{name}" = greatest(target."{name}", {page}."{name}")' for name in table.grows if name in columns
    ]
    matched = (
        f"when matched and ({_differs(table, columns, page)}) then update set {', '.join(sets)} "
        if sets
        else ""
    )
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f'{page}."{name}"' for name in columns)
    return (
        f'merge into "{table.name}" as target using {page} on {_same(table, page)} '
        f"{matched}when not matched then insert ({names}) values ({values})"
    )

"""Upsert rows (insert new, update changed) and erase the text of deleted tickets.

The SQL is the same on DuckDB and on Postgres 15 and later, except that only DuckDB tells what a merge did.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ..schema.frames import to_arrow
from ..schema.tables import Table
from .database import Database, all_rows, first_row, run

Row = Mapping[str, Any]

OF_TICKETS = " in (select response_id from survey_responses where ticket_id in ({ids}))"
ERASURES = (  # a deleted ticket's words go from our copy too; its rating stays as a count
    "update survey_responses set comment = null where comment is not null and ticket_id in ({ids})",
    "update survey_answers set value = null where value is not null and response_id" + OF_TICKETS,
    "update rating_changes set comment = null where comment is not null and response_id" + OF_TICKETS,
    "delete from unknown_bodies where ticket_id in ({ids})",
    # rows of version 0.1.0 have no ticket_id
    "delete from unknown_bodies where kind = 'survey_response' and id" + OF_TICKETS,
    "delete from unknown_bodies where kind = 'satisfaction_rating' and 'legacy-' || id" + OF_TICKETS,
    "delete from unknown_bodies where kind = 'ticket' and id in ({texts})",
)


REVISIONS = """
update survey_responses set revisions = seen.changes from (
  select response_id, count(*) as changes from (
    select response_id, rating_category, rating,
      lag(rating) over (partition by response_id order by updated_at) as earlier,
      lag(rating_category) over (partition by response_id order by updated_at) as category
    from rating_changes where response_id in (
      select response_id from rating_changes group by response_id having count(*) > 1
    )
  ) as versions where category is not null and (rating, rating_category) is distinct from (earlier, category)
  group by response_id
) as seen where survey_responses.response_id = seen.response_id and survey_responses.revisions < seen.changes
"""


# A customer can withdraw all answers: the response comes again without any.
WITHDRAWN_ANSWERS = """
delete from survey_answers where response_id in (select response_id from {page} where submitted_at is null)
"""
# Legacy ratings that repeat a survey of the same ticket: they were written when it was offered, or later. Their
# times are whole seconds, so that of an offer may be earlier than that of its survey.
COPY_MAY_BE_EARLIER = dt.timedelta(seconds=2)
COPIES = f"""(
  select response_id from survey_responses as rated where source = 'legacy' and exists (
    select 1 from survey_responses as survey where survey.source = 'survey' and survey.ticket_id = rated.ticket_id
      and survey.offered_at <=
        coalesce(rated.updated_at, rated.offered_at) + interval '{COPY_MAY_BE_EARLIER.seconds} seconds'
  )
)"""


class UpsertCounts(NamedTuple):
    """How many rows an upsert inserted (`new`) and updated (`changed`)."""

    new: int = 0
    changed: int = 0


def upsert(database: Database, con: Any, table: Table, rows: Sequence[Row]) -> UpsertCounts:
    """Insert new rows and update changed ones, inside a transaction of `con`.

    Of rows with the same key the last one counts. Rows may leave out columns, all rows the same ones; stored rows keep
    their values of those.
    """
    unique = {tuple(row[name] for name in table.key): row for row in rows}
    page = to_arrow(table, unique.values())
    with database.staged(con, page) as source:
        if table.replaced_with:
            run(con, _removal(table, source))
        merge = _count_and_merge if database.is_postgres else _merge_and_count
        counts = merge(con, table, page.column_names, source)
        if counts.changed and "submitted_at" in page.column_names:
            run(con, WITHDRAWN_ANSWERS.format(page=source))
    return counts


def _merge_and_count(con: Any, table: Table, columns: Sequence[str], page: str) -> UpsertCounts:
    """Merge a page and count what that did."""
    merged = all_rows(con, f"{_merge(table, columns, page)} returning merge_action")
    actions = Counter(action for (action,) in merged)
    return UpsertCounts(actions["INSERT"], actions["UPDATE"])


def _count_and_merge(con: Any, table: Table, columns: Sequence[str], page: str) -> UpsertCounts:
    """Merge a page; before Postgres 17 a merge does not tell what it did, so that is counted first."""
    counts = UpsertCounts(*first_row(con, _difference(table, columns, page)))
    if any(counts):
        run(con, _merge(table, columns, page))
    return counts


def update_revision_counts(con: Any) -> None:
    """Set how often each rating changed, as seen in `rating_changes`; a count never falls."""
    run(con, REVISIONS)


def delete_copies(con: Any, stream: str) -> bool:
    """Delete legacy ratings that repeat the answer to a survey; return whether there were any.

    If so, the cursor of their stream becomes "": from its beginning.
    """
    if not first_row(con, f"select count(*) from {COPIES} as found")[0]:
        return False
    for table in ("rating_changes", "credits", "survey_responses"):
        run(con, f"delete from {table} where response_id in {COPIES}")
    run(con, f"update cursors set cursor = '' where stream = '{stream}'")
    return True


def erase_text(con: Any, ticket_ids: Iterable[int]) -> None:
    """Erase what customers wrote about these tickets, in every table; their ratings stay."""
    numbers = [str(int(number)) for number in ticket_ids]
    ids, texts = ", ".join(numbers), ", ".join(f"'{number}'" for number in numbers)
    for statement in ERASURES if numbers else ():
        run(con, statement.format(ids=ids, texts=texts))


def _same(table: Table, page: str) -> str:
    return " and ".join(f'target."{name}" = {page}."{name}"' for name in table.key)


def _differs(table: Table, columns: Sequence[str], page: str) -> str:
    """Return SQL that tells whether a row differs from the stored one; a monotonic column must have grown."""
    told = [name for name in columns if name not in (*table.key, *table.monotonic)]
    others = [f'target."{name}" is distinct from {page}."{name}"' for name in told]
    grown = [f'target."{name}" < {page}."{name}"' for name in table.monotonic if name in columns]
    return " or ".join([*others, *grown]) or "false"


def _difference(table: Table, columns: Sequence[str], page: str) -> str:
    missing = f'target."{table.key[0]}" is null'
    return (
        f"select coalesce(sum(case when {missing} then 1 else 0 end), 0), "
        f"coalesce(sum(case when not {missing} and ({_differs(table, columns, page)}) then 1 else 0 end), 0) "
        f'from {page} left join "{table.name}" as target on {_same(table, page)}'
    )


def _removal(table: Table, page: str) -> str:
    part = f'"{table.replaced_with}"'
    return (
        f'delete from "{table.name}" as target where {part} in (select {part} from {page}) '
        f"and not exists (select 1 from {page} where {_same(table, page)})"
    )


def _merge(table: Table, columns: Sequence[str], page: str) -> str:
    told = [name for name in columns if name not in (*table.key, *table.monotonic)]
    sets = [f'"{name}" = {page}."{name}"' for name in told]
    sets += [
        f'"{name}" = greatest(target."{name}", {page}."{name}")'
        for name in table.monotonic
        if name in columns
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

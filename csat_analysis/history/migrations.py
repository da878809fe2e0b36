"""Create the tables of a history, and migrate those of earlier versions.

Everything happens in one transaction: a process killed at any statement leaves the old schema or the new one.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any, NamedTuple

import ibis

from ..errors import HistoryError
from ..schema.tables import INTEGER, TABLES, TEXT, Table
from .clock import clock_name
from .database import all_rows, column_names, first_row, named_rows, run
from .views import VIEWS, create_views

VERSION_TABLE = "schema_version"

# On DuckDB an index makes short connections many times slower. On Postgres a key of numbers is the primary key; one of
# text gets a hash index, whose entries are short however long an id is. It is on the first column unless named here.
HASHED = {"unknown_bodies": "id", "forgotten": "hash"}


class Migration(NamedTuple):
    """SQL statements that lead to the next schema version, on both engines and on Postgres alone.

    New tables and new columns need none: they are added from `schema.tables` by every migration.
    """

    statements: tuple[str, ...] = ()
    on_postgres: tuple[str, ...] = ()
    # Changes of rows, which a restored backup of an earlier version needs too.
    rows: tuple[str, ...] = ()


_KEYS_OF_TEXT = [
    "survey_responses",
    "survey_answers",
    "rating_changes",
    "surveys",
    "unknown_bodies",
    "pulls",
    "cursors",
    "account",
]


# Version 0.1.0 stored each state of a legacy rating as a response of its own, where Zendesk lists one row per state.
_LEGACY_STATES = """(
  select r.*, first_value(response_id) over (partition by ticket_id order by offered_at, response_id) as first_id,
    min(submitted_at) over (partition by ticket_id) as first_rated,
    row_number() over (
      partition by ticket_id order by case when rating_category is null then 1 else 0 end, updated_at desc
    ) as place
  from survey_responses as r where source = 'legacy' and ticket_id is not null
) as state"""
_ONE_RESPONSE_PER_LEGACY_TICKET = (
    f"update rating_changes set response_id = state.first_id from {_LEGACY_STATES} "
    "where rating_changes.response_id = state.response_id and state.first_id <> state.response_id",
    "update survey_responses set rating_category = state.rating_category, comment = state.comment, "
    "reason = state.reason, agent_id = state.agent_id, group_id = state.group_id, attribution = state.attribution, "
    f"updated_at = state.updated_at, submitted_at = state.first_rated from {_LEGACY_STATES} "
    "where survey_responses.response_id = state.first_id and state.place = 1",
    "delete from survey_responses where response_id in "
    f"(select response_id from {_LEGACY_STATES} where first_id <> response_id)",
)

# Version 0.1.0 stored every time that Zendesk wrote, such as one of the year 1 or 9999, which many programs cannot
# hold. Today a time outside of 1970 to 2199 is read as missing, and an answer without its own has that of the offer.
_IN_RANGE = "{0} >= timestamptz '1970-01-01 00:00:00+00' and {0} < timestamptz '2200-01-01 00:00:00+00'"
_TIMES = {
    "tickets": (
        "created_at",
        "updated_at",
        "generated_at",
        "solved_at",
        "assigned_at",
        "assignee_updated_at",
    ),
    "survey_answers": ("created_at", "updated_at"),
    "pulls": ("started_at", "ended_at"),
    "survey_responses": ("submitted_at", "updated_at", "offered_at", "expires_at"),
}
# Where an answer has no time of its own.
_OTHER_TIMES = {"submitted_at": ("offered_at",), "updated_at": ("submitted_at", "offered_at")}


def _valid_time(column: str) -> str:
    return f"case when {_IN_RANGE.format(column)} then {column} end"


def _valid_or_other_time(column: str) -> str:
    times = ", ".join(map(_valid_time, (column, *_OTHER_TIMES.get(column, ()))))
    return f"{column} = case when {column} is not null then coalesce({times}) end"


def _without_impossible_times(table: str) -> str:
    change = (
        _valid_or_other_time if table == "survey_responses" else lambda one: f"{one} = {_valid_time(one)}"
    )
    wrong = " or ".join(f"not ({_IN_RANGE.format(column)})" for column in _TIMES[table])
    return f"update {table} set {', '.join(map(change, _TIMES[table]))} where {wrong}"


_NO_IMPOSSIBLE_TIMES = (
    *map(_without_impossible_times, _TIMES),
    f"delete from rating_changes where not ({_IN_RANGE.format('updated_at')})",
)

# Earlier versions took the ticket's last assignment as proof for its group too, and an assignment in the second of the
# answer as one before it.
_HOLDER_NOT_PROVEN = (
    "update survey_responses set attribution = null where source = 'survey' and attribution = 'unchanged' "
    "and ticket_id in (select ticket_id from tickets "
    "where coalesce(assignee_stations, 2) > 1 or coalesce(group_stations, 2) > 1)"
)

# What this connection sees of information_schema.tables or .columns. DuckDB needs long for the columns of views.
NAMES = (
    "select {} from information_schema.{} "
    "where table_catalog = current_database() and table_schema = current_schema()"
)

# Append a migration for each change of the schema; never edit one.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(),  # version 1: the tables of csat_analysis 0.1.0
    Migration(
        ("alter table schema_version add column clock text",),
        tuple(f"alter table {name} drop constraint if exists {name}_pkey" for name in _KEYS_OF_TEXT),
    ),
    Migration(),  # version 3: the table `forgotten`; views without links to forgotten tickets
    # version 4: one response per ticket of legacy CSAT; the column unknown_bodies.ticket_id
    Migration(rows=_ONE_RESPONSE_PER_LEGACY_TICKET),
    Migration(),  # version 5: the table `rebases`
    Migration(rows=_NO_IMPOSSIBLE_TIMES),  # version 6: no times of the year 1 or 9999
    Migration(),  # version 7: the table `definitions`
    Migration(),  # version 8: the table `credits`
    Migration(),  # version 9: the tables `ticket_forms` and `organizations`
    # version 10: who held a ticket that changed hands is determined again, by the next pull
    Migration(rows=(_HOLDER_NOT_PROVEN,)),
    Migration(),  # version 11: the column offers.responder_id
    Migration(),  # version 12: names of brands in the views, and of groups and agents that are named like none
)


def create_or_migrate(con: Any, name: str, timezone: str) -> None:
    """Bring the schema of a history up to date, inside a transaction of `con`.

    Parameters
    ----------
    name
        Name of the history, for error messages.
    timezone
        Time zone of the days, weeks and months of its views.

    Raises
    ------
    HistoryError
        If a newer version of this package wrote it, or the database holds tables of another program.
    """
    stored = stored_tables(con)
    if is_history(con, stored):
        version = _migrate(con, name, stored)
    else:
        version = 0
        _refuse_tables_of_others(name, stored)
        con.create_table(VERSION_TABLE, schema=ibis.schema({"version": INTEGER, "clock": TEXT}))
        run(con, f"insert into {VERSION_TABLE} (version) values ({len(MIGRATIONS)})")
    if version < len(MIGRATIONS) or not stored >= TABLES.keys():
        _add_tables_and_columns(con, name)
    _update_views(con, timezone)


def schema_version(con: Any, name: str) -> int:
    """Return the version of the stored schema. Raises HistoryError if the database holds no history."""
    return _read_version(con, name, stored_tables(con))


def stored_tables(con: Any) -> set[str]:
    """Return the names of all tables and views."""
    return {table for (table,) in all_rows(con, NAMES.format("table_name", "tables"))}


def is_history(con: Any, stored: Set[str]) -> bool:
    """Return whether these are the tables of a history. Other programs have a table of versions too."""
    if not stored >= {VERSION_TABLE, "account"}:
        return False
    of_version, of_account = column_names(con, VERSION_TABLE), column_names(con, "account")
    return of_version <= {"version", "clock"} and of_account >= {"url", "timezone"}


def _read_version(con: Any, name: str, stored: Set[str]) -> int:
    rows = named_rows(con, f"select * from {VERSION_TABLE}") if is_history(con, stored) else []
    if len(rows) != 1 or not isinstance(rows[0].get("version"), int):
        raise HistoryError(f"{name} holds no history yet: create one with csat pull, or csat demo")
    return int(rows[0]["version"])


def check_version(version: int, name: str) -> None:
    """Raise HistoryError if a newer version of this package wrote the history."""
    if version > len(MIGRATIONS):
        raise HistoryError(
            f"{name} was written by a newer csat_analysis (schema {version}, this one knows "
            f"{len(MIGRATIONS)}): upgrade csat_analysis"
        )


def migrate_rows(con: Any, version: int) -> None:
    """Change rows that an earlier version wrote, inside a transaction of `con`."""
    for migration in MIGRATIONS[version:]:
        for statement in migration.rows:
            run(con, statement)


def _migrate(con: Any, name: str, stored: Set[str]) -> int:
    """Migrate the rows of an earlier version; return the version that was stored."""
    version = _read_version(con, name, stored)
    check_version(version, name)
    for migration in MIGRATIONS[version:]:
        for statement in (*migration.statements, *(migration.on_postgres if _is_postgres(con) else ())):
            run(con, statement)
    migrate_rows(con, version)
    if version < len(MIGRATIONS):
        run(con, f"update {VERSION_TABLE} set version = {len(MIGRATIONS)}, clock = null")
    return version


def _refuse_tables_of_others(name: str, tables: Set[str]) -> None:
    taken = sorted(tables & {VERSION_TABLE, *TABLES, *VIEWS})
    if taken:
        raise _taken(name, taken[0])


def _taken(name: str, table: str) -> HistoryError:
    return HistoryError(
        f"{name} already has a table {table!r} of another program: "
        "set CSAT_DATABASE to an empty database or another file"
    )


def _add_tables_and_columns(con: Any, name: str) -> None:
    stored: dict[str, set[str]] = {}
    for table_name, column in all_rows(con, NAMES.format("table_name, column_name", "columns")):
        stored.setdefault(table_name, set()).add(column)
    for table in TABLES.values():
        if table.name in stored:
            _add_columns(con, name, table, stored[table.name])
        else:
            con.create_table(table.name, schema=ibis.schema(table.schema))
            if _is_postgres(con) and not _texts(table):
                run(con, f'alter table "{table.name}" add primary key ({", ".join(table.key)})')
        if _is_postgres(con) and _texts(table):
            index = f'create index if not exists {table.name}_hash on "{table.name}" using hash'
            run(con, f'{index} ("{HASHED.get(table.name, table.key[0])}")')


def _add_columns(con: Any, name: str, table: Table, present: set[str]) -> None:
    if not set(table.key) <= present:
        raise _taken(name, table.name)
    for column in table.columns:
        if column.name not in present:
            kind = con.compiler.type_mapper.to_string(column.type)
            run(con, f'alter table "{table.name}" add column "{column.name}" {kind}')


def _is_postgres(con: Any) -> bool:
    return bool(con.name == "postgres")


def _texts(table: Table) -> list[str]:
    return [name for name in table.key if table.schema[name] == TEXT]


def _update_views(con: Any, timezone: str) -> None:
    wanted = clock_name(timezone)
    (stored,) = first_row(con, f"select clock from {VERSION_TABLE}")
    if stored != wanted:
        create_views(con, timezone)
        run(con, f"update {VERSION_TABLE} set clock = '{wanted}'")

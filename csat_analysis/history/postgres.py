"""Connections to Postgres. Every wait has a limit, so that a silent server cannot block a command for ever."""

from __future__ import annotations

import io
import ipaddress
import os
import time
from collections.abc import Generator, Sequence
from typing import Any

import psycopg
import pyarrow as pa
from ibis.backends.sql.compilers.postgres import PostgresCompiler
from psycopg import pq
from psycopg.abc import RV, PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.array import ListDumper
from pyarrow.csv import WriteOptions, write_csv
from sqlglot import expressions as sge
from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from ..errors import HistoryBusy, HistoryError

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
# The server itself ends a statement after its time. The client waits a little longer, for a server that has stopped
# to respond, or a network that lost the connection.
SILENT_SECONDS = STATEMENT_SECONDS + 30
READERS_SECONDS = 60
COPY_ROWS = 10_000
# Values of sslmode with which libpq never falls back to an unencrypted connection.
ENCRYPTED = ("require", "verify-ca", "verify-full")
# Transactions that began before this statement. Every role may see `backend_xmin` of all sessions.
_OLDER_TRANSACTIONS = """select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and age(backend_xmin) > age(%s::xid)"""


class GroupingCompiler(PostgresCompiler):
    """Compiles queries so that the planner groups by hashing, where it would sort all rows first.

    It takes a week to have as many values as the time that it is computed from: millions. Of the columns of a subquery
    that it cannot merge into the query, as of one with OFFSET 0, it assumes 200 values.
    """

    def visit_Aggregate(self, op: Any, *, parent: Any, groups: Any, metrics: Any) -> Any:
        """Return an aggregation. Ibis calls this method by its name."""
        # A query of the user's own may have an offset.
        if groups and isinstance(parent.this, sge.Select) and not parent.this.args.get("offset"):
            parent.this.offset(0, copy=False)
        return super().visit_Aggregate(op, parent=parent, groups=groups, metrics=metrics)


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server sends nothing for `silent_seconds` while a response is due."""

    silent_seconds: float = CONNECT_SECONDS

    def wait(self, gen: PQGen[RV], *args: Any, **options: Any) -> RV:
        """Wait until an operation is complete. Raises psycopg.OperationalError after the limit."""
        return super().wait(self._limit(gen), *args, **options)

    def _limit(self, operation: PQGen[RV]) -> Generator[Any, Any, RV]:
        heard = time.monotonic()
        try:
            wanted = next(operation)
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > self.silent_seconds:
                    self.close()
                    raise psycopg.OperationalError(
                        f"timed out: the server sent nothing for {self.silent_seconds:.0f} s"
                    )
                wanted = operation.send(ready)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def connect_to_postgres(url: str, name: str) -> LimitedConnection:
    """Connect to a database that can hold every text; to another machine by TLS only.

    Parameters
    ----------
    url
        The address. libpq reads it.
    name
        The address without a password, for error messages.

    Raises
    ------
    HistoryError
        If the database has another encoding than UTF8, or if the address allows an unencrypted connection to another
        machine.
    psycopg.Error
        If there is no connection, or no response within a time limit.
    """
    con = LimitedConnection.connect(
        make_conninfo(url, **_tls_options(url, name)),
        autocommit=True,
        connect_timeout=CONNECT_SECONDS,
        client_encoding="utf8",
    )
    if not (con.pgconn.ssl_in_use or _is_here(con.info.hostaddr or con.info.host)):
        # The address is in a service file.
        con.close()
        raise _unencrypted(name, "the service")
    encoding = con.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        con.close()
        raise HistoryError(
            f"{name} has the encoding {encoding}, which cannot hold every text: "
            "create a database with encoding UTF8"
        )
    con.execute(f"set statement_timeout = '{STATEMENT_SECONDS}s'")
    con.silent_seconds = SILENT_SECONDS
    return con


def _tls_options(url: str, name: str) -> dict[str, str]:
    """Return the options with which libpq connects to another machine by TLS only; none for this machine.

    Raises HistoryError if the address asks for less.
    """
    given = conninfo_to_dict(url)
    defaults = {one.keyword.decode(): (one.val or b"").decode() for one in pq.Conninfo.get_defaults()}
    found = {key: str(given.get(key) or defaults.get(key) or "") for key in ("hostaddr", "host")}
    if all(map(_is_here, (found["hostaddr"] or found["host"]).split(","))):
        return {}
    mode = given.get("sslmode") or os.environ.get("PGSSLMODE") or "require"
    if mode not in ENCRYPTED:
        raise _unencrypted(name, f"sslmode={mode}")
    return {"sslmode": str(mode), "gssencmode": "disable"}


def _is_here(host: str) -> bool:
    """Return whether a host is this machine: a socket, or an address or name of loopback."""
    if host == "" or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unencrypted(name: str, what: str) -> HistoryError:
    return HistoryError(
        f"{name} is on another machine, and {what} would send its rows unencrypted: "
        "add sslmode=verify-full&sslrootcert=FILE (or sslmode=require) to CSAT_DATABASE"
    )


def copy_rows(session: psycopg.Connection[Any], table: str, rows: pa.Table) -> None:
    """Append rows to a table by COPY of CSV, which Arrow writes in a fraction of the time of rows of Python values."""
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    statement = f"copy \"{table}\" ({columns}) from stdin (format csv, encoding 'utf8')"
    with session.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in _with_array_literals(rows).to_batches(max_chunksize=COPY_ROWS):
            text = io.BytesIO()
            write_csv(batch, text, WriteOptions(include_header=False))
            copy.write(text.getbuffer())


def _with_array_literals(rows: pa.Table) -> pa.Table:
    """Return rows with lists as Postgres reads them, {a,b}: Arrow writes no lists to CSV."""
    dump = ListDumper(list).dump
    for place, field in enumerate(rows.schema):
        if pa.types.is_list(field.type):
            lists = rows[field.name].to_pylist()
            texts = [None if one is None else bytes(dump(one) or b"").decode() for one in lists]
            rows = rows.set_column(place, field.name, pa.array(texts, pa.string()))
    return rows


def rewrite_tables(con: Any, tables: Sequence[str], name: str) -> None:
    """Write tables again, so that no bytes of deleted rows are left in the data files of the server.

    Parameters
    ----------
    con
        An Ibis connection outside of a transaction.
    tables
        The tables.
    name
        Name of the history, for error messages.

    Raises
    ------
    HistoryBusy
        If a transaction that began before needs the old rows for longer than `READERS_SECONDS`.
    HistoryError
        If the role may not rewrite all of them. Only the owner of the database may rewrite `pg_statistic`, where
        Postgres keeps samples of the values for its planner.
    """
    session = con.con
    _wait_for_older_transactions(session, name)
    skipped: list[str] = []
    session.add_notice_handler(lambda notice: skipped.append(notice.message_primary or ""))
    names = ", ".join(f'"{table}"' for table in tables)
    session.execute(f"vacuum (full) {names}")
    # ANALYZE replaces the samples of values, and VACUUM FULL removes the old ones.
    session.execute(f"analyze {names}")
    session.execute("vacuum (full) pg_catalog.pg_statistic")
    if skipped:
        raise HistoryError(
            f"{name}: the rows are gone, but bytes of them stay in the data files ({skipped[0]}): "
            "let the owner of the database run VACUUM FULL"
        )


def _wait_for_older_transactions(session: psycopg.Connection[Any], name: str) -> None:
    now = _first_value(session, "select pg_current_xact_id()::xid::text")
    tries = Retrying(
        retry=retry_if_result(bool), wait=wait_fixed(0.2), stop=stop_after_delay(READERS_SECONDS)
    )
    try:
        tries(lambda: _first_value(session, _OLDER_TRANSACTIONS, now))
    except RetryError:
        raise HistoryBusy(
            f"{name}: the rows are gone, but another program still reads them in a transaction, so their bytes "
            "stay in the data files: end that program and run the same command again"
        ) from None


def _first_value(session: psycopg.Connection[Any], statement: str, *arguments: str) -> Any:
    row = session.execute(statement.encode(), arguments).fetchone()
    return row[0] if row else None

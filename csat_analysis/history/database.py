"""Short-lived connections to the database of the history: a DuckDB file, or Postgres by URL.

A connection lives as long as one call. DuckDB lets either one writer or several readers open a file, so a notebook that
kept a connection open would block the weekly pull. Every failure to open is reported in one line.
"""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import pyarrow as pa
from ibis.backends.duckdb import Backend as DuckDB

from ..errors import HistoryError
from ..files import delete_leftovers, expand_home, replace_file
from ..settings import NOT_A_PATH, PARQUET
from .drivers import psycopg
from .failures import (
    describe_connect_failure,
    describe_open_failure,
    explain_failures,
    is_locked,
    system_cause,
)
from .kept import KeptConnection
from .locks import (
    MOVE_HISTORY,
    first_turn,
    hold_advisory_lock,
    hold_file,
    later_turn,
    owner_only,
    reading,
)

if TYPE_CHECKING:
    from .postgres import LimitedConnection

LOCK_WAIT_SECONDS = 60.0
# Those who wait for a file try again at different moments.
RETRY_SECONDS = (0.02, 0.1)
# A page needs less; without a limit DuckDB caches a large history in most of the machine's memory.
WRITE_MEMORY = "256MB"
WRITER = {"memory_limit": WRITE_MEMORY}
# With one thread a page takes two thirds of the CPU time, and a few rows half of it.
PULL = {**WRITER, "threads": 1}
# When it closes a file, DuckDB merges appended rows into row groups, up to three in memory at once. With its usual
# 122,880 rows they take 260 MB, with these 100 MB. Questions about ten million tickets take a tenth longer.
WRITE_ROW_GROUP = 30_720
UTC = "set TimeZone='UTC'"
READ_ONLY = "can only be read: set CSAT_DATABASE to a DuckDB file or a postgresql:// URL"


class Database:
    """A DuckDB file at a path, or a Postgres database at a postgresql:// URL."""

    def __init__(self, location: str, *, wait_seconds: float = LOCK_WAIT_SECONDS):
        if location.startswith(PARQUET):
            raise HistoryError(f"a published history {READ_ONLY}")
        self.is_postgres = location.startswith(("postgresql://", "postgres://"))
        if not self.is_postgres:
            if NOT_A_PATH.search(location):
                raise HistoryError("CSAT_DATABASE is not a path, a postgresql:// address or parquet:PLACE")
            # A notebook may change its working folder.
            location = str(expand_home(location).absolute())
        self.location = location
        self._wait_seconds = wait_seconds
        # Of a pull.
        self._kept: KeptConnection | None = None

    @property
    def name(self) -> str:
        """Path or URL, without any password."""
        # Up to the last @, because an unescaped password may contain @ and /.
        return re.sub(r"//.*@", "//", self.location).split("?")[0] if self.is_postgres else self.location

    @property
    def exists(self) -> bool:
        """Whether there is a file; a server is assumed to exist."""
        return self.is_postgres or Path(self.location).exists()

    def create(self) -> None:
        """Create the file if it does not exist, readable by its owner only.

        Raises HistoryError if it cannot be created, or if something else would be replaced.
        """
        if self.exists:
            return
        path = Path(self.location)
        self._refuse_to_replace(path)
        try:
            delete_leftovers(path.parent)
            with replace_file(path) as draft, owner_only():
                # DuckDB rejects an empty file.
                draft.unlink()
                duckdb.connect(str(draft)).close()
        except (OSError, duckdb.IOException) as error:
            why = system_cause(error) or "DuckDB cannot write there"
            raise HistoryError(f"cannot create {self.name} ({why}): {MOVE_HISTORY}") from None

    def delete(self) -> None:
        """Delete a DuckDB file that this process has created and could not fill."""
        if not self.is_postgres:
            Path(self.location).unlink(missing_ok=True)

    def _refuse_to_replace(self, path: Path) -> None:
        if not path.parent.is_dir():
            raise HistoryError(f"cannot create {self.name} (no such folder): {MOVE_HISTORY}")
        if path.is_symlink():
            target = f"{self.name} is a link to {path.readlink()}, which does not exist"
            raise HistoryError(f"{target}: mount its disk, or set CSAT_DATABASE")
        log = path.with_name(f"{path.name}.wal")
        if log.exists():
            # DuckDB would apply the log to the new file and then report both as damaged.
            raise HistoryError(
                f"{log} belongs to a history that is missing: restore {path.name}, or move the log away"
            )

    @contextlib.contextmanager
    def connect(self, *, write: bool = False) -> Iterator[Any]:
        """Yield an Ibis connection in UTC, closed on exit.

        Raises HistoryBusy if another process has the file open, HistoryError if it cannot be opened.
        """
        if self._kept:
            with self._kept.use() as con, explain_failures(self.name, con):
                yield con
            return
        con = self._open(write)
        try:
            with explain_failures(self.name, con), contextlib.nullcontext() if write else reading():
                yield con
        finally:
            _disconnect(con)

    def checkpoint(self) -> None:
        """Write what is in the write-ahead log of a DuckDB file into the file, as closing it does."""
        if not self.is_postgres:
            with self.connect(write=True) as con:
                run(con, "checkpoint")

    def close_kept(self) -> None:
        """Close the file that a pull keeps open between its calls."""
        if self._kept:
            self._kept.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Any]:
        """Yield a connection whose changes are committed, or rolled back after an exception."""
        with owner_only(), self.connect(write=True) as con:
            run(con, "begin")
            try:
                yield con
            except BaseException:
                # An error here would hide the cause.
                with contextlib.suppress(Exception):
                    run(con, "rollback")
                raise
            run(con, "commit")

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Yield a connection that reads one state of the history."""
        with self.connect() as con:
            if self.is_postgres:
                run(con, "begin isolation level repeatable read read only")
            yield con

    @contextlib.contextmanager
    def staged(self, con: Any, page: pa.Table) -> Iterator[str]:
        """Yield the name of a table with the rows of `page`, for this connection until exit."""
        if self.is_postgres:
            con.create_table("page", schema=ibis.Schema.from_pyarrow(page.schema), temp=True)
            _copy_to_postgres(con, "page", page)
            yield "page"
            con.drop_table("page")
        else:
            # DuckDB reads Arrow in place; a temporary table would cost three times the upsert.
            con.con.register("page", page)
            yield "page"
            con.con.unregister("page")

    def append(self, con: Any, name: str, rows: pa.Table) -> None:
        """Append rows to a table. On Postgres without a temporary one: its locks would stay until the end."""
        if self.is_postgres:
            _copy_to_postgres(con, name, rows)
            return
        columns = ", ".join(f'"{column}"' for column in rows.column_names)
        with self.staged(con, rows) as page:
            run(con, f'insert into "{name}" ({columns}) select {columns} from {page}')

    @contextlib.contextmanager
    def pull_lock(self) -> Iterator[None]:
        """Hold the lock of a pull. Raises HistoryBusy if another process has it."""
        if not self.is_postgres:
            # One lock, also for those who open the file by a link to it.
            path = Path(self.location).resolve()
            with hold_file(path.with_name(f"{path.name}.pull.lock"), self.name), self._kept_open():
                yield
            return
        con = self.retry_while_locked(self._connect_to_postgres)
        try:
            with explain_failures(self.name):
                hold_advisory_lock(con, self.name)
            yield
        finally:
            con.close()

    def _open(self, write: bool) -> Any:
        if not self.is_postgres:
            return self._open_file(self._start_engine(WRITER if write else {}), write, self._wait_seconds)
        from .postgres import GroupingCompiler

        # ibis.connect reads a URL differently from libpq: it does not unescape user names.
        accepted = self.retry_while_locked(self._connect_to_postgres)
        # A server may stop right after it accepted the connection.
        with explain_failures(self.name):
            con = ibis.postgres.from_connection(accepted)
            con.compiler = GroupingCompiler()
            run(con, UTC)
        return con

    def _open_file(self, con: Any, write: bool, wait_seconds: float) -> Any:
        """Return the connection with the file attached. Readers and writers that wait for the file take turns."""
        turn = first_turn if write else later_turn
        try:
            with turn(Path(self.location), wait_seconds):
                self.retry_while_locked(lambda: self._attach(con, write), wait_seconds)
            run(con, "use history")
        except BaseException:
            _disconnect(con)
            raise
        if write:
            # Nobody else has the file open, so what is there was left by a process that was killed.
            shutil.rmtree(self._temporary_folder, ignore_errors=True)
        return con

    def _attach(self, con: Any, write: bool) -> None:
        # The size of row groups can only be set for an attached file.
        options = f"row_group_size {WRITE_ROW_GROUP}" if write else "read_only"
        run(con, f"attach {quoted(self.location)} as history ({options})")

    @property
    def _temporary_folder(self) -> str:
        """Where DuckDB puts what exceeds its memory."""
        return f"{self.location}.tmp"

    def _start_engine(self, limits: Mapping[str, Any]) -> Any:
        con = DuckDB().connect(temp_directory=self._temporary_folder, **limits)
        run(con, UTC)
        return con

    @contextlib.contextmanager
    def _kept_open(self) -> Iterator[None]:
        """Keep the connection to a DuckDB file between calls until exit, see `kept`."""
        self._kept = KeptConnection(
            lambda: self._start_engine(PULL),
            partial(self._open_file, write=True),
            self._temporary_folder,
            self._wait_seconds,
            file_exists=self.exists,
        )
        try:
            yield
        finally:
            self._kept.close()
            self._kept = None

    def _connect_to_postgres(self) -> LimitedConnection:
        from .postgres import connect_to_postgres

        return connect_to_postgres(self.location, self.name)

    def retry_while_locked(self, open_it: Callable[[], Any], wait_seconds: float | None = None) -> Any:
        """Open the database, retrying while another process has it locked."""
        seconds = self._wait_seconds if wait_seconds is None else wait_seconds
        end = time.monotonic() + seconds
        while True:
            try:
                return open_it()
            except (duckdb.Error, psycopg.Error, OSError) as error:
                if not is_locked(error) or time.monotonic() > end:
                    raise self._explain(error, seconds) from None
            time.sleep(random.uniform(*RETRY_SECONDS))

    def _explain(self, error: Exception, wait_seconds: float) -> HistoryError:
        if self.is_postgres and not is_locked(error):
            return describe_connect_failure(self.name, error)
        return describe_open_failure(self.name, error, wait_seconds)


def _copy_to_postgres(con: Any, table: str, rows: pa.Table) -> None:
    from .postgres import copy_rows

    copy_rows(con.con, table, rows)


def _disconnect(con: Any) -> None:
    # The connection may be lost already.
    with contextlib.suppress(Exception):
        con.disconnect()


def first_row(con: Any, statement: str) -> tuple[Any, ...]:
    """Return the first row of a statement's result."""
    return all_rows(con, statement)[0]


def all_rows(con: Any, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a statement's result. Unlike `con.sql` it creates no view, which some roles may not."""
    result = con.raw_sql(statement)
    rows = [tuple(row) for row in result.fetchall()]
    _close(result)
    return rows


def column_names(con: Any, table: str) -> set[str]:
    """Return the names of a table's columns."""
    result = con.raw_sql(f'select * from "{table}" limit 0')
    names = {column[0] for column in result.description}
    _close(result)
    return names


def named_rows(con: Any, statement: str, *values: object) -> list[dict[str, Any]]:
    """Return the rows of a statement as dictionaries. The values take the places of $1, $2 and so on."""
    if isinstance(con.con, duckdb.DuckDBPyConnection):
        rows: list[dict[str, Any]] = con.con.execute(statement, values).to_arrow_table().to_pylist()
        return rows
    with psycopg.RawCursor(con.con, row_factory=psycopg.rows.dict_row) as cursor:
        return cursor.execute(statement.encode(), values).fetchall()


def quoted(text: object) -> str:
    """Return a text as SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def run(con: Any, statement: str) -> None:
    """Run a statement and discard its result."""
    _close(con.raw_sql(statement))


def _close(result: Any) -> None:
    if not isinstance(result, duckdb.DuckDBPyConnection):
        # An open cursor keeps the connection busy.
        result.close()

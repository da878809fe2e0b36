"""Short-lived connections to the database of the history: a DuckDB file, or Postgres by URL.

A connection lives as long as one call: DuckDB lets either one writer or any number of readers open a file, so
a notebook that held one would block the weekly pull. Every failure to open becomes one clear line.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import glob
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import filelock
import ibis
import psycopg
import pyarrow as pa
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from ..errors import HistoryBusy, HistoryError

LOCK_WAIT_SECONDS = 60.0
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
DSN = re.compile(r"\b(password|host|dbname|user|service)\s*=", re.IGNORECASE)
# A page needs less; DuckDB would keep what it read of a large history, up to most of the machine's memory.
WRITE_MEMORY = "256MB"
# Closing a file, DuckDB merges what pages have appended into row groups, up to three of them in memory at once; of
# its usual 122,880 rows they took 260 MB, of these 100. Questions to ten million tickets take a tenth longer.
WRITE_ROW_GROUP = 30_720
# What DuckDB says where this very process holds the file in another mode.
OWN = re.compile("different configuration|unique file handle conflict", re.IGNORECASE)
LOCKED = re.compile(
    rf"could not set lock|conflicting lock|being used by another process|{OWN.pattern}", re.IGNORECASE
)
LOCK = "set lock_timeout = '2s'; select pg_advisory_lock(hashtext('csat_analysis pull'))"  # outlives a kill a moment
LOCKED_SINCE = """
select a.backend_start at time zone 'UTC' from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objid = hashtext('csat_analysis pull')::oid
  and l.database = (select oid from pg_database where datname = current_database())
"""
HOLDER = re.compile(r"held in (?P<program>\S+) \(PID (?P<pid>\d+)\)")


class Database:
    """A DuckDB file at a path, or a Postgres database at a postgresql:// URL."""

    def __init__(self, location: str, *, wait_seconds: float = LOCK_WAIT_SECONDS):
        self.is_postgres = location.startswith(("postgresql://", "postgres://"))
        if not self.is_postgres:
            if "://" in location or DSN.search(location):
                raise HistoryError("CSAT_DATABASE is neither a path nor a postgresql:// address")
            location = str(Path(location).absolute())  # a notebook may change its working folder
        self.location, self._wait_seconds = location, wait_seconds

    @property
    def name(self) -> str:
        """Where it is, without any password."""
        # up to the last @: a password may hold @ and / where nobody escaped them
        return re.sub(r"//.*@", "//", self.location).split("?")[0] if self.is_postgres else self.location

    @property
    def exists(self) -> bool:
        """Whether there is anything to open; a server is taken to be there."""
        return self.is_postgres or Path(self.location).exists()

    def create(self) -> None:
        """Make the file if there is none, readable by its owner only: it will hold customers' words."""
        if self.exists:
            return
        here = Path(self.location)
        draft = here.with_name(f"{here.name}.{os.getpid()}.new")  # to DuckDB an empty file is no database
        try:
            for left_over in here.parent.glob(f"{glob.escape(here.name)}.*.new"):
                left_over.unlink()  # by a run that was killed right here
            # the log of a file that is gone: beside a new one DuckDB would take both for damaged, for good
            here.with_name(f"{here.name}.wal").unlink(missing_ok=True)
            with _owner_only():
                draft.touch()
                draft.unlink()
                duckdb.connect(str(draft)).close()
            draft.replace(here)
        except OSError as error:
            remedy = "set CSAT_DATABASE to a file in a folder of yours"
            raise HistoryError(f"cannot make {self.name} ({error.strerror}): {remedy}") from None

    @contextlib.contextmanager
    def connect(self, *, write: bool = False) -> Iterator[Any]:
        """An Ibis connection in UTC, closed on exit.

        Raises HistoryBusy if another process keeps the file, HistoryError if it cannot be opened.
        """
        con = self._patiently(lambda: self._open(write))
        try:
            run(con, "set TimeZone='UTC'")
            with explain_failures(self.name):
                yield con
        finally:
            with contextlib.suppress(duckdb.Error, psycopg.Error):  # of a connection that is lost already
                con.disconnect()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Any]:
        """A connection whose changes are kept all, or, after an exception, not at all."""
        with _owner_only(), self.connect(write=True) as con:
            run(con, "begin")
            try:
                yield con
            except BaseException:
                with contextlib.suppress(duckdb.Error, psycopg.Error):  # or it would hide the true cause
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
        """The name of a table that shows the rows of `page` to this connection, until exit."""
        if self.is_postgres:
            con.create_table("page", obj=page, temp=True)
            yield "page"
            con.drop_table("page")
        else:  # DuckDB reads Arrow where it lies; a temporary table would cost three times the upsert
            con.con.register("page", page)
            yield "page"
            con.con.unregister("page")

    @contextlib.contextmanager
    def pull_lock(self) -> Iterator[None]:
        """The right to pull, for one process at a time. Raises HistoryBusy if another one has it."""
        if self.is_postgres:
            with self._advisory_lock():
                yield
            return
        lock = self._file_lock(Path(f"{self.location}.pull.lock"))
        try:
            yield
        finally:
            lock.release()

    def _file_lock(self, path: Path) -> filelock.BaseFileLock:
        try:
            with _owner_only(), path.open("a"):  # the lock would take an unwritable folder for a held lock
                since = path.stat().st_mtime
            lock = filelock.FileLock(path)
            lock.acquire(timeout=0)
            os.utime(path)  # for a second pull to tell since when this one runs
            return lock
        except filelock.Timeout:
            raise self._pulling(dt.datetime.fromtimestamp(since, dt.UTC)) from None
        except OSError as error:
            remedy = "set CSAT_DATABASE to a file in a folder of yours"
            raise HistoryError(f"cannot write beside {self.name} ({error.strerror}): {remedy}") from None

    @contextlib.contextmanager
    def _advisory_lock(self) -> Iterator[None]:
        with self._patiently(lambda: self._connect_to_postgres()) as con:
            try:
                con.execute(LOCK)
            except psycopg.errors.LockNotAvailable:
                holder = con.execute(LOCKED_SINCE).fetchone()
                raise self._pulling(holder[0] if holder else None) from None
            yield

    def _pulling(self, since: dt.datetime | None) -> HistoryBusy:
        begun = f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""
        return HistoryBusy(
            f"another pull into {self.name} is running{begun}: wait for its end; see csat status",
            holder="another pull",
        )

    def _open(self, write: bool) -> Any:
        if self.is_postgres:
            # not ibis.connect, which reads a URL otherwise than libpq: user names stay escaped
            return ibis.postgres.from_connection(self._connect_to_postgres())
        if not write:
            return ibis.duckdb.connect(self.location, read_only=True)
        con = ibis.duckdb.connect(memory_limit=WRITE_MEMORY, temp_directory=f"{self.location}.tmp")
        path = self.location.replace("'", "''")
        try:  # the size of row groups can only be told where a file is attached
            run(con, f"attach '{path}' as history (row_group_size {WRITE_ROW_GROUP})")
            run(con, "use history")
        except BaseException:
            con.disconnect()
            raise
        return con

    def _connect_to_postgres(self) -> psycopg.Connection[Any]:
        """Connect with time limits: a server that accepts and stays silent must not hang a report."""
        con = psycopg.connect(self.location, autocommit=True, connect_timeout=CONNECT_SECONDS)
        con.execute(f"set statement_timeout = '{STATEMENT_SECONDS}s'")
        return con

    def _patiently(self, open_it: Callable[[], Any]) -> Any:
        """Open, waiting for another process to let go."""
        tries = Retrying(
            retry=retry_if_exception(lambda error: bool(LOCKED.search(str(error)))),
            wait=wait_random(0.02, 0.1),
            stop=stop_after_delay(self._wait_seconds),
            reraise=True,
        )
        try:
            return tries(open_it)
        except (duckdb.Error, psycopg.Error, OSError) as error:
            raise self._explained(error) from None

    def _explained(self, error: Exception) -> HistoryError:
        said = " ".join(str(error).split())
        if LOCKED.search(said):
            return self._busy(said)
        if self.is_postgres:
            remedy = "check CSAT_DATABASE, the server and the password"
            return HistoryError(f"cannot connect to {self.name}: {remedy}")
        if "version number" in said or "newer version" in said:
            return HistoryError(f"{self.name} was written by a newer DuckDB: upgrade csat_analysis")
        if isinstance(error, PermissionError) or "permission denied" in said.lower():
            return HistoryError(f"{self.name} may not be opened: check who owns it, or set CSAT_DATABASE")
        remedy = "restore it from a backup, or move it away and pull anew"
        return HistoryError(f"{self.name} is no DuckDB database, or is damaged: {remedy}")

    def _busy(self, said: str) -> HistoryBusy:
        found = HOLDER.search(said)
        holder = "this process itself" if OWN.search(said) else "another process"
        holder = f"{Path(found['program']).name} (process {found['pid']})" if found else holder
        return HistoryBusy(
            f"{self.name} is held open by {holder} and was not let go in {self._wait_seconds:.0f} s: "
            "close what uses it (a notebook, a database tool) and try again",
            holder=holder,
        )


@contextlib.contextmanager
def _owner_only() -> Iterator[None]:
    """Files made meanwhile, such as DuckDB's log of a write, are for their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def explain_failures(name: str) -> Iterator[None]:
    """Turn a database error into one line with its cause, without stored values."""
    try:
        yield
    except RuntimeError as error:
        # DuckDB reports a signal inside a statement as "Query interrupted", caused by what the handler raised.
        if isinstance(error.__cause__, SystemExit | KeyboardInterrupt):
            raise error.__cause__ from None
        raise
    except (duckdb.Error, psycopg.Error) as error:
        raise HistoryError(f"{name} failed: {_cause(error)}") from None


def _cause(error: Exception) -> str:
    """Return the database's message; only the kind of error where the message may quote stored values."""
    if isinstance(error, duckdb.DataError | psycopg.DataError | psycopg.IntegrityError):
        return type(error).__name__
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:300]


def first_row(con: Any, statement: str) -> tuple[Any, ...]:
    """The first row of what one statement gives."""
    result = con.raw_sql(statement)
    row = result.fetchone()
    _let_go(result)
    return tuple(row)


def run(con: Any, statement: str) -> None:
    """Run one statement for its effect."""
    _let_go(con.raw_sql(statement))


def _let_go(result: Any) -> None:
    if isinstance(result, psycopg.Cursor):
        result.close()  # left open it would keep the connection busy

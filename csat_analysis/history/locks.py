"""Locks of the operating system and of Postgres. They vanish with the process that holds them, also when it is killed.

One pull at a time holds the lock of pulls. A DuckDB file has either one writer or several readers, and those that wait
take turns: readers wait until a writer that came before has opened the file, a writer until readers that came before
have, for a limited time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import time
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ..errors import HistoryBusy, HistoryError
from ..files import PRIVATE, reason
from .drivers import psycopg

if TYPE_CHECKING:
    import filelock

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MOVE_HISTORY = "set CSAT_DATABASE to a file in a folder of yours"
RETRY_SECONDS = 0.02
# The lock of a killed process is released a moment later, so wait for it.
ADVISORY_LOCK = "set lock_timeout = '2s'; select pg_advisory_lock(hashtext('csat_analysis pull'))"
LOCKED_SINCE = """
select a.backend_start at time zone 'UTC' from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
where l.locktype = 'advisory' and l.granted and l.objid = hashtext('csat_analysis pull')::oid
  and l.database = (select oid from pg_database where datname = current_database())
"""
# Whether this thread has a file open for reading. A writer waits for it, so it must not wait for the writer.
_reads: ContextVar[bool] = ContextVar("_reads", default=False)


@contextlib.contextmanager
def owner_only() -> Iterator[None]:
    """Create files for their owner only, such as DuckDB's write-ahead log."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def hold_file(path: Path, name: str) -> Iterator[None]:
    """Hold the lock of a pull by a file beside the history. Raises HistoryBusy if another process has it."""
    lock = _lock_file(path, name)
    try:
        yield
    finally:
        lock.release()


def _lock_file(path: Path, name: str) -> filelock.BaseFileLock:
    import filelock

    try:
        # filelock reports a folder that cannot be written as a lock that is taken.
        with owner_only(), path.open("a") as file:
            since = path.stat().st_mtime
            _check_locks(file)
        lock = filelock.FileLock(path)
        lock.acquire(timeout=0)
        # A second pull reads here since when this one is running.
        os.utime(path)
        return lock
    except filelock.Timeout:
        raise _pull_running(name, dt.datetime.fromtimestamp(since, dt.UTC)) from None
    except OSError as error:
        raise HistoryError(f"cannot lock {path} ({reason(error)}): {MOVE_HISTORY}") from None


def _check_locks(file: IO[str]) -> None:
    """Raise OSError if the file system has no locks, which filelock reports as a lock that is taken."""
    if fcntl is None:
        return
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)


def hold_advisory_lock(con: psycopg.Connection[Any], name: str) -> None:
    """Take the lock of a pull until the connection is closed. Raises HistoryBusy if another process has it."""
    try:
        con.execute(ADVISORY_LOCK)
    except psycopg.errors.LockNotAvailable:
        holder = con.execute(LOCKED_SINCE).fetchone()
        raise _pull_running(name, holder[0] if holder else None) from None


def _pull_running(name: str, since: dt.datetime | None) -> HistoryBusy:
    started = f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""
    return HistoryBusy(
        f"another pull into {name} is running{started}: wait until it ends; see csat status",
        holder="another pull",
    )


@contextlib.contextmanager
def first_turn(database: Path, wait_seconds: float) -> Iterator[None]:
    """Make readers that come later wait while this process opens a DuckDB file for writing."""
    with contextlib.ExitStack() as stack:
        # Without the lock the writer takes its chance among the readers.
        with contextlib.suppress(OSError):
            descriptor = os.open(_turn_file(database), os.O_CREAT | os.O_RDWR, PRIVATE)
            file = stack.enter_context(os.fdopen(descriptor, "rb"))
            _let_readers_see(descriptor, database)
            _wait_for(file, wait_seconds, shared=False)
        yield


@contextlib.contextmanager
def later_turn(database: Path, wait_seconds: float) -> Iterator[None]:
    """Wait until no writer is about to open a DuckDB file, and make writers that come later wait until exit.

    Neither waits longer than `wait_seconds`. A reader may have no right to write in the folder: it only reads the lock
    file, if there is one.
    """
    with contextlib.ExitStack() as stack:
        if not _reads.get():
            with contextlib.suppress(OSError):
                file = stack.enter_context(_turn_file(database).open("rb"))
                _wait_for(file, wait_seconds, shared=True)
        yield


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Mark that this thread has a file open for reading."""
    token = _reads.set(True)
    try:
        yield
    finally:
        _reads.reset(token)


def _turn_file(database: Path) -> Path:
    path = database.resolve()
    return path.with_name(f"{path.name}.write.lock")


def _let_readers_see(descriptor: int, database: Path) -> None:
    """Let those who may read the history read the lock file too."""
    with contextlib.suppress(PermissionError, AttributeError):  # Windows has no fchmod
        os.fchmod(descriptor, PRIVATE | database.stat().st_mode & 0o444)


def _wait_for(file: IO[bytes], seconds: float, *, shared: bool) -> None:
    """Take the lock of a file, or give up after `seconds`."""
    if fcntl is None:
        return
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
            return
        except BlockingIOError:
            if time.monotonic() > end:
                return
            time.sleep(RETRY_SECONDS)

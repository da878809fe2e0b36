"""The connection of a pull to its DuckDB file, kept open for the calls that follow each other at once.

To open and close the file takes longer than most calls of a pull. Other processes cannot open it meanwhile, so it is
closed soon, also while the pull waits for Zendesk.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import duckdb

from ..errors import HistoryError

# Counted from the moment when the file was opened: programs that want to read it wait for as long. A night's pull
# opens it once or twice.
KEEP_SECONDS = 1.0


class KeptConnection:
    """A connection that the calls of a pull share, one thread at a time; a call within a call has it too.

    start_engine: starts DuckDB.
    open_file: opens the file with an engine, and returns the connection. A file that exists and is free is opened at
    once, while the pull signs in.
    temporary_folder: where DuckDB puts what exceeds its memory. The next writer deletes it, so an engine that has used
    it is not kept.
    wait_seconds: how long a call waits for a file that another process uses.
    """

    def __init__(
        self,
        start_engine: Callable[[], Any],
        open_file: Callable[..., Any],
        temporary_folder: str,
        wait_seconds: float,
        *,
        file_exists: bool,
    ):
        self._start_engine = start_engine
        self._open_file = open_file
        self._temporary_folder = Path(temporary_folder)
        self._wait_seconds = wait_seconds
        self._con: Any = None
        self._is_open = False
        self._open_until = 0.0
        self._uses = 0
        self._turn = threading.RLock()
        pool = ThreadPoolExecutor(1)
        self._begun = pool.submit(self._begin, file_exists)
        pool.shutdown(wait=False)

    @contextlib.contextmanager
    def use(self) -> Iterator[Any]:
        """Yield the connection with the file open."""
        self._begun.result()
        with self._turn:
            if not self._is_open:
                self._open(self._wait_seconds)
            self._uses += 1
            try:
                yield self._con
            except BaseException:
                self.close()
                raise
            finally:
                self._uses -= 1
                self._close_file_in_time()

    def close(self) -> None:
        """Close the connection."""
        wait([self._begun])
        with self._turn:
            with contextlib.suppress(duckdb.Error):
                if self._con is not None:
                    self._con.disconnect()
            self._con = None
            self._is_open = False

    def _begin(self, file_exists: bool) -> None:
        self._con = self._start_engine()
        if file_exists:
            # The first call waits for a file that is in use, and says what is wrong with one that cannot be opened.
            with contextlib.suppress(HistoryError):
                self._open(0)

    def _open(self, wait_seconds: float) -> None:
        engine, self._con = self._con or self._start_engine(), None
        self._con = self._open_file(engine, wait_seconds=wait_seconds)
        self._is_open = True
        self._open_until = time.monotonic() + KEEP_SECONDS
        timer = threading.Timer(KEEP_SECONDS, self._close_if_idle)
        timer.daemon = True
        timer.start()

    def _close_if_idle(self) -> None:
        """Close the file in time, unless a call uses it, which closes it at its end."""
        if self._turn.acquire(blocking=False):
            try:
                self._close_file_in_time()
            finally:
                self._turn.release()

    def _close_file_in_time(self) -> None:
        if self._is_open and not self._uses and time.monotonic() >= self._open_until:
            self._close_file()

    def _close_file(self) -> None:
        try:
            self._con.raw_sql("use memory")
            self._con.raw_sql("detach history")
            self._is_open = False
        except duckdb.Error:
            self.close()
        if self._temporary_folder.exists():
            self.close()

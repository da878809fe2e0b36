"""The connection of a pull to its DuckDB file, kept open for the calls that follow each other at once.

To open and close the file takes longer than most calls of a pull. Other processes cannot open it meanwhile, so it is
closed soon, also while the pull waits for Zendesk.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import duckdb

# Counted from the moment when the file was opened: programs that want to read it wait for as long.
KEEP_SECONDS = 0.25


class KeptConnection:
    """A connection that the next call can use: with the file open, or the engine alone.

    temporary_folder: where DuckDB puts what exceeds its memory. The next writer deletes it, so an engine that has used
    it is not kept.
    """

    def __init__(self, temporary_folder: str):
        self._temporary_folder = Path(temporary_folder)
        self._con: Any = None
        self._is_open = False
        self._open_until = 0.0
        # Calls come from several threads, and one more thread closes the file.
        self._guard = threading.Lock()

    def take_open(self) -> Any:
        """Return the connection if it has the file open, or None."""
        return self._take(is_open=True)

    def take_engine(self) -> Any:
        """Return the connection if it has the file closed, or None."""
        return self._take(is_open=False)

    def _take(self, *, is_open: bool) -> Any:
        with self._guard:
            if self._is_open != is_open:
                return None
            con, self._con = self._con, None
            return con

    def begin(self) -> None:
        """Note that a connection opened the file just now."""
        with self._guard:
            self._is_open = True
            self._open_until = time.monotonic() + KEEP_SECONDS
        timer = threading.Timer(KEEP_SECONDS, self._close_file_in_time)
        timer.daemon = True
        timer.start()

    def give_back(self, con: Any) -> None:
        """Keep a connection that has the file open for the next call."""
        with self._guard:
            # Another thread may have started a second engine meanwhile.
            self._disconnect()
            self._con = con
        self._close_file_in_time()

    def close(self) -> None:
        """Close the connection."""
        with self._guard:
            self._disconnect()

    def _close_file_in_time(self) -> None:
        with self._guard:
            if self._con is not None and self._is_open and time.monotonic() >= self._open_until:
                self._close_file()

    def _close_file(self) -> None:
        try:
            self._con.raw_sql("use memory")
            self._con.raw_sql("detach history")
        except duckdb.Error:
            self._disconnect()
        if self._temporary_folder.exists():
            self._disconnect()
        self._is_open = False

    def _disconnect(self) -> None:
        if self._con is not None:
            with contextlib.suppress(duckdb.Error):
                self._con.disconnect()
        self._con = None

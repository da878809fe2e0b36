"""Connections to Postgres. Every wait has a limit, so that a silent server cannot block a command for ever."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

from ..errors import HistoryError

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 600
# The server itself ends a statement after its time. The client waits a little longer, for a server that has stopped
# to respond, or a network that lost the connection.
SILENT_SECONDS = STATEMENT_SECONDS + 30


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
    """Connect to a database that can hold every text.

    Parameters
    ----------
    url
        The address. libpq reads it.
    name
        The address without a password, for error messages.

    Raises
    ------
    HistoryError
        If the database has another encoding than UTF8.
    psycopg.Error
        If there is no connection, or no response within a time limit.
    """
    con = LimitedConnection.connect(
        url, autocommit=True, connect_timeout=CONNECT_SECONDS, client_encoding="utf8"
    )
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

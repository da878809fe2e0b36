"""What every call on a history does: open its database, read rows, close it.

A history of an earlier version is migrated when it is first opened.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table

from ..definitions import Definitions
from ..schema.frames import to_pandas
from . import migrations
from .answers import Kept, connect, execute
from .database import Database, named_rows
from .engines import ReadOnly, Tables
from .failures import no_history
from .several import Owner, find_owner
from .timezones import usable_timezone

Query = Callable[[Tables], Table]
Row = Mapping[str, Any]

# The history whose connection is kept open, and that connection; one per thread.
_KEPT: ContextVar[tuple[Reader, Tables] | None] = ContextVar("_KEPT", default=None)


class Reader:
    """The methods of `History` that open it.

    timezone: the one that is set, None for the stored one.
    """

    def __init__(self, database: Database | ReadOnly, timezone: str | None, *, agent_names: bool = True):
        # A source that can only be read refuses, in one line, whatever would write.
        self._database: Any = database
        self._timezone = timezone
        self.agent_names = agent_names
        # Of the schema's version: not checked yet.
        self._is_current = isinstance(database, ReadOnly)
        # Read once, since every question needs them.
        self._owner: Owner | None = None
        self._definitions: Definitions | None = None

    @property
    def name(self) -> str:
        """Path or URL, without any password."""
        return str(self._database.name)

    @property
    def location(self) -> str:
        """Path or URL as it was given. It may hold a password: never print it."""
        return str(self._database.location)

    @property
    def timezone(self) -> str:
        """Time zone of days, weeks and months, such as Europe/Berlin."""
        return self._timezone or usable_timezone(self.account()[1])

    def account(self) -> tuple[str, str]:
        """Return the base URL and the stored time zone of the account; "" and "UTC" before the first pull.

        Of several accounts: their URLs as one text, and the time zone that they share or that is set.
        """
        return self._read_owner()[:2]

    @property
    def complete_from(self) -> dt.datetime | None:
        """The time from which the history has every rating; None if it has all, as without `csat pull --since`."""
        return self._read_owner().complete_from

    def _read_owner(self) -> Owner:
        if self._owner is None:
            rows = self.rows(lambda con: con.table("account"))
            if not rows:
                return Owner("", "UTC")
            self._owner = find_owner(rows, self.rows(lambda con: con.table("cursors")), self._timezone)
        return self._owner

    def read(self, query: Query) -> pd.DataFrame:
        """Return the result of the Ibis table `query(connection)` as a DataFrame."""
        return to_pandas(self._execute(query))

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """Return the result of the Ibis table `query(connection)` as a list of dictionaries."""
        return self._execute(query).to_pylist()

    def fetch(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of an SQL statement about a file or a Postgres database as dictionaries.

        The steps of a pull use it: to compile such queries from Ibis takes longer than to answer them.

        Parameters
        ----------
        statement
            SQL for DuckDB and Postgres. The values take the places of $1, $2 and so on.
        values
            The values.

        Returns
        -------
        list of dict
            One dictionary per row; times in UTC.
        """
        with self._open() as con:
            return named_rows(con.con, statement, *values)

    @contextlib.contextmanager
    def keep_open(self) -> Iterator[None]:
        """Read everything within the block by one connection, which is closed at its end.

        Equal queries are executed once, so rows that are written to a Postgres database meanwhile may not be seen.
        """
        with self._open() as con:
            if con.answers is None:
                con.answers = {}
            token = _KEPT.set((self, con))
            # Another process may have stored others.
            self._definitions = None
            try:
                yield
            finally:
                _KEPT.reset(token)

    def _execute(self, query: Query) -> pa.Table:
        with self._open() as con:
            return execute(self, query, con)

    @contextlib.contextmanager
    def _open(self) -> Iterator[Tables]:
        kept = _KEPT.get()
        if kept is not None and kept[0]._reads_as(self):
            yield kept[1]
            return
        if not self._database.exists:
            raise no_history(self.name)
        with contextlib.ExitStack() as opened:
            found = opened.enter_context(connect(self._database))
            if not self._is_current and self._is_older(found[0]):
                opened.close()
                self._migrate()
                found = opened.enter_context(connect(self._database))
            yield self._tables_of(*found)

    def _reads_as(self, other: Reader) -> bool:
        """Return whether both read the same tables, as a history and its copy with other definitions do."""
        return self._database is other._database and self.agent_names == other.agent_names

    def _tables_of(self, con: Any, kept: Kept | None) -> Tables:
        tables = con if isinstance(con, Tables) else Tables(con, is_own=True, kept=kept)
        return tables if self.agent_names else tables.without_agent_names()

    def _is_older(self, con: Any) -> bool:
        """Return whether an earlier version wrote the history. Raises HistoryError if a newer one did."""
        version = migrations.schema_version(con, self.name)
        migrations.check_version(version, self.name)
        self._is_current = version == len(migrations.MIGRATIONS)
        return not self._is_current

    def _migrate(self) -> None:
        """Migrate a history of an earlier version, if this process may."""
        with self._database.transaction() as con:
            migrations.create_or_migrate(con, self.name, self._timezone_of(con))
        self._is_current = True

    def _timezone_of(self, con: Any) -> str:
        """Return the time zone by a connection that is open: a second one would wait for a pull."""
        if self._timezone or self._owner:
            return self.timezone
        rows = con.table("account").to_pyarrow().to_pylist()
        return usable_timezone(find_owner(rows, (), None).timezone) if rows else "UTC"

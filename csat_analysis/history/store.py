"""The history: tickets, survey responses and look-ups as tables of a database, read here and written in `writing`."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table

from ..definitions import Definitions, given_definitions
from ..errors import HistoryError, InvalidChoice, UnknownChoice
from ..periods import zone
from ..schema.frames import to_pandas, with_local_times
from ..schema.tables import PRIVATE_TABLES, TABLES
from ..settings import LOOPBACK, Thresholds
from . import migrations
from .answers import answer_once, connect, execute
from .custom_fields import with_fields
from .database import LOCK_WAIT_SECONDS, Database, named_rows
from .definitions import read_definitions
from .engines import ReadOnly, Tables
from .failures import no_history
from .filters import Where, find_filter, keep_rows
from .selection import Names, select_rows, to_list
from .several import AND, find_last_pull, find_owner, is_of_several
from .timezones import usable_timezone
from .views import VIEWS
from .writing import Writer

Row = Mapping[str, Any]
Query = Callable[[Tables], Table]

# Columns of times between which a history has tickets and ratings.
MOMENTS = {"tickets": ("created_at", "generated_at"), "survey_responses": ("offered_at", "updated_at")}

# The history whose connection is kept open, and that connection; one per thread.
_KEPT: ContextVar[tuple[History, Any] | None] = ContextVar("_KEPT", default=None)


class History(Writer):
    """What has been pulled so far.

    Nothing is opened when it is made: each call opens and closes its own connection.

    Parameters
    ----------
    database
        Path of a DuckDB file, a postgresql:// URL, or another source of `engines`.
    timezone
        IANA name of the time zone of days, weeks and months; by default the one that is stored.
    wait_seconds
        How long to wait while another process has the file open.
    thresholds
        Minimum sample sizes and confidence levels for verdicts.
    agent_names
        False shows pseudonyms, such as "Agent 101", in place of the names of agents.
    mapping
        Path of the user's own mapping of agents to teams and the like.
    target
        Share of good ratings that is wanted of all ratings; None without a target.
    targets
        Path of the targets of groups, teams and the like.
    definitions
        Values of the environment, used where the history stores none: see `csat settings`.

    Raises
    ------
    CsatError
        If `timezone` is not an IANA time zone.
    """

    def __init__(
        self,
        database: str | ReadOnly,
        *,
        timezone: str | None = None,
        wait_seconds: float = LOCK_WAIT_SECONDS,
        thresholds: Thresholds | None = None,
        agent_names: bool = True,
        mapping: str | Path | None = None,
        target: float | None = None,
        targets: str | Path | None = None,
        definitions: Mapping[str, str] | None = None,
    ):
        if timezone is not None:
            zone(timezone)  # raises for an unknown one
        super().__init__(
            Database(database, wait_seconds=wait_seconds) if isinstance(database, str) else database, timezone
        )
        self.thresholds = thresholds or Thresholds()
        self.agent_names = agent_names
        self.mapping = None if mapping is None else Path(mapping)
        self.target = target
        self.targets = None if targets is None else Path(targets)
        self.environment_definitions = dict(definitions or {})
        self.called_definitions: dict[str, str] = {}
        self._definitions: Definitions | None = None
        # Names and values of filters that were found in the history, so that each is looked up once.
        self.known_values: set[tuple[str, str]] = set()
        self._is_current = isinstance(self._database, ReadOnly)

    def __repr__(self) -> str:
        return f"History({self.name!r})"

    @property
    def timezone(self) -> str:
        """Time zone of days, weeks and months, such as Europe/Berlin."""
        return self._timezone or usable_timezone(self.account()[1])

    def account(self) -> tuple[str, str]:
        """Return the base URL and the stored time zone of the account; "" and "UTC" before the first pull.

        Of several accounts: their URLs as one text, and the time zone that they share or that is set.
        """
        if self._owner is None:
            rows = self.rows(lambda con: con.table("account"))
            if not rows:
                return "", "UTC"
            self._owner = find_owner(rows, self._timezone)
        return self._owner

    def accounts(self) -> dict[str, History]:
        """Return the history of each account by its name; empty unless several are published side by side."""
        sources = self._database.accounts() if isinstance(self._database, ReadOnly) else {}
        return {name: self._with_source(source) for name, source in sources.items()}

    def _with_source(self, source: ReadOnly) -> History:
        other = copy.copy(self)
        other._database, other._owner, other._definitions = source, None, None
        other.known_values = set()
        return other

    @property
    def definitions(self) -> Definitions:
        """What counts as good, and other definitions, as the questions use them."""
        if self._definitions is None:
            self._definitions = read_definitions(self)
        return self._definitions

    def with_definitions(
        self,
        *,
        good: str | None = None,
        neutral: str | None = None,
        times: str | None = None,
        credit: str | None = None,
    ) -> History:
        """Return the same history with other definitions, in place of those that it stores.

        Nothing is stored: `csat settings` does that.

        Parameters
        ----------
        good
            Which ratings count as good: "zendesk", "top" or "top2".
        neutral
            Whether neutral ratings are in the denominator: "exclude" or "include".
        times
            The clock of handling times: "calendar" or "business".
        credit
            Who is credited with a rating: the agent and group when "rated", "offered" or "solved".

        Returns
        -------
        History

        Raises
        ------
        UnknownChoice
            If a value is unknown.

        Examples
        --------
        >>> import csat_analysis as csat
        >>> strict = csat.open_history("surveys.duckdb").with_definitions(good="top", neutral="include")
        >>> csat.trend(strict)  # doctest: +SKIP
        """
        given = given_definitions({"good": good, "neutral": neutral, "times": times, "credit": credit})
        if not given:
            return self
        other = copy.copy(self)
        other.called_definitions = {**self.called_definitions, **given}
        other._definitions = None
        # Other agents and groups may be credited.
        other.known_values = set()
        return other

    # Reading -----------------------------------------------------------------------------------------------

    def ratings(
        self,
        start: object = None,
        end: object = None,
        *,
        group: Names = None,
        agent: Names = None,
        where: Where = None,
        fields: Names = None,
    ) -> pd.DataFrame:
        """Return answered CSAT ratings, one row each, joined with their tickets.

        Parameters
        ----------
        start, end
            First and last day, both included (a date, or text like 2026-11-09), on the account's clock. Either may be
            a longer period, of which the first or last day counts, or a moment with a time of day, which is excluded as
            an end. `start` alone may be any period of `csat.period`, such as "2026-11" or "last month"; a single day
            alone means from that day on. A rating belongs to the day of its first answer.
        group, agent
            Names of groups or agents at the time of rating, one or several.
        where
            Filters, such as {"channel": ["email", "chat"], "not agent": "Bot"}: all of them must hold, and any value of
            a list.
        fields
            Titles of custom ticket fields, one or several, as further columns with the names that people see: text,
            numbers, true or false, or lists (a field with several choices). A title that is also the name of another
            column becomes "field:TITLE". Of several fields with one title the first one that is set counts.

        Returns
        -------
        pandas.DataFrame
            The columns of the `ratings` view (see docs/tables.md): times in UTC, durations in minutes; `week`, `day`
            and `month` are dates on the account's clock. Beside each time there is the local one without a zone, such
            as `submitted_local` of `submitted_at`.

        Raises
        ------
        UnknownChoice
            If a group, an agent, a name or value of `where`, or one of `fields` is not in the history.
        CsatError
            If `start` or `end` is malformed or ambiguous, or `end` is before `start`.

        Examples
        --------
        >>> import csat_analysis as csat
        >>> history = csat.open_history()
        >>> history.ratings("2026-08-03", "2026-11-15", group="Billing")  # doctest: +SKIP
        """
        kept = find_filter(self, where, group=group, agent=agent)
        frame = self.read(lambda con: keep_rows(con, self.select(con, "ratings", start, end), kept))
        return with_fields(self, with_local_times(frame, zone(self.timezone)), fields)

    def table(
        self, name: str, start: object = None, end: object = None, *, fields: Names = None
    ) -> pd.DataFrame:
        """Return a table or view as a DataFrame, whole or for a period.

        Parameters
        ----------
        name
            A table or view of docs/tables.md.
        start, end
            First and last day, both included, on the account's clock; or other bounds of `ratings`.
        fields
            Titles of custom ticket fields as further columns of ratings, offers or tickets, as in `ratings`.

        Returns
        -------
        pandas.DataFrame
            The columns of docs/tables.md; times in UTC.

        Raises
        ------
        UnknownChoice
            If there is no such table or ticket field.
        CsatError
            If a period is given for a table that has none, or custom fields of a table that has none.
        """
        readable = [*VIEWS, *(one for one in TABLES if one not in PRIVATE_TABLES)]
        if name not in readable:
            raise InvalidChoice("table", name, readable)
        return with_fields(self, self.read(lambda con: self.select(con, name, start, end)), fields)

    def groups(self) -> list[str]:
        """Return the names of groups that have ratings, in alphabetical order."""
        return self._names("group")

    def validate_names(self, column: str, wanted: Names) -> list[str]:
        """Return names of groups or agents as a list.

        Parameters
        ----------
        column
            "group" or "agent".
        wanted
            One name, several or none.

        Returns
        -------
        list of str
            The names; empty names are left out.

        Raises
        ------
        UnknownChoice
            If one of them has no ratings in the whole history.
        """
        names = [name for name in to_list(wanted) if name]
        valid = self._names(column) if names else []
        for name in names:
            if name not in valid:
                raise UnknownChoice(column, name, valid)
        return names

    def describe_source(self) -> str:
        """Return whose data this is and how fresh: "acme.zendesk.com, pulled 23 November 2026, 06:00"."""
        hosts = [urlsplit(url).hostname for url in self.account()[0].split(AND)]
        name = AND.join(
            "demo data (synthetic account)" if host in LOOPBACK else host or "no account" for host in hosts
        )
        if (done := self.last_pull()) is None:
            return f"{name}, not completely pulled yet"
        local = done.astimezone(zone(self.timezone))
        return f"{name}, pulled {local.day} {local:%B %Y, %H:%M}"

    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """Return the first and the last moment of its tickets and ratings, in UTC.

        Raises HistoryError while it is empty.
        """

        def query(con: Any) -> Any:
            moments = [con.table(name)[column] for name, columns in MOMENTS.items() for column in columns]
            # DuckDB knows the ends of a column without reading it, but not those of several together.
            ends = [one.as_table().aggregate(first=one.min(), last=one.max()) for one in moments]
            return ibis.union(*ends).aggregate(first=ibis._.first.min(), last=ibis._.last.max())

        row = self.rows(query)[0]
        if row["first"] is None:
            raise HistoryError(f"{self.name} holds no tickets and no ratings yet: fill it with csat pull")
        return row["first"], row["last"]

    def days(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last day of `span`, on the account's clock."""
        clock = zone(self.timezone)
        first, last = (moment.astimezone(clock).date() for moment in self.span())
        return first, last

    def last_pull(self) -> dt.datetime | None:
        """Return when the last complete pull began, in UTC; None before the first. Of accounts: the earliest.

        All answers until then are known, of those that came while it ran only some.
        """

        def query(con: Any) -> Any:
            pulls = con.table("pulls")
            by = [name for name in ("account",) if name in pulls.columns]
            return pulls.filter(pulls.outcome == "done").aggregate(by=by, started_at=pulls.started_at.max())

        done = self.rows(query)
        return find_last_pull(done, self.accounts() if is_of_several(done) else ())

    def select(
        self, con: Tables, name: str, start: object = None, end: object = None, **names: Names
    ) -> Table:
        """Return a table or view as an Ibis expression, for a query of one's own.

        Parameters
        ----------
        con
            The open connection, as `read` and `rows` pass it to a query.
        name
            A table or view of docs/tables.md.
        start, end
            First and last day, both included, on the account's clock, or other bounds of `ratings`; None: no bound.
        names
            Names of groups or agents at the time of rating: `group="Billing"`, `agent=["Ana", "Ben"]`.

        Returns
        -------
        ibis.Table
            The rows, not yet executed.
        """
        return select_rows(con, name, self._timezone_of(con), start, end, names)

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

    def _execute(self, query: Query) -> pa.Table:
        with self._open() as con:
            return execute(self, query, con)

    @property
    def query_key(self) -> tuple[Hashable, ...]:
        """What the meaning of a query to this history depends on, besides what is stored."""
        defined = (*self.called_definitions.items(), *self.environment_definitions.items())
        return (self.location or self._database, self._timezone, self.agent_names, defined)

    def _timezone_of(self, con: Any) -> str:
        """Return the time zone by a connection that is open: a second one would wait for a pull."""
        if self._timezone or self._owner:
            return self.timezone
        rows = con.table("account").to_pyarrow().to_pylist()
        return usable_timezone(find_owner(rows, None)[1]) if rows else "UTC"

    def _names(self, column: str) -> list[str]:
        return sorted(self.read(lambda con: con.table("ratings")[[column]].distinct())[column])

    @contextlib.contextmanager
    def keep_open(self) -> Iterator[None]:
        """Read everything within the block by one connection, which is closed at its end.

        Equal queries are executed once, so rows that are written to a Postgres database meanwhile may not be seen.
        """
        with self._open() as con, answer_once(self.location):
            token = _KEPT.set((self, con))
            # Another process may have stored others.
            self._definitions = None
            try:
                yield
            finally:
                _KEPT.reset(token)

    @contextlib.contextmanager
    def _open(self) -> Iterator[Tables]:
        kept = _KEPT.get()
        if kept is not None and kept[0] is self:
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

    def _tables_of(self, con: Any, has_joined_views: bool, parts: dict[Hashable, Table]) -> Tables:
        tables = con
        if not isinstance(con, Tables):
            known = self._known_tables
            tables = Tables(con, is_own=True, known=known, parts=parts, has_joined_views=has_joined_views)
        return tables if self.agent_names else tables.without_agent_names()

    def cursors(self) -> dict[str, str]:
        """Return stream -> where its next page begins, of every stream that has begun."""
        rows = self.fetch("select stream, cursor from cursors where cursor is not null")
        return {row["stream"]: row["cursor"] for row in rows}

    def _is_older(self, con: Any) -> bool:
        """Return whether an earlier version wrote the history. Raises HistoryError if a newer one did."""
        version = migrations.schema_version(con, self.name)
        migrations.check_version(version, self.name)
        self._is_current = version == len(migrations.MIGRATIONS)
        return not self._is_current

    def _migrate(self) -> None:
        """Migrate a history of an earlier version, if this process may."""
        with self._database.transaction() as con:
            timezone = self._timezone_of(con)
            migrations.create_or_migrate(con, self.name, timezone)
        self._is_current = True
        self._known_tables = {}

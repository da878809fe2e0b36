"""The history: tickets, survey responses and look-ups as tables of a database.

Its public methods are here; `reading` opens the database for them, `writing` has those that write.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import pandas as pd
from ibis.expr.types import Table

from ..definitions import Definitions, given_definitions
from ..errors import HistoryError, InvalidChoice, UnknownChoice
from ..periods import zone
from ..schema.frames import with_local_times
from ..schema.tables import PRIVATE_TABLES, TABLES
from ..settings import LOOPBACK, Thresholds
from .custom_fields import with_fields
from .database import LOCK_WAIT_SECONDS, Database
from .definitions import read_definitions
from .engines import ReadOnly, Tables
from .filters import Where, find_filter, keep_rows
from .selection import Names, select_rows, to_list
from .several import AND, find_last_pull, is_of_several
from .views import VIEWS
from .writing import Writer

# Columns of times between which a history has tickets and ratings.
MOMENTS = {"tickets": ("created_at", "generated_at"), "survey_responses": ("offered_at", "updated_at")}


class History(Writer):
    """What has been pulled so far.

    Nothing is opened when it is made: each call opens and closes its own connection.

    Parameters
    ----------
    database
        Path of a DuckDB file, a postgresql:// URL, or another source of `sources`.
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
        source = Database(database, wait_seconds=wait_seconds) if isinstance(database, str) else database
        super().__init__(source, timezone, agent_names=agent_names)
        self.thresholds = thresholds or Thresholds()
        self.mapping = None if mapping is None else Path(mapping)
        self.target = target
        self.targets = None if targets is None else Path(targets)
        self.environment_definitions = dict(definitions or {})
        self.called_definitions: dict[str, str] = {}
        # Names and values of filters that were found in the history, so that each is looked up once.
        self.known_values: set[tuple[str, str]] = set()

    def __repr__(self) -> str:
        return f"History({self.name!r})"

    def accounts(self) -> dict[str, History]:
        """Return the history of each account by its name; empty unless several are published side by side."""
        sources = self._database.accounts() if isinstance(self._database, ReadOnly) else {}
        return {name: self.with_source(source) for name, source in sources.items()}

    def with_source(self, source: Database | ReadOnly) -> History:
        """Return a history with the settings of this one and the rows of another source."""
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
            return ibis.union(*(_find_ends(con.table(name), columns) for name, columns in MOMENTS.items()))

        moments = [moment for row in self.rows(query) for moment in row.values() if moment is not None]
        if not moments:
            raise HistoryError(f"{self.name} holds no tickets and no ratings yet: fill it with csat pull")
        return min(moments), max(moments)

    def days(self) -> tuple[dt.date, dt.date]:
        """Return the first day that questions count, and the last day of `span`, on the account's clock."""
        clock = zone(self.timezone)
        first, last = self.span()
        first = max(first, self.complete_from or first)
        return min(first, last).astimezone(clock).date(), last.astimezone(clock).date()

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

    def select(self, con: Tables, name: str, start: object = None, end: object = None) -> Table:
        """Return a table or view as an Ibis expression, for a query of one's own.

        Parameters
        ----------
        con
            The open connection, as `read` and `rows` pass it to a query.
        name
            A table or view of docs/tables.md.
        start, end
            First and last day, both included, on the account's clock, or other bounds of `ratings`; None: no bound.

        Returns
        -------
        ibis.Table
            The rows, not yet executed.
        """
        return select_rows(con, name, self._timezone_of(con), start, end)

    @property
    def query_key(self) -> tuple[Hashable, ...]:
        """What the meaning of a query to this history depends on, besides what is stored."""
        defined = (*self.called_definitions.items(), *self.environment_definitions.items())
        return (self.location or self._database, self._timezone, self.agent_names, defined)

    def _names(self, column: str) -> list[str]:
        return sorted(self.read(lambda con: con.table("ratings")[[column]].distinct())[column])


def _find_ends(table: Table, columns: Sequence[str]) -> Table:
    """Return the first and the last moment of each column. DuckDB knows them without reading the columns."""
    ends = [end for one in columns for end in (table[one].min(), table[one].max())]
    return table.aggregate(**{f"end_{number}": end for number, end in enumerate(ends)})

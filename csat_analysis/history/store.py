"""The store: tickets, survey responses and look-ups as tables of a database, and reading them back.

A page and the cursor behind it are saved in one transaction; a process killed at any moment leaves whole
pages and a cursor that fits them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import ibis
import pandas as pd

from ..errors import CsatError, HistoryError, UnknownChoice
from ..schema.frames import to_pandas
from ..schema.tables import PERIOD_COLUMN, TABLES, Table
from ..settings import LOOPBACK, Settings, Thresholds, load_settings
from .database import LOCK_WAIT_SECONDS, Database, run
from .upsert import UpsertCounts, erase_text, upsert
from .views import VIEWS, view_sql

Row = Mapping[str, Any]
Query = Callable[[Any], Any]  # an Ibis connection in, an Ibis table out

MIGRATIONS: tuple[tuple[str, ...], ...] = ((),)  # version 1: the tables as they are made; append, never edit

REVISIONS = """
update survey_responses set revisions = seen.changes from (
  select response_id, count(*) as changes from (
    select response_id, rating_category, rating,
      lag(rating) over (partition by response_id order by updated_at) as earlier,
      lag(rating_category) over (partition by response_id order by updated_at) as category
    from rating_changes where response_id in (
      select response_id from rating_changes group by response_id having count(*) > 1
    )
  ) as versions where category is not null and (rating, rating_category) is distinct from (earlier, category)
  group by response_id
) as seen where survey_responses.response_id = seen.response_id and survey_responses.revisions < seen.changes
"""


class History:
    """What has been pulled so far. `database` is a path or a postgresql:// URL.

    timezone: of the account's weeks; by default the one the last pull found. thresholds: what the questions
    about it ask for before they judge.
    """

    def __init__(
        self,
        database: str,
        *,
        timezone: str | None = None,
        wait_seconds: float = LOCK_WAIT_SECONDS,
        thresholds: Thresholds | None = None,
    ):
        self.thresholds = thresholds or Thresholds()
        self._database = Database(database, wait_seconds=wait_seconds)
        self._timezone = timezone
        self._owner: tuple[str, str] | None = None  # read once: every question asks for it

    def __repr__(self) -> str:
        return f"History({self.name!r})"

    @property
    def name(self) -> str:
        """Where it is, without any password."""
        return self._database.name

    @property
    def location(self) -> str:
        """Path or URL as it was given: for another process, never for print, as it may hold a password."""
        return self._database.location

    @property
    def timezone(self) -> str:
        """The time zone of the account's weeks, such as Europe/Berlin."""
        return self._timezone or self.account()[1]

    def account(self) -> tuple[str, str]:
        """The base URL and the time zone of the account whose history this is, as when first asked."""
        if self._owner is None:
            with self._open() as con:
                return self._account(con)
        return self._owner

    # Reading -----------------------------------------------------------------------------------------------

    def ratings(
        self,
        start: object = None,
        end: object = None,
        *,
        group: str | Sequence[str] | None = None,
        agent: str | Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Answered CSAT ratings, one row each, joined with the ticket's handling times.

        start, end: first day and the day after the last (date, or text like 2026-11-09), on the
        account's clock, by the day of the answer. group, agent: names when rated, one or several.
        Columns: the `ratings` view of the data dictionary. Raises UnknownChoice for a group or agent without
        ratings in the whole history, CsatError for what is no date.
        """
        frame = self.read(lambda con: self.select(con, "ratings", start, end, group=group, agent=agent))
        for column, wanted in (("group", group), ("agent", agent)):
            self.validate_names(column, [name for name in _listed(wanted) if name not in set(frame[column])])
        return frame

    def table(self, name: str, start: object = None, end: object = None) -> pd.DataFrame:
        """A whole table or view, or its rows of a period. Raises UnknownChoice."""
        if name not in TABLES and name not in VIEWS:
            raise UnknownChoice("table", name, [*VIEWS, *TABLES])
        return self.read(lambda con: self.select(con, name, start, end))

    def groups(self) -> list[str]:
        """The names of groups that have ratings, in alphabetical order."""
        return self._names("group")

    def describe_source(self) -> str:
        """Whose data this is and how fresh: "acme.zendesk.com, pulled 23 November 2026, 06:00"."""
        host = urlsplit(self.account()[0]).hostname
        name = "synthetic demo account" if host in LOOPBACK else host or "no account"
        if (done := self.last_pull()) is None:
            return f"{name}, not completely pulled yet"
        return f"{name}, pulled {done.astimezone(ZoneInfo(self.timezone)):%-d %B %Y, %H:%M}"

    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """The first and the last moment it holds anything of, in UTC. Raises HistoryError while empty."""

        def query(con: Any) -> Any:
            t, r = con.table("tickets"), con.table("survey_responses")
            columns = (t.created_at, t.generated_at, r.offered_at, r.updated_at)
            return ibis.union(*(column.name("moment").as_table() for column in columns)).aggregate(
                first=ibis._.moment.min(), last=ibis._.moment.max()
            )

        row = self.rows(query)[0]
        if row["first"] is None:
            raise HistoryError(f"{self.name} holds no tickets and no ratings yet: fill it with csat pull")
        return row["first"], row["last"]

    def last_pull(self) -> dt.datetime | None:
        """When the last complete pull ended, in UTC; None before the first."""

        def query(con: Any) -> Any:
            pulls = con.table("pulls")
            return pulls.filter(pulls.outcome == "done").aggregate(ended_at=pulls.ended_at.max())

        return self.rows(query)[0]["ended_at"]

    def select(
        self,
        con: Any,
        name: str,
        start: object = None,
        end: object = None,
        **names: str | Sequence[str] | None,
    ) -> Any:
        """A table or view as an Ibis expression, cut to a period and to names of groups or agents."""
        table = con.table(name) if name not in VIEWS else con.sql(self._view_sql(con, name))
        column = PERIOD_COLUMN.get(name)
        if (start is not None or end is not None) and column is None:
            raise HistoryError(f"{name} has no period: leave out the dates")
        if start is not None:
            table = table.filter(table[column] >= self._moment(start))
        if end is not None:
            table = table.filter(table[column] < self._moment(end))
        for key, wanted in names.items():
            if wanted:
                table = table.filter(table[key].isin(_listed(wanted)))
        return table

    def read(self, query: Query) -> pd.DataFrame:
        """What `query(connection)` asks for, as a DataFrame; the connection is closed on return."""
        with self._open() as con:
            return to_pandas(query(con).to_pyarrow())

    def rows(self, query: Query) -> list[dict[str, Any]]:
        """What `query(connection)` asks for, as plain dictionaries."""
        with self._open() as con:
            return query(con).to_pyarrow().to_pylist()

    def _account(self, con: Any) -> tuple[str, str]:
        if self._owner is None:
            rows = con.table("account").to_pyarrow().to_pylist()
            if not rows:
                return "", "UTC"
            self._owner = rows[0]["url"], rows[0]["timezone"]
        return self._owner

    def _view_sql(self, con: Any, name: str) -> str:
        url, timezone = self._account(con)
        return view_sql(name, url, self._timezone or timezone)

    def _moment(self, day: object) -> dt.datetime:
        """A moment as it is; a day or a time without a zone on the account's clock."""
        try:
            moment = pd.Timestamp(day).to_pydatetime()  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise CsatError(f"no date {str(day)!r}: write it like 2026-11-09") from None
        if moment.tzinfo is None:  # not by pandas, which refuses a midnight that the clock skips or repeats
            moment = moment.replace(tzinfo=ZoneInfo(self.timezone))
        return moment.astimezone(dt.UTC)

    def _names(self, column: str) -> list[str]:
        return sorted(self.read(lambda con: self.select(con, "ratings")[[column]].distinct())[column])

    def validate_names(self, column: str, wanted: str | Sequence[str] | None) -> list[str]:
        """The names of groups or agents as a list, if there are ratings of each. Raises UnknownChoice."""
        names = [name for name in _listed(wanted) if name]
        valid = self._names(column) if names else []
        for name in names:
            if name not in valid:
                raise UnknownChoice(column, name, valid)
        return names

    # Writing -----------------------------------------------------------------------------------------------

    def save(
        self, rows: Mapping[str, Sequence[Row]], *, stream: str = "", cursor: str | None = None
    ) -> dict[str, UpsertCounts]:
        """Upsert rows of any tables and the cursor behind them, all of it or nothing; says what that changed.

        rows: table name -> rows. A row may leave out columns, the same ones in all rows of a call; those keep
        what they hold. Of rows with the same key the last one counts. With a deleted ticket go its customer's
        words, in every table and in the same transaction.
        """
        if stream:
            saved = {"stream": stream, "cursor": cursor, "saved_at": dt.datetime.now(dt.UTC)}
            rows = {**rows, "cursors": [saved]}
        with self._database.transaction() as con:
            done = {name: upsert(self._database, con, TABLES[name], new) for name, new in rows.items() if new}
            erase_text(con, [row["ticket_id"] for row in rows.get("tickets", ()) if row.get("is_deleted")])
        return done

    def cursors(self) -> dict[str, str]:
        """Stream -> where its next page begins, for every stream that has begun."""
        rows = self.rows(lambda con: con.table("cursors"))
        return {row["stream"]: row["cursor"] for row in rows if row["cursor"] is not None}

    def update_revision_counts(self) -> None:
        """Bring up to date what follows from other rows: how often each rating changed."""
        with self._database.transaction() as con:
            run(con, REVISIONS)

    def create_or_migrate(self, url: str, timezone: str) -> None:
        """Make or migrate the tables and the `ratings` view, for the account at `url`.

        Raises HistoryError if the history belongs to another account or to a newer version of this package.
        """
        self._database.create()
        self._owner = None
        with self._database.transaction() as con:
            self._migrate(con)
            owners = con.table("account").to_pyarrow().to_pylist()
            if owners and owners[0]["url"] != url:
                owner = owners[0]["url"]
                raise HistoryError(
                    f"{self.name} is the history of {owner}: for {url} set CSAT_DATABASE to another file"
                )
            upsert(self._database, con, TABLES["account"], [{"url": url, "timezone": timezone}])
            for name in VIEWS:
                run(con, f"create or replace view {name} as {view_sql(name, url, timezone)}")

    def pull_lock(self) -> contextlib.AbstractContextManager[None]:
        """The right to pull, for one process at a time. Raises HistoryBusy if another one has it."""
        return self._database.pull_lock()

    @contextlib.contextmanager
    def _open(self) -> Iterator[Any]:
        if not self._database.exists:
            raise HistoryError(
                f"there is no history at {self.name} yet: make one with csat pull, or csat demo"
            )
        with self._database.connect() as con:
            if self._owner is None and "schema_version" not in con.list_tables():
                raise HistoryError(f"{self.name} holds no history yet: make one with csat pull, or csat demo")
            yield con

    def _migrate(self, con: Any) -> None:
        have = set(con.list_tables())
        done = self._version(con) if "schema_version" in have else 0
        if done > len(MIGRATIONS):
            raise HistoryError(
                f"{self.name} was written by a newer csat_analysis (schema {done}, this one knows "
                f"{len(MIGRATIONS)}): upgrade csat_analysis"
            )
        if "schema_version" not in have:
            con.create_table("schema_version", schema=ibis.schema({"version": "int64"}))
            for table in TABLES.values():
                self._create(con, table)
        elif done < len(MIGRATIONS):
            for statement in (one for step in MIGRATIONS[done:] for one in step):
                run(con, statement)
        run(con, "delete from schema_version")
        run(con, f"insert into schema_version values ({len(MIGRATIONS)})")

    def _create(self, con: Any, table: Table) -> None:
        con.create_table(table.name, schema=ibis.schema(table.schema))
        if self._database.is_postgres:  # on DuckDB a primary key makes short connections many times slower
            run(con, f'alter table "{table.name}" add primary key ({", ".join(table.key)})')

    def _version(self, con: Any) -> int:
        return int(con.table("schema_version").to_pyarrow().to_pylist()[0]["version"])


def open_history(database: str | Path | None = None, *, settings: Settings | None = None) -> History:
    """The history at a path or postgresql:// URL; by default the one that CSAT_DATABASE names.

    Without one: csat.duckdb, or the demo's. Nothing is opened yet: each call on it opens and closes its own
    connection.
    """
    settings = settings or load_settings()
    return History(
        str(database or settings.database_to_read),
        timezone=settings.csat_timezone,
        thresholds=settings.thresholds,
    )


def _listed(names: str | Sequence[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())

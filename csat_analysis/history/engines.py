"""Read a history through another engine: published Parquet files, or an Ibis connection of the user's own.

The questions ask a connection for tables by name, and for nothing else. Here the names lead to the tables of an
engine, to published files, or to those of several accounts. Both views are queries over them, so that nothing is
created in the engine's catalog.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import glob
import secrets
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from ..errors import CsatError, HistoryError
from ..schema.tables import PRIVATE_TABLES, TABLES, TEXT
from ..settings import PARQUET
from .database import READ_ONLY
from .place import Place
from .pruning import View
from .publication import Publication, find_publications
from .spark import cause_in_java, register_in_spark, watched
from .views import VIEWS, pseudonymous, view_schema, view_sql

# What to do about an error of the engine.
CLOSED = "check that it is still open, and ask again"
DAMAGED = (
    "check the place and the way to it; csat publish there again replaces files that are missing or cut short"
)
CLOSED_OR_DAMAGED = (
    "check that it is still open; csat publish there again replaces files that are missing or cut short"
)
# Of the SQL of views.
DIALECT = "duckdb"
READABLE = [name for name in TABLES if name not in PRIVATE_TABLES]
# Tables of things with names, which two accounts can have in common.
NAMED = ("agents", "groups", "brands", "ticket_forms", "organizations")
# Columns of keys that do not end in _id, and one that does and is unique within its question only.
OTHER_KEYS, NOT_A_KEY = ("id", "stream"), "option_id"


class Tables:
    """The tables and views of a history in an engine.

    Parameters
    ----------
    con
        An Ibis connection.
    locate
        Returns the name in the engine of a table of docs/tables.md.
    is_own
        Whether this is the history's own database, which also holds the views and the private tables.
    known
        Tables that an earlier connection found, so that their columns are asked for once.
    parts
        Parts of queries that were built by this connection before, see `build_once`.
    has_joined_views
        Whether the connection holds both views as tables, see `answers`.
    """

    def __init__(
        self,
        con: Any,
        locate: Callable[[str], str] = str,
        *,
        is_own: bool = False,
        known: dict[str, Any] | None = None,
        parts: dict[Hashable, Any] | None = None,
        has_joined_views: bool = False,
    ):
        self.name = con.name
        self.con = con
        self._locate = locate
        self._is_own = is_own
        self._known = {} if known is None else known
        self._parts = {} if parts is None else parts
        self._has_joined_views = has_joined_views
        self._agent_names = True

    def without_agent_names(self) -> Tables:
        """Return the same tables and views with pseudonyms in place of the names of agents."""
        other = copy.copy(self)
        other._agent_names = False
        return other

    def true_agents(self) -> Any:
        """Return the table of agents with their names, to match those that the user gives. Never show them."""
        return self._stored("agents")

    def list_tables(self) -> list[str]:
        """Return the names of all tables and views."""
        return [*READABLE, *VIEWS]

    def table(self, name: str, *, credit: str = "rated") -> Any:
        """Return a table or view as an Ibis table. Raises HistoryError for a table that is never published.

        credit: who holds the tickets of a view's rows, see `views.view_sql`.
        """
        if name in PRIVATE_TABLES and not self._is_own:
            raise HistoryError(f"a published history {READ_ONLY}")
        if name not in VIEWS:
            return self._table(name)
        if self._has_joined_views and self._agent_names and credit == "rated":
            return self._stored(name)
        of_several = isinstance(self, Accounts)
        types = view_schema(name, of_several=of_several)
        if of_several:
            types |= {column: TEXT for column in types if _is_key(column)}
        write = _WriteView(name, credit, self._agent_names, None if self._is_own else self, self)
        return View(name, ibis.schema(types), self.con, write).to_expr()

    def build_once(self, key: Hashable, build: Callable[[], Any]) -> Any:
        """Return part of a query, built once for equal keys: it takes as long as executing it."""
        if key not in self._parts:
            self._parts[key] = build()
        return self._parts[key]

    def sql_of_view(self, name: str, credit: str, columns: Sequence[str]) -> str:
        """Return the query of a view with some of its columns."""
        is_stored = self._is_own and self._agent_names
        source = str if is_stored else lambda table: f"({self._sql(table)})"
        of_several = isinstance(self, Accounts)
        return view_sql(name, credit, of_several=of_several, columns=columns, source=source)

    def _stored(self, name: str) -> Any:
        place = self._locate(name)
        if name not in self._known:
            self._known[name] = self.con.table(place).op()
        known = self._known[name]
        is_same = known.source is self.con and known.name == place
        return (known if is_same else known.copy(name=place, source=self.con)).to_expr()

    def _table(self, name: str) -> Any:
        stored = self._stored(name)
        return stored if self._agent_names or name != "agents" else pseudonymous(stored)

    def _sql(self, name: str) -> str:
        if self._agent_names or name != "agents":
            return f'select * from "{self._locate(name)}"'
        return str(ibis.to_sql(self._table(name), dialect=DIALECT))


@dataclass(frozen=True)
class _WriteView:
    """Writes a view once its columns are known. Those of one database are equal, also by another connection."""

    name: str
    credit: str
    agent_names: bool
    place: Tables | None
    tables: Tables = field(compare=False)

    def __call__(self, columns: Sequence[str], schema: Any) -> Any:
        query = self.tables.sql_of_view(self.name, self.credit, columns)
        # Ibis translates the query to the engine's dialect.
        return self.tables.con.sql(query, schema=schema, dialect=DIALECT)


class Accounts(Tables):
    """The tables and views of several accounts as one.

    Each table has a column `account`. Every id becomes text with the account before it, such as "acme/35436", so that
    equal ids stay apart; a name that two accounts have gets the account behind it, such as "Billing (acme)".

    Parameters
    ----------
    members
        Name of the account -> its tables, all of one connection.
    """

    def __init__(self, members: Mapping[str, Tables]):
        super().__init__(next(iter(members.values())).con, _nowhere)
        self._members = dict(members)

    def without_agent_names(self) -> Tables:
        """Return the same tables and views with pseudonyms in place of the names of agents."""
        return Accounts({name: one.without_agent_names() for name, one in self._members.items()})

    def true_agents(self) -> Any:
        """Return the table of agents with their names, to match those that the user gives. Never show them."""
        return self._union("agents", {name: one.true_agents() for name, one in self._members.items()})

    def _table(self, name: str) -> Any:
        return self._union(name, {account: one.table(name) for account, one in self._members.items()})

    def _sql(self, name: str) -> str:
        return str(ibis.to_sql(self._table(name), dialect=DIALECT))

    def _union(self, name: str, tables: Mapping[str, Any]) -> Any:
        rows = ibis.union(*(_of_account(account, table) for account, table in tables.items()))
        return _with_accounts(rows) if name in NAMED else rows


def _nowhere(name: str) -> str:
    raise AssertionError(f"{name} is read through the tables of each account")


def _of_account(account: str, table: Any) -> Any:
    """Return a table whose keys name the account."""
    named = {
        name: ibis.literal(f"{account}/") + table[name].cast("string")
        for name in table.columns
        if _is_key(name)
    }
    return table.mutate(account=ibis.literal(account), **named)


def _is_key(name: str) -> bool:
    return name in OTHER_KEYS or (name.endswith("_id") and name != NOT_A_KEY)


def _with_accounts(rows: Any) -> Any:
    """Append the account to names that more than one account has."""
    alike = ibis.window(group_by=rows.name)
    is_shared = rows.account.min().over(alike) != rows.account.max().over(alike)
    longer = rows.name + ibis.literal(" (") + rows.account + ibis.literal(")")
    return rows.mutate(name=((rows.name != "") & is_shared).ifelse(longer, rows.name))


class ReadOnly:
    """A source that can only be read. Whatever would write to it raises HistoryError."""

    name: str
    location = ""
    is_postgres = False
    exists = True

    def accounts(self) -> dict[str, ReadOnly]:
        """Return the sources of several accounts by name; empty for a single one."""
        return {}

    def _refuse(self, *_: object, **__: object) -> Any:
        raise HistoryError(f"{self.name} {READ_ONLY}")

    create = transaction = pull_lock = snapshot = _refuse


class Published(ReadOnly):
    """A published history, read by DuckDB.

    Parameters
    ----------
    location
        "parquet:" and the folder or object store.
    place
        The place itself; by default the one of the location.
    """

    def __init__(self, location: str, place: Place | None = None):
        self._place = place or Place(location)
        # A notebook runs in another working folder.
        self.location = location if "://" in location else f"{PARQUET}{self._place.path('')}".rstrip("/")
        self.name = f"{PARQUET}{self._place.name}"

    def accounts(self) -> dict[str, ReadOnly]:
        """Return the sources of several accounts by name; empty for a single one."""
        places = _places(self._place)
        return {name: Published(f"{PARQUET}{one.name}", one) for name, one in places.items()}

    @contextlib.contextmanager
    def connect(self) -> Iterator[Tables]:
        """Yield the tables of the state published last. Raises HistoryError if nothing is published."""
        con = ibis.duckdb.connect()
        try:
            con.raw_sql("set TimeZone='UTC'")
            with _explained(self.name, DAMAGED), _registered(con, self._place) as tables:
                yield tables
        finally:
            con.disconnect()


class Connected(ReadOnly):
    """A history in the tables of an Ibis connection, or published and read through it. The connection stays open.

    Parameters
    ----------
    con
        The connection.
    published
        Place where the history is published; None: its tables are those of the connection's current schema.
    """

    def __init__(self, con: Any, published: Place | None = None):
        self.name = f"the {con.name} connection"
        self._con = con
        self._place = published

    def accounts(self) -> dict[str, ReadOnly]:
        """Return the sources of several accounts by name; empty for a single one."""
        places = _places(self._place) if self._place else {}
        return {name: Connected(self._con, one) for name, one in places.items()}

    @contextlib.contextmanager
    def connect(self) -> Iterator[Tables]:
        """Yield the tables. Raises HistoryError if they are not those of a history, or if the connection fails."""
        remedy = CLOSED_OR_DAMAGED if self._place else CLOSED
        with _explained(self.name, remedy), _watched(self._con):
            if self._place is None:
                _check_tables(self.name, self._con)
                yield Tables(self._con)
                return
            with _registered(self._con, self._place) as tables:
                yield tables


def _places(place: Place) -> dict[str, Place]:
    return {name: one for name, (one, _) in find_publications(place).items() if name}


@contextlib.contextmanager
def _registered(con: Any, place: Place) -> Iterator[Tables]:
    """Yield published tables under names of their own, which are removed on exit."""
    known: list[str] = []

    def tables_of(folder: Place, publication: Publication) -> Tables:
        token = secrets.token_hex(4)

        @functools.cache
        def locate(name: str) -> str:
            known.append(f"csat_{token}_{name}")
            _register(con, name, known[-1], folder, [part.file for part in publication.tables[name]])
            return known[-1]

        return Tables(con, locate)

    found = {name: tables_of(*one) for name, one in find_publications(place).items()}
    try:
        yield found[""] if "" in found else Accounts(found)
    finally:
        for name in known:
            # The connection may be lost already.
            with contextlib.suppress(Exception):
                con.drop_view(name, force=True)


def _register(con: Any, table: str, name: str, place: Place, files: list[str]) -> None:
    if con.name == "pyspark":
        addresses = [place.address(file) for file in files]
        register_in_spark(con._session, name, TABLES[table].schema, addresses)
    elif con.name == "duckdb" and not place.is_local:
        con.con.register(name, place.dataset(files))
    else:
        try:
            con.read_parquet([glob.escape(place.path(file)) for file in files], table_name=name)
        except NotImplementedError:
            raise HistoryError(
                f"a {con.name} connection cannot read Parquet files: give one of DuckDB or Spark, "
                "or none and the database parquet:PLACE"
            ) from None


def _watched(con: Any) -> contextlib.AbstractContextManager[None]:
    """Return a context in which a Spark session is checked and its queries cannot wait without end."""
    return watched(con._session) if con.name == "pyspark" else contextlib.nullcontext()


def _check_tables(name: str, con: Any) -> None:
    present = set(con.list_tables())
    for table in READABLE:
        if table not in present:
            raise HistoryError(
                f"{name} has no table {table!r}: select the schema that holds the history, or give published=PLACE"
            )
        found = con.table(table).schema()
        for column, kind in ibis.schema(TABLES[table].schema).items():
            if why := _difference(kind, found.get(column)):
                raise HistoryError(
                    f"the table {table!r} of {name} has {why} {column!r}: select the schema "
                    "that holds the history, or copy the history again with this version"
                )


def _difference(kind: Any, found: Any) -> str:
    """Return how a column differs from what questions need. Engines have numbers of other types, and JSON as text."""
    if found is None:
        return "no column"
    if kind.is_timestamp() and not found.is_timestamp():
        return "no times in"
    if kind.is_array() and not found.is_array():
        return "no lists in"
    return ""


@contextlib.contextmanager
def _explained(name: str, remedy: str) -> Iterator[None]:
    """Turn an error of an engine into one line."""
    try:
        yield
    except CsatError:
        raise
    except Exception as error:
        package = type(error).__module__.partition(".")[0]
        if package == "builtins" and not isinstance(error, OSError | NotImplementedError):
            raise
        line = (cause_in_java(error) or str(error)).strip().splitlines() or [type(error).__name__]
        raise HistoryError(f"{name} failed ({line[0][:300]}): {remedy}") from None

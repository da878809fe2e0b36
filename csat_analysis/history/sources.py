"""Sources that can only be read: published Parquet files, and an Ibis connection of the user's own."""

from __future__ import annotations

import contextlib
import functools
import glob
import secrets
from collections.abc import Iterator
from typing import Any

import ibis
from ibis.backends.duckdb import Backend as DuckDB

from ..errors import CsatError, HistoryError
from ..schema.tables import TABLES
from ..settings import PARQUET
from .engines import READABLE, Accounts, ReadOnly, Tables
from .place import Place
from .publication import Publication, find_publications
from .spark import cause_in_java, register_in_spark, watched

# What to do about an error of the engine.
CLOSED = "check that it is still open, and ask again"
DAMAGED = (
    "check the place and the way to it; csat publish there again replaces files that are missing or cut short"
)
CLOSED_OR_DAMAGED = (
    "check that it is still open; csat publish there again replaces files that are missing or cut short"
)


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
        con = DuckDB().connect()
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

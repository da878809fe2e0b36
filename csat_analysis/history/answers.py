"""Read a history that cannot change by one connection, and each answer once: a report asks for many counts twice."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from ibis.backends.duckdb.converter import DuckDBPyArrowData
from ibis.expr.types import Table

from ..schema.frames import in_utc
from .database import Database, first_row, run
from .failures import explain_failures
from .pruning import prune
from .query_shapes import Shape, find_shape
from .views import VIEWS

# Both views of so many surveys take about 100 MB of memory.
MOST_SURVEYS = 200_000


class _Prepared(NamedTuple):
    """A query as SQL, the numbers of the names that are its parameters (`$name_0`), and the columns of its answer."""

    sql: str
    names: frozenset[int]
    schema: Any


class Kept(NamedTuple):
    """A DuckDB file that is kept open, what queries returned, and what was built before: queries, and parts of them."""

    location: str
    con: Any
    has_joined_views: bool
    answers: dict[Hashable, pa.Table]
    prepared: dict[Hashable, _Prepared]
    parts: dict[Hashable, Table]


_KEPT: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def unchanged(location: str) -> Iterator[None]:
    """Keep a DuckDB file open within the block, so that nothing changes it, and answer equal queries once.

    Other databases can change while they are read, and are asked each time.
    """
    if not Path(location).is_file() or _find_kept(location):
        yield
        return
    database = Database(location)
    with database.connect() as con:
        token = _KEPT.set(Kept(database.location, con, _join_views_once(con), {}, {}, {}))
        try:
            yield
        finally:
            _KEPT.reset(token)


def _join_views_once(con: Any) -> bool:
    """Copy the views of a small history to temporary tables: to plan their joins takes longer than to count rows."""
    is_small = first_row(con, "select count(*) from survey_responses")[0] <= MOST_SURVEYS
    for name in VIEWS if is_small else ():
        run(con, f"create temp table {name} as select * from history.main.{name}")
    return is_small


@contextmanager
def connect(database: Any) -> Iterator[tuple[Any, Kept | None]]:
    """Yield a connection that reads: that of `unchanged` and what is kept of it, or one that is closed on exit."""
    kept = _find_kept(database.location)
    if kept is None:
        with database.connect() as con:
            yield con, None
        return
    with explain_failures(database.name, kept.con):
        yield kept.con, kept


def execute(history: Any, query: Callable[[Any], Table], con: Any) -> pa.Table:
    """Return the rows of a query to a history by its open connection, with times in UTC.

    A connection that is kept open answers equal queries once.
    """
    known = con.answers
    if known is None:
        return _execute(query(con))
    shape = find_shape(history, query)
    if shape is None:
        table = query(con)
        return _remember(known, table.op(), lambda: _execute(table))
    if kept := _find_kept(history.location):
        return _remember(known, shape, lambda: _execute_prepared(kept, shape, lambda: query(con)))
    return _remember(known, shape, lambda: _execute(query(con)))


def _remember(known: dict[Hashable, pa.Table], key: Hashable, ask: Callable[[], pa.Table]) -> pa.Table:
    if key not in known:
        known[key] = ask()
    return known[key]


def _find_kept(location: str) -> Kept | None:
    kept = _KEPT.get()
    return kept if kept is not None and kept.location == location else None


def _execute(query: Table) -> pa.Table:
    return in_utc(prune(query).to_pyarrow())


def _execute_prepared(kept: Kept, shape: Shape, build: Callable[[], Table]) -> pa.Table:
    """Return the rows of a query that is built and compiled once for all names that it may ask for."""
    if shape.key not in kept.prepared:
        kept.prepared[shape.key] = _prepare(kept.con, build(), shape.names)
    sql, numbers, schema = kept.prepared[shape.key]
    names = {f"name_{number}": shape.names[number] for number in numbers}
    rows = kept.con.con.execute(sql, names or None).to_arrow_table()
    return in_utc(DuckDBPyArrowData.convert_table(rows, schema))


def _prepare(con: Any, query: Table, names: Sequence[str]) -> _Prepared:
    """Build the SQL of a query, with parameters in place of its names."""
    token = secrets.token_hex(8)
    pruned = prune(query, {name: f"{token}_{number}" for number, name in enumerate(names)})
    parameter = re.compile(rf"'{token}_(\d+)'")
    sql = con.compile(pruned)
    found = frozenset(map(int, parameter.findall(sql)))
    return _Prepared(parameter.sub(r"$name_\1", sql), found, pruned.schema())

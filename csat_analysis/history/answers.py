"""Read a history that cannot change by one connection, and each answer once: a report asks for many counts twice."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
from ibis.expr.operations import Node
from ibis.expr.types import Table

from ..schema.frames import in_utc
from .database import Database, first_row, run
from .failures import explain_failures
from .pruning import prune
from .views import VIEWS

# Both views of so many surveys take about 100 MB of memory.
MOST_SURVEYS = 200_000


class _Kept(NamedTuple):
    """A DuckDB file that is kept open, what queries returned, and parts of queries that were built before."""

    location: str
    con: Any
    has_joined_views: bool
    answers: dict[Node, pa.Table]
    parts: dict[Hashable, Table]


_KEPT: ContextVar[_Kept | None] = ContextVar("kept", default=None)
# Location of a history that a question reads, and what its queries returned.
_ASKED: ContextVar[tuple[str, dict[Node, pa.Table]] | None] = ContextVar("asked", default=None)


@contextmanager
def unchanged(location: str) -> Iterator[None]:
    """Keep a DuckDB file open within the block, so that nothing changes it, and answer equal queries once.

    Other databases can change while they are read, and are asked each time.
    """
    if not Path(location).is_file():
        yield
        return
    database = Database(location)
    with database.connect() as con:
        token = _KEPT.set(_Kept(database.location, con, _join_views_once(con), {}, {}))
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
def connect(database: Any) -> Iterator[tuple[Any, bool]]:
    """Yield a connection that reads, and whether its views are tables: that of `unchanged`, or one closed on exit."""
    kept = _KEPT.get()
    if kept is None or kept.location != database.location:
        with database.connect() as con:
            yield con, False
        return
    with explain_failures(database.name, kept.con):
        yield kept.con, kept.has_joined_views


def build_once(location: str, key: Hashable, build: Callable[[], Table]) -> Table:
    """Return part of a query, built once for equal keys while a file is kept open: it takes as long as executing it."""
    kept = _KEPT.get()
    if kept is None or kept.location != location:
        return build()
    if key not in kept.parts:
        kept.parts[key] = build()
    return kept.parts[key]


@contextmanager
def answer_once(location: str) -> Iterator[None]:
    """Answer equal queries to a history once within the block: those of one question."""
    asked = _ASKED.get()
    if asked is not None and asked[0] == location:
        yield
        return
    token = _ASKED.set((location, {}))
    try:
        yield
    finally:
        _ASKED.reset(token)


def execute(query: Table, location: str) -> pa.Table:
    """Return the rows of a query to the database at a location, with times in UTC."""
    known = _known_answers(location)
    if known is None:
        return _execute(query)
    key = query.op()
    if key not in known:
        known[key] = _execute(query)
    return known[key]


def _known_answers(location: str) -> dict[Node, pa.Table] | None:
    kept, asked = _KEPT.get(), _ASKED.get()
    if kept is not None and kept.location == location:
        return kept.answers
    return asked[1] if asked is not None and asked[0] == location else None


def _execute(query: Table) -> pa.Table:
    return in_utc(prune(query).to_pyarrow())

"""Remember what queries return while the history cannot change: a report asks for the same counts many times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import pyarrow as pa
from ibis.expr.operations import Node
from ibis.expr.types import Table

from ..schema.frames import in_utc
from .database import Database
from .pruning import prune

# Location of the file that is kept open, and the answers to its queries.
_ANSWERS: ContextVar[tuple[str, dict[Node, pa.Table]] | None] = ContextVar("answers", default=None)


@contextmanager
def unchanged(location: str) -> Iterator[None]:
    """Keep a DuckDB file open within the block, so that nothing changes it, and answer equal queries once.

    Other databases can change while they are read, and are asked each time.
    """
    if not Path(location).is_file():
        yield
        return
    database = Database(location)
    with database.connect():
        token = _ANSWERS.set((database.location, {}))
        try:
            yield
        finally:
            _ANSWERS.reset(token)


def execute(query: Table, location: str) -> pa.Table:
    """Return the rows of a query to the database at a location, with times in UTC."""
    kept_open = _ANSWERS.get()
    if kept_open is None or kept_open[0] != location:
        return _execute(query)
    answers = kept_open[1]
    key = query.op()
    if key not in answers:
        answers[key] = _execute(query)
    return answers[key]


def _execute(query: Table) -> pa.Table:
    return in_utc(prune(query).to_pyarrow())

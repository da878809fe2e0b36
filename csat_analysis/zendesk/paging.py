"""Check that a list makes progress: each page must bring new rows and a new cursor, or be the last one."""

from __future__ import annotations

import json

from ..errors import ZendeskError
from .endpoints import Endpoint, Json
from .envelopes import Position
from .limits import Limits

MAX_ROWS_REMEMBERED = 1_000_000  # some 64 MB; a repetition after more rows than these ends at `Limits.pages`


class ListProgress:
    """The pages of one list that were read so far.

    Parameters
    ----------
    endpoint : Endpoint
        The list, named in errors.
    limits : Limits
        How many pages the list may have.
    """

    def __init__(self, endpoint: Endpoint, limits: Limits):
        self._endpoint = endpoint
        self._limits = limits
        self._pages = 0
        self._pages_without_rows = 0
        self._cursors: set[str] = set()
        self._rows: set[int] = set()

    def check_rows(self, rows: list[Json], *, has_more: bool) -> None:
        """Raise ZendeskError if a page repeats known rows although more are announced, or is one too many."""
        keys = {_row_key(row) for row in rows}
        self._pages += 1
        self._pages_without_rows = 0 if rows else self._pages_without_rows + 1
        if has_more and rows and keys <= self._rows:
            raise self._error("repeats rows that were already read")
        if has_more and self._pages_without_rows >= self._limits.pages_without_rows:
            raise self._error(f"has {self._pages_without_rows} pages without rows one after the other")
        if has_more and self._pages >= self._limits.pages:
            raise self._error(f"has more than {self._limits.pages:,} pages")
        if len(self._rows) > MAX_ROWS_REMEMBERED:
            self._rows.clear()
        self._rows |= keys

    def check_cursor(self, position: Position, requested: str | None) -> None:
        """Raise ZendeskError if the next page would have no cursor, or one that was requested before."""
        self._cursors |= {requested} if requested else set()
        if position.cursor is None:
            raise self._error("announces more pages without a cursor")
        if position.cursor in self._cursors:
            raise self._error("repeats a cursor")

    def _error(self, problem: str) -> ZendeskError:
        return ZendeskError(
            f"Zendesk's list {self._endpoint.path} {problem}, so it cannot be read to its end: "
            "run the command again later"
        )


def _row_key(row: Json) -> int:
    """Return a hash of the row's id, and of its version in an export, where changed rows come again."""
    if row.get("id") is not None:
        return hash(repr((row["id"], row.get("generated_timestamp"))))
    return hash(json.dumps(row, sort_keys=True))

"""Lists that do not end."""

from __future__ import annotations

import json
import threading
from itertools import count, cycle
from typing import Literal

from flask import Request, Response

from ..json_values import JSON
from .outcomes import Fault, Outcome

# of a list and of an export
_CURSORS = ("page[after]", "cursor")


def endless_pages(*cursors: str, rows: Literal["repeated", "none"] = "repeated") -> Fault:
    """Announce more after every page of a list or an export; one fault is one list, so name it with `on`.

    Parameters
    ----------
    *cursors
        Handed out in turn, over and over; without them each page has a new one.
    rows : {"repeated", "none"}
        Whether the pages after the first one repeat its rows or have none.

    Examples
    --------
    >>> from csat_analysis.fake_zendesk.server import faults
    >>> circle = faults.always(endless_pages("A", "B"), on="/groups")
    """
    pages = _Pages(cursors, repeat_rows=rows == "repeated")

    def fault(request: Request) -> Outcome:
        asked = {request.args.get(name) for name in _CURSORS}
        return pages.next_response() if asked & pages.given else pages.change_first

    return fault


class _Pages:
    """The pages of one list: the first is the true one, which all others are made from."""

    def __init__(self, cursors: tuple[str, ...], *, repeat_rows: bool):
        self._cursors = cycle(cursors) if cursors else (f"new-{number}" for number in count(1))
        self._repeat_rows = repeat_rows
        self._lock = threading.Lock()
        self._first: JSON = {}
        self.given: set[str] = set()

    def change_first(self, response: Response) -> Response:
        """Remember the true page and let it announce another one."""
        body = response.get_json(silent=True) if response.status_code == 200 else None
        if isinstance(body, dict):
            self._first = body if self._repeat_rows else _without_rows(body)
            response.set_data(json.dumps(self._announce_more(body)))
        return response

    def next_response(self) -> Response:
        """Return one more page."""
        return Response(json.dumps(self._announce_more(self._first)), mimetype="application/json")

    def _announce_more(self, body: JSON) -> JSON:
        with self._lock:
            cursor = next(self._cursors)
            self.given.add(cursor)
        if "end_of_stream" in body:
            return body | {"end_of_stream": False, "after_cursor": cursor, "after_url": None}
        return body | {"meta": {"has_more": True, "after_cursor": cursor}, "links": {"next": None}}


def _without_rows(body: JSON) -> JSON:
    return {name: [] if isinstance(value, list) else value for name, value in body.items()}

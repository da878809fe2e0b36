"""Lists that do not end."""

from __future__ import annotations

import copy
import json
import threading
from itertools import count, cycle
from typing import Literal

from flask import Request, Response

from ..json_type import JSON
from .outcomes import Fault, Outcome

# of a list and of an export
_CURSORS = ("page[after]", "cursor")


def endless_pages(*cursors: str, rows: Literal["repeated", "none"] = "repeated") -> Fault:
    """Announce more after every page of a list or an export.

    cursors: handed out in turn, over and over; without them each page has a new one. rows: whether the pages
    after the first one repeat its rows or have none. Use `on` of `always`: one fault is one list.
    """
    next_cursor = map(str, cycle(cursors) if cursors else (f"new-{number}" for number in count(1)))
    lock = threading.Lock()
    first: JSON = {}
    given: set[str] = set()

    def announce_more(body: JSON) -> JSON:
        with lock:
            cursor = next(next_cursor)
            given.add(cursor)
        if "end_of_stream" in body:
            return body | {"end_of_stream": False, "after_cursor": cursor, "after_url": None}
        return body | {"meta": {"has_more": True, "after_cursor": cursor}, "links": {"next": None}}

    def change_first(response: Response) -> Response:
        body = response.get_json(silent=True) if response.status_code == 200 else None
        if isinstance(body, dict):
            first.update(body if rows == "repeated" else _without_rows(body))
            response.set_data(json.dumps(announce_more(body)))
        return response

    def fault(request: Request) -> Outcome | None:
        asked = {request.args.get(name) for name in _CURSORS}
        if asked & given:
            return Response(json.dumps(announce_more(copy.copy(first))), mimetype="application/json")
        return change_first

    return fault


def _without_rows(body: JSON) -> JSON:
    return {name: [] if isinstance(value, list) else value for name, value in body.items()}

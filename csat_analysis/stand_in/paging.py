"""Zendesk's four ways of paging: incremental by cursor and by time, lists by cursor and by offset."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import numpy as np
from werkzeug.datastructures import MultiDict

from .people import JSON
from .refusals import Refusal, bad_request, invalid_value

MAX_EXPORT_PAGE = 1000
MAX_LIST_PAGE = 100
MAX_OFFSET_ROWS = 10_000
EXPORT_DELAY_SECONDS = 60  # the exports never show the last minute

Arguments = MultiDict[str, str]


def integer(arguments: Arguments, name: str, *, default: int | None = None) -> int | None:
    text = arguments.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise Refusal(400, {"error": "InvalidValue", "description": f"{name} is not an integer"}) from None


def export_page_size(arguments: Arguments) -> int:
    size = integer(arguments, "per_page", default=MAX_EXPORT_PAGE)
    if not 1 <= size <= MAX_EXPORT_PAGE:
        raise invalid_value(f"per_page must be between 1 and {MAX_EXPORT_PAGE}")
    return size


def start_time(arguments: Arguments, *, clock: int) -> int:
    """The `start_time` of an incremental export (epoch seconds); refused if missing or in the last minute."""
    start = integer(arguments, "start_time")
    if start is None:
        raise Refusal(400, {"error": "StartTimeMissing", "description": "Missing parameter: start_time"})
    if start > clock - EXPORT_DELAY_SECONDS:
        raise invalid_value("Too recent start_time. Use a start_time older than 60 seconds")
    return start


def export_cursor(stamp: int, number: int) -> str:
    return base64.b64encode(f"{stamp}.0||{number}|".encode()).decode()


def read_export_cursor(cursor: str) -> tuple[int, int]:
    """(stamp, id) of the last row that was seen."""
    try:
        stamp, number = base64.b64decode(cursor, validate=True).decode().rstrip("|").split("||")
        return int(float(stamp)), int(number)
    except (binascii.Error, ValueError):
        raise invalid_value("cursor is invalid") from None


def after(stamps: np.ndarray, ids: np.ndarray, seen: tuple[int, int]) -> int:
    """The position behind (stamp, id) in rows sorted by both."""
    first, last = np.searchsorted(stamps, seen[0]), np.searchsorted(stamps, seen[0], side="right")
    return int(first + np.searchsorted(ids[first:last], seen[1], side="right"))


def incremental_cursor(
    stamps: np.ndarray,
    ids: np.ndarray,
    *,
    arguments: Arguments,
    clock: int,
    keep: Callable[[np.ndarray], np.ndarray],
    url: str,
) -> tuple[np.ndarray, JSON]:
    """The ids of one page of an incremental export, and its envelope.

    `stamps` and `ids` are sorted by both; `keep` drops ids that were not asked for; `url` has no query.
    """
    size, cursor = export_page_size(arguments), arguments.get("cursor")
    if cursor:
        start = after(stamps, ids, read_export_cursor(cursor))
    else:
        start = int(np.searchsorted(stamps, start_time(arguments, clock=clock)))
    end = int(np.searchsorted(stamps, clock - EXPORT_DELAY_SECONDS, side="right"))
    waiting = start + np.flatnonzero(keep(ids[start:end]))
    page = waiting[:size]
    if len(page):
        cursor = export_cursor(int(stamps[page[-1]]), int(ids[page[-1]]))
    query = {"cursor": cursor} | {name: arguments[name] for name in _REPEATED if name in arguments}
    return ids[page], {
        "after_cursor": cursor,
        "after_url": f"{url}?{urlencode(query)}" if cursor else None,
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": len(waiting) <= size,
    }


_REPEATED = ("include", "per_page", "exclude_deleted")


def listing(name: str, items: Sequence[JSON] | LazyList, *, arguments: Arguments, url: str) -> JSON:
    """One page of a list: by cursor where `page[size]` is sent, else by offset."""
    return (
        _by_cursor(name, items, arguments, url)
        if "page[size]" in arguments
        else _by_offset(name, items, arguments, url)
    )


class LazyList:
    """A list whose members are rendered only when a page shows them."""

    def __init__(self, keys: Sequence[int] | np.ndarray, render: Callable[[int], JSON]):
        self._keys, self._render = keys, render

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, part: slice) -> list[JSON]:
        return [self._render(int(key)) for key in self._keys[part]]


def list_page_size(arguments: Arguments) -> int:
    if "page[before]" in arguments:
        raise bad_request("InvalidPaginationParameter", "the stand-in pages forward only, with page[after]")
    size = integer(arguments, "page[size]", default=MAX_LIST_PAGE)
    if not 1 <= size <= MAX_LIST_PAGE:
        raise bad_request("InvalidPaginationParameter", f"page[size] must be between 1 and {MAX_LIST_PAGE}")
    return size


def _by_cursor(name: str, items: Sequence[JSON] | LazyList, arguments: Arguments, url: str) -> JSON:
    size = list_page_size(arguments)
    start = _read_cursor(arguments["page[after]"]) if "page[after]" in arguments else 0
    page = items[start : start + size]
    before, behind = _cursor(start + 1), _cursor(start + len(page))
    others = [
        (key, value)
        for key, value in arguments.items(multi=True)
        if key not in ("page[after]", "page[before]")
    ]
    meta = (
        {"after_cursor": behind, "before_cursor": before}
        if page
        else {"after_cursor": None, "before_cursor": None}
    )
    return {
        name: page,
        "links": {
            "next": f"{url}?{urlencode([('page[after]', behind), *others])}" if page else None,
            "prev": f"{url}?{urlencode([('page[before]', before), *others])}" if page else None,
        },
        "meta": meta | {"has_more": start + size < len(items)},
    }


def _cursor(position: int) -> str:
    value = base64.b64encode(b"i" + position.to_bytes(8, "little")).decode()
    return base64.b64encode(json.dumps({"o": "id", "v": value}, separators=(",", ":")).encode()).decode()


def _read_cursor(cursor: str) -> int:
    try:
        value = json.loads(base64.b64decode(cursor, validate=True))["v"]
        return int.from_bytes(base64.b64decode(value, validate=True)[1:], "little")
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise bad_request("InvalidPaginationParameter", "page[after] is not valid") from None


def _by_offset(name: str, items: Sequence[JSON] | LazyList, arguments: Arguments, url: str) -> JSON:
    page, size = integer(arguments, "page", default=1), integer(arguments, "per_page", default=MAX_LIST_PAGE)
    size = min(max(size, 1), MAX_LIST_PAGE)
    if page * size > MAX_OFFSET_ROWS:
        raise bad_request("InvalidPaginationDepth", "Number of items requested is too deep")
    others = [(key, value) for key, value in arguments.items(multi=True) if key != "page"]

    def link(number: int) -> str:
        return f"{url}?{urlencode([*others, ('page', number)])}"

    return {
        name: items[(page - 1) * size : page * size],
        "count": len(items),
        "next_page": link(page + 1) if page * size < len(items) else None,
        "previous_page": link(page - 1) if page > 1 else None,
    }

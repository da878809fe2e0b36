"""Zendesk's paging by cursor: of the incremental export, and of lists."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import numpy as np
from werkzeug.datastructures import MultiDict

from ..account.state import EXPORT_DELAY_SECONDS
from .errors import Refusal, bad_parameter, bad_request, invalid_value
from .json_values import JSON

MAX_EXPORT_PAGE = 1000
MAX_LIST_PAGE = 100
# parameters that `after_url` repeats
_REPEATED = ("include", "per_page")

Arguments = MultiDict[str, str]


def integer(arguments: Arguments, name: str, *, default: int) -> int:
    """Return a parameter as an integer; a 400 `Refusal` if it is not one."""
    text = arguments.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise bad_parameter(f"{name} is not an integer") from None


# the incremental export


def export_page(
    stamps: np.ndarray,
    ids: np.ndarray,
    *,
    arguments: Arguments,
    clock: int,
    url: str,
) -> tuple[np.ndarray, JSON]:
    """Return the ids of one page of an incremental export, and its envelope.

    `stamps` and `ids` are sorted by both; `url` has no query.
    """
    size = _export_page_size(arguments)
    start = _export_start(stamps, ids, arguments, clock=clock)
    end = int(np.searchsorted(stamps, clock - EXPORT_DELAY_SECONDS, side="right"))
    page = np.arange(start, min(start + size, end))
    cursor = arguments.get("cursor")
    if len(page):
        cursor = _export_cursor(int(stamps[page[-1]]), int(ids[page[-1]]))
    query = {"cursor": cursor} | {name: arguments[name] for name in _REPEATED if name in arguments}
    return ids[page], {
        "after_cursor": cursor,
        "after_url": f"{url}?{urlencode(query)}" if cursor else None,
        "before_cursor": None,
        "before_url": None,
        "end_of_stream": end - start <= size,
    }


def _export_page_size(arguments: Arguments) -> int:
    size = integer(arguments, "per_page", default=MAX_EXPORT_PAGE)
    if not 1 <= size <= MAX_EXPORT_PAGE:
        raise invalid_value(f"per_page must be between 1 and {MAX_EXPORT_PAGE}")
    return size


def _export_start(stamps: np.ndarray, ids: np.ndarray, arguments: Arguments, *, clock: int) -> int:
    """Return the position of the first row that is asked for, by cursor or by start time."""
    cursor = arguments.get("cursor")
    if not cursor:
        return int(np.searchsorted(stamps, _start_time(arguments, clock=clock)))
    stamp, number = _parse_export_cursor(cursor)
    first = np.searchsorted(stamps, stamp)
    last = np.searchsorted(stamps, stamp, side="right")
    return int(first + np.searchsorted(ids[first:last], number, side="right"))


def _start_time(arguments: Arguments, *, clock: int) -> int:
    if "start_time" not in arguments:
        raise Refusal(400, {"error": "StartTimeMissing", "description": "Missing parameter: start_time"})
    start = integer(arguments, "start_time", default=0)
    if start > clock - EXPORT_DELAY_SECONDS:
        raise invalid_value("Too recent start_time. Use a start_time older than 60 seconds")
    return start


def _export_cursor(stamp: int, number: int) -> str:
    return base64.b64encode(f"{stamp}.0||{number}|".encode()).decode()


def _parse_export_cursor(cursor: str) -> tuple[int, int]:
    """Return (stamp, id) of the last row that the caller has seen."""
    try:
        stamp, number = base64.b64decode(cursor, validate=True).decode().rstrip("|").split("||")
        return int(float(stamp)), int(number)
    except (binascii.Error, ValueError):
        raise invalid_value("cursor is invalid") from None


# lists


class LazyList:
    """A list whose members are rendered only when a page shows them."""

    def __init__(self, keys: np.ndarray, render: Callable[[int], JSON]):
        self._keys = keys
        self._render = render

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, part: slice) -> list[JSON]:
        return [self._render(int(key)) for key in self._keys[part]]


def list_page(name: str, items: Sequence[JSON] | LazyList, *, arguments: Arguments, url: str) -> JSON:
    """Return one page of a list."""
    size = list_page_size(arguments)
    start = _parse_list_cursor(arguments["page[after]"]) if "page[after]" in arguments else 0
    page = items[start : start + size]
    meta: JSON = {"after_cursor": None, "before_cursor": None}
    links: JSON = {"next": None, "prev": None}
    if page:
        before = _list_cursor(start + 1)
        after = _list_cursor(start + len(page))
        meta = {"after_cursor": after, "before_cursor": before}
        others = [pair for pair in arguments.items(multi=True) if pair[0] != "page[after]"]
        links = {
            "next": f"{url}?{urlencode([('page[after]', after), *others])}",
            "prev": f"{url}?{urlencode([('page[before]', before), *others])}",
        }
    return {name: page, "links": links, "meta": meta | {"has_more": start + size < len(items)}}


def list_page_size(arguments: Arguments) -> int:
    """Return `page[size]`; refuse what is outside 1 to 100, paging backwards, and by offset (without it)."""
    if "page[before]" in arguments or "page[size]" not in arguments:
        raise bad_request(
            "InvalidPaginationParameter", "this server pages by page[size] and page[after] only"
        )
    size = integer(arguments, "page[size]", default=MAX_LIST_PAGE)
    if not 1 <= size <= MAX_LIST_PAGE:
        raise bad_request("InvalidPaginationParameter", f"page[size] must be between 1 and {MAX_LIST_PAGE}")
    return size


def _list_cursor(position: int) -> str:
    value = base64.b64encode(b"i" + position.to_bytes(8, "little")).decode()
    return base64.b64encode(json.dumps({"o": "id", "v": value}, separators=(",", ":")).encode()).decode()


def _parse_list_cursor(cursor: str) -> int:
    try:
        value = json.loads(base64.b64decode(cursor, validate=True))["v"]
        return int.from_bytes(base64.b64decode(value, validate=True)[1:], "little")
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise bad_request("InvalidPaginationParameter", "page[after] is not valid") from None

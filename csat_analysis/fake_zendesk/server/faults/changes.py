"""Faults that change the true answer: its length, its speed, its headers, fields of its JSON, rows of its list."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from functools import partial

from flask import Response

from ..json_values import JSON
from .outcomes import Fault


def cut_body(share: float = 0.5) -> Fault:
    """End the connection inside the body, after this share of the length that the headers promise."""

    def cut(response: Response) -> Response:
        length = len(response.get_data())
        _shorten(response, share)
        response.content_length = length
        return response

    return lambda request: cut


def cut_json(share: float = 0.5) -> Fault:
    """Cut the JSON text; the headers announce the shorter length."""
    return lambda request: partial(_shorten, share=share)


def slow_body(pause_seconds: float, pieces: int = 10) -> Fault:
    """Send the headers at once, then the body in so many pieces with a pause before each."""

    def drip(body: bytes) -> Iterator[bytes]:
        size = max(1, -(-len(body) // pieces))
        for start in range(0, len(body), size):
            time.sleep(pause_seconds)
            yield body[start : start + size]

    def slow(response: Response) -> Response:
        response.response = drip(response.get_data())
        return response

    return lambda request: slow


def set_header(name: str, value: str) -> Fault:
    """Set a header, for example a rate limit of nothing: `total=0; remaining=0; resets=1`."""

    def change(response: Response) -> Response:
        response.headers[name] = value
        return response

    return lambda request: change


def set_field(path: str, value: object) -> Fault:
    """Set a field of the JSON body, for example `set_field("meta.has_more", True)`.

    Parameters
    ----------
    path : str
        Keys and positions in lists, joined by dots. An answer without the object around it is not changed.
    value
        Any value that JSON can hold.
    """

    def change(body: JSON) -> None:
        parent, key = _find_parent(body, path)
        if isinstance(parent, dict):
            parent[key] = value
        elif isinstance(parent, list) and key.isdecimal() and int(key) < len(parent):
            parent[int(key)] = value

    return change_json(change)


def delete_field(path: str) -> Fault:
    """Delete a field of the JSON body, for example `delete_field("end_of_stream")`."""

    def change(body: JSON) -> None:
        parent, key = _find_parent(body, path)
        if isinstance(parent, dict):
            parent.pop(key, None)

    return change_json(change)


def change_rows(name: str, change: Callable[[JSON], None], *, ids: Collection[object] | None = None) -> Fault:
    """Change rows of a list, wherever an answer has it.

    Parameters
    ----------
    name : str
        The key of the list, for example "survey_responses".
    change : callable
        Changes a row in place.
    ids : collection, optional
        The ids of the rows to change; by default all.
    """
    return change_json(lambda body: _change_rows(body, name, change, ids))


def change_tickets(change: Callable[[JSON], None], *, ids: Collection[object] | None = None) -> Fault:
    """Change tickets of the export; a changed metric set is also changed in the list beside the tickets."""

    def change_body(body: JSON) -> None:
        _change_rows(body, "tickets", change, ids)
        if "metric_sets" in body:
            body["metric_sets"] = [ticket["metric_set"] for ticket in body["tickets"]]

    return change_json(change_body)


def change_json(change: Callable[[JSON], None]) -> Fault:
    """Change the body of every successful answer that is a JSON object, in place."""

    def changed(response: Response) -> Response:
        body = response.get_json(silent=True) if response.status_code == 200 else None
        if isinstance(body, dict):
            change(body)
            response.set_data(json.dumps(body))
        return response

    return lambda request: changed


def _change_rows(
    body: JSON, name: str, change: Callable[[JSON], None], ids: Collection[object] | None
) -> None:
    for row in body.get(name, ()):
        if ids is None or row.get("id") in ids:
            change(row)


def _find_parent(body: object, path: str) -> tuple[object, str]:
    """Return the object or list that holds the last part of a path (None if there is none), and that part."""
    *parents, key = path.split(".")
    for part in parents:
        if isinstance(body, dict):
            body = body.get(part)
        elif isinstance(body, list) and part.isdecimal() and int(part) < len(body):
            body = body[int(part)]
        else:
            return None, key
    return body, key


def _shorten(response: Response, share: float) -> Response:
    body = response.get_data()
    response.set_data(body[: int(len(body) * share)])
    return response

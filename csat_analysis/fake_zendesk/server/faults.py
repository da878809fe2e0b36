"""Ready-made faults for `serving(account, faults=…)`: what Zendesk, or the way to it, does on a bad day.

    bad_day = together(once(cursor_refused(), on="/incremental/tickets"), sometimes(0.2, *passing(), seed=3))

A fault is asked before each request. It returns None (all is well), a response to send in place of the true
one, or a function that spoils the true one; asking it does no harm yet, so faults can be put together. `on` is
a part of the path with its query, unquoted: "/audits", "cursor=", "page[after]=".
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from urllib.parse import unquote

from flask import Request, Response

from . import errors
from .errors import Refusal
from .paging import MAX_EXPORT_PAGE

Spoiler = Callable[[Response], Response]
Fault = Callable[[Request], Response | Spoiler | None]

NO_ANSWER = 0  # a status for which the server ends the connection
_PAGE = "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>Error {0}</h1></body></html>\n"


# answers in place of the true one


def too_many_requests(retry_after: int | None = None) -> Fault:
    """429, with `Retry-After` (seconds) or without."""
    text = errors.too_many(0).body
    return lambda request: Response(text, 429, _retry_after(retry_after), mimetype="text/plain")


def html_error(status: int, retry_after: int | None = None) -> Fault:
    """A 5xx whose body is a page for people, as proxies send it."""
    return lambda request: Response(_PAGE.format(status), status, _retry_after(retry_after))


def page_too_big(above: int) -> Fault:
    """504 for pages of an export with more rows than `above`."""

    def fault(request: Request) -> Response | None:
        usual = MAX_EXPORT_PAGE if "/incremental/" in request.path else 0
        if request.args.get("per_page", usual, type=int) <= above:
            return None
        return Response("upstream request timeout", 504, mimetype="text/plain")

    return fault


def cursor_refused(status: int = 422) -> Fault:
    """No cursor is taken any more: `status` for `cursor` of an export, 400 for `page[after]` of a list."""

    def fault(request: Request) -> Response | None:
        if "cursor" in request.args:
            return _response(Refusal(status, errors.invalid_value("cursor is invalid").body))
        if "page[after]" in request.args:
            return _response(errors.bad_request("InvalidCursor", "page[after] is not valid"))
        return None

    return fault


def token_expired() -> Fault:
    """401 for the OAuth token that it meets first, from then on; any other token works."""
    expired: list[str] = []

    def fault(request: Request) -> Response | None:
        token = request.headers.get("Authorization")
        if token and not expired:
            expired.append(token)
        return _response(errors.unauthorized(guide=_is_guide(request))) if token in expired else None

    return fault


def unauthorized() -> Fault:
    """401, whatever the token."""
    return lambda request: _response(errors.unauthorized(guide=_is_guide(request)))


def forbidden() -> Fault:
    """403: the role, the plan or the scope does not reach so far."""
    return lambda request: _response(errors.forbidden(guide=_is_guide(request)))


def missing() -> Fault:
    """404: there is no such record (any more)."""
    return lambda request: _response(errors.not_found(guide=_is_guide(request)))


def conflict() -> Fault:
    """409: somebody else writes at the same moment."""
    body = {"description": "The resource is being modified", "error": "Conflict"}
    return lambda request: _response(Refusal(409, body))


def dropped() -> Fault:
    """The connection ends before a byte of the answer; noted in `account.calls` with status 0."""
    return lambda request: Response(status=NO_ANSWER)


# the true answer, spoiled


def cut_body(share: float = 0.5) -> Fault:
    """The connection ends inside the body, after this share of the length that the headers promise."""

    def cut(response: Response) -> Response:
        length = len(response.get_data())
        _shorten(response, share)
        response.content_length = length
        return response

    return lambda request: cut


def cut_json(share: float = 0.5) -> Fault:
    """A body that breaks off, of the length that the headers say."""
    return lambda request: partial(_shorten, share=share)


def slow_body(pause_seconds: float, pieces: int = 10) -> Fault:
    """Headers at once, then the body in so many pieces with a pause before each."""

    def drip(body: bytes) -> Iterator[bytes]:
        size = max(1, -(-len(body) // pieces))
        for start in range(0, len(body), size):
            time.sleep(pause_seconds)
            yield body[start : start + size]

    def slow(response: Response) -> Response:
        response.response = drip(response.get_data())
        return response

    return lambda request: slow


# when


def always(fault: Fault, *, on: str = "", since: int = 1) -> Fault:
    """The fault on a part of the paths, from the `since`-th request on that it spoils."""
    return _numbered(fault, on, lambda number: number >= since)


def once(fault: Fault, *, on: str = "", nth: int = 1) -> Fault:
    """The fault for one request alone: the `nth` of those that it would spoil."""
    return _numbered(fault, on, lambda number: number == nth)


def together(*faults: Fault) -> Fault:
    """Of several faults the first that has something to say."""
    return lambda request: _first(faults, request)


def sometimes(share: float, *faults: Fault, seed: int, in_a_row: int = 2) -> Fault:
    """One of the faults, drawn at random, for this share of the requests.

    The same request (method, path and query) is spoiled at most `in_a_row` times before it gets through, so
    that a client which tries again comes to an end. What happens to the n-th sending of a request depends on
    the seed alone, not on what other requests are under way.
    """
    sent: Counter[str] = Counter()
    spoiled: Counter[str] = Counter()
    lock = threading.Lock()

    def fault(request: Request) -> Response | Spoiler | None:
        name = f"{request.method} {request.full_path}"
        with lock:
            sent[name] += 1
            draw = random.Random(f"{seed} {name} {sent[name]}")
            due = spoiled[name] < in_a_row and draw.random() < share
            found = _first(draw.sample(faults, len(faults)), request) if due else None
            spoiled[name] = 0 if found is None else spoiled[name] + 1
            return found

    return fault


def passing(retry_after: int = 1) -> tuple[Fault, ...]:
    """All faults that are over when the same request is sent again."""
    return (
        too_many_requests(retry_after), too_many_requests(), html_error(500), html_error(502),
        html_error(503), html_error(503, retry_after), html_error(520), conflict(), dropped(), cut_body(),
        cut_json(), slow_body(0.005),
    )  # fmt: skip


def _numbered(fault: Fault, on: str, wanted: Callable[[int], bool]) -> Fault:
    number, lock = 0, threading.Lock()

    def counted(request: Request) -> Response | Spoiler | None:
        nonlocal number
        found = fault(request) if on in unquote(request.full_path) else None
        if found is None:
            return None
        with lock:
            number += 1
            return found if wanted(number) else None

    return counted


def _first(faults: Iterable[Fault], request: Request) -> Response | Spoiler | None:
    return next((found for fault in faults if (found := fault(request)) is not None), None)


def _shorten(response: Response, share: float) -> Response:
    body = response.get_data()
    response.set_data(body[: int(len(body) * share)])
    return response


def _response(refusal: Refusal) -> Response:
    return Response(json.dumps(refusal.body), refusal.status, refusal.headers, mimetype="application/json")


def _retry_after(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _is_guide(request: Request) -> bool:
    return request.path.startswith("/api/v2/guide/")

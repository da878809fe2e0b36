"""When a fault happens, and how faults are combined."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from flask import Request, Response

from .answers import conflict, html_error, too_many_requests
from .changes import cut_body, cut_json, slow_body
from .connections import dropped
from .outcomes import Change, Fault, Outcome, RawAnswer


def always(fault: Fault, *, on: str = "", since: int = 1) -> Fault:
    """Apply the fault to a part of the paths, from the `since`-th request that it affects."""
    return _numbered(fault, on, lambda number: number >= since)


def once(fault: Fault, *, on: str = "", nth: int = 1) -> Fault:
    """Apply the fault to one request: the `nth` of those that it would affect."""
    return _numbered(fault, on, lambda number: number == nth)


def together(*faults: Fault) -> Fault:
    """Apply the first of several faults that affects a request."""
    return lambda request: _first(faults, request)


def chain(*faults: Fault) -> Fault:
    """Apply all of several faults to the same answer, one after another.

    The first one may answer in place of the true answer; the others change the answer.
    """

    def fault(request: Request) -> Outcome | None:
        outcomes = [found for one in faults if (found := one(request)) is not None]
        if not outcomes:
            return None
        first, *rest = outcomes
        if isinstance(first, RawAnswer):
            return first
        changes = [one for one in rest if not isinstance(one, Response | RawAnswer)]
        if isinstance(first, Response):
            return _apply(changes, first)
        return lambda response: _apply([first, *changes], response)

    return fault


def sometimes(share: float, *faults: Fault, seed: int, in_a_row: int = 2) -> Fault:
    """Apply one of the faults, drawn at random, to this share of the requests.

    The same request (method, path and query) is affected at most `in_a_row` times before it succeeds, so that
    a client which tries again finishes. What happens to the n-th sending of a request depends on the seed
    alone, not on other requests at the same time.
    """
    sent: Counter[str] = Counter()
    affected: Counter[str] = Counter()
    lock = threading.Lock()

    def fault(request: Request) -> Outcome | None:
        name = f"{request.method} {request.full_path}"
        with lock:
            sent[name] += 1
            draw = random.Random(f"{seed} {name} {sent[name]}")
            is_due = affected[name] < in_a_row and draw.random() < share
            found = _first(draw.sample(faults, len(faults)), request) if is_due else None
            affected[name] = 0 if found is None else affected[name] + 1
            return found

    return fault


def passing(retry_after: int = 1) -> tuple[Fault, ...]:
    """Return all faults that are over when the same request is sent again."""
    return (
        too_many_requests(retry_after),
        too_many_requests(),
        html_error(500),
        html_error(502),
        html_error(503),
        html_error(503, retry_after),
        html_error(520),
        conflict(),
        dropped(),
        cut_body(),
        cut_json(),
        slow_body(0.005),
    )


def _numbered(fault: Fault, on: str, is_wanted: Callable[[int], bool]) -> Fault:
    number = 0
    lock = threading.Lock()

    def counted(request: Request) -> Outcome | None:
        nonlocal number
        found = fault(request) if on in unquote(request.full_path) else None
        if found is None:
            return None
        with lock:
            number += 1
            return found if is_wanted(number) else None

    return counted


def _first(faults: Iterable[Fault], request: Request) -> Outcome | None:
    return next((found for fault in faults if (found := fault(request)) is not None), None)


def _apply(changes: Iterable[Change], response: Response) -> Response:
    for change in changes:
        response = change(response)
    return response

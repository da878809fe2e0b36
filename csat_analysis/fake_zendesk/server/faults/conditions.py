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
    """Apply the fault to a part of the paths.

    Parameters
    ----------
    fault : Fault
        What goes wrong.
    on : str
        A part of the path with its query, unquoted: "/audits", "cursor=".
    since : int
        The first request to affect, counting those that the fault would affect.

    Examples
    --------
    >>> from csat_analysis.fake_zendesk.server import faults
    >>> no_end = always(faults.delete_field("end_of_stream"), on="/incremental/tickets")
    """
    return _numbered(fault, on, lambda number: number >= since)


def once(fault: Fault, *, on: str = "", nth: int = 1) -> Fault:
    """Apply the fault to one request.

    Parameters
    ----------
    fault : Fault
        What goes wrong.
    on : str
        A part of the path with its query, unquoted.
    nth : int
        Which request to affect, counting those that the fault would affect.

    Examples
    --------
    >>> lost = once(dropped(), on="/audits", nth=3)
    """
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
    """Apply one of the faults, drawn at random, to a share of the requests.

    What happens to the n-th sending of a request (method, path and query) depends on the seed alone, not on
    other requests at the same time.

    Parameters
    ----------
    share : float
        From 0 to 1.
    *faults
        To draw from, for example `passing()`.
    seed : int
        Of the random numbers.
    in_a_row : int
        How often the same request is affected at most before it succeeds, so that a client which tries again
        finishes.

    Examples
    --------
    >>> bad_day = sometimes(0.2, *passing(), seed=3)
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

"""Mutate the fake Zendesk's answers: bodies, envelopes, headers and server behaviour, drawn from a seed."""

from __future__ import annotations

import copy
import gzip
import json
import random
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from flask import Request, Response

from csat_analysis.fake_zendesk import faults
from csat_analysis.fake_zendesk.server.faults import Fault, Outcome, RawAnswer

Json = dict[str, Any]
Mutate = Callable[[random.Random, Response], Response]

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    5.0,
    2**63,
    10**400,
    1e308,
    "",
    " ",
    "5",
    "null",
    "anonymous",
    "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "\u202e\u0000\x1b[31m",
    "x" * 9000,
    "\ud83d",
    [],
    [None],
    [[]],
    {},
    {"id": None},
    {"a": {"b": [1, "2", None]}},
)
HEADERS: tuple[tuple[str, str], ...] = (
    ("Retry-After", "1e9"),
    ("Retry-After", "-5"),
    ("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("Retry-After", "nan"),
    ("Retry-After", "Tue, 99 Foo 2026"),
    ("X-Rate-Limit", "0"),
    ("X-Rate-Limit", "banana"),
    ("X-Rate-Limit-Remaining", "-7"),
    ("ratelimit-reset", "1e14"),
    ("zendesk-ratelimit-incremental-exports", "total=0; remaining=0; resets=0"),
    ("zendesk-ratelimit-incremental-exports", "total=10; remaining=99999999999999999999; resets=1"),
    ("Content-Type", "text/html"),
    ("Content-Type", "application/json; charset=utf-7"),
    ("Content-Encoding", "gzip"),
    ("Date", "yesterday"),
    ("Date", "Fri, 31 Dec 9999 23:59:59 GMT"),
    ("Location", "//evil.example/\x01"),
)
STATUSES = (
    204,
    206,
    301,
    302,
    304,
    400,
    401,
    403,
    404,
    408,
    409,
    410,
    418,
    422,
    429,
    451,
    500,
    503,
    520,
    599,
    700,
)


LISTS = {  # the rows of a list -> their key, and the column of a table that holds it
    "tickets": ("id", "tickets", "ticket_id"),
    "survey_responses": ("id", "survey_responses", "response_id"),
    "users": ("id", "agents", "agent_id"),
    "groups": ("id", "groups", "group_id"),
    "brands": ("id", "brands", "brand_id"),
    "ticket_forms": ("id", "ticket_forms", "ticket_form_id"),
    "organizations": ("id", "organizations", "organization_id"),
    "ticket_fields": ("id", "ticket_fields", "field_id"),
    "surveys": ("id", "surveys", "survey_id"),
    # One response per ticket, whatever the number of its ratings.
    "satisfaction_ratings": ("ticket_id", "survey_responses", "ticket_id"),
    "metric_sets": ("ticket_id", "tickets", "ticket_id"),
}
# What a server, or the way to it, can do besides changing an answer.
BEHAVIOUR: tuple[Fault, ...] = (
    faults.dropped(),
    faults.silence(),
    faults.cut_body(),
    faults.cut_json(),
    faults.slow_body(0.05),
    faults.slow_body(0.2, pieces=1_000_000),
    faults.drip_headers(0.05),
    faults.endless_continue(0.01),
    faults.big_body(200_000_000),
    faults.gzip_bomb(2_300_000_000),
    faults.too_many_requests(),
    faults.too_many_requests("1e9"),
    faults.html_error(503, "Fri, 31 Dec 9999 23:59:59 GMT"),
    faults.html_error(500),
    faults.conflict(),
    faults.cursor_refused(),
    faults.token_expired(),
    faults.page_too_big(10),
    faults.unauthorized(),
    faults.forbidden(),
    faults.missing(),
    faults.endless_pages(),
    faults.endless_pages("A", "B"),
    faults.endless_pages(rows="none"),
)
PATHS = (
    "",
    "/oauth/",
    "/incremental/",
    "/guide/survey_responses",
    "/surveys",
    "/users/me",
    "/users",
    "/groups",
    "/brands",
    "/ticket_fields",
    "/ticket_forms",
    "/organizations",
    "/audits",
    "/satisfaction_ratings",
    "page[after]=",
    "cursor=",
)


class Mutations:
    """A fault of the fake Zendesk that changes a share of its answers; the seed decides which and how often.

    In a fifth of the seeds one endpoint also misbehaves all the time.

    Attributes
    ----------
    sent : list of (str, dict)
        The rows of all lists that were sent as valid JSON, as they were sent, each with the name of its list.
    """

    def __init__(self, seed: int):
        chance = random.Random(seed)
        self._seed = seed
        self._share = chance.choice((0.05, 0.2, 0.5))
        self._in_a_row = chance.choice((1, 1, 1, 2, 100))
        self._lasting: Fault = lambda request: None
        if chance.random() < 0.2:
            self._lasting = faults.always(chance.choice(BEHAVIOUR), on=chance.choice(PATHS))
        self._requests: dict[str, int] = {}
        self._lock = threading.Lock()
        self.sent: list[tuple[str, Json]] = []

    def __call__(self, request: Request) -> Outcome:
        """Return what happens to a request."""
        name = f"{request.method} {unquote(request.full_path)}"
        with self._lock:
            number = self._requests[name] = self._requests.get(name, 0) + 1
        chance = random.Random(f"{self._seed} {name} {number}")
        outcome = self._lasting(request)
        if outcome is None and number <= self._in_a_row and chance.random() < self._share:
            outcome = self._mutate(chance, request)
        if isinstance(outcome, Response | RawAnswer):
            return outcome
        change = outcome or (lambda response: response)
        return lambda response: self._record(change(response))

    def _mutate(self, chance: random.Random, request: Request) -> Outcome | None:
        if chance.random() < 0.1:
            return chance.choice(BEHAVIOUR)(request)
        mutate = chance.choices(MUTATIONS, WEIGHTS)[0]
        return lambda response: mutate(chance, response)

    def _record(self, response: Response) -> Response:
        """Note the rows of a response that arrives as it is."""
        if response.status_code != 200 or response.is_streamed:
            return response
        try:
            body = json.loads(response.get_data())
        except (ValueError, RecursionError):
            return response
        lists = {name: body.get(name) for name in LISTS} if isinstance(body, dict) else {}
        rows = [(name, row) for name, found in lists.items() if isinstance(found, list) for row in found]
        with self._lock:
            self.sent += [(name, row) for name, row in rows if isinstance(row, dict)]
        return response


def change_values(chance: random.Random, response: Response) -> Response:
    """Replace, remove or add up to three values anywhere in a JSON body."""
    body = _json(response)
    for _ in range(chance.randint(1, 3)):
        _change_one(chance, body)
    return _with_json(response, body)


def change_envelope(chance: random.Random, response: Response) -> Response:
    """Replace, remove or add a value at the top of a JSON body or in `meta` and `links`."""
    body = _json(response)
    if isinstance(body, dict) and body:
        part = chance.choice(
            [body, *(body[key] for key in ("meta", "links") if isinstance(body.get(key), dict))]
        )
        _change_member(chance, part)
    return _with_json(response, body)


def repeat_rows(chance: random.Random, response: Response) -> Response:
    """Send the rows of a page twice, or in another order."""
    body = _json(response)
    lists = [key for key, value in body.items() if isinstance(value, list)] if isinstance(body, dict) else []
    for key in lists:
        body[key] = body[key] + body[key]
        chance.shuffle(body[key])
    return _with_json(response, body)


def change_header(chance: random.Random, response: Response) -> Response:
    """Set a header to an odd value."""
    name, value = chance.choice(HEADERS)
    response.headers[name] = value
    return response


def change_status(chance: random.Random, response: Response) -> Response:
    """Answer with another status and the same body."""
    response.status_code = chance.choice(STATUSES)
    if chance.random() < 0.3:
        return change_header(chance, response)
    return response


def change_bytes(chance: random.Random, response: Response) -> Response:
    """Cut the body, flip some of its bytes, or compress it without saying so."""
    body = bytearray(response.get_data())
    kind = chance.randrange(4)
    if kind == 0:
        body = body[: chance.randrange(len(body) + 1)]
    elif kind == 1:
        for _ in range(5):
            if body:
                body[chance.randrange(len(body))] = chance.randrange(256)
    elif kind == 2:
        body = bytearray(gzip.compress(bytes(body)))
    else:
        body = bytearray(chance.choice([b"", b"null", b"[]", b"{}", b'"x"', b"<html>" + b"y" * 200_000]))
    response.set_data(bytes(body))
    return response


def nest_deeply(chance: random.Random, response: Response) -> Response:
    """Answer with a JSON body that is nested more deeply than a recursive parser can read."""
    response.set_data(b"[" * 100_000 + b"]" * 100_000)
    return response


MUTATIONS: tuple[Mutate, ...] = (
    change_values,
    change_envelope,
    repeat_rows,
    change_header,
    change_status,
    change_bytes,
    nest_deeply,
)
WEIGHTS = (20, 2, 2, 3, 1, 2, 0.3)


def _json(response: Response) -> Any:
    try:
        return copy.deepcopy(json.loads(response.get_data()))
    except (ValueError, RecursionError):
        return None


def _with_json(response: Response, body: Any) -> Response:
    if body is not None:
        response.set_data(json.dumps(body))
    return response


def _change_one(chance: random.Random, body: Any) -> None:
    containers: list[Any] = []
    _collect(body, containers)
    if containers:
        _change_member(chance, chance.choice(containers))


def _collect(value: Any, containers: list[Any]) -> None:
    if isinstance(value, (dict, list)):
        if value:
            containers.append(value)
        for child in value.values() if isinstance(value, dict) else value:
            _collect(child, containers)


def _change_member(chance: random.Random, part: Any) -> None:
    if not part:
        return
    key = chance.choice(list(part)) if isinstance(part, dict) else chance.randrange(len(part))
    kind = chance.randrange(4)
    if kind == 0:
        del part[key]
    elif kind == 1 and isinstance(part, dict):
        part[f"new_{chance.randrange(1000)}"] = chance.choice(VALUES)
    else:
        part[key] = copy.deepcopy(chance.choice(VALUES))

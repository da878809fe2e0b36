"""Mutated responses, seeded: the client returns rows or raises one short line, and never waits for long.

`make fuzz` runs many more cases.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from support.accounts import Clock, settings_for
from support.raw_server import serving_bytes

from csat_analysis import zendesk
from csat_analysis.errors import ZendeskError
from csat_analysis.zendesk import Limits, Zendesk

TOKEN = {"zendesk_client_id": None, "zendesk_client_secret": None, "zendesk_oauth_token": "s3cr3t-value"}
QUICK = Limits(silence_seconds=1, request_seconds=2, tries=3)
STATUSES = [*[200] * 5, 204, 206, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503]
BODIES: list[Any] = [
    {
        "tickets": [{"id": 1, "generated_timestamp": 5}],
        "after_cursor": "MTU3=",
        "after_url": "http://127.0.0.1/x",
        "end_of_stream": True,
        "metric_sets": [{"id": 1, "ticket_id": 1}],
    },
    {
        "groups": [{"id": 1, "name": "A"}],
        "meta": {"has_more": True, "after_cursor": "x"},
        "links": {"next": "http://127.0.0.1/x"},
    },
    {"users": [{"id": 1}], "next_page": None},
    {"user": {"id": 1, "role": "admin", "iana_time_zone": "Europe/Berlin"}},
    {"error": {"title": "Forbidden", "message": "no access"}},
    {"description": "invalid", "error": "InvalidValue"},
]
HEADERS = [
    b"Content-Type: application/json",
    b"Date: Fri, 09 Oct 2026 07:59:15 GMT",
    b"Retry-After: 7",
    b"X-Rate-Limit: 400",
    b"X-Rate-Limit-Remaining: 399",
    b"ratelimit-reset: 44",
    b"zendesk-ratelimit-x: total=10; remaining=9; resets=45",
    b"Location: https://acme.example/path",
    b"Set-Cookie: a=b; Expires=Fri, 09 Oct 2026 07:59:15 GMT",
    b"Connection: close",
]
VALUES: list[Any] = [None, True, -1, 0, 1e308, 2**70, "", "\x1b[31m", "\u202e", "x" * 3000, [], {}, [[]]]
CALLS: list[Callable[[Zendesk], Any]] = [
    lambda client: list(client.pages(zendesk.TICKETS, start_time=0)),
    lambda client: list(client.pages(zendesk.GROUPS)),
    lambda client: list(client.pages(zendesk.USERS_SHOW_MANY, ids="1")),
    lambda client: client.me(),
]


def mutate_json(value: Any, chance: random.Random) -> Any:
    """Return a JSON value with some parts replaced, renamed, repeated or left out."""
    if chance.random() < 0.15:
        return chance.choice(VALUES)
    if isinstance(value, dict):
        return {
            key if chance.random() > 0.05 else chance.choice(["id", "x", "\u202e"]): mutate_json(part, chance)
            for key, part in value.items()
            if chance.random() > 0.08
        }
    if isinstance(value, list):
        return [mutate_json(part, chance) for part in value] * chance.choice([1, 1, 1, 2])
    return value


def mutate_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return bytes with some replaced, removed, inserted or repeated."""
    mutated = bytearray(content)
    for _ in range(chance.choice([0, 0, 1, 2, 5])):
        place = chance.randrange(len(mutated) + 1)
        mutation = chance.randrange(4)
        if mutation == 0:
            mutated[place : place + 1] = chance.randbytes(1)
        elif mutation == 1:
            del mutated[place : place + chance.choice([1, 3, 50])]
        elif mutation == 2:
            mutated[place:place] = chance.randbytes(4)
        else:
            mutated[place:place] = mutated[max(0, place - 20) : place] * chance.choice([1, 50])
    return bytes(mutated)


def mutated_response(chance: random.Random) -> bytes:
    """Return the bytes of a response that Zendesk could send, mutated."""
    body = json.dumps(mutate_json(chance.choice(BODIES), chance)).encode()
    lines = [b"HTTP/1.1 %d X" % chance.choice(STATUSES)]
    lines += [header for header in HEADERS if chance.random() > 0.3]
    if chance.random() < 0.3:
        body = gzip.compress(body)
        lines.append(b"Content-Encoding: gzip")
    if chance.random() < 0.8:
        lines.append(b"Content-Length: %d" % len(body))
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    parts = [part if chance.random() < 0.5 else mutate_bytes(part, chance) for part in (head, body)]
    return b"".join(parts)


@pytest.mark.filterwarnings("error")
def test_mutated_responses_give_rows_or_one_short_line(request):
    chance = random.Random(11)

    def respond(path: str) -> Iterable[bytes]:
        return [mutated_response(chance)]

    with serving_bytes(respond) as url:
        settings = settings_for(url, "unused.duckdb", **TOKEN)
        for case in range(request.config.getoption("fuzz_cases")):
            clock = Clock()
            client = Zendesk(settings, limits=QUICK, sleep=clock.sleep, clock=clock.time)
            try:
                CALLS[case % len(CALLS)](client)
            except ZendeskError as error:
                assert str(error).isprintable(), f"case {case}"
                assert len(str(error)) < 600, f"case {case}"
                assert "s3cr3t-value" not in str(error), f"case {case}"
            assert max(clock.slept, default=0) <= QUICK.wait_seconds + 1, f"case {case}"

"""Requests end within their limits, whatever the server sends: real sockets, misbehaving servers."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

import pytest
from support.accounts import Clock, settings_for
from support.raw_server import (
    drip,
    gzip_of_zeros,
    refusing_to_answer,
    repeat,
    response,
    serving_bytes,
    silence,
    unfinished,
)

from csat_analysis.errors import Unreachable, UnsafeAddress, ZendeskError
from csat_analysis.zendesk import Limits, Zendesk

pytestmark = pytest.mark.slow

QUICK = Limits(silence_seconds=0.5, request_seconds=1.5, body_bytes=1_000_000)
TIME_ENOUGH = 30  # seconds; a test that exceeds it would have waited without a limit
TOKEN = {"zendesk_client_id": None, "zendesk_client_secret": None, "zendesk_oauth_token": "t0k3n"}


def client_for(url: str, limits: Limits = QUICK) -> Zendesk:
    clock = Clock()
    settings = settings_for(url, "unused.duckdb", **TOKEN)
    return Zendesk(settings, limits=limits, sleep=clock.sleep, clock=clock.time)


def chained(*parts: bytes | Iterable[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield from [part] if isinstance(part, bytes) else part


CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"
NEVER_ENDING = {
    "no response": silence,
    "half a status line": lambda: chained(b"HTTP/1.1 2", silence()),
    "a status line byte by byte": lambda: drip(b"H"),
    "one header after the other": lambda: chained(unfinished(), drip(b"X-Header: 1\r\n")),
    "a header without end": lambda: chained(unfinished("X-Header: "), drip(b"x")),
    "100 Continue without end": lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue with dripping headers": lambda: chained(b"HTTP/1.1 100 Continue\r\n", drip(b"X: 1\r\n")),
    "a body byte by byte": lambda: chained(unfinished("Content-Length: 999999\r\n\r\n"), drip(b" ")),
    "a body without length byte by byte": lambda: chained(unfinished("\r\n"), drip(b" ")),
    "half a body": lambda: chained(unfinished("Content-Length: 99\r\n\r\n{"), silence()),
    "chunks byte by byte": lambda: chained(unfinished(CHUNKED), drip(b"1\r\n \r\n")),
    "a chunk extension without end": lambda: chained(unfinished(CHUNKED), b"1;x=", drip(b"x")),
    "trailers without end": lambda: chained(unfinished(CHUNKED), b"0\r\n", drip(b"X: 1\r\n")),
    "compressed bytes that unpack to nothing": lambda: chained(
        unfinished("Content-Encoding: gzip\r\n\r\n"), drip(gzip.compress(b""))
    ),
}


@pytest.mark.parametrize("pieces", NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_a_response_that_never_ends_is_one_line_in_time(pieces):
    begin = time.monotonic()
    with serving_bytes(lambda path: pieces()) as url, pytest.raises(ZendeskError) as caught:
        client_for(url).get("groups")
    assert time.monotonic() - begin < TIME_ENOUGH
    assert isinstance(caught.value, Unreachable)
    assert url in str(caught.value)


def test_a_silent_server_is_not_tried_for_longer_than_one_request_may_take():
    requests: list[str] = []

    def respond(path: str) -> Iterator[bytes]:
        requests.append(path)
        return silence()

    with serving_bytes(respond) as url, pytest.raises(Unreachable):
        client_for(url, Limits(silence_seconds=0.5, request_seconds=1.2)).get("groups")
    assert len(requests) == 3


MALFORMED = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a status without a number": b"HTTP/1.1 OK\r\n\r\n{}",
    "a status line of 100 kB": b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n{}",
    "a header of 100 kB": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n{}",
    "200 headers": b"HTTP/1.1 200 OK\r\n"
    + b"".join(b"X-%d: 1\r\n" % number for number in range(200))
    + b"\r\n{}",
    "a length that is not a number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a chunk size that is not a number": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
    "a negative chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}",
    "gzip that is not gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}",
    "half a gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}" * 99)[:20],
    "an encoding within an encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\n{}",
    "an unknown encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\n\x28\xb5\x2f\xfd",
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a list": b"HTTP/1.1 200 OK\r\n\r\n[]",
    "a number": b"HTTP/1.1 200 OK\r\n\r\n7",
    "nested too deeply": b"HTTP/1.1 200 OK\r\n\r\n" + b'{"a":' + b"[" * 100_000,
    "nested too deeply, but valid": b"HTTP/1.1 200 OK\r\n\r\n"
    + b'{"a":'
    + b"[" * 99_999
    + b"]" * 99_999
    + b"}",
    "no UTF-8": b'HTTP/1.1 200 OK\r\n\r\n{"a": "\xff"}',
    "a number of 100,000 digits": b'HTTP/1.1 200 OK\r\n\r\n{"a": ' + b"9" * 100_000 + b"}]",
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_response_is_one_line(content):
    with serving_bytes(lambda path: [content]) as url, pytest.raises(ZendeskError) as caught:
        client_for(url).get("groups")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


BOMBS: dict[str, Callable[[], Iterable[bytes]]] = {
    "a body without end": lambda: chained(unfinished("\r\n"), repeat(bytes(100_000))),
    "chunks without end": lambda: chained(
        unfinished(CHUNKED), repeat(b"186a0\r\n" + bytes(100_000) + b"\r\n")
    ),
    "a body of 1.5 GB": lambda: chained(
        unfinished("Content-Length: 1500000000\r\n\r\n"), repeat(bytes(1_000_000), 1500)
    ),
    "gzip": lambda: response(gzip_of_zeros(2300), headers=[("Content-Encoding", "gzip")]),
    "gzip in gzip": lambda: response(
        gzip.compress(gzip_of_zeros(2300)), headers=[("Content-Encoding", "gzip, gzip")]
    ),
    "deflate": lambda: response(zlib.compress(bytes(30_000_000)), headers=[("Content-Encoding", "deflate")]),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_body_that_is_too_large_is_one_line(bomb):
    with (
        serving_bytes(lambda path: bomb()) as url,
        pytest.raises(ZendeskError, match=r"larger than 1 MB|network") as caught,
    ):
        client_for(url, Limits(body_bytes=1_000_000)).get("groups")
    assert f"{url}/api/v2/groups" in str(caught.value)


MEASURE = """
import re, sys
from pathlib import Path
from csat_analysis.errors import ZendeskError
from csat_analysis.settings import load_settings
from csat_analysis.zendesk import Zendesk
settings = load_settings(env_file=False, zendesk_url=sys.argv[1], zendesk_oauth_token="t")
try:
    Zendesk(settings, sleep=lambda seconds: None).get("groups")
except ZendeskError as error:
    print(error)
# not ru_maxrss: that includes the process that started this one
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1000)
"""
WORST_JSON = {
    "empty objects": b'{"a":[' + b"{}," * 1_400_000 + b"{}]}",
    "more objects than allowed": b'{"a":[' + b"{}," * 20_000_000 + b"{}]}",
    "an emoji": '{"a":"🙂'.encode() + b"x" * 60_000_000 + b'"}',
    "an emoji in a body that is not valid": '{"a":"🙂'.encode() + b"x" * 60_000_000 + b'"',
    "half an emoji": '{"a":"🙂'.encode() + rb"\ud83d" + b"x" * 60_000_000 + b'"}',
}


LARGE = {name: BOMBS[name] for name in ("a body of 1.5 GB", "gzip", "gzip in gzip")} | WORST_JSON


@pytest.mark.slow
@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_memory_stays_small_whatever_the_body(body):
    with serving_bytes(lambda path: response(body) if isinstance(body, bytes) else body()) as url:
        run = subprocess.run(
            [sys.executable, "-c", MEASURE, url], capture_output=True, text=True, timeout=300, check=True
        )
    assert int(run.stdout.splitlines()[-1]) < 500


def test_closing_the_client_ends_a_request_in_another_thread():
    errors: list[ZendeskError] = []
    arrived = threading.Event()

    def respond(path: str) -> Iterator[bytes]:
        arrived.set()
        return silence()

    def read(client: Zendesk) -> None:
        with pytest.raises(ZendeskError) as caught:
            client.get("groups")
        errors.append(caught.value)

    with serving_bytes(respond) as url:
        client = client_for(url, Limits())
        reading = threading.Thread(target=read, args=(client,), daemon=True)
        reading.start()
        assert arrived.wait(TIME_ENOUGH)
        client.close()
        reading.join(TIME_ENOUGH)
    assert not reading.is_alive()
    assert "run the command again to resume" in str(errors[0])


def test_closing_the_client_ends_a_connection_attempt_in_another_thread():
    with refusing_to_answer() as url:
        client = client_for(url, Limits(connect_seconds=120))
        reading = threading.Thread(
            target=lambda: pytest.raises(ZendeskError, client.get, "groups"), daemon=True
        )
        reading.start()
        # until it tries to connect; earlier, the test is easier to pass
        time.sleep(0.5)
        client.close()
        reading.join(TIME_ENOUGH)
    assert not reading.is_alive()


def test_a_closed_client_sends_nothing():
    paths: list[str] = []

    def respond(path: str) -> Iterator[bytes]:
        paths.append(path)
        return response({"groups": []})

    with serving_bytes(respond) as url:
        client = client_for(url)
        client.close()
        with pytest.raises(ZendeskError, match="run the command again to resume"):
            client.get("groups")
    assert paths == []


def test_closing_the_client_ends_a_wait_in_another_thread():
    waits = threading.Event()
    with serving_bytes(lambda path: response(status=429, headers=[("Retry-After", "600")])) as url:
        client = Zendesk(settings_for(url, "unused.duckdb", **TOKEN))
        client.on_wait = lambda seconds: waits.set()
        reading = threading.Thread(
            target=lambda: pytest.raises(ZendeskError, client.get, "groups"), daemon=True
        )
        reading.start()
        assert waits.wait(TIME_ENOUGH)
        client.close()
        reading.join(TIME_ENOUGH)
    assert not reading.is_alive()


LOCATIONS = {
    "https://evil.example/": "redirects to evil.example:",
    "//evil.example/path": "redirects to evil.example:",
    "": "redirects to an invalid address:",
    "/relative": "redirects to an invalid address:",
    "http://[::1": "redirects to an invalid address:",
    "http://\x1b[31m.example/": "redirects to",
    "http://ev\u202eil.example/": "redirects to",
    "http://" + "a" * 60_000: "redirects to",
    "\udcff\udcfe": "redirects to",
}


@pytest.mark.parametrize(("location", "text"), LOCATIONS.items(), ids=range(len(LOCATIONS)))
def test_a_redirect_is_not_followed_wherever_it_leads(location, text):
    paths: list[str] = []

    def respond(path: str) -> Iterator[bytes]:
        paths.append(path)
        return response(b"moved", status=302, headers=[("Location", location)])

    with serving_bytes(respond) as url, pytest.raises(UnsafeAddress, match=text) as caught:
        client_for(url).get("groups")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500
    assert len(paths) == 1


def test_the_body_of_a_redirect_has_the_same_limit():
    moved = unfinished().replace(b"200 OK", b"302 Found") + b"Location: https://evil.example/\r\n\r\n"
    with (
        serving_bytes(lambda path: chained(moved, repeat(bytes(100_000)))) as url,
        pytest.raises(ZendeskError, match="larger than"),
    ):
        client_for(url).get("groups")

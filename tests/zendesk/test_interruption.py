"""A signal ends a command within five seconds, whatever its threads are waiting for (real processes)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.long_tests import long_test
from support.raw_server import drip, refusing_to_answer, response, serving_bytes, silence, unfinished

CSAT = Path(sys.executable).with_name("csat")
SIGNED_IN: dict[str, dict[str, Any]] = {
    "/oauth/tokens": {"access_token": "t0k3n"},
    "/api/v2/users/me": {"user": {"id": 1, "role": "admin", "iana_time_zone": "Europe/Berlin"}},
}


def drip_body() -> Iterator[bytes]:
    yield unfinished("Content-Length: 999999\r\n\r\n")
    yield from drip(b" ")


# what the command waits for: for the first response, or for several lists at once in threads
WAITS: dict[str, tuple[Callable[[], Iterable[bytes]], bool]] = {
    "the first response": (silence, False),
    "the headers of the first response": (lambda: drip(b"H"), False),
    "a retry of the first request": (lambda: response(status=429, headers=[("Retry-After", "600")]), False),
    "lists": (silence, True),
    "bodies of lists": (drip_body, True),
    "a retry of lists": (lambda: response(status=429, headers=[("Retry-After", "600")]), True),
}


def start(command: str, url: str, folder: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "ZENDESK_URL": url,
        "ZENDESK_CLIENT_ID": "csat",
        "ZENDESK_CLIENT_SECRET": "s3cr3t-value",
        "CSAT_DATABASE": str(folder / "csat.duckdb"),
    }
    return subprocess.Popen(
        [CSAT, command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def assert_ends(running: subprocess.Popen[str], number: int, code: int) -> None:
    begin = time.monotonic()
    running.send_signal(number)
    try:
        _, errors = running.communicate(timeout=60)
    finally:
        running.kill()
    assert time.monotonic() - begin < 5
    assert running.returncode == code
    assert len(errors.splitlines()) == 1
    assert "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("check", signal.SIGTERM, 143),
        ("pull", signal.SIGINT, 130),
        long_test("check", signal.SIGINT, 130),
        long_test("pull", signal.SIGTERM, 143),
    ],
)
@pytest.mark.parametrize(("wait", "is_signed_in"), WAITS.values(), ids=WAITS)
def test_a_signal_ends_a_command_that_waits_for_zendesk(wait, is_signed_in, number, code, command, tmp_path):
    waiting = threading.Event()

    def respond(path: str) -> Iterable[bytes]:
        if is_signed_in and path in SIGNED_IN:
            return response(SIGNED_IN[path])
        waiting.set()
        return wait()

    with serving_bytes(respond) as url:
        running = start(command, url, tmp_path)
        assert waiting.wait(60)
        # the other threads, too
        time.sleep(0.3)
        assert_ends(running, number, code)


@pytest.mark.slow
def test_a_signal_ends_a_command_that_waits_for_a_connection(tmp_path):
    with refusing_to_answer() as url:
        running = start("check", url, tmp_path)
        # until it has started and tries to connect
        time.sleep(4)
        assert running.poll() is None
        assert_ends(running, signal.SIGTERM, 143)

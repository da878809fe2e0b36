"""The command `csat fake-zendesk`, run as a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from support.api_client import Client

pytestmark = pytest.mark.slow


@contextmanager
def started(*options: str) -> Iterator[Client]:
    command = [
        sys.executable,
        "-u",
        "-m",
        "csat_analysis",
        "fake-zendesk",
        "--port",
        "0",
        "--tickets",
        "20",
        *options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first = process.stdout.readline()
            yield Client(first.split(" is at ")[1].split(". ")[0])
        finally:
            process.send_signal(signal.SIGINT)
            last = process.stdout.read()
    assert (process.returncode, last.splitlines()[-1]) == (0, "stopped")


def count_failures(ask: Client, times: int) -> int:
    """Return how many of so many different requests fail."""
    wrong = 0
    for number in range(times):
        try:
            wrong += "groups" not in ask("/groups", marker=number).json()
        except requests.RequestException:
            wrong += 1
    return wrong


def test_requests_fail_only_with_the_option_faulty():
    with started() as ask:
        assert count_failures(ask, 20) == 0
    with started("--faulty", "0.5") as ask:
        assert 8 <= count_failures(ask, 40) <= 32


def test_a_port_in_use_is_reported_in_one_line(csat):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = csat("fake-zendesk", "--tickets", "20", "--port", str(port))
    assert ran.code == 1
    assert ran.err == f"csat: cannot listen on port {port} (Address already in use): try another --port\n"


@pytest.mark.parametrize("options", [("--port", "-1"), ("--port", "65536"), ("--seed", "-1")])
def test_numbers_out_of_range_are_wrong_usage(csat, options):
    ran = csat("fake-zendesk", *options)
    assert ran.code == 2
    assert options[0] in ran.err and "Traceback" not in ran.err

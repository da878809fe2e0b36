"""`csat stand-in` as a person starts it: a process that says where it is, and stops at Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from stand_in_client import Client


@contextmanager
def started(*options: str) -> Iterator[Client]:
    command = [
        sys.executable,
        "-u",
        "-m",
        "csat_analysis",
        "stand-in",
        "--port",
        "0",
        "--tickets",
        "20",
        *options,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            first = process.stdout.readline()
            yield Client(first.split(" is at ")[1].split(";")[0])
        finally:
            process.send_signal(signal.SIGINT)
            last = process.stdout.read()
    assert (process.returncode, last.splitlines()[-1]) == (0, "stopped")


def spoiled(ask: Client, times: int) -> int:
    """How many of so many different requests went wrong."""
    wrong = 0
    for number in range(times):
        try:
            wrong += "groups" not in ask("/groups", marker=number).json()
        except requests.RequestException:
            wrong += 1
    return wrong


def test_the_stand_in_answers_right_unless_it_is_told_to_be_faulty():
    with started() as ask:
        assert spoiled(ask, 20) == 0
    with started("--faulty", "0.5") as ask:
        assert 8 <= spoiled(ask, 40) <= 32

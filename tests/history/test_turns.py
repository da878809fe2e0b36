"""A writer that waits for a DuckDB file gets the next turn beside readers in a loop, with real processes."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.accounts import empty_history, pull_with, small_account
from support.long_tests import long_test

from csat_analysis.fake_zendesk import Account
from csat_analysis.history import History
from csat_analysis.history.locks import first_turn, later_turn

pytestmark = pytest.mark.slow

READERS = 4
# Some of the reads overlap at every moment, so that without turns a writer hardly ever finds the file closed.
READ = """
import sys, time
from csat_analysis.history import History
history, reads = History(sys.argv[1]), 0
print("started", flush=True)
while True:
    with history.keep_open():
        history.last_pull()
        time.sleep(0.3)
    reads += 1
    print(reads, flush=True)
"""
TAKE_TURN = """
import sys, time
from pathlib import Path
from csat_analysis.history.locks import first_turn
with first_turn(Path(sys.argv[1]), 5):
    print("has the turn", flush=True)
    time.sleep(60)
"""


def start(code: str, path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    """Yield a list whose processes are killed at the end."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def pulled(tmp_path: Path) -> tuple[Account, History]:
    account, history = small_account(tickets=20), empty_history(tmp_path / "csat.duckdb")
    pull_with(account, history)
    return account, history


@pytest.mark.slow
@pytest.mark.parametrize("pulls", [3, long_test(10)])
def test_pulls_succeed_beside_processes_that_read_in_a_loop(pulls, pulled, processes):
    account, history = pulled
    processes += [start(READ, Path(history.location)) for _ in range(READERS)]
    wait_for_reads(processes)
    for _ in range(pulls):
        account.advance(hours=1)
        account.new_tickets(3)
        pull_with(account, history)
        wait_for_reads(processes)


def wait_for_reads(readers: list[subprocess.Popen[str]]) -> None:
    """Wait until each reader has read once more; after two minutes without a turn it is killed, and the test fails."""
    for reader in readers:
        limit = threading.Timer(120, reader.kill)
        limit.start()
        assert reader.stdout is not None
        read = reader.stdout.readline()
        limit.cancel()
        assert read, "the readers have their turns too"


def test_the_turn_of_a_killed_writer_ends_with_it(pulled, processes):
    path = Path(pulled[1].location)
    processes.append(start(TAKE_TURN, path))
    waited = seconds_of(lambda: wait_for_turn(path, 0.5))
    assert waited >= 0.5, "a reader waits, but not longer than it was told"
    processes[0].kill()
    processes[0].wait()
    assert seconds_of(lambda: wait_for_turn(path, 30)) < 30


def test_a_reader_without_a_lock_file_or_the_right_to_write_one_reads(pulled):
    path = Path(pulled[1].location)
    lock = path.with_name(f"{path.name}.write.lock")
    lock.chmod(0o400)
    assert len(pulled[1].ratings())
    lock.unlink()
    path.parent.chmod(0o500)
    try:
        assert len(pulled[1].ratings())
        assert not lock.exists(), "a reader creates nothing"
    finally:
        path.parent.chmod(0o700)


def test_the_lock_file_can_be_read_by_those_who_may_read_the_history(pulled):
    path = Path(pulled[1].location)
    path.chmod(0o640)
    with first_turn(path, 1):
        assert path.with_name(f"{path.name}.write.lock").stat().st_mode & 0o777 == 0o640


def test_a_reader_whose_file_is_open_does_not_wait_for_the_writer(pulled):
    history = pulled[1]
    with history.keep_open(), first_turn(Path(history.location), 1):
        # A second connection of this thread: the writer waits for the first one.
        assert seconds_of(lambda: len(History(history.location, wait_seconds=30).ratings())) < 30


def wait_for_turn(path: Path, seconds: float) -> None:
    with later_turn(path, seconds):
        pass


def seconds_of(use: Any) -> float:
    begun = time.monotonic()
    use()
    return time.monotonic() - begun

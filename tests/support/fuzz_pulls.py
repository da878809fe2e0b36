"""Pull from a fake Zendesk with mutated answers, in a child process, and list what went wrong.

A case is a pull of a new history, a look at it, and a second pull without mutations, which must come to its end.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import resource
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

import csat_analysis as csat
from csat_analysis.errors import CsatError
from csat_analysis.fake_zendesk import Account, ApiVariant, serving
from csat_analysis.flatten.values import UNSTORABLE
from csat_analysis.history import History
from csat_analysis.sync import run
from csat_analysis.zendesk import Limits, Zendesk
from support.accounts import SIGNED_IN, Clock, settings_for, small_account
from support.forks import FORKS
from support.mutations import LISTS, Mutations

HANG_SECONDS = 30
# After this time a case is ended.
CASE_SECONDS = 300
MEMORY_LIMIT_MB = 600
LONGEST_MESSAGE = 1_000
# Real time is only spent on servers that are silent or slow.
QUICK = Limits(silence_seconds=0.5, request_seconds=1.5, tries=3, pages=200)
VARIANTS = (  # an account's API, and how many of its 80 tickets have ratings of legacy CSAT
    (ApiVariant(), 0),
    (ApiVariant(second_time_field=True), 0),
    (ApiVariant(guide="forbidden", legacy_rows="per_state"), 80),
    (ApiVariant(legacy_rows="per_state", reason_codes=True, legacy_start_time="created"), 40),
)


@dataclass(frozen=True)
class Case:
    """One fuzzed pull: how it ended (done, failed), and its faults as sentences; none if it behaved."""

    seed: int
    outcome: str
    message: str
    faults: tuple[str, ...]
    memory_mb: float
    seconds: float


class Fuzzer:
    """Runs cases one after the other in a child process; a hang or a crash costs that process only."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._process: BaseProcess | None = None
        self._ours: Connection | None = None

    def __enter__(self) -> Fuzzer:
        """Return the fuzzer."""
        return self

    def __exit__(self, *exception: object) -> None:
        """End the child process."""
        self._stop()

    def run(self, seed: int) -> Case:
        """Return how one case ended."""
        connection = self._start()
        connection.send(seed)
        try:
            if connection.poll(CASE_SECONDS):
                return connection.recv()
            case = Case(seed, "hang", "", (f"no end within {CASE_SECONDS} s",), 0, CASE_SECONDS)
        except EOFError:
            case = Case(seed, "crashed", "", ("the process ended",), 0, 0)
        self._stop()
        return case

    def _start(self) -> Connection:
        if self._ours is None:
            self._ours, theirs = FORKS.Pipe()
            self._process = FORKS.Process(target=_work, args=(self._folder, theirs), daemon=True)
            self._process.start()
            theirs.close()
        return self._ours

    def _stop(self) -> None:
        if self._process and self._ours:
            self._process.kill()
            self._process.join()
            self._ours.close()
        self._process = self._ours = None


def _work(folder: Path, connection: Connection) -> None:
    # The server's own errors are part of the case.
    logging.disable()
    while True:
        connection.send(_run(connection.recv(), folder))


def _run(seed: int, folder: Path) -> Case:
    mutations = Mutations(seed)
    location = folder / f"{seed}.duckdb"
    in_threads: list[str] = []
    threading.excepthook = lambda error: in_threads.append(f"in a thread: {error.exc_value!r:.200}")
    begun = time.monotonic()
    outcome, message, faults = _pull(seed, location, mutations)
    seconds = time.monotonic() - begun
    if seconds > HANG_SECONDS * _load():
        faults.append(f"a pull of {seconds:.0f} s")
    if location.exists():
        faults += _look(location, message)
        faults += _lost_bodies(mutations, History(str(location))) if outcome == "done" else []
        faults += _pull_again(seed, location)
    location.unlink(missing_ok=True)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if memory_mb > MEMORY_LIMIT_MB:
        faults.append(f"{memory_mb:.0f} MB of memory")
    return Case(seed, outcome, message, (*faults, *in_threads), memory_mb, seconds)


def _load() -> float:
    """Return how many processes wait for each core, at least 1: on a busy machine a pull takes longer."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _pull_again(seed: int, location: Path) -> list[str]:
    """Pull without mutations; return what goes wrong."""
    outcome, message, faults = _pull(seed, location, None)
    faults += [] if outcome == "done" else [message]
    return [f"second pull: {fault}" for fault in faults]


@functools.cache
def _account(legacy_ratings: int) -> Account:
    return small_account(tickets=80, legacy_ratings=legacy_ratings)


def _pull(seed: int, location: Path, mutations: Mutations | None) -> tuple[str, str, list[str]]:
    clock = Clock()
    variant, legacy_ratings = VARIANTS[seed % len(VARIANTS)]
    account = _account(legacy_ratings)
    options: Any = {"limits": False, "variant": variant} | ({"faults": mutations} if mutations else {})
    timed = partial(Zendesk, limits=QUICK, sleep=clock.sleep, clock=clock.time)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Zendesk", timed)
        try:
            # A history belongs to one address.
            with serving(account, port=_port_of(location), **options) as url:
                summary = csat.pull(settings=settings_for(url, location), progress=False)
            return "done", str(summary), []
        except CsatError as error:
            return "failed", str(error), _bad_message(str(error))
        except Exception:  # noqa: BLE001  (whatever else is raised is the fault to report)
            return "traceback", "", [_short_traceback()]


def _port_of(location: Path) -> int:
    if not location.exists():
        return 0
    try:
        return int(History(str(location)).account()[0].rpartition(":")[2])
    except CsatError:
        # The pull ended before the history was made.
        return 0


def _short_traceback() -> str:
    """Return the last lines of a traceback that lie in the package, and the exception."""
    lines = traceback.format_exc().splitlines()
    ours = [line.strip() for line in lines if "csat_analysis" in line]
    return " <- ".join([lines[-1][:200], *reversed(ours[-3:])])


def _bad_message(message: str) -> list[str]:
    faults = []
    if not message.strip() or not message.isprintable():
        faults.append(f"not one printable line: {message[:200]!r}")
    if len(message) > LONGEST_MESSAGE:
        faults.append(f"a message of {len(message)} characters")
    if any(secret in message for secret in SIGNED_IN.values() if "secret" in secret):
        faults.append("a secret in the message")
    return faults


def _look(location: Path, message: str) -> list[str]:
    """Read what the pull has stored, as a person would; return what goes wrong."""
    history = History(str(location))
    try:
        state = csat.status(history)
        history.ratings()
    except CsatError as error:
        return _bad_message(str(error))
    except Exception:  # noqa: BLE001
        return [_short_traceback()]
    kept = state.counts["unknown_bodies"]
    faults = [] if bool(kept) == any("not fully read" in line for line in state.warnings) else ["status"]
    if kept and "requests" in message and "not fully read" not in message:
        faults.append(f"{kept} bodies kept, and the summary says nothing")
    return faults


def _lost_bodies(mutations: Mutations, history: History) -> Iterator[str]:
    """Yield the bodies that were sent but are neither rows nor kept as they came."""
    stored = {name: _keys(history, table, column) for name, (_, table, column) in LISTS.items()}
    kept = history.rows(lambda con: con.table("unknown_bodies"))
    raw = {_canonical(json.loads(row["body"])) for row in kept}
    withheld = {row["id"] for row in kept if row["body"] == "{}"}
    for name, body in mutations.sent:
        key = body.get(LISTS[name][0])
        known = _written(key) in stored[name] or _written(key) in withheld
        # The metric sets of tickets without an id go unnamed; the tickets do not.
        known = known or name == "metric_sets" and any(row["kind"] == "ticket" for row in kept)
        if not known and _canonical(body) not in raw:
            yield f"lost without a word: {name} {_canonical(body)[:120]}"


def _keys(history: History, table: str, column: str) -> set[str]:
    ids = history.rows(lambda con: con.table(table).select(column).distinct())
    return {_written(row[column]) for row in ids}


def _written(key: object) -> str:
    """Return an id as text; 5, 5.0 and "5" are equal, as for the reader of ids."""
    text = UNSTORABLE.sub("", str(key)).strip()
    return text.removesuffix(".0")


def _canonical(body: Any) -> str:
    return json.dumps(body, sort_keys=True)

"""Make many reports at once, in processes of their own, so that a report that fails does not affect the others.

Where the system can fork, the processes are forked from a server process that has already imported everything
(`preload`), so that a report costs only its queries and figures. Elsewhere each process imports for itself.

A process can make several reports of one history, one after the other: only the first one compiles its queries.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

from ..errors import CsatError, ReportError
from ..files import delete_leftovers
from .report import Environment, Report

CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
# Between asking a process to stop and killing it.
GRACE_SECONDS = 5.0
# The longest time for a report that is made alone.
LONGEST_SECONDS = 3600.0
# Reports of one process, whose memory grows by some 12 MB with each.
MOST_REPORTS = 25


class Stopped(Exception):
    """A report was stopped because it took too long. Not a TimeoutError, which is also an error of files."""


@dataclass(frozen=True)
class Task:
    """One report to make: its name in the outcome, what makes it, and the folder of its files."""

    name: str
    make: Callable[[], Report]
    folder: Path


@dataclass(frozen=True)
class Outcome:
    """The result of a task: its report, or the error that says why there is none."""

    name: str
    report: Report | None = None
    error: CsatError | None = None

    @property
    def failure(self) -> str:
        """The message of the error, in one line."""
        return str(self.error or "")


def start_server() -> None:
    """Start the server process, which imports while this process does other things."""
    if CAN_FORK:
        forkserver.set_forkserver_preload([f"{__package__}.preload"])
        forkserver.ensure_running()


def make_apart(task: Task) -> Report:
    """Make one report in a process of its own. Raises the error of that process, or ReportError if it ended."""
    [outcome] = fan_out([task], workers=1, timeout_seconds=LONGEST_SECONDS)
    if outcome.error:
        raise outcome.error
    assert outcome.report
    return outcome.report


def fan_out(
    tasks: Sequence[Task],
    *,
    workers: int | None = None,
    timeout_seconds: float = 900,
    grace_seconds: float = GRACE_SECONDS,
    history: str | None = None,
) -> Iterator[Outcome]:
    """Make the reports in parallel, and yield each outcome as soon as it is known.

    Closing the iterator terminates the worker processes. A process that dies is one failed report. A process whose
    report failed makes no other one.

    Parameters
    ----------
    tasks : sequence of Task
        The reports to make.
    workers : int, optional
        How many at the same time; by default one per core.
    timeout_seconds : float
        A report that takes longer is stopped and counts as failed.
    grace_seconds : float
        How long a stopped report may take to say which cell it was executing.
    history : str, optional
        Location of the history of all reports, which does not change meanwhile, if a process may make several of them:
        what a notebook changes in its process remains. By default each report gets a process of its own.

    Yields
    ------
    Outcome
        In the order in which the reports end.
    """
    context = multiprocessing.get_context("forkserver" if CAN_FORK else "spawn")
    start_server()
    workers = workers or os.cpu_count() or 1
    waiting = deque(tasks)
    running: dict[Connection, _Worker] = {}
    idle: list[_Worker] = []
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                worker = idle.pop() if idle else _Worker(context, history, timeout_seconds, grace_seconds)
                worker.begin(waiting.popleft())
                running[worker.results] = worker
            for connection in _ready(running):
                worker = running.pop(connection)
                outcome = worker.outcome()
                if history is not None and outcome.report and worker.begun < MOST_REPORTS:
                    idle.append(worker)
                else:
                    worker.end()
                yield outcome
    finally:
        for worker in (*running.values(), *idle):
            worker.kill()


def _ready(running: Mapping[Connection, _Worker]) -> list[Connection]:
    """Wait for results, or for the next deadline, and return the connections of the workers concerned."""
    first = min(running.values(), key=lambda worker: worker.deadline)
    answered = wait(list(running), max(0.0, first.deadline - time.monotonic()))
    return [connection for connection in running if connection in answered] or [first.results]


class _Worker:
    """A process that makes one report at a time and sends it, or what went wrong."""

    task: Task
    deadline: float
    begun = 0

    def __init__(
        self, context: BaseContext, history: str | None, timeout_seconds: float, grace_seconds: float
    ):
        self._timeout_seconds = timeout_seconds
        self._grace_seconds = grace_seconds
        self.results, theirs = context.Pipe()
        arguments = (theirs, history, Environment(os.environ))
        self._process: BaseProcess = context.Process(target=_work, args=arguments, daemon=True)  # type: ignore[attr-defined]
        with _main_hidden():
            self._process.start()
        theirs.close()

    def begin(self, task: Task) -> None:
        """Send a report to make to the process."""
        self.task = task
        self.begun += 1
        self.deadline = time.monotonic() + self._timeout_seconds
        # A process that has ended is noticed where its result is read.
        with contextlib.suppress(OSError):
            self.results.send(task)

    def outcome(self) -> Outcome:
        """Return what the process sent. A process that has sent nothing by now is stopped."""
        is_late = not self.results.poll()
        if is_late:
            # It sends which cell it was executing, if it still can.
            self._process.terminate()
            self.results.poll(self._grace_seconds)
        result = self._receive(is_late)
        if isinstance(result, Report):
            return Outcome(self.task.name, report=result)
        return Outcome(self.task.name, error=result)

    def _receive(self, is_late: bool) -> Report | CsatError:
        stopped = ReportError(f"not made within {self._timeout_seconds:g} s, and stopped")
        if not self.results.poll():
            return stopped
        try:
            return self.results.recv()
        except (EOFError, ConnectionResetError):
            if is_late:
                return stopped
            self._process.join(self._grace_seconds)
            ended = _describe_exit(self._process.exitcode)
            return ReportError(f"its process ended ({ended}), so there is no report")

    def end(self) -> None:
        """End the process, or kill it if it does not end at once."""
        self.results.close()
        self._process.join(0.2)
        self.kill()

    def kill(self) -> None:
        """Kill the process, and delete its temporary files."""
        self._process.kill()
        self._process.join()
        self.results.close()
        delete_leftovers(self.task.folder)


@contextlib.contextmanager
def _main_hidden() -> Iterator[None]:
    """Hide the program that asked for the report: a process that starts would execute it again."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _describe_exit(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    memory = ", perhaps because of too little memory" if code == -signal.SIGKILL else ""
    return f"{signal.Signals(-code).name}{memory}"


def _work(connection: Connection, history: str | None, environment: Mapping[str, str]) -> None:
    """Make the reports that are asked for in this process, and send each."""
    from ..history.answers import unchanged
    from . import preload  # noqa: F401

    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, _stop)
    # The parent process ends its children after Ctrl-C or when its terminal is closed.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # The server process that this one was forked from may have started before a variable was set.
    os.environ.update(environment)
    with contextlib.ExitStack() as kept, contextlib.suppress(EOFError):
        # If it cannot be opened, each report says why.
        with contextlib.suppress(CsatError):
            kept.enter_context(unchanged(history or ""))
        while True:
            connection.send(_make(connection.recv()))


def _make(task: Task) -> Report | CsatError:
    try:
        return task.make()
    except CsatError as error:
        return error
    except Stopped as error:
        return ReportError(str(error))
    except Exception as error:  # noqa: BLE001
        # Its message may quote customers.
        return ReportError(f"internal error ({type(error).__name__}): please report it")


def _end_with_parent() -> None:
    """End this process when the one that waits for its report has been killed."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _stop(*_: object) -> None:
    raise Stopped("it took too long and was stopped")

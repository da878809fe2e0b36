"""Many reports at once: each in a child process of its own, a few at a time, and none can stop the others.

Where the system can fork, the children come from one process that has imported everything (`warm`), so that a
report costs its queries and figures alone; elsewhere each child imports for itself.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ..errors import CsatError
from ..history.database import Database
from .execution import Report, run

FORKS = "forkserver" in multiprocessing.get_all_start_methods()
GRACE_SECONDS = 5.0  # between asking a child to end and ending it


@dataclass(frozen=True)
class Task:
    """One report to make: the arguments of `report.run`, and the name it is known by."""

    name: str
    notebook: str | Path
    parameters: Mapping[str, Any]
    output: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What became of a task: its report, or one line that says why there is none."""

    name: str
    report: Report | None = None
    failure: str = ""


def fan_out(
    tasks: Sequence[Task], *, workers: int | None = None, timeout_seconds: float = 900
) -> Iterator[Outcome]:
    """Make the reports, `workers` (by default one a core) at a time; each outcome as soon as it is there.

    timeout_seconds: after which a report is stopped and counts as failed. A child that dies is one failed
    report. Whoever stops iterating stops the children.
    """
    context = multiprocessing.get_context("forkserver" if FORKS else "spawn")
    if FORKS:
        context.set_forkserver_preload([f"{__package__}.warm"])
    workers = workers or os.cpu_count() or 1
    waiting, running = deque(tasks), dict[Connection, _Child]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                child = _Child(context, waiting.popleft(), timeout_seconds)
                running[child.answers] = child
            soonest = min(running.values(), key=lambda child: child.deadline)
            answered = wait(list(running), max(0.0, soonest.deadline - time.monotonic()))
            for connection in [one for one in running if one in answered] or [soonest.answers]:
                yield running.pop(connection).outcome()
    finally:
        for child in running.values():
            child.stop()


class _Child:
    """A process that makes one report and answers with it, or with what went wrong."""

    def __init__(self, context: Any, task: Task, timeout_seconds: float):
        self.task, self._timeout_seconds = task, timeout_seconds
        self.answers, theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_make, args=(task, theirs, dict(os.environ)), daemon=True)
        self._process.start()
        theirs.close()
        self.deadline = time.monotonic() + timeout_seconds

    def outcome(self) -> Outcome:
        """Its answer, once there is one; a child that has not answered by now is stopped."""
        if not self.answers.poll():
            self._process.terminate()  # it answers with the cell it was at, if it still can
            self.answers.poll(GRACE_SECONDS)
        try:
            found = self.answers.recv() if self.answers.poll() else self._late()
        except EOFError:
            self._process.join(GRACE_SECONDS)
            found = f"its process ended ({_cause(self._process.exitcode)}); nothing of it is kept"
        self.stop()
        return (
            Outcome(self.task.name, report=found)
            if isinstance(found, Report)
            else Outcome(self.task.name, failure=found)
        )

    def stop(self) -> None:
        """End the process, and take away what it was writing."""
        self._process.join(0.2)
        self._process.kill()
        self._process.join()
        self.answers.close()
        for draft in self.task.output.parent.glob(f".csat-{self._process.pid}-*"):
            shutil.rmtree(draft, ignore_errors=True)

    def _late(self) -> str:
        return f"not made within {self._timeout_seconds:g} s, and stopped"


def _cause(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit code {code}"
    memory = ": perhaps the memory was not enough" if code == -signal.SIGKILL else ""
    return f"{signal.Signals(-code).name}{memory}"


def _make(task: Task, answers: Connection, environment: dict[str, str]) -> None:
    """What a child does: one report, in this very process."""
    from . import preload as warm  # noqa: F401

    signal.signal(signal.SIGTERM, _too_long)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its children
    os.environ.update(environment)  # the process it was forked from may be older than a setting
    try:
        with _held_open(task.environment.get("CSAT_DATABASE", "")):
            made = run(
                task.notebook, parameters=task.parameters, output=task.output, environment=task.environment,
                in_process=True,
            )  # fmt: skip
        answers.send(made)
    except (CsatError, TimeoutError) as error:
        answers.send(str(error))
    except OSError as error:
        answers.send(f"its files could not be written ({error.strerror})")


def _held_open(location: str) -> AbstractContextManager[Any]:
    """DuckDB opens a file anew for each connection, unless one is held: that costs a report a quarter of its time."""
    return Database(location).connect() if Path(location).is_file() else nullcontext()


def _too_long(*_: object) -> None:
    raise TimeoutError("it ran too long and was stopped")

"""Kill a backup, a restore or an erasure at a chosen step: helper of the tests of killed commands."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.compaction import compact
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People

TICKET = 1
# Functions, of Python and of C, that execute SQL or change files: between them nothing changes.
STEPS = {
    "execute",
    "raw_sql",
    "replace",
    "unlink",
    "open",
    "close",
    "write",
    "chmod",
    "fsync",
    "mkdir",
    "rmdir",
}
OPERATIONS: dict[str, Callable[[str, Path], object]] = {
    "backup": lambda location, file: write_backup(Database(location), file),
    "restore": lambda location, file: restore_backup(Database(location), file),
    "forget": lambda location, _: History(location).forget(People(tickets=[TICKET])),
    "compact": lambda location, _: compact(Database(location)),
}


def run_until(operation: str, location: str, file: Path, steps: int, seen: Any) -> None:
    """Run an operation, and die by SIGKILL before the given step.

    seen: a shared number that counts the steps.
    """

    def count(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            name = frame.f_code.co_name
        elif event == "c_call":
            name = called.__name__
        else:
            return
        if name in STEPS:
            seen.value += 1
            if seen.value > steps:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    OPERATIONS[operation](location, file)
    sys.setprofile(None)

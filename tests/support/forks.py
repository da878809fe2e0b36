"""The server process that killed processes and parallel reports are forked from.

A test process has one such server, which imports modules once, before its first fork. So it imports what any test
needs: whoever started it first would decide otherwise, and each fork of the others would import for itself.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver

MODULES = [
    "csat_analysis.reports.preload",
    "csat_analysis.sync.run",
    "csat_analysis.fake_zendesk",
    "support.fuzz_pulls",
    "support.kill_lifecycle",
    "support.kill_migrations",
    "support.kill_pulls",
]
FORKS = multiprocessing.get_context("forkserver")


def start() -> None:
    """Start the server, if it is not running. It imports in the background."""
    FORKS.set_forkserver_preload(MODULES)
    forkserver.ensure_running()

"""The Postgres server of the tests, which some of them stop."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any


def stop(server: Any) -> None:
    """Stop a server at once, as after a power failure."""
    os.kill(int(_pid_file(server).read_text().split()[0]), signal.SIGQUIT)
    while _status(server):
        time.sleep(0.01)


def ensure_running(server: Any) -> None:
    """Start a server that has stopped, also if it has not quite stopped yet."""
    while _status(server) == "stopping":
        time.sleep(0.01)
    server.ensure_postgres_running()


def _status(server: Any) -> str:
    """Return the last line of the server's file of its process; "" without the file."""
    try:
        return _pid_file(server).read_text().split()[-1]
    except FileNotFoundError:
        return ""


def _pid_file(server: Any) -> Path:
    return Path(server.pgdata) / "postmaster.pid"

"""The date, the machine and the peak memory, printed with every benchmark."""

from __future__ import annotations

import datetime as dt
import os
import platform
import resource


def describe_run() -> str:
    """Return date, machine and Python version in a few words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = platform.python_version()
    return f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {python}"


def peak_memory_mb() -> float:
    """Return the peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

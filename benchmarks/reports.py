"""Compare `csat report --each-group` for 20 groups with separate papermill and nbconvert calls.

    python benchmarks/reports.py            # 5,000 tickets, 20 groups: five to ten minutes

The comparison runs `papermill` and then `jupyter nbconvert --to html` for each group, one after the other, and two at
a time. Both read the same history; `csat report` also writes the index page. CPU seconds are printed too, because
a busy machine hardly changes them (Linux only).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import datetime as dt
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from csat_analysis.fake_zendesk import CLIENT_ID, CLIENT_SECRET, make_account, serving
from csat_analysis.reports.notebooks import find_notebook
from csat_analysis.settings import load_settings
from csat_analysis.sync import pull

BIN = Path(sys.executable).parent
ZONE = "Europe/Berlin"


def make_history(database: Path, *, tickets: int, groups: int) -> list[str]:
    """Pull a history, spread its tickets over so many groups and return their names."""
    with serving(make_account(tickets=tickets)) as url:
        signed_in = {"zendesk_client_id": CLIENT_ID, "zendesk_client_secret": CLIENT_SECRET}
        settings = load_settings(
            env_file=False, zendesk_url=url, csat_database=str(database), csat_timezone=ZONE, **signed_in
        )
        pull(settings=settings, progress=False)
    names = [f"Group {number:02}" for number in range(1, groups + 1)]
    with duckdb.connect(str(database)) as con:
        con.execute("delete from groups")
        con.executemany(
            "insert into groups (group_id, name, is_deleted) values (?, ?, false)", list(enumerate(names))
        )
        for table in ("tickets", "survey_responses"):
            con.execute(f"update {table} set group_id = coalesce(ticket_id, 0) % {groups}")
    return names


def papermill_and_nbconvert(folder: Path, groups: list[str], workers: int) -> None:
    """Run two processes for each group, `workers` groups at a time."""

    def one(group: str) -> None:
        notebook = folder / f"{group}.ipynb"
        commands = (
            [
                BIN / "papermill",
                "-k",
                "python3",
                "-p",
                "group",
                group,
                find_notebook("weekly_report"),
                notebook,
            ],
            [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", notebook],
        )
        for command in commands:
            subprocess.run(command, check=True, capture_output=True)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, groups))


def each_group(folder: Path) -> None:
    """Run `csat report --each-group` in a new process."""
    subprocess.run(
        [BIN / "csat", "report", "--each-group", "--output", folder], check=True, capture_output=True
    )


def adopt_orphans() -> None:
    """Become the parent of orphaned processes, such as the fork server, so that their CPU time is counted."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def processor_seconds() -> float:
    """Return the CPU seconds of all ended child processes."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tickets", type=int, default=5000)
    options.add_argument("--groups", type=int, default=20)
    given = options.parse_args()
    adopt_orphans()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        groups = make_history(folder / "csat.duckdb", tickets=given.tickets, groups=given.groups)
        os.environ |= {"CSAT_DATABASE": str(folder / "csat.duckdb"), "CSAT_TIMEZONE": ZONE}
        ways = {
            "csat report --each-group": lambda: each_group(folder / "ours"),
            "papermill; nbconvert, two at a time": lambda: papermill_and_nbconvert(folder, groups, 2),
            "papermill; nbconvert, one after the other": lambda: papermill_and_nbconvert(folder, groups, 1),
        }
        machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
        print(
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {machine}; {given.tickets:,} tickets, {len(groups)} groups\n"
        )
        print(
            "| way | seconds | a report | times ours | processor s | times ours |\n|---|---|---|---|---|---|"
        )
        ours = (0.0, 0.0)
        for way, run in ways.items():
            before, began = processor_seconds(), time.perf_counter()
            run()
            took, used = time.perf_counter() - began, processor_seconds() - before
            ours = ours if ours[0] else (took, used)
            print(
                f"| {way} | {took:.1f} | {took / len(groups):.2f} | {took / ours[0]:.1f} "
                f"| {used:.1f} | {used / ours[1]:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

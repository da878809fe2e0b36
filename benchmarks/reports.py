"""Compare `csat report`, for all and for each of 20 groups, with papermill and nbconvert; and time a first question.

    python benchmarks/reports.py               # 5,000 tickets, 20 groups: five to ten minutes
    python benchmarks/reports.py --sample 4    # papermill and nbconvert for 4 groups only, times 5

All read the same history, and every command starts cold, with the bytecode of all packages on disk, as pip leaves it.
`csat report --each-group` also writes the index page. CPU seconds are printed too, because a busy machine changes them
less (Linux only).
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import machine

import csat_analysis
from csat_analysis.fake_zendesk import CLIENT_ID, CLIENT_SECRET, make_account, serving
from csat_analysis.reports.notebooks import find_notebook
from csat_analysis.settings import load_settings
from csat_analysis.sync import pull

BIN = Path(sys.executable).parent
ZONE = "Europe/Berlin"
RUNS = 3


def compile_packages() -> None:
    """Write bytecode where it is missing, as with PYTHONDONTWRITEBYTECODE: to compile takes longer than to import."""
    for folder in (sysconfig.get_path("purelib"), Path(csat_analysis.__file__).parent):
        compileall.compile_dir(folder, quiet=2, workers=0)


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


def papermill_and_nbconvert(folder: Path, groups: list[str]) -> None:
    """Run two processes for each group, one after the other."""
    for group in groups:
        notebook = folder / f"{group or 'all'}.ipynb"
        run = [
            BIN / "papermill",
            "-k",
            "python3",
            "-p",
            "group",
            group,
            find_notebook("weekly_report"),
            notebook,
        ]
        export = [BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", notebook]
        for command in (run, export):
            subprocess.run(command, check=True, capture_output=True)


def csat_report(*options: str | Path) -> None:
    """Run `csat report` in a new process."""
    subprocess.run([BIN / "csat", "report", *options], check=True, capture_output=True)


def first_question() -> None:
    """Import the package, open the history and ask one question in a new process."""
    code = "import csat_analysis as csat; csat.csat(csat.open_history())"
    subprocess.run([sys.executable, "-c", code], check=True)


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


def measure(run: Callable[[], None], times: int) -> tuple[float, float]:
    """Return the medians of seconds and of CPU seconds."""
    taken, used = [], []
    for _ in range(times):
        before, begun = processor_seconds(), time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
        used.append(processor_seconds() - before)
    return statistics.median(taken), statistics.median(used)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tickets", type=int, default=5000)
    options.add_argument("--groups", type=int, default=20)
    options.add_argument("--sample", type=int, help="groups for papermill and nbconvert; default: all")
    given = options.parse_args()
    compile_packages()
    adopt_orphans()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        groups = make_history(folder / "csat.duckdb", tickets=given.tickets, groups=given.groups)
        os.environ |= {"CSAT_DATABASE": str(folder / "csat.duckdb"), "CSAT_TIMEZONE": ZONE}
        print(f"{machine.describe_run()}; {given.tickets:,} tickets, {len(groups)} groups\n")
        print("| what | way | seconds | times ours | CPU seconds | times ours |")
        print("|---|---|---:|---:|---:|---:|", flush=True)
        print_lines(
            "one report",
            {
                "`csat report`": lambda: csat_report("--output", folder),
                "`papermill`, then `nbconvert`": lambda: papermill_and_nbconvert(folder, [""]),
            },
            times=RUNS,
        )
        some = groups[: given.sample]
        print_lines(
            f"{len(groups)} reports",
            {
                "`csat report --each-group`": lambda: csat_report("--each-group", "--output", folder),
                "`papermill`, then `nbconvert`, in turn": lambda: papermill_and_nbconvert(folder, some),
            },
            share=len(some) / len(groups),
        )
        print_lines("import, open, `csat.csat`", {"a new process": first_question}, times=RUNS)


def print_lines(
    what: str, ways: dict[str, Callable[[], None]], *, times: int = 1, share: float = 1.0
) -> None:
    """Print a line for each way, with its times relative to the first one; `share`: of the work the others do."""
    first = None
    for way, run in ways.items():
        seconds, used = measure(run, times)
        if first:
            seconds, used = seconds / share, used / share
        first = first or (seconds, used)
        print(
            f"| {what} | {way} | {seconds:.1f} | {seconds / first[0]:.2f} | {used:.1f} | {used / first[1]:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

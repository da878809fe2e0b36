"""Measure seconds and memory of each question on 10 million tickets and 1.2 million ratings.

    python benchmarks/questions.py              # the first run creates the history: a few minutes, about 3 GB

The history is that of `large_history`. Every question runs three times, each in its own process; the median is printed.
The process asks it of a small history first, so that modules are loaded; `reports.py` measures a first question with
its imports. Memory is the peak of the whole process.

CPU seconds by hand are those of SQL as one would write it for this history, in a process of its own, opening the file
included. "Main numbers" is the shortest SQL for them: without customers and without other weeks to compare with.
"All its numbers" is SQL for all counts that the answer needs: customers too, how alike the ratings of one customer were
in the year before, and the weeks and periods to compare with. The sums of its columns must be those of the answer.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import machine
from by_hand import ALL_BY_HAND, MAIN_BY_HAND, Statement
from large_history import NOW, find_periods, large_history

from csat_analysis.history import History

TICKETS = 10_000_000
SMALL = 10_000  # tickets of the history that loads the modules
TARGET_SECONDS, TARGET_MB = 2.0, 1000
# Columns whose sums must be those of SQL by hand. Rows of these answers are about the same ratings several times.
CHECKED = ("n", "good")
OVERLAPPING = ("association", "targets, of 45 targets, 104 weeks")

# What analysts ask by default, and the same of all two years.
QUESTIONS = (
    ("csat", "csat.csat(history, week)"),
    ("csat, closed week", "csat.csat(history, closed)"),
    ("csat, closed week, by group", "csat.csat(history, closed, by='group')"),
    ("csat, by agent", "csat.csat(history, all, by='agent')"),
    ("trend", "csat.trend(history, until=week)"),
    ("trend, by group", "csat.trend(history, until=week, by='group')"),
    ("trend, 104 weeks", "csat.trend(history, until=week, weeks=104)"),
    ("compare", "csat.compare(history, week)"),
    ("compare, by group, year against year", "csat.compare(history, year, year.before(52), by='group')"),
    ("explain_change", "csat.explain_change(history, week)"),
    ("explain_change, year against year", "csat.explain_change(history, year, year.before(52))"),
    ("targets, of 45 targets", "csat.targets(history, week, target=0.9)"),
    ("targets, of 45 targets, 104 weeks", "csat.targets(history, all, target=0.9)"),
    ("agents, 12 weeks", "csat.agents(history, quarter)"),
    ("agents", "csat.agents(history, all)"),
    ("distribution", "csat.distribution(history, week)"),
    ("reasons, year against year", "csat.reasons(history, year, year.before(52))"),
    ("response_rate, 12 weeks", "csat.response_rate(history, until=week, now=now)"),
    (
        "response_rate, 104 weeks, by group",
        "csat.response_rate(history, until=week, weeks=104, by='group', now=now)",
    ),
    ("times", "csat.times(history, week)"),
    ("times, year against year", "csat.times(history, year, year.before(52))"),
    ("time_and_rating, 12 weeks", "csat.time_and_rating(history, quarter)"),
    ("time_and_rating", "csat.time_and_rating(history, all)"),
    ("time_and_rating, by channel", "csat.time_and_rating(history, all, by='channel')"),
    ("association, 12 weeks", "csat.association(history, quarter)"),
    ("association", "csat.association(history, all)"),
    ("simpson_check", "csat.simpson_check(history, all)"),
    ("low_ratings, by channel", "csat.low_ratings(history, all, by='channel')"),
    ("low_ratings, by tag", "csat.low_ratings(history, all, by='tag')"),
    ("low_ratings, by field", "csat.low_ratings(history, all, by='field:Topic')"),
    ("adjusted_differences, 12 weeks", "csat.adjusted_differences(history, quarter)"),
    ("adjusted_differences", "csat.adjusted_differences(history, all)"),
    ("comment_terms, 12 weeks", "csat.comment_terms(history, quarter)"),
    ("comment_terms", "csat.comment_terms(history, all)"),
    ("case_mix", "csat.case_mix(history, all, by='agent', strata=('channel', 'priority'))"),
    ("follow_up", "csat.follow_up(history, week)"),
)


def _targets_beside(database: Path) -> Path:
    """Return a file with a target for each group and channel."""
    path = database.with_suffix(".targets.csv")
    lines = [f"group,Group {number},0.85" for number in range(40)]
    lines += [f"channel,{name},0.85" for name in ("email", "web", "native_messaging", "voice")]
    path.write_text("\n".join(["dimension,value,target", *lines, ""]), encoding="utf-8")
    return path


def ask(database: Path, question: str) -> dict[str, Any]:
    """Answer one question; return wall and CPU seconds, peak memory in MB, and rows and sums of the answer."""
    import csat_analysis as csat

    def prepare(file: Path) -> dict[str, Any]:
        history = History(str(file), targets=_targets_beside(file))
        return {"csat": csat, "history": history, "now": NOW, **find_periods(history)}

    eval(question, prepare(large_history(SMALL)))
    names = prepare(database)
    begun, worked = time.perf_counter(), time.process_time()
    answer = eval(question, names)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - worked
    peak = machine.peak_memory_mb()
    rows = answer[answer.iloc[:, 0] != "all"] if len(answer) > 1 else answer
    sums = {name: float(rows[name].sum()) for name in CHECKED if name in rows}
    return {"seconds": seconds, "cpu": cpu_seconds, "mb": peak, "rows": len(answer), "sums": sums}


def ask_by_hand(database: Path, statements: list[Statement]) -> dict[str, Any]:
    """Run SQL; return its CPU seconds, opening of the file included, and the sums of the first statement."""
    periods = find_periods(History(str(database)))
    tables = []
    worked = time.process_time()
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        for statement, about in statements:
            span = periods[about]
            first, after = (f"timestamptz '{one:%Y-%m-%d %H:%M:%S}+00'" for one in (span.start, span.end))
            tables.append(con.execute(statement.format(first=first, after=after)).to_arrow_table())
    spent = time.process_time() - worked
    rows = tables[0].to_pandas()
    return {"cpu": spent, "sums": {name: float(rows[name].sum()) for name in CHECKED if name in rows}}


def apart(*options: str) -> str:
    """Run this program in its own process and return what it prints; raise CalledProcessError if it fails."""
    command = [sys.executable, __file__, *options]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def by_hand_apart(database: str, statements: Statement | list[Statement] | None) -> dict[str, Any] | None:
    """Run SQL in a process of its own; None without any."""
    if not statements:
        return None
    listed = statements if isinstance(statements, list) else [statements]
    return json.loads(apart("--database", database, "--by-hand", json.dumps(listed)))


def row(name: str, runs: list[dict[str, Any]], main: float | None, every: dict[str, Any] | None) -> str:
    """Return one line of the table. Raises SystemExit if the sums by hand are not those of the answer."""
    seconds, cpu = (statistics.median(one[clock] for one in runs) for clock in ("seconds", "cpu"))
    peak = max(one["mb"] for one in runs)
    kept = "yes" if seconds <= TARGET_SECONDS and peak <= TARGET_MB else "**no**"
    times = "|"
    if every:
        sums = {} if name in OVERLAPPING else every["sums"]
        both = {key: (sums[key], runs[0]["sums"].get(key)) for key in sums}
        if any(ours is not None and ours != theirs for theirs, ours in both.values()):
            raise SystemExit(f"{name}: the numbers by hand differ: {both}")
        times = f"{every['cpu']:.2f} | {cpu / every['cpu']:.1f}"
    alone = f"{main:.2f}" if main else ""
    return f"| {name} | {seconds:.2f} | {cpu:.2f} | {alone} | {times} | {peak:,.0f} | {runs[0]['rows']:,} | {kept} |"


def main() -> None:
    """Print the table, or answer the one question of a child process."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=TICKETS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="questions whose name holds this")
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    parser.add_argument("--by-hand", help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help="make the history and print where it is")
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(options.database, options.ask)))
        return
    if options.by_hand:
        print(json.dumps(ask_by_hand(options.database, json.loads(options.by_hand))))
        return
    if options.make:
        print(large_history(options.tickets))
        return
    # Not in this process: on Linux its peak of memory would be passed on to those that it starts.
    _, database = (apart("--make", "--tickets", str(one)).strip() for one in (SMALL, options.tickets))
    print(f"{machine.describe_run()}, DuckDB {duckdb.__version__}, {options.tickets:,} tickets\n")
    target = f"within {TARGET_SECONDS:g} s and {TARGET_MB / 1000:g} GB"
    by_hand = ["main numbers by hand", "all its numbers by hand", "times that"]
    heads = ["question", "seconds", "CPU seconds", *by_hand, "peak MB", "rows", target]
    print(f"| {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) - 1)}")
    for name, question in QUESTIONS:
        if options.only not in name:
            continue
        runs = [json.loads(apart("--database", database, "--ask", question)) for _ in range(options.runs)]
        main, every = (
            by_hand_apart(database, one) for one in (MAIN_BY_HAND.get(name), ALL_BY_HAND.get(name))
        )
        print(row(name, runs, main and main["cpu"], every), flush=True)


if __name__ == "__main__":
    main()

"""Seconds and memory of each question on a large account: 10 million tickets, 1.2 million ratings.

    python benchmarks/questions.py              # the first run makes the history: a few minutes, about 3 GB

The history is made by SQL in the default database, two years up to 2026-W47, and kept in the system's folder
for temporary files. Every question is asked in a process of its own, three times: the median is printed. The
seconds are those of the call, with whatever it loads on first use; memory is the peak of the whole process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import machine

from csat_analysis.history import History
from csat_analysis.history.database import WRITE_ROW_GROUP

ZONE, WEEK, NOW = "Europe/Berlin", "2026-W47", dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
TICKETS, RATED_SHARE, WEEKS = 10_000_000, 0.12, 104
FORMAT = 2  # part of the file's name; raised when the SQL below changes
TARGET_SECONDS, TARGET_MB = 3.0, 1500

# What analysts ask by default, and the same of all two years.
QUESTIONS = (
    ("csat", "csat.csat(history, week)"),
    ("csat, by agent", "csat.csat(history, all, by='agent')"),
    ("trend", "csat.trend(history, until=week)"),
    ("trend, by group", "csat.trend(history, until=week, by='group')"),
    ("trend, 104 weeks", "csat.trend(history, until=week, weeks=104)"),
    ("compare", "csat.compare(history, week)"),
    ("compare, by group, year against year", "csat.compare(history, year, year.before(52), by='group')"),
    ("agents, 12 weeks", "csat.agents(history, quarter)"),
    ("agents", "csat.agents(history, all)"),
    ("distribution", "csat.distribution(history, week)"),
    ("reasons, year against year", "csat.reasons(history, year, year.before(52))"),
    ("response_rate, 12 weeks", "csat.response_rate(history, until=week, now=now)"),
    ("response_rate, 104 weeks, by group", "csat.response_rate(history, until=week, weeks=104, by='group', now=now)"),
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
    ("case_mix", "csat.case_mix(history, all, by='agent', strata=('channel', 'priority'))"),
    ("follow_up", "csat.follow_up(history, week)"),
)  # fmt: skip

# u: evenly spread over (0, 1); bell: standard normal; skewed: whole minutes, log-normal. Each by row and purpose.
MACROS = """
create macro u(i, purpose) as (hash(i, purpose) % 999983 + 0.5) / 999983;
create macro bell(i, purpose) as sqrt(-2 * ln(u(i, purpose))) * cos(2 * pi() * u(i, purpose + 1000));
create macro skewed(i, purpose, mu, sigma) as cast(exp(mu + sigma * bell(i, purpose)) as bigint);
create macro pick(i, purpose, names) as names[1 + cast(floor(u(i, purpose) * len(names)) as bigint)];
"""
LOOK_UPS = """
insert into groups select 7000 + i, 'Group ' || i, false from range(40) as r(i);
insert into agents select 9000 + i, 'Agent ' || i, 'agent', 7000 + i % 40, true from range(1000) as r(i);
insert into brands select 500 + i, 'Brand ' || i, 'brand' || i, true from range(5) as r(i);
insert into ticket_fields values (360001, 'Topic', 'tagger', '{"topic_1": "Topic 1"}', true);
"""
INSERT_TICKETS = """
insert into tickets by name
select
  i as ticket_id, 'Subject ' || i as subject, pick(i, 1, ['closed', 'closed', 'closed', 'solved', 'open']) as status,
  pick(i, 2, ['question', 'incident', 'problem', 'task', null]) as type,
  pick(i, 3, ['low', 'normal', 'normal', 'high', 'urgent', null]) as priority,
  pick(i, 4, ['email', 'email', 'web', 'native_messaging', 'voice']) as channel,
  500 + cast(floor(u(i, 5) * 5) as bigint) as brand_id, 20000 + hash(i, 6) % 3000000 as requester_id,
  9000 + agent as assignee_id, 7000 + agent % 40 as group_id,
  list_distinct(['tag_' || hash(i, 7) % 60, 'tag_' || hash(i, 8) % 60, 'tag_' || hash(i, 9) % 6]) as tags,
  '{"360001": "topic_' || hash(i, 10) % 30 || '", "360002": "NW-' || hash(i, 11) % 1000000 || '"}' as custom_fields,
  created_at, created_at + to_minutes(full_minutes) as solved_at, solved_at as updated_at, solved_at as generated_at,
  case when u(i, 12) < 0.08 then 1 else 0 end as reopens, 1 + cast(hash(i, 13) % 4 as bigint) as replies,
  1 as assignee_stations, 1 as group_stations,
  least(reply_minutes, full_minutes) as first_reply_minutes, full_minutes as first_resolution_minutes,
  full_minutes as full_resolution_minutes, full_minutes * 2 // 3 as requester_wait_minutes,
  full_minutes // 3 as agent_wait_minutes, 0 as on_hold_minutes,
  least(reply_minutes, full_minutes) // 3 as first_reply_business_minutes,
  full_minutes // 3 as full_resolution_business_minutes, false as is_deleted
from (
  select
    i, cast(hash(i, 20) % 1000 as bigint) as agent, skewed(i, 21, 6.5, 1.4) as full_minutes,
    skewed(i, 22, 4.6, 1.5) as reply_minutes,
    $start + to_seconds(i * $seconds / $tickets) as created_at
  from range(1, $tickets + 1) as r(i)
)
"""
INSERT_RESPONSES = """
insert into survey_responses by name
select
  response_id: '01BENCHMARK' || lpad(cast(i as varchar), 15, '0'), i as ticket_id,
  20000 + hash(i, 6) % 3000000 as responder_id, '01SURVEY' as survey_id, 1 as survey_version, offered_at,
  expires_at: offered_at + interval 28 days,
  submitted_at: case when answered then submitted_at end, updated_at: case when answered then submitted_at end,
  rating: case when answered then rating end,
  rating_category: case when not answered then null when rating >= 4 then 'good' else 'bad' end,
  comment: case when answered and u(i, 30) < 0.4 then 'Comment on ticket ' || i end,
  reason: case when answered and rating < 4 then 'Reason ' || hash(i, 31) % 5 end,
  agent_id: case when answered then assignee_id end, group_id: case when answered then group_id end,
  attribution: case when answered then 'unchanged' end, 0 as revisions, 'survey' as source
from (
  select
    ticket_id as i, assignee_id, group_id, solved_at + interval 1 day as offered_at,
    solved_at + interval 1 day + to_minutes(skewed(ticket_id, 32, 5.2, 1.6)) as submitted_at,
    u(ticket_id, 33) < $rated_share / 0.8 and submitted_at < $now as answered,
    case when u(ticket_id, 34) < 0.91 - 0.01 * ln(1 + first_reply_minutes) then pick(ticket_id, 35, [4, 5, 5, 5, 5, 5])
      else pick(ticket_id, 36, [1, 1, 1, 1, 2, 3]) end as rating
  from tickets where u(ticket_id, 37) < 0.8 and solved_at < $now
)
where offered_at < $now
order by offered_at
"""


def large_history(tickets: int) -> Path:
    """The file of the history, made if it is not there yet."""
    path = Path(tempfile.gettempdir()) / f"csat-benchmark-{tickets}-{FORMAT}.duckdb"
    if path.exists():
        return path
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    History(str(draft)).create_or_migrate("https://benchmark.example", ZONE)
    end = NOW - dt.timedelta(days=1)
    start = end - dt.timedelta(weeks=WEEKS)
    with duckdb.connect() as con:
        con.execute(f"attach '{draft}' as history (row_group_size {WRITE_ROW_GROUP})")  # as a pull writes it
        con.execute("use history; set timezone = 'UTC'")
        con.execute(MACROS.replace("create macro", "create temp macro") + LOOK_UPS)
        seconds = (end - start).total_seconds()
        con.execute(INSERT_TICKETS, {"tickets": tickets, "start": start, "seconds": seconds})
        con.execute(INSERT_RESPONSES, {"rated_share": RATED_SHARE, "now": NOW})
    return draft.rename(path)


def ask(database: Path, question: str) -> dict[str, Any]:
    """Answer one question in this process: seconds on the clock and of CPU, peak memory in MB, rows of the answer."""
    import csat_analysis as csat

    history = History(str(database))
    week = csat.period(history, WEEK)
    periods = {"quarter": week.and_before(11), "year": week.and_before(51), "all": week.and_before(WEEKS - 1)}
    names = {"csat": csat, "history": history, "week": week, "now": NOW, **periods}
    begun, worked = time.perf_counter(), time.process_time()
    answer = eval(question, names)
    seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - worked
    return {"seconds": seconds, "cpu": cpu_seconds, "mb": machine.peak_memory_mb(), "rows": len(answer)}


def apart(*options: str) -> str:
    """What this program prints in a process of its own; raises CalledProcessError if it fails."""
    command = [sys.executable, __file__, *options]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def row(name: str, runs: list[dict[str, Any]]) -> str:
    """One line of the table."""
    seconds, cpu = (statistics.median(one[clock] for one in runs) for clock in ("seconds", "cpu"))
    peak = max(one["mb"] for one in runs)
    kept = "yes" if seconds <= TARGET_SECONDS and peak <= TARGET_MB else "**no**"
    return f"| {name} | {seconds:.2f} | {cpu:.2f} | {peak:,.0f} | {runs[0]['rows']:,} | {kept} |"


def main() -> None:
    """Print the table, or answer the one question that a process was started for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=TICKETS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="questions whose name holds this")
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help="make the history and print where it is")
    options = parser.parse_args()
    if options.ask or options.make:
        print(
            json.dumps(ask(options.database, options.ask)) if options.ask else large_history(options.tickets)
        )
        return
    # Not in this process: on Linux its peak of memory would be passed on to those that it starts.
    database = apart("--make", "--tickets", str(options.tickets)).strip()
    print(f"{machine.said()}, DuckDB {duckdb.__version__}, {options.tickets:,} tickets\n")
    target = f"within {TARGET_SECONDS:g} s and {TARGET_MB / 1000:g} GB"
    print(f"| question | seconds | CPU seconds | peak MB | rows | {target} |\n|---|---|---|---|---|---|")
    for name, question in QUESTIONS:
        if options.only in name:
            answers = [apart("--database", database, "--ask", question) for _ in range(options.runs)]
            print(row(name, list(map(json.loads, answers))), flush=True)


if __name__ == "__main__":
    main()

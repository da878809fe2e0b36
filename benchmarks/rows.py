"""Compare flattening with `pandas.json_normalize` and storing with `executemany`.

    python benchmarks/rows.py            # about a minute

Flattening: responses per CPU second, from parsed JSON to one row per answer. Storing: rows per second, in transactions
of as many tickets as in a pull, of which half are new, into a history of `--tickets` tickets; compared with one
`executemany` of `insert or replace` of 1,000 rows into the same table with a primary key and an open connection.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import requests
from machine import describe_run

from csat_analysis.fake_zendesk import ADMIN_OAUTH_TOKEN, make_account, serving
from csat_analysis.flatten import flatten_answers, flatten_response, flatten_ticket
from csat_analysis.history import History
from csat_analysis.schema.tables import TABLES
from csat_analysis.sync.context import PullSizes

Json = dict[str, Any]
PAGE, TIMES = PullSizes().rows_per_transaction, 5
EXECUTEMANY_PAGE = 1000
NOW = dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)


def recorded(tickets: int) -> tuple[list[Json], list[Json]]:
    """Return answered survey responses and tickets of the fake Zendesk, as JSON."""
    with serving(make_account(tickets=tickets, now=NOW), limits=False) as url:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {ADMIN_OAUTH_TOKEN}"
        responses, query = [], {"page[size]": 100}
        while True:
            page = session.get(f"{url}/api/v2/guide/survey_responses", params=query).json()
            responses += page["survey_responses"]
            if not page["meta"]["has_more"]:
                break
            query["page[after]"] = page["meta"]["after_cursor"]
        export = {"start_time": 0, "include": "metric_sets"}
        exported = session.get(f"{url}/api/v2/incremental/tickets/cursor", params=export).json()["tickets"]
    return [one for one in responses if one["answers"]], exported


def seconds(work: Callable[[], object], times: int = TIMES) -> tuple[float, float]:
    """Return the medians of a few runs: CPU seconds and seconds."""
    spent = []
    for _ in range(times):
        begun, cpu = time.perf_counter(), time.process_time()
        work()
        spent.append((time.process_time() - cpu, time.perf_counter() - begun))
    cpus, walls = zip(*spent, strict=True)
    return statistics.median(cpus), statistics.median(walls)


def normalized(responses: list[Json]) -> pd.DataFrame:
    """Flatten with `pandas.json_normalize`: a row per answer with the response's fields, times parsed."""
    meta = ["id", "responder_id", "expires_at", ["survey", "id"], ["survey", "version"]]
    frame = pd.json_normalize(responses, "answers", meta, record_prefix="answer.")
    for name in ("expires_at", "answer.created_at", "answer.updated_at"):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def flattening(responses: list[Json]) -> list[tuple[str, float]]:
    """Return (method, responses per CPU second)."""
    ways = {
        "`flatten_response`, rows for the database": lambda: [flatten_response(one) for one in responses],
        "`csat.flatten_answers`, a DataFrame": lambda: flatten_answers(responses),
        "`pandas.json_normalize`, a DataFrame": lambda: normalized(responses),
    }
    return [(name, len(responses) / seconds(work)[0]) for name, work in ways.items()]


def pages_of(template: Json, tickets: int, size: int) -> Iterator[list[Json]]:
    """Yield pages of flattened tickets, of which half are among the first `tickets`."""
    for place in range(TIMES):
        known = range(tickets - size // 2 * (place + 1), tickets - size // 2 * place)
        new = range(tickets + size // 2 * place + 1, tickets + size // 2 * (place + 1) + 1)
        yield [template | {"ticket_id": number} for numbers in (known, new) for number in numbers]


def storing(template: Json, tickets: int, folder: Path) -> list[tuple[str, float, float]]:
    """Return (method, rows per CPU second, rows per second) of half-new pages into a table of that many tickets."""
    history = History(str(folder / "history.duckdb"))
    history.create_or_migrate("https://acme.zendesk.com", "UTC")
    plain = duckdb.connect(str(folder / "plain.duckdb"))
    filled = plain.sql("select unnest(range(1, ?)) as ticket_id", params=[tickets + 1]).to_arrow_table()
    with history._database.transaction() as con:
        con.con.register("filled", filled)
        con.raw_sql("insert into tickets (ticket_id) select ticket_id from filled")
    columns = ", ".join(f'"{name}" {kind}' for name, kind in _types(history).items() if name != "ticket_id")
    plain.execute(f"create table tickets (ticket_id bigint primary key, {columns})")
    plain.register("filled", filled)
    plain.execute("insert into tickets (ticket_id) select ticket_id from filled")
    pages, small = pages_of(template, tickets, PAGE), pages_of(template, tickets, EXECUTEMANY_PAGE)

    def save() -> None:
        history.save({"tickets": next(pages)}, {"tickets": "next"})

    with history.pull_lock():
        ours = seconds(save)
    names = list(TABLES["tickets"].schema)
    marks = ", ".join("?" * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f"insert or replace into tickets ({quoted}) values ({marks})"

    def executemany() -> None:
        plain.execute("begin")
        page = next(small)
        plain.executemany(statement, [[row[name] for name in names] for row in page])
        plain.execute("commit")

    theirs = seconds(executemany, times=2)
    plain.close()
    ways = [
        (f"`History.save`, {PAGE:,} rows, {tickets:,} tickets there", PAGE, ours),
        (f"`executemany`, {EXECUTEMANY_PAGE:,} rows, primary key", EXECUTEMANY_PAGE, theirs),
    ]
    return [(name, size / cpu, size / wall) for name, size, (cpu, wall) in ways]


def _types(history: History) -> dict[str, str]:
    with history._database.connect() as con:
        described = con.raw_sql(
            "select column_name, data_type from duckdb_columns() where table_name = 'tickets'"
        )
        return dict(described.fetchall())


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=1_000_000)
    options = parser.parse_args()
    responses, tickets = recorded(8000)
    template = flatten_ticket(tickets[0])
    print(f"{describe_run()}; medians of {TIMES}\n")
    print(f"| flattening {len(responses):,} responses | responses per CPU second |\n|---|---:|")
    for name, rate in flattening(responses):
        print(f"| {name} | {rate:,.0f} |")
    with tempfile.TemporaryDirectory() as folder:
        print(
            "\n| storing tickets, half of them new | rows per CPU second | rows a second |\n|---|---:|---:|"
        )
        for name, rate, wall in storing(template, options.tickets, Path(folder)):
            print(f"| {name} | {rate:,.0f} | {wall:,.0f} |")


if __name__ == "__main__":
    main()

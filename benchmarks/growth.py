"""Measure time and memory of a backfill for several sizes of account.

    python benchmarks/growth.py          # 10,000 and 100,000 by HTTP, 1,000,000 without: about ten minutes

By HTTP: a whole `csat pull` from the fake Zendesk in another process, without rate limits. Without HTTP: the same
steps on generated pages, so that only flattening and storing are measured. Each size runs in its own process; its
peak memory includes generating the pages.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import requests
from machine import describe_run, peak_memory_mb
from server_process import serving_apart

from csat_analysis.fake_zendesk import (
    ADMIN_OAUTH_TOKEN,
    RECORDED_LIMITS,
    make_account,
    serving,
)
from csat_analysis.history import History
from csat_analysis.settings import Settings, load_settings
from csat_analysis.sync import Summary, pull
from csat_analysis.sync.context import PullSizes
from csat_analysis.sync.run import run_pull
from csat_analysis.zendesk import SURVEY_RESPONSES, TICKETS, Endpoint, Page

Json = dict[str, Any]
NO_LIMITS = dict.fromkeys(RECORDED_LIMITS, 10**6)
NOW = dt.datetime(2026, 11, 24, 6, tzinfo=dt.UTC)
BLOCK = 5_000  # tickets that are made once and then repeated under other numbers
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def settings_for(url: str, folder: str) -> Settings:
    """Return settings for a history in `folder`."""
    database = str(Path(folder) / "csat.duckdb")
    return load_settings(
        env_file=False, zendesk_url=url, zendesk_oauth_token=ADMIN_OAUTH_TOKEN, csat_database=database
    )


class Repeated:
    """A replacement for `Zendesk` that repeats the lists of a small account, parsed from JSON text each time."""

    calls, waited_seconds, server_time = 0, 0.0, None

    def __init__(self, lists: dict[str, list[str]], blocks: int):
        self.on_wait = None
        self.url, self._lists, self._blocks = "http://127.0.0.1:1", lists, blocks

    def __enter__(self) -> Repeated:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def me(self) -> Json:
        return {"id": 1, "iana_time_zone": "UTC"}

    def pages(self, endpoint: Endpoint, *, cursor: str | None = None, **query: Any) -> Iterator[Page]:
        """Yield the pages of a list; tickets and survey responses are repeated, audits are empty."""
        repeated = endpoint in (TICKETS, SURVEY_RESPONSES) and not any("zrns" in name for name in query)
        for block in range(self._blocks if repeated else 1):
            for text in self._lists.get(endpoint.rows_key, []) if cursor is None else []:
                self.calls += 1
                body = json.loads(text)
                rows = [_renumbered(row, block, endpoint.rows_key) for row in body[endpoint.rows_key]]
                for metric_set in body.get("metric_sets", ()):
                    metric_set["ticket_id"] += block * BLOCK
                yield Page(rows, body, f"{endpoint.rows_key}-{block}")
        if not repeated or cursor:
            yield Page([], {}, cursor)


def _renumbered(row: Json, block: int, root: str) -> Json:
    """Return the same row with the ids of another block of tickets."""
    if root == "tickets":
        row["id"] += block * BLOCK
    elif root == "survey_responses":
        row["id"] = row["id"][:-3] + DIGITS[block >> 10] + DIGITS[block >> 5 & 31] + DIGITS[block & 31]
        number = next((zrn.rpartition(":")[2] for zrn in row["subject_zrns"]), "")
        if number.isdecimal():
            row["subject_zrns"] = [f"zen:ticket:{int(number) + block * BLOCK}"]
            row["subjects"] = []
    return row


def small_lists() -> dict[str, list[str]]:
    """Return the pages of a small account as JSON text, by the key of their rows."""
    lists: dict[str, list[str]] = {}
    with serving(make_account(tickets=BLOCK, now=NOW), limits=False) as url:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {ADMIN_OAUTH_TOKEN}"
        export, cursor = f"{url}/api/v2/incremental/tickets/cursor", {"start_time": "0"}
        while True:
            text = session.get(export, params={"include": "metric_sets", **cursor}).text
            lists.setdefault("tickets", []).append(text)
            if json.loads(text)["end_of_stream"]:
                break
            cursor = {"cursor": json.loads(text)["after_cursor"]}
        after: dict[str, str] = {}
        while True:
            text = session.get(
                f"{url}/api/v2/guide/survey_responses", params={"page[size]": "100", "sort": "id", **after}
            ).text
            lists.setdefault("survey_responses", []).append(text)
            if not json.loads(text)["meta"]["has_more"]:
                break
            after = {"page[after]": json.loads(text)["meta"]["after_cursor"]}
    return lists


class Measured(NamedTuple):
    """What a pull read, how long it took, and its peak memory."""

    tickets: int
    surveys: int
    seconds: float
    cpu_seconds: float
    memory_mb: float


def by_http(url: str, folder: str) -> Measured:
    """Measure a whole pull."""
    begun = time.perf_counter()
    summary = pull(settings=settings_for(url, folder), progress=False)
    return _measured_since(begun, summary)


def _measured_since(begun: float, summary: Summary) -> Measured:
    # CPU seconds of the whole process, imports included.
    spent = time.perf_counter() - begun
    return Measured(summary.tickets, summary.responses, spent, time.process_time(), peak_memory_mb())


def by_path(lists: dict[str, list[str]], blocks: int, folder: str) -> Measured:
    """Measure flattening and storing alone."""
    settings = settings_for("http://127.0.0.1:1", folder)
    history = History(settings.database)
    sizes = PullSizes(surveys_per_window=10**9)  # windows are for a server that filters
    begun = time.perf_counter()
    with history.pull_lock():
        summary = run_pull(Repeated(lists, blocks), history, settings, now=NOW, sizes=sizes)
    return _measured_since(begun, summary)


def measured(work: Any, *arguments: Any) -> tuple[Measured, float]:
    """Run a piece of work in its own process; return its measurements and the MB of the file it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            found = pool.apply(work, (*arguments, folder))
        size = (Path(folder) / "csat.duckdb").stat().st_size / 2**20
        assert len(History(str(Path(folder) / "csat.duckdb")).rows(_one_ticket)) == 1
    return found, size


def _one_ticket(con: Any) -> Any:
    return con.table("tickets").limit(1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--http", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--path", type=int, nargs="*", default=[100_000, 1_000_000])
    options = parser.parse_args()
    rows = []
    for tickets in options.http:
        with serving_apart(partial(make_account, tickets=tickets), limits=NO_LIMITS) as server:
            rows.append(("whole pull", *measured(by_http, server.url())))
    lists = small_lists() if options.path else {}
    for tickets in options.path:
        rows.append(("flattening and storing", *measured(by_path, lists, tickets // BLOCK)))
    print(f"{describe_run()}\n")
    print(
        "| what | tickets | surveys | seconds | CPU seconds | tickets a second | peak memory, MB | file, MB |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, one, size in rows:
        print(
            f"| {name} | {one.tickets:,} | {one.surveys:,} | {one.seconds:,.0f} | {one.cpu_seconds:,.0f} "
            f"| {one.tickets / one.seconds:,.0f} | {one.memory_mb:,.0f} | {size:,.0f} |"
        )


if __name__ == "__main__":
    main()

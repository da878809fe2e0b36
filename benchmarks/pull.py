"""Compare requests and wall time of a pull with the three-step route of Zendesk's article, on one account.

    python benchmarks/pull.py            # 5,000 tickets, no rate limits, 20 ms a request: about two minutes

Of the days after the first pull, which both routes read in turn, it prints medians.

The article's route: export the changed tickets, read each rated ticket's audits for a survey response id, show that
response; one request after the other, one page of audits, nothing stored. `csat pull` also fetches unanswered surveys
and metric sets, attributes ratings and stores everything. The fake Zendesk runs in its own process.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import requests
from machine import describe_run
from server_process import ServedAccount, serving_apart

from csat_analysis.fake_zendesk import (
    ADMIN_OAUTH_TOKEN,
    RECORDED_LIMITS,
    Account,
    GroundTruth,
    make_account,
)
from csat_analysis.settings import load_settings
from csat_analysis.sync import pull

RATED = ("good", "bad")
NO_LIMITS = dict.fromkeys(RECORDED_LIMITS, 10**6)  # else the first route would use up what the second may
Measured = tuple[int, int, float]  # answers, calls, seconds
DAYS = 9  # odd, so that medians are measured values
# A pull reads nothing later than the present, so the days that pass must be over.
BEGIN = dt.datetime.now(dt.UTC) - dt.timedelta(days=DAYS + 1)


def article_route(url: str, start: int) -> int:
    """Find ratings by export, audits and show; return how many."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {ADMIN_OAUTH_TOKEN}"
    found = 0
    for ticket in _exported(session, url, start):
        audits = session.get(f"{url}/api/v2/tickets/{ticket}/audits.json?page[size]=100").json()["audits"]
        ids = {event.get("survey_response_id") for audit in audits for event in audit["events"]} - {None}
        for one in sorted(ids):
            session.get(f"{url}/api/v2/guide/en-us/survey_responses/{one}").json()
            found += 1
    return found


def _exported(session: requests.Session, url: str, start: int) -> list[int]:
    tickets, query = [], {"start_time": start}
    while True:
        page = session.get(f"{url}/api/v2/incremental/tickets/cursor.json", params=query).json()
        tickets += page["tickets"]
        if page["end_of_stream"]:
            break
        query = {"cursor": page["after_cursor"]}
    rated = [one for one in tickets if one["satisfaction_rating"].get("score") in RATED]
    return [one["id"] for one in rated if one["status"] != "deleted"]


def ours(url: str, database: Path) -> int:
    """Run one `csat pull`; return how many answers it read."""
    settings = load_settings(
        env_file=False, zendesk_url=url, zendesk_oauth_token=ADMIN_OAUTH_TOKEN, csat_database=str(database)
    )
    return pull(settings=settings, progress=False).answered


def measured(server: ServedAccount, work: Callable[..., int], *arguments: object) -> Measured:
    """Return answers, requests and seconds of one route."""
    before, begun = server.count_calls(), time.perf_counter()
    answers = work(server.url(), *arguments)
    return answers, server.count_calls() - before, time.perf_counter() - begun


def a_day_passes(account: Account) -> int:
    """Simulate a day with new tickets, answers and edits; return its start (epoch seconds)."""
    began = int(account.now.timestamp())
    ratings = GroundTruth(account).ratings["response_id"]
    answered = set(ratings)
    waiting = [one for one in GroundTruth(account).offers[-300:] if one not in answered][:20]
    account.advance(hours=20)
    account.new_tickets(40)
    for response_id in waiting:
        account.answer(response_id, 5)
    for response_id in ratings.iloc[-60:-56]:
        account.edit(response_id, 2)
    account.advance(hours=4)
    return began


def medians(days: Iterable[Measured]) -> Measured:
    """Return the median answers, calls and seconds."""
    answers, calls, seconds = (statistics.median(values) for values in zip(*days, strict=True))
    return int(answers), int(calls), seconds


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=5000)
    parser.add_argument("--latency-ms", type=float, default=20)
    options = parser.parse_args()
    serve = serving_apart(
        partial(make_account, tickets=options.tickets, now=BEGIN),
        limits=NO_LIMITS,
        latency_seconds=options.latency_ms / 1000,
    )
    with serve as server, tempfile.TemporaryDirectory() as folder:
        database, rows = Path(folder) / "csat.duckdb", []
        rows.append(("backfill", measured(server, article_route, 0), measured(server, ours, database)))
        days = []
        for _ in range(DAYS):
            since = server.change(a_day_passes)
            days.append((measured(server, article_route, since), measured(server, ours, database)))
        theirs, mine = (medians(route) for route in zip(*days, strict=True))
        rows.append(("a day later", theirs, mine))
    print(f"{describe_run()}; {options.tickets:,} tickets, {options.latency_ms:g} ms a call, limits off\n")
    print("| run | route | answers read | calls | seconds |\n|---|---|---:|---:|---:|")
    for name, theirs, mine in rows:
        print(f"| {name} | the article's | {theirs[0]:,} | {theirs[1]:,} | {theirs[2]:.1f} |")
        print(f"| | `csat pull` | {mine[0]:,} | {mine[1]:,} | {mine[2]:.1f} |")
        print(f"| | ratio | | {theirs[1] / mine[1]:.1f} | {theirs[2] / mine[2]:.1f} |")


if __name__ == "__main__":
    main()

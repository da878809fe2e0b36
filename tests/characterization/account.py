"""Make the fixed synthetic account of the characterization test and pull it into a history.

All of it has fixed times: the account ends on 24 November 2025, and the last pull on the day after.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from typing import Any
from unittest import mock

import duckdb
import psycopg
import requests

import csat_analysis as csat

# The only import of the fake Zendesk here, so that it can be renamed in one line.
from csat_analysis import fake_zendesk

NOW = dt.datetime(2025, 11, 24, 6, tzinfo=dt.UTC)
LAST_PULL = "2025-11-25 12:00:00+00"
ZONE = "Europe/Berlin"
SURVEY_RESPONSES = "/api/v2/guide/survey_responses"


def pull_history(
    database: str, *, port: int = 0, faults: Any = None, **account: int
) -> tuple[list[Any], list[Any]]:
    """Pull the account twice, with changes in between.

    Parameters
    ----------
    database
        Absolute path, or URL, of the new history.
    port
        Port of the fake Zendesk; 0 takes a free one.
    faults
        Faults of the fake Zendesk.
    account
        Arguments of `make_account`: tickets, days, legacy_ratings.

    Returns
    -------
    tuple
        The summary of each pull, and the JSON of the latest survey responses.
    """
    made = fake_zendesk.make_account(seed=7, now=NOW, **account)
    with fake_zendesk.serving(made, port=port, faults=faults) as url, _settings(**_sign_in(url, database)):
        first = csat.pull(now=made.now, progress=False)
        _change(made, csat.open_history())
        second = csat.pull(now=made.now, progress=False, reconcile=True)
        bodies = _fetch_responses(url)
    _fix_times_of_pulls(database)
    return [first, second], bodies


def open_history(database: str, **settings: str) -> Any:
    """Open a history with these settings (environment variables) and no other ones."""
    with _settings(**settings):
        return csat.open_history(database)


def _sign_in(url: str, database: str) -> dict[str, str]:
    return {
        "ZENDESK_URL": url,
        "ZENDESK_CLIENT_ID": fake_zendesk.CLIENT_ID,
        "ZENDESK_CLIENT_SECRET": fake_zendesk.CLIENT_SECRET,
        "CSAT_DATABASE": database,
        "CSAT_TIMEZONE": ZONE,
    }


@contextmanager
def _settings(**settings: str) -> Iterator[None]:
    """Set environment variables, and hide those of the machine and any `.env` file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZENDESK_", "CSAT_"))}
    with (
        tempfile.TemporaryDirectory() as folder,
        chdir(folder),
        mock.patch.dict(os.environ, {**kept, **settings}, clear=True),
    ):
        yield


def _change(account: Any, history: Any) -> None:
    """Change the account as a day changes it: new tickets, answers, edits, deletions, reassignments."""
    responses = history.table("survey_responses").sort_values("response_id", ignore_index=True)
    surveys = responses[(responses["source"] == "survey") & responses["ticket_id"].notna()]
    legacy = responses[responses["source"] == "legacy"]
    offered = surveys[surveys["submitted_at"].isna()].tail(6)
    answered = surveys[surveys["submitted_at"].notna()]
    account.advance(hours=9)
    account.new_tickets(5)
    conversations = account.new_conversations(4)
    account.advance(hours=2)
    for number, response_id in enumerate([*offered["response_id"], *conversations[:3]]):
        account.answer(response_id, number % 5 + 1, comment=None if number % 2 else f"Comment {number}")
    for row in answered.tail(6).itertuples():
        account.edit(row.response_id, 1 if row.rating > 3 else 5)
    for row in legacy.itertuples():
        if row.Index % 5 == 0:
            account.rate_legacy(row.ticket_id, "bad" if row.rating_category == "good" else "good")
    tickets = [int(ticket) for ticket in answered["ticket_id"].drop_duplicates().iloc[-14:-6]]
    agents = sorted(int(agent) for agent in answered["agent_id"].dropna().unique())
    account.delete(tickets[0])
    account.delete(tickets[1])
    account.scrub(tickets[2])
    account.reopen(tickets[3])
    account.reopen(tickets[4])
    account.reassign(tickets[5], agents[0])
    account.reassign(tickets[6], agents[-1])
    account.solve(tickets[7])
    account.advance(hours=2)


def _fetch_responses(url: str) -> list[Any]:
    answer = requests.get(
        f"{url}{SURVEY_RESPONSES}",
        params={"page[size]": "100"},
        headers={"Authorization": f"Bearer {fake_zendesk.ADMIN_OAUTH_TOKEN}"},
        timeout=10,
    )
    return list(answer.json()["survey_responses"])


def _fix_times_of_pulls(database: str) -> None:
    """Replace what a pull takes from the clock of the machine."""
    statement = f"update pulls set started_at = '{LAST_PULL}', ended_at = '{LAST_PULL}', waited_seconds = 0"
    if "://" in database:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]
    else:
        with duckdb.connect(database) as connection:
            connection.execute(statement)


def add_unknown_field(request: Any) -> Callable[[Any], Any] | None:
    """Add a field that is not documented to one survey response per page, as a fault."""
    return _with_unknown_field if request.path.startswith(SURVEY_RESPONSES) else None


def _with_unknown_field(response: Any) -> Any:
    body = response.get_json()
    for one in body.get("survey_responses", [])[-1:]:
        one["mood"] = "unknown field"
    response.set_data(json.dumps(body))
    return response

"""A small account, its server and settings, for tests of the pull and of the command."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from csat_analysis.fake_zendesk import CLIENT_ID, CLIENT_SECRET, Account, GroundTruth, make_account, serving
from csat_analysis.history import History
from csat_analysis.history.database import Database, named_rows, run
from csat_analysis.schema.tables import TABLES
from csat_analysis.settings import Settings, load_settings
from csat_analysis.sync import Summary, pull
from csat_analysis.sync.context import PullSizes
from csat_analysis.sync.run import run_pull
from csat_analysis.zendesk import Zendesk

Change = Callable[[str, dict[str, Any]], object]  # changes the body of a path

NOW = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
ZONE = "Europe/Berlin"
SIGNED_IN = {"zendesk_client_id": CLIENT_ID, "zendesk_client_secret": CLIENT_SECRET}
ALIKE = set(TABLES) - {
    "pulls",
    "cursors",
    "account",
    "credits",
}  # tables that do not depend on the number of pulls
SAME = [
    "response_id",
    "ticket_id",
    "rating",
    "rating_category",
    "reason",
    "submitted_at",
    "updated_at",
    "agent_id",
    "group_id",
    "revisions",
]


def small_account(**options: Any) -> Account:
    """Return an account of 300 tickets, always the same."""
    return make_account(**{"tickets": 300, "days": 60, "now": NOW, **options})


def empty_history(path: Path) -> History:
    """Return the history of no account yet. Copying its tables is much faster than creating them."""
    path.write_bytes(_file_of_no_account(pulled=False))
    return History(str(path), timezone=ZONE)


def pulled_history(path: Path) -> History:
    """Return what a first pull of `small_account()` stores, to be read or to be continued by a second pull."""
    path.write_bytes(_file_of_no_account(pulled=True))
    return History(str(path), timezone=ZONE)


@cache
def _file_of_no_account(*, pulled: bool) -> bytes:
    """Return a file whose next pull may be from any address: a test's server has a port of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "csat.duckdb"
        if pulled:
            pull_with(small_account(), History(str(path), timezone=ZONE))
        else:
            History(str(path)).create_or_migrate("", ZONE)
        with Database(str(path)).transaction() as con:
            run(con, "delete from account")
        return path.read_bytes()


def settings_for(url: str, database: Path | str, **changes: Any) -> Settings:
    """Return settings that sign in to the fake Zendesk with its OAuth client."""
    values = {"zendesk_url": url, "csat_database": str(database), "csat_timezone": ZONE, **SIGNED_IN}
    return load_settings(env_file=False, **{**values, **changes})


def pull_with(
    account: Account,
    history: History,
    *,
    clock: Clock | None = None,
    since: dt.date | None = None,
    reconcile: bool = False,
    sizes: PullSizes = PullSizes(),  # noqa: B008 (immutable)
    change: Change | None = None,
    **serve: Any,
) -> Summary:
    """Pull the account into the history, without real waiting if there is a `clock`.

    The present is the account's. serve: options of the fake Zendesk's server, such as faults and limits.
    """
    serve |= {"clock": clock.time} if clock else {}
    timing = {"sleep": clock.sleep, "clock": clock.time} if clock else {}
    known = Path(history.location).exists() and urlsplit(history.account()[0]).port
    with serving(account, port=known or 0, **serve) as url:  # a history belongs to one address
        settings = settings_for(url, Path(history.location))
        with ChangedZendesk(settings, change, **timing) as client, history.pull_lock():
            return run_pull(
                client,
                history,
                settings,
                since=since,
                reconcile=reconcile,
                now=account.now,
                sizes=sizes,
            )


class ChangedZendesk(Zendesk):
    """A client whose response bodies are changed on arrival."""

    def __init__(self, settings: Settings, change: Change | None, **timing: Any):
        super().__init__(settings, **timing)
        self.change = change

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Return the changed body of a request."""
        body = super().get(path, **params)
        if self.change:
            self.change(path, body)
        return body


def contents(history: History, names: Iterable[str] = ALIKE) -> dict[str, list[str]]:
    """Return all rows of tables: by default of those that must be equal in two histories of one account."""
    as_text = partial(json.dumps, default=str, ensure_ascii=False)
    with Database(history.location).connect() as con:
        return {
            name: sorted(map(as_text, named_rows(con, f'select * from "{name}"'))) for name in sorted(names)
        }


def history_of(account: Account, path: Path) -> History:
    """Return a history of the account at `path`, pulled once."""
    with serving(account) as url:
        pull(settings=settings_for(url, path), progress=False)
    return History(str(path), timezone=ZONE)


def pulled(history: History) -> pd.DataFrame:
    """Return every answer of the history, in the columns and types of the ground truth."""
    answers = history.table("survey_responses").dropna(subset="submitted_at")
    return answers[SAME].sort_values("response_id", ignore_index=True)


def true_answers(account: Account) -> pd.DataFrame:
    """Return every answer of the ground truth."""
    return GroundTruth(account).ratings[SAME].sort_values("response_id", ignore_index=True)


def assert_same(history: History, account: Account) -> None:
    """Check that every answer is stored once, with its latest rating, reason, times and rated agent."""
    pd.testing.assert_frame_equal(pulled(history), true_answers(account), check_dtype=False)


class Clock:
    """A clock that only `sleep` moves, shared by a client and a server."""

    def __init__(self) -> None:
        self.now, self.slept = 1_000_000.0, []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

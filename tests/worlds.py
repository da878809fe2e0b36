"""What the tests of the pull and of the command share: a small account, its server, and settings for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from csat_analysis.history import History
from csat_analysis.pull import pull
from csat_analysis.settings import Settings, load_settings
from csat_analysis.stand_in import CLIENT_ID, CLIENT_SECRET, Account, make_account, serving

NOW = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC)
ZONE = "Europe/Berlin"
SIGNED_IN = {"zendesk_client_id": CLIENT_ID, "zendesk_client_secret": CLIENT_SECRET}
SAME = ["response_id", "ticket_id", "rating", "rating_category", "reason", "submitted_at", "updated_at",
        "agent_id", "group_id", "revisions"]  # fmt: skip


def small_account(**options: Any) -> Account:
    """300 tickets that always are the same ones."""
    return make_account(**{"tickets": 300, "days": 60, "now": NOW, **options})


def settings_for(url: str, database: Path, **changes: Any) -> Settings:
    """Settings that sign in to the stand-in with its OAuth client."""
    values = {"zendesk_url": url, "csat_database": str(database), "csat_timezone": ZONE, **SIGNED_IN}
    return load_settings(env_file=False, **{**values, **changes})


def history_of(account: Account, path: Path) -> History:
    """A history of the account at `path`, pulled once."""
    with serving(account) as url:
        pull(settings=settings_for(url, path), progress=False)
    return History(str(path), timezone=ZONE)


def pulled(history: History) -> pd.DataFrame:
    """What the history says about every answer, in the columns and types of the account's truth."""
    answers = history.table("survey_responses").dropna(subset="submitted_at")
    return answers[SAME].sort_values("response_id", ignore_index=True)


def truth(account: Account) -> pd.DataFrame:
    """What is true of every answer."""
    return account.truth.ratings[SAME].sort_values("response_id", ignore_index=True)


def assert_same(history: History, account: Account) -> None:
    """Every answer once, with its latest rating, reason and times, and with who was rated."""
    pd.testing.assert_frame_equal(pulled(history), truth(account), check_dtype=False)

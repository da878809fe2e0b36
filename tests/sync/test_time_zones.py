"""The time zone of a history comes from the signed-in user of the first pull, if it is a known zone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.accounts import settings_for, small_account

from csat_analysis.fake_zendesk import Account, ApiVariant, serving
from csat_analysis.history import History
from csat_analysis.sync import Summary, pull

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def account() -> Account:
    return small_account(tickets=40)


def pull_as(account: Account, database: str, **zones: str) -> tuple[Summary, str]:
    """Pull as a user with these zones; return the summary and the zone of the history."""
    # a history belongs to one address
    port = urlsplit(History(database).account()[0]).port if Path(database).exists() else None
    with serving(account, port=port or 0, limits=False, variant=ApiVariant(**zones)) as url:
        settings = settings_for(url, database, csat_timezone=None)
        summary = pull(settings=settings, progress=False)
    return summary, History(database).timezone


@pytest.mark.parametrize("zone", ["GMT+5", "x'); drop table tickets; --", ""])
def test_an_unknown_zone_is_utc_with_a_note(zone, account, tmp_path):
    database = str(tmp_path / "csat.duckdb")
    summary, stored = pull_as(account, database, time_zone=zone, iana_time_zone=zone)

    assert stored == "UTC"
    assert any("CSAT_TIMEZONE" in note for note in summary.notes)
    assert len(History(database).ratings()) > 0


def test_the_iana_name_counts_where_zendesk_has_its_own_names(account, tmp_path):
    zones = {"time_zone": "Pacific Time (US & Canada)", "iana_time_zone": "America/Los_Angeles"}

    _, stored = pull_as(account, str(tmp_path / "csat.duckdb"), **zones)

    assert stored == "America/Los_Angeles"


def test_a_history_keeps_its_zone_when_a_user_in_another_zone_pulls(account, tmp_path):
    database = str(tmp_path / "csat.duckdb")
    pull_as(account, database, iana_time_zone="Europe/Berlin")

    summary, stored = pull_as(account, database, iana_time_zone="America/New_York")

    assert stored == "Europe/Berlin"
    (note,) = (note for note in summary.notes if "America/New_York" in note)
    assert "Europe/Berlin" in note and "CSAT_TIMEZONE" in note

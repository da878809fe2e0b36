"""Pulls killed with SIGKILL at random moments, in a first pull and on later days, on both engines.

`make test` kills ten pulls per engine on three days, `make reliability` a hundred on eight (`--kills`).
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from support.accounts import ZONE, assert_same, contents, settings_for
from support.kill_pulls import kill_times, killed, undisturbed

from csat_analysis.errors import HistoryBusy
from csat_analysis.fake_zendesk import Account, GroundTruth
from csat_analysis.history import History
from csat_analysis.sync import pull

KILLED_IN_BACKFILL = 0.3  # the share of all kills; the rest is spread over the later days


def change_account(account: Account, day: int) -> None:
    """Simulate a day: edited and late answers, moved and deleted tickets, new tickets."""
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id", "agent_id"]).iloc[-12:]
    account.advance(hours=12)
    for row in rated.iloc[:4].itertuples():
        account.edit(row.response_id, 1 if row.rating > 3 else 5)
    for row in rated.iloc[4:8].itertuples():
        account.reassign(int(row.ticket_id), int(rated["agent_id"].iloc[0]))
    for row in rated.iloc[8:9].itertuples():
        account.delete(int(row.ticket_id))
    account.new_tickets(20)
    for response_id in GroundTruth(account).offers[-10:]:
        account.answer(response_id, 2, comment=f"late on day {day}")
    account.advance(hours=12)


def kills_per_day(kills: int) -> list[int]:
    """Split `kills` over the backfill and the later days."""
    days = 7 if kills >= 100 else 2
    first = round(kills * KILLED_IN_BACKFILL)
    rest = kills - first
    return [first, *(rest // days + (day < rest % days) for day in range(days))]


@pytest.mark.slow
def test_killed_pulls_end_with_the_tables_of_undisturbed_ones(account, url, tmp_path, location, kills):
    chance = random.Random(7)
    disturbed = History(location, timezone=ZONE)
    killed_so_far = 0
    for day, wanted in enumerate(kills_per_day(kills)):
        if day:
            change_account(account, day)
        whole, lasts = undisturbed(url, str(tmp_path / "whole.duckdb"))
        killed_so_far += kill_times(url, disturbed, wanted, lasts, chance)
        undisturbed(url, location)
        assert contents(disturbed) == contents(whole), f"day {day}, {killed_so_far} kills"
    assert killed_so_far == kills
    assert_same(disturbed, account)


@pytest.mark.slow
def test_a_second_pull_says_since_when_the_first_is_running(url, tmp_path):
    history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    lock = tmp_path / "csat.duckdb.pull.lock"
    with history.pull_lock():
        os.utime(lock, (0, 1_795_000_000))
        for _ in range(2):  # asking does not change the lock's age
            with pytest.raises(HistoryBusy, match="running since 2026-11-18 11:06 UTC"):
                pull(settings=settings_for(url, Path(history.location)), progress=False)


@pytest.mark.slow
def test_a_killed_pull_releases_its_lock(url, tmp_path):
    history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    assert killed(url, history, 0.5)
    with history.pull_lock():
        pass

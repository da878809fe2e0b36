"""`kill -9` at any moment of a first pull, fifty times: the next run ends with the tables of an undisturbed one."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from support.accounts import ZONE, assert_same, contents, settings_for
from support.kill_pulls import KILLS_A_HISTORY, kill_and_mend, killed, killed_often, undisturbed

from csat_analysis.errors import HistoryBusy
from csat_analysis.history import History
from csat_analysis.sync import pull


def test_kills_of_a_first_pull_leave_no_trace(account, url, tmp_path):
    whole, lasts = undisturbed(url, str(tmp_path / "whole.duckdb"))
    kill_and_mend(url, tmp_path, whole, lasts, base=None)
    assert_same(whole, account)


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_kills_leave_no_trace_on_postgres_either(account, url, tmp_path, location):
    whole, lasts = undisturbed(url, str(tmp_path / "whole.duckdb"))
    assert (
        killed_often(url, location, lasts / 2, random.Random(7), KILLS_A_HISTORY) > 0
    )  # it is the quicker one
    mended, _ = undisturbed(url, location)
    assert contents(mended) == contents(whole)


def test_a_second_pull_says_since_when_one_is_running(url, tmp_path):
    history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    lock = tmp_path / "csat.duckdb.pull.lock"
    with history.pull_lock():
        os.utime(lock, (0, 1_795_000_000))
        for _ in range(2):  # asking does not make it any younger
            with pytest.raises(HistoryBusy, match="running since 2026-11-18 11:06 UTC"):
                pull(settings=settings_for(url, Path(history.location)), progress=False)


def test_a_killed_pull_holds_no_lock(url, tmp_path):
    history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    assert killed(url, history, 0.5)
    with history.pull_lock():
        pass

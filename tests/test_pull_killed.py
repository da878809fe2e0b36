"""`kill -9` at any moment of a pull, a hundred times: the next run ends with the tables of an undisturbed one."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from worlds import ZONE, assert_same, contents, settings_for, small_account

from csat_analysis.errors import HistoryBusy
from csat_analysis.history import History
from csat_analysis.pull import pull
from csat_analysis.stand_in import Account, serving

KILLS, KILLS_A_HISTORY = 50, 10  # of the first pull, and again of a later one
FORKS = multiprocessing.get_context("forkserver")  # a clean process that has imported everything, once


def pull_in_small_steps(url: str, location: str) -> None:
    """A pull in a process of its own, in many small transactions, so that a kill meets a different one."""
    api, offers, parts = (
        import_module(f"csat_analysis.{name}") for name in ("zendesk", "pull.offers", "pull.parts")
    )
    api.TICKETS = api.TICKETS._replace(size=60)
    offers.SURVEYS_A_WINDOW, parts.joined.__defaults__ = 50, (50,)
    pull(settings=settings_for(url, location), progress=False)


def killed(url: str, history: History, after_seconds: float) -> bool:
    """Start a pull and kill it after a while; False if it was done before."""
    child = FORKS.Process(target=pull_in_small_steps, args=(url, history.location))
    child.start()
    child.join(after_seconds)
    alive = child.is_alive()
    if alive:
        os.kill(child.pid, signal.SIGKILL)
    child.join()
    if not alive:
        assert child.exitcode == 0
    return alive


def killed_often(url: str, location: str, lasts: float, chance: random.Random, most: int) -> int:
    """Kill pulls into one history, each at a random moment, until one of them is done first."""
    history = History(location, timezone=ZONE)
    for done in range(most):
        if not killed(url, history, chance.uniform(0.0, lasts)):
            return done
    return most


def kill_and_mend(url: str, folder: Path, whole: History, lasts: float, base: Path | None) -> None:
    """Histories (copies of `base`, or new ones) that are killed again and again, then pulled in peace."""
    chance, kills, number = random.Random(7), 0, 0
    while kills < KILLS:
        path = folder / f"{number}.duckdb"
        if base:
            shutil.copy(base, path)
        kills += killed_often(url, str(path), lasts, chance, min(KILLS_A_HISTORY, KILLS - kills))
        mended, _ = undisturbed(url, str(path))
        assert contents(mended) == contents(whole), f"history {number}, {kills} kills"
        number += 1


@pytest.fixture(scope="module", autouse=True)
def ready() -> None:
    FORKS.set_forkserver_preload(["csat_analysis.pull.run", "csat_analysis.stand_in", "worlds"])
    first = FORKS.Process(target=int)  # starts the clean process, so that it counts in no pull's time
    first.start()
    first.join()


@pytest.fixture
def account() -> Account:
    return small_account(tickets=150)


@pytest.fixture
def url(account) -> Iterator[str]:
    with serving(account, limits=False) as url:
        yield url


def undisturbed(url: str, location: str) -> tuple[History, float]:
    """A history pulled in peace, and how long that takes."""
    history = History(location, timezone=ZONE)
    begun = time.perf_counter()
    assert not killed(url, history, 300)
    return history, time.perf_counter() - begun


def something_happens(account: Account) -> None:
    """What a later pull has to find: edits, late answers, moved and deleted tickets, new ones."""
    rated = account.truth.ratings.dropna(subset=["ticket_id", "agent_id"]).iloc[-12:]
    account.advance(hours=2)
    for row in rated.iloc[:4].itertuples():
        account.edit(row.response_id, 1 if row.rating > 3 else 5)
    for row in rated.iloc[4:8].itertuples():
        account.reassign(int(row.ticket_id), int(rated["agent_id"].iloc[0]))
    for row in rated.iloc[8:10].itertuples():
        account.delete(int(row.ticket_id))
    account.new_tickets(40)
    for response_id in account.truth.offers[-20:]:
        account.answer(response_id, 2, comment="late")
    account.advance(hours=2)


def test_kills_of_a_first_pull_leave_no_trace(account, url, tmp_path):
    whole, lasts = undisturbed(url, str(tmp_path / "whole.duckdb"))
    kill_and_mend(url, tmp_path, whole, lasts, base=None)
    assert_same(whole, account)


def test_kills_of_a_later_pull_leave_no_trace(account, url, tmp_path):
    base, _ = undisturbed(url, str(tmp_path / "base.duckdb"))
    shutil.copy(base.location, tmp_path / "whole.duckdb")
    something_happens(account)
    whole, lasts = undisturbed(url, str(tmp_path / "whole.duckdb"))
    assert contents(whole) != contents(base)
    kill_and_mend(url, tmp_path, whole, lasts, base=Path(base.location))
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

"""Kill pulls with SIGKILL at random moments, for the kill tests."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import time

from csat_analysis.history import History
from csat_analysis.sync.context import PullSizes
from csat_analysis.sync.run import run_pull
from csat_analysis.zendesk import Zendesk
from support.accounts import ZONE, settings_for
from support.forks import FORKS

SMALL = PullSizes(tickets_per_page=60, surveys_per_window=50, rows_per_transaction=50)
# The present is the earlier of this and the server's time, which is the account's and may lie in our future.
LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def pull_in_small_steps(url: str, location: str) -> None:
    """Pull in many small transactions, so that each kill hits a different one."""
    settings = settings_for(url, location)
    history = History(location, timezone=ZONE)
    with Zendesk(settings) as account, history.pull_lock():
        run_pull(account, history, settings, sizes=SMALL, now=LATER)


def killed(url: str, history: History, after_seconds: float) -> bool:
    """Start a pull and kill it after a while; return False if it was done before."""
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


def kill_times(url: str, history: History, kills: int, lasts: float, chance: random.Random) -> int:
    """Kill up to `kills` pulls into one history, each at a random moment; return how many were killed.

    A pull that finishes first leaves the later ones little to do, so they are killed earlier and earlier.
    """
    done = 0
    for number in range(4 * kills):
        if done == kills:
            break
        done += killed(url, history, chance.uniform(0.0, lasts * 0.8 ** (number - done)))
    return done


def undisturbed(url: str, location: str) -> tuple[History, float]:
    """Return a history after an undisturbed pull, and the seconds that the pull took."""
    history = History(location, timezone=ZONE)
    begun = time.perf_counter()
    assert not killed(url, history, 300)
    return history, time.perf_counter() - begun


def warm_up() -> None:
    """Wait for the fork server's imports before the first pull, so that they are in no measured time."""
    first = FORKS.Process(target=int)
    first.start()
    first.join()

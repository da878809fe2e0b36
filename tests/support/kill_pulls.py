"""`kill -9` at any moment of a pull, many times: what the tests of it share."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from importlib import import_module
from pathlib import Path

from support.accounts import ZONE, contents, settings_for

from csat_analysis.history import History
from csat_analysis.sync import pull

KILLS, KILLS_A_HISTORY = 50, 10  # of the first pull, and again of a later one
FORKS = multiprocessing.get_context("forkserver")  # a clean process that has imported everything, once


def pull_in_small_steps(url: str, location: str) -> None:
    """A pull in a process of its own, in many small transactions, so that a kill meets a different one."""
    api, offers, parts = (
        import_module(f"csat_analysis.{name}") for name in ("zendesk", "sync.survey_responses", "sync.steps")
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


def undisturbed(url: str, location: str) -> tuple[History, float]:
    """A history pulled in peace, and how long that takes."""
    history = History(location, timezone=ZONE)
    begun = time.perf_counter()
    assert not killed(url, history, 300)
    return history, time.perf_counter() - begun


def warm_up() -> None:
    """Start the clean process from which pulls are forked, so that it counts in no pull's time."""
    FORKS.set_forkserver_preload(["csat_analysis.sync.run", "csat_analysis.stand_in", "support.accounts"])
    first = FORKS.Process(target=int)
    first.start()
    first.join()

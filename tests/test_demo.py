"""The demo replaces the history of an earlier demo and keeps any other file. test_installed.py runs `csat demo`."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import duckdb
import pytest
from conftest import ACCOUNT, ZONE

from csat_analysis import demo
from csat_analysis.demo import prepare_folder, refresh_demo
from csat_analysis.errors import CsatError, HistoryBusy
from csat_analysis.fake_zendesk import make_account
from csat_analysis.history import History
from csat_analysis.periods import zone

pytestmark = pytest.mark.slow

LOCAL = "http://127.0.0.1:8642"


def test_the_history_of_an_earlier_demo_is_deleted(tmp_path):
    database = prepare_folder(tmp_path)
    History(str(database)).create_or_migrate(LOCAL, ZONE)
    assert prepare_folder(tmp_path) == database
    assert not database.exists()


def test_the_log_of_a_demo_that_was_killed_is_deleted(tmp_path):
    log = tmp_path / "csat.duckdb.wal"
    log.write_bytes(b"of a demo that was killed")
    prepare_folder(tmp_path)
    assert not log.exists()


def test_the_history_of_a_real_account_is_not_deleted(tmp_path):
    real = History(str(tmp_path / "csat.duckdb"))
    real.create_or_migrate(ACCOUNT, ZONE)
    with pytest.raises(CsatError, match="contains a history that is not a demo's: choose another --folder"):
        prepare_folder(tmp_path)
    assert History(real.location).account() == (ACCOUNT, ZONE)


def write_text(path: Path) -> None:
    path.write_text("dear diary")


def write_other_database(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table mine as select 1 as a")


@pytest.mark.parametrize("create", [write_text, Path.mkdir, write_other_database])
def test_a_file_that_is_not_a_history_is_not_deleted(tmp_path, create):
    path = tmp_path / "csat.duckdb"
    create(path)
    with pytest.raises(CsatError, match="choose another --folder"):
        prepare_folder(tmp_path)
    assert path.exists()


def test_a_history_that_is_open_is_not_deleted_and_the_error_names_the_program(tmp_path):
    database = tmp_path / "csat.duckdb"
    History(str(database)).create_or_migrate(LOCAL, ZONE)
    with duckdb.connect(str(database)), pytest.raises(HistoryBusy, match="this process"):
        prepare_folder(tmp_path)
    assert database.exists()


def test_a_folder_that_cannot_be_created_is_named_in_the_error(tmp_path):
    Path(tmp_path / "file").write_text("not a folder")
    with pytest.raises(CsatError, match=r"cannot use .*file.*: choose another --folder"):
        prepare_folder(tmp_path / "file" / "demo")


def test_an_old_demo_is_replaced_by_one_that_ends_yesterday(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "make_account", partial(make_account, tickets=60))
    history = History(str(prepare_folder(tmp_path)))
    history.create_or_migrate(LOCAL, ZONE)
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    history.save({"pulls": [{"pull_id": "1", "started_at": before, "outcome": "done"}]})
    database = refresh_demo(tmp_path, progress=False)
    today = dt.datetime.now(zone(demo.TIMEZONE)).date()
    refreshed = History(str(database))
    assert today - refreshed.days()[1] in (dt.timedelta(days=1), dt.timedelta(days=2))
    assert refreshed.last_pull() > before
    made = database.stat().st_ino
    assert refresh_demo(tmp_path, progress=False).stat().st_ino == made

"""The demo's folder: what an earlier demo left there is replaced, anything else is kept."""

from __future__ import annotations

import importlib
from pathlib import Path

import duckdb
import pytest
from conftest import ACCOUNT, ZONE
from support.accounts import small_account

from csat_analysis.demo import demo
from csat_analysis.errors import CsatError, HistoryError
from csat_analysis.history import History

LOCAL = "http://127.0.0.1:8642"


@pytest.fixture
def quick(monkeypatch) -> None:
    """A small account, and no report."""
    room = importlib.import_module("csat_analysis.demo")
    monkeypatch.setattr(room, "make_account", lambda: small_account(tickets=40))
    monkeypatch.setattr(room, "run", lambda *_, **__: None)


def test_what_an_earlier_demo_left_is_replaced_its_log_too(quick, tmp_path):
    database = tmp_path / "csat.duckdb"
    earlier = History(str(database))
    earlier.create_or_migrate(LOCAL, ZONE)
    earlier.save({"tickets": [{"ticket_id": 99_999_999, "status": "open"}]})
    demo(tmp_path, progress=False)
    assert 99_999_999 not in set(History(str(database)).table("tickets")["ticket_id"])
    database.unlink()
    database.with_name("csat.duckdb.wal").write_bytes(b"of a demo that was killed")
    demo(tmp_path, progress=False)
    assert len(History(str(database)).table("tickets"))


def test_the_history_of_an_account_is_not_deleted(quick, tmp_path):
    real = History(str(tmp_path / "csat.duckdb"))
    real.create_or_migrate(ACCOUNT, ZONE)
    with pytest.raises(CsatError, match="holds another history than a demo's: give another --folder"):
        demo(tmp_path, progress=False)
    assert History(real.location).account() == (ACCOUNT, ZONE)


@pytest.mark.parametrize("make", [
    lambda path: path.write_text("dear diary"),
    lambda path: path.mkdir(),
    lambda path: duckdb.connect(str(path)).execute("create table mine as select 1 as a").close(),
])  # fmt: skip
def test_a_file_that_is_no_history_is_not_deleted(quick, tmp_path, make):
    path = tmp_path / "csat.duckdb"
    make(path)
    with pytest.raises(CsatError, match="give another --folder"):
        demo(tmp_path, progress=False)
    assert path.exists()


def test_a_demo_that_is_held_open_says_by_whom(quick, tmp_path, monkeypatch):
    database = tmp_path / "csat.duckdb"
    History(str(database)).create_or_migrate(LOCAL, ZONE)
    monkeypatch.setattr(
        History.__init__, "__kwdefaults__", {**History.__init__.__kwdefaults__, "wait_seconds": 0.1}
    )
    with duckdb.connect(str(database)), pytest.raises(HistoryError, match="held open by this process"):
        demo(tmp_path, progress=False)
    assert database.exists()


def test_a_folder_that_cannot_be_made_is_one_line(quick, tmp_path):
    Path(tmp_path / "file").write_text("no folder")
    with pytest.raises(CsatError, match=r"cannot use .*file.*: give another --folder"):
        demo(tmp_path / "file" / "demo", progress=False)

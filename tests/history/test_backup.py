"""Backups: equal tables after restoring, between engines too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.accounts import contents

from csat_analysis.errors import HistoryError
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People
from csat_analysis.schema.tables import TABLES

pytestmark = pytest.mark.slow


def rows_of(location: str) -> dict[str, list[str]]:
    return contents(History(location), set(TABLES) - {"cursors"})


def test_tables_are_equal_after_restoring_and_back(pulled_file, location, tmp_path):
    first, second = tmp_path / "a.backup", tmp_path / "b.backup"
    write_backup(Database(str(pulled_file)), first)
    assert first.stat().st_mode & 0o777 == 0o600
    restore_backup(Database(location), first)
    assert rows_of(location) == rows_of(str(pulled_file))
    write_backup(Database(location), second)
    restore_backup(Database(str(tmp_path / "back.duckdb")), second)
    assert rows_of(str(tmp_path / "back.duckdb")) == rows_of(str(pulled_file))
    assert len(History(location).ratings()) == len(History(str(pulled_file)).ratings())


def test_an_older_schema_is_migrated(tmp_path):
    old = Path(__file__).parents[1] / "history_files" / "0.1.0.duckdb"
    write_backup(Database(str(shutil.copy(old, tmp_path / "old.duckdb"))), tmp_path / "old.backup")
    restore_backup(Database(str(tmp_path / "new.duckdb")), tmp_path / "old.backup")
    assert len(History(str(tmp_path / "new.duckdb")).ratings()) == len(
        History(str(tmp_path / "old.duckdb")).ratings()
    )


def test_a_person_erased_after_the_backup_is_erased_again_by_a_restore(pulled_file, tmp_path):
    mine = str(shutil.copy(pulled_file, tmp_path / "mine.duckdb"))
    write_backup(Database(mine), tmp_path / "a.backup")
    history = History(mine)
    requester = int(history.ratings()["responder_id"].dropna().iloc[0])
    history.forget(People(requesters=[requester]))
    restore_backup(Database(mine), tmp_path / "a.backup")
    assert str(requester) not in str(rows_of(mine))


def test_without_a_history_there_is_no_backup(tmp_path):
    with pytest.raises(HistoryError, match="there is no history at"):
        write_backup(Database(str(tmp_path / "none.duckdb")), tmp_path / "a.backup")
    assert not list(tmp_path.iterdir())

"""Known changes: stored, replaced, removed, carried by a backup, listed by `csat status`; mistakes are one line."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from support.rating_factory import NOON, ratings, store
from typer.testing import CliRunner

from csat_analysis.cli.commands import app
from csat_analysis.cli.status_text import status_lines
from csat_analysis.errors import CsatError
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.rebases import Rebase, add_rebase, read_rebases, remove_rebase
from csat_analysis.history.status import status

pytestmark = pytest.mark.slow

DAY = dt.date(2026, 11, 9)


@pytest.fixture
def file_history(history) -> History:
    return with_ratings(history)


def with_ratings(history: History) -> History:
    older = NOON - dt.timedelta(weeks=8)
    return store(history, ratings(8, 2), ratings(8, 2, group="Returns"), ratings(5, 5, at=older))


def test_a_known_change_is_stored_replaced_and_removed(store):
    history = with_ratings(store)
    add_rebase(history, "2026-11-09", "new survey")
    add_rebase(history, "2026-11-09", "new survey,\x07\n in two languages")
    add_rebase(history, "2026-10-01", "new team", group="Billing")
    assert read_rebases(history) == [
        Rebase(dt.date(2026, 10, 1), "new team", "Billing"),
        Rebase(DAY, "new survey, in two languages"),
    ]
    assert remove_rebase(history, "2026-11-09").text == "new survey, in two languages"
    assert [one.group for one in read_rebases(history)] == ["Billing"]


def test_a_backup_carries_known_changes(file_history, location, tmp_path):
    add_rebase(file_history, "2026-11-09", "new survey", group="Returns")
    write_backup(Database(file_history.location), tmp_path / "csat.backup")
    restored = tmp_path / "restored.duckdb" if location.endswith("csat.duckdb") else location
    restore_backup(Database(str(restored)), tmp_path / "csat.backup")
    assert read_rebases(History(str(restored))) == [Rebase(DAY, "new survey", "Returns")]


def test_a_history_of_the_first_version_has_no_known_changes(tmp_path):
    old = Path(__file__).parents[1] / "history_files" / "0.1.0.duckdb"
    history = History(str(shutil.copy(old, tmp_path / "old.duckdb")))
    assert read_rebases(history) == []
    last = history.span()[1].date().isoformat()
    add_rebase(history, last, "first")
    assert [one.text for one in read_rebases(history)] == ["first"]


@pytest.mark.parametrize(
    ("when", "text", "group", "message"),
    [
        ("9 November", "new survey", None, "expected YYYY-MM-DD"),
        ("2026-02-30", "new survey", None, "expected YYYY-MM-DD"),
        ("2999-01-01", "new survey", None, "is in the future: give a day up to"),
        ("2020-01-01", "new survey", None, "is outside the history: give a day from 2026-09-1"),
        ("2026-11-09", "", None, "is empty: say what changed"),
        ("2026-11-09", " \x00\n\u202e ", None, "is empty: say what changed"),
        ("2026-11-09", "x" * 201, None, "use at most 200"),
        ("2026-11-09", "new team", "Biling", "did you mean 'Billing'"),
        ("2026-11-09", "new team", "", "unknown group ''; choose from: Billing, Returns"),
    ],
)
def test_a_mistake_is_one_line_with_what_is_valid(file_history, when, text, group, message):
    with pytest.raises(CsatError, match="[^\n]*") as error:
        add_rebase(file_history, when, text, group=group)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert read_rebases(file_history) == []


def test_only_a_stored_change_can_be_removed(file_history):
    with pytest.raises(CsatError, match="no rebase of all groups on 2026-11-09 to remove; stored: none"):
        remove_rebase(file_history, "2026-11-09")
    add_rebase(file_history, "2026-11-09", "new team", group="Billing")
    with pytest.raises(CsatError, match="of Returns .* stored: 2026-11-09 Billing"):
        remove_rebase(file_history, "2026-11-09", group="Returns")


def test_status_lists_the_latest_known_changes(file_history):
    for day in range(9, 12):
        add_rebase(file_history, f"2026-11-{day:02}", f"change {day}")
    add_rebase(file_history, "2026-11-09", "new team", group="Billing")
    lines = list(status_lines(status(file_history)))
    assert "rebase: 2026-11-09 Billing: new team" in lines
    assert "rebase: and 1 earlier" in lines


def test_the_command_stores_and_removes(file_history, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", file_history.location)
    runner = CliRunner()
    stored = runner.invoke(app, ["rebase", "2026-11-09", "new team", "--group", "Billing"])
    assert "2026-11-09 Billing: new team" in stored.output
    removed = runner.invoke(app, ["rebase", "2026-11-09", "--group", "Billing", "--remove"])
    assert removed.output.startswith("Removed from")
    assert read_rebases(file_history) == []

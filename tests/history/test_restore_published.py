"""Restore a published history: equal tables on both engines; what `csat publish` does not write is refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from support.accounts import contents
from support.every_question import odd_account
from typer.testing import CliRunner

from csat_analysis.cli.commands import app
from csat_analysis.errors import HistoryError
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People
from csat_analysis.history.place import Place
from csat_analysis.history.publication import POINTER
from csat_analysis.history.publish import publish
from csat_analysis.schema.tables import TABLES

pytestmark = pytest.mark.slow

Pointer = dict[str, Any]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return a history with every odd kind of row."""
    return odd_account(History(str(tmp_path_factory.mktemp("account") / "csat.duckdb")))


@pytest.fixture(scope="module")
def good(account: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where it is published; no test changes it."""
    folder = tmp_path_factory.mktemp("good") / "lake"
    publish(account, Place(str(folder)))
    return folder


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    """Return a copy of the published files that a test may damage."""
    return Path(shutil.copytree(good, tmp_path / "lake"))


def rows_of(location: str) -> dict[str, list[str]]:
    return contents(History(location), TABLES)


def test_tables_are_equal_after_restoring(account, good, location):
    found = restore_backup(Database(location), Place(str(good)))
    assert rows_of(location) == rows_of(account.location)
    assert (found.rows, found.notes) == (sum(map(len, rows_of(location).values())), ())


def test_the_command_restores_a_folder(account, good, tmp_path, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", str(tmp_path / "new.duckdb"))
    for source in (str(good), f"parquet:{good}", f"file://{good}"):
        done = CliRunner().invoke(app, ["restore", source])
        assert f"rows of https://acme.zendesk.com: {tmp_path}" in done.output
        assert rows_of(str(tmp_path / "new.duckdb")) == rows_of(account.location)


def change_pointer(folder: Path, change: Callable[[Pointer], object]) -> None:
    pointer = json.loads((folder / POINTER).read_text())
    change(pointer)
    (folder / POINTER).write_text(json.dumps(pointer))


def rewrite(
    folder: Path, name: str, change: Callable[[Any], Any] = lambda table: table, **options: Any
) -> None:
    """Replace the first part of a table; its number of rows and checksum in the pointer are right."""

    def describe(pointer: Pointer) -> None:
        part = pointer["tables"][name][0]
        table = change(pq.read_table(folder / part["file"]))
        pq.write_table(
            table, folder / part["file"], **{"use_dictionary": False, "compression": "zstd", **options}
        )
        data = (folder / part["file"]).read_bytes()
        part |= {"rows": table.num_rows, "sha256": hashlib.sha256(data).hexdigest()}

    change_pointer(folder, describe)


def part_of(folder: Path, name: str) -> Path:
    return folder / json.loads((folder / POINTER).read_text())["tables"][name][0]["file"]


def replace_part(folder: Path, make: Callable[[Path], object]) -> None:
    path = part_of(folder, "groups")
    path.rename(folder / "moved")
    make(path)


def replace_pointer(folder: Path, make: Callable[[Path], object]) -> None:
    (folder / POINTER).unlink()
    make(folder / POINTER)


def drop_table(pointer: Pointer) -> None:
    del pointer["tables"]["tickets"]


def add_private(pointer: Pointer) -> None:
    pointer["tables"]["forgotten"] = pointer["tables"]["groups"]


def part_twice(pointer: Pointer) -> None:
    pointer["tables"]["groups"] *= 2


def swap_tables(pointer: Pointer) -> None:
    pointer["tables"]["groups"] = pointer["tables"]["agents"]


def set_part(**changes: Any) -> Callable[[Pointer], object]:
    return lambda pointer: pointer["tables"]["groups"][0].update(changes)


def put_below(folder: Path) -> None:
    folder.rename(folder.with_name("acme"))
    folder.mkdir()
    folder.with_name("acme").rename(folder / "acme")


CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no pointer": (lambda f: (f / POINTER).unlink(), "nothing is published at"),
    "several accounts": (put_below, "lake holds the histories of acme: restore one of them, as "),
    "pointer is a pipe": (lambda f: replace_pointer(f, os.mkfifo), "is not a small file"),
    "pointer is a device": (
        lambda f: replace_pointer(f, lambda path: path.symlink_to("/dev/zero")), "is not a small file"
    ),
    "pointer is a folder": (lambda f: replace_pointer(f, Path.mkdir), "is not a small file"),
    "half a pointer": (
        lambda f: (f / POINTER).write_bytes((f / POINTER).read_bytes()[:500]), "is damaged or of another"
    ),
    "path": (lambda f: change_pointer(f, set_part(file="../../etc/passwd")), "is damaged or of another"),
    "absolute path": (lambda f: change_pointer(f, set_part(file="/etc/passwd")), "is damaged or of another"),
    "rows as text": (lambda f: change_pointer(f, set_part(rows="3")), "is damaged or of another"),
    "another number of rows": (lambda f: change_pointer(f, set_part(rows=4000)), "another number of rows"),
    "checksum": (lambda f: change_pointer(f, set_part(sha256="0" * 64)), "the checksum of groups/all-.* is wrong"),
    "newer": (lambda f: change_pointer(f, lambda p: p.update(schema_version=900)), "upgrade csat_analysis"),
    "zone": (lambda f: change_pointer(f, lambda p: p.update(timezone="x'; --")), "manifest is not valid"),
    "account": (
        lambda f: change_pointer(f, lambda p: p.update(account="https://x.test")),
        "is a copy of|its account is not the one",
    ),
    "no table": (lambda f: change_pointer(f, drop_table), "it has no table 'tickets'"),
    "private table": (lambda f: change_pointer(f, add_private), "is damaged or of another"),
    "part twice": (lambda f: change_pointer(f, part_twice), "is damaged or of another"),
    "part of another table": (lambda f: change_pointer(f, swap_tables), "groups has other columns"),
    "no part": (lambda f: part_of(f, "groups").unlink(), "is not a file"),
    "link": (lambda f: replace_part(f, lambda path: path.symlink_to(f / "moved")), "is not a file"),
    "pipe": (lambda f: replace_part(f, os.mkfifo), "is not a file"),
    "half a part": (
        lambda f: part_of(f, "tickets").write_bytes(part_of(f, "tickets").read_bytes()[:500]), "checksum of"
    ),
    "another type": (
        lambda f: rewrite(f, "groups", lambda t: t.set_column(0, "group_id", t["group_id"].cast("float64"))),
        "groups has other columns",
    ),
    "dictionaries": (lambda f: rewrite(f, "groups", use_dictionary=True), "unpacks to more"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_csat_publish_does_not_write_is_refused_and_nothing_changes(case, account, folder, tmp_path):
    damage, why = CASES[case]
    damage(folder)
    mine = Database(str(shutil.copy(account.location, tmp_path / "mine.duckdb")))
    for database in (mine, Database(str(tmp_path / "new.duckdb"))):
        with pytest.raises(HistoryError, match=why) as refused:
            restore_backup(database, Place(str(folder)))
        assert "\n" not in str(refused.value)
    assert rows_of(mine.location) == rows_of(account.location)
    assert not (tmp_path / "new.duckdb").exists()


def test_a_history_without_comments_replaces_none_that_may_have_them(account, folder, tmp_path):
    publish(account, Place(str(folder)), left_out=["comments"])
    mine = Database(str(shutil.copy(account.location, tmp_path / "mine.duckdb")))
    with pytest.raises(HistoryError, match=r"was published without comments, which .*mine.duckdb may hold"):
        restore_backup(mine, Place(str(folder)))
    new = str(tmp_path / "new.duckdb")
    assert "without comments, which a pull" in restore_backup(Database(new), Place(str(folder))).notes[0]
    assert len(History(new).ratings()) == len(account.ratings())


def test_people_forgotten_since_then_stay_forgotten_and_those_before_are_named_as_a_task(
    account, folder, tmp_path
):
    mine = History(str(shutil.copy(account.location, tmp_path / "mine.duckdb")))
    mine.forget(People(tickets=[3]))
    restore_backup(Database(mine.location), Place(str(folder)))
    assert 3 not in mine.table("tickets")["ticket_id"].tolist()
    publish(mine, Place(str(folder)))
    found = restore_backup(Database(str(tmp_path / "new.duckdb")), Place(str(folder)))
    assert "run csat forget again" in found.notes[0]

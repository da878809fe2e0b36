"""Kill backups, restores, erasures and compactions: the old or the new state is left, and the next run completes it.

`make reliability` kills each at 20 steps.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ACCOUNT, ZONE
from support.forks import FORKS
from support.kill_lifecycle import TICKET, run_until
from support.rating_factory import ratings, store

from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.backup_file import read_backup
from csat_analysis.history.database import Database, run
from csat_analysis.schema.tables import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.long]

WORDS = "Mr Quillfeather-Zobel never called me back, order 55512"
# More than any operation has.
ALL = 1_000_000
DUCKDB = pytest.mark.parametrize("location", ["duckdb"], indirect=True)


class Killed:
    """A history whose state can be brought back before each kill."""

    def __init__(self, location: str, folder: Path, kills: int):
        self.is_postgres = "://" in location
        self.folder, self.kills = folder / "work", kills
        self.folder.mkdir()
        self.location = location if self.is_postgres else str(self.folder / "csat.duckdb")
        self.file = self.folder / "a.backup"
        self.database, self.history = Database(self.location), History(self.location)
        self._state = folder / "state"

    def remember(self) -> None:
        """Save the state of the history and its folder."""
        shutil.copytree(self.folder, self._state)
        if self.is_postgres:
            write_backup(self.database, self._state / "rows")

    def begin(self) -> None:
        """Bring the saved state back."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._state, self.folder)
        if self.is_postgres:
            with self.database.transaction() as con:
                run(con, "delete from forgotten")
            restore_backup(self.database, self.folder / "rows")

    def run(self, operation: str, steps: int = ALL) -> int:
        """Run an operation in a process that dies before a step; return how many steps began."""
        seen = FORKS.Value("i", 0)
        child = FORKS.Process(target=run_until, args=(operation, self.location, self.file, steps, seen))
        child.start()
        child.join()
        assert child.exitcode == (0 if steps == ALL else -signal.SIGKILL)
        return int(seen.value)

    def kill(self, operation: str) -> Iterator[int]:
        """Kill an operation at steps spread over all of it, each time from the saved state."""
        self.remember()
        count = self.run(operation)
        assert count > 20
        for number in range(self.kills):
            self.begin()
            step = number * count // self.kills
            self.run(operation, step)
            yield step

    def rows(self) -> dict[str, list[str]]:
        """Return all rows but those that depend on the clock."""
        names = set(TABLES) - {"cursors", "forgotten"}
        read, found = self.history.rows, {}
        with self.history.keep_open():
            for name in names:
                found[name] = sorted(map(repr, read(lambda con, name=name: con.table(name))))
        return found

    def leftovers(self) -> list[Path]:
        return [one for one in self.folder.iterdir() if one.name.startswith(".csat-") or one.suffix == ".tmp"]

    def is_copying(self) -> bool:
        with suppress(FileNotFoundError):  # the copy is complete
            return any(file.stat().st_size for one in self.leftovers() for file in one.rglob("*"))
        return False

    def bytes(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def killed(location, tmp_path, request) -> Killed:
    made = Killed(location, tmp_path, max(2, request.config.getoption("--kills") // 5))
    made.history.create_or_migrate(ACCOUNT, ZONE)
    store(made.history, ratings(6, 2, response={"comment": WORDS, "responder_id": 7}, requester_id=7))
    return made


@DUCKDB
def test_a_killed_backup_leaves_the_old_file_or_the_new_one(killed):
    write_backup(killed.database, killed.file)
    killed.history.save({"brands": [{"brand_id": 1, "name": "new"}]})
    for step in killed.kill("backup"):
        assert read_backup(killed.file).tables["brands"][0].rows in (0, 1), step
        killed.run("backup")
        assert read_backup(killed.file).tables["brands"][0].rows == 1
        assert killed.file.stat().st_mode & 0o777 == 0o600
        assert not killed.leftovers()


def test_a_killed_restore_leaves_the_old_rows_or_those_of_the_backup(killed):
    write_backup(killed.database, killed.file)
    new = killed.rows()
    killed.history.save({"tickets": [{"ticket_id": 99, "subject": "later"}]})
    states = [killed.rows(), new]
    for step in killed.kill("restore"):
        assert killed.rows() in states, step
        killed.run("restore")
        assert killed.rows() == new
        assert not killed.leftovers()


def test_a_killed_erasure_leaves_the_person_or_nothing_and_the_next_one_completes_it(killed):
    words = f"{WORDS} twice"
    killed.history.save({"survey_responses": [{"response_id": "R00001", "comment": words}]})
    old = killed.rows()
    for step in killed.kill("forget"):
        rows = killed.rows()
        assert rows == old or words not in str(rows), step
        killed.run("forget")
        assert words not in str(killed.rows())
        assert TICKET not in set(killed.history.table("tickets")["ticket_id"])
        assert len(killed.history.ratings()) == 8
        if not killed.is_postgres:
            assert words.encode() not in killed.bytes()
            assert Path(killed.location).stat().st_mode & 0o777 == 0o600
            assert not killed.leftovers()


@DUCKDB
def test_a_compaction_killed_while_it_copies_leaves_the_old_file(killed):
    tickets = [{"ticket_id": number, "subject": os.urandom(2000).hex()} for number in range(100, 6000)]
    killed.history.save({"tickets": tickets})
    before, hits = killed.rows(), 0
    seen = FORKS.Value("i", 0)
    for number in range(3):
        child = FORKS.Process(target=run_until, args=("compact", killed.location, killed.file, ALL, seen))
        child.start()
        while child.is_alive() and not killed.is_copying():
            time.sleep(0.001)
        time.sleep(0.02 * number)
        child.kill()
        child.join()
        hits += bool(killed.leftovers())
        assert killed.rows() == before
        assert Path(killed.location).stat().st_mode & 0o777 == 0o600
    assert hits, "at least one kill was within the copy"
    killed.run("compact")
    assert killed.rows() == before
    assert not killed.leftovers()

"""A migration that is killed before any of its statements leaves the old schema; the next opening migrates it.

`make reliability` kills it at every statement, `make test` at ten of them.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from support.forks import FORKS
from support.kill_migrations import migrate_until

from csat_analysis.history import History
from csat_analysis.history.database import Database
from csat_analysis.history.migrations import MIGRATIONS, VERSION_TABLE

FOLDER = Path(__file__).parent
VERSIONS = sorted(file.stem for file in FOLDER.glob("*.duckdb"))
# More than any migration has.
ALL = 1000


def run_until(location: str, statements: int) -> tuple[int, bool]:
    """Migrate in a process that dies before a statement; return how many statements began, and whether it died."""
    seen = FORKS.Value("i", 0)
    child = FORKS.Process(target=migrate_until, args=(location, statements, seen))
    child.start()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL)
    return seen.value, child.exitcode != 0


def stored_version(location: str) -> int:
    """Return the schema version in the file, without migrating it."""
    with Database(location).connect() as con:
        return int(con.table(VERSION_TABLE).to_pyarrow().to_pylist()[0]["version"])


def assert_each_kill_leaves_a_whole_schema(location: str, restore: Callable[[], None], kills: int) -> None:
    """Kill migrations of an old history at statements spread over the whole transaction."""
    restore()
    count, died = run_until(location, ALL)
    assert not died and count > 10
    for number in range(min(kills, count)):
        restore()
        _, died = run_until(location, number * count // min(kills, count))
        assert died
        assert stored_version(location) == 1
        assert len(History(location).table("tickets")) > 0
        assert stored_version(location) == len(MIGRATIONS)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_on_duckdb(version: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "csat.duckdb"

    def restore() -> None:
        Path(f"{path}.wal").unlink(missing_ok=True)
        shutil.copy(FOLDER / f"{version}.duckdb", path)

    assert_each_kill_leaves_a_whole_schema(str(path), restore, request.config.getoption("--kills"))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_on_postgres(version: str, location: str, request: pytest.FixtureRequest) -> None:
    dump = (FOLDER / f"{version}.sql").read_bytes()

    def restore() -> None:
        with psycopg.connect(location, autocommit=True, options="-c client_min_messages=error") as connection:
            connection.execute("drop schema public cascade")
            connection.execute(dump)

    assert_each_kill_leaves_a_whole_schema(location, restore, request.config.getoption("--kills"))

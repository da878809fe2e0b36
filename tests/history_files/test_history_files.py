"""A history made by an earlier version opens, and gives the answers in VERSION.json.

VERSION.json was written by that version. A later change of an answer needs a reason in CHANGELOG.md. Then write the
answers again, and read their diff; the histories themselves never change:

    CSAT_WRITE_EXPECTED=1 python -m pytest tests/history_files -k duckdb
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import psycopg
import pytest
from characterization import expected
from characterization.questions import WAYS_OF_FILES, characterize_history

from csat_analysis.history.restorable import ADDED_LATER
from csat_analysis.schema.tables import TABLES

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent
VERSIONS = sorted(file.stem for file in FOLDER.glob("*.duckdb"))


def test_there_are_history_files() -> None:
    assert "0.1.0" in VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_duckdb_history_gives_the_answers_it_gave(version: str, tmp_path: Path) -> None:
    copied = shutil.copy(FOLDER / f"{version}.duckdb", tmp_path / "csat.duckdb")
    assert_answers(str(copied), version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_postgres_history_gives_the_answers_it_gave(version: str, location: str) -> None:
    dump = (FOLDER / f"{version}.sql").read_bytes()
    with psycopg.connect(location, autocommit=True, options="-c client_min_messages=error") as connection:
        connection.execute("drop schema public cascade")
        connection.execute(dump)
    assert_answers(location, version)


def test_a_copy_of_an_earlier_schema_may_lack_the_tables_that_were_added_since() -> None:
    with duckdb.connect(FOLDER / "0.1.0.duckdb", read_only=True) as con:
        first = {name for (name,) in con.execute("select table_name from duckdb_tables()").fetchall()}
    assert set(TABLES) - first == set(ADDED_LATER)


def assert_answers(database: str, version: str) -> None:
    """Assert that a history gives the answers in VERSION.json."""
    path = FOLDER / f"{version}.json"
    answers = characterize_history(database, WAYS_OF_FILES)
    expected.write_if_asked(path, answers)
    found = list(expected.differences(expected.read(path), answers))
    assert not found, "\n".join(found[:20])

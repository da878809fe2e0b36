"""A history made by an earlier version opens, and gives the answers it gave then."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest
from characterization import expected
from characterization.questions import PER_QUESTION_OF_FILES, characterize_history

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


def assert_answers(database: str, version: str) -> None:
    """Assert that a history gives the answers in VERSION.json."""
    wanted = expected.read(FOLDER / f"{version}.json")
    found = list(expected.differences(wanted, characterize_history(database, PER_QUESTION_OF_FILES)))
    assert not found, "\n".join(found[:20])

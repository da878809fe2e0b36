"""The whole public API on every engine: equal answers, also for a Postgres role that may only read."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import ibis
import psycopg
import pytest
from support.every_question import LONG_ID, answers, odd_account, question_names
from support.rating_factory import WEEK
from support.spark_cluster import java_is_missing, spark_session

import csat_analysis as csat
from csat_analysis.errors import HistoryError
from csat_analysis.history import History
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish
from csat_analysis.schema.tables import PRIVATE_TABLES, TABLES

pytestmark = pytest.mark.slow


def read_only_url(url: str) -> str:
    """Return the URL of a role that can only read, without the right to create temporary tables."""
    with psycopg.connect(url, autocommit=True) as con:
        name = con.execute("select current_database()").fetchone()[0]
        con.execute("drop role if exists analyst")
        con.execute("create role analyst login password 'analyst'")
        con.execute("alter role analyst set default_transaction_read_only = on")
        con.execute(f'revoke temporary on database "{name}" from public')
        con.execute("grant usage on schema public to analyst")
        con.execute("grant select on all tables in schema public to analyst")
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"analyst:analyst@{host}"))


@pytest.fixture
def expected(tmp_path: Path) -> dict[str, str]:
    """Return the answers of a DuckDB file."""
    return answers(odd_account(History(str(tmp_path / "expected.duckdb"))), tmp_path)


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_postgres_gives_the_answers_of_duckdb(location, expected, tmp_path):
    assert answers(odd_account(History(location)), tmp_path) == expected


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_read_only_role_gets_the_same_answers(location, expected, tmp_path):
    odd_account(History(location))
    reader = read_only_url(location)
    try:
        assert answers(History(reader), tmp_path) == expected
    finally:
        with psycopg.connect(location, autocommit=True) as con:
            con.execute("drop owned by analyst")
            con.execute("drop role analyst")


def test_the_account_has_every_odd_kind_of_row(expected):
    assert len(question_names()) >= 14
    assert "Cleo" in expected["ratings"] and "legacy" in expected["ratings"]
    assert LONG_ID in expected["survey_responses"]


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Return a folder where the odd account is published."""
    folder = tmp_path / "lake é"
    publish(odd_account(History(str(tmp_path / "published.duckdb"))), Place(str(folder)))
    return str(folder)


def test_a_published_history_gives_the_answers_of_its_file(place, expected, tmp_path):
    assert answers(csat.open_history(f"parquet:{place}"), tmp_path) == expected


def test_an_ibis_connection_gives_the_answers_of_a_file_and_is_not_closed(place, expected, tmp_path):
    con = ibis.duckdb.connect()
    con.raw_sql("set TimeZone='Asia/Tokyo'")
    assert answers(csat.open_history(con, published=place), tmp_path) == expected
    assert con.list_tables() == []
    for name in set(TABLES) - PRIVATE_TABLES:
        con.raw_sql(f"create table {name} as select * from read_parquet('{place}/{name}/*.parquet')")
    assert answers(csat.open_history(con), tmp_path) == expected
    assert con.sql("select 1 as n").to_pyarrow().to_pylist() == [{"n": 1}]


@pytest.mark.filterwarnings("ignore")  # PySpark uses deprecated features of pandas and Python
@pytest.mark.skipif(bool(java_is_missing()), reason=java_is_missing())
def test_spark_gives_the_answers_of_duckdb(place, expected, tmp_path):
    with spark_session(tmp_path) as session:
        con = ibis.pyspark.connect(session)
        assert answers(csat.open_history(con, published=place), tmp_path) == expected
        assert con.list_tables() == []
        session.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
        with pytest.raises(
            HistoryError, match=r"^the Spark session's time zone is Asia/Tokyo: set spark\.sql"
        ):
            csat.csat(csat.open_history(con, published=place), WEEK)
    with pytest.raises(HistoryError, match="^the Spark session has ended: open a new one"):
        csat.csat(csat.open_history(con, published=place), WEEK)

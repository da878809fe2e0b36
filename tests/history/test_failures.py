"""What goes wrong with a database is one line with its true cause, without a password."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from conftest import ACCOUNT, ZONE
from support.accounts import NOW, ChangedZendesk, contents, settings_for, small_account
from support.postgres_server import ensure_running, stop

import csat_analysis as csat
from csat_analysis.errors import HistoryError
from csat_analysis.fake_zendesk import serving
from csat_analysis.history import History
from csat_analysis.history.backup import write_backup
from csat_analysis.history.database import Database, run
from csat_analysis.schema.tables import PRIVATE_TABLES, TABLES
from csat_analysis.sync.run import run_pull

pytestmark = pytest.mark.slow

SECRET = "s3cret"
AT_LOOPBACK = f"postgresql://ada:{SECRET}@127.0.0.1:1/csat"
TICKET = {"tickets": [{"ticket_id": 1, "status": "open"}]}
POSTGRES = pytest.mark.parametrize("location", ["postgres"], indirect=True)


def fails(use: Callable[[], object], pattern: str) -> None:
    """Check that the use ends in one line that matches, without the password and without Ibis's own trouble."""
    with pytest.raises(HistoryError, match=pattern) as caught:
        use()
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)
    assert "rollback" not in str(caught.value)
    # Whoever prints the traceback sees no password in it either.
    assert caught.value.__context__ is None or caught.value.__suppress_context__


# Connecting


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        (AT_LOOPBACK, "connection refused.: check that the server runs"),
        (f"postgresql://ada:{SECRET}@no-such-host.invalid/csat", "unknown host.: check the host"),
        (f"postgresql://ada:{SECRET}@/csat?host=/no/such/folder", "there is no such socket"),
        (f"{AT_LOOPBACK}?nonsense=1", "the address is not valid.: write special characters"),
        (f"postgresql://ada:%{SECRET}@127.0.0.1:1/csat", "the address is not valid"),
        (f"postgresql://ada:1@{SECRET}@127.0.0.1:1/csat", "cannot connect to postgresql://127.0.0.1:1/csat"),
    ],
)
def test_a_failure_to_connect_has_its_cause_and_no_password(url, cause):
    fails(History(url, wait_seconds=0.2).ratings, cause)


@POSTGRES
def test_an_unknown_user_database_or_encoding_is_named_in_the_error(location):
    fails(History(location.replace("//postgres:@", f"//nobody:{SECRET}@")).ratings, "no such user")
    fails(History(database_url(location, "nowhere")).ratings, "no such database.: create it")


@pytest.fixture
def asks_for_password(location: str, postgres: Any) -> Iterator[str]:
    """Yield a URL with a wrong password, which the server asks for."""
    rules = Path(postgres.pgdata) / "pg_hba.conf"
    before = rules.read_text()
    with psycopg.connect(location, autocommit=True) as con:
        con.execute("create role asked login password 'right'")
        rules.write_text(f"local all asked scram-sha-256\n{before}")
        con.execute("select pg_reload_conf()")
        yield location.replace("//postgres:@", f"//asked:{SECRET}@")
        rules.write_text(before)
        con.execute("select pg_reload_conf()")
        con.execute("drop role asked")


@POSTGRES
def test_a_wrong_password_is_said_to_be_refused(asks_for_password):
    fails(History(asks_for_password).ratings, "the server refuses this user or password")


@POSTGRES
@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_text_is_refused(location, encoding):
    name = f"in_{encoding.lower()}"
    with psycopg.connect(location, autocommit=True) as con:
        con.execute(f"create database {name} encoding '{encoding}' locale 'C' template template0")
        try:
            history = History(database_url(location, name))
            fails(lambda: history.create_or_migrate(ACCOUNT, ZONE), f"the encoding {encoding}.* UTF8$")
            fails(history.ratings, f"the encoding {encoding}")
        finally:
            con.execute(f"drop database {name}")


@POSTGRES
def test_the_encoding_of_the_environment_changes_nothing(store, monkeypatch):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    store.save({"tickets": [{"ticket_id": 1, "subject": "日本語 é"}]})
    assert store.table("tickets")["subject"].tolist() == ["日本語 é"]


def database_url(location: str, name: str) -> str:
    return location.replace("/postgres?", f"/{name}?")


# Tables of others, and what is missing


@pytest.mark.parametrize(
    "theirs",
    [
        "create table tickets (id integer, price integer)",
        "create view ratings as select 1 as stars",
        "create table schema_version (version bigint, applied text)",
    ],
)
def test_tables_of_another_program_are_refused_and_not_altered(location, theirs):
    with Database(location).transaction() if "://" in location else created(location) as con:
        run(con, theirs)
        before = columns_of(con)
    fails(lambda: History(location).create_or_migrate(ACCOUNT, ZONE), "of another program: set CSAT_DATABASE")
    fails(lambda: History(location).ratings(), "holds no history yet")
    with Database(location).connect() as con:
        assert columns_of(con) == before


def created(location: str) -> Any:
    database = Database(location)
    database.create()
    return database.transaction()


def columns_of(con: Any) -> dict[str, list[str]]:
    return {name: list(con.table(name).columns) for name in con.list_tables()}


def test_a_table_of_another_program_beside_an_old_history_is_not_altered(store, location):
    with store._database.transaction() as con:
        run(con, "drop table forgotten")
        run(con, "create table forgotten (item text)")
        run(con, "update schema_version set version = 2")
    fails(History(location).ratings, "already has a table 'forgotten' of another program")
    with store._database.connect() as con:
        assert columns_of(con)["forgotten"] == ["item"]


USES = {
    "status": csat.status,
    "question": lambda history: csat.csat(history, "2026-W48"),
    "table": lambda history: [
        history.table(name) for name in ("ratings", "offers", *TABLES) if name not in PRIVATE_TABLES
    ],
    "save": lambda history: history.save(
        {**TICKET, "survey_answers": [{"response_id": "A", "question_id": "Q"}]}
    ),
    "backup": lambda history: write_backup(history._database, Path("csat.backup")),
}


@pytest.mark.parametrize(
    ("statement", "use", "cause"),
    [
        ("drop table survey_answers", "status", "survey_answers"),
        ("drop table survey_answers", "table", "no table 'survey_answers'"),
        ("drop table survey_answers", "save", "survey_answers"),
        ("alter table tickets drop column channel cascade", "table", "channel"),
        ("alter table tickets drop column satisfaction_score", "status", "no column 'satisfaction_score'"),
        ("alter table tickets drop column status cascade", "save", "status"),
    ],
)
def test_a_missing_table_or_column_is_named_in_one_line(store, statement, use, cause):
    if "://" not in store.location:
        statement = statement.removesuffix(" cascade")
    store.save({"tickets": [{"ticket_id": 1, "created_at": NOW}]})
    with store._database.transaction() as con:
        run(con, statement)
    fails(lambda: USES[use](store), f"{cause}.*: restore it from a backup")


def test_questions_do_not_need_the_stored_views(store):
    with store._database.transaction() as con:
        run(con, "drop view ratings")
        run(con, "drop view offers")
    store.save({"tickets": [{"ticket_id": 1, "created_at": NOW}]})
    assert store.table("ratings").empty and store.table("offers").empty


@POSTGRES
def test_a_right_that_was_revoked_is_named_in_one_line(store, location):
    with psycopg.connect(location, autocommit=True) as con:
        con.execute("create role limited login")
        con.execute("grant usage on schema public to limited")
        con.execute("grant select on all tables in schema public to limited")
        con.execute("revoke select on tickets from limited")
        reader = History(location.replace("//postgres:@", "//limited:@"))
        try:
            fails(lambda: reader.table("tickets"), "permission denied for table tickets: ask the owner")
            fails(lambda: reader.save(TICKET), "permission denied for table")
            con.execute("alter role limited set default_transaction_read_only = on")
            fails(
                lambda: reader.save(TICKET), "read-only transaction: use a server and a role that may write"
            )
        finally:
            con.execute("drop owned by limited")
            con.execute("drop role limited")


# A server that stops


LOST = "closed the connection|terminating connection|connection is lost|server closed"


@POSTGRES
@pytest.mark.parametrize("write", [False, True])
def test_a_server_that_stops_within_a_question_or_a_transaction_is_one_line(store, postgres, write):
    def use() -> None:
        with store._database.transaction() if write else store._database.snapshot() as con:
            con.table("tickets").to_pyarrow()
            stop(postgres)
            run(con, "update tickets set status = 'x'") if write else con.table("tickets").to_pyarrow()

    fails(use, f"({LOST}).*: check the server; what was saved is kept; run the command again")
    fails(store.ratings, "cannot connect to")
    ensure_running(postgres)
    assert store.ratings().empty


@POSTGRES
def test_a_server_that_stops_right_after_it_accepted_a_connection_is_one_line(store, postgres, monkeypatch):
    connect = store._database._connect_to_postgres

    def connect_and_lose() -> Any:
        con = connect()
        with psycopg.connect(postgres.get_uri(), autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s, 5000)", [con.info.backend_pid])
        return con

    monkeypatch.setattr(store._database, "_connect_to_postgres", connect_and_lose)
    fails(store.ratings, f"({LOST}).*: check the server; what was saved is kept; run the command again")


@POSTGRES
@pytest.mark.parametrize("request_number", [4, 9])
def test_a_pull_whose_server_stops_is_one_line_and_the_next_one_completes_it(
    location, postgres, tmp_path, request_number
):
    account, seen = small_account(tickets=60), []

    def stop_at(path: str, body: dict[str, Any]) -> None:
        seen.append(path)
        if len(seen) == request_number:
            stop(postgres)

    with serving(account) as url:
        settings = settings_for(url, location)

        def pull(history: History, change: Any) -> None:
            with ChangedZendesk(settings, change) as client, history.pull_lock():
                run_pull(client, history, settings, now=NOW)

        fails(lambda: pull(History(location), stop_at), re.escape(History(location).name))
        ensure_running(postgres)
        pull(History(location), None)
        pull(undisturbed := History(str(tmp_path / "expected.duckdb")), None)
    assert contents(History(location)) == contents(undisturbed)

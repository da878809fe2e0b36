"""Publish a history: unchanged months keep their files, erased text is removed at once, errors are one line."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import ibis
import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import odd_account
from support.rating_factory import NOON, WEEK, ratings, store
from support.s3_server import S3Server, s3_server

import csat_analysis as csat
from csat_analysis.errors import CsatError, HistoryError
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.erasure import People
from csat_analysis.history.place import Place
from csat_analysis.history.publication import POINTER
from csat_analysis.history.publish import publish
from csat_analysis.history.rebases import add_rebase

pytestmark = pytest.mark.slow

NOW = dt.timedelta()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a history with ratings of October and November, its backup and its publication."""
    folder = tmp_path_factory.mktemp("made")
    history = odd_account(History(str(folder / "csat.duckdb")))
    october = NOON - dt.timedelta(weeks=5)
    store(history, ratings(6, 2, at=october, created_at=october, response={"comment": "Parcel was wet"}))
    write_backup(Database(history.location), folder / "csat.backup")
    publish(history, Place(str(folder / "lake" / "acme")))
    return folder


@pytest.fixture
def account(made: Path, tmp_path: Path) -> History:
    """Return a copy of the history that a test may change."""
    return History(str(shutil.copy(made / "csat.duckdb", tmp_path)))


@pytest.fixture
def filled(made: Path, tmp_path: Path) -> Path:
    """Return the folder where that history is published."""
    return Path(shutil.copytree(made / "lake", tmp_path / "lake")) / "acme"


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_postgres_history_is_published_like_a_file(location, account, folder, tmp_path):
    server = odd_account(History(location))
    first = publish(server, Place(str(folder)))
    assert publish(server, Place(str(folder)))[:4] == (0, first.written, 0, first.rows)
    server.save({"tickets": [{"ticket_id": 1, "status": "closed"}]})
    assert publish(server, Place(str(folder)), keep=NOW).written == 1
    published = csat.open_history(f"parquet:{folder}")
    pd.testing.assert_frame_equal(csat.csat(published, WEEK), csat.csat(server, WEEK))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder to publish to; it does not exist yet."""
    return tmp_path / "lake" / "acme"


def parts(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.parquet")}


def named_parts(folder: Path) -> set[str]:
    tables = json.loads((folder / POINTER).read_text())["tables"]
    return {part["file"] for table in tables.values() for part in table}


def holds(folder: Path, word: str) -> bool:
    """Return whether a word can be read in the tables published at a folder."""
    history = csat.open_history(f"parquet:{folder}")
    names = ("tickets", "survey_responses", "survey_answers", "rating_changes")
    return any(word in history.table(name).to_csv() for name in names)


def test_an_unchanged_history_writes_nothing(account, folder):
    first = publish(account, Place(str(folder)))
    pointer = (folder / POINTER).read_bytes()
    again = publish(account, Place(str(folder)))
    assert (again.written, again.kept, again.rows) == (0, first.written, first.rows)
    assert (folder / POINTER).read_bytes() == pointer


def test_only_the_months_that_changed_are_written_again(account, filled):
    before = parts(filled)
    account.save({"tickets": [{"ticket_id": 1, "status": "closed"}]})
    assert publish(account, Place(str(filled))).written == 1
    new = parts(filled) - before
    assert len(new) == 1 and new.pop().startswith("tickets/")
    assert csat.open_history(f"parquet:{filled}").table("tickets")["status"].tolist().count("closed") == 1


def test_replaced_files_stay_for_the_readers_that_use_them(account, filled):
    before = parts(filled)
    account.save({"tickets": [{"ticket_id": 1, "status": "closed"}]})
    assert publish(account, Place(str(filled)), keep=dt.timedelta(days=1)).deleted == 0
    assert before < parts(filled)
    assert publish(account, Place(str(filled)), keep=NOW).deleted == 1


def test_erased_text_is_removed_from_every_file_at_once(account, filled):
    assert holds(filled, "Parcel was wet")
    ticket = int(account.table("survey_responses").query("comment == 'Parcel was wet'")["ticket_id"].iloc[0])
    tickets = account.table("survey_responses").query("comment == 'Parcel was wet'")["ticket_id"]
    account.forget(People(tickets=[int(one) for one in tickets]))
    publish(account, Place(str(filled)), keep=dt.timedelta(days=30))
    assert not holds(filled, "Parcel was wet")
    assert parts(filled) == named_parts(filled)
    assert ticket not in csat.open_history(f"parquet:{filled}").table("tickets")["ticket_id"].tolist()


def test_erased_text_is_removed_also_if_the_publication_after_the_erasure_was_killed(
    account, filled, monkeypatch
):
    (filled / POINTER).unlink()  # the first one was killed
    month = dt.timedelta(days=30)
    publish(account, Place(str(filled)), keep=month)
    assert parts(filled) == named_parts(filled)
    account.forget(People(tickets=[1]))
    with monkeypatch.context() as killed, pytest.raises(SystemExit):
        killed.setattr(Place, "delete", lambda *_: sys.exit(1))
        publish(account, Place(str(filled)), keep=month)
    assert parts(filled) > named_parts(filled)
    publish(account, Place(str(filled)), keep=month)
    assert parts(filled) == named_parts(filled)


def test_old_files_of_a_killed_publication_are_deleted(account, filled):
    orphan = filled / "tickets" / "2026-10-0123456789abcdef.parquet"
    orphan.write_bytes(b"half")
    mine = filled / "notes.parquet"
    mine.write_bytes(b"of another program")
    publish(account, Place(str(filled)), keep=NOW)
    assert not orphan.exists() and mine.exists()


@pytest.mark.parametrize(
    ("left_out", "columns"),
    [
        (
            "comments",
            {
                "survey_responses": ["comment"],
                "tickets": ["subject", "custom_fields", "satisfaction_comment"],
            },
        ),
        (
            "requesters",
            {
                "tickets": ["requester_id", "organization_id"],
                "organizations": ["name"],
                "survey_responses": ["responder_id"],
            },
        ),
    ],
)
def test_personal_data_can_be_left_out(account, filled, left_out, columns):
    publish(account, Place(str(filled)), left_out=[left_out])
    assert parts(filled) == named_parts(filled)
    history = csat.open_history(f"parquet:{filled}")
    for table, names in columns.items():
        published = history.table(table)
        assert len(published) == len(account.table(table))
        assert published[names].isna().all(axis=None), table
    assert publish(account, Place(str(filled)))[0::4] == (0, (left_out,))  # also without the option


def test_the_files_are_described(account, filled):
    pointer = json.loads((filled / POINTER).read_text())
    assert (pointer["account"], pointer["timezone"]) == (ACCOUNT, ZONE)
    assert {"file", "month", "rows", "size", "fingerprint", "sha256"} == set(pointer["tables"]["tickets"][0])
    assert "forgotten" not in pointer["tables"]
    assert "survey_responses" in (filled / "tables.md").read_text("utf-8")
    assert (filled / POINTER).stat().st_mode & 0o007 == 0


def test_a_folder_with_the_history_of_another_account_is_refused(account, filled, tmp_path):
    other = History(str(tmp_path / "other.duckdb"))
    other.create_or_migrate("https://umbrella.zendesk.com", ZONE)
    before = parts(filled)
    with pytest.raises(HistoryError, match=f"holds the history of {ACCOUNT}, not of https://umbrella"):
        publish(other, Place(str(filled)))
    assert parts(filled) == before


def test_a_history_that_is_missing_is_not_published(folder):
    with pytest.raises(
        HistoryError, match="^there is no history at .*csat.duckdb yet: create one with csat pull"
    ):
        publish(History("csat.duckdb"), Place(str(folder)))
    assert not folder.exists()


def test_a_place_is_a_folder_or_an_address():
    for wrong in ("s3:bucket/acme", "s3://ada:hunter2@[bad/x", "s3://bucket/acme?endpoint=http://x"):
        with pytest.raises(HistoryError, match="^'s3:.*' is not an address of files: give") as caught:
            Place(wrong)
        assert "hunter2" not in str(caught.value)
    assert Place("~nobody-here/lake").path("x").endswith("/~nobody-here/lake/x")
    assert Place("~/lake").path("x") == str(Path.home() / "lake" / "x")
    assert Place("file:///srv/my lake/ü%20x").path("y") == "/srv/my lake/ü x/y"
    assert Place("parquet:s3://bucket/a?region=eu-central-1").address("x") == "s3a://bucket/a/x"
    assert Place("/srv/lake").address("x") == "file:///srv/lake/x"


def test_a_history_of_an_earlier_version_is_migrated_first(tmp_path):
    old = shutil.copy(Path(__file__).parents[1] / "history_files" / "0.1.0.duckdb", tmp_path)
    publish(History(str(old)), Place(str(tmp_path / "lake")))
    assert len(csat.open_history(f"parquet:{tmp_path}/lake").table("credits")) == 0


def test_the_name_of_a_folder_is_not_a_pattern(account, filled, tmp_path):
    """A name with a star was read together with the folders that it fits."""
    shutil.copytree(filled, tmp_path / "axb")
    published = csat.open_history(f"parquet:{shutil.copytree(filled, tmp_path / 'a*b')}")
    assert len(published.table("tickets")) == len(account.table("tickets"))


def test_a_folder_that_cannot_be_written_is_named(account, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(HistoryError, match=r"^cannot write to .*file/lake \(.+\): check the address"):
        publish(account, Place(str(tmp_path / "file" / "lake")))


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("", "is damaged or of another program"),
        ('{"tables": []}', "is damaged or of another program"),
        ("a month twice", "is damaged or of another program"),
        (None, "nothing is published at"),
        (
            {"schema_version": 99, "shifts": 1, "tables": {"shifts": []}},
            "was written by a newer csat_analysis",
        ),
        ({"tables": {}}, "is damaged or of another program"),
        ({"schema_version": 1}, "was published by an older csat_analysis: run csat publish again"),
        ({"tables": {"tickets": [{"file": "../../etc/passwd"}]}}, "is damaged or of another program"),
    ],
)
def test_a_folder_that_is_not_a_published_history_is_one_line(account, filled, pointer, message):
    stored = json.loads((filled / POINTER).read_text())
    (filled / POINTER).unlink()
    if pointer == "a month twice":
        stored["tables"]["tickets"] *= 2
        pointer = {}
    if isinstance(pointer, dict):
        pointer = json.dumps(stored | pointer)
    if pointer is not None:
        (filled / POINTER).write_text(pointer)
    with pytest.raises(CsatError, match=message):
        csat.open_history(f"parquet:{filled}").table("tickets")


def test_an_engine_that_cannot_read_published_files_is_one_line(account, filled):
    with pytest.raises(
        HistoryError, match="^a sqlite connection cannot read Parquet files: give one of DuckDB"
    ):
        csat.csat(csat.open_history(ibis.sqlite.connect(), published=filled), WEEK)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("exclude (tags)", "no column 'tags'"),
        ("replace (array_to_string(tags, ',') as tags)", "no lists in 'tags'"),
        ("replace (cast(created_at as varchar) as created_at)", "no times in 'created_at'"),
    ],
)
def test_own_tables_that_are_not_those_of_a_history_are_one_line(account, change, message):
    con = ibis.duckdb.connect()
    con.raw_sql(f"attach '{account.location}' as history (read_only)")
    con.raw_sql(f"create table tickets as select * {change} from history.tickets")
    with pytest.raises(
        HistoryError, match=f"^the table 'tickets' of the duckdb connection has {message}: select the schema"
    ):
        csat.csat(csat.open_history(con), WEEK)


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 10)


@pytest.mark.parametrize("damage", [Path.unlink, cut_short])
def test_a_damaged_published_history_is_one_line_and_publishing_repairs_it(account, folder, damage):
    rows = publish(account, Place(str(folder))).rows
    for name in parts(folder):
        if name.startswith("survey_responses/"):
            damage(folder / name)
    published = csat.open_history(f"parquet:{folder}")
    with pytest.raises(HistoryError, match=r"^parquet:.* failed \(.+\): .*csat publish there again replaces"):
        csat.csat(published, WEEK)
    assert publish(account, Place(str(folder))).rows == rows
    pd.testing.assert_frame_equal(csat.csat(published, WEEK), csat.csat(account, WEEK))


@pytest.mark.parametrize(
    "write",
    [
        lambda place, file: csat.open_history(place).create_or_migrate(ACCOUNT, ZONE),
        lambda place, file: csat.open_history(place).forget(People(tickets=[1])),
        lambda place, file: csat.open_history(place).forget(People(tickets=[1]), dry_run=True),
        lambda place, file: add_rebase(csat.open_history(place), "2026-11-10", "New survey"),
        lambda place, file: write_backup(Database(place), file),
        lambda place, file: restore_backup(Database(place), file),
        lambda place, file: publish(csat.open_history(place), Place(f"{file}-lake")),
    ],
)
def test_a_published_history_is_read_only(made, filled, write):
    with pytest.raises(
        HistoryError, match="can only be read: set CSAT_DATABASE to a DuckDB file or a postgres"
    ):
        write(f"parquet:{filled}", made / "csat.backup")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """Return an S3 server, whose key is that of the environment."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(s3_server())
        except OSError as error:
            if "CI" in os.environ:
                raise
            pytest.skip(f"{error}: it needs uv and a package index")
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("AWS_ACCESS_KEY_ID", server.key)
        environment.setenv("AWS_SECRET_ACCESS_KEY", server.secret)
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield server


def test_an_object_store_holds_a_history_too(account, s3, tmp_path):
    first = publish(account, Place(s3.place()))
    assert publish(account, Place(s3.place())).written == 0
    account.save({"tickets": [{"ticket_id": 1, "status": "closed"}]})
    assert publish(account, Place(s3.place()), keep=NOW)[:4] == (1, first.written - 1, 1, first.rows)
    published = csat.open_history(f"parquet:{s3.place()}")
    restored = Database(str(tmp_path / "restored.duckdb"))
    assert restore_backup(restored, Place(s3.place())).rows == first.rows
    for other in (published, History(restored.location)):
        pd.testing.assert_frame_equal(csat.csat(other, WEEK), csat.csat(account, WEEK))


@pytest.mark.parametrize(
    ("bucket", "user", "message"),
    [("missing", "", r"\(no such bucket\)"), ("bucket", "wrong:hunter2@", r"\(access denied\)")],
)
def test_an_object_store_that_refuses_is_one_line_without_the_key(account, s3, bucket, user, message):
    place = s3.place(bucket).replace("s3://", f"s3://{user}")
    with pytest.raises(HistoryError, match=f"^cannot (read|write to) s3://{bucket}/acme {message}") as caught:
        publish(account, Place(place))
    assert "hunter2" not in str(caught.value)

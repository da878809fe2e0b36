"""The history on DuckDB and on a real Postgres: saving, reading, migrations, locks and errors."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import psycopg
import pyarrow as pa
import pytest
from conftest import ACCOUNT, ZONE

from csat_analysis.errors import CsatError, HistoryBusy, HistoryError, UnknownChoice
from csat_analysis.flatten import flatten_response
from csat_analysis.history import History, migrations, open_history
from csat_analysis.history.completeness import UNEXPLAINED_SCORES, select_unexplained_scores
from csat_analysis.history.database import Database, first_row, run
from csat_analysis.history.status import status
from csat_analysis.history.views import VIEWS
from csat_analysis.schema.tables import PRIVATE_TABLES, TABLES

MONDAY = dt.datetime(2026, 11, 9, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
HOSTILE_ZONE = "UTC') as date) as week, (select 1"
HOLD = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
"""
KILLED = """
import os, sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("insert into tickets (ticket_id) values (1)")
os._exit(9)
"""


def ticket(number: int, **more: Any) -> dict[str, Any]:
    return {"ticket_id": number, "status": "solved", "subject": f"subject {number}", **more}


def response(name: str, **more: Any) -> dict[str, Any]:
    """Return an answered rating as a pull stores it."""
    row = {
        "response_id": name,
        "ticket_id": 1,
        "offered_at": MONDAY,
        "submitted_at": MONDAY + HOUR,
        "updated_at": MONDAY + HOUR,
        "rating": 5,
        "rating_category": "good",
        "comment": "Thanks",
        "agent_id": 7,
        "group_id": 3,
        "attribution": "audit",
        "revisions": 0,
        "source": "survey",
    }
    return row | more


def version(name: str, hours: int, rating: int) -> dict[str, Any]:
    """Return a version of a rating that a pull has stored."""
    category = "good" if rating > 3 else "bad"
    when = MONDAY + hours * HOUR
    return {
        "response_id": name,
        "updated_at": when,
        "rating": rating,
        "rating_category": category,
        "comment": "x",
    }


NAMES = {
    "agents": [{"agent_id": 7, "name": "Ada"}, {"agent_id": 8, "name": "Ben"}],
    "groups": [{"group_id": 3, "name": "Billing"}, {"group_id": 4, "name": "Returns"}],
}


# Saving


def test_saved_rows_are_read_back(store):
    row = ticket(1, tags=["a", "b"], created_at=MONDAY, reopens=0, is_deleted=False)
    store.save({"tickets": [row]})
    (back,) = store.table("tickets").to_dict("records")
    assert {name: back[name] for name in row} == row
    assert pd.isna(back["replies"])


def test_a_row_with_a_known_key_is_updated(store):
    store.save({"tickets": [ticket(1), ticket(2)]})
    store.save({"tickets": [ticket(2, status="closed"), ticket(3, status="open")]})
    frame = store.table("tickets").set_index("ticket_id")["status"]
    assert frame.sort_index().to_dict() == {1: "solved", 2: "closed", 3: "open"}


def test_the_last_of_several_rows_with_one_key_is_stored(store):
    store.save({"tickets": [ticket(1, status="open"), ticket(1, status="closed")]})
    store.save({"tickets": [ticket(1, status="hold"), ticket(1, status="pending")]})
    assert store.table("tickets")["status"].tolist() == ["pending"]


def test_columns_that_a_page_does_not_contain_keep_their_values(store):
    store.save({"survey_responses": [response("A")]})
    store.save({"survey_responses": [{"response_id": "A", "rating": 1, "rating_category": "bad"}]})
    (row,) = store.table("survey_responses").to_dict("records")
    assert (row["rating"], row["agent_id"], row["attribution"]) == (1, 7, "audit")


def test_an_explicit_null_is_stored(store):
    store.save({"tickets": [ticket(1)]})
    store.save({"tickets": [ticket(1, subject=None)]})
    assert store.table("tickets")["subject"].isna().tolist() == [True]


def test_a_row_with_only_its_key_can_be_saved_twice(store):
    for _ in range(2):
        store.save({"tickets": [{"ticket_id": 1}]})
    assert store.table("tickets")["ticket_id"].tolist() == [1]


def test_the_answers_of_a_response_are_replaced_together(store):
    def answers(name: str, *questions: str) -> list[dict[str, Any]]:
        return [{"response_id": name, "question_id": question, "value": "x"} for question in questions]

    store.save({"survey_answers": [*answers("A", "Q1", "Q2"), *answers("B", "Q1")]})
    store.save({"survey_answers": answers("A", "Q2", "Q3")})
    frame = store.table("survey_answers")
    assert sorted(zip(frame["response_id"], frame["question_id"], strict=True)) == [
        ("A", "Q2"),
        ("A", "Q3"),
        ("B", "Q1"),
    ]


def test_answers_that_were_withdrawn_are_deleted(store):
    answers = [{"response_id": name, "question_id": "Q1", "value": "x"} for name in "AB"]
    store.save({"survey_responses": [response("A"), response("B")], "survey_answers": answers})
    store.save({"survey_responses": [{"response_id": "B", "agent_id": 8}]})
    store.save({"survey_responses": [response("A", submitted_at=None), response("B")], "survey_answers": []})
    assert store.table("survey_answers")["response_id"].tolist() == ["B"]


def test_a_legacy_offer_in_the_second_of_a_survey_is_its_copy(store):
    blank = dict.fromkeys(["submitted_at", "updated_at", "rating", "rating_category"])
    survey = response("A", offered_at=MONDAY + dt.timedelta(milliseconds=261), **blank)
    copy = response("legacy-1", offered_at=MONDAY, source="legacy", **blank)
    earlier = response("legacy-2", offered_at=MONDAY - HOUR, source="legacy", **blank)
    store.save({"survey_responses": [survey, copy, earlier]})
    assert store.delete_copies("satisfaction_ratings")
    assert sorted(store.table("survey_responses")["response_id"]) == ["A", "legacy-2"]


def test_hostile_text_is_stored_unchanged(store):
    # "\\." on a line of its own ends the data of a Postgres COPY.
    words = '\'; drop table tickets; -- {x} %s \\ "☃" 𝔊\n\\.\n'
    tags = [words, "", "NULL", '{"a",']
    store.save({"tickets": [ticket(1, subject=words, tags=tags), ticket(2, subject="", tags=[])]})
    kept, empty = store.table("tickets").sort_values("ticket_id").to_dict("records")
    assert (kept["subject"], list(kept["tags"])) == (words, tags)
    assert (empty["subject"], list(empty["tags"])) == ("", [])


def test_flattened_bodies_fit_the_tables(store, survey_response):
    flat = flatten_response(survey_response(reason="SLOW"))
    store.save(
        {"survey_responses": [flat.response], "survey_answers": flat.answers, "rating_changes": flat.versions}
    )
    (row,) = store.rows(lambda con: con.table("survey_responses"))
    assert {name: row[name] for name in flat.response} == flat.response
    answers = store.rows(lambda con: con.table("survey_answers").order_by("position"))
    assert answers == flat.answers


def test_a_page_and_its_cursor_are_saved_together(store):
    assert store.cursors() == {}
    store.save({"tickets": [ticket(1)]}, {"tickets": "page-2"})
    store.save({}, {"survey_responses": "other"})
    assert (store.cursors(), len(store.table("tickets"))) == (
        {"tickets": "page-2", "survey_responses": "other"},
        1,
    )


def test_an_exception_while_saving_rolls_back_rows_and_cursor(store):
    store.save({"tickets": [ticket(1)]}, {"tickets": "page-2"})
    rows = {
        "tickets": [ticket(1, status="closed"), ticket(2)],
        "groups": [{"group_id": "not a number"}],
    }
    with pytest.raises(pa.ArrowException):
        store.save(rows, {"tickets": "page-3"})
    assert store.cursors() == {"tickets": "page-2"}
    assert store.table("tickets")["status"].tolist() == ["solved"]


# Reading


def test_columns_are_nullable(store):
    store.save({**NAMES, "tickets": [ticket(1, replies=3)], "survey_responses": [response("A")]})
    ratings = store.ratings()
    kinds = {name: str(ratings[name].dtype) for name in ("rating", "replies", "reopens", "is_good")}
    assert kinds == {"rating": "Int64", "replies": "Int64", "reopens": "Int64", "is_good": "boolean"}
    assert str(ratings["submitted_at"].dt.tz) == "UTC"
    assert ratings["week"].tolist() == [pd.Timestamp("2026-11-09")]
    assert pd.api.types.is_string_dtype(ratings["comment"])


def test_an_empty_history_has_the_same_columns_and_types(store):
    empty = store.ratings()
    store.save({**NAMES, "tickets": [ticket(1)], "survey_responses": [response("A")]})
    assert empty.empty
    assert empty.dtypes.to_dict() == store.ratings().dtypes.to_dict()


def test_every_table_and_view_can_be_read(store):
    readable = set(TABLES) - PRIVATE_TABLES
    columns = {name: list(store.table(name).columns) for name in [*readable, *VIEWS]}
    assert {name: columns[name] for name in readable} == {
        name: list(TABLES[name].schema) for name in readable
    }
    assert all(columns[name] for name in VIEWS)
    with pytest.raises(UnknownChoice, match="unknown table 'people'"):
        store.table("people")


def test_ratings_join_the_names_and_the_ticket(store):
    unknown = response("B", agent_id=99, group_id=None, ticket_id=None, rating_category="neutral")
    store.save({**NAMES, "tickets": [ticket(1, channel="web")], "survey_responses": [response("A"), unknown]})
    a, b = store.ratings().sort_values("response_id").to_dict("records")
    assert (a["agent"], a["group"], a["channel"], a["is_good"]) == ("Ada", "Billing", "web", True)
    assert a["ticket_url"] == "https://acme.zendesk.com/agent/tickets/1"
    assert (b["agent"], b["group"]) == ("agent 99", "no group")
    assert pd.isna(b["is_good"])
    assert pd.isna(b["ticket_url"])


def test_offers_are_the_denominator_of_the_response_rate(store):
    silent = response(
        "B", submitted_at=None, updated_at=None, rating=None, rating_category=None, group_id=None
    )
    store.save({**NAMES, "tickets": [ticket(1, group_id=4)], "survey_responses": [response("A"), silent]})
    offers = store.table("offers").set_index("response_id")
    assert offers["is_answered"].to_dict() == {"A": True, "B": False}
    assert offers["group"].to_dict() == {"A": "Billing", "B": "Returns"}
    assert store.ratings()["response_id"].tolist() == ["A"]


@pytest.mark.parametrize(
    ("submitted", "week", "inside"),
    [
        ("2026-11-08T22:59:59Z", "2026-11-02", False),  # Sunday 23:59:59 in Berlin
        ("2026-11-08T23:00:00Z", "2026-11-09", True),
        ("2026-11-15T22:59:59Z", "2026-11-09", True),
        ("2026-11-15T23:00:00Z", "2026-11-16", False),
    ],
)
def test_a_period_is_in_the_time_zone_of_the_account(store, submitted, week, inside):
    store.save({"survey_responses": [response("A", submitted_at=dt.datetime.fromisoformat(submitted))]})
    assert store.ratings()["week"].tolist() == [pd.Timestamp(week)]
    assert len(store.ratings("2026-11-09", dt.date(2026, 11, 15))) == inside


def test_a_day_without_midnight_can_begin_a_period(location):
    cairo = History(location, timezone="Africa/Cairo", wait_seconds=5)
    cairo.create_or_migrate(ACCOUNT, "Africa/Cairo")
    first = dt.datetime(2026, 4, 23, 22, tzinfo=dt.UTC)  # Friday 24 April 01:00; 00:00 is skipped
    before = response("B", submitted_at=first - dt.timedelta(seconds=1))
    cairo.save({"survey_responses": [response("A", submitted_at=first), before]})
    assert cairo.ratings("2026-04-24")["response_id"].tolist() == ["A"]


def test_a_time_with_a_zone_is_used_unchanged(store):
    store.save({"survey_responses": [response("A")]})
    submitted = pd.Timestamp(MONDAY + HOUR)
    assert len(store.ratings(submitted)) == 1
    assert len(store.ratings(submitted + pd.Timedelta("1us"))) == 0


@pytest.mark.parametrize("odd", ["soon", "2026-13-01", object()])
def test_an_invalid_date_is_named_in_the_error(store, odd):
    with pytest.raises(CsatError, match="invalid (date|period)"):
        store.ratings(odd)


def test_a_table_without_a_period_refuses_one(store):
    with pytest.raises(HistoryError, match="agents has no period"):
        store.table("agents", "2026-11-09")


def test_ratings_of_groups_and_agents(store):
    rows = [response("A"), response("B", agent_id=8, group_id=4), response("C", agent_id=8)]
    store.save({**NAMES, "survey_responses": rows})
    assert set(store.ratings(group="Billing")["response_id"]) == {"A", "C"}
    assert set(store.ratings(group=["Billing", "Returns"], agent="Ben")["response_id"]) == {"B", "C"}
    assert store.groups() == ["Billing", "Returns"]


def test_a_known_group_without_ratings_in_the_period_gives_no_rows(store):
    store.save({**NAMES, "survey_responses": [response("A")]})
    assert store.ratings("2020-01-01", "2020-02-01", group="Billing").empty


@pytest.mark.parametrize("group", ["Biling", ["Biling"], ["Billing", "Biling"]])
def test_a_misspelt_group_among_valid_ones_is_named_in_the_error(store, group):
    store.save({**NAMES, "survey_responses": [response("A")]})
    with pytest.raises(UnknownChoice, match="unknown group 'Biling'; choose from: Billing") as caught:
        store.ratings(group=group)
    assert caught.value.valid == ["Billing"]


def test_the_first_and_last_day_and_the_last_pull_of_a_history(store):
    with pytest.raises(HistoryError, match="holds no tickets and no ratings yet"):
        store.span()
    assert store.describe_source() == "acme.zendesk.com, not completely pulled yet"
    store.save({"tickets": [ticket(1, created_at=MONDAY)], "survey_responses": [response("A")]})
    store.save(
        {"pulls": [{"pull_id": "1", "started_at": MONDAY, "ended_at": MONDAY + HOUR, "outcome": "done"}]}
    )
    assert store.span() == (MONDAY, MONDAY + HOUR)
    assert store.describe_source() == "acme.zendesk.com, pulled 9 November 2026, 09:00"


def test_the_error_for_a_missing_history_names_the_command_that_creates_one(location):
    history = History(location)
    with pytest.raises(HistoryError, match="csat pull"):
        history.ratings()


# Derived values


def test_revisions_count_changes_of_the_rating_only(store):
    versions = [
        version("A", 1, 1),
        version("A", 2, 5),
        version("A", 3, 5),
        version("A", 4, 2),
        version("B", 1, 4),
    ]
    store.save({"survey_responses": [response("A"), response("B")], "rating_changes": versions})
    store.update_revision_counts()
    store.update_revision_counts()  # a second time changes nothing
    assert store.table("survey_responses").set_index("response_id")["revisions"].to_dict() == {"A": 2, "B": 0}


def test_an_edit_that_only_the_response_shows_is_counted(store):
    store.save({"survey_responses": [response("A", revisions=1)], "rating_changes": [version("A", 1, 5)]})
    store.update_revision_counts()
    assert store.table("survey_responses")["revisions"].tolist() == [1]


def test_the_text_of_a_deleted_ticket_is_erased_and_its_rating_kept(store):
    rows = [response("A"), response("B", ticket_id=2)]
    raw = [("survey_response", "A"), ("survey_response", "B"), ("ticket", "1"), ("ticket", "2")]
    store.save(
        {
            "tickets": [ticket(1, is_deleted=True), ticket(2, is_deleted=False)],
            "survey_responses": rows,
            "survey_answers": [{"response_id": name, "question_id": "Q", "value": "x"} for name in "AB"],
            "rating_changes": [version("A", 1, 5), version("B", 1, 5)],
            "unknown_bodies": [
                {"kind": kind, "id": name, "problem": "x", "body": "{}"} for kind, name in raw
            ],
        }
    )
    store.update_revision_counts()

    def left(table: str, column: str) -> dict[str, bool]:
        frame = store.table(table).set_index("response_id")
        return frame[column].notna().to_dict()

    assert left("survey_responses", "comment") == {"A": False, "B": True}
    assert left("survey_answers", "value") == {"A": False, "B": True}
    assert left("rating_changes", "comment") == {"A": False, "B": True}
    assert left("survey_responses", "rating") == {"A": True, "B": True}
    assert sorted(store.table("unknown_bodies")["id"]) == ["2", "B"]


# Refused


def test_a_second_pull_keeps_rows_and_time_zone_and_notes_a_different_zone(store):
    store.save({"tickets": [ticket(1)]})
    notes = store.create_or_migrate(ACCOUNT, "America/Lima")
    assert len(store.table("tickets")) == 1
    assert (store.account(), store.timezone) == ((ACCOUNT, ZONE), ZONE)
    assert notes == [
        "weeks follow Europe/Berlin, as before; the user who signed in has America/Lima. "
        "To change them, set CSAT_TIMEZONE=America/Lima"
    ]
    assert store.create_or_migrate(ACCOUNT, ZONE) == []


def test_the_setting_changes_the_time_zone_of_a_history(store, location):
    set_to_lima = History(location, timezone="America/Lima")
    assert status(set_to_lima).timezone == "America/Lima"
    assert set_to_lima.create_or_migrate(ACCOUNT, ZONE) == [
        "weeks now follow America/Lima; until now they followed Europe/Berlin"
    ]
    assert History(location).timezone == "America/Lima"


@pytest.mark.parametrize(
    "odd",
    ["Pacific Time (US & Canada)", "GMT+5", "O'Neil", "Mars/Olympus", "../UTC", "", 5, None, HOSTILE_ZONE],
)
def test_a_zone_that_is_not_an_iana_name_becomes_utc_with_a_note(location, odd):
    made = History(location, wait_seconds=5)
    (note,) = made.create_or_migrate(ACCOUNT, odd)
    assert note.startswith("weeks follow UTC: Zendesk names ")
    assert made.account() == (ACCOUNT, "UTC")
    made.save({"survey_responses": [response("A")]})
    assert made.ratings()["week"].tolist() == [pd.Timestamp("2026-11-09")]
    assert made.create_or_migrate(ACCOUNT, odd) == []


def test_a_history_with_a_stored_zone_that_does_not_exist_still_opens(store):
    store.save({"account": [{"url": ACCOUNT, "timezone": HOSTILE_ZONE}], "survey_responses": [response("A")]})
    again = History(store.location)
    assert (again.timezone, again.ratings()["week"].tolist()) == ("UTC", [pd.Timestamp("2026-11-09")])
    assert again.create_or_migrate(ACCOUNT, "Asia/Tokyo") == [
        "weeks now follow Asia/Tokyo; until now they followed UTC"
    ]


def test_a_history_is_not_opened_with_an_unknown_zone(location):
    with pytest.raises(CsatError, match="unknown time zone 'Mars/Olympus'; expected an IANA name"):
        History(location, timezone="Mars/Olympus")


def test_the_history_of_another_account_is_refused(store):
    with pytest.raises(HistoryError, match=r"is the history of https://acme\.zendesk\.com: for https://else"):
        store.create_or_migrate("https://else.zendesk.com", ZONE)
    assert store.account() == (ACCOUNT, ZONE)


def test_a_newer_schema_is_refused(store):
    with store._database.transaction() as con:
        run(con, "update schema_version set version = version + 1")
    known = len(migrations.MIGRATIONS)
    message = f"newer csat_analysis .schema {known + 1}, this one knows {known}.: upgrade"
    with pytest.raises(HistoryError, match=message):
        store.create_or_migrate(ACCOUNT, ZONE)


def test_a_migration_runs_once_and_completely(store, monkeypatch):
    step = migrations.Migration(
        ("alter table groups add column colour text", "update groups set colour = 'red'")
    )
    store.save({"groups": [{"group_id": 3, "name": "Billing"}]})
    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, step])
    store.create_or_migrate(ACCOUNT, ZONE)
    store.create_or_migrate(ACCOUNT, ZONE)  # a second time it would fail: the column is there
    assert store.fetch("select colour from groups") == [{"colour": "red"}]


def test_a_failed_migration_changes_nothing(store, monkeypatch):
    store.save({"groups": [{"group_id": 3, "name": "Billing"}]})
    with monkeypatch.context() as broken:
        step = migrations.Migration(("update groups set name = 'x'", "no sql at all"))
        broken.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, step])
        with pytest.raises(HistoryError, match="syntax error"):
            store.create_or_migrate(ACCOUNT, ZONE)
    store.create_or_migrate(ACCOUNT, ZONE)
    assert store.table("groups")["name"].tolist() == ["Billing"]


def test_a_pull_and_the_status_find_the_same_scores_that_no_response_explains(store):
    scores = ["offered", "good", "bad", "good", "good", "unoffered", None, "bad", "bad", "bad"]
    tickets = [
        ticket(number, satisfaction_score=score, is_deleted=number == 8)
        for number, score in enumerate(scores, 1)
    ]
    categories = {1: None, 2: "bad", 3: None, 4: "good", 9: "neutral"}
    responses = [
        response(f"R{number}", ticket_id=number, rating_category=one) for number, one in categories.items()
    ]
    store.save({"tickets": tickets, "survey_responses": responses})
    found = {row["ticket_id"] for row in store.fetch(UNEXPLAINED_SCORES)}
    assert found == {row["ticket_id"] for row in store.rows(select_unexplained_scores)} == {2, 3, 5, 10}


def test_only_one_pull_at_a_time(store, location):
    with store.pull_lock(), pytest.raises(HistoryBusy, match="another pull"), History(location).pull_lock():
        pytest.fail("two pulls at once")
    with History(location).pull_lock():
        pass  # the first pull has ended


def test_a_history_can_be_read_during_a_pull(store):
    with store.pull_lock():
        assert store.ratings().empty


def test_a_pull_closes_the_file_soon_after_its_last_call(history):
    with history.pull_lock():
        history.save({"tickets": [ticket(1)]})
        # The first pull waits for Zendesk.
        assert len(History(history.location, wait_seconds=10).table("tickets")) == 1
        history.save({"tickets": [ticket(2)]})
        assert len(history.table("tickets")) == 2


# A DuckDB file


def test_plain_duckdb_can_query_the_views(history):
    history.save({**NAMES, "tickets": [ticket(1)], "survey_responses": [response("A")]})
    with duckdb.connect(history.location, read_only=True) as con:
        assert con.execute('select agent, "group", week from ratings').fetchall() == [
            ("Ada", "Billing", dt.date(2026, 11, 9)),
        ]
        assert con.execute("select is_answered, week from offers").fetchall() == [
            (True, dt.date(2026, 11, 9))
        ]


def test_only_the_owner_may_read_the_file(history):
    assert stat.S_IMODE(os.stat(history.location).st_mode) == 0o600  # noqa: PTH116


@pytest.mark.parametrize("content", [b"", b"no database", b"x" * 100_000])
def test_a_file_that_is_not_a_database_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "csat.duckdb"
    path.write_bytes(content)
    for use in (lambda history: history.ratings(), lambda history: history.create_or_migrate(ACCOUNT, ZONE)):
        with pytest.raises(HistoryError, match="is not a DuckDB database, or it is damaged"):
            use(History(str(path)))
    assert path.read_bytes() == content


def test_a_truncated_file_is_reported_as_damaged(history):
    history.save({"tickets": [ticket(number) for number in range(2000)]})
    path = Path(history.location)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(HistoryError, match="damaged"):
        history.table("tickets")


def test_the_write_ahead_log_of_a_missing_file_is_kept_and_named(history):
    path = Path(history.location)
    log = path.with_name("csat.duckdb.wal")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    content = log.read_bytes()
    path.unlink()
    with pytest.raises(HistoryError, match="csat.duckdb.wal belongs to a history that is missing: restore"):
        History(str(path)).create_or_migrate(ACCOUNT, ZONE)
    assert log.read_bytes() == content
    assert not path.exists()


def test_a_link_to_a_missing_file_is_not_replaced(tmp_path):
    link = tmp_path / "csat.duckdb"
    link.symlink_to(tmp_path / "unmounted" / "csat.duckdb")
    with pytest.raises(HistoryError, match="is a link to .* which does not exist: mount its disk"):
        History(str(link)).create_or_migrate(ACCOUNT, ZONE)
    assert link.is_symlink()


def test_other_files_with_a_similar_name_are_kept(tmp_path):
    others = [tmp_path / "csat.duckdb.important.new", tmp_path / "csat.duckdb.123.new"]
    for path in others:
        path.write_text("not ours")
    History(str(tmp_path / "csat.duckdb")).create_or_migrate(ACCOUNT, ZONE)
    assert [path.read_text() for path in others] == ["not ours", "not ours"]


def test_calls_of_a_pull_share_its_connection(history):
    database = Database(history.location, wait_seconds=0.1)
    saved = History(history.location).fetch("select count(*) as n from tickets")[0]["n"]

    def count() -> Any:
        with database.connect() as con:
            return first_row(con, "select count(*) from tickets")[0]

    with database.pull_lock(), ThreadPoolExecutor(1) as other:
        with database.transaction() as con:
            run(con, "insert into tickets (ticket_id) values (1)")
            assert count() == saved + 1, "a call within a call"
            waiting = other.submit(count)
        assert waiting.result() == saved + 1, "a call of another thread waits for its turn"


def test_the_error_for_a_file_system_without_locks_says_so(history, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with (
        pytest.raises(HistoryError, match="cannot lock .* \\(No locks available\\): set CSAT_DATABASE"),
        history.pull_lock(),
    ):
        pytest.fail("locked")


def test_a_database_of_another_program_is_not_a_history(tmp_path):
    duckdb.connect(str(tmp_path / "other.duckdb")).close()
    with pytest.raises(HistoryError, match="holds no history yet"):
        History(str(tmp_path / "other.duckdb")).ratings()


@pytest.fixture
def holder(history: History) -> Iterator[subprocess.Popen[str]]:
    """Start another process that has the file open for writing."""
    command = [sys.executable, "-c", HOLD, history.location]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.communicate("\n", timeout=10)


def test_the_error_for_a_file_in_use_names_the_other_process(history, holder):
    impatient = History(history.location, wait_seconds=0.2)
    for use in (lambda: impatient.ratings(), lambda: impatient.save({"tickets": [ticket(1)]})):
        with pytest.raises(HistoryBusy, match=rf"open in python\S* \(process {holder.pid}\)") as caught:
            use()
        assert str(holder.pid) in caught.value.holder


def test_a_file_that_is_released_in_time_is_opened(history, holder):
    assert holder.stdin is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    history.save({"tickets": [ticket(1)]})
    assert len(history.table("tickets")) == 1


@pytest.mark.parametrize("read_only", [True, False])
def test_the_error_for_a_file_open_in_this_process_says_so(history, read_only):
    impatient = History(history.location, wait_seconds=0.2)
    with (
        duckdb.connect(history.location, read_only=read_only),
        pytest.raises(HistoryBusy, match="open in this process itself"),
    ):
        impatient.save({"tickets": [ticket(1)]}) if read_only else impatient.ratings()


@pytest.mark.parametrize("place", ["file/csat.duckdb", "nowhere/csat.duckdb"])
def test_an_impossible_folder_is_refused(tmp_path, place):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(HistoryError, match="set CSAT_DATABASE to a file in a folder of yours"):
        History(str(tmp_path / place)).create_or_migrate(ACCOUNT, ZONE)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    history = History(str(tmp_path / "csat.duckdb"))
    with pytest.raises(HistoryError, match="cannot create"):
        history.create_or_migrate(ACCOUNT, ZONE)
    with pytest.raises(HistoryError, match="CSAT_DATABASE"), history.pull_lock():
        pytest.fail("locked")
    tmp_path.chmod(0o700)


def test_the_location_of_a_history_does_not_depend_on_the_current_folder(history, tmp_path, monkeypatch):
    relative = open_history("csat.duckdb")
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    assert relative.account() == (ACCOUNT, ZONE)


# A Postgres URL


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada:s3cret@db.acme.com/csat", "postgresql://db.acme.com/csat"),
        ("postgresql://ada:s3@cret@db.acme.com/csat", "postgresql://db.acme.com/csat"),
        ("postgresql://ada:s3/cret@db.acme.com/csat", "postgresql://db.acme.com/csat"),
        ("postgresql://ada:s3?cret@db.acme.com/csat", "postgresql://db.acme.com/csat"),
        ("postgresql://db.acme.com/csat?password=s3cret", "postgresql://db.acme.com/csat"),
    ],
)
def test_a_password_is_never_shown(url, shown):
    history = History(url)
    assert history.name == shown
    assert "cret" not in repr(history)


def test_another_kind_of_database_is_refused():
    with pytest.raises(
        HistoryError, match="is not a path, a postgresql:// address or parquet:PLACE"
    ) as caught:
        Database("mysql://ada:s3cret@h/csat")
    assert "s3cret" not in str(caught.value)


def test_a_user_name_with_an_escaped_character_is_decoded(postgres):
    with psycopg.connect(postgres.get_uri(), autocommit=True) as con:
        con.execute('create role "ada@acme.com" login superuser')
    url = postgres.get_uri().replace("//postgres:@", "//ada%40acme.com:@")
    with Database(url).connect() as con, con.raw_sql("select current_user") as cursor:
        assert cursor.fetchone() == ("ada@acme.com",)


@pytest.mark.parametrize(
    "location",
    [
        "host=db password=s3cret",
        "password = s3cret",
        "dbname=x user=ada",
        "hostaddr=10.0.0.1 sslmode=require",
        "postgresql:ada:s3cret@db/csat",
        "postgresql:/ada:s3cret@db/csat",
        "jdbc:postgresql:s3cret",
        "//ada:s3cret@db/csat",
        "ada:s3cret@db/csat",
    ],
)
def test_a_connection_string_is_refused_without_showing_it(location):
    with pytest.raises(
        HistoryError, match="is not a path, a postgresql:// address or parquet:PLACE"
    ) as caught:
        Database(location)
    assert "s3cret" not in str(caught.value)


def test_ratings_have_local_times_beside_utc_and_lists_without_values_are_empty(store):
    summer = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    rows = [response("a"), response("b", submitted_at=summer, ticket_id=None), response("c", ticket_id=2)]
    store.save({"survey_responses": rows, "tickets": [ticket(1, tags=["vip"]), ticket(2, tags=None)]})
    frame = store.ratings().set_index("response_id")
    local = frame["submitted_local"].map(str).to_dict()
    assert local == {"a": "2026-11-09 10:00:00", "b": "2026-07-02 00:30:00", "c": "2026-11-09 10:00:00"}
    assert frame["expires_local"].isna().all()
    assert frame["tags"].to_dict() == {"a": ["vip"], "b": [], "c": []}
    assert store.table("tickets").set_index("ticket_id")["tags"].to_dict() == {1: ["vip"], 2: []}

"""Times of the year 1 or 9999, which version 0.1.0 stored, change no answer about a real week and break nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from support.every_question import odd_account, question, question_names
from support.rating_factory import NOON, WEEK

import csat_analysis as csat
from csat_analysis.cli.status_text import status_lines
from csat_analysis.export import export
from csat_analysis.flatten.responses import flatten_response
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database, run
from csat_analysis.history.restorable import ADDED_LATER
from csat_analysis.history.views import VIEWS
from csat_analysis.schema.tables import PRIVATE_TABLES, TABLES

pytestmark = pytest.mark.slow

EXTREMES = [
    dt.datetime.min.replace(tzinfo=dt.UTC),
    dt.datetime(1, 1, 2, tzinfo=dt.UTC),
    dt.datetime(1582, 10, 10, tzinfo=dt.UTC),
    dt.datetime(1677, 9, 21, tzinfo=dt.UTC),
    dt.datetime(1899, 12, 31, tzinfo=dt.UTC),
    dt.datetime(2262, 4, 12, tzinfo=dt.UTC),
    dt.datetime(9999, 12, 30, tzinfo=dt.UTC),
    dt.datetime.max.replace(tzinfo=dt.UTC),
]
READABLE = [*VIEWS, *(name for name in TABLES if name not in PRIVATE_TABLES)]
# Both ends of the world: the first and last moments are in other years there.
ZONES = ["Pacific/Kiritimati", "America/New_York"]


def times_of(name: str) -> list[str]:
    return [key for key, kind in TABLES[name].schema.items() if kind.is_timestamp()]


def add_extremes(history: History) -> None:
    """Store a rating, an answer, a version and a pull per extreme moment, in all columns of times."""
    moments = dict(enumerate(EXTREMES, 9000))
    response = {"rating": 5, "rating_category": "good", "source": "survey", "agent_id": 1, "group_id": 1}
    keys = {
        "tickets": lambda n: {"ticket_id": n, "satisfaction_score": "good"},
        "survey_responses": lambda n: {"response_id": f"X{n}", "ticket_id": n, **response},
        "survey_answers": lambda n: {"response_id": f"X{n}", "question_id": "Q", "type": "open_ended"},
        "rating_changes": lambda n: {"response_id": f"X{n}", "rating": 5},
        "pulls": lambda n: {"pull_id": f"P{n}", "outcome": "done"},
    }
    history.save(
        {
            name: [key(n) | dict.fromkeys(times_of(name), moment) for n, moment in moments.items()]
            for name, key in keys.items()
        }
    )


def as_version_5(history: History) -> None:
    """Mark the history as one of the last version that stored such times."""
    with Database(history.location).transaction() as con:
        run(con, "update schema_version set version = 5")


def without_later_tables(history: History) -> History:
    """Delete the rows of tables that version 5 had not."""
    with Database(history.location).transaction() as con:
        for name in (name for name, version in ADDED_LATER.items() if version > 5):
            run(con, f"delete from {name}")
    return history


@pytest.mark.long
def test_no_question_table_export_status_or_backup_fails_and_no_answer_changes(location, tmp_path):
    old = without_later_tables(odd_account(History(location)))
    expected = {name: question(old, name).to_csv() for name in question_names()}
    add_extremes(old)
    as_version_5(old)
    write_backup(Database(location), tmp_path / "a.backup")
    restored = History(str(tmp_path / "restored.duckdb"))
    restore_backup(Database(restored.location), tmp_path / "a.backup")
    for history in (History(location), restored):
        assert {name: question(history, name).to_csv() for name in question_names()} == expected
        assert len(history.table("tickets").query("ticket_id >= 9000")) == len(EXTREMES)
    for zone in ZONES:
        history = History(location, timezone=zone)
        for name in READABLE:
            rows = history.table(name)
            for ending in (".csv", ".xlsx", ".parquet"):
                assert export(rows, tmp_path / f"{name}{ending}").stat().st_size
        assert list(status_lines(csat.status(history)))
        assert str(csat.status(history).last_rating)[:4] == "2026"


def test_an_answer_with_an_impossible_time_is_dated_by_its_offer(location):
    history = odd_account(History(location))
    before = csat.csat(history, WEEK)["n"].iloc[0]
    offered = {"rating_category": "good", "source": "survey", "offered_at": NOON, "expires_at": EXTREMES[-1]}
    times = [(EXTREMES[0], EXTREMES[-1]), (NOON, EXTREMES[-1]), (EXTREMES[0], NOON)]
    history.save(
        {
            "survey_responses": [
                {"response_id": f"X{number}", "submitted_at": first, "updated_at": last, **offered}
                for number, (first, last) in enumerate(times)
            ],
            "rating_changes": [{"response_id": "X0", "updated_at": last} for _, last in times],
        }
    )
    as_version_5(history)
    again = History(location)
    stored = again.table("survey_responses").query("response_id.str.startswith('X')")
    assert set(stored["submitted_at"]) == set(stored["updated_at"]) == {NOON}
    assert stored["expires_at"].isna().all()
    assert again.table("rating_changes").query("response_id == 'X0'")["updated_at"].tolist() == [NOON]
    assert csat.csat(again, WEEK)["n"].iloc[0] == before + len(times)


@pytest.mark.parametrize(
    "ulid", ["7ZZZZZZZZZ0QCKK0S1SKMGR27R", "00000000000QCKK0S1SKMGR27R", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"]
)
def test_a_response_id_with_an_impossible_time_has_no_time_of_offer_beyond_2199(ulid, survey_response):
    offered = flatten_response(survey_response(id=ulid, expires_at=None)).response["offered_at"]
    assert offered is None or 1970 <= offered.year <= 2199

"""Periods and the columns week, day and month use one time-zone database on every engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import pandas as pd
import psycopg
import pyarrow as pa
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import ratings, store
from support.vancouver import WEEKS, save_ratings

import csat_analysis as csat
from csat_analysis.history import History
from csat_analysis.history.clock import with_clock
from csat_analysis.history.database import all_rows
from csat_analysis.periods import FIRST_DAY, LAST_DAY, midnight, zone_names

MICROSECOND = dt.timedelta(microseconds=1)
MONDAYS = [dt.date(2020, 1, 6) + dt.timedelta(weeks=number) for number in range(574)]
# Laws of 2026, a half-hour change, changes at midnight, Ramadan, a skipped day, and extreme UTC offsets.
FEW_ZONES = [
    "America/Vancouver",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Havana",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
]


def edges(timezone: str, days: list[dt.date]) -> list[tuple[dt.datetime, dt.date]]:
    """Return the first and the last moment of each day, with the day."""
    starts = [(midnight(day, timezone), day) for day in days]
    ends = [(midnight(day + dt.timedelta(days=1), timezone) - MICROSECOND, day) for day in days]
    return [*starts, *ends]


def moments_table(moments: list[dt.datetime]) -> Any:
    """Return an Ibis table of times, in the column that dates ratings."""
    times = pa.array(moments, pa.timestamp("us", "UTC"))
    return ibis.memtable(pa.table({"submitted_at": times, "number": range(len(moments))}))


def assert_agrees(con: Any, timezone: str, days: list[dt.date]) -> None:
    expected = edges(timezone, days)
    moments = [moment for moment, _ in expected]
    table = moments_table(moments)
    after = max(moments) + MICROSECOND
    clocked = with_clock(con, "ratings", table, timezone, min(moments), after).order_by("number")
    found = con.to_pyarrow(clocked).to_pydict()
    assert found["day"] == [day for _, day in expected]
    assert found["week"] == [day - dt.timedelta(days=day.weekday()) for _, day in expected]
    assert found["month"] == [day.replace(day=1) for _, day in expected]


@pytest.mark.slow
@pytest.mark.long
def test_every_monday_of_ten_years_begins_a_week_in_every_zone():
    con = ibis.duckdb.connect()
    con.raw_sql("set TimeZone='America/St_Johns'")  # the engine's own zone must not matter
    for timezone in sorted(zone_names()):
        assert_agrees(con, timezone, MONDAYS)


@pytest.mark.slow
@pytest.mark.parametrize("timezone", FEW_ZONES)
def test_every_day_of_a_year_on_both_engines(timezone, location):
    history = History(location, timezone=timezone)
    history.create_or_migrate(ACCOUNT)
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(365)]
    with history._open() as tables:
        con = tables.con
        assert_agrees(con, timezone, year)
        assert_agrees(con, timezone, [FIRST_DAY, LAST_DAY, dt.date(1990, 6, 1), dt.date(2222, 6, 1)])


def test_a_period_shortens_the_expression_but_not_the_result(history):
    days = [dt.date(2026, 3, 28) + dt.timedelta(days=number) for number in range(3)]
    moments = [moment for moment, _ in edges("Europe/Berlin", days)]
    table = moments_table(moments)
    with history._open() as tables:
        con = tables.con
        whole = with_clock(con, "ratings", table, "Europe/Berlin")
        cut = with_clock(con, "ratings", table, "Europe/Berlin", min(moments), max(moments))
        assert len(con.compile(cut)) * 4 < len(con.compile(whole))
        assert con.to_pyarrow(cut).equals(con.to_pyarrow(whole))


@pytest.fixture
def vancouver(location: str) -> History:
    """Return a history of weeks that depend on the time-zone database."""
    history = History(location)
    save_ratings(history)
    return history


def test_csat_compare_trend_and_export_agree_where_databases_have_older_laws(vancouver):
    for label, n, good in WEEKS:
        row = csat.csat(vancouver, label).iloc[0]
        assert (row["n"], row["good"]) == (n, good)
    weeks = csat.trend(vancouver, until="2026-W47", weeks=2).set_index("week")
    assert weeks["n"].to_dict() == {pd.Timestamp("2026-11-09"): 12, pd.Timestamp("2026-11-16"): 30}
    compared = csat.compare(vancouver, "2026-W47", "2026-W46").iloc[0]
    assert (compared["n"], compared["n_before"], compared["verdict"]) == (30, 12, "lower")
    by_week = vancouver.ratings().groupby("week")["is_good"].agg(["size", "sum"])
    assert by_week.to_numpy().tolist() == [[12, 12], [30, 10]]


def test_plain_sql_on_the_views_has_the_same_weeks(vancouver):
    with vancouver._open() as con:
        weeks = all_rows(con.con, "select week, count(*) from ratings group by week order by week")
    assert weeks == [(dt.date(2026, 11, 9), 12), (dt.date(2026, 11, 16), 30)]


@pytest.mark.parametrize("location", [pytest.param("postgres", marks=pytest.mark.slow)], indirect=True)
def test_a_postgres_session_of_the_user_in_another_zone_changes_no_week(location):
    history = History(location)
    history.create_or_migrate(ACCOUNT, ZONE)
    store(history, ratings(12, 3, at=dt.datetime(2026, 11, 15, 20, tzinfo=dt.UTC)))
    with psycopg.connect(location, autocommit=True) as session:
        con = ibis.postgres.from_connection(session)
        session.execute("set timezone = 'Asia/Tokyo'")
        found = csat.csat(csat.open_history(con), "2026-11", by="week")
        assert session.execute("show timezone").fetchone() == ("Asia/Tokyo",)
    assert found.equals(csat.csat(history, "2026-11", by="week"))
    assert found["week"].tolist() == [pd.Timestamp("2026-11-09")]

"""Questions about months, quarters, days and pairs of days, on the clock of the account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import ratings, store

import csat_analysis as csat
from csat_analysis.cli.scope_options import choose_period
from csat_analysis.errors import CsatError, InvalidValue, UnknownChoice
from csat_analysis.history import History

pytestmark = pytest.mark.slow


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Iterator[History]:
    """Yield ratings of two years: 2 good and 1 bad a week, and two at midnights of Berlin."""
    made = History(str(tmp_path_factory.mktemp("periods") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    weekly = [ratings(2, 1, at=at("2024-11-13T12:00") + dt.timedelta(weeks=week)) for week in range(104)]
    last_of_october = ratings(1, 0, at=at("2026-10-31T22:59:59"))
    first_of_november = ratings(0, 1, at=at("2026-10-31T23:00"))
    store(made, *weekly, last_of_october, first_of_november)
    moments = {"started_at": at("2026-11-14T00:00"), "ended_at": at("2026-11-14T01:00")}
    made.save({"pulls": [{"pull_id": "P1", "outcome": "done", **moments}]})
    # Each question would open it again.
    with made.keep_open():
        yield made


@pytest.mark.parametrize(
    ("when", "n"),
    [
        ("2026-10", 13),
        ("2026-11", 4),  # Wednesday 4 November, and the first moment of the month
        (("2026-10-31", "2026-11-01"), 2),
        ("2026-10-31", 1),
        ("2026-11-01", 1),
        (slice("2026-10-31", "2026-10-31"), 1),
        (pd.Period("2026Q3"), 42),
        ("2025", 159),
    ],
)
def test_ratings_count_in_days_of_the_account_with_both_ends(history, when, n):
    assert csat.csat(history, when)["n"].item() == n
    assert len(history.ratings(csat.period(history, when))) == n


def test_ratings_take_both_days_a_period_or_a_first_day(history):
    assert len(history.ratings("2026-10-31", "2026-11-01")) == 2
    assert len(history.ratings("2026-09", "2026-10")) == len(history.ratings("2026-09..2026-10")) == 28
    assert len(history.ratings("2026-10-31")) == 5
    assert len(history.ratings("2026-10-31T23:59:59.5", "2026-11-01")) == 1
    with pytest.raises(CsatError, match="ends .* before it begins"):
        history.ratings("2026-11-01", "2026-10-31")
    with pytest.raises(CsatError, match="ambiguous date '01.11.2026'"):
        history.ratings("01.11.2026", "02.11.2026")


def test_a_period_outside_the_history_is_an_error_that_names_what_there_is(history):
    with pytest.raises(
        CsatError, match=r"in month 2023-01: .* holds 2024-W46 to 2026-W46 \(2024-11-12 to 2026"
    ):
        csat.csat(history, "2023-01")


@pytest.mark.parametrize("every", ["month", "quarter", "day"])
def test_a_trend_has_a_row_for_every_unit(history, every):
    rows = csat.trend(history, until="2026-10", every=every, weeks=6)
    assert rows.columns[0] == every and len(rows) == 6
    assert rows[every].is_monotonic_increasing


def test_the_rows_of_a_trend_by_month_are_those_of_the_months(history):
    rows = csat.trend(history, until="2026-11", every="month", weeks=3)
    assert rows["month"].dt.strftime("%Y-%m").tolist() == ["2026-09", "2026-10", "2026-11"]
    assert rows["n"].tolist() == [csat.csat(history, f"2026-{month:02}")["n"].item() for month in (9, 10, 11)]
    assert rows["partial"].tolist() == [False, False, True]
    assert rows["verdict"].iloc[:2].tolist() == ["as usual", "as usual"]


def test_a_known_change_starts_the_level_of_its_month(history):
    rows = csat.trend(history, until="2026-10", every="month", weeks=24, rebase="2026-05-13")
    assert rows.loc[rows["rebase"] != "", "month"].dt.strftime("%Y-%m").tolist() == ["2026-05"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": "fortnight"}, "unknown unit 'fortnight'; choose from: week, month, quarter, day"),
        ({"every": ["week"]}, "unknown unit .*week.*; choose from: week, month, quarter, day"),
        ({"good": ["top"]}, "unknown value of good .*top.*; choose from: zendesk, top, top2"),
        ({"by": pd.Series(["group"])}, "one dimension is needed, such as 'group'; got 0 group"),
        ({"until": pd.Series(["2026-10"])}, "invalid period '0 +2026-10"),
        ({"weeks": 0}, "invalid weeks 0; expected 1 or more"),
        ({"weeks": "12"}, "invalid weeks '12'; expected 1 or more, as a whole number"),
        ({"pool": 1.5}, "invalid pool 1.5; expected 1 or more"),
        ({"min_ratings": -1}, "invalid min_ratings -1; expected 0 or more"),
        ({"by": 3}, "one dimension is needed, such as 'group'; got 3"),
        ({"by": {"group": 1}}, "one dimension is needed"),
        ({"until": "1/11/26"}, "ambiguous date"),
    ],
)
def test_a_trend_refuses_what_it_cannot_draw(history, options, message):
    with pytest.raises(CsatError, match=message) as caught:
        csat.trend(history, **options)
    assert "\n" not in str(caught.value)


def test_a_period_is_compared_with_the_one_before_or_of_the_year_before(history):
    assert csat.compare(history, "2026-10")["n_before"].item() == csat.csat(history, "2026-09")["n"].item()
    assert csat.compare(history, "2026-W45")["n_before"].item() == 14
    earlier = csat.compare(history, "2026-10", than="last year")["n_before"].item()
    assert earlier == csat.csat(history, "2025-10")["n"].item() == 15
    with pytest.raises(UnknownChoice, match="unknown comparison 'last yaer'; .*did you mean 'last year'"):
        csat.compare(history, "2026-10", than="last yaer")
    with pytest.raises(CsatError, match="not both"):
        csat.times(history, "2026-10", "2026-09", than="before")


def test_quarters_and_years_are_dimensions(history):
    rows = csat.csat(history, "2026", by="quarter")
    assert rows["quarter"].dt.strftime("%m").tolist() == ["01", "04", "07", "10"]
    assert rows["n"].sum() == csat.csat(history, "2026", by="year")["n"].item()


@pytest.mark.parametrize(
    ("options", "period"),
    [
        ({}, None),
        ({"week": "2026-W46"}, "2026-W46"),
        ({"month": "2026-10"}, "2026-10"),
        ({"quarter": "2026q4"}, "2026q4"),
        ({"first": "2026-11-01", "last": "2026-11-15"}, "2026-11-01..2026-11-15"),
        ({"first": "2026-11-01"}, "2026-11-01.."),
        ({"period": "last 90 days"}, "last 90 days"),
    ],
)
def test_commands_take_any_period(options, period):
    assert choose_period(**options) == period


def test_commands_refuse_two_periods_and_malformed_ones():
    with pytest.raises(InvalidValue, match="--week and --month are given"):
        choose_period(week="2026-W46", month="2026-10")
    with pytest.raises(InvalidValue, match="invalid month '2026-13'; expected YYYY-MM, for example 2026-11"):
        choose_period(month="2026-13")
    with pytest.raises(InvalidValue, match="invalid quarter '2026-Q5'"):
        choose_period(quarter="2026-Q5")


def test_a_month_is_not_called_lower_where_it_is_not_known_how_much_months_vary(tmp_path):
    made = History(str(tmp_path / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    store(
        made,
        *(ratings(45, 5, at=at(f"2026-0{month}-14T12:00")) for month in (6, 7, 8)),
        ratings(25, 25, at=at("2026-09-14T12:00")),
    )
    for every in ("month", "week"):
        rows = csat.trend(made, until="2026-09-20", every=every, weeks=5)
        last = rows[rows["n"] > 0].iloc[-1]
        assert (last["verdict"], last["signal"]) == ("possibly lower", False)
        assert (rows["note"] != "").all() and not rows["verdict"].isin(["lower", "higher"]).any()

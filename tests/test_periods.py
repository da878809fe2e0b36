"""Weeks and days of an account: labels, and bounds in UTC."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_analysis.errors import CsatError
from csat_analysis.periods import Period, day, last_complete_week, midnight, week, week_label
from csat_analysis.periods.texts import parse_period

HOUR = dt.timedelta(hours=1)


def hours(period: Period) -> float:
    return (period.end - period.start) / HOUR


@pytest.mark.parametrize(
    ("label", "timezone", "length"),
    [
        ("2026-W46", "Europe/Berlin", 168),
        ("2026-W13", "Europe/Berlin", 167),  # clocks go forward on 29 March
        ("2026-W43", "Europe/Berlin", 169),  # and back on 25 October
        ("2026-W10", "America/New_York", 167),
        ("2026-W44", "America/New_York", 169),
        ("2026-W13", "UTC", 168),
        ("2026-W13", "Asia/Kolkata", 168),
        ("2026-W14", "Australia/Lord_Howe", 168.5),  # half an hour of daylight saving
    ],
)
def test_a_week_with_a_clock_change_is_longer_or_shorter(label, timezone, length):
    assert hours(week(label, timezone)) == length


def test_a_week_begins_on_monday_in_the_time_zone_of_the_account():
    berlin = week("2026-W46", "Europe/Berlin")
    assert (berlin.start, berlin.end) == (
        dt.datetime(2026, 11, 8, 23, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 15, 23, tzinfo=dt.UTC),
    )
    assert str(berlin) == "9–15 November 2026"


@pytest.mark.parametrize(
    ("timezone", "date", "first_moment"),
    [
        (
            "Africa/Cairo",
            dt.date(2026, 4, 24),
            "2026-04-23T22:00:00+00:00",
        ),  # 00:00 is skipped: 01:00 is first
        (
            "America/Havana",
            dt.date(2026, 11, 1),
            "2026-11-01T04:00:00+00:00",
        ),  # 00:00 occurs twice: the earlier one
    ],
)
def test_a_day_with_a_skipped_or_repeated_midnight_begins_at_its_first_moment(timezone, date, first_moment):
    assert midnight(date, timezone).isoformat() == first_moment


@pytest.mark.parametrize(
    ("date", "label"),
    [  # %Y-W%V would call the second one 2024-W01
        (dt.date(2023, 12, 31), "2023-W52"),
        (dt.date(2024, 12, 30), "2025-W01"),
        (dt.date(2021, 1, 3), "2020-W53"),
        (dt.date(2026, 11, 15), "2026-W46"),
    ],
)
def test_days_around_new_year_are_in_iso_weeks(date, label):
    assert week_label(date) == label
    assert week(label).first <= date <= week(label).last


def test_only_long_years_have_a_53rd_week():
    assert week("2026-W53").last == dt.date(2027, 1, 3)
    with pytest.raises(CsatError, match="the weeks of 2025 are 2025-W01 to 2025-W52"):
        week("2025-W53")


@pytest.mark.parametrize("written", ["2026-W46", "2026W46", "2026-w46", " 2026-W46\n"])
def test_some_other_spellings_of_a_week_are_accepted(written):
    assert week(written).label == "2026-W46"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "46",
        "2026-46",
        "W46",
        "2026-W",
        "2026-W460",
        "26-W46",
        "٢٠٢٦-W46",
        "2026-W46-1",
        "9999-W52",
        "0001-W01",
    ],
)
def test_a_malformed_week_is_named_with_an_example(written):
    with pytest.raises(CsatError, match="for example 2026-W46"):
        week(written)


@pytest.mark.parametrize("number", ["00", "0", "54", "99"])
def test_a_53rd_week_of_a_short_year_is_refused(number):
    with pytest.raises(CsatError, match="the weeks of 2026 are 2026-W01 to 2026-W53"):
        week(f"2026-W{number}")


def test_a_day_has_one_spelling():
    assert day(" 2026-11-09 ") == dt.date(2026, 11, 9)
    assert day("2024-02-29") == dt.date(2024, 2, 29)


@pytest.mark.parametrize(
    "written",
    ["", "09.11.2026", "20261109", "2026-W46", "2026-W46-1", "2025-02-29", "2026-11-9", "0001-01-01"],
)
def test_an_invalid_day_is_an_error_with_an_example(written):
    with pytest.raises(CsatError, match="for example 2026-11-09"):
        day(written)


@pytest.mark.parametrize(
    ("now", "timezone", "label"),
    [
        ("2026-11-23T00:00:00+00:00", "UTC", "2026-W47"),
        ("2026-11-22T23:59:59+00:00", "UTC", "2026-W46"),
        ("2026-11-22T23:00:00+00:00", "Europe/Berlin", "2026-W47"),  # Monday there
        ("2026-11-23T04:59:59+00:00", "America/New_York", "2026-W46"),  # Sunday there
        ("2027-01-04T12:00:00+00:00", "UTC", "2026-W53"),
    ],
)
def test_the_last_complete_week_is_over_in_the_time_zone_of_the_account(now, timezone, label):
    moment = dt.datetime.fromisoformat(now)
    found = last_complete_week(moment, timezone)
    assert (found.label, found.timezone) == (label, timezone)
    assert found.end <= moment


def test_weeks_before_end_where_a_period_begins():
    period = week("2027-W01", "Europe/Berlin")
    before = period.before(2)
    assert (before.label, before.end, hours(before)) == ("2026-W52..2026-W53", period.start, 336)
    assert period.and_before(2) == Period(before.first, period.last, "Europe/Berlin")


def test_a_period_cannot_end_before_it_begins():
    with pytest.raises(CsatError, match=r"ends \(2026-11-08\) before it begins \(2026-11-09\)"):
        Period(dt.date(2026, 11, 9), dt.date(2026, 11, 8))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)),
    st.sampled_from(["UTC", "Europe/Berlin", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia"]),
)
def test_every_day_is_in_exactly_the_week_of_its_label(date, timezone):
    found = week(week_label(date), timezone)
    assert found.first <= date <= found.last
    assert found.start <= midnight(date, timezone) < found.end
    assert found.end == week(week_label(date + dt.timedelta(weeks=1)), timezone).start


NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
HELD = (dt.date(2026, 1, 1), dt.date(2026, 11, 24))


def parse(when: object, now: dt.datetime = NOW, timezone: str = "Europe/Berlin") -> Period:
    return parse_period(when, timezone=timezone, now=now, held=lambda: HELD)


@pytest.mark.parametrize(
    ("when", "label", "unit"),
    [
        (None, "2026-W47", "week"),
        (" ", "2026-W47", "week"),
        ("2026-W53", "2026-W53", "week"),
        ("2026-11", "2026-11", "month"),
        ("2026q4", "2026-Q4", "quarter"),
        (2026, "2026", "year"),
        ("2026-11-09", "2026-11-09", "day"),
        (dt.date(2026, 11, 9), "2026-11-09", "day"),
        (pd.Timestamp("2026-11-09"), "2026-11-09", "day"),
        (("2026-11-01", "2026-11-15"), "2026-11-01..2026-11-15", "day"),
        ([dt.date(2026, 11, 1), "2026-11"], "2026-11-01..2026-11-30", "day"),
        ("2026-09 to 2026-10", "2026-09..2026-10", "month"),
        ("2026-11-01/2026-11-15", "2026-11-01..2026-11-15", "day"),
        (slice("2026-W46", None), "2026-11-09..2026-11-24", "day"),
        (slice(None), "2026-01-01..2026-11-24", "day"),
        (slice("2027-01", None), "2027-01-01..2027-01-31", "day"),
        ("..2020-W01", "2019-12-30..2020-01-05", "day"),
        (pd.Period("2026-11"), "2026-11", "month"),
        (pd.Period("2026Q4"), "2026-Q4", "quarter"),
        (pd.Period("2026-11-09", "W"), "2026-W46", "week"),
        (pd.Period("2026-11-09", "W-SAT"), "2026-11-08..2026-11-14", "day"),
        ("last week", "2026-W47", "week"),
        ("Last-Month", "2026-10", "month"),
        ("last 4 weeks", "2026-W44..2026-W47", "week"),
        ("the past 90 days", "2026-08-27..2026-11-24", "day"),
        ("previous quarter", "2026-Q3", "quarter"),
        ("this month", "2026-11", "month"),
        ("current year", "2026", "year"),
        ("yesterday", "2026-11-24", "day"),
        ("today", "2026-11-25", "day"),
    ],
)
def test_a_period_is_read_and_its_label_is_read_as_the_same(when, label, unit):
    found = parse(when)
    assert (found.label, found.unit) == (label, unit)
    assert parse(found.label) == found


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "01.11.2026",
            "ambiguous date '01.11.2026'; write it as YYYY-MM-DD, for example 2026-11-01 or 2026-01-11",
        ),
        ("1/11/26", "ambiguous date '1/11/26'; write it as YYYY-MM-DD, for example 2026-11-01 or 2026-01-11"),
        ("13-11-2026", "for example 2026-11-13$"),
        (("01.11.2026", "15.11.2026"), "ambiguous date '01.11.2026'"),
        ("2026-13", "invalid period '2026-13'; expected a week"),
        ("2026-Q5", "two days (2026-11-01..2026-11-15) or words"),
        ("2026-02-29", "invalid date '2026-02-29'"),
        ("2026-W54", "the weeks of 2026 are"),
        ("lst week", "invalid period 'lst week'"),
        ("last 0 days", "invalid period 'last 0 days'"),
        ("last -3 days", "invalid period 'last -3 days'"),
        ("next week", "invalid period 'next week'"),
        ("this 3 weeks", "invalid period"),
        ("x" * 5000, f"invalid period '{'x' * 59}…; expected a week"),
        (pd.Series(["2026-11-01", "2026-11-15"]), "invalid period '0    2026-11-01"),
        (pd.NaT, "invalid period 'NaT'"),
        ("last 9999 years", "no date is 9,999 years before 2026-01-01"),
        (("2026-11-15", "2026-11-01"), "ends (2026-11-01) before it begins (2026-11-15)"),
        ("2026-11..2026-10", "before it begins"),
        (("2026-11-15",), "two ends"),
        ([["2026-11-01", "2026-11-02"], None], "invalid period"),
        (slice("2026-01", "2026-02", 2), "invalid period"),
        (pd.Period("2026-11-09 10:00", "h"), "expected whole days"),
        (dt.datetime(2026, 11, 9, 10), "expected whole days"),  # noqa: DTZ001
        (True, "invalid period 'True'"),
        (1.5, "invalid period"),
        ("9999", "invalid period"),
        (dt.date(9999, 12, 31), "invalid period"),
    ],
)
def test_a_period_that_cannot_be_read_is_named_with_the_valid_forms(when, message):
    with pytest.raises(CsatError) as caught:
        parse(when)
    assert re.search(message if message.endswith("$") else re.escape(message), str(caught.value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("when", "before", "and_before", "baseline", "year_before"),
    [
        ("2026-W46", "2026-W45", "2026-W45..2026-W46", "2026-W42..2026-W45", "2025-W46"),
        ("2026-W53", "2026-W52", "2026-W52..2026-W53", "2026-W49..2026-W52", "2025-W52"),
        ("2027-01", "2026-12", "2026-12..2027-01", "2026-12", "2026-01"),
        ("2026-Q1", "2025-Q4", "2025-Q4..2026-Q1", "2025-Q4", "2025-Q1"),
        ("2026", "2025", "2025..2026", "2025", "2025"),
        ("2024-02", "2024-01", "2024-01..2024-02", "2024-01", "2023-02"),
        ("2024-02-29", "2024-02-28", "2024-02-28..2024-02-29", "2024-02-28", "2023-02-28"),
        (
            "2026-11-01..2026-11-15",
            "2026-10-31",
            "2026-10-31..2026-11-15",
            "2026-10-17..2026-10-31",
            "2025-11-01..2025-11-15",
        ),
    ],
)
def test_before_counts_the_unit_of_the_period(when, before, and_before, baseline, year_before):
    found = parse(when)
    labels = [found.before(1).label, found.and_before(1).label, found.baseline.label, found.year_before.label]
    assert labels == [before, and_before, baseline, year_before]
    assert found.before(1).end == found.start


@pytest.mark.parametrize(
    ("label", "timezone", "length"),
    [
        ("2026-10", "Europe/Berlin", 31 * 24 + 1),
        ("2026-03", "America/New_York", 31 * 24 - 1),
        ("2026-Q4", "Europe/Berlin", 92 * 24 + 1),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2028", "Europe/Berlin", 366 * 24),
    ],
)
def test_a_month_is_on_the_clock_of_the_account(label, timezone, length):
    assert hours(parse(label, timezone=timezone)) == length


def test_words_are_about_the_day_of_the_account():
    midnight_in_berlin = dt.datetime(2026, 11, 30, 23, tzinfo=dt.UTC)
    assert parse("last month", midnight_in_berlin).label == "2026-11"
    assert parse("last month", midnight_in_berlin, "America/New_York").label == "2026-10"

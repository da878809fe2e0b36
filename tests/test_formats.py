"""Numbers, durations and dates as text."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from csat_analysis.formats import FORMATS, count, date, minutes, moment, percent, points


@pytest.mark.parametrize(
    ("duration", "text"),
    [(0, "0 min"), (59, "59 min"), (60, "1 h"), (90, "1.5 h"), (1440, "1 day"), (3024, "2.1 days")],
)
def test_a_duration_is_written_in_the_usual_unit(duration, text):
    assert minutes(duration).replace("\u00a0", " ") == text


def test_a_change_has_a_sign_unless_it_rounds_to_nothing():
    assert [points(-0.06), points(0.031), points(-0.0001)] == ["−6.0", "+3.1", "0.0"]


def test_thousands_are_separated_from_ten_thousand_on():
    assert [count(312), count(9999), count(25357), count(-25357)] == [
        "312",
        "9999",
        "25\u202f357",
        "−25\u202f357",
    ]


def test_a_percentage_and_its_sign_are_on_one_line():
    assert [percent(0.664), percent(0.6642, digits=1), percent(1)] == [
        "66\u00a0%",
        "66.4\u00a0%",
        "100\u00a0%",
    ]


@pytest.mark.parametrize("write", [percent, points, count, minutes])
def test_a_missing_number_is_a_dash(write):
    assert write(math.nan) == "–"


def test_days_and_times_are_written_in_their_own_time_zone():
    time = pd.Timestamp("2026-11-09 14:05", tz="Europe/Berlin")
    assert (date(time), moment(time)) == ("9\u00a0Nov\u00a02026", "9\u00a0Nov\u00a02026\u00a014:05")
    assert date(pd.NaT) == "–"


def test_every_format_can_be_found_by_its_name():
    assert {
        "percent",
        "points",
        "minutes",
        "count",
        "number",
        "id",
        "date",
        "moment",
        "yes/no",
        "text",
    } == set(FORMATS)

"""Customers whose answers are alike widen the intervals of all questions, not only those of satisfaction."""

from __future__ import annotations

import datetime as dt

import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis.estimates import median_interval, wilson_interval
from csat_analysis.history import History
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

TIMES = ("first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes")
# Three answers each, always alike: the 60 answers of 20 customers say as much as 20.
EACH, CUSTOMERS = 3, range(20)
LATER = NOON + dt.timedelta(days=14)


def answers_of(number: int, each: int, **columns) -> list:
    """Answers of a customer; reason, rating and times depend on who it is."""
    response = {"responder_id": number + 1, "reason": f"reason {number % 2}", "rating": 1 + number % 2}
    return ratings(0, each, response=response, **dict.fromkeys(TIMES, 10 * number), **columns)


@pytest.fixture(scope="module")
def alike(tmp_path_factory):
    """Store a week of customers whose answers are alike, after weeks of customers who answered once."""
    history = History(str(tmp_path_factory.mktemp("alike") / "csat.duckdb"))
    history.create_or_migrate(ACCOUNT, ZONE)
    history.save({"ticket_fields": [{"field_id": 11, "title": "Product", "type": "text"}]})
    product = {"custom_fields": '{"11": "a"}'}
    week = [answers_of(number, EACH, **product) for number in CUSTOMERS]
    # Half of those who do not answer got one survey.
    silent = [
        ratings(0, 0, unanswered=each, response={"responder_id": 500 + number}, **product)
        for number, each in enumerate([EACH] * 10 + [1] * 30)
    ]
    before = [answers_of(100 + number, 1, at=NOON - dt.timedelta(weeks=2)) for number in range(40)]
    return store(history, *week, *silent, *before, ratings(10, 0, at=NOON - dt.timedelta(weeks=3)))


def test_shares_of_reasons(alike):
    row = csat.reasons(alike, WEEK).iloc[0]
    assert (row["n"], row["of"]) == (30, 60)
    assert (row["low"], row["high"]) == pytest.approx(tuple(wilson_interval(30, 60, inflation=3)))
    assert row["change_low"] < row["low"] - row["estimate_before"]


def test_shares_of_ratings(alike):
    row = csat.distribution(alike, WEEK).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(tuple(wilson_interval(30, 60, inflation=3)))


@pytest.mark.parametrize("by", [None, "survey_version", ["group", "channel"], "field:Product"])
def test_response_rates(alike, by):
    row = csat.response_rate(alike, until=WEEK, weeks=1, by=by, now=LATER).iloc[0]
    assert (row["answered"], row["n"]) == (60, 120)
    # Thirty customers with three surveys and thirty with one.
    assert (row["low"], row["high"]) == pytest.approx(tuple(wilson_interval(60, 120, inflation=300 / 120)))


def test_medians_of_times(alike):
    row = csat.times(alike, WEEK).iloc[0]
    widened = median_interval([10 * number for number in CUSTOMERS for _ in range(EACH)], inflation=3)
    assert (row["low"], row["high"]) == (widened.low, widened.high)
    assert row["change_high"] - row["change_low"] > widened.high - widened.low


@pytest.mark.parametrize("pool", [1, 4])
def test_weeks_alone_and_pooled(alike, pool):
    row = csat.trend(alike, until=WEEK, weeks=1, pool=pool).iloc[0]
    # Pooled: with 50 customers who answered once.
    rated, good, squares = {1: (60, 0, 20 * 9), 4: (110, 10, 20 * 9 + 50)}[pool]
    assert (row["n"], row["good"]) == (rated, good)
    expected = wilson_interval(good, rated, inflation=squares / rated)
    assert (row["low"], row["high"]) == pytest.approx(tuple(expected))


def test_answers_of_one_customer_are_too_few_for_a_verdict(history):
    both = [answers_of(number, 30, at=at) for number, at in enumerate((NOON, NOON - dt.timedelta(weeks=1)))]
    store(history, *both)
    for rows in (csat.times(history, WEEK), csat.reasons(history, WEEK)):
        assert set(rows["verdict"]) == {Verdict.TOO_FEW}

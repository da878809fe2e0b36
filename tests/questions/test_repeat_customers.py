"""Customers who rate several times, and weeks that vary: intervals and verdicts of the questions allow for both."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import GROUPS, NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis.estimates import wilson_interval
from csat_analysis.history import History
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

RATES = (0.7, 0.8, 0.87, 0.95)


def by_customer(rng, customers: int, *, first: int, rate: float, correlation: float, **columns) -> list:
    """Ratings of customers who rate 2.5 times on average, and whose ratings are correlated."""
    size = 1 / correlation - 1
    rows = []
    for number, times in enumerate(rng.geometric(1 / 2.5, customers), first):
        good = rng.binomial(times, rng.beta(rate * size, (1 - rate) * size))
        rows += ratings(int(good), int(times - good), response={"responder_id": number}, **columns)
    return rows


def two_hundred_groups(history: History, rate: float) -> History:
    """Return a history whose groups have one rate, and customers who rate 2.5 times."""
    rng = np.random.default_rng(12)
    numbers = range(10, 210)
    rows = [
        (ticket | {"group_id": group}, response | {"group_id": group})
        for group in numbers
        for ticket, response in by_customer(rng, 26, first=1000 * group, rate=rate, correlation=0.2)
    ]
    return store(history, rows, groups=[{"group_id": number, "name": f"G{number}"} for number in numbers])


@pytest.mark.slow
def test_intervals_cover_95_percent_where_customers_rate_two_and_a_half_times(tmp_path):
    covered, naive = [], []
    for rate in RATES:
        history = History(str(tmp_path / f"{rate}.duckdb"))
        history.create_or_migrate(ACCOUNT, ZONE)
        rows = csat.csat(two_hundred_groups(history, rate), WEEK, by="group").query("n >= 50")
        assert rows["ratings_per_customer"].mean() == pytest.approx(2.5, abs=0.2)
        covered += [*((rows["low"] <= rate) & (rate <= rows["high"]))]
        low, high = wilson_interval(rows["good"], rows["n"])
        naive += [*((low <= rate) & (rate <= high))]
    assert 0.93 <= np.mean(covered) <= 0.97
    assert np.mean(naive) < 0.92


def test_ratings_of_one_customer_are_too_few_for_a_rate_however_many(history):
    several = ratings(30, 10, group="Returns")
    store(history, ratings(40, 0, response={"responder_id": 7}), several)
    rows = csat.csat(history, WEEK, by="group").set_index("group")
    assert rows["verdict"].to_dict() == {"Billing": Verdict.TOO_FEW, "Returns": Verdict.ENOUGH}
    assert (rows.loc["Billing", "low"], rows.loc["Billing", "ratings_per_customer"]) == (
        pytest.approx(wilson_interval(1, 1).low),
        40,
    )
    changed = csat.compare(history, WEEK, by="group").set_index("group")
    assert changed.loc["Billing", "verdict"] == Verdict.TOO_FEW


def test_a_customer_is_the_responder_or_else_the_requester_and_unknown_ones_are_different(history):
    unknown = ratings(6, 0)
    responder = ratings(2, 0, response={"responder_id": 5})
    requester = ratings(1, 1, requester_id=5)
    store(history, unknown, responder, requester)
    assert csat.csat(history, WEEK).iloc[0]["ratings_per_customer"] == pytest.approx(10 / 7)


def test_customers_who_rated_once_have_the_intervals_of_independent_ratings(history):
    store(history, ratings(30, 10))
    row = csat.csat(history, WEEK).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(tuple(wilson_interval(30, 40)))


def weeks_of(rates: list[int], of: int, **columns) -> list:
    """Ratings of the weeks before `WEEK`: how many of so many are good in each, latest first."""
    return [
        row
        for place, good in enumerate(rates, 1)
        for row in ratings(good, of - good, at=NOON - place * dt.timedelta(weeks=1), **columns)
    ]


def test_a_change_is_judged_by_the_spread_of_the_weeks_of_the_year(history, tmp_path):
    calm, restless = history, History(str(tmp_path / "restless.duckdb"))
    restless.create_or_migrate(ACCOUNT, ZONE)
    store(calm, ratings(30, 20), weeks_of([42, 44] * 20, 50))
    store(restless, ratings(30, 20), weeks_of([36, 50] * 20, 50))
    rows = [csat.compare(one, WEEK).iloc[0] for one in (calm, restless)]
    assert [row["estimate_before"] for row in rows] == [0.86, 0.86]
    assert [row["verdict"] for row in rows] == [Verdict.LOWER, Verdict.NO_DIFFERENCE]
    assert rows[1]["change_high"] > 0 > rows[0]["change_high"]


def test_one_crash_in_the_year_does_not_hide_the_changes_after_it(history):
    store(history, ratings(28, 22), weeks_of([43] * 20 + [10] + [43] * 19, 50))
    assert csat.compare(history, WEEK).iloc[0]["verdict"] == Verdict.LOWER


def test_groups_have_their_own_spread_and_values_that_are_new_have_none(history):
    rows = [ratings(30, 20), ratings(30, 20, group="Returns"), weeks_of([42, 44] * 20, 50)]
    found = csat.compare(store(history, *rows), WEEK, by="group").set_index("group")
    assert found.loc["Billing", "verdict"] == Verdict.LOWER
    assert found.loc["Returns", "verdict"] == Verdict.TOO_FEW
    assert set(found.index) <= set(GROUPS)

"""Ratings are counted once: several values, equal names, missing points, and weeks cut by a period."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest
from conftest import ZONE
from support.rating_factory import GROUPS, NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import CsatError
from csat_analysis.history import History
from csat_analysis.periods import Period
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

FULL = "full_resolution_minutes"
TOPIC, PARTS = 501, 502
FIELDS = [
    {"field_id": TOPIC, "title": "Topic", "type": "tagger", "options": json.dumps({"a": "A"})},
    {"field_id": PARTS, "title": "Parts", "type": "multiselect", "options": json.dumps({"x": "X", "y": "Y"})},
]


def with_fields(history: History, *rows: list) -> History:
    return store(history, *rows, ticket_fields=FIELDS)


def test_times_by_a_custom_field_equal_times_by_a_column(history):
    topic = json.dumps({str(TOPIC): "a"})
    times = (ratings(6, 6, custom_fields=topic, **{FULL: minutes}) for minutes in (10, 20, 300))
    with_fields(history, *times, ratings(6, 4, custom_fields=topic))
    by_field = csat.time_and_rating(history, WEEK, by="field:Topic", bins=3).drop(columns="field:Topic")
    by_column = csat.time_and_rating(history, WEEK, by="channel", bins=3).drop(columns="channel")
    assert by_field.to_dict() == by_column.to_dict()
    assert by_field["median_minutes"].tolist() == [10, 20, 300]
    assert by_field["missing"].tolist() == [10] * 3


@pytest.mark.parametrize("by", ["tag", "field:Parts"])
def test_values_of_a_multi_valued_dimension_are_not_added_up(history, by):
    both = json.dumps({str(PARTS): ["x", "y"]})
    with_fields(history, ratings(20, 20, custom_fields=both, tags=["vip", "eu"], **{FULL: 10}))
    with pytest.raises(CsatError, match="can have several"):
        csat.simpson_check(history, WEEK, by=by)
    with pytest.raises(CsatError, match="can have several"):
        csat.case_mix(history, WEEK, strata=[by])
    assert csat.csat(history, WEEK, by=by)["response_rate"].isna().all()
    assert csat.low_ratings(history, WEEK, by=by)["n"].tolist() == [40, 40]


def test_two_agents_with_one_name_are_separate_in_every_question(history):
    store(history, ratings(30, 0, agent=1), ratings(10, 20, agent=2))
    history.save({"agents": [{"agent_id": number, "name": "Kim"} for number in (1, 2)]})
    for question in (csat.csat, csat.compare):
        assert question(history, WEEK, by="agent")["agent"].tolist() == ["Kim (1)", "Kim (2)"]
    assert csat.agents(history, WEEK)["agent"].tolist() == ["Kim (1)", "Kim (2)"]
    assert csat.case_mix(history, WEEK, by="agent")["n"].tolist() == [30, 30]


def test_names_that_mean_nobody_and_brands_without_a_name_are_separate(history):
    of_brands = (ratings(1, 0, brand_id=brand) for brand in (1, 2, 3, None))
    store(history, *of_brands, ratings(2, 0, response={"group_id": 7}), ratings(3, 0, group=None))
    history.save({"groups": [{"group_id": 7, "name": "no group"}]})
    history.save({"brands": [{"brand_id": number, "name": "Acme"} for number in (1, 2)]})
    found = csat.csat(history, WEEK, by="group").set_index("group")["n"]
    assert (found["no group (7)"], found["no group"]) == (2, 3)
    brands = csat.csat(history, WEEK, by="brand").set_index("brand")["n"]
    assert brands.to_dict() == {"(not set)": 6, "Acme (1)": 1, "Acme (2)": 1, "brand 3": 1}


def test_a_deleted_group_and_a_new_one_with_its_name_are_counted_as_one(history):
    store(history, ratings(10, 0, group="Billing"), ratings(10, 0, group="Returns"))
    history.save(
        {
            "groups": [
                {"group_id": GROUPS["Billing"], "name": "Sales", "is_deleted": True},
                {"group_id": GROUPS["Returns"], "name": "Sales", "is_deleted": False},
            ]
        }
    )
    assert csat.csat(history, WEEK, by="group")[["group", "n"]].to_numpy().tolist() == [["Sales", 20]]


def test_ratings_without_points_are_counted_as_another_scale(history):
    store(history, ratings(80, 20, response={"rating": None, "source": "legacy"}))
    rows = csat.distribution(history, WEEK)
    assert rows["n"].sum() == 0 and rows["share"].isna().all()
    assert rows["other_scales"].tolist() == [100] * 5
    assert findings.distribution_title(rows) == "None of 100 ratings is on a scale of 5 points"


def test_a_fall_against_ratings_of_another_survey_is_told_with_a_caution(history):
    legacy = ratings(190, 10, at=NOON - dt.timedelta(weeks=1), response={"rating": None, "source": "legacy"})
    store(history, legacy, ratings(75, 25))
    row = csat.compare(history, WEEK).iloc[0]
    change = findings.compare_with_survey(row, csat.distribution(history, WEEK))
    headline = findings.compare_headline(change, where="All groups", span=csat.period(history, WEEK))
    assert headline.endswith("satisfaction fell to 75\xa0% of 100, from 95\xa0% in another survey")
    none = csat.compare(history, WEEK, by="group").head(0)
    overview = findings.compare_overview(change, none, none, week=change)
    assert overview == "Satisfaction fell from 95\xa0% in another survey to 75\xa0% of 100"
    scales = " 100\xa0% of these ratings are on a scale of 5 points, 0\xa0% of those before: "
    assert findings.compare_cautions(change).startswith(scales)
    last_year = findings.last_year_clause(change, csat.period(history, WEEK), pd.DataFrame(), history)
    assert last_year.endswith(", in another survey.")
    alike = findings.compare_with_survey(row, csat.distribution(history, WEEK, WEEK))
    assert findings.compare_cautions(alike) == ""


def test_a_period_that_begins_on_any_day_ends_in_the_last_week_of_a_trend(history):
    store(history, ratings(30, 10))
    cut = Period(NOON.date() - dt.timedelta(days=6), NOON.date(), ZONE)
    assert csat.trend(history, until=cut)["n"].iloc[-1] == 40
    assert csat.call_backs(history, until=cut)["n"].iloc[-1] == 10
    assert csat.response_rate(history, until=cut)["n"].tolist() == [40]


def test_every_question_judges_agents_from_twenty_ratings(history):
    before = NOON - dt.timedelta(weeks=1)
    store(history, ratings(0, 12, at=before), ratings(12, 0), ratings(30, 30, agent=2, group="Returns"))
    assert csat.compare(history, WEEK, by="agent").set_index("agent")["verdict"]["Ada"] == Verdict.TOO_FEW
    assert csat.csat(history, WEEK, by="agent").set_index("agent")["verdict"]["Ada"] == Verdict.TOO_FEW
    assert csat.compare(history, WEEK, by="group").set_index("group")["verdict"]["Billing"] == "higher"


def test_medians_of_few_tickets_are_not_judged_and_verdicts_have_their_own_level(tmp_path, history):
    before = NOON - dt.timedelta(weeks=1)
    store(history, ratings(6, 0, **{FULL: 100}), ratings(6, 0, at=before, **{FULL: 10}))
    assert csat.times(history, WEEK).set_index("time")["verdict"][FULL] == Verdict.TOO_FEW
    many = [
        ratings(2, 0, at=at, **{FULL: minutes + shift})
        for minutes in range(20)
        for at, shift in ((NOON, 4), (before, 0))
    ]
    store(history, *many)
    narrow = History(history.location, thresholds=history.thresholds._replace(level=0.5))
    verdicts = {csat.times(one, WEEK).set_index("time")["verdict"][FULL] for one in (history, narrow)}
    assert verdicts == {Verdict.NO_DIFFERENCE, Verdict.POSSIBLY_HIGHER}


def test_a_week_below_the_threshold_is_no_signal(tmp_path, history):
    weeks = [ratings(12, 1, at=NOON - dt.timedelta(weeks=number)) for number in range(1, 20)]
    store(history, *weeks, ratings(2, 10))
    strict = History(history.location, thresholds=history.thresholds._replace(min_ratings=13))
    assert csat.trend(history, until=WEEK)["signal"].iloc[-1]
    assert not csat.trend(strict, until=WEEK)["signal"].any()
    assert "None of the 11 weeks" in findings.trend_title(csat.trend(strict, until=WEEK))


def test_weeks_without_any_good_rating_are_as_usual_and_not_too_few(history):
    store(history, *(ratings(0, 50, at=NOON - dt.timedelta(weeks=number)) for number in range(14)))
    assert set(csat.trend(history, until=WEEK)["verdict"]) == {"as usual"}


def test_groups_that_differ_are_distinguished_from_groups_that_do_not(history):
    store(history, ratings(45, 5, group="Billing"), ratings(25, 25, group="Returns"))
    assert csat.compare(history, WEEK, by="group").attrs["differ"]
    store(history, ratings(45, 5, group="Billing"), ratings(43, 7, group="Returns"))
    assert not csat.compare(history, WEEK, by="group").attrs["differ"]


def test_a_customer_of_a_deleted_ticket_is_not_called_back(history):
    store(history, ratings(0, 1, status="deleted", reopens=2), ratings(0, 1, status="closed", reopens=2))
    assert csat.follow_up(history, WEEK)["status"].tolist() == ["closed"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda history: csat.compare(history, WEEK, by="field:Topic"),
        lambda history: csat.case_mix(history, WEEK, strata=["channel", "field:Topic"]),
        lambda history: csat.agents(history, WEEK, strata=["group", "field:Topic"]),
        lambda history: csat.trend(history, until=WEEK, by="group"),
    ],
)
def test_a_question_opens_the_history_once(history, monkeypatch, ask):
    with_fields(history, ratings(20, 5, custom_fields=json.dumps({str(TOPIC): "a"})))
    history.groups()
    opened = []
    connect = history._database.connect
    monkeypatch.setattr(history._database, "connect", lambda **how: opened.append(how) or connect(**how))
    assert len(ask(history))
    assert len(opened) == 1

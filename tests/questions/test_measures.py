"""Every measure by every dimension gives the true counts, and the same frame on DuckDB and Postgres."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import psycopg
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import store

import csat_analysis as csat
from csat_analysis.history import History
from csat_analysis.history.definitions import survey_scales
from csat_analysis.questions import measures
from csat_analysis.questions.dimensions import Dimension

pytestmark = pytest.mark.slow

FIELD = "field:Product"
IDS = (11, 12)
DIMENSIONS = [*measures.DIMENSIONS, measures.TAG, FIELD]
TIME = "full_resolution_minutes"
MEASURES = {
    "rating_counts": ("ratings", lambda table, by: measures.rating_counts(table, by)),
    "offer_counts": ("offers", lambda table, by: measures.offer_counts(table, by)),
    "minute_counts": ("ratings", lambda table, by: measures.minute_counts(table, TIME, by)),
}
UTC = dt.UTC
# One survey per row: time of the answer or None, category, minutes, agent, group, tags, fields, other columns.
SURVEYS: list[tuple[Any, ...]] = [
    (dt.datetime(2026, 10, 24, 23, 30, tzinfo=UTC), "good", 10, 1, 1, ["vip", "late"], '{"11": "a"}'),
    (dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "bad", 11, 1, 2, ["late"], '{"12": "b"}'),
    (
        dt.datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        "good",
        10,
        2,
        1,
        [],
        None,
    ),  # clocks went back: 02:30 twice
    (dt.datetime(2026, 10, 25, 22, 59, tzinfo=UTC), "bad", None, 2, 1, ["vip"], '{"11": "a", "12": "b"}'),
    (dt.datetime(2026, 10, 25, 23, 0, tzinfo=UTC), "good", -5, None, None, None, '{"11": true}'),
    (dt.datetime(2020, 12, 31, 23, 30, tzinfo=UTC), "neutral", 70, 9, 3, ["über"], '{"11": ["a", "b"]}'),
    (dt.datetime(2021, 1, 3, 22, 59, tzinfo=UTC), "good", 71, 3, 9, ["vip"], '{"11": 0}'),  # still 2020-W53
    (dt.datetime(2021, 1, 3, 23, 0, tzinfo=UTC), "good", 72, 3, 1, ["vip"], "{}"),
    (None, None, 500, 1, 1, ["vip"], '{"11": "a"}'),
]


def filled(location: str) -> History:
    """Return a history of SURVEYS at this location."""
    made = History(location)
    made.create_or_migrate(ACCOUNT, ZONE)
    pairs = []
    for place, (at, category, minutes, agent, group, tags, fields) in enumerate(SURVEYS):
        rated = {"agent_id": agent if at else None, "group_id": group if at else None}
        ticket = {
            "assignee_id": agent,
            "group_id": group,
            "tags": tags,
            "custom_fields": fields,
            TIME: minutes,
            "channel": ("email", "web", None)[place % 3],
            "priority": ("low", "high")[place % 2],
            "brand_id": 1 + place % 2,
            "assignee_stations": place % 3,
        }
        response = {
            "offered_at": (at or dt.datetime(2026, 10, 25, 12, tzinfo=UTC)) - dt.timedelta(hours=2),
            "submitted_at": at,
            "updated_at": at,
            "rating_category": category,
            "survey_id": "S",
            "rating": {"good": 5, "bad": 2, "neutral": 3}.get(category),
            "survey_version": 1 + place % 2,
            "reason": "slow" if category == "bad" else None,
            "attribution": "current",
            "revisions": 0,
            "source": "survey",
            **rated,
        }
        pairs.append((ticket, response))
    return store(
        made,
        pairs,
        brands=[{"brand_id": 1, "name": "Acme"}],
        ticket_fields=[{"field_id": number, "title": "Product", "type": "multiselect"} for number in IDS],
        surveys=[
            {
                "survey_id": "S",
                "survey_version": version,
                "question_id": "Q",
                "option_id": str(points),
                "rating": points,
            }
            for version, points in ((1, 5), (2, 3))
        ],
    )


@pytest.fixture(scope="module")
def engines(tmp_path_factory, request) -> tuple[History, History]:
    """Return the same history on both engines."""
    url = request.getfixturevalue("postgres").get_uri()
    with psycopg.connect(url, autocommit=True, options="-c client_min_messages=error") as con:
        con.execute("drop schema public cascade")
        con.execute("create schema public")
    return filled(str(tmp_path_factory.mktemp("measures") / "csat.duckdb")), filled(url)


def measured(history: History, name: str, by: list[str]) -> pd.DataFrame:
    view, measure = MEASURES[name]
    dimensions = [Dimension(one, ids=IDS if one == FIELD else ()) for one in by]

    def query(con):
        rows = history.select(con, view)
        if view == "ratings":
            responses = con.table("survey_responses")
            lone = responses.filter(responses.responder_id.isnull())
            rows = measures.with_customer(rows, con.table("tickets"), lone)
        return measure(measures.split(rows, dimensions), by)

    frame = history.read(query)
    return frame.sort_values(
        [*by, *frame.columns.drop(by)], ignore_index=True
    )  # engines order nulls differently


@pytest.mark.parametrize("by", [[], *([one] for one in DIMENSIONS), ["group", "channel"]], ids="+".join)
@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_the_same_on_both_engines(engines, name, by):
    duck, postgres = (measured(history, name, by) for history in engines)
    assert len(duck)
    pd.testing.assert_frame_equal(duck, postgres, check_dtype=False)


def every_time(ratings):
    return measures.minutes_of_each(ratings, ["first_reply_minutes", TIME])


def cells(ratings):
    return measures.cell_counts(ratings, ["channel"], times=[TIME], parts=3, caps={"assignee_stations": 1})


@pytest.mark.parametrize("measure", [measures.reason_counts, measures.agent_counts, every_time, cells])
def test_a_measure_without_a_choice_is_the_same_on_both_engines(engines, measure):
    duck, postgres = (
        history.read(lambda con, history=history: measure(history.select(con, "ratings")))
        for history in engines
    )
    by = list(duck.columns)
    duck, postgres = (one.sort_values(by, ignore_index=True) for one in (duck, postgres))
    pd.testing.assert_frame_equal(duck, postgres, check_dtype=False)


def test_ratings_are_counted_on_the_scale_of_their_survey(engines):
    for history in engines:
        counts = history.read(
            lambda con, history=history: measures.score_counts(
                history.select(con, "ratings"), scales=survey_scales(con.table("surveys"))
            )
        )
        assert {tuple(row) for row in counts.to_numpy()} == {(5, 5, 4), (3, 2, 2), (3, 3, 1), (3, 5, 1)}


def test_weeks_days_and_months_are_in_the_time_zone_of_the_account(engines):
    duck, _ = engines
    counted = {
        unit: measured(duck, "rating_counts", [unit]).set_index(unit)["good"]
        for unit in ("week", "day", "month")
    }
    assert counted["week"].to_dict() == {
        pd.Timestamp("2020-12-28"): 1,  # 2020-W53: Sunday 23:59 in Berlin is still in it
        pd.Timestamp("2021-01-04"): 1,
        pd.Timestamp("2026-10-19"): 2,
        pd.Timestamp("2026-10-26"): 1,
    }
    assert counted["day"][pd.Timestamp("2026-10-25")] == 2  # the night of 25 hours is one day
    assert counted["month"].to_dict() == {
        pd.Timestamp("2021-01-01"): 2,
        pd.Timestamp("2026-10-01"): 3,
    }


def test_a_rating_counts_with_each_of_its_tags(engines):
    for history in engines:
        counts = measured(history, "rating_counts", ["tag"]).set_index("tag")["rated"]
        assert counts.to_dict() == {"late": 2, "vip": 4, "über": 0}


def test_a_custom_field_is_the_first_of_its_ids_that_is_set(engines):
    for history in engines:
        counts = measured(history, "offer_counts", [FIELD]).set_index(FIELD)["offered"]
        assert counts[counts.index.notna()].to_dict() == {"a": 3, "b": 1, "true": 1, "0": 1, '["a","b"]': 1}


def test_missing_and_negative_minutes_are_kept(engines):
    for history in engines:
        counts = measured(history, "minute_counts", [])
        assert counts["minutes"].isna().sum() == 1
        assert sorted(counts["minutes"].dropna()) == [-5, 10, 11, 70, 71, 72]


def test_an_unanswered_survey_belongs_to_the_current_assignee(engines):
    for history in engines:
        offered = measured(history, "offer_counts", ["agent"]).set_index("agent")
        assert offered.loc["Ada", ["offered", "answered"]].to_list() == [3, 2]
        assert offered.loc["agent 9", "offered"] == offered.loc["unassigned", "offered"] == 1


QUESTIONS = {
    "csat": lambda h: csat.csat(h, "2026-W43", by="tag"),
    "trend": lambda h: csat.trend(h, until="2026-W44", by="group"),
    "compare": lambda h: csat.compare(h, "2026-W43", by="channel", rebase="2026-10-01"),
    "agents": lambda h: csat.agents(h, "2026-W43"),
    "distribution": lambda h: csat.distribution(h, "2026-W43"),
    "times": lambda h: csat.times(h, "2026-W43"),
    "simpson_check": lambda h: csat.simpson_check(h, "2026-W43", by="priority"),
    "association": lambda h: csat.association(h, "2026-W43"),
    "low_ratings": lambda h: csat.low_ratings(h, "2026-W43", by=FIELD),
    "case_mix": lambda h: csat.case_mix(h, "2026-W43", by="agent"),
    "response_rate": lambda h: csat.response_rate(h, until="2026-W44", by="agent"),
    "reasons": lambda h: csat.reasons(h, "2026-W43"),
    "follow_up": lambda h: csat.follow_up(h, "2026-W43"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_has_the_same_answer_on_both_engines(engines, question):
    duck, postgres = (QUESTIONS[question](history) for history in engines)
    pd.testing.assert_frame_equal(duck, postgres)

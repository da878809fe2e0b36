"""Hard cases: every question gives an answer, makes no false claim, and counts what it leaves out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.history import History
from csat_analysis.settings import Thresholds
from csat_analysis.verdicts import Verdict, direction, is_claim, matches

pytestmark = pytest.mark.slow

WEEKLY = dt.timedelta(weeks=1)
REPLY, FULL = "first_reply_minutes", "full_resolution_minutes"
CASES = {
    "no rating": [ratings(0, 0, unanswered=3)],
    "one rating": [ratings(1, 0, **{REPLY: 5, FULL: 50})],
    "all good": [ratings(40, 0, **{FULL: minutes}) for minutes in (10, 20)],
    "all bad": [ratings(0, 40, **{FULL: minutes}) for minutes in (10, 20)],
    "neutral alone": [ratings(0, 0, neutral=30, **{FULL: 10})],
    "no times": [ratings(20, 20)],
    "one time for all": [ratings(20, 20, **{FULL: 60, REPLY: 60})],
    "separated": [ratings(20, 0, **{FULL: 10}), ratings(0, 20, **{FULL: 600})],
    "nothing known": [ratings(30, 10, agent=None, group=None, channel=None, priority=None, **{FULL: 10})],
}
QUESTIONS: dict[str, Callable[[History], pd.DataFrame]] = {
    "csat": lambda h: csat.csat(h, WEEK),
    "trend": lambda h: csat.trend(h, until=WEEK),
    "compare": lambda h: csat.compare(h, WEEK),
    "agents": lambda h: csat.agents(h, WEEK),
    "distribution": lambda h: csat.distribution(h, WEEK),
    "time_and_rating": lambda h: csat.time_and_rating(h, WEEK),
    "time_and_rating by group": lambda h: csat.time_and_rating(h, WEEK, time=REPLY, by="group"),
    "association": lambda h: csat.association(h, WEEK),
    "simpson_check": lambda h: csat.simpson_check(h, WEEK),
    "times": lambda h: csat.times(h, WEEK),
    "reasons": lambda h: csat.reasons(h, WEEK),
    "low_ratings": lambda h: csat.low_ratings(h, WEEK, by="priority"),
    "case_mix": lambda h: csat.case_mix(h, WEEK, by="agent", strata=("channel", "priority")),
    "response_rate": lambda h: csat.response_rate(h, until=WEEK, by="agent"),
}


@pytest.fixture(scope="module", params=CASES)
def case(request, tmp_path_factory) -> tuple[str, History]:
    made = History(str(tmp_path_factory.mktemp("case") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    return request.param, store(made, *CASES[request.param])


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_gives_an_answer_and_claims_nothing_false(case, question):
    name, history = case
    rows = QUESTIONS[question](history)
    assert all(isinstance(verdict, str) and verdict for verdict in rows["verdict"])
    assert not matches(rows["verdict"], is_claim).any() or (name, question) == (
        "separated",
        "simpson_check",
    )
    if {"low", "estimate", "high"} <= set(rows):
        known = rows.dropna(subset=["low", "estimate", "high"])
        assert ((known["low"] <= known["estimate"]) & (known["estimate"] <= known["high"])).all()


def test_one_rating_is_shown_and_not_judged(history):
    store(history, ratings(1, 0))
    row = csat.csat(history, WEEK).iloc[0]
    assert (row["n"], row["estimate"], row["verdict"]) == (1, 1.0, Verdict.TOO_FEW)
    assert row["low"] == pytest.approx(0.2065, abs=1e-4)
    assert "1 of 1 rating good, too few" in findings.csat_level(row)


def test_all_good_and_all_bad_have_intervals_that_are_not_certain(history):
    store(history, ratings(40, 0, group="Billing"), ratings(0, 40, group="Returns"))
    rows = csat.csat(history, WEEK, by="group").set_index("group")
    assert rows.loc["Billing", "estimate"] == 1 and rows.loc["Billing", "low"] < 0.95
    assert rows.loc["Returns", "estimate"] == 0 and rows.loc["Returns", "high"] > 0.05


def test_a_single_agent_is_not_compared(history):
    store(history, ratings(30, 10))
    row = csat.agents(history, WEEK).iloc[0]
    assert (row["all_agents"], row["verdict"]) == (Verdict.TOO_FEW_AGENTS, Verdict.TOO_FEW_AGENTS)
    assert np.isnan(row["shrunk"]) and np.isnan(row["difference"]) and row["n_like"] == 0


def test_agents_without_a_name_or_with_one_name_are_not_merged(history):
    agents = [{"agent_id": 7, "name": ""}, {"agent_id": 4, "name": "Kim"}, {"agent_id": 5, "name": "Kim"}]
    store(history, *(ratings(3, 0, agent=number) for number in (4, 5, 7, 8)), agents=agents)
    assert list(csat.agents(history, WEEK)["agent"]) == ["Kim (4)", "Kim (5)", "agent 7", "agent 8"]


FIVE = [{"agent_id": number, "name": f"Agent {number}"} for number in range(1, 6)]


def test_ratings_without_an_agent_are_not_compared(history):
    rows = [ratings(90, 10, agent=number) for number in (1, 2, 3)]
    store(history, *rows, ratings(0, 60, agent=None))
    found = csat.agents(history, WEEK).set_index("agent")
    assert found.loc["unassigned", "verdict"] == Verdict.UNASSIGNED
    assert np.isnan(found.loc["unassigned", ["shrunk", "p_value"]].astype(float)).all()
    assert set(found["all_agents"]) == {Verdict.NO_DIFFERENCE}
    assert found.loc["Ada", "expected"] == pytest.approx(0.9)


def test_one_agent_among_four_others_is_named_alone(history):
    others = [ratings(540, 60, agent=number) for number in (2, 3, 4, 5)]
    store(history, ratings(420, 180, agent=1), *others, agents=FIVE)
    found = csat.agents(history, WEEK).set_index("agent")
    assert found["verdict"].to_dict() == {
        "Agent 1": Verdict.LOWER,
        **{f"Agent {number}": Verdict.NO_DIFFERENCE for number in (2, 3, 4, 5)},
    }
    named = found.loc["Agent 1"]
    assert (named["expected"], named["difference"], named["n_like"]) == (0.9, pytest.approx(-0.2), 2400)
    assert named["difference_high"] < 0
    assert findings.agents_title(csat.agents(history, WEEK)).startswith(
        "Agent 1 (Billing): 70\xa0% of 600 ratings good; their colleagues 90\xa0% of 2400. More than chance"
    )


def test_agents_of_groups_that_differ_are_not_named(history):
    good = [ratings(140, 10, agent=number, group="Billing") for number in (1, 2)]
    bad = [ratings(100, 50, agent=number, group="Returns") for number in (3, 4)]
    store(history, *good, *bad, agents=FIVE)
    rows = csat.agents(history, WEEK)
    assert set(rows["verdict"]) == {Verdict.NO_DIFFERENCE}
    assert findings.agents_title(rows) == (
        "Between agents of the same group no difference shows; even an agent with 150 ratings would have to be more "
        "than 9 points lower to show"
    )


def test_no_agent_is_said_to_have_to_be_lower_than_0_percent(history):
    store(history, *(ratings(2, 148, agent=number) for number in (1, 2, 3)))
    title = findings.agents_title(csat.agents(history, WEEK))
    assert (
        title == "Between agents of the same group no difference shows; no agent could be low enough to show"
    )


def test_two_agents_alone_differ_from_each_other(history):
    store(history, ratings(190, 10, agent=1), ratings(120, 80, agent=2))
    rows = csat.agents(history, WEEK)
    assert set(rows["verdict"]) == {Verdict.DIFFER}
    assert findings.agents_title(rows).startswith(
        "Ada (95\xa0% of 200) and Ben (60\xa0% of 200) of Billing differ from each other"
    )


def test_an_agent_who_joined_after_a_fall_is_compared_in_the_same_months(history):
    october = dt.datetime(2026, 10, 7, 12, tzinfo=dt.UTC)
    before = [ratings(190, 10, agent=number, at=october) for number in (1, 2, 3)]
    since = [ratings(150, 50, agent=number) for number in (1, 2, 3, 4)]
    store(history, *before, *since, agents=FIVE)
    both = csat.period(history, WEEK).and_before(6)
    by_month = csat.agents(history, both).set_index("agent")["verdict"]
    assert by_month["Agent 4"] == Verdict.NO_DIFFERENCE
    ignored = csat.agents(history, both, strata="group").set_index("agent")["verdict"]
    assert ignored["Agent 4"] == Verdict.LOWER


def test_an_agent_who_works_at_weekends_is_compared_with_colleagues_at_weekends(history):
    saturday = dt.datetime(2026, 11, 14, 12, tzinfo=dt.UTC)
    on_weekdays = [ratings(190, 10, agent=number) for number in (1, 2, 3)]
    at_weekends = [ratings(120, 80, agent=number, at=saturday) for number in (3, 4, 5)]
    store(history, *on_weekdays, *at_weekends, agents=FIVE)
    assert set(csat.agents(history, WEEK)["verdict"]) == {Verdict.NO_DIFFERENCE}
    ignored = csat.agents(history, WEEK, strata=("group", "month"))
    assert matches(ignored["verdict"], is_claim).any()


def test_a_weekend_begins_at_midnight_on_the_clock_of_the_account(history):
    late = dt.datetime(2026, 11, 13, 22, 59, tzinfo=dt.UTC)
    moments = [late, late + dt.timedelta(minutes=1), dt.datetime(2026, 11, 15, 22, 59, tzinfo=dt.UTC)]
    store(history, *[ratings(20, 0, at=moment) for moment in moments])
    rows = csat.csat(history, WEEK, by="weekend").set_index("weekend")
    assert rows["n"].to_dict() == {"weekday": 20, "weekend": 40}


@pytest.mark.parametrize("strata", ["tag", "agent", ("group", "agent")])
def test_agents_are_not_compared_within_agents_or_tags(history, strata):
    store(history, ratings(30, 10))
    with pytest.raises(CsatError, match="name other strata"):
        csat.agents(history, WEEK, strata=strata)


def test_an_unknown_stratum_is_refused(history):
    store(history, ratings(30, 10))
    with pytest.raises(UnknownChoice, match="dimension"):
        csat.agents(history, WEEK, strata="colour")


def test_agents_can_differ_without_a_single_one_that_can_be_named(history):
    agents = [{"agent_id": number, "name": f"Agent {number}"} for number in range(1, 201)]
    few = [ratings(4, 0, agent=number) for number in range(1, 101)]
    store(history, *few, *(ratings(0, 4, agent=number) for number in range(101, 201)), agents=agents)
    rows = csat.agents(history, WEEK)
    assert set(rows["all_agents"]) == {Verdict.DIFFER}
    assert set(rows["verdict"]) == {Verdict.TOO_FEW}


def test_an_assumed_agent_and_a_shared_ticket_are_counted(history):
    store(
        history,
        ratings(5, 1, response={"attribution": "current"}),
        ratings(7, 0, assignee_stations=3),
    )
    row = csat.agents(history, WEEK).iloc[0]
    assert (row["n"], row["assumed"], row["shared"]) == (13, 6, 7)


def test_neutral_ratings_are_in_no_part_of_satisfaction_and_are_counted(history):
    store(history, ratings(8, 2, neutral=5, **{FULL: 10}))
    row = csat.csat(history, WEEK).iloc[0]
    assert (row["n"], row["neutral"], row["estimate"]) == (10, 5, 0.8)
    assert csat.trend(history, until=WEEK)["neutral"].iloc[-1] == 5
    assert csat.time_and_rating(history, WEEK)["neutral"].iloc[0] == 5


def test_ratings_on_another_scale_are_left_out_of_the_distribution_and_counted(history):
    scales = ((1, range(1, 6)), (2, range(1, 4)))
    options = [
        {
            "survey_id": "S",
            "survey_version": version,
            "question_id": "Q",
            "option_id": str(points),
            "rating": points,
        }
        for version, scale in scales
        for points in scale
    ]
    three = {"survey_version": 2, "rating": 3}
    store(history, ratings(20, 5), ratings(9, 0, response=three), surveys=options)
    rows = csat.distribution(history, WEEK)
    assert rows.set_index("rating")["n"].to_dict() == {1: 5, 2: 0, 3: 0, 4: 0, 5: 20}
    assert set(rows["scale"]) == {5} and set(rows["other_scales"]) == {9}
    assert "9 ratings on another scale left out" in findings.distribution_title(rows)
    assert csat.csat(history, WEEK, by="survey_version").set_index("survey_version")["n"].to_dict() == {
        "1": 25,
        "2": 9,
    }


def test_a_week_of_169_hours_holds_all_its_ratings_and_no_other(history):
    inside = [dt.datetime(2026, 10, 18, 22, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 22, 59, tzinfo=dt.UTC)]
    outside = [dt.datetime(2026, 10, 18, 21, 59, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 23, tzinfo=dt.UTC)]
    store(history, *(ratings(1, 0, at=at) for at in inside), *(ratings(0, 1, at=at) for at in outside))
    assert csat.csat(history, "2026-W43")["good"].item() == csat.csat(history, "2026-W43")["n"].item() == 2
    trend = csat.trend(history, until="2026-W44", weeks=3).set_index("week")
    assert trend["n"].to_dict() == {
        pd.Timestamp("2026-10-12"): 1,
        pd.Timestamp("2026-10-19"): 2,
        pd.Timestamp("2026-10-26"): 1,
    }


def test_the_53rd_week_reaches_into_the_next_year(history):
    at = dt.datetime(2021, 1, 3, 12, tzinfo=dt.UTC)
    store(history, ratings(3, 1, at=at), ratings(1, 0, at=at + dt.timedelta(days=1)))
    assert csat.csat(history, "2020-W53")["n"].item() == 4
    assert list(csat.trend(history, until="2021-W01", weeks=2)["n"]) == [4, 1]
    assert csat.period(history, "2021-W01").before(1).label == "2020-W53"


def test_times_that_are_null_or_negative_are_dropped_and_counted(history):
    business = "full_resolution_business_minutes"
    store(
        history,
        *(ratings(3, 1, **{FULL: minutes, business: None}) for minutes in (10, 20, 30, 40)),
        ratings(2, 0, **{FULL: -3}),
        ratings(4, 1, neutral=1, **{FULL: None}),
    )
    bins = csat.time_and_rating(history, WEEK, bins=2)
    assert (bins["n"].sum(), bins["missing"].iloc[0], bins["negative"].iloc[0]) == (16, 5, 2)
    row = csat.times(history, WEEK).set_index("time").loc[FULL]
    assert (row["n"], row["missing"], row["negative"], row["estimate"]) == (16, 6, 2, 25)
    untimed = csat.time_and_rating(history, WEEK, time=business)
    assert untimed[["n", "missing", "verdict"]].to_numpy().tolist() == [[0, 23, "too few ratings"]]
    assert set(csat.association(history, WEEK, time=business)["missing"]) == {23}


def test_tied_times_never_land_in_two_bins(history):
    store(history, ratings(30, 10, **{FULL: 5}), ratings(5, 5, **{FULL: 9}))
    rows = csat.time_and_rating(history, WEEK, bins=5)
    assert rows[["low_minutes", "high_minutes", "n"]].to_numpy().tolist() == [[5, 5, 40], [9, 9, 10]]


def test_separated_times_are_reported_and_give_no_huge_ratio(history):
    store(history, *CASES["separated"])
    rows = csat.association(history, WEEK).set_index("method")
    separated = rows.loc["odds ratio per doubling, within groups"]
    assert np.isnan(separated["estimate"]) and separated["verdict"] == Verdict.UNKNOWN
    assert "separated" in separated["note"]


def test_weeks_that_spread_more_than_chance_have_wider_limits_and_no_alarm(history):
    good = [100, 80, 100, 82, 99, 81, 100, 79, 98, 80, 100, 83, 97, 80, 100, 81]
    start = NOON - 15 * WEEKLY
    store(history, *(ratings(k, 100 - k, at=start + place * WEEKLY) for place, k in enumerate(good)))
    rows = csat.trend(history, until=WEEK, weeks=16)
    assert not rows["signal"].any()
    assert rows["limit_low"].iloc[-1] < 0.8


def test_the_same_person_in_two_groups_is_one_agent_and_two_rows_by_group(history):
    store(history, ratings(20, 5, agent=1, group="Billing"), ratings(10, 1, agent=1, group="Voice"))
    assert csat.agents(history, WEEK)[["agent", "n"]].to_numpy().tolist() == [["Ada", 36]]
    assert csat.agents(history, WEEK, group="Voice")["n"].item() == 11
    mix = csat.case_mix(history, WEEK, by="agent", strata="group")
    assert mix["n"].item() == 36 and mix["estimate"].item() == pytest.approx(1)


def test_groups_with_different_response_rates_are_compared_with_a_caution(history):
    offered = NOON - dt.timedelta(days=1)
    store(
        history,
        ratings(150, 50, unanswered=300, group="Billing", offered=offered),
        ratings(80, 20, unanswered=900, group="Returns", offered=offered),
    )
    later = pd.Timestamp("2026-11-30", tz="UTC")
    history.save({"pulls": [{"pull_id": "P", "started_at": later, "ended_at": later, "outcome": "done"}]})
    rows = csat.csat(history, WEEK, by="group").set_index("group")
    assert rows["response_rate"].to_dict() == {"Billing": pytest.approx(0.4), "Returns": pytest.approx(0.1)}
    assert rows.loc["Billing", "nonresponse_note"].startswith("response rate 40\xa0% against 10\xa0%")
    assert set(csat.compare(history, WEEK)["nonresponse_note"]) == {
        ""
    }  # no survey was offered in the weeks before


def test_a_response_rate_is_not_judged_while_surveys_are_open(history):
    store(history, ratings(10, 2, unanswered=20))
    soon = pd.Timestamp("2026-11-16 06:00", tz="UTC")
    history.save({"pulls": [{"pull_id": "P", "started_at": soon, "ended_at": soon, "outcome": "done"}]})
    assert np.isnan(csat.csat(history, WEEK)["response_rate"].item())
    assert csat.response_rate(history, until=WEEK, weeks=1)["verdict"].item() == "still open"


def test_thresholds_of_the_settings_are_the_defaults_of_the_questions(history):
    store(history, ratings(12, 3))
    strict = History(history.location, thresholds=Thresholds(min_ratings=20, level=0.9))
    assert csat.csat(history, WEEK)["verdict"].item() == Verdict.ENOUGH
    assert csat.csat(strict, WEEK)["verdict"].item() == Verdict.TOO_FEW
    assert csat.csat(strict, WEEK, min_ratings=5)["verdict"].item() == Verdict.ENOUGH
    assert csat.csat(strict, WEEK)["low"].item() > csat.csat(history, WEEK)["low"].item()
    assert findings.interval_name(csat.csat(strict, WEEK)) == "likely range (90\xa0%)"


def test_a_change_that_only_the_interval_shown_excludes_is_possible_and_not_claimed(history):
    store(history, ratings(60, 20), ratings(175, 25, at=NOON - WEEKLY))
    row = csat.compare(history, WEEK).iloc[0]
    assert row["change_high"] < 0
    assert row["verdict"] == Verdict.POSSIBLY_LOWER
    span = csat.period(history, WEEK)
    headline = findings.compare_headline(row, where="All groups", span=span)
    assert headline.endswith("75\xa0% of 80 ratings good, 88\xa0% before: possibly lower, not certain")
    assert findings.compare_change(row).endswith("possibly lower, not certain")


@pytest.mark.parametrize("question", ["compare", "low_ratings", "case_mix"])
def test_no_interval_contradicts_its_verdict(history, question):
    low = History(history.location, thresholds=Thresholds(min_ratings=5, level=0.6, verdict_level=0.99))
    groups = [
        ratings(20 + 3 * place, 5 + place % 3, group=name)
        for place, name in enumerate(("Billing", "Returns"))
    ]
    before = [
        ratings(40, 4 + place, group=name, at=NOON - WEEKLY)
        for place, name in enumerate(("Billing", "Returns"))
    ]
    store(history, *groups, *before)
    ask = {
        "compare": lambda: (csat.compare(low, WEEK, by="group"), "change_low", "change_high", 0),
        "low_ratings": lambda: (
            csat.low_ratings(low, WEEK, by="group"),
            "difference_low",
            "difference_high",
            0,
        ),
        "case_mix": lambda: (csat.case_mix(low, WEEK, strata="channel"), "low", "high", 1),
    }
    rows, lowest, highest, neutral = ask[question]()
    excluded = (rows[lowest] > neutral) | (rows[highest] < neutral)
    assert [direction(one) != 0 for one in rows["verdict"]] == excluded.tolist()


AGENTS_OF_TWO_GROUPS = [(1, "Billing"), (2, "Billing"), (3, "Billing"), (4, "Returns"), (5, "Returns")]


def changed_agents(history: History, fallen: set[int], agents: list[tuple[int, str]]) -> pd.DataFrame:
    """Store two weeks of agents of whom some fall from 90 to 60 %; return the comparison of agents."""
    before = [ratings(180, 20, agent=one, group=group, at=NOON - WEEKLY) for one, group in agents]
    now = [
        ratings(*((60, 40) if one in fallen else (90, 10)), agent=one, group=group) for one, group in agents
    ]
    store(history, *before, *now, agents=FIVE)
    return csat.compare(history, WEEK, by="agent").set_index("agent")


def test_no_agent_is_named_when_their_whole_group_falls(history):
    rows = changed_agents(history, {1, 2, 3}, AGENTS_OF_TWO_GROUPS)
    assert set(rows["verdict"]) == {Verdict.NO_DIFFERENCE}
    assert rows.loc["Agent 1", ["change", "expected_change", "difference"]].tolist() == pytest.approx(
        [-0.3, -0.3, 0]
    )
    assert findings.compare_title(rows.reset_index(), "agent").startswith("No agent changed clearly")
    trend = csat.trend(history, until=WEEK, by="agent")
    assert not trend["signal"].any() and not matches(trend["verdict"], is_claim).any()
    low = csat.low_ratings(history, WEEK, by="agent")
    mix = csat.case_mix(history, WEEK, by="agent")
    assert not matches([*low["verdict"], *mix["verdict"]], is_claim).any()
    with pytest.raises(CsatError, match="^lasting changes of agents are not judged"):
        csat.lasting_changes(history, until=WEEK, by="agent")


def test_an_agent_who_falls_alone_is_named_and_no_colleague(history):
    rows = changed_agents(history, {1}, AGENTS_OF_TWO_GROUPS[:3])
    assert rows["verdict"].tolist() == [Verdict.LOWER, Verdict.NO_DIFFERENCE, Verdict.NO_DIFFERENCE]
    assert (rows["difference_high"] < 0).tolist() == [True, False, False]
    assert findings.compare_title(rows.reset_index(), "agent") == (
        "Agent 1 −30 points, to 60\xa0% of 100 ratings good; their colleagues 0 points"
    )


SATURDAY = NOON + dt.timedelta(days=3)
AGENTS_OF_ONE_GROUP = [(number, "Billing") for number in (1, 2, 3, 4)]


def test_no_agent_is_named_who_now_works_at_weekends(history):
    weekdays = [ratings(90, 10, agent=one, at=NOON - WEEKLY) for one, _ in AGENTS_OF_ONE_GROUP]
    weekends = [ratings(60, 40, agent=one, at=SATURDAY - WEEKLY) for one in (3, 4)]
    now = [ratings(60, 40, agent=1, at=SATURDAY), ratings(90, 10, agent=2), ratings(90, 10, agent=3)]
    now += [ratings(60, 40, agent=one, at=SATURDAY) for one in (3, 4)]
    store(history, *weekdays, *weekends, *now, agents=FIVE)
    rows = csat.compare(history, WEEK, by="agent").set_index("agent")
    columns = ["change", "expected_change", "difference"]
    assert rows.loc["Agent 1", columns].tolist() == pytest.approx([-0.3, -0.3, 0])
    assert rows["verdict"].tolist() == [Verdict.NO_DIFFERENCE] * 4


def test_no_agent_is_named_who_moved_to_a_group_with_lower_ratings(history):
    before = [ratings(90, 10, agent=one, at=NOON - WEEKLY) for one in (1, 2, 3)]
    before += [ratings(60, 40, agent=one, group="Returns", at=NOON - WEEKLY) for one in (4, 5)]
    now = [ratings(90, 10, agent=one) for one in (2, 3)]
    now += [ratings(60, 40, agent=one, group="Returns") for one in (1, 4, 5)]
    store(history, *before, *now, agents=FIVE)
    rows = csat.compare(history, WEEK, by="agent").set_index("agent")
    assert rows.loc["Agent 1", ["change", "expected_change"]].tolist() == pytest.approx([-0.3, -0.3])
    assert rows["verdict"].tolist() == [Verdict.NO_DIFFERENCE] * 5


def test_of_two_agents_it_is_only_said_that_they_changed_differently(history):
    rows = changed_agents(history, {4}, AGENTS_OF_TWO_GROUPS[3:])
    assert set(rows["verdict"]) == {Verdict.DIFFER}
    title = findings.compare_title(rows.reset_index(), "agent")
    assert title.endswith("changed differently from their only colleague")


def test_a_single_agent_and_ratings_of_nobody_have_no_colleagues(history):
    rows = changed_agents(history, {4}, [(4, "Returns"), (None, "Returns")])
    assert rows["verdict"].tolist() == ["too few ratings", Verdict.UNASSIGNED]
    assert rows["difference"].isna().all()


def test_an_agent_is_news_only_in_the_first_of_the_reports_that_name_them(history):
    others = [ratings(90, 10, agent=number) for number in (2, 3, 4, 5)]
    more = [ratings(9, 1, agent=number, at=NOON + WEEKLY) for number in (1, 2, 3, 4, 5)]
    store(history, ratings(60, 40, agent=1), *others, *more, agents=FIVE)
    first, second = (
        csat.agents(history, csat.period(history, week).and_before(3)) for week in (WEEK, "2026-W47")
    )
    assert first["verdict"].tolist() == second["verdict"].tolist()
    assert first["is_news"].tolist() == [True, False, False, False, False]
    assert not second["is_news"].any()
    assert "of 440 (reported before). More than chance" in findings.agents_title(second)
    assert "reported before" not in findings.agents_title(first)


def test_an_agent_with_the_ratings_of_few_customers_is_not_named(history):
    others = [ratings(90, 10, agent=number) for number in (2, 3, 4, 5)]
    bad = [row for number in range(4) for row in ratings(0, 5, agent=1, response={"responder_id": number})]
    good = [
        row for number in range(4, 14) for row in ratings(5, 0, agent=1, response={"responder_id": number})
    ]
    store(history, bad, good, *others, agents=FIVE)
    named = csat.agents(history, WEEK).set_index("agent").loc["Agent 1"]
    assert (named["n"], named["ratings_per_customer"], named["verdict"]) == (70, 5, Verdict.NO_DIFFERENCE)
    assert named["p_value"] > 0.05


def test_one_customer_with_many_bad_ratings_is_no_unusual_week_and_no_lasting_change(history):
    weeks = [NOON - week * WEEKLY for week in range(30)]
    # Eight different customers of each agent a week; one more customer gives 12 ratings of Ada in each of four weeks.
    usual = [ratings(7, 1, at=at, agent=agent) for at in weeks for agent in (1, 2, 3)]
    one_customer = [ratings(3, 9, at=at, response={"responder_id": 7}) for at in weeks[:4]]
    store(history, *usual, *one_customer)
    assert not csat.trend(history, until=WEEK)["signal"].any()
    assert not matches(csat.lasting_changes(history, until=WEEK)["verdict"], is_claim).any()
    assert not matches(csat.agents(history, (weeks[11].date(), NOON.date()))["verdict"], is_claim).any()
    assert not is_claim(csat.compare(history, WEEK, (weeks[11].date(), weeks[4].date()))["verdict"].item())


def test_agents_are_compared_within_the_strata_that_are_asked_for(history):
    easy = [ratings(95, 5, agent=number, channel="email") for number in (1, 2, 3)]
    hard = [ratings(60, 40, agent=number, channel="voice") for number in (3, 4, 5)]
    store(history, *easy, *hard, agents=FIVE)
    assert matches(csat.agents(history, WEEK)["verdict"], is_claim).any()
    rows = csat.agents(history, WEEK, strata=("group", "month", "channel", "priority"))
    assert set(rows["verdict"]) == {Verdict.NO_DIFFERENCE}


def test_an_unknown_stratum_is_named_with_the_valid_ones(history):
    store(history, ratings(3, 0))
    with pytest.raises(
        UnknownChoice, match="'team'; choose from: week, day, month, quarter, year, weekend, agent, group"
    ):
        csat.agents(history, WEEK, strata=("group", "team"))


def test_without_any_unanswered_survey_no_response_rate_and_no_bounds_are_given(history):
    store(history, ratings(30, 10))
    rows = csat.response_rate(history, until=WEEK)
    assert rows[["estimate", "low", "high", "csat_low", "csat_high"]].isna().all(axis=None)
    assert findings.response_rate_title(rows) == (
        "The response rate is not known: no survey without an answer was ever seen"
    )
    assert findings.response_rate_note(rows) == ""
    assert np.isnan(csat.csat(history, WEEK)["response_rate"].item())


def test_offered_tickets_without_a_survey_in_the_list_show_that_the_list_is_incomplete(history):
    store(history, ratings(30, 10, satisfaction_score="offered"))
    assert (
        csat.response_rate(history, until=WEEK)["note"]
        .str.endswith("the list of surveys is incomplete")
        .all()
    )


def test_a_reason_that_the_survey_did_not_offer_before_is_new_and_no_rise(history):
    old, new = {"survey_version": 1}, {"survey_version": 2}
    before = NOON - WEEKLY
    store(
        history,
        *(ratings(0, 30, at=before, response={"reason": name, **old}) for name in ("slow", "rude")),
        *(ratings(0, 30, response={"reason": name, **new}) for name in ("slow", "rude", "repeat")),
    )
    rows = csat.reasons(history, WEEK, "2026-W45").set_index("reason")
    assert rows.loc["repeat", "verdict"] == Verdict.NEW_IN_SURVEY
    assert not matches(rows["verdict"], is_claim).any()
    assert rows.loc["repeat", "offered_since"] == pd.Timestamp(NOON)
    title = findings.reasons_title(rows.reset_index())
    assert "“repeat” is a new option in the survey since 11\xa0Nov\xa02026" in title


def test_a_new_option_does_not_lower_the_shares_of_the_old_ones(history):
    old, new = {"survey_version": 1}, {"survey_version": 2}
    shares = {"slow": 60, "rude": 40, "unsolved": 20}
    store(
        history,
        *(
            ratings(0, 3 * n, at=NOON - WEEKLY, response={"reason": name, **old})
            for name, n in shares.items()
        ),
        *(ratings(0, n, response={"reason": name, **new}) for name, n in shares.items()),
        ratings(0, 120, response={"reason": "repeat", **new}),
    )
    rows = csat.reasons(history, WEEK, "2026-W45").set_index("reason")
    kept = rows.loc[["slow", "rude", "unsolved"]]
    assert (kept["change"] == 0).all() and set(kept["verdict"]) == {Verdict.NO_DIFFERENCE}
    assert (kept["of"] == 120).all()
    assert rows.loc["repeat", ["n", "of", "verdict"]].tolist() == [120, 240, Verdict.NEW_IN_SURVEY]
    title = findings.reasons_title(rows.reset_index())
    assert title.startswith("“repeat” was given most often: 120 of 240 bad ratings with a reason")
    assert findings.reasons_note(rows.reset_index()).startswith("Old options are compared among")


def test_shares_of_reasons_count_the_answers_to_surveys_that_offer_them(history):
    old, new = {"survey_version": 1}, {"survey_version": 2}
    before = NOON - WEEKLY
    store(
        history,
        ratings(0, 80, at=before, response={"reason": "slow", **old}),
        *(ratings(0, 20, at=before, response={"reason": name, **new}) for name in ("slow", "repeat")),
        *(ratings(0, 20, response={"reason": name, **new}) for name in ("slow", "repeat")),
    )
    rows = csat.reasons(history, WEEK, "2026-W45").set_index("reason")
    assert rows.loc["repeat", ["estimate", "estimate_before", "verdict"]].tolist() == [
        0.5,
        0.5,
        Verdict.NO_DIFFERENCE,
    ]


def test_the_time_that_agents_spent_is_a_time(history):
    rows = [ratings(60 - 10 * place, 10 * place, handle_seconds=90 * place) for place in range(1, 6)]
    store(history, *rows)
    bins = csat.time_and_rating(history, WEEK, time="handle_seconds")
    assert bins["median_minutes"].tolist() == [1.5, 3.0, 4.5, 6.0, 7.5]
    assert csat.association(history, WEEK, time="handle_seconds")["verdict"].iloc[-1] == Verdict.LOWER
    assert csat.simpson_check(history, WEEK, time="handle_seconds")["verdict"].iloc[0] == Verdict.LOWER

"""Sentences: what they claim, and that they claim nothing where a verdict does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.chart_frames import answer

from csat_analysis import findings
from csat_analysis.verdicts import Verdict


def strata(*verdicts: Verdict, pooled: Verdict = Verdict.LOWER, within: float = 0.7) -> pd.DataFrame:
    """Return the check for Simpson's paradox with other verdicts of its groups; all together it is lower."""
    rows = answer("simpson_check")
    parts = pd.concat([rows.iloc[[0]], *[rows.iloc[[1]]] * len(verdicts), rows.iloc[[-1]]], ignore_index=True)
    parts["part"] = ["all together", *(f"Group {place}" for place in range(len(verdicts))), "pooled"]
    parts["verdict"] = [Verdict.LOWER, *verdicts, pooled]
    parts.loc[len(parts) - 1, "estimate"] = within
    return parts


def of_groups(*verdicts: Verdict) -> pd.DataFrame:
    """Return a comparison of groups with other verdicts."""
    return answer("compare_groups").head(len(verdicts)).assign(verdict=list(verdicts))


def bad_rating(**columns) -> dict:
    return {"comment": None, "group": "Billing", "status": "solved", "reopens": 1} | columns


def test_only_values_with_a_clear_verdict_are_named_and_each_with_its_n():
    values = answer("low_ratings")
    assert findings.low_ratings(values) == (
        "email (22\u00a0% of 510, others 8\u00a0%) and voice (50\u00a0% of 24, others 16\u00a0%) "
        "are more often rated bad; chat (4\u00a0% of 250, others 23\u00a0%) is less often rated bad"
    )
    assert "No kind of ticket" in findings.low_ratings(values.assign(verdict=Verdict.NO_DIFFERENCE))
    assert "Too few ratings" in findings.low_ratings(values.assign(verdict=Verdict.TOO_FEW))
    assert "Too few ratings" in findings.low_ratings(values.head(0))


def test_values_of_several_kinds_carry_the_name_of_their_kind():
    kinds = {
        "channel": answer("low_ratings").tail(3),
        "field:Topic": answer("low_ratings").tail(3).assign(value=["x", "y", "z"]),
    }
    assert list(findings.together(kinds)["value"]) == [
        "channel: chat", "channel: email", "channel: voice", "Topic: x", "Topic: y", "Topic: z"
    ]  # fmt: skip


def test_a_figure_keeps_the_clear_values_then_the_large_ones_and_says_what_it_leaves_out():
    rows = answer("low_ratings")
    rows.loc[rows["value"] == "email", "verdict"] = Verdict.NO_DIFFERENCE
    shown = findings.largest(rows, 2)
    assert list(shown["value"]) == ["chat", "voice"]
    assert findings.left_out(rows, shown) == (
        "Not drawn, but in the table: 2 values, 1 of them with too few ratings."
    )
    assert findings.left_out(rows, rows) == ""


def test_more_bad_ratings_than_expected_are_said_with_both_numbers():
    rows = answer("case_mix")
    more, fewer = findings.case_mix(rows, "group").split("; ")
    assert more.startswith("Returns (80, expected 56.1) has more bad ratings than")
    assert fewer.startswith("Billing (40, expected 63.9) has fewer bad ratings than")
    alike = rows.assign(verdict=Verdict.NO_DIFFERENCE)
    assert findings.case_mix(alike, "group").startswith("No group has")


def test_groups_are_named_only_where_their_own_association_is_clear():
    none = Verdict.NO_ASSOCIATION
    assert findings.within(answer("simpson_check"), "group") == "Longer goes with lower ratings in Billing"
    assert findings.within(strata(none, none), "group") == "No group alone shows a detectable association"
    assert "Too little" in findings.within(strata(Verdict.TOO_FEW), "group")


def test_a_picture_that_turns_within_groups_is_said_to_turn():
    rows = answer("simpson_check")
    assert findings.turns(rows, "group").startswith("Within groups it points the same way")
    turned = strata(Verdict.NO_ASSOCIATION, within=1.3)
    assert findings.turns(turned, "group").startswith("Within groups it points the other way")
    reversed_there = rows.assign(reversed=rows["part"] == "Billing")
    assert findings.turns(reversed_there, "group") == "In Billing it points the other way than all together"
    assert "Too little" in findings.turns(rows.assign(low=np.nan), "group")


def test_quickest_and_slowest_stand_side_by_side_unless_there_are_too_few():
    bins = answer("time_and_rating")
    said = findings.ends(bins, "first_reply_minutes")
    assert said == (
        "90\u00a0% of 195 good where first reply was quickest, 77\u00a0% of 104 good where first reply was slowest"
    )
    assert "Too few" in findings.ends(bins.assign(verdict=Verdict.TOO_FEW), "first_reply_minutes")
    assert "Too few" in findings.ends(bins.head(0), "first_reply_minutes")


def test_what_has_no_time_or_an_impossible_one_is_counted():
    rows = pd.DataFrame({"n": [90, 90], "missing": 8, "negative": 2})
    said = findings.coverage(rows, "full_resolution_minutes")
    assert said == "90 of 100 ratings have a time of full resolution; 2 with a time below 0 are left out"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.HIGHER, "Satisfaction rose; 1 group moved clearly"),
        (Verdict.LOWER, "Satisfaction fell; 1 group moved clearly"),
        (Verdict.NO_DIFFERENCE, "No clear change in satisfaction; 1 group moved clearly"),
        (Verdict.TOO_FEW, "Too few ratings to judge; 1 group moved clearly"),
    ],
)
def test_the_movement_of_all_comes_first_then_how_many_parts_moved(verdict, said):
    groups = of_groups(Verdict.LOWER, Verdict.NO_DIFFERENCE)
    agents = of_groups(Verdict.NO_DIFFERENCE, Verdict.TOO_FEW)
    change = answer("compare").assign(verdict=verdict).iloc[0]
    assert findings.movement(change, groups, agents) == said


def test_a_reason_that_is_new_is_no_rise():
    said = findings.reasons(answer("reasons"))
    assert "“Not resolved” fell 40 points" in said
    assert said.endswith("“I had to repeat myself” had not been given before")


def test_who_is_to_be_called_is_counted_by_state_of_the_ticket_and_by_group():
    rows = pd.DataFrame(
        [bad_rating(status="open", comment="Slow."), bad_rating(), bad_rating(group="Returns")]
    )
    values = {label: value for label, value, _ in findings.call_tiles(rows, pd.Series({"bad": 9}))}
    assert values == {
        "To call back": "3",
        "Ticket still open": "1",
        "Reopened, now solved": "2",
        "Left a comment": "1",
    }
    assert findings.per_group(rows) == "Billing 2 and Returns 1"
    assert (findings.to_call(rows), findings.to_call(rows.head(0))) == (
        "3 customers to call back",
        "Nobody to call back",
    )
    assert findings.comments(rows) == "1 of 3 bad ratings came with a comment"


def test_the_silent_ones_leave_wide_bounds():
    rows = (
        answer("response_rate")
        .tail(2)
        .assign(n=[110, 300], neutral=[10, 0], csat_low=[0.2, 0.4], csat_high=[0.8, 1.0])
    )
    assert findings.bounds(rows) == (
        "Of all who were asked, neutral answers aside, between 35\u00a0% and 95\u00a0% are satisfied, "
        "whatever the silent ones think."
    )
    assert findings.bounds(rows.assign(still_open=True)) == ""


def trend(**last) -> pd.DataFrame:
    return answer("trend").tail(1).assign(**last)


def test_a_trend_says_what_its_last_week_could_not_have_shown():
    assert "A week of 40 ratings must fall 16.0 points" in findings.unseen(trend(n=40, visible_drop=0.16))
    assert "No week of 12 ratings could stand out" in findings.unseen(trend(n=12, visible_drop=np.nan))
    assert findings.unseen(trend(verdict=Verdict.TOO_FEW)) == ""
    assert findings.unseen(trend().head(0)) == ""


@pytest.mark.parametrize(
    ("phi", "differ", "said"),
    [(1.3, False, "no more than chance may"), (2.94, True, "more than chance explains"), (np.nan, False, "")],
)
def test_how_far_groups_lie_apart_is_said_against_chance(phi, differ, said):
    rows = answer("compare_groups")
    rows.attrs |= {"phi": phi, "differ": differ}
    assert said in findings.spread(rows)
    assert bool(said) == bool(findings.spread(rows))


@pytest.mark.parametrize(
    ("finding", "name"),
    [
        ("movers", "compare_groups"),
        ("agents", "agents"),
        ("low_ratings", "low_ratings"),
        ("times", "times"),
        ("reasons", "reasons"),
        ("signals", "trend"),
        ("distribution", "distribution"),
    ],
)
def test_a_finding_refuses_a_verdict_that_is_not_in_the_vocabulary(finding, name):
    with pytest.raises(ValueError, match="is not a valid Verdict"):
        getattr(findings, finding)(answer(name).assign(verdict="much higher"))

"""Sentences: what they claim, and that they claim nothing where a verdict does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.chart_frames import EXPECTED, VALUES, compared

from csat_analysis import findings


def ratios(
    *verdicts: str, pooled: str = "longer goes with lower ratings", within: float = 0.7
) -> pd.DataFrame:
    """A check for Simpson's paradox of as many groups as verdicts: all together 0.6, within groups `within`."""
    parts = ["all together", *(f"Group {number}" for number in range(len(verdicts))), "within group, pooled"]
    said = ["longer goes with lower ratings", *verdicts, pooled]
    rows = pd.DataFrame({"part": parts, "n": 100, "estimate": 0.6, "low": 0.5, "high": 0.9, "verdict": said})
    rows.loc[len(rows) - 1, "estimate"] = within
    return rows


def bins(n: int = 40, verdict: str = "") -> pd.DataFrame:
    return pd.DataFrame({"n": [n, n], "estimate": [0.9, 0.7], "verdict": verdict})


def bad_rating(**columns) -> dict:
    return {"comment": None, "group": "Billing", "status": "solved", "reopens": 1} | columns


def test_only_values_with_a_clear_verdict_are_named_and_each_with_its_n():
    said = findings.low_ratings(VALUES)
    assert said == "tag: vip (42\u00a0% of 45, others 20\u00a0%) is more often rated bad"
    assert "No kind of ticket" in findings.low_ratings(VALUES.assign(verdict="no detectable difference"))
    assert "Too few ratings" in findings.low_ratings(VALUES.assign(verdict="too few ratings"))
    assert "Too few ratings" in findings.low_ratings(VALUES.head(0))


def test_values_of_several_kinds_carry_the_name_of_their_kind():
    kinds = {
        "channel": VALUES.assign(value=["a", "b", "c"]),
        "field:Topic": VALUES.assign(value=["x", "y", "z"]),
    }
    assert list(findings.together(kinds)["value"]) == [
        "channel: a", "channel: b", "channel: c", "Topic: x", "Topic: y", "Topic: z"
    ]  # fmt: skip


def test_a_figure_keeps_the_clear_values_then_the_large_ones_and_says_what_it_leaves_out():
    rows = pd.concat([VALUES, VALUES.head(1).assign(value="tag: rare", n=2, verdict="too few ratings")])
    shown = findings.largest(rows, 2)
    assert list(shown["value"]) == ["tag: vip", "channel: email"]
    assert findings.left_out(rows, shown) == (
        "Not drawn, but in the table: 2 values, 1 of them with too few ratings."
    )
    assert findings.left_out(VALUES, VALUES) == ""


def test_more_bad_ratings_than_expected_are_said_with_both_numbers():
    said = findings.case_mix(EXPECTED, "group")
    assert said.startswith("Returns (41, expected 24.5) has more bad ratings than")
    assert "Billing" not in said
    assert findings.case_mix(EXPECTED.assign(verdict="no detectable difference"), "group").startswith(
        "No group has"
    )


def test_groups_are_named_only_where_their_own_association_is_clear():
    none = "no association detectable"
    assert findings.within(ratios(none, none), "group") == "No group alone shows a detectable association"
    said = findings.within(ratios("longer goes with lower ratings", none), "group")
    assert said == "Longer goes with lower ratings in Group 0"
    assert "Too little" in findings.within(ratios("too few ratings"), "group")


def test_a_picture_that_turns_within_groups_is_said_to_turn():
    none = "no association detectable"
    assert findings.turns(ratios(none), "group").startswith("Within groups it points the same way")
    assert findings.turns(ratios(none, within=1.3), "group").startswith(
        "Within groups it points the other way"
    )
    unlike = "longer goes with higher ratings, unlike all together"
    assert (
        findings.turns(ratios(unlike, none), "group")
        == "In Group 0 it points the other way than all together"
    )
    assert "Too little" in findings.turns(ratios(none).assign(low=np.nan), "group")


def test_quickest_and_slowest_stand_side_by_side_unless_there_are_too_few():
    said = findings.ends(bins(), "first_reply_minutes")
    assert said == (
        "90\u00a0% of 40 good where first reply was quickest, 70\u00a0% of 40 good where first reply was slowest"
    )
    assert "Too few" in findings.ends(bins(3, "too few ratings"), "first_reply_minutes")
    assert "Too few" in findings.ends(bins().head(0), "first_reply_minutes")


def test_what_has_no_time_or_an_impossible_one_is_counted():
    rows = pd.DataFrame({"n": [90, 90], "missing": 8, "negative": 2})
    said = findings.coverage(rows, "full_resolution_minutes")
    assert said == "90 of 100 ratings have a time of full resolution; 2 with a time below 0 are left out"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("higher", "Satisfaction rose; 1 group moved clearly"),
        ("lower", "Satisfaction fell; 1 group moved clearly"),
        ("no detectable difference", "No clear change in satisfaction; 1 group moved clearly"),
        ("too few ratings", "Too few ratings to judge; 1 group moved clearly"),
    ],
)
def test_the_movement_of_all_comes_first_then_how_many_parts_moved(verdict, said):
    groups = compared(["Billing", "Returns"]).assign(verdict=["lower", "no detectable difference"])
    agents = groups.assign(verdict="no detectable difference")
    assert findings.movement(pd.Series({"n": 50, "verdict": verdict}), groups, agents) == said


def test_a_reason_that_is_new_is_no_rise():
    reasons = pd.DataFrame(
        {"reason": ["Too slow", "Repeated"], "n": [41, 20], "of": 61, "estimate": [0.67, 0.33], "n_before": [30, 0],
         "estimate_before": [1.0, 0.0], "change": [-0.33, 0.33], "verdict": ["lower", "higher"]}
    )  # fmt: skip
    said = findings.reasons(reasons)
    assert "“Too slow” fell 33 points" in said
    assert said.endswith("“Repeated” had not been given before")


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
    rows = pd.DataFrame(
        {
            "n": [110, 300],
            "neutral": [10, 0],
            "csat_low": [0.2, 0.4],
            "csat_high": [0.8, 1.0],
            "still_open": False,
        }
    )
    assert findings.bounds(rows) == (
        "Of all who were asked, neutral answers aside, between 35\u00a0% and 95\u00a0% are satisfied, "
        "whatever the silent ones think."
    )
    assert findings.bounds(rows.assign(still_open=True)) == ""


def trend(**last) -> pd.DataFrame:
    return pd.DataFrame([{"n": 40, "visible_drop": 0.16, "verdict": "as usual"} | last])


def test_a_trend_says_what_its_last_week_could_not_have_shown():
    assert "A week of 40 ratings must fall 16.0 points" in findings.unseen(trend())
    assert "No week of 12 ratings could stand out" in findings.unseen(trend(n=12, visible_drop=np.nan))
    assert findings.unseen(trend(verdict="too few ratings")) == ""
    assert findings.unseen(trend().head(0)) == ""


@pytest.mark.parametrize(
    ("phi", "differ", "said"),
    [(1.3, False, "no more than chance may"), (2.94, True, "more than chance explains"), (np.nan, False, "")],
)
def test_how_far_groups_lie_apart_is_said_against_chance(phi, differ, said):
    rows = compared(["Billing", "Returns"])
    rows.attrs |= {"phi": phi, "differ": differ}
    assert said in findings.spread(rows)
    assert bool(said) == bool(findings.spread(rows))

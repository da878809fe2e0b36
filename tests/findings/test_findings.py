"""Sentences claim what the verdicts claim, and nothing more."""

from __future__ import annotations

import datetime as dt
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from support.chart_frames import answer, compared

from csat_analysis import charts, findings
from csat_analysis.periods import Period
from csat_analysis.verdicts import Verdict


def strata(*verdicts: Verdict, pooled: Verdict = Verdict.LOWER, within: float = 0.7) -> pd.DataFrame:
    """Return a check for Simpson's paradox with these verdicts of its groups; the overall verdict is lower."""
    rows = answer("simpson_check")
    parts = pd.concat([rows.iloc[[0]], *[rows.iloc[[1]]] * len(verdicts), rows.iloc[[-1]]], ignore_index=True)
    parts["part"] = ["all together", *(f"Group {place}" for place in range(len(verdicts))), "pooled"]
    parts["verdict"] = [Verdict.LOWER, *verdicts, pooled]
    parts.loc[len(parts) - 1, "estimate"] = within
    return parts


def of_groups(*verdicts: Verdict) -> pd.DataFrame:
    """Return a comparison of groups with these verdicts."""
    return answer("compare_groups").head(len(verdicts)).assign(verdict=list(verdicts))


def surveyed_since(first: dt.datetime | None) -> SimpleNamespace:
    """Return what sentences ask of a history: its time zone, and when its first survey was offered."""
    return SimpleNamespace(
        timezone="Europe/Berlin", complete_from=None, rows=lambda query: [{"first": first}]
    )


def bad_rating(customer: int | None, **columns) -> dict:
    ticket = {"ticket_id": 100 + (customer or 0), "status": "solved", "reopens": 1}
    return {"customer_id": customer, "comment": None, "group": "Billing", **ticket, **columns}


def test_comments_of_no_ratings_have_columns_and_no_rows():
    types = {
        "ticket_id": "Int64",
        "customer_id": "Int64",
        "submitted_at": "datetime64[us, UTC]",
        "reopens": "Int64",
    }
    names = [
        "rating",
        "ticket_id",
        "ticket_url",
        "reason",
        "comment",
        "customer_id",
        "submitted_at",
        "status",
        "reopens",
        "group",
        "agent",
    ]
    none = pd.DataFrame({name: pd.Series(dtype=types.get(name, "string")) for name in names})
    assert findings.comments_by_group(none, "UTC").empty
    assert "customer" not in findings.follow_up_table(none, "UTC")


def test_only_values_with_a_claim_are_named_each_with_its_n():
    values = answer("low_ratings")
    assert findings.low_ratings_title(values) == (
        "email (22\u00a0% of 510, others 8\u00a0%) and voice (50\u00a0% of 24, others 16\u00a0%) "
        "are more often rated bad; chat (4\u00a0% of 250, others 23\u00a0%) is less often rated bad"
    )
    assert "No kind of ticket" in findings.low_ratings_title(values.assign(verdict=Verdict.NO_DIFFERENCE))
    assert "Too few ratings" in findings.low_ratings_title(values.assign(verdict=Verdict.TOO_FEW))
    assert findings.low_ratings_title(values.head(0)) == "There are no kinds of tickets to compare"


def test_values_of_several_dimensions_have_the_name_of_their_dimension():
    kinds = {
        "channel": answer("low_ratings").tail(3),
        "field:Topic": answer("low_ratings").tail(3).assign(value=["x", "y", "z"]),
    }
    assert list(findings.low_ratings_joined(kinds)["value"]) == [
        "channel: chat",
        "channel: email",
        "channel: voice",
        "Topic: x",
        "Topic: y",
        "Topic: z",
    ]


def test_a_figure_shows_clear_values_then_large_ones_and_says_what_it_leaves_out():
    rows = answer("low_ratings")
    rows.loc[rows["value"] == "email", "verdict"] = Verdict.NO_DIFFERENCE
    shown = findings.low_ratings_largest(rows, 2)
    assert list(shown["value"]) == ["chat", "voice"]
    assert findings.low_ratings_note(rows, shown) == (
        "Not drawn, but in the table: 2 values, 1 of them with too few ratings."
    )
    assert findings.low_ratings_note(rows, rows) == ""
    few = rows.head(2).assign(verdict=[Verdict.LOWER, Verdict.TOO_FEW])
    assert findings.low_ratings_note(few, few.head(1)).endswith(": 1 value with too few ratings.")


def test_comments_are_counted_and_sorted_by_group_and_reason_without_addresses():
    at = pd.to_datetime(
        ["2026-11-16 08:00", "2026-11-17 08:00", "2026-11-18 08:00", "2026-11-19 08:00"], utc=True
    )
    rows = pd.DataFrame(
        {
            "rating_category": ["bad", "bad", "good", "bad"],
            "rating": [1, 2, 5, 1],
            "submitted_at": at,
            "group": ["Returns", "Billing", "Billing", "Returns"],
            "reason": [None, "Slow", None, None],
            "comment": ["first", "Mail ana@example.com", None, "last"],
            "ticket_id": [1, 2, 3, 4],
        }
    ).assign(ticket_url=None, status="solved", reopens=0, agent="Ana")
    assert findings.comments_count(rows) == "3 of 4 ratings came with a comment, 3 of them with a bad rating"
    assert findings.comments_count(rows.head(1)) == "1 of 1 rating came with a comment, a bad one"
    assert findings.comments_count(rows.assign(comment=None)) == "No rating came with a comment"
    table = findings.comments_by_group(rows, "UTC")
    assert list(table["comment"]) == ["Mail [e-mail]", "last", "first"]
    assert list(table["group"]) == ["Billing", "Returns", "Returns"]


def test_more_bad_ratings_than_expected_are_reported_with_both_numbers():
    rows = answer("case_mix")
    more, fewer = findings.case_mix_title(rows, "group").split("; ")
    assert more.startswith("Returns (80, expected 56.1) has more bad ratings than")
    assert fewer.startswith("Billing (40, expected 63.9) has fewer bad ratings than")
    alike = rows.assign(verdict=Verdict.NO_DIFFERENCE)
    assert findings.case_mix_title(alike, "group").startswith("No group has")


def test_groups_are_named_only_where_their_own_association_is_clear():
    none = Verdict.NO_ASSOCIATION
    real = findings.simpson_check_strata(answer("simpson_check"), "group")
    assert real == "Tickets that took longer have lower ratings in Billing"
    unclear = findings.simpson_check_strata(strata(none, none), "group")
    assert unclear == "No group shows a detectable association on its own"
    assert "too few good or bad" in findings.simpson_check_strata(strata(Verdict.TOO_FEW), "group")


def test_an_association_that_is_reversed_within_groups_is_named():
    rows = answer("simpson_check")
    assert (
        findings.simpson_check_title(rows, "group") == "Within groups the association has the same direction"
    )
    turned = strata(Verdict.NO_ASSOCIATION, pooled=Verdict.HIGHER, within=1.3)
    assert findings.simpson_check_title(turned, "group") == "Within groups the association is reversed"
    unknown = strata(Verdict.NO_ASSOCIATION, pooled=Verdict.NO_ASSOCIATION, within=1.3)
    assert findings.simpson_check_title(unknown, "group").startswith("Not enough data")
    none = findings.simpson_check_title(rows.assign(verdict=Verdict.NO_ASSOCIATION), "group")
    assert none == "Overall there is no clear association that could be reversed within groups"
    reversed_there = rows.assign(reversed=rows["part"] == "Billing")
    assert findings.simpson_check_title(reversed_there, "group") == "In Billing the association is reversed"
    few = rows.assign(low=np.nan, verdict=Verdict.TOO_FEW)
    assert "too few good or bad" in findings.simpson_check_title(few, "group")
    assert findings.simpson_check_summary(few, "group") == "Too few good or bad ratings to check"


def test_the_quickest_and_slowest_fifth_are_compared_unless_there_are_too_few():
    bins = answer("time_and_rating")
    said = findings.time_and_rating_title(bins, "first_reply_minutes")
    assert said == (
        "Where the first reply took up to 18\u00a0min, 90\u00a0% of 195 ratings were good, "
        "at 15\u00a0h or more 77\u00a0% of 104"
    )
    assert "Too few" in findings.time_and_rating_title(
        bins.assign(verdict=Verdict.TOO_FEW), "first_reply_minutes"
    )
    assert "Too few" in findings.time_and_rating_title(bins.head(0), "first_reply_minutes")


def test_missing_and_impossible_times_are_counted():
    rows = pd.DataFrame({"n": [90, 90], "missing": 8, "negative": 2})
    said = findings.association_coverage(rows, "full_resolution_minutes")
    assert said == "90 of 100 ratings have a time of full resolution; 2 with a time below 0 are left out"
    none = rows.assign(n=0, missing=0, negative=0)
    assert findings.association_coverage(none, "handle_seconds") == "nothing to relate to handling by agents"


BILLING_FELL = "Billing fell to 62\u00a0% of 60 ratings good, from 96\u00a0%"


def lasting_fall(*series: str, is_news: bool = True) -> pd.DataFrame:
    """Return lasting changes: these series are lower since 7 September."""
    monday = pd.Timestamp("2026-09-07")
    sizes = {"good": 70, "n": 100, "estimate": 0.7, "n_before": 1200, "estimate_before": 0.9}
    weeks = dict.fromkeys(("since", "earliest", "latest", "reported"), monday)
    fall = {**weeks, "is_shared": False, "other_survey": False, "verdict": Verdict.LOWER, **sizes}
    rows = pd.DataFrame([{"group": name, "is_news": is_news, **fall} for name in series])
    rows.attrs["last_week"] = monday
    return rows


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.HIGHER, f"Satisfaction rose from 86\u00a0% to 63\u00a0% of 86; {BILLING_FELL}"),
        (Verdict.LOWER, BILLING_FELL),
        (Verdict.NO_DIFFERENCE, f"Too few ratings to tell whether satisfaction changed; {BILLING_FELL}"),
        (Verdict.TOO_FEW, f"Too few ratings to judge satisfaction; {BILLING_FELL}"),
    ],
)
def test_all_ratings_come_first_unless_their_change_is_that_of_a_group(verdict, said):
    groups = of_groups(Verdict.LOWER, Verdict.NO_DIFFERENCE)
    agents = of_groups(Verdict.NO_DIFFERENCE, Verdict.TOO_FEW)
    change = answer("compare").assign(verdict=verdict).iloc[0]
    quiet = answer("compare").assign(verdict=Verdict.NO_DIFFERENCE).iloc[0]
    assert findings.compare_overview(change, groups, agents, week=quiet) == said


def test_an_overview_has_at_most_two_clauses_and_news_come_before_the_rest():
    groups, agents = of_groups(Verdict.LOWER), of_groups(Verdict.LOWER)
    quiet = answer("compare").assign(verdict=Verdict.NO_DIFFERENCE).iloc[0]
    fell = answer("compare").iloc[0]
    week = "n the last week satisfaction fell to 63\u00a0% of 86, from 86\u00a0%"
    lasting = "Billing lower since about 7 September, 90\u00a0% good before and 70\u00a0% since"
    overview = partial(findings.compare_overview, by_group=groups, by_agent=agents)
    assert overview(quiet, week=fell) == f"Too few ratings to tell whether satisfaction changed; i{week}"
    assert overview(quiet, week=fell, lasting=lasting_fall("Billing")) == f"I{week}; {lasting}"
    both = overview(fell, week=fell, lasting=lasting_fall("Billing", "Returns"))
    assert both.endswith(f"; {lasting}, and 1 other lasting change")
    assert overview(quiet, week=quiet, lasting=lasting_fall("all")).startswith("All ratings lower since")


def test_a_group_that_is_lower_for_good_is_named_once():
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    groups, fallen = answer("compare_groups"), answer("compare").iloc[0]
    once = "Billing lower since about 7 September, 90\u00a0% good before and 70\u00a0% since"
    lasting = lasting_fall("Billing")
    headline = findings.compare_headline(
        fallen, where="All groups", span=week, by_group=groups, lasting=lasting
    )
    assert headline == f"All groups, 9–15 Nov 2026: {once}"
    overview = findings.compare_overview(fallen, groups, groups.head(0), week=fallen, lasting=lasting)
    assert overview == once
    same = answer("compare").assign(verdict=Verdict.NO_DIFFERENCE).iloc[0]
    quiet = findings.compare_headline(same, where="All groups", span=week, lasting=lasting)
    assert quiet.endswith(f": 63\u00a0% of 86 ratings good; {once}")


def test_a_headline_names_the_group_whose_change_explains_that_of_all_ratings():
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    headline = partial(findings.compare_headline, where="All groups", span=week)
    groups, fallen = answer("compare_groups"), answer("compare").iloc[0]
    place = "All groups, 9–15 Nov 2026: "
    assert headline(fallen, by_group=groups) == place + BILLING_FELL
    groups.attrs["explained_by"] = []
    assert headline(fallen, by_group=groups).startswith(f"{place}satisfaction fell")
    same = answer("compare").assign(verdict=Verdict.NO_DIFFERENCE).iloc[0]
    assert headline(same, by_group=groups) == place + BILLING_FELL
    whole = headline(same, lasting=lasting_fall("all"))
    assert whole == (
        f"{place}63\u00a0% of 86 ratings good; all ratings lower since about 7 September, "
        "90\u00a0% good before and 70\u00a0% since"
    )
    assert headline(fallen, lasting=lasting_fall("all", is_news=False)).count(";") == 0


def test_a_new_reason_is_not_reported_as_a_rise():
    said = findings.reasons_title(answer("reasons"))
    assert "“I had to repeat myself” is a new option in the survey since" in said
    assert "rose" not in said


def test_customers_to_call_back_are_counted_by_ticket_status_and_group():
    rows = pd.DataFrame(
        [bad_rating(1, status="open", comment="Slow."), bad_rating(2), bad_rating(3, group="Returns")]
    )
    values = {label: value for label, value, _ in findings.follow_up_tiles(rows, pd.Series({"bad": 9}))}
    assert values == {
        "To call back": "3",
        "Ticket still open": "1",
        "Reopened, now solved": "2",
        "Left a comment": "1",
    }
    assert findings.follow_up_details(rows)[0] == "By group: Billing: 2 and Returns: 1."
    assert (findings.follow_up_headline(rows), findings.follow_up_headline(rows.head(0))) == (
        "3 customers to call back",
        "Nobody to call back",
    )
    assert findings.follow_up_details(rows.head(0)) == []
    assert findings.comments_title(rows) == "1 of 3 bad ratings came with a comment"


def test_a_customer_who_rated_twice_is_called_once():
    twice = [bad_rating(1, comment="Slow."), bad_rating(1, comment="Still slow.")]
    unknown = [bad_rating(None, ticket_id=7), bad_rating(None, ticket_id=7), bad_rating(None, ticket_id=None)]
    rows = pd.DataFrame([*twice, bad_rating(2, group="Returns"), *unknown])
    title = findings.follow_up_title(rows)
    assert title == "4 customers to call back: 6 bad ratings whose tickets are open or were reopened"
    assert findings.follow_up_details(rows)[0] == "By group: Billing: 3 and Returns: 1."
    values = [value for _, value, _ in findings.follow_up_tiles(rows, pd.Series({"bad": 9}))]
    assert values == ["4", "0", "3", "1"]


def test_non_respondents_leave_wide_bounds():
    rows = (
        answer("response_rate")
        .tail(2)
        .assign(n=[110, 300], neutral=[10, 0], csat_low=[0.2, 0.4], csat_high=[0.8, 1.0])
    )
    assert findings.response_rate_note(rows) == (
        "Of all customers who were asked, neutral answers left out, between 35\u00a0% and 95\u00a0% are satisfied: "
        "all non-respondents counted as dissatisfied, or as satisfied."
    )
    assert findings.response_rate_note(rows.assign(still_open=True)) == ""


def trend(**last) -> pd.DataFrame:
    return answer("trend").tail(1).assign(**last)


def test_a_trend_states_which_drop_of_its_last_week_would_show():
    detectable = trend(n=40, minimum_detectable_drop=0.16)
    drop = "a single week of 40 ratings would have to fall 16 points to show"
    assert findings.trend_note(detectable) == f"{drop.capitalize()}."
    calm = detectable.assign(signal=False, verdict=Verdict.AS_USUAL)
    assert findings.trend_title(calm).endswith(f"from ordinary variation; {drop}")
    assert findings.trend_note(calm) == ""
    assert "only week" in findings.trend_title(calm)
    several = pd.concat([calm, calm]).assign(minimum_detectable_drop=np.nan, center=0.0)
    assert findings.trend_title(several).endswith("; no fall of a single week of 40 ratings could show")
    alone = calm.assign(verdict=Verdict.TOO_FEW_WEEKS)
    assert findings.trend_title(alone) == "Too few weeks with enough ratings to know which are ordinary"
    # The first week since a known change has no other week to be compared with.
    assert findings.trend_title(pd.concat([calm, calm, alone])).startswith(
        "None of the 2 weeks that can be judged stands"
    )
    assert findings.trend_note(calm.assign(note="few weeks")).endswith("how much weeks vary beyond chance.")
    assert findings.trend_note(trend(verdict=Verdict.TOO_FEW)) == ""
    assert findings.trend_note(trend().head(0)) == ""


@pytest.mark.parametrize(
    ("differ", "rates", "words"),
    [
        (
            True,
            [0.74, 0.8, 0.9, 0.95, 1],
            "Between the groups (74 to 100\u00a0%) ratings differ by more than chance.",
        ),
        (
            False,
            [0.74, 0.8, 0.9, 0.95, 1],
            "The groups at 74 to 100\u00a0% look different, but with 12 to 40 ratings each in this period, chance "
            "alone can put equal groups that far apart: too few ratings to tell them apart.",
        ),
        (
            False,
            [0.84, 0.86, 0.87, 0.88, 0.9],
            "The groups are close to each other (84 to 90\u00a0%): no further apart than chance alone would put them.",
        ),
    ],
)
def test_the_variation_between_groups_is_compared_with_chance_for_five_or_more_groups(differ, rates, words):
    five = compared(list("ABCDE")).assign(estimate=rates, n=[12, 20, 30, 35, 40])
    five.attrs = {"phi": 2.9, "differ": differ}
    assert findings.compare_spread(five) == words
    assert findings.compare_spread(five.head(4)) == ""
    assert findings.compare_spread(five.assign(verdict=[Verdict.TOO_FEW, *five["verdict"][1:]])) == ""


def test_a_headline_has_direction_size_number_and_comparison():
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    fallen = answer("compare").iloc[0]
    headline = partial(findings.compare_headline, where="All groups", span=week)
    assert headline(fallen) == (
        "All groups, 9–15 Nov 2026: satisfaction fell to 63\u00a0% of 86, from 86\u00a0%"
    )
    unclear = (
        answer("compare").assign(verdict=Verdict.NO_DIFFERENCE, change_low=-0.05, change_high=0.16).iloc[0]
    )
    assert headline(unclear).partition("86\u00a0% before: ")[2].startswith("too few to tell (likely between ")
    narrow = (
        answer("compare").assign(verdict=Verdict.NO_DIFFERENCE, change_low=-0.04, change_high=0.02).iloc[0]
    )
    assert "about as before" in headline(narrow)
    few = answer("compare").assign(verdict=Verdict.TOO_FEW).iloc[0]
    assert "too few ratings to judge" in headline(few)


def test_without_an_unanswered_survey_nothing_is_said_about_non_respondents():
    unknown = ["estimate", "low", "high", "csat_low", "csat_high"]
    rows = answer("response_rate").assign(**dict.fromkeys(unknown, float("nan")), note="nobody was asked")
    assert findings.response_rate_note(rows) == ""
    assert findings.response_rate_title(rows) == "The response rate is not known: nobody was asked"


@pytest.mark.parametrize(
    ("finding", "name"),
    [
        ("compare_title", "compare_groups"),
        ("agents_title", "agents"),
        ("low_ratings_title", "low_ratings"),
        ("times_title", "times"),
        ("reasons_title", "reasons"),
        ("trend_title", "trend"),
        ("distribution_title", "distribution"),
    ],
)
def test_a_finding_refuses_a_verdict_that_is_not_in_the_vocabulary(finding, name):
    with pytest.raises(ValueError, match="is not a valid Verdict"):
        getattr(findings, finding)(answer(name).assign(verdict="much higher"))


def test_tiles_of_the_mean_and_of_the_response_rate_are_left_out_where_nothing_is_known():
    now, change = answer("csat").iloc[0], answer("compare").iloc[0]
    week = answer("response_rate").iloc[-1]
    asked = (change, answer("times"), answer("follow_up"))
    tiles = {
        label: (value, small)
        for label, value, small in findings.report_tiles(now, *asked, before="before", answered=week)
    }
    assert tiles["Mean rating"] == (
        f"{now['mean_rating']:.1f} of 5",
        f"likely {now['mean_low']:.1f} to {now['mean_high']:.1f}",
    )
    assert tiles["Answered"][1] == f"of {week['n']} surveys sent that week"
    legacy, unknown = now.copy(), week.copy()
    legacy["mean_rating"] = unknown["estimate"] = np.nan
    labels = [label for label, *_ in findings.report_tiles(legacy, *asked, before="before", answered=unknown)]
    assert labels == ["Satisfied", "Against before", "Median full resolution", "To call back"]


def test_without_a_clear_change_a_title_says_how_sure_that_is():
    alike, possible = Verdict.NO_DIFFERENCE, Verdict.POSSIBLY_LOWER
    rows = answer("compare_groups").assign(verdict=[alike, possible, Verdict.TOO_FEW])
    assert (
        findings.compare_title(rows)
        == "No group with enough ratings changed clearly; 1 possibly did, not certain"
    )
    rows = rows.assign(verdict=[alike, alike, alike], change=0.0, change_low=-0.12, change_high=0.1)
    # By the normal distribution: 11 points at 95 %, and 2.94 standard errors for each of three rows.
    assert (
        findings.compare_title(rows) == "No group changed clearly (less than about 16 points would not show)"
    )


def test_no_sentence_says_no_group_of_tickets_without_a_group():
    nameless = answer("compare_groups").replace({"group": {"Billing": "no group"}})
    change, week = answer("compare").iloc[0], Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    quiet = answer("compare").assign(verdict=Verdict.NO_DIFFERENCE).iloc[0]
    bad = pd.DataFrame([bad_rating(1, group="no group", comment="slow")])
    agents = answer("agents").assign(group="no group", is_news=True)
    lasting = lasting_fall("no group")
    parts = answer("explain_change").replace({"group": {"Billing": "no group"}})
    rows = (
        answer("adjusted_differences").head(0),
        answer("low_ratings").head(0),
        answer("comment_terms").head(0),
    )
    sentences = [
        findings.compare_headline(quiet, where="All groups", span=week, by_group=nameless),
        findings.compare_overview(change, nameless, nameless.head(0), week=quiet, lasting=lasting),
        findings.compare_title(nameless, lasting=lasting),
        findings.lasting_changes_title(lasting),
        findings.agents_title(agents),
        findings.compare_advice(change, nameless, bad, is_week=True),
        findings.targets_title(answer("targets").assign(dimension="group", value="no group")),
        findings.next_steps_table(parts, *rows, bad)["Next step"].iloc[0],
    ]
    for sentence in sentences:
        assert "tickets without a group" in sentence and "no group" not in sentence


def test_neutral_ratings_alone_are_not_called_no_ratings():
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    only = {"n": 0, "good": 0, "neutral": 15, "verdict": Verdict.TOO_FEW}
    now, change = answer("csat").assign(**only).iloc[0], answer("compare").assign(**only).iloc[0]
    words = "o good or bad ratings, only 15 neutral"
    assert findings.csat_level(now) == f"There are n{words}"
    assert findings.compare_headline(change, where="All", span=week) == f"All, 9–15 Nov 2026: n{words}"
    groups = answer("compare_groups").head(0)
    assert findings.compare_overview(change, groups, groups, week=change) == f"N{words} in these weeks"
    tiles = findings.report_tiles(now, change, answer("times"), answer("follow_up"), before="before")
    assert tiles[0][2] == f"n{words}"
    assert findings.csat_level(now.replace(15, 0)) == "There are no ratings"


def test_small_numbers_are_neither_none_nor_plural():
    one = answer("call_backs").head(1)
    assert (
        findings.call_backs_title(one.assign(n=8, waiting=1))
        == "1 of 8 bad ratings in 1 week has an open or reopened ticket"
    )
    rows = answer("compare_groups").head(1).assign(change=-0.0101)
    assert findings.compare_title(rows).startswith("Billing fell 1 point, from")
    seldom = answer("trend").assign(signal=False, verdict=Verdict.AS_USUAL, minimum_detectable_drop=0.004)
    assert findings.trend_title(seldom).endswith("would have to fall 0.4 points to show")
    offered = answer("response_rate").iloc[-1].replace(answer("response_rate")["n"].iloc[-1], 1)
    tiles = findings.report_tiles(
        answer("csat").iloc[0],
        answer("compare").iloc[0],
        answer("times"),
        answer("follow_up"),
        before="before",
        answered=offered,
    )
    assert "of 1 survey sent that week" in [small for *_, small in tiles]


def test_the_response_rate_of_a_week_without_surveys_is_not_that_of_the_week_before():
    rows = answer("response_rate")
    weeks = [Period(day.date(), day.date() + dt.timedelta(days=6)) for day in rows["week"].iloc[-2:]]
    assert findings.response_rate_of_week(rows, weeks[1])["n"] == rows["n"].iloc[-1]
    assert findings.response_rate_of_week(rows.iloc[:-1], weeks[1]) is None
    assert findings.response_rate_of_week(rows.head(0), weeks[0]) is None


def test_ratings_without_any_before_are_not_called_no_ratings():
    first = answer("explain_change").assign(n_before=0, verdict=Verdict.TOO_FEW)
    assert findings.explain_change_title(first).endswith("not split into parts: nothing to compare with")
    week, row = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15)), answer("compare").iloc[0]
    row = pd.concat(
        [row.drop(["n_before", "verdict"]), pd.Series({"n_before": 0, "verdict": Verdict.TOO_FEW})]
    )
    nothing = "othing to compare with"
    headline = findings.compare_headline(row, where="All", span=week)
    assert headline == f"All, 9–15 Nov 2026: 54 of 86 ratings good, n{nothing}"
    groups = answer("compare_groups").assign(n_before=0, verdict=Verdict.TOO_FEW)
    assert findings.compare_title(groups) == f"No group is compared: n{nothing}"
    overview = findings.compare_overview(row, groups, groups.head(0), week=row)
    assert overview == f"54 of 86 ratings good, n{nothing}"


def test_week_53_is_not_compared_with_the_same_week_of_a_year_without_one():
    first = dt.date.fromisocalendar(2026, 53, 1)
    span = Period(first, first + dt.timedelta(days=6))
    known, row = pd.DataFrame(), answer("csat").iloc[0]
    assert " in week 52 of 2025: " in findings.last_year_clause(row, span, known, surveyed_since(None))
    other = Period(first - dt.timedelta(days=7), first - dt.timedelta(days=1))
    assert "the same week of 2025" in findings.last_year_clause(row, other, known, surveyed_since(None))
    longer = Period(dt.date(2024, 1, 1), dt.date(2026, 12, 31), unit="day")
    assert findings.last_year_clause(row, longer, known, surveyed_since(None)) == ""


def test_times_in_business_hours_are_not_called_calendar_times():
    times = answer("times")
    business = times.assign(time=times["time"].str.replace("_minutes", "_business_minutes"))
    assert findings.times_table(times).columns[0] == "Time (calendar)"
    assert findings.times_table(business).columns[0] == "Time"
    history = SimpleNamespace(definitions=SimpleNamespace(times="business"))
    assert findings.clock_name(history, "first_reply_minutes") == "business hours"


def test_groups_with_too_few_ratings_are_not_among_the_others_without_a_change():
    rows = of_groups(Verdict.LOWER, Verdict.NO_DIFFERENCE, Verdict.TOO_FEW)
    assert findings.compare_title(rows).endswith("; no clear change in the other one with enough ratings")
    assert findings.compare_title(rows.head(2)).endswith("; no clear change in the other one")


def test_a_reason_that_changed_is_said_with_the_number_of_which_it_is_a_share():
    rows = answer("reasons")
    rows["verdict"] = [Verdict.TOO_FEW, Verdict.NO_DIFFERENCE, Verdict.HIGHER]
    assert "“Too slow” rose 12 points, from 50\u00a0% to 62\u00a0% of 8" in findings.reasons_title(rows)


def test_a_comparison_says_if_the_history_begins_within_the_earlier_period():
    monday = dt.date(2026, 11, 9)
    week = Period(monday, monday + dt.timedelta(days=6))
    begun = surveyed_since(dt.datetime(2026, 10, 25, 23, 30, tzinfo=dt.UTC))
    since = " (first survey 26\u00a0Oct\u00a02026)"
    assert findings.name_periods(week, begun).before == f"the four weeks before{since}"
    assert findings.name_before(begun, week.before(4)) == f"the 4 weeks before{since}"
    assert findings.name_before(begun, week.before(2)) == "the 2 weeks before"
    assert (
        findings.add_first_survey(begun, week.at_least(12), "12 weeks together")
        == f"12 weeks together{since}"
    )
    assert findings.name_before(begun, week.before(1)) == "the week before"
    assert findings.name_before(surveyed_since(None), week.before(4)) == "the 4 weeks before"
    last_year = surveyed_since(dt.datetime(2025, 11, 12, tzinfo=dt.UTC))
    clause = findings.last_year_clause(answer("csat").iloc[0], week, pd.DataFrame(), last_year)
    assert "the same week of 2025 (first survey 12\u00a0Nov\u00a02025): " in clause


def test_several_ratings_of_one_customer_are_not_only_called_too_few():
    one = {"n": 16, "good": 16, "ratings_per_customer": 16.0, "verdict": Verdict.TOO_FEW}
    now, change = answer("csat").assign(**one).iloc[0], answer("compare").assign(**one).iloc[0]
    assert findings.csat_level(now) == "16 of 16 ratings good, all of one customer, too few for a rate"
    week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
    headline = findings.compare_headline(change, where="All", span=week)
    assert "too few ratings to judge (16, all of one customer, and" in headline
    groups = answer("compare_groups").assign(**one)
    few = "Too few ratings to compare any group"
    assert (
        findings.compare_title(groups) == f"{few}; where all ratings are of one customer, they count as one"
    )
    assert findings.compare_title(groups.assign(ratings_per_customer=4.0)) == few
    assert findings.compare_title(groups.assign(n=1, ratings_per_customer=1.0)) == few


def test_a_change_whose_week_is_uncertain_is_not_dated_to_one_week():
    rows = lasting_fall("Billing").assign(earliest=pd.Timestamp("2026-07-06"))
    assert (
        "Billing: lower since some week between 6 July and 7 September: "
        in findings.lasting_changes_title(rows)
    )


def test_parts_of_a_change_add_up_as_they_are_written_in_the_table():
    rows = answer("explain_change")
    whole = {"mix": -0.0084, "within": -0.0443, "change": -0.0527, "verdict": Verdict.LOWER}
    rows = pd.concat([rows.iloc[:-1], rows.tail(1).assign(**whole)])
    assert "−5.27 points: −0.84 from another mix of groups" in findings.explain_change_parts(rows)
    assert "−4.43 within groups" in findings.explain_change_parts(rows)


def test_response_rates_that_changed_are_not_only_averaged():
    rows = answer("response_rate").assign(still_open=False, note="")
    assert "from" not in findings.response_rate_title(rows)
    apart = rows.assign(estimate=[0.1, *[0.4] * (len(rows) - 1)], low=[0.05, *[0.3] * (len(rows) - 1)])
    apart = apart.assign(high=[0.15, *[0.5] * (len(rows) - 1)])
    lowest = f"10\xa0% of {rows['n'].iloc[0]} in "
    assert f", from {lowest}" in findings.response_rate_title(apart)


def test_a_group_named_all_is_not_called_all_ratings():
    rows = lasting_fall("all", "all")
    rows.attrs["rows_of_all"] = 1
    both = findings.lasting_changes_title(rows)
    assert (
        both.startswith("All ratings: lower since about 7 September: ")
        and "; group “all”: lower since" in both
    )
    told = findings.compare_title(answer("compare_groups"), lasting=rows)
    assert "; group “all” lower since" in told and "all ratings" not in told


def test_a_change_of_many_ratings_is_not_from_90_to_90_percent():
    huge = {"n": 40_000, "n_before": 160_000, "estimate": 0.896, "estimate_before": 0.904, "change": -0.008}
    rows = answer("compare_groups").head(1).assign(**huge)
    rates = "from 90.4\u00a0% to 89.6\u00a0% of 40\u202f000"
    assert findings.compare_title(rows) == f"Billing fell 1 point, {rates}"
    target = answer("targets").head(1).assign(estimate=0.896, target=0.9, verdict=Verdict.MISSED)
    assert "89.6\u00a0%" in findings.targets_title(target)
    assert "target of 92.5\u00a0%" in findings.targets_title(target.assign(target=0.925))


def test_a_title_names_the_kinds_of_tickets_that_differ_most():
    row = answer("low_ratings").head(1)
    rows = pd.concat([row.assign(value=f"tag: {name}") for name in "abcdefg"], ignore_index=True)
    rows = rows.assign(verdict=Verdict.HIGHER, difference=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.05])
    title = findings.low_ratings_title(rows)
    assert "tag: a" not in title and "tag: c" in title and " and 3 other values are more often" in title


def test_the_quickest_and_slowest_tickets_are_not_said_against_the_association():
    parts = {"low_minutes": [0.0, 10.0], "high_minutes": [10.0, 60.0], "estimate": [0.9, 0.7]}
    bins = pd.DataFrame({**parts, "n": 50, "verdict": Verdict.ENOUGH})
    lower = pd.DataFrame({"verdict": [Verdict.LOWER], "n": [100]})
    points = partial(findings.association_points, lower, time="first_reply_minutes")
    assert points(bins=bins).startswith("Where the first reply took up to 10\u00a0min, 90\u00a0% of 50")
    title = "Tickets with a longer first reply have lower ratings"
    assert points(bins=bins.assign(estimate=[0.7, 0.9])) == title
    assert points(bins=bins.assign(verdict=Verdict.TOO_FEW)) == points(bins=bins.head(0)) == title
    assert points(bins=bins).endswith("Harder tickets may explain part of it")
    higher = findings.association_points(
        lower.assign(verdict=Verdict.HIGHER), bins.assign(estimate=[0.7, 0.9]), "first_reply_minutes"
    )
    assert higher.endswith("Other kinds of tickets may explain part of it")
    turned = pd.DataFrame({"verdict": [Verdict.HIGHER, Verdict.HIGHER, Verdict.LOWER], "n": [100] * 3})
    assert findings.association_title(turned, "first_reply_minutes") == (
        "Within groups, tickets with a longer first reply have lower ratings; all together, higher ones"
    )


def test_many_reasons_that_were_given_equally_often_are_counted():
    rows = pd.DataFrame({"reason": list("abcd"), "n": 1, "of": 4, "verdict": Verdict.TOO_FEW})
    said = "4 reasons were given most often: each 1 of 4 bad ratings with a reason"
    assert findings.reasons_title(rows) == said
    assert findings.reasons_title(rows.head(2)).startswith("“a” and “b” were given most often: each 1 of 2")


def test_a_period_without_ratings_is_not_called_too_few():
    first = answer("compare_groups").assign(verdict=Verdict.TOO_FEW, n=[166, 0, 3], n_before=[0, 192, 40])
    gone = "nothing to compare with the 192 ratings before"
    assert findings.compare_change(first.assign(ratings_per_customer=1.0).iloc[1]) == gone
    assert list(findings.compare_table(first, "group")["Verdict"]) == [
        "none before",
        "none now",
        "too few ratings",
    ]
    alt = charts.differences(first, title="").alt
    assert ", before none; " in alt and ": no ratings, before " in alt and "– of n 0" not in alt
    times = answer("times").assign(verdict=Verdict.TOO_FEW, n_before=0)
    assert findings.times_title(times) == "There are no earlier times to compare with"
    assert set(findings.times_table(times)["Compared with before"]) == {"none before"}
    assert (
        "Too few ratings to compare: "
        in charts.differences(
            answer("compare_groups").assign(verdict=[Verdict.LOWER, Verdict.TOO_FEW, Verdict.TOO_FEW]),
            title="",
        ).note
    )


def test_agents_with_too_few_ratings_have_no_rate_and_are_counted_in_the_title():
    rows = answer("agents").assign(verdict=Verdict.NO_DIFFERENCE, all_agents=Verdict.NO_DIFFERENCE)
    rows.loc[rows.index[0], "verdict"] = Verdict.TOO_FEW
    few = findings.agents_table(rows).query("Verdict == 'too few ratings'")
    assert few[["Good", "Colleagues", "Difference, points"]].to_numpy().tolist() == [["–"] * 3]
    assert findings.agents_title(rows).startswith(
        f"{len(rows) - 1} of {len(rows)} agents have enough ratings, and colleagues; between those of the same "
    )


def test_agents_are_named_with_the_rate_that_is_compared():
    """Of 252 ratings, 78 % good, 144 have colleagues: of these 92 % are good."""
    numbers = {"estimate": 0.78, "n": 252, "expected": 0.81, "difference": 0.11, "n_like": 289}
    row = answer("agents").head(1).assign(agent="Ana", group="Billing", verdict=Verdict.HIGHER, **numbers)
    own = "Ana (Billing): 92\u00a0% good beside colleagues (78\u00a0% of 252 ratings good in all); "
    assert findings.agents_title(row).startswith(f"{own}their colleagues 81\u00a0% of 289")
    theirs = findings.agents_table(row)["Colleagues"].iloc[0].replace("\u00a0", " ")
    assert theirs == "81 % of 289 (beside them 92 %)"


def test_without_earlier_ratings_the_latest_known_change_of_each_group_is_named():
    rows = of_groups(Verdict.TOO_FEW, Verdict.TOO_FEW).assign(n_before=0)
    days = [
        ("2026-10-28", "Billing", "trial"),
        ("2026-11-04", "Billing", "other tool"),
        ("2026-11-18", "Returns", "SLA"),
    ]
    rows.attrs["known_changes"] = [(*known, True) for known in days]
    assert (
        findings.compare_title(rows)
        .replace("\xa0", " ")
        .endswith("known change, other tool in Billing (4 Nov 2026) and SLA in Returns (18 Nov 2026)")
    )


def test_a_rate_says_how_many_neutral_ratings_it_leaves_out():
    row = answer("csat").assign(good=43, bad=13, n=56, neutral=21, verdict=Verdict.ENOUGH).iloc[0]
    assert findings.csat_level(row).endswith("; 21 neutral ratings left out)")
    row["n"] = 77
    assert "neutral" not in findings.csat_level(row)


def test_call_backs_count_weeks_from_the_first_bad_rating():
    weeks = pd.DataFrame({"n": [0, 0, 5, 0], "waiting": [0, 0, 2, 0]})
    assert findings.call_backs_title(weeks) == "2 of 5 bad ratings in 2 weeks have an open or reopened ticket"


def test_a_headline_names_all_ratings_where_every_group_fell():
    groups = answer("compare_groups").assign(verdict=Verdict.LOWER)
    groups.attrs["explained_by"] = list(groups["group"])
    fallen = answer("compare").iloc[0]
    overview = findings.compare_overview(fallen, groups, groups.head(0), week=fallen)
    assert overview.startswith("Satisfaction fell from ")


def test_bounds_of_non_respondents_are_left_out_where_all_answered():
    rows = answer("response_rate").assign(still_open=False)
    assert findings.response_rate_note(rows)
    assert not findings.response_rate_note(rows.assign(answered=rows["n"]))


def test_legacy_ratings_are_good_or_bad_in_a_list_of_comments():
    rows = pd.DataFrame([bad_rating(None, rating=None, rating_category="bad"), bad_rating(None, rating=2)])
    links = {"ticket_url": "", "reason": None, "agent": "Ana"}
    rows = rows.assign(submitted_at=pd.Timestamp("2026-11-16", tz="UTC"), **links)
    assert list(findings.follow_up_table(rows, "UTC")["rating"]) == ["bad", 2]


def test_a_missed_target_is_not_within_the_likely_range():
    row = (
        answer("targets")
        .head(1)
        .assign(verdict=Verdict.MISSED, estimate=0.892, low=0.887, high=0.8965, target=0.9, n=20000)
    )
    assert "likely between 88.7 and 89.6\xa0%" in findings.targets_title(row)


@pytest.mark.parametrize("verdict", [Verdict.NO_DIFFERENCE, Verdict.POSSIBLY_HIGHER])
def test_without_a_difference_a_title_says_which_would_not_show(verdict):
    rows = answer("low_ratings").assign(
        verdict=verdict, difference=0.0, difference_low=-0.1, difference_high=0.1
    )
    named = findings.low_ratings_joined({"channel": rows, "tag": rows.head(1)})
    possible = verdict == Verdict.POSSIBLY_HIGHER
    words = "possibly differ, not certain" if possible else "(less than about 13 points would not show)"
    assert findings.low_ratings_title(named).endswith(words)
    terms = answer("comment_terms").assign(verdict=verdict)
    assert findings.comment_terms_title(terms).endswith("possibly do, not certain") == possible
    alike = answer("adjusted_differences").assign(verdict=Verdict.NO_DIFFERENCE)
    assert " ratings, among " in findings.adjusted_differences_title(alike)


def test_all_ratings_are_not_named_like_a_group_that_is_named_all():
    rows = answer("explain_change").replace({"group": {"Billing": "all"}})
    names = list(findings.explain_change_table(rows, "group")["Group"])
    assert (names.count("group “all”"), names[-1]) == (1, "all ratings")
    assert "all ratings: " in charts.change_parts(rows, title="").alt


def test_a_year_is_not_said_twice_and_has_a_short_name():
    row, none = answer("csat").assign(n=400, verdict=Verdict.ENOUGH).iloc[0], answer("compare").head(0)
    since = surveyed_since(None)
    year, quarter = (
        Period(dt.date(2026, first, 1), dt.date(2026, 12, 31), unit=unit)
        for first, unit in ((1, "year"), (10, "quarter"))
    )
    assert findings.last_year_clause(row, year, none, since) == ""
    assert findings.last_year_clause(row, quarter, none, since).startswith(" A year before, in Q4 2025: ")
    assert findings.name_periods(year, since)[:2] == ("2026", "the year before")


def test_next_steps_name_the_topics_that_are_rated_bad_more_often():
    parts = answer("explain_change").assign(verdict=Verdict.NO_DIFFERENCE)
    topics = findings.low_ratings_joined({"channel": answer("low_ratings")})
    none, terms = answer("adjusted_differences").head(0), answer("comment_terms").head(0)
    steps = findings.next_steps_table(parts, none, topics, terms, pd.DataFrame({"comment": []}))
    assert list(steps["Next step"]) == [
        f"Look through tickets with channel: {one}" for one in ("email", "voice")
    ]
    assert steps["Because"].iloc[0] == "22\u00a0% of 510 ratings bad; of the others 8\u00a0%"


def test_pairs_of_characters_are_not_called_words():
    terms = answer("comment_terms").head(2)
    assert "pairs" not in findings.comment_terms_note(terms)
    assert "pairs of characters" in findings.comment_terms_note(terms.assign(term=["\u8fd4\u4fe1", "slow"]))


def test_the_only_agent_has_no_colleagues_to_be_compared_with():
    rows = answer("compare_groups").rename(columns={"group": "agent"}).head(1)
    rows = rows.assign(verdict=Verdict.TOO_FEW_AGENTS, expected_change=np.nan)
    assert (
        findings.compare_title(rows, "agent") == "No agent has enough ratings, and colleagues, to be compared"
    )


def test_times_of_other_numbers_of_tickets_say_how_many():
    now, change = (answer(name).iloc[0] for name in ("csat", "compare"))
    times = answer("times").assign(time=["first_reply", "requester_wait", "full_resolution"])
    times = times.assign(n=[44, 88, 88], estimate=120.0, estimate_before=60.0, n_before=[40, 80, 80])
    tile = findings.report_tiles(
        now, change, times, pd.DataFrame({"customer_id": [], "ticket_id": []}), before="before"
    )
    assert tile[-2][2] == "n = 88; 1\u00a0h before; first reply 2\u00a0h, n\u00a0=\u00a044"

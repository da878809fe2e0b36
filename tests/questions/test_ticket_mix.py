"""Ticket mix and low ratings: comparison with all other tickets, case mix, and Simpson's paradox."""

from __future__ import annotations

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep
from support.rating_factory import WEEK, ratings, store

import csat_analysis as csat
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

TOPIC = {
    "field_id": 11,
    "title": "Topic",
    "type": "multiselect",
    "options": '{"topic_a": "Refund", "topic_b": "Return"}',
}


def test_a_value_is_compared_with_all_tickets_without_it(history):
    store(
        history,
        ratings(40, 40, channel="email"),
        ratings(75, 5, channel="chat"),
        ratings(1, 1, channel="api"),
    )
    rows = csat.low_ratings(history, WEEK, by="channel").set_index("value")
    low, high = confint_proportions_2indep(40, 80, 6, 82, method="newcomb", compare="diff")
    email = rows.loc["email"]
    assert list(rows.index) == ["api", "chat", "email"]
    assert (email["n"], email["bad"], email["n_others"]) == (80, 40, 82)
    assert (email["difference_low"], email["difference_high"]) == pytest.approx((low, high))
    assert dict(rows["verdict"]) == {
        "api": Verdict.TOO_FEW,
        "chat": Verdict.LOWER,
        "email": Verdict.HIGHER,
    }


def test_a_ticket_is_counted_for_each_of_its_tags_and_without_tags_among_the_others(history):
    store(
        history, ratings(10, 20, tags=["late", "vip"]), ratings(30, 0, tags=["vip"]), ratings(20, 0, tags=[])
    )
    rows = csat.low_ratings(history, WEEK, by="tag").set_index("value")
    assert rows[["n", "bad", "n_others"]].to_dict("index") == {
        "late": {"n": 30, "bad": 20, "n_others": 50},
        "vip": {"n": 60, "bad": 20, "n_others": 20},
    }


def test_a_custom_field_is_named_by_its_title_and_shows_its_option_labels(history):
    store(
        history,
        ratings(10, 2, custom_fields='{"11": ["topic_a", "topic_b"]}'),
        ratings(3, 1, custom_fields='{"11": ["topic_b"]}'),
        ratings(5, 0, custom_fields='{"12": "x"}'),
        ticket_fields=[TOPIC],
    )
    rows = csat.low_ratings(history, WEEK, by="field:topic").set_index("value")
    assert rows[["n", "bad"]].to_dict("index") == {
        "(not set)": {"n": 5, "bad": 0},
        "Refund": {"n": 12, "bad": 2},
        "Return": {"n": 16, "bad": 3},
    }


def test_the_error_for_an_unknown_field_or_dimension_lists_the_valid_ones(history):
    store(history, ratings(1, 0), ticket_fields=[TOPIC])
    with pytest.raises(UnknownChoice, match="Topic"):
        csat.low_ratings(history, WEEK, by="field:Product")
    with pytest.raises(UnknownChoice, match="channel, brand"):
        csat.low_ratings(history, WEEK, by="colour")


def test_case_mix_expects_the_usual_rate_of_each_stratum(history):
    store(
        history,
        ratings(30, 10, group="Billing", channel="email"),
        ratings(19, 1, group="Billing", channel="chat"),
        ratings(30, 30, group="Returns", channel="email"),
    )
    rows = csat.case_mix(history, WEEK, by="group", strata=("channel",)).set_index("group")
    assert rows["observed"].to_dict() == {"Billing": 11, "Returns": 30}
    assert rows["expected"].to_dict() == pytest.approx({"Billing": 40 * 0.4 + 1, "Returns": 60 * 0.4})
    assert rows["expected"].sum() == pytest.approx(rows["observed"].sum())
    assert ((rows["low"] < rows["estimate"]) & (rows["estimate"] < rows["high"])).all()


def test_case_mix_within_itself_or_by_tags_is_refused(history):
    store(history, ratings(1, 1))
    for wrong in ({"by": "group", "strata": "group"}, {"by": "agent", "strata": ("tag",)}):
        with pytest.raises(CsatError, match="name other strata"):
            csat.case_mix(history, WEEK, **wrong)


def test_the_kidney_stones_are_reversed_within_strata(history):
    # Charig et al. 1986: treatment A 81/87 and 192/263, B 234/270 and 55/80; A is the quicker half here.
    quick, slow = {"full_resolution_minutes": 10}, {"full_resolution_minutes": 90}
    store(
        history,
        ratings(234, 36, channel="small", **quick),
        ratings(55, 25, channel="large", **quick),
        ratings(81, 6, channel="small", **slow),
        ratings(192, 71, channel="large", **slow),
    )
    rows = csat.simpson_check(history, WEEK, by="channel").set_index("part")
    assert list(rows.index) == ["all together", "large", "small", "within channel, pooled"]
    assert rows.loc["all together", "estimate"] == pytest.approx(0.7483, abs=5e-5)
    pooled = rows.loc["within channel, pooled"]
    assert (pooled["estimate"], pooled["low"], pooled["high"]) == pytest.approx(
        (1.4468, 0.916, 2.286), abs=5e-4
    )
    assert pooled["verdict"] == Verdict.NO_ASSOCIATION
    assert pooled["sign_differs"] and not pooled["reversed"]


def test_a_clear_reversal_is_reported(history):
    quick, slow = {"full_resolution_minutes": 10}, {"full_resolution_minutes": 90}
    store(
        history,
        ratings(360, 40, channel="easy", **quick),
        ratings(4, 36, channel="hard", **quick),
        ratings(40, 0, channel="easy", **slow),
        ratings(140, 260, channel="hard", **slow),
    )
    rows = csat.simpson_check(history, WEEK, by="channel").set_index("part")
    assert rows.loc["all together", "verdict"] == Verdict.LOWER
    assert rows.loc["within channel, pooled", "verdict"] == Verdict.HIGHER
    assert rows.loc["within channel, pooled", "reversed"]


def test_times_and_ratings_are_binned_within_each_value(history):
    store(
        history,
        *(ratings(3, 1, group="Billing", first_reply_minutes=minutes) for minutes in range(10)),
        *(ratings(1, 1, group="Returns", first_reply_minutes=minutes) for minutes in range(100, 105)),
        ratings(2, 0, group="Returns"),
        ratings(1, 0, neutral=2, group="Returns", first_reply_minutes=-4),
    )
    rows = csat.time_and_rating(history, WEEK, time="first_reply_minutes", by="group", bins=2)
    assert rows.columns[0] == "group"
    assert list(rows["group"]) == ["Billing", "Billing", "Returns", "Returns"]
    assert rows.groupby("group")["n"].sum().to_dict() == {"Billing": 40, "Returns": 10}
    returns = rows[rows["group"] == "Returns"].iloc[0]
    assert (returns["missing"], returns["negative"], returns["neutral"]) == (2, 1, 2)


def test_worst_case_bounds_hold_whatever_the_ratings_of_non_respondents(history):
    store(history, ratings(6, 2, neutral=1, unanswered=11))
    row = csat.response_rate(history, until=WEEK, weeks=1).iloc[0]
    assert (row["n"], row["answered"], row["estimate"]) == (20, 9, pytest.approx(0.45))
    assert (row["csat_low"], row["csat_high"]) == pytest.approx((6 / 19, 17 / 19))

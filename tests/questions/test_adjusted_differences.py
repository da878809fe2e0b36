"""Adjusted differences of a history: terms from the engine, references, refusals, and sentences."""

from __future__ import annotations

import json

import pytest
import statsmodels.api as sm
from support.rating_factory import WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import charts, findings
from csat_analysis.errors import CsatError
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

TOPIC = {
    "field_id": 11,
    "title": "Topic",
    "type": "tagger",
    "options": json.dumps({"a": "Refund", "b": "Return"}),
}
REPLY = "first_reply_minutes"


def many(history, **more):
    """Store two groups of which Returns has more e-mails; e-mails are rated bad more often in both."""
    return store(
        history,
        ratings(270, 30, channel="chat", **{REPLY: 5}),
        ratings(75, 25, channel="email", **{REPLY: 60}),
        ratings(90, 10, group="Returns", agent=2, channel="chat", **{REPLY: 60}),
        ratings(225, 75, group="Returns", agent=2, channel="email", **{REPLY: 500}),
        **more,
    )


def test_the_mix_of_channels_is_adjusted_for(history):
    rows = csat.adjusted_differences(many(history), WEEK, by=["group", "channel"])
    values = rows.set_index("value")
    assert values.loc["email", "estimate"] == pytest.approx(0.15, abs=1e-6)
    assert values.loc["Returns", "estimate"] == pytest.approx(0, abs=1e-6)
    assert values["verdict"].to_dict() == {
        "Billing": Verdict.REFERENCE,
        "Returns": Verdict.NO_DIFFERENCE,
        "chat": Verdict.REFERENCE,
        "email": Verdict.HIGHER,
    }
    assert findings.adjusted_differences_title(rows) == (
        "All else equal, bad ratings more often with “channel: email” (+15.0 points against “chat”, 400 ratings)"
    )


def test_the_estimate_is_that_of_statsmodels_on_single_ratings(history):
    found = csat.adjusted_differences(many(history), WEEK, by=["group", "channel"]).set_index("value")
    single = history.ratings("2026-11")
    columns = {"returns": single["group"] == "Returns", "email": single["channel"] == "email"}
    columns = sm.add_constant(single.assign(**columns)[["returns", "email"]].astype(float))
    fitted = sm.Logit((single["rating_category"] == "bad").astype(float), columns).fit(disp=0, tol=1e-12)
    wanted = fitted.get_margeff(dummy=True).margeff
    assert found.loc[["Returns", "email"], "estimate"].to_numpy() == pytest.approx(wanted, abs=1e-6)


def test_times_are_split_into_parts_and_numbers_are_capped(history):
    store(
        history,
        *(
            ratings(9, 3, **{REPLY: minutes, "assignee_stations": minutes % 5 + 1})
            for minutes in range(0, 90, 2)
        ),
        ratings(30, 9),
    )
    rows = csat.adjusted_differences(history, WEEK, by=[REPLY, "assignee_stations", "reopens"])
    times = rows[rows["term"] == REPLY]
    assert times["value"].str.replace("\xa0", " ").tolist() == [
        "up to 28 min",
        "28 min to 58 min",
        "over 58 min",
        "(not set)",
    ]
    assert times["n"].tolist() == [180, 180, 180, 39]
    stations = rows[rows["term"] == "assignee_stations"]
    assert stations["value"].tolist() == ["(not set)", "1", "2", "3 or more"]
    assert rows[rows["term"] == "reopens"]["note"].tolist() == [
        "the only value, so that there is nothing to compare"
    ]


def test_custom_fields_and_filters(history):
    store(
        history,
        ratings(90, 30, custom_fields='{"11": "a"}'),
        ratings(110, 10, custom_fields='{"11": "b"}'),
        ratings(40, 40, channel="chat", custom_fields='{"11": "a"}'),
        ticket_fields=[TOPIC],
    )
    rows = csat.adjusted_differences(history, WEEK, by="field:Topic", where={"channel": "email"})
    assert rows[["value", "n", "bad"]].values.tolist() == [["Refund", 120, 30], ["Return", 120, 10]]
    assert findings.adjusted_differences_named(rows)["value"].tolist() == ["Topic: Refund", "Topic: Return"]


def test_rare_values_are_joined_and_5000_values_are_one(history):
    pairs = [
        (ticket | {"channel": f"channel {n}"}, body) for n, (ticket, body) in enumerate(ratings(400, 100))
    ]
    rows = csat.adjusted_differences(store(history, pairs, ratings(200, 20)), WEEK, by="channel")
    assert rows["value"].tolist() == ["(all others)", "email"]
    assert rows["verdict"].tolist() == [Verdict.REFERENCE, Verdict.LOWER]


def test_what_cannot_be_told_is_named(history):
    store(
        history,
        ratings(90, 30),
        ratings(40, 0, channel="chat"),
        ratings(50, 30, channel="api", group="Voice", ticket_form_id=7),
    )
    rows = csat.adjusted_differences(history, WEEK, by=["group", "channel", "form", "priority"])
    note = findings.adjusted_differences_note(rows)
    assert "channel: chat (all its ratings are good, so that its odds have no bounds)" in note
    assert "priority: (not set) (the only value, so that there is nothing to compare)" in note
    assert "(cannot be distinguished: group Voice, channel api, form 7)" in note
    assert set(rows["verdict"]) == {Verdict.UNKNOWN, Verdict.REFERENCE}


def test_too_few_bad_ratings_refuse_all_in_one_sentence(history):
    store(history, ratings(30, 4), ratings(30, 5, channel="chat"))
    rows = csat.adjusted_differences(history, WEEK, by="channel")
    assert findings.adjusted_differences_title(rows) == (
        "Differences cannot be told: only 9 bad ratings, and 10 are needed (10 for each value to compare); name "
        "fewer terms or a longer period"
    )
    assert rows["estimate"].isna().all()
    assert charts.adjusted_differences(rows, title="None").alt.startswith("Nothing is drawn")


def test_errors_are_clustered_by_agent_from_thirty_on(history):
    each = [
        ratings(8, 2 + agent % 3, agent=agent, channel=("chat", "email")[agent % 2]) for agent in range(40)
    ]
    rows = csat.adjusted_differences(store(history, *each), WEEK, by="channel")
    assert rows.attrs["clusters"] == 40
    assert "each of 40 agents" in findings.adjusted_differences_note(rows)


@pytest.mark.parametrize("by", ["tag", "agent", "week", ["channel", "month"]])
def test_a_term_that_cannot_be_compared_is_refused(history, by):
    store(history, ratings(9, 9, tags=["vip"]))
    with pytest.raises(CsatError, match="cannot use") as error:
        csat.adjusted_differences(history, WEEK, by=by)
    assert "\n" not in str(error.value)

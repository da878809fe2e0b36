"""A change split into parts: all of it mix, all of it within, published numbers, what is refused, and small numbers."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import charts, findings
from csat_analysis.errors import CsatError
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

BEFORE = NOON - dt.timedelta(weeks=1)
PERIODS = {"this": WEEK, "that": "2026-W45"}
FIELD = {"field_id": 11, "title": "Topic", "type": "multiselect", "options": json.dumps({"a": "Refund"})}


def explained(history, **options):
    return csat.explain_change(history, **{**PERIODS, **options})


def of_all(rows):
    return rows.iloc[-1]


def test_another_mix_of_unchanged_groups_is_all_mix(history):
    store(
        history,
        ratings(475, 25, group="Billing", at=BEFORE),
        ratings(375, 125, group="Returns", at=BEFORE),
        ratings(190, 10, group="Billing"),
        ratings(600, 200, group="Returns"),
    )
    rows = explained(history)
    assert of_all(rows)[["mix", "within", "change"]].tolist() == pytest.approx([-0.06, 0, -0.06], abs=1e-12)
    # The group with the low rate grew and the other one shrank: both lower the rate of all ratings.
    assert rows["mix"].tolist() == pytest.approx([-0.039, -0.021, -0.06])
    assert list(rows["verdict"]) == [Verdict.NO_DIFFERENCE, Verdict.NO_DIFFERENCE, Verdict.LOWER]
    assert findings.explain_change_clause(rows) == (
        " Of the −6.0 points, −6.0 from another mix of groups (Billing: 20\xa0% of the ratings, 50\xa0% before; "
        "Returns: 80\xa0% of the ratings, 50\xa0% before), "
        "0.0 within groups."
    )


def test_changed_rates_at_an_unchanged_mix_are_all_within(history):
    store(
        history,
        ratings(475, 25, group="Billing", at=BEFORE),
        ratings(375, 125, group="Returns", at=BEFORE),
        ratings(475, 25, group="Billing"),
        ratings(275, 225, group="Returns"),
    )
    rows = explained(history)
    assert of_all(rows)[["mix", "within", "change"]].tolist() == pytest.approx([0, -0.10, -0.10], abs=1e-12)
    assert list(rows["verdict"]) == [Verdict.NO_DIFFERENCE, Verdict.LOWER, Verdict.LOWER]
    assert findings.explain_change_title(rows) == (
        "Satisfaction fell, −10.0 points: 0.0 from another mix of groups, −10.0 within groups (Returns fell)"
    )


@pytest.mark.parametrize("by", ["group", "channel", "priority", ["group", "channel"]])
def test_parts_add_up_to_the_change_and_verdicts_are_those_of_compare(history, by):
    store(
        history,
        ratings(30, 9, group="Billing", channel="chat", at=BEFORE, response={"responder_id": 5}),
        ratings(50, 5, group="Returns", channel="email", priority="high", at=BEFORE),
        ratings(20, 15, group="Billing", channel="email", neutral=4),
        ratings(9, 8, group="Voice", channel="phone", priority="high"),
    )
    rows = explained(history, by=by)
    whole, compared = of_all(rows), csat.compare(history, **PERIODS).iloc[0]
    assert whole["change"] == pytest.approx(compared["change"], abs=1e-15)
    assert whole["mix"] + whole["within"] == pytest.approx(whole["change"], abs=1e-15)
    for part in ("mix", "within", "change", "n", "n_before"):
        assert rows[part].iloc[:-1].sum() == pytest.approx(whole[part], abs=1e-12)
    assert (whole["n"], whole["n_before"], whole["verdict"]) == (52, 94, compared["verdict"])
    split = csat.compare(history, **PERIODS, by=by)
    assert list(rows["verdict"].iloc[:-1]) == list(split["verdict"])


def test_customers_who_rate_several_times_widen_both_parts(history, tmp_path):
    widths = []
    for customers in (60, 6):
        one = csat.History(str(tmp_path / f"{customers}.duckdb"))
        one.create_or_migrate("https://acme.zendesk.com", "UTC")
        rows = [
            ratings(
                int(number % 3 > 0),
                int(number % 3 == 0),
                at=at,
                group=group,
                response={"responder_id": number},
            )
            for at, groups in (
                (BEFORE, ("Billing",) * 40 + ("Returns",) * 20),
                (NOON, ("Billing", "Returns") * 30),
            )
            for number, group in ((place % customers, group) for place, group in enumerate(groups))
        ]
        whole = of_all(explained(store(one, *rows)))
        widths.append([whole[f"{part}_high"] - whole[f"{part}_low"] for part in ("mix", "within")])
    assert all(alike > 1.5 * different for different, alike in zip(*widths, strict=True))


def test_a_filter_keeps_some_ratings_in_both_periods(history):
    store(
        history,
        ratings(5, 5, channel="chat", at=BEFORE),
        ratings(9, 1, channel="email"),
        ratings(6, 6, channel="chat"),
    )
    rows = explained(history, where={"channel": "chat"})
    assert (of_all(rows)["n"], of_all(rows)["n_before"], of_all(rows)["change"]) == (12, 10, 0)


@pytest.mark.parametrize("by", ["tag", "field:Topic", "week", "month", []])
def test_a_dimension_whose_parts_cannot_add_up_is_refused(history, by):
    store(history, ratings(9, 9, tags=["vip"]), ticket_fields=[FIELD])
    with pytest.raises(CsatError, match="channel") as error:
        explained(history, by=by)
    assert "\n" not in str(error.value)


def test_agents_are_not_judged_or_named(history):
    store(
        history,
        *(ratings(90, 10, agent=agent, at=BEFORE) for agent in (1, 2)),
        ratings(90, 10),
        ratings(40, 60, agent=2),
    )
    rows = explained(history, by="agent")
    assert list(rows["verdict"]) == [Verdict.NO_DIFFERENCE, Verdict.OVERLAPPING, Verdict.LOWER]
    assert "Ben" not in findings.explain_change_title(rows, "agent")


def test_few_ratings_one_group_and_an_empty_period_are_said(history):
    store(history, ratings(3, 1, at=BEFORE), ratings(0, 2), ratings(5, 5, at=NOON + dt.timedelta(weeks=3)))
    assert findings.explain_change_title(explained(history)) == "Too few ratings to split a change into parts"
    assert findings.explain_change_clause(explained(history)) == ""
    rows = explained(history, this="2026-W47")
    assert of_all(rows)[["mix", "within", "change"]].isna().all()
    assert findings.explain_change_title(rows) == "There are no ratings to compare"
    empty = explained(history, this="2026-W48", that="2026-W47")
    assert list(empty["group"]) == ["all"] and empty["change"].isna().all()
    assert charts.change_parts(empty, title="No change").alt.startswith("Nothing is drawn")
    only = store(history, ratings(90, 10, at=BEFORE), ratings(40, 60))
    assert findings.explain_change_title(explained(only)) == "Satisfaction fell; there is only one group"


def test_the_figure_has_every_value_and_the_sums_below(history):
    store(
        history,
        *(ratings(30, 5, group=group, at=at) for group in ("Voice", "Billing") for at in (NOON, BEFORE)),
    )
    chart = charts.change_parts(
        explained(history), title="Parts", note=findings.explain_change_note(explained(history))
    )
    assert [text.split(":")[0] for text in chart.alt.split("; ") if ":" in text] == [
        "Billing",
        "Voice",
        "all ratings",
    ]
    assert "0.0" in chart.alt

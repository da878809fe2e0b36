"""Filters in every question and in `history.ratings`: names that people see, and errors that list the valid ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import ARGUMENTS, first_period, question_names
from support.rating_factory import WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.history import History
from csat_analysis.history.filters import describe_filter, find_filter, parse_where

pytestmark = pytest.mark.slow

FIELDS = [
    {
        "field_id": 11,
        "title": "Topic",
        "type": "tagger",
        "options": '{"topic_refund": "Refund", "topic_login": "Login"}',
    },
    {"field_id": 13, "title": "Topic", "type": "tagger", "options": '{"refund_2": "Refund"}'},
    {"field_id": 14, "title": "group", "type": "text"},
    {"field_id": 15, "title": "Paid", "type": "checkbox"},
    {"field_id": 16, "title": "Amount", "type": "decimal"},
    {"field_id": 17, "title": "priority", "type": "priority"},
    {
        "field_id": 12,
        "title": "Themes",
        "type": "multiselect",
        "options": '{"t_a": "Late", "t_b": "Late again"}',
    },
]


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> Iterator[History]:
    """Yield one week of ratings that differ in everything by which they can be filtered."""
    made = History(str(tmp_path_factory.mktemp("filters") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    topic, themes = (
        '{"11": "topic_refund", "14": "own", "15": true, "16": "12.5"}',
        '{"11": "topic_login", "12": ["t_a", "t_b"]}',
    )
    store(
        made,
        ratings(16, 0, tags=["vip"], custom_fields=topic, brand_id=1, ticket_form_id=7, organization_id=70),
        ratings(
            8,
            0,
            channel="chat",
            agent=2,
            tags=["vip", "new"],
            custom_fields=themes,
            brand_id=2,
            requester_id=5,
            ticket_form_id=8,
            organization_id=71,
        ),
        ratings(
            4,
            0,
            channel=None,
            group="Returns",
            agent=3,
            tags=[],
            custom_fields='{"12": ["t_b"]}',
            organization_id=72,
        ),
        ratings(0, 0, unanswered=2, channel="fax"),
        ratings(
            2,
            1,
            group="Voice",
            agent=None,
            custom_fields='{"13": "refund_2"}',
            response={"survey_id": "T", "survey_version": 2},
        ),
        ticket_fields=FIELDS,
        brands=[{"brand_id": 1, "name": "Nova"}, {"brand_id": 2, "name": "Luna"}],
        ticket_forms=[{"ticket_form_id": 7, "name": "Refund request"}],
        organizations=[
            {"organization_id": 70, "name": "Acme"},
            {"organization_id": 71, "name": "Acme"},
            {"organization_id": 72, "name": None},
        ],
    )
    # Each question would open it again.
    with made.keep_open():
        yield made


@pytest.mark.parametrize(
    ("where", "n"),
    [
        (None, 31),
        ({}, 31),
        ({"group": "Billing"}, 24),
        ({"group": ["Billing", "Returns"]}, 28),
        ({"group": ["Billing", "Returns"], "channel": "email"}, 16),
        ({"channel": "(not set)"}, 4),
        ({"not channel": "email"}, 12),
        ({"not channel": ["email", "chat"]}, 4),
        ({"tag": "vip"}, 24),
        ({"tag": ["new", "(not set)"]}, 8 + 4 + 3),
        ({"not tag": "vip"}, 7),
        ({"field:Topic": "Refund"}, 19),
        ({"field:topic": ["Refund", "Login"]}, 27),
        ({"not field:Topic": "Refund"}, 12),
        ({"field:Themes": "Late"}, 8),
        ({"field:Themes": "Late again"}, 12),
        ({"brand": "Luna"}, 8),
        ({"form": 7}, 16),
        ({"form": "Refund request"}, 16),
        ({"form": ["Refund request", "8"]}, 24),
        ({"not form": "Refund request"}, 15),
        ({"organization": ["70", "(not set)"]}, 16 + 3),
        ({"organization": "Acme (71)"}, 8),
        ({"not organization": [70, 72]}, 8 + 3),
        ({"field:Topic": "topic_login"}, 8),
        ({"requester": 5}, 8),
        ({"survey": "T"}, 3),
        ({"survey_version": 2}, 3),
        ({"agent": "unassigned"}, 3),
        ({"not agent": "Ada", "group": "Billing"}, 8),
        ({"tag": ["vip", "new"], "not tag": "new"}, 16),
    ],
)
def test_ratings_are_filtered_by_what_people_see(history, where, n):
    assert csat.csat(history, WEEK, where=where)["n"].item() == n
    assert len(history.ratings(WEEK, where=where)) == n


def test_a_filter_keeps_all_columns(history):
    assert list(history.ratings(WEEK, where={"tag": "vip"})) == list(history.ratings(WEEK))


def test_a_group_is_a_filter_and_both_hold(history):
    assert csat.csat(history, WEEK, group="Billing", where={"channel": "chat"})["n"].item() == 8
    with pytest.raises(
        CsatError, match="two filters 'group' leave nothing of Billing and Returns: remove one"
    ):
        csat.csat(history, WEEK, group="Billing", where={"group": "Returns"})


def test_surveys_without_an_answer_are_filtered_too(history):
    rows = csat.response_rate(history, until=WEEK, weeks=1, where={"channel": ["fax", "chat"]})
    assert (rows["n"].item(), rows["answered"].item()) == (10, 8)


@pytest.mark.parametrize("by", ["form", "organization", "requester", "survey", "brand"])
def test_new_dimensions_split_all_ratings(history, by):
    rows = csat.csat(history, WEEK, by=by)
    assert rows["n"].sum() == 31
    assert rows[by].is_unique


def test_forms_and_organizations_have_their_names_and_equal_names_stay_apart(history):
    forms = csat.csat(history, WEEK, by="form")
    assert forms.set_index("form")["n"].to_dict() == {"(not set)": 7, "8": 8, "Refund request": 16}
    names = csat.csat(history, WEEK, by=["organization", "form"])["organization"].tolist()
    assert names == ["(not set)", "72", "Acme (70)", "Acme (71)"]
    offers = csat.response_rate(history, until=WEEK, weeks=1, by="organization")
    assert set(names) == set(offers["organization"])


def test_custom_fields_are_columns_by_title_with_the_names_that_people_see(history):
    titles = ["topic", "Themes", "field:group", "Paid", "Amount"]
    rows = history.ratings(WEEK, fields=titles)
    assert list(rows)[-5:] == ["Topic", "Themes", "field:group", "Paid", "Amount"]
    assert rows["Topic"].value_counts(dropna=False).to_dict() == {"Refund": 19, "Login": 8, np.nan: 4}
    assert rows["Themes"].map(tuple).value_counts().to_dict() == {
        (): 19,
        ("Late", "Late again"): 8,
        ("Late again",): 4,
    }
    assert set(rows["group"]) == {"Billing", "Returns", "Voice"}
    assert rows["field:group"].value_counts().to_dict() == {"own": 16}
    assert (rows["Paid"].dtype, rows["Paid"].sum(), rows["Amount"].sum()) == (bool, 16, 16 * 12.5)
    assert list(history.ratings(WEEK, fields="Topic", group="Returns"))[-1] == "Topic"
    assert list(history.table("offers", fields=["Topic"]))[-1] == "Topic"
    assert history.ratings("2026-01-01", "2026-01-02", fields=titles).empty


@pytest.mark.parametrize("title", ["Topik", "priority", ""])
def test_an_unknown_field_is_named_with_the_valid_ones(history, title):
    with pytest.raises(UnknownChoice, match=f"unknown ticket field '{title}'; choose from: Amount, Paid"):
        history.ratings(fields=[title])


def test_a_table_without_custom_fields_says_which_have_them(history):
    with pytest.raises(CsatError, match="choose ratings, offers or tickets"):
        history.table("agents", fields=["Topic"])


def ask(history: History, name: str, **options: object) -> pd.DataFrame:
    given = ARGUMENTS.get(name) or {first_period(name): WEEK}
    return getattr(csat, name)(history, **{**given, **options})


@pytest.mark.parametrize("name", question_names())
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"group": "Biling"},
            r"unknown group 'Biling'; choose from: Billing, Returns, Voice \(did you mean 'Billing'",
        ),
        (
            {"where": {"channel": "emial"}},
            r"unknown channel 'emial'; choose from: chat, email \(did you mean 'email'",
        ),
        ({"where": {"chanel": "email"}}, r"unknown filter 'chanel'; .*\(did you mean 'channel'"),
    ],
)
def test_every_question_names_an_unknown_filter_with_the_valid_ones(history, name, options, message):
    with pytest.raises(UnknownChoice, match=message) as caught:
        ask(history, name, **options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"not agent": "Bot"}, "unknown agent 'Bot'; choose from: Ada, Ben, Cem, unassigned"),
        ({"form": "Refund"}, "unknown form 'Refund'; choose from: 8, Refund request .*'Refund request'"),
        ({"organization": "Acme"}, r"unknown organization 'Acme'; choose from: 72, Acme \(70\), Acme \(71\)"),
        ({"field:Topik": "Refund"}, "unknown ticket field 'Topik'; .*did you mean 'Topic'"),
        ({"field:Topic": "Refunds"}, "unknown field:Topic 'Refunds'; choose from: Login, Refund .*'Refund'"),
        ({"tag": "vpi"}, "unknown tag 'vpi'; choose from: new, vip .*'vip'"),
        ({"week": "2026-W46"}, "unknown filter 'week'"),
        ("channel=email", "where needs a dictionary, .*; got str 'channel=email'"),
        ([("channel", "email")], "where needs a dictionary"),
        ({"channel": []}, r"the filter 'channel' has no value: leave it out, or give '\(not set\)'"),
        ({"channel": None}, "the filter 'channel' has no value"),
        ({"not agent": ["Ada", None]}, "the filter 'not agent' has no value"),
        ({"channel": " "}, "the filter 'channel' has no value"),
        ({"channel": {"email": 1}}, "the filter 'channel' needs a value or a list of values; got"),
        ({"channel": b"email"}, "the filter 'channel' needs a value or a list"),
        ({"channel": float("nan")}, "unknown channel 'nan'; choose from: chat, email"),
        ({"channel": "Email"}, r"unknown channel 'Email'; choose from: .*\(did you mean 'email'\?\)"),
        ({"group": "Bílling"}, r"unknown group 'Bílling'; .*\(did you mean 'Billing'\?\)"),
        ({"group": " Billing"}, r"unknown group ' Billing'; .*\(did you mean 'Billing'\?\)"),
        ({"not grop": "Billing"}, "unknown filter 'not grop'"),
        (
            {"group": "Billing", "not group": "Billing"},
            "the filters 'group' and 'not group' leave nothing of Billing: remove one of them",
        ),
        ({"tag": ["vip"], "not tag": ["new", "vip"]}, "leave nothing of vip: remove one"),
        ({"form": 7, "not form": "Refund request"}, "leave nothing of Refund request: remove one"),
        ({None: "email"}, "unknown filter 'None'"),
    ],
)
def test_a_filter_that_is_not_in_the_history_is_an_error(history, where, message):
    with pytest.raises(CsatError, match=message):
        csat.csat(history, WEEK, where=where)
    with pytest.raises(CsatError, match=message):
        history.ratings(WEEK, where=where)


@pytest.mark.parametrize("question", [csat.compare, csat.times, csat.explain_change])
def test_two_periods_cannot_be_split_by_time(history, question):
    with pytest.raises(CsatError, match="cannot split by week: the two periods have no week in common"):
        question(history, WEEK, by="week")


@pytest.mark.parametrize("group", [None, "", [], ()])
def test_notebooks_leave_a_group_empty_for_all_of_them(history, group):
    assert csat.csat(history, WEEK, group=group)["n"].item() == len(history.ratings(WEEK, group=group)) == 31


@pytest.mark.parametrize("group", [3, {"Billing": 1}, [None], pd.Series(["Biling", "Returns"] * 50)])
def test_what_is_not_the_name_of_a_group_is_one_line(history, group):
    for ask in (csat.csat, History.ratings):
        with pytest.raises(CsatError, match="group") as caught:
            ask(history, WEEK, group=group)
        assert "\n" not in str(caught.value)


def test_filters_of_a_command_are_read():
    assert parse_where(["field:Topic=a=b", "tag = vip ", "agent!=Bot"]) == {
        "field:Topic": ["a=b"],
        "tag": ["vip"],
        "not agent": ["Bot"],
    }
    for text in ("channel", "=email", "channel=", "!=x"):
        with pytest.raises(CsatError, match="expected NAME=VALUE or NAME!=VALUE, for example channel=email"):
            parse_where([text])


def test_filters_are_described_for_readers(history):
    kept = find_filter(history, {"channel": ["email", "chat"], "field:Topic": "Refund", "not agent": "Ben"})
    assert describe_filter(kept) == "channel: email or chat; Topic: Refund; agent: not Ben"
    assert describe_filter(find_filter(history, {"form": 7})) == "form: Refund request"


def test_channels_of_filters_have_the_names_of_reports(history):
    history.known_values.add(("channel", "native_messaging"))
    where = {"channel": ["native_messaging", "chat"], "not agent": "Ben"}
    about = findings.name_filters(history, ["Billing"], where)
    assert about == "Billing, channel: messaging or chat; agent: not Ben"


TWO = ["group", "channel"]
PAIRS = [("Billing", "chat"), ("Billing", "email"), ("Returns", "(not set)"), ("Voice", "email")]


def pairs_of(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(rows[TWO].itertuples(index=False, name=None))


def test_several_dimensions_split_by_each_combination(history):
    rows = csat.csat(history, WEEK, by=TWO)
    assert (pairs_of(rows), rows["n"].tolist()) == (PAIRS, [8, 16, 4, 3])
    compared = csat.compare(history, WEEK, by=TWO)
    assert (pairs_of(compared), compared["n"].tolist()) == (PAIRS, [8, 16, 4, 3])
    trend = csat.trend(history, until=WEEK, weeks=1, by=TWO)
    assert (pairs_of(trend), trend["n"].tolist()) == (PAIRS, [8, 16, 4, 3])
    low = csat.low_ratings(history, WEEK, by=TWO)
    assert low["value"].tolist() == [", ".join(pair) for pair in PAIRS]
    offered = csat.response_rate(history, until=WEEK, weeks=1, by=TWO)
    assert offered["n"].sum() == 33
    times = csat.times(history, WEEK, by=TWO)
    assert pairs_of(times.iloc[::3]) == PAIRS
    assert times["missing"].tolist() == [n for n in (8, 16, 4, 3) for _ in range(3)]


def test_times_are_split_like_those_of_each_value_alone(history):
    alone = csat.times(history, WEEK, where={"channel": "email"})
    rows = csat.times(history, WEEK, by="channel").query("channel == 'email'")
    pd.testing.assert_frame_equal(rows.drop(columns="channel").reset_index(drop=True), alone)
    assert csat.times(history, WEEK, by="field:Topic")["field:Topic"].drop_duplicates().tolist() == [
        "(not set)",
        "Login",
        "Refund",
    ]
    assert csat.times(history, "2026-W46", by="channel", where={"channel": "email", "group": "Returns"}).empty


def test_one_dimension_in_a_list_is_that_dimension(history):
    pd.testing.assert_frame_equal(
        csat.csat(history, WEEK, by=["group"]), csat.csat(history, WEEK, by="group")
    )
    one = csat.compare(history, WEEK, by=["group", "group"])
    pd.testing.assert_frame_equal(one, csat.compare(history, WEEK, by="group"))


def test_an_unknown_dimension_among_several_is_named(history):
    with pytest.raises(UnknownChoice, match="unknown dimension 'chanel'; .*did you mean 'channel'"):
        csat.csat(history, WEEK, by=["group", "chanel"])
    with pytest.raises(CsatError, match="cannot split weeks by month"):
        csat.trend(history, by=["group", "month"])
    with pytest.raises(
        CsatError, match=r"one dimension is needed, such as 'group'; got \['group', 'channel'\]"
    ):
        csat.case_mix(history, WEEK, by=TWO)
    with pytest.raises(CsatError, match="one dimension is needed"):
        csat.simpson_check(history, WEEK, by=TWO)
    with pytest.raises(CsatError, match="one dimension is needed"):
        csat.lasting_changes(history, until=WEEK, by=TWO)
    with pytest.raises(CsatError, match="low_ratings needs a dimension"):
        csat.low_ratings(history, WEEK, by=[])

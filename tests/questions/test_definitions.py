"""Each definition in each question: an account counted by hand, on both engines; stored, overridden, and refused."""

from __future__ import annotations

import inspect
import shutil
from typing import Any, NamedTuple

import psycopg
import pytest
from support.every_question import question, question_names
from support.long_tests import long_test
from support.rating_factory import GROUPS, WEEK, ratings, store
from typer.testing import CliRunner

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.cli.commands import app
from csat_analysis.definitions import CHOICES
from csat_analysis.errors import CsatError, HistoryError, UnknownChoice
from csat_analysis.history import History, open_history
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database
from csat_analysis.history.definitions import list_definitions, store_definition
from csat_analysis.history.erasure import People
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish
from csat_analysis.settings import load_settings

pytestmark = pytest.mark.slow

# Survey -> points of its scale. The questions of survey U are not known.
SCALES = {"F": 5, "T": 3, "B": 2}
# Survey, rating, Zendesk's category, how many.
GIVEN = [
    *(
        ("F", 5, "good", 4),
        ("F", 4, "good", 3),
        ("F", 3, "bad", 2),
        ("F", 1, "bad", 1),
        ("F", 3, "neutral", 2),
    ),
    *(("T", 3, "good", 2), ("T", 2, "bad", 1), ("B", 2, "good", 2), ("B", 1, "bad", 1), ("U", 4, "good", 1)),
    *((None, None, "good", 1), (None, None, "bad", 1), (None, None, "neutral", 1)),
]
UNANSWERED = 8


class Counted(NamedTuple):
    """Ratings of the account by one definition; slow: bad ratings with the reason "slow", those of survey F."""

    good: int
    bad: int
    neutral: int
    n: int
    slow: int


BY_HAND = {
    ("zendesk", "exclude"): Counted(13, 6, 3, 19, slow=3),
    ("zendesk", "include"): Counted(13, 6, 3, 22, slow=3),
    ("top", "exclude"): Counted(10, 11, 1, 21, slow=8),
    ("top", "include"): Counted(10, 11, 1, 22, slow=8),
    ("top2", "exclude"): Counted(14, 7, 1, 21, slow=5),
    ("top2", "include"): Counted(14, 7, 1, 22, slow=5),
}


def filled(location: str) -> History:
    """Return a history of the ratings above."""
    made = History(location)
    made.create_or_migrate("https://acme.zendesk.com", "Europe/Berlin")
    surveys = [
        {"survey_id": name, "survey_version": 1, "question_id": "Q", "option_id": str(point), "rating": point}
        for name, points in SCALES.items()
        for point in range(1, points + 1)
    ]
    several = [
        ratings(
            number * (category == "good"),
            number * (category == "bad"),
            neutral=number * (category == "neutral"),
            response={"survey_id": survey, "rating": rating, "reason": "slow" if survey == "F" else None},
            status="open",
            full_resolution_minutes=60,
            full_resolution_business_minutes=10,
        )
        for survey, rating, category, number in GIVEN
    ]
    credits = [credit_of(f"R{number:05}", number <= 4) for number in range(1, 8)]
    return store(made, *several, ratings(0, 0, unanswered=UNANSWERED), surveys=surveys, credits=credits)


def credit_of(response_id: str, moved: bool) -> dict[str, Any]:
    """Return who is credited: of a moved ticket Ben of Returns by offer and nobody by solve, else Ada as when rated."""
    ada, ben, nobody = (
        (1, GROUPS["Billing"], "unchanged"),
        (2, GROUPS["Returns"], "audit"),
        (None, None, "audit"),
    )
    columns = [
        f"{rule}_{name}" for rule in ("offered", "solved") for name in ("agent_id", "group_id", "attribution")
    ]
    values = (*ben, *nobody) if moved else (*ada, *ada)
    return {"response_id": response_id, **dict(zip(columns, values, strict=True))}


@pytest.fixture(scope="module")
def engines(tmp_path_factory, request) -> dict[str, History]:
    """Return the same history on both engines."""
    url = request.getfixturevalue("postgres").get_uri()
    with psycopg.connect(url, autocommit=True, options="-c client_min_messages=error") as con:
        con.execute("drop schema public cascade")
        con.execute("create schema public")
    file = str(tmp_path_factory.mktemp("definitions") / "csat.duckdb")
    return {"duckdb": filled(file), "postgres": filled(url)}


@pytest.fixture
def own(engines, tmp_path) -> History:
    """Return a copy of the DuckDB history, for tests that store definitions."""
    return History(str(shutil.copy(engines["duckdb"].location, tmp_path / "csat.duckdb")))


def count_in_each_question(history: History, **defined: str) -> dict[str, Any]:
    """Return the counts of the one row of each question."""
    rows = {
        name: question(history.with_definitions(**defined), name) for name in ("csat", "compare", "agents")
    }
    counts = {name: tuple(frame[["good", "bad", "neutral", "n"]].iloc[0]) for name, frame in rows.items()}
    last = csat.trend(history, until=WEEK, every="week", **defined).iloc[-1]
    pooled = csat.trend(history, until=WEEK, pool=2, **defined).iloc[-1]
    parts = csat.time_and_rating(history, WEEK, bins=1, **defined).iloc[0]
    low = csat.low_ratings(history, WEEK, by="channel", **defined).iloc[0]
    reason = csat.reasons(history, WEEK, **defined).iloc[0]
    return {
        **counts,
        "trend": (last["good"], last["neutral"], last["n"]),
        "pooled trend": (pooled["good"], pooled["neutral"], pooled["n"]),
        "time_and_rating": (parts["good"], parts["n"], parts["neutral"]),
        "association": csat.association(history, WEEK, **defined)["n"].iloc[0],
        "case_mix": csat.case_mix(history, WEEK, **defined)["n"].iloc[0],
        "low_ratings": (low["bad"], low["n"]),
        "reasons": reason["n"],
        "follow_up": len(csat.follow_up(history, WEEK, **defined)),
        "call_backs": csat.call_backs(history, until=WEEK, **defined)["n"].iloc[-1],
        "distribution": csat.distribution(history, WEEK, **defined)["n"].tolist(),
    }


@pytest.mark.parametrize(
    ("engine", "good", "neutral"),
    [
        *(long_test("duckdb", *one) for one in BY_HAND if one != ("top2", "include")),
        ("duckdb", "top2", "include"),
        ("postgres", "top", "include"),
        long_test("postgres", "top2", "exclude"),
    ],
)
def test_every_question_counts_as_the_definitions_say(engines, engine, good, neutral):
    by_hand = BY_HAND[good, neutral]
    left_out = by_hand.good + by_hand.bad + by_hand.neutral - by_hand.n
    assert count_in_each_question(engines[engine], good=good, neutral=neutral) == {
        **dict.fromkeys(("csat", "compare", "agents"), by_hand[:4]),
        "trend": (by_hand.good, by_hand.neutral, by_hand.n),
        "pooled trend": (by_hand.good, by_hand.neutral, by_hand.n),
        "time_and_rating": (by_hand.good, by_hand.n, left_out),
        "association": by_hand.n,
        "case_mix": by_hand.n,
        "low_ratings": (by_hand.bad, by_hand.n),
        "reasons": by_hand.slow,
        "follow_up": by_hand.bad,
        "call_backs": by_hand.bad,
        # How often each rating was given does not depend on what counts as good.
        "distribution": [1, 0, 4, 4, 4],
    }


@pytest.mark.parametrize(("good", "neutral"), BY_HAND)
def test_bounds_of_satisfaction_follow_the_definitions(engines, good, neutral):
    by_hand = BY_HAND[good, neutral]
    row = csat.response_rate(engines["duckdb"], until=WEEK, good=good, neutral=neutral).iloc[-1]
    # All surveys are offered in the week of their answers.
    asked = by_hand.n + UNANSWERED
    assert row["n"] == sum(number for *_, number in GIVEN) + UNANSWERED
    assert (row["csat_low"], row["csat_high"]) == pytest.approx(
        (by_hand.good / asked, (by_hand.good + UNANSWERED) / asked)
    )


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_times_are_those_of_the_clock_that_the_definitions_name(engines, engine):
    history = engines[engine]
    for clock, name, minutes in (
        ("calendar", "full_resolution_minutes", 60),
        ("business", "full_resolution_business_minutes", 10),
    ):
        times = csat.times(history, WEEK, times=clock).set_index("time")
        assert times.loc[name, "estimate"] == minutes
        assert csat.time_and_rating(history, WEEK, times=clock)["median_minutes"].tolist() == [minutes]
        assert csat.follow_up(history, WEEK, times=clock)[name].eq(minutes).all()
    tiles = findings.report_tiles(
        csat.csat(history, WEEK).iloc[0],
        csat.compare(history, WEEK).iloc[0],
        csat.times(history, WEEK, times="business"),
        csat.follow_up(history, WEEK),
        before="the four weeks before",
    )
    assert ("Median full resolution in business hours", "10\N{NO-BREAK SPACE}min") in [
        one[:2] for one in tiles
    ]


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_the_mean_rating_is_that_of_the_scale_with_most_ratings(engines, engine):
    row = csat.csat(engines[engine], WEEK).iloc[0]
    # Survey F and survey U, whose scale is not known: 4 x 5, 4 x 4, 4 x 3, 1 x 1.
    assert (row["scale"], row["mean_rating"]) == (5, pytest.approx((20 + 16 + 12 + 1) / 13))
    assert row["mean_low"] < row["mean_rating"] < row["mean_high"]
    by_survey = csat.csat(engines[engine], WEEK, by="survey").set_index("survey")["mean_rating"]
    assert by_survey["U"] == 4 and by_survey[["T", "B"]].isna().all()


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_ratings_are_credited_as_the_definition_says(engines, engine):
    history = engines[engine]
    counts = {
        rule: csat.csat(history, WEEK, by="agent", credit=rule).set_index("agent")["n"].to_dict()
        for rule in ("rated", "offered", "solved")
    }
    assert counts == {
        "rated": {"Ada": 19},
        "offered": {"Ada": 3, "Ben": 4, "not known": 12},
        "solved": {"Ada": 3, "not known": 12, "unassigned": 4},
    }
    solved = csat.agents(history, WEEK, credit="solved").set_index("agent")["n"].to_dict()
    assert solved == {"Ada": 3, "not known": 12, "unassigned": 4}
    assert csat.csat(history, WEEK, where={"group": "Returns"}, credit="offered")["n"].item() == 4
    with pytest.raises(UnknownChoice, match="unknown group 'Returns'"):
        csat.csat(history, WEEK, where={"group": "Returns"})
    assert csat.follow_up(history, WEEK, credit="offered")["agent"].unique().tolist() == ["not known"]
    offers = csat.response_rate(history, until=WEEK, weeks=1, by="group", credit="offered")
    # A survey without an answer belongs to the group that holds its ticket.
    assert offers.set_index("group")["n"].to_dict() == {
        "Billing": 3 + UNANSWERED,
        "Returns": 4,
        "not known": 15,
    }
    assert csat.status(history).credits == {
        **{"offered differs": 4, "offered not known": 15},
        **{"solved differs": 4, "solved not known": 15},
    }


def test_pseudonyms_and_a_published_history_follow_the_credit(own, tmp_path):
    store_definition(own, "credit", "offered")
    publish(own, Place(str(tmp_path / "published")))
    published = open_history(f"parquet:{tmp_path / 'published'}")
    assert csat.csat(published, WEEK, by="agent")["agent"].tolist() == ["Ada", "Ben", "not known"]
    hidden = History(own.location, agent_names=False)
    assert csat.csat(hidden, WEEK, by="agent")["agent"].tolist() == ["Agent 101", "Agent 102", "not known"]


def test_a_forgotten_agent_is_replaced_in_credits_too(own):
    own.forget(People([], [], [2]))
    credits = own.table("credits")
    assert not (credits[["offered_agent_id", "solved_agent_id"]] == 2).any().any()
    own.save({"credits": [credit_of("R00008", moved=True)]})
    assert not (own.table("credits")["offered_agent_id"] == 2).any()
    assert csat.csat(own, WEEK, by="agent", credit="offered")["agent"].tolist()[1] == "forgotten agent 1"


@pytest.mark.parametrize("name", question_names())
def test_every_question_takes_the_definitions_and_refuses_others(engines, name):
    history = engines["duckdb"]
    ask = getattr(csat, name)
    assert set(CHOICES) <= set(inspect.signature(ask).parameters)
    with pytest.raises(UnknownChoice, match="unknown value of good 'best'; choose from: zendesk, top, top2"):
        ask(history, good="best")
    with pytest.raises(TypeError, match="unexpected keyword"):
        ask(history, best="top")


def test_a_stored_definition_is_read_by_all_and_the_call_comes_first(own):
    reader = History(own.location)
    assert csat.csat(reader, WEEK)["good"].item() == 13
    store_definition(own, "good", "top")
    assert csat.csat(reader, WEEK)["good"].item() == 10
    assert csat.csat(reader, WEEK, good="zendesk")["good"].item() == 13
    # Views and raw ratings hold what Zendesk says.
    assert (own.ratings()["rating_category"] == "good").sum() == 13
    store_definition(own, "good", "zendesk")
    assert csat.csat(reader, WEEK)["good"].item() == 13


def test_an_environment_value_that_differs_is_a_note_that_names_both(own, monkeypatch):
    monkeypatch.setenv("CSAT_GOOD", "top2")
    history = open_history(own.location)
    assert csat.csat(history, WEEK)["good"].item() == 14
    assert "CSAT_GOOD=top2 is used here only; others read this history with good=zendesk" in str(
        csat.status(history)
    )
    store_definition(own, "good", "top")
    assert csat.csat(history, WEEK)["good"].item() == 10
    assert "CSAT_GOOD=top2 is not used: this history stores good=top" in str(csat.status(history))
    assert [one.origin for one in list_definitions(history)] == ["stored", "default", "default", "default"]


@pytest.mark.parametrize("name", ["good", "neutral", "times", "credit"])
def test_an_invalid_setting_is_one_line_with_the_choices(name, monkeypatch):
    monkeypatch.setenv(f"CSAT_{name.upper()}", "best")
    with pytest.raises(CsatError, match=f"^invalid CSAT_{name.upper()}: choose from: [a-z0-9, ]+$"):
        load_settings()


def test_the_command_lists_and_stores_definitions(own, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", own.location)
    stored = CliRunner().invoke(app, ["settings", "neutral", "include"])
    assert stored.stdout.splitlines()[1].split()[:3] == ["neutral", "include", "stored"]
    shown = CliRunner().invoke(app, ["settings"]).stdout
    assert [line.split()[:3] for line in shown.splitlines()] == [
        ["good", "zendesk", "default"],
        ["neutral", "include", "stored"],
        ["times", "calendar", "default"],
        ["credit", "rated", "default"],
    ]
    assert csat.csat(own, WEEK)["n"].item() == 22


def test_backups_and_published_histories_carry_the_definitions(own, tmp_path):
    store_definition(own, "good", "top")
    write_backup(Database(own.location), tmp_path / "csat.backup")
    restore_backup(Database(str(tmp_path / "restored.duckdb")), tmp_path / "csat.backup")
    publish(own, Place(str(tmp_path / "published")))
    published = open_history(f"parquet:{tmp_path / 'published'}")
    for copy in (History(str(tmp_path / "restored.duckdb")), published):
        assert csat.csat(copy, WEEK)["good"].item() == 10
    with pytest.raises(HistoryError):
        store_definition(published, "good", "top2")


def test_a_report_prints_its_definitions(own):
    terms = dict(findings.report_definitions(own))
    assert terms["Definitions"].startswith("good: Zendesk's category (zendesk); neutral ratings: left out")
    strict = dict(
        findings.report_definitions(own.with_definitions(good="top", neutral="include", times="business"))
    )
    assert strict["Good"].startswith("Only the best point")
    assert "neutral ratings are counted as not good" in strict["Good"]
    assert "in business hours" in strict["Times"]

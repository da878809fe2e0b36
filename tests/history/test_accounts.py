"""Several accounts published side by side and read as one: equal ids stay apart in every count, join and name."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import (
    ARGUMENTS,
    OTHER,
    as_text,
    first_period,
    odd_account,
    other_account,
    question_names,
)
from support.rating_factory import NOON, WEEK
from typer.testing import CliRunner

import csat_analysis as csat
from csat_analysis.cli.commands import app
from csat_analysis.errors import CsatError, HistoryError, UnknownChoice
from csat_analysis.history import History
from csat_analysis.history.definitions import store_definition
from csat_analysis.history.place import Place
from csat_analysis.history.publication import POINTER
from csat_analysis.history.publish import publish
from csat_analysis.history.rebases import add_rebase

pytestmark = pytest.mark.slow

NAMES = ("acme", "umbrella")


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, History]:
    """Return the histories of two accounts whose tickets, agents, groups and responses have the same ids."""
    folder = tmp_path_factory.mktemp("accounts")
    acme = odd_account(History(str(folder / "acme.duckdb")))
    return dict(zip(NAMES, (acme, other_account(folder / "umbrella.duckdb")), strict=True))


@pytest.fixture(scope="module")
def lake(accounts: dict[str, History], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with both; no test changes it."""
    folder = tmp_path_factory.mktemp("lake")
    for name, history in accounts.items():
        publish(history, Place(str(folder / name)))
    return folder


@pytest.fixture
def changed(lake: Path, tmp_path: Path) -> Path:
    """Return a copy of the folder that a test may change."""
    return Path(shutil.copytree(lake, tmp_path / "lake"))


def opened(lake: Path, **settings: Any) -> History:
    return csat.open_history(f"parquet:{lake}", **settings)


def as_single(frame: pd.DataFrame, account: str) -> str:
    """Return an answer about one of several accounts as text, with the ids and names of its own history."""
    text = as_text(frame.drop(columns="account", errors="ignore"))
    lines = re.sub(rf"{account}/| \({account}\)", "", text).splitlines()
    # The order of the rows can follow the names.
    return "\n".join([lines[0], *sorted(lines[1:])])


def test_each_question_about_one_account_has_the_answer_of_its_own_history(lake, accounts):
    asked = {name: ARGUMENTS.get(name) or {first_period(name): WEEK} for name in question_names()}
    both, single = opened(lake), accounts["acme"]
    with both.keep_open():
        of_one = {
            name: as_single(getattr(csat, name)(both, **options, where={"account": "acme"}), "acme")
            for name, options in asked.items()
        }
    with single.keep_open():
        assert of_one == {
            name: as_text(getattr(csat, name)(single, **options)) for name, options in asked.items()
        }


def test_tables_and_ratings_of_one_account_are_those_of_its_history(lake, accounts):
    history = opened(lake)
    for name, single in accounts.items():
        assert as_single(history.ratings("2026-11", where={"account": name}), name) == as_text(
            single.ratings("2026-11")
        )
        for table in ("tickets", "agents", "groups", "credits", "surveys", "offers", "account"):
            rows = history.table(table)
            assert as_single(rows[rows["account"] == name], name) == as_text(single.table(table)), table


def test_an_ibis_connection_reads_several_accounts_and_creates_nothing(lake):
    con = ibis.duckdb.connect()
    con.raw_sql("set TimeZone='UTC'")
    found = csat.csat(csat.open_history(con, published=lake), WEEK, by=["account", "group"])
    pd.testing.assert_frame_equal(found, csat.csat(opened(lake), WEEK, by=["account", "group"]))
    assert con.list_tables() == []


def test_counts_of_all_accounts_are_the_sums_of_each(lake, accounts):
    whole = csat.csat(opened(lake), WEEK)["n"].sum()
    of_each = csat.csat(opened(lake), WEEK, by="account").set_index("account")["n"].to_dict()
    assert of_each == {name: csat.csat(one, WEEK)["n"].sum() for name, one in accounts.items()}
    assert whole == sum(of_each.values())


def test_a_name_that_both_accounts_have_names_the_account(lake):
    history = opened(lake)
    groups = csat.csat(history, WEEK, by="group")["group"].tolist()
    assert {"Billing (acme)", "Billing (umbrella)", "Fraud", "Voice"} <= set(groups)
    assert csat.csat(history, WEEK, group="Billing (umbrella)")["n"].tolist() == [12]
    with pytest.raises(UnknownChoice, match="unknown group 'Billing'; choose from: Billing \\(acme\\)"):
        csat.csat(history, WEEK, group="Billing")


def test_pseudonyms_are_those_of_each_account(lake):
    history = opened(lake)
    history.agent_names = False
    agents = history.ratings("2026-11")["agent"]
    assert {"Agent 101 (acme)", "Agent 101 (umbrella)"} <= set(agents)
    assert not agents.str.contains("Ada").any()


def test_a_field_is_that_of_its_account_also_if_the_ids_are_equal(lake):
    history = opened(lake)
    split = csat.csat(history, WEEK, by=["account", "field:Country"])
    assert split[split["field:Country"] == "a"]["account"].tolist() == ["umbrella"]
    fields = history.ratings("2026-11", fields=["Product", "Country"])
    assert fields[fields["Product"].notna()]["account"].unique().tolist() == ["acme"]
    assert fields[fields["Country"].notna()]["account"].unique().tolist() == ["umbrella"]


def test_a_mapping_names_agents_as_they_are_shown_or_by_their_ids(lake, tmp_path):
    history = opened(lake)
    history.mapping = tmp_path / "csat_mapping.csv"
    history.mapping.write_text("agent_id,agent,team\nacme/1,,Nord\n,Ada (umbrella),Süd\n", "utf-8")
    found = csat.csat(history, WEEK, by=["account", "team"])
    assert found[found["team"] != "(not set)"][["account", "team"]].to_numpy().tolist() == [
        ["acme", "Nord"],
        ["umbrella", "Süd"],
    ]
    history.mapping.write_text("agent_id,account\nacme/1,Nord\n", "utf-8")
    assert "the column 'account' has the name of a dimension: rename it" in str(csat.status(history).mapping)


def test_a_history_of_one_account_has_no_such_dimension(lake, accounts):
    for single in (accounts["acme"], opened(lake / "acme")):
        with pytest.raises(UnknownChoice, match="unknown dimension 'account'"):
            csat.csat(single, WEEK, by="account")
        with pytest.raises(UnknownChoice, match="unknown filter 'account'"):
            csat.csat(single, WEEK, where={"account": "acme"})
    with pytest.raises(UnknownChoice, match="unknown account 'acne'; choose from: acme, umbrella"):
        csat.csat(opened(lake), WEEK, where={"account": "acne"})


def test_status_names_the_account_of_gaps_and_notes(lake, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", f"parquet:{lake}")
    shown = CliRunner().invoke(app, ["status"]).output
    assert f"{ACCOUNT} and {OTHER}, weeks in {ZONE}" in shown
    assert "acme: no survey was offered from 2026-W45" in shown
    assert "umbrella: no pull has come to its end yet" in shown


def test_the_last_pull_is_the_earliest_of_the_accounts(accounts, changed, tmp_path):
    assert opened(changed).last_pull() is None
    for hours, (name, history) in enumerate(accounts.items()):
        mine = History(str(shutil.copy(history.location, tmp_path / f"{name}.duckdb")))
        began = NOON - dt.timedelta(hours=hours)
        mine.save({"pulls": [{"pull_id": "1", "outcome": "done", "started_at": began}]})
        mine.set_complete_from(began)
        publish(mine, Place(str(changed / name)))
    assert opened(changed).last_pull() == NOON - dt.timedelta(hours=1)
    assert opened(changed).complete_from == NOON  # and they are complete since the latest


def test_accounts_in_two_zones_need_one_zone_for_all_weeks(changed, tmp_path, monkeypatch):
    shutil.rmtree(changed / "umbrella")
    publish(other_account(tmp_path / "far.duckdb", "America/New_York"), Place(str(changed / "umbrella")))
    with pytest.raises(
        HistoryError, match=r"zones \(acme: Europe/Berlin, umbrella: America/New_York\): set CSAT_TIMEZONE"
    ):
        csat.csat(opened(changed), WEEK)
    monkeypatch.setenv("CSAT_TIMEZONE", "UTC")
    assert opened(changed).timezone == "UTC"
    assert csat.csat(opened(changed), WEEK, by="account")["n"].tolist() == [70, 20]


def test_accounts_that_differ_in_a_definition_need_one_for_all(accounts, changed, tmp_path, monkeypatch):
    mine = History(str(shutil.copy(accounts["acme"].location, tmp_path / "mine.duckdb")))
    store_definition(mine, "good", "top")
    publish(mine, Place(str(changed / "acme")))
    with pytest.raises(HistoryError, match=r"differ in good \(acme: top, umbrella: zendesk\): set CSAT_GOOD"):
        csat.csat(opened(changed), WEEK)
    called = csat.csat(opened(changed), WEEK, good="top")
    monkeypatch.setenv("CSAT_GOOD", "top")
    pd.testing.assert_frame_equal(csat.csat(opened(changed), WEEK), called)


def test_a_known_change_of_one_account_is_named_and_counts_for_all(accounts, changed, tmp_path):
    mine = History(str(shutil.copy(accounts["acme"].location, tmp_path / "mine.duckdb")))
    add_rebase(mine, "2026-11-09", "new survey")
    add_rebase(mine, "2026-11-10", "new team", group="Billing")
    publish(mine, Place(str(changed / "acme")))
    found = csat.status(opened(changed)).rebases
    assert [(one.text, one.group) for one in found] == [
        ("acme: new survey", None),
        ("acme: new team", "Billing (acme)"),
    ]


def damage(lake: Path, how: str) -> None:
    if how == "twice":
        shutil.copytree(lake / "acme", lake / "copy")
    elif how == "half":
        (lake / "umbrella" / POINTER).unlink()
    else:
        pointer = json.loads((lake / "acme" / POINTER).read_text())
        (lake / "acme" / POINTER).write_text(
            json.dumps(pointer | {"schema_version": 1 if how == "older" else 99})
        )


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("twice", f"^acme and copy at .* are both the history of {ACCOUNT}: delete one$"),
        ("half", "umbrella is not completely published: run csat publish there again$"),
        ("older", "acme was published by an older csat_analysis: run csat publish again$"),
        ("newer", "acme was written by a newer csat_analysis .*: upgrade csat_analysis$"),
    ],
)
def test_a_folder_that_cannot_be_read_as_one_is_one_line(changed, how, message):
    damage(changed, how)
    with pytest.raises(HistoryError, match=message):
        csat.csat(opened(changed), WEEK)


def test_other_folders_beside_them_are_left_alone(changed):
    (changed / ".snapshots" / "tickets").mkdir(parents=True)
    (changed / "notes").mkdir()
    assert list(opened(changed).accounts()) == list(NAMES)


def test_a_history_is_not_published_above_or_below_another(accounts, changed):
    with pytest.raises(
        HistoryError, match="holds the histories of acme, umbrella: give a folder beside them"
    ):
        publish(accounts["acme"], Place(str(changed)))
    with pytest.raises(CsatError, match="acme holds a history itself: move it to a folder beside"):
        publish(accounts["umbrella"], Place(str(changed / "acme" / "umbrella")))

"""Agents under pseudonyms: in every frame, filter, export and published history, and their names nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ACCOUNT, ZONE
from support.postgres_roles import read_only_url
from support.rating_factory import WEEK, ratings, store
from typer.testing import CliRunner

import csat_analysis as csat
from csat_analysis.cli.commands import app
from csat_analysis.errors import UnknownChoice
from csat_analysis.history import History
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish

pytestmark = pytest.mark.slow

NAMES = ("Anneliese", "Bengt", "Cleopatra")


@pytest.fixture
def hidden(location: str) -> History:
    """Return a history of two agents of one group and a third without ratings, without their names."""
    made = History(location)
    made.create_or_migrate(ACCOUNT, ZONE)
    store(made, ratings(30, 3), ratings(10, 20, agent=2), ratings(0, 0, unanswered=2, agent=3))
    rows = [{"agent_id": number, "name": name} for number, name in enumerate(NAMES, 1)]
    made.save({"agents": rows})
    return History(location, agent_names=False)


def test_every_frame_has_pseudonyms_in_the_order_of_the_ids(hidden):
    assert csat.csat(hidden, WEEK, by="agent")["agent"].tolist() == ["Agent 101", "Agent 102"]
    assert csat.agents(hidden, WEEK)["agent"].tolist() == ["Agent 101", "Agent 102"]
    assert set(hidden.table("offers")["agent"]) == {"Agent 101", "Agent 102", "Agent 103"}
    assert hidden.table("agents").sort_values("agent_id")["name"].tolist() == [
        f"Agent {number}" for number in (101, 102, 103)
    ]
    text = hidden.ratings().to_csv() + hidden.table("agents").to_csv()
    assert not [name for name in NAMES if name in text]


def test_the_numbers_are_those_with_names(hidden, location):
    named = csat.agents(History(location), WEEK).drop(columns="agent")
    assert csat.agents(hidden, WEEK).drop(columns="agent").equals(named)


def test_a_pseudonym_is_a_filter_and_a_name_is_not(hidden):
    assert len(hidden.ratings(agent="Agent 102")) == 30
    with pytest.raises(UnknownChoice, match="unknown agent 'Bengt'; choose from: Agent 101, Agent 102"):
        hidden.ratings(agent="Bengt")


def test_a_published_history_can_have_the_same_pseudonyms(hidden, location, tmp_path):
    expected = csat.agents(hidden, WEEK)
    publish(History(location), Place(str(tmp_path / "place")), left_out=["agent names"])
    published = csat.open_history(f"parquet:{tmp_path / 'place'}")
    assert csat.agents(published, WEEK)["agent"].tolist() == expected["agent"].tolist()
    parts = b"".join(part.read_bytes() for part in (tmp_path / "place").rglob("agents/*.parquet"))
    assert b"Agent 101" in parts and b"Anneliese" not in parts


def test_an_option_and_a_setting_hide_names_in_exports(hidden, location, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", location)
    by_option = CliRunner().invoke(app, ["export", "agents", "--no-agent-names"])
    monkeypatch.setenv("CSAT_AGENT_NAMES", "no")
    by_setting = CliRunner().invoke(app, ["export", "agents"])
    assert by_option.stdout == by_setting.stdout
    assert "Agent 103" in by_option.stdout and "Anneliese" not in by_option.stdout


@pytest.mark.slow
@pytest.mark.long
def test_no_page_of_a_report_has_a_name(hidden, location, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("CSAT_DATABASE", location)
    command = ["report", "--week", WEEK, "--no-agent-names", "--output", str(tmp_path / "out")]
    assert CliRunner().invoke(app, command).exit_code == 0
    text = "".join(file.read_text("utf-8") for file in (tmp_path / "out").iterdir())
    assert "Agent 102" in text and "Bengt" not in text


def test_a_read_only_role_of_postgres_reads_pseudonyms(hidden, location):
    if not location.startswith("postgresql"):
        pytest.skip("roles are those of Postgres")
    reader = History(read_only_url(location), agent_names=False)
    assert csat.agents(reader, WEEK)["agent"].tolist() == ["Agent 101", "Agent 102"]

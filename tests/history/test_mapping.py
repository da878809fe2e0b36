"""The user's own mapping of agents: its columns split and filter ratings as they were on that day."""

from __future__ import annotations

import datetime as dt
import inspect
from pathlib import Path

import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import ARGUMENTS, first_period, question_names
from support.rating_factory import NOON, WEEK, ratings, store
from typer.testing import CliRunner

import csat_analysis as csat
from csat_analysis.cli.commands import app
from csat_analysis.errors import CsatError, SettingsError, UnknownChoice
from csat_analysis.export import to_excel
from csat_analysis.history import History
from csat_analysis.history.csv_file import MAX_BYTES
from csat_analysis.history.dimensions import RESERVED, find_dimensions
from csat_analysis.history.mapping_file import read_mapping_file

pytestmark = pytest.mark.slow

TEAMS = (
    "agent_id,agent,team,Büro 1,valid_from,valid_to\n"
    "1,,Nord,Ulm,,2026-11-10\n"
    "1.0,,Süd,,2026-11-11,2026-11-11\n"
    ',ben,"=1+1 ""Ost"", rechts",Ulm,,\n'
    "99,,Nord,Bonn,,\n"
    ",Dora,Nord,Bonn,,\n"
)


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> str:
    """Return a history whose days change at midnight in the account's zone; agent 9 has no name."""
    path = str(tmp_path_factory.mktemp("mapping") / "csat.duckdb")
    made = History(path)
    made.create_or_migrate(ACCOUNT, ZONE)
    # 22:30 UTC of 10 November is still that day in the account's zone, and 23:30 is the day after.
    store(
        made,
        ratings(3, 1, at=dt.datetime(2026, 11, 10, 22, 30, tzinfo=dt.UTC)),
        ratings(5, 0, at=dt.datetime(2026, 11, 10, 23, 30, tzinfo=dt.UTC)),
        ratings(2, 0, at=NOON + dt.timedelta(days=1)),
        ratings(7, 0, agent=2, channel="chat"),
        ratings(4, 0, agent=9),
        ratings(1, 0, agent=None),
        ratings(0, 0, unanswered=6, agent=2, offered=NOON),
    )
    return path


@pytest.fixture
def history(database: str, tmp_path: Path) -> History:
    return mapped(database, tmp_path, TEAMS)


def mapped(database: str, folder: Path, text: str | bytes) -> History:
    path = folder / "csat_mapping.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return History(database, mapping=path)


def counts(rows: pd.DataFrame, column: str = "team") -> dict[str, int]:
    return dict(zip(rows[column], rows["n"], strict=True))


OST = '=1+1 "Ost", rechts'


def test_ratings_are_split_by_the_team_of_their_day(history):
    expected = {"Nord": 4, "Süd": 5, OST: 7, "(not set)": 2 + 4 + 1}
    assert counts(csat.csat(history, WEEK, by="team")) == expected
    assert counts(csat.csat(history, WEEK, by="Büro 1"), "Büro 1") == {"Ulm": 11, "(not set)": 12}


def test_teams_are_split_with_other_dimensions(history):
    rows = csat.csat(history, WEEK, by=["team", "channel"])
    assert rows[["team", "channel", "n"]].to_numpy().tolist() == [
        ["(not set)", "email", 7],
        [OST, "chat", 7],
        ["Nord", "email", 4],
        ["Süd", "email", 5],
    ]


@pytest.mark.parametrize(
    ("where", "n"),
    [
        ({"team": "Nord"}, 4),
        ({"team": ["Nord", "Süd"]}, 9),
        ({"not team": "Nord"}, 19),
        ({"team": "(not set)"}, 7),
        ({"team": OST, "channel": "chat"}, 7),
        ({"Büro 1": "Bonn"}, 0),
    ],
)
def test_ratings_are_filtered_by_team(history, where, n):
    assert csat.csat(history, WEEK, where=where)["n"].item() == n
    assert len(history.ratings(WEEK, where=where)) == n


def test_surveys_without_an_answer_belong_to_the_team_of_their_agent(history):
    rows = csat.response_rate(history, until=WEEK, weeks=1, where={"team": OST})
    assert (rows["n"].item(), rows["answered"].item()) == (13, 7)


def test_formulas_of_a_mapping_stay_text_in_a_workbook(history, tmp_path):
    path = to_excel(csat.csat(history, WEEK, by="team"), tmp_path / "teams.xlsx")
    assert OST in pd.read_excel(path)["team"].tolist()


@pytest.mark.parametrize("name", question_names())
def test_every_question_splits_and_filters_by_team_and_has_reserved_columns(history, name):
    ask = getattr(csat, name)
    by = {"by": "team"} if "by" in inspect.signature(ask).parameters else {}
    given = ARGUMENTS.get(name) or {first_period(name): WEEK}
    rows = ask(history, **{**given, **by, "where": {"team": ["Nord", "Süd"]}})
    assert set(rows) - {"team"} <= RESERVED.keys()


def test_an_unknown_column_is_an_error_that_lists_those_of_the_mapping(history):
    with pytest.raises(UnknownChoice, match="unknown dimension 'tem'; choose from: team, Büro 1, week"):
        csat.csat(history, WEEK, by="tem")
    with pytest.raises(UnknownChoice, match=r"unknown team 'Nort'; choose from: .*\(did you mean 'Nord'\?\)"):
        csat.csat(history, WEEK, where={"team": "Nort"})
    with pytest.raises(UnknownChoice, match=r"unknown filter 'tem'; choose from: team.*did you mean 'team'"):
        csat.csat(history, WEEK, where={"tem": "Nord"})


def test_without_a_mapping_there_is_no_team(database):
    with pytest.raises(UnknownChoice, match="unknown dimension 'team'; choose from: week"):
        csat.csat(History(database), WEEK, by="team")
    assert csat.status(History(database)).mapping is None


def test_status_lists_agents_that_only_one_side_has(history):
    remarks = [text for label, text in csat.status(history).remarks if label == "mapping"]
    path = history.mapping
    assert remarks == [
        f"{path} names agents that are not in the history: 99, Dora",
        f"agents with ratings on days without a line in {path}: Ada, agent 9",
    ]


def test_status_shows_what_is_wrong_with_the_file(database, tmp_path):
    found = csat.status(mapped(database, tmp_path, "team\nNord\n"))
    assert "line 1: there is no column agent_id or agent; found: team" in str(found)


def test_an_agent_without_a_name_is_mapped_by_id_and_pseudonyms_keep_teams(database, tmp_path):
    named = mapped(database, tmp_path, "agent;team\nAda;A\nBEN;B\nagent 9;C\n")
    expected = {"A": 11, "B": 7, "C": 4, "(not set)": 1}
    assert counts(csat.csat(named, WEEK, by="team")) == expected
    hidden = History(database, mapping=named.mapping, agent_names=False)
    assert counts(csat.csat(hidden, WEEK, by="team")) == expected


@pytest.mark.parametrize(
    "content",
    [
        "agent_id;team\r\n1;Süd\r\n",
        "\ufeffagent_id;team\r\n1;Süd\r\n",
        "sep=;\r\nagent_id;team\r\n1;Süd\r\n",
        "agent_id;team;;\r\n1;Süd;;\r\n;;;\r\n",
        "agent_id;team\r\n1,0;Süd\r\n",
        "\n\n Agent_ID ,team\n\n 1 ,  Süd \n",
        '"agent_id","team"\r"1","Süd"\r',
        "agent_id\tteam\n1\tSüd".encode("utf-16"),
        "agent_id,agent,team\n1,somebody else,Süd\n",
    ],
)
def test_files_as_spreadsheets_write_them_give_the_same(database, tmp_path, content):
    (team,) = find_dimensions(mapped(database, tmp_path, content), "team")
    assert team.cases == (("Süd", ("Ada",), None, None),)


HEAD = "agent_id,agent,team,valid_from,valid_to\n"
BROKEN = {
    "": "is empty",
    "\n\n": "is empty",
    "agent_id,team\n": "has no lines below its header",
    "name,team\n1,A\n": "line 1: there is no column agent_id or agent; found: name, team",
    "agent_id\n1\n": "line 1: there is no column besides agent and days",
    "agent_id,team,Team\n1,A,B\n": "line 1: the column 'team' is there twice",
    "agent_id,agent_ID,team\n1,1,B\n": "line 1: the column 'agent_id' is there twice",
    "agent_id,,team\n1,x,B\n": "line 1: column 2 has no name",
    "agent_id,group\n1,A\n": "the column 'group' has the name of a dimension",
    "agent_id,Channel\n1,A\n": "the column 'Channel' has the name of a dimension",
    "agent_id,N\n1,A\n": "the column 'N' has the name of a column of answers",
    "agent_id,field:x\n1,A\n": "line 1: 'field:x' cannot name a column",
    f"agent_id,{'x' * 31}\n1,A\n": "line 1: 'x.*' cannot name a column",
    "agent_id,team\n1,A\n2\n": "line 3 has 1 cells, and the header has 2",
    "agent_id,team\n1,A\n\n2,A,B\n": "line 4 has 3 cells, and the header has 2",
    'agent_id,team\n1,"A" B\n': "line 2 is not CSV .*: check its quotation marks",
    'agent_id,team\n1,A\n2,"B\n3,C\n': "line 3 is not CSV .*: check its quotation marks",
    "agent_id,team\n1,A\x00\n": "line 2 (is not CSV|holds control characters)",
    "agent_id,team\n3.6E+11,A\n": r"line 2: agent_id 3.6E\+11 was rounded by a spreadsheet",
    "agent_id,team\n1.5,A\n": "line 2: agent_id '1.5' is not a number",
    "agent_id,team\n-1,A\n": "line 2: agent_id '-1' is not a number",
    "agent_id,team\n99999999999999999999,A\n": "line 2: agent_id '9*' is not a number",
    f"{HEAD},,A,,\n": "line 2 names no agent",
    f"{HEAD}1,,A,01.11.2026,\n": "line 2, valid_from: invalid date '01.11.2026'; expected YYYY-MM-DD",
    f"{HEAD}1,,A,,2026-02-30\n": "line 2, valid_to: invalid date '2026-02-30'",
    f"{HEAD}1,,A,2026-02-02,2026-02-01\n": "line 2: valid_to 2026-02-01 is before valid_from 2026-02-02",
    f"{HEAD}1,,A,,2026-02-01\n2,,A,,\n,ada,B,2026-02-01,\n": "lines 2 and 4: the days of agent 'ada' overlap",
    f"{HEAD}7,,A,,\n7,,A,,\n": "lines 2 and 3: the days of agent '7' overlap",
    f"{HEAD},Who,A,,\n,who,B,,\n": "lines 2 and 3: the days of agent 'who' overlap",
}


@pytest.mark.parametrize("content", BROKEN)
def test_a_malformed_file_is_one_line_with_its_place(database, tmp_path, content):
    history = mapped(database, tmp_path, content)
    with pytest.raises(CsatError, match=BROKEN[content]) as caught:
        find_dimensions(history, "team")
    assert "\n" not in str(caught.value) and str(history.mapping) in str(caught.value)
    assert find_dimensions(history, "group")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "agent_id,team\n1,A\n2,Süd\n".encode("cp1252"),
            "line 3 is not UTF-8 text: save the file as CSV UTF-8",
        ),
        (b"PK\x03\x04\xff\xfe\x00", "line 1 is not UTF-8 text"),
        (b"\xff\xfea", "is not UTF-8 text"),
        (b"x" * (MAX_BYTES + 1), r"has 5,000,001 bytes: a mapping has at most 5,000,000"),
    ],
)
def test_a_file_in_another_encoding_or_too_large_is_one_line(tmp_path, content, message):
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(CsatError, match=message):
        read_mapping_file(path)


def test_a_name_of_two_agents_needs_an_id(database, tmp_path):
    twins = History(str(tmp_path / "twins.duckdb"), mapping=tmp_path / "csat_mapping.csv")
    twins.create_or_migrate(ACCOUNT, ZONE)
    store(twins, ratings(2, 0), ratings(3, 0, agent=2), ratings(4, 0, agent=3))
    # The views append an id to the name that means nobody, too.
    twins.save({"agents": [{"agent_id": 2, "name": "Ada"}, {"agent_id": 3, "name": "unassigned"}]})
    twins.mapping.write_text("agent,team\nAda,A\n")
    with pytest.raises(CsatError, match="line 2: 'Ada' is the name of agents 1 and 2: give agent_id"):
        csat.csat(twins, WEEK, by="team")
    twins.mapping.write_text("agent_id,agent,team\n1,,A\n,Ada (2),B\n3,,C\n")
    assert counts(csat.csat(twins, WEEK, by="team")) == {"A": 2, "B": 3, "C": 4}


def test_the_setting_names_the_file_and_the_command_line_filters_by_it(database, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSAT_DATABASE", database)
    (tmp_path / "csat_mapping.csv").write_text("agent,team\nBen,found\n")
    assert "found" in csat.csat(csat.open_history(), WEEK, by="team")["team"].tolist()
    (tmp_path / "teams.csv").write_text("agent,team\nBen,named\n")
    (tmp_path / ".env").write_text("CSAT_MAPPING=teams.csv\n")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert "named" in csat.csat(csat.open_history(), WEEK, by="team")["team"].tolist()
    done = CliRunner().invoke(app, ["follow-up", "--week", WEEK, "--where", "team=named"])
    assert (done.exit_code, done.stdout) == (0, "nobody to call back in that period\n")
    monkeypatch.setenv("CSAT_MAPPING", str(tmp_path / "missing.csv"))
    with pytest.raises(CsatError, match="cannot read the mapping .*missing.csv .*: check CSAT_MAPPING"):
        csat.csat(csat.open_history(), WEEK, by="team")


def test_a_mapping_that_others_can_change_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "csat_mapping.csv").write_text("agent,team\nBen,x\n")
    (tmp_path / "csat_mapping.csv").chmod(0o666)
    with pytest.raises(SettingsError, match="other users can change .*csat_mapping.csv"):
        csat.open_history()

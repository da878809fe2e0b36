"""Targets: reached, missed or not to be told, of all ratings and of values of a file; the file's own mistakes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import charts, findings
from csat_analysis.errors import CsatError, SettingsError
from csat_analysis.estimates import compare_with_target
from csat_analysis.estimates.levels import Source, level_of
from csat_analysis.history import History
from csat_analysis.history.snapshot import snapshot
from csat_analysis.settings import load_settings

pytestmark = pytest.mark.slow

HEAD = "dimension,value,target\n"
FILE = f"{HEAD}group,Returns,0.9\nteam,Nord,0.6\nchannel,chat,0.85\n"


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> str:
    """Return a history: Billing 190 of 200 by e-mail, Returns 150 of 200, 7 of 8 by chat, a year before 40 of 50."""
    path = str(tmp_path_factory.mktemp("targets") / "csat.duckdb")
    made = History(path)
    made.create_or_migrate(ACCOUNT, ZONE)
    store(
        made,
        ratings(190, 10),
        ratings(150, 50, group="Returns", agent=2),
        ratings(7, 1, channel="chat"),
        ratings(40, 10, at=NOON - dt.timedelta(weeks=52)),
    )
    return path


def with_targets(database: str, folder: Path, text: str = FILE, target: float | None = 0.8) -> History:
    path, teams = folder / "csat_targets.csv", folder / "csat_mapping.csv"
    path.write_text(text, "utf-8")
    teams.write_text("agent,team\nAda,Nord\n", "utf-8")
    return History(database, target=target, targets=path, mapping=teams)


def answers(rows) -> dict[str, tuple[int, str]]:
    return {row.value: (row.n, row.verdict) for row in rows.itertuples()}


def test_each_target_has_one_verdict_and_all_ratings_come_first(database, tmp_path):
    rows = csat.targets(with_targets(database, tmp_path), WEEK)
    assert list(answers(rows).items()) == [
        ("all", (408, "cannot be told")),
        ("Returns", (200, "missed")),
        ("Nord", (208, "reached")),
        ("chat", (8, "cannot be told")),
    ]
    assert rows["target"].tolist() == [0.8, 0.9, 0.6, 0.85]
    assert rows.attrs["target"] == 0.8


def test_intervals_are_those_of_csat_and_several_targets_are_judged_more_strictly(database, tmp_path):
    history = with_targets(database, tmp_path)
    shown = csat.csat(history, WEEK, by="group").set_index("group").loc["Returns", ["low", "high"]]
    rows = csat.targets(history, WEEK).set_index("value")
    assert rows.loc["Returns", ["low", "high"]].tolist() == pytest.approx(shown.tolist())
    # 150 of 200 against 85 %: missed alone, not among forty targets.
    more = "channel,email,0.5\nbrand,(not set),0.5\n"
    alone = csat.targets(History(database), WEEK, group="Returns", target=0.84)
    assert alone["verdict"].item() == "missed"
    several = with_targets(database, tmp_path, f"{HEAD}group,Returns,0.84\ngroup,Billing,0.5\n{more}")
    assert answers(csat.targets(several, WEEK))["Returns"] == (200, "cannot be told")


def test_a_filter_for_one_value_takes_its_own_target(database, tmp_path):
    history = with_targets(database, tmp_path)
    rows = csat.targets(history, WEEK, group="Returns")
    assert answers(rows) == {"all": (200, "missed")} and rows.attrs["target"] == 0.9
    rows = csat.targets(history, WEEK, group="Billing")
    assert list(answers(rows)) == ["all", "Nord", "chat"] and rows.attrs["target"] == 0.8
    rows = csat.targets(history, WEEK, where={"not group": "Returns"})
    assert list(answers(rows)) == ["all", "Nord", "chat"]


def test_without_targets_nothing_is_said(database):
    rows = csat.targets(History(database), WEEK)
    assert rows.empty and "verdict" in rows and rows.attrs["target"] is None
    assert findings.targets_line(rows) == []
    assert findings.targets_title(rows) == "No target is set"


def test_a_period_without_ratings_cannot_be_told(database, tmp_path):
    rows = csat.targets(with_targets(database, tmp_path), "2026-W40")
    assert set(rows["verdict"]) == {"cannot be told"} and not rows["n"].any()
    said = findings.targets_title(rows)
    assert "nan" not in said and said.startswith("Cannot be told: all ratings (no ratings, target 80")
    assert charts.targets(findings.targets_named(rows), title="").alt.startswith("Nothing is drawn")


def test_all_good_ratings_reach_a_target_only_if_there_are_enough(history):
    store(history, ratings(30, 0), ratings(2000, 0, group="Returns"))
    assert csat.targets(history, WEEK, group="Billing", target=0.95)["verdict"].item() == "cannot be told"
    assert csat.targets(history, WEEK, group="Returns", target=0.95)["verdict"].item() == "reached"


def test_ratings_of_one_customer_reach_no_target(history):
    store(history, ratings(100, 0, response={"responder_id": 7}))
    assert csat.targets(history, WEEK, target=0.5)["verdict"].item() == "cannot be told"


@pytest.mark.parametrize("targets", [1, 6, 40])
def test_rates_at_their_targets_are_claimed_in_a_quarter_of_a_percent_of_reports(targets):
    rng = np.random.default_rng(targets)
    rated = rng.integers(10, 400, (20_000, targets))
    goals = rng.uniform(0.7, 0.98, (20_000, targets))
    found = compare_with_target(
        rng.binomial(rated, goals), rated, target=goals, level=level_of(Source.TARGETS, comparisons=targets)
    )
    claimed = (found.assurance != "cannot be told").any(axis=1).mean()
    assert claimed < 0.0025 + 4 * np.sqrt(0.0025 / 20_000)


BROKEN = {
    "": "is empty: add a line with the names of its columns, such as dimension,value,target",
    HEAD: "has no lines below its header: add one per target",
    "group,target\nBilling,0.9\n": "line 1: the column dimension is missing; expected dimension,value,target",
    "dimension,value,target,target\n": "has no lines|the column target is there twice",
    f"{HEAD}group,Billing\n": "line 2 has 2 cells, and the header has 3",
    f"{HEAD}group,Billing,0,9\n": "line 2 has 4 cells, and the header has 3",
    f"{HEAD}group,Billing,90\n": "line 2: the target '90' is no share: expected a share above 0 and up to 1; write",
    f"{HEAD}group,Billing,90 %\n": "line 2: the target '90 %' is no share",
    f"{HEAD}group,Billing,90%\n": "line 2: the target '90%' is no share",
    f"{HEAD}group,Billing,-0.1\n": "line 2: the target '-0.1' is no share",
    f"{HEAD}group,Billing,1.01\n": "line 2: the target '1.01' is no share",
    f"{HEAD}group,Billing,0\n": "line 2: the target '0' is no share",
    f"{HEAD}group,Billing,nan\n": "line 2: the target 'nan' is no share",
    f"{HEAD}group,Billing,\n": "line 2 has no target",
    f"{HEAD}group,,0.9\n": "line 2 has no value",
    f"{HEAD},Billing,0.9\n": "line 2 has no dimension",
    f"{HEAD}group,Returns,0.9\ngroup,Biling,0.9\n": "line 3: unknown group 'Biling'; choose from: Billing",
    f"{HEAD}group,Returns,0.9\ncolour,red,0.9\n": "line 3: unknown filter 'colour'",
    f"{HEAD}month,2026-11,0.9\n": "line 2: unknown filter 'month'",
    f"{HEAD}not group,Billing,0.9\n": "line 2: 'not group' is a filter, not a dimension",
    f"{HEAD}agent,Ada,0.9\n": "line 2: agents have no targets",
    f"{HEAD}tag,(not set),0.9\n": "line 2: tickets without tags can have no target",
    f"{HEAD}field:Topic,x,0.9\n": "line 2: unknown ticket field 'Topic'",
    f"{HEAD}group,Billing,0.9\n\ngroup,Billing,0.8\n": "lines 2 and 4 are both about group 'Billing': remove one",
}


@pytest.mark.parametrize("content", BROKEN)
def test_a_malformed_file_is_one_line_with_its_place(database, tmp_path, content):
    history = with_targets(database, tmp_path, content)
    with pytest.raises(CsatError, match=BROKEN[content]) as caught:
        csat.targets(history, WEEK)
    assert "\n" not in str(caught.value) and str(history.targets) in str(caught.value)


def test_status_shows_what_is_wrong_with_the_file(database, tmp_path):
    found = csat.status(with_targets(database, tmp_path, f"{HEAD}group,Biling,0.9\n"))
    assert "line 2: unknown group 'Biling'" in str(found)
    assert csat.status(with_targets(database, tmp_path)).targets is None


def test_the_files_can_be_given_as_text(database, tmp_path):
    paths = with_targets(database, tmp_path)
    history = History(database, targets=str(paths.targets), mapping=str(paths.mapping))
    assert len(csat.targets(history, WEEK)) == 3


@pytest.mark.parametrize("text", ["90", "90 %", "90%", "0", "-0.5", "1.5", "much", "nan", "1e-1"])
def test_a_target_that_is_no_share_is_one_line(database, text, monkeypatch):
    monkeypatch.setenv("CSAT_TARGET", text)
    expected = "invalid CSAT_TARGET: expected a share above 0 and up to 1; write 90 % as 0.90"
    with pytest.raises(SettingsError, match=expected):
        load_settings(env_file=False)
    with pytest.raises(CsatError, match="invalid target .*: expected a share above 0"):
        csat.targets(History(database), WEEK, target=text)


def test_settings_name_the_target_and_the_file_and_a_copy_of_the_history_keeps_both(
    database, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSAT_DATABASE", database)
    monkeypatch.setenv("CSAT_TARGET", "0,9")
    (tmp_path / "csat_targets.csv").write_text("dimension;value;target\ngroup;Returns;0,7\n")
    found = csat.open_history()
    assert csat.targets(found, WEEK)["target"].tolist() == [0.9, 0.7]
    with snapshot(found) as copy:
        assert csat.targets(copy, WEEK)["target"].tolist() == [0.9, 0.7]
    (tmp_path / "goals.csv").write_text(f"{HEAD}group,Billing,0.5\n")
    (tmp_path / ".env").write_text("CSAT_TARGETS=goals.csv\n")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert csat.targets(csat.open_history(), WEEK)["target"].tolist() == [0.9, 0.5]
    monkeypatch.setenv("CSAT_TARGETS", "missing.csv")
    with pytest.raises(CsatError, match=r"cannot read the targets file .*missing.csv .*: check CSAT_TARGETS"):
        csat.targets(csat.open_history(), WEEK)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_sentences_name_target_rate_and_number_of_ratings(database, tmp_path):
    history = with_targets(database, tmp_path)
    assert plain(findings.targets_line(csat.targets(history, WEEK))[0]) == (
        "Targets missed: Returns (75 % of 200, target 90 %); reached: team: Nord (95 % of 208, target 60 %); "
        "cannot be told: all ratings (85 % of 408, target 80 %) and channel: chat (88 % of 8, target 85 %)."
    )
    one = csat.targets(History(database), WEEK, target=0.95)
    assert plain(findings.targets_title(one)) == (
        "The target of 95 % good ratings was missed: 85 % of 408, likely between 81 and 88 %"
    )
    few = csat.targets(History(database), WEEK, target=0.9, where={"channel": "chat"})
    assert plain(findings.targets_title(few)).startswith(
        "Whether the target of 90 % good ratings was reached cannot be told from 88 % of 8"
    )
    table = findings.targets_table(csat.targets(history, WEEK))
    assert table["Target of"].tolist() == ["All ratings", "Returns", "team: Nord", "channel: chat"]


def test_the_line_of_a_target_is_drawn_or_said_to_lie_below(database):
    rows = csat.trend(History(database), until=WEEK, weeks=3)
    drawn = charts.trend(rows, title="", target=0.9)
    texts = [text.get_text() for axes in drawn.figure.axes for text in axes.texts]
    assert any("target 90" in text for text in texts) and "Target 90" in drawn.alt
    low = charts.trend(rows, title="", target=0.3, floor=0.6)
    assert "lies below the axis" in low.note


def test_a_period_of_last_year_with_too_few_ratings_is_not_said(database):
    history = History(database)
    week = csat.period(history, WEEK)
    empty = csat.csat(history, week.year_before.year_before).iloc[0]
    known = csat.known_changes(history, WEEK, than="last year")
    assert findings.last_year_clause(empty, week, known, history) == ""

"""The notebooks: form and reported numbers."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from support.accounts import ZONE
from support.long_tests import long_test
from support.week_reports import WEEK, account_of_reports

from csat_analysis import questions
from csat_analysis.fake_zendesk import Account, GroundTruth
from csat_analysis.history import History
from csat_analysis.history.answers import unchanged
from csat_analysis.reports.components import Summary
from csat_analysis.reports.report import Report

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
MONDAY = pd.Timestamp("2026-11-09", tz=ZONE)  # of WEEK
REPORTS = (
    "weekly_report",
    "trends_by_agent_and_group",
    "ratings_and_handling_time",
    "root_causes",
    "follow_up",
)
EMPTY = {  # the summary if there are no ratings
    "weekly_report": "There are no ratings",
    "trends_by_agent_and_group": "No agent has enough ratings, and colleagues",
    "ratings_and_handling_time": "0 of 271 ratings have a time of full resolution",
    "root_causes": "came with a comment",
    "follow_up": "Nobody to call back",
}
NO_TIMES = "first_reply_minutes = null, requester_wait_minutes = null, full_resolution_minutes = null"


@pytest.fixture(scope="module")
def account() -> Account:
    return account_of_reports()


@pytest.fixture(scope="module")
def history(week_reports) -> History:
    return week_reports.history


@pytest.fixture(scope="module")
def bare_history(history, tmp_path_factory) -> History:
    """Return a history with one agent in one group, without handling times, and without ratings in the week."""
    path = tmp_path_factory.mktemp("bare") / "csat.duckdb"
    shutil.copy(history.location, path)
    with duckdb.connect(str(path)) as con:
        con.execute(f"update tickets set {NO_TIMES}, group_id = (select min(group_id) from groups)")
        con.execute(
            "update survey_responses set agent_id = (select min(agent_id) from agents), "
            "group_id = (select min(group_id) from groups)"
        )
        con.execute("delete from survey_responses where submitted_at between ? and ?", _bounds(weeks=1))
    return History(str(path), timezone=ZONE)


def shown(name: str, history: History, monkeypatch, **parameters) -> tuple[BeautifulSoup, list[str]]:
    """Run a notebook in this process; return its page and the lines of its summary."""
    monkeypatch.setenv("CSAT_DATABASE", history.location)
    monkeypatch.setenv("CSAT_TIMEZONE", ZONE)
    with unchanged(history.location):
        pieces = _displays(name, parameters)
    (summary,) = [piece for piece in pieces if isinstance(piece, Summary)]
    page = "".join(piece._repr_html_() for piece in pieces if piece is not None)
    return BeautifulSoup(page.partition("</style>")[2], "html.parser"), list(summary.lines)


def _displays(name: str, parameters: dict[str, Any]) -> list[Any]:
    """Execute the cells of a notebook, and return what they display."""
    names: dict[str, Any] = {}
    pieces: list[Any] = []
    for cell in nbformat.read(NOTEBOOKS[0].with_name(f"{name}.ipynb"), as_version=4).cells:
        if cell.cell_type == "code":
            *statements, last = ast.parse(cell.source).body
            value = last.value if isinstance(last, ast.Expr) else None
            statements += [] if value else [last]
            exec(compile(ast.Module(statements, []), name, "exec"), names)
            pieces += [eval(compile(ast.Expression(value), name, "eval"), names)] if value else []
            names |= {key: given for key, given in parameters.items() if key in names}
    return pieces


def page_of(found: Report) -> BeautifulSoup:
    return BeautifulSoup(found.html.read_text("utf-8"), "html.parser")


def _bounds(weeks: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last moment of the weeks that end with WEEK, in the account's time zone."""
    end = MONDAY + pd.DateOffset(days=7) - pd.Timedelta(microseconds=1)
    return MONDAY - pd.DateOffset(weeks=weeks - 1), end


def rated(account: Account, *, weeks: int) -> pd.DataFrame:
    """Return the true answers of these weeks with their tickets."""
    ratings = GroundTruth(account).ratings
    rows = ratings[ratings["submitted_at"].between(*_bounds(weeks))]
    return rows.merge(GroundTruth(account).tickets.drop(columns="group_id"), on="ticket_id", how="left")


def plain_comments(rows: pd.DataFrame) -> list[str]:
    """Return comments that a page shows unchanged: nothing to redact, no bidi controls, no line breaks."""
    spoken = [words for words in rows["comment"].dropna() if words.isascii() and words.isprintable()]
    return [words for words in spoken if len(words) > 8 and not re.search(r"@|\d{4}|  ", words)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_the_form_that_git_and_papermill_need(path):
    notebook = nbformat.read(path, as_version=4)
    cells = notebook.cells
    parameters = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
    assert cells[0].cell_type == "markdown" and re.match(r"# .+\?", cells[0].source)
    assert parameters == [cells[1]]
    for line in parameters[0].source.splitlines():
        assert re.match(r"\w+: \w+ = .+  # .+", line), f"without type, default or comment: {line}"
    assert not re.search(r"/(home|root|Users)/|[A-Za-z]:\\\\|secret\s*=|token\s*=", path.read_text("utf-8"))


@pytest.mark.parametrize("name", ["start_here", *(name for name in REPORTS if name != "root_causes")])
def test_a_notebook_ends_with_what_to_do_next(name):
    cells = nbformat.read(NOTEBOOKS[0].with_name(f"{name}.ipynb"), as_version=4).cells
    assert [cell for cell in cells[-2:] if cell.source.startswith("## What to do next")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_defines_no_functions(path):
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.Try)
    assert not [node for source in code for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    assert max(len(source.splitlines()) for source in code) <= 16


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_parameters_for_week_group_and_comments(name):
    cells = nbformat.read(NOTEBOOKS[0].with_name(f"{name}.ipynb"), as_version=4).cells
    names = re.findall(r"^(\w+):", cells[1].source, re.MULTILINE)
    assert names[:2] == ["week", "group"] and "comments" in names


def test_the_weekly_report_equals_the_ground_truth(account, history, week_reports):
    found = week_reports.report("weekly_report")
    good = rated(account, weeks=1)["rating_category"] == "good"
    assert found.numbers["n"] == len(good) > 10
    assert found.numbers["good"] == good.sum()
    assert found.numbers["csat"] == pytest.approx(good.mean())
    assert found.numbers["low"] < found.numbers["csat"] < found.numbers["high"]
    assert found.numbers["to_call_back"] == questions.follow_up(history, WEEK)["customer_id"].nunique()
    assert len(found.lines) == 5
    assert found.html.stat().st_size < 2_000_000


def test_trends_compare_the_last_four_weeks_with_those_before(account, week_reports):
    found = week_reports.report("trends_by_agent_and_group")
    now, all_weeks = (rated(account, weeks=weeks)["rating_category"] == "good" for weeks in (4, 10))
    before = (all_weeks.sum() - now.sum()) / (len(all_weeks) - len(now))
    assert found.numbers["n"] == len(now)
    assert found.numbers["csat"] == pytest.approx(now.mean())
    assert found.numbers["change"] == pytest.approx(now.mean() - before)
    assert found.numbers["agents"] == rated(account, weeks=10)["agent_id"].nunique(dropna=False)
    assert found.html.stat().st_size < 2_000_000


def test_ratings_are_joined_with_the_handling_time_of_their_ticket(account, week_reports):
    found = week_reports.report("ratings_and_handling_time")
    rows = rated(account, weeks=12)
    assert found.numbers["n"] == len(rows)
    assert found.numbers["timed"] == rows["first_reply_minutes"].notna().sum()
    assert 0.5 < found.numbers["odds_ratio"] < 1  # simulated: slow replies have lower ratings
    assert found.html.stat().st_size < 2_000_000


def test_root_causes_count_bad_ratings_and_show_their_comments(account, week_reports):
    found = week_reports.report("root_causes")
    rows = rated(account, weeks=12)
    bad = rows[rows["rating_category"] == "bad"]
    assert (found.numbers["n"], found.numbers["bad"]) == (len(rows), len(bad))
    page = page_of(found).get_text()
    assert sum(words in page for words in plain_comments(bad)) >= 5
    assert found.html.stat().st_size < 2_000_000


@pytest.mark.parametrize("name", [long_test("weekly_report"), long_test("root_causes"), "follow_up"])
def test_comments_false_leaves_customers_comments_out(name, history, monkeypatch):
    page, _ = shown(name, history, monkeypatch, week=WEEK, comments=False)
    assert "Comment" not in [head.get_text() for head in page.find_all("th")]
    assert not [
        words
        for words in history.ratings()["comment"].dropna()
        if len(words) > 20 and words in page.get_text()
    ]


def test_follow_up_lists_unfinished_tickets_with_bad_ratings_and_links_to_zendesk(account, week_reports):
    found = week_reports.report("follow_up")
    rows = rated(account, weeks=3)
    unfinished = rows["status"].isin(["new", "open", "pending", "hold"]) | (rows["reopens"] > 0)
    due = rows[(rows["rating_category"] == "bad") & unfinished & (rows["status"] != "deleted")]
    links = {link["href"] for link in page_of(found).select("td a")}
    assert found.numbers["to_call_back"] == due["requester_id"].nunique() > 3
    tickets = {link for link in links if "/agent/tickets/" in link}
    assert {link.rpartition("/")[2] for link in tickets} == set(due["ticket_id"].astype(str))
    assert tickets and all("/agent/users/" in link for link in links - tickets)


@pytest.mark.parametrize("name", [one if one == "weekly_report" else long_test(one) for one in REPORTS])
@pytest.mark.parametrize("of_group", [True, long_test(False)])
def test_a_page_without_ratings_agents_or_times_says_so(name, of_group, bare_history, monkeypatch):
    group = bare_history.ratings()["group"].iloc[0] if of_group else ""
    page, lines = shown(name, bare_history, monkeypatch, week=WEEK, group=group, comments=False)
    assert len(lines) == (3 if name == "follow_up" else 5) and len(page.find_all("h1")) == 1
    assert group in page.h1.get_text() + page.find(class_="csat-lede").get_text()
    assert EMPTY[name] in " ".join(lines)
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b(?! of| alone)", page.get_text())
    assert all(len(picture["alt"]) > 20 for picture in page.find_all("img"))


@pytest.mark.long
@pytest.mark.parametrize("name", ["weekly_report", "root_causes"])
def test_the_page_of_a_group_without_ratings_says_so(name, history, monkeypatch):
    counts = questions.csat(history, WEEK, by="group").set_index("group")["n"]
    quiet = next(group for group in history.groups() if counts.get(group, 0) < 3)
    page, lines = shown(name, history, monkeypatch, week=WEEK, group=quiet)
    assert quiet in page.h1.get_text() + page.find(class_="csat-lede").get_text()
    assert len(lines) == 5
    assert not re.search(r"\bnan\b|\bNaN\b", page.get_text())


def test_plain_papermill_runs_a_notebook(history, tmp_path):
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(NOTEBOOKS[0]),
        str(out),
        "-p",
        "week",
        WEEK,
        "--kernel",
        "python3",
    ]
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=600,
        env={
            "CSAT_DATABASE": history.location,
            "CSAT_TIMEZONE": ZONE,
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        },
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "2026-W46" in json.dumps(nbformat.read(out, as_version=4))


# The other ones are executed by the tests above, without a kernel.
@pytest.mark.parametrize(
    "names", [["start_here"], long_test([path.stem for path in NOTEBOOKS])], ids=["one", "all"]
)
def test_nbval_runs_notebooks_from_top_to_bottom(names, history, tmp_path):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-q",
        *(str(NOTEBOOKS[0].with_name(f"{name}.ipynb")) for name in names),
    ]
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=NOTEBOOKS[0].parents[1],
        check=False,
        timeout=600,
        env={
            "CSAT_DATABASE": history.location,
            "CSAT_TIMEZONE": ZONE,
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        },
    )
    assert ran.returncode == 0, ran.stdout[-3000:]

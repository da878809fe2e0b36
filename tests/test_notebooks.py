"""The notebooks: in the form that git and papermill need, and the numbers they report."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from worlds import ZONE, history_of, small_account

from csat_analysis import questions
from csat_analysis.history import History
from csat_analysis.report import run
from csat_analysis.stand_in import Account

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
WEEK = "2026-W46"


@pytest.fixture(scope="module")
def account() -> Account:
    return small_account(tickets=1500, days=100)


@pytest.fixture(scope="module")
def history(account, tmp_path_factory) -> History:
    """A history of one account, pulled once."""
    return history_of(account, tmp_path_factory.mktemp("history") / "csat.duckdb")


def report(history: History, folder: Path, **parameters):
    environment = {"CSAT_DATABASE": history.location, "CSAT_TIMEZONE": ZONE}
    return run("weekly_report", parameters=parameters, output=folder / "report.html", environment=environment)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_fit_for_git_and_papermill(path):
    notebook = nbformat.read(path, as_version=4)
    cells = notebook.cells
    parameters = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
    assert cells[0].cell_type == "markdown" and cells[0].source.startswith("# ")
    assert len(parameters) == 1
    for line in parameters[0].source.splitlines():
        assert re.match(r"\w+: \w+ = .+  # .+", line), f"without type, default or comment: {line}"
    assert not re.search(r"/(home|root|Users)/|[A-Za-z]:\\\\|secret\s*=|token\s*=", path.read_text("utf-8"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_calls_and_shows_and_defines_nothing(path):
    code = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    kinds = (ast.FunctionDef, ast.ClassDef, ast.For, ast.Try)
    assert not [node for source in code for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def test_the_report_says_what_is_true(account, history, tmp_path):
    found = report(history, tmp_path, week=WEEK)
    rated = account.truth.ratings
    week = rated["submitted_at"].between("2026-11-08 23:00Z", "2026-11-15 22:59:59.999Z")
    good = int((rated.loc[week, "rating_category"] == "good").sum())
    assert found.numbers["n"] == int(week.sum()) > 10
    assert found.numbers["good"] == good
    assert found.numbers["csat"] == pytest.approx(good / week.sum())
    assert found.numbers["low"] < found.numbers["csat"] < found.numbers["high"]
    assert found.numbers["to_call_back"] == len(questions.follow_up(history, WEEK))
    assert len(found.lines) == 5
    assert found.html.stat().st_size < 2_000_000


def test_a_group_without_ratings_in_the_week_gives_a_page_that_says_so(history, tmp_path):
    week = questions.period(history, WEEK)
    counts = questions.csat(history, week, by="group").set_index("group")["n"]
    quiet = next((name for name in history.groups() if counts.get(name, 0) < 3), "no group")
    found = report(history, tmp_path, week=WEEK, group=quiet)
    assert "too few" in found.lines[0] or "There are no ratings" in found.lines[0]


def test_a_week_before_the_first_rating_gives_a_page_that_says_so(history, tmp_path):
    first, _ = history.span()
    found = report(history, tmp_path, week=f"{first:%G-W%V}")
    assert found.numbers["n"] < 10
    assert "Traceback" not in found.html.read_text("utf-8")


def test_plain_papermill_runs_it(history, tmp_path):
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(NOTEBOOKS[-1]),
        str(out),
        "-p",
        "week",
        WEEK,
        "--kernel",
        "python3",
    ]
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=120,
        env={"CSAT_DATABASE": history.location, "CSAT_TIMEZONE": ZONE, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "2026-W46" in json.dumps(nbformat.read(out, as_version=4))


def test_nbval_runs_every_notebook_from_top_to_bottom(history, tmp_path):
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval-lax", "--nbval-current-env", "-q",
               *map(str, NOTEBOOKS)]  # fmt: skip
    ran = subprocess.run(
        command, capture_output=True, text=True, cwd=NOTEBOOKS[0].parents[1], check=False, timeout=180,
        env={"CSAT_DATABASE": history.location, "CSAT_TIMEZONE": ZONE, "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:]

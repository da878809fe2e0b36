"""The main text and the figures of every notebook can be read without statistics: terms are in folded notes."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ACCOUNT, ZONE
from matplotlib.text import Text
from support.accounts import history_of, small_account
from support.long_tests import long_test
from support.rating_factory import NOON, ratings, store

from csat_analysis.charts import Chart
from csat_analysis.history import History
from csat_analysis.reports.components import Piece

pytestmark = pytest.mark.slow

SHORT = ("weekly_report", "follow_up")
NOTEBOOKS = {path.stem: path for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")}
WEEK = "2026-W46"
TECHNICAL = re.compile(
    r"φ|\bphi\b|odds|rank correlation|\bsignal|rate of all|99\.67|native_messaging|% interval|\bnan\b"
    r"|\bNone of the [01]\b|(?<!\()\b20\d\d-W\d\d|(?<!\()\bW\d\d\b|99\.8|confidence|p value"
    r"|Newcombe|Wilson|web_form|any_channel",
    re.IGNORECASE,
)


def _demo(history: History) -> None:
    """Leave the history as it is: it was filled from an account."""


def _few(history: History) -> None:
    """Store twelve ratings, all good, by one customer, of one agent."""
    store(history, ratings(12, 0, channel="native_messaging", response={"responder_id": 1}))


def _all_bad(history: History) -> None:
    """Store bad ratings of two agents, one alone in a group, after an empty week."""
    rows = [
        ratings(0, 40, agent=number, group=group, full_resolution_minutes=60)
        for number, group in ((1, "Billing"), (2, "Returns"))
    ]
    store(history, *rows, ratings(20, 20, at=NOON.replace(month=10)))


@pytest.fixture(
    scope="module",
    params=[_demo, *(long_test(one) for one in (_few, _all_bad))],
    ids=["demo", "few ratings", "all bad"],
)
def history(request, tmp_path_factory) -> History:
    path = tmp_path_factory.mktemp("history") / "csat.duckdb"
    if request.param is _demo:
        return history_of(small_account(tickets=1500, days=100), path)
    made = History(str(path))
    made.create_or_migrate(ACCOUNT, ZONE)
    request.param(made)
    return made


def displays(path: Path) -> list[Any]:
    """Run the code cells of a notebook in this process; return its markdown and what the cells display."""
    space: dict[str, Any] = {}
    shown: list[Any] = []
    for cell in nbformat.read(path, as_version=4).cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and "notebook-only" not in tags:
            shown.append(cell.source)
        if cell.cell_type == "code":
            body = ast.parse(cell.source).body
            last = body.pop() if isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), path.name, "exec"), space)
            if last is not None:
                shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), space))
            if "parameters" in tags:
                space["week"] = WEEK
    return shown


def main_text(shown: list[Any]) -> str:
    """Return the text that is not folded, without styles, tables of raw data and drawings."""
    soup = BeautifulSoup(
        "\n".join(one if isinstance(one, str) else one._repr_html_() for one in shown if _is_page(one)),
        "html.parser",
    )
    for hidden in soup(["details", "style", "svg"]):
        hidden.decompose()
    figures = [text for one in shown if isinstance(one, Chart) for text in figure_texts(one)]
    return " ".join([*soup.stripped_strings, *figures])


def figure_texts(chart: Chart) -> list[str]:
    """Return what is written in a figure, and its alternative text."""
    drawn = chart.figure.findobj(Text) if chart.figure else []
    return [*(text.get_text() for text in drawn), chart.alt]


def _is_page(one: Any) -> bool:
    return isinstance(one, (str, Piece, Chart))


@pytest.mark.parametrize("name", [one if one in SHORT else long_test(one) for one in NOTEBOOKS])
def test_the_main_text_has_no_technical_terms_and_no_missing_numbers(history, name, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", history.location)
    text = main_text(displays(NOTEBOOKS[name]))
    found = [text[max(0, hit.start() - 60) : hit.end() + 40] for hit in TECHNICAL.finditer(text)]
    assert len(text) > 500
    assert not found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_does_not_call_a_period_twelve_weeks_that_can_be_longer(name):
    assert not re.search(r"(?<!at least )twelve weeks", NOTEBOOKS[name].read_text("utf-8"), re.IGNORECASE)

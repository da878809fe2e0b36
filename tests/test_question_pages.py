"""The page of each question: it exists, shows a small figure, and names every column that the question gives."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from made import WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import questions

PAGES = Path(__file__).parents[1] / "docs" / "questions"
HELPERS = {"agent_limits", "period"}  # they give no answer of their own
QUESTIONS = sorted(
    name
    for name in csat.__all__
    if inspect.isfunction(getattr(questions, name, None)) and name not in HELPERS
)
NEEDED = {"low_ratings": {"by": "channel"}}
WITHOUT_FIGURE = {"times"}  # a table in the report, too


def page_of(question: str) -> Path:
    """The page that has the question in its title."""
    (page,) = (
        path for path in PAGES.glob("*.md") if f"`csat.{question}`" in path.read_text("utf-8").splitlines()[0]
    )
    return page


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_a_page_and_the_readme_leads_to_it(question):
    page = page_of(question)
    assert f"]({page.name})" in (PAGES / "README.md").read_text("utf-8")
    assert "docs/questions" in (PAGES.parents[1] / "README.md").read_text("utf-8")
    for heading in ("## What it says", "## What it cannot say", "## Columns"):
        assert heading in page.read_text("utf-8")


@pytest.mark.parametrize("question", sorted(set(QUESTIONS) - WITHOUT_FIGURE))
def test_the_figure_of_a_page_is_there_and_small(question):
    (figure,) = re.findall(r"!\[.+\]\((.+)\)", page_of(question).read_text("utf-8"))
    assert 0 < (PAGES / figure).stat().st_size < 60_000


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_column_of_an_answer_is_on_its_page(history, question):
    store(
        history,
        ratings(12, 4, full_resolution_minutes=10, tags=["vip"], reopens=1, response={"reason": "slow"}),
    )
    ask = getattr(csat, question)
    options = (
        {"until": WEEK} if "until" in inspect.signature(ask).parameters else {"when": WEEK, "this": WEEK}
    )
    known = {name: value for name, value in options.items() if name in inspect.signature(ask).parameters}
    rows = ask(history, **known, **NEEDED.get(question, {}))
    named = set(re.findall(r"`(\w+)`", page_of(question).read_text("utf-8")))
    by = {"case_mix": {"group"}}.get(question, set())  # the page's example goes by another dimension
    assert set(rows.columns) - by <= named

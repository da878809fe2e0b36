"""Each question has a page with a small figure and all columns of its answer."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from pathlib import Path

import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import NOON, ratings, store

import csat_analysis as csat
from csat_analysis import questions
from csat_analysis.history import History

pytestmark = pytest.mark.slow

PAGES = Path(__file__).parents[2] / "docs" / "questions"
HELPERS = {"agent_limits", "known_changes", "period"}  # they do not answer a question
QUESTIONS = sorted(
    name
    for name in csat.__all__
    if inspect.isfunction(getattr(questions, name, None)) and name not in HELPERS
)
WITHOUT_FIGURE = {"lasting_changes", "times"}  # a table in the report, too


def page_of(question: str) -> Path:
    """Return the page with the question in its title."""
    (page,) = (
        path for path in PAGES.glob("*.md") if f"`csat.{question}`" in path.read_text("utf-8").splitlines()[0]
    )
    return page


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_a_page_that_the_readme_links(question):
    page = page_of(question)
    assert f"]({page.name})" in (PAGES / "README.md").read_text("utf-8")
    assert "docs/questions" in (PAGES.parents[1] / "README.md").read_text("utf-8")
    for heading in ("## What it says", "## What it cannot say", "## Columns"):
        assert heading in page.read_text("utf-8")


@pytest.mark.parametrize("question", sorted(set(QUESTIONS) - WITHOUT_FIGURE))
def test_the_figure_of_a_page_exists_and_is_small(question):
    (figure,) = re.findall(r"!\[.+\]\((.+)\)", page_of(question).read_text("utf-8"))
    assert 0 < (PAGES / figure).stat().st_size < 60_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> History:
    """Return five weeks of ratings with everything that the pages need."""
    made = History(str(tmp_path_factory.mktemp("pages") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    ticket = {
        "first_reply_minutes": 5,
        "full_resolution_minutes": 10,
        "tags": ["vip"],
        "custom_fields": '{"11": "a"}',
        "reopens": 1,
        "response": {"reason": "slow", "comment": "late refund"},
    }
    weekly = [ratings(12, 4, at=NOON + dt.timedelta(weeks=place), **ticket) for place in range(-3, 2)]
    answer = {"question_id": "Q", "headline": "Why?", "answer_type": "closed_ended", "selections": ["slow"]}
    given = [{"response_id": f"R{number:05}", **answer} for number in range(1, 81)]
    fields = [{"field_id": 11, "title": "Topic", "type": "tagger"}]
    return store(made, *weekly, ticket_fields=fields, survey_answers=given)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_example_of_a_page_runs_and_the_page_has_the_columns_of_its_answer_in_their_order(
    filled, question
):
    page = page_of(question).read_text("utf-8")
    (example,) = re.findall(r"```python\n(.+?)```", page, re.DOTALL)
    *before, asked = example.strip().splitlines()
    names = {"csat": csat, "history": filled}
    exec("\n".join(before), names)
    answer = eval(asked, names)
    assert len(answer)
    assert set(answer.columns) <= set(re.findall(r"`(\w+)`", page))
    if "verdict" in answer:
        cells = re.findall(r"^\| (.+?) \| ", page.split("## Columns")[1], re.MULTILINE)
        named = re.findall(r"`(\w+)`", " ".join(cells))
        assert [name for name in named if name in answer] == list(answer.columns)


def test_the_example_of_own_counts_runs(filled):
    *_, example = re.findall(r"```python\n(.+?)```", (PAGES / "README.md").read_text("utf-8"), re.DOTALL)
    imported, asked = example.split("\n\n")
    names = {"history": filled}
    exec(imported, names)
    assert list(eval(asked, names).columns) == re.findall(r"\w+", asked.split("#")[1])

"""The main text and the figures of every notebook can be read without statistics: terms are in folded notes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ACCOUNT, ZONE
from support.long_tests import long_test
from support.rating_factory import NOON, ratings, store
from support.week_reports import WeekReports

from csat_analysis.history import History

pytestmark = pytest.mark.slow

SHORT = ("weekly_report", "follow_up")
NOTEBOOKS = {path.stem: path for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")}
TECHNICAL = re.compile(
    r"φ|\bphi\b|odds|rank correlation|\bsignal|rate of all|99\.67|native_messaging|% interval|\bnan\b"
    r"|\bNone of the [01]\b|(?<!\()\b20\d\d-W\d\d|(?<!\()\bW\d\d\b|99\.8|confidence|p value"
    r"|Newcombe|Wilson|web_form|any_channel",
    re.IGNORECASE,
)


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
    params=[None, *(long_test(one) for one in (_few, _all_bad))],
    ids=["demo", "few ratings", "all bad"],
)
def reports(request, week_reports, tmp_path_factory) -> WeekReports:
    """Return the reports of a usual account, or of one that is filled here."""
    if request.param is None:
        return week_reports
    folder = tmp_path_factory.mktemp("history")
    made = History(str(folder / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    request.param(made)
    return WeekReports(made, folder)


def main_text(page: Path) -> str:
    """Return the text that is not folded, without styles, tables of raw data and drawings."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser").main
    for hidden in [*soup(["details", "style", "svg"]), *soup("table", class_="dataframe")]:
        hidden.decompose()
    return " ".join(soup.stripped_strings)


@pytest.mark.parametrize("name", [one if one in SHORT else long_test(one) for one in NOTEBOOKS])
def test_the_main_text_has_no_technical_terms_and_no_missing_numbers(reports, name):
    text = main_text(reports.report(name).html)
    assert len(text) > 500
    text = " ".join([text, *reports.figure_texts(name)])
    assert not [text[max(0, hit.start() - 60) : hit.end() + 40] for hit in TECHNICAL.finditer(text)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_does_not_call_a_period_twelve_weeks_that_can_be_longer(name):
    assert not re.search(r"(?<!at least )twelve weeks", NOTEBOOKS[name].read_text("utf-8"), re.IGNORECASE)

"""The boxes of `csat.explore`: each question with its figure, table and line of code; wrong inputs as one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ACCOUNT, ZONE
from support.rating_factory import NOON, ratings, store

import csat_analysis as csat
from csat_analysis.errors import CsatError
from csat_analysis.explorer import Explorer
from csat_analysis.explorer.calls import boxes_of, question_names, read_call
from csat_analysis.explorer.figures import FIGURES
from csat_analysis.history import History

pytestmark = pytest.mark.slow

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    """Return ten weeks of ratings of two groups in two channels."""
    made = History(str(tmp_path_factory.mktemp("explorer") / "csat.duckdb"), target=0.9)
    made.create_or_migrate(ACCOUNT, ZONE)
    rows = []
    for number in range(10):
        at = NOON - dt.timedelta(weeks=number)
        rows.append(ratings(12, 4, at=at, tags=["vip"], first_reply_minutes=5, full_resolution_minutes=60))
        rows.append(
            ratings(
                9,
                6,
                reopens=1,
                response={"reason": "slow", "comment": "late refund"},
                at=at,
                agent=2,
                group="Returns",
                channel="chat",
                full_resolution_minutes=600,
            )
        )
    question = {"question_id": "Q", "headline": "Why?", "answer_type": "closed_ended", "selections": ["slow"]}
    given = [{"response_id": f"R{number:05}", **question} for number in range(1, 30)]
    return store(made, *rows, survey_answers=given)


@pytest.fixture(scope="module")
def explorer(history) -> Explorer:
    return csat.explore(history)


def show(explorer: Explorer, values: Mapping[str, str]) -> None:
    """Set all boxes, those without a value to empty, and show the answer once."""
    every = {**dict.fromkeys(explorer.boxes, ""), "period": "2026-W46", "every": "week", **values}
    for box in explorer.boxes.values():
        box.unobserve_all()
    for name, value in every.items():
        if name != "question":
            explorer.boxes[name].value = value
    explorer.boxes["question"].value = None
    for box in explorer.boxes.values():
        box.observe(explorer.update, names="value")
    explorer.boxes["question"].value = values["question"]


@pytest.mark.parametrize("name", question_names())
def test_every_question_shows_its_answer_and_the_line_that_gives_it(explorer, history, name):
    show(explorer, {"question": name, "where": "group=Billing,group=Returns"})
    assert explorer.frame is not None, explorer.html
    assert "<table>" in explorer.html
    assert "neutral ratings: " in explorer.html
    assert ("<figure" in explorer.html) is (name in FIGURES)
    pd.testing.assert_frame_equal(eval(explorer.code, {"csat": csat, "history": history}), explorer.frame)
    shown = {box for box, widget in explorer.boxes.items() if widget.layout.display != "none"}
    assert shown == {"question", *boxes_of(name)}


@pytest.mark.parametrize("name", ["times", "association", "simpson_check", "case_mix", "comment_terms"])
def test_estimates_that_are_not_shares_are_not_written_as_per_cent(explorer, name):
    show(explorer, {"question": name})
    rows = BeautifulSoup(explorer.html, "html.parser").table.find_all("tr")
    place = [cell.get_text() for cell in rows[0].find_all("th")].index("Estimate")
    written = [row.find_all("td")[place].get_text() for row in rows[1:]]
    assert written and not any("%" in text for text in written)


def test_shares_are_written_as_per_cent_and_tickets_are_links(explorer):
    show(explorer, {"question": "low_ratings", "by": "channel"})
    cells = BeautifulSoup(explorer.html, "html.parser").table.find_all("tr")[1].find_all("td")
    written = [cell.get_text().replace("\xa0", " ") for cell in cells]
    assert written[2] == "40 %" and written[8:10] == ["25 %", "+15.0"]
    show(explorer, {"question": "follow_up"})
    calls = BeautifulSoup(explorer.html, "html.parser").table
    assert not calls.find("th", string="Ticket url")
    assert calls.find("a")["href"].startswith(ACCOUNT)


@pytest.mark.parametrize(
    ("name", "boxes", "code"),
    [
        ("csat", {}, "csat.csat(history, when='2026-W46')"),
        ("csat", {"by": "group, channel"}, "csat.csat(history, when='2026-W46', by=['group', 'channel'])"),
        (
            "compare",
            {"by": "channel", "than": "last year"},
            "csat.compare(history, this='2026-W46', than='last year', by='channel')",
        ),
        (
            "trend",
            {"every": "month", "weeks": "3"},
            "csat.trend(history, until='2026-W46', every='month', weeks=3)",
        ),
        ("trend", {"weeks": "12"}, "csat.trend(history, until='2026-W46')"),
        ("trend", {"by": "group"}, "csat.trend(history, by='group', until='2026-W46')"),
        ("response_rate", {"by": "channel"}, "csat.response_rate(history, until='2026-W46', by='channel')"),
        ("low_ratings", {}, "csat.low_ratings(history, when='2026-W46', by='channel')"),
        (
            "low_ratings",
            {"by": "group,channel"},
            "csat.low_ratings(history, when='2026-W46', by=['group', 'channel'])",
        ),
        (
            "csat",
            {"where": "channel=email, group!=Returns"},
            "csat.csat(history, when='2026-W46', where={'channel': 'email', 'not group': 'Returns'})",
        ),
        (
            "time_and_rating",
            {"time": "first_reply_minutes", "by": "group"},
            "csat.time_and_rating(history, when='2026-W46', time='first_reply_minutes', by='group')",
        ),
    ],
)
def test_the_boxes_are_the_arguments_of_the_question(name, boxes, code):
    assert read_call(name, {"period": "2026-W46", "every": "week", **boxes}).code == code


@pytest.mark.parametrize(
    "values",
    [
        {"question": "trend", "every": "month", "weeks": "3"},
        {"question": "trend", "every": "month", "weeks": "2", "by": "group"},
        {"question": "trend", "by": "group"},
        {"question": "compare", "by": "group, channel"},
        {"question": "response_rate", "by": "channel"},
        {"question": "times", "by": "group, channel"},
        {"question": "time_and_rating", "time": "full_resolution_minutes", "by": "group"},
    ],
)
def test_an_answer_that_is_split_has_a_figure_too(explorer, values):
    show(explorer, values)
    assert "<figure" in explorer.html, explorer.html
    assert ">Note</th>" not in explorer.html
    notes = explorer.frame["note"].unique() if "note" in explorer.frame else []
    assert all(f'<p class="csat csat-note">{text}</p>' in explorer.html for text in notes if text)


def test_an_answer_without_rows_says_so(explorer):
    show(explorer, {"question": "follow_up", "period": "2026-W46", "where": "agent!=Ada,agent!=Ben"})
    assert "The answer has no rows." in explorer.html


def test_the_figure_names_what_it_is_compared_with(explorer):
    show(explorer, {"question": "compare", "than": "last year"})
    row = explorer.frame.iloc[0]
    assert f"{row['good']} of {row['n']} ratings were good; against last year: none before" in explorer.html
    show(explorer, {"question": "compare"})
    assert "against the period before: " in explorer.html


@pytest.mark.parametrize(
    ("name", "box", "value", "message"),
    [
        ("csat", "period", "01.11.2026", "01.11.2026"),
        ("csat", "by", "grup", "unknown dimension &#x27;grup&#x27;"),
        ("csat", "where", "channel", "expected NAME=VALUE"),
        ("csat", "where", "channel=emial", "did you mean &#x27;email&#x27;"),
        ("csat", "where", "<b>=x", "&lt;b&gt;"),
        ("trend", "weeks", "many", "expected a whole number"),
        ("case_mix", "by", "group, channel", "case_mix splits by one dimension"),
        ("low_ratings", "by", ",", "needs a dimension"),
    ],
)
def test_a_wrong_input_is_one_line_until_it_is_corrected(explorer, name, box, value, message):
    show(explorer, {"question": name, box: value})
    assert message in explorer.html and explorer.html.startswith('<p role="alert">')
    assert "\n" not in explorer.html and "Error:" not in explorer.html
    assert explorer.frame is None and explorer.code == ""


def test_choices_in_boxes_are_shown_at_once(explorer):
    show(explorer, {"question": "csat", "by": "grup"})
    assert explorer.frame is None
    explorer.boxes["by"].value = "group"
    assert explorer.frame["group"].tolist() == ["Billing", "Returns"]
    explorer.boxes["where"].value = "group=Returns"
    assert explorer.frame["group"].tolist() == ["Returns"]


def test_jupyterlab_shows_boxes_and_other_viewers_the_answer(explorer):
    show(explorer, {"question": "csat"})
    bundle = explorer._repr_mimebundle_()
    assert bundle[VIEW]["model_id"]
    assert "csat.csat(history" in bundle["text/html"] and "<script" not in bundle["text/html"]
    *_, shown = explorer.widget().children
    values = []
    shown.observe(lambda change: values.append(change["new"]), names="value")
    explorer.boxes["by"].value = "group"
    assert values == ["<p>Reading the history …</p>", explorer.html] and "Returns" in shown.value


def test_a_comma_in_a_value_does_not_end_a_filter():
    call = read_call("csat", {"where": "group=Sales, EMEA, channel=email; not agent=Bot"})
    assert call.arguments == {"where": {"group": "Sales, EMEA", "channel": "email", "not agent": "Bot"}}


def test_something_else_than_a_history_is_refused():
    with pytest.raises(CsatError, match="explore\\(\\) needs a history, not a str"):
        csat.explore("csat.duckdb")  # type: ignore[arg-type]


def test_columns_of_the_mapping_are_offered_for_by(history, tmp_path):
    path = tmp_path / "teams.csv"
    path.write_text("agent,team\nAda,North\n")
    offered = csat.explore(History(history.location, mapping=path)).boxes["by"].options
    assert offered[:1] == ("team",) and {"group", "tag"} <= set(offered)

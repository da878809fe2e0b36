"""The reports of a week: names, parameters, and index page."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook
from support.accounts import history_of, small_account

from csat_analysis import findings, questions
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.formats import percent, points
from csat_analysis.history import History
from csat_analysis.periods import last_complete_week
from csat_analysis.reports.collection import Collection, make_report, make_reports
from csat_analysis.reports.file_names import make_unique, shorten
from csat_analysis.settings import Thresholds
from csat_analysis.verdicts import has_enough_data

pytestmark = pytest.mark.slow

WEEK = "2026-W46"
PARAMETERS = (
    'week: str = ""  # a week\ngroup: str = ""  # a group\ncomments: bool = True  # with customers\' words'
)


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    return history_of(small_account(), tmp_path_factory.mktemp("history") / "csat.duckdb")


def tiny(folder: Path, *cells: str) -> str:
    path = folder / "tiny.ipynb"
    tagged = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[tagged, *map(new_code_cell, cells)]), path)
    return str(path)


SHOWS = (
    "from csat_analysis import page\n"
    "page.summary([str(group)], {'week': week, 'group': group, 'comments': comments})"
)


@pytest.fixture(scope="module")
def each(history, tmp_path_factory) -> Collection:
    folder = tmp_path_factory.mktemp("each")
    notebook = tiny(folder, "if group == ['Returns']: raise ValueError('<script>alert(1)</script>')", SHOWS)
    return make_reports(notebook, history, week=WEEK, comments=False, output=folder / "out", progress=False)


@pytest.fixture(scope="module")
def rows(each) -> list[list[str]]:
    body = BeautifulSoup(each.index.read_text("utf-8"), "html.parser").find("table").tbody
    return [[cell.get_text() for cell in row.find_all("td")] for row in body.find_all("tr")]


def test_each_group_has_a_report_in_the_weeks_folder(each, history):
    assert [one.name for one in each.outcomes] == sorted(history.groups(), key=str.casefold)
    assert each.index.parent.name == f"tiny_{WEEK}"
    made = {one.name: one.report for one in each.outcomes if one.report}
    assert set(made) == set(history.groups()) - {"Returns"}
    assert made["Billing"].html.name == f"tiny_{WEEK}_Billing.html"
    assert made["Billing"].numbers == {"week": WEEK, "group": ["Billing"], "comments": False}


def test_the_index_has_the_numbers_of_each_group_in_alphabetical_order(rows, history):
    expected = questions.compare(history, WEEK, by="group").set_index("group")
    names = [row[0] for row in rows]
    assert names == sorted(history.groups(), key=str.casefold)
    for name, ratings, good, change, _verdict, _calls in rows:
        if name not in expected.index:
            assert (ratings, good, change) == ("0", "–", "–")
            continue
        group = expected.loc[name]
        assert int(ratings) == group["n"]
        if not has_enough_data(group["verdict"]):
            # No rate where the verdict says that there are too few ratings.
            assert (good, change) == ("–", "–")
            continue
        assert good.replace("\u00a0", " ") == (
            f"{percent(group['estimate'])} ({percent(group['low'])} to {percent(group['high'])})"
        ).replace("\u00a0", " ")
        assert change.startswith(f"{points(group['change'])}\u00a0(")


def test_the_verdicts_and_calls_of_the_index_are_those_of_the_questions(rows, history):
    judged = questions.compare(history, WEEK, by="group")
    words = dict(zip(judged["group"], findings.describe_changes(judged), strict=True))
    calls = questions.follow_up(history, WEEK)["group"].value_counts()
    for name, *_, verdict, to_call in rows:
        assert verdict == words.get(name, "none now")
        assert int(to_call) == calls.get(name, 0)


def test_every_link_of_the_index_is_a_page_in_its_folder(each):
    page = BeautifulSoup(each.index.read_text("utf-8"), "html.parser")
    links = {link.get_text(): link["href"] for link in page.select("td a")}
    assert set(links) == {one.name for one in each.outcomes} - {"Returns"}
    assert all((each.index.parent / file).is_file() for file in links.values())


def test_a_failed_report_is_listed_with_its_reason_and_no_path_of_this_machine(each):
    (failed,) = each.failed
    assert (failed.name, "ValueError" in failed.failure) == ("Returns", True)
    text = each.index.read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert page.find("h2").get_text() == "1 report could not be made"
    assert "ValueError: <script>alert(1)</script> (see tiny_2026-W46_Returns.failed.ipynb)" in page.get_text()
    assert not page.find_all("script")
    assert str(each.index.parent) not in text


def test_the_index_states_its_source_and_how_it_was_made(each, history):
    page = BeautifulSoup(each.index.read_text("utf-8"), "html.parser")
    assert history.describe_source() in page.find(class_="csat-kicker").get_text()
    assert re.search(
        r"Made from tiny.ipynb with week = 2026-W46 \(9–15 Nov\) on .+ UTC by csat-analysis",
        page.footer.get_text(),
    )


def test_some_groups_can_be_chosen_and_an_unknown_one_is_refused(history, tmp_path):
    notebook = tiny(tmp_path, SHOWS)
    found = make_reports(
        notebook, history, week=WEEK, groups=["Technical", "Billing"], output=tmp_path, progress=False
    )
    assert [one.name for one in found.outcomes] == ["Billing", "Technical"]
    with pytest.raises(UnknownChoice, match="unknown group 'Bilng'; choose from: .*Billing"):
        make_reports(notebook, history, groups=["Bilng"], output=tmp_path, progress=False)


def test_a_notebook_without_a_group_parameter_is_refused_before_any_report(history, tmp_path):
    with pytest.raises(UnknownChoice, match="unknown parameter 'group'; choose from: week"):
        make_reports("start_here", history, week=WEEK, output=tmp_path / "o", progress=False)
    assert not (tmp_path / "o").exists()


def test_reports_per_group_of_a_history_without_ratings_are_refused(tmp_path):
    empty = History(str(tmp_path / "empty.duckdb"))
    empty.create_or_migrate("https://acme.zendesk.com", "UTC")
    with pytest.raises(CsatError, match="holds no ratings"):
        make_reports(tiny(tmp_path, SHOWS), empty, output=tmp_path / "o", progress=False)


def test_names_that_differ_in_case_or_punctuation_get_different_files():
    assert make_unique(["A-B", "a-b", "A-B-2", "A-B"]) == ["A-B", "a-b-2", "A-B-2-2", "A-B-3"]


def test_a_report_is_named_after_notebook_week_and_groups(history, tmp_path):
    found = make_report(
        tiny(tmp_path, SHOWS),
        history,
        week=WEEK,
        groups=["Messaging & Voice", "Billing"],
        output=tmp_path / "o",
    )
    assert found.html.name == "tiny_2026-W46_Messaging-Voice_Billing.html"
    assert found.numbers == {"week": WEEK, "group": ["Messaging & Voice", "Billing"], "comments": True}


def test_a_file_name_of_many_groups_is_shortened(history, tmp_path):
    names = [f"Technische Unterstützung {number}" for number in range(12)]
    first, second = (shorten("_".join(some)) for some in (names, names[:-1]))
    assert first != second and max(len(first.encode()), len(second.encode())) < 200


def test_a_report_has_the_thresholds_of_its_history_wherever_its_notebook_is(history, tmp_path):
    strict = History(history.location, timezone=history.timezone, thresholds=Thresholds(77, 78, 0.8, 0.9))
    told = (
        "import csat_analysis as csat\nfrom csat_analysis import page\n"
        "page.summary([], {'thresholds': list(csat.open_history().thresholds)})"
    )
    found = make_report(tiny(tmp_path, told), strict, week=WEEK, output=tmp_path / "o")
    assert found.numbers["thresholds"] == [77, 78, 0.8, 0.9]


def test_the_default_week_is_the_last_complete_one_in_the_accounts_time_zone(history, tmp_path):
    zone = "Pacific/Kiritimati"  # UTC+14: its Monday begins on Sunday morning here
    there = History(history.location, timezone=zone)
    before = last_complete_week(dt.datetime.now(dt.UTC), zone).label
    found = make_report(tiny(tmp_path, SHOWS), there, output=tmp_path / "o")
    assert found.numbers["week"] in {before, last_complete_week(dt.datetime.now(dt.UTC), zone).label}


def test_a_notebook_that_cannot_leave_comments_out_is_refused(history, tmp_path):
    notebook = Path(tiny(tmp_path, "1"))
    notebook.write_text(notebook.read_text().replace("comments: bool", "words: bool"))
    with pytest.raises(UnknownChoice, match="unknown parameter 'comments'"):
        make_report(str(notebook), history, week=WEEK, comments=False, output=tmp_path / "o")


@pytest.mark.long
def test_a_second_report_of_a_week_has_the_same_numbers_and_page(history, tmp_path):
    once, again = (
        make_report("weekly_report", history, week=WEEK, output=tmp_path / name) for name in ("one", "two")
    )
    assert once.numbers == again.numbers and once.lines == again.lines
    assert json.dumps(once.numbers) != "{}"
    pages = [
        re.sub(r" on \d+ \w+ \d{4} at \d\d:\d\d UTC", "", one.html.read_text("utf-8"))
        for one in (once, again)
    ]
    assert pages[0] == pages[1]


def test_a_report_says_at_the_top_that_survey_answers_could_not_be_read_fully(history, tmp_path):
    history = History(str(shutil.copy(history.location, tmp_path / "csat.duckdb")), timezone=history.timezone)
    bodies = [
        {"kind": "survey_response", "id": str(number), "problem": "no value", "body": "{}"}
        for number in range(4)
    ]
    history.save({"unknown_bodies": [*bodies, {**bodies[0], "kind": "ticket"}]})
    made = make_report(tiny(tmp_path, SHOWS), history, week=WEEK, output=tmp_path / "out")
    first = BeautifulSoup(made.html.read_text("utf-8"), "html.parser").main.find(True)
    assert first.get_text() == "4 survey answers could not be read fully; see csat status"


def test_a_report_of_answers_that_were_all_read_has_no_notice(each):
    assert not BeautifulSoup(each.index.read_text("utf-8"), "html.parser").select(".csat-notice")

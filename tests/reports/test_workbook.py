"""The workbook beside a report: the same numbers as the questions, readable in a spreadsheet program."""

from __future__ import annotations

import datetime as dt
import shutil
import stat
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.hostile_text import PAYLOADS
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import ExportError, ReportError
from csat_analysis.history import History
from csat_analysis.reports.workbook import write_workbook

pytestmark = pytest.mark.slow

SHEETS = ["Summary", "Groups", "Agents", "Weeks", "Reasons", "Call-backs", "Ratings", "Definitions"]
FORMULA = '=HYPERLINK("https://evil.example";"x")'


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    """Return twelve weeks of two groups; comments and names are hostile."""
    made = History(str(tmp_path_factory.mktemp("workbook") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    rows = []
    for number in range(12):
        at = NOON - dt.timedelta(weeks=number)
        rows.append(ratings(20, 4, at=at, status="open", response={"comment": FORMULA}))
        rows.append(ratings(10, 6, at=at, agent=2, group="Returns", response={"comment": "ana@example.com"}))
    store(made, *rows)
    return made


@pytest.fixture(scope="module")
def workbook(history, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "week.xlsx"
    return write_workbook(
        history, csat.period(history, WEEK), path, summary=["Billing: fine", *PAYLOADS.values()]
    )


def sheet(workbook: Path, name: str) -> pd.DataFrame:
    return pd.read_excel(workbook, sheet_name=name)


def test_every_sheet_has_its_table_with_filters_and_a_heading_that_stays_in_view(workbook):
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == SHEETS
    for page in book:
        assert page.freeze_panes == "A2" and page.auto_filter.ref.startswith("A1:")


def test_the_numbers_are_those_of_the_questions(history, workbook):
    rows = csat.compare(history, WEEK, by="group")
    groups = sheet(workbook, "Groups")
    columns = {"n": "Ratings", "estimate": "Satisfaction", "low": "Likely from", "high": "Likely to"}
    pd.testing.assert_frame_equal(
        groups[[*columns.values()]], rows[[*columns]].rename(columns=columns), check_dtype=False
    )
    assert groups["Change, points"].tolist() == (100 * rows["change"]).round(1).tolist()
    # In the words of the page: "no detectable difference" does not tell whether there are too few ratings.
    assert groups["Verdict"].tolist() == findings.describe_changes(rows)
    assert "no detectable difference" not in {*groups["Verdict"], *sheet(workbook, "Agents")["Verdict"]}
    assert len(sheet(workbook, "Ratings")) == rows["n"].sum()
    assert len(sheet(workbook, "Call-backs")) == len(csat.follow_up(history, WEEK))
    assert len(sheet(workbook, "Weeks")) == 12


def test_heads_are_words_and_the_definitions_explain_them(workbook):
    heads = {head for name in SHEETS[1:] for head in sheet(workbook, name)}
    assert not [head for head in heads if "_" in head or head != head[0].upper() + head[1:]]
    terms = sheet(workbook, "Definitions")["Term"].tolist()
    assert {"Satisfaction", "Likely from", "Verdict", "Usual", "Share"} <= set(terms)
    assert len(terms) == len(set(terms))


def test_times_are_local_and_comments_show_no_address(workbook):
    frame = sheet(workbook, "Ratings")
    assert frame["Answered"].dt.hour.eq(13).all()
    assert set(frame["Comment"]) == {FORMULA, "[e-mail]"}


def test_no_cell_is_a_formula_and_only_tickets_are_links(workbook):
    cells = [cell for page in openpyxl.load_workbook(workbook) for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    links = {cell.hyperlink.target for cell in cells if cell.hyperlink}
    assert links and all(link.startswith(f"{ACCOUNT}/agent/tickets/") for link in links)


def test_comments_can_be_left_out_and_only_the_owner_can_read_the_file(history, tmp_path):
    path = tmp_path / "week.xlsx"
    write_workbook(history, csat.period(history, WEEK), path, summary=["fine"], comments=False)
    assert not {"Comment", "Subject"} & {*sheet(path, "Ratings"), *sheet(path, "Call-backs")}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_workbook_that_cannot_be_written_is_named_in_the_error(history, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match=r"^cannot write .*week.xlsx .*--output$"):
        write_workbook(history, csat.period(history, WEEK), tmp_path / "file" / "week.xlsx", summary=[])


def test_an_answer_is_written_by_to_excel(history, tmp_path):
    rows = csat.csat(history, WEEK, by="group")
    path = csat.to_excel(rows, tmp_path / "groups.xlsx")
    assert pd.read_excel(path)["n"].tolist() == rows["n"].tolist()
    with pytest.raises(ExportError, match=r"groups.csv does not end in .xlsx"):
        csat.to_excel(rows, tmp_path / "groups.csv")


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed: apt install libreoffice-calc"
)
def test_libreoffice_opens_the_workbook_and_draws_its_chart(workbook, tmp_path):
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    subprocess.run([*command, "--convert-to", "html", "--outdir", str(tmp_path), str(workbook)], check=True)
    shown = (tmp_path / "week.html").read_text("utf-8")
    assert "Call-backs" in shown and "&quot;https://evil.example" in shown
    assert list(tmp_path.glob("week_html_*.png")) or "<img" in shown

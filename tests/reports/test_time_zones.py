"""A report has one clock: sentences, tables and figures count the same weeks, whatever the system's database says."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from support.vancouver import save_ratings

from csat_analysis.history import History
from csat_analysis.reports.collection import make_report


@pytest.fixture
def older_laws(tmp_path, monkeypatch) -> None:
    """Give the system a database in which Vancouver is on UTC-8 in November 2026, like Los Angeles."""
    folder = tmp_path / "zoneinfo" / "America"
    folder.mkdir(parents=True)
    law = files("tzdata").joinpath("zoneinfo", "America", "Los_Angeles").read_bytes()
    (folder / "Vancouver").write_bytes(law)
    monkeypatch.setenv("PYTHONTZPATH", str(folder.parent))


@pytest.mark.slow
@pytest.mark.usefixtures("older_laws")
def test_a_weekly_report_contradicts_itself_nowhere(tmp_path):
    history = History(str(tmp_path / "csat.duckdb"))
    save_ratings(history)
    report = make_report("weekly_report", history, week="2026-W47", output=tmp_path / "reports")
    page = BeautifulSoup(Path(report.html).read_text("utf-8"), "html.parser")
    text = " ".join(page.get_text(" ").split())
    assert "satisfaction fell to 33 % of 30, from 100 %" in text
    first_line = " ".join(report.lines[0].split())
    assert "33 % of 30 ratings were good" in first_line and "100 % of 12 before" in first_line
    # Every share with its number of ratings, in sentences, figures and the table of groups.
    assert set(re.findall(r"(\d+) % of (\d+)", text)) == {("33", "30"), ("100", "12")}
    assert set(re.findall(r"n = (\d+)", text)) == {"30", "42"}
    row = next(row for row in page.find_all("tr") if row.find(string="tickets without a group"))
    cells = [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
    assert (cells[1], cells[2], cells[4], cells[5], cells[-1]) == ("30", "33 %", "12", "100 %", "lower")

"""Open every notebook's report in a real browser: desktop, phone, print and PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import open_tab
from support.long_tests import long_test

from csat_analysis.delivery.pdf import find_chromium, to_pdf
from csat_analysis.errors import DeliveryError
from csat_analysis.reports.notebooks import NOTEBOOKS

pytestmark = pytest.mark.slow

NAMES = [path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
PAPERS = {"A4": (210, 297), "Letter": (215.9, 279.4)}  # mm
MARGIN = 14  # mm, as the style sheet has it
PER_MM = 96 / 25.4
SHORT = ["weekly_report", "trends_by_agent_and_group"]


@pytest.fixture(scope="module", params=[name if name in SHORT else long_test(name) for name in NAMES])
def tab(request, browser, week_reports) -> Iterator[Any]:
    """Yield a tab with one of the reports."""
    page = week_reports.report(request.param).html
    tab = open_tab(browser, page, width=1100)
    tab.file = page
    yield tab
    tab.close()


@pytest.fixture
def opened(tab) -> Any:
    """Return the tab as it was opened, whatever the test before did with it."""
    tab.emulate_media(media="screen")
    tab.set_viewport_size({"width": 1100, "height": 844})
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
    return tab


def test_a_page_makes_no_request_and_logs_nothing(opened):
    assert [url for url in opened.requested if not url.startswith("data:")] == [opened.file.as_uri()]
    assert opened.logged == []
    assert opened.file.stat().st_size < 2_000_000


def test_every_picture_has_alternative_text_and_is_decoded(opened):
    pictures = opened.evaluate("[...document.images].map(one => [one.alt, one.naturalWidth])")
    assert pictures
    for alt, width in pictures:
        assert len(alt) > 20 and width > 0, alt


def test_heading_levels_increase_by_one_below_a_single_h1(opened):
    levels = opened.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => +one.tagName[1])"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_table_of_contents_links_every_section(opened):
    parts = opened.evaluate("[...document.querySelectorAll('h2')].map(one => one.id)")
    listed = opened.evaluate("[...document.querySelectorAll('nav a')].map(one => one.hash.slice(1))")
    assert len(parts) < 2 or [opened.evaluate("decodeURIComponent", one) for one in listed] == parts


@pytest.mark.parametrize("width", [1100, 390, 320])
def test_only_boxes_of_figures_and_tables_scroll_sideways(opened, width):
    opened.set_viewport_size({"width": width, "height": 844})
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [1280, long_test(768), 390])
def test_axe_finds_no_barrier(opened, width):
    opened.set_viewport_size({"width": width, "height": 844})
    opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert not Axe().run(opened).response["violations"]


@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_is_cut_off_in_print(opened, paper):
    width, height = ((side - 2 * MARGIN) * PER_MM for side in PAPERS[paper])
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": int(width), "height": int(height)})
    wide, tall = opened.evaluate(
        """() => [
          Math.max(...[...document.querySelectorAll('main *')].map(one => one.getBoundingClientRect().right)),
          Math.max(0, ...[...document.querySelectorAll('figure')].map(one => one.getBoundingClientRect().height)),
        ]"""
    )
    assert wide <= width + 1
    assert tall < height
    kept = opened.evaluate(
        "[...document.querySelectorAll('figure, tr')].map(one => getComputedStyle(one).breakInside)"
    )
    assert set(kept) <= {"avoid"}


def test_the_pdf_is_a4_and_the_only_new_file(week_reports, tmp_path):
    page = tmp_path / "weekly.html"
    page.write_bytes(week_reports.report("weekly_report").html.read_bytes())
    pdf = to_pdf(page)
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", content).groups())
    assert (round(width), round(height)) == (595, 842)
    assert b"/StructTreeRoot" in content  # tagged, for screen readers
    assert sorted(one.name for one in tmp_path.iterdir()) == ["weekly.html", "weekly.pdf"]


def test_the_error_without_a_chromium_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeliveryError, match="needs Chromium, Chrome or Edge.*apt install chromium"):
        find_chromium()


def test_a_chromium_that_writes_nothing_is_an_error_and_the_page_is_kept(monkeypatch, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "chromium").symlink_to("/bin/true")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    page = tmp_path / "page.html"
    page.write_text("<html><head></head></html>")
    with pytest.raises(DeliveryError, match="made no PDF: print .*page.html from a browser instead"):
        to_pdf(page)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bin", "page.html"]

"""Customers' text is harmless in notebook, page, CSV and XLSX, and is never committed to git."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import unicodedata
from pathlib import Path

import nbformat
import openpyxl
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from conftest import open_tab
from jupyter_client.kernelspec import get_kernel_spec
from nbformat.v4 import new_code_cell, new_notebook
from support.hostile_text import PAYLOADS

from csat_analysis.export import export
from csat_analysis.findings import follow_up_table
from csat_analysis.formats import BIDI_CONTROLS
from csat_analysis.reports import execution as report
from csat_analysis.reports.components import escape, table
from csat_analysis.reports.notebooks import NOTEBOOKS

ROOT = Path(__file__).parents[2]
LEADS = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝]"
)
EXECUTES = {
    "script",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "input",
    "link",
    "meta",
    "base",
    "style",
}


def calls() -> pd.DataFrame:
    """Return calls with every payload as comment, group, agent and reason."""
    words = list(PAYLOADS.values())
    return pd.DataFrame(
        {
            "rating": 1,
            "ticket_id": range(len(words)),
            "ticket_url": [f"javascript:alert({word!r})" for word in words],
            "submitted_at": pd.Timestamp("2026-11-10T10:15:30Z"),
            "status": "open",
            "reopens": 0,
            "subject": words,
            "customer_id": range(len(words)),
            "customer_url": [f"javascript:alert({word!r})" for word in words],
            "organization": words,
            "group": words,
            "agent": words,
            "reason": words,
            "comment": words,
        }
    )


SHOWN = [
    "import pandas as pd\nfrom csat_analysis import charts, findings, page\n"
    "calls = pd.read_parquet(file)\nwords = calls['comment']",
    "page.headline('Harmless', ' '.join(words.str[:60]), kicker=words[0])",
    "page.summary(words.str[:200], {'words': list(words.str[:50])})",
    "page.tiles([(word[:30], word[:30], word[:30]) for word in words[:8]])",
    "page.finding(words[3])",
    "page.note(words[1])",
    "listed = findings.follow_up_table(calls, 'Europe/Berlin')\n"
    "page.table(listed, limit=None, link=findings.follow_up_links(listed))",
    "page.definitions([(word[:80], word[:80]) for word in words])",
    "calls[['subject', 'comment']]",
    "numbers = {'n': 30, 'estimate': .8, 'low': .7, 'high': .9, 'n_before': 30, 'estimate_before': .8}\n"
    "change = {'change': 0., 'change_low': -.1, 'change_high': .1, 'verdict': 'no detectable difference'}\n"
    "rows = pd.DataFrame({'group': words.str[:40].drop_duplicates(), **numbers, **change})\n"
    "charts.differences(rows, by='group', title=words[0], subtitle=words[1], note=words[2])",
    "print(words[0], words[1])",
]


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> report.Report:
    """Return a report that shows the payloads in every component and as a plain DataFrame."""
    folder = tmp_path_factory.mktemp("hostile")
    calls().to_parquet(folder / "calls.parquet")
    where = f"file: str = {str(folder / 'calls.parquet')!r}  # where the calls are"
    cells = [new_code_cell(where, metadata={"tags": ["parameters"]}), *map(new_code_cell, SHOWN)]
    path = folder / "hostile.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return report.run(path, parameters={}, output=folder / "out" / "page.html")


def outputs(result: report.Report) -> list[str]:
    """Return the HTML outputs of the executed notebook, as JupyterLab shows them."""
    cells = nbformat.read(result.notebook, as_version=4).cells
    shown = [
        output.get("data", {}).get("text/html", "") for cell in cells for output in cell.get("outputs", [])
    ]
    return [html for html in shown if html]


def assert_harmless(soup: Tag) -> None:
    assert not soup.find_all(EXECUTES - {"style", "meta"})
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"srcdoc", "autofocus"}]
        assert tag.get("style", "") in {"", "text-align: right;"}  # pandas writes this one
        assert not str(tag.get("href", "")).lower().startswith(("javascript:", "data:"))
        assert str(tag.get("src", "data:image/")).startswith("data:image/")


@pytest.mark.slow
def test_the_notebook_shows_every_payload_as_text(result):
    shown = outputs(result)
    assert len(shown) >= 8
    for html in shown:
        assert_harmless(BeautifulSoup(html, "html.parser"))


@pytest.mark.slow
def test_the_page_shows_every_payload_as_text(result):
    soup = BeautifulSoup(result.html.read_text("utf-8"), "html.parser")
    assert len(soup.find_all("style")) == 1 and not soup.main.find_all("style")
    assert_harmless(soup)
    shown = soup.select_one(".csat-table table").tbody
    rows = [row.find_all("td")[-1].get_text() for row in shown.find_all("tr")]
    assert len(rows) == len(PAYLOADS)
    for (name, payload), cell in zip(PAYLOADS.items(), rows, strict=True):
        expected = payload if len(payload) <= 600 else f"{payload[:600]}… ("
        assert _words(cell).startswith(_words(expected)), name


def _words(text: str) -> str:
    """Return the visible letters, in order."""
    kept = (
        letter for letter in text.translate(BIDI_CONTROLS) if unicodedata.category(letter) not in {"Cc", "Cs"}
    )
    return "".join("".join(kept).split())


@pytest.mark.slow
def test_no_payload_changes_the_text_direction_of_its_surroundings(result):
    text = BeautifulSoup(result.html.read_text("utf-8"), "html.parser").find("table").get_text()
    assert not set(map(chr, BIDI_CONTROLS)) & set(text)
    assert escape("20 \u202e% of 12\u2066 rated\u202c") == "20 % of 12 rated"
    kinds = {unicodedata.bidirectional(chr(turn)) for turn in BIDI_CONTROLS}
    assert kinds == {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.slow
def test_no_payload_runs_makes_a_request_or_navigates_in_a_browser(result, browser):
    tab = open_tab(browser, result.html, width=390)
    tab.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert tab.title() == "Harmless"
    assert [url for url in tab.requested if not url.startswith("data:")] == [result.html.as_uri()]
    assert tab.logged == []
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.close()


@pytest.mark.slow
def test_the_html_of_the_notebook_alone_runs_nothing_in_a_browser(result, browser):
    tab = browser.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_content("<title>Lab</title>" + "".join(outputs(result)))
    tab.wait_for_timeout(200)
    assert tab.title() == "Lab"
    assert [url for url in asked if not url.startswith("data:")] == []
    tab.close()


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_is_not_a_formula_or_a_second_row_in_csv_and_xlsx(name, tmp_path):
    rows = pd.DataFrame({"comment": [PAYLOADS[name], "after"], "tags": [[PAYLOADS[name]], []]})
    found = pd.read_csv(export(rows, tmp_path / "t.csv"), dtype=str, keep_default_na=False)
    assert len(found) == 2 and found["comment"][1] == "after"
    sheet = openpyxl.load_workbook(export(rows, tmp_path / "t.xlsx")).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    assert (sheet.max_row, sheet.max_column) == (3, 2)
    for text in found.to_numpy().ravel():
        assert not LEADS.match(text), text[:40]


def test_a_comment_of_ten_thousand_letters_is_shortened():
    shown = BeautifulSoup(table(follow_up_table(calls(), "Europe/Berlin"), limit=None).html, "html.parser")
    cells = [cell.get_text() for cell in shown.find_all("td")]
    assert max(map(len, cells)) < 650
    assert any(cell.endswith("… (9400 more characters)") for cell in cells)


# Not in git --------------------------------------------------------------------------------------------------------


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", pattern], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a checkout of git: what is tracked cannot be told")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_no_notebook_in_git_has_outputs():
    notebooks = tracked("*.ipynb")
    assert notebooks
    for path in notebooks:
        cells = nbformat.read(path, as_version=4).cells
        assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")], path


def test_no_report_history_or_settings_file_is_in_git():
    synthetic = ROOT / "tests" / "history_files"
    kinds = ("*.duckdb", "*.env", ".env", "reports/*", "demo/*")
    found = [path for kind in kinds for path in tracked(kind)]
    assert [path for path in found if synthetic not in path.parents] == []


def test_the_hook_removes_outputs_with_the_options_of_make_format(tmp_path):
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    strip = shlex.split(next(hook["entry"] for hook in hooks if hook["id"] == "nbstripout"))[1:]
    assert _strip_options() == strip
    path = tmp_path / "executed.ipynb"
    cell = new_code_cell("1", execution_count=3, outputs=[nbformat.v4.new_output("stream", text="her words")])
    cell.metadata["papermill"] = {"status": "completed"}
    nbformat.write(new_notebook(cells=[cell], metadata={"papermill": {"parameters": {"group": "VIP"}}}), path)
    subprocess.run([sys.executable, "-m", "nbstripout", *strip, str(path)], check=True)
    assert not re.search("her words|VIP|completed", path.read_text("utf-8"))


def test_what_jupyterlab_saves_is_no_change_of_a_notebook(tmp_path):
    original = NOTEBOOKS / "start_here.ipynb"
    saved = nbformat.read(original, as_version=4)
    kernel = get_kernel_spec("python3")
    saved.metadata.kernelspec = {"display_name": kernel.display_name, "language": "python", "name": "python3"}
    saved.metadata.language_info = {"name": "python", "version": "3.11.7", "pygments_lexer": "ipython3"}
    for number, cell in enumerate(cell for cell in saved.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
        cell.outputs = [nbformat.v4.new_output("stream", text="her words")]
    path = tmp_path / "start_here.ipynb"
    nbformat.write(saved, path)
    subprocess.run([sys.executable, "-m", "nbstripout", *_strip_options(), str(path)], check=True)
    assert path.read_text("utf-8") == original.read_text("utf-8")


def _strip_options() -> list[str]:
    """Return the options of the filter that .gitattributes names."""
    in_makefile = re.search(r"\$\(BIN\)/nbstripout (.+)", (ROOT / "Makefile").read_text("utf-8"))
    return shlex.split(in_makefile[1])

"""Execute small notebooks, each with one behaviour, and check the page, also in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import open_tab
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from csat_analysis.errors import ReportError, UnknownChoice
from csat_analysis.reports import execution as report
from csat_analysis.reports.html_export import to_html
from csat_analysis.reports.notebooks import find_notebook
from csat_analysis.reports.sanitize import clean

pytestmark = pytest.mark.slow

SECRET = "s3cr3t-token-0815"
PARAMETERS = new_code_cell(
    'week: str = "2026-W47"  # ISO week\ngroup: str = ""  # name of a group',
    metadata={"tags": ["parameters"]},
)


def notebook(folder: Path, *cells: str | nbformat.NotebookNode, name: str = "tiny") -> Path:
    new = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=[PARAMETERS, *new]), path)
    return path


def displayed(*outputs: nbformat.NotebookNode, markdown: str = "# Title") -> str:
    cells = [new_markdown_cell(markdown), new_code_cell("hidden = 1", outputs=list(outputs))]
    return to_html(new_notebook(cells=cells))


def shows(data: dict[str, str], metadata: dict | None = None) -> str:
    return displayed(new_output("display_data", data=data, metadata=metadata or {}))


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> report.Report:
    folder = tmp_path_factory.mktemp("result")
    path = notebook(
        folder,
        new_markdown_cell("# For analysts only", metadata={"tags": ["notebook-only"]}),
        "import os, sys\nimport pandas as pd\nfrom csat_analysis import charts, page\npage.setup()",
        "page.headline(f'{group} held in {week}', '88 % of 120 rated tickets.', kicker='Weekly report')",
        "page.summary(['88 % were satisfied.'], {'csat': 0.88, 'group': group, 'here': os.getcwd(),"
        " 'python': sys.executable, 'account': os.environ['ACCOUNT']})",
        "page.tiles([('Satisfied', '88 %', 'n = 120'), ('Change', '-3.1', 'points')])",
        "page.finding('Is it a real change?')",
        "weeks = pd.date_range('2026-09-07', '2026-11-16', freq='7D')\n"
        "frame = pd.DataFrame({'week': weeks, 'n': 90, 'estimate': 0.88, 'low': 0.8, 'high': 0.93})\n"
        "charts.trend(frame, title='No clear change', subtitle='n = 990')",
        new_markdown_cell("## Whom to call\n\nLow ratings with a comment."),
        "page.table(pd.DataFrame({'ticket_id': range(40), 'comment': ['<script>document.title=1</script>',"
        " 'W' * 300, 'لم يتم حل المشكلة', '<img src=x onerror=document.title=2>'] * 10,"
        " **{f'column {n}': 'some words' for n in range(12)}}))",
        "from IPython.display import HTML\n"
        'HTML(\'<script>document.title=3</script><img src="https://example.com/x.png" alt="from elsewhere">'
        '<a href="javascript:alert(4)">go</a><p onclick="alert(5)">kept words</p>\')',
        "page.finding('Agents', level=3)",
        "page.definitions([('Satisfied', '4 or 5 of 5')])",
        "print('token', os.environ['ZENDESK_API_TOKEN'])",
    )
    environment = {"ZENDESK_API_TOKEN": SECRET, "ACCOUNT": "demo"}
    return report.run(
        path, parameters={"group": "Billing"}, output=folder / "out" / "page.html", environment=environment
    )


@pytest.fixture(scope="module")
def page(result) -> BeautifulSoup:
    return BeautifulSoup(result.html.read_text("utf-8"), "html.parser")


def test_a_run_writes_page_and_notebook_and_leaves_no_temporary_file(result):
    assert sorted(path.name for path in result.html.parent.iterdir()) == ["page.html", "page.ipynb"]


def test_the_summary_is_read_from_the_executed_notebook(result):
    assert result.lines == ("88 % were satisfied.",)
    assert (result.numbers["csat"], result.numbers["group"], result.numbers["account"]) == (
        0.88,
        "Billing",
        "demo",
    )


def test_the_notebook_runs_in_its_own_folder_with_this_interpreter(result):
    assert result.numbers["here"] == str(result.html.parents[1])
    assert result.numbers["python"] == report.sys.executable
    assert str(Path.cwd()) != result.numbers["here"]


def test_secrets_of_the_environment_are_in_no_file(result):
    for file in result.html.parent.iterdir():
        text = file.read_text("utf-8")
        assert SECRET not in text
        assert "token [secret]" in text


def test_the_executed_notebook_is_valid_and_contains_no_path_of_this_machine(result):
    executed = nbformat.read(result.notebook, as_version=4)
    nbformat.validate(executed)
    assert executed.metadata.papermill.input_path == "tiny.ipynb"
    assert executed.metadata.papermill.output_path == "tiny.ipynb"


def test_the_page_is_titled_by_its_first_heading_and_leaves_out_code_parameters_and_notes_to_analysts(page):
    assert page.title.get_text() == "Billing held in 2026-W47"
    assert page.html["lang"] == "en"
    assert "import pandas" not in page.get_text()
    assert "For analysts only" not in page.get_text()


def test_the_contents_link_every_heading_of_level_two(page):
    entries = page.select("nav a")
    assert [entry.get_text() for entry in entries] == ["Is it a real change?", "Whom to call"]
    assert [page.find(id=entry["href"][1:]).get_text() for entry in entries] == [
        entry.get_text() for entry in entries
    ]


def test_the_footer_states_how_the_page_was_made(page):
    foot = page.footer.get_text()
    assert re.search(r"Made from tiny\.ipynb with group = Billing on \d+ \w+ 20\d\d at \d\d:\d\d UTC", foot)
    assert "csat-analysis" in foot


def test_the_style_of_jupyterlab_is_not_in_the_page(page):
    assert len(page.find_all("style")) == 1


def test_the_page_is_small_and_makes_no_request(result, page):
    assert result.html.stat().st_size < 2_000_000
    assert page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"].startswith(
        "default-src 'none'; "
    )
    sources = [tag["src"] for tag in page.find_all(src=True)]
    assert sources
    assert all(source.startswith("data:") for source in sources)
    assert not page.find_all(["script", "link", "iframe", "object", "embed"])


def test_hostile_output_is_harmless_and_keeps_its_text(page):
    assert not [tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    assert not page.find_all(href=re.compile("^javascript:", re.I))
    assert page.find("a", string="go").get("href") is None
    assert "kept words" in page.get_text()
    assert "example.com" not in str(page)


@pytest.mark.parametrize(
    "hostile",
    [
        "<scr<script>ipt>alert(1)</script>",
        "<svg onload=alert(1)><script>alert(2)</script></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<a href='java\nscript:alert(1)'>x</a><a href='&#106;avascript:alert(1)'>x</a>",
        "<form action=https://evil.example><input><button formaction='javascript:alert(1)'>x</button></form>",
        "<img src='data:text/html;base64,PHNjcmlwdD4='><img src='data:image/svg+xml,<svg onload=alert(1)>'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'><base href=https://evil.example>",
        "<div style='background:url(https://evil.example)'>x</div><link rel=stylesheet href=https://evil.example>",
        "<!--><script>alert(1)</script>--><script>alert(1)",
        "</main></body><h1 ONCLICK=alert(1)>x",
    ],
)
def test_sanitizing_removes_scripts_handlers_frames_forms_and_foreign_addresses(hostile):
    soup = BeautifulSoup(clean(hostile), "html.parser")
    forbidden = [
        "script",
        "style",
        "svg",
        "math",
        "iframe",
        "form",
        "input",
        "button",
        "meta",
        "base",
        "link",
    ]
    assert not soup.find_all(forbidden)
    for tag in soup.find_all(True):
        assert not set(tag.attrs) - {"href", "rel", "src", "class"}
    assert "evil" not in str(soup)
    assert "javascript" not in str(soup)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (new_output("execute_result", data={"text/plain": "the value <b>"}), "the value &lt;b&gt;"),
        (new_output("execute_result", data={"text/html": "<b>bold</b>", "text/plain": "x"}), "<b>bold</b>"),
        (new_output("display_data", data={"text/html": "<i>shown</i>"}), "<i>shown</i>"),
        (new_output("display_data", data={"text/markdown": "**strong**"}), "<strong>strong</strong>"),
        (new_output("display_data", data={"text/latex": "$x<y$"}), "$x&lt;y$"),
        (
            new_output("display_data", data={"image/png": "iVBORw0KGgo="}),
            "data:image/png;base64,iVBORw0KGgo=",
        ),
        (new_output("display_data", data={"image/jpeg": "/9j/4AAQ"}), "data:image/jpeg;base64,/9j/4AAQ"),
        (new_output("display_data", data={"image/svg+xml": "<svg/>"}), "data:image/svg+xml;base64,PHN2Zy8+"),
        (
            new_output("display_data", data={"application/javascript": "alert(1)"}),
            "see the notebook: a script",
        ),
        (
            new_output("display_data", data={"application/pdf": "JVBERi0="}),
            "see the notebook: a PDF",
        ),
        (
            new_output(
                "display_data", data={"application/vnd.jupyter.widget-view+json": "{}", "text/plain": "W()"}
            ),
            "see the notebook: an interactive widget",
        ),
        (new_output("stream", name="stdout", text="printed <b> \x1b[31mred\x1b[0m"), "printed &lt;b&gt; red"),
        (new_output("stream", name="stderr", text="warned"), "warned"),
        (new_output("error", ename="E", evalue="v", traceback=["\x1b[31mTrace <b>"]), "Trace &lt;b&gt;"),
    ],
)
def test_every_kind_of_output_is_kept(output, expected):
    assert expected in displayed(output)


def test_the_alternative_text_of_a_picture_is_that_of_its_metadata_or_its_text():
    given = shows({"image/png": "iVBORw0KGgo="}, {"image/png": {"alt": 'a "rise" to 91 %'}})
    printed = shows({"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480>"})
    assert BeautifulSoup(given, "html.parser").img["alt"] == 'a "rise" to 91 %'
    assert BeautifulSoup(printed, "html.parser").img["alt"] == "<Figure size 640x480>"


def test_the_address_of_a_picture_is_escaped():
    soup = BeautifulSoup(shows({"image/png": 'iVBO"><img src=x onerror=alert(1)>'}), "html.parser")
    assert [sorted(image.attrs) for image in soup.find_all("img")] == [["alt", "src"]]


def test_raw_cells_are_left_out():
    assert "alert" not in to_html(new_notebook(cells=[new_raw_cell("<script>alert(1)</script>")]))


def test_headings_with_the_same_text_get_different_anchors():
    soup = BeautifulSoup(displayed(markdown="# T\n\n## Where\n\n## Where"), "html.parser")
    assert [heading["id"] for heading in soup.find_all("h2")] == ["where", "where-2"]
    assert [entry["href"] for entry in soup.select("nav a")] == ["#where", "#where-2"]


def test_the_error_for_an_unknown_parameter_lists_the_valid_ones(tmp_path):
    with pytest.raises(UnknownChoice, match="unknown parameter 'wekk'; choose from: week, group"):
        report.run(notebook(tmp_path, "1"), parameters={"wekk": "x"}, output=tmp_path / "p.html")
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.ipynb"]


def test_a_notebook_is_found_by_path_or_by_name_with_hyphens_or_underscores(tmp_path):
    path = notebook(tmp_path, "1", name="weekly_report")
    for name in ("weekly-report", "weekly_report.ipynb"):
        assert find_notebook(name, folder=tmp_path) == path
    assert find_notebook(path) == path
    for unknown in ("monthly", tmp_path / "none" / "weekly_report.ipynb"):
        with pytest.raises(UnknownChoice, match="choose from: weekly_report"):
            find_notebook(unknown, folder=tmp_path)


def test_a_run_does_not_replace_its_source_notebook(tmp_path):
    source = notebook(tmp_path, "1")
    with pytest.raises(ReportError, match="would replace the notebook"):
        report.run(source, parameters={}, output=tmp_path / "tiny.html")
    assert len(nbformat.read(source, as_version=4).cells) == 2


def test_the_error_for_a_file_that_is_not_a_notebook_says_so(tmp_path):
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{}")
    with pytest.raises(ReportError, match="is not a notebook"):
        report.run(broken, parameters={}, output=tmp_path / "p.html")


def failing(folder: Path, *cells: str, **options) -> tuple[str, dict]:
    """Return the error of a failed run and the notebook it keeps; check that an earlier page is unchanged."""
    page = folder / "page.html"
    page.write_text("of last week")
    with pytest.raises(ReportError) as failure:
        report.run(notebook(folder, *cells), parameters={}, output=page, **options)
    assert page.read_text() == "of last week"
    assert sorted(path.name for path in folder.iterdir()) == ["page.failed.ipynb", "page.html", "tiny.ipynb"]
    assert "\n" not in str(failure.value)
    return str(failure.value), json.loads((folder / "page.failed.ipynb").read_text("utf-8"))


def test_the_message_of_a_csat_error_in_a_notebook_is_kept(tmp_path):
    message, _ = failing(
        tmp_path,
        "from csat_analysis.errors import UnknownChoice\nraise UnknownChoice('group', 'Bilig', ['Billing'])",
    )
    assert message == "unknown group 'Bilig'; choose from: Billing (did you mean 'Billing'?)"


def test_another_error_names_the_cell_and_the_kept_notebook_which_has_no_secrets(tmp_path):
    message, kept = failing(
        tmp_path,
        "import os\nprint(os.environ['ZENDESK_API_TOKEN'], os.environ['CSAT_DATABASE'])",
        "1 / 0",
        "'never reached'",
        environment={"ZENDESK_API_TOKEN": SECRET, "CSAT_DATABASE": "postgresql://ana:p4ssw0rd@db/csat"},
    )
    failed = tmp_path / "page.failed.ipynb"
    assert message == f"tiny.ipynb: code cell 3 failed: ZeroDivisionError: division by zero (see {failed})"
    assert kept["metadata"]["csat_failed"] == message
    assert "ZeroDivisionError" in json.dumps(kept)
    assert SECRET not in json.dumps(kept)
    assert "p4ssw0rd" not in json.dumps(kept)


def test_messages_and_summaries_contain_no_secret(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / ".env").write_text("CSAT_WEBHOOK=https://hooks.example/T0/from-the-file\n")
    shown = "f\"{os.environ['ZENDESK_API_TOKEN']} https://hooks.example/T0/from-the-file\""
    message, _ = failing(
        folder, f"import os\nraise RuntimeError({shown})", environment={"ZENDESK_API_TOKEN": SECRET}
    )
    assert "RuntimeError: [secret] [secret]" in message
    result = report.run(
        notebook(folder, f"import os\nfrom csat_analysis import page\npage.summary([{shown}], {{}})"),
        parameters={},
        output=folder / "page.html",
        environment={"ZENDESK_API_TOKEN": SECRET},
    )
    assert result.lines == ("[secret] [secret]",)


def test_a_folder_that_cannot_be_created_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ReportError, match="cannot write the report to .*choose another folder"):
        report.run(notebook(tmp_path, "1"), parameters={}, output=tmp_path / "file" / "page.html")


def test_a_kernel_that_dies_leaves_no_page_and_says_so(tmp_path):
    message, kept = failing(tmp_path, "import os\nos._exit(1)")
    assert "code cell 2 ended its process" in message
    assert kept["metadata"]["csat_failed"] == message


def test_a_cell_that_runs_too_long_is_stopped(tmp_path):
    message, _ = failing(tmp_path, "import time\ntime.sleep(60)", cell_timeout_seconds=1)
    assert "code cell 2 took too long and was stopped" in message


def test_a_successful_run_deletes_the_failed_notebook_of_an_earlier_one(tmp_path):
    stale = tmp_path / "page.failed.ipynb"
    stale.write_text("{}")
    report.run(notebook(tmp_path, "1"), parameters={}, output=tmp_path / "page.html")
    assert not stale.exists()


@pytest.fixture(scope="module")
def phone_tab(browser, result):
    """Yield the page at phone width."""
    tab = open_tab(browser, result.html, width=390)
    yield tab
    tab.close()


def test_a_browser_makes_no_request_logs_nothing_and_runs_no_script(phone_tab, result):
    assert [url for url in phone_tab.requested if not url.startswith("data:")] == [result.html.as_uri()]
    assert phone_tab.logged == []
    assert phone_tab.title() == "Billing held in 2026-W47"


def test_on_a_phone_only_the_boxes_of_charts_and_tables_scroll_sideways(phone_tab):
    assert phone_tab.evaluate("document.documentElement.scrollWidth") == 390
    boxes = phone_tab.evaluate(
        "[...document.querySelectorAll('.csat-scroll')].map(box => box.scrollWidth > box.clientWidth)"
    )
    assert boxes == [True]


def test_on_a_phone_the_narrow_drawing_of_a_chart_is_shown(phone_tab):
    assert phone_tab.evaluate(
        "[...document.querySelectorAll('picture img')].map(image => image.currentSrc != image.src)"
    ) == [True]
    assert phone_tab.evaluate("document.querySelector('picture img').clientWidth") == 358


def test_text_has_the_contrast_of_aa(phone_tab):
    worst = phone_tab.evaluate(
        """() => {
          const channels = colour => colour.match(/[\\d.]+/g).map(Number);
          const light = colour => channels(colour).slice(0, 3).map(c => c / 255)
            .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const behind = node => {
            for (; node; node = node.parentElement) {
              const colour = getComputedStyle(node).backgroundColor;
              if ((channels(colour)[3] ?? 1) > 0) return colour;
            }
            return 'rgb(255, 255, 255)';
          };
          const words = [...document.querySelectorAll('main *, footer *')]
            .filter(n => [...n.childNodes].some(c => c.nodeType === 3 && c.textContent.trim()));
          return Math.min(...words.map(n => {
            const [a, b] = [light(getComputedStyle(n).color), light(behind(n))].sort((x, y) => y - x);
            return (a + .05) / (b + .05);
          }));
        }"""
    )
    assert worst >= 4.5


def test_print_expands_collapsed_parts_and_leaves_out_the_contents(phone_tab):
    phone_tab.emulate_media(media="print")
    visible = phone_tab.locator("details dd").first.is_visible(), phone_tab.locator("nav").is_visible()
    phone_tab.emulate_media(media="screen")
    assert visible == (True, False)

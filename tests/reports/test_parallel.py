"""Several reports in parallel: the same outputs as a kernel, and a failed one does not stop the others."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from csat_analysis.errors import HistoryBusy, UnknownChoice
from csat_analysis.reports.execution import run
from csat_analysis.reports.parallel import Outcome, Task, fan_out

pytestmark = pytest.mark.slow

PARAMETERS = new_code_cell('group: str = ""  # name of a group', metadata={"tags": ["parameters"]})
EVERY_OUTPUT = [
    "import os, sys\nfrom IPython.display import Image, Markdown, display\nprint('printed', group)\n'the value'",
    "'hidden by the semicolon';",
    "display(Markdown('**displayed**')); print('after it'); print('last')\nprint('to stderr', file=sys.stderr)",
    "from csat_analysis import page\npage.summary(['A line.'], {'group': group, 'here': os.getcwd(),"
    " 'set': os.environ['CSAT_DATABASE'], 'path': bool({'', os.getcwd()} & set(sys.path))})",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); ",
    "import asyncio\nawait asyncio.sleep(0)\n__name__",
    "%%time\nx = [1, 2]",
    "Image(data=bytes.fromhex('89504e470d0a1a0a'), format='png')",
]


def notebook(folder: Path, *cells: str) -> Path:
    path = folder / "tiny.ipynb"
    made = [new_markdown_cell("# Tiny\n\n## Part"), *map(new_code_cell, cells)]
    nbformat.write(new_notebook(cells=[PARAMETERS, *made]), path)
    return path


ENVIRONMENT = {"CSAT_DATABASE": "from the parent"}


def task(path: Path, group: str) -> Task:
    folder = path.parent / "out"
    options = {"output": folder / f"{group}.html", "environment": ENVIRONMENT, "in_process": True}
    return Task(group, partial(run, path, parameters={"group": group}, **options), folder)


def outcomes(path: Path, *groups: str, **options: float) -> dict[str, Outcome]:
    return {one.name: one for one in fan_out([task(path, group) for group in groups], **options)}


def test_a_child_process_gives_the_outputs_of_a_kernel(tmp_path):
    path = notebook(tmp_path, *EVERY_OUTPUT)
    in_kernel = run(
        path,
        parameters={"group": "Billing"},
        output=tmp_path / "kernel" / "Billing.html",
        environment=ENVIRONMENT,
    )
    in_child = outcomes(path, "Billing")["Billing"].report
    assert in_child.numbers == in_kernel.numbers
    assert in_child.numbers == {
        "group": "Billing",
        "here": str(tmp_path),
        "set": "from the parent",
        "path": True,
    }
    assert in_child.lines == in_kernel.lines == ("A line.",)
    ours, theirs = (
        [_comparable(cell) for cell in nbformat.read(one.notebook, as_version=4).cells]
        for one in (in_child, in_kernel)
    )
    assert ours == theirs
    assert len([output for cell in ours for output in cell]) > 8


def _comparable(cell: nbformat.NotebookNode) -> list[dict]:
    """Return a cell's outputs without durations and addresses, which differ between runs."""
    kept = []
    for output in cell.get("outputs", []):
        output = {name: value for name, value in output.items() if name != "execution_count"}
        output.get("data", {}).pop("text/plain", None)
        if "Wall time" in output.get("text", ""):
            output["text"] = "Wall time"
        kept.append(output)
    return kept


def test_failed_and_killed_reports_are_listed_and_the_others_made(tmp_path):
    path = notebook(
        tmp_path,
        "import os\nif group == 'dies': os._exit(3)",
        "if group == 'killed':\n    import signal; os.kill(os.getpid(), signal.SIGKILL)",
        "if group == 'fails': raise ValueError('no such thing')",
        "from csat_analysis.errors import CsatError\nif group == 'ours': raise CsatError('in our own words')",
    )
    found = outcomes(path, "dies", "good", "fails", "killed", "ours", "also good", workers=2)
    assert found["good"].report.html.exists() and found["also good"].report.html.exists()
    assert "its process ended (exit code 3)" in found["dies"].failure
    assert "SIGKILL, perhaps because of too little memory" in found["killed"].failure
    assert "code cell 4 failed: ValueError: no such thing" in found["fails"].failure
    assert found["ours"].failure == "in our own words"
    left = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert left == [
        "also good.html",
        "also good.ipynb",
        "fails.failed.ipynb",
        "good.html",
        "good.ipynb",
        "ours.failed.ipynb",
    ]


def test_an_error_keeps_its_type_and_data_in_another_process():
    for error in (UnknownChoice("group", "Bilig", ["Billing"]), HistoryBusy("locked", holder="csat")):
        sent = pickle.loads(pickle.dumps(error))
        assert (type(sent), str(sent), vars(sent)) == (type(error), str(error), vars(error))


def test_a_report_that_is_stopped_names_its_cell(tmp_path):
    path = notebook(
        tmp_path, "import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(600)"
    )
    failure = outcomes(path, "slow")["slow"].failure
    assert "code cell 2 failed: Stopped: it took too long and was stopped" in failure


@pytest.mark.long  # it waits for a minute, so that the notebook has begun on a slow machine too
def test_a_report_that_ignores_the_interruption_is_killed(tmp_path):
    path = notebook(
        tmp_path, "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"
    )
    found = outcomes(path, "stubborn", timeout_seconds=60, grace_seconds=0.5)
    assert found["stubborn"].failure == "not made within 60 s, and stopped"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_report_that_is_stopped_before_it_begins_is_late_and_not_dead(tmp_path):
    found = outcomes(notebook(tmp_path, "pass"), "late", timeout_seconds=0)
    assert found["late"].failure == "not made within 0 s, and stopped"


def test_closing_the_iterator_stops_the_children(tmp_path):
    path = notebook(
        tmp_path,
        f"import os, pathlib, time\npathlib.Path({str(tmp_path)!r}, group).write_text(str(os.getpid()))",
        "if group == 'slow': time.sleep(600)",
    )
    running = fan_out([task(path, "slow"), task(path, "quick")], workers=2)
    assert next(running).name == "quick"
    _until((tmp_path / "slow").exists)
    pid = int((tmp_path / "slow").read_text())
    running.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _until(happened: Callable[[], bool]) -> None:
    for _ in range(600):
        if happened():
            return
        time.sleep(0.05)
    pytest.fail("waited 30 s in vain")


def test_settings_changed_after_a_fan_out_apply_to_the_next(tmp_path, monkeypatch):
    path = notebook(
        tmp_path,
        "import os\nfrom csat_analysis import page\npage.summary([], {'set': os.environ.get('LATE')})",
    )
    assert outcomes(path, "a")["a"].report.numbers == {"set": None}
    monkeypatch.setenv("LATE", "yes")
    assert outcomes(path, "b")["b"].report.numbers == {"set": "yes"}


def test_a_script_that_makes_a_report_is_not_executed_again(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from functools import partial\nfrom pathlib import Path\n"
        "from csat_analysis.reports.execution import run\n"
        "from csat_analysis.reports.parallel import Task, make_apart\n"
        "print('executed')\n"
        f"path = {str(notebook(tmp_path, '1 + 1'))!r}\n"
        "make = partial(run, path, parameters={}, output='out.html', in_process=True)\n"
        "print(make_apart(Task('tiny', make, Path('.'))).html.name)\n"
    )
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["executed", "out.html"], "")

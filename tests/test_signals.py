"""A command that is stopped says so and leaves nothing half done: no child, no draft, no copy of the history."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from support.accounts import history_of, small_account

CSAT = Path(sys.executable).with_name("csat")
SLOW = "from pathlib import Path\nimport os, time\nPath(f'{os.getpid()}.started').touch()\ntime.sleep(300)"
PARAMETERS = "week: str = ''\ngroup: str = ''"


@pytest.fixture
def copies() -> Iterator[Path]:
    """Where temporary files go; in tmp_path the paths of sockets would be too long."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_reports_that_are_stopped_leave_no_process_no_draft_and_no_copy_of_the_history(
    stop, code, tmp_path, copies
):
    (tmp_path / "notebooks").mkdir()
    history = history_of(small_account(), tmp_path / "csat.duckdb")
    slow = tmp_path / "notebooks" / "slow.ipynb"
    tagged = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[tagged, new_code_cell(SLOW)]), slow)
    running = subprocess.Popen(
        [CSAT, "report", str(slow), "--each-group", "--week", "2026-W46", "--output", str(tmp_path / "out")],
        env={**os.environ, "CSAT_DATABASE": history.location, "TMPDIR": str(copies)},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    children = _started(slow.parent)
    assert list(copies.glob(".csat-*"))
    running.send_signal(stop)
    _, said = running.communicate(timeout=60)
    assert running.returncode == code
    assert said == "csat: interrupted; progress is saved, run the command again to resume\n"
    assert not list(copies.glob(".csat-*"))
    assert not list((tmp_path / "out").rglob(".csat-*"))
    assert not [child for child in children if Path(f"/proc/{child}").exists()]


def _started(folder: Path) -> list[int]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := [int(path.stem) for path in folder.glob("*.started")]:
            return found
        time.sleep(0.1)
    raise AssertionError("no report has begun")

"""The wheel and the source distribution, installed in an empty environment outside the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not UV.exists(), reason="uv is not installed beside Python: use make test"),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Build the source distribution, and the wheel from it, as an index receives them."""
    folder = tmp_path_factory.mktemp("built")
    run(UV, "build", "--quiet", "--out-dir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory) -> Path:
    """Install the wheel in an empty environment, and return a folder to work in."""
    folder = tmp_path_factory.mktemp("installed")
    run(UV, "venv", "--quiet", "--python", sys.executable, folder / "env")
    [wheel] = built.glob("*.whl")
    run(UV, "pip", "install", "--quiet", "--python", python_of(folder), wheel)
    return folder


def python_of(folder: Path) -> Path:
    return next(
        path for path in (folder / "env/bin/python", folder / "env/Scripts/python.exe") if path.exists()
    )


def run(*command: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program without the settings of this process, and return what it printed."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CSAT_", "ZENDESK_", "PYTHON"))
    }
    ran = subprocess.run(
        [*map(str, command)], cwd=folder, env=kept, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


def csat(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return run(python_of(folder), "-m", "csat_analysis", *arguments, folder=folder)


def test_the_installed_package_runs_the_demo_and_a_second_notebook(installed):
    assert csat(installed, "--version").stdout.startswith("csat 0.")
    shown = csat(installed, "demo")
    assert shown.stderr == ""
    assert f"Report: {installed / 'demo' / 'weekly_report.html'}" in shown.stdout
    files = sorted(path.name for path in (installed / "demo").iterdir())
    locks = ["csat.duckdb.pull.lock", "csat.duckdb.write.lock"]
    assert files == ["csat.duckdb", *locks, "weekly_report.html", "weekly_report.ipynb"]
    made = csat(installed, "report", "follow_up").stdout
    assert "follow_up" in made and list((installed / "reports").glob("follow_up_*.html"))
    shutil.rmtree(installed / "reports")


def test_the_installed_package_copies_its_notebooks(installed):
    csat(installed, "notebooks", "copies")
    names = {path.name for path in (installed / "copies").glob("*.ipynb")}
    assert names == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_the_source_distribution_has_what_the_tests_need(built):
    [archive] = built.glob("*.tar.gz")
    shutil.unpack_archive(archive, built / "source", filter="data")
    [source] = (built / "source").iterdir()
    for name in ("notebooks/weekly_report.ipynb", "tests/conftest.py", "requirements.lock", "LICENSE"):
        assert (source / name).is_file(), name

"""A signal stops every command within five seconds, with the right exit code, one line, and no leftovers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import nbformat
import psutil
import psycopg
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from support.long_tests import long_test
from support.postgres_server import ensure_running

from csat_analysis.cli.process import run_process
from csat_analysis.history import History
from csat_analysis.history.backup import restore_backup, write_backup
from csat_analysis.history.database import Database

pytestmark = pytest.mark.slow

CSAT = Path(sys.executable).with_name("csat")
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
# Each command is stopped by one signal; by the others in `make reliability`.
SIGNALS = [
    signal.SIGTERM,
    *(long_test(one) for one in (signal.SIGINT, signal.SIGHUP)),
]
INTERRUPTED = "csat: interrupted; what was saved stays, run the command again to continue\n"
SLOW_CELL = "import os, time\nopen(f'{os.getpid()}.started', 'w').close()\ntime.sleep(300)"
PARAMETERS = "week: str = ''\ngroup: str = ''"
SLOW_VIEW = """
drop table brands;
create view brands as select i as brand_id, 'x' as name, false as is_deleted
from range(1000000000000) as numbers(i) where hash(i) = 1
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Return a folder for temporary files. The path must be short, because it is used for sockets."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture
def silent_zendesk() -> Iterator[socket.socket]:
    """Yield a server that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def start(temporary) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Yield a function that starts a csat command with environment variables."""
    started = []

    def run(*arguments: object, **variables: object) -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "TMPDIR": str(temporary),
            **{name: str(value) for name, value in variables.items()},
        }
        process = subprocess.Popen(
            [CSAT, *map(str, arguments)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # The tests themselves may run under `nohup`.
            preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield run
    for process in started:
        kill_all(process)


def test_nohup_keeps_a_command_running_without_its_terminal():
    def command() -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        sys.exit(0)

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit, match="^0$"):
            run_process(command)
    finally:
        signal.signal(signal.SIGHUP, before)


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "nothing happened within 60 s"
        time.sleep(0.05)


def assert_stops(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Send a signal and check how the command ends."""
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    _, errors = process.communicate(timeout=5)
    assert (process.returncode, errors) == (CODES[number], INTERRUPTED)
    wait_until(lambda: not [child for child in children if is_alive(child)])


def kill_all(process: subprocess.Popen[str]) -> None:
    """Kill a command and its children, which hold its output open."""
    if process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        for each in [process, *children]:
            each.kill()
    process.communicate()


def is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def write_notebook(folder: Path) -> Path:
    folder.mkdir()
    parameters = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    path = folder / "slow.ipynb"
    nbformat.write(new_notebook(cells=[parameters, new_code_cell(SLOW_CELL)]), path)
    return path


@pytest.mark.parametrize(
    ("command", "number"), [("pull", signal.SIGTERM), *(("check", number) for number in CODES)]
)
def test_a_command_stops_while_zendesk_is_silent(command, number, start, silent_zendesk, tmp_path):
    port = silent_zendesk.getsockname()[1]
    process = start(
        command,
        ZENDESK_URL=f"http://127.0.0.1:{port}",
        ZENDESK_CLIENT_ID="client",
        ZENDESK_CLIENT_SECRET="s3cr3t-value",
        CSAT_DATABASE=tmp_path / "csat.duckdb",
    )
    connection, _ = silent_zendesk.accept()
    with connection:
        assert_stops(process, number)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_command_stops_while_duckdb_executes_a_statement(number, start, tmp_path, pulled_file):
    slow = tmp_path / "slow.duckdb"
    slow.write_bytes(pulled_file.read_bytes())
    with duckdb.connect(str(slow)) as connection:
        connection.execute(SLOW_VIEW)
    process = start("export", "brands", CSAT_DATABASE=slow)
    wait_until(lambda: psutil.Process(process.pid).cpu_times().user > 3)
    assert_stops(process, number)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("options", [[], ["--each-group"]])
def test_a_report_stops_while_a_cell_runs(options, number, start, tmp_path, temporary, pulled_file):
    notebook = write_notebook(tmp_path / "notebooks")
    output = tmp_path / "out"
    process = start(
        "report", notebook, "--week", "2026-W46", "--output", output, *options, CSAT_DATABASE=pulled_file
    )
    wait_until(lambda: list(notebook.parent.glob("*.started")))
    assert_stops(process, number)
    assert not list(temporary.rglob(".csat-*"))
    assert not list(output.rglob("*.*"))


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("command", ["backup", "publish"])
def test_a_command_that_writes_files_stops_and_leaves_none(
    command, number, start, tmp_path, temporary, pulled_file
):
    slow, target = tmp_path / "slow.duckdb", tmp_path / "out" / "target"
    target.parent.mkdir()
    slow.write_bytes(pulled_file.read_bytes())
    with duckdb.connect(str(slow)) as connection:
        connection.execute(SLOW_VIEW)
    process = start(command, target, CSAT_DATABASE=slow)
    wait_until(lambda: list(target.parent.rglob(".csat-*")))
    assert_stops(process, number)
    assert not [
        path for path in target.parent.rglob("*") if path.name in ("target", "csat.json") and path.is_file()
    ]
    assert not [*target.parent.rglob(".csat-*"), *temporary.rglob(".csat-*")]


@pytest.fixture(scope="module")
def restored(postgres, pulled_file, tmp_path_factory) -> tuple[str, Path]:
    """Return the URL of a history on Postgres, and its backup."""
    ensure_running(postgres)
    file = tmp_path_factory.mktemp("backup") / "a.backup"
    write_backup(Database(str(pulled_file)), file)
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute("create database signals")
    url = postgres.get_uri("signals")
    restore_backup(Database(url), file)
    return url, file


WAITING = "select count(*) from pg_locks where not granted"


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("command", ["restore", "forget"])
def test_a_command_stops_within_a_transaction_and_changes_nothing(
    command, number, start, restored, temporary
):
    url, file = restored
    history = History(url)
    before, ticket = history.table("tickets"), int(history.ratings()["ticket_id"].iloc[0])
    arguments = {"restore": [file], "forget": ["--ticket", ticket]}[command]
    with psycopg.connect(url) as connection:
        connection.execute(
            "lock table unknown_bodies in share mode; lock table survey_responses in share mode"
        )
        process = start(command, *arguments, CSAT_DATABASE=url)
        with psycopg.connect(url, autocommit=True) as observer:
            wait_until(lambda: observer.execute(WAITING).fetchone()[0])
        assert_stops(process, number)
    assert history.table("tickets").equals(before)
    assert not list(temporary.rglob(".csat-*"))


@pytest.mark.parametrize("number", SIGNALS)
def test_the_demo_stops_while_it_pulls(number, start, tmp_path, temporary):
    process = start("demo", "--folder", tmp_path / "demo")
    wait_until((tmp_path / "demo" / "csat.duckdb").exists)
    assert_stops(process, number)
    assert not [*(tmp_path / "demo").rglob(".csat-*"), *temporary.rglob(".csat-*")]


# Like JupyterLab: it answers Ctrl-C with a question, and has a process of its own.
JUPYTERLAB = """
import signal, subprocess, sys, time
signal.signal(signal.SIGINT, lambda *_: print("Shut down this Jupyter server (y/[n])?"))
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
print("started", flush=True)
time.sleep(300)
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_jupyterlab_stops_with_the_command(number, start, tmp_path, pulled_file):
    (tmp_path / "modules" / "jupyterlab").mkdir(parents=True)
    (tmp_path / "modules" / "jupyterlab" / "__init__.py").touch()
    (tmp_path / "modules" / "jupyterlab" / "__main__.py").write_text(JUPYTERLAB)
    process = start(
        "lab", "--folder", tmp_path / "copies", "--allow-root",
        CSAT_DATABASE=pulled_file, PYTHONPATH=tmp_path / "modules",
    )  # fmt: skip
    while "started" not in process.stdout.readline():
        assert process.poll() is None
    assert_stops(process, number)


# Ctrl-C is the usual way to stop a server: tests/fake_zendesk/test_command.py expects exit code 0.
@pytest.mark.parametrize("number", [signal.SIGTERM, long_test(signal.SIGHUP)])
def test_the_fake_zendesk_stops(number, start):
    process = start("fake-zendesk", "--port", "0", "--tickets", "50")
    assert process.stdout.readline().startswith("The fake Zendesk is at ")
    assert_stops(process, number)


def test_files_of_a_killed_report_are_deleted_by_the_next_one(start, tmp_path, temporary, pulled_file):
    notebook = write_notebook(tmp_path / "notebooks")
    options = ["--week", "2026-W46", "--output", tmp_path / "out", "--each-group"]
    process = start("report", notebook, *options, CSAT_DATABASE=pulled_file)
    wait_until(lambda: list(notebook.parent.glob("*.started")))
    children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    wait_until(lambda: not [child for child in children if is_alive(child)])
    copies = set(temporary.glob(".csat-*"))
    drafts = set((tmp_path / "out").rglob(".csat-*"))
    assert copies and drafts
    for path in notebook.parent.glob("*.started"):
        path.unlink()
    again = start("report", notebook, *options, CSAT_DATABASE=pulled_file)
    wait_until(lambda: list(notebook.parent.glob("*.started")))
    assert not copies & set(temporary.glob(".csat-*"))
    assert not drafts & set((tmp_path / "out").rglob(".csat-*"))
    kill_all(again)

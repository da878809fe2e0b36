"""`csat lab` and `csat notebooks`: copies that are never overwritten, and JupyterLab on the right history."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from requests.adapters import HTTPAdapter
from support.accounts import ZONE, history_of, small_account
from urllib3 import Retry
from websocket import create_connection

from csat_analysis.errors import ReportError
from csat_analysis.reports.notebooks import NOTEBOOKS, copy_notebooks

pytestmark = pytest.mark.slow

CSAT = Path(sys.executable).with_name("csat")
SERVER = re.compile(r"(http://(?:127\.0\.0\.1|localhost):\d+)/lab\S*\?token=(\w+)")


def test_a_changed_copy_is_kept_and_a_missing_one_is_copied(tmp_path):
    copied, kept = copy_notebooks(tmp_path)
    assert (len(copied), kept) == (6, [])
    copied[0].write_text("changed")
    copied[1].unlink()
    again, kept = copy_notebooks(tmp_path)
    assert again == [copied[1]] and len(kept) == 5
    assert copied[0].read_text() == "changed"


def test_git_ignores_the_copies(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    copy_notebooks(tmp_path / "csat_notebooks")
    status = subprocess.run(["git", "status", "--short"], cwd=tmp_path, check=True, capture_output=True)
    assert status.stdout == b""


def test_the_originals_are_not_a_folder_for_copies():
    with pytest.raises(ReportError, match="holds the original notebooks"):
        copy_notebooks(NOTEBOOKS)


def test_the_demo_is_read_only_without_an_account_and_never_silently(tmp_path):
    (tmp_path / "demo").mkdir()
    history_of(small_account(), tmp_path / "demo/csat.duckdb")

    def run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **settings}
        return subprocess.run(
            [CSAT, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    shown = run("status")
    assert shown.returncode == 0
    assert shown.stderr == f"csat: demo data: {tmp_path / 'demo/csat.duckdb'}\n"
    assert "account       demo data at http://127.0.0.1:" in shown.stdout
    refused = run("report", ZENDESK_SUBDOMAIN="acme")
    assert refused.returncode == 1 and "there is no history at" in refused.stderr


@pytest.fixture
def server(tmp_path) -> Iterator[tuple[str, str]]:
    """Start `csat lab` on a small history, and yield the address and token of JupyterLab."""
    history_of(small_account(), tmp_path / "csat.duckdb")
    log = tmp_path / "lab.log"
    environment = {**os.environ, "HOME": str(tmp_path), "CSAT_TIMEZONE": ZONE}
    with log.open("w") as output:
        process = subprocess.Popen(
            [CSAT, "lab", "--no-browser", f"--port={free_port()}"],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield wait_for_address(process, log)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 143
        assert "interrupted" in log.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_address(process: subprocess.Popen[bytes], log: Path) -> tuple[str, str]:
    while process.poll() is None:
        if found := SERVER.search(log.read_text()):
            return found[1], found[2]
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.mark.slow
def test_jupyterlab_opens_a_copy_and_runs_its_cells_on_the_history(server):
    url, token = server
    session = requests.Session()
    # The address is printed just before the server listens.
    session.mount("http://", HTTPAdapter(max_retries=Retry(connect=10, backoff_factor=0.1)))
    assert session.get(f"{url}/api/contents", timeout=30).status_code == 403
    session.headers["Authorization"] = f"token {token}"
    content = session.get(f"{url}/api/contents/start_here.ipynb", timeout=30).json()["content"]
    assert content["cells"][0]["cell_type"] == "markdown"
    kernel = session.post(f"{url}/api/kernels", json={"name": "python3"}, timeout=60).json()["id"]
    address = f"{url.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?token={token}"
    code = "import csat_analysis as csat; print(len(csat.open_history().ratings()))"
    assert int(execute(address, code)) > 0


def execute(address: str, code: str) -> str:
    """Run code in a kernel and return what it prints."""
    header = {
        "msg_id": "1",
        "msg_type": "execute_request",
        "session": "test",
        "username": "",
        "version": "5.3",
        "date": dt.datetime.now(dt.UTC).isoformat(),
    }
    request = {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": {"code": code},
        "channel": "shell",
    }
    channel = create_connection(address, timeout=60)
    try:
        channel.send(json.dumps(request))
        while True:
            message = json.loads(channel.recv())
            if message["msg_type"] == "stream":
                return str(message["content"]["text"])
            assert message["msg_type"] != "error", message["content"]
    finally:
        channel.close()

"""Security: certificates are checked, files are private, logs show no secret and no personal data."""

from __future__ import annotations

import http.server
import logging
import ssl
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from support.accounts import ZONE, Clock, pull_with, settings_for, small_account

from csat_analysis.errors import ZendeskError
from csat_analysis.fake_zendesk import CLIENT_SECRET, GroundTruth, faults
from csat_analysis.history import History
from csat_analysis.zendesk import Zendesk


@pytest.fixture
def untrusted_server() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of an HTTPS server with an untrusted certificate, and the requests it received."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            requests.append(self.path)

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *nothing: None  # the client closes the connection, as expected
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}", requests
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("variable", ["", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PYTHONHTTPSVERIFY"])
def test_a_certificate_is_checked_whatever_the_environment_says(variable, untrusted_server, monkeypatch):
    url, requests = untrusted_server
    if variable:
        monkeypatch.setenv(variable, "0" if variable == "PYTHONHTTPSVERIFY" else "")
    clock = Clock()
    with pytest.raises(ZendeskError, match="certificate"):
        Zendesk(settings_for(url, Path("unused.duckdb")), sleep=clock.sleep, clock=clock.time).me()
    assert not requests
    assert not clock.slept


class ModesWhileSaving(History):
    """A history that notes the permissions of all files beside it during each save."""

    modes: dict[str, int]

    def save(self, *arguments, **options):
        counts = super().save(*arguments, **options)
        with self._database.transaction() as con:
            con.raw_sql("create or replace table scratch as select 1 as a")
            # the write-ahead log exists until the connection is closed
            con.raw_sql("commit")
            con.raw_sql("begin")
            files = Path(self.location).parent.iterdir()
            self.modes |= {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
        return counts


def test_the_files_of_a_pull_are_private(tmp_path):
    history = ModesWhileSaving(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    history.modes = {}
    pull_with(small_account(tickets=40), history)
    assert {"csat.duckdb", "csat.duckdb.wal", "csat.duckdb.pull.lock"} <= set(history.modes)
    assert {mode & 0o077 for mode in history.modes.values()} == {0}


def test_log_lines_show_no_secret_and_no_personal_data(tmp_path, caplog, capfd):
    account = small_account(tickets=60)
    with caplog.at_level(logging.INFO):
        history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
        bad_day = faults.sometimes(0.3, *faults.passing(), seed=1)
        pull_with(account, history, clock=Clock(), faults=bad_day)
    printed = capfd.readouterr()
    output = caplog.text + printed.out + printed.err
    words = [
        *GroundTruth(account).ratings["comment"].dropna(),
        *GroundTruth(account).tickets["subject"].dropna(),
    ]
    assert CLIENT_SECRET not in output
    assert not [word for word in words if word in output]
    assert "@" not in output

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
from flask import Request, Response
from support.accounts import ZONE, Clock, pull_with, settings_for, small_account

from csat_analysis.cli.output import complain
from csat_analysis.cli.process import run_process
from csat_analysis.errors import ZendeskError
from csat_analysis.fake_zendesk import (
    ADMIN_OAUTH_TOKEN,
    API_TOKEN,
    CLIENT_SECRET,
    GroundTruth,
    faults,
    serving,
)
from csat_analysis.fake_zendesk import EMAIL as ADDRESS
from csat_analysis.history import History
from csat_analysis.sync.run import run_pull
from csat_analysis.zendesk import Zendesk

NO_CLIENT = {"zendesk_client_id": None, "zendesk_client_secret": None}
EMAIL = {**NO_CLIENT, "zendesk_email": ADDRESS, "zendesk_api_token": API_TOKEN}
TOKEN = {**NO_CLIENT, "zendesk_oauth_token": ADMIN_OAUTH_TOKEN}


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


@pytest.mark.parametrize("credentials", [{}, EMAIL, TOKEN], ids=["client", "email", "token"])
def test_log_lines_show_no_secret_and_no_personal_data(credentials, tmp_path, caplog, capfd):
    """Neither our own lines nor those of the libraries, at the level DEBUG, on a bad day."""
    account = small_account(tickets=60)
    clock = Clock()
    bad_day = faults.sometimes(0.3, *faults.passing(), seed=1)
    history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    with (
        caplog.at_level(logging.DEBUG),
        serving(account, faults=bad_day, clock=clock.time) as url,
    ):
        settings = settings_for(url, history.location, **credentials)
        with Zendesk(settings, sleep=clock.sleep, clock=clock.time) as client:
            run_pull(client, history, settings, now=account.now)
            tokens = {client._authenticator.current().secret.reveal()}
    printed = capfd.readouterr()
    output = caplog.text + printed.out + printed.err
    truth = GroundTruth(account)
    names = [name.partition(" ")[0] for name in history.table("agents")["name"].dropna()]
    words = [*truth.ratings["comment"].dropna(), *truth.tickets["subject"].dropna(), *names]
    assert "/api/v2/guide/survey_responses" in output
    assert not [secret for secret in settings.secrets | tokens if secret in output]
    assert not [word for word in words if word in output]
    assert "@" not in output and "%40" not in output


@pytest.mark.parametrize("credentials", [{}, EMAIL, TOKEN], ids=["client", "email", "token"])
def test_a_server_that_repeats_secrets_and_words_reveals_neither(credentials, tmp_path, caplog, capfd):
    """They are in no message, no log and not in the table of pulls."""
    words = "My number is +49 171 1234567, ana@example.com"
    sent: set[str] = set()

    def repeat(request: Request) -> Response | None:
        sent.add(request.headers.get("Authorization", "").partition(" ")[2])
        if "/guide/" not in request.path:
            return None
        return faults.answer(422, {"error": f"{sorted(sent)} {CLIENT_SECRET} {words}"})(request)

    history = History(str(tmp_path / "csat.duckdb"), timezone=ZONE)
    account = small_account(tickets=40)
    with caplog.at_level(logging.DEBUG), serving(account, faults=repeat) as url:
        settings = settings_for(url, history.location, **credentials)
        with Zendesk(settings) as client, pytest.raises(ZendeskError, match="422") as caught:
            run_pull(client, history, settings, now=account.now)
    complain(str(caught.value))
    printed = capfd.readouterr()
    stored = history.table("pulls")["error"].iloc[-1]
    shown = "".join([str(caught.value), stored, caplog.text, printed.out, printed.err])
    hidden = sent | settings.secrets | {"1234567", "ana@"}
    assert sent - {""} and "[phone]" in shown
    assert not [secret for secret in hidden - {""} if secret in shown]


@pytest.mark.parametrize("kind", [RuntimeError, KeyError, ValueError, TypeError])
def test_an_unexpected_error_is_a_line_without_its_words(kind, capfd):
    def fail() -> None:
        raise kind(f"{CLIENT_SECRET}: Never again!")

    with pytest.raises(SystemExit) as end:
        run_process(fail)
    printed = capfd.readouterr()
    assert end.value.code == 1
    assert printed.err.startswith(f"csat: internal error ({kind.__name__} in ")
    assert printed.err.count("\n") == 1
    assert CLIENT_SECRET not in printed.err and "Never" not in printed.err

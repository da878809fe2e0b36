"""The log of nightly runs: what happened, in a bounded file, without personal data; and --quiet and --verbose."""

from __future__ import annotations

import logging
import re
import stat
from pathlib import Path

import pytest
from support.accounts import SIGNED_IN, ZONE, history_of, small_account
from typer.testing import CliRunner

from csat_analysis.cli.commands import app
from csat_analysis.cli.log import LogFile, describe, logged, without_personal_data
from csat_analysis.errors import CsatError, DeliveryError, HistoryError, InvalidValue, NotAllowed
from csat_analysis.fake_zendesk import CLIENT_SECRET, serving
from csat_analysis.history import History


def run(*arguments: object):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def pulled(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("log") / "csat.duckdb"
    history_of(small_account(), path)
    return path


@pytest.fixture
def log_file(monkeypatch, tmp_path, pulled) -> Path:
    monkeypatch.setenv("CSAT_DATABASE", str(pulled))
    monkeypatch.setenv("CSAT_LOG_FILE", str(tmp_path / "csat.log"))
    return tmp_path / "csat.log"


def test_the_log_says_what_a_nightly_run_did_without_a_word_about_people(monkeypatch, log_file, tmp_path):
    with serving(small_account()) as url:
        for name, value in {"zendesk_url": url, "csat_timezone": ZONE, **SIGNED_IN}.items():
            monkeypatch.setenv(name.upper(), value)
        monkeypatch.setenv("CSAT_DATABASE", str(tmp_path / "mine.duckdb"))
        assert run("pull", "--verbose").exit_code == 0
    history = History(str(tmp_path / "mine.duckdb"))
    agents = set(history.table("agents")["name"])
    run("follow-up", "--where", f"agent={min(agents)}x")
    run("report", "--email", "Ana.Diaz@example.com")
    run("export", "ratings", "--output", tmp_path / "Ana" / "ratings.csv")
    text = log_file.read_text("utf-8")
    for line in ("pull: started", "pull: done in", "follow-up: failed, UnknownChoice", "export: done in"):
        assert line in text
    assert re.search(
        r"pull: \d+ tickets and \d+ responses read, 0 not fully; [\d,]+ requests, \d+ s waited", text
    )
    assert "report: failed" in text
    written = {*history.table("tickets")["subject"].dropna(), *history.ratings()["comment"].dropna()}
    assert len(written) > 20
    for personal in {*agents, *written, "example.com", "Ana", CLIENT_SECRET, str(tmp_path)}:
        assert personal not in text
    assert not re.search(r"\d{5,}", re.sub(r"(INFO|ERROR) \d+", "", text))


def test_the_log_can_be_read_by_its_owner_only_and_stays_small(tmp_path):
    handler = LogFile(tmp_path / "csat.log", maxBytes=2_000, backupCount=3)
    for number in range(400):
        handler.emit(logging.LogRecord("x", logging.INFO, "", 0, f"{number:040}", None, None))
    handler.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) <= 8_000
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotAllowed("403 at https://acme.zendesk.com/api/v2/users: ask an admin"), "ask an admin"),
        (HistoryError("/home/ana/csat.duckdb is damaged"), "failed, HistoryError: csat.duckdb is damaged"),
        (
            CsatError("unknown agent 'Ana'; choose from: Ben"),
            "failed, CsatError: see its line on standard error",
        ),
        (InvalidValue("invalid mail address 'Ana'"), "wrong usage"),
        (DeliveryError("550 Ana is on holiday"), "failed, DeliveryError: see its line on standard error"),
        (KeyError("Ana"), "internal error (KeyError in unknown place): please report it"),
        (SystemExit(143), "interrupted, exit code 143"),
    ],
)
def test_the_log_names_the_kind_of_an_error_and_its_message_only_if_it_is_not_about_people(error, told):
    line = without_personal_data(describe(error))
    assert told in line
    assert "Ana" not in line and "Ben" not in line and "/home" not in line


def test_a_log_that_cannot_be_written_is_one_line_and_a_full_disk_does_not_stop_the_command(
    monkeypatch, log_file, tmp_path
):
    monkeypatch.setenv("CSAT_LOG_FILE", str(tmp_path / "missing" / "csat.log"))
    ended = run("export", "groups")
    assert "cannot write the log" in str(ended.exception) and "change CSAT_LOG_FILE" in str(ended.exception)
    monkeypatch.setenv("CSAT_LOG_FILE", "/dev/full")
    assert run("export", "groups").exit_code == 0


def test_a_log_file_in_env_is_relative_to_that_file(monkeypatch, log_file, tmp_path):
    monkeypatch.delenv("CSAT_LOG_FILE")
    (tmp_path / ".env").write_text("CSAT_LOG_FILE=night.log\n")
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert run("export", "groups").exit_code == 0
    assert "export: done" in (tmp_path / "night.log").read_text("utf-8")


def test_quiet_leaves_results_and_errors_and_verbose_adds_the_log(log_file, tmp_path):
    saved = run("export", "groups", "--output", tmp_path / "groups.csv", "--quiet")
    assert (saved.exit_code, saved.output) == (0, "")
    assert "Billing" in run("export", "groups", "-q").stdout
    assert "export: done" in run("export", "groups", "-v").stderr


def test_a_program_that_uses_the_package_gets_no_log_lines(capsys):
    with logged("pull", verbose=False):
        logging.getLogger("csat_analysis.sync").info("a step")
    assert capsys.readouterr() == ("", "")

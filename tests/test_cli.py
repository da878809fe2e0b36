"""The `csat` command: output, exit codes, and one clear line for every mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import Ran
from flask import Request, Response
from nbformat.v4 import new_code_cell, new_notebook
from support.accounts import SIGNED_IN, ZONE, empty_history, small_account
from support.receivers import WEBHOOK_SECRET, Chat, Inbox, serving_chat, serving_mail
from typer.testing import CliRunner

from csat_analysis.cli.commands import app
from csat_analysis.fake_zendesk import AGENT_OAUTH_TOKEN, CLIENT_SECRET, serving
from csat_analysis.history import History


@pytest.fixture
def history_set(pulled_file, monkeypatch) -> Path:
    monkeypatch.setenv("CSAT_DATABASE", str(pulled_file))
    return pulled_file


@pytest.fixture
def account_set(monkeypatch, tmp_path) -> Iterator[str]:
    """Serve an account, set the settings for it, and yield its URL."""
    with serving(small_account()) as url:
        set_account(monkeypatch, url, tmp_path)
        yield url


def set_account(monkeypatch, url: str, folder: Path, **changes: str) -> None:
    values = {
        "zendesk_url": url,
        "csat_database": empty_history(folder / "mine.duckdb").location,
        "csat_timezone": ZONE,
        **SIGNED_IN,
    }
    for name, value in {**values, **changes}.items():
        monkeypatch.setenv(name.upper(), value)


def assert_one_line(ran: Ran, *expected: str, code: int = 1) -> None:
    """Check the exit code and that there is one line with these words, no traceback and no secret."""
    assert ran.code == code, ran
    assert ran.err.startswith("csat: ") and ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err
    assert CLIENT_SECRET not in ran.out + ran.err
    for words in expected:
        assert words in ran.err, ran.err


def test_every_command_has_help_with_an_example():
    for command in ["demo", "check", "pull", "report", "follow-up", "export", "status", "fake-zendesk"]:
        shown = CliRunner().invoke(app, [command, "--help"])
        assert shown.exit_code == 0
        assert f"Example: csat {command}" in shown.output


WRONG_USAGE = {
    "stats": "unknown command 'stats'; choose from: demo, check, .* (did you mean 'status'?)",
    "--versoin": "choose from: --version, .* (did you mean '--version'?); see csat --help",
    "pull --sinse x": "unknown option '--sinse'; .* (did you mean '--since'?); see csat pull --help",
    "report --no-coments": "did you mean '--no-comments'?",
    "report --week": "option '--week' requires an argument",
    "publish": "missing argument 'place'; see csat publish --help",
    "status now": "unexpected extra argument(s) (now)",
    "fake-zendesk --port 99999": "invalid value for '--port': ",
    "fake-zendesk --port x": "invalid value for '--port': ",
    "report --month 2026-13": "invalid month '2026-13'; expected YYYY-MM",
    "report --week 2025-W53": "the weeks of 2025 are 2025-W01 to 2025-W52",
    "report --quarter 2026-Q5": "invalid quarter",
    "report --from 01.11.2026": "ambiguous date '01.11.2026'; write it as YYYY-MM-DD",
    "report --from 2026-11-02 --to 2026-11-01": "ends (2026-11-01) before it begins (2026-11-02)",
    "report --period yestreday": "invalid period 'yestreday'; expected a week",
    "report --week 2026-W46 --month 2026-10": "choose one period: --week and --month are given",
    "report --where channel": "invalid filter 'channel'; expected NAME=VALUE",
    "report --set weeks": "invalid value 'weeks'; expected NAME=VALUE",
    "report weekly_reprot": "did you mean 'weekly_report'?",
    "report --output week.html": "--output is a folder for reports, got the name of a file: 'week.html'",
    "report --email ana": "invalid mail address 'ana'",
    "report --webhook http://chat.example.com/x": "not an https address",
    "follow-up --month 2026-13": "invalid month",
    "follow-up --output calls.ods": "unknown file ending '.ods'; choose from: .csv, .parquet, .xlsx",
    "export --from 1.2.2026": "write it as YYYY-MM-DD",
    "export --output r.ods": "choose from: .csv, .parquet, .xlsx",
    "pull --since yesterday": "invalid date 'yesterday'; expected YYYY-MM-DD",
    "settings goood top": "unknown definition 'goood'; choose from: good,",
    "settings good best": "unknown value of good 'best'; choose from: zendesk, top, top2",
    "forget": "missing id: give --requester ID",
    "publish place --keep 3": "expected days or hours",
}


@pytest.mark.parametrize("line", WRONG_USAGE)
def test_wrong_usage_is_one_line_and_exit_code_2(csat, line):
    """No history is needed to say so."""
    ran = csat(*line.split())
    assert_one_line(ran, *WRONG_USAGE[line].split(" .* "), code=2)
    assert ran.out == ""


def test_without_a_command_there_is_the_help_and_exit_code_2(csat):
    ran = csat()
    assert (ran.code, ran.err) == (2, "") and "Usage: csat" in ran.out


def test_check_pull_and_status_print_their_results(csat, account_set):
    checked = csat("check")
    assert checked.code == 0
    assert "refused" not in checked.out and checked.out.count("ok ") == 12
    assert checked.out.endswith("Next: csat pull, then csat report\n")
    first = csat("pull")
    assert first.code == 0
    assert re.search(r"tickets +\d+ new", first.out)
    status = csat("status")
    assert account_set in status.out and "done" in status.out
    assert "gap: none found" in status.out
    again = csat("pull", "--reconcile")
    assert re.search(r"re-read +0 ", again.out)


def test_check_says_what_the_role_of_an_agent_cannot_read(csat, monkeypatch, tmp_path):
    with serving(small_account()) as url:
        set_account(monkeypatch, url, tmp_path, zendesk_client_id="", zendesk_oauth_token=AGENT_OAUTH_TOKEN)
        ran = csat("check")
    assert ran.code == 1
    assert "refused  tickets and their times" in ran.out
    assert "without it, csat pull cannot run" in ran.out
    assert "an admin" in ran.out


@pytest.mark.slow
def test_report_writes_one_html_file_named_after_its_filters_and_prints_the_summary(
    csat, history_set, tmp_path
):
    filters = ["--group", "Billing", "--where", "form=Default ticket form", "--where", "channel!=voice"]
    ran = csat("report", "--week", "2026-W46", *filters, "--output", str(tmp_path / "out"))
    assert ran.code == 0, ran.err
    name = "weekly_report_2026-W46_Billing_form-Default-ticket-form_channel-not-voice.html"
    page = tmp_path / "out" / name
    assert str(page) in ran.out.replace("\n", "")
    assert ran.out.count("- ") >= 5
    headline = BeautifulSoup(page.read_text("utf-8"), "html.parser").find("header").get_text()
    assert "Billing, form: Default ticket form; channel: not voice" in headline


@pytest.mark.slow
def test_no_comments_leaves_customers_comments_out(csat, history_set, tmp_path):
    out, history = tmp_path / "out", History(str(history_set))
    words = {word for word in history.table("survey_responses")["comment"].dropna() if len(word) > 15}
    for options, shown in (((), True), (("--no-comments",), False)):
        ran = csat("report", "root_causes", "--week", "2026-W46", *options, "--output", str(out))
        assert ran.code == 0, ran.err
        text = BeautifulSoup((out / "root_causes_2026-W46.html").read_text("utf-8"), "html.parser").get_text()
        assert any(word in text for word in words) is shown


@pytest.fixture
def tiny(tmp_path) -> str:
    """Return a small notebook that fails for the group Returns."""
    path = tmp_path / "tiny.ipynb"
    cells = [
        new_code_cell(
            'week: str = ""  # a week\ngroup: str = ""  # a group\nweeks: int = 1',
            metadata={"tags": ["parameters"]},
        ),
        new_code_cell(
            "from csat_analysis import page\nif group == ['Returns']: raise ValueError('made to fail')"
        ),
        new_code_cell("page.headline('All is well', 'n = 3')"),
        new_code_cell("page.summary(['One.', 'Two.', 'Three.', 'Four.', 'Five.'], {})"),
    ]
    nbformat.write(new_notebook(cells=cells), path)
    return str(path)


@pytest.mark.slow
def test_each_group_reports_failures_and_makes_the_other_reports(csat, history_set, tiny, tmp_path):
    ran = csat("report", tiny, "--week", "2026-W46", "--each-group", "--output", str(tmp_path / "out"))
    folder = tmp_path / "out" / "tiny_2026-W46"
    assert ran.code == 1
    failed, last = ran.err.splitlines()
    assert failed.startswith("csat: Returns: tiny.ipynb: code cell 2 failed: ValueError: made to fail (see ")
    assert re.fullmatch(r"csat: 1 of \d reports failed: see above, and .*index\.html", last)
    assert f"reports: {folder / 'index.html'}" in ran.out
    assert (folder / "tiny_2026-W46_Billing.html").exists()


@pytest.mark.slow
def test_each_group_can_be_limited_to_some_groups(csat, history_set, tiny, tmp_path):
    chosen = ("--group", "Billing", "--group", "Technical", "--set", "weeks=26")
    ran = csat(
        "report", tiny, "--week", "2026-W46", "--each-group", *chosen, "--output", str(tmp_path / "out")
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("2 reports: ")
    (executed,) = (tmp_path / "out" / "tiny_2026-W46_weeks-26").glob("*Billing_weeks-26.ipynb")
    assert nbformat.read(executed, 4).metadata["papermill"]["parameters"]["weeks"] == 26


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("wekks=3", "unknown parameter 'wekks'; choose from: week, group, weeks"),
        ("weeks=many", "invalid weeks 'many'; expected a whole number"),
        ("group=Billing", "use --group"),
    ],
)
def test_a_parameter_that_the_notebook_does_not_have_is_wrong_usage(csat, tiny, value, message):
    ran = csat("report", tiny, "--set", value)
    assert_one_line(ran, message, code=2)


def test_a_report_is_delivered_by_mail_and_webhook(csat, history_set, tiny, tmp_path, monkeypatch):
    inbox = Inbox()
    with serving_mail(inbox) as server, serving_chat(Chat()) as chat:
        monkeypatch.setenv("CSAT_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("CSAT_MAIL_FROM", "csat@example.com")
        monkeypatch.setenv("CSAT_WEBHOOK", chat.url)
        ran = csat(
            "report",
            tiny,
            "--week",
            "2026-W46",
            "--output",
            str(tmp_path / "out"),
            "--email",
            "ana@example.com",
            "--webhook",
            "CSAT_WEBHOOK",
        )
    assert ran.code == 0, ran.err
    assert "Mailed to ana@example.com" in ran.out and "Posted to the webhook" in ran.out
    assert WEBHOOK_SECRET not in ran.out + ran.err
    (mail,) = inbox.messages
    assert mail["Subject"] == "All is well"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["tiny_2026-W46.html"]
    ((_, _, said),) = chat.posted
    assert said == {"text": "All is well\n• One.\n• Two.\n• Three.\n• Four.\n• Five."}


def test_delivery_is_checked_before_a_report_is_made(csat, history_set, tiny, tmp_path, monkeypatch):
    out = ("--output", str(tmp_path / "out"))
    assert_one_line(csat("report", tiny, "--email", "ana@example.com", *out), "CSAT_SMTP_URL is not set")
    assert_one_line(
        csat("report", tiny, "--webhook", "", *out), "not an https address", "CSAT_WEBHOOK", code=2
    )
    monkeypatch.setenv("CSAT_WEBHOOK", "http://chat.example.com/x")
    assert_one_line(csat("report", tiny, "--webhook", "CSAT_WEBHOOK", *out), "not an https address")
    assert csat("report", tiny, "--each-group", "--webhook", "", *out).code == 2
    monkeypatch.setenv("PATH", str(tmp_path))
    assert_one_line(csat("report", tiny, "--pdf", *out), "needs Chromium", "apt install chromium")
    assert csat("report", tiny, "--each-group", "--email", "ana@example.com", *out).code == 2
    assert not (tmp_path / "out").exists()


def test_a_report_that_cannot_be_mailed_is_still_saved(csat, history_set, tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("CSAT_SMTP_URL", "smtp://user:s3cr3t-pass@127.0.0.1:9")
    monkeypatch.setenv("CSAT_MAIL_FROM", "csat@example.com")
    ran = csat("report", tiny, "--week", "2026-W46", "--email", "ana@example.com", "--output", str(tmp_path))
    assert_one_line(ran, "cannot reach 127.0.0.1:9")
    assert "s3cr3t-pass" not in ran.out + ran.err
    assert (tmp_path / "tiny_2026-W46.html").exists()


@pytest.mark.slow
def test_a_notebook_is_found_by_its_name(csat, history_set, tmp_path):
    ran = csat("report", "start_here", "--week", "2026-W46", "--output", str(tmp_path))
    assert ran.code == 0, ran.err
    assert (tmp_path / "start_here_2026-W46.html").stat().st_size < 2_000_000


def test_follow_up_and_export_write_files_a_spreadsheet_can_open(csat, history_set, tmp_path):
    assert csat("follow-up", "--week", "2026-W46", "--output", str(tmp_path / "calls.xlsx")).code == 0
    days = ("--from", "2026-11-01", "--to", "2026-11-15")
    ran = csat("export", "ratings", *days, "--field", "topic", "--output", str(tmp_path / "r.csv"))
    rows = pd.read_csv(tmp_path / "r.csv", parse_dates=["submitted_at"])
    assert list(rows)[-1] == "Topic" and rows["Topic"].nunique() > 1
    assert f"{len(rows)} rows" in ran.out
    assert rows["submitted_at"].between("2026-10-31 23:00Z", "2026-11-15 23:00Z").all()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_an_empty_follow_up_list_replaces_the_file_of_the_week_before(csat, history_set, tmp_path, ending):
    path = tmp_path / f"calls.{ending}"
    path.write_text("list of the week before")
    ran = csat(
        "follow-up", "--week", "2026-W48", "--output", str(path)
    )  # the account ends on the first day of this week
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"nobody to call back in that period\n0 rows: {path}\n"
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[ending]
    assert {"ticket_id", "comment"} <= set(read(path).columns) and read(path).empty


def test_export_without_output_prints_csv(csat, history_set):
    assert csat("export", "groups").out.startswith("group_id,name,is_deleted\n")


# Mistakes and failures: each gives one clear line and exit code 1, and loses nothing ---------------------------


def test_no_account(csat):
    assert_one_line(csat("pull"), "ZENDESK_SUBDOMAIN", "csat demo")


def test_no_credentials(csat, monkeypatch):
    monkeypatch.setenv("ZENDESK_SUBDOMAIN", "acme")
    assert_one_line(csat("pull"), "ZENDESK_CLIENT_ID")


def test_wrong_credentials(csat, account_set, monkeypatch):
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", "wrong-s3cr3t")
    ran = csat("pull")
    assert_one_line(ran, "refuses the credentials", "ZENDESK_CLIENT_SECRET")
    assert "wrong-s3cr3t" not in ran.err


def test_plain_http_to_elsewhere(csat, monkeypatch):
    monkeypatch.setenv("ZENDESK_URL", "http://acme.zendesk.com")
    assert_one_line(csat("pull"), "https")


def test_a_wrong_subdomain(csat, monkeypatch, tmp_path):
    def nobody(request: Request) -> Response:
        return Response("<html>No help desk at this address</html>", 404)

    with serving(small_account(), faults=nobody) as url:
        set_account(monkeypatch, url, tmp_path)
        assert_one_line(csat("pull"), "404", "ZENDESK_SUBDOMAIN")


def refuse(*parts: str) -> Callable[[Request], Response | None]:
    """Return a fault that answers 403 to every path with one of these parts."""
    forbidden = '{"errors":[{"title":"Forbidden"}]}'
    return lambda request: Response(forbidden, 403) if any(part in request.path for part in parts) else None


@pytest.mark.parametrize("refused", [["/guide/"], ["/guide/", "/satisfaction_ratings"]])
def test_a_pull_without_the_surveys_of_ratings_fails_and_keeps_the_tickets(
    csat, monkeypatch, tmp_path, refused
):
    with serving(small_account(), faults=refuse(*refused)) as url:
        set_account(monkeypatch, url, tmp_path)
        assert_one_line(csat("pull"), "survey_responses", "plan")
    assert "tickets 300" in csat("status").out


def test_an_agents_token(csat, monkeypatch, tmp_path):
    with serving(small_account()) as url:
        set_account(monkeypatch, url, tmp_path, zendesk_client_id="", zendesk_oauth_token=AGENT_OAUTH_TOKEN)
        assert_one_line(csat("pull"), "admin")


def test_since_in_the_future(csat, account_set):
    assert_one_line(csat("pull", "--since", "2099-01-01"), "future")


def test_a_broken_env_file(csat):
    Path(".env").write_text("ZENDESK_SUBDOMAIN=acme\nthis is not a setting\n")
    assert_one_line(csat("pull"), ".env", "line 2")


def test_an_unknown_week_or_group(csat, history_set, tmp_path):
    assert_one_line(csat("report", "--week", "2019-W01", "--output", str(tmp_path)), "to 2026-W48")
    assert_one_line(csat("report", "--group", "Bilng", "--output", str(tmp_path)), "Billing")
    assert_one_line(
        csat("report", "--where", "chanel=email", "--output", str(tmp_path)), "did you mean 'channel'"
    )
    assert_one_line(
        csat("report", "--where", "channel=emial", "--output", str(tmp_path)), "did you mean 'email'"
    )
    assert not list(tmp_path.glob("*.html"))


def test_an_empty_period(csat, history_set):
    assert_one_line(
        csat("export", "ratings", "--from", "2019-01-01", "--to", "2019-01-31"), "no rows", "csat status"
    )


def test_no_history_yet(csat):
    assert_one_line(csat("status"), "csat pull")


def test_a_file_that_is_not_a_database(csat, account_set, monkeypatch, tmp_path):
    (tmp_path / "mine.duckdb").write_text("dear diary")
    assert_one_line(csat("pull"), "not a DuckDB database", "move it away")
    assert (tmp_path / "mine.duckdb").read_text() == "dear diary"


def test_a_folder_that_cannot_be_written(csat, account_set, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", "/proc/csat.duckdb")
    assert_one_line(csat("pull"), "CSAT_DATABASE")


def test_a_newer_history(csat, account_set, tmp_path):
    with duckdb.connect(str(tmp_path / "mine.duckdb")) as con:
        con.execute("update schema_version set version = 99")
    assert_one_line(csat("pull"), "newer", "upgrade")


def test_an_unknown_table_or_field(csat, history_set):
    assert_one_line(csat("export", "rating"), "ratings", code=2)
    assert_one_line(csat("export", "--field", "Topik"), "unknown ticket field 'Topik'", "mean 'Topic'")
    assert_one_line(csat("export", "groups", "--field", "Topic"), "choose ratings, offers or tickets")


def test_check_says_what_a_missing_scope_costs_and_how_to_fix_it(csat, monkeypatch, tmp_path):
    def narrow(request):
        from flask import Response

        said = '{"error": "Forbidden", "description": "Missing the following required scopes: read"}'
        return Response(said, 403, mimetype="application/json") if "/audits" in request.path else None

    with serving(small_account(), faults=narrow) as url:
        set_account(monkeypatch, url, tmp_path)
        ran = csat("check")
    assert ran.code == 0
    assert "missing  audits: the assignee at the time of rating" in ran.out
    assert "the rating is attributed to the current assignee" in ran.out
    assert "the scope 'read'" in ran.out

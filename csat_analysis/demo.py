"""The whole way once, without an account: a fake Zendesk, a pull, the weekly report."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from .errors import CsatError, HistoryBusy, HistoryError
from .fake_zendesk import CLIENT_ID, CLIENT_SECRET, make_account, serving
from .history import History
from .reports.execution import Report, run
from .settings import LOOPBACK, load_settings
from .sync import Summary, pull

TIMEZONE = "Europe/Berlin"


def demo(folder: str | Path = "demo", *, progress: bool = True) -> tuple[Summary, Report]:
    """Pull a synthetic account into `folder`/csat.duckdb and write `folder`/weekly_report.html.

    The account is made up anew at each run, around the present day; what an earlier demo left is replaced.
    Raises CsatError if the folder cannot be used, or holds another history than a demo's.
    """
    folder = Path(folder).resolve()
    database = folder / "csat.duckdb"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_room(database)
    except OSError as error:
        raise CsatError(f"cannot use {folder} ({error.strerror}): give another --folder") from None
    with serving(make_account()) as url:
        settings = load_settings(
            env_file=False,
            zendesk_url=url,
            zendesk_client_id=CLIENT_ID,
            zendesk_client_secret=CLIENT_SECRET,
            csat_database=str(database),
            csat_timezone=TIMEZONE,
        )
        summary = pull(settings=settings, progress=progress)
    report = run(
        "weekly_report",
        parameters={},
        output=folder / "weekly_report.html",
        environment={"CSAT_DATABASE": str(database), "CSAT_TIMEZONE": TIMEZONE},
    )
    return summary, report


def _make_room(database: Path) -> None:
    """Remove what an earlier demo left, and nothing else: a real history may have taken months to pull."""
    if database.exists() and not _is_a_demo(database):
        raise CsatError(f"{database.parent} holds another history than a demo's: give another --folder")
    for file in (database, database.with_name(f"{database.name}.wal")):
        file.unlink(missing_ok=True)


def _is_a_demo(database: Path) -> bool:
    try:
        return urlsplit(History(str(database)).account()[0]).hostname in LOOPBACK
    except HistoryBusy:
        raise  # says who keeps it open
    except HistoryError:
        return False

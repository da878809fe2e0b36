"""The whole way once, without an account: a stand-in Zendesk, a pull, the weekly report."""

from __future__ import annotations

from pathlib import Path

from .pull import Summary, pull
from .report import Report, run
from .settings import load_settings
from .stand_in import CLIENT_ID, CLIENT_SECRET, make_account, serving

TIMEZONE = "Europe/Berlin"


def demo(folder: str | Path = "demo", *, progress: bool = True) -> tuple[Summary, Report]:
    """Pull a synthetic account into `folder`/csat.duckdb and write `folder`/weekly_report.html.

    The account is made up anew at each run, around the present day; what an earlier demo left is replaced.
    """
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "csat.duckdb"
    database.unlink(missing_ok=True)
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

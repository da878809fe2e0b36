"""Reports about one week of a history, each made once for all tests, also those of other test processes."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from filelock import FileLock
from matplotlib.text import Text

from csat_analysis.charts import Chart
from csat_analysis.fake_zendesk import Account
from csat_analysis.history import History
from csat_analysis.reports.execution import run
from csat_analysis.reports.parallel import Task, make_apart
from csat_analysis.reports.report import Report
from support.accounts import ZONE, history_of, small_account

WEEK = "2026-W46"
PARAMETERS: dict[str, dict[str, Any]] = {
    "follow_up": {"weeks": 3},
    "ratings_and_handling_time": {"time": "first_reply_minutes"},
    "trends_by_agent_and_group": {"weeks": 10},
}


@dataclass(frozen=True)
class WeekReports:
    """Makes reports in a folder, which several test processes may share."""

    history: History
    folder: Path

    def report(self, name: str) -> Report:
        """Return the report of a notebook. Whoever asks first makes it, in a process of its own."""
        kept = self.folder / f"{name}.pickle"
        with FileLock(f"{kept}.lock"):
            if not kept.exists():
                make = partial(_make, name, self.history.location, self.folder / name)
                kept.write_bytes(pickle.dumps(make_apart(Task(name, make, self.folder / name))))
        return pickle.loads(kept.read_bytes())

    def figure_texts(self, name: str) -> list[str]:
        """Return what is written in the figures of a report, and their alternative texts."""
        return pickle.loads(_texts_beside(self.report(name).html).read_bytes())


def _make(name: str, database: str, folder: Path) -> Report:
    """Make a report, and keep the texts of its figures: in the page they are drawn as paths."""
    texts: list[str] = []
    shown = Chart._repr_html_

    def show(chart: Chart) -> str:
        texts.extend([*(text.get_text() for text in chart.figure.findobj(Text)), chart.alt])
        return shown(chart)

    with mock.patch.object(Chart, "_repr_html_", show):
        report = run(
            name,
            parameters={"week": WEEK, **PARAMETERS.get(name, {})},
            output=folder / f"{name}.html",
            environment={"CSAT_DATABASE": database, "CSAT_TIMEZONE": ZONE},
            in_process=True,
        )
    _texts_beside(report.html).write_bytes(pickle.dumps(texts))
    return report


def _texts_beside(page: Path) -> Path:
    return page.with_suffix(".texts")


def account_of_reports() -> Account:
    """Return the account that most tests of reports are about."""
    return small_account(tickets=1500, days=100)


def shared_reports(tmp_path_factory: pytest.TempPathFactory) -> WeekReports:
    """Return the reports of this account, whose history the first test process pulls."""
    folder = tmp_path_factory.getbasetemp()
    # Each worker of pytest-xdist has a folder of its own in the folder of the session.
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "week_reports"
    database = folder / "csat.duckdb"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            folder.mkdir()
            history_of(account_of_reports(), database)
    return WeekReports(History(str(database), timezone=ZONE), folder)

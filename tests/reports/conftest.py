"""Fixtures of the tests of reports: those of one week, made once."""

from __future__ import annotations

import pytest
from support.week_reports import WeekReports, shared_reports


@pytest.fixture(scope="session")
def week_reports(tmp_path_factory: pytest.TempPathFactory) -> WeekReports:
    """Return the reports of a week of an account with 1,500 tickets."""
    return shared_reports(tmp_path_factory)

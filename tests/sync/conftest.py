"""The small account, and its history before and after a first pull."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.accounts import empty_history, pulled_history, small_account

from csat_analysis.fake_zendesk import Account
from csat_analysis.history import History


@pytest.fixture
def account() -> Account:
    return small_account()


@pytest.fixture
def history(tmp_path: Path) -> History:
    """Return a history that is filled by the first pull."""
    return empty_history(tmp_path / "csat.duckdb")


@pytest.fixture
def pulled(tmp_path: Path) -> History:
    """Return the history of the account after a first pull."""
    return pulled_history(tmp_path / "csat.duckdb")

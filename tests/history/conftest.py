"""An empty history on either engine."""

from __future__ import annotations

import pytest
from conftest import ACCOUNT, ZONE

from csat_analysis.history import History


@pytest.fixture
def store(location: str, request: pytest.FixtureRequest) -> History:
    """Return an empty history on either engine."""
    if "://" not in location:
        return request.getfixturevalue("history")
    made = History(location, wait_seconds=5)
    made.create_or_migrate(ACCOUNT, ZONE)
    return made

"""Fixtures of the kill tests: a served small account and a warm fork server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.accounts import small_account
from support.kill_pulls import warm_up

from csat_analysis.fake_zendesk import Account, serving


@pytest.fixture(scope="module", autouse=True)
def forks() -> None:
    """Start the fork server once."""
    warm_up()


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """Return how many pulls to kill per engine (`--kills`)."""
    return request.config.getoption("kills")


@pytest.fixture
def account() -> Account:
    return small_account(tickets=150)


@pytest.fixture
def url(account) -> Iterator[str]:
    with serving(account, limits=False) as url:
        yield url

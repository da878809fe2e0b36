"""What tests of kills share: a small account that is served, and processes that start quickly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.accounts import small_account
from support.kill_pulls import warm_up

from csat_analysis.stand_in import Account, serving


@pytest.fixture(scope="module", autouse=True)
def forks() -> None:
    """Processes of the server that forks them have imported everything."""
    warm_up()


@pytest.fixture
def account() -> Account:
    return small_account(tickets=150)


@pytest.fixture
def url(account) -> Iterator[str]:
    with serving(account, limits=False) as url:
        yield url

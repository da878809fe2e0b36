"""Accounts and servers for the tests of the fake Zendesk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from support.api_client import NOW, Client

from csat_analysis.fake_zendesk import Account, make_account, serving
from csat_analysis.fake_zendesk.server.faults import Fault


@pytest.fixture(scope="package")
def account() -> Account:
    """Return an account that no test changes."""
    return make_account(tickets=400, now=NOW, legacy_ratings=9)


@pytest.fixture(scope="package")
def ask(account: Account) -> Iterator[Client]:
    """Return a client of a server with that account."""
    with serving(account, limits=False) as url:
        yield Client(url)


@pytest.fixture
def changing() -> Account:
    """Return an account that a test can change."""
    return make_account(tickets=300, now=NOW)


@pytest.fixture
def ask_changing(changing: Account) -> Iterator[Client]:
    """Return a client of a server with that account."""
    with serving(changing, limits=False) as url:
        yield Client(url)


@pytest.fixture(scope="package")
def default_account() -> Account:
    """Return an account of the default size."""
    return make_account(now=NOW)


@pytest.fixture(scope="package")
def small_account() -> Account:
    """Return a small account that no test changes."""
    return make_account(tickets=60, now=NOW)


@pytest.fixture
def client_with(small_account: Account) -> Iterator[Callable[[Fault], Client]]:
    """Return a function that makes clients of servers with a fault, which serve the small account."""
    small_account.calls.clear()
    with ExitStack() as running:
        yield lambda fault: Client(running.enter_context(serving(small_account, limits=False, faults=fault)))

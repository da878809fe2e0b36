"""A server in its own process, as benchmarks use it."""

from __future__ import annotations

import os
from functools import partial
from operator import methodcaller

import pytest
import requests
from support.api_client import NOW, TICKETS, Client

from csat_analysis.fake_zendesk import Account, GroundTruth, make_account, serving_in_process

pytestmark = pytest.mark.slow

make_small_account = partial(make_account, tickets=60, now=NOW)


def offers_of(account: Account) -> list[str]:
    return GroundTruth(account).offers


def process_id(account: Account) -> int:
    return os.getpid()


def test_an_account_in_another_process_is_asked_and_changed_from_here():
    with serving_in_process(make_small_account, limits=False) as server:
        ask = Client(server.url)
        before = ask.tickets()
        server.change(methodcaller("advance", hours=1))
        new = server.change(methodcaller("new_tickets", 3))
        server.change(methodcaller("advance", minutes=2))
        after = ask.tickets()
        calls = server.calls()
        offers = server.change(offers_of)
        assert server.change(process_id) != os.getpid()
        with pytest.raises(KeyError, match="unknown ticket 999"):
            server.change(methodcaller("delete", 999))

    assert len(before) == 60
    assert set(after) - set(before) == set(new)
    assert calls == [("GET", f"/api/v2{TICKETS}?page%5Bsize%5D=100&start_time=0", 200)] * 2
    assert offers[:-3] == offers_of(make_small_account())

    with pytest.raises(requests.ConnectionError):
        ask(TICKETS, start_time=0)


def test_an_account_that_cannot_be_made_is_an_error_here():
    with (
        pytest.raises(ValueError, match="at least one"),
        serving_in_process(partial(make_account, tickets=0)),
    ):
        pass

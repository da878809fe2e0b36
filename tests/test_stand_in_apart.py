"""The stand-in in a process of its own, as benchmarks use it."""

from __future__ import annotations

import os
from operator import attrgetter, methodcaller

import pytest
import requests
from stand_in_client import NOW, TICKETS, Client

from csat_analysis.stand_in import make_account, serving_apart

SMALL = {"tickets": 60, "now": NOW}


def test_an_account_served_apart_is_asked_changed_and_compared_from_here():
    with serving_apart(SMALL, limits=False) as apart:
        ask = Client(apart.url)
        before = ask.tickets()
        apart.change(methodcaller("advance", hours=1))
        new = apart.change(methodcaller("new_tickets", 3))
        apart.change(methodcaller("advance", minutes=2))
        after = ask.tickets()
        calls, offers = apart.calls(), apart.change(attrgetter("truth.offers"))

    assert len(before) == 60
    assert set(after) - set(before) == set(new)
    assert calls == [("GET", f"/api/v2{TICKETS}?start_time=0", 200)] * 2
    assert offers[:-3] == make_account(**SMALL).truth.offers

    with pytest.raises(requests.ConnectionError):
        ask(TICKETS, start_time=0)


def test_the_server_apart_does_not_run_in_this_process():
    with serving_apart(SMALL, limits=False) as apart:
        assert apart.change(_process) != os.getpid()


def _process(account: object) -> int:
    return os.getpid()


def test_what_goes_wrong_over_there_is_raised_here():
    with serving_apart(SMALL, limits=False) as apart, pytest.raises(KeyError, match="no ticket 999"):
        apart.change(methodcaller("delete", 999))
    with pytest.raises(ValueError, match="at least one"), serving_apart({"tickets": 0}):
        pass

"""The HTTP server: address, connections, errors and noted requests."""

from __future__ import annotations

import inspect
import socket

import pytest
import requests
from flask import Request, Response
from support.api_client import TICKETS, Client

from csat_analysis import fake_zendesk
from csat_analysis.fake_zendesk import (
    Account,
    serving,
)


def test_the_server_listens_on_the_loopback_address_only(account: Account):
    with serving(account) as url:
        host, port = url.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        # a server on 0.0.0.0 would answer on this address
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.2", int(port)), timeout=1).close()
    for function in (serving, fake_zendesk.create_app):
        assert "host" not in inspect.signature(function).parameters


def test_a_stopped_server_ends_connections_that_were_kept_alive(account: Account):
    with serving(account) as url:
        ask = Client(url)
        ask("/groups")

    with pytest.raises(requests.ConnectionError):
        ask("/groups")


def test_connections_are_kept_alive(ask: Client):
    client = Client(ask.url)
    for path in ("/groups", "/brands", "/nowhere", f"{TICKETS}?start_time=0"):
        client(path)

    pools = client.session.get_adapter(ask.url).poolmanager.pools
    (pool,) = (pools[key] for key in pools.keys())  # noqa: SIM118 (not a dict)
    assert (pool.num_requests, pool.num_connections) == (4, 1)


def test_unknown_paths_are_invalid_endpoints_and_unknown_records_are_not_found(ask: Client):
    assert ask("/nowhere").json() == {"error": "InvalidEndpoint", "description": "Not found"}
    assert ask("/tickets/999999/audits").json() == {"error": "RecordNotFound", "description": "Not found"}
    guide = ask("/guide/en-us/survey_responses/01J91CQ460QCKK0S1SKMGR27RN")
    assert (guide.status_code, guide.json()["errors"][0]["code"]) == (404, "NotFound")


@pytest.mark.parametrize(
    "path",
    [f"{TICKETS}?cursor=x", f"{TICKETS}?start_time=soon", f"{TICKETS}?start_time=0&per_page=1001", TICKETS],
)
def test_invalid_parameters_are_refused(ask: Client, path: str):
    assert ask(path).status_code in (400, 422)


def test_every_request_is_noted(account: Account):
    account.calls.clear()
    with serving(account) as url:
        Client(url)("/groups")
        Client(url, authorization=None)("/users/me", **{"page[size]": None})

    groups = "/api/v2/groups?page%5Bsize%5D=100"
    assert account.calls == [("GET", groups, 200), ("GET", "/api/v2/users/me", 200)]


def test_any_function_can_be_a_fault(account: Account):
    def html(request: Request) -> Response | None:
        return Response("<html>Bad gateway</html>", 502) if request.path.endswith("/groups") else None

    with serving(account, faults=html) as url:
        assert Client(url)("/groups").text == "<html>Bad gateway</html>"
        assert Client(url)("/brands").status_code == 200

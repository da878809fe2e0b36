"""The client against the fake Zendesk: authentication, paging, retries and rate limits."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from flask import Request, Response
from support.accounts import Clock, settings_for, small_account

from csat_analysis import zendesk
from csat_analysis.errors import (
    NotAllowed,
    NotAuthorized,
    NotFound,
    RateLimited,
    Unreachable,
    UnsafeAddress,
    ZendeskError,
)
from csat_analysis.fake_zendesk import AGENT_OAUTH_TOKEN, CLIENT_SECRET, Account, GroundTruth, serving
from csat_analysis.zendesk import Limits, Zendesk
from csat_analysis.zendesk.envelopes import check_host

NO_CLIENT = {"zendesk_client_id": None, "zendesk_client_secret": None}


@pytest.fixture(scope="module")
def account() -> Account:
    return small_account()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client_for(url: str, clock: Clock, **changes: Any) -> Zendesk:
    return Zendesk(settings_for(url, "unused.duckdb", **changes), sleep=clock.sleep, clock=clock.time)


def always(response: Callable[[], Response], path: str = "/api/v2/"):
    """Return a fault that replaces every response to a path."""
    return lambda request: response() if path in request.path else None


def first(times: int, response: Callable[[Request], Response], path: str = "/api/v2/"):
    """Return a fault that replaces the first responses to a path."""
    replaced: list[Request] = []

    def fault(request: Request) -> Response | None:
        if path not in request.path or len(replaced) >= times:
            return None
        replaced.append(request)
        return response(request)

    return fault


def json_response(body: Any) -> Callable[[], Response]:
    return lambda: Response(json.dumps(body), mimetype="application/json")


def drop_connection(request: Request) -> Response:
    connection = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response("")


def cut_json(request: Request) -> Response:
    return Response('{"groups": [{"id"', mimetype="application/json")


def html(status: int) -> Callable[[Request], Response]:
    return lambda request: Response("<html>Bad gateway</html>", status)


def too_many(retry_after: str) -> Callable[[Request], Response]:
    return lambda request: Response("", 429, headers={"Retry-After": retry_after})


def test_pages_of_any_size_give_the_same_rows_once(account, clock):
    with serving(account, limits=False) as url:
        client = client_for(url, clock)
        ids = []
        for size in (7, 50):
            endpoint = zendesk.SURVEY_RESPONSES._replace(page_size=size)
            ids.append([row["id"] for page in client.pages(endpoint, sort="id") for row in page.rows])
    assert ids[0] == ids[1] == GroundTruth(account).offers


def test_an_export_continues_from_the_cursor_of_any_page(account, clock):
    with serving(account, limits=False) as url:
        client = client_for(url, clock)
        small_pages = zendesk.TICKETS._replace(page_size=60)
        pages = list(client.pages(small_pages, start_time=0))
        rest = [row["id"] for page in client.pages(small_pages, cursor=pages[1].cursor) for row in page.rows]
    assert rest == [row["id"] for page in pages[2:] for row in page.rows]
    assert len(pages) > 3


@pytest.mark.parametrize(
    "response",
    [html(408), html(500), html(502), html(503), html(504), html(521), drop_connection, cut_json],
    ids=["408", "500", "502", "503", "504", "521", "dropped connection", "cut JSON"],
)
def test_a_passing_fault_is_retried(response, account, clock):
    with serving(account, faults=first(3, response)) as url:
        client = client_for(url, clock)
        assert client.get("users/me")["user"]
    assert len(clock.slept) == 3
    assert client.waited_seconds == pytest.approx(sum(clock.slept))
    assert client.waited_seconds < 30


def test_retry_after_is_obeyed(account, clock):
    with serving(account, faults=first(1, too_many("17"))) as url:
        client_for(url, clock).get("users/me")
    assert 17 <= sum(clock.slept) < 18


def test_a_429_without_retry_after_waits_for_a_whole_window(account, clock):
    with serving(account, faults=first(1, lambda request: Response("", 429))) as url:
        client_for(url, clock).get("users/me")
    assert clock.slept == [60]


def test_a_persistent_fault_ends_in_one_line(account, clock):
    with (
        serving(account, faults=first(99, too_many("1"))) as url,
        pytest.raises(RateLimited, match="run the command again later") as caught,
    ):
        client_for(url, clock).get("users/me")
    assert caught.value.retry_after_seconds == 1
    assert len(clock.slept) == Limits().tries - 1


def test_a_page_that_times_out_is_requested_at_half_the_size(account, clock):
    def time_out(request: Request) -> Response | None:
        is_large = int(request.args.get("per_page", 0)) > 300
        return Response("upstream request timeout", 504) if is_large and "cursor" in request.path else None

    with serving(account, limits=False, faults=time_out) as url:
        pages = client_for(url, clock).pages(zendesk.TICKETS, start_time=0)
        ids = [row["id"] for page in pages for row in page.rows]
    assert len(set(ids)) == len(ids) > 250


def test_a_long_run_stays_below_every_rate_limit(clock):
    account = small_account()
    with serving(account, clock=clock.time) as url:
        client = client_for(url, clock)
        pages = list(client.pages(zendesk.TICKETS._replace(page_size=10), start_time=0))
    assert len(pages) >= 30
    assert not [call for call in account.calls if call.status == 429]
    # some 30 calls at 8 of the 10 that a minute allows
    assert 120 < client.waited_seconds < 300


def test_an_expired_token_is_replaced_once(account, clock):
    with serving(account, clock=clock.time) as url:
        client = client_for(url, clock)
        client.get("users/me")
        clock.now += 2 * zendesk.TOKEN_SECONDS
        assert client.get("users/me")["user"]


def test_an_error_names_the_settings_of_refused_credentials_but_no_secret(account, clock):
    email = {**NO_CLIENT, "zendesk_email": "a@b.example", "zendesk_api_token": "t0k3n"}
    with serving(account) as url:
        with pytest.raises(NotAuthorized, match="ZENDESK_CLIENT_SECRET") as client_error:
            client_for(url, clock, zendesk_client_secret="s3cr3t-value").me()
        with pytest.raises(NotAuthorized, match="ZENDESK_API_TOKEN") as token_error:
            client_for(url, clock, **email).get("users/me")
    assert "s3cr3t-value" not in str(client_error.value)
    assert "t0k3n" not in str(token_error.value)
    assert not clock.slept


def test_an_agents_token_is_refused_and_the_error_names_the_role_it_needs(account, clock):
    with serving(account) as url, pytest.raises(NotAllowed, match="admin"):
        client = client_for(url, clock, **NO_CLIENT, zendesk_oauth_token=AGENT_OAUTH_TOKEN)
        next(client.pages(zendesk.TICKETS, start_time=0))


def test_an_address_that_never_responds_is_reported_after_a_few_tries(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unreachable, match="check the network"):
        client_for(url, clock).me()
    assert len(clock.slept) == Limits().tries_before_contact - 1


def test_a_404_of_the_first_request_names_the_subdomain(account, clock):
    with (
        serving(account, faults=html(404)) as url,
        pytest.raises(NotFound, match="oauth/tokens.*ZENDESK_SUBDOMAIN"),
    ):
        client_for(url, clock).me()


def test_a_404_after_another_request_worked_names_only_the_endpoint(account, clock):
    with serving(account, faults=first(99, html(404), path="guide")) as url:
        client = client_for(url, clock)
        client.me()
        with pytest.raises(NotFound, match="guide/survey_responses") as caught:
            next(client.pages(zendesk.SURVEY_RESPONSES))
    assert "SUBDOMAIN" not in str(caught.value)


@pytest.mark.parametrize("key", ["links", "after_url"])
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://evil.example/api/v2/groups?page=2", "evil.example"),
        ("//evil.example/groups", "evil.example"),
        ("http://[::1", "an invalid address"),
        ("/groups", "an invalid address"),
        ("https://evil.\u202eexample/\x1b[31m", r"evil\.\\u202eexample"),
    ],
)
def test_a_paging_url_to_another_host_is_refused(key, address, shown, account, clock):
    body: dict[str, Any] = {"groups": [], "meta": {"has_more": True, "after_cursor": "x"}}
    body |= {"links": {"next": address}} if key == "links" else {"after_url": address}
    with (
        serving(account, faults=always(json_response(body))) as url,
        pytest.raises(UnsafeAddress, match=shown) as caught,
    ):
        list(client_for(url, clock).pages(zendesk.GROUPS))
    assert str(caught.value).isprintable()


def test_the_case_of_a_host_does_not_matter():
    check_host("https://acme.zendesk.com/api/v2/groups", "https://Acme.zendesk.com")


def test_a_response_of_another_kind_of_server_names_the_missing_rows(account, clock):
    with (
        serving(account, faults=always(json_response({"hello": 1}))) as url,
        pytest.raises(ZendeskError, match="groups: groups: a list of objects"),
    ):
        list(client_for(url, clock).pages(zendesk.GROUPS))


def test_the_anonymous_user_is_not_signed_in(account, clock):
    anonymous = json_response({"user": {"id": None, "role": "end-user"}})
    with serving(account, faults=always(anonymous, "users/me")) as url, pytest.raises(NotAuthorized):
        client_for(url, clock).me()


def test_no_attribute_of_the_client_shows_the_secret(account, clock):
    with serving(account) as url:
        client = client_for(url, clock)
        client.me()
    parts = (client, client._authenticator, client._authenticator.current(), client._transport)
    shown = "".join(repr(part) + repr(vars(part)) for part in parts)
    shown += repr(client._transport._session.headers)
    assert CLIENT_SECRET not in shown
    assert "fake-access" not in shown


def test_former_agents_are_found_by_their_ids(account, clock):
    with serving(account, limits=False) as url:
        client = client_for(url, clock)
        agents = [row for page in client.pages(zendesk.USERS, **{"role[]": "agent"}) for row in page.rows]
        wanted = [row["id"] for row in agents[:3]]
        (page,) = client.pages(zendesk.USERS_SHOW_MANY, **zendesk.ids_query([*wanted, 1]))
    assert sorted(row["id"] for row in page.rows) == sorted(wanted)


def test_the_servers_time_is_that_of_the_latest_response(account, clock):
    with serving(account) as url:
        client = client_for(url, clock)
        assert client.server_time is None
        client.get("users/me")
    assert client.server_time == account.now.replace(microsecond=0)

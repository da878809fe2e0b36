"""HTTP to Zendesk: signing in, paging, retries and pacing, against the fake Zendesk and its faults."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable

import pytest
from flask import Request, Response
from support.accounts import Clock, settings_for, small_account

from csat_analysis import zendesk as api
from csat_analysis.errors import (
    NotAllowed,
    NotAuthorized,
    NotFound,
    RateLimited,
    Unreachable,
    UnsafeAddress,
    ZendeskError,
)
from csat_analysis.fake_zendesk import AGENT_OAUTH_TOKEN, CLIENT_SECRET, GroundTruth, serving
from csat_analysis.zendesk import Zendesk


@pytest.fixture(scope="module")
def account():
    return small_account()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def signed_in(url: str, clock: Clock, **changes) -> Zendesk:
    return Zendesk(settings_for(url, "unused.duckdb", **changes), sleep=clock.sleep, clock=clock.time)


def failing(times: int, answer: Callable[[Request], Response | None], path: str = "groups"):
    """A fault that spoils the first `times` requests to a path."""
    seen: list[Request] = []

    def fault(request: Request) -> Response | None:
        if path not in request.path or len(seen) >= times:
            return None
        seen.append(request)
        return answer(request)

    return fault


def drop(request: Request) -> Response:
    connection = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response("")


def cut(request: Request) -> Response:
    return Response('{"groups": [{"id"', mimetype="application/json")


def html(status: int) -> Callable[[Request], Response]:
    return lambda request: Response("<html>Bad gateway</html>", status)


def test_pages_of_any_size_give_the_same_rows_once(account, clock):
    with serving(account, limits=False) as url:
        zendesk = signed_in(url, clock)
        endpoints = [api.SURVEY_RESPONSES._replace(page_size=size) for size in (7, 50)]
        pages = [zendesk.pages(endpoint, sort="id") for endpoint in endpoints]
        ids = [[row["id"] for page in one for row in page.rows] for one in pages]
    assert ids[0] == ids[1] == GroundTruth(account).offers


def test_an_export_goes_on_from_the_cursor_of_any_page(account, clock):
    with serving(account, limits=False) as url:
        zendesk = signed_in(url, clock)
        small = api.TICKETS._replace(page_size=60)
        pages = list(zendesk.pages(small, start_time=0))
        rest = [row["id"] for page in zendesk.pages(small, cursor=pages[1].cursor) for row in page.rows]
    assert rest == [row["id"] for page in pages[2:] for row in page.rows]
    assert len(pages) > 3


@pytest.mark.parametrize(
    "answer", [html(500), html(502), html(503), html(504), drop, cut], ids=["500", "502", "503", "504", "drop", "cut"]
)  # fmt: skip
def test_a_passing_fault_is_tried_again(answer, account, clock):
    with serving(account, faults=failing(3, answer)) as url:
        zendesk = signed_in(url, clock)
        assert zendesk.get("groups")["groups"]
    assert len(clock.slept) == 3
    assert zendesk.waited_seconds == pytest.approx(sum(clock.slept))
    assert zendesk.waited_seconds < 30


def test_retry_after_is_obeyed(account, clock):
    too_many = lambda request: Response("", 429, headers={"Retry-After": "17"})  # noqa: E731
    with serving(account, faults=failing(1, too_many)) as url:
        signed_in(url, clock).get("groups")
    assert 17 <= sum(clock.slept) < 18


def test_429_without_retry_after_waits_out_the_minute(account, clock):
    with serving(account, faults=failing(1, lambda request: Response("", 429))) as url:
        signed_in(url, clock).get("groups")
    assert clock.slept == [60]


def test_a_fault_that_lasts_ends_in_one_clear_line(account, clock):
    with (
        serving(
            account, faults=failing(99, lambda request: Response("", 429, headers={"Retry-After": "1"}))
        ) as url,
        pytest.raises(RateLimited, match="try again later") as caught,
    ):
        signed_in(url, clock).get("groups")
    assert caught.value.retry_after_seconds == 1
    assert len(clock.slept) == api.TRIES - 1


def test_a_page_too_big_is_asked_for_at_half_the_size(account, clock):
    def timeout(request: Request) -> Response | None:
        size = int(request.args.get("per_page", 0))
        return Response("upstream request timeout", 504) if "cursor" in request.path and size > 300 else None

    with serving(account, limits=False, faults=timeout) as url:
        rows = [row for page in signed_in(url, clock).pages(api.TICKETS, start_time=0) for row in page.rows]
    assert len({row["id"] for row in rows}) == len(rows) > 250


def test_a_steady_run_stays_below_every_limit(clock):
    account = small_account()
    with serving(account, clock=clock.time) as url:
        zendesk = signed_in(url, clock)
        pages = list(zendesk.pages(api.TICKETS._replace(page_size=10), start_time=0))
    assert len(pages) >= 30
    assert not [call for call in account.calls if call.status == 429]
    assert 120 < zendesk.waited_seconds < 300  # some 30 calls at 8 of the 10 a minute allows


def test_an_expired_token_is_replaced_once(account, clock):
    with serving(account, clock=clock.time) as url:
        zendesk = signed_in(url, clock)
        zendesk.get("groups")
        clock.now += 2 * api.TOKEN_SECONDS
        assert zendesk.get("groups")["groups"]


def test_wrong_credentials_say_which_ones_and_not_what_they_are(account, clock):
    with serving(account) as url:
        with pytest.raises(NotAuthorized, match="ZENDESK_CLIENT_SECRET") as client:
            signed_in(url, clock, zendesk_client_secret="s3cr3t-value").me()
        with pytest.raises(NotAuthorized, match="ZENDESK_API_TOKEN") as token:
            nothing = {"zendesk_client_id": None, "zendesk_client_secret": None}
            signed_in(url, clock, **nothing, zendesk_email="a@b.example", zendesk_api_token="t0k3n").get(
                "groups"
            )
    assert "s3cr3t-value" not in str(client.value) + str(token.value)
    assert "t0k3n" not in str(token.value)
    assert not clock.slept


def test_an_agents_token_is_refused_with_what_it_takes(account, clock):
    nothing = {"zendesk_client_id": None, "zendesk_client_secret": None}
    with serving(account) as url, pytest.raises(NotAllowed, match="admin"):
        next(
            signed_in(url, clock, **nothing, zendesk_oauth_token=AGENT_OAUTH_TOKEN).pages(
                api.TICKETS, start_time=0
            )
        )


def test_no_network_is_said_after_a_few_tries(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unreachable, match="check the network"):
        signed_in(url, clock).me()
    assert len(clock.slept) == api.TRIES_UNREACHED - 1


def test_a_wrong_subdomain_is_said(account, clock):
    nobody = lambda request: Response("<html>No help desk here</html>", 404)  # noqa: E731
    with serving(account, faults=nobody) as url, pytest.raises(NotFound, match="ZENDESK_SUBDOMAIN"):
        signed_in(url, clock).me()


@pytest.mark.parametrize("key", ["links", "after_url"])
def test_a_paging_url_to_another_host_is_refused(key, account, clock):
    elsewhere = "https://evil.example/api/v2/groups?page=2"
    body = {"groups": [], "meta": {"has_more": True, "after_cursor": "x"}}
    body |= {"links": {"next": elsewhere}} if key == "links" else {"after_url": elsewhere}

    def lead_away(request: Request) -> tuple | None:
        from flask import jsonify

        return jsonify(body) if "groups" in request.path else None

    with serving(account, faults=lead_away) as url, pytest.raises(UnsafeAddress, match="evil.example"):
        list(signed_in(url, clock).pages(api.GROUPS))


def test_a_redirect_is_not_followed(account, clock):
    away = lambda request: Response("", 302, headers={"Location": "https://evil.example/"})  # noqa: E731
    with serving(account, faults=away) as url, pytest.raises(UnsafeAddress, match="evil.example"):
        signed_in(url, clock).get("groups")


def test_a_server_that_is_no_zendesk_is_said(account, clock):
    def nonsense(request: Request) -> Response | None:
        return Response('{"hello": 1}', mimetype="application/json") if "groups" in request.path else None

    with serving(account, faults=nonsense) as url, pytest.raises(ZendeskError, match="holds no groups"):
        list(signed_in(url, clock).pages(api.GROUPS))


def test_anonymous_users_me_is_no_sign_in(account, clock):
    def anonymous(request: Request) -> Response | None:
        body = '{"user": {"id": null, "role": "end-user"}}'
        return Response(body, mimetype="application/json") if "users/me" in request.path else None

    with serving(account, faults=anonymous) as url, pytest.raises(NotAuthorized):
        signed_in(url, clock).me()


def test_the_secret_shows_nowhere(account, clock):
    with serving(account) as url:
        zendesk = signed_in(url, clock)
        zendesk.me()
    parts = (zendesk, zendesk._signature, zendesk._transport)
    shown = "".join(repr(part) + repr(vars(part)) for part in parts) + repr(
        zendesk._transport._session.headers
    )
    assert CLIENT_SECRET not in shown
    assert "fake-access" not in shown


def test_former_agents_are_found_by_their_ids(account, clock):
    with serving(account, limits=False) as url:
        zendesk = signed_in(url, clock)
        staff = [row for page in zendesk.pages(api.USERS, **{"role[]": "agent"}) for row in page.rows]
        wanted = [row["id"] for row in staff[:3]]
        (page,) = zendesk.pages(api.USERS_SHOW_MANY, **api.ids_query([*wanted, 1]))
    assert sorted(row["id"] for row in page.rows) == sorted(wanted)


def test_the_servers_time_is_that_of_the_latest_response(account, clock):
    with serving(account) as url:
        zendesk = signed_in(url, clock)
        assert zendesk.server_time is None
        before = dt.datetime.now(dt.UTC).replace(microsecond=0)
        zendesk.get("groups")
        assert before <= zendesk.server_time <= dt.datetime.now(dt.UTC)

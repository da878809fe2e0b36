"""Lists and envelopes: a list that cannot end is an error, and a wrong shape names the endpoint and the field."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.accounts import Clock, settings_for
from support.raw_server import response, serving_bytes

from csat_analysis import zendesk
from csat_analysis.errors import NotAuthorized, ZendeskError
from csat_analysis.zendesk import Endpoint, Limits, Zendesk

OAUTH_TOKEN = {"zendesk_client_id": None, "zendesk_client_secret": None, "zendesk_oauth_token": "t0k3n"}
Json = dict[str, Any]


def client_for(url: str, limits: Limits | None = None, **settings: Any) -> Zendesk:
    clock = Clock()
    settings = settings or OAUTH_TOKEN
    return Zendesk(
        settings_for(url, "unused.duckdb", **settings), limits=limits, sleep=clock.sleep, clock=clock.time
    )


def read(
    endpoint: Endpoint, body_of: Callable[[str | None], Json], limits: Limits | None = None
) -> list[Json]:
    """Read a list from a server that makes each body from the requested cursor."""
    rows: list[Json] = []

    def respond(path: str) -> Iterator[bytes]:
        query = parse_qs(urlsplit(path).query)
        (cursor,) = query.get("cursor") or query.get("page[after]") or [None]
        return response(body_of(cursor))

    with serving_bytes(respond) as url:
        for page in client_for(url, limits).pages(endpoint):
            rows += page.rows
    return rows


def export(rows: list[Json], cursor: Any, *, end: bool = False) -> Json:
    return {"tickets": rows, "after_cursor": cursor, "end_of_stream": end}


def listed(rows: list[Json], cursor: Any, *, more: bool = True) -> Json:
    return {"groups": rows, "meta": {"has_more": more, "after_cursor": cursor}}


new_id = itertools.count(1).__next__
AB = {None: "A", "A": "B", "B": "A"}
ABC = {None: "A", "A": "B", "B": "C", "C": "A"}
FULL = [{"id": number} for number in range(100)]
ENDLESS = {
    "the same cursor": (zendesk.TICKETS, lambda cursor: export([{"id": new_id()}], "A"), "repeats a cursor"),
    "A B A B": (zendesk.TICKETS, lambda cursor: export([{"id": new_id()}], AB[cursor]), "repeats a cursor"),
    "A B C A of a list": (
        zendesk.GROUPS,
        lambda cursor: listed([{"id": new_id()}], ABC[cursor]),
        "repeats a cursor",
    ),
    "ever-new cursors of the same tickets": (
        zendesk.TICKETS,
        lambda cursor: export([{"id": 1}, {"id": 2}], f"c{new_id()}"),
        "repeats rows",
    ),
    "ever-new cursors of the same groups": (
        zendesk.GROUPS,
        lambda cursor: listed([{"id": 1}], f"c{new_id()}"),
        "repeats rows",
    ),
    "ever-new cursors of two pages in turn": (
        zendesk.GROUPS,
        lambda cursor: listed([{"id": len(cursor or "")}], "cc" if cursor == "c" else f"c{new_id()}"),
        "repeats",
    ),
    "ever-new cursors of groups without ids": (
        zendesk.GROUPS,
        lambda cursor: listed([{"name": "Billing"}], f"c{new_id()}"),
        "repeats rows",
    ),
    "ever-new cursors without rows": (
        zendesk.TICKETS,
        lambda cursor: export([], f"c{new_id()}"),
        "pages without rows",
    ),
    "more groups without a cursor": (
        zendesk.GROUPS,
        lambda cursor: listed([{"id": 1}], None),
        "without a cursor",
    ),
    "more groups with an empty cursor": (
        zendesk.GROUPS,
        lambda cursor: listed([{"id": 1}], ""),
        "without a cursor",
    ),
    "more tickets without a cursor": (
        zendesk.TICKETS,
        lambda cursor: export([{"id": 1}], None),
        "without a cursor",
    ),
    "no end_of_stream": (
        zendesk.TICKETS,
        lambda cursor: {"tickets": [{"id": 1}], "after_cursor": "A"},
        "end_of_stream",
    ),
    "a full page without meta": (zendesk.GROUPS, lambda cursor: {"groups": FULL}, "meta.has_more"),
    "a page by offset": (
        zendesk.GROUPS,
        lambda cursor: {"groups": FULL, "next_page": "https://acme.zendesk.com/api/v2/groups?page=2"},
        "next_page",
    ),
    "more than one page of users by id": (
        zendesk.USERS_SHOW_MANY,
        lambda cursor: {"users": [], "next_page": "https://acme.zendesk.com/api/v2/users?page=2"},
        "next_page",
    ),
}


@pytest.mark.parametrize(("endpoint", "body_of", "problem"), ENDLESS.values(), ids=ENDLESS)
def test_a_list_that_does_not_end_is_one_line(endpoint, body_of, problem):
    with pytest.raises(ZendeskError, match=problem) as caught:
        read(endpoint, body_of)
    assert endpoint.path in str(caught.value)


def test_a_list_of_ever_new_rows_ends_at_the_page_limit():
    with pytest.raises(ZendeskError, match="more than 7 pages"):
        read(zendesk.TICKETS, lambda cursor: export([{"id": new_id()}], f"c{new_id()}"), Limits(pages=7))


def test_a_ticket_that_changed_during_an_export_comes_again():
    pages = {
        None: export([{"id": 1, "generated_timestamp": 10}, {"id": 2, "generated_timestamp": 20}], "A"),
        "A": export([{"id": 1, "generated_timestamp": 30}], "B"),
        "B": export([], "C"),
        "C": export([{"id": 1, "generated_timestamp": 30}], "C", end=True),
    }
    rows = read(zendesk.TICKETS, pages.__getitem__)
    assert [row["id"] for row in rows] == [1, 2, 1, 1]


@pytest.mark.parametrize(
    "body",
    [
        {"groups": []},
        {"groups": [{"id": 1}]},
        {"groups": FULL, "next_page": None, "count": 100},
        {"groups": [], "meta": None, "links": None},
        {"groups": [{"id": 1}], "meta": {"has_more": False}},
        {"groups": [{"id": 1}], "meta": {"has_more": False, "after_cursor": None}, "links": {"next": None}},
    ],
)
def test_a_short_list_needs_no_paging_keys(body):
    assert read(zendesk.GROUPS, lambda cursor: body) == body["groups"]


def test_audits_of_an_archived_ticket_may_announce_more_without_a_cursor():
    body = {"audits": [{"id": 1}], "meta": {"has_more": True, "after_cursor": None}}
    assert read(zendesk.audits(7), lambda cursor: body) == [{"id": 1}]


def test_all_pages_before_an_error_reach_the_reader():
    pages = []
    with (
        serving_bytes(lambda path: response(listed([{"id": new_id()}], "A"))) as url,
        pytest.raises(ZendeskError, match="repeats a cursor"),
    ):
        for page in client_for(url).pages(zendesk.GROUPS):
            pages.append(page)
    assert len(pages) == 2


WRONG = [7, -1, 1.5, True, "text", [], [1], {}, {"x": 1}]


def fits(value: Any, *types: type) -> bool:
    return type(value) in types


FIELDS: dict[str, tuple[Endpoint, Callable[[Any], Json], Callable[[Any], bool]]] = {
    "meta": (zendesk.GROUPS, lambda value: {"groups": [{"id": 1}], "meta": value}, lambda value: False),
    "meta.has_more": (
        zendesk.GROUPS,
        lambda value: {"groups": [], "meta": {"has_more": value}},
        lambda value: fits(value, bool),
    ),
    "meta.after_cursor": (
        zendesk.GROUPS,
        lambda value: listed([{"id": 1}], value, more=False),
        lambda value: fits(value, str),
    ),
    "links": (zendesk.GROUPS, lambda value: {"groups": [], "links": value}, lambda value: fits(value, dict)),
    "links.next": (
        zendesk.GROUPS,
        lambda value: {"groups": [], "links": {"next": value}},
        lambda value: fits(value, str),
    ),
    "next_page": (
        zendesk.GROUPS,
        lambda value: {"groups": [], "next_page": value},
        lambda value: False,
    ),
    "end_of_stream": (
        zendesk.TICKETS,
        lambda value: {"tickets": [], "end_of_stream": value},
        lambda value: fits(value, bool),
    ),
    "after_cursor": (
        zendesk.TICKETS,
        lambda value: export([], value, end=True),
        lambda value: fits(value, str),
    ),
    "after_url": (
        zendesk.TICKETS,
        lambda value: export([], None, end=True) | {"after_url": value},
        lambda value: fits(value, str),
    ),
    "metric_sets": (
        zendesk.TICKETS,
        lambda value: export([], None, end=True) | {"metric_sets": value},
        lambda value: value == [],
    ),
    "tickets": (
        zendesk.TICKETS,
        lambda value: export(value, None, end=True),
        lambda value: value == [],
    ),
}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_wrong_type_in_a_list_names_the_endpoint_and_the_field(field, value):
    endpoint, body_of, is_valid = FIELDS[field]
    if is_valid(value):
        return
    with pytest.raises(ZendeskError) as caught:
        read(endpoint, lambda cursor: body_of(value))
    assert endpoint.path in str(caught.value)
    assert field in str(caught.value)
    assert str(caught.value).isprintable()


ENDPOINTS = (
    zendesk.TICKETS,
    zendesk.USERS,
    zendesk.USERS_SHOW_MANY,
    zendesk.GROUPS,
    zendesk.BRANDS,
    zendesk.TICKET_FIELDS,
    zendesk.SURVEY_RESPONSES,
    zendesk.SATISFACTION_RATINGS,
    zendesk.surveys("en-us"),
    zendesk.audits(7),
)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.path)
def test_rows_of_a_wrong_type_name_the_endpoint_and_the_field_of_every_list(endpoint):
    bodies = iter([{}, *({endpoint.rows_key: value} for value in (*WRONG, None) if value != [])])
    messages: list[str] = []
    with serving_bytes(lambda path: response(next(bodies))) as url:
        client = client_for(url)
        for _ in range(9):
            with pytest.raises(ZendeskError) as caught:
                next(client.pages(endpoint))
            messages.append(str(caught.value))
    start = f"unexpected response to {endpoint.path}: {endpoint.rows_key}: a list of objects is expected"
    assert all(message.startswith(start) and message.isprintable() for message in messages)


def test_the_limits_that_are_promised():
    """One wait, all waits of a request, a request without its waits, and a body, decompressed."""
    limits = Limits()
    assert (limits.wait_seconds, limits.all_waits_seconds) == (15 * 60, 30 * 60)
    assert (limits.request_seconds, limits.body_bytes) == (5 * 60, 64_000_000)


@pytest.mark.parametrize("user", [7, "text", [], [{"id": 1}], {"id": "x"}, {"id": [1]}, {"id": 1, "role": 7}])
def test_a_wrong_type_in_the_signed_in_user_names_the_field(user):
    with serving_bytes(lambda path: response({"user": user})) as url, pytest.raises(ZendeskError) as caught:
        client_for(url).me()
    assert "users/me: user" in str(caught.value)


@pytest.mark.parametrize(
    "body", [{}, {"user": None}, {"user": {}}, {"user": {"id": None}}, {"user": {"id": 0}}]
)
def test_a_missing_user_is_not_signed_in(body):
    with serving_bytes(lambda path: response(body)) as url, pytest.raises(NotAuthorized):
        client_for(url).me()


CLIENT = {"zendesk_client_id": "csat", "zendesk_client_secret": "s3cr3t-value"}
TOKENS: list[Any] = [
    "",
    "two words",
    "line\nbreak",
    "line\r\nX-Header: 1",
    "umläut",
    "\x1b[31m",
    "a" * 99_999,
]


@pytest.mark.parametrize(
    "token", [*WRONG[:4], *WRONG[5:], *TOKENS, None], ids=range(len(WRONG) + len(TOKENS))
)
def test_a_token_that_cannot_be_sent_names_the_token_endpoint(token):
    with (
        serving_bytes(lambda path: response({"access_token": token})) as url,
        pytest.raises(ZendeskError) as caught,
    ):
        client_for(url, **CLIENT).me()
    assert "/oauth/tokens: access_token" in str(caught.value)
    assert str(caught.value).isprintable()
    assert "s3cr3t-value" not in str(caught.value)


@pytest.mark.parametrize("body", ["[]", '"token"', "{}", "null", "<html>"])
def test_a_token_response_of_another_shape_names_the_token_endpoint(body):
    with (
        serving_bytes(lambda path: response(body)) as url,
        pytest.raises(ZendeskError, match="/oauth/tokens"),
    ):
        client_for(url, **CLIENT).me()


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ümläut", "\x1b"])
def test_a_token_of_the_settings_that_cannot_be_sent_names_the_setting(token):
    settings = OAUTH_TOKEN | {"zendesk_oauth_token": token}
    with (
        serving_bytes(lambda path: response({"user": {"id": 1}})) as url,
        pytest.raises(NotAuthorized, match="ZENDESK_OAUTH_TOKEN") as caught,
    ):
        client_for(url, **settings).me()
    assert token not in str(caught.value)


@pytest.mark.parametrize("secret", ["päss", "漢字", "two words", "line\nbreak", "\udcff"])
def test_credentials_of_any_characters_can_be_sent(secret):
    client = {"zendesk_client_id": "ł", "zendesk_client_secret": secret}
    email = {
        "zendesk_client_id": None,
        "zendesk_client_secret": None,
        "zendesk_email": "ł@b.example",
        "zendesk_api_token": secret,
    }
    bodies: Json = {"access_token": "t0k3n", "user": {"id": 1}}
    with serving_bytes(lambda path: response(json.dumps(bodies))) as url:
        assert client_for(url, **client).me() == {"id": 1}
        assert client_for(url, **email).me() == {"id": 1}

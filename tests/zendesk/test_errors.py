"""Error responses and waits: one short, printable line that names the endpoint and contains no secret."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.accounts import Clock, settings_for
from support.raw_server import response, serving_bytes

from csat_analysis.errors import (
    CursorRefused,
    NotAllowed,
    NotAuthorized,
    NotFound,
    RateLimited,
    ZendeskError,
)
from csat_analysis.zendesk import GROUPS, Limits, Zendesk
from csat_analysis.zendesk.access_check import check

SECRET = "s3cr3t-value"
CLIENT = {"zendesk_client_id": "csat", "zendesk_client_secret": SECRET}
TOKEN = {"zendesk_client_id": None, "zendesk_client_secret": None, "zendesk_oauth_token": SECRET}
EMAIL = {
    **TOKEN,
    "zendesk_oauth_token": None,
    "zendesk_email": "ana@example.com",
    "zendesk_api_token": SECRET,
}


def get_error(
    respond: Callable[[str], Iterator[bytes]], settings: dict[str, Any] | None = None
) -> tuple[ZendeskError, list[float]]:
    """Return the error of one request, and the waits before it."""
    clock = Clock()
    with serving_bytes(respond) as url, pytest.raises(ZendeskError) as caught:
        configured = settings_for(url, "unused.duckdb", **(settings or TOKEN))
        Zendesk(configured, sleep=clock.sleep, clock=clock.time).get("groups")
    return caught.value, clock.slept


def retry_after(value: str, status: int = 429) -> Callable[[str], Iterator[bytes]]:
    return lambda path: response(status=status, headers=[("Retry-After", value)])


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "asked"),
    [
        ("901", "15 minutes"),
        ("3600", "60 minutes"),
        ("1e9", "11,574 days"),
        ("1e14", "more than 100 years"),
        ("1e300", "more than 100 years"),
        ("9" * 400, "more than 100 years"),
        ("inf", "more than 100 years"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "more than 100 years"),
        ("Fri, 31 Dec 9999 23:59:59 +1400", "more than 100 years"),
    ],
)
def test_a_wait_that_is_too_long_ends_at_once_and_the_error_says_what_was_asked(value, asked, status):
    error, waits = get_error(retry_after(value, status))
    assert waits == []
    assert f"it asks to wait {asked}" in str(error)
    assert "run the command again later" in str(error)
    assert len(str(error)) < 300


@pytest.mark.parametrize(
    "value",
    [
        "nan",
        "-1",
        "-1e300",
        "",
        "soon",
        "Fri, 31 Dec 9999 23:59:59 -1200",
        "Fri, 99 Oct 2026 07:59:16 GMT",
        "Fri, 09 Oct 2026 07:59:16 +99999999999999999999",
        "0x10",
        "\udcff",
    ],
)
def test_an_unreadable_retry_after_waits_for_a_whole_window(value):
    error, waits = get_error(retry_after(value))
    assert isinstance(error, RateLimited)
    assert waits == [60] * (Limits().tries - 1)


@pytest.mark.parametrize(
    "value", ["0", "900", "Fri, 09 Oct 2026 07:59:16 GMT", "Fri, 09 Oct 2026 07:59:16 -0000"]
)
def test_no_wait_is_longer_than_the_limit(value):
    error, waits = get_error(retry_after(value))
    assert isinstance(error, RateLimited)
    assert max(waits) <= Limits().wait_seconds + 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["899", "700", "300"])
def test_the_waits_of_one_request_are_limited_in_all(value, status):
    error, waits = get_error(retry_after(value, status))
    assert isinstance(error, RateLimited)
    assert sum(waits) <= Limits().all_waits_seconds
    assert "longer in all than the 30 minutes that the waits of one request may take" in str(error)
    assert "/api/v2/groups" in str(error)
    assert "\n" not in str(error)


def test_the_waits_of_a_token_request_are_limited_in_all():
    error, waits = get_error(retry_after("899"), CLIENT)
    assert sum(waits) <= Limits().all_waits_seconds
    assert "/oauth/tokens" in str(error)


def test_each_request_has_its_own_limit_of_waits():
    clock = Clock()
    answers = iter([retry_after("899"), retry_after("899"), lambda path: response(b'{"groups": []}')] * 3)
    with serving_bytes(lambda path: next(answers)(path)) as url:
        account = Zendesk(settings_for(url, "unused.duckdb", **TOKEN), sleep=clock.sleep, clock=clock.time)
        assert [account.get("groups") for _ in range(3)] == [{"groups": []}] * 3
    assert sum(clock.slept) > Limits().all_waits_seconds


def test_a_date_counts_from_the_servers_own_time():
    headers = [("Date", "Fri, 09 Oct 2026 07:59:16 GMT"), ("Retry-After", "Fri, 09 Oct 2026 07:59:46 GMT")]
    error, waits = get_error(lambda path: response(status=503, headers=headers))
    assert error.retry_after_seconds == 30
    assert all(30 < seconds < 31 for seconds in waits)


def test_the_servers_time_is_kept_where_a_response_has_no_valid_date():
    dates = [
        "Fri, 09 Oct 2026 07:59:15 GMT",
        "Fri, 09 Oct 2026 07:59:16 GMT",
        "soon",
        "",
        "31 Dec 9999 23:59 -1200",
    ]
    times = []
    with serving_bytes(lambda path: response({}, headers=[("Date", dates.pop(0))])) as url:
        client = Zendesk(settings_for(url, "unused.duckdb", **TOKEN))
        while dates:
            client.get("groups")
            times.append(f"{client.server_time:%H:%M:%S}")
    assert times == ["07:59:15", *["07:59:16"] * 4]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Rate-Limit": "0"},
        {"X-Rate-Limit": "-5", "X-Rate-Limit-Remaining": "-7"},
        {"X-Rate-Limit": "1e308", "X-Rate-Limit-Remaining": "1e308"},
        {"X-Rate-Limit": "10", "X-Rate-Limit-Remaining": "0", "RateLimit-Reset": "1e300"},
        {"X-Rate-Limit": "10", "X-Rate-Limit-Remaining": "0", "RateLimit-Reset": "-9"},
        {"Zendesk-RateLimit-X": "total=0; remaining=0; resets=0"},
        {"Zendesk-RateLimit-X": "total=-1; remaining=-1; resets=-1"},
        {"Zendesk-RateLimit-X": f"total={'9' * 5000}; remaining=0; resets=1"},
        {"Zendesk-RateLimit-X": "total=10; remaining=0; resets=999999999"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 -1200"},
        {"Date": "99999999999999999999"},
    ],
    ids=range(11),
)
def test_odd_rate_limit_headers_neither_fail_nor_wait_for_long(headers):
    clock = Clock()
    with serving_bytes(lambda path: response({"groups": []}, headers=headers.items())) as url:
        client = Zendesk(settings_for(url, "unused.duckdb", **TOKEN), sleep=clock.sleep, clock=clock.time)
        for _ in range(3):
            client.get("groups")
    assert sum(clock.slept) <= 3 * 61


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 599, 600, 999])
@pytest.mark.parametrize(
    "body",
    [
        "x" * 200_000,
        "@" * 200_000,
        "a@" * 100_000,
        "1 " * 100_000,
        "\x1b[31m\x07red\x1b[0m\r\nline two\t\x00",
        "\u202eright to left\u2066\u200b\ufeff\u0085\u2028",
        "ana@example.com, +49 30 1234567",
        "",
    ],
    ids=["no blanks", "only @", "many @", "digits", "control characters", "bidi", "personal data", "empty"],
)
@pytest.mark.parametrize("key", ["description", "error", "errors", "message"])
def test_an_error_is_one_short_printable_line(status, body, key):
    content = {
        "description": {"description": body},
        "error": {"error": body},
        "errors": {"errors": [{"title": body}]},
        "message": {"error": {"message": body}},
    }[key]
    error, _ = get_error(lambda path: response(content, status=status))
    assert "/api/v2/groups (" in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 500
    assert "ana@example.com" not in str(error)
    assert "1234567" not in str(error)
    assert SECRET not in str(error)


@pytest.mark.parametrize(
    "content",
    [
        "[",
        "{}",
        "[]",
        "7",
        '{"errors": 7}',
        '{"errors": [[]]}',
        '{"error": {"message": 7}}',
        '{"error": []}',
        "<html>" + "x" * 200_000,
        "[" * 200_000,
        '{"description": ["a"]}',
        '{"description": " "}',
        "\ud83d",
    ],
)
def test_an_error_without_a_readable_text_is_one_short_line(content):
    error, _ = get_error(lambda path: response(content.encode("utf-8", "surrogatepass"), status=422))
    assert str(error).endswith("/api/v2/groups (422): run the command again later")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "cookie", ["a=b; Expires=Fri, 09 Act 2026 07:59:15 GMT", "=;=;", "a=b; Max-Age=x", "\udcff"]
)
def test_a_malformed_cookie_is_ignored_without_a_warning(cookie):
    with serving_bytes(lambda path: response({"groups": []}, headers=[("Set-Cookie", cookie)])) as url:
        client = Zendesk(settings_for(url, "unused.duckdb", **TOKEN))
        assert client.get("groups") == client.get("groups") == {"groups": []}


@pytest.mark.parametrize("first_path", ["/oauth/tokens", "/api/v2/users/me"])
def test_a_404_blames_the_subdomain_only_if_nothing_worked_before(first_path):
    bodies: dict[str, dict[str, Any]] = {
        "/oauth/tokens": {"access_token": "t0k3n"},
        "/api/v2/users/me": {"user": {"id": 1}},
    }
    works = lambda path: response(bodies[path]) if path in bodies else response(status=404)  # noqa: E731
    missing = lambda path: response(status=404)  # noqa: E731
    with serving_bytes(works) as url, pytest.raises(NotFound, match="api/v2/guide/surveys") as later:
        client = Zendesk(settings_for(url, "unused.duckdb", **(CLIENT if "oauth" in first_path else TOKEN)))
        if "users" in first_path:
            client.me()
        client.get("guide/surveys")
    with serving_bytes(missing) as url, pytest.raises(NotFound, match="ZENDESK_SUBDOMAIN"):
        Zendesk(settings_for(url, "unused.duckdb", **TOKEN)).get("guide/surveys")
    assert "SUBDOMAIN" not in str(later.value)


FAULTS = {
    "refused": lambda path: response(status=401),
    "broken": lambda path: iter([b"HTTP/1.1 200 OK\r\n"]),
    "a list": lambda path: response("[]"),
    "not a token": lambda path: response({"access_token": ["x"]}, status=400 if "api" in path else 200),
    "redirect": lambda path: response(status=302, headers=[("Location", "https://evil.example")]),
    "bad request": lambda path: response({"error_description": "bad"}, status=400),
}


@pytest.mark.parametrize("settings", [CLIENT, TOKEN, EMAIL], ids=["client", "token", "email"])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_traceback_with_all_local_variables_shows_no_secret(fault, settings):
    error, _ = get_error(fault, {**CLIENT, **settings})
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    # the test's own frame holds the settings
    shown = shown.partition("csat_analysis/zendesk")[2]
    assert "client.py" in shown or "/zendesk" in shown
    assert SECRET not in shown
    assert error.__context__ is None or error.__suppress_context__


def test_a_check_of_a_broken_account_is_one_line_per_endpoint():
    def respond(path: str) -> Iterator[bytes]:
        if "users/me" in path:
            return response({"user": {"id": 1, "role": "admin"}})
        if "incremental" in path:
            return response({"tickets": [{"id": "x"}, {}], "end_of_stream": True})
        return response(json.dumps({"meta": 7}))

    with serving_bytes(respond) as url:
        checks = list(check(settings_for(url, "unused.duckdb", **TOKEN)))
    assert [one.works for one in checks] == [True, True, *[False] * 9]
    assert all("\n" not in one.advice and "unexpected response" in one.advice for one in checks[2:])


def test_a_check_names_the_role_and_the_plan_that_grant_access():
    def respond(path: str) -> Iterator[bytes]:
        if "users/me" in path:
            return response({"user": {"id": 1, "role": "agent"}})
        return response(status=404 if "guide" in path else 403)

    with serving_bytes(respond) as url:
        role, tickets, responses, *_ = check(settings_for(url, "unused.duckdb", **TOKEN))
    assert "admin" in role.advice
    assert tickets.advice.startswith("403: without it, csat pull cannot run. To fix it, use the credentials")
    assert responses.advice.startswith("404: without it, csat pull cannot run. To fix it, use a plan")
    assert "SUBDOMAIN" not in responses.advice


def test_a_refused_cursor_says_what_to_do():
    bodies = iter([response({"groups": [{"id": 1}], "meta": {"has_more": True, "after_cursor": "A"}})])
    with serving_bytes(lambda path: next(bodies, None) or response(status=400)) as url:
        client = Zendesk(settings_for(url, "unused.duckdb", **TOKEN))
        with pytest.raises(CursorRefused) as caught:
            list(client.pages(GROUPS))
    what = f"Zendesk no longer accepts the cursor of {url}/api/v2/groups (400)"
    assert (caught.value.what, str(caught.value)) == (what, f"{what}: run the command again")


def test_an_error_of_the_credentials_is_not_retried():
    error, waits = get_error(lambda path: response(status=401))
    assert isinstance(error, NotAuthorized)
    error, more_waits = get_error(lambda path: response(status=403))
    assert isinstance(error, NotAllowed)
    assert waits == more_waits == []

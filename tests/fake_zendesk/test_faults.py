"""Faults, as a client sees them over HTTP, and the ways to combine them."""

from __future__ import annotations

import http.client
import json
import time

import pytest
import requests
from support.api_client import TICKETS, Client, raw_response

from csat_analysis.fake_zendesk import (
    CLIENT_ID,
    CLIENT_SECRET,
    Account,
    GroundTruth,
    faults,
)
from csat_analysis.fake_zendesk.server.faults import Fault

CREDENTIALS = {
    "grant_type": "client_credentials",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "scope": "read",
}


def statuses(ask: Client, path: str, times: int, **parameters: object) -> list[int]:
    return [ask(path, **parameters).status_code for _ in range(times)]


# answers in place of the true one


@pytest.mark.parametrize(
    ("fault", "status", "retry_after", "body"),
    [
        (faults.too_many_requests(7), 429, "7", "Number of allowed"),
        (faults.too_many_requests(), 429, None, "Number of allowed"),
        (faults.html_error(500), 500, None, "<html>"),
        (faults.html_error(502), 502, None, "<html>"),
        (faults.html_error(503, 30), 503, "30", "<html>"),
        (faults.html_error(520), 520, None, "<html>"),
        (faults.page_too_big(500), 504, None, "upstream request timeout"),
        (faults.conflict(), 409, None, '"error": "Conflict"'),
        (faults.missing(), 404, None, '"error": "RecordNotFound"'),
        (faults.forbidden(), 403, None, '"title": "Forbidden"'),
        (faults.unauthorized(), 401, None, "Couldn't authenticate you"),
    ],
)
def test_a_fault_answers_in_place_of_zendesk(
    client_with, small_account: Account, fault: Fault, status: int, retry_after: str | None, body: str
):
    response = client_with(fault)(TICKETS, start_time=0)

    assert (response.status_code, response.headers.get("Retry-After")) == (status, retry_after)
    assert body in response.text
    assert [call.status for call in small_account.calls] == [status]


def test_refusals_of_guide_come_in_its_own_envelope(client_with):
    for fault, code in (
        (faults.forbidden(), "Forbidden"),
        (faults.missing(), "NotFound"),
        (faults.unauthorized(), "Unauthorized"),
    ):
        assert client_with(fault)("/guide/survey_responses").json()["errors"][0]["code"] == code


def test_only_pages_above_a_size_time_out(client_with):
    ask = client_with(faults.page_too_big(above=30))

    # 1000 rows by default
    assert ask(TICKETS, start_time=0).status_code == 504
    assert ask(TICKETS, start_time=0, per_page=31).status_code == 504
    assert ask(TICKETS, start_time=0, per_page=30).status_code == 200
    assert ask("/groups").status_code == 200


@pytest.mark.parametrize("status", [400, 422])
def test_a_cursor_is_refused_and_a_start_time_is_accepted(client_with, status: int):
    ask = client_with(faults.cursor_refused(status))

    first = ask.body(TICKETS, start_time=0, per_page=5)
    refused = ask(TICKETS, cursor=first["after_cursor"])
    listed = ask.body("/guide/survey_responses", **{"page[size]": 5})
    refused_list = ask("/guide/survey_responses", **{"page[after]": listed["meta"]["after_cursor"]})

    assert (refused.status_code, refused.json()["error"]) == (status, "InvalidValue")
    assert (refused_list.status_code, refused_list.json()["errors"][0]["code"]) == (400, "InvalidCursor")


def test_an_expired_token_stays_expired_and_a_new_one_works(client_with):
    ask = client_with(faults.always(faults.token_expired(), since=3))

    assert statuses(ask, "/groups", 4) == [200, 200, 401, 401]

    grant = requests.post(f"{ask.url}/oauth/tokens", json=CREDENTIALS, timeout=10).json()
    renewed = Client(ask.url, authorization=f"Bearer {grant['access_token']}")
    assert statuses(renewed, "/groups", 3) == [200, 200, 200]


# changes of the true answer


def test_a_connection_is_dropped_before_the_answer(client_with, small_account: Account):
    with (
        pytest.raises(http.client.RemoteDisconnected),
        raw_response(client_with(faults.dropped()).url, "/groups"),
    ):
        pass

    assert small_account.calls == [("GET", "/api/v2/groups?page[size]=100", 0)]


def test_a_connection_is_dropped_inside_the_body(client_with, small_account: Account):
    with raw_response(client_with(faults.cut_body(share=0.25)).url, "/groups") as response:
        length = int(response.headers["Content-Length"])
        with pytest.raises(http.client.IncompleteRead) as cut:
            response.read()

    assert response.status == 200
    assert response.headers["Connection"] is None
    assert len(cut.value.partial) == length // 4
    assert cut.value.partial.startswith(b'{"groups"')
    assert cut.value.expected == length - length // 4


def test_a_cut_json_text_has_the_announced_length(client_with):
    ask = client_with(faults.cut_json())
    response = ask("/groups")

    assert response.status_code == 200
    assert len(response.content) == int(response.headers["Content-Length"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.text)


def test_a_slow_body_arrives_in_pieces_and_is_complete(client_with):
    plain = client_with(faults.together())
    slow = client_with(faults.slow_body(0.03, pieces=5))
    begun = time.monotonic()
    with raw_response(slow.url, "/users/me") as response:
        first = response.read1()
        rest = response.read()

    assert time.monotonic() - begun >= 5 * 0.03
    assert 0 < len(first) < len(rest)
    assert first + rest == plain("/users/me").content


def test_the_connection_is_kept_after_a_slow_body_or_a_cut_json_text(client_with):
    ask = client_with(faults.together(faults.once(faults.cut_json()), faults.once(faults.slow_body(0.001))))
    for path in ("/groups", "/groups", "/groups"):
        ask(path)

    pools = ask.session.get_adapter(ask.url).poolmanager.pools
    (pool,) = (pools[key] for key in pools.keys())  # noqa: SIM118 (not a dict)
    assert (pool.num_requests, pool.num_connections) == (3, 1)


# when


def test_a_fault_applies_once_or_always_from_a_request_on_and_only_to_its_paths(client_with):
    broken = faults.html_error(500)

    assert statuses(client_with(faults.once(broken, nth=2)), "/groups", 4) == [200, 500, 200, 200]
    assert statuses(client_with(faults.always(broken, since=3)), "/groups", 4) == [200, 200, 500, 500]
    ask = client_with(faults.once(broken, on="page[size]=2"))
    assert statuses(ask, "/groups", 2, **{"page[size]": 1}) == [200, 200]
    assert statuses(ask, "/groups", 2, **{"page[size]": 2}) == [500, 200]


def test_once_counts_only_requests_that_the_fault_would_affect(client_with):
    ask = client_with(faults.once(faults.cursor_refused(), on="/incremental/tickets"))
    cursor = ask.body(TICKETS, start_time=0)["after_cursor"]

    assert statuses(ask, TICKETS, 2, cursor=cursor) == [422, 200]


def test_together_applies_the_first_fault_that_affects_a_request(client_with):
    ask = client_with(
        faults.together(
            faults.always(faults.forbidden(), on="/brands"),
            faults.always(faults.missing(), on="/audits"),
            faults.once(faults.html_error(500)),
        )
    )

    assert statuses(ask, "/brands", 2) == [403, 403]
    assert statuses(ask, "/tickets/1/audits", 1) == [404]
    assert statuses(ask, "/groups", 2) == [500, 200]


def outcomes(ask: Client, times: int) -> list[str]:
    """Return the statuses of many different requests, each repeated until it succeeds."""
    seen = []
    for number in range(times):
        tries = statuses(ask, "/groups", 1, marker=number)
        while tries[-1] != 200:
            tries += statuses(ask, "/groups", 1, marker=number)
        seen.append(" ".join(map(str, tries)))
    return seen


def test_sometimes_affects_a_share_of_requests_which_depends_on_the_seed_only(client_with):
    def bad_day(seed: int) -> Fault:
        return faults.sometimes(0.3, faults.html_error(500), faults.too_many_requests(1), seed=seed)

    first, again, other = (outcomes(client_with(bad_day(seed)), 200) for seed in (1, 1, 2))

    assert first == again != other
    affected = sum(one != "200" for one in first)
    # 60 are expected, with a standard deviation of 6.5
    assert 40 < affected < 80
    assert {code for one in first for code in one.split()} == {"200", "429", "500"}


def test_sometimes_affects_the_same_request_a_limited_number_of_times_in_a_row(client_with):
    ask = client_with(faults.sometimes(1.0, faults.html_error(500), seed=1, in_a_row=3))

    assert statuses(ask, "/groups", 8) == [500, 500, 500, 200, 500, 500, 500, 200]


def test_a_client_that_retries_reads_everything_despite_all_passing_faults(
    client_with, small_account: Account
):
    ask = client_with(faults.sometimes(0.6, *faults.passing(), seed=5))
    found = set()
    seen = set()
    for number in range(80):
        for _ in range(3):
            try:
                response = ask("/guide/survey_responses", **{"page[size]": 100, "marker": number})
                seen.add(response.status_code)
                found |= {row["id"] for row in response.json()["survey_responses"]}
                break
            except (requests.RequestException, KeyError) as error:
                seen.add(type(error).__name__)

    assert found == set(GroundTruth(small_account).offers)
    assert {200, 429, 500, 502, 503, 520, 409, "ConnectionError", "JSONDecodeError"} <= seen
    assert {call.status for call in small_account.calls} >= {0, 200}

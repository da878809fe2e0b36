"""Faults of the connection, and lists without an end."""

from __future__ import annotations

import http.client
import socket
from contextlib import closing

import pytest
from support.api_client import TICKETS, Client, raw_response

from csat_analysis.fake_zendesk import Account, faults, serving

LIST = {"page[size]": 3}


def first_bytes(url: str, count: int) -> bytes:
    """Return so many bytes of the answer to a request, as they are on the wire."""
    host, port = url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=10)) as connection:
        connection.sendall(b"GET /api/v2/groups HTTP/1.1\r\nHost: x\r\n\r\n")
        received = b""
        while len(received) < count:
            received += connection.recv(count - len(received))
        return received


def test_a_silent_server_accepts_the_request_and_never_answers(client_with, small_account: Account):
    ask = client_with(faults.once(faults.silence()))

    with pytest.raises(TimeoutError), raw_response(ask.url, "/groups", timeout=0.2):
        pass
    assert ask("/groups").status_code == 200
    assert [call.status for call in small_account.calls] == [0, 200]


def test_a_server_with_a_silent_connection_can_be_stopped(small_account: Account):
    with serving(small_account, faults=faults.silence()) as url:
        host, port = url.removeprefix("http://").split(":")
        connection = socket.create_connection((host, int(port)), timeout=10)
        connection.sendall(b"GET /api/v2/groups HTTP/1.1\r\nHost: x\r\n\r\n")
        while not small_account.calls or small_account.calls[-1].status != 0:
            pass
    with closing(connection):
        assert connection.recv(1) == b""


def test_headers_can_drip_without_an_end(client_with):
    ask = client_with(faults.drip_headers(0.0001))

    received = first_bytes(ask.url, 300)

    assert received.startswith(b"HTTP/1.1 200 OK\r\nX-Filler: aaa")
    assert b"\r\n\r\n" not in received


def test_100_continue_can_be_repeated_without_an_end(client_with):
    interim = b"HTTP/1.1 100 Continue\r\n\r\n"

    assert first_bytes(client_with(faults.endless_continue(0.0001)).url, 20 * len(interim)) == 20 * interim


def test_a_dripped_body_is_an_answer_whose_headers_came_at_once(client_with):
    ask = client_with(faults.slow_body(0.001, pieces=50))
    with raw_response(ask.url, "/groups") as response:
        assert response.status == 200
        assert response.read().startswith(b'{"groups"')


# lists without an end


def pages_of(ask: Client, path: str, *, count: int, **query: object) -> list[dict]:
    """Return so many pages of a list or an export, each behind the cursor of the one before."""
    pages = [ask.body(path, **query)]
    while len(pages) < count:
        body = pages[-1]
        meta = body.get("meta", body)
        name = "page[after]" if "meta" in body else "cursor"
        pages.append(ask.body(path, **query, **{name: meta["after_cursor"]}))
    return pages


@pytest.mark.parametrize(
    ("cursors", "expected"),
    [((), ["new-1", "new-2", "new-3", "new-4"]), (("A", "B"), ["A", "B", "A", "B"]), (("A",), ["A"] * 4)],
)
def test_an_endless_list_has_new_alternating_or_equal_cursors(client_with, cursors: tuple, expected: list):
    ask = client_with(faults.always(faults.endless_pages(*cursors), on="/groups"))

    pages = pages_of(ask, "/groups", count=4, **LIST)

    assert [page["meta"]["after_cursor"] for page in pages] == expected
    assert all(page["meta"]["has_more"] for page in pages)
    assert all(page["groups"] == pages[0]["groups"] for page in pages)
    assert ask.body("/brands", **LIST)["meta"]["has_more"] is False


def test_an_export_never_ends_with_repeated_rows_or_without_rows(client_with):
    for rows, repeats in (("repeated", True), ("none", False)):
        ask = client_with(faults.always(faults.endless_pages(rows=rows), on=TICKETS))
        pages = pages_of(ask, TICKETS, count=3, start_time=0, include="metric_sets")

        assert [page["end_of_stream"] for page in pages] == [False] * 3
        assert len({page["after_cursor"] for page in pages}) == 3
        assert len(pages[0]["tickets"]) > 50
        assert pages[2]["tickets"] == (pages[0]["tickets"] if repeats else [])


def test_a_refused_first_page_stays_refused(client_with):
    ask = client_with(faults.endless_pages())

    assert ask("/nowhere").status_code == 404


def test_a_dropped_connection_sends_nothing(client_with):
    with (
        pytest.raises(http.client.RemoteDisconnected),
        raw_response(client_with(faults.dropped()).url, "/groups"),
    ):
        pass

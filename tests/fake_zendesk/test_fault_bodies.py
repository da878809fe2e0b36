"""Faults that change fields, rows, headers or the size of an answer."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from support.api_client import TICKETS, raw_response

from csat_analysis.fake_zendesk import Account, GroundTruth, faults

MEBIBYTE = 1 << 20
RESPONSES = "/guide/survey_responses"


@pytest.mark.parametrize("retry_after", ["1e9", "Fri, 31 Dec 9999 23:59:59 GMT", "-5", "soon", "1e14"])
def test_retry_after_can_be_any_text(client_with, retry_after: str):
    for fault in (faults.too_many_requests(retry_after), faults.html_error(503, retry_after)):
        assert client_with(fault)("/groups").headers["Retry-After"] == retry_after


def test_an_answer_can_have_any_status_body_and_headers(client_with):
    moved = client_with(faults.answer(302, headers={"Location": "http://["}))
    with raw_response(moved.url, "/groups") as answer:
        pass
    long_error = client_with(faults.answer(422, {"error": "x" * 200_000}))("/groups")

    assert (answer.status, answer.headers["Location"]) == (302, "http://[")
    assert (long_error.status_code, len(long_error.json()["error"])) == (422, 200_000)


def test_fields_are_set_and_deleted_by_their_path(client_with):
    def body(fault: faults.Fault) -> dict:
        found = client_with(fault).body("/groups", **{"page[size]": 2})
        # they name the port of the server
        del found["links"]
        return found

    plain = body(faults.together())
    assert body(faults.set_field("meta.has_more", "yes"))["meta"] == plain["meta"] | {"has_more": "yes"}
    assert body(faults.set_field("meta", [])) == plain | {"meta": []}
    assert body(faults.set_field("groups.1.name", 7))["groups"][1] == plain["groups"][1] | {"name": 7}
    assert "after_cursor" not in body(faults.delete_field("meta.after_cursor"))["meta"]
    for path in ("meta.no.such", "groups.9.name", "groups.x", "other.name"):
        assert body(faults.set_field(path, 1)) == plain
        assert body(faults.delete_field(path)) == plain


def test_the_end_of_an_export_can_be_missing(client_with):
    ask = client_with(faults.delete_field("end_of_stream"))

    assert "end_of_stream" not in ask.body(TICKETS, start_time=0)


def test_only_successful_answers_are_changed(client_with):
    ask = client_with(faults.set_field("error", "changed"))

    assert ask("/nowhere").json()["error"] == "InvalidEndpoint"
    assert ask("/groups").json()["error"] == "changed"


def test_headers_are_set(client_with):
    ask = client_with(
        faults.set_header("zendesk-ratelimit-incremental-exports", "total=0; remaining=0; resets=1")
    )

    assert ask(TICKETS, start_time=0).headers["zendesk-ratelimit-incremental-exports"].startswith("total=0")


def test_several_faults_change_the_same_answer(client_with):
    both = faults.chain(faults.set_field("meta.has_more", True), faults.delete_field("meta.after_cursor"))
    refused = faults.chain(faults.html_error(503), faults.set_header("Retry-After", "soon"))
    lost = faults.chain(faults.dropped(), faults.set_field("meta", 1))

    meta = client_with(both).body("/groups", **{"page[size]": 100})["meta"]
    assert (meta["has_more"], "after_cursor" in meta) == (True, False)
    assert client_with(refused)("/groups").headers["Retry-After"] == "soon"
    with pytest.raises(OSError):
        client_with(lost)("/groups")
    partly = client_with(faults.chain(faults.always(faults.set_field("meta", 1), on="/brands")))
    assert partly.body("/groups", **{"page[size]": 1})["meta"] != 1


# rows


def remove_id(row: dict) -> None:
    del row["id"]


def test_rows_are_changed_all_or_by_id(client_with, small_account: Account):
    chosen = set(GroundTruth(small_account).offers[:3])
    ask = client_with(faults.change_rows("survey_responses", remove_id, ids=chosen))
    every = client_with(faults.change_rows("survey_responses", remove_id))

    ids = [row.get("id") for row in ask.responses()]
    assert ids.count(None) == 3
    assert chosen.isdisjoint(ids)
    assert not any("id" in row for row in every.body(RESPONSES)["survey_responses"])


def test_a_changed_ticket_is_changed_in_both_places_of_its_metrics(client_with):
    def make_decimal(ticket: dict) -> None:
        ticket["metric_set"]["replies"] = 0.5

    plain = client_with(faults.together()).body(TICKETS, start_time=0, include="metric_sets")
    number = plain["tickets"][7]["id"]
    fault = faults.change_tickets(make_decimal, ids={number})
    odd = client_with(fault).body(TICKETS, start_time=0, include="metric_sets")
    pairs = list(zip(plain["tickets"], odd["tickets"], strict=True))

    assert {one["id"] for one, other in pairs if one != other} == {number}
    assert [ticket["metric_set"] for ticket in odd["tickets"]] == odd["metric_sets"]


# sizes


def test_a_big_body_is_generated_while_it_is_sent(client_with):
    ask = client_with(faults.big_body(3 * MEBIBYTE + 5))
    with raw_response(ask.url, "/groups") as response:
        body = response.read()

    assert len(body) == int(response.headers["Content-Length"]) == 3 * MEBIBYTE + 5
    assert set(json.loads(body)) == {"x"}


def test_a_client_may_leave_a_big_body_and_the_server_goes_on(client_with):
    ask = client_with(faults.once(faults.big_body(1_500_000_000)))
    with raw_response(ask.url, "/groups") as response:
        assert response.headers["Content-Length"] == "1500000000"
        assert len(response.read(1000)) == 1000

    assert ask("/groups").status_code == 200


def test_a_gzip_bomb_is_small_on_the_wire_and_valid(client_with):
    ask = client_with(faults.gzip_bomb(64 * MEBIBYTE))
    with raw_response(ask.url, "/groups") as response:
        packed = response.read()

    assert response.headers["Content-Encoding"] == "gzip"
    assert len(packed) == int(response.headers["Content-Length"]) < 64 * MEBIBYTE / 500
    assert len(gzip.decompress(packed)) == 64 * MEBIBYTE
    assert zlib.decompress(packed[: len(packed) // 64], wbits=31) == b" " * MEBIBYTE

"""A server that misbehaves during a pull causes one short line; earlier pages are kept."""

from __future__ import annotations

import pytest
from support.accounts import Clock, assert_same, pull_with, settings_for, small_account

from csat_analysis.errors import ZendeskError
from csat_analysis.fake_zendesk import Account, faults, serving
from csat_analysis.fake_zendesk.server.faults import Fault
from csat_analysis.history import History
from csat_analysis.sync.run import run_pull
from csat_analysis.zendesk import Limits, Zendesk

pytestmark = pytest.mark.slow

RESPONSES = "/guide/survey_responses"
EXPORT = "/incremental/tickets"
TOKENS = "/oauth/tokens"
SMALL_LIMITS = Limits(
    silence_seconds=1, request_seconds=3, tries=2, tries_of_invalid_json=2, body_bytes=1_000_000, pages=40
)
BUCKET = "zendesk-ratelimit-incremental-exports"
MISBEHAVIOUR: dict[str, Fault] = {
    "a wait of years": faults.too_many_requests("1e9"),
    "a wait until the year 9999": faults.html_error(503, "Fri, 31 Dec 9999 23:59:59 GMT"),
    "new cursors without an end": faults.endless_pages(),
    "two cursors in turn": faults.endless_pages("A", "B"),
    "the same cursor again": faults.endless_pages("A"),
    "empty pages without an end": faults.endless_pages(rows="none"),
    "more without a cursor": faults.chain(
        faults.set_field("meta.has_more", True), faults.delete_field("meta.after_cursor")
    ),
    "headers without an end": faults.drip_headers(0.05),
    "100 Continue without an end": faults.endless_continue(0.01),
    "a body that drips": faults.slow_body(0.5, pieces=1_000_000),
    "silence": faults.silence(),
    "a body that is too large": faults.big_body(1_500_000_000),
    "a body that unpacks to gigabytes": faults.gzip_bomb(2_300_000_000),
    "a long error text": faults.answer(422, {"error": "x" * 200_000}),
    "a redirect to nowhere": faults.answer(302, headers={"Location": "http://["}),
    "a list of the wrong type": faults.set_field("survey_responses", {"id": 1}),
    "a page of the wrong type": faults.set_field("meta", [1]),
    "rows of the wrong type": faults.set_field("survey_responses.0", "text"),
}


@pytest.fixture(scope="module")
def account() -> Account:
    return small_account(tickets=120)


def pull_once(account: Account, history: History, fault: Fault) -> None:
    """Pull with small limits and without real waiting."""
    clock = Clock()
    with serving(account, limits=False, faults=fault) as url:
        settings = settings_for(url, history.location)
        timing = {"sleep": clock.sleep, "clock": clock.time}
        with Zendesk(settings, limits=SMALL_LIMITS, **timing) as client, history.pull_lock():
            run_pull(client, history, settings, now=account.now)


@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_a_misbehaving_server_is_one_line_and_earlier_pages_are_kept(name, account, history):
    with pytest.raises(ZendeskError) as caught:
        pull_once(account, history, faults.always(MISBEHAVIOUR[name], on=RESPONSES))
    text = str(caught.value)
    assert "\n" not in text
    assert 20 < len(text) < 400
    assert len(history.table("tickets")) == len(account.tables.tickets)
    assert history.table("pulls").iloc[-1]["outcome"] == "failed"

    pull_with(account, history)
    assert_same(history, account)


def test_an_export_without_end_of_stream_is_an_error_and_its_page_is_kept(account, history):
    fault = faults.always(faults.delete_field("end_of_stream"), on=EXPORT)
    with pytest.raises(ZendeskError, match="end_of_stream") as caught:
        pull_once(account, history, fault)
    assert "\n" not in str(caught.value)

    pull_with(account, history)
    assert_same(history, account)


def test_metric_sets_within_tickets_only_are_read(account, history):
    nulls = faults.change_json(
        lambda body: body.get("metric_sets", [])[1:] and body.update(metric_sets=[None])
    )
    pull_with(account, history, faults=nulls)
    assert_same(history, account)
    assert history.table("tickets")["full_resolution_minutes"].notna().sum() > 50


def test_an_export_without_metric_sets_is_one_line_and_no_ticket_loses_its_times(account, history):
    within = faults.change_rows("tickets", lambda ticket: ticket.pop("metric_set"))
    fault = faults.chain(faults.delete_field("metric_sets"), within)
    with pytest.raises(
        ZendeskError, match=r"^unexpected response to incremental/tickets.*: metric_sets: it is m"
    ):
        pull_once(account, history, faults.always(fault, on=EXPORT))
    pull_with(account, history)
    assert_same(history, account)


def test_metric_sets_of_no_ticket_are_kept_and_counted(account, history):
    fault = faults.set_field("metric_sets.0.ticket_id", "anonymous")
    summary = pull_with(account, history, faults=faults.always(fault, on=EXPORT))
    (kept,) = history.table("unknown_bodies").to_dict("records")
    assert (kept["kind"], kept["problem"]) == ("metric_set", "metric set of no ticket on its page")
    assert "1 body kept, not fully read" in str(summary)


@pytest.mark.parametrize(
    "header", [(BUCKET, "total=0; remaining=0; resets=1"), (BUCKET, "total=x"), ("x-rate-limit", "0")]
)
def test_odd_rate_limits_do_not_stop_a_pull(header, account, history):
    pull_once(account, history, faults.set_header(*header))
    assert_same(history, account)


@pytest.mark.parametrize("token", ["two\nlines", "", None, 7, {"a": 1}])
def test_an_access_token_that_cannot_be_sent_is_one_line_without_the_token(token, account, history):
    fault = faults.always(faults.set_field("access_token", token), on=TOKENS)
    with pytest.raises(ZendeskError) as caught:
        pull_once(account, history, fault)
    assert "\n" not in str(caught.value)
    assert "two" not in str(caught.value)

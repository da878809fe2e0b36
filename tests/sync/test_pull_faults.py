"""Pulls with faults: temporary ones do not change the result, lasting ones end the pull with one line."""

from __future__ import annotations

import pytest
import requests
from flask import Request
from support.accounts import Clock, assert_same, contents, pull_with, pulled_history, small_account

from csat_analysis.errors import CsatError, NotAllowed, NotAuthorized, ZendeskError
from csat_analysis.fake_zendesk import Account, GroundTruth, faults
from csat_analysis.sync.context import PullSizes

pytestmark = pytest.mark.slow

EXPORT, LIST, AUDITS = "/incremental/tickets", "/guide/survey_responses", "/audits"
SMALL_WINDOWS = PullSizes(surveys_per_window=40)
TIGHT = {"account": 6, "guide": 6, "incremental-exports": 2}
PASSING = {
    "429 with Retry-After": faults.too_many_requests(7),
    "429 without": faults.too_many_requests(),
    "500 as HTML": faults.html_error(500),
    "502 as HTML": faults.html_error(502),
    "503 with Retry-After": faults.html_error(503, 3),
    "503 without": faults.html_error(503),
    "520": faults.html_error(520),
    "409": faults.conflict(),
    "dropped before the body": faults.dropped(),
    "dropped inside the body": faults.cut_body(),
    "cut JSON": faults.cut_json(),
    "a slow body": faults.slow_body(0.02),
}


@pytest.fixture(scope="module")
def account() -> Account:
    return small_account()


@pytest.fixture(scope="module")
def true_contents(account, tmp_path_factory) -> dict[str, list[str]]:
    """Return the tables after an undisturbed pull."""
    undisturbed = pulled_history(tmp_path_factory.mktemp("undisturbed") / "csat.duckdb")
    assert_same(undisturbed, account)
    return contents(undisturbed)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_temporary_fault_does_not_change_the_history(fault, account, true_contents, history, clock):
    everywhere = faults.together(*(faults.once(fault, on=part) for part in (EXPORT, LIST, AUDITS, "/users")))
    summary = pull_with(account, history, clock=clock, faults=everywhere)
    assert contents(history) == true_contents
    assert not summary.notes


@pytest.mark.parametrize("seed", range(4))
def test_random_faults_do_not_change_the_result(seed, account, true_contents, history, clock):
    bad_day = faults.sometimes(0.5, *faults.passing(), seed=seed)
    pull_with(account, history, clock=clock, sizes=SMALL_WINDOWS, faults=bad_day)
    assert contents(history) == true_contents
    assert clock.slept


def test_pages_that_are_too_large_are_halved_at_once(account, true_contents, history, clock):
    pull_with(account, history, clock=clock, faults=faults.page_too_big(above=130))
    assert contents(history) == true_contents
    assert not clock.slept


def test_a_token_that_expires_during_a_pull_is_replaced(account, true_contents, history, clock):
    expiring = faults.together(*(faults.always(faults.token_expired(), on=part) for part in (LIST, EXPORT)))
    pull_with(account, history, clock=clock, faults=expiring)
    assert contents(history) == true_contents


@pytest.mark.parametrize("status", [400, 410, 422])
def test_refused_cursors_are_replaced_by_times(status, history, clock):
    account = small_account()
    pull_with(account, history)
    account.advance(hours=2)
    account.new_tickets(30)
    account.advance(hours=2)
    refused = faults.always(faults.cursor_refused(status))
    summary = pull_with(account, history, clock=clock, faults=refused)
    assert_same(history, account)
    assert len([note for note in summary.notes if "read again from" in note]) == 2
    assert len(history.table("tickets")) == len(account.tables.tickets)
    assert sorted(history.table("survey_responses")["response_id"]) == sorted(GroundTruth(account).offers)
    assert not pull_with(account, history).notes


def test_missing_audits_of_a_ticket_do_not_end_the_pull(account, history, clock):
    summary = pull_with(account, history, clock=clock, faults=faults.always(faults.missing(), on=AUDITS))
    assert summary.attributed["current"] > 0
    assert sum(summary.attributed.values()) == history.table("survey_responses")["attribution"].notna().sum()


def test_refused_audits_are_noted_once_and_requested_again_when_allowed(account, true_contents, history):
    asked_before = len(account.calls)
    summary = pull_with(account, history, faults=faults.always(faults.forbidden(), on=AUDITS))
    refused = [call for call in account.calls[asked_before:] if AUDITS in call.path]
    assert summary.attributed["current"] > 0
    assert len([note for note in summary.notes if "assignee" in note]) == 1
    assert len(refused) <= 5  # requests that were in progress at the first response
    pull_with(account, history)
    assert contents(history) == true_contents


@pytest.mark.parametrize("part", ["/brands", "/groups", "/users?", "/ticket_fields", "/surveys"])
def test_a_refused_look_up_is_noted_and_the_pull_continues(part, account, history):
    summary = pull_with(account, history, faults=faults.always(faults.forbidden(), on=part))
    assert len(summary.notes) == 1 and part.strip("?") in summary.notes[0]
    if part != "/surveys":  # without them, reasons are ids
        assert_same(history, account)
    assert len(history.table("survey_responses")) == len(GroundTruth(account).offers)


@pytest.mark.parametrize(
    ("fault", "part", "error"),
    [
        (faults.unauthorized(), EXPORT, NotAuthorized),
        (faults.forbidden(), EXPORT, NotAllowed),
        (faults.forbidden(), LIST, NotAllowed),
        (faults.html_error(503), LIST, ZendeskError),
        (faults.cut_body(), LIST, ZendeskError),
    ],
    ids=["401", "403 export", "403 list", "503 that lasts", "cut that lasts"],
)
def test_a_persistent_fault_ends_in_one_line_and_earlier_pages_are_kept(
    fault, part, error, account, true_contents, history, clock
):
    lasting = faults.always(fault, on=part, since=2 if part == EXPORT and error is NotAuthorized else 1)
    if error is NotAllowed and part == LIST:  # legacy ratings would do
        lasting = faults.together(lasting, faults.always(fault, on="/satisfaction_ratings"))
    if part == EXPORT:
        lasting = faults.together(faults.page_too_big(above=125), faults.always(fault, on="cursor="))
    with pytest.raises(error) as caught:
        pull_with(account, history, clock=clock, faults=lasting)
    assert "\n" not in str(caught.value)
    assert 0 < len(history.table("tickets")) <= len(account.tables.tickets)
    last = history.table("pulls").iloc[-1]
    assert (last["outcome"], last["error"]) == ("failed", str(caught.value))
    pull_with(account, history)
    assert contents(history) == true_contents


def test_a_pull_without_other_clients_gets_no_429(account, true_contents, history, clock):
    before = len(account.calls)
    slow = faults.page_too_big(above=125)  # including a few pages of the export
    summary = pull_with(account, history, clock=clock, sizes=SMALL_WINDOWS, limits=TIGHT, faults=slow)
    assert contents(history) == true_contents
    assert not [call for call in account.calls[before:] if call.status == 429]
    assert summary.waited_seconds > 60


def test_the_rate_limit_is_shared_with_other_clients_of_the_account(account, true_contents, history, clock):
    """Another tool uses as much of the account's limit as the pull, between its calls."""
    other_calls = []

    def another_tool(request: Request) -> None:
        token = request.headers.get("Authorization")
        if token and request.headers["User-Agent"].startswith("csat-analysis"):
            headers = {"Authorization": token, "User-Agent": "another tool"}
            answer = requests.get(
                f"{request.host_url}api/v2/groups?page[size]=100", headers=headers, timeout=10
            )
            other_calls.append(answer.status_code)

    before = len(account.calls)
    limits = {"account": 40, "guide": 40, "incremental-exports": 10}
    pull_with(account, history, clock=clock, limits=limits, faults=another_tool)
    assert contents(history) == true_contents
    assert len(other_calls) > 5 and set(other_calls) == {200}
    assert not [call for call in account.calls[before:] if call.status == 429]


def test_errors_contain_no_personal_data(account, history):
    def tells(request: Request):
        from flask import Response

        body = '{"error": "Forbidden", "description": "jane.roe@example.com may not do this"}'
        return Response(body, 403) if request.path.endswith((LIST, "/satisfaction_ratings")) else None

    with pytest.raises(CsatError) as caught:
        pull_with(account, history, faults=tells)
    assert "may not do this" in str(caught.value)
    assert "jane.roe" not in str(caught.value)

"""Each way in which accounts can differ, or in which Zendesk's behaviour is uncertain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

import pandas as pd
import pytest
from support.api_client import NOW, Client

from csat_analysis.fake_zendesk import Account, ApiVariant, GroundTruth, make_account, serving

RATINGS = "/satisfaction_ratings"
TIME_TITLE = "Total time spent (sec)"


@pytest.fixture
def legacy_account() -> Account:
    """Return an account with ratings of legacy CSAT, which a test can change."""
    return make_account(tickets=200, now=NOW, legacy_ratings=40)


@contextmanager
def client_of(account: Account, **variant: object) -> Iterator[Client]:
    with serving(account, limits=False, variant=ApiVariant(**variant)) as url:
        yield Client(url)


def test_the_guide_api_can_be_refused_or_missing_while_the_rest_works(legacy_account: Account):
    for guide, status, code in (("forbidden", 403, "Forbidden"), ("not_found", 404, "NotFound")):
        with client_of(legacy_account, guide=guide) as ask:
            for path in ("/guide/survey_responses", "/guide/en-us/surveys"):
                answer = ask(path)
                assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
            assert ask.body("/users/me")["user"]["role"] == "admin"
            assert len(ask.body(RATINGS)[RATINGS[1:]]) == 40


def test_an_account_can_use_legacy_csat_only():
    account = make_account(tickets=80, now=NOW, legacy_ratings=80)
    with client_of(account) as ask:
        assert ask.body("/guide/survey_responses")["survey_responses"] == []
        assert len(ask.body(RATINGS)["satisfaction_ratings"]) > 60


def test_one_row_per_state_lists_the_offer_and_each_change_of_the_score(legacy_account: Account):
    truth = GroundTruth(legacy_account).legacy
    number = int(truth.loc[truth["rating_category"].isna(), "ticket_id"].iloc[-1])
    legacy_account.advance(hours=1)
    legacy_account.rate_legacy(number, "bad", comment="Too late")
    legacy_account.advance(hours=1)
    legacy_account.rate_legacy(number, "good", comment="Now it works")
    with client_of(legacy_account, legacy_rows="per_state") as ask:
        rows = ask.body(RATINGS)["satisfaction_ratings"]
    with client_of(legacy_account) as ask:
        per_ticket = ask.body(RATINGS)["satisfaction_ratings"]

    states = sorted((row for row in rows if row["ticket_id"] == number), key=lambda row: row["created_at"])
    assert [row["score"] for row in states] == ["offered", "bad", "good"]
    assert [row["comment"] for row in states] == [None, None, "Now it works"]
    assert [row["created_at"] for row in states[1:]] == ["2026-11-23T07:00:00Z", "2026-11-23T08:00:00Z"]
    assert len({row["id"] for row in rows}) == len(rows) > len(per_ticket) == 40
    answered = {row["ticket_id"] for row in per_ticket if row["score"] != "offered"}
    assert {row["ticket_id"] for row in rows if row["score"] != "offered"} == answered
    assert sum(row["score"] == "offered" for row in rows) == 40


@pytest.mark.parametrize(("filtered_by", "column"), [("updated", "updated_at"), ("created", "created_at")])
def test_start_time_of_legacy_ratings_filters_by_update_or_by_creation(
    legacy_account: Account, filtered_by: str, column: str
):
    truth = GroundTruth(legacy_account).legacy.dropna(subset=["submitted_at"]).iloc[20]
    start = int(truth["submitted_at"].timestamp())
    with client_of(legacy_account, legacy_start_time=filtered_by) as ask:
        everything = ask.body(RATINGS)["satisfaction_ratings"]
        rows = ask.body(RATINGS, start_time=start)["satisfaction_ratings"]

    wanted = [row for row in everything if pd.Timestamp(row[column]).timestamp() >= start]
    assert rows == wanted
    assert (truth["response_id"] in {f"legacy-{row['id']}" for row in rows}) == (filtered_by == "updated")


def test_low_ratings_without_a_reason_can_name_code_0_in_the_accounts_language(legacy_account: Account):
    with client_of(legacy_account, no_reason_text="Kein Grund angegeben", reason_codes=True) as ask:
        listed = ask.body(RATINGS)["satisfaction_ratings"]
        reasons = {reason["id"]: reason for reason in ask.body("/satisfaction_reasons")["reasons"]}
        tickets = ask.tickets()

    rows, good = ([row for row in listed if row["score"] == score] for score in ("bad", "good"))
    unexplained = [row for row in rows if row["reason_code"] == 0]
    assert 0 < len(unexplained) < len(rows)
    assert {row["reason"] for row in unexplained} == {"Kein Grund angegeben"}
    for row in rows:
        reason = reasons[row["reason_id"]]
        assert (reason["value"], reason["reason_code"]) == (row["reason"], row["reason_code"])
    assert {(row["reason"], row["reason_id"], row["reason_code"]) for row in good} == {(None, None, None)}
    truth = GroundTruth(legacy_account).legacy.set_index("ticket_id")["reason"]
    assert truth[[row["ticket_id"] for row in unexplained]].isna().all()
    shown = [tickets[row["ticket_id"]]["satisfaction_rating"] for row in unexplained]
    assert "Kein Grund angegeben" in {rating.get("reason") for rating in shown}


def test_reasons_have_code_0_first_and_the_accounts_own_from_1000(legacy_account: Account):
    with client_of(legacy_account) as ask:
        reasons = ask.body("/satisfaction_reasons")["reasons"]
        rows = ask.body(RATINGS)["satisfaction_ratings"]

    assert [reason["reason_code"] for reason in reasons] == [0, 1000, 1001, 1002, 1003]
    assert reasons[0]["value"] == "No reason provided"
    assert None in {row["reason"] for row in rows if row["score"] == "bad"}
    assert "reason_code" not in rows[0]


@pytest.mark.parametrize("zone", ["Pacific Time (US & Canada)", "GMT+5", "O'Neil", "Mars/Olympus"])
def test_the_signed_in_user_can_have_any_time_zone(legacy_account: Account, zone: str):
    with client_of(legacy_account, time_zone=zone, iana_time_zone=zone) as ask:
        me = ask.body("/users/me")["user"]
    with client_of(legacy_account) as ask:
        usual = ask.body("/users/me")["user"]

    assert me == usual | {"time_zone": zone, "iana_time_zone": zone}


def test_a_second_field_can_have_the_time_tracking_title_and_be_inactive(legacy_account: Account):
    with client_of(legacy_account, second_time_field=True) as ask:
        fields = [row for row in ask.body("/ticket_fields")["ticket_fields"] if row["title"] == TIME_TITLE]
        tickets = ask.tickets()
    values = [{one["id"]: one["value"] for one in ticket["custom_fields"]} for ticket in tickets.values()]

    assert [field["active"] for field in fields] == [False, True]
    assert {value[fields[0]["id"]] for value in values} == {None}
    assert any(value[fields[1]["id"]] for value in values)


def test_the_date_header_is_the_accounts_time_or_one_that_is_set(legacy_account: Account):
    legacy_account.advance(hours=5)
    with serving(legacy_account) as url:
        assert parsedate_to_datetime(Client(url)("/groups").headers["Date"]) == legacy_account.now
    with serving(legacy_account, server_time=lambda: 0.0) as url:
        assert Client(url)("/groups").headers["Date"] == "Thu, 01 Jan 1970 00:00:00 GMT"


def test_first_replies_of_messaging_tickets_can_come_in_seconds():
    account = make_account(tickets=200, now=NOW, messaging_seconds=True)
    truth = GroundTruth(account).tickets.set_index("ticket_id")
    with client_of(account) as ask:
        tickets = ask.tickets(include="metric_sets")
    seen = 0
    for number, ticket in tickets.items():
        minutes = ticket["metric_set"]["reply_time_in_minutes"]
        seconds = ticket["metric_set"].get("reply_time_in_seconds")
        true = truth.loc[number, "first_reply_minutes"]
        if ticket["via"]["channel"] != "native_messaging":
            assert seconds is None
            assert minutes["calendar"] == (None if pd.isna(true) else true)
            continue
        assert minutes == {"calendar": None, "business": None}
        assert seconds["calendar"] is None or seconds["calendar"] // 60 == true
        assert pd.isna(truth.loc[number, "first_reply_business_minutes"])
        seen += seconds["calendar"] is not None

    assert seen > 20

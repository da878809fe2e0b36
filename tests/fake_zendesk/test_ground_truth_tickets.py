"""The ground truth of tickets equals the export, although neither is computed from the other."""

from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
import pytest
from support.api_client import NOW, Client

from csat_analysis.fake_zendesk import Account, GroundTruth, make_account, serving

METRICS = {
    "first_reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "full_resolution": "full_resolution_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}
SAME_IN_TICKET = (
    "type",
    "priority",
    "tags",
    "brand_id",
    "ticket_form_id",
    "organization_id",
    "requester_id",
    "assignee_id",
    "group_id",
)
SAME_IN_METRICS = ("reopens", "replies", "assignee_stations", "group_stations")


@pytest.fixture(scope="module")
def account() -> Account:
    """Return an account with simulated changes after its drawn past."""
    made = make_account(tickets=700, now=NOW, legacy_ratings=60)
    made.advance(hours=1)
    made.new_tickets(5)
    made.reopen(20)
    made.delete(21)
    made.scrub(22)
    made.advance(minutes=2)
    return made


def exported(account: Account) -> tuple[dict[int, dict], int]:
    """Return the tickets of the export by id, and the id of the field with the time spent."""
    with serving(account, limits=False) as url:
        ask = Client(url)
        fields = {field["title"]: field["id"] for field in ask.body("/ticket_fields")["ticket_fields"]}
        return ask.tickets(include="metric_sets"), fields["Total time spent (sec)"]


def seconds(moment: pd.Timestamp) -> int | None:
    return None if pd.isna(moment) else int(moment.timestamp())


def epoch(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def test_the_ground_truth_of_each_ticket_equals_the_export(account: Account):
    tickets, field = exported(account)
    truth = GroundTruth(account).tickets.set_index("ticket_id")
    assert list(truth.index) == sorted(tickets)

    for row in truth.astype(object).where(truth.notna(), None).itertuples():
        ticket = tickets[row.Index]
        metrics = tickets[row.Index]["metric_set"]
        rating = ticket["satisfaction_rating"]
        assert row.status == ticket["status"]
        assert row.is_deleted == (ticket["status"] == "deleted")
        assert row.subject == (None if row.is_deleted else ticket["subject"])
        assert row.channel == ticket["via"]["channel"]
        assert [getattr(row, name) for name in SAME_IN_TICKET] == [ticket[name] for name in SAME_IN_TICKET]
        assert [getattr(row, name) for name in SAME_IN_METRICS] == [metrics[name] for name in SAME_IN_METRICS]
        assert row.satisfaction_score == rating["score"]
        assert row.satisfaction_reason == rating.get("reason")
        assert row.satisfaction_comment == (None if row.is_deleted else rating.get("comment"))
        assert seconds(row.generated_at) == ticket["generated_timestamp"]
        for name in ("created_at", "updated_at"):
            assert seconds(getattr(row, name)) == epoch(ticket[name])
        for name in ("solved_at", "assigned_at", "assignee_updated_at"):
            assert seconds(getattr(row, name)) == epoch(metrics[name])
        for stem, key in METRICS.items():
            clocks = {
                "calendar": getattr(row, f"{stem}_minutes"),
                "business": getattr(row, f"{stem}_business_minutes"),
            }
            assert clocks == metrics[key], (row.Index, stem)
        (spent,) = (value["value"] for value in ticket["custom_fields"] if value["id"] == field)
        assert row.handle_seconds == spent


def test_the_ground_truth_of_tickets_has_utc_times_and_nullable_integers(account: Account):
    truth = GroundTruth(account).tickets

    assert {str(truth[name].dtype) for name in truth if name.endswith("_at")} == {"datetime64[us, UTC]"}
    numbers = [name for name in truth if name.endswith(("_minutes", "_seconds")) or name.endswith("_id")]
    assert {str(truth[name].dtype) for name in numbers} == {"Int64", "int64"}
    assert len(numbers) == 20
    for name in numbers:
        if name.endswith("_minutes"):
            assert truth[name].isna().any() or name in ("first_reply_minutes", "on_hold_minutes"), name
            assert truth[name].max() > 0, name


def test_the_ground_truth_shows_a_change_when_the_export_does():
    account = make_account(tickets=50, now=NOW)
    account.advance(hours=1)
    new = account.new_tickets(1)

    assert not set(new) & set(GroundTruth(account).tickets["ticket_id"])
    account.advance(minutes=1)
    assert set(new) <= set(GroundTruth(account).tickets["ticket_id"])


def test_a_permanently_deleted_ticket_has_no_texts_of_its_customer(account: Account):
    tickets, _ = exported(account)
    scrubbed = tickets[22]

    assert scrubbed["status"] == "deleted"
    assert {scrubbed[name] for name in ("subject", "raw_subject", "description")} == {"SCRUBBED"}
    assert scrubbed["satisfaction_rating"].get("comment") is None
    assert "@example.com" not in json.dumps(scrubbed)

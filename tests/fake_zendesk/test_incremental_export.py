"""The incremental export of tickets: order, cursors, filters, metric sets."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from support.api_client import NOW, TICKETS, Client

from csat_analysis.fake_zendesk import (
    Account,
)


def test_the_pages_of_the_export_are_together_the_whole_export(ask: Client):
    whole = ask.body(TICKETS, start_time=0, include="metric_sets")
    page = ask.body(TICKETS, start_time=0, include="metric_sets", per_page=150)
    pages = [page]
    while not page["end_of_stream"]:
        page = ask.body(TICKETS, cursor=page["after_cursor"], include="metric_sets", per_page=150)
        pages.append(page)

    assert [len(page["tickets"]) for page in pages] == [150, 150, len(whole["tickets"]) - 300]
    for part in ("tickets", "metric_sets"):
        assert sum((page[part] for page in pages), []) == whole[part]
    assert pages[-1]["after_cursor"] == whole["after_cursor"]


def test_the_export_is_ordered_by_generated_timestamp_and_its_cursor_names_the_last_row(ask: Client):
    body = ask.body(TICKETS, start_time=0, per_page=50)
    keys = [(ticket["generated_timestamp"], ticket["id"]) for ticket in body["tickets"]]

    assert keys == sorted(keys)
    assert base64.b64decode(body["after_cursor"]).decode() == f"{keys[-1][0]}.0||{keys[-1][1]}|"


def test_following_after_url_gives_the_next_page_with_the_same_includes(ask: Client):
    first = ask.body(TICKETS, start_time=0, include="metric_sets", per_page=3)

    second = ask.session.get(first["after_url"], timeout=10).json()

    assert first["after_url"].startswith(f"{ask.url}/api/v2{TICKETS}.json?cursor=")
    assert len(second["tickets"]) == len(second["metric_sets"]) == 3
    assert second["tickets"][0]["id"] not in [ticket["id"] for ticket in first["tickets"]]


def test_a_finished_export_resumes_with_nothing_then_with_what_changed(
    changing: Account, ask_changing: Client
):
    cursor = ask_changing.body(TICKETS, start_time=0)["after_cursor"]
    again = ask_changing.body(TICKETS, cursor=cursor)
    assert (again["tickets"], again["end_of_stream"], again["after_cursor"]) == ([], True, cursor)

    changing.advance(hours=1)
    changing.reopen(17)
    changing.advance(minutes=2)
    resumed = ask_changing.body(TICKETS, cursor=cursor)

    assert [(ticket["id"], ticket["status"]) for ticket in resumed["tickets"]] == [(17, "open")]
    assert resumed["tickets"][0]["updated_at"] == "2026-11-23T07:00:00Z"


def test_the_last_minute_is_hidden(changing: Account, ask_changing: Client):
    changing.advance(hours=1)
    new = changing.new_tickets(2)
    changing.advance(seconds=59)
    assert not set(new) & set(ask_changing.tickets())

    changing.advance(seconds=1)
    assert set(new) <= set(ask_changing.tickets())


def test_start_time_filters_by_generated_timestamp(ask: Client):
    stamps = [ticket["generated_timestamp"] for ticket in ask.tickets().values()]
    middle = sorted(stamps)[200]

    later = ask.tickets(start_time=middle)

    assert len(later) == sum(stamp >= middle for stamp in stamps)


@pytest.mark.parametrize(("age_seconds", "status"), [(60, 200), (59, 422)])
def test_a_start_time_in_the_last_minute_is_refused(ask: Client, age_seconds: int, status: int):
    response = ask(TICKETS, start_time=int(NOW.timestamp()) - age_seconds)

    assert response.status_code == status
    if status == 422:
        assert response.json()["error"] == "InvalidValue"


def test_some_system_updates_move_only_the_generated_timestamp(ask: Client):
    tickets = ask.tickets().values()
    updated = [datetime.fromisoformat(ticket["updated_at"]).timestamp() for ticket in tickets]
    lags = np.array([ticket["generated_timestamp"] for ticket in tickets]) - updated

    assert lags.min() == 0
    assert 5 < (lags > 0).sum() < 60


def test_deleted_tickets_are_exported_and_have_no_audits(ask: Client):
    deleted = {number for number, ticket in ask.tickets().items() if ticket["status"] == "deleted"}

    answer = ask(f"/tickets/{min(deleted)}/audits")

    assert (answer.status_code, answer.json()["error"]) == (404, "RecordNotFound")


def test_metric_sets_are_inside_and_beside_the_tickets_only_on_request(ask: Client):
    plain = ask.body(TICKETS, start_time=0)
    rich = ask.body(TICKETS, start_time=0, include="metric_sets")

    assert "metric_sets" not in plain
    assert "metric_set" not in plain["tickets"][0]
    assert [ticket["metric_set"] for ticket in rich["tickets"]] == rich["metric_sets"]


def test_durations_are_null_until_they_end_and_match_the_timestamps(ask: Client):
    def minutes(start: str, end: str) -> float:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60

    for metrics in ask.body(TICKETS, start_time=0, include="metric_sets")["metric_sets"]:
        full = metrics["full_resolution_time_in_minutes"]
        parts = [
            metrics[name]["calendar"]
            for name in ("requester_wait_time_in_minutes", "agent_wait_time_in_minutes")
        ]
        if metrics["solved_at"] is None:
            assert full == {"business": None, "calendar": None}
            assert metrics["on_hold_time_in_minutes"] == {"business": 0, "calendar": 0}
            continue
        assert abs(full["calendar"] - minutes(metrics["created_at"], metrics["solved_at"])) <= 0.5
        assert full["business"] is None or full["business"] <= full["calendar"]
        assert metrics["reopens"] or abs(sum(parts) - full["calendar"]) <= 1
        assert metrics["first_resolution_time_in_minutes"]["calendar"] <= full["calendar"]


def test_business_minutes_count_weekdays_from_nine_to_five():
    from csat_analysis.fake_zendesk.server.ticket_bodies import business_seconds

    def business_hours(start: datetime, end: datetime) -> float:
        return (business_seconds(int(end.timestamp())) - business_seconds(int(start.timestamp()))) / 3600

    friday = datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert business_hours(friday, friday + timedelta(hours=5)) == 1
    assert business_hours(friday, friday + timedelta(days=2)) == 1
    assert business_hours(friday, friday + timedelta(days=3)) == 8
    assert business_hours(friday, friday + timedelta(weeks=1)) == 40

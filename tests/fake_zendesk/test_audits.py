"""Audits of tickets."""

from __future__ import annotations

import pandas as pd
from support.api_client import TICKETS, Client, submission_event

from csat_analysis.fake_zendesk import (
    Account,
    GroundTruth,
    serving,
)


def test_audits_name_the_agent_and_group_at_the_time_of_rating(ask: Client, account: Account):
    tickets = ask.tickets()
    of_tickets = GroundTruth(account).ratings.dropna(subset=["ticket_id"]).to_dict("records")
    ratings = [row for row in of_tickets if tickets[row["ticket_id"]]["status"] != "deleted"]

    for truth in ratings:
        event = submission_event(ask, truth["ticket_id"], truth["response_id"])
        assert event["type"] == "SurveyResponseSubmitted"
        assert event["assigned_user_id"] == (None if truth["agent_id"] is pd.NA else truth["agent_id"])
        assert event["assigned_group_id"] == (None if truth["group_id"] is pd.NA else truth["group_id"])


def test_about_two_percent_of_the_rated_tickets_are_reassigned_after_the_rating(default_account: Account):
    with serving(default_account, limits=False) as url:
        ask = Client(url)
        tickets = {}
        page = ask.body(TICKETS, start_time=0)
        while not page["end_of_stream"]:
            tickets |= {ticket["id"]: ticket["assignee_id"] for ticket in page["tickets"]}
            page = ask.body(TICKETS, cursor=page["after_cursor"])
        tickets |= {ticket["id"]: ticket["assignee_id"] for ticket in page["tickets"]}
    rated = GroundTruth(default_account).ratings.dropna(subset=["ticket_id", "agent_id"])

    moved = rated["ticket_id"].map(tickets) != rated["agent_id"]

    assert 0.005 < moved.mean() < 0.04


def test_the_last_change_in_the_audits_is_the_present_value_of_the_ticket(ask: Client):
    changes = {"assignee_id": {}, "status": {}}
    tickets = ask.tickets()
    for number in [number for number, ticket in tickets.items() if ticket["status"] != "deleted"][:100]:
        for audit in ask.body(f"/tickets/{number}/audits")["audits"]:
            for event in audit["events"]:
                if event.get("field_name") in changes:
                    changes[event["field_name"]][number] = event["value"]

    for number, status in changes["status"].items():
        assert tickets[number]["status"] == status
    for number, assignee in changes["assignee_id"].items():
        assert tickets[number]["assignee_id"] == (assignee and int(assignee))


def test_audits_are_filtered_by_event_type_and_paged(ask: Client, account: Account):
    number = GroundTruth(account).ratings["ticket_id"].dropna().iloc[0]
    path = f"/tickets/{number}/audits"
    audits = ask.body(path)["audits"]

    filtered = ask.body(path, **{"filter_events[]": "SurveyResponseSubmitted"})
    first = ask.body(path, **{"page[size]": 2})
    second = ask.session.get(first["links"]["next"], timeout=10).json()

    assert len(filtered["audits"]) == 1
    assert filtered["audits"][0] in audits
    assert first["audits"] + second["audits"] == audits[:4]

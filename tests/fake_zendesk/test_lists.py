"""Lists of groups, users and ticket fields."""

from __future__ import annotations

from support.api_client import Client


def test_lists_are_paged_by_cursor(ask: Client):
    first = ask.body("/groups", **{"page[size]": 4})
    second = ask.session.get(first["links"]["next"], timeout=10).json()

    assert (first["meta"]["has_more"], second["meta"]["has_more"]) == (True, False)
    # only has_more ends a list
    assert second["links"]["next"] is not None
    assert first["groups"] + second["groups"] == ask.body("/groups")["groups"]
    # here Zendesk pages by offset, which the client never asks for
    assert ask("/groups", **{"page[size]": None}).status_code == 400


def test_users_are_listed_by_role_and_shown_by_id(ask: Client):
    agents = ask.body("/users?role[]=agent&role[]=admin")["users"]
    ids = [agents[0]["id"], 1, agents[1]["id"]]

    shown = ask.body("/users/show_many", ids=",".join(map(str, ids)))["users"]

    assert len(agents) == 40
    assert {user["role"] for user in agents} == {"agent", "admin"}
    assert shown == agents[:2]


def test_the_time_tracking_fields_are_found_by_title_and_missing_for_a_fifth(ask: Client):
    fields = {field["title"]: field["id"] for field in ask.body("/ticket_fields")["ticket_fields"]}
    number = fields["Total time spent (sec)"]
    replied = [row for row in ask.tickets(include="metric_sets").values() if row["metric_set"]["replies"]]
    values = [
        value["value"] for ticket in replied for value in ticket["custom_fields"] if value["id"] == number
    ]

    assert "Time spent last update (sec)" in fields
    assert 0.12 < values.count(None) / len(values) < 0.28


def test_legacy_ratings_exist_only_if_the_account_has_used_them(ask: Client, ask_changing: Client):
    assert len(ask.body("/satisfaction_ratings")["satisfaction_ratings"]) == 9
    assert ask_changing.body("/satisfaction_ratings")["satisfaction_ratings"] == []

"""Accounts with odd data: every rating counts, with the right names, labels, times and cursors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from unittest.mock import Mock

import pandas as pd
import pytest
from support.accounts import assert_same, pull_with, pulled_history, settings_for, small_account
from support.odd_values import ODD_RESPONSES, ODD_TICKETS

import csat_analysis as csat
from csat_analysis.fake_zendesk import ApiVariant, GroundTruth, faults, serving
from csat_analysis.flatten import flatten_ticket
from csat_analysis.history.completeness import gaps
from csat_analysis.sync.run import run_pull
from csat_analysis.sync.tickets import with_former_values
from csat_analysis.zendesk import Zendesk

pytestmark = pytest.mark.slow


# Unreadable parts


def shared_out(kinds: Iterable[str], ids: Iterable[Any]) -> dict[str, list[Any]]:
    """Return some of the ids for each kind, so that one pull shows all kinds."""
    kinds, ids = list(kinds), list(ids)
    return {kind: ids[place :: len(kinds)] for place, kind in enumerate(kinds)}


def test_every_rating_counts_whatever_part_is_odd(account, history):
    true = GroundTruth(account).ratings.set_index("response_id").sort_index()
    odd = shared_out(ODD_RESPONSES, true.index)
    changes = [faults.change_rows("survey_responses", ODD_RESPONSES[kind], ids=odd[kind]) for kind in odd]
    summary = pull_with(account, history, faults=faults.chain(*changes))
    ours = history.table("survey_responses").dropna(subset="submitted_at").set_index("response_id")
    for column in ("rating_category", "rating"):
        assert ours[column].to_dict() == true[column].to_dict()
    kept = set(true.index) - set(odd["rating a decimal"])
    assert set(history.table("unknown_bodies")["id"]) == kept
    assert summary.unknown == len(kept) > 50
    assert f"{len(kept)} bodies kept, not fully read" in str(summary)
    assert any(str(len(kept)) in warning for warning in csat.status(history).warnings)


def test_every_ticket_is_stored_whatever_part_is_odd(account, history):
    odd = shared_out(ODD_TICKETS, GroundTruth(account).tickets["ticket_id"])
    changes = [faults.change_tickets(ODD_TICKETS[kind], ids=odd[kind]) for kind in odd]
    pull_with(account, history, faults=faults.chain(*changes))
    assert_same(history, account)
    assert len(history.table("tickets")) == len(account.tables.tickets)


def test_time_spent_as_decimal_text_is_read(account, history, tmp_path):
    plain = pulled_history(tmp_path / "plain.duckdb")
    odd = faults.change_tickets(ODD_TICKETS["time spent as decimal text"])
    pull_with(account, history, faults=odd, variant=ApiVariant(second_time_field=True))
    expected = plain.table("tickets")["handle_seconds"]
    assert history.table("tickets")["handle_seconds"].equals(expected) and expected.notna().sum() > 50


def test_the_first_reply_of_messaging_tickets_comes_from_seconds(history):
    account = small_account(messaging_seconds=True)
    pull_with(account, history)
    true = GroundTruth(account).tickets.set_index("ticket_id")["first_reply_minutes"].sort_index()
    ours = history.table("tickets").set_index("ticket_id")["first_reply_minutes"].sort_index()
    assert ours.dropna().astype(int).to_dict() == true.dropna().astype(int).to_dict()


def test_bodies_without_an_id_are_all_kept(account, history):
    chosen = [body["ticket_id"] for body in GroundTruth(account).tickets.to_dict("records")[:5]]
    summary = pull_with(account, history, faults=faults.change_tickets(lambda row: row.pop("id"), ids=chosen))
    assert summary.unknown == len(history.table("unknown_bodies")) == 5


# Labels


def test_labels_of_a_later_version_are_not_used(account, history):
    account.revise_survey(("Bad", "OK", "Great"))
    account.advance(hours=1)
    pull_with(account, history)
    answers = history.table("survey_answers").dropna(subset="rating")
    assert len(answers) > 50 and answers["rating_label"].isna().all()
    assert answers["rating_category"].notna().all()


def test_labels_of_versions_that_were_listed_before_are_kept(account, pulled):
    account.revise_survey(("Bad", "OK", "Great"))
    account.advance(hours=1)
    before = pulled.table("survey_answers").set_index(["response_id", "question_id"])["rating_label"]
    pull_with(account, pulled, since=dt.date(2026, 1, 1))
    after = pulled.table("survey_answers").set_index(["response_id", "question_id"])["rating_label"]
    assert after.equals(before) and after.notna().any()


def test_answers_get_their_labels_once_surveys_are_readable(history):
    account = small_account(tickets=60)
    pull_with(account, history, faults=faults.always(faults.forbidden(), on="/surveys"))
    account.advance(hours=1)
    pull_with(account, history)
    assert_same(history, account)


def test_deleted_options_of_a_field_keep_their_names(account, pulled):
    before = set(csat.csat(pulled, "2026", by="field:Topic")["field:Topic"])

    def change(body: dict[str, Any]) -> None:
        for field in body.get("ticket_fields", ()):
            del field.get("custom_field_options", [])[1:]
            for option in field.get("custom_field_options", ()):
                option["name"] = "Renamed"

    pull_with(account, pulled, faults=faults.change_json(change))
    after = set(csat.csat(pulled, "2026", by="field:Topic")["field:Topic"])
    assert "Renamed" in after and len(after - before) == 1


def test_a_group_that_is_not_listed_any_more_and_a_new_one_of_its_name_count_as_one(account, pulled):
    before = csat.csat(pulled, "2026", by="group")

    def change(body: dict[str, Any]) -> None:
        if isinstance(body.get("groups"), list):
            body["groups"][0]["id"] = 4711

    for _ in range(2):
        pull_with(account, pulled, faults=faults.change_json(change))
        pd.testing.assert_frame_equal(csat.csat(pulled, "2026", by="group"), before)


def test_a_deleted_ticket_without_its_metric_set_keeps_its_times(history):
    history.create_or_migrate("https://acme.zendesk.com")
    known = flatten_ticket({"id": 7, "status": "solved", "subject": "Refund", "tags": ["vip"]})
    history.save({"tickets": [known | {"reopens": 0, "full_resolution_minutes": 34, "channel": "email"}]})
    bare = flatten_ticket({"id": 7, "status": "deleted", "via": {"channel": "web"}})
    (kept,) = with_former_values(Mock(history=history), [bare])
    assert [kept[name] for name in ("full_resolution_minutes", "channel", "tags")] == [34, "web", ["vip"]]
    assert (kept["is_deleted"], kept["status"], kept["subject"]) == (True, "deleted", None)


# Former agents


def test_former_agents_have_names(account, history):
    rated = GroundTruth(account).ratings["agent_id"].dropna().astype("int64")
    account.deactivate_agent(int(rated.iloc[0]))
    before = len(account.calls)
    pull_with(account, history)
    agents = history.table("agents").set_index("agent_id")
    assert agents.loc[rated.unique(), "name"].notna().all()
    assert not agents.loc[rated.iloc[0], "is_active"]
    assert len([call for call in account.calls[before:] if "/users/show_many" in call.path]) == 1
    assert not [gap for gap in gaps(history) if "name" in gap]
    again = len(account.calls)
    pull_with(account, history)
    assert not [call for call in account.calls[again:] if "/users/show_many" in call.path]


def test_an_agent_who_leaves_between_two_pulls_keeps_the_name(account, pulled):
    agent_id = int(GroundTruth(account).ratings["agent_id"].dropna().iloc[0])
    name = pulled.table("agents").set_index("agent_id").loc[agent_id, "name"]
    account.advance(hours=1)
    account.deactivate_agent(agent_id)
    account.advance(hours=1)
    pull_with(account, pulled)
    row = pulled.table("agents").set_index("agent_id").loc[agent_id]
    assert (row["name"], bool(row["is_active"])) == (name, False)


def test_agents_that_zendesk_does_not_find_are_asked_about_once(account, history):
    agent_id = int(GroundTruth(account).ratings["agent_id"].dropna().iloc[0])

    def forget(path: str, body: dict[str, Any]) -> None:
        if path.startswith("users"):
            body["users"] = [user for user in body.get("users", []) if user["id"] != agent_id]

    for _ in range(2):
        before = len(account.calls)
        pull_with(account, history, change=forget)
    assert not [call for call in account.calls[before:] if "/users/show_many" in call.path]
    row = history.table("agents").set_index("agent_id").loc[agent_id]
    assert pd.isna(row["name"]) and not row["is_active"]
    assert not [gap for gap in gaps(history) if "csat check" in gap]


def test_names_of_former_agents_that_are_refused_are_noted(account, history):
    account.deactivate_agent(int(GroundTruth(account).ratings["agent_id"].dropna().iloc[0]))
    refused = faults.always(faults.forbidden(), on="/users/show_many")
    assert "former agents" in pull_with(account, history, faults=refused).notes[0]


# Cursors and clocks


@pytest.mark.parametrize("refused", [True, False])
def test_an_answer_in_the_second_of_the_cursor_is_asked_about_after_a_re_read(refused, account, pulled):
    """The export was read up to a second in which one more answer was written."""
    late = GroundTruth(account).ratings.dropna(subset="ticket_id").sort_values("updated_at").iloc[-1]
    position = dt.datetime.fromisoformat(pulled.cursors()["changed_tickets"].partition("|")[0])
    account.edit(late["response_id"], 1 if late["rating"] > 3 else 5)
    ticket = account.ticket_row(int(late["ticket_id"]))
    account.tables.tickets["generated"][ticket] = int(position.timestamp())
    account.advance(hours=1)
    options = (
        {"faults": faults.once(faults.cursor_refused(), on="/incremental/tickets")}
        if refused
        else {"since": dt.date(2026, 11, 1)}
    )
    pull_with(account, pulled, **options)
    row = pulled.table("survey_responses").set_index("response_id").loc[late["response_id"]]
    assert row["rating"] == (1 if late["rating"] > 3 else 5)


def test_a_clock_ahead_does_not_hide_later_answers(account, history):
    ahead = account.now + dt.timedelta(days=400)
    with serving(account) as url:
        settings = settings_for(url, history.location)
        with Zendesk(settings) as client:
            run_pull(client, history, settings, now=ahead)
        cursors = history.cursors()
        assert dt.datetime.fromisoformat(cursors["conversations"]) <= account.now
        started = history.table("pulls")["started_at"].iloc[-1]
        assert started <= account.now


def test_a_clock_behind_does_not_hide_later_answers(history):
    tomorrow = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=1)
    account = small_account(tickets=5, now=tomorrow)
    with serving(account) as url:
        settings = settings_for(url, history.location)
        with Zendesk(settings) as client:
            run_pull(client, history, settings)
    (done,) = history.table("pulls").to_dict("records")
    assert done["started_at"] == tomorrow <= done["ended_at"] < tomorrow + dt.timedelta(hours=1)


def test_a_cursor_ahead_of_the_server_is_set_back(account, pulled):
    future = account.now + dt.timedelta(days=400)
    pulled.save({}, {"conversations": future.isoformat()})
    pulled.save({}, {"changed_tickets": f"{future.isoformat()}|0"})
    talks = pulled.table("survey_responses").query("ticket_id.isna()")
    talk = talks[talks["expires_at"] > account.now].iloc[-1]
    rated = GroundTruth(account).ratings.dropna(subset="ticket_id").iloc[-1]
    account.advance(hours=1)
    change = account.answer if pd.isna(talk["submitted_at"]) else account.edit
    change(talk["response_id"], 1 if pd.isna(talk["rating"]) or talk["rating"] > 3 else 5)
    account.edit(rated["response_id"], 1 if rated["rating"] > 3 else 5)
    account.advance(hours=1)
    pull_with(account, pulled)
    assert_same(pulled, account)

"""Simulated events of an account, as the server shows them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pandas as pd
import pytest
from support.api_client import NOW, Client, submission_event, unanswered

from csat_analysis.fake_zendesk import Account, GroundTruth, make_account, serving


@pytest.fixture
def account() -> Account:
    return make_account(tickets=120, now=NOW)


@pytest.fixture
def ask(account: Account) -> Iterator[Client]:
    with serving(account, limits=False) as url:
        yield Client(url)


def test_a_survey_about_a_conversation_is_offered_answered_and_edited_without_a_ticket(
    account: Account, ask: Client
):
    before = ask.tickets()
    account.advance(hours=1)
    (response_id, silent) = account.new_conversations(2)
    account.advance(hours=1)
    account.answer(response_id, 2, comment="No answer")
    account.advance(hours=1)
    account.edit(response_id, 5)
    account.advance(minutes=2)

    rows = {row["id"]: row for row in ask.responses()}
    truth = GroundTruth(account).ratings.set_index("response_id").loc[response_id]

    assert rows[silent]["answers"] == []
    assert rows[response_id]["subjects"][0]["type"] == "conversation"
    assert rows[response_id]["answers"][0]["rating"] == 5
    assert rows[response_id]["answers"][-1]["value"] == "No answer"
    assert (truth["first_rating"], truth["rating"], truth["revisions"]) == (2, 5, 1)
    assert truth[["ticket_id", "agent_id", "group_id"]].isna().all()
    assert truth["submitted_at"] == NOW + timedelta(hours=2)
    assert truth["updated_at"] == NOW + timedelta(hours=3)
    assert ask.tickets() == before


def test_a_reopened_ticket_is_solved_again_with_a_second_survey(account: Account, ask: Client):
    number = int(GroundTruth(account).ratings["ticket_id"].dropna().iloc[-1])
    before = ask.tickets(include="metric_sets")[number]
    account.advance(hours=1)
    account.reopen(number)
    account.advance(hours=1)
    response_id = account.solve(number)
    account.advance(minutes=2)
    after = ask.tickets(include="metric_sets")[number]
    surveys = ask.responses(**{"filter[subject_zrns]": f"zen:ticket:{number}"})

    assert after["status"] == "solved"
    assert after["metric_set"]["solved_at"] == "2026-11-23T08:00:00Z"
    assert after["satisfaction_rating"] == {"score": "offered"}
    first = "first_resolution_time_in_minutes"
    assert after["metric_set"][first] == before["metric_set"][first]
    assert len(surveys) > 1
    assert (surveys[-1]["id"], surveys[-1]["answers"]) == (response_id, [])


def test_a_restored_ticket_is_unchanged_and_is_exported_again(account: Account, ask: Client):
    number = next(number for number, row in ask.tickets().items() if row["status"] == "closed")
    before = ask.tickets()[number]
    account.advance(hours=1)
    account.delete(number)
    account.advance(hours=1)
    gone = ask.tickets()[number]["status"], ask(f"/tickets/{number}/audits").status_code
    account.restore(number)
    account.advance(minutes=2)
    after = ask.tickets()[number]

    assert gone == ("deleted", 404)
    assert ask(f"/tickets/{number}/audits").status_code == 200
    moved = {"generated_timestamp", "updated_at"}
    assert {name for name in before if before[name] != after[name]} == moved
    assert after["updated_at"] == "2026-11-23T08:00:00Z"


def test_a_permanently_deleted_ticket_is_exported_once_more_and_cannot_be_restored(
    account: Account, ask: Client
):
    account.advance(hours=1)
    account.scrub(5)
    account.advance(minutes=2)

    later = ask.tickets(start_time=int(NOW.timestamp()))
    assert [(number, row["status"], row["subject"]) for number, row in later.items()] == [
        (5, "deleted", "SCRUBBED")
    ]
    assert ask("/tickets/5/audits").status_code == 404
    with pytest.raises(ValueError, match="permanently"):
        account.restore(5)


def test_a_ticket_changes_group_and_keeps_its_agent_and_assignment(account: Account, ask: Client):
    groups = [group["id"] for group in ask.body("/groups")["groups"]]
    before = next(row for row in ask.tickets(include="metric_sets").values() if row["assignee_id"])
    other = next(group for group in groups if group != before["group_id"])
    account.advance(hours=1)
    account.regroup(before["id"], other)
    account.advance(minutes=2)
    after = ask.tickets(include="metric_sets")[before["id"]]
    events = ask.body(f"/tickets/{before['id']}/audits")["audits"][-1]["events"]

    assert (after["group_id"], after["assignee_id"]) == (other, before["assignee_id"])
    assert after["metric_set"]["group_stations"] == before["metric_set"]["group_stations"] + 1
    assert after["metric_set"]["assigned_at"] == before["metric_set"]["assigned_at"]
    assert [(event["field_name"], event["value"]) for event in events] == [("group_id", str(other))]


def test_a_rating_keeps_its_group_when_the_ticket_changes_group(account: Account):
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id", "group_id"]).iloc[-1]
    other = next(
        number for number in GroundTruth(account).ratings["group_id"].dropna() if number != rated["group_id"]
    )
    account.advance(hours=1)
    account.regroup(int(rated["ticket_id"]), int(other))

    after = GroundTruth(account).ratings.set_index("response_id").loc[rated["response_id"]]
    pd.testing.assert_series_equal(after, rated.drop("response_id"), check_names=False)


def test_earlier_ratings_and_audits_are_unchanged_after_many_changes(account: Account, ask: Client):
    ratings = GroundTruth(account).ratings
    audits = ask.body("/tickets/9/audits")["audits"]
    account.advance(hours=1)
    for _ in range(30):
        for number in account.new_tickets(2):
            account.reassign(number, ask.body("/users/me")["user"]["id"])
        account.answer(account.new_conversations(1)[0], 4)

    later = GroundTruth(account).ratings
    pd.testing.assert_frame_equal(later[: len(ratings)], ratings)
    assert (later["rating"][len(ratings) :] == 4).sum() == len(later) - len(ratings) == 30
    assert ask.body("/tickets/9/audits")["audits"] == audits
    last = ask.body("/tickets/180/audits")["audits"][-1]["events"]
    assert "assignee_id" in [event.get("field_name") for event in last]


def test_an_answer_moves_the_ticket_and_names_the_assignee_at_that_time(
    changing: Account, ask_changing: Client
):
    response_id = unanswered(changing)
    changing.advance(minutes=10)
    changing.answer(response_id, 2, comment="=1+1")
    changing.advance(minutes=10)
    truth = GroundTruth(changing).ratings.set_index("response_id").loc[response_id]
    changing.reassign(truth["ticket_id"], ask_changing.body("/users/me")["user"]["id"])
    changing.advance(minutes=10)

    ticket = ask_changing.tickets()[truth["ticket_id"]]
    event = submission_event(ask_changing, truth["ticket_id"], response_id)
    score = ticket["satisfaction_rating"]

    assert (score["score"], score["comment"]) == ("bad", "=1+1")
    assert truth["submitted_at"] == NOW + timedelta(minutes=10)
    assert ticket["updated_at"] == "2026-11-23T06:20:00Z"
    assert event["assigned_user_id"] == truth["agent_id"] != ticket["assignee_id"]


def test_an_edit_overwrites_the_rating_keeps_created_at_and_moves_the_ticket(
    changing: Account, ask_changing: Client
):
    before = (
        GroundTruth(changing).ratings.query("rating == 1 and revisions == 0 and ticket_id.notna()").iloc[-1]
    )
    changing.advance(hours=2)
    changing.edit(before["response_id"], 5)
    changing.advance(minutes=2)

    after = GroundTruth(changing).ratings.set_index("response_id").loc[before["response_id"]]
    row = next(row for row in ask_changing.responses() if row["id"] == before["response_id"])
    rating = row["answers"][0]
    ticket = ask_changing.tickets()[before["ticket_id"]]

    assert (after["first_rating"], after["rating"], after["revisions"]) == (1, 5, 1)
    assert (rating["rating"], rating["rating_category"]) == (5, "good")
    assert datetime.fromisoformat(rating["created_at"]) == before["submitted_at"]
    assert datetime.fromisoformat(rating["updated_at"]) == NOW + timedelta(hours=2) == after["updated_at"]
    assert ticket["generated_timestamp"] == int(NOW.timestamp()) + 7200
    assert ticket["satisfaction_rating"]["score"] == "good"


def test_only_open_surveys_are_answered_and_only_answered_ones_edited(changing: Account):
    answered = GroundTruth(changing).ratings["response_id"].iloc[0]

    with pytest.raises(ValueError, match="use edit"):
        changing.answer(answered, 5)
    with pytest.raises(ValueError, match="use answer"):
        changing.edit(unanswered(changing), 5)
    with pytest.raises(ValueError, match="1 to 5"):
        changing.edit(answered, 6)
    with pytest.raises(KeyError, match="unknown ticket"):
        changing.delete(301)


def test_new_tickets_are_solved_and_have_a_survey_offered(changing: Account, ask_changing: Client):
    changing.advance(hours=3)
    new = changing.new_tickets(4)
    changing.advance(minutes=2)

    tickets = ask_changing.tickets(include="metric_sets")
    surveys = ask_changing.responses(
        **{"filter[subject_zrns]": ",".join(f"zen:ticket:{number}" for number in new)}
    )

    assert [tickets[number]["status"] for number in new] == ["solved"] * 4
    assert [tickets[number]["satisfaction_rating"] for number in new] == [{"score": "offered"}] * 4
    assert [
        tickets[number]["metric_set"]["full_resolution_time_in_minutes"]["calendar"] for number in new
    ] == [60] * 4
    assert [row["subjects"][0]["id"] for row in surveys] == [str(number) for number in new]


def test_deleting_reassigning_and_reopening_show_in_the_export(changing: Account, ask_changing: Client):
    agents = ask_changing.body("/users?role[]=agent")["users"]
    groups = ask_changing.body("/groups")["groups"]
    before = ask_changing.tickets(include="metric_sets")
    rated = [number for number, row in before.items() if row["satisfaction_rating"]["score"] == "good"]
    number, other = rated[:2]

    changing.advance(hours=1)
    changing.reassign(number, agents[5]["id"], group_id=groups[3]["id"])
    changing.reopen(number)
    changing.delete(other)
    changing.advance(minutes=2)
    after = ask_changing.tickets(include="metric_sets")

    assert after[other]["status"] == "deleted"
    assert after[number]["status"] == "open"
    assert (after[number]["assignee_id"], after[number]["group_id"]) == (agents[5]["id"], groups[3]["id"])
    assert after[number]["metric_set"]["reopens"] == before[number]["metric_set"]["reopens"] + 1
    assert after[number]["metric_set"]["assigned_at"] == "2026-11-23T07:00:00Z"
    assert after[number]["satisfaction_rating"] == before[number]["satisfaction_rating"]


def test_an_agent_who_leaves_is_an_inactive_end_user_found_by_id_only(account: Account, ask: Client):
    roles = {"role[]": ["agent", "admin"], "page[size]": 100}
    before = ask.body("/users", **roles)["users"]
    agent = next(user for user in before if user["role"] == "agent")
    account.advance(hours=1)
    account.deactivate_agent(agent["id"])
    account.advance(hours=1)
    new = account.new_tickets(60)
    account.advance(minutes=2)
    after = ask.body("/users", **roles)["users"]
    (found,) = ask.body("/users/show_many", ids=agent["id"])["users"]

    assert [user for user in before if user["id"] != agent["id"]] == after
    assert (found["name"], found["role"], found["active"]) == (agent["name"], "end-user", False)
    assert found["updated_at"] == "2026-11-23T07:00:00Z"
    assert agent["id"] not in {ask.tickets()[number]["assignee_id"] for number in new}
    with pytest.raises(KeyError, match="unknown user"):
        account.deactivate_agent(ask.body("/users/me")["user"]["id"])


def test_a_revised_survey_has_other_labels_and_older_offers_keep_their_version(account: Account, ask: Client):
    old = unanswered(account)
    account.advance(hours=1)
    account.revise_survey(("Bad", "OK", "Great"))
    (new,) = account.new_conversations(1)
    account.answer(old, 3)
    account.answer(new, 3)
    (survey,) = ask.body("/guide/en-us/surveys")["surveys"]
    rows = {row["id"]: row for row in ask.responses()}

    labels = [option["label"]["value"] for option in survey["questions"][0]["options"]]
    assert (survey["version"], labels) == (3, ["Bad", "OK", "Great"])
    assert [rows[one]["survey"]["version"] for one in (old, new)] == [2, 3]
    assert [rows[one]["answers"][0]["rating_category"] for one in (old, new)] == ["bad", "good"]
    truth = GroundTruth(account).ratings.set_index("response_id")["rating_category"]
    assert (truth[old], truth[new]) == ("bad", "good")
    with pytest.raises(ValueError, match="1 to 3"):
        account.edit(new, 4)
    with pytest.raises(ValueError, match="2, 3 or 5 points"):
        account.revise_survey(("one",))


def test_an_edit_can_leave_the_timestamps_of_the_ticket_unchanged(account: Account, ask: Client):
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id"]).iloc[-1]
    number = int(rated["ticket_id"])
    before = ask.tickets()[number]
    account.advance(hours=1)
    account.edit(rated["response_id"], 1 if rated["rating"] > 3 else 5, moves_ticket=False)
    account.advance(minutes=2)
    after = ask.tickets()[number]

    assert after["satisfaction_rating"]["score"] != before["satisfaction_rating"]["score"]
    assert after["updated_at"] == before["updated_at"]
    assert after["generated_timestamp"] == before["generated_timestamp"]

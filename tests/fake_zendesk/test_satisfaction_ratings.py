"""Legacy CSAT: the list of `/satisfaction_ratings` and its ground truth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
import pytest
import support.zendesk_shapes as shapes
from support.api_client import NOW, Client

from csat_analysis.fake_zendesk import Account, GroundTruth, make_account, serving

RATINGS = "/satisfaction_ratings"


@pytest.fixture(scope="module")
def account() -> Account:
    return make_account(tickets=900, now=NOW, legacy_ratings=200)


@pytest.fixture(scope="module")
def ask(account: Account) -> Iterator[Client]:
    with serving(account, limits=False) as url:
        yield Client(url)


@pytest.fixture
def mirroring() -> Account:
    """Return an account that lists each survey answer a second time; a test can change it."""
    return make_account(tickets=300, now=NOW, legacy_ratings=20, mirrored_ratings=True)


def listed(ask: Client, **parameters: object) -> list[dict]:
    rows = []
    more = {"page[size]": 100} | parameters
    while more:
        body = ask.body(RATINGS, **more)
        assert shapes.misfits(body, shapes.by_cursor(satisfaction_ratings=[shapes.SATISFACTION_RATING])) == []
        rows += body["satisfaction_ratings"]
        more = body["meta"]["has_more"] and more | {"page[after]": body["meta"]["after_cursor"]}
    return rows


def or_none(value: object) -> object:
    return None if pd.isna(value) else value


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_list_of_legacy_ratings_equals_the_ground_truth(ask: Client, account: Account):
    truth = GroundTruth(account).legacy
    rows = listed(ask)

    assert len(rows) == len(truth) == 200
    for row, true in zip(rows, truth.to_dict("records"), strict=True):
        assert f"legacy-{row['id']}" == true["response_id"]
        assert row["ticket_id"] == true["ticket_id"]
        assert row["score"] == (or_none(true["rating_category"]) or "offered")
        assert row["comment"] == or_none(true["comment"])
        assert row["reason"] == or_none(true["reason"])
        assert (row["reason_id"] is None) == (row["reason"] is None)
        assert row["assignee_id"] == or_none(true["agent_id"])
        assert row["group_id"] == or_none(true["group_id"])
        assert moment(row["created_at"]) == true["offered_at"]
        assert moment(row["updated_at"]) == true["updated_at"]


def test_legacy_ratings_contain_offers_comments_reasons_and_reassigned_tickets(account: Account, ask: Client):
    truth = GroundTruth(account).legacy
    tickets = ask.tickets()
    answered = truth.dropna(subset=["rating_category"])
    now = answered["ticket_id"].map({number: row["assignee_id"] for number, row in tickets.items()})

    assert answered["rating_category"].value_counts().gt(10).all()
    # offered and not answered
    assert len(truth) - len(answered) > 20
    assert answered["comment"].notna().sum() > 30
    assert answered["reason"].notna().sum() > 5
    assert set(answered.loc[answered["reason"].notna(), "rating_category"]) == {"bad"}
    # reassigned after the rating
    assert (now != answered["agent_id"].astype(float)).sum() > 10
    assert (answered["submitted_at"] > answered["offered_at"]).all()
    assert truth.loc[truth["rating_category"].isna(), "submitted_at"].isna().all()


def test_surveys_are_offered_after_the_legacy_ratings(account: Account, ask: Client):
    legacy = GroundTruth(account).legacy
    ratings = GroundTruth(account).ratings
    offered = {
        int(row["subjects"][0]["id"]) for row in ask.responses() if row["subjects"][0]["type"] == "ticket"
    }

    assert ratings["offered_at"].min() > legacy["offered_at"].max()
    # solved a second time, when surveys were in use
    both = offered & set(legacy["ticket_id"])
    assert 0 < len(both) < 10


def test_a_ticket_with_a_legacy_rating_gets_a_survey_when_it_is_solved_again(
    mirroring: Account,
):
    old = GroundTruth(mirroring).legacy.dropna(subset=["rating_category"]).iloc[-1]
    number = int(old["ticket_id"])
    mirroring.advance(hours=1)
    mirroring.reopen(number)
    mirroring.advance(hours=1)
    response_id = mirroring.solve(number)
    mirroring.advance(hours=1)
    mirroring.answer(response_id, 1)
    mirroring.advance(minutes=2)
    with serving(mirroring, limits=False) as url:
        ask = Client(url)
        rows = [row for row in listed(ask) if row["ticket_id"] == number]
        ticket = ask.tickets()[number]

    assert [row["score"] for row in rows] == [old["rating_category"], "bad"]
    assert f"legacy-{rows[0]['id']}" == old["response_id"]
    assert ticket["satisfaction_rating"]["id"] == rows[1]["id"]
    assert rows[1]["updated_at"] == "2026-11-23T09:00:00Z"


def test_a_ticket_shows_its_legacy_rating_until_a_survey_is_offered(account: Account, ask: Client):
    tickets = ask.tickets()
    shown = 0
    offered_later = {row["subject_zrns"][0] for row in ask.responses()}
    for row in listed(ask):
        if row["score"] == "offered" or f"zen:ticket:{row['ticket_id']}" in offered_later:
            continue
        rating = tickets[row["ticket_id"]]["satisfaction_rating"]
        assert rating == {name: row[name] for name in ("comment", "id", "reason", "reason_id", "score")}
        shown += 1

    assert shown > 100


def test_start_time_filters_by_the_update_in_seconds(ask: Client):
    rows = sorted(listed(ask), key=lambda row: row["updated_at"])
    start = int(moment(rows[50]["updated_at"]).timestamp())

    inside = listed(ask, start_time=start)

    assert {row["id"] for row in inside} == {
        row["id"] for row in rows if start <= moment(row["updated_at"]).timestamp()
    }
    assert 150 <= len(inside) < 160


def test_a_page_of_more_than_100_legacy_ratings_is_refused(ask: Client):
    assert ask(RATINGS, **{"page[size]": 101}).status_code == 400


def test_audits_show_the_offer_and_the_rating_of_legacy_csat(ask: Client):
    row = next(row for row in listed(ask) if row["score"] == "bad" and row["reason"])
    audits = ask.body(f"/tickets/{row['ticket_id']}/audits")["audits"]
    changes = [
        (event["previous_value"], event["value"], audit["created_at"])
        for audit in audits
        for event in audit["events"]
        if event.get("field_name") == "satisfaction_score"
    ]

    assert changes[:2] == [
        ("unoffered", "offered", row["created_at"]),
        ("offered", "bad", row["updated_at"]),
    ]


def test_mirrored_ratings_repeat_each_answered_survey_about_a_ticket_once(mirroring: Account):
    with serving(mirroring, limits=False) as url:
        ask = Client(url)
        rows = listed(ask)
        tickets = ask.tickets()
    old = set(GroundTruth(mirroring).legacy["response_id"])
    mirrored = {row["id"]: row for row in rows if f"legacy-{row['id']}" not in old}
    answers = GroundTruth(mirroring).ratings.dropna(subset=["ticket_id"])

    assert len(rows) - len(old) == len(mirrored) == len(answers) > 40
    keys = sorted((row["ticket_id"], row["score"], row["assignee_id"] or 0) for row in mirrored.values())
    assert keys == sorted(
        zip(
            answers["ticket_id"],
            answers["rating_category"],
            answers["agent_id"].fillna(0),
            strict=True,
        )
    )
    # the ticket names the row that repeats its survey
    for ticket in tickets.values():
        shown = ticket["satisfaction_rating"]
        if shown.get("id") in mirrored:
            assert shown.items() <= mirrored[shown["id"]].items()


def test_without_legacy_ratings_or_mirroring_the_list_is_empty():
    account = make_account(tickets=50, now=NOW)
    with serving(account, limits=False) as url:
        assert listed(Client(url)) == []
    assert GroundTruth(account).legacy.empty


def test_a_changed_legacy_rating_keeps_the_agent_and_time_of_the_first_rating(mirroring: Account):
    truth = GroundTruth(mirroring).legacy
    number = int(truth.loc[truth["rating_category"].isna(), "ticket_id"].iloc[0])
    with serving(mirroring, limits=False) as url:
        ask = Client(url)
        mirroring.advance(hours=1)
        mirroring.rate_legacy(number, "bad", comment="=1+1")
        mirroring.advance(hours=1)
        holder = ask.tickets()[number]
        mirroring.reassign(number, ask.body("/users/me")["user"]["id"])
        mirroring.rate_legacy(number, "good")
        mirroring.advance(minutes=2)
        ticket = ask.tickets()[number]
        (row,) = (row for row in listed(ask) if row["ticket_id"] == number)

    true = GroundTruth(mirroring).legacy.set_index("ticket_id").loc[number]
    assert (row["score"], row["comment"]) == ("good", "=1+1")
    assert (row["assignee_id"], row["group_id"]) == (holder["assignee_id"], holder["group_id"])
    assert row["assignee_id"] == true["agent_id"] != ticket["assignee_id"]
    assert ticket["satisfaction_rating"]["score"] == "good"
    assert ticket["updated_at"] == row["updated_at"] == "2026-11-23T08:00:00Z"
    assert true["submitted_at"] == datetime.fromisoformat("2026-11-23T07:00:00Z")


def test_only_offered_tickets_get_a_legacy_rating_of_good_or_bad(mirroring: Account):
    old = int(GroundTruth(mirroring).legacy["ticket_id"].iloc[0])

    with pytest.raises(ValueError, match="good or bad"):
        mirroring.rate_legacy(old, "offered")
    with pytest.raises(KeyError, match="never offered"):
        mirroring.rate_legacy(300, "good")

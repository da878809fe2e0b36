"""Odd lists of ratings with their exact counts, from the response of the server to the answer of a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.accounts import Change, pull_with, small_account

import csat_analysis as csat
from csat_analysis.fake_zendesk import Account, ApiVariant
from csat_analysis.history import History

pytestmark = pytest.mark.slow

LEGACY = ApiVariant(guide="forbidden")
Json = dict[str, Any]


@pytest.fixture(scope="module")
def account() -> Account:
    return small_account(tickets=20)


def replace(name: str, rows: list[Json]) -> Change:
    """Return a change that puts these rows in place of those of a list."""

    def change(path: str, body: Json) -> None:
        if name in body:
            body[name] = rows
            body["meta"]["has_more"] = False

    return change


def state(number: int, ticket_id: int, score: str, updated_at: str, **more: Any) -> Json:
    times = {"created_at": more.pop("created_at", updated_at), "updated_at": updated_at}
    return {"id": number, "ticket_id": 900_000 + ticket_id, "score": score, **times, **more}


def counts(history: History, week: str) -> tuple[int, int]:
    row = csat.csat(history, week).iloc[0]
    return int(row["n"]), int(row["good"])


def test_ratings_with_an_unreadable_side_answer_count(account, history, survey_response: Callable[..., Json]):
    def respond(number: int, **answers: Any) -> Json:
        return survey_response(
            id=f"01M72CNZNTQ7M3V9K2T5W8X4{number:02d}", ticket_id=900_000 + number, **answers
        )

    good = [respond(number) for number in range(20)]
    silent = [respond(number, rating=1, rating_category="bad", comment="x") for number in range(20, 25)]
    other = [respond(number, rating=1, rating_category="bad", reason="r") for number in range(25, 30)]
    for body in silent:
        body["answers"][-1]["value"] = None
    for body in other:
        body["answers"][1]["selections"] = [{"type": "other", "value": "wet parcel"}]
    summary = pull_with(account, history, change=replace("survey_responses", [*good, *silent, *other]))
    assert counts(history, "2026-W46") == (30, 20)
    assert summary.unknown == len(history.table("unknown_bodies")) == 10
    assert "10 bodies kept, not fully read" in str(summary)
    assert any("10 bodies kept, not fully read" in line for line in csat.status(history).warnings)


def test_the_states_of_one_ticket_are_one_answer(account, history):
    rows = [
        state(1, 7, "offered", "2026-11-10T08:00:00Z"),
        state(2, 7, "bad", "2026-11-10T09:00:00Z"),
        state(3, 7, "good", "2026-11-10T10:00:00Z"),
    ]
    pull_with(account, history, variant=LEGACY, change=replace("satisfaction_ratings", rows))
    (row,) = history.table("survey_responses").to_dict("records")
    assert (row["rating_category"], row["revisions"]) == ("good", 1)
    assert f"{row['submitted_at']:%H:%M}" == "09:00"


def test_states_of_forty_tickets_are_thirty_answers_of_forty_offers(account, history):
    rows = [state(number, number, "offered", "2026-11-10T08:00:00Z") for number in range(1, 41)]
    rows += [state(number + 100, number, "bad", "2026-11-10T09:00:00Z") for number in range(21, 31)]
    rows += [state(number + 200, number, "good", "2026-11-10T10:00:00Z") for number in range(1, 31)]
    pull_with(account, history, variant=LEGACY, change=replace("satisfaction_ratings", rows))
    assert counts(history, "2026-W46") == (30, 30)
    week = csat.response_rate(history, until="2026-W46", weeks=1).iloc[0]
    assert (week["n"], week["answered"]) == (40, 30)


def test_a_later_comment_leaves_the_rating_in_its_week(account, history):
    answered, commented = "2026-11-10T09:00:00Z", "2026-11-17T09:00:00Z"
    rows = [state(number, number, "good" if number < 10 else "bad", answered) for number in range(20)]
    pull_with(account, history, variant=LEGACY, change=replace("satisfaction_ratings", rows))
    rows[10:16] = [{**row, "comment": "later", "updated_at": commented} for row in rows[10:16]]
    rows.append(state(20, 20, "good", commented))
    pull_with(account, history, variant=LEGACY, change=replace("satisfaction_ratings", rows))
    assert (counts(history, "2026-W46"), counts(history, "2026-W47")) == ((20, 10), (1, 1))
    stored = history.table("survey_responses")
    assert ((stored["comment"] == "later").sum(), stored["revisions"].sum()) == (6, 0)


def test_no_reason_in_any_language_is_left_out_of_the_reasons(account, history):
    answered = "2026-11-10T09:00:00Z"
    none = {"reason": "Sin motivo", "reason_code": 0}
    slow = {"reason": "Too slow", "reason_code": 5}
    rows = [state(number, number, "bad", answered, **(none if number < 18 else slow)) for number in range(30)]
    pull_with(account, history, variant=LEGACY, change=replace("satisfaction_ratings", rows))
    (row,) = csat.reasons(history, "2026-W46").to_dict("records")
    assert (row["reason"], row["n"], row["of"], row["without"]) == ("Too slow", 12, 12, 18)

"""Incremental pulls from the fake Zendesk, compared with the ground truth of its account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from flask import Response
from support.accounts import (
    SIGNED_IN,
    assert_same,
    contents,
    empty_history,
    pull_with,
    pulled,
    pulled_history,
    settings_for,
    small_account,
    true_answers,
)
from support.long_tests import long_test

import csat_analysis as csat
from csat_analysis.errors import CsatError, HistoryBusy, HistoryError, NotAllowed
from csat_analysis.fake_zendesk import ADMIN_OAUTH_TOKEN, API_TOKEN, EMAIL, Account, GroundTruth, serving
from csat_analysis.findings.phrases import name_before
from csat_analysis.history import History
from csat_analysis.history.database import Database
from csat_analysis.history.database import run as run_sql
from csat_analysis.sync import Summary, pull

WORDS = ("survey_answers", "rating_changes")  # tables with a customer's words, beside survey_responses


@pytest.fixture
def url(account) -> Iterator[str]:
    with serving(account) as url:
        yield url


def run(url: str, history: History, **options) -> Summary:
    return pull(settings=settings_for(url, history.location), progress=False, **options)


def test_a_pull_stores_every_answer_exactly(account, url, history):
    summary = run(url, history)
    assert_same(history, account)
    assert summary.tickets == len(history.table("tickets")) > 250
    assert summary.responses == len(GroundTruth(account).offers)
    assert summary.unknown == 0
    assert not summary.notes


def test_offered_and_unanswered_surveys_are_rows_too(account, pulled):
    assert sorted(pulled.table("survey_responses")["response_id"]) == sorted(GroundTruth(account).offers)


def test_comments_are_stored_unchanged(account, pulled):
    ours = pulled.table("survey_responses").set_index("response_id")["comment"].dropna()
    true = GroundTruth(account).ratings.set_index("response_id")["comment"].dropna()
    answers = GroundTruth(account).ratings
    deleted = pulled.table("tickets").query("is_deleted")["ticket_id"]
    kept = set(answers.loc[~answers["ticket_id"].isin(deleted), "response_id"])
    assert ours.to_dict() == {key: text for key, text in true.to_dict().items() if key in kept}
    assert len(ours) > 10


@pytest.mark.slow
def test_a_second_pull_changes_nothing_and_needs_few_requests(account, url, pulled):
    before = contents(pulled)
    again = run(url, pulled)
    assert (again.tickets, again.saved.get("survey_responses", (0, 0)), sum(again.attributed.values())) == (
        0,
        (0, 0),
        0,
    )
    assert again.calls < 12
    assert contents(pulled) == before


@pytest.mark.slow
def test_reading_everything_again_changes_nothing(account, url, pulled):
    before = contents(pulled)
    again = run(url, pulled, since=dt.date(2026, 1, 1))
    assert again.saved["tickets"] == again.saved["survey_responses"] == (0, 0)
    assert contents(pulled) == before


@pytest.mark.slow
def test_changes_between_two_pulls_are_stored_by_the_second(account, url, pulled):
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id", "agent_id"])
    rated = rated[rated["submitted_at"] > "2026-11-05"]
    edited, moved = rated.iloc[0], rated.iloc[1]
    unanswered = GroundTruth(account).ratings["response_id"]
    recent = [one for one in GroundTruth(account).offers[-40:] if one not in set(unanswered)]
    account.advance(hours=2)
    account.edit(edited["response_id"], 1 if edited["rating"] > 3 else 5)
    account.answer(recent[0], 2, comment="too late")
    other = next(one for one in rated["agent_id"] if one != moved["agent_id"])
    account.reassign(int(moved["ticket_id"]), int(other))
    account.new_tickets(20)
    account.advance(hours=2)
    summary = run(url, pulled)
    assert_same(pulled, account)
    assert 0 < summary.responses < 60
    versions = pulled.table("rating_changes").query("response_id == @edited.response_id")
    assert len(versions) == 2


@pytest.mark.slow
def test_a_ticket_reassigned_between_answer_and_pull_names_the_rated_agent(account, url, history):
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id", "agent_id"]).iloc[-5:]
    others = GroundTruth(account).ratings["agent_id"].dropna()
    account.advance(hours=1)
    for row in rated.itertuples():
        account.reassign(int(row.ticket_id), int(next(one for one in others if one != row.agent_id)))
    account.advance(hours=1)
    summary = run(url, history)
    assert_same(history, account)
    assert summary.attributed["audit"] >= len(rated)


def regroup_last_ratings(account: Account) -> list[str]:
    """Move five rated tickets to another group; their agents stay. Return the ids of their responses."""
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id", "agent_id", "group_id"])
    account.advance(hours=1)
    for row in rated.iloc[-5:].itertuples():
        account.regroup(
            int(row.ticket_id), int(next(one for one in rated["group_id"] if one != row.group_id))
        )
    account.advance(hours=1)
    return list(rated["response_id"].iloc[-5:])


@pytest.mark.slow
def test_a_ticket_moved_to_another_group_between_answer_and_pull_names_the_rated_group(account, url, history):
    moved = regroup_last_ratings(account)
    run(url, history)
    assert_same(history, account)
    assert set(history.table("survey_responses").set_index("response_id")["attribution"][moved]) == {"audit"}


@pytest.mark.slow
def test_a_trigger_that_escalates_bad_ratings_does_not_move_them_to_the_escalation_team(
    account, url, history
):
    ratings = GroundTruth(account).ratings
    waiting = [one for one in GroundTruth(account).offers if one not in set(ratings["response_id"])][-8:]
    for place, response_id in enumerate(waiting):
        account.answer(response_id, 1)
        answered = GroundTruth(account).ratings.set_index("response_id").loc[response_id]
        if place % 2:
            account.reassign(int(answered["ticket_id"]), int(ratings["agent_id"].dropna().iloc[0]))
        else:
            account.regroup(int(answered["ticket_id"]), int(ratings["group_id"].dropna().iloc[0]))
    account.advance(hours=1)
    run(url, history)
    assert_same(history, account)


@pytest.mark.slow
def test_groups_that_an_earlier_version_did_not_look_up_are_looked_up_after_the_migration(
    account, url, history
):
    moved = regroup_last_ratings(account)
    run(url, history)
    ids = ", ".join(f"'{one}'" for one in moved)
    with Database(history.location).transaction() as con:
        run_sql(
            con,
            f"update survey_responses set group_id = 1, attribution = 'unchanged' where response_id in ({ids})",
        )
        run_sql(con, "update schema_version set version = 9")
    run(url, history)
    assert_same(history, account)


@pytest.mark.slow
def test_a_deleted_ticket_loses_its_text_and_keeps_its_rating(account, url, pulled):
    commented = pulled.table("survey_responses").dropna(subset=["comment", "ticket_id"]).iloc[0]
    account.advance(hours=1)
    account.delete(int(commented["ticket_id"]))
    account.advance(hours=1)
    run(url, pulled)
    row = pulled.table("survey_responses").set_index("response_id").loc[commented["response_id"]]
    ticket = pulled.table("tickets").set_index("ticket_id").loc[commented["ticket_id"]]
    assert row["rating"] == commented["rating"]
    assert ticket["is_deleted"]
    of_it = {
        name: pulled.table(name).set_index("response_id").loc[[commented["response_id"]]] for name in WORDS
    }
    answers, changes = of_it.values()
    erased = [row["comment"], ticket["subject"], *answers["value"], *changes["comment"]]
    assert not [words for words in erased if isinstance(words, str)]


def test_since_reads_every_rating_from_that_day_on_and_no_survey_that_cannot_be_answered_then(
    account, url, history
):
    summary = run(url, history, since=dt.date(2026, 11, 9))
    first = dt.datetime(2026, 11, 8, 23, tzinfo=dt.UTC)
    assert history.table("survey_responses")["offered_at"].min() >= first - dt.timedelta(days=29)
    ours, true = (
        answers[answers["submitted_at"] >= first] for answers in (pulled(history), true_answers(account))
    )
    assert sorted(ours["response_id"]) == sorted(true["response_id"])
    assert [note for note in summary.notes if "complete from 2026-11-09 on" in note]


def test_ratings_from_before_the_first_since_are_not_counted_until_all_are_there(account, url, history):
    for since, counted in (("2026-11-11", "2026-11-11"), (None, "2026-11-11"), ("2026-11-02", "2026-11-02")):
        first = since and dt.date.fromisoformat(since)
        # Surveys of before are not counted as missed.
        assert not run(url, history, since=first, reconcile=since == "2026-11-11").missed
        days = csat.csat(csat.open_history(history.location), "2026", by="day")
        assert str(days["day"].min())[:10] == counted
    stored = history.table("ratings")["day"].astype(str)
    assert stored.min() < "2026-11-02"
    assert days[["n", "neutral"]].sum().sum() == (stored >= "2026-11-02").sum()
    assert csat.response_rate(history, until="2026-W47")["n"].gt(0).sum() == 3
    with pytest.raises(CsatError, match="no ratings or tickets in week 2026-W44: .* holds 2026-W45"):
        csat.csat(history, "2026-W44")
    assert csat.status(history).gaps[0].startswith("ratings before 2026-11-02 are not counted")
    assert "(counted from 2" in name_before(history, csat.period(history, "2026-11"))
    run(url, history, since=dt.date(2000, 1, 1))
    assert csat.open_history(history.location).complete_from is None


@pytest.mark.slow
def test_since_leaves_no_gap_after_the_last_pull(account, pulled):
    account.advance(hours=24)
    account.new_tickets(20)
    account.advance(hours=24 * 60)
    pull_with(account, pulled, since=account.now.date())
    assert len(pulled.table("survey_responses")) == len(GroundTruth(account).offers)
    assert pulled.complete_from is None


def test_since_in_the_future_is_refused(account, url, history):
    with pytest.raises(CsatError, match="future"):
        run(url, history, since=dt.date(2999, 1, 1))


@pytest.mark.slow
@pytest.mark.parametrize("calls", [3, *map(long_test, (6, 8, 10)), 13])
def test_an_interrupted_pull_is_resumed_to_the_same_history(calls, tmp_path):
    account = small_account()
    broken, whole = empty_history(tmp_path / "broken.duckdb"), pulled_history(tmp_path / "whole.duckdb")
    made = []

    def fault(request) -> Response | None:
        made.append(request)
        return Response('{"error":"Forbidden"}', 401) if len(made) == calls else None

    with serving(account, faults=fault) as url:
        with pytest.raises(CsatError):
            pull(
                settings=settings_for(
                    url, broken.location, zendesk_client_id=None, zendesk_oauth_token=ADMIN_OAUTH_TOKEN
                ),
                progress=False,
            )
        run(url, broken)
    assert contents(broken) == contents(whole)
    assert_same(broken, account)


def test_a_failed_run_is_recorded_with_its_reason(account, history):
    def fault(request) -> Response | None:
        refused = ("survey_responses", "satisfaction_ratings")
        return Response("{}", 403) if request.path.endswith(refused) else None

    with serving(account, faults=fault) as url, pytest.raises(NotAllowed, match="plan"):
        run(url, history)
    last = history.table("pulls").iloc[-1]
    assert last["outcome"] == "failed"
    assert "survey_responses" in last["error"]
    assert last["tickets"] == len(history.table("tickets")) > 0


def test_bodies_that_are_not_fully_readable_are_kept_and_counted(account, history):
    def change(path: str, body: dict) -> None:
        if path.endswith("survey_responses") and body.get("survey_responses"):
            body["survey_responses"][0]["answers"] = "what is this?"
            body["survey_responses"][1]["mood"] = "new field"

    summary = pull_with(account, history, change=change)
    offers = GroundTruth(account).offers
    kept = history.table("unknown_bodies").set_index("id")
    assert summary.unknown >= 2
    assert f"{summary.unknown} bodies kept, not fully read" in str(summary)
    assert history.table("pulls")["unknown"].iloc[-1] == summary.unknown
    assert "what is this?" in kept.loc[offers[0], "body"]
    assert kept.loc[offers[1], "problem"] == "unknown field mood"
    assert offers[1] in set(history.table("survey_responses")["response_id"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "credentials",
    [{"zendesk_oauth_token": ADMIN_OAUTH_TOKEN}, {"zendesk_email": EMAIL, "zendesk_api_token": API_TOKEN}],
    ids=["token", "email"],
)
def test_other_ways_to_sign_in_work(credentials, account, url, history):
    nothing = dict.fromkeys(SIGNED_IN)
    settings = settings_for(url, history.location, **{**nothing, **credentials})
    pull(settings=settings, progress=False)
    assert_same(history, account)


def test_the_time_zone_is_that_of_the_signed_in_user_unless_set(account, url, tmp_path):
    pull(settings=settings_for(url, tmp_path / "h.duckdb", csat_timezone=None), progress=False)
    assert History(str(tmp_path / "h.duckdb")).timezone not in ("", "UTC")


@pytest.mark.slow
def test_the_history_of_another_account_is_not_changed(account, url, pulled):
    run(url, pulled)
    with serving(small_account(seed=8)) as other, pytest.raises(HistoryError, match="CSAT_DATABASE"):
        run(other, pulled)
    assert_same(pulled, account)


@pytest.mark.slow
def test_a_second_pull_at_the_same_time_ends_with_an_error(account, url, pulled):
    with pulled.pull_lock(), pytest.raises(HistoryBusy, match="another pull"):
        run(url, pulled)

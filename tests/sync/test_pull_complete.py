"""Pulls are complete: tickets with all durations, deletions, conversations, edits, windows, the re-read."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from flask import Request
from support.accounts import (
    assert_same,
    contents,
    empty_history,
    pull_with,
    pulled_history,
    small_account,
)

from csat_analysis.fake_zendesk import Account, GroundTruth, faults
from csat_analysis.sync.context import PullSizes

pytestmark = pytest.mark.slow

LIST = "/guide/survey_responses"
BOTH_REFUSED = faults.together(
    faults.always(faults.forbidden(), on=LIST), faults.always(faults.forbidden(), on="/satisfaction_ratings")
)


def asked_since(account: Account, before: int, part: str) -> list[str]:
    return [call.path for call in account.calls[before:] if part in call.path]


def test_every_ticket_has_all_its_columns_and_durations(account, pulled):
    true = GroundTruth(account).tickets
    ours = pulled.table("tickets")[list(true.columns)].sort_values("ticket_id", ignore_index=True)
    lists = [name for name in true.columns if isinstance(true[name].iloc[0], list | tuple)]
    for frame in (ours, true):
        frame[lists] = frame[lists].map(list)
    pd.testing.assert_frame_equal(ours, true.sort_values("ticket_id", ignore_index=True), check_dtype=False)


def test_windows_give_the_same_history_as_following_the_pages(account, history, tmp_path):
    chain = pulled_history(tmp_path / "chain.duckdb")
    before = len(account.calls)
    pull_with(account, history, sizes=PullSizes(surveys_per_window=30))
    assert contents(history) == contents(chain)
    windows = asked_since(account, before, "created_at_end")
    assert len(windows) >= 7
    assert history.cursors()["survey_responses"] == chain.cursors()["survey_responses"]


def filter_means(meant: str) -> faults.Fault:
    """Return a fault that gives `created_at` another meaning: a misreading of the filter must lose no responses."""
    names = ("filter[created_at_start]", "filter[created_at_end]")

    def otherwise(request: Request) -> None:
        arguments = request.args.to_dict()
        for name in names:
            if meant == "ignored":
                arguments.pop(name, None)
            elif name in arguments and meant == "seconds":
                arguments[name] = str(int(arguments[name]) * 1000)
            elif name in arguments and meant == "time of the answer":
                arguments[name] = str(int(arguments[name]) - 5 * 86_400_000)
        request.args = type(request.args)(arguments)

    return otherwise


@pytest.mark.parametrize("meant", ["seconds", "ignored", "time of the answer"])
def test_a_filter_with_another_meaning_is_detected_and_not_used(meant, account, history):
    sizes = PullSizes(surveys_per_window=30)
    pull_with(account, history, sizes=sizes, faults=filter_means(meant))
    assert_same(history, account)
    assert sorted(history.table("survey_responses")["response_id"]) == sorted(GroundTruth(account).offers)


def test_the_list_is_not_read_whole_if_no_survey_was_offered_since(account, pulled):
    account.advance(hours=24 * 60)
    before = len(account.calls)
    assert pull_with(account, pulled, reconcile=True).notes == []
    assert len(asked_since(account, before, "created_at_start")) == 1


def test_a_later_pull_requests_only_what_changed(tmp_path):
    calls = {}
    for tickets in (300, 1500):
        account = small_account(tickets=tickets)
        history = empty_history(tmp_path / f"{tickets}.duckdb")
        pull_with(account, history)
        account.advance(hours=20)
        account.new_tickets(10)
        account.edit(GroundTruth(account).ratings["response_id"].iloc[-1], 1)
        account.advance(hours=4)
        calls[tickets] = pull_with(account, history).calls
        assert_same(history, account)
    assert calls[1500] <= calls[300] <= 14


def test_a_conversation_without_a_ticket_is_kept_with_its_later_answer_and_edit(account, pulled):
    talks = pulled.table("survey_responses").query("ticket_id.isna()")
    open_ones = talks[talks["expires_at"] > account.now]
    assert len(open_ones)
    late = open_ones["response_id"].iloc[-1]
    account.advance(hours=1)
    answered = open_ones.set_index("response_id").loc[late, "submitted_at"]
    account.answer(late, 2) if pd.isna(answered) else account.edit(late, 2)
    account.advance(hours=1)
    pull_with(account, pulled)
    assert_same(pulled, account)
    account.advance(hours=1)
    account.edit(late, 5)
    account.advance(hours=1)
    pull_with(account, pulled)
    assert_same(pulled, account)
    versions = pulled.table("rating_changes").query("response_id == @late")
    assert versions["rating"].tolist()[-2:] == [2, 5]


def test_an_answer_to_a_conversation_without_the_time_of_its_end_is_found(account, history):
    without_end = faults.change_rows("survey_responses", lambda body: body.update(expires_at=None))
    (response_id,) = account.new_conversations(1)
    for hours in (1, 24 * 27):
        account.advance(hours=hours)
        pull_with(account, history, faults=without_end)
    account.answer(response_id, 1)
    account.advance(hours=1)
    pull_with(account, history, faults=without_end)
    assert_same(history, account)


def test_only_conversations_that_can_still_change_are_asked_about(account, pulled):
    account.advance(hours=24 * 29)
    pull_with(account, pulled)
    account.advance(hours=1)
    before = len(account.calls)
    pull_with(account, pulled)
    assert not asked_since(account, before, "responder_ids")
    (response_id,) = account.new_conversations(1)
    account.advance(hours=1)
    pull_with(account, pulled)
    account.advance(hours=1)
    before = len(account.calls)
    pull_with(account, pulled)
    (asked,) = asked_since(account, before, "responder_ids")
    responder = pulled.table("survey_responses").set_index("response_id").loc[response_id, "responder_id"]
    assert parse_qs(urlsplit(asked).query)["filter[responder_ids]"] == [str(responder)]


def test_edits_and_late_answers_are_stored_by_the_next_pull_with_every_version(account, pulled):
    rated = GroundTruth(account).ratings.dropna(subset="ticket_id").iloc[-1]
    for rating in (1, 4, 2):
        account.advance(hours=2)
        account.edit(rated["response_id"], rating)
        account.advance(hours=2)
        pull_with(account, pulled)
        assert_same(pulled, account)
    versions = pulled.table("rating_changes").query("response_id == @rated.response_id")
    assert versions.sort_values("updated_at")["rating"].tolist()[-3:] == [1, 4, 2]


@pytest.mark.parametrize("meant", ["milliseconds", "seconds"])
def test_a_re_read_finds_and_counts_missed_edits(meant, account, pulled):
    """Edits that did not update their tickets are found by a re-read only.

    Where its filter finds nothing, though there are surveys, the whole list is read.
    """
    assert pull_with(account, pulled, reconcile=True).missed == 0
    responses = pulled.table("survey_responses")
    talks = set(responses.query("ticket_id.isna()")["responder_id"])  # these are requested in any case
    quiet = responses.dropna(subset=["ticket_id", "submitted_at"])
    quiet = quiet[~quiet["responder_id"].isin(talks) & (quiet["revisions"] == 0)]
    rated = quiet.sort_values("submitted_at").iloc[-3:]
    account.advance(hours=2)
    for row in rated.itertuples():
        account.edit(row.response_id, 1 if row.rating > 3 else 5, moves_ticket=False)
    account.advance(hours=2)
    assert pull_with(account, pulled).saved["survey_responses"] == (0, 0)
    found = pull_with(account, pulled, reconcile=True, faults=filter_means(meant))
    assert any("all were read" in note for note in found.notes) == (meant == "seconds")
    assert found.missed == 3 and "3 survey responses had been missed" in str(found)
    assert_same(pulled, account)
    assert pull_with(account, pulled, reconcile=True).missed == 0


def test_text_about_a_deleted_ticket_is_never_stored(account, history):
    """It is not stored if the survey list still contains it, nor by a pull that ends after the ticket export."""
    commented = GroundTruth(account).ratings.dropna(subset=["comment", "ticket_id"]).iloc[0]
    account.delete(int(commented["ticket_id"]))
    account.advance(hours=1)
    pull_with(account, history)
    row = history.table("survey_responses").set_index("response_id").loc[commented["response_id"]]
    assert (row["rating"], row["comment"]) == (commented["rating"], None) or pd.isna(row["comment"])
    assert "survey_responses" in asked_since(account, 0, LIST)[0]


def test_a_deletion_is_complete_even_if_the_pull_stops_after_it(account, pulled):
    commented = pulled.table("survey_responses").dropna(subset=["comment", "ticket_id"]).iloc[0]
    account.advance(hours=1)
    account.delete(int(commented["ticket_id"]))
    account.advance(hours=1)
    with pytest.raises(Exception, match="403"):
        pull_with(account, pulled, faults=BOTH_REFUSED)
    row = pulled.table("survey_responses").set_index("response_id").loc[commented["response_id"]]
    assert pd.isna(row["comment"]) and row["rating"] == commented["rating"]


def test_a_restored_ticket_has_its_text_again(account, history):
    commented = GroundTruth(account).ratings.dropna(subset=["comment", "ticket_id"]).iloc[0]
    account.delete(int(commented["ticket_id"]))
    account.advance(hours=1)
    pull_with(account, history)
    account.restore(int(commented["ticket_id"]))
    account.advance(hours=1)
    pull_with(account, history)
    row = history.table("survey_responses").set_index("response_id").loc[commented["response_id"]]
    assert row["comment"] == commented["comment"]


def test_the_rated_agent_of_a_restored_ticket_is_looked_up(account, history):
    rated = GroundTruth(account).ratings.dropna(subset=["ticket_id", "agent_id"])
    ticket_id, agent_id = rated[["ticket_id", "agent_id"]].iloc[-1].astype(int)
    account.advance(hours=1)
    account.reassign(ticket_id, next(one for one in rated["agent_id"].astype(int) if one != agent_id))
    for change in (account.delete, account.restore):
        change(ticket_id)
        account.advance(hours=1)
        pull_with(account, history)
    assert_same(history, account)


def test_a_scrubbed_ticket_keeps_its_rating_without_text(account, pulled):
    commented = pulled.table("survey_responses").dropna(subset=["comment", "ticket_id"]).iloc[0]
    account.advance(days=1)
    account.delete(int(commented["ticket_id"]))
    account.scrub(int(commented["ticket_id"]))
    account.advance(days=1)
    pull_with(account, pulled)
    ticket = pulled.table("tickets").set_index("ticket_id").loc[commented["ticket_id"]]
    assert ticket["is_deleted"] and pd.isna(ticket["subject"])
    assert pulled.table("survey_responses")["rating"].notna().sum() == len(GroundTruth(account).ratings)

"""Ratings of legacy CSAT: stored once each, without extra requests for accounts that never used it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from unittest.mock import Mock

import pandas as pd
import pytest
from support.accounts import assert_same, pull_with, small_account

from csat_analysis.fake_zendesk import Account, GroundTruth, faults
from csat_analysis.history import History
from csat_analysis.sync import legacy

pytestmark = pytest.mark.slow

RATED = "satisfaction_ratings"
RATINGS = f"/{RATED}"
COLUMNS = [
    "response_id",
    "ticket_id",
    "rating_category",
    "comment",
    "reason",
    "offered_at",
    "submitted_at",
    "updated_at",
    "agent_id",
    "group_id",
]


@pytest.fixture
def account() -> Account:
    return small_account(legacy_ratings=60)


def assert_legacy_same(
    history: History, account: Account, first_rated: dict[str, object] | None = None
) -> None:
    """Assert that every legacy rating is stored; one without an answer has no rated agent.

    first_rated: response id -> when an earlier pull saw its first rating.
    """
    true = GroundTruth(account).legacy[COLUMNS].copy()
    offered = true["rating_category"].isna()
    deleted = true["ticket_id"].isin(history.table("tickets").query("is_deleted")["ticket_id"])
    true.loc[offered, ["agent_id", "group_id"]] = pd.NA
    true.loc[offered, "updated_at"] = pd.NaT
    true.loc[deleted, "comment"] = None
    rated_at = true["updated_at"].where(~true["response_id"].isin(first_rated or {}))
    earlier = true["response_id"].map(first_rated or {})
    true["submitted_at"] = rated_at.fillna(
        pd.to_datetime(earlier, utc=True)
    )  # the list has the last write only
    ours = history.table("survey_responses").query("source == 'legacy'")[COLUMNS]
    frames = [frame.sort_values("response_id", ignore_index=True) for frame in (ours, true)]
    pd.testing.assert_frame_equal(*frames, check_dtype=False)


def test_legacy_ratings_are_stored_in_the_same_tables(account, history):
    summary = pull_with(account, history)
    assert_legacy_same(history, account)
    assert summary.legacy == len(GroundTruth(account).legacy)
    ratings = history.ratings()
    assert {"legacy", "survey"} <= set(ratings["source"])
    assert ratings.loc[ratings["source"] == "legacy", "is_good"].notna().all()


def test_a_legacy_rating_that_changes_is_updated_and_both_versions_are_kept(account, history):
    pull_with(account, history)
    rated = GroundTruth(account).legacy.dropna(subset="rating_category").iloc[0]
    account.advance(hours=2)
    account.rate_legacy(int(rated["ticket_id"]), "bad" if rated["rating_category"] == "good" else "good")
    account.advance(hours=2)
    pull_with(account, history)
    assert_legacy_same(history, account, {rated["response_id"]: rated["updated_at"]})
    row = history.table("survey_responses").set_index("response_id").loc[rated["response_id"]]
    assert row["revisions"] == 1
    versions = history.table("rating_changes").query("response_id == @rated.response_id")
    assert set(versions["rating_category"]) == {"good", "bad"}


def test_mirrored_answers_are_not_counted_twice(history):
    account = small_account(legacy_ratings=40, mirrored_ratings=True)
    pull_with(account, history, faults=faults.change_json(partial(list_offers, account)))
    assert_same_of_surveys(history, account)
    assert_legacy_same(history, account)


def list_offers(account: Account, body: dict) -> None:
    """List surveys about tickets without an answer, too, with their time in whole seconds."""
    surveys = account.tables.responses
    for one in surveys[(surveys["rating"] == 0) & (surveys["ticket"] >= 0)] if RATED in body else ():
        at = dt.datetime.fromtimestamp(int(one["offered_ms"]) // 1000, dt.UTC).isoformat()
        row = {"id": 10**6 + len(body[RATED]), "ticket_id": int(one["ticket"]) + 1, "score": "offered"}
        body[RATED].append(row | {"created_at": at, "updated_at": at})


def leave_out_latest_surveys(body: dict) -> None:
    if "survey_responses" in body and not body["meta"]["has_more"]:
        del body["survey_responses"][-5:]


@pytest.mark.parametrize(
    "fault",
    [faults.always(faults.forbidden(), on="/guide/"), faults.change_json(leave_out_latest_surveys)],
    ids=["refused", "incomplete"],
)
@pytest.mark.parametrize("ends_early", [False, True], ids=["", "ended"])
def test_copies_of_answers_that_were_not_known_yet_are_not_counted_twice(
    fault, ends_early, history, monkeypatch
):
    account = small_account(legacy_ratings=40, mirrored_ratings=True)
    # A ticket with a rating of legacy CSAT, and later an answer.
    both = int(GroundTruth(account).legacy.dropna(subset="rating_category")["ticket_id"].iloc[-1])
    account.reopen(both)
    account.advance(hours=1)
    response_id = account.solve(both)
    account.advance(hours=1)
    account.answer(response_id, 1)
    account.advance(hours=1)
    pull_with(account, history, faults=fault)
    account.advance(hours=1)
    if ends_early:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(legacy, "pull_legacy_ratings", Mock(side_effect=KeyboardInterrupt))
            pull_with(account, history, reconcile=True)
        account.advance(hours=1)
    pull_with(account, history, reconcile=not ends_early)
    assert_same_of_surveys(history, account)
    assert_legacy_same(history, account)


def assert_same_of_surveys(history: History, account: Account) -> None:
    surveys = history.table("survey_responses").query("source == 'survey'")
    assert surveys["submitted_at"].notna().sum() == len(GroundTruth(account).ratings)


def test_an_account_without_legacy_csat_needs_no_extra_request(history):
    account = small_account()
    pull_with(account, history)
    assert not [call for call in account.calls if RATINGS in call.path]
    assert_same(history, account)


def test_an_account_that_used_legacy_csat_before_is_asked_only_once(account, history):
    pull_with(account, history)
    before = len(account.calls)
    account.advance(hours=3)
    account.new_tickets(5)
    account.advance(hours=3)
    pull_with(account, history)
    assert not [call for call in account.calls[before:] if RATINGS in call.path]


def test_refused_legacy_ratings_are_noted(account, history):
    summary = pull_with(account, history, faults=faults.always(faults.forbidden(), on=RATINGS))
    assert [note for note in summary.notes if "legacy ratings" in note]
    assert_same_of_surveys(history, account)

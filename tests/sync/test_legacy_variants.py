"""Legacy CSAT under both readings of Zendesk's list, and on accounts that use only legacy CSAT."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import Mock

import pandas as pd
import pytest
from support.accounts import ZONE, empty_history, pull_with, small_account

from csat_analysis.errors import NotAllowed, NotFound
from csat_analysis.fake_zendesk import Account, ApiVariant, GroundTruth, faults
from csat_analysis.flatten import Response, flatten_legacy_rating, flatten_ticket
from csat_analysis.history import History
from csat_analysis.sync.legacy import lacks_surveys, merge_states

pytestmark = pytest.mark.slow

RATINGS = "/satisfaction_ratings"
DAY = "2026-11-10"


@pytest.fixture
def account() -> Account:
    return small_account(legacy_ratings=60)


def state(number: int, score: str, hour: int, **more: Any) -> Response:
    """Return one row of a list with one row per state of a ticket."""
    time = f"{DAY}T{hour:02}:00:00Z"
    body = {"id": number, "ticket_id": 7, "score": score, "created_at": time, "updated_at": time}
    rating = flatten_legacy_rating(body | more)
    assert rating is not None
    return rating


def moment(hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, 10, hour, tzinfo=dt.UTC)


STATES = [state(1, "offered", 8), state(2, "bad", 9, assignee_id=5), state(3, "good", 10, assignee_id=6)]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("pages", [1, 3])
def test_the_states_of_a_ticket_become_one_response(order, pages):
    rows = [STATES[number] for number in order]
    stored: dict[int, dict[str, Any]] = {}
    versions = []
    for page in [rows] if pages == 1 else [[row] for row in rows]:
        (merged,) = merge_states(page, stored)
        stored = {7: merged.response}
        versions += merged.versions
    row = stored[7]
    assert (row["rating_category"], row["agent_id"]) == ("good", 6)
    assert (row["offered_at"], row["submitted_at"], row["updated_at"]) == (moment(8), moment(9), moment(10))
    assert {one["response_id"] for one in versions} == {row["response_id"]}
    assert {one["rating_category"] for one in versions} == {"bad", "good"}


def test_a_rating_without_a_ticket_stays_as_it_is():
    first = state(1, "good", 9, ticket_id=None)
    second = state(2, "bad", 9, ticket_id=None)
    assert merge_states([first, second], {}) == [first, second]


def test_an_offer_after_a_rating_does_not_remove_it():
    (merged,) = merge_states([*STATES, state(4, "offered", 12)], {})
    assert (merged.response["rating_category"], merged.response["updated_at"]) == ("good", moment(10))


def legacy_rows(history: History) -> pd.DataFrame:
    rows = history.table("survey_responses").query("source == 'legacy'")
    return rows.sort_values("response_id", ignore_index=True)


@pytest.mark.parametrize("reading", ["updated", "created"])
def test_rows_per_state_and_per_ticket_give_the_same_responses(reading, tmp_path):
    account = small_account(legacy_ratings=60)
    rated = GroundTruth(account).legacy.dropna(subset="rating_category")
    first = rated["submitted_at"].iloc[0]
    account.advance(hours=2)
    for row in rated.iloc[:3].itertuples():
        account.rate_legacy(int(row.ticket_id), "bad" if row.rating_category == "good" else "good")
    account.advance(hours=2)
    found = {}
    for rows in ("per_ticket", "per_state"):
        history = empty_history(tmp_path / f"{rows}.duckdb")
        variant = ApiVariant(legacy_rows=rows, legacy_start_time=reading)
        summary = pull_with(account, history, variant=variant)
        found[rows] = legacy_rows(history)
        assert summary.legacy == len(found[rows]) == 60
    same = ["response_id", "ticket_id", "rating_category", "agent_id", "group_id", "offered_at", "updated_at"]
    pd.testing.assert_frame_equal(found["per_ticket"][same], found["per_state"][same])
    changed = found["per_state"].set_index("ticket_id").loc[rated["ticket_id"].iloc[0]]
    assert changed["submitted_at"] == first


@pytest.mark.parametrize("codes", [True, False])
def test_no_reason_provided_is_not_a_reason(codes, history):
    account = small_account(legacy_ratings=300)
    variant = ApiVariant(no_reason_text="Sin motivo", reason_codes=codes)
    pull_with(account, history, variant=variant)
    truth = GroundTruth(account).legacy
    bad = legacy_rows(history).query("rating_category == 'bad'")
    expected = truth[truth["rating_category"] == "bad"]["reason"]
    assert "Sin motivo" not in set(bad["reason"].dropna())
    assert 0 < bad["reason"].notna().sum() == expected.notna().sum() < len(bad)


@pytest.mark.parametrize("guide", ["forbidden", "not_found"])
def test_an_account_with_legacy_csat_only_is_pulled_with_one_note(guide, history):
    account = small_account(legacy_ratings=300)
    summary = pull_with(account, history, variant=ApiVariant(guide=guide))
    assert len(summary.notes) == 1 and "only legacy ratings" in summary.notes[0]
    assert "ZENDESK_SUBDOMAIN" not in summary.notes[0]
    assert len(legacy_rows(history)) == len(GroundTruth(account).legacy) > 100
    assert history.table("pulls")["outcome"].tolist() == ["done"]
    assert len(pull_with(account, history, variant=ApiVariant(guide=guide)).notes) == 1


def test_an_account_with_legacy_csat_only_that_lists_no_surveys_is_pulled(history):
    account = small_account(legacy_ratings=300)
    assert pull_with(account, history).notes == []
    assert len(legacy_rows(history)) == len(GroundTruth(account).legacy)


@pytest.mark.parametrize(("guide", "error"), [("forbidden", NotAllowed), ("not_found", NotFound)])
@pytest.mark.parametrize("legacy_ratings", [60, 0], ids=["legacy refused", "no legacy"])
def test_a_pull_fails_where_surveys_are_refused_and_no_legacy_rating_is_listed(
    guide, error, legacy_ratings, history
):
    account = small_account(tickets=60, legacy_ratings=legacy_ratings)
    refused = faults.always(faults.forbidden(), on=RATINGS) if legacy_ratings else None
    with pytest.raises(error, match="survey_responses"):
        pull_with(account, history, variant=ApiVariant(guide=guide), faults=refused)


def test_refused_surveys_are_missing_unless_only_legacy_csat_was_ever_used(history):
    history.create_or_migrate("https://acme.zendesk.com")
    context = Mock(history=history)
    assert not lacks_surveys(context)
    history.save({"tickets": [flatten_ticket({"id": 7, "satisfaction_rating": "good"})]})
    assert lacks_surveys(context)
    history.save({"survey_responses": [{"response_id": "legacy-1", "ticket_id": 8, "source": "legacy"}]})
    assert not lacks_surveys(context)
    history.save({"survey_responses": [{"response_id": "R", "ticket_id": 9, "source": "survey"}]})
    assert lacks_surveys(context)


@pytest.mark.parametrize("reading", ["updated", "created"])
def test_a_rating_given_days_after_its_offer_is_found(reading, history):
    account = small_account(legacy_ratings=300)
    variant = ApiVariant(legacy_start_time=reading)
    pull_with(account, history, variant=variant)
    recent = account.now - dt.timedelta(days=15)
    rows = legacy_rows(history)
    late = rows[rows["rating_category"].isna() & (rows["offered_at"] > recent)]["ticket_id"].iloc[0]
    account.advance(days=8)
    account.rate_legacy(int(late), "bad")
    account.advance(hours=1)
    pull_with(account, history, variant=variant)
    assert legacy_rows(history).set_index("ticket_id").loc[late, "rating_category"] == "bad"


@pytest.mark.parametrize("reading", ["updated", "created"])
def test_a_re_read_counts_the_legacy_ratings_that_were_missed(reading, history):
    account = small_account(legacy_ratings=300)
    variant = ApiVariant(legacy_start_time=reading)
    pull_with(account, history, variant=variant)
    rows = legacy_rows(history)
    recent = rows[rows["offered_at"] > account.now - dt.timedelta(days=15)]
    late = recent[recent["rating_category"].isna()]["ticket_id"].iloc[:2]
    account.advance(days=3)
    for ticket_id in late:
        account.rate_legacy(int(ticket_id), "good")
    account.advance(hours=1)

    def unscored(path: str, body: dict[str, Any]) -> None:
        for ticket in body.get("tickets", []):
            ticket["satisfaction_rating"] = {"score": "unoffered"}

    # the tickets do not show the ratings, so that only the re-read can find them
    assert pull_with(account, history, variant=variant, change=unscored).legacy == 0
    found = pull_with(account, history, variant=variant, reconcile=True)
    assert found.missed == 2 and "2 survey responses had been missed" in str(found)
    assert pull_with(account, history, variant=variant, reconcile=True).missed == 0


def test_states_that_an_earlier_version_stored_become_one_response(location):
    history = History(location, timezone=ZONE)
    history.create_or_migrate("https://acme.zendesk.com", ZONE)
    states = [one.response for one in [*STATES, state(9, "offered", 9, ticket_id=8)]]
    versions = [row for one in STATES for row in one.versions]
    history.save({"survey_responses": states, "rating_changes": versions})
    with history._database.transaction() as con:
        con.raw_sql("update schema_version set version = 3")
    history.create_or_migrate("https://acme.zendesk.com", ZONE)
    history.update_revision_counts()
    rows = history.table("survey_responses").set_index("ticket_id")
    assert rows["response_id"].to_dict() == {7: "legacy-1", 8: "legacy-9"}
    assert rows.loc[7, ["rating_category", "agent_id", "revisions"]].tolist() == ["good", 6, 1]
    assert (rows.loc[7, "submitted_at"], rows.loc[7, "updated_at"]) == (moment(9), moment(10))
    assert set(history.table("rating_changes")["response_id"]) == {"legacy-1"}

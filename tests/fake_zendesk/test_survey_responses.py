"""The lists of surveys and of survey responses."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.api_client import Client

from csat_analysis.fake_zendesk import (
    Account,
    GroundTruth,
)


def test_survey_responses_are_newest_first_and_include_unanswered_ones(ask: Client, account: Account):
    ids = [row["id"] for row in ask.responses()]
    newest = ask.body("/guide/survey_responses", **{"page[size]": 50})
    unanswered = sum(not row["answers"] for row in ask.responses())

    assert ids == sorted(ids) == GroundTruth(account).offers
    assert [row["id"] for row in newest["survey_responses"]] == ids[:-51:-1]
    assert newest["meta"] == {"after_cursor": ids[-50], "before_cursor": ids[-1], "has_more": True}
    assert unanswered == len(ids) - len(GroundTruth(account).ratings) > 0


@pytest.mark.parametrize("sort", ["id", "-id"])
@pytest.mark.parametrize("size", [7, 50])
def test_pages_of_survey_responses_join_without_gap_or_overlap(
    ask: Client, account: Account, sort: str, size: int
):
    ids = [row["id"] for row in ask.responses(sort=sort, **{"page[size]": size})]

    assert ids == (GroundTruth(account).offers if sort == "id" else GroundTruth(account).offers[::-1])


def test_survey_responses_are_filtered_by_milliseconds_of_their_offer(ask: Client, account: Account):
    offered = GroundTruth(account).ratings["offered_at"].sort_values()
    start = offered.iloc[20]
    end = offered.iloc[40]

    def milliseconds(moment: datetime) -> int:
        return int(moment.timestamp() * 1000 + 0.5)

    rows = ask.responses(
        **{"filter[created_at_start]": milliseconds(start), "filter[created_at_end]": milliseconds(end)}
    )
    answered = [row for row in rows if row["answers"]]
    seconds = ask.responses(**{"filter[created_at_start]": int(end.timestamp())})

    assert len(answered) == 21
    # seconds mean January 1970
    assert len(seconds) == len(GroundTruth(account).offers)


def test_survey_responses_are_filtered_by_subject_and_responder(ask: Client):
    rows = ask.responses()
    talk = next(row for row in rows if row["subjects"][0]["type"] == "conversation")
    one = next(row for row in rows if row["subjects"][0]["type"] == "ticket")
    zrns = f"{one['subject_zrns'][0]},{talk['subject_zrns'][0]}"

    by_subject = ask.responses(**{"filter[subject_zrns]": zrns})
    by_responder = ask.responses(**{"filter[responder_ids]": one["responder_id"]})

    assert {row["id"] for row in by_subject} == {
        row["id"] for row in rows if row["subject_zrns"][0] in zrns.split(",")
    }
    assert by_responder == [row for row in rows if row["responder_id"] == one["responder_id"]]


def test_a_page_of_more_than_100_survey_responses_is_refused(ask: Client):
    assert ask("/guide/survey_responses", **{"page[size]": 101}).status_code == 400


def test_survey_responses_equal_the_ground_truth(ask: Client, account: Account):
    rows = {row["id"]: row for row in ask.responses() if row["answers"]}
    survey = ask.body("/guide/en-us/surveys")["surveys"][0]
    labels = {
        option.get("id"): option["label"]["value"]
        for question in survey["questions"]
        for option in question.get("options", [])
    }

    for truth in GroundTruth(account).ratings.to_dict("records"):
        answers = {answer["question"]["type"]: answer for answer in rows[truth["response_id"]]["answers"]}
        rating = answers["rating_scale_numeric"]
        reason = answers.get("closed_ended", {})
        assert (rating["rating"], rating["rating_category"]) == (truth["rating"], truth["rating_category"])
        assert answers.get("open_ended", {}).get("value") == (
            truth["comment"] if isinstance(truth["comment"], str) else None
        )
        chosen = [labels[selection["option_id"]] for selection in reason.get("selections", [])]
        assert chosen == ([truth["reason"]] if isinstance(truth["reason"], str) else [])
        assert datetime.fromisoformat(rating["updated_at"]) == truth["updated_at"]


def test_a_reason_is_asked_only_after_a_low_rating(ask: Client):
    for row in ask.responses():
        answers = {answer["question"]["type"]: answer for answer in row["answers"]}
        if (
            "closed_ended" in answers
            and answers["rating_scale_numeric"]["updated_at"] == answers["closed_ended"]["updated_at"]
        ):
            assert answers["rating_scale_numeric"]["rating"] <= 3


def test_a_response_expires_28_days_after_the_time_in_its_ulid(ask: Client):
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for row in ask.responses()[:50]:
        offered_ms = sum(alphabet.index(letter) * 32**place for place, letter in enumerate(row["id"][9::-1]))
        expires_ms = datetime.fromisoformat(row["expires_at"]).timestamp() * 1000
        assert round(expires_ms) - offered_ms == 28 * 86_400_000

"""The survey and its responses as Zendesk's JSON.

A low rating leads to the reason, a high one straight to the comment; the reason leads to the comment.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..account.identifiers import response_id, zendesk_id
from ..account.people import STAFF
from ..account.records import NO_TEXT, NOBODY, SKIPPED, Response
from ..account.surveys import ANSWER_WINDOW_MS, Survey, SurveyVersion
from .json_values import JSON, iso_ms


def survey_body(survey: Survey) -> JSON:
    """Return the survey at its current version, as the list of surveys shows it."""
    return {
        "created_at": iso_ms(survey.versions[0].created_ms),
        "id": survey.id,
        "questions": _questions_with_follow_ups(survey),
        "state": "enabled",
        "updated_at": iso_ms(survey.current.created_ms),
        "version": survey.current.number,
    }


def response_body(survey: Survey, response: Response, *, comment: str | None) -> JSON:
    """Return a response as the list shows it."""
    about = subject(response)
    return {
        "answers": list(_answers(survey, response, comment)),
        "expires_at": iso_ms(response.offered_ms + ANSWER_WINDOW_MS),
        "id": response_id(response),
        "responder_id": str(zendesk_id("user", STAFF + response.requester)),
        "subject_zrns": [about["zrn"]],
        "subjects": [about],
        "survey": {"id": survey.id, "state": "enabled", "version": response.version},
    }


def detailed_response_body(survey: Survey, response: Response, *, comment: str | None) -> JSON:
    """Return a response as a single one is shown: each question with its alias, headline and options."""
    body = response_body(survey, response, comment=comment)
    questions = _questions_in_full(survey, survey.version(response.version))
    by_id = {question["id"]: question for question in questions}
    for answer in body["answers"]:
        answer["question"] = by_id[answer["question"]["id"]]
    return body


def subject(response: Response) -> JSON:
    """Return what the survey asks about: a ticket, or a messaging conversation that never became one."""
    if response.ticket == NOBODY:
        digits = f"{response.random_high:016x}{response.random_low:04x}{response.offered_ms:012x}"
        number = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
        return {"id": number, "type": "conversation", "zrn": f"zen:conversation:{number}"}
    number = str(response.ticket + 1)
    return {"id": number, "type": "ticket", "zrn": f"zen:ticket:{number}"}


def _rating_question(survey: Survey) -> JSON:
    return {"id": survey.rating_id, "sub_type": "customer_satisfaction", "type": "rating_scale_numeric"}


def _reason_question(survey: Survey) -> JSON:
    return {"id": survey.reason_id, "type": "closed_ended"}


def _comment_question(survey: Survey) -> JSON:
    return {"id": survey.comment_id, "type": "open_ended"}


def _questions_in_full(survey: Survey, version: SurveyVersion) -> list[JSON]:
    """Return a version's three questions with alias, headline and options, as a single response shows them."""
    rating = _rating_question(survey) | {
        "alias": "customer satisfaction rating",
        "headline": _text("How would you rate the support you received?"),
        "options": [
            {"label": _text(label), "rating": rating} for rating, label in enumerate(version.labels, 1)
        ],
    }
    reason = _reason_question(survey) | {
        "alias": "reason",
        "headline": _text("Select a reason regarding your experience"),
        "options": [
            {"id": survey.option_id(number), "label": _text(label)}
            for number, label in enumerate(version.reasons)
        ],
    }
    comment = _comment_question(survey) | {
        "alias": "comment",
        "headline": _text("Share your thoughts on the support you received"),
    }
    return [rating, reason, comment]


def _questions_with_follow_ups(survey: Survey) -> list[JSON]:
    """Return the current questions as the list of surveys shows them: with follow-ups, without aliases."""
    to_reason = {"question_id": survey.reason_id}
    to_comment = {"question_id": survey.comment_id}
    rating, reason, comment = _questions_in_full(survey, survey.current)
    for option in rating["options"]:
        option["follow_up"] = (
            to_reason if option["rating"] <= survey.current.highest_bad_rating else to_comment
        )
    for option in reason["options"]:
        option["follow_up"] = to_comment
    comment["follow_up"] = None
    for question in (rating, reason, comment):
        del question["alias"]
    return [rating, reason, comment]


def _answers(survey: Survey, response: Response, comment: str | None) -> Iterator[JSON]:
    if not response.rating:
        return
    submitted = iso_ms(response.submitted_ms)
    stamps = {"created_at": submitted, "updated_at": submitted}
    edited = {"updated_at": iso_ms(max(response.submitted_ms, response.edited_ms))}
    rated = {"rating": response.rating, "rating_category": survey.category(response.rating, response.version)}
    yield stamps | edited | rated | {"question": _rating_question(survey), "type": "rating_scale"}
    if response.reason == SKIPPED:
        yield stamps | {"question": _reason_question(survey), "type": "skipped"}
    elif response.reason != NO_TEXT:
        selections = [{"option_id": survey.option_id(response.reason), "type": "predefined"}]
        question = _reason_question(survey)
        yield stamps | {"question": question, "selections": selections, "type": "closed_ended"}
    if response.comment == SKIPPED:
        yield stamps | {"question": _comment_question(survey), "type": "skipped"}
    elif comment is not None:
        yield stamps | {"question": _comment_question(survey), "type": "open_ended", "value": comment}


def _text(value: str) -> JSON:
    return {"type": "static", "value": value}

"""The account's CSAT survey in its two versions, and the responses to it, as Zendesk's JSON.

The rating leads to the reason (1-3) or straight to the comment (4, 5), the reason to the comment. Version 2
has one more reason; question and option ids stay. A response's id is a ULID whose time is that of the offer.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import words
from .people import JSON
from .records import NO_TEXT, NOBODY, SKIPPED, Response, iso_ms, zendesk_id

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ANSWER_WINDOW_MS = 28 * 86_400_000  # Zendesk's default: 28 days, to the millisecond
RATING_LABELS = ("Very unsatisfied", "", "", "", "Very satisfied")
HIGHEST_BAD_RATING = 3  # on five points Zendesk counts 1-3 as bad, 4 and 5 as good
REASONS_OF_VERSION = {1: 3, 2: 4}
_SURVEY, _RATING, _REASON, _COMMENT, _FIRST_OPTION = range(5)


def ulid(milliseconds: int, high: int, low: int) -> str:
    """The ULID of a time and 80 random bits, given as 64 and 16 (https://github.com/ulid/spec)."""
    number = milliseconds << 80 | high << 16 | low
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def ulid_parts(text: str) -> tuple[int, int, int] | None:
    """(milliseconds, high, low) of a ULID, None when the text is not one."""
    if len(text) != 26 or not set(text) <= set(_CROCKFORD) or text[0] > "7":
        return None
    number = sum(_CROCKFORD.index(letter) << 5 * place for place, letter in enumerate(reversed(text)))
    return number >> 80, number >> 16 & (1 << 64) - 1, number & 0xFFFF


def category(rating: int) -> str:
    return "bad" if rating <= HIGHEST_BAD_RATING else "good"


def text(value: str) -> JSON:
    return {"type": "static", "value": value}


@dataclass(frozen=True)
class Survey:
    """One survey; `founded_ms` and `revised_ms` are when version 1 and 2 were made."""

    founded_ms: int
    revised_ms: int

    @property
    def id(self) -> str:
        return self._id(_SURVEY)

    @property
    def rating_question(self) -> JSON:
        return {
            "id": self._id(_RATING),
            "sub_type": "customer_satisfaction",
            "type": "rating_scale_numeric",
        }

    @property
    def reason_question(self) -> JSON:
        return {"id": self._id(_REASON), "type": "closed_ended"}

    @property
    def comment_question(self) -> JSON:
        return {"id": self._id(_COMMENT), "type": "open_ended"}

    def option_id(self, reason: int) -> str:
        return self._id(_FIRST_OPTION + reason)

    def _id(self, part: int) -> str:
        is_survey = part == _SURVEY
        return ulid(
            self.founded_ms - (0 if is_survey else 7531), 0x9E3779B97F4A7C15 * (part + 1) % 2**64, part
        )

    def body(self) -> JSON:
        """The survey at its current version, as the list of surveys shows it: no aliases, with follow-ups."""
        to_reason = {"question_id": self._id(_REASON)}
        to_comment = {"question_id": self._id(_COMMENT)}
        rating, reason, comment = self.full_questions(version=2)
        for option in rating["options"]:
            option["follow_up"] = to_reason if option["rating"] <= HIGHEST_BAD_RATING else to_comment
        for option in reason["options"]:
            option["follow_up"] = to_comment
        comment["follow_up"] = None
        for question in (rating, reason, comment):
            del question["alias"]
        return {
            "created_at": iso_ms(self.founded_ms),
            "id": self.id,
            "questions": [rating, reason, comment],
            "state": "enabled",
            "updated_at": iso_ms(self.revised_ms),
            "version": 2,
        }

    def full_questions(self, *, version: int) -> list[JSON]:
        """A version's three questions, as a single response shows them: aliases, headlines and options."""
        rating = self.rating_question | {
            "alias": "customer satisfaction rating",
            "headline": text("How would you rate the support you received?"),
            "options": [
                {"label": text(label), "rating": rating} for rating, label in enumerate(RATING_LABELS, 1)
            ],
        }
        reasons = words.REASONS[: REASONS_OF_VERSION[version]]
        reason = self.reason_question | {
            "alias": "reason",
            "headline": text("Select a reason regarding your experience"),
            "options": [
                {"id": self.option_id(number), "label": text(label)} for number, label in enumerate(reasons)
            ],
        }
        comment = self.comment_question | {
            "alias": "comment",
            "headline": text("Share your thoughts on the support you received"),
        }
        return [rating, reason, comment]

    def response_body(self, response: Response, *, customer: int, comment: str | None) -> JSON:
        """A response as the list shows it; `customer` is the responder's position among the users."""
        about = subject(response)
        return {
            "answers": list(self._answers(response, comment)),
            "expires_at": iso_ms(response.offered_ms + ANSWER_WINDOW_MS),
            "id": response_id(response),
            "responder_id": str(zendesk_id("user", customer)),
            "subject_zrns": [about["zrn"]],
            "subjects": [about],
            "survey": {"id": self.id, "state": "enabled", "version": response.version},
        }

    def detailed_response_body(self, response: Response, *, customer: int, comment: str | None) -> JSON:
        """A response as a single one is shown: each question with its alias, headline and options."""
        body = self.response_body(response, customer=customer, comment=comment)
        questions = {question["id"]: question for question in self.full_questions(version=response.version)}
        for answer in body["answers"]:
            answer["question"] = questions[answer["question"]["id"]]
        return body

    def _answers(self, response: Response, comment: str | None):
        if not response.rating:
            return
        submitted = iso_ms(response.submitted_ms)
        stamps = {"created_at": submitted, "updated_at": submitted}
        rated = {"rating": response.rating, "rating_category": category(response.rating)}
        edited = {"updated_at": iso_ms(max(response.submitted_ms, response.edited_ms))}
        yield stamps | edited | rated | {"question": self.rating_question, "type": "rating_scale"}
        if response.reason == SKIPPED:
            yield stamps | {"question": self.reason_question, "type": "skipped"}
        elif response.reason != NO_TEXT:
            selections = [{"option_id": self.option_id(response.reason), "type": "predefined"}]
            yield stamps | {
                "question": self.reason_question,
                "selections": selections,
                "type": "closed_ended",
            }
        if response.comment == SKIPPED:
            yield stamps | {"question": self.comment_question, "type": "skipped"}
        elif comment is not None:
            yield stamps | {"question": self.comment_question, "type": "open_ended", "value": comment}


def response_id(response: Response) -> str:
    return ulid(response.offered_ms, response.random_high, response.random_low)


def subject(response: Response) -> JSON:
    """What the survey asks about: a ticket, or a messaging conversation that never became one."""
    if response.ticket == NOBODY:
        digits = f"{response.random_high:016x}{response.random_low:04x}{response.offered_ms:012x}"
        number = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
        return {"id": number, "type": "conversation", "zrn": f"zen:conversation:{number}"}
    return {
        "id": str(response.ticket + 1),
        "type": "ticket",
        "zrn": f"zen:ticket:{response.ticket + 1}",
    }

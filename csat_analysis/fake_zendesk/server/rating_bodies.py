"""Ratings and reasons of legacy CSAT as Zendesk's JSON."""

from __future__ import annotations

from ..account import texts
from ..account.identifiers import zendesk_id
from ..account.records import BAD, SCORES
from .json_values import JSON, SITE, iso
from .variant import ApiVariant

# an account's own reasons count from here; 0 is "No reason provided"
FIRST_REASON_CODE = 1000
NO_REASON_CODE = 0
# position of the reason of code 0 among the reasons
_NO_REASON = len(texts.REASONS)
_NO_REASON_TEXT = "No reason provided"


def rating_body(variant: ApiVariant, score: int, number: int, *, reason: int, comment: str | None) -> JSON:
    """Return a rating as its ticket shows it; `reason` is a position in `texts.REASONS`, negative for none."""
    text, position = _reason_shown(variant, score, reason)
    return {
        "comment": comment,
        "id": number,
        "reason": text,
        "reason_id": None if position is None else zendesk_id("reason", position),
        "score": SCORES[score],
    }


def reason_code(variant: ApiVariant, score: int, reason: int) -> int | None:
    """Return the code of the reason that a rating shows, None if it shows no reason."""
    _, position = _reason_shown(variant, score, reason)
    return None if position is None else _code_of(position)


def reason_bodies(variant: ApiVariant, *, founded: int) -> list[JSON]:
    """Return all reasons, that of code 0 first."""
    named = [(_NO_REASON, variant.no_reason_text or _NO_REASON_TEXT), *enumerate(texts.REASONS)]
    return [
        {
            "created_at": iso(founded),
            "deleted_at": None,
            "id": zendesk_id("reason", position),
            "raw_value": text,
            "reason_code": _code_of(position),
            "updated_at": iso(founded),
            "url": f"{SITE}/api/v2/satisfaction_reasons/{zendesk_id('reason', position)}.json",
            "value": text,
        }
        for position, text in named
    ]


def _reason_shown(variant: ApiVariant, score: int, reason: int) -> tuple[str | None, int | None]:
    """Return text and position of the reason that a rating shows."""
    if reason >= 0:
        return texts.REASONS[reason], reason
    if score == BAD and variant.no_reason_text is not None:
        return variant.no_reason_text, _NO_REASON
    return None, None


def _code_of(position: int) -> int:
    return NO_REASON_CODE if position == _NO_REASON else FIRST_REASON_CODE + position
